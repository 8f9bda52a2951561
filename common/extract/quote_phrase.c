/* Reports by phrases: "according to X", "in X's view", "as X put it", "the
 * statement by X that". */
#include "extract/quote_saying.h"

/* From a source to the comma behind it: "a report published in May by X, …". */
#define OPENING_MAX 12u

struct phrase {
    struct fm_reading *r;
    uint32_t first; /* of the sentence */
    uint32_t last;
    struct fm_saying *s;
};

static bool is(const struct phrase *p, uint32_t i, const char *word)
{
    return i < p->last && fm_reading_is(p->r, i, word);
}

static enum fm_word kind(const struct phrase *p, uint32_t i)
{
    return i < p->last ? fm_reading_kind(p->r, i) : FM_WORD_STOP;
}

static void set_phrase(struct phrase *p, const char *rule, const char *lemma,
                       uint32_t first, uint32_t last)
{
    struct fm_saying *s = p->s;

    s->kind = FACTMILL__V1__FACT__KIND__REPORTED;
    s->type = FACTMILL__V1__ATTRIBUTION__TYPE__INDIRECT;
    for (uint32_t i = s->speaker.phrase.first; i < s->speaker.phrase.last; i++)
        if (kind(p, i) == FM_WORD_OTHER &&
            fm_cue_document(fm_reading_text(p->r, i)))
            s->type = FACTMILL__V1__ATTRIBUTION__TYPE__DOCUMENT;
    s->rule = rule;
    s->speech = strcmp(rule, "report.noun") != 0;
    s->lemma = lemma;
    s->cue.first = first;
    s->cue.last = last;
    s->at = p->r->doc->start[first];
}

static bool set_content(struct phrase *p, uint32_t first, uint32_t last)
{
    fm_saying_set_content(p->r, p->s, first, last);
    return p->s->start < p->s->end;
}

/* ", published last week, it": the comma behind the participle that follows the
 * comma at token at. */
static uint32_t behind_participle(const struct phrase *p, uint32_t at)
{
    struct fm_str t;

    if (at + 1 >= p->last || kind(p, at + 1) != FM_WORD_OTHER)
        return at;
    t = fm_reading_text(p->r, at + 1);
    if (!fm_str_ends(t, fm_str("ed")) && !fm_str_eqz(t, "made"))
        return at;
    for (uint32_t i = at + 2; i < p->last && i - at < 2 * OPENING_MAX; i++)
        if (kind(p, i) == FM_WORD_COMMA && p->r->inside[i] == 0)
            return i;
    return at;
}

/* What the phrase [at, next) is said of: what follows its comma when it begins
 * the sentence, else what stands before it. */
static bool set_rest(struct phrase *p, uint32_t at, uint32_t next)
{
    uint32_t lead = p->first;
    uint32_t comma = next;

    for (uint32_t i = at; i > p->first; i--)
        if (is(p, i - 1, ";") && p->r->inside[i - 1] == 0) {
            lead = i;
            break;
        }
    while (lead < at && p->r->inside[lead] == 0 &&
           (kind(p, lead) == FM_WORD_ADVERB || kind(p, lead) == FM_WORD_COMMA ||
            kind(p, lead) == FM_WORD_COORDINATOR))
        lead++;
    if (lead + 2 < at) {
        bool middle = next < p->last && kind(p, next) == FM_WORD_COMMA &&
                      p->last - next > at - lead;

        return set_content(p, lead, middle ? p->last : at);
    }
    /* "According to a report published in May, the …" */
    while (comma < p->last && comma - next < OPENING_MAX &&
           !(kind(p, comma) == FM_WORD_COMMA && p->r->inside[comma] == 0))
        comma++;
    if (kind(p, comma) == FM_WORD_COMMA)
        next = behind_participle(p, comma);
    return set_content(p, next, p->last);
}

/* The speaker of "according to": a pronoun, or a phrase with its prepositions. */
static bool phrase_speaker(struct phrase *p, uint32_t at, uint32_t *ret_next)
{
    struct fm_speaker *s = &p->s->speaker;
    enum fm_word k = kind(p, at);

    if (k == FM_WORD_OBJECT || k == FM_WORD_PRONOUN || is(p, at, "her")) {
        s->kind = FM_SPEAKER_PRONOUN;
        s->phrase.first = at;
        s->phrase.last = at + 1;
        *ret_next = at + 1;
        return true;
    }
    s->phrase.first = at;
    s->phrase.last = fm_speaker_phrase_end(p->r, at, p->last, true);
    if (fm_tokens_empty(s->phrase))
        return false;
    s->kind = FM_SPEAKER_NOMINAL;
    fm_speaker_cut(p->r, s);
    *ret_next = s->phrase.last;
    return true;
}

static bool according(struct phrase *p, uint32_t i)
{
    uint32_t next;

    if (!is(p, i, "according") || !is(p, i + 1, "to") ||
        !phrase_speaker(p, i + 2, &next))
        return false;
    set_phrase(p, "report.according", "according to", i, i + 2);
    return set_rest(p, i, next);
}

/* "In a poll of May, half of the town said …": what surveys find out. */
static bool in_survey(struct phrase *p, uint32_t i)
{
    static const char *const surveys[] = {"analysis", "census", "poll", "study",
                                          "survey"};
    uint32_t next;
    bool found = false;

    if (i != p->first || !is(p, i, "in") || !phrase_speaker(p, i + 1, &next))
        return false;
    for (uint32_t k = p->s->speaker.phrase.first;
         k < p->s->speaker.phrase.last && !found; k++)
        found = kind(p, k) == FM_WORD_OTHER &&
                fm_str_bsearch(fm_reading_text(p->r, k), surveys,
                               sizeof surveys / sizeof *surveys) >= 0;
    if (!found)
        return false;
    set_phrase(p, "report.survey", "in", i, i + 1);
    return set_rest(p, i, next);
}

