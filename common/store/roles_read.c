#include "base/clock.h"
#include "base/utf8.h"
#include "store/filter_priv.h"
#include "store/normal.h"
#include "store/roles_priv.h"
#include "store/same_priv.h"

/* Rows of a body or a post that are looked at for who holds it, the newest first;
 * holders that are found so; and rows of each. */
#define LEAD_MAX    2000
#define HOLDERS_MAX 100
#define ROWS_MAX    256
#define SHOWN_MAX   5u
#define NEVER       INT64_MAX
#define DAY         INT64_C(86400)
/* A month: who is still called so long after an end has ended something else. */
#define SLACK (31 * DAY)
/* Who was called so last is taken to be it still for as long as terms last. */
#define TERM (5 * 365 * DAY)

/* One row of holding. Times in seconds. */
struct row {
    int64_t fact;
    int64_t holder;
    int64_t organization;
    int64_t what;
    int64_t from; /* NEVER = not said */
    int64_t to;
    int64_t published; /* NEVER = unknown */
    struct fm_str post;
};

/* All rows of one holder, post and body. */
struct group {
    int64_t holder;
    int64_t organization;
    struct fm_str post;
    int64_t begin; /* stated; NEVER = not */
    int64_t end;
    int64_t first_seen; /* NEVER = called former only */
    int64_t last_seen;
    int64_t left; /* called former, first and last */
    int64_t left_last;
    uint64_t count;
    int64_t shown[SHOWN_MAX];
    Factmill__V1__Role__Certainty certainty;
};

struct search {
    struct fm_reader *r;
    struct fm_arena *arena;
    const Factmill__V1__ListRolesRequest *request;
    struct fm_same same;
    struct fm_who holder;
    struct fm_who organization;
    struct fm_str post;
    int64_t day; /* NEVER = any */
    int64_t pin; /* the change that is shown */
    int64_t holders[HOLDERS_MAX];
    size_t holder_count;
    struct row *rows; /* of one holder after the other */
    size_t row_count;
    bool more;
    struct group *groups;
    size_t group_count;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for roles");
}

static int64_t later(int64_t a, int64_t b)
{
    return a == NEVER || (b != NEVER && b > a) ? b : a;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- rows ---------------------------------------------------------------------------- */

/* At the change that is bound to its two question marks. */
#define IN_FORCE                                    \
 " AND h.fact<=?4 AND EXISTS (SELECT 1 FROM fact f" \
 " WHERE f.sequence=h.fact AND"                     \
 " ifnull(f.retracted, 9223372036854775807) > ?4)"  \
 " ORDER BY h.fact DESC LIMIT "

/* Who was in a post, or in a post of a body. */
static void write_holders(const struct search *s, struct fm_query *q)
{
    if (s->organization.n > 0) {
        fm_query_add(q, "SELECT h.holder FROM holding h INDEXED BY"
                        " holding_organization");
        fm_query_in(q, " WHERE h.organization", s->organization.ids,
                    s->organization.n);
        if (s->post.len > 0)
            fm_query_text(q, " AND h.post = ", s->post);
    } else {
        fm_query_text(q,
                      "SELECT h.holder FROM holding h INDEXED BY holding_post"
                      " WHERE h.post <> '' AND h.post = ",
                      s->post);
    }
    fm_query_int(q, " AND h.fact<=", s->pin);
    fm_query_int(q,
                 " AND EXISTS (SELECT 1 FROM fact f WHERE f.sequence=h.fact"
                 " AND ifnull(f.retracted, 9223372036854775807) > ",
                 s->pin);
    fm_query_int(q, ") ORDER BY h.fact DESC LIMIT ", LEAD_MAX);
}

static void add_holder(struct search *s, int64_t holder)
{
    for (size_t i = 0; i < s->holder_count; i++)
        if (s->holders[i] == holder)
            return;
    if (s->holder_count < HOLDERS_MAX)
        s->holders[s->holder_count++] = holder;
    else
        s->more = true;
}

static enum fm_error find_holders(struct search *s, struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    size_t n = 0;
    enum fm_error e;

    for (size_t i = 0; i < s->holder.n; i++)
        add_holder(s, s->holder.ids[i]);
    if (s->holder.n > 0)
        return FM_OK;
    fm_query_init(&q);
    write_holders(s, &q);
    e = fm_query_start(s->r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        add_holder(s, fm_stmt_col_int(st, 0));
        n++;
    }
    s->more = s->more || n == LEAD_MAX;
    fm_query_release(&q);
    return e;
}

static bool read_row(struct search *s, const struct fm_stmt *st,
                     struct row *row)
{
    struct fm_str post = fm_stmt_col_str(st, 7);
    int64_t published = fm_stmt_col_int_or(st, 6, INT64_MIN);

    row->fact = fm_stmt_col_int(st, 0);
    row->holder = fm_same_of(&s->same, fm_stmt_col_int(st, 1));
    row->organization = fm_same_of(&s->same, fm_stmt_col_int(st, 2));
    row->what = fm_stmt_col_int(st, 3);
    row->from = fm_stmt_col_int_or(st, 4, NEVER);
    row->to = fm_stmt_col_int_or(st, 5, NEVER);
    row->published = published == INT64_MIN ? NEVER : published / 1000000;
    row->post = fm_str_n(fm_arena_copy(s->arena, post), post.len);
    return row->post.data != NULL;
}

/* What is told of a holder, of every body: some facts leave it out. */
static enum fm_error read_rows(struct search *s, int64_t holder,
                               struct fm_why *why)
{
    static const char sql[] =
        "SELECT h.fact, h.holder, h.organization, h.what, h.from_s, h.to_s,"
        " h.published_us, h.post FROM holding h INDEXED BY holding_holder"
        " WHERE h.holder=?1 AND (?2 = '' OR h.post = ?2 OR h.post = "
        "'')" IN_FORCE "?3";
    struct fm_stmt *st = NULL;
    bool row = false;
    size_t n = 0;
    enum fm_error e = fm_reader_stmt(s->r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, holder);
    fm_stmt_text(st, 2, s->post.len > 0 ? s->post : fm_str(""));
    fm_stmt_int(st, 3, ROWS_MAX);
    fm_stmt_int(st, 4, s->pin);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        n++;
        if (!read_row(s, st, &s->rows[s->row_count++]))
            e = no_memory(why);
    }
    s->more = s->more || n == ROWS_MAX;
    fm_stmt_reset(st);
    return e;
}

