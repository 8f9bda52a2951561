/* WatchFacts: a snapshot, then every fact that is added or taken back, in the
 * order of the changes, without a gap and without repeating one.
 *
 * The stream reads the store by itself, some numbers at a time, until it has
 * read all there is; then it joins the hub (hub.h), which tells it the numbers
 * of later changes that match. Each step sends one of those, read as it stood
 * then, and nothing is read that the client has not asked for by its credit. */
#include "base/clock.h"
#include "base/wire.h"
#include "query/check.h"
#include "query/hub.h"
#include "query/metrics.h"

/* Numbers read ahead: what a batch of steps sends, and some. */
#define AHEAD 64u
/* Stretches of the store in which nothing is found, before others get their
 * turn on this thread. */
#define STRETCHES 8u

/* Fields of WatchFactsResponse. */
enum { FACT = 1, SEQUENCE = 2, TOKEN = 3, CAUGHT_UP = 4 };

struct watch {
    struct fm_query *query;
    const Factmill__V1__WatchFactsRequest *request;
    const char *method;
    uint64_t handle;
    struct fm_watcher *watcher;
    struct fm_page page; /* of the tokens */

    bool begun;
    bool caught_up;    /* it was said */
    uint64_t snapshot; /* the change it shows; 0 = it is over */
    uint64_t read_to;  /* matching changes up to this one are sent or ahead */
    uint64_t ahead[AHEAD];
    size_t ahead_n;
    size_t ahead_at;
};

/* --- tokens ------------------------------------------------------------------- */

/* A cursor's row is the last change sent, its key the change that the snapshot
 * shows, if it is not over. */
static void write_token(const struct watch *watch, uint64_t number,
                        struct fm_buf *body)
{
    struct fm_store_cursor cursor = {
        .set = true, .key = (int64_t)watch->snapshot, .row = (int64_t)number};
    char token[FM_PAGE_TEXT];

    fm_page_token(&watch->page, &cursor, token);
    fm_wire_bytes(body, TOKEN, fm_str(token));
}

static enum fm_error read_token(struct watch *watch, uint64_t last,
                                struct fm_why *why)
{
    struct fm_store_cursor cursor = {.set = false};
    enum fm_error error =
        fm_page_read(&watch->page, watch->request->resume_token, "resume_token",
                     why, &cursor);

    if (error != FM_OK)
        return error;
    if (cursor.row < 0 || cursor.key < 0 || (uint64_t)cursor.row > last ||
        (uint64_t)cursor.key > last)
        return fm_fail_field(FM_EINVAL, why, "resume_token", "PAGE_TOKEN",
                             "resume_token is of a change that this store does "
                             "not have; begin again without it");
    watch->read_to = (uint64_t)cursor.row;
    watch->snapshot = (uint64_t)cursor.key;
    return FM_OK;
}

/* --- reading ahead ----------------------------------------------------------------- */

/* Some numbers of the changes behind read_to, up to upto. */
static enum fm_error read_ahead(struct watch *watch,
                                struct fm_store_reader *reader, uint64_t upto,
                                struct fm_why *why)
{
    struct fm_store_changes ask = {.filter = watch->request->filter,
                                   .after = watch->read_to,
                                   .upto = upto,
                                   .as_of = watch->snapshot,
                                   .max = AHEAD};

    watch->ahead_at = 0;
    watch->ahead_n = 0;
    return reader->ops->list_changes(reader, &ask, watch->ahead, why,
                                     &watch->ahead_n, &watch->read_to);
}

/* --- where it begins ------------------------------------------------------------ */

static int64_t microseconds(const Google__Protobuf__Timestamp *time)
{
    return time->seconds * 1000000 + time->nanos / 1000;
}

static enum fm_error begin(struct watch *watch, struct fm_query_thread *thread,
                           struct fm_why *why)
{
    static const char *const without[] = {"resume_token", "from", "since",
                                          NULL};
    const Factmill__V1__WatchFactsRequest *request = watch->request;
    struct fm_store_reader *reader = thread->reader;
    uint64_t last = 0;
    enum fm_error error = reader->ops->sequence(reader, why, &last);

