#include "base/utf8.h"
#include "store/interval.h"
#include "store/normal.h"
#include "store/pack_priv.h"
#include "store/roles_priv.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name
#define K(name) FACTMILL__V1__FACT__KIND__##name

/* --- posts ------------------------------------------------------------------------ */

/* Words before a post that are no part of it; sorted. */
static const char *const before[] = {
    "a",        "acting",  "an",       "appointed", "current", "deposed",
    "elected",  "ex",      "former",   "her",       "his",     "incoming",
    "interim",  "its",     "late",     "longtime",  "my",      "named",
    "new",      "newly",   "one-time", "onetime",   "our",     "ousted",
    "outgoing", "retired", "sitting",  "the",       "their",   "then",
};
/* Those of them that say it was left; sorted. */
static const char *const left[] = {"deposed", "ex",       "former",
                                   "late",    "one-time", "onetime",
                                   "ousted",  "retired",  "then"};
/* What a phrase that was cut short ends in; sorted. */
static const char *const behind[] = {"and",  "at",    "by",    "for",
                                     "from", "in",    "of",    "since",
                                     "to",   "under", "until", "with"};

#define HAS(word, table) \
 (fm_str_bsearch((word), (table), sizeof(table) / sizeof *(table)) >= 0)

/* The end of the first word. */
static size_t word_end(struct fm_str s)
{
    size_t n = 0;

    while (n < s.len && s.data[n] != ' ')
        n++;
    return n;
}

struct fm_str fm_post_normal(struct fm_str post, struct fm_arena *arena,
                             bool *ret_former)
{
    struct fm_str s = fm_normal_name(post, arena);

    *ret_former = false;
    while (s.len > 0) {
        size_t n = word_end(s);
        struct fm_str word = fm_str_sub(s, 0, n);

        if (fm_str_starts(s, fm_str("ex-"))) {
            *ret_former = true;
            s = fm_str_sub(s, 3, s.len);
            continue;
        }
        if (n == s.len || !HAS(word, before))
            break;
        *ret_former = *ret_former || HAS(word, left);
        s = fm_str_sub(s, n + 1, s.len);
    }
    for (size_t at = s.len; at > 0; at--) {
        if (s.data[at - 1] != ' ')
            continue;
        if (!HAS(fm_str_sub(s, at, s.len), behind))
            break;
        s.len = at - 1;
    }
    return s;
}

/* "prime minister of Halvia" is a post and a name; "Secretary of State" is a
 * post. Returns where the post ends; *ret_name: the rest. */
static size_t split(struct fm_str post, struct fm_str *ret_name)
{
    static const char *const joints[] = {" of ", " at ", " for "};
    size_t at = 0;
    bool small = post.len > 0 && !fm_uni_is_upper(fm_utf8_next(post, &at));

    *ret_name = fm_str_n(NULL, 0);
    for (size_t i = 1; small && i < post.len; i++) {
        for (size_t k = 0; k < sizeof joints / sizeof *joints; k++) {
            struct fm_str joint = fm_str(joints[k]);
            struct fm_str rest = fm_str_sub(post, i, post.len);

            if (!fm_str_starts(rest, joint))
                continue;
            rest = fm_str_sub(rest, joint.len, rest.len);
            if (fm_str_starts(rest, fm_str("the ")))
                rest = fm_str_sub(rest, 4, rest.len);
            at = 0;
            if (rest.len == 0 || !fm_uni_is_upper(fm_utf8_next(rest, &at)))
                continue;
            *ret_name = rest;
            return i;
        }
    }
    return post.len;
}

/* --- what a fact tells ---------------------------------------------------------------- */

/* Verbs that end whatever was held; who held it is the subject, or, of a verb that
 * somebody does to somebody, the object. (Those that name the post are ROLE facts
 * themselves.) */
static const struct {
    const char *lemma;
    bool done_to;
} endings[] = {
    {"die", false},          {"dismiss", true}, {"fire", true},
    {"leave office", false}, {"oust", true},    {"resign", false},
    {"retire", false},       {"sack", true},    {"step down", false},
};

struct telling {
    enum fm_holding what;
    int64_t holder;
    int64_t organization; /* 0 = none, or by name */
    struct fm_str post;   /* as written */
};

