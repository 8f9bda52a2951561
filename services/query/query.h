/* What the handlers of factmill-query share: the service, and what each thread
 * has of its own. */
#ifndef FM_QUERY_QUERY_H
#define FM_QUERY_QUERY_H

#include "base/arena.h"
#include "base/buf.h"
#include "query/page.h"
#include "rpc/server.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* Memory that one answer may take out of its arena: several times the largest
 * message. */
#define FM_QUERY_ARENA ((size_t)64 << 20)
/* Left free in a reply for what follows the rows: a token and lengths. */
#define FM_QUERY_SLACK 4096u

struct fm_query_thread;
struct fm_hub;
struct fm_rerun;

struct fm_query {
    const char *dir;
    uint64_t max_message_bytes;
    /* A call that reads longer than this is stopped: a long read transaction
     * keeps the WAL from shrinking. */
    uint64_t max_read_ms;
    /* Reading an article again takes at most this long. */
    uint64_t max_reread_ms;
    atomic_bool ready; /* the database was there */
    struct fm_hub *hub;
    struct fm_rerun *rerun;

    pthread_mutex_t lock; /* of threads */
    struct fm_query_thread *threads;
};

/* One handler thread. Only `reading` and `deadline_ms` are shared, with the
 * watchdog, under `lock`. */
struct fm_query_thread {
    struct fm_query *query;
    struct fm_store_reader *reader; /* NULL until the first call */
    uint8_t secret[FM_PAGE_SECRET];
    struct fm_arena arena; /* reset before each call */

    pthread_mutex_t lock;
    bool reading;
    uint64_t deadline_ms;
    struct fm_query_thread *next;
};

/* A method: checks the request, reads, and leaves the packed reply in body. */
typedef enum fm_error fm_query_answer(struct fm_query_thread *thread,
                                      const char *method,
                                      const ProtobufCMessage *request,
                                      struct fm_buf *body, struct fm_why *why);

fm_query_answer fm_query_get_fact;
fm_query_answer fm_query_list_facts;
fm_query_answer fm_query_search_facts;
fm_query_answer fm_query_get_article;
fm_query_answer fm_query_list_articles;
fm_query_answer fm_query_get_entity;
fm_query_answer fm_query_list_entities;
fm_query_answer fm_query_timeline;
fm_query_answer fm_query_aggregate;
fm_query_answer fm_query_related;
fm_query_answer fm_query_list_roles;
fm_query_answer fm_query_list_claims;
fm_query_answer fm_query_get_claim;
fm_query_answer fm_query_verify_fact;
fm_query_answer fm_query_explain_fact;
/* Streams; see export.c and watch.c. */
fm_rpc_handler fm_query_export_facts;
fm_rpc_handler fm_query_watch_facts;

/* For rpc/server.h: makes and frees the state of a handler thread. */
enum fm_error fm_query_thread_start(void *user, struct fm_why *why,
                                    void **ret_state);
void fm_query_thread_stop(void *user, void *state);
/* Opens the thread's reader when it has none; FM_EUNAVAILABLE while there is no
 * database. Then the read is watched until fm_query_read_end. */
enum fm_error fm_query_read_begin(struct fm_query_thread *thread,
                                  uint64_t left_ms, struct fm_why *why);
void fm_query_read_end(struct fm_query_thread *thread);
/* Interrupts reads that are past their time. Called every 100 ms or so. */
void fm_query_watchdog(void *user);

/* Packs message into body. */
enum fm_error fm_query_pack(const ProtobufCMessage *message,
                            struct fm_buf *body);

#endif
