#include "nlp/document.h"

void fm_doc_init(struct fm_doc *doc, size_t ceiling)
{
    memset(doc, 0, sizeof *doc);
    fm_arena_init(&doc->arena, ceiling);
}

void fm_doc_release(struct fm_doc *doc)
{
    if (doc != NULL)
        fm_arena_release(&doc->arena);
}

enum fm_error fm_doc_reset(struct fm_doc *doc, struct fm_str text,
                           struct fm_why *why)
{
    struct fm_arena arena = doc->arena;

    if (text.len > FM_DOCUMENT_BYTES_MAX)
        return fm_fail(FM_ETOOBIG, why, "TEXT_TOO_LONG",
                       "a text of %zu bytes is longer than %u", text.len,
                       FM_DOCUMENT_BYTES_MAX);
    fm_arena_reset(&arena);
    memset(doc, 0, sizeof *doc);
    doc->arena = arena;
    doc->text = text;
    return FM_OK;
}

struct fm_str fm_doc_token(const struct fm_doc *doc, size_t i)
{
    return fm_str_sub(doc->text, doc->start[i], doc->end[i]);
}

struct fm_str fm_doc_range(const struct fm_doc *doc, size_t first, size_t last)
{
    if (first >= last)
        return fm_str_n(NULL, 0);
    return fm_str_sub(doc->text, doc->start[first], doc->end[last - 1]);
}

size_t fm_doc_sentence_at(const struct fm_doc *doc, uint32_t at)
{
    size_t low = 0;
    size_t high = doc->sentence_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (doc->sentences[mid].start <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 ? low - 1 : doc->sentence_count;
}

size_t fm_doc_token_at(const struct fm_doc *doc, uint32_t at)
{
    size_t low = 0;
    size_t high = doc->token_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (doc->end[mid] <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}
