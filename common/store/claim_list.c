#include "store/claim_read_priv.h"
#include "store/walk_priv.h"

#define ORDER(name) FACTMILL__V1__CLAIM_ORDER__##name

/* Bits of the two maps that tell, when there are too many facts to keep, which
 * claims are said more than once; 4 MiB each. */
#define MAP_BITS (UINT32_C(1) << 25)
/* Facts that are sorted at once without looking which are said again. */
#define FEW 4096u
/* Origins that are told apart when ranking; more of them rank as these. */
#define RANKS 1024u

/* One claim of the facts that were collected. */
struct group {
    size_t from;
    size_t n;
    size_t articles;
    size_t most; /* origins, at most */
    size_t origins;
    size_t rank; /* place among the candidates */
};

struct listing {
    struct fm_reader *r;
    const Factmill__V1__ListClaimsRequest *request;
    struct fm_why *why;
    enum fm_error failed;
    struct fm_said said;

    struct fm_statement *items;
    size_t n;
    size_t cap;
    bool full;
    uint8_t *once; /* maps; NULL = every fact is kept */
    uint8_t *twice;

    struct group *groups;
    size_t group_count;
    size_t histogram[RANKS];
    size_t accepted;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for claims");
}

/* --- collecting -------------------------------------------------------------------- */

static uint32_t bit_of(const struct listing *l, const struct fm_claim_key *key)
{
    uint64_t h = key->topic;

    if (!l->request->contradicted)
        h ^= (uint64_t)key->value * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h ^ h >> 32) & (MAP_BITS - 1);
}

static bool is_set(const uint8_t *map, uint32_t bit)
{
    return (map[bit / 8] >> bit % 8 & 1) != 0;
}

static bool key_of(struct listing *l, const struct fm_record *record,
                   struct fm_claim_key *ret)
{
    l->failed = fm_said_find(l->r, record->sequence, l->why, &l->said);
    if (l->failed != FM_OK)
        return false;
    *ret =
        fm_said_get(l->said.bytes, (size_t)(record->sequence - l->said.added));
    return true;
}

static void mark_key(struct listing *l, const struct fm_claim_key *key)
{
    uint32_t bit = bit_of(l, key);

    if (is_set(l->once, bit))
        l->twice[bit / 8] |= (uint8_t)(1u << bit % 8);
    l->once[bit / 8] |= (uint8_t)(1u << bit % 8);
}

static bool mark(void *user, const struct fm_record *record)
{
    struct listing *l = user;
    struct fm_claim_key key;

    if (!key_of(l, record, &key))
        return false;
    if (key.topic != 0)
        mark_key(l, &key);
    return true;
}

static bool grow(struct listing *l)
{
    size_t cap = l->cap > 0 ? l->cap * 2 : 1024;
    struct fm_statement *more;

    if (l->cap == FM_CLAIM_STATEMENTS) {
        l->full = true;
        return false;
    }
    if (cap > FM_CLAIM_STATEMENTS)
        cap = FM_CLAIM_STATEMENTS;
    more = realloc(l->items, cap * sizeof *more);
    if (more == NULL) {
        l->failed = no_memory(l->why);
        return false;
    }
    l->items = more;
    l->cap = cap;
    return true;
}

static bool keep(void *user, const struct fm_record *record)
{
    struct listing *l = user;
    struct fm_statement *s;
    struct fm_claim_key key;

    if (!key_of(l, record, &key))
        return false;
    if (key.topic == 0 ||
        (l->twice != NULL && !is_set(l->twice, bit_of(l, &key))))
        return true;
    if (l->n == l->cap && !grow(l))
        return false;
    s = &l->items[l->n++];
    s->key = key;
    s->sequence = record->sequence;
    s->change = l->said.last;
    s->article = l->said.article;
    s->source = record->source;
    s->seen_us = record->published_us != INT64_MIN ? record->published_us
                                                   : record->recorded_us;
    s->dated = record->published_us != INT64_MIN;
    s->confidence = record->confidence;
    s->kind = record->kind;
    s->standing = record->standing;
    return true;
}

static enum fm_error walk(struct listing *l, struct fm_walk *w,
                          fm_walk_each *each, struct fm_why *why)
{
    enum fm_error e;

    l->said.last = 0;
    e = fm_walk_run(w, each, l, why);
    return e == FM_OK ? l->failed : e;
}

/* Of what was kept only that whose claim (or topic) comes again: sorting is most
 * of the work, and what is said once most of what is said. */
static enum fm_error drop_single(struct listing *l, struct fm_why *why)
{
    size_t kept = 0;