    /* What is wrong with the filter is said now, not when something comes. */
    watch->read_to = last;
    if (error == FM_OK)
        error = read_ahead(watch, reader, last, why);
    if (error == FM_OK)
        error = fm_page_bind(&watch->page, thread->secret, watch->method,
                             &request->base, without, why);
    if (error != FM_OK)
        return error;
    if (request->resume_token[0] != '\0') {
        error = read_token(watch, last, why);
    } else if (request->from ==
               FACTMILL__V1__WATCH_FACTS_REQUEST__FROM__BEGINNING) {
        watch->read_to = 0;
        watch->snapshot = last;
    } else if (request->from ==
               FACTMILL__V1__WATCH_FACTS_REQUEST__FROM__SINCE) {
        error = reader->ops->change_at(reader, microseconds(request->since),
                                       why, &watch->read_to);
    }
    watch->begun = error == FM_OK;
    return error;
}

/* --- what is next ----------------------------------------------------------------- */

/* What there is to do next. */
enum next {
    NEXT_SEND, /* the number that is ahead */
    NEXT_READ, /* look again */
    NEXT_SAY,  /* how far it is, without a fact */
    NEXT_WAIT, /* nothing */
};

/* Without the hub: towards the last change there is. */
static enum fm_error go_apart(struct watch *watch,
                              struct fm_store_reader *reader,
                              struct fm_why *why, enum next *ret)
{
    uint64_t upto = watch->snapshot;
    enum fm_error error = FM_OK;

    *ret = NEXT_READ;
    if (watch->snapshot != 0 && watch->read_to >= watch->snapshot)
        watch->snapshot = 0;
    else if (watch->snapshot != 0)
        return read_ahead(watch, reader, upto, why);
    error = reader->ops->sequence(reader, why, &upto);
    if (error == FM_OK && watch->read_to < upto)
        return read_ahead(watch, reader, upto, why);
    if (error != FM_OK)
        return error;
    if (!watch->caught_up) {
        watch->caught_up = true;
        *ret = NEXT_SAY;
        return FM_OK;
    }
    fm_hub_join(watch->query->hub, watch->watcher);
    *ret = NEXT_WAIT;
    return FM_OK;
}

static void take_notes(struct watch *watch, const struct fm_hub_news *news)
{
    watch->ahead_at = 0;
    watch->ahead_n = news->note_count;
    memcpy(watch->ahead, news->notes, news->note_count * sizeof news->notes[0]);
    if (news->note_count > 0)
        watch->read_to = news->notes[news->note_count - 1];
    else if (news->position > watch->read_to)
        watch->read_to = news->position;
}

static enum fm_error go_on(struct watch *watch, struct fm_store_reader *reader,
                           struct fm_why *why, enum next *ret)
{
    struct fm_hub_news news;

    fm_hub_take(watch->query->hub, watch->watcher, watch->read_to, &news);
    if (news.error != FM_OK) {
        *why = news.why;
        return news.error;
    }
    *ret = NEXT_WAIT;
    if (news.state == FM_WATCHER_APART)
        return go_apart(watch, reader, why, ret);
    if (news.state == FM_WATCHER_JOINING)
        return FM_OK;
    *ret = NEXT_READ;
    if (watch->read_to < news.joined)
        return read_ahead(watch, reader, news.joined, why);
    take_notes(watch, &news);
    if (news.remind)
        *ret = NEXT_SAY;
    else if (news.note_count == 0)
        *ret = NEXT_WAIT;
    return FM_OK;
}

/* --- sending ------------------------------------------------------------------------ */

static bool write_fact(void *body, const struct fm_store_row *row)
{
    fm_wire_bytes2(body, FACT, row->stored, row->added);
    return true;
}

static enum fm_error send(struct watch *watch, struct fm_store_reader *reader,
                          struct fm_buf *body, struct fm_why *why)
{
    uint64_t number = watch->ahead[watch->ahead_at++];
    enum fm_error error = reader->ops->get_change(
        reader, number, watch->snapshot != 0 ? watch->snapshot : number,
        write_fact, body, why);

