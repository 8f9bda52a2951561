/* Direct speech: which quoted passages somebody says, and who. */
#include "base/utf8.h"
#include "extract/quote_saying.h"

#include <stdlib.h>

/* From a quote to the verb behind it, over the speaker and what is said of
 * them. */
#define AFTER_MAX 32u
/* From the comma before a quote back to the verb. */
#define BEFORE_MAX 24u
/* Words between a speech and a quote that goes on with it. */
#define CONTINUED_MAX 24u

/* A quote and its surroundings, in tokens. */
struct site {
    uint32_t quote;
    uint32_t open;  /* first token of the quote, its mark included */
    uint32_t first; /* first token within the marks */
    uint32_t last;  /* behind the last one within */
    uint32_t after; /* first token behind the closing mark */
    uint32_t from;  /* first token of the paragraph */
    uint32_t to;    /* behind its last */
    bool comma;     /* the quote ends with a comma, ? or ! inside */
    bool stop;      /* it ends with a full stop inside */
    bool sentence;  /* it reads like a sentence: capital and three words */
};

static uint32_t token_from(const struct fm_doc *doc, uint32_t byte)
{
    uint32_t i = (uint32_t)fm_doc_token_at(doc, byte);

    return i < doc->token_count && doc->start[i] < byte ? i + 1 : i;
}

/* Tokens of the paragraph that holds byte at. */
static void paragraph_of(const struct fm_doc *doc, uint32_t at, uint32_t *from,
                         uint32_t *to)
{
    size_t s = fm_doc_sentence_at(doc, at);
    size_t first = s;
    size_t last = s;

    *from = *to = 0;
    if (s >= doc->sentence_count)
        return;
    while (first > 0 &&
           doc->sentences[first - 1].paragraph == doc->sentences[s].paragraph)
        first--;
    while (last + 1 < doc->sentence_count &&
           doc->sentences[last + 1].paragraph == doc->sentences[s].paragraph)
        last++;
    *from = doc->sentences[first].first;
    *to = doc->sentences[last].last;
}

static struct site site_of(const struct fm_reading *r, uint32_t quote)
{
    const struct fm_quote *q = &r->quotes.quotes[quote];
    const struct fm_quote_piece *first = &r->quotes.pieces[q->piece];
    const struct fm_quote_piece *last = first + q->piece_count - 1;
    struct site s = {.quote = quote};
    uint32_t unused;
    size_t at = last->end;
    uint32_t c = ' ';

    s.open = token_from(r->doc, q->start);
    s.first = token_from(r->doc, first->start);
    s.last = token_from(r->doc, last->end);
    s.after = token_from(r->doc, q->end);
    paragraph_of(r->doc, q->start, &s.from, &unused);
    paragraph_of(r->doc, last->start, &unused, &s.to);
    if (last->end > last->start)
        c = fm_utf8_prev(r->doc->text, &at);
    s.comma = c == ',' || c == '?' || c == '!' || c == '-' ||
              (c >= 0x2012 && c <= 0x2015);
    s.stop = c == '.' || c == 0x2026;
    s.sentence =
        s.last >= s.first + 3 &&
        (r->doc->flags[s.first] & (FM_TOKEN_CAPITAL | FM_TOKEN_DIGITS)) != 0;
    return s;
}

static void use(struct fm_reading *r, struct fm_tokens t)
{
    for (uint32_t i = t.first; i < t.last; i++)
        r->taken[i] = 1;
}

static void set_verb(struct fm_reading *r, struct fm_saying *s,
                     const struct fm_verb_group *g, const char *rule)
{
    s->cue = g->all;
    s->lemma = g->cue->lemma;
    s->denial = g->denial;
    s->rule = rule;
    s->at = r->doc->start[g->verb];
    use(r, g->all);
}

/* --- behind the quote ------------------------------------------------------- */

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
    set_verb(r, s, &g, "quote.inverted");
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
        set_verb(r, s, &g, "quote.after");
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
    use(r, s->cue);
    return true;
}

