/* The store: articles, facts, entities, dead letters, one change sequence, in
 * one SQLite file. Steps 3, 7 and 8 of an article's path.
 *
 * Reached through two tables of functions, one for the single writer and one
 * for any number of readers, so that another store can stand behind them.
 * Messages go in and come out as they are; what the store assigns (recorded,
 * sequence, retracted, global entity ids where a column needs them) it appends
 * to the bytes on the way out.
 *
 * Exactly one writer exists in the whole system (a lock file in the directory
 * sees to it); a writer is used by one thread at a time. A reader is read-only
 * and used by one thread; each query thread opens its own. */
#ifndef FM_STORE_STORE_H
#define FM_STORE_STORE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "factmill/v1/query.pb-c.h"

/* File name of the database inside the data directory. */
#define FM_STORE_FILE "factmill.db"

/* --- writer ---------------------------------------------------------------- */

/* An article as it enters. Views are borrowed during the call. */
struct fm_store_article {
    struct fm_str source;
    struct fm_str id;
    struct fm_str title;
    struct fm_str language; /* as sent, may be empty */
    int64_t published_us;   /* INT64_MIN = unknown */
    struct fm_id content;   /* hash of everything that makes a version */
    struct fm_str body;     /* the serialized Article, exactly as sent */
};

struct fm_store_appended {
    uint64_t sequence; /* row of the article: order of arrival */
    uint32_t version;
    bool duplicate;
    Factmill__V1__ArticleState state;
};

/* A leased article; all memory is the caller's arena's. */
struct fm_store_lease {
    uint64_t lease;    /* fencing number, never used twice */
    uint64_t sequence; /* of the article */
    uint32_t version;
    uint32_t attempt; /* counted from 1, committed with the lease */
    struct fm_str body;
};

/* What became of a settled lease. */
enum fm_store_settled {
    FM_STORE_SETTLED_DONE,
    FM_STORE_SETTLED_SKIPPED,
    FM_STORE_SETTLED_RETRY, /* failed, waits for the next attempt */
    FM_STORE_SETTLED_DEAD,  /* failed for the last time */
    FM_STORE_SETTLED_STALE, /* lease unknown, run out or superseded: ignored */
};

/* What became of a dead letter that was to be replayed or discarded. */
enum fm_store_revived {
    FM_STORE_REVIVED_DONE,
    FM_STORE_REVIVED_GONE,       /* there is no such letter any more */
    FM_STORE_REVIVED_SUPERSEDED, /* a newer version is there; it stays */
    FM_STORE_REVIVED_UNREADABLE, /* its bytes are still no article; it stays */
};

/* Reads bytes that were no article when they came; views into bytes. */
typedef enum fm_error fm_store_decode(void *user, struct fm_str bytes,
                                      struct fm_why *,
                                      struct fm_store_article *ret);

/* Something that an operator did. */
struct fm_store_audit {
    struct fm_str principal;
    struct fm_str action;
    struct fm_str subject;
    struct fm_str detail;
};

/* Articles that are to be read again, or a run that is to end. Views are borrowed
 * during the call. */
struct fm_store_run {
    uint64_t run;         /* which is to end; 0 = the one there is */
    struct fm_str source; /* empty = all */
    int64_t from_us;      /* recorded; INT64_MIN, INT64_MAX = open */
    int64_t to_us;
    struct fm_str extractor; /* empty = that of the first worker */
    bool dry;                /* count only */
    struct fm_str principal;
};

/* Entities that an operator says are one, or are not. */
struct fm_store_same {
    uint64_t into; /* stands for all */
    const uint64_t *ids;
    size_t n;
    struct fm_str principal;
};

struct fm_store_counts {
    uint64_t pending, leased, done, dead, skipped;
    uint64_t dead_letters; /* undecodable frames included */
    uint64_t pending_bytes;
    int64_t oldest_pending_us; /* when it was recorded; 0 = none waits */
    uint64_t facts;            /* in force */
    uint64_t sequence;         /* of the last change */
    uint64_t wal_bytes;
    /* Of a run: articles that may be lent now (at least 1 while any may), and
     * whether it is being promoted or dropped: see run_step. */
    uint64_t run_waiting;
    bool run_ending;
};

