#include "store/claim_priv.h"
#include "store/db_priv.h"

/* --- entries -------------------------------------------------------------------- */

struct entry {
    uint64_t topic;
    uint32_t value;
    uint32_t offset;
};

struct entries {
    struct entry *items;
    size_t n;
    size_t cap;
};

static bool push(struct entries *list, struct entry entry)
{
    if (list->n == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 4096;
        struct entry *more = realloc(list->items, cap * sizeof *more);

        if (more == NULL)
            return false;
        list->items = more;
        list->cap = cap;
    }
    list->items[list->n++] = entry;
    return true;
}

static int by_topic(const void *pa, const void *pb)
{
    const struct entry *a = pa;
    const struct entry *b = pb;

    if (a->topic != b->topic)
        return a->topic < b->topic ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static void put_be(char *to, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (char)(v >> 8 * (bytes - 1 - i) & 0xff);
}

static uint64_t get_be(const char *from, unsigned bytes)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < bytes; i++)
        v = v << 8 | (unsigned char)from[i];
    return v;
}

static struct entry entry_at(struct fm_str part, size_t i)
{
    const char *from = part.data + i * FM_ENTRY_BYTES;

    return (struct entry){.topic = get_be(from, 8),
                          .value = (uint32_t)get_be(from + 8, 4),
                          .offset = (uint32_t)get_be(from + 12, 4)};
}

/* --- writing a run ------------------------------------------------------------------ */

enum {
    SAID,
    ADD_RUN,
    ADD_PART,
    RUNS_OF_LEVEL,
    PARTS,
    DROP_RUN,
    DROP_PARTS,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [SAID] = "SELECT added, bytes FROM said WHERE last>? ORDER BY last",
    [ADD_RUN] = "INSERT INTO claim_run(last, first, level, parts)"
                " VALUES (?1,?2,?3,?4)",
    [ADD_PART] = "INSERT INTO claim_part(part, bytes) VALUES (?1,?2)",
    [RUNS_OF_LEVEL] =
        "SELECT last, first FROM claim_run WHERE level=? ORDER BY last",
    [PARTS] = "SELECT bytes FROM claim_part WHERE part>=?1 AND part<?2"
              " ORDER BY part",
    [DROP_RUN] = "DELETE FROM claim_run WHERE last=?",
    [DROP_PARTS] = "DELETE FROM claim_part WHERE part>=?1 AND part<?2",
};

struct growth {
    sqlite3 *db;
    struct fm_stmt st[STATEMENTS];
    struct entries list;
    int64_t first;
    int64_t last;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for the index of claims");
}

static enum fm_error add_part(struct growth *g, size_t part, size_t from,
                              struct fm_why *why)
{
    char bytes[FM_PART_ENTRIES * FM_ENTRY_BYTES];
    struct fm_stmt *st = &g->st[ADD_PART];
    size_t n = 0;

    for (; n < FM_PART_ENTRIES && from + n < g->list.n; n++) {
        const struct entry *entry = &g->list.items[from + n];

        put_be(bytes + n * FM_ENTRY_BYTES, entry->topic, 8);
        put_be(bytes + n * FM_ENTRY_BYTES + 8, entry->value, 4);
        put_be(bytes + n * FM_ENTRY_BYTES + 12, entry->offset, 4);
    }
    fm_stmt_int(st, 1, g->last << FM_RUN_PARTS | (int64_t)part);
    fm_stmt_blob(st, 2, fm_str_n(bytes, n * FM_ENTRY_BYTES));
    return fm_stmt_run(st, why);
}

/* Of g->list, sorted. */
static enum fm_error add_run(struct growth *g, int level, struct fm_why *why)
{
    size_t parts = (g->list.n + FM_PART_ENTRIES - 1) / FM_PART_ENTRIES;
    struct fm_stmt *st = &g->st[ADD_RUN];
    char *fences = malloc(parts * 8 + 1);
    enum fm_error e = FM_OK;

    if (fences == NULL)
        return no_memory(why);
    for (size_t i = 0; e == FM_OK && i < parts; i++) {
        put_be(fences + i * 8, g->list.items[i * FM_PART_ENTRIES].topic, 8);
        e = add_part(g, i, i * FM_PART_ENTRIES, why);
    }
    if (e == FM_OK) {
        fm_stmt_int(st, 1, g->last);
        fm_stmt_int(st, 2, g->first);
        fm_stmt_int(st, 3, level);
        fm_stmt_blob(st, 4, fm_str_n(fences, parts * 8));
        e = fm_stmt_run(st, why);
    }
    free(fences);
    return e;
}

