/* Attributions inside the marks of a quote: “… – said X. – …”, paragraphs that
 * begin with a dash, and quotes whose closing mark was forgotten. */
#include "extract/quote_site.h"

/* An attribution inside a quote: tokens [first, last) from the dash or comma
 * before it to the dash or stop behind it. */
struct gap {
    uint32_t first;
    uint32_t last;
};

/* Does "said X" (or, behind a comma or dash, "X said") begin at token i? */
static bool begins_attribution(const struct fm_reading *r, uint32_t i,
                               uint32_t to, struct fm_verb_group *ret_group)
{
    while (i < to && fm_reading_kind(r, i) == FM_WORD_ADVERB)
        i++;
    return i < to && fm_verb_group(r, i, i, to, ret_group) &&
           ret_group->finite &&
           (ret_group->cue->classes & FM_CUE_SPEECH) != 0 &&
           r->words.form[i] != FM_CUE_BASE;
}

/* Where the attribution that begins behind token mark ends: at a dash behind a
 * stop or comma, else at the stop. */
static uint32_t gap_end(const struct fm_reading *r, uint32_t mark, uint32_t to)
{
    uint32_t stop = to;

    for (uint32_t i = mark + 1; i < to; i++) {
        enum fm_word k = fm_reading_kind(r, i);

        if (k == FM_WORD_DASH)
            return i + 1;
        if (stop < to)
            return stop; /* another word behind the stop */
        if (k == FM_WORD_STOP)
            stop = i + 1;
    }
    return stop;
}

static bool find_gap(const struct fm_reading *r, uint32_t from, uint32_t to,
                     bool commas, struct gap *ret_gap)
{
    for (uint32_t i = from + 1; i < to; i++) {
        enum fm_word k = fm_reading_kind(r, i);
        struct fm_verb_group group;

        if (k != FM_WORD_DASH && !(commas && k == FM_WORD_COMMA))
            continue;
        if (!begins_attribution(r, i + 1, to, &group))
            continue;
        ret_gap->first = i;
        ret_gap->last = gap_end(r, i, to);
        return true;
    }
    return false;
}

static bool read_gap(struct fm_reading *r, const struct gap *gap,
                     struct fm_saying *saying)
{
    struct fm_verb_group group;
    uint32_t next;
    uint32_t inside = r->inside[gap->first];

    for (uint32_t i = gap->first; i < gap->last; i++)
        r->inside[i] = 0;
    if (begins_attribution(r, gap->first + 1, gap->last, &group) &&
        fm_speaker_after(r, group.all.last, gap->last, &saying->speaker,
                         &next)) {
        saying->cue = group.all;
        saying->lemma = group.cue->lemma;
        saying->rule = "quote.dash";
        saying->at = r->doc->start[group.verb];
        saying->venue =
            fm_verb_venue(r, next, gap->last, &saying->venue_preposition);
        for (uint32_t i = gap->first; i < gap->last; i++)
            r->taken[i] = 1;
        return true;
    }
    for (uint32_t i = gap->first; i < gap->last; i++)
        r->inside[i] = inside;
    return false;
}

static void add_tokens(struct fm_reading *r, struct fm_saying *saying,
                       uint32_t first, uint32_t last, uint32_t end)
{
    if (first >= last)
        return;
    if (last < r->doc->token_count && r->doc->start[last] < end)
        end = r->doc->end[last - 1];
    fm_saying_add_piece(r, saying, r->doc->start[first], end);
}

bool fm_quote_cut(struct fm_reading *r, uint32_t quote,
                  struct fm_saying *saying)
{
    const struct fm_quote *q = &r->quotes.quotes[quote];
    bool commas = q->no_close || q->mark == FM_QUOTE_DASH;
    bool found = false;

    for (uint32_t k = 0; k < q->piece_count; k++) {
        const struct fm_quote_piece *p = &r->quotes.pieces[q->piece + k];
        uint32_t from = fm_site_token(r->doc, p->start);
        uint32_t to = fm_site_token(r->doc, p->end);
        struct gap gap;

        if (found || !find_gap(r, from, to, commas, &gap) ||
            !read_gap(r, &gap, saying)) {
            fm_saying_add_piece(r, saying, p->start, p->end);
            continue;
        }
        found = true;
        add_tokens(r, saying, from, gap.first, p->end);
        if (fm_reading_kind(r, gap.last - 1) == FM_WORD_DASH || !q->no_close ||
            q->mark == FM_QUOTE_DASH)
            add_tokens(r, saying, gap.last, to, p->end);
    }
    return found;
}
