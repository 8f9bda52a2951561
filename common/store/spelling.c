#include "base/utf8.h"
#include "store/spelling_priv.h"

/* Longer words are none of a language. Characters. */
#define WORD_MAX 40u
/* Words of one begin or end that are compared. */
#define LOOKED_MAX 4000
/* Names that are made of the near words and looked up. */
#define TRIED_MAX 256u

/* --- words ---------------------------------------------------------------------- */

struct word {
    uint32_t c[WORD_MAX];
    size_t n;
};

/* False when it has more characters than a word. */
static bool word_of(struct fm_str s, struct word *ret)
{
    size_t at = 0;

    ret->n = 0;
    while (at < s.len) {
        if (ret->n == WORD_MAX)
            return false;
        ret->c[ret->n++] = fm_utf8_next(s, &at);
    }
    return true;
}

/* Characters [from, to), or the same backwards, as bytes. */
static struct fm_str bytes_of(const struct word *w, size_t from, size_t to,
                              bool mirrored, char ret[WORD_MAX * 4])
{
    size_t n = 0;

    for (size_t i = from; i < to; i++)
        n += fm_utf8_put(w->c[mirrored ? to - 1 - (i - from) : i], ret + n);
    return fm_str_n(ret, n);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Rows of the table of distances; the last three are enough. */
static unsigned distance(const struct word *a, const struct word *b,
                         unsigned most)
{
    unsigned rows[3][WORD_MAX + 1];

    for (size_t k = 0; k <= b->n; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= a->n; i++) {
        unsigned *now = rows[i % 3];
        const unsigned *before = rows[(i - 1) % 3];
        unsigned best = now[0] = (unsigned)i;

        for (size_t k = 1; k <= b->n; k++) {
            unsigned d = least(before[k], now[k - 1]) + 1;

            d = least(d, before[k - 1] + (a->c[i - 1] != b->c[k - 1]));
            if (i > 1 && k > 1 && a->c[i - 1] == b->c[k - 2] &&
                a->c[i - 2] == b->c[k - 1])
                d = least(d, rows[(i - 2) % 3][k - 2] + 1);
            now[k] = d;
            best = least(best, d);
        }
        if (best > most)
            return most + 1;
    }
    return least(rows[a->n % 3][b->n], most + 1);
}

unsigned fm_spelling_distance(struct fm_str a, struct fm_str b, unsigned most)
{
    struct word wa;
    struct word wb;

    if (!word_of(a, &wa) || !word_of(b, &wb))
        return most + 1;
    return distance(&wa, &wb, most);
}

static unsigned errors_allowed(size_t characters)
{
    return characters < 4 ? 0 : characters < 8 ? 1 : 2;
}

/* --- writing -------------------------------------------------------------------- */

/* st: the statement that adds a word and its mirror image. */
static enum fm_error add_words(struct fm_stmt *st, struct fm_str normal,
                               struct fm_why *why)
{
    struct fm_str part;
    enum fm_error e = FM_OK;

    while (e == FM_OK && fm_str_next(&normal, ' ', &part)) {
        char mirror[WORD_MAX * 4];
        struct word w;

        if (part.len == 0 || !word_of(part, &w) || errors_allowed(w.n) == 0)
            continue;
        fm_stmt_text(st, 1, part);
        fm_stmt_text(st, 2, bytes_of(&w, 0, w.n, true, mirror));
        e = fm_stmt_run(st, why);
    }
    return e;
}

enum fm_error fm_spelling_add(struct fm_settlement *s, struct fm_str normal,
                              struct fm_why *why)
{
    return add_words(fm_sql(s->w, FM_SQL_NAME_WORD_ADD), normal, why);
}

enum fm_error fm_spelling_make(sqlite3 *db, struct fm_why *why)
{
    struct fm_stmt names = {NULL, 0};
    struct fm_stmt add = {NULL, 0};
    bool row = false;
    enum fm_error e = fm_stmt_prepare(
        db, fm_str("SELECT DISTINCT normal FROM alias"), why, &names);

    if (e == FM_OK)
        e = fm_stmt_prepare(db,
                            fm_str("INSERT INTO name_word(word, mirror)"
                                   " VALUES (?1,?2) ON CONFLICT DO NOTHING"),
                            why, &add);
    while (e == FM_OK && (e = fm_stmt_step(&names, why, &row)) == FM_OK && row)
        e = add_words(&add, fm_stmt_col_str(&names, 0), why);
    fm_stmt_release(&names);
    fm_stmt_release(&add);
    return e;
}

/* --- near words ----------------------------------------------------------------- */

/* What a word may stand for, the nearest first. */
struct near {
    struct fm_str words[FM_SPELLING_NEAR];
    unsigned errors[FM_SPELLING_NEAR];
    size_t n;
};

static enum fm_error add_near(struct fm_reader *r, struct near *near,
                              struct fm_str word, unsigned errors)
{
    size_t at = near->n;

    for (size_t i = 0; i < near->n; i++)
        if (fm_str_eq(near->words[i], word))
            return FM_OK;
    while (at > 0 && near->errors[at - 1] > errors)
        at--;
    if (at == FM_SPELLING_NEAR)
        return FM_OK;
    word = fm_str_n(fm_arena_copy(&r->arena, word), word.len);
    if (word.data == NULL)
        return FM_ENOMEM;
    if (near->n < FM_SPELLING_NEAR)
        near->n++;
    for (size_t i = near->n - 1; i > at; i--) {
        near->words[i] = near->words[i - 1];
        near->errors[i] = near->errors[i - 1];
    }
    near->words[at] = word;
    near->errors[at] = errors;
    return FM_OK;
}

/* Compares the words that begin (or whose mirror images begin) with piece. */
static enum fm_error look(struct fm_reader *r, const struct word *w,
                          struct fm_str piece, bool mirrored,
                          struct fm_why *why, struct near *near)
{
    static const char *const sql[] = {
        "SELECT word FROM name_word WHERE word >= ?1"
        " AND word < ?1 || char(1114111) LIMIT ?2",
        "SELECT word FROM name_word WHERE mirror >= ?1"
        " AND mirror < ?1 || char(1114111) LIMIT ?2",
    };
    unsigned most = errors_allowed(w->n);
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql[mirrored], why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, piece);
    fm_stmt_int(st, 2, LOOKED_MAX);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_str word = fm_stmt_col_str(st, 0);
        struct word other;
        unsigned errors;

        if (!word_of(word, &other) || other.n + most < w->n ||
            w->n + most < other.n)
            continue;
        errors = distance(w, &other, most);
        if (errors <= most && add_near(r, near, word, errors) != FM_OK)
            e = fm_fail(FM_ENOMEM, why, NULL, "no memory for names");
    }
    fm_stmt_reset(st);
    return e;
}

