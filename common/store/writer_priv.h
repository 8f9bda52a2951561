/* What the modules of the writer share: one connection, its statements, the
 * running totals, and the one transaction that may be open. */
#ifndef FM_STORE_WRITER_PRIV_H
#define FM_STORE_WRITER_PRIV_H

#include "store/db_priv.h"
#include "store/gather_priv.h"
#include "store/pack_priv.h"
#include "store/stmt_priv.h"
#include "store/store.h"

/* The facts in force of article ?1; of reprocess.c, for readers too. */
#define FM_REREAD_FACTS                                                \
 "SELECT fm_fact(f.sequence, f.id, f.fact) FROM change c"              \
 " INDEXED BY change_article CROSS JOIN fact f ON f.sequence>=c.added" \
 " AND f.sequence<=c.last WHERE c.article=?1 AND f.retracted IS NULL"
/* Of roles_write.c, for migrate too. */
#define FM_ROLES_ADD                                                         \
 "INSERT INTO holding(fact, holder, organization, post, what, from_s, to_s," \
 " published_us) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)"
#define FM_ROLES_NAMED                                       \
 "SELECT a.entity FROM alias a JOIN entity e USING (entity)" \
 " WHERE a.normal=?1 ORDER BY e.facts DESC LIMIT 1"

/* All statements of the writer; X(name, sql). Prepared when it opens. */
#define FM_WRITER_SQL(X)                                                       \
 X(BEGIN, "BEGIN IMMEDIATE")                                                   \
 X(COMMIT, "COMMIT")                                                           \
 X(ROLLBACK, "ROLLBACK")                                                       \
 X(TALLY_WRITE,                                                                \
   "UPDATE tally SET pending=?1, leased=?2, done=?3, dead=?4, skipped=?5,"     \
   " dead_letters=?6, pending_bytes=?7, facts=?8, sequence=?9, clock_us=?10")  \
 /* inbox.c */                                                                 \
 X(SOURCE_FIND, "SELECT source FROM source WHERE name=?1")                     \
 X(SOURCE_ADD, "INSERT INTO source(name) VALUES (?1)")                         \
 X(ARTICLE_NEWEST,                                                             \
   "SELECT sequence, version, state, content, size FROM article"               \
   " WHERE id=?1 AND source=?2 ORDER BY version DESC LIMIT 1")                 \
 X(ARTICLE_ADD,                                                                \
   "INSERT INTO article(source, id, version, state, content, size,"            \
   " published_us, recorded_us, attempts, not_before_us, facts, in_force)"     \
   " VALUES (?1,?2,?3,1,?4,?5,?6,?7,0,0,0,0)")                                 \
 X(BODY_ADD, "INSERT INTO body(article, bytes) VALUES (?1, ?2)")               \
 X(BODY_READ, "SELECT bytes, (SELECT content FROM article WHERE sequence=?1)"  \
              " FROM body WHERE article=?1")                                   \
 X(ARTICLE_END,                                                                \
   "UPDATE article SET state=?2, reason=?3, lease=NULL, worker=NULL,"          \
   " leased_us=NULL, not_before_us=0 WHERE sequence=?1")                       \
 /* lease.c */                                                                 \
 X(WAITING_RETRY,                                                              \
   "SELECT sequence, version, attempts, size FROM article"                     \
   " INDEXED BY article_waiting WHERE state=1 AND not_before_us>0"             \
   " AND (not_before_us<=?1 OR not_before_us>?2)"                              \
   " ORDER BY not_before_us LIMIT ?3")                                         \
 X(WAITING_FRESH,                                                              \
   "SELECT sequence, version, attempts, size FROM article"                     \
   " INDEXED BY article_waiting WHERE state=1 AND not_before_us=0"             \
   " ORDER BY sequence LIMIT ?1")                                              \
 X(LEASE,                                                                      \
   "UPDATE article SET state=2, attempts=attempts+1, lease=?2, worker=?3,"     \
   " leased_us=?4, not_before_us=0 WHERE sequence=?1")                         \
 X(LEASED,                                                                     \
   "SELECT a.sequence, a.source, a.id, a.version, a.attempts, a.published_us," \
   " a.worker, a.leased_us, a.size, s.name FROM article a"                     \
   " JOIN source s USING (source) WHERE a.state=2 AND a.lease=?1")             \
 X(LEASES_OF, "SELECT lease FROM article INDEXED BY article_leased"            \
              " WHERE state=2 AND worker=?1 ORDER BY lease LIMIT 1")           \
 X(INTERRUPTED, "SELECT count(*) FROM attempt WHERE article=?1 AND error=?2")  \
 X(LEASES_ALL, "SELECT lease FROM article INDEXED BY article_leased"           \
               " WHERE state=2 ORDER BY lease LIMIT 1")                        \
 X(NEWER,                                                                      \
   "SELECT 1 FROM article WHERE id=?1 AND source=?2 AND version>?3 LIMIT 1")   \
 X(WAIT_AGAIN,                                                                 \
   "UPDATE article SET state=1, attempts=attempts-?2, not_before_us=?3,"       \
   " reason=?4, lease=NULL, worker=NULL, leased_us=NULL WHERE sequence=?1")    \
 X(RETRY_NEXT,                                                                 \
   "SELECT min(not_before_us) FROM article INDEXED BY article_waiting"         \
   " WHERE state=1 AND not_before_us>0")                                       \
 X(OLDEST, "SELECT recorded_us FROM article INDEXED BY article_waiting"        \
           " WHERE state=1 AND not_before_us=0 ORDER BY sequence LIMIT 1")     \
 X(OLDEST_RETRY,                                                               \
   "SELECT min(recorded_us) FROM (SELECT recorded_us FROM article"             \
   " INDEXED BY article_waiting WHERE state=1 AND not_before_us>0"             \
   " ORDER BY not_before_us LIMIT 256)")                                       \
 /* dead.c */                                                                  \
 X(ATTEMPT_ADD,                                                                \
   "INSERT INTO attempt(article, number, attempt, worker, started_us,"         \
   " ended_us, error) VALUES (?1, (SELECT 1 + coalesce(max(number), 0)"        \
   " FROM attempt WHERE article=?1), ?2, ?3, ?4, ?5, ?6)")                     \
 X(DEAD_GET,                                                                   \
   "SELECT d.article, d.body, d.reason, a.state, a.source, a.id, a.version,"   \
   " a.size, s.name FROM dead d LEFT JOIN article a ON a.sequence=d.article"   \
   " LEFT JOIN source s ON s.source=a.source WHERE d.id=?1")                   \
 X(DEAD_NEXT,                                                                  \
   "SELECT id FROM dead WHERE id>?1 AND id<=?2 ORDER BY id LIMIT 1")           \
 X(DEAD_LAST, "SELECT max(id) FROM dead")                                      \
 X(DEAD_REMOVE, "DELETE FROM dead WHERE id=?1")                                \
 X(ARTICLE_REVIVE,                                                             \
   "UPDATE article SET state=1, attempts=0, not_before_us=0, reason=NULL,"     \
   " lease=NULL, worker=NULL, leased_us=NULL WHERE sequence=?1")               \
 X(AUDIT_ADD, "INSERT INTO audit(at_us, principal, action, subject, detail)"   \
              " VALUES (?1,?2,?3,?4,?5)")                                      \
 X(DEAD_ADD, "INSERT INTO dead(article, reason, recorded_us, size, body)"      \
             " VALUES (?1,?2,?3,?4,?5)")                                       \
 /* settle.c */                                                                \
 X(OLDER_IN_FORCE,                                                             \
   "SELECT sequence FROM article WHERE id=?1 AND source=?2 AND version<?3"     \
   " AND in_force=1 LIMIT 1")                                                  \
 X(ARTICLE_DONE,                                                               \
   "UPDATE article SET state=?2, reason=?3, lease=NULL, worker=NULL,"          \
   " leased_us=NULL, not_before_us=0, facts=?4, in_force=1, extractor=?5,"     \
   " elapsed_us=?6 WHERE sequence=?1")                                         \
 X(ARTICLE_REPLACED,                                                           \
   "UPDATE article SET facts=0, in_force=0 WHERE sequence=?1")                 \
 X(EXTRACTION_ADD, "INSERT INTO extraction(article, bytes) VALUES (?1, ?2)")   \
 X(EXTRACTION_READ, "SELECT fm_bytes(bytes) FROM extraction"                   \
                    " WHERE article=?1")                                       \
 X(CHANGE_ADD,                                                                 \
   "INSERT INTO change(last, first, added, article, source, published_us,"     \
   " recorded_us, kinds) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")                    \
 X(CHANGE_OF, "SELECT added, last FROM change INDEXED BY change_article"       \
              " WHERE article=?1 AND last>?2 ORDER BY last LIMIT 1")           \
 X(HEADLINE_ADD, "INSERT INTO headline(rowid, title) VALUES (?1, ?2)")         \
 /* facts.c */                                                                 \
 X(FACT_ADD,                                                                   \
   "INSERT INTO fact(sequence, id, article, source, kind, predicate,"          \
   " time_span, time_start, time_end, published_us, recorded_us, confidence,"  \
   " polarity, modality, fact)"                                                \
   " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,x'')")             \
 X(PACK_ADD, "INSERT INTO pack(last, first, bytes) VALUES (?1,?2,?3)")         \
 X(KEY_ADD,                                                                    \
   "INSERT INTO fact_key(key, last) VALUES (?1,?2) ON CONFLICT DO NOTHING")    \
 X(SENTENCE_ADD, "INSERT INTO search(rowid, text, title) VALUES (?1,?2,?3)")   \
 X(FACT_IN_FORCE, "SELECT sequence, fm_fact(sequence, id, fact) FROM fact"     \
                  " WHERE sequence>=?1 AND sequence<=?2 AND retracted IS NULL" \
                  " ORDER BY sequence LIMIT 1")                                \
 X(FACT_RETRACT, "UPDATE fact SET retracted=?2 WHERE sequence=?1")             \
 /* digest_write.c */                                                          \
 X(PREDICATE_FIND, "SELECT predicate FROM predicate WHERE lemma=?1")           \
 X(PREDICATE_ADD, "INSERT INTO predicate(lemma) VALUES (?1)")                  \
 X(DIGEST_ADD,                                                                 \
   "INSERT INTO digest(last, added, source, published_us, recorded_us, bytes)" \
   " VALUES (?1,?2,?3,?4,?5,?6)")                                              \
 X(DIGEST_RETRACT,                                                             \
   "UPDATE digest SET retracted=?2 WHERE last=?1 AND retracted IS NULL")       \
 /* claim_write.c */                                                           \
 X(SAID_ADD, "INSERT INTO said(last, added, article, sketch, bytes)"           \
             " VALUES (?1,?2,?3,?4,?5)")                                       \
 X(CLAIMS_COVERED, "SELECT max(last) FROM claim_run")                          \
 /* participants.c */                                                          \
 X(PARTICIPANT_ADD, "INSERT INTO participant(who, fact, marks, time_start)"    \
                    " VALUES (?1,?2,?3,?4)")                                   \
 X(PARTICIPANT_RETRACT,                                                        \
   "UPDATE participant SET marks=marks|?3 WHERE who=?1 AND fact=?2")           \
 /* same.c */                                                                  \
 X(SAME_GET, "SELECT coalesce(same_as, 0) FROM entity WHERE entity=?1")        \
 X(SAME_COUNT, "SELECT count(*) FROM entity INDEXED BY entity_same"            \
               " WHERE same_as=?1")                                            \
 X(SAME_NOTE,                                                                  \
   "UPDATE entity SET same_as=(SELECT coalesce(nullif(r.same_as, 0), "         \
   "r.entity)"                                                                 \
   " FROM entity r WHERE r.entity=?2) WHERE entity=?1 AND ?1<>?2 AND same_as " \
   "IS NULL"                                                                   \
   " AND (SELECT r.same_as IS NULL OR r.same_as > 0 FROM entity r"             \
   " WHERE r.entity=?2) AND NOT EXISTS (SELECT 1 FROM entity m"                \
   " INDEXED BY entity_same WHERE m.same_as=?1) AND (SELECT count(*) FROM"     \
   " entity m INDEXED BY entity_same WHERE m.same_as="                         \
   "(SELECT coalesce(nullif(r.same_as, 0), r.entity) FROM entity r"            \
   " WHERE r.entity=?2)) < 30")                                                \
 X(SAME_SET, "UPDATE entity SET same_as=?2 WHERE entity=?1")                   \
 /* roles_write.c, spelling.c */                                               \
 X(HOLDING_ADD, FM_ROLES_ADD)                                                  \
 X(NAMED, FM_ROLES_NAMED)                                                      \
 X(NAME_WORD_ADD, "INSERT INTO name_word(word, mirror) VALUES (?1,?2)"         \
                  " ON CONFLICT DO NOTHING")                                   \
 /* reprocess.c, reprocess_end.c */                                            \
 X(RUN_ADD,                                                                    \
   "INSERT INTO run(state, source, at, upto, articles, extractor, started_us," \
   " principal) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")                             \
 X(RUN_STORE,                                                                  \
   "UPDATE run SET state=?2, at=?3, ended=?4, same=?5, differs=?6, failed=?7," \
   " added=?8, removed=?9, changed=?10, hold=?11, ended_us=?12,"               \
   " extractor=?13 WHERE run=?1")                                              \
 X(RUN_LOAD,                                                                   \
   "SELECT run, state, source, at, upto, articles, ended, same, differs,"      \
   " failed, added, removed, changed, hold, ended_us, extractor FROM run"      \
   " WHERE ended_us=0 ORDER BY run DESC LIMIT 1")                              \
 X(RUN_RECOVER, "UPDATE run_article SET state=5, lease=NULL,"                  \
                " error='the ingest ended while a worker had it'"              \
                " WHERE state=2 AND attempts>=?1")                             \
 X(RUN_RECOVER_REST,                                                           \
   "UPDATE run_article SET state=1, lease=NULL WHERE state=2")                 \
 X(RUN_AGAIN_COUNT, "SELECT count(*) FROM run_article WHERE state=1")          \
 X(RUN_RANGE, "SELECT coalesce(max(sequence), 0) FROM article"                 \
              " WHERE recorded_us<?1")                                         \
 X(RUN_COUNT,                                                                  \
   "SELECT count(*) FROM article WHERE sequence>?1 AND sequence<=?2"           \
   " AND state=?3 AND in_force=1 AND (?4=0 OR source=?4)")                     \
 X(RUN_AGAIN,                                                                  \
   "SELECT x.article, a.version, x.attempts FROM run_article x"                \
   " INDEXED BY run_article_again CROSS JOIN article a"                        \
   " ON a.sequence=x.article WHERE x.state=1 ORDER BY x.article LIMIT ?1")     \
 X(RUN_NEXT,                                                                   \
   "SELECT sequence, version, 0 FROM article WHERE sequence>?1"                \
   " AND sequence<=?2 AND state=?3 AND in_force=1 ORDER BY sequence LIMIT ?4") \
 X(RUN_NEXT_OF,                                                                \
   "SELECT sequence, version, 0 FROM article INDEXED BY article_source"        \
   " WHERE source=?5 AND sequence>?1 AND sequence<=?2 AND state=?3"            \
   " AND in_force=1 ORDER BY sequence LIMIT ?4")                               \
 X(RUN_LEASE, "INSERT INTO run_article(article, state, attempts, lease)"       \
              " VALUES (?1,?2,1,?3) ON CONFLICT DO UPDATE SET state=?2,"       \
              " attempts=attempts+1, lease=?3, error=NULL")                    \
 X(RUN_LEASED, "SELECT article, attempts FROM run_article"                     \
               " INDEXED BY run_article_leased WHERE state=2 AND lease=?1")    \
 X(RUN_ARTICLE_END,                                                            \
   "UPDATE run_article SET state=?2, lease=NULL, bytes=?3, error=?4,"          \
   " attempts=attempts-?5 WHERE article=?1")                                   \
 X(RUN_ARTICLE,                                                                \
   "SELECT a.source, a.id, a.version, a.published_us, a.size, a.in_force,"     \
   " s.name FROM article a JOIN source s USING (source)"                       \
   " WHERE a.sequence=?1")                                                     \
 X(RUN_FACTS, FM_REREAD_FACTS)                                                 \
 X(RUN_DIFFERS,                                                                \
   "SELECT article, fm_bytes(bytes) FROM run_article"                          \
   " INDEXED BY run_article_differs WHERE state=4 ORDER BY article LIMIT 1")   \
 X(RUN_ARTICLE_REMOVE, "DELETE FROM run_article WHERE article=?1")             \
 X(RUN_DROP, "DELETE FROM run_article WHERE article IN"                        \
             " (SELECT article FROM run_article LIMIT ?1)")                    \
 X(ARTICLE_REREAD,                                                             \
   "UPDATE article SET facts=?2, extractor=?3 WHERE sequence=?1")              \
 X(EXTRACTION_REPLACE, "UPDATE extraction SET bytes=?2 WHERE article=?1")      \
 /* entities.c */                                                              \
 X(ENTITY_FIND, "SELECT entity, articles FROM entity"                          \
                " WHERE normal=?1 AND type=?2 ORDER BY entity LIMIT 1")        \
 X(CANDIDATES,                                                                 \
   "SELECT e.entity, e.articles, e.company, e.normal FROM alias a CROSS JOIN"  \
   " entity e ON e.entity=a.entity WHERE a.normal=?1 AND e.type=?2"            \
   " ORDER BY a.entity DESC LIMIT ?3")                                         \
 X(ENTITY_ADD, "INSERT INTO entity(normal, type, facts, articles, name)"       \
               " VALUES (?1,?2,0,0,?3)")                                       \
 X(ENTITY_COUNT, "UPDATE entity SET facts=facts+?2, articles=articles+?3,"     \
                 " company=coalesce(?4, company) WHERE entity=?1")             \
 X(ALIAS_ADD, "INSERT INTO alias(normal, entity, text) VALUES (?1,?2,?3)"      \
              " ON CONFLICT DO NOTHING")

