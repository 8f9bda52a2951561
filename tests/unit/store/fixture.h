/* A store in a folder of its own, articles whose lines are sentences, and
 * facts made by hand. */
#ifndef FM_TESTS_STORE_FIXTURE_H
#define FM_TESTS_STORE_FIXTURE_H

#include "base/clock.h"
#include "fm_test.h"
#include "store/content.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#define T0 INT64_C(1700000000000000) /* 2023-11-14T22:13:20Z */

struct fixture {
    char dir[64];
    struct fm_store_writer *w;
    struct fm_store_reader *r;
    struct fm_arena arena;
    struct fm_why why;
};

/* What a test says of one fact; NULL and 0 = none. */
struct spec {
    int kind;       /* 0 = RELATION */
    unsigned line;  /* of the text; from 0 */
    const char *id; /* 32 hex digits; NULL = made of the rest */
    const char *subject;
    unsigned subject_entity;
    const char *predicate;
    const char *object;
    unsigned object_entity;
    const char *speaker;
    unsigned speaker_entity;
    const char *place;
    unsigned place_entity;
    const char *start;
    const char *end;
    double confidence; /* 0 = 0.5 */
    int polarity;
    int modality;
};

struct named {
    const char *name;
    int type;
    const char *alias;
};

static inline void fixture_open_writer(struct fixture *f)
{
    struct fm_store_writer_options o = {.dir = f->dir};
    enum fm_error e = fm_store_writer_open(&o, &f->why, &f->w);

    if (e != FM_OK)
        fail_msg("open: %s", f->why.text);
}

static inline void fixture_open_reader(struct fixture *f)
{
    enum fm_error e = fm_store_reader_open(f->dir, &f->why, &f->r);

    if (e != FM_OK)
        fail_msg("open: %s", f->why.text);
}

static inline void fixture_close(struct fixture *f)
{
    if (f->r != NULL)
        f->r->ops->close(f->r);
    if (f->w != NULL)
        f->w->ops->close(f->w);
    f->r = NULL;
    f->w = NULL;
}

static inline void fixture_reopen(struct fixture *f)
{
    fixture_close(f);
    fixture_open_writer(f);
    fixture_open_reader(f);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/fm-store-XXXXXX");
    fm_test_folder(f->dir);
    fm_arena_init(&f->arena, (size_t)256 << 20);
    fixture_open_writer(f);
    fixture_open_reader(f);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    fixture_close(f);
    fm_test_remove(f->dir);
    fm_arena_release(&f->arena);
    free(f);
    return 0;
}

static inline char *fixture_z(const char *z)
{
    return (char *)(uintptr_t)z;
}

