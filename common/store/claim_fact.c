#include "store/claim_read_priv.h"

int fm_statement_order(const void *pa, const void *pb)
{
    const struct fm_statement *a = pa;
    const struct fm_statement *b = pb;

    if (a->key.topic != b->key.topic)
        return a->key.topic < b->key.topic ? -1 : 1;
    if (a->key.value != b->key.value)
        return a->key.value < b->key.value ? -1 : 1;
    if (a->seen_us != b->seen_us)
        return a->seen_us < b->seen_us ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

void fm_claim_id(const struct fm_claim_key *key, char ret[FM_CLAIM_ID])
{
    (void)snprintf(ret, FM_CLAIM_ID, "%016llx%08x",
                   (unsigned long long)key->topic, (unsigned)key->value);
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

/* Columns alone: a fact itself has to be unpacked. */
static const char columns[] =
    "SELECT kind, source, published_us, recorded_us, confidence, polarity,"
    " modality, retracted FROM fact WHERE sequence=?";
static const char by_sequence[] =
    "SELECT recorded_us, retracted, fm_fact(sequence, id, fact) FROM fact"
    " WHERE sequence=?";

enum fm_error fm_claim_fact(struct fm_reader *r, int64_t sequence, int64_t upto,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__Fact **ret)
{
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};
    Factmill__V1__Fact *fact = NULL;
    struct fm_stmt *st = NULL;
    int64_t retracted;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, by_sequence, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (row) {
        struct fm_str bytes = fm_stmt_col_str(st, 2);

        fact = factmill__v1__fact__unpack(&allocator, bytes.len,
                                          (const uint8_t *)bytes.data);
        retracted = fm_stmt_col_int(st, 1);
        if (fact != NULL) {
            fact->sequence = (uint64_t)sequence;
            fact->recorded = fm_read_time(arena, fm_stmt_col_int(st, 0));
            fact->retracted = retracted != 0 && retracted <= upto;
        }
        fm_stmt_reset(st);
    }
    if (fact == NULL && arena->failed != FM_OK)
        return fm_fail(arena->failed, why, NULL, "no memory for facts");
    if (fact == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld cannot be read", (long long)sequence);
    *ret = fact;
    return FM_OK;
}

/* --- the statements of a topic ---------------------------------------------------- */

struct numbers {
    int64_t *items;
    size_t n;
    size_t max;
    bool cut;
};

static bool add_number(void *user, int64_t sequence, uint32_t value)
{
    struct numbers *numbers = user;

    (void)value;
    if (numbers->n == numbers->max) {
        numbers->cut = true;
        return false;
    }
    numbers->items[numbers->n++] = sequence;
    return true;
}

static int by_number(const void *pa, const void *pb)
{
    const int64_t *a = pa;
    const int64_t *b = pb;

    return (*a > *b) - (*a < *b);
}

static enum fm_standing standing_of(int64_t polarity, int64_t modality,
                                    int64_t kind, bool has_voice)
{
    if (polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE)
        return FM_STANDING_NEGATED;
    if (has_voice || kind == FACTMILL__V1__FACT__KIND__QUOTE ||
        kind == FACTMILL__V1__FACT__KIND__REPORTED)
        return FM_STANDING_REPORTED;
    return modality > FACTMILL__V1__FACT__MODALITY__ASSERTED
               ? FM_STANDING_POSSIBLE
               : FM_STANDING_ASSERTED;
}

/* *ret_in_force: false leaves it out. */
static enum fm_error read_statement(struct fm_reader *r, struct fm_said *said,
                                    int64_t sequence, int64_t upto,
                                    struct fm_why *why,
                                    struct fm_statement *ret,
                                    bool *ret_in_force)
{
    struct fm_stmt *st = NULL;
    int64_t retracted;
    bool row = false;
    enum fm_error e = fm_said_find(r, sequence, why, said);

    if (e == FM_OK)
        e = fm_reader_stmt(r, columns, why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    retracted = fm_stmt_col_int(st, 7);
    *ret_in_force = retracted == 0 || retracted > upto;
    ret->key = fm_said_get(said->bytes, (size_t)(sequence - said->added));
    ret->sequence = sequence;
    ret->change = said->last;
    ret->article = said->article;
    ret->kind = (int)fm_stmt_col_int(st, 0);
    ret->source = fm_stmt_col_int(st, 1);
    ret->seen_us = fm_stmt_col_int_or(st, 2, fm_stmt_col_int(st, 3));
    ret->dated = !fm_stmt_col_is_null(st, 2);
    ret->confidence = (float)fm_stmt_col_real(st, 4);
    ret->standing = standing_of(fm_stmt_col_int(st, 5), fm_stmt_col_int(st, 6),
                                ret->kind, ret->key.voice != 0);
    fm_stmt_reset(st);
    return FM_OK;
}

enum fm_error fm_claim_topic(struct fm_reader *r, uint64_t topic, int64_t upto,
                             struct fm_why *why, struct fm_statement **ret,
                             size_t *ret_n, bool *ret_cut)
{
    struct numbers numbers = {.max = FM_TOPIC_STATEMENTS};
    struct fm_said said = {.last = 0};
    struct fm_statement *list;
    size_t n = 0;
    enum fm_error e;

    numbers.items = fm_arena_array(&r->arena, numbers.max, sizeof(int64_t));
    if (numbers.items == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a claim");
    e = fm_topic_find(r, topic, upto, add_number, &numbers, why);
    if (e != FM_OK)
        return e;
    if (numbers.n > 0)
        qsort(numbers.items, numbers.n, sizeof numbers.items[0], by_number);
    list = fm_arena_array(&r->arena, numbers.n, sizeof *list);
    if (list == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a claim");
    for (size_t i = 0; e == FM_OK && i < numbers.n; i++) {
        bool in_force = false;

        e = read_statement(r, &said, numbers.items[i], upto, why, &list[n],
                           &in_force);
        n += in_force;
    }
    if (n > 0)
        qsort(list, n, sizeof *list, fm_statement_order);
    *ret = list;
    *ret_n = n;
    *ret_cut = numbers.cut;
    return e;
}

/* --- the message -------------------------------------------------------------------- */

static size_t distinct(struct fm_arena *scratch,
                       const struct fm_statement *list, size_t n, bool sources)
{
    int64_t *numbers = fm_arena_array(scratch, n, sizeof *numbers);
    size_t count = n > 0;

    if (numbers == NULL)
        return 0;
    for (size_t i = 0; i < n; i++)
        numbers[i] = sources ? list[i].source : list[i].article;
    qsort(numbers, n, sizeof *numbers, by_number);
    for (size_t i = 1; i < n; i++)
        count += numbers[i] != numbers[i - 1];
    return count;
}

/* The most certain that the article says itself, or else the most certain. */
static const struct fm_statement *best_of(const struct fm_statement *list,
                                          size_t n)
{
    const struct fm_statement *best = &list[0];

    for (size_t i = 1; i < n; i++) {
        bool own = list[i].key.voice == 0;
        bool best_own = best->key.voice == 0;

        if (own != best_own ? own : list[i].confidence > best->confidence)
            best = &list[i];
    }
    return best;
}

static void add_standing(Factmill__V1__Count *count, enum fm_standing standing)
{
    switch (standing) {
    case FM_STANDING_ASSERTED: count->asserted++; break;
    case FM_STANDING_REPORTED: count->reported++; break;
    case FM_STANDING_POSSIBLE: count->possible++; break;
    case FM_STANDING_NEGATED: count->negated++; break;
    }
}

/* Of those whose date is known; of all when none's is. */
static void set_seen(Factmill__V1__Claim *claim,
                     const struct fm_statement *list, size_t n,
                     struct fm_arena *arena)
{
    size_t first = 0;
    size_t last = n - 1;

    while (first < n && !list[first].dated)
        first++;
    while (last > 0 && !list[last].dated)
        last--;
    if (first == n) {
        first = 0;
        last = n - 1;
    }
    claim->first_seen = fm_read_time(arena, list[first].seen_us);
    claim->last_seen = fm_read_time(arena, list[last].seen_us);
}

enum fm_error fm_claim_fill(struct fm_reader *r, struct fm_statement *list,
                            size_t n, int64_t upto, struct fm_arena *arena,
                            struct fm_why *why, Factmill__V1__Claim **ret)
{
    Factmill__V1__Claim *claim = fm_arena_alloc(arena, sizeof *claim);
    size_t origins = 0;
    char id[FM_CLAIM_ID];
    enum fm_error e;

    if (claim == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a claim");
    factmill__v1__claim__init(claim);
    e = fm_origins_of(r, list, n, why, &origins);
    if (e == FM_OK)
        e = fm_claim_fact(r, best_of(list, n)->sequence, upto, arena, why,
                          &claim->fact);
    if (e != FM_OK)
        return e;
    fm_claim_id(&list[0].key, id);
    claim->id = fm_arena_copy(arena, fm_str(id));
    claim->kind = claim->fact->kind;
    claim->statements = n;
    claim->articles = distinct(&r->arena, list, n, false);
    claim->sources = distinct(&r->arena, list, n, true);
    claim->origins = origins;
    set_seen(claim, list, n, arena);
    claim->count = fm_arena_alloc(arena, sizeof *claim->count);
    if (claim->count == NULL || claim->id == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a claim");
    factmill__v1__count__init(claim->count);
    for (size_t i = 0; i < n; i++)
        add_standing(claim->count, list[i].standing);
    *ret = claim;
    return FM_OK;
}