/* --- groups --------------------------------------------------------------------------- */

static struct group *group_of(struct search *s, const struct row *row)
{
    struct group *g;

    for (size_t i = 0; i < s->group_count; i++) {
        g = &s->groups[i];
        if (g->holder == row->holder && g->organization == row->organization &&
            fm_str_eq(g->post, row->post))
            return g;
    }
    g = &s->groups[s->group_count++];
    memset(g, 0, sizeof *g);
    g->holder = row->holder;
    g->organization = row->organization;
    g->post = row->post;
    g->begin = g->end = g->left = g->left_last = NEVER;
    g->first_seen = g->last_seen = NEVER;
    return g;
}

static void see(struct group *g, int64_t when)
{
    if (when == NEVER)
        return;
    g->first_seen = earlier(g->first_seen, when);
    g->last_seen = later(g->last_seen, when);
}

/* When what a row tells of happened: as far as that is known, as it says. */
static int64_t moment(const struct row *row)
{
    return row->from != NEVER ? row->from : row->published;
}

/* The same of an end: "in 2019" is over with the year. */
static int64_t end_of(const struct row *row)
{
    return row->to != NEVER ? row->to - 1 : moment(row);
}

static void add_holds(struct group *g, const struct row *row)
{
    if (row->from == NEVER) {
        see(g, row->published);
        return;
    }
    g->begin = earlier(g->begin, row->from);
    see(g, row->from);
    if (row->to == NEVER || row->published == NEVER)
        return;
    /* "from 2012 to 2019", told later */
    if (row->to < row->published)
        g->end = later(g->end, row->to);
    see(g, earlier(row->to, row->published));
}

static void add_row(struct group *g, const struct row *row)
{
    switch ((enum fm_holding)row->what) {
    case FM_HOLDING_HOLDS: add_holds(g, row); break;
    case FM_HOLDING_HELD:
        g->left = earlier(g->left, row->published);
        g->left_last = later(g->left_last, row->published);
        break;
    case FM_HOLDING_BEGINS:
        g->begin = earlier(g->begin, moment(row));
        see(g, moment(row));
        break;
    case FM_HOLDING_ENDS: g->end = later(g->end, end_of(row)); break;
    case FM_HOLDING_THEN:
        see(g, moment(row));
        see(g, earlier(end_of(row), row->published));
        break;
    case FM_HOLDING_NONE: break;
    }
    if (g->count < SHOWN_MAX)
        g->shown[g->count] = row->fact;
    g->count++;
}