static bool is_opinion(struct fm_str word)
{
    static const char *const nouns[] = {"assessment", "estimation", "eyes",
                                        "judgment",   "mind",       "opinion",
                                        "view",       "words"};

    return fm_str_bsearch(word, nouns, sizeof nouns / sizeof *nouns) >= 0;
}

/* "in its opinion", "in the minister's view", "in the words of X". */
static bool opinion(struct phrase *p, uint32_t i)
{
    uint32_t at = i + 1;
    uint32_t next;

    if (!is(p, i, "in"))
        return false;
    if (is(p, at, "the") && is(p, at + 1, "words") && is(p, at + 2, "of")) {
        if (!phrase_speaker(p, at + 3, &next))
            return false;
        set_phrase(p, "report.opinion", "in the words of", i, at + 3);
        return set_rest(p, i, next);
    }
    if (kind(p, at) == FM_WORD_POSSESSIVE) {
        p->s->speaker.kind = FM_SPEAKER_PRONOUN;
        p->s->speaker.phrase.first = at;
        p->s->speaker.phrase.last = at + 1;
        next = at + 1;
    } else {
        next = at;
        while (next < p->last && next - at < 8 &&
               kind(p, next) != FM_WORD_GENITIVE)
            next++;
        if (kind(p, next) != FM_WORD_GENITIVE || next == at ||
            fm_speaker_phrase_end(p->r, at, next, false) != next)
            return false;
        p->s->speaker.kind = FM_SPEAKER_NOMINAL;
        p->s->speaker.phrase.first = at;
        p->s->speaker.phrase.last = next;
        fm_speaker_cut(p->r, &p->s->speaker);
        next++;
    }
    if (next >= p->last || !is_opinion(fm_reading_text(p->r, next)))
        return false;
    set_phrase(p, "report.opinion", "opinion", next, next + 1);
    return set_rest(p, i, next + 1);
}

/* "As X said, …", "…, as X put it." */
static bool as_said(struct phrase *p, uint32_t i)
{
    struct fm_verb_group g;

    if (!is(p, i, "as") || (i > p->first && kind(p, i - 1) != FM_WORD_COMMA))
        return false;
    for (uint32_t v = i + 2; v < p->last && v - i < 12; v++) {
        uint32_t next;

        if (kind(p, v) == FM_WORD_COMMA || kind(p, v) == FM_WORD_AUXILIARY)
            break;
        if (is(p, v, "put") && is(p, v + 1, "it")) {
            g.all.first = v;
            g.all.last = v + 2;
            p->s->lemma = "put it";
        } else if (p->r->words.verb[v] != NULL &&
                   fm_verb_group(p->r, i + 1, v, p->last, &g) && g.finite &&
                   (g.cue->classes & FM_CUE_SPEECH)) {
            p->s->lemma = g.cue->lemma;
        } else {
            continue;
        }
        next = g.all.last;
        if (next < p->last && kind(p, next) != FM_WORD_COMMA)
            return false;
        if (!fm_speaker_before(p->r, i + 1, g.all.first, &p->s->speaker))
            return false;
        set_phrase(p, "report.as", p->s->lemma, g.all.first, g.all.last);
        p->r->taken[g.all.last - 1] = 1;
        p->r->taken[g.all.first] = 1;
        return set_rest(p, i, next);
    }
    return false;
}

/* "the statement by X that", "X's claim that", "his belief that". */
static bool noun_that(struct phrase *p, uint32_t i)
{
    const struct fm_cue_frame *noun = fm_cue_noun(fm_reading_text(p->r, i));
    uint32_t next = i + 1;

    if (p->r->ctx->tree != NULL || noun == NULL || !noun->that ||
        i == p->first || kind(p, i) != FM_WORD_OTHER)
        return false;
    if (is(p, next, "by") || is(p, next, "from") || is(p, next, "of")) {
        if (!phrase_speaker(p, next + 1, &next))
            return false;
    } else if (kind(p, i - 1) == FM_WORD_POSSESSIVE) {
        p->s->speaker.kind = FM_SPEAKER_PRONOUN;
        p->s->speaker.phrase.first = i - 1;
        p->s->speaker.phrase.last = i;
    } else if (kind(p, i - 1) != FM_WORD_GENITIVE || i < p->first + 2 ||
               !fm_speaker_before(p->r, p->first, i - 1, &p->s->speaker)) {
        return false;
    }
    if (!is(p, next, "that") || next + 1 >= p->last)
        return false;
    set_phrase(p, "report.noun", noun->lemma, i, i + 1);
    return set_content(p, next, p->last);
}

void fm_quote_phrases(struct fm_reading *r, struct fm_sayings *sayings,
                      uint32_t first, uint32_t last)
{
    static bool (*const rules[])(struct phrase *, uint32_t) = {
        according, in_survey, opinion, as_said, noun_that};

    for (uint32_t i = first; i < last; i++) {
        if (r->inside[i] != 0 || r->taken[i])
            continue;
        for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
            struct fm_saying found = {0};
            struct phrase p = {r, first, last, &found};
            struct fm_saying *kept;

            if (!rules[k](&p, i))
                continue;
            kept = fm_sayings_add(r, sayings);
            if (kept != NULL)
                *kept = found;
            break;
        }
    }
}