static const Factmill__V1__Argument *argument(const Factmill__V1__Fact *fact,
                                              int role, const char *preposition)
{
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];

        if ((int)a->role == role &&
            (preposition == NULL || strcmp(a->preposition, preposition) == 0))
            return a;
    }
    return NULL;
}

static int64_t entity_of(const Factmill__V1__Argument *a)
{
    return a != NULL && a->entity <= INT64_MAX ? (int64_t)a->entity : 0;
}

static void take_post(const Factmill__V1__Fact *fact, struct telling *ret)
{
    const Factmill__V1__Argument *post = argument(fact, R(COMPLEMENT), NULL);

    if (post != NULL)
        ret->post = fm_str(post->text);
}

static void read_verb(const Factmill__V1__Fact *fact, struct telling *ret)
{
    const char *lemma = fact->predicate->lemma;
    const Factmill__V1__Argument *object = argument(fact, R(OBJECT), NULL);

    /* A post that is named is told of by a fact of its own. */
    if (argument(fact, R(COMPLEMENT), NULL) != NULL ||
        argument(fact, R(OBLIQUE), "as") != NULL)
        return;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        bool done_to = endings[i].done_to;

        if (strcmp(endings[i].lemma, lemma) != 0)
            continue;
        /* Who does it to nobody that is named has not lost a post. */
        if (done_to && object == NULL &&
            strcmp(fact->rule, "clause.passive") != 0)
            return;
        ret->what = FM_HOLDING_ENDS;
        ret->holder =
            entity_of(done_to && object != NULL ? object : fact->subject);
    }
}

/* Which of them a ROLE is says its rule. */
static enum fm_holding what_of(const Factmill__V1__Fact *fact)
{
    if (strcmp(fact->rule, "role.taken") == 0)
        return FM_HOLDING_BEGINS;
    if (strcmp(fact->rule, "role.left") == 0)
        return FM_HOLDING_ENDS;
    if (fact->time == NULL ||
        fact->time->precision == FACTMILL__V1__TIME__PRECISION__RANGE)
        return FM_HOLDING_HOLDS;
    return FM_HOLDING_THEN;
}

/* "has been finance minister since 2018" */
static bool is_held_for(const Factmill__V1__Fact *fact)
{
    return fact->kind == K(RELATION) &&
           strcmp(fact->predicate->lemma, "be") == 0 && fact->time != NULL &&
           fact->time->precision == FACTMILL__V1__TIME__PRECISION__RANGE;
}

/* FM_HOLDING_NONE: nothing of a post. */
static void tell(const Factmill__V1__Fact *fact, struct telling *ret)
{
    memset(ret, 0, sizeof *ret);
    if (fact->polarity != FACTMILL__V1__FACT__POLARITY__POSITIVE ||
        fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED)
        return;
    if (fact->kind == K(ROLE)) {
        ret->what = what_of(fact);
        ret->holder = entity_of(fact->subject);
        ret->organization = entity_of(argument(fact, R(ORGANIZATION_OF), NULL));
        take_post(fact, ret);
    } else if (fact->predicate != NULL && is_held_for(fact)) {
        ret->what = FM_HOLDING_HOLDS;
        ret->holder = entity_of(fact->subject);
        take_post(fact, ret);
    } else if (fact->predicate != NULL &&
               (fact->kind == K(EVENT) || fact->kind == K(RELATION))) {
        read_verb(fact, ret);
    }
    if (ret->holder == 0 ||
        (ret->post.len == 0 && ret->what != FM_HOLDING_ENDS))
        ret->what = FM_HOLDING_NONE;
}

/* --- rows ------------------------------------------------------------------------------- */

/* The statements and memory that writing needs, of a settle or of migrate. */
struct writing {
    struct fm_stmt *add;
    struct fm_stmt *named;
    struct fm_arena *arena;
};

/* Whom a name means: of several the best known. */
static enum fm_error find_named(const struct writing *w, struct fm_str name,
                                struct fm_why *why, int64_t *ret)
{
    struct fm_str normal = fm_normal_name(name, w->arena);
    bool found = false;

    if (normal.len == 0)
        return FM_OK;
    fm_stmt_text(w->named, 1, normal);
    return fm_stmt_number(w->named, why, &found, ret);
}

