/* Any bytes as what a producer pushes: what is let in has an id, a source and a
 * text that are what they should be, and lies inside the bytes. */
#include "base/utf8.h"
#include "ingest/validate.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(struct fm_str all, struct fm_str part)
{
    return part.len == 0 || (part.data >= all.data &&
                             part.data + part.len <= all.data + all.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fm_validate_limits limits = {.text_bytes = 1u << 20,
                                              .now_us = 1700000000000000};
    struct fm_str bytes = fm_str_n((const char *)data, size);
    struct fm_store_article article = {0};
    struct fm_why why = FM_WHY_INIT;

    if (fm_validate_frame(bytes, &limits, &why, &article) != FM_OK) {
        assert(why.text[0] != '\0' && why.reason[0] != '\0');
        return 0;
    }
    assert(article.id.len > 0 && article.id.len <= 256);
    assert(article.source.len > 0 && article.source.len <= 256);
    assert(fm_utf8_valid(article.id) && fm_utf8_valid(article.source));
    assert(inside(bytes, article.id) && inside(bytes, article.source) &&
           inside(bytes, article.title) && inside(bytes, article.body));
    return 0;
}