enum fm_writer_sql {

#define X(name, sql) FM_SQL_##name,
    FM_WRITER_SQL(X)
#undef X
        FM_SQL_COUNT
};

/* Totals over the whole store, one row of table tally: written with each
 * commit, so that opening counts nothing. */
struct fm_tally {
    /* By Factmill__V1__ArticleState; [0] is unused. */
    int64_t state[6];
    int64_t dead_letters;
    int64_t pending_bytes;
    int64_t facts;    /* in force */
    int64_t sequence; /* of the last change to facts */
    int64_t clock_us; /* the latest time that was given out */
};

/* The run that is on its way (reprocess_priv.h); id 0 = none. */
struct fm_run {
    int64_t id;
    int64_t state;
    int64_t source; /* 0 = all */
    int64_t at;     /* the last article that was handed out */
    int64_t upto;
    int64_t articles;
    int64_t ended; /* read, or given up */
    int64_t again; /* wait for another attempt */
    int64_t leased;
    int64_t same, differs, failed;
    int64_t added, removed, changed; /* facts */
    int64_t hold;
    int64_t ended_us;
    char extractor[257]; /* "" = of the first worker that comes */
};

struct fm_writer {
    struct fm_store_writer base;
    sqlite3 *db;
    struct fm_gather *gather; /* the VFS of db */
    int lock;
    char *dir;
    uint32_t max_attempts;
    struct fm_stmt statements[FM_SQL_COUNT];

