#include "extract/quote_site.h"

#include "base/utf8.h"

uint32_t fm_site_token(const struct fm_doc *doc, uint32_t byte)
{
    uint32_t i = (uint32_t)fm_doc_token_at(doc, byte);

    return i < doc->token_count && doc->start[i] < byte ? i + 1 : i;
}

void fm_site_paragraph(const struct fm_doc *doc, uint32_t at, uint32_t *from,
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

struct fm_site fm_site_of(const struct fm_reading *r, uint32_t quote)
{
    const struct fm_quote *q = &r->quotes.quotes[quote];
    const struct fm_quote_piece *first = &r->quotes.pieces[q->piece];
    const struct fm_quote_piece *last = first + q->piece_count - 1;
    struct fm_site s = {.quote = quote};
    uint32_t unused;
    size_t at = last->end;
    uint32_t c = ' ';

    s.open = fm_site_token(r->doc, q->start);
    s.first = fm_site_token(r->doc, first->start);
    s.last = fm_site_token(r->doc, last->end);
    s.after = fm_site_token(r->doc, q->end);
    fm_site_paragraph(r->doc, q->start, &s.from, &unused);
    fm_site_paragraph(r->doc, last->start, &unused, &s.to);
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

void fm_site_use(struct fm_reading *r, struct fm_tokens t)
{
    for (uint32_t i = t.first; i < t.last; i++)
        r->taken[i] = 1;
}

void fm_site_verb(struct fm_reading *r, struct fm_saying *s,
                  const struct fm_verb_group *g, const char *rule)
{
    s->cue = g->all;
    s->lemma = g->cue->lemma;
    s->denial = g->denial;
    s->rule = rule;
    s->at = r->doc->start[g->verb];
    fm_site_use(r, g->all);
}