    if (l->n < FEW)
        return FM_OK;
    if (l->twice == NULL) {
        l->once = calloc(MAP_BITS / 8, 1);
        l->twice = calloc(MAP_BITS / 8, 1);
        if (l->once == NULL || l->twice == NULL)
            return no_memory(why);
        for (size_t i = 0; i < l->n; i++)
            mark_key(l, &l->items[i].key);
    }
    for (size_t i = 0; i < l->n; i++)
        if (is_set(l->twice, bit_of(l, &l->items[i].key)))
            l->items[kept++] = l->items[i];
    l->n = kept;
    return FM_OK;
}

/* What is said once is most of what is said, and seldom asked for: of too many
 * facts only those are kept whose claim comes again. */
static enum fm_error collect(struct listing *l, struct fm_walk *w,
                             size_t min_articles, struct fm_why *why)
{
    enum fm_error e = walk(l, w, keep, why);

    if (e == FM_OK && !l->full &&
        (min_articles > 1 || l->request->contradicted))
        return drop_single(l, why);
    if (e != FM_OK || !l->full)
        return e;
    l->n = 0;
    l->full = min_articles < 2 && !l->request->contradicted;
    if (!l->full) {
        l->once = calloc(MAP_BITS / 8, 1);
        l->twice = calloc(MAP_BITS / 8, 1);
        if (l->once == NULL || l->twice == NULL)
            return no_memory(why);
        e = walk(l, w, mark, why);
        if (e == FM_OK)
            e = walk(l, w, keep, why);
    }
    if (e == FM_OK && l->full)
        return fm_fail(FM_ETOOBIG, why, "TOO_MANY_STATEMENTS",
                       "more than %zu facts would have to be put together; "
                       "narrow the filter (an entity, a kind, a range of time)",
                       FM_CLAIM_STATEMENTS);
    return e;
}

/* --- groups ------------------------------------------------------------------------- */

static int by_article(const void *pa, const void *pb)
{
    const int64_t *a = pa;
    const int64_t *b = pb;

    return (*a > *b) - (*a < *b);
}

static size_t articles_of(const struct fm_statement *list, size_t n,
                          int64_t *scratch)
{
    size_t count = n > 0;

    for (size_t i = 0; i < n; i++)
        scratch[i] = list[i].article;
    if (n > 1)
        qsort(scratch, n, sizeof *scratch, by_article);
    for (size_t i = 1; i < n; i++)
        count += scratch[i] != scratch[i - 1];
    return count;
}

static bool same_claim(const struct fm_statement *a,
                       const struct fm_statement *b)
{
    return a->key.topic == b->key.topic && a->key.value == b->key.value;
}

/* Another claim of the same topic stands beside it; or it may itself give two
 * days for one event. */
static bool has_rival(const struct listing *l, size_t from, size_t to)
{
    uint64_t topic = l->items[from].key.topic;

    if (l->items[from].kind == FACTMILL__V1__FACT__KIND__EVENT && to - from > 1)
        return true;
    return (from > 0 && l->items[from - 1].key.topic == topic) ||
           (to < l->n && l->items[to].key.topic == topic);
}

static enum fm_error group_all(struct listing *l, size_t min_articles,
                               struct fm_why *why)
{
    int64_t *scratch = malloc((l->n + 1) * sizeof *scratch);
    size_t to;

    l->groups = malloc((l->n + 1) * sizeof *l->groups);
    if (l->groups == NULL || scratch == NULL) {
        free(scratch);
        return no_memory(why);
    }
    if (l->n > 1)
        qsort(l->items, l->n, sizeof *l->items, fm_statement_order);
    for (size_t from = 0; from < l->n; from = to) {
        struct group *g = &l->groups[l->group_count];

        for (to = from + 1;
             to < l->n && same_claim(&l->items[from], &l->items[to]);)
            to++;
        g->from = from;
        g->n = to - from;
        g->articles = articles_of(&l->items[from], g->n, scratch);
        if (g->articles < min_articles ||
            (l->request->contradicted && !has_rival(l, from, to)))
            continue;
        g->most = fm_origins_most(l->r, &l->items[from], g->n);
        l->group_count += g->most >= l->request->min_origins;
    }
    free(scratch);
    return FM_OK;
}

/* --- ranking ------------------------------------------------------------------------- */

/* What qsort compares by: copied into each group's order key. */
struct ranked {
    struct group group;
    int64_t first;
    int64_t second;
};

static int by_keys(const void *pa, const void *pb)
{
    const struct ranked *a = pa;
    const struct ranked *b = pb;

    if (a->first != b->first)
        return a->first > b->first ? -1 : 1;
    if (a->second != b->second)
        return a->second > b->second ? -1 : 1;
    return (a->group.from > b->group.from) - (a->group.from < b->group.from);
}