/* Two that are swapped may be at both ends of a short word. */
static enum fm_error look_swapped(struct fm_reader *r, const struct word *w,
                                  struct fm_why *why, struct near *near)
{
    struct fm_stmt *st = NULL;
    enum fm_error e =
        fm_reader_stmt(r, "SELECT word FROM name_word WHERE word=?", why, &st);

    for (size_t i = 1; e == FM_OK && i < w->n; i++) {
        char bytes[WORD_MAX * 4];
        struct word other = *w;
        bool row = false;

        other.c[i - 1] = w->c[i];
        other.c[i] = w->c[i - 1];
        fm_stmt_text(st, 1, bytes_of(&other, 0, other.n, false, bytes));
        e = fm_stmt_step(st, why, &row);
        if (e == FM_OK && row &&
            add_near(r, near, fm_stmt_col_str(st, 0), 1) != FM_OK)
            e = fm_fail(FM_ENOMEM, why, NULL, "no memory for names");
        fm_stmt_reset(st);
    }
    return e;
}

static enum fm_error near_words(struct fm_reader *r, struct fm_str part,
                                struct fm_why *why, struct near *near)
{
    char bytes[WORD_MAX * 4];
    struct word w;
    unsigned most;
    size_t piece;
    enum fm_error e;

    near->n = 0;
    if (!word_of(part, &w))
        return FM_OK;
    most = errors_allowed(w.n);
    if (most == 0) {
        near->words[0] = part;
        near->errors[0] = 0;
        near->n = 1;
        return FM_OK;
    }
    piece = most == 1 && w.n > 5 ? (w.n - 1) / 2 : 2;
    e = look(r, &w, bytes_of(&w, 0, piece, false, bytes), false, why, near);
    if (e == FM_OK)
        e = look(r, &w, bytes_of(&w, w.n - piece, w.n, true, bytes), true, why,
                 near);
    return e == FM_OK ? look_swapped(r, &w, why, near) : e;
}

