#include "base/clock.h"
#include "store/settle_priv.h"
#include "store/verify_priv.h"

/* A read that took so long ends behind its word, and the next goes on. */
#define READ_MS 300u

/* The index of words keeps no text, so it is held against itself: for each text,
 * FTS5 has its length in words (sqlite.org/fts5.html, 10.4, "%_docsize"), and as
 * many places must stand in the lists of the words. And against the facts: there is
 * a text for each sentence that shows some, and for no other. Texts are never
 * changed or removed, so all that was there at the beginning can be read in pieces. */
struct index {
    const char *table;
    const char *columns[2];
    int64_t below; /* rows from here on came later */
    uint64_t texts;
    uint64_t words; /* sum over all texts of length times fm_verify_mix */
};

static uint64_t mix_of(int64_t row, unsigned column)
{
    return fm_verify_mix((uint64_t)row * 2 + column);
}

/* SQLite's: 7 bits a byte, the first is the highest; 9 bytes at most. */
static uint64_t read_varint(struct fm_str s, size_t *at)
{
    uint64_t v = 0;

    for (int i = 0; i < 8 && *at < s.len; i++) {
        uint8_t byte = (uint8_t)s.data[(*at)++];

        v = v << 7 | (byte & 0x7f);
        if ((byte & 0x80) == 0)
            break;
    }
    return v;
}

static enum fm_error read_lengths(struct fm_verify *v, struct index *x,
                                  struct fm_why *why)
{
    struct fm_stmt st = {NULL, 0};
    char text[120];
    bool row = true;
    enum fm_error e;

    (void)snprintf(text, sizeof text,
                   "SELECT id, sz FROM %s_docsize WHERE id<?1", x->table);
    e = fm_stmt_prepare(v->db, fm_str(text), why, &st);
    if (e == FM_OK)
        fm_stmt_int(&st, 1, x->below);
    while (e == FM_OK && (e = fm_stmt_step(&st, why, &row)) == FM_OK && row) {
        int64_t id = fm_stmt_col_int(&st, 0);
        struct fm_str sizes = fm_stmt_col_str(&st, 1);
        size_t at = 0;

        x->texts += fm_verify_mix((uint64_t)id);
        for (unsigned i = 0; i < 2 && x->columns[i] != NULL; i++)
            x->words += read_varint(sizes, &at) * mix_of(id, i);
        v->check.rows++;
    }
    fm_stmt_release(&st);
    return e;
}

static void take_place(const struct index *x, const struct fm_stmt *st,
                       uint64_t *words)
{
    struct fm_str column = fm_stmt_col_str(st, 2);
    int64_t row = fm_stmt_col_int(st, 1);

    if (row >= x->below)
        return;
    for (unsigned i = 0; i < 2 && x->columns[i] != NULL; i++)
        if (fm_str_eqz(column, x->columns[i]))
            *words += mix_of(row, i);
}

/* The words behind `last`, for a while; *ret_more: some are left. */
static enum fm_error read_some(struct fm_verify *v, const struct index *x,
                               struct fm_stmt *st, struct fm_buf *last,
                               uint64_t *words, struct fm_why *why,
                               bool *ret_more)
{
    uint64_t until = fm_now_ms() + READ_MS;
    /* The statement borrows it, and `last` goes on. */
    char *after = fm_arena_copy(&v->arena, fm_buf_view(last));
    bool any = false; /* each read gets on by one word at least */
    bool row = true;
    enum fm_error e = FM_OK;

    *ret_more = false;
    if (after == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a word");
    fm_stmt_text(st, 1, fm_str_n(after, last->len));
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        struct fm_str term = fm_stmt_col_str(st, 0);

        if (!fm_str_eq(term, fm_buf_view(last))) {
            *ret_more = any && (v->ask->short_reads || fm_now_ms() > until);
            if (*ret_more)
                break;
            any = true;
            fm_buf_reset(last);
            fm_buf_add(last, term.data, term.len);
            e = fm_buf_error(last);
        }
        take_place(x, st, words);
    }
    fm_stmt_reset(st);
    return e == FM_OK ? fm_verify_pause(v, why) : e;
}

static enum fm_error read_words(struct fm_verify *v, const struct index *x,
                                struct fm_why *why, uint64_t *ret_words)
{
    struct fm_stmt st = {NULL, 0};
    struct fm_buf last;
    char text[200];
    bool more = true;
    enum fm_error e;

    (void)snprintf(text, sizeof text,
                   "CREATE VIRTUAL TABLE temp.%s_places USING"
                   " fts5vocab(main, %s, instance)",
                   x->table, x->table);
    fm_buf_init(&last, 1u << 20);
    e = fm_db_exec(v->db, text, why);
    (void)snprintf(text, sizeof text,
                   "SELECT term, doc, col FROM temp.%s_places WHERE term>?1",
                   x->table);
    if (e == FM_OK)
        e = fm_stmt_prepare(v->db, fm_str(text), why, &st);
    while (e == FM_OK && more)
        e = read_some(v, x, &st, &last, ret_words, why, &more);
    fm_stmt_release(&st);
    fm_buf_release(&last);
    return e;
}

static enum fm_error verify_index(struct fm_verify *v, struct index *x,
                                  struct fm_why *why)
{
    uint64_t words = 0;
    enum fm_error e = read_lengths(v, x, why);

    if (e == FM_OK)
        e = read_words(v, x, why, &words);
    if (e == FM_OK && words != x->words)
        fm_verify_found(v, "%s: words are missing, or stand where they do not",
                        x->table);
    return fm_verify_damage(v, e, x->table, why);
}

enum fm_error fm_verify_words(struct fm_verify *v, struct fm_why *why)
{
    struct index sentences = {
        .table = "search",
        .columns = {"text", "title"},
        .below = fm_sentence_row(v->last_change + 1, 1),
    };
    struct index titles = {
        .table = "headline",
        .columns = {"title", NULL},
        .below = v->last_article + 1,
    };
    enum fm_error e = verify_index(v, &sentences, why);

    if (e == FM_OK && sentences.texts != v->sentences)
        fm_verify_found(v, "search: not the sentences that the facts show");
    return e == FM_OK ? verify_index(v, &titles, why) : e;
}