struct fm_store_writer;

struct fm_store_writer_options {
    const char *dir; /* made when missing (one level), mode 0700 */
    /* Attempts before an article is a dead letter; 0 = FM_LIMIT_ATTEMPTS. */
    uint32_t max_attempts;
    /* What readers may let the write-ahead log grow to: says when to move it, and
     * when to wait for them. The caller stops writing before; 0 = 256 MiB. */
    uint64_t max_wal_bytes;
};

struct fm_store_writer_ops {
    void (*close)(struct fm_store_writer *);
    /* Everything below up to commit is one transaction. */
    enum fm_error (*begin)(struct fm_store_writer *, struct fm_why *);
    /* Flushed to disk when it returns FM_OK. FM_ENOSPACE and FM_ELOCKED leave
     * nothing behind and may be tried again; FM_EIO means: stop, do not retry on
     * this handle, exit and recover. */
    enum fm_error (*commit)(struct fm_store_writer *, struct fm_why *);
    void (*rollback)(struct fm_store_writer *);

    /* A version of an article, or its duplicate. A new version of a known
     * article is PENDING; older facts stay in force until its own facts are
     * settled. */
    enum fm_error (*append)(struct fm_store_writer *,
                            const struct fm_store_article *, struct fm_why *,
                            struct fm_store_appended *ret);
    /* Up to max waiting articles (the oldest first) and up to max_bytes of them
     * (at least one), marked LEASED to worker with the attempt counted. */
    enum fm_error (*lease)(struct fm_store_writer *, struct fm_str worker,
                           uint32_t max, uint64_t max_bytes,
                           struct fm_arena *arena, struct fm_why *,
                           struct fm_store_lease **ret_leases, size_t *ret_n);
    /* Facts, entities, mentions and the done mark; retracts the facts of older
     * versions. extraction: as the worker sent it, untrusted: facts that do not
     * fit the article (spans outside, no id, too many) fail with FM_EINVAL and
     * nothing is written for this article. elapsed_us: kept with the article. */
    enum fm_error (*settle)(struct fm_store_writer *, uint64_t lease,
                            const Factmill__V1__Extraction *extraction,
                            uint64_t elapsed_us, struct fm_why *,
                            enum fm_store_settled *ret);
    /* The attempt failed: waits again (with back-off), or is a dead letter. */
    enum fm_error (*fail)(struct fm_store_writer *, uint64_t lease,
                          struct fm_str error, struct fm_why *,
                          enum fm_store_settled *ret);
    /* All leases of a worker that is gone, as fail() does. */
    enum fm_error (*fail_worker)(struct fm_store_writer *, struct fm_str worker,
                                 struct fm_str error, struct fm_why *,
                                 uint64_t *ret_n);
    /* Gives a lease back unharmed: the attempt is not counted (drain). */
    enum fm_error (*give_back)(struct fm_store_writer *, uint64_t lease,
                               struct fm_why *);
    /* Something that cannot even be decoded. */
    enum fm_error (*bury)(struct fm_store_writer *, struct fm_str bytes,
                          struct fm_str reason, struct fm_why *);
    /* A dead letter waits again, with all its attempts before it; it is a letter
     * no more. Written down under the operator's name. decode: for letters that
     * are no articles. */
    enum fm_error (*replay)(struct fm_store_writer *, uint64_t id,
                            struct fm_str principal, fm_store_decode *decode,
                            void *user, struct fm_why *,
                            enum fm_store_revived *ret);
    /* A dead letter is settled by not reading it: its article is SKIPPED, bytes
     * that are no article are deleted. Written down as well. */
    enum fm_error (*discard)(struct fm_store_writer *, uint64_t id,
                             struct fm_str principal, struct fm_why *,
                             enum fm_store_revived *ret);
    /* The next dead letter behind `after`, up to `upto`; 0 = none. */
    enum fm_error (*next_dead)(struct fm_store_writer *, uint64_t after,
                               uint64_t upto, struct fm_why *, uint64_t *ret);
    /* The number of the last letter; 0 = none. */
    enum fm_error (*last_dead)(struct fm_store_writer *, struct fm_why *,
                               uint64_t *ret);
    enum fm_error (*audit)(struct fm_store_writer *,
                           const struct fm_store_audit *, struct fm_why *);

