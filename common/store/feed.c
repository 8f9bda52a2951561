#include "base/hash.h"
#include "base/wire.h"
#include "store/feed_priv.h"
#include "store/normal.h"

/* Keys and names of all filters together. */
#define KEYS_MAX (FM_STORE_WATCHES * 8u)
/* A filter as it came: what check.c of a service lets through. */
#define FILTER_MAX (64u << 10)
/* Tokens of the longest sentence (FM_SETTLE_STRING), each with its text. */
#define WORDS_MAX ((size_t)16 << 20)

static struct fm_feed *self(struct fm_store_feed *base)
{
    return (struct fm_feed *)(void *)base;
}

/* --- the table of filters ------------------------------------------------------------- */

static void unlink_names(struct fm_feed *feed, const struct fm_sieve *s,
                         uint32_t id)
{
    for (size_t i = 0; i < s->who_count; i++)
        if (s->whos[i].name != 0)
            fm_keymap_remove(&feed->names, s->whos[i].name, id);
}

static void unlink_all(struct fm_feed *feed, const struct fm_sieve *s,
                       uint32_t id)
{
    for (size_t i = 0; i < s->key_count; i++)
        fm_keymap_remove(&feed->index, s->keys[i], id);
    unlink_names(feed, s, id);
    feed->kept[s->kept_by]--;
    feed->texts -= s->phrases.step_n > 0;
}

static enum fm_error link_all(struct fm_feed *feed, const struct fm_sieve *s,
                              uint32_t id, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    feed->kept[s->kept_by]++;
    feed->texts += s->phrases.step_n > 0;
    for (size_t i = 0; e == FM_OK && i < s->key_count; i++)
        e = fm_keymap_add(&feed->index, s->keys[i], id, KEYS_MAX);
    for (size_t i = 0; e == FM_OK && i < s->who_count; i++)
        if (s->whos[i].name != 0)
            e = fm_keymap_add(&feed->names, s->whos[i].name, id, KEYS_MAX);
    if (e == FM_OK)
        return FM_OK;
    unlink_all(feed, s, id);
    return fm_fail(e, why, e == FM_EBUSY ? "TOO_MANY_WATCHES" : NULL,
                   "no room for another standing filter");
}