static enum fm_error sort_candidates(struct listing *l, struct fm_why *why)
{
    struct ranked *ranked = malloc((l->group_count + 1) * sizeof *ranked);

    if (ranked == NULL)
        return no_memory(why);
    for (size_t i = 0; i < l->group_count; i++) {
        struct group *g = &l->groups[i];
        /* NOLINTNEXTLINE(clang-analyzer-core.*): filled up to group_count */
        int64_t last = l->items[g->from + g->n - 1].seen_us;

        ranked[i].group = *g;
        ranked[i].second = last;
        switch (l->request->order_by) {
        case ORDER(ARTICLES_DESC):
            ranked[i].first = (int64_t)g->articles;
            break;
        case ORDER(LAST_SEEN_DESC): ranked[i].first = last; break;
        case ORDER(FIRST_SEEN_DESC):
            ranked[i].first = l->items[g->from].seen_us;
            break;
        case ORDER(CLAIM_ORDER_UNSPECIFIED):
        case ORDER(ORIGINS_DESC):
        case _FACTMILL__V1__CLAIM_ORDER_IS_INT_SIZE:
            ranked[i].first = (int64_t)g->most;
            ranked[i].second = (int64_t)g->articles;
            break;
        }
    }
    if (l->group_count > 1)
        qsort(ranked, l->group_count, sizeof *ranked, by_keys);
    for (size_t i = 0; i < l->group_count; i++) {
        l->groups[i] = ranked[i].group;
        l->groups[i].rank = i;
    }
    free(ranked);
    return FM_OK;
}

static bool by_origins(const struct listing *l)
{
    return l->request->order_by == ORDER(CLAIM_ORDER_UNSPECIFIED) ||
           l->request->order_by == ORDER(ORIGINS_DESC);
}

/* Enough were accepted that no later candidate can come before them. */
static bool is_settled(const struct listing *l, size_t most, size_t needed)
{
    size_t n = 0;

    if (!by_origins(l))
        return l->accepted >= needed;
    if (l->accepted < needed)
        return false;
    for (size_t rank = most < RANKS ? most : RANKS - 1; rank < RANKS; rank++)
        n += l->histogram[rank];
    return n >= needed;
}

static enum fm_error contradictions_of(struct listing *l, const struct group *g,
                                       int64_t pin, struct fm_why *why,
                                       uint64_t *ret)
{
    struct fm_link links[FM_LINKS_MAX];
    struct fm_claim_parts parts = {.own = &l->items[g->from], .own_n = g->n};
    size_t n = 0;
    bool cut = false;
    bool may = false;
    enum fm_error e = fm_claim_can_clash(l->r, &l->items[g->from], why, &may);

    *ret = 0;
    if (e != FM_OK || !may)
        return e;
    e = fm_claim_topic(l->r, l->items[g->from].key.topic, pin, why,
                       &parts.topic, &parts.topic_n, &cut);
    if (e == FM_OK)
        e = fm_claim_links(l->r, &parts, why, links, &n);
    for (size_t i = 0; e == FM_OK && i < n; i++)
        *ret += links[i].type == FACTMILL__V1__CLAIM_LINK__TYPE__CONTRADICTS;
    return e;
}

/* The accepted ones move to the front of l->groups. */
static enum fm_error accept_all(struct listing *l, size_t needed, int64_t pin,
                                struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < l->group_count; i++) {
        struct group g = l->groups[i];
        uint64_t contradictions = 1;

        if (is_settled(l, g.most, needed))
            break;
        /* Scratch of one candidate; nothing else of the answer is in it. */
        fm_arena_reset(&l->r->arena);
        g.origins = g.most;
        if (by_origins(l) || l->request->min_origins > 1)
            e = fm_origins_of(l->r, &l->items[g.from], g.n, why, &g.origins);
        if (e == FM_OK && g.origins < l->request->min_origins)
            continue;
        if (e == FM_OK && l->request->contradicted)
            e = contradictions_of(l, &g, pin, why, &contradictions);
        if (e != FM_OK || contradictions == 0)
            continue;
        l->histogram[g.origins < RANKS ? g.origins : RANKS - 1]++;
        l->groups[l->accepted++] = g;
    }
    return e;
}