static void bind_time(struct fm_stmt *st, const Factmill__V1__Time *time)
{
    struct fm_interval v;
    bool known = time != NULL &&
                 fm_interval_parse(fm_str(time->start), fm_str(time->end), &v);

    if (known) {
        fm_stmt_int(st, 6, v.start);
        fm_stmt_int(st, 7, v.end);
    } else {
        fm_stmt_null(st, 6);
        fm_stmt_null(st, 7);
    }
}

static enum fm_error add(const struct writing *w,
                         const Factmill__V1__Fact *fact, int64_t sequence,
                         int64_t published_us, struct fm_why *why)
{
    struct telling t;
    struct fm_str name;
    struct fm_str post;
    bool former = false;
    enum fm_error e = FM_OK;

    tell(fact, &t);
    if (t.what == FM_HOLDING_NONE || t.post.len > FM_POST_MAX)
        return FM_OK;
    post = fm_str_sub(t.post, 0, split(t.post, &name));
    post = fm_post_normal(post, w->arena, &former);
    if (post.len == 0 && t.post.len > 0)
        return FM_OK;
    if (t.organization == 0 && name.len > 0)
        e = find_named(w, name, why, &t.organization);
    if (e != FM_OK)
        return e;
    if (former && t.what == FM_HOLDING_HOLDS)
        t.what = FM_HOLDING_HELD;
    fm_stmt_int(w->add, 1, sequence);
    fm_stmt_int(w->add, 2, t.holder);
    fm_stmt_int_or(w->add, 3, t.organization, 0);
    fm_stmt_text(w->add, 4, post.len > 0 ? post : fm_str(""));
    fm_stmt_int(w->add, 5, t.what);
    bind_time(w->add, fact->time);
    fm_stmt_int_or(w->add, 8, published_us, INT64_MIN);
    return fm_stmt_run(w->add, why);
}

enum fm_error fm_roles_add(struct fm_settlement *s,
                           const Factmill__V1__Fact *fact, int64_t sequence,
                           struct fm_why *why)
{
    struct writing w = {fm_sql(s->w, FM_SQL_HOLDING_ADD),
                        fm_sql(s->w, FM_SQL_NAMED), s->arena};

    return add(&w, fact, sequence, s->row.published_us, why);
}

/* --- out of what is stored ----------------------------------------------------------------- */

static enum fm_error make_one(const struct writing *w, const struct fm_stmt *st,
                              struct fm_why *why)
{
    struct fm_str bytes = fm_stmt_col_str(st, 2);
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    enum fm_error e;

    if (fact == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "a fact cannot be read");
    fm_arena_reset(w->arena);
    e = add(w, fact, fm_stmt_col_int(st, 0),
            fm_stmt_col_int_or(st, 1, INT64_MIN), why);
    factmill__v1__fact__free_unpacked(fact, NULL);
    return e;
}

enum fm_error fm_roles_make(sqlite3 *db, struct fm_why *why)
{
    static const char facts[] =
        "SELECT sequence, published_us, fm_fact(sequence, id, fact) FROM fact"
        " WHERE kind IN (3, 6, 7) ORDER BY sequence";
    struct fm_stmt st[3] = {{NULL, 0}};
    struct fm_arena arena;
    struct fm_packs packs;
    struct writing w = {&st[1], &st[2], &arena};
    bool row = false;
    enum fm_error e = fm_packs_open(&packs, db, why);

    fm_arena_init(&arena, (size_t)1 << 20);
    if (e == FM_OK)
        e = fm_stmt_prepare(db, fm_str(facts), why, &st[0]);
    if (e == FM_OK)
        e = fm_stmt_prepare(db, fm_str(FM_ROLES_ADD), why, &st[1]);
    if (e == FM_OK)
        e = fm_stmt_prepare(db, fm_str(FM_ROLES_NAMED), why, &st[2]);
    while (e == FM_OK && (e = fm_stmt_step(&st[0], why, &row)) == FM_OK && row)
        e = make_one(&w, &st[0], why);
    for (size_t i = 0; i < 3; i++)
        fm_stmt_release(&st[i]);
    fm_packs_close(&packs);
    fm_arena_release(&arena);
    return e;
}