    struct fm_tally tally;     /* as of now, within the transaction */
    struct fm_tally committed; /* as of the last commit */
    struct fm_run run;         /* as tally */
    struct fm_run run_committed;
    int64_t lease_last; /* never used twice, see lease.c */

    bool in_transaction;
    /* The first failure of this transaction that was not the caller's own
     * fault: it can only be rolled back. */
    enum fm_error spoiled;
    /* The disk failed: nothing may be tried on this connection again. */
    bool broken;

    int64_t wal_frames;     /* of the last commit, by SQLite's count */
    int64_t wal_soft;       /* frames at which a step begins, with no reader */
    int64_t wal_crowded;    /* and at which it waits for readers */
    int64_t wal_checkpoint; /* frames at which the next step is due */
    uint64_t wal_again_ms;  /* when it is, with a reader in the way */

    bool oldest_known;
    int64_t oldest_us;

    struct fm_copy {
        sqlite3 *target; /* NULL = none is made */
        sqlite3_backup *backup;
        char *path;
        bool done;
    } copy;

    struct fm_arena arena; /* scratch of one settle */
    struct fm_packer packer;
    struct fm_packs packs;
};

static inline struct fm_stmt *fm_sql(struct fm_writer *w,
                                     enum fm_writer_sql which)
{
    return &w->statements[which];
}

