#include "base/limits.h"
#include "store/claim_read_priv.h"
#include "store/version_priv.h"

#define CHANGE(name) FACTMILL__V1__FACT_CHANGE__TYPE__##name

/* --- the facts of one version ----------------------------------------------------------- */

struct side {
    Factmill__V1__Fact **facts;
    uint64_t *content;
    bool *paired;
    size_t n;
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for versions");
}

/* Numbers of the facts that were read out of it last; *ret_from 0 = none was. */
static enum fm_error range_of(struct fm_reader *r, int64_t article,
                              struct fm_why *why, int64_t *ret_from,
                              int64_t *ret_to)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(
        r,
        "SELECT added, last FROM change INDEXED BY change_article"
        " WHERE article=? AND added<=last ORDER BY last DESC LIMIT 1",
        why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    *ret_from = 0;
    *ret_to = -1;
    if (e == FM_OK && row) {
        *ret_from = fm_stmt_col_int(st, 0);
        *ret_to = fm_stmt_col_int(st, 1);
    }
    fm_stmt_reset(st);
    return e;
}

/* That there are no facts may mean that nobody has looked. */
static enum fm_error check_read(struct fm_reader *r, int64_t article,
                                struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    int64_t number = 0;
    bool found = false;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT article FROM extraction WHERE article=?", why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    e = fm_stmt_number(st, why, &found, &number);
    if (e == FM_OK && !found)
        e = fm_fail_field(FM_EINVAL, why, "compare_with", "NOT_READ",
                          "one of the versions was never read (it still waits, "
                          "was skipped, or a newer one came before its turn)");
    return e;
}

static enum fm_error read_side(struct fm_reader *r, int64_t article,
                               struct fm_arena *arena, struct fm_why *why,
                               struct side *side)
{
    int64_t from = 0;
    int64_t to = -1;
    size_t n;
    enum fm_error e = range_of(r, article, why, &from, &to);

    if (e == FM_OK && from == 0)
        e = check_read(r, article, why);
    if (e != FM_OK)
        return e;
    n = (size_t)(to - from + 1);
    side->facts = fm_arena_array(arena, n, sizeof(void *));
    side->content = fm_arena_array(&r->arena, n, sizeof *side->content);
    side->paired = fm_arena_array(&r->arena, n, sizeof *side->paired);
    side->n = 0;
    if (side->facts == NULL || side->content == NULL || side->paired == NULL)
        return no_memory(why);
    for (int64_t number = from; e == FM_OK && number <= to; number++) {
        e = fm_claim_fact(r, number, INT64_MAX, arena, why,
                          &side->facts[side->n]);
        if (e == FM_OK) {
            side->content[side->n] = fm_version_content(side->facts[side->n]);
            side->n++;
        }
    }
    return e;
}

/* --- pairs --------------------------------------------------------------------------------- */

struct difference {
    struct fm_arena *arena;
    struct side before;
    struct side after;
    Factmill__V1__GetArticleResponse *ret;
};

static bool same_sentence(const Factmill__V1__Fact *a,
                          const Factmill__V1__Fact *b)
{
    return a->evidence != NULL && b->evidence != NULL &&
           strcmp(a->evidence->text, b->evidence->text) == 0;
}

static enum fm_error add_change(struct difference *d,
                                Factmill__V1__FactChange__Type type,
                                Factmill__V1__Fact *before,
                                Factmill__V1__Fact *after, struct fm_why *why)
{
    Factmill__V1__FactChange *change = fm_arena_alloc(d->arena, sizeof *change);
    const char *names[FM_VERSION_FIELDS];

    if (change == NULL)
        return no_memory(why);
    factmill__v1__fact_change__init(change);
    change->type = type;
    change->before = before;
    change->after = after;
    if (type == CHANGE(CHANGED)) {
        change->n_fields = fm_version_fields(before, after, names);
        change->fields =
            fm_arena_array(d->arena, change->n_fields, sizeof(char *));
        for (size_t i = 0; change->fields != NULL && i < change->n_fields; i++)
            change->fields[i] = fm_arena_copy(d->arena, fm_str(names[i]));
        if (d->arena->failed != FM_OK)
            return no_memory(why);
    }
    d->ret->changes[d->ret->n_changes++] = change;
    return FM_OK;
}

/* The fact of before that says the same as fact i of after and has no pair, in
 * the same sentence if there is one; SIZE_MAX when none does. */
static size_t same_content(const struct difference *d, size_t i,
                           bool *ret_reworded)
{
    size_t found = SIZE_MAX;

    for (size_t j = 0; j < d->before.n; j++) {
        if (d->before.paired[j] || d->before.content[j] != d->after.content[i])
            continue;
        *ret_reworded = !same_sentence(d->before.facts[j], d->after.facts[i]);
        if (!*ret_reworded)
            return j;
        if (found == SIZE_MAX)
            found = j;
    }
    *ret_reworded = true;
    return found;
}