    /* `into` stands for the others in every answer, until they are parted. Nothing
     * stored is changed but that. FM_ENOTFOUND, FM_EPRECONDITION: why says. */
    enum fm_error (*join_entities)(struct fm_store_writer *,
                                   const struct fm_store_same *,
                                   struct fm_why *);
    enum fm_error (*part_entities)(struct fm_store_writer *,
                                   const struct fm_store_same *,
                                   struct fm_why *);

    /* Begins to read articles again; results are kept beside the facts in force.
     * Its leases are like others to settle, fail and give_back.
     * FM_EPRECONDITION: there is a run already. */
    enum fm_error (*run_start)(struct fm_store_writer *,
                               const struct fm_store_run *, struct fm_why *,
                               uint64_t *ret_run, uint64_t *ret_articles);
    /* Some of its articles for a worker with this extractor; none when the run
     * wants another. */
    enum fm_error (*run_lease)(struct fm_store_writer *, struct fm_str worker,
                               uint32_t max, struct fm_str extractor,
                               struct fm_arena *arena, struct fm_why *,
                               struct fm_store_lease **ret_leases,
                               size_t *ret_n);
    /* Promotes or drops it, in steps, over restarts. FM_EPRECONDITION: not all is
     * read yet (promote), or it ends already. */
    enum fm_error (*run_end)(struct fm_store_writer *,
                             const struct fm_store_run *, bool promote,
                             struct fm_why *);
    /* One step, to be a transaction of its own; *ret_more: call again. */
    enum fm_error (*run_step)(struct fm_store_writer *, struct fm_why *,
                              bool *ret_more);

    /* Outside a transaction. Cheap: kept in memory. */
    void (*counts)(struct fm_store_writer *, struct fm_store_counts *ret);
    /* One bounded step of moving the WAL into the database (the writer's idle
     * time); *ret_more: a reader is in the way, call again in a while. finish: all of it, and cut the WAL
     * (shutdown). */
    enum fm_error (*checkpoint)(struct fm_store_writer *, bool finish,
                                struct fm_why *, bool *ret_more);
    /* A copy of everything into the file path, which must not exist yet: begun,
     * then made by steps of about a millisecond, outside of transactions, with any
     * number of them in between. It is as of the last commit before its last step
     * (*ret_more false); copy.h makes a backup of it. A step that fails ends it,
     * as copy_end does: the file is removed. One at a time. */
    enum fm_error (*copy_begin)(struct fm_store_writer *, const char *path,
                                struct fm_why *);
    enum fm_error (*copy_step)(struct fm_store_writer *, struct fm_why *,
                               bool *ret_more);
    void (*copy_end)(struct fm_store_writer *);
    /* Milliseconds until an article that backs off may be leased again;
     * UINT64_MAX = none does. */
    uint64_t (*next_retry_ms)(struct fm_store_writer *);
};

/* Every writer begins with its table. */
struct fm_store_writer {
    const struct fm_store_writer_ops *ops;
};

/* Opens or creates the SQLite store, takes the lock, migrates, and returns
 * articles that were LEASED when the last writer ended to PENDING: that is in
 * their history, but counts as an attempt only when it happens ten times. FM_ELOCKED: another ingest has it; FM_EVERSION: made
 * by a newer factmill; FM_EPERM, FM_ENOSPACE, FM_ECORRUPT: as they say. */
enum fm_error fm_store_writer_open(const struct fm_store_writer_options *,
                                   struct fm_why *,
                                   struct fm_store_writer **ret_writer);

/* --- reader ---------------------------------------------------------------- */