/* Microseconds now, never before an earlier answer, even over restarts: so
 * the order of `recorded` is the order of sequence. */
int64_t fm_writer_now(struct fm_writer *w);

/* tally.c */
enum fm_error fm_tally_load(struct fm_writer *w, struct fm_why *why);
enum fm_error fm_tally_store(struct fm_writer *w, struct fm_why *why);
void fm_tally_move(struct fm_tally *tally, Factmill__V1__ArticleState from,
                   Factmill__V1__ArticleState to, int64_t size);

struct fm_lease_call {
    struct fm_str worker;
    uint32_t max;
    uint64_t max_bytes;
};

/* inbox.c, lease.c, dead.c, settle.c, checkpoint.c: the members of the
 * writer's table, on an open transaction unless store.h says otherwise. */
enum fm_error fm_inbox_append(struct fm_writer *w,
                              const struct fm_store_article *article,
                              struct fm_why *why,
                              struct fm_store_appended *ret);
enum fm_error fm_lease_take(struct fm_writer *w,
                            const struct fm_lease_call *call,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_store_lease **ret_leases, size_t *ret_n);
enum fm_error fm_lease_body(struct fm_writer *w, int64_t sequence,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_str *ret);
enum fm_error fm_lease_fail(struct fm_writer *w, int64_t lease,
                            struct fm_str error, struct fm_why *why,
                            enum fm_store_settled *ret);