/* --- names ---------------------------------------------------------------------- */

struct search {
    struct fm_reader *r;
    struct near near[FM_SPELLING_WORDS];
    size_t words;
    int64_t *ids;
    size_t n;
    unsigned tried;
};

static enum fm_error look_up(struct search *s, struct fm_str normal,
                             struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e =
        fm_reader_stmt(s->r,
                       "SELECT coalesce(nullif(e.same_as, 0), e.entity) FROM "
                       "alias a CROSS JOIN entity e"
                       " ON e.entity=a.entity WHERE a.normal=? ORDER BY 1",
                       why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, normal);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        int64_t id = fm_stmt_col_int(st, 0);
        size_t i = 0;

        while (i < s->n && s->ids[i] != id)
            i++;
        if (i == FM_SPELLING_FOUND)
            break;
        if (i == s->n)
            s->ids[s->n++] = id;
    }
    fm_stmt_reset(st);
    return e;
}

/* The next choice of one near word for each, the last word changing fastest;
 * false when all were had. */
static bool next_choice(const struct search *s, size_t choice[])
{
    for (size_t i = s->words; i > 0; i--) {
        if (++choice[i - 1] < s->near[i - 1].n)
            return true;
        choice[i - 1] = 0;
    }
    return false;
}

static enum fm_error try_all(struct search *s, struct fm_why *why)
{
    size_t choice[FM_SPELLING_WORDS] = {0};
    struct fm_buf name;
    enum fm_error e = FM_OK;

    fm_buf_init(&name, 4096);
    do {
        fm_buf_reset(&name);
        for (size_t i = 0; i < s->words; i++) {
            if (i > 0)
                fm_buf_char(&name, ' ');
            fm_buf_str(&name, s->near[i].words[choice[i]]);
        }
        e = fm_buf_error(&name);
        if (e == FM_OK)
            e = look_up(s, fm_buf_view(&name), why);
    } while (e == FM_OK && s->n < FM_SPELLING_FOUND && ++s->tried < TRIED_MAX &&
             next_choice(s, choice));
    fm_buf_release(&name);
    return e;
}

enum fm_error
fm_spelling_find(struct fm_reader *r, struct fm_str normal, struct fm_why *why,
                 /* NOLINTNEXTLINE(readability-non-const-parameter): written */
                 int64_t ret_ids[FM_SPELLING_FOUND], size_t *ret_n)
{
    struct search s = {.r = r, .ids = ret_ids};
    struct fm_str rest = normal;
    struct fm_str part;
    enum fm_error e = FM_OK;

    while (e == FM_OK && fm_str_next(&rest, ' ', &part)) {
        if (part.len == 0)
            continue;
        if (s.words == FM_SPELLING_WORDS)
            return fm_fail_field(FM_EINVAL, why, "similar", "TOO_MANY",
                                 "a name of more than %u words",
                                 FM_SPELLING_WORDS);
        e = near_words(r, part, why, &s.near[s.words]);
        if (e == FM_OK && s.near[s.words].n == 0) {
            *ret_n = 0;
            return FM_OK;
        }
        s.words++;
    }
    if (e == FM_OK && s.words > 0)
        e = try_all(&s, why);
    if (e == FM_OK)
        *ret_n = s.n;
    return e;
}