/* Where a list goes on: the sort key of the last row that was given. */
struct fm_store_cursor {
    bool set;
    bool null_key; /* the sort column was NULL there (no event time) */
    double number; /* of REAL keys: confidence, score */
    int64_t key;
    int64_t row;
};

struct fm_store_page {
    struct fm_store_cursor after;
    uint32_t size; /* 1 to FM_PAGE_MAX */
};

/* One row of an answer; return false to stop early. bytes: the serialized
 * message, in two parts to be written behind each other (what was stored, what
 * the store adds); valid during the call. cursor: of this row. */
struct fm_store_row {
    struct fm_str stored;
    struct fm_str added;
    struct fm_store_cursor cursor;
    uint64_t sequence;
};

typedef bool fm_store_each(void *user, const struct fm_store_row *row);

struct fm_store_hit {
    struct fm_store_row fact;
    double score;                         /* larger is better */
    const Factmill__V1__Span *highlights; /* of evidence.text */
    size_t highlight_count;
    struct fm_str title;
};

typedef bool fm_store_each_hit(void *user, const struct fm_store_hit *hit);

/* Which changes; see list_changes. */
struct fm_store_changes {
    const Factmill__V1__FactFilter *filter;
    uint64_t after; /* exclusive */
    uint64_t upto;
    /* Not 0: a snapshot. Only facts that were in force at this change. */
    uint64_t as_of;
    uint32_t max; /* 1 to FM_PAGE_MAX */
};

struct fm_store_reader;

/* Answers are messages out of the arena unless said otherwise. *ret_more: rows
 * remain behind the page. FM_EINVAL names the field at fault. Every answer is
 * one short read transaction. */