/* Into `to` with everything that `from` knows. */
static void merge(struct group *to, struct group *from)
{
    to->begin = earlier(to->begin, from->begin);
    to->end = later(to->end, from->end);
    to->left = earlier(to->left, from->left);
    to->left_last = later(to->left_last, from->left_last);
    see(to, from->first_seen);
    see(to, from->last_seen);
    for (size_t i = 0; i < from->count && i < SHOWN_MAX; i++)
        if (to->count + i < SHOWN_MAX)
            to->shown[to->count + i] = from->shown[i];
    to->count += from->count;
    from->count = 0;
}

/* The post of somebody that some facts tell without a body is the one that others
 * tell with it, when there is one only. */
static void merge_bodiless(struct search *s)
{
    for (size_t i = 0; i < s->group_count; i++) {
        struct group *g = &s->groups[i];
        struct group *with = NULL;
        bool several = false;

        if (g->organization != 0 || g->count == 0)
            continue;
        for (size_t k = 0; k < s->group_count; k++) {
            struct group *other = &s->groups[k];

            if (other->organization == 0 || other->holder != g->holder ||
                !fm_str_eq(other->post, g->post))
                continue;
            several = several || with != NULL;
            with = other;
        }
        if (with != NULL && !several)
            merge(with, g);
    }
}

/* What somebody left, without a word of which post it was, is any that was held
 * before. */
static void end_all(struct search *s, const struct row *row)
{
    int64_t when = end_of(row);

    if (when == NEVER)
        return;
    for (size_t i = 0; i < s->group_count; i++) {
        struct group *g = &s->groups[i];

        if (g->holder != row->holder || g->count == 0 || g->end != NEVER)
            continue;
        if (g->first_seen == NEVER || g->first_seen > when ||
            (g->last_seen != NEVER && g->last_seen > when + SLACK))
            continue;
        g->end = when;
        if (g->count < SHOWN_MAX)
            g->shown[g->count] = row->fact;
        g->count++;
    }
}

static void group_rows(struct search *s)
{
    for (size_t i = 0; i < s->row_count; i++)
        if (s->rows[i].post.len > 0)
            add_row(group_of(s, &s->rows[i]), &s->rows[i]);
    merge_bodiless(s);
    for (size_t i = 0; i < s->group_count; i++) {
        struct group *g = &s->groups[i];

        /* The end of something else, or of an earlier time. */
        if (g->end != NEVER && g->last_seen != NEVER &&
            g->last_seen > g->end + SLACK)
            g->end = NEVER;
    }
    for (size_t i = 0; i < s->row_count; i++)
        if (s->rows[i].post.len == 0)
            end_all(s, &s->rows[i]);
}

static enum fm_error build_groups(struct search *s, struct fm_why *why)
{
    size_t most;
    enum fm_error e = find_holders(s, why);

    if (e != FM_OK)
        return e;
    most = s->holder_count * ROWS_MAX + 1;
    s->rows = fm_arena_array(s->arena, most, sizeof *s->rows);
    s->groups = fm_arena_array(s->arena, most, sizeof *s->groups);
    if (s->rows == NULL || s->groups == NULL)
        return no_memory(why);
    for (size_t i = 0; e == FM_OK && i < s->holder_count; i++)
        e = read_rows(s, s->holders[i], why);
    if (e == FM_OK)
        group_rows(s);
    return e;
}

/* --- a day ------------------------------------------------------------------------------ */

/* Somebody else was called so later, by that day. */
static bool is_followed(const struct search *s, const struct group *g,
                        int64_t last)
{
    for (size_t i = 0; g->organization != 0 && i < s->group_count; i++) {
        const struct group *other = &s->groups[i];

        if (other->count > 0 && other->holder != g->holder &&
            other->organization == g->organization &&
            fm_str_eq(other->post, g->post) && other->first_seen <= last &&
            other->last_seen != NEVER && other->last_seen > g->last_seen)
            return true;
    }
    return false;
}

static Factmill__V1__Role__Certainty certainty(const struct search *s,
                                               const struct group *g)
{
    int64_t last = s->day + DAY - 1; /* seconds of that day */

    if (g->end != NEVER && s->day > g->end)
        return 0;
    if (g->begin != NEVER && last < g->begin)
        return 0;
    if (g->begin != NEVER &&
        (g->end != NEVER || (g->last_seen != NEVER && s->day <= g->last_seen)))
        return FACTMILL__V1__ROLE__CERTAINTY__STATED;
    if (g->first_seen == NEVER || last < g->first_seen)
        return 0;
    if (s->day <= g->last_seen || g->end != NEVER)
        return FACTMILL__V1__ROLE__CERTAINTY__SEEN;
    if (s->day > g->last_seen + TERM ||
        (g->left <= last && g->left_last > g->last_seen) ||
        is_followed(s, g, last))
        return 0;
    return FACTMILL__V1__ROLE__CERTAINTY__LAST_KNOWN;
}