enum fm_error fm_lease_fail_worker(struct fm_writer *w, struct fm_str worker,
                                   struct fm_str error, struct fm_why *why,
                                   uint64_t *ret_n);
enum fm_error fm_lease_give_back(struct fm_writer *w, int64_t lease,
                                 struct fm_why *why);
/* At opening: nobody holds a lease of a writer that is gone. */
enum fm_error fm_lease_recover(struct fm_writer *w, struct fm_why *why);
uint64_t fm_lease_next_retry_ms(struct fm_writer *w);
/* One that waits and cannot be read any more: a dead letter without attempts. */
enum fm_error fm_dead_damaged(struct fm_writer *w, int64_t sequence,
                              int64_t size, struct fm_str reason,
                              struct fm_why *why);
enum fm_error fm_dead_bury(struct fm_writer *w, struct fm_str bytes,
                           struct fm_str reason, struct fm_why *why);
/* revive.c */
enum fm_error fm_dead_replay(struct fm_writer *w, uint64_t id,
                             struct fm_str principal, fm_store_decode *decode,
                             void *user, struct fm_why *why,
                             enum fm_store_revived *ret);
enum fm_error fm_dead_discard(struct fm_writer *w, uint64_t id,
                              struct fm_str principal, struct fm_why *why,
                              enum fm_store_revived *ret);