struct fm_store_reader_ops {
    void (*close)(struct fm_store_reader *);
    /* FM_ENOTFOUND when there is none. */
    enum fm_error (*get_fact)(struct fm_store_reader *, const struct fm_id *,
                              struct fm_buf *out, struct fm_why *);
    enum fm_error (*list_facts)(struct fm_store_reader *,
                                const Factmill__V1__FactFilter *filter,
                                Factmill__V1__FactOrder order,
                                const struct fm_store_page *page,
                                fm_store_each *each, void *user,
                                struct fm_why *, bool *ret_more);
    enum fm_error (*search_facts)(struct fm_store_reader *, struct fm_str query,
                                  const Factmill__V1__FactFilter *filter,
                                  const struct fm_store_page *page,
                                  fm_store_each_hit *each, void *user,
                                  struct fm_why *, bool *ret_more);
    enum fm_error (*get_article)(struct fm_store_reader *,
                                 const Factmill__V1__GetArticleRequest *,
                                 struct fm_arena *, struct fm_why *,
                                 Factmill__V1__ArticleInfo **ret);
    /* versions and changes of ret, for an article whose info is in it. */
    enum fm_error (*get_versions)(struct fm_store_reader *,
                                  const Factmill__V1__GetArticleRequest *,
                                  struct fm_arena *, struct fm_why *,
                                  Factmill__V1__GetArticleResponse *ret);
    enum fm_error (*list_articles)(
        struct fm_store_reader *, const Factmill__V1__ListArticlesRequest *,
        const struct fm_store_page *, struct fm_arena *, struct fm_why *,
        Factmill__V1__ArticleInfo ***ret, size_t *ret_n,
        struct fm_store_cursor *ret_next, bool *ret_more);
    enum fm_error (*get_entity)(struct fm_store_reader *, uint64_t id,
                                struct fm_arena *, struct fm_why *,
                                Factmill__V1__GetEntityResponse **ret);
    enum fm_error (*list_entities)(struct fm_store_reader *,
                                   const Factmill__V1__ListEntitiesRequest *,
                                   const struct fm_store_page *,
                                   struct fm_arena *, struct fm_why *,
                                   Factmill__V1__Entity ***ret, size_t *ret_n,
                                   struct fm_store_cursor *ret_next,
                                   bool *ret_more);
    enum fm_error (*list_dead)(struct fm_store_reader *,
                               const struct fm_store_page *, struct fm_arena *,
                               struct fm_why *, Factmill__V1__DeadLetter ***ret,
                               size_t *ret_n, uint64_t *ret_total,
                               struct fm_store_cursor *ret_next,
                               bool *ret_more);
    enum fm_error (*get_dead)(struct fm_store_reader *, uint64_t id,
                              struct fm_arena *, struct fm_why *,
                              Factmill__V1__DeadLetter **ret);
    /* The newest first; page->after is the last id that was seen. */
    enum fm_error (*list_audit)(struct fm_store_reader *,
                                const struct fm_store_page *, struct fm_arena *,
                                struct fm_why *,
                                Factmill__V1__AuditEntry ***ret, size_t *ret_n,
                                struct fm_store_cursor *ret_next,
                                bool *ret_more);
    /* run 0 = the last one. FM_ENOTFOUND: there was none. */
    enum fm_error (*get_run)(struct fm_store_reader *, uint64_t run,
                             struct fm_arena *, struct fm_why *,
                             Factmill__V1__Reprocessing **ret);
    /* Articles of the run that is on its way whose facts would change. */
    enum fm_error (*diff_run)(struct fm_store_reader *, uint64_t run,
                              const struct fm_store_page *, struct fm_arena *,
                              struct fm_why *,
                              Factmill__V1__DiffReprocessResponse **ret,
                              struct fm_store_cursor *ret_next, bool *ret_more);
    /* Number of the last change that is committed. */
    enum fm_error (*sequence)(struct fm_store_reader *, struct fm_why *,
                              uint64_t *ret);
    /* Facts changed up to `upto` that match, ascending from `after` (exclusive),
     * in pages: each call is a short transaction, all calls together show the
     * store as of `upto`. */
    enum fm_error (*export_facts)(struct fm_store_reader *,
                                  const Factmill__V1__FactFilter *,
                                  uint64_t after, uint64_t upto, uint32_t max,
                                  fm_store_each *each, void *user,
                                  struct fm_why *, uint64_t *ret_after,
                                  bool *ret_more);
    /* Numbers of the changes behind ask->after, up to ask->upto, that match:
     * facts added and facts taken back, or the facts of a snapshot, ascending.
     * Writes at most ask->max of them; all that are not above *ret_after were
     * given, which may be below upto with none found (each call looks at a
     * bounded stretch). */
    enum fm_error (*list_changes)(struct fm_store_reader *,
                                  const struct fm_store_changes *ask,
                                  uint64_t *numbers, struct fm_why *,
                                  size_t *ret_n, uint64_t *ret_after);
    /* The fact that change number `number` added or took back, as it stood at
     * change as_of. FM_ENOTFOUND when there is no such change. */
    enum fm_error (*get_change)(struct fm_store_reader *, uint64_t number,
                                uint64_t as_of, fm_store_each *each, void *user,
                                struct fm_why *);
    /* Number of the last change that was recorded before `us`. */
    enum fm_error (*change_at)(struct fm_store_reader *, int64_t us,
                               struct fm_why *, uint64_t *ret);
    enum fm_error (*timeline)(struct fm_store_reader *,
                              const Factmill__V1__TimelineRequest *,
                              struct fm_arena *, struct fm_why *,
                              Factmill__V1__TimelineResponse **ret);
    enum fm_error (*aggregate)(struct fm_store_reader *,
                               const Factmill__V1__AggregateRequest *,
                               struct fm_arena *, struct fm_why *,
                               Factmill__V1__AggregateResponse **ret);
    /* The same for several fields at once, in one walk: ret has n answers, each with
     * its `limit` largest counts. */
    enum fm_error (*facets)(struct fm_store_reader *,
                            const Factmill__V1__FactFilter *,
                            const Factmill__V1__AggregateBy *by, size_t n,
                            int32_t limit, struct fm_arena *, struct fm_why *,
                            Factmill__V1__AggregateResponse **ret);
    /* FM_ENOTFOUND when there is no such entity. */
    enum fm_error (*related)(struct fm_store_reader *,
                             const Factmill__V1__RelatedRequest *,
                             struct fm_arena *, struct fm_why *,
                             Factmill__V1__RelatedResponse **ret);
    enum fm_error (*list_roles)(struct fm_store_reader *,
                                const Factmill__V1__ListRolesRequest *,
                                struct fm_arena *, struct fm_why *,
                                Factmill__V1__ListRolesResponse **ret);
    /* Facts that say the same thing. page->after: its key is the change that the
     * list shows, its row how many claims were given. */
    enum fm_error (*list_claims)(struct fm_store_reader *,
                                 const Factmill__V1__ListClaimsRequest *,
                                 const struct fm_store_page *,
                                 struct fm_arena *, struct fm_why *,
                                 Factmill__V1__ListClaimsResponse **ret,
                                 struct fm_store_cursor *ret_next,
                                 bool *ret_more);
    /* FM_ENOTFOUND when nothing in force makes it. */
    enum fm_error (*get_claim)(struct fm_store_reader *,
                               const Factmill__V1__GetClaimRequest *,
                               struct fm_arena *, struct fm_why *,
                               Factmill__V1__GetClaimResponse **ret);
    /* 32 random bytes made with the database, for signing page tokens. */
    enum fm_error (*secret)(struct fm_store_reader *, struct fm_why *,
                            uint8_t ret[32]);
    /* Lets another thread stop what this reader is doing (FM_EABORTED). */
    void (*interrupt)(struct fm_store_reader *);
};