    if (error != FM_OK)
        return error;
    fm_wire_u64(body, SEQUENCE, number);
    write_token(watch, number, body);
    fm_hub_told(watch->query->hub, watch->watcher, number);
    fm_metric_add(&fm_query_watched, 1);
    return fm_buf_error(body);
}

static enum fm_error say(struct watch *watch, struct fm_buf *body)
{
    fm_wire_u64(body, SEQUENCE, watch->read_to);
    write_token(watch, watch->read_to, body);
    fm_wire_u64(body, CAUGHT_UP, 1);
    fm_hub_told(watch->query->hub, watch->watcher, watch->read_to);
    return fm_buf_error(body);
}

static enum fm_error make(struct watch *watch, struct fm_query_thread *thread,
                          struct fm_buf *body, struct fm_why *why,
                          enum fm_rpc_step *ret)
{
    enum next next = NEXT_READ;
    enum fm_error error = watch->begun ? FM_OK : begin(watch, thread, why);

    for (unsigned i = 0; error == FM_OK && i < STRETCHES && next == NEXT_READ;
         i++) {
        if (watch->ahead_at < watch->ahead_n)
            next = NEXT_SEND;
        else
            error = go_on(watch, thread->reader, why, &next);
    }
    if (error != FM_OK)
        return error;
    *ret = next == NEXT_WAIT || next == NEXT_READ ? FM_RPC_STEP_WAIT
                                                  : FM_RPC_STEP_MESSAGE;
    if (next == NEXT_SEND)
        return send(watch, thread->reader, body, why);
    if (next == NEXT_SAY)
        return say(watch, body);
    /* Others' turn; then this one's again. */
    if (next == NEXT_READ)
        fm_rpc_stream_wake(fm_hub_server(watch->query->hub), watch->handle);
    return FM_OK;
}

static enum fm_rpc_step step(void *state, void *thread_state,
                             struct fm_buf *ret_body, enum fm_error *ret_error,
                             struct fm_why *why)
{
    struct watch *watch = state;
    struct fm_query_thread *thread = thread_state;
    enum fm_rpc_step result = FM_RPC_STEP_WAIT;
    enum fm_error error =
        fm_query_read_begin(thread, thread->query->max_read_ms, why);

    if (error == FM_OK) {
        error = make(watch, thread, ret_body, why, &result);
        fm_query_read_end(thread);
    }
    if (error == FM_OK)
        return result;
    *ret_error = error;
    return FM_RPC_STEP_FAIL;
}

/* --- the call ------------------------------------------------------------------------- */

static void release(void *state)
{
    struct watch *watch = state;

    fm_hub_watcher_free(watch->query->hub, watch->watcher);
    free(watch);
}

static enum fm_error start(struct fm_query *query, struct fm_rpc_call *call,
                           const Factmill__V1__WatchFactsRequest *request,
                           struct fm_why *why, struct watch **ret_watch)
{
    struct watch *watch = calloc(1, sizeof *watch);
    enum fm_error error;

    if (watch == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a watch");
    watch->query = query;
    watch->request = request;
    watch->method = fm_rpc_call_method(call);
    watch->handle = fm_rpc_stream_handle(call);
    error = fm_hub_watcher_new(query->hub, watch->handle, request->filter, why,
                               &watch->watcher);
    if (error != FM_OK) {
        free(watch);
        return error;
    }
    *ret_watch = watch;
    return FM_OK;
}

void fm_query_watch_facts(void *user, void *thread_state,
                          struct fm_rpc_call *call,
                          const ProtobufCMessage *request)
{
    const Factmill__V1__WatchFactsRequest *asked =
        (const Factmill__V1__WatchFactsRequest *)request;
    struct fm_why why = FM_WHY_INIT;
    struct watch *watch = NULL;
    enum fm_error error = fm_check_watch(asked, &why);

    (void)thread_state;
    if (error == FM_OK)
        error = start(user, call, asked, &why, &watch);
    fm_query_count(fm_rpc_call_method(call), error, 0);
    if (error != FM_OK)
        fm_rpc_fail(call, error, &why);
    else
        fm_rpc_stream(call, step, watch, release);
}
