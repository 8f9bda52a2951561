/* What is true of a store at every moment, whatever happened to it. */
#ifndef FM_TESTS_STORE_WHOLE_H
#define FM_TESTS_STORE_WHOLE_H

#include "store/verify.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"

static inline int64_t whole_number(struct fixture *f, const char *sql)
{
    struct fm_writer *w = (struct fm_writer *)(void *)f->w;
    int64_t n = -1;

    OK(f, fm_db_number(w->db, sql, &f->why, &n));
    return n;
}

static inline void whole_is_zero(struct fixture *f, const char *sql)
{
    int64_t n = whole_number(f, sql);

    if (n != 0)
        fail_msg("%d: %s", (int)n, sql);
}

static inline void whole_finding(void *user, const char *check,
                                 const char *text)
{
    (void)user;
    fail_msg("%s: %s", check, text);
}

static inline void whole_check(struct fixture *f)
{
    const struct fm_store_verify ask = {
        .path = f->dir, .full = true, .finding = whole_finding};
    uint64_t findings = 0;

    static const char *const none[] = {
        "SELECT count(*) FROM pragma_integrity_check WHERE "
        "integrity_check<>'ok'",
        /* Totals are what is counted. */
        "SELECT (SELECT count(*) FROM article WHERE state=1)-pending FROM "
        "tally",
        "SELECT (SELECT count(*) FROM article WHERE state=2)-leased FROM tally",
        "SELECT (SELECT count(*) FROM article WHERE state=3)-done FROM tally",
        "SELECT (SELECT count(*) FROM article WHERE state=4)-dead FROM tally",
        "SELECT (SELECT count(*) FROM article WHERE state=5)-skipped FROM "
        "tally",
        "SELECT (SELECT count(*) FROM dead)-dead_letters FROM tally",
        "SELECT (SELECT ifnull(sum(size),0) FROM article WHERE state=1)"
        " -pending_bytes FROM tally",
        "SELECT (SELECT count(*) FROM fact WHERE retracted IS NULL)-facts"
        " FROM tally",
        /* Every number up to the last is one change, and no more. */
        "SELECT (SELECT count(*) FROM (SELECT sequence FROM fact UNION"
        " SELECT retracted FROM fact WHERE retracted IS NOT NULL))-sequence"
        " FROM tally",
        "SELECT (SELECT count(*) FROM fact)+(SELECT count(retracted) FROM fact)"
        " -sequence FROM tally",
        "SELECT (SELECT ifnull(sum(last-first+1),0) FROM change)-sequence"
        " FROM tally",
        /* Facts in force are of one version, and of what is done. */
        "SELECT count(*) FROM (SELECT 1 FROM fact f JOIN article a ON"
        " a.sequence=f.article WHERE f.retracted IS NULL GROUP BY a.source, "
        "a.id"
        " HAVING count(DISTINCT a.version)>1)",
        "SELECT count(*) FROM fact f JOIN article a ON a.sequence=f.article"
        " WHERE a.state<>3",
        "SELECT count(*) FROM article a WHERE facts<>(SELECT count(*) FROM fact"
        " f WHERE f.article=a.sequence AND f.retracted IS NULL)",
        "SELECT count(*) FROM article a LEFT JOIN body b ON "
        "b.article=a.sequence"
        " WHERE b.bytes IS NULL OR length(b.bytes)<>a.size",
        "SELECT count(*) FROM fact f LEFT JOIN change c ON f.sequence>=c.added"
        " AND f.sequence<=c.last WHERE c.article IS NOT f.article",
        /* No fact twice. */
        "SELECT count(*) FROM (SELECT 1 FROM fact GROUP BY article, id HAVING"
        " count(*)>1)",
        "SELECT count(*) FROM entity e WHERE facts<>(SELECT count(*) FROM"
        " participant p WHERE p.who=e.entity AND p.marks&16384=0)",
        "SELECT count(*) FROM participant p JOIN fact f ON f.sequence=p.fact"
        " WHERE (p.marks&16384<>0) <> (f.retracted IS NOT NULL)",
        "SELECT count(*) FROM dead d LEFT JOIN article a ON "
        "a.sequence=d.article"
        " WHERE a.state<>4",
    };

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        whole_is_zero(f, none[i]);
    OK(f, fm_store_verify(&ask, &f->why, &findings));
    OK(f, fm_db_exec(((struct fm_writer *)(void *)f->w)->db,
                     "INSERT INTO search(search) VALUES('integrity-check');"
                     "INSERT INTO headline(headline) VALUES('integrity-check')",
                     &f->why));
}

#endif