struct fm_store_reader {
    const struct fm_store_reader_ops *ops;
};

/* FM_ENOTFOUND when there is no database yet (or it is being made): try again
 * later. FM_EVERSION: newer than this program. */
enum fm_error fm_store_reader_open(const char *dir, struct fm_why *,
                                   struct fm_store_reader **ret_reader);

/* --- feed ------------------------------------------------------------------ */

/* A change that one of the standing filters waits for. */
struct fm_store_match {
    void *watch;     /* as given to add */
    uint64_t number; /* of the change */
    /* Not FM_OK: the filter can no longer be kept (its name now stands for too
     * many entities, say); remove it. why says it. */
    enum fm_error error;
    const struct fm_why *why;
};

typedef void fm_store_each_match(void *user,
                                 const struct fm_store_match *match);

struct fm_store_feed;

/* Any number of standing filters over the changes as they come. They are kept
 * by what they name (an article, an entity, a word, a predicate, a source, a
 * kind), so that a change costs what it has to do with, not how many wait. A
 * filter matches what list_changes would list, names that entities get later
 * included. Used by one thread. */
struct fm_store_feed_ops {
    void (*close)(struct fm_store_feed *);
    /* filter: copied; NULL = every change. FM_EINVAL as in a list, and for as_of,
     * which no change to come can satisfy. FM_EBUSY: FM_STORE_WATCHES are
     * kept. */
    enum fm_error (*add)(struct fm_store_feed *,
                         const Factmill__V1__FactFilter *filter, void *watch,
                         struct fm_why *, uint32_t *ret_id);
    void (*remove)(struct fm_store_feed *, uint32_t id);
    /* Looks at the changes behind *after, about max facts in one short read, and
     * moves *after behind them, on failure too behind those that were seen.
     * Changes come in ascending order. Filters must not be added or removed from
     * within each. */
    enum fm_error (*advance)(struct fm_store_feed *, uint32_t max,
                             fm_store_each_match *each, void *user,
                             struct fm_why *, uint64_t *after, bool *ret_more);
    /* As of a reader. */
    enum fm_error (*sequence)(struct fm_store_feed *, struct fm_why *,
                              uint64_t *ret);
};

struct fm_store_feed {
    const struct fm_store_feed_ops *ops;
};

/* Filters of one feed: each takes about 2 KiB. */
#define FM_STORE_WATCHES 100000u

/* Fails as fm_store_reader_open does. */
enum fm_error fm_store_feed_open(const char *dir, struct fm_why *,
                                 struct fm_store_feed **ret_feed);

#endif