static enum fm_error take_slot(struct fm_feed *feed, struct fm_why *why,
                               uint32_t *ret)
{
    uint32_t cap = feed->cap != 0 ? feed->cap * 2 : 64;
    struct fm_waiting **slots;

    for (; feed->hint < feed->cap; feed->hint++) {
        if (feed->slots[feed->hint] == NULL) {
            *ret = feed->hint;
            return FM_OK;
        }
    }
    if (feed->cap >= FM_STORE_WATCHES)
        return fm_fail(FM_EBUSY, why, "TOO_MANY_WATCHES",
                       "%u standing filters are kept; no more fit",
                       FM_STORE_WATCHES);
    slots = realloc(feed->slots, cap * sizeof(void *));
    if (slots == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a filter");
    for (uint32_t i = feed->cap; i < cap; i++)
        slots[i] = NULL;
    *ret = feed->cap;
    feed->slots = slots;
    feed->cap = cap;
    return FM_OK;
}

/* A copy, to be resolved again when its names stand for more. */
static Factmill__V1__FactFilter *
copy_filter(const Factmill__V1__FactFilter *filter)
{
    size_t size = factmill__v1__fact_filter__get_packed_size(filter);
    uint8_t *bytes = size <= FILTER_MAX ? malloc(size + 1) : NULL;
    Factmill__V1__FactFilter *copy = NULL;

    if (bytes != NULL)
        copy = factmill__v1__fact_filter__unpack(
            NULL, factmill__v1__fact_filter__pack(filter, bytes), bytes);
    free(bytes);
    return copy;
}

static void free_waiting(struct fm_waiting *waiting)
{
    if (waiting == NULL)
        return;
    if (waiting->filter != NULL)
        factmill__v1__fact_filter__free_unpacked(waiting->filter, NULL);
    fm_sieve_release(&waiting->sieve);
    free(waiting);
}

static enum fm_error add_within(struct fm_feed *feed,
                                const Factmill__V1__FactFilter *filter,
                                void *watch, struct fm_why *why,
                                uint32_t *ret_id)
{
    struct fm_waiting *waiting = calloc(1, sizeof *waiting);
    uint32_t id = 0;
    enum fm_error e;

    if (waiting == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a filter");
    waiting->watch = watch;
    waiting->filter = copy_filter(filter);
    e = waiting->filter != NULL
            ? take_slot(feed, why, &id)
            : fm_fail(FM_ETOOBIG, why, NULL, "the filter is too large");
    if (e == FM_OK)
        e = fm_sieve_init(&waiting->sieve, feed->r, &feed->tokens,
                          waiting->filter, why);
    if (e == FM_OK)
        e = link_all(feed, &waiting->sieve, id, why);
    if (e != FM_OK) {
        free_waiting(waiting);
        return e;
    }
    feed->slots[id] = waiting;
    *ret_id = id;
    return FM_OK;
}

static enum fm_error add(struct fm_store_feed *base,
                         const Factmill__V1__FactFilter *filter, void *watch,
                         struct fm_why *why, uint32_t *ret_id)
{
    struct fm_feed *feed = self(base);
    Factmill__V1__FactFilter none;
    enum fm_error e = fm_answer_begin(feed->r, why);

    factmill__v1__fact_filter__init(&none);
    if (e == FM_OK)
        e = add_within(feed, filter != NULL ? filter : &none, watch, why,
                       ret_id);
    return fm_answer_end(feed->r, e, why);
}

static void remove_filter(struct fm_store_feed *base, uint32_t id)
{
    struct fm_feed *feed = self(base);

    if (id >= feed->cap || feed->slots[id] == NULL)
        return;
    unlink_all(feed, &feed->slots[id]->sieve, id);
    free_waiting(feed->slots[id]);
    feed->slots[id] = NULL;
    if (id < feed->hint)
        feed->hint = id;
}

/* --- names that stand for more --------------------------------------------------------- */

static bool stands_for(const struct fm_sieve *s, uint64_t name, int64_t id)
{
    for (size_t i = 0; i < s->who_count; i++) {
        const struct fm_sieve_who *who = &s->whos[i];
        bool known = who->name != name;

        for (size_t k = 0; !known && k < who->n; k++)
            known = who->ids[k] == id;
        if (!known)
            return false;
    }
    return true;
}

static void resolve_again(struct fm_feed *feed, uint32_t id,
                          const struct fm_advance *a)
{
    struct fm_waiting *waiting = feed->slots[id];
    struct fm_sieve fresh;
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e =
        fm_sieve_init(&fresh, feed->r, &feed->tokens, waiting->filter, &why);

    if (e == FM_OK) {
        unlink_all(feed, &waiting->sieve, id);
        e = link_all(feed, &fresh, id, &why);
        if (e != FM_OK)
            (void)link_all(feed, &waiting->sieve, id, NULL);
        else {
            fm_sieve_release(&waiting->sieve);
            waiting->sieve = fresh;
            return;
        }
        fm_sieve_release(&fresh);
    }
    if (!waiting->failed) {
        const struct fm_store_match match = {
            .watch = waiting->watch, .error = e, .why = &why};

        waiting->failed = true;
        a->each(a->user, &match);
    }
}

static void learn_name(struct fm_feed *feed, struct fm_str name, int64_t id,
                       const struct fm_advance *a)
{
    struct fm_str normal = fm_normal_name(name, &feed->r->arena);
    uint64_t key = fm_sieve_hash(FM_KEY_ENTITY, normal) | 1;
    uint32_t stale[FM_STALE_MAX];
    size_t n = 0;

    if (normal.len == 0)
        return;
    /* Collected first: resolving again changes the chain. */
    for (uint32_t at = fm_keymap_first(&feed->names, key);
         at != FM_KEYMAP_END && n < FM_STALE_MAX;
         at = fm_keymap_next(&feed->names, key, at)) {
        uint32_t slot = feed->names.entries[at].value;

        if (!feed->slots[slot]->failed &&
            !stands_for(&feed->slots[slot]->sieve, key, id))
            stale[n++] = slot;
    }
    for (size_t i = 0; i < n; i++)
        resolve_again(feed, stale[i], a);
    if (n == FM_STALE_MAX)
        learn_name(feed, name, id, a);
}

/* Fields of Extraction and Entity, as in proto/. */
enum {
    EXTRACTION_ENTITIES = 4,
    ENTITY_ID = 1,
    ENTITY_NAME = 3,
    ENTITY_ALIASES = 4,
};

static void learn_entity(struct fm_feed *feed, struct fm_str entity,
                         const struct fm_advance *a)
{
    struct fm_wire_field field;
    char digits[24];
    int64_t id = 0;
    size_t at = 0;

    /* The id stands before the names: fields are written in order. It is what
     * a filter may call the entity by, too. */
    while (fm_wire_next(entity, &at, &field)) {
        if (field.number == ENTITY_ID && field.type == 0) {
            id = (int64_t)field.value;
            (void)snprintf(digits, sizeof digits, "%lld", (long long)id);
            learn_name(feed, fm_str(digits), id, a);
        }
        if ((field.number == ENTITY_NAME || field.number == ENTITY_ALIASES) &&
            field.type == 2 && id != 0)
            learn_name(feed, field.bytes, id, a);
    }
}

/* Names and aliases only come into the store with an article, and its
 * extraction says which. */
static enum fm_error learn_names(struct fm_feed *feed, int64_t article,
                                 const struct fm_advance *a, struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    struct fm_wire_field field;
    struct fm_str bytes;
    size_t at = 0;
    bool row = false;
    enum fm_error e;

    if (feed->names.count == 0)
        return FM_OK;
    e = fm_reader_stmt(feed->r,
                       "SELECT fm_bytes(bytes) FROM extraction WHERE article=?",
                       why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    bytes = fm_stmt_col_str(st, 0);
    while (fm_wire_next(bytes, &at, &field))
        if (field.number == EXTRACTION_ENTITIES && field.type == 2)
            learn_entity(feed, field.bytes, a);
    fm_stmt_reset(st);
    return FM_OK;
}

/* --- one changed fact -------------------------------------------------------------------- */

/* The filters kept under a key, each tested once for a fact. */
static void try_key(struct fm_feed *feed, uint64_t key,
                    const struct fm_sieve_row *row, int64_t number,
                    const struct fm_advance *a)
{
    for (uint32_t at = fm_keymap_first(&feed->index, key); at != FM_KEYMAP_END;
         at = fm_keymap_next(&feed->index, key, at)) {
        struct fm_waiting *waiting = feed->slots[feed->index.entries[at].value];

        if (waiting->tried == feed->turn || waiting->failed)
            continue;
        waiting->tried = feed->turn;
        if (fm_sieve_test(&waiting->sieve, row, &feed->r->words)) {
            const struct fm_store_match match = {.watch = waiting->watch,
                                                 .number = (uint64_t)number};

            a->each(a->user, &match);
        }
    }
}

/* Facts of one sentence follow one another. */
static enum fm_error read_tokens(struct fm_feed *feed, struct fm_str sentence,
                                 struct fm_why *why)
{
    uint64_t hash = fm_hash_str(sentence);
    enum fm_error e = FM_OK;

    if (feed->texts == 0 || (hash == feed->sentence && hash != 0))
        return FM_OK;
    e = fm_token_list_read(&feed->words, &feed->tokens, sentence);
    feed->sentence = e == FM_OK ? hash : 0;
    return e == FM_OK ? FM_OK
                      : fm_fail(e, why, NULL, "no memory for a sentence");
}

static void try_words(struct fm_feed *feed, const struct fm_sieve_row *row,
                      int64_t number, const struct fm_advance *a)
{
    for (size_t i = 0; i < feed->words.n; i++) {
        uint64_t keys[FM_TOKEN_KEYS];

        fm_token_keys(feed->words.items[i].text, keys);
        for (size_t k = 0; k < FM_TOKEN_KEYS; k++)
            try_key(feed, keys[k], row, number, a);
    }
}

static enum fm_error try_fact(struct fm_feed *feed,
                              const struct fm_sieve_row *row, int64_t number,
                              const struct fm_advance *a)
{
    const struct fm_fact_view *v = row->view;

    const struct {
        enum fm_sieve_key by;
        uint64_t key;
    } keys[] = {
        {FM_KEY_ARTICLE, fm_sieve_hash(FM_KEY_ARTICLE, v->article)},
        {FM_KEY_PREDICATE, fm_sieve_hash(FM_KEY_PREDICATE, row->predicate)},
        {FM_KEY_SOURCE, fm_sieve_hash(FM_KEY_SOURCE, v->source)},
        {FM_KEY_KIND, fm_sieve_number(FM_KEY_KIND, row->kind)},
        {FM_KEY_ALL, fm_sieve_number(FM_KEY_ALL, 0)},
    };
    enum fm_error e = read_tokens(feed, v->sentence, a->why);

    if (e != FM_OK)
        return e;
    feed->turn++;
    for (size_t i = 0; feed->kept[FM_KEY_ENTITY] > 0 && i < v->n; i++)
        try_key(feed, fm_sieve_number(FM_KEY_ENTITY, v->participants[i].who),
                row, number, a);
    if (feed->kept[FM_KEY_WORD] > 0)
        try_words(feed, row, number, a);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (feed->kept[keys[i].by] > 0)
            try_key(feed, keys[i].key, row, number, a);
    return FM_OK;
}

/* --- changes --------------------------------------------------------------------------- */

#define COLUMNS                                                             \
 "SELECT sequence, kind, time_start, time_end, published_us, recorded_us,"  \
 " polarity, modality, confidence, predicate, fm_fact(sequence, id, fact)," \
 " retracted FROM fact "

static void read_row(const struct fm_stmt *st, struct fm_fact_view *view,
                     const struct fm_token_list *words,
                     struct fm_sieve_row *ret)
{
    ret->sequence = fm_stmt_col_int(st, 0);
    ret->kind = fm_stmt_col_int(st, 1);
    ret->time_start = fm_stmt_col_int_or(st, 2, INT64_MIN);
    ret->time_end = fm_stmt_col_int_or(st, 3, INT64_MIN);
    ret->published_us = fm_stmt_col_int_or(st, 4, INT64_MIN);
    ret->recorded_us = fm_stmt_col_int(st, 5);
    ret->polarity = fm_stmt_col_int(st, 6);
    ret->modality = fm_stmt_col_int(st, 7);
    ret->confidence = fm_stmt_col_real(st, 8);
    ret->predicate = fm_stmt_col_str(st, 9);
    ret->bytes = fm_stmt_col_str(st, 10);
    ret->view = view;
    ret->tokens = words;
    fm_fact_view_read(ret->bytes, view);
}

/* Facts added as, or taken back by, the changes from … to. */
static enum fm_error try_facts(struct fm_feed *feed, bool added, int64_t from,
                               int64_t to, struct fm_advance *a)
{
    static const char *const sql[] = {
        COLUMNS "INDEXED BY fact_retracted WHERE retracted>=? AND retracted<=?"
                " ORDER BY retracted",
        COLUMNS "WHERE sequence>=? AND sequence<=? ORDER BY sequence"};
    struct fm_sieve_row row;
    struct fm_stmt *st = NULL;
    bool has_row = false;
    enum fm_error e;

    if (from > to)
        return FM_OK;
    e = fm_reader_stmt(feed->r, sql[added ? 1 : 0], a->why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, from);
    fm_stmt_int(st, 2, to);
    while (e == FM_OK && (e = fm_stmt_step(st, a->why, &has_row)) == FM_OK &&
           has_row) {
        read_row(st, &feed->view, &feed->words, &row);
        e = try_fact(feed, &row, added ? row.sequence : fm_stmt_col_int(st, 11),
                     a);
        a->seen++;
    }
    if (has_row)
        fm_stmt_reset(st);
    return e;
}

/* The first change behind a->after; *ret_found is false when there is none. */
static enum fm_error try_change(struct fm_feed *feed, struct fm_advance *a,
                                bool *ret_found)
{
    static const char sql[] = "SELECT last, first, added, article FROM change"
                              " WHERE last>? ORDER BY last LIMIT 1";
    int64_t next = (int64_t)a->after + 1;
    struct fm_stmt *st = NULL;
    bool row = false;
    int64_t last;
    int64_t first;
    int64_t added;
    int64_t article;
    enum fm_error e = fm_reader_stmt(feed->r, sql, a->why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)a->after);
    e = fm_stmt_step(st, a->why, &row);
    *ret_found = row;
    if (e != FM_OK || !row)
        return e;
    last = fm_stmt_col_int(st, 0);
    first = fm_stmt_col_int(st, 1);
    added = fm_stmt_col_int(st, 2);
    article = fm_stmt_col_int(st, 3);
    fm_stmt_reset(st);
    e = learn_names(feed, article, a, a->why);
    if (e == FM_OK)
        e = try_facts(feed, false, first > next ? first : next, added - 1, a);
    if (e == FM_OK)
        e = try_facts(feed, true, added > next ? added : next, last, a);
    if (e == FM_OK)
        a->after = (uint64_t)last;
    return e;
}

static enum fm_error advance(struct fm_store_feed *base, uint32_t max,
                             fm_store_each_match *each, void *user,
                             struct fm_why *why, uint64_t *after,
                             bool *ret_more)
{
    struct fm_feed *feed = self(base);
    struct fm_advance a = {
        .each = each, .user = user, .why = why, .after = *after};
    bool found = true;
    enum fm_error e = *after < INT64_MAX
                          ? fm_answer_begin(feed->r, why)
                          : fm_fail(FM_EINVAL, why, NULL, "no such change");

    while (e == FM_OK && found && a.seen < max)
        e = try_change(feed, &a, &found);
    e = fm_answer_end(feed->r, e, why);
    /* What was given was given, though the next may have failed. */
    *after = a.after;
    if (e == FM_OK)
        *ret_more = found;
    return e;
}

/* --- the table ------------------------------------------------------------------------- */

static enum fm_error sequence(struct fm_store_feed *base, struct fm_why *why,
                              uint64_t *ret)
{
    struct fm_store_reader *reader = &self(base)->r->base;

    return reader->ops->sequence(reader, why, ret);
}

static void close_feed(struct fm_store_feed *base)
{
    struct fm_feed *feed = self(base);

    if (base == NULL)
        return;
    for (uint32_t i = 0; i < feed->cap; i++)
        free_waiting(feed->slots[i]);
    free(feed->slots);
    fm_keymap_release(&feed->index);
    fm_keymap_release(&feed->names);
    fm_arena_release(&feed->words.arena);
    fm_tokens_close(&feed->tokens);
    if (feed->r != NULL)
        feed->r->base.ops->close(&feed->r->base);
    free(feed);
}

static const struct fm_store_feed_ops ops = {
    .close = close_feed,
    .add = add,
    .remove = remove_filter,
    .advance = advance,
    .sequence = sequence,
};

enum fm_error fm_store_feed_open(const char *dir, struct fm_why *why,
                                 struct fm_store_feed **ret_feed)
{
    struct fm_feed *feed = calloc(1, sizeof *feed);
    struct fm_store_reader *reader = NULL;
    enum fm_error e;

    if (feed == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a feed");
    feed->base.ops = &ops;
    fm_arena_init(&feed->words.arena, WORDS_MAX);
    e = fm_store_reader_open(dir, why, &reader);
    if (e == FM_OK) {
        feed->r = (struct fm_reader *)(void *)reader;
        e = fm_tokens_open(feed->r->db, why, &feed->tokens);
    }
    if (e != FM_OK) {
        close_feed(&feed->base);
        return e;
    }
    *ret_feed = &feed->base;
    return FM_OK;
}
