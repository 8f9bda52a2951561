#include "store/reprocess_priv.h"

#include <stdlib.h>

/* One fact. */
struct print {
    struct fm_id id;
    uint64_t hash; /* of everything else that an extractor says */
    struct fm_str bytes;
};

struct fm_prints {
    struct print *items;
    size_t n;
    size_t cap;
};

static void forget_entity(Factmill__V1__Argument *argument)
{
    if (argument != NULL)
        argument->entity = 0;
}

/* Leaves what the store adds, and who extracted it, out. */
static void strip(Factmill__V1__Fact *fact)
{
    static char none[] = "";

    fact->article = none;
    fact->source = none;
    fact->extractor = none;
    fact->version = 0;
    fact->published = NULL;
    fact->recorded = NULL;
    fact->sequence = 0;
    fact->retracted = 0;
    fact->base.n_unknown_fields = 0;
    forget_entity(fact->subject);
    forget_entity(fact->place);
    for (size_t i = 0; i < fact->n_arguments; i++)
        forget_entity(fact->arguments[i]);
    for (size_t i = 0; i < fact->n_attribution; i++) {
        forget_entity(fact->attribution[i]->source);
        forget_entity(fact->attribution[i]->venue);
    }
}

static void *arena_alloc(void *user, size_t size)
{
    return fm_arena_alloc(user, size);
}

static void arena_free(void *user, void *pointer)
{
    (void)user;
    (void)pointer;
}

static enum fm_error no_memory(const struct fm_arena *arena, struct fm_why *why)
{
    return fm_fail(arena->failed != FM_OK ? arena->failed : FM_ECORRUPT, why,
                   NULL, "the facts of an article cannot be compared");
}

enum fm_error fm_prints_add(struct fm_prints **prints, struct fm_arena *arena,
                            struct fm_str bytes, struct fm_why *why)
{
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        &allocator, bytes.len, (const uint8_t *)bytes.data);
    struct fm_prints *p = *prints;
    struct print *print;
    uint8_t *packed;
    void *grown;
    size_t size;

    if (p == NULL)
        p = *prints = fm_arena_alloc(arena, sizeof *p);
    if (p == NULL || fact == NULL)
        return no_memory(arena, why);
    grown = fm_arena_grow(arena, p->items, p->n, sizeof *p->items, &p->cap);
    if (grown == NULL)
        return no_memory(arena, why);
    p->items = grown;
    print = &p->items[p->n];
    (void)fm_id_parse(fm_str(fact->id), &print->id);
    print->bytes = fm_str_n(fm_arena_copy(arena, bytes), bytes.len);
    strip(fact);
    size = factmill__v1__fact__get_packed_size(fact);
    packed = fm_arena_alloc(arena, size + 1);
    if (packed == NULL || print->bytes.data == NULL)
        return no_memory(arena, why);
    print->hash = fm_hash64(packed, factmill__v1__fact__pack(fact, packed), 0);
    p->n++;
    return FM_OK;
}

static int by_id(const void *pa, const void *pb)
{
    const struct print *a = pa;
    const struct print *b = pb;

    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

static size_t sort(struct fm_prints *p)
{
    if (p == NULL || p->n == 0)
        return 0;
    qsort(p->items, p->n, sizeof *p->items, by_id);
    return p->n;
}

void fm_prints_compare(struct fm_prints *old_facts, struct fm_prints *new_facts,
                       fm_prints_each *each, void *user,
                       struct fm_difference *ret)
{
    size_t old_n = sort(old_facts);
    size_t new_n = sort(new_facts);
    size_t i = 0;
    size_t k = 0;

    memset(ret, 0, sizeof *ret);
    while (i < old_n || k < new_n) {
        const struct print *a = i < old_n ? &old_facts->items[i] : NULL;
        const struct print *b = k < new_n ? &new_facts->items[k] : NULL;
        int c = a == NULL ? 1 : b == NULL ? -1 : by_id(a, b);

        i += c <= 0;
        k += c >= 0;
        if (c == 0 && a->hash == b->hash) {
            ret->same++;
            continue;
        }
        ret->removed += c < 0;
        ret->added += c > 0;
        ret->changed += c == 0;
        if (each != NULL)
            each(user, c <= 0 ? &a->bytes : NULL, c >= 0 ? &b->bytes : NULL);
    }
}
