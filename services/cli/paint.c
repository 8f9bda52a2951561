#include "cli/paint.h"

void fm_paint_init(struct fm_paint *paint, const Factmill__V1__Span *span)
{
    memset(paint, 0, sizeof *paint);
    if (span == NULL || span->end <= span->start ||
        span->end - span->start > FM_PAINT_MAX)
        return;
    paint->len = span->end - span->start;
    paint->start = span->start;
    paint->field = span->field;
    paint->styles = calloc(paint->len, 1);
}

void fm_paint_release(struct fm_paint *paint)
{
    free(paint->styles);
    paint->styles = NULL;
}

static void mark(struct fm_paint *paint, const Factmill__V1__Span *span,
                 enum fm_style style)
{
    size_t start;
    size_t end;

    if (span == NULL || paint->styles == NULL || span->field != paint->field ||
        span->end <= paint->start)
        return;
    start = span->start > paint->start ? span->start - paint->start : 0;
    end = span->end - paint->start;
    if (end > paint->len)
        end = paint->len;
    if (start < end)
        memset(paint->styles + start, (int)style, end - start);
}

static void mark_argument(struct fm_paint *paint,
                          const Factmill__V1__Argument *argument,
                          enum fm_style style)
{
    if (argument != NULL)
        mark(paint, argument->span, style);
}

void fm_paint_fact(struct fm_paint *paint, const Factmill__V1__Fact *fact)
{
    for (size_t i = 0; i < fact->n_quote; i++)
        mark(paint, fact->quote[i], FM_YELLOW);
    for (size_t i = 0; i < fact->n_arguments; i++)
        mark_argument(paint, fact->arguments[i], FM_YELLOW);
    mark_argument(paint, fact->place, FM_MAGENTA);
    if (fact->quantity != NULL)
        mark(paint, fact->quantity->span, FM_MAGENTA);
    if (fact->time != NULL)
        mark(paint, fact->time->span, FM_MAGENTA);
    for (size_t i = 0; i < fact->n_attribution; i++) {
        const Factmill__V1__Attribution *by = fact->attribution[i];

        mark_argument(paint, by->source, FM_CYAN);
        if (by->cue != NULL)
            mark(paint, by->cue->span, FM_GREEN);
    }
    mark_argument(paint, fact->subject, FM_CYAN);
    if (fact->predicate != NULL)
        mark(paint, fact->predicate->span, FM_GREEN);
    for (size_t i = 0; i < fact->n_triggers; i++)
        mark(paint, fact->triggers[i], FM_RED);
}

void fm_paint_match(struct fm_paint *paint, const Factmill__V1__Span *span)
{
    if (paint->styles == NULL || span->start >= span->end ||
        span->end > paint->len)
        return;
    memset(paint->styles + span->start, FM_MARK, span->end - span->start);
}

void fm_paint_write(const struct fm_paint *paint, struct fm_str sentence,
                    struct fm_para *para)
{
    size_t at = 0;

    if (paint->styles == NULL || paint->len != sentence.len) {
        fm_para_add(para, FM_PLAIN, sentence);
        return;
    }
    while (at < sentence.len) {
        size_t start = at;

        while (at < sentence.len && paint->styles[at] == paint->styles[start])
            at++;
        fm_para_add(para, (enum fm_style)paint->styles[start],
                    fm_str_sub(sentence, start, at));
    }
}