static int64_t since_of(const struct group *g)
{
    return g->begin != NEVER ? g->begin : g->first_seen;
}

static int by_begin(const void *pa, const void *pb)
{
    const struct group *a = pa;
    const struct group *b = pb;

    if (since_of(a) != since_of(b))
        return since_of(a) < since_of(b) ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return (a->holder > b->holder) - (a->holder < b->holder);
}

static int by_certainty(const void *pa, const void *pb)
{
    const struct group *a = pa;
    const struct group *b = pb;

    if (a->certainty != b->certainty)
        return a->certainty < b->certainty ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return by_begin(pa, pb);
}

static bool is_of(const struct fm_who *who, int64_t id)
{
    for (size_t i = 0; i < who->n; i++)
        if (who->ids[i] == id)
            return true;
    return false;
}

/* Leaves those that are asked for, in order. */
static void choose(struct search *s)
{
    size_t n = 0;

    for (size_t i = 0; s->day != NEVER && i < s->group_count; i++)
        s->groups[i].certainty = certainty(s, &s->groups[i]);
    for (size_t i = 0; i < s->group_count; i++) {
        const struct group *g = &s->groups[i];
        bool wanted = g->count > 0 && (s->day == NEVER || g->certainty != 0);

        if (s->organization.n > 0 && !is_of(&s->organization, g->organization))
            wanted = false;
        if (wanted)
            s->groups[n++] = *g;
    }
    s->group_count = n;
    if (n > 0)
        qsort(s->groups, n, sizeof *s->groups,
              s->day != NEVER ? by_certainty : by_begin);
}

/* --- the answer --------------------------------------------------------------------------- */

static char *date_of(struct search *s, int64_t seconds)
{
    struct fm_civil c;

    if (seconds == NEVER)
        return fm_arena_copy(s->arena, fm_str(""));
    c = fm_civil_from_seconds(seconds);
    return fm_arena_printf(s->arena, "%04d-%02d-%02d", (int)c.year,
                           (int)c.month, (int)c.day);
}

static Google__Protobuf__Timestamp *time_of(struct search *s, int64_t seconds)
{
    return seconds != NEVER ? fm_read_time(s->arena, seconds * 1000000) : NULL;
}

static enum fm_error name_of(struct search *s, int64_t id, struct fm_why *why,
                             char **ret)
{
    Factmill__V1__Entity *entity = NULL;
    enum fm_error e = fm_read_entity_row(s->r, id, s->arena, why, &entity);

    if (e == FM_OK)
        *ret = entity->name;
    return e == FM_ENOTFOUND ? FM_OK : e;
}

static enum fm_error show(struct search *s, const struct group *g,
                          struct fm_why *why, Factmill__V1__Role *role)
{
    size_t n = g->count < SHOWN_MAX ? (size_t)g->count : SHOWN_MAX;
    enum fm_error e;

    role->post = fm_arena_copy(s->arena, g->post);
    role->holder = (uint64_t)g->holder;
    role->organization = (uint64_t)g->organization;
    role->from = date_of(s, g->begin);
    role->to = date_of(s, g->end);
    role->first_seen = time_of(s, g->first_seen);
    role->last_seen = time_of(s, g->last_seen);
    role->certainty = g->certainty;
    role->count = g->count;
    role->facts = fm_arena_array(s->arena, SHOWN_MAX, sizeof(char *));
    if (role->post == NULL || role->from == NULL || role->to == NULL ||
        role->facts == NULL)
        return no_memory(why);
    e = name_of(s, g->holder, why, &role->holder_name);
    if (e == FM_OK && g->organization != 0)
        e = name_of(s, g->organization, why, &role->organization_name);
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        char *id = NULL;

        e = fm_read_fact_id(s->r, g->shown[i], s->arena, why, &id);
        if (e == FM_OK)
            role->facts[role->n_facts++] = id;
    }
    return e;
}