static size_t most_alike(const struct difference *d, size_t i)
{
    size_t found = SIZE_MAX;
    unsigned best = 0;

    for (size_t j = 0; j < d->before.n; j++) {
        unsigned like;

        if (d->before.paired[j])
            continue;
        like = fm_version_likeness(d->before.facts[j], d->after.facts[i]);
        if (like > best) {
            best = like;
            found = j;
        }
    }
    return found;
}

static size_t unpaired(const struct side *side)
{
    size_t n = 0;

    for (size_t i = 0; i < side->n; i++)
        n += !side->paired[i];
    return n;
}

/* What both say comes off first, so that an edited fact finds what it was made
 * of, and not its neighbour. */
static void pair_same(struct difference *d, size_t *partner, bool *reworded)
{
    for (size_t i = 0; i < d->after.n; i++) {
        partner[i] = same_content(d, i, &reworded[i]);
        if (partner[i] == SIZE_MAX)
            continue;
        d->before.paired[partner[i]] = true;
        d->after.paired[i] = true;
        d->ret->unchanged += !reworded[i];
    }
}

static enum fm_error compare(struct difference *d, struct fm_arena *scratch,
                             struct fm_why *why)
{
    size_t *partner = fm_arena_array(scratch, d->after.n, sizeof *partner);
    bool *reworded = fm_arena_array(scratch, d->after.n, sizeof *reworded);
    bool few;
    enum fm_error e = FM_OK;

    d->ret->changes =
        fm_arena_array(d->arena, d->before.n + d->after.n, sizeof(void *));
    if (partner == NULL || reworded == NULL || d->ret->changes == NULL)
        return no_memory(why);
    pair_same(d, partner, reworded);
    few = unpaired(&d->before) <= FM_VERSION_PAIRS &&
          unpaired(&d->after) <= FM_VERSION_PAIRS;
    for (size_t i = 0; e == FM_OK && i < d->after.n; i++) {
        Factmill__V1__FactChange__Type type = CHANGE(REWORDED);

        if (d->after.paired[i] && !reworded[i])
            continue;
        if (!d->after.paired[i]) {
            partner[i] = few ? most_alike(d, i) : SIZE_MAX;
            type = partner[i] != SIZE_MAX ? CHANGE(CHANGED) : CHANGE(ADDED);
        }
        if (partner[i] != SIZE_MAX)
            d->before.paired[partner[i]] = true;
        e = add_change(d, type,
                       partner[i] != SIZE_MAX ? d->before.facts[partner[i]]
                                              : NULL,
                       d->after.facts[i], why);
    }
    for (size_t j = 0; e == FM_OK && j < d->before.n; j++)
        if (!d->before.paired[j])
            e = add_change(d, CHANGE(REMOVED), d->before.facts[j], NULL, why);
    return e;
}

/* --- the answer -------------------------------------------------------------------------------- */

static enum fm_error find_version(struct fm_reader *r, int64_t article,
                                  uint32_t version, struct fm_why *why,
                                  int64_t *ret)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    enum fm_error e = fm_reader_stmt(
        r,
        "SELECT a.sequence FROM article o JOIN article a ON a.id=o.id"
        " AND a.source=o.source WHERE o.sequence=? AND a.version=?",
        why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    fm_stmt_int(st, 2, version);
    e = fm_stmt_number(st, why, &found, ret);
    if (e == FM_OK && !found)
        e = fm_fail_field(FM_ENOTFOUND, why, "compare_with",
                          "VERSION_NOT_FOUND", "the article has no version %u",
                          (unsigned)version);
    return e;
}

enum fm_error fm_read_versions(struct fm_reader *r,
                               const Factmill__V1__GetArticleRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__GetArticleResponse *ret)
{
    struct difference d = {.arena = arena, .ret = ret};
    int64_t article = (int64_t)ret->info->sequence;
    int64_t older = 0;
    enum fm_error e = FM_OK;

    if (request->with_versions)
        e = fm_read_versions_of(r, article, arena, why, &ret->versions,
                                &ret->n_versions);
    if (e != FM_OK || request->compare_with == 0)
        return e;
    e = find_version(r, article, request->compare_with, why, &older);
    if (e == FM_OK)
        e = read_side(r, older, arena, why, &d.before);
    if (e == FM_OK)
        e = read_side(r, article, arena, why, &d.after);
    return e == FM_OK ? compare(&d, &r->arena, why) : e;
}