/* "…" — X at the end of a paragraph. */
static bool signature(struct fm_reading *r, const struct site *site,
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
static bool is_embedded(const struct fm_reading *r, const struct site *site)
{
    enum fm_word k;

    if (site->open <= site->from)
        return false;
    k = fm_reading_kind(r, site->open - 1);
    return r->inside[site->open - 1] == 0 && k != FM_WORD_STOP &&
           k != FM_WORD_COLON && k != FM_WORD_COMMA && k != FM_WORD_DASH &&
           k != FM_WORD_MARK;
}

static bool attribution_after(struct fm_reading *r, const struct site *site,
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
    if (site->stop && at == site->after && !lower)
        return false; /* a new sentence */
    if (at >= to)
        return false;
    if (inverted(r, at, to, s, ret_next) || according(r, at, to, s, ret_next))
        return true;
    /* "the so-called “A” plan said": without a comma the quote is part of the
     * clause, unless a pronoun follows at once. */
    if (!site->comma && at == site->after && !site->stop &&
        fm_reading_kind(r, at) != FM_WORD_PRONOUN && !site->sentence)
        return false;
    return following(r, at, to, s, ret_next);
}

/* --- before the quote --------------------------------------------------------- */

/* First token of the sentence that token at ends: behind the last stop or
 * quote. */
static uint32_t sentence_start(const struct fm_reading *r, uint32_t from,
                               uint32_t at)
{
    uint32_t i = at;

    while (i > from && r->inside[i - 1] == 0 &&
           fm_reading_kind(r, i - 1) != FM_WORD_STOP)
        i--;
    while (i < at && fm_reading_kind(r, i) == FM_WORD_MARK)
        i++;
    return i;
}

static bool subject_of(const struct fm_reading *r, uint32_t from,
                       const struct fm_verb_group *g, uint32_t to,
                       struct fm_speaker *ret)
{
    uint32_t next;

    if (fm_speaker_before(r, from, g->all.first, ret))
        return true;
    return g->all.first == from && (g->cue->classes & FM_CUE_SPEECH) != 0 &&
           fm_speaker_after(r, g->all.last, to, ret, &next);
}

/* The last verb of [from, to) that reports, with its subject. */
static bool verb_before(struct fm_reading *r, uint32_t from, uint32_t to,
                        uint16_t classes, struct fm_saying *s,
                        struct fm_verb_group *ret_group)
{
    for (uint32_t v = to; v > from && to - v < BEFORE_MAX; v--) {
        if (r->words.verb[v - 1] == NULL || r->taken[v - 1] ||
            (classes != 0 && !(r->words.verb[v - 1]->classes & classes)) ||
            !fm_verb_group(r, from, v - 1, to, ret_group) || ret_group->passive)
            continue;
        if (!ret_group->finite) {
            if (r->words.form[v - 1] == FM_CUE_ING &&
                (r->words.verb[v - 1]->classes & FM_CUE_SPEECH) &&
                fm_speaker_main(r, from, ret_group->all.first, &s->speaker))
                return true;
            continue;
        }
        if (subject_of(r, from, ret_group, to, &s->speaker))
            return true;
    }
    return false;
}

/* "Name: “…”": the whole sentence before the colon is a name. */
static bool name_colon(struct fm_reading *r, uint32_t from, uint32_t colon,
                       struct fm_saying *s)
{
    uint32_t next;

    if (colon == from || fm_reading_kind(r, from) != FM_WORD_NAME ||
        !fm_speaker_after(r, from, colon, &s->speaker, &next) ||
        next != colon || s->speaker.kind != FM_SPEAKER_NAMED)
        return false;
    s->cue.first = colon;
    s->cue.last = colon + 1;
    s->lemma = "say";
    s->rule = "quote.colon";
    s->at = r->doc->start[colon];
    return true;
}

static bool behind_colon(struct fm_reading *r, const struct site *site,
                         uint32_t colon, struct fm_saying *s)
{
    struct fm_verb_group g;
    uint32_t from;
    uint32_t unused;
    uint32_t para;

    paragraph_of(r->doc, r->doc->start[colon], &para, &unused);
    from = sentence_start(r, para, colon);
    if (verb_before(r, from, colon, FM_CUE_QUOTE, s, &g) ||
        (site->sentence && verb_before(r, from, colon, 0, s, &g))) {
        set_verb(r, s, &g,
                 g.all.last == colon ? "quote.before" : "quote.colon");
        s->addressee = fm_verb_addressee(r, &g, colon);
        s->venue = fm_verb_venue(
            r, fm_tokens_empty(s->addressee) ? g.all.last : s->addressee.last,
            colon, &s->venue_preposition);
        return true;
    }
    return name_colon(r, from, colon, s);
}

static bool attribution_before(struct fm_reading *r, const struct site *site,
                               struct fm_saying *s)
{
    uint32_t o = site->open;
    uint32_t from;
    uint32_t at;
    struct fm_verb_group g;
    enum fm_word k;

    if (o == 0 || r->inside[o - 1] != 0)
        return false;
    k = fm_reading_kind(r, o - 1);
    if (k == FM_WORD_COLON)
        return behind_colon(r, site, o - 1, s);
    if (o <= site->from)
        return false;
    from = sentence_start(r, site->from, o);
    at = k == FM_WORD_COMMA ? o - 1 : o;
    if (!verb_before(r, from, at, FM_CUE_QUOTE, s, &g))
        return false;
    s->addressee = fm_verb_addressee(r, &g, at);
    if (k != FM_WORD_COMMA &&
        !(site->sentence && (g.all.last == at || s->addressee.last == at)))
        return false;
    if (k == FM_WORD_COMMA && !site->sentence && !site->stop && !site->comma)
        return false;
    set_verb(r, s, &g, "quote.before");
    return true;
}

/* --- quotes without a cue of their own ------------------------------------------ */

/* What the last speech left: where its attribution ended. */
struct latest {
    size_t saying; /* index + 1, 0 = none */
    uint32_t quote_end;
    uint32_t next; /* token behind quote and attribution */
    uint32_t from; /* its paragraph */
    uint32_t to;
};

/* Nothing but the end of the attribution lies between the speech and this
 * quote. */
static bool joins(const struct fm_reading *r, const struct latest *latest,
                  const struct site *site)
{
    uint32_t stops = 0;
    enum fm_word last;

    if (site->from != latest->from || site->open < latest->next ||
        site->open - latest->next > CONTINUED_MAX)
        return false;
    for (uint32_t i = latest->next; i < site->open; i++) {
        if (r->inside[i] != 0)
            return false;
        stops += fm_reading_kind(r, i) == FM_WORD_STOP;
    }
    if (site->open == latest->next)
        return true;
    last = fm_reading_kind(r, site->open - 1);
    if (last == FM_WORD_STOP)
        return stops == 1 && site->sentence;
    return stops == 0 && (last == FM_WORD_COMMA || last == FM_WORD_DASH ||
                          last == FM_WORD_PUNCTUATION);
}

/* The next paragraph is one more quote, and nobody else speaks. */
static bool continues(const struct latest *latest, const struct site *site)
{
    return site->from == latest->to && site->open <= site->from + 1 &&
           site->after >= site->to && site->sentence &&
           site->last >= site->first + 5;
}

static void continue_speech(struct fm_reading *r, struct fm_sayings *sayings,
                            const struct latest *latest,
                            struct fm_saying *pieces)
{
    struct fm_saying *s = fm_sayings_add(r, sayings);
    const struct fm_saying *before;

    if (s == NULL)
        return;
    before = &sayings->all[latest->saying - 1];
    *s = *pieces;
    s->speaker = before->speaker;
    s->lemma = "say";
    s->rule = "quote.continued";
    s->at = pieces->start;
    s->kind = FACTMILL__V1__FACT__KIND__QUOTE;
    s->type = FACTMILL__V1__ATTRIBUTION__TYPE__DIRECT;
}

/* --- all ---------------------------------------------------------------------- */

static bool attribute(struct fm_reading *r, const struct site *site,
                      struct fm_saying *s, uint32_t *ret_next)
{
    bool first =
        site->comma || (site->after < site->to &&
                        fm_reading_kind(r, site->after) == FM_WORD_COMMA);

    *ret_next = site->after;
    if (first && attribution_after(r, site, s, ret_next))
        return true;
    if (attribution_before(r, site, s))
        return true;
    return !first && attribution_after(r, site, s, ret_next);
}

static void take_quote(struct fm_reading *r, uint32_t quote,
                       struct fm_saying *pieces, bool cut,
                       struct latest *latest, struct fm_sayings *sayings)
{
    struct site site = site_of(r, quote);
    struct fm_saying *s;
    uint32_t next = site.after;

    if (!cut && !attribute(r, &site, pieces, &next)) {
        if (latest->saying == 0)
            return;
        if (joins(r, latest, &site)) {
            s = &sayings->all[latest->saying - 1];
            for (size_t i = 0; i < pieces->piece_count; i++)
                fm_saying_add_piece(r, s, pieces->pieces[i].start,
                                    pieces->pieces[i].end);
            latest->next = site.after;
            return;
        }
        if (!continues(latest, &site))
            return;
        continue_speech(r, sayings, latest, pieces);
    } else {
        s = fm_sayings_add(r, sayings);
        if (s == NULL)
            return;
        *s = *pieces;
        s->kind = FACTMILL__V1__FACT__KIND__QUOTE;
        s->type = FACTMILL__V1__ATTRIBUTION__TYPE__DIRECT;
    }
    latest->saying = sayings->count;
    latest->next = next;
    latest->from = site.from;
    latest->to = site.to;
}

static int by_start(const void *a, const void *b)
{
    const struct fm_context_range *x = a;
    const struct fm_context_range *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static void add_quoted(struct fm_context *ctx, uint32_t start, uint32_t end)
{
    struct fm_context_range *range =
        start < end ? FM_CONTEXT_ADD(ctx, quoted, quoted) : NULL;

    if (range == NULL)
        return;
    range->start = start;
    range->end = end;
}

static void publish(struct fm_reading *r, uint32_t quote,
                    const struct fm_saying *pieces)
{
    const struct fm_quote *q = &r->quotes.quotes[quote];

    if (pieces != NULL)
        for (size_t i = 0; i < pieces->piece_count; i++)
            add_quoted(r->ctx, pieces->pieces[i].start, pieces->pieces[i].end);
    else
        for (uint32_t k = 0; k < q->piece_count; k++)
            add_quoted(r->ctx, r->quotes.pieces[q->piece + k].start,
                       r->quotes.pieces[q->piece + k].end);
}

void fm_quote_direct(struct fm_reading *r, struct fm_sayings *sayings)
{
    size_t n = r->quotes.count;
    struct fm_saying *pieces =
        fm_arena_array(r->ctx->arena, n + 1, sizeof *pieces);
    bool *cut = fm_arena_array(r->ctx->arena, n + 1, sizeof *cut);
    struct latest latest = {0};

    if (pieces == NULL || cut == NULL)
        return;
    for (uint32_t i = 0; i < n; i++) {
        const struct fm_quote *q = &r->quotes.quotes[i];

        if (q->depth == 0)
            cut[i] = fm_quote_cut(r, i, &pieces[i]);
        if (q->depth > 0)
            publish(r, i, NULL);
        else if (q->mark != FM_QUOTE_DASH || cut[i])
            publish(r, i, &pieces[i]);
    }
    if (r->ctx->quoted_count > 0)
        qsort(r->ctx->quoted, r->ctx->quoted_count, sizeof *r->ctx->quoted,
              by_start);
    for (uint32_t i = 0; i < n; i++) {
        const struct fm_quote *q = &r->quotes.quotes[i];

        if (q->depth == 0 && (q->mark != FM_QUOTE_DASH || cut[i]) &&
            pieces[i].piece_count > 0)
            take_quote(r, i, &pieces[i], cut[i], &latest, sayings);
    }
}