static enum fm_error collect_said(struct growth *g, struct fm_why *why)
{
    struct fm_stmt *st = &g->st[SAID];
    bool row = true;
    enum fm_error e = FM_OK;

    g->list.n = 0;
    fm_stmt_int(st, 1, g->first - 1);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        int64_t added = fm_stmt_col_int(st, 0);
        struct fm_str bytes = fm_stmt_col_str(st, 1);

        for (size_t i = 0; e == FM_OK && i < bytes.len / FM_SAID_BYTES; i++) {
            struct fm_claim_key key = fm_said_get(bytes, i);
            struct entry entry = {
                .topic = key.topic,
                .value = key.value,
                .offset = (uint32_t)(added + (int64_t)i - g->first)};

            if (key.topic != 0 && !push(&g->list, entry))
                e = no_memory(why);
        }
    }
    fm_stmt_reset(st);
    return e;
}

/* A run of level 1 out of what no run has. */
static enum fm_error grow_one(struct growth *g, struct fm_why *why)
{
    enum fm_error e = collect_said(g, why);

    if (e != FM_OK)
        return e;
    if (g->list.n > 0)
        qsort(g->list.items, g->list.n, sizeof g->list.items[0], by_topic);
    return add_run(g, 1, why);
}

/* --- merging runs ----------------------------------------------------------------------- */

static enum fm_error take_run(struct growth *g, int64_t last, int64_t first,
                              struct fm_why *why)
{
    struct fm_stmt *st = &g->st[PARTS];
    int64_t from = last << FM_RUN_PARTS;
    int64_t to = (last + 1) << FM_RUN_PARTS;
    bool row = true;
    enum fm_error e = FM_OK;

    fm_stmt_int(st, 1, from);
    fm_stmt_int(st, 2, to);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_str part = fm_stmt_col_str(st, 0);

        for (size_t i = 0; e == FM_OK && i < part.len / FM_ENTRY_BYTES; i++) {
            struct entry entry = entry_at(part, i);

            entry.offset += (uint32_t)(first - g->first);
            if (!push(&g->list, entry))
                e = no_memory(why);
        }
    }
    fm_stmt_reset(st);
    st = &g->st[DROP_PARTS];
    if (e == FM_OK) {
        fm_stmt_int(st, 1, from);
        fm_stmt_int(st, 2, to);
        e = fm_stmt_run(st, why);
    }
    st = &g->st[DROP_RUN];
    if (e == FM_OK) {
        fm_stmt_int(st, 1, last);
        e = fm_stmt_run(st, why);
    }
    return e;
}

/* FM_RUN_MERGE runs of level 1 become one of level 2. */
static enum fm_error merge(struct growth *g, struct fm_why *why)
{
    struct {
        int64_t last, first;
    } runs[FM_RUN_MERGE];
    struct fm_stmt *st = &g->st[RUNS_OF_LEVEL];
    size_t n = 0;
    bool row = true;
    enum fm_error e = FM_OK;

    fm_stmt_int(st, 1, 1);
    while (n < FM_RUN_MERGE && (e = fm_stmt_step(st, why, &row)) == FM_OK &&
           row) {
        runs[n].last = fm_stmt_col_int(st, 0);
        runs[n++].first = fm_stmt_col_int(st, 1);
    }
    fm_stmt_reset(st);
    if (e != FM_OK || n < FM_RUN_MERGE)
        return e;
    g->list.n = 0;
    g->first = runs[0].first;
    g->last = runs[n - 1].last;
    for (size_t i = 0; e == FM_OK && i < n; i++)
        e = take_run(g, runs[i].last, runs[i].first, why);
    if (e != FM_OK)
        return e;
    if (g->list.n > 0)
        qsort(g->list.items, g->list.n, sizeof g->list.items[0], by_topic);
    return add_run(g, 2, why);
}

static enum fm_error grow(struct growth *g, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < STATEMENTS; i++)
        if (g->st[i].handle == NULL)
            e = fm_stmt_prepare(g->db, fm_str(sql[i]), why, &g->st[i]);
    if (e == FM_OK)
        e = grow_one(g, why);
    return e == FM_OK ? merge(g, why) : e;
}

