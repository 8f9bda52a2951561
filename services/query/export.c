/* ExportFacts: all facts of a filter as of one change, in steps of bounded size.
 * Each step is one short read; a slow reader holds neither a thread nor a
 * transaction. */
#include "base/wire.h"
#include "query/check.h"
#include "query/metrics.h"
#include "query/rows.h"

/* Facts and bytes of one message. */
#define STEP_ROWS  500u
#define STEP_BYTES ((size_t)256 << 10)
/* Reads in one step that find nothing, before an empty message shows that the
 * export is alive. */
#define STEP_READS 32u
/* Fields of ExportFactsResponse. */
#define FACTS    1u
#define SEQUENCE 2u

struct export
{
    const Factmill__V1__FactFilter *filter; /* of the request */
    uint64_t left;                          /* rows that may still be sent */
    uint64_t after;
    uint64_t upto;
    bool begun;
};

/* Reads until a step is full, or there is no more. */
static enum fm_error read_step(struct export *export,
                               struct fm_store_reader *reader,
                               struct fm_buf *body, struct fm_why *why,
                               bool *ret_more)
{
    struct fm_rows rows;
    bool more = true;

    if (!export->begun) {
        enum fm_error error = reader->ops->sequence(reader, why, &export->upto);

        if (error != FM_OK)
            return error;
        export->begun = true;
    }
    fm_rows_init(&rows, body, STEP_BYTES, FACTS);
    for (unsigned reads = 0;
         reads < STEP_READS && more && rows.count == 0 && !rows.full; reads++) {
        uint32_t max =
            export->left < STEP_ROWS ? (uint32_t) export->left : STEP_ROWS;
        uint64_t after = export->after;
        enum fm_error error = reader->ops->export_facts(
            reader, export->filter, export->after, export->upto, max,
            fm_rows_add, &rows, why, &after, &more);

        if (error != FM_OK)
            return error;
        if (rows.full && rows.count == 0) {
            /* A fact longer than a step goes alone. */
            rows.limit = body->ceiling;
            rows.full = false;
            more = true;
            continue;
        }
        export->after = rows.full ? rows.sequence : after;
        more |= rows.full;
        export->left -= rows.count;
    }
    fm_wire_u64(body, SEQUENCE, export->upto);
    fm_metric_add(&fm_query_exported, rows.count);
    *ret_more = more && export->left > 0;
    return fm_buf_error(body);
}

static enum fm_rpc_step step(void *state, void *thread_state,
                             struct fm_buf *ret_body, enum fm_error *ret_error,
                             struct fm_why *why)
{
    struct export *export = state;
    struct fm_query_thread *thread = thread_state;
    bool more = false;
    enum fm_error error;

    error = fm_query_read_begin(thread, thread->query->max_read_ms, why);
    if (error == FM_OK) {
        error = read_step(export, thread->reader, ret_body, why, &more);
        fm_query_read_end(thread);
    }
    if (error != FM_OK) {
        *ret_error = error;
        return FM_RPC_STEP_FAIL;
    }
    return more ? FM_RPC_STEP_MESSAGE : FM_RPC_STEP_LAST;
}

void fm_query_export_facts(void *user, void *thread_state,
                           struct fm_rpc_call *call,
                           const ProtobufCMessage *request)
{
    const Factmill__V1__ExportFactsRequest *asked =
        (const Factmill__V1__ExportFactsRequest *)request;
    struct fm_why why = FM_WHY_INIT;
    struct export *export;
    enum fm_error error = fm_check_filter(asked->filter, &why);

    (void)user;
    (void)thread_state;
    if (error != FM_OK) {
        fm_query_count(fm_rpc_call_method(call), error, 0);
        fm_rpc_fail(call, error, &why);
        return;
    }
    export = calloc(1, sizeof *export);
    if (export == NULL) {
        fm_rpc_fail(call, FM_ENOMEM, NULL);
        return;
    }
    export->filter = asked->filter;
    export->left = asked->limit > 0 ? asked->limit : UINT64_MAX;
    fm_query_count(fm_rpc_call_method(call), FM_OK, 0);
    fm_rpc_stream(call, step, export, free);
}