#define OK(f, call)                                                        \
 do {                                                                      \
  enum fm_error fixture_e = (call);                                        \
  if (fixture_e != FM_OK)                                                  \
   fail_msg("%s: %s: %s", #call, fm_error_name(fixture_e), (f)->why.text); \
 } while (0)

static inline void fixture_begin(struct fixture *f)
{
    OK(f, f->w->ops->begin(f->w, &f->why));
}

static inline void fixture_commit(struct fixture *f)
{
    OK(f, f->w->ops->commit(f->w, &f->why));
}

/* --- articles ------------------------------------------------------------------ */

/* Within a transaction. */
static inline enum fm_error fixture_append(struct fixture *f,
                                           const char *source, const char *id,
                                           const char *title, const char *text,
                                           int64_t published_us,
                                           struct fm_store_appended *ret)
{
    Factmill__V1__Article a;
    struct fm_store_article in = {0};
    uint8_t *body;

    factmill__v1__article__init(&a);
    a.id = fixture_z(id);
    a.source = fixture_z(source);
    a.title = fixture_z(title);
    a.text = fixture_z(text);
    body =
        fm_arena_alloc(&f->arena, factmill__v1__article__get_packed_size(&a));
    assert_non_null(body);
    in.body = fm_str_n((char *)body, factmill__v1__article__pack(&a, body));
    in.source = fm_str(source);
    in.id = fm_str(id);
    in.title = fm_str(title);
    in.published_us = published_us;
    assert_true(fm_content_hash(in.body, &in.content));
    return f->w->ops->append(f->w, &in, &f->why, ret);
}

/* A transaction of its own; the sequence of the article. */
static inline uint64_t fixture_push(struct fixture *f, const char *id,
                                    const char *text)
{
    struct fm_store_appended done;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", id, "A headline", text, T0, &done));
    fixture_commit(f);
    return done.sequence;
}

/* Within a transaction; its lease is 0 when nothing waits. */
static inline struct fm_store_lease fixture_lease(struct fixture *f,
                                                  const char *worker)
{
    static const struct fm_store_lease none = {.lease = 0};
    struct fm_store_lease *leases = NULL;
    size_t n = 0;

    OK(f, f->w->ops->lease(f->w, fm_str(worker), 1, 1 << 20, &f->arena, &f->why,
                           &leases, &n));
    return n == 1 ? leases[0] : none;
}

/* --- extractions ------------------------------------------------------------------ */

static inline Factmill__V1__Span *fixture_span(struct fm_arena *arena,
                                               size_t start, size_t end)
{
    Factmill__V1__Span *s = fm_arena_alloc(arena, sizeof *s);

    factmill__v1__span__init(s);
    s->start = (uint32_t)start;
    s->end = (uint32_t)end;
    return s;
}

static inline Factmill__V1__Argument *fixture_argument(struct fm_arena *arena,
                                                       int role,
                                                       const char *text,
                                                       unsigned entity)
{
    Factmill__V1__Argument *a = fm_arena_alloc(arena, sizeof *a);

    factmill__v1__argument__init(a);
    a->role = (Factmill__V1__Argument__Role)role;
    a->text = fixture_z(text);
    a->entity = entity;
    return a;
}

static inline Factmill__V1__Evidence *
fixture_evidence(struct fm_arena *arena, const char *text, unsigned line)
{
    Factmill__V1__Evidence *v = fm_arena_alloc(arena, sizeof *v);
    const char *from = text;
    const char *to;

    for (unsigned i = 0; i < line; i++) {
        from = strchr(from, '\n');
        assert_non_null(from);
        from++;
    }
    to = strchr(from, '\n');
    if (to == NULL)
        to = from + strlen(from);
    factmill__v1__evidence__init(v);
    v->sentence = line;
    v->span = fixture_span(arena, (size_t)(from - text), (size_t)(to - text));
    v->text = fm_arena_copy(arena, fm_str_n(from, (size_t)(to - from)));
    return v;
}

static inline char *fixture_fact_id(struct fm_arena *arena,
                                    const struct spec *s, const char *text,
                                    size_t number)
{
    struct fm_blake2b hash;
    struct fm_id id;
    char hex[33];

    if (s->id != NULL)
        return fixture_z(s->id);
    fm_blake2b_init(&hash, sizeof id.bytes, fm_str_n(NULL, 0));
    fm_blake2b_field(&hash, fm_str(text));
    fm_blake2b_field(&hash, fm_str(s->subject));
    fm_blake2b_add(&hash, &number, sizeof number);
    fm_blake2b_end(&hash, id.bytes);
    fm_id_hex(&id, hex);
    return fm_arena_copy(arena, fm_str(hex));
}

static inline void fixture_parts(struct fm_arena *arena, const struct spec *s,
                                 Factmill__V1__Fact *fact)
{
    if (s->subject != NULL)
        fact->subject =
            fixture_argument(arena, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT,
                             s->subject, s->subject_entity);
    if (s->place != NULL)
        fact->place =
            fixture_argument(arena, FACTMILL__V1__ARGUMENT__ROLE__PLACE,
                             s->place, s->place_entity);
    if (s->predicate != NULL) {
        fact->predicate = fm_arena_alloc(arena, sizeof *fact->predicate);
        factmill__v1__predicate__init(fact->predicate);
        fact->predicate->lemma = fixture_z(s->predicate);
    }
    if (s->object != NULL) {
        fact->arguments = fm_arena_array(arena, 1, sizeof(void *));
        fact->n_arguments = 1;
        fact->arguments[0] =
            fixture_argument(arena, FACTMILL__V1__ARGUMENT__ROLE__OBJECT,
                             s->object, s->object_entity);
    }
    if (s->speaker != NULL) {
        Factmill__V1__Attribution *a = fm_arena_alloc(arena, sizeof *a);

        factmill__v1__attribution__init(a);
        a->source = fixture_argument(arena, 0, s->speaker, s->speaker_entity);
        fact->attribution = fm_arena_array(arena, 1, sizeof(void *));
        fact->n_attribution = 1;
        fact->attribution[0] = a;
    }
    if (s->start != NULL) {
        fact->time = fm_arena_alloc(arena, sizeof *fact->time);
        factmill__v1__time__init(fact->time);
        fact->time->start = fixture_z(s->start);
        fact->time->end = fixture_z(s->end != NULL ? s->end : "");
    }
}

static inline Factmill__V1__Fact *fixture_fact(struct fm_arena *arena,
                                               const struct spec *s,
                                               const char *text, size_t number)
{
    Factmill__V1__Fact *fact = fm_arena_alloc(arena, sizeof *fact);

    factmill__v1__fact__init(fact);
    fact->id = fixture_fact_id(arena, s, text, number);
    fact->kind = (Factmill__V1__Fact__Kind)(s->kind != 0 ? s->kind : 7);
    fact->polarity =
        (Factmill__V1__Fact__Polarity)(s->polarity != 0 ? s->polarity : 1);
    fact->modality =
        (Factmill__V1__Fact__Modality)(s->modality != 0 ? s->modality : 1);
    fact->confidence = (float)(s->confidence > 0 ? s->confidence : 0.5);
    fact->rule = fixture_z("test.rule");
    fact->evidence = fixture_evidence(arena, text, s->line);
    fixture_parts(arena, s, fact);
    return fact;
}

static inline Factmill__V1__Extraction *
fixture_extraction(struct fm_arena *arena, const char *text,
                   const struct named *names, size_t n_names,
                   const struct spec *specs, size_t n_specs)
{
    Factmill__V1__Extraction *x = fm_arena_alloc(arena, sizeof *x);

    factmill__v1__extraction__init(x);
    x->extractor = fixture_z("test-1");
    x->entities = fm_arena_array(arena, n_names, sizeof(void *));
    x->n_entities = n_names;
    for (size_t i = 0; i < n_names; i++) {
        Factmill__V1__Entity *e = fm_arena_alloc(arena, sizeof *e);

        factmill__v1__entity__init(e);
        e->id = i + 1;
        e->name = fixture_z(names[i].name);
        e->type = (Factmill__V1__Entity__Type)names[i].type;
        if (names[i].alias != NULL) {
            e->aliases = fm_arena_array(arena, 1, sizeof(char *));
            e->aliases[0] = fixture_z(names[i].alias);
            e->n_aliases = 1;
        }
        x->entities[i] = e;
    }
    x->facts = fm_arena_array(arena, n_specs, sizeof(void *));
    x->n_facts = n_specs;
    for (size_t i = 0; i < n_specs; i++)
        x->facts[i] = fixture_fact(arena, &specs[i], text, i);
    return x;
}

/* Pushes, leases and settles one article; its sequence. */
static inline uint64_t fixture_article(struct fixture *f, const char *source,
                                       const char *id, const char *text,
                                       int64_t published_us,
                                       const struct named *names,
                                       size_t n_names, const struct spec *specs,
                                       size_t n_specs)
{
    struct fm_store_appended done;
    struct fm_store_lease lease;
    enum fm_store_settled settled = FM_STORE_SETTLED_STALE;

    fixture_begin(f);
    OK(f,
       fixture_append(f, source, id, "A headline", text, published_us, &done));
    lease = fixture_lease(f, "w");
    assert_int_not_equal(lease.lease, 0);
    OK(f, f->w->ops->settle(f->w, lease.lease,
                            fixture_extraction(&f->arena, text, names, n_names,
                                               specs, n_specs),
                            10, &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_DONE);
    fixture_commit(f);
    return done.sequence;
}

static inline struct fm_store_counts fixture_counts(struct fixture *f)
{
    struct fm_store_counts c;

    f->w->ops->counts(f->w, &c);
    return c;
}

/* --- lists ----------------------------------------------------------------------- */

struct rows {
    uint64_t sequence[4096];
    size_t n;
    struct fm_store_cursor last;
    Factmill__V1__Fact *facts[4096]; /* unpacked when keep is set */
    bool keep;
};

static inline bool fixture_each(void *user, const struct fm_store_row *row)
{
    struct rows *rows = user;

    assert_true(rows->n < 4096);
    if (rows->keep) {
        struct fm_buf b;

        fm_buf_init(&b, 1 << 20);
        fm_buf_str(&b, row->stored);
        fm_buf_str(&b, row->added);
        rows->facts[rows->n] =
            factmill__v1__fact__unpack(NULL, b.len, (const uint8_t *)b.data);
        assert_non_null(rows->facts[rows->n]);
        fm_buf_release(&b);
    }
    rows->sequence[rows->n++] = row->sequence;
    rows->last = row->cursor;
    return true;
}

static inline void fixture_free_rows(struct rows *rows)
{
    for (size_t i = 0; rows->keep && i < rows->n; i++)
        factmill__v1__fact__free_unpacked(rows->facts[i], NULL);
    rows->n = 0;
}

/* All pages of a list. */
static inline enum fm_error fixture_list(struct fixture *f,
                                         const Factmill__V1__FactFilter *filter,
                                         int order, uint32_t size,
                                         struct rows *rows)
{
    struct fm_store_page page = {.size = size};
    bool more = true;
    enum fm_error e = FM_OK;

    rows->n = 0;
    while (e == FM_OK && more) {
        size_t before = rows->n;

        e = f->r->ops->list_facts(f->r, filter, (Factmill__V1__FactOrder)order,
                                  &page, fixture_each, rows, &f->why, &more);
        if (e == FM_OK && more)
            assert_int_equal(rows->n - before, size);
        page.after = rows->last;
    }
    return e;
}

#endif
