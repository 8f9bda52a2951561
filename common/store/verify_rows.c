#include "base/str.h"
#include "factmill/v1/article.pb-c.h"
#include "store/content.h"
#include "store/verify_priv.h"

#include <stdio.h>

/* Articles and entities in one short read. */
#define ARTICLES 256
#define ENTITIES 1024

/* --- totals ------------------------------------------------------------------------- */

/* Each is 0 in a sound database. */
static const struct {
    const char *what;
    const char *sql;
} totals[] = {
    {"articles that wait",
     "SELECT (SELECT count(*) FROM article WHERE state=1)-pending FROM tally"},
    {"articles on loan",
     "SELECT (SELECT count(*) FROM article WHERE state=2)-leased FROM tally"},
    {"articles that are done",
     "SELECT (SELECT count(*) FROM article WHERE state=3)-done FROM tally"},
    {"dead articles",
     "SELECT (SELECT count(*) FROM article WHERE state=4)-dead FROM tally"},
    {"skipped articles",
     "SELECT (SELECT count(*) FROM article WHERE state=5)-skipped FROM tally"},
    {"bytes that wait",
     "SELECT (SELECT ifnull(sum(size),0) FROM article WHERE state=1)"
     "-pending_bytes FROM tally"},
    {"dead letters",
     "SELECT (SELECT count(*) FROM dead)-dead_letters FROM tally"},
    {"dead letters of articles that are not dead",
     "SELECT count(*) FROM dead d LEFT JOIN article a ON a.sequence=d.article"
     " WHERE d.article IS NOT NULL AND a.state IS NOT 4"},
    {"dead articles without a letter",
     "SELECT count(*) FROM article WHERE state=4 AND NOT EXISTS"
     " (SELECT 1 FROM dead WHERE dead.article=article.sequence)"},
    {"facts in force",
     "SELECT (SELECT count(*) FROM fact)-(SELECT count(*) FROM fact WHERE"
     " retracted IS NOT NULL)-facts FROM tally"},
    {"changes",
     "SELECT (SELECT ifnull(sum(last-first+1),0) FROM change)-sequence"
     " FROM tally"},
    {"facts added and taken back",
     "SELECT (SELECT count(*) FROM fact)+(SELECT count(*) FROM fact WHERE"
     " retracted IS NOT NULL)-sequence FROM tally"},
};

enum fm_error fm_verify_totals(struct fm_verify *v, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < sizeof totals / sizeof *totals; i++) {
        int64_t off = 0;

        e = fm_db_number(v->db, totals[i].sql, why, &off);
        if (e == FM_OK && off != 0)
            fm_verify_found(v, "%s: the total is wrong by %lld", totals[i].what,
                            (long long)off);
        v->check.rows++;
        e = fm_verify_damage(v, e, totals[i].what, why);
        if (e == FM_OK)
            e = fm_verify_pause(v, why);
    }
    return e;
}

/* --- findings that are rows ---------------------------------------------------------- */

struct rule {
    const char *what; /* behind "article 17" */
    const char *sql;
};

/* Rules about one kind of thing. */
struct rules {
    const char *noun;
    const struct rule *items;
    size_t n;
};

#define ARTICLE "SELECT a.sequence FROM article a"
#define RANGE   " WHERE a.sequence BETWEEN ?1 AND ?2"

static const struct rule article_rules[] = {
    {"has lost its text, or it has another length",
     ARTICLE " LEFT JOIN body b ON b.article=a.sequence" RANGE
             " AND (b.bytes IS NULL OR length(b.bytes)<>a.size)"},
    {"has no state that there is",
     ARTICLE RANGE " AND a.state NOT BETWEEN 1 AND 5"},
    {"has no source", ARTICLE " LEFT JOIN source s ON s.source=a.source" RANGE
                              " AND s.name IS NULL"},
    {"is on loan to nobody",
     ARTICLE RANGE " AND a.state=2 AND a.lease IS NULL"},
    {"is done and has no extraction",
     ARTICLE RANGE " AND a.state=3 AND NOT EXISTS"
                   " (SELECT 1 FROM extraction x WHERE x.article=a.sequence)"},
    {"does not have as many facts in force as it says",
     ARTICLE RANGE " AND a.facts<>(SELECT count(*) FROM change c JOIN fact f"
                   " ON f.sequence BETWEEN c.added AND c.last"
                   " WHERE c.article=a.sequence AND f.retracted IS NULL)"},
    {"is in force beside another version of it",
     ARTICLE RANGE " AND a.in_force=1 AND EXISTS (SELECT 1 FROM article o WHERE"
                   " o.id=a.id AND o.source=a.source AND o.in_force=1"
                   " AND o.sequence<>a.sequence)"},
};

static const struct rule entity_rules[] = {
    {"does not have as many facts as it says",
     "SELECT e.entity FROM entity e WHERE e.entity BETWEEN ?1 AND ?2"
     " AND e.facts<>(SELECT count(*) FROM participant p WHERE p.who=e.entity"
     " AND p.marks&16384=0)"},
    {"has no name",
     "SELECT e.entity FROM entity e WHERE e.entity BETWEEN ?1 AND ?2"
     " AND (e.name='' OR e.normal='')"},
    {"has participants and is not there",
     "SELECT DISTINCT p.who FROM participant p LEFT JOIN entity e"
     " ON e.entity=p.who WHERE p.who BETWEEN ?1 AND ?2 AND e.entity IS NULL"},
};

