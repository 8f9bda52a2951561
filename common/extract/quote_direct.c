/* Direct speech: which quoted passages somebody says, and who. */
#include "extract/quote_site.h"

#include <stdlib.h>

/* From the comma before a quote back to the verb. */
#define BEFORE_MAX 24u
/* Words between a speech and a quote that goes on with it. */
#define CONTINUED_MAX 24u

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
            /* "He went on to say" */
            if (r->words.form[v - 1] == FM_CUE_BASE && v - 1 > from &&
                fm_reading_kind(r, v - 2) == FM_WORD_TO &&
                fm_speaker_subject(r, v - 1, &s->speaker) &&
                s->speaker.phrase.last < v && s->speaker.phrase.first >= from)
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

static bool behind_colon(struct fm_reading *r, const struct fm_site *site,
                         uint32_t colon, struct fm_saying *s)
{
    struct fm_verb_group g;
    uint32_t from;
    uint32_t unused;
    uint32_t para;

    fm_site_paragraph(r->doc, r->doc->start[colon], &para, &unused);
    from = sentence_start(r, para, colon);
    if (verb_before(r, from, colon, FM_CUE_QUOTE, s, &g) ||
        (site->sentence && verb_before(r, from, colon, 0, s, &g))) {
        fm_site_verb(r, s, &g,
                     g.all.last == colon ? "quote.before" : "quote.colon");
        s->addressee = fm_verb_addressee(r, &g, colon);
        s->venue = fm_verb_venue(
            r, fm_tokens_empty(s->addressee) ? g.all.last : s->addressee.last,
            colon, &s->venue_preposition);
        return true;
    }
    return name_colon(r, from, colon, s);
}

static bool attribution_before(struct fm_reading *r, const struct fm_site *site,
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
    fm_site_verb(r, s, &g, "quote.before");
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
                  const struct fm_site *site)
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
static bool continues(const struct latest *latest, const struct fm_site *site)
{
    return site->from == latest->to && site->open <= site->from + 1 &&
           site->after >= site->to && site->sentence &&
           site->last >= site->first + 5;
}

/* --- all ---------------------------------------------------------------------- */

static bool attribute(struct fm_reading *r, const struct fm_site *site,
                      struct fm_saying *s, uint32_t *ret_next)
{
    bool first =
        site->comma || (site->after < site->to &&
                        fm_reading_kind(r, site->after) == FM_WORD_COMMA);

    *ret_next = site->after;
    if (first && fm_site_behind(r, site, s, ret_next))
        return true;
    if (attribution_before(r, site, s))
        return true;
    return !first && fm_site_behind(r, site, s, ret_next);
}

static void take_quote(struct fm_reading *r, uint32_t quote,
                       struct fm_saying *pieces, bool cut,
                       struct latest *latest, struct fm_sayings *sayings)
{
    struct fm_site site = fm_site_of(r, quote);
    struct fm_saying *s;
    uint32_t next = site.after;

    if (!cut && !attribute(r, &site, pieces, &next)) {
        if (latest->saying == 0 ||
            (!joins(r, latest, &site) && !continues(latest, &site)))
            return;
        s = &sayings->all[latest->saying - 1];
        for (size_t i = 0; i < pieces->piece_count; i++)
            fm_saying_add_piece(r, s, pieces->pieces[i].start,
                                pieces->pieces[i].end);
        latest->next = site.after;
        latest->from = site.from;
        latest->to = site.to;
        return;
    }
    s = fm_sayings_add(r, sayings);
    if (s == NULL)
        return;
    *s = *pieces;
    s->kind = FACTMILL__V1__FACT__KIND__QUOTE;
    s->type = FACTMILL__V1__ATTRIBUTION__TYPE__DIRECT;
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