static int by_rank(const void *pa, const void *pb)
{
    const struct group *a = pa;
    const struct group *b = pb;

    if (a->origins != b->origins)
        return a->origins > b->origins ? -1 : 1;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* --- the answer ------------------------------------------------------------------------ */

static enum fm_error fill(struct listing *l, size_t from, size_t n, int64_t pin,
                          struct fm_arena *arena, struct fm_why *why,
                          Factmill__V1__ListClaimsResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->claims = fm_arena_array(arena, n, sizeof(void *));
    if (answer->claims == NULL)
        return no_memory(why);
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        const struct group *g = &l->groups[from + i];
        Factmill__V1__Claim *claim = NULL;
        uint64_t contradictions = 0;

        fm_arena_reset(&l->r->arena);
        /* NOLINTNEXTLINE(clang-analyzer-core.*): filled up to group_count */
        e = fm_claim_fill(l->r, &l->items[g->from], g->n, pin, arena, why,
                          &claim);
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): g is within l->groups */
        if (e == FM_OK)
            /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the same */
            e = contradictions_of(l, g, pin, why, &contradictions);
        if (e != FM_OK)
            break;
        claim->contradictions = contradictions;
        answer->claims[answer->n_claims++] = claim;
    }
    return e;
}

static enum fm_error build(struct listing *l, struct fm_walk *w,
                           const struct fm_store_page *page,
                           struct fm_arena *arena, struct fm_why *why,
                           struct fm_claims_page *ret)
{
    int64_t pin = w->filter.as_of;
    size_t size = fm_read_page(page->size);
    size_t from = page->after.set ? (size_t)page->after.row : 0;
    size_t min_articles = l->request->min_articles;
    enum fm_error e;

    if (min_articles == 0)
        min_articles = l->request->contradicted ? 1 : 2;
    if (from >= FM_CLAIMS_DEEP)
        return fm_fail_field(FM_EINVAL, why, "page_token", "TOO_DEEP",
                             "a list gives its first %u claims; narrow the "
                             "filter",
                             FM_CLAIMS_DEEP);
    e = collect(l, w, min_articles, why);
    if (e == FM_OK)
        e = group_all(l, min_articles, why);
    if (e == FM_OK)
        e = sort_candidates(l, why);
    if (e == FM_OK)
        e = accept_all(l, from + size + 1, pin, why);
    if (e != FM_OK)
        return e;
    if (by_origins(l) && l->accepted > 1)
        qsort(l->groups, l->accepted, sizeof *l->groups, by_rank);
    if (from < l->accepted)
        e = fill(l, from, l->accepted - from < size ? l->accepted - from : size,
                 pin, arena, why, ret->answer);
    ret->more = l->accepted > from + size;
    return e;
}

static enum fm_error check(const Factmill__V1__ListClaimsRequest *request,
                           struct fm_why *why)
{
    if (protobuf_c_enum_descriptor_get_value(
            &factmill__v1__claim_order__descriptor, (int)request->order_by) !=
        NULL)
        return FM_OK;
    return fm_fail_field(FM_EINVAL, why, "order_by", "ENUM",
                         "there is no order number %d", (int)request->order_by);
}

enum fm_error fm_read_claims(struct fm_reader *r,
                             const Factmill__V1__ListClaimsRequest *request,
                             const struct fm_store_page *page,
                             struct fm_arena *arena, struct fm_why *why,
                             struct fm_claims_page *ret)
{
    struct listing l = {.r = r, .request = request, .why = why};
    struct fm_claims_page made = {.more = false};
    struct fm_walk w;
    uint64_t last = 0;
    enum fm_error e = check(request, why);

    if (e == FM_OK)
        e = fm_walk_init(&w, r, request->filter, why);
    if (e == FM_OK)
        e = fm_read_last_change(r, why, &last);
    if (e != FM_OK)
        return e;
    /* What a short form stands for is no news; who wants it names the kind. */
    if (w.filter.kind_count == 0)
        w.kinds = ~(UINT32_C(1) << FACTMILL__V1__FACT__KIND__ABBREVIATION);
    fm_filter_pin(&w.filter, page->after.set ? page->after.key : (int64_t)last);
    made.answer = fm_arena_alloc(arena, sizeof *made.answer);
    if (made.answer == NULL)
        return no_memory(why);
    factmill__v1__list_claims_response__init(made.answer);
    made.answer->sequence = (uint64_t)w.filter.as_of;
    e = build(&l, &w, page, arena, why, &made);
    free(l.items);
    free(l.groups);
    free(l.once);
    free(l.twice);
    if (e != FM_OK)
        return e;
    made.next.set = true;
    made.next.key = w.filter.as_of;
    made.next.row = (page->after.set ? page->after.row : 0) +
                    (int64_t)made.answer->n_claims;
    *ret = made;
    return FM_OK;
}