static enum fm_error fill(struct search *s, size_t limit, struct fm_why *why,
                          Factmill__V1__ListRolesResponse *answer)
{
    size_t n = s->group_count < limit ? s->group_count : limit;
    enum fm_error e = FM_OK;

    answer->roles = fm_arena_array(s->arena, n + 1, sizeof(void *));
    if (answer->roles == NULL)
        return no_memory(why);
    answer->more = s->more || s->group_count > n;
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        Factmill__V1__Role *role = fm_arena_alloc(s->arena, sizeof *role);

        if (role == NULL)
            return no_memory(why);
        factmill__v1__role__init(role);
        e = show(s, &s->groups[i], why, role);
        answer->roles[answer->n_roles++] = role;
    }
    return e;
}

/* --- the question --------------------------------------------------------------------------- */

/* *ret_none: nobody is called so. */
static enum fm_error resolve(struct search *s, const char *name,
                             const char *field, struct fm_why *why,
                             struct fm_who *who, bool *ret_none)
{
    enum fm_error e;

    if (name[0] == '\0')
        return FM_OK;
    e = fm_resolve_name(s->r, name, field, why, who);
    *ret_none = *ret_none || (e == FM_OK && who->n == 0);
    return e;
}

static enum fm_error check(const Factmill__V1__ListRolesRequest *request,
                           struct fm_why *why)
{
    struct fm_str post = fm_str(request->post);

    if (request->holder[0] == '\0' && request->organization[0] == '\0' &&
        post.len == 0)
        return fm_fail_field(FM_EINVAL, why, "holder", "EMPTY",
                             "say of whom, of which post or of which body");
    if (post.len > FM_NORMAL_MAX || fm_utf8_valid(post) != post.len)
        return fm_fail_field(FM_EINVAL, why, "post", "BAD_NAME",
                             "a post is UTF-8 of at most %u bytes",
                             FM_NORMAL_MAX);
    if (request->limit < 0)
        return fm_fail_field(FM_EINVAL, why, "limit", "OUT_OF_RANGE",
                             "limit is negative");
    return FM_OK;
}

static enum fm_error pin_of(struct search *s, struct fm_why *why)
{
    int64_t us = INT64_MAX;
    enum fm_error e =
        fm_read_instant(s->request->as_of, "as_of", INT64_MAX, why, &us);

    s->pin = INT64_MAX - 1;
    return e == FM_OK && us != INT64_MAX
               ? fm_read_change_at(s->r, us, true, why, &s->pin)
               : e;
}

static enum fm_error question(struct search *s, struct fm_why *why,
                              bool *ret_none)
{
    const Factmill__V1__ListRolesRequest *request = s->request;
    int64_t on = INT64_MAX;
    bool former = false;
    enum fm_error e = check(request, why);

    if (e == FM_OK)
        e = fm_same_load(s->r, why, &s->same);
    if (e == FM_OK)
        e = fm_read_instant(request->on, "on", INT64_MAX, why, &on);
    if (e == FM_OK)
        e = pin_of(s, why);
    if (e == FM_OK)
        e = resolve(s, request->holder, "holder", why, &s->holder, ret_none);
    if (e == FM_OK)
        e = resolve(s, request->organization, "organization", why,
                    &s->organization, ret_none);
    if (e != FM_OK)
        return e;
    s->day = on == INT64_MAX ? NEVER : on / 1000000 / DAY * DAY;
    if (request->post[0] != '\0') {
        s->post = fm_post_normal(fm_str(request->post), &s->r->arena, &former);
        *ret_none = *ret_none || s->post.len == 0;
    }
    return FM_OK;
}

enum fm_error fm_read_roles(struct fm_reader *r,
                            const Factmill__V1__ListRolesRequest *request,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__ListRolesResponse **ret)
{
    struct search s = {.r = r, .arena = arena, .request = request};
    Factmill__V1__ListRolesResponse *answer =
        fm_arena_alloc(arena, sizeof *answer);
    size_t limit =
        request->limit > 0 ? (size_t)request->limit : FM_ROLES_DEFAULT;
    bool none = false;
    enum fm_error e;

    if (answer == NULL)
        return no_memory(why);
    factmill__v1__list_roles_response__init(answer);
    e = question(&s, why, &none);
    if (e == FM_OK && !none) {
        e = build_groups(&s, why);
        if (e == FM_OK) {
            choose(&s);
            e = fill(&s, limit < FM_ROLES_MAX ? limit : FM_ROLES_MAX, why,
                     answer);
        }
    }
    if (e == FM_OK)
        *ret = answer;
    return e;
}