/* Rows of the rule's sql, between ?1 and ?2, are the numbers of what is wrong. */
static enum fm_error apply_rule(struct fm_verify *v, const char *noun,
                                const struct rule *rule, const int64_t range[2],
                                struct fm_why *why)
{
    struct fm_stmt st = {NULL, 0};
    bool row = true;
    enum fm_error e = fm_stmt_prepare(v->db, fm_str(rule->sql), why, &st);

    if (e == FM_OK) {
        fm_stmt_int(&st, 1, range[0]);
        fm_stmt_int(&st, 2, range[1]);
    }
    while (e == FM_OK && (e = fm_stmt_step(&st, why, &row)) == FM_OK && row)
        fm_verify_found(v, "%s %lld %s", noun,
                        (long long)fm_stmt_col_int(&st, 0), rule->what);
    fm_stmt_release(&st);
    return e;
}

static enum fm_error apply_rules(struct fm_verify *v, const struct rules *rules,
                                 const int64_t range[2], struct fm_why *why)
{
    char where[64];
    enum fm_error e = fm_db_exec(v->db, "BEGIN", why);

    for (size_t i = 0; e == FM_OK && i < rules->n; i++)
        e = apply_rule(v, rules->noun, &rules->items[i], range, why);
    (void)fm_db_exec(v->db, "COMMIT", NULL);
    (void)snprintf(where, sizeof where, "%s %lld to %lld", rules->noun,
                   (long long)range[0], (long long)range[1]);
    return fm_verify_damage(v, e, where, why);
}

/* --- the bytes of articles -------------------------------------------------------------- */

/* Columns: sequence, id, source, content, body. */
static void check_body(struct fm_verify *v, struct fm_stmt *st)
{
    long long sequence = (long long)fm_stmt_col_int(st, 0);
    struct fm_str content = fm_stmt_col_str(st, 3);
    struct fm_str body = fm_stmt_col_str(st, 4);
    Factmill__V1__Article *a = factmill__v1__article__unpack(
        NULL, body.len, (const uint8_t *)body.data);

    if (a == NULL)
        fm_verify_found(v, "article %lld: its bytes are no article", sequence);
    else if (!fm_str_eq(fm_str(a->id), fm_stmt_col_str(st, 1)) ||
             !fm_str_eq(fm_str(a->source), fm_stmt_col_str(st, 2)))
        fm_verify_found(v, "article %lld: its bytes are another article's",
                        sequence);
    else if (!fm_content_is(body, content))
        fm_verify_found(v, "article %lld: its bytes are not those that came",
                        sequence);
    if (a != NULL)
        factmill__v1__article__free_unpacked(a, NULL);
}

static enum fm_error check_bodies(struct fm_verify *v, const int64_t range[2],
                                  struct fm_why *why)
{
    struct fm_stmt st = {NULL, 0};
    bool row = true;
    enum fm_error e = fm_stmt_prepare(
        v->db,
        fm_str("SELECT a.sequence, a.id, s.name, a.content, b.bytes"
               " FROM article a JOIN body b ON b.article=a.sequence"
               " JOIN source s ON s.source=a.source" RANGE),
        why, &st);

    if (e == FM_OK) {
        fm_stmt_int(&st, 1, range[0]);
        fm_stmt_int(&st, 2, range[1]);
    }
    while (e == FM_OK && (e = fm_stmt_step(&st, why, &row)) == FM_OK && row) {
        check_body(v, &st);
        v->check.rows++;
    }
    fm_stmt_release(&st);
    return e;
}

/* --- all of them -------------------------------------------------------------------------- */

#define RULES(noun, table)                     \
 {                                             \
  noun, table, sizeof(table) / sizeof *(table) \
 }

enum fm_error fm_verify_articles(struct fm_verify *v, struct fm_why *why)
{
    static const struct rules rules = RULES("article", article_rules);
    enum fm_error e = FM_OK;

    for (int64_t at = 1; e == FM_OK && at <= v->last_article; at += ARTICLES) {
        int64_t end = at + ARTICLES - 1;
        const int64_t range[2] = {at, end < v->last_article ? end
                                                            : v->last_article};

        e = apply_rules(v, &rules, range, why);
        if (e == FM_OK)
            e = check_bodies(v, range, why);
        e = fm_verify_damage(v, e, "texts of articles", why);
        if (e == FM_OK)
            e = fm_verify_pause(v, why);
    }
    return e;
}

enum fm_error fm_verify_entities(struct fm_verify *v, struct fm_why *why)
{
    static const struct rules rules = RULES("entity", entity_rules);
    enum fm_error e = FM_OK;

    for (int64_t at = 1; e == FM_OK && at <= v->last_entity; at += ENTITIES) {
        int64_t end = at + ENTITIES - 1;
        const int64_t range[2] = {at,
                                  end < v->last_entity ? end : v->last_entity};

        e = apply_rules(v, &rules, range, why);
        v->check.rows += (uint64_t)(range[1] - at + 1);
        if (e == FM_OK)
            e = fm_verify_pause(v, why);
    }
    return e;
}
