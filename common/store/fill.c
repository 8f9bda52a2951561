#include "store/settle_priv.h"

static uint64_t global_of(const struct fm_settlement *s, uint64_t entity)
{
    return entity < s->global_count ? s->global[entity] : 0;
}

static void *copy(struct fm_settlement *s, const void *from, size_t size)
{
    void *to = fm_arena_alloc(s->arena, size);

    if (to != NULL)
        memcpy(to, from, size);
    return to;
}

/* With the global number; the rest is shared with the original. */
static Factmill__V1__Argument *argument(struct fm_settlement *s,
                                        const Factmill__V1__Argument *from)
{
    Factmill__V1__Argument *to;

    if (from == NULL)
        return NULL;
    to = copy(s, from, sizeof *to);
    if (to != NULL)
        to->entity = global_of(s, from->entity);
    return to;
}

static Factmill__V1__Argument **arguments(struct fm_settlement *s,
                                          const Factmill__V1__Fact *fact)
{
    Factmill__V1__Argument **to =
        fm_arena_array(s->arena, fact->n_arguments, sizeof(void *));

    for (size_t i = 0; to != NULL && i < fact->n_arguments; i++)
        to[i] = argument(s, fact->arguments[i]);
    return to;
}

static Factmill__V1__Attribution **attributions(struct fm_settlement *s,
                                                const Factmill__V1__Fact *fact)
{
    Factmill__V1__Attribution **to =
        fm_arena_array(s->arena, fact->n_attribution, sizeof(void *));

    for (size_t i = 0; to != NULL && i < fact->n_attribution; i++) {
        to[i] = copy(s, fact->attribution[i], sizeof **to);
        if (to[i] == NULL)
            return NULL;
        to[i]->source = argument(s, fact->attribution[i]->source);
        to[i]->venue = argument(s, fact->attribution[i]->venue);
    }
    return to;
}

static Google__Protobuf__Timestamp *timestamp(struct fm_settlement *s,
                                              int64_t us)
{
    Google__Protobuf__Timestamp *t;
    int64_t micros;

    if (us == INT64_MIN)
        return NULL;
    t = fm_arena_alloc(s->arena, sizeof *t);
    if (t == NULL)
        return NULL;
    google__protobuf__timestamp__init(t);
    micros = us % 1000000 < 0 ? us % 1000000 + 1000000 : us % 1000000;
    t->seconds = (us - micros) / 1000000;
    t->nanos = (int32_t)micros * 1000;
    return t;
}

static enum fm_error pack(struct fm_settlement *s,
                          const ProtobufCMessage *message, struct fm_why *why,
                          struct fm_str *ret)
{
    size_t size;
    uint8_t *to;

    if (s->arena->failed != FM_OK)
        return fm_fail(s->arena->failed, why, NULL, "no memory for a result");
    size = protobuf_c_message_get_packed_size(message);
    to = fm_arena_alloc(s->arena, size);
    if (to == NULL)
        return fm_fail(s->arena->failed, why, NULL, "no memory for a result");
    *ret = fm_str_n((const char *)to, protobuf_c_message_pack(message, to));
    return FM_OK;
}

/* What the facts of an article have alike. */
static void set_common(struct fm_settlement *s, Factmill__V1__Fact *f)
{
    f->article = fm_arena_copy(s->arena, s->row.id);
    f->source = fm_arena_copy(s->arena, s->row.source_name);
    f->version = s->row.version;
    f->extractor = s->extraction->extractor;
    f->published = timestamp(s, s->row.published_us);
}

/* What pack.c adds again when a fact is read. */
static void strip(Factmill__V1__Fact *f)
{
    static char none[] = "";

    f->id = none;
    f->article = none;
    f->source = none;
    f->version = 0;
    f->extractor = none;
    f->published = NULL;
}

enum fm_error fm_fill_common(struct fm_settlement *s, struct fm_why *why,
                             struct fm_str *ret_bytes)
{
    Factmill__V1__Fact f;

    factmill__v1__fact__init(&f);
    set_common(s, &f);
    return pack(s, &f.base, why, ret_bytes);
}

enum fm_error fm_fill_fact(struct fm_settlement *s,
                           const Factmill__V1__Fact *fact, struct fm_why *why,
                           Factmill__V1__Fact *ret_filled,
                           struct fm_str *ret_bytes)
{
    Factmill__V1__Fact f = *fact;
    Factmill__V1__Fact lean;
    struct fm_str bytes = {NULL, 0};
    enum fm_error e;

    f.base.n_unknown_fields = 0;
    f.base.unknown_fields = NULL;
    set_common(s, &f);
    f.recorded = NULL;
    f.sequence = 0;
    f.retracted = 0;
    f.subject = argument(s, fact->subject);
    f.place = argument(s, fact->place);
    f.arguments = arguments(s, fact);
    f.attribution = attributions(s, fact);
    lean = f;
    strip(&lean);
    e = pack(s, &lean.base, why, &bytes);
    if (e != FM_OK)
        return e;
    *ret_filled = f;
    *ret_bytes = bytes;
    return FM_OK;
}

enum fm_error fm_fill_extraction(struct fm_settlement *s, struct fm_why *why,
                                 struct fm_str *ret_bytes)
{
    const Factmill__V1__Extraction *from = s->extraction;
    Factmill__V1__Extraction x = *from;

    x.n_facts = 0;
    x.n_sketch = 0; /* kept in table said */
    x.base.n_unknown_fields = 0;
    x.base.unknown_fields = NULL;
    x.entities = fm_arena_array(s->arena, x.n_entities, sizeof(void *));
    x.mentions = fm_arena_array(s->arena, x.n_mentions, sizeof(void *));
    for (size_t i = 0; x.entities != NULL && i < x.n_entities; i++) {
        x.entities[i] = copy(s, from->entities[i], sizeof **x.entities);
        if (x.entities[i] == NULL)
            break;
        x.entities[i]->id = global_of(s, i + 1);
    }
    for (size_t i = 0; x.mentions != NULL && i < x.n_mentions; i++) {
        x.mentions[i] = copy(s, from->mentions[i], sizeof **x.mentions);
        if (x.mentions[i] == NULL)
            break;
        x.mentions[i]->entity = global_of(s, from->mentions[i]->entity);
    }
    return pack(s, &x.base, why, ret_bytes);
}
