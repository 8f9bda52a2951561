/* Attributions behind a quote. */
#include "extract/quote_site.h"

/* From a quote to the verb behind it, over the speaker and what is said of
 * them. */
#define AFTER_MAX 32u

/* Until where an attribution behind the quote may reach: its sentence, the next
 * quote. */
static uint32_t clause_end(const struct fm_reading *r, uint32_t at, uint32_t to)
{
    while (at < to && r->inside[at] == 0 &&
           fm_reading_kind(r, at) != FM_WORD_STOP)
        at++;
    return at;
}

static bool inverted(struct fm_reading *r, uint32_t at, uint32_t to,
                     struct fm_saying *s, uint32_t *ret_next)
{
    struct fm_verb_group g;
    uint32_t next;

    if (r->doc->flags[at] & FM_TOKEN_CAPITAL ||
        !fm_verb_group(r, at, at, to, &g) || !g.finite ||
        !(g.cue->classes & FM_CUE_QUOTE) || r->words.form[at] == FM_CUE_BASE)
        return false;
    if (!fm_speaker_after(r, g.all.last, to, &s->speaker, &next))
        return false;
    fm_site_verb(r, s, &g, "quote.inverted");
    s->venue = fm_verb_venue(r, next, to, &s->venue_preposition);
    *ret_next = next;
    return true;
}

/* Between the quote and its verb stands nothing but the speaker: what the
 * search for a phrase left over at its front is part of it ("Fight for $15
 * organizing director Kendall Fells"). */
static bool leads_to(const struct fm_reading *r, uint32_t at,
                     struct fm_speaker *speaker)
{
    while (at < speaker->phrase.first &&
           (fm_reading_kind(r, at) == FM_WORD_ADVERB ||
            fm_reading_kind(r, at) == FM_WORD_SUBORDINATOR))
        at++;
    for (uint32_t i = at; i < speaker->phrase.first; i++) {
        enum fm_word k = fm_reading_kind(r, i);

        if (k == FM_WORD_COMMA || k == FM_WORD_AUXILIARY || k == FM_WORD_VERB ||
            k == FM_WORD_RELATIVE || k == FM_WORD_SUBORDINATOR ||
            k == FM_WORD_PRONOUN)
            return false;
    }
    if (at < speaker->phrase.first) {
        speaker->phrase.first = at;
        fm_speaker_cut(r, speaker);
    }
    return true;
}

static bool following(struct fm_reading *r, uint32_t at, uint32_t to,
                      struct fm_saying *s, uint32_t *ret_next)
{
    uint32_t limit = to - at > AFTER_MAX ? at + AFTER_MAX : to;

    for (uint32_t v = at + 1; v < limit; v++) {
        struct fm_verb_group g;

        if (r->words.verb[v] == NULL ||
            !(r->words.verb[v]->classes & FM_CUE_QUOTE) ||
            !fm_verb_group(r, at, v, to, &g) || !g.finite || g.passive)
            continue;
        if (!fm_speaker_before(r, at, g.all.first, &s->speaker))
            continue;
        if (!leads_to(r, at, &s->speaker) ||
            (g.all.last < to && fm_reading_is(r, g.all.last, "that")))
            return false;
        fm_site_verb(r, s, &g, "quote.after");
        s->addressee = fm_verb_addressee(r, &g, to);
        *ret_next =
            fm_tokens_empty(s->addressee) ? g.all.last : s->addressee.last;
        s->venue = fm_verb_venue(r, *ret_next, to, &s->venue_preposition);
        return true;
    }
    return false;
}

static bool according(struct fm_reading *r, uint32_t at, uint32_t to,
                      struct fm_saying *s, uint32_t *ret_next)
{
    if (at + 2 >= to || !fm_reading_is(r, at, "according") ||
        !fm_reading_is(r, at + 1, "to") ||
        !fm_speaker_after(r, at + 2, to, &s->speaker, ret_next))
        return false;
    s->cue.first = at;
    s->cue.last = at + 2;
    s->lemma = "according to";
    s->rule = "quote.according";
    s->at = r->doc->start[at];
    fm_site_use(r, s->cue);
    return true;
}

/* "…" — X at the end of a paragraph. */
static bool signature(struct fm_reading *r, const struct fm_site *site,
                      struct fm_saying *s, uint32_t *ret_next)
{
    uint32_t at = site->after + 1;

    if (site->after + 1 >= site->to || !site->sentence ||
        fm_reading_kind(r, site->after) != FM_WORD_DASH ||
        fm_reading_kind(r, at) != FM_WORD_NAME ||
        !fm_speaker_after(r, at, site->to, &s->speaker, ret_next) ||
        s->speaker.kind != FM_SPEAKER_NAMED)
        return false;
    if (*ret_next < site->to &&
        !(*ret_next + 1 == site->to &&
          fm_reading_kind(r, *ret_next) == FM_WORD_STOP))
        return false;
    s->cue.first = site->after;
    s->cue.last = site->after + 1;
    s->lemma = "say";
    s->rule = "quote.signature";
    s->at = r->doc->start[site->after];
    return true;
}

/* The quote stands amid a sentence ("In an interview with “The Star”, …"). */
static bool is_embedded(const struct fm_reading *r, const struct fm_site *site)
{
    enum fm_word k;

    if (site->open <= site->from)
        return false;
    k = fm_reading_kind(r, site->open - 1);
    return r->inside[site->open - 1] == 0 && k != FM_WORD_STOP &&
           k != FM_WORD_COLON && k != FM_WORD_COMMA && k != FM_WORD_DASH &&
           k != FM_WORD_PUNCTUATION && k != FM_WORD_MARK;
}

/* “….” Ann said. A stop instead of a comma within the marks: a sentence of its
 * own that is nothing but a speaker and a verb. */
static bool short_sentence(const struct fm_reading *r, uint32_t at, uint32_t to)
{
    return to - at >= 2 && to - at <= 5 && r->words.verb[to - 1] != NULL &&
           (r->words.verb[to - 1]->classes & FM_CUE_SPEECH) != 0;
}

bool fm_site_behind(struct fm_reading *r, const struct fm_site *site,
                    struct fm_saying *s, uint32_t *ret_next)
{
    uint32_t at = site->after;
    uint32_t to;
    bool lower;

    if (at >= site->to || (is_embedded(r, site) && !site->sentence))
        return false;
    if (signature(r, site, s, ret_next))
        return true;
    while (at < site->to && (fm_reading_kind(r, at) == FM_WORD_COMMA ||
                             fm_reading_kind(r, at) == FM_WORD_DASH))
        at++;
    if (at >= site->to)
        return false;
    to = clause_end(r, at, site->to);
    lower = (r->doc->flags[at] & (FM_TOKEN_CAPITAL | FM_TOKEN_DIGITS)) == 0;
    if (at >= to)
        return false;
    if (site->stop && at == site->after && !lower)
        return short_sentence(r, at, to) && following(r, at, to, s, ret_next);
    if (inverted(r, at, to, s, ret_next) || according(r, at, to, s, ret_next))
        return true;
    /* "the so-called “A” plan said": without a comma the quote is part of the
     * clause, unless a pronoun follows at once. */
    if (!site->comma && at == site->after && !site->stop &&
        fm_reading_kind(r, at) != FM_WORD_PRONOUN && !site->sentence)
        return false;
    return following(r, at, to, s, ret_next);
}
