/* Any text as a page token: none is taken but the one that was given for this
 * request. Its cursor is drawn from the bytes. */
#include "factmill/v1/query.pb-c.h"
#include "query/page.h"

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t SECRET[FM_PAGE_SECRET] = {7, 1, 9, 200, 33};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Factmill__V1__ListFactsRequest request;
    struct fm_store_cursor given = {.set = true};
    struct fm_store_cursor got = {0};
    struct fm_page page;
    struct fm_why why = FM_WHY_INIT;
    char good[FM_PAGE_TEXT];
    char *text = calloc(size + 1, 1);

    assert(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    memcpy(&given.key, text, size < sizeof given.key ? size : sizeof given.key);
    given.row = (int64_t)size;
    given.null_key = size % 2 != 0;
    factmill__v1__list_facts_request__init(&request);
    assert(fm_page_init(&page, SECRET, "/a.B/C", &request.base, &why) == FM_OK);
    fm_page_token(&page, &given, good);
    assert(fm_page_read(&page, good, "page_token", &why, &got) == FM_OK);
    assert(got.key == given.key && got.row == given.row &&
           got.null_key == given.null_key);
    /* libFuzzer learns tokens that were given before; those are good, too. */
    if (fm_page_read(&page, text, "page_token", &why, &got) == FM_OK) {
        char again[FM_PAGE_TEXT];

        fm_page_token(&page, &got, again);
        assert(strcmp(text, again) == 0);
    }
    /* One character of it, changed. */
    if (size > 1) {
        size_t at = data[0] % (FM_PAGE_TEXT - 1);
        char was = good[at];

        good[at] = text[1];
        if (good[at] != was)
            assert(fm_page_read(&page, good, "page_token", &why, &got) ==
                   FM_EINVAL);
    }
    /* Another request's. */
    request.page_token = text;
    request.page_size = (int32_t)size;
    (void)fm_page_init(&page, SECRET, "/a.B/C", &request.base, &why);
    free(text);
    return 0;
}