enum fm_error fm_runs_grow(sqlite3 *db, int64_t covered, int64_t last,
                           struct fm_why *why)
{
    struct growth g = {.db = db, .first = covered + 1, .last = last};
    enum fm_error e = grow(&g, why);

    for (size_t i = 0; i < STATEMENTS; i++)
        fm_stmt_release(&g.st[i]);
    free(g.list.items);
    return e;
}

/* --- reading ------------------------------------------------------------------------------ */

struct search {
    struct fm_reader *r;
    uint64_t topic;
    int64_t upto;
    fm_topic_each *each;
    void *user;
    bool go_on;
};

static void give(struct search *s, int64_t sequence, uint32_t value)
{
    if (s->go_on && sequence <= s->upto)
        s->go_on = s->each(s->user, sequence, value);
}

/* The last part that begins below the topic, since its end may be of it; 0
 * when none does. */
static size_t first_part(struct fm_str fences, uint64_t topic)
{
    size_t from = 0;
    size_t to = fences.len / 8;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (get_be(fences.data + mid * 8, 8) < topic)
            from = mid + 1;
        else
            to = mid;
    }
    return from > 0 ? from - 1 : 0;
}

/* The first entry of a part that is not below the topic. */
static size_t first_entry(struct fm_str part, uint64_t topic)
{
    size_t from = 0;
    size_t to = part.len / FM_ENTRY_BYTES;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (entry_at(part, mid).topic < topic)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static enum fm_error search_run(struct search *s, int64_t last, int64_t first,
                                struct fm_str fences, struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    bool row = true;
    bool past = false;
    enum fm_error e = fm_reader_stmt(
        s->r,
        "SELECT bytes FROM claim_part WHERE part>=? AND part<? ORDER BY part",
        why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1,
                last << FM_RUN_PARTS | (int64_t)first_part(fences, s->topic));
    fm_stmt_int(st, 2, (last + 1) << FM_RUN_PARTS);
    while (!past && s->go_on && (e = fm_stmt_step(st, why, &row)) == FM_OK &&
           row) {
        struct fm_str part = fm_stmt_col_str(st, 0);
        size_t n = part.len / FM_ENTRY_BYTES;

        for (size_t i = first_entry(part, s->topic); !past && i < n; i++) {
            struct entry entry = entry_at(part, i);

            past = entry.topic != s->topic;
            if (!past)
                give(s, first + entry.offset, entry.value);
        }
    }
    fm_stmt_reset(st);
    return e;
}

static enum fm_error search_runs(struct search *s, struct fm_why *why,
                                 int64_t *ret_covered)
{
    struct fm_stmt *st = NULL;
    bool row = true;
    enum fm_error e = fm_reader_stmt(
        s->r, "SELECT last, first, parts FROM claim_run ORDER BY last", why,
        &st);

    while (e == FM_OK && s->go_on &&
           (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        *ret_covered = fm_stmt_col_int(st, 0);
        e = search_run(s, *ret_covered, fm_stmt_col_int(st, 1),
                       fm_stmt_col_str(st, 2), why);
    }
    if (st != NULL)
        fm_stmt_reset(st);
    return e;
}

/* What no run has yet. */
static enum fm_error search_said(struct search *s, int64_t covered,
                                 struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    bool row = true;
    enum fm_error e = fm_reader_stmt(
        s->r, "SELECT added, bytes FROM said WHERE last>? ORDER BY last", why,
        &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, covered);
    while (s->go_on && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        int64_t added = fm_stmt_col_int(st, 0);
        struct fm_str bytes = fm_stmt_col_str(st, 1);

        for (size_t i = 0; i < bytes.len / FM_SAID_BYTES; i++) {
            struct fm_claim_key key = fm_said_get(bytes, i);

            if (key.topic == s->topic)
                give(s, added + (int64_t)i, key.value);
        }
    }
    fm_stmt_reset(st);
    return e;
}

enum fm_error fm_topic_find(struct fm_reader *r, uint64_t topic, int64_t upto,
                            fm_topic_each *each, void *user, struct fm_why *why)
{
    struct search s = {.r = r,
                       .topic = topic,
                       .upto = upto,
                       .each = each,
                       .user = user,
                       .go_on = true};
    int64_t covered = 0;
    enum fm_error e;

    if (topic == 0)
        return FM_OK;
    e = search_runs(&s, why, &covered);
    return e == FM_OK && s.go_on ? search_said(&s, covered, why) : e;
}
