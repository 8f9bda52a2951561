/* Any bytes as a model file: refused, or its sections lie inside it, and what is
 * built from them has the sizes that it should. Hashes would stop everything at
 * the door; where the first byte is odd they are set right first. */
#include "base/hash.h"
#include "nlp/lemma.h"
#include "nlp/model.h"
#include "nlp/network.h"

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

#define HEADER 64u
#define ENTRY  48u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(char *to, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        to[i] = (char)(v >> (8 * i));
}

static uint64_t get(const char *from)
{
    uint64_t v = 0;

    for (unsigned i = 8; i-- > 0;)
        v = v << 8 | (unsigned char)from[i];
    return v;
}

/* As whoever writes a model does. */
static void set_right(char *bytes, size_t len)
{
    uint32_t n = (unsigned char)bytes[12] % 32;

    memcpy(bytes, "FMMODEL\n", 8);
    put(bytes + 8, FM_MODEL_VERSION, 4);
    while (HEADER + (size_t)n * ENTRY > len)
        n--;
    put(bytes + 12, n, 4);
    put(bytes + 16, len, 8);
    for (uint32_t i = 0; i < n; i++) {
        char *entry = bytes + HEADER + (size_t)i * ENTRY;
        uint64_t offset = get(entry + 24);
        uint64_t section = get(entry + 32);

        entry[23] = '\0';
        if (offset <= len && section <= len - offset)
            put(entry + 40, fm_hash64(bytes + offset, (size_t)section, 0), 8);
    }
    put(bytes + 24, fm_hash64(bytes + HEADER, (size_t)n * ENTRY, 0), 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t len = size > 0 ? size - 1 : 0;
    char *bytes = aligned_alloc(64, (len + 64) / 64 * 64);
    struct fm_model *model = NULL;
    struct fm_network net;
    struct fm_lemma_rules rules;
    struct fm_why why = FM_WHY_INIT;

    assert(bytes != NULL);
    if (len > 0)
        memcpy(bytes, data + 1, len);
    if (len >= HEADER && data[0] % 2 != 0)
        set_right(bytes, len);
    if (fm_model_view(fm_str_n(bytes, len), &why, &model) == FM_OK) {
        (void)fm_model_hash(model);
        (void)fm_lemma_open(model, &why, &rules);
        (void)fm_network_open(model, &why, &net);
        fm_model_close(model);
    }
    free(bytes);
    return 0;
}