enum fm_error fm_dead_next(struct fm_writer *w, uint64_t after, uint64_t upto,
                           struct fm_why *why, uint64_t *ret);
enum fm_error fm_dead_last(struct fm_writer *w, struct fm_why *why,
                           uint64_t *ret);
enum fm_error fm_audit(struct fm_writer *w, const struct fm_store_audit *entry,
                       struct fm_why *why);
enum fm_error fm_settle(struct fm_writer *w, int64_t lease,
                        const Factmill__V1__Extraction *extraction,
                        uint64_t elapsed_us, struct fm_why *why,
                        enum fm_store_settled *ret);
enum fm_error fm_checkpoint_step(struct fm_writer *w, bool finish,
                                 struct fm_why *why, bool *ret_more);
/* copy.c */
enum fm_error fm_copy_begin(struct fm_writer *w, const char *path,
                            struct fm_why *why);
enum fm_error fm_copy_step(struct fm_writer *w, struct fm_why *why,
                           bool *ret_more);
void fm_copy_end(struct fm_writer *w);
void fm_checkpoint_watch(struct fm_writer *w, uint64_t max_wal_bytes);

/* The row behind a lease; views live in the arena. */
struct fm_leased {
    int64_t sequence;
    int64_t source;
    struct fm_str source_name;
    struct fm_str id;
    uint32_t version;
    uint32_t attempts;
    int64_t published_us; /* INT64_MIN = unknown */
    int64_t leased_us;
    int64_t size;
    struct fm_str worker;
    bool superseded; /* a newer version has arrived */
};

/* *ret_found is false when nobody holds this lease. */
enum fm_error fm_lease_find(struct fm_writer *w, int64_t lease,
                            struct fm_arena *arena, struct fm_why *why,
                            bool *ret_found, struct fm_leased *ret);
/* LEASED or PENDING to an end: SKIPPED or DEAD, with the reason. */
enum fm_error fm_inbox_end(struct fm_writer *w, int64_t sequence, int64_t size,
                           Factmill__V1__ArticleState from,
                           Factmill__V1__ArticleState to, struct fm_str reason,
                           struct fm_why *why);
enum fm_error fm_dead_attempt(struct fm_writer *w, const struct fm_leased *row,
                              struct fm_str error, struct fm_why *why);
enum fm_error fm_dead_article(struct fm_writer *w, const struct fm_leased *row,
                              struct fm_str reason, struct fm_why *why);
/* Valid UTF-8 of at most max bytes out of anything; a view of s, or a copy in
 * the arena where bytes had to be replaced. */
struct fm_str fm_dead_text(struct fm_str s, size_t max, struct fm_arena *arena);

#endif
