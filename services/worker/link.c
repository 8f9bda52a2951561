#include "worker/link.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/wire.h"

#define METHOD "/factmill.v1.Work/Exchange"
/* A long poll: short enough that a restarted ingest is found again soon. */
#define FETCH_MS   2000u
#define DELIVER_MS 10000u
/* Results wait for company, but never longer than this or when idle. */
#define DELIVER_RESULTS  32u
#define DELIVER_AFTER_MS 500u
#define BACKOFF_FIRST_MS 50u
#define BACKOFF_LAST_MS  2000u
/* Of the request, besides results. */
#define FRAME_BYTES 2048u

enum fm_error fm_link_open(struct fm_link *link,
                           const struct fm_link_options *options,
                           struct fm_desk *desk, struct fm_why *why)
{
    const struct fm_rpc_client_options client = {
        .endpoint = options->endpoint,
        .security = options->security,
        .max_message_bytes = FM_LIMIT_WORK_BODY,
    };

    memset(link, 0, sizeof *link);
    link->options = *options;
    link->options.security = NULL;
    link->desk = desk;
    return fm_rpc_client_open(&client, why, &link->client);
}

void fm_link_close(struct fm_link *link)
{
    fm_rpc_client_close(link->client);
    link->client = NULL;
}

static void back_off(struct fm_link *link, enum fm_error error,
                     const struct fm_why *why)
{
    if (link->backoff_ms == 0)
        fm_log_failure(FM_LOG_WARN, "the ingest does not answer", error, why);
    link->backoff_ms =
        link->backoff_ms == 0 ? BACKOFF_FIRST_MS : 2 * link->backoff_ms;
    if (link->backoff_ms > BACKOFF_LAST_MS)
        link->backoff_ms = BACKOFF_LAST_MS;
    link->not_before_ms = fm_now_ms() + link->backoff_ms;
}

static void begin(struct fm_link *link, struct fm_link_exchange *exchange,
                  uint32_t want, uint32_t timeout_ms)
{
    struct fm_why why = FM_WHY_INIT;
    struct fm_buf body;
    uint64_t number = ++link->numbers;
    enum fm_error e;

    fm_buf_init(&body, FM_LIMIT_WORK_BODY);
    fm_wire_bytes(&body, 1, fm_str(link->options.name));
    fm_wire_u64(&body, 3, want);
    fm_wire_bytes(&body, 4, fm_str(link->options.extractor));
    fm_wire_u64(&body, 5, link->desk->held);
    fm_desk_send(link->desk, number, FM_LIMIT_WORK_BODY - FRAME_BYTES, &body);
    e = fm_buf_error(&body);
    if (e == FM_OK)
        e = fm_rpc_client_begin(link->client, METHOD, fm_buf_view(&body),
                                timeout_ms, 0, exchange, &why, &exchange->call);
    if (e == FM_OK)
        exchange->number = number;
    else {
        fm_desk_unsend(link->desk, number);
        back_off(link, e, &why);
    }
    fm_buf_release(&body);
}

static enum fm_error take_reply(struct fm_link *link, struct fm_str body,
                                struct fm_why *why)
{
    Factmill__V1__ExchangeResponse *reply =
        factmill__v1__exchange_response__unpack(NULL, body.len,
                                                (const uint8_t *)body.data);
    bool draining;

    if (reply == NULL)
        return fm_fail(FM_EINTERNAL, why, NULL,
                       "the ingest's reply is no ExchangeResponse");
    draining = reply->draining;
    for (size_t i = 0; i < reply->n_rejected; i++)
        fm_log(FM_LOG_DEBUG, "a result came too late or twice",
               FM_LOG_U64("lease", reply->rejected[i]), FM_LOG_END);
    if (fm_desk_put(link->desk, reply) != FM_OK)
        return fm_fail(FM_ENOMEM, why, NULL, "out of memory");
    return draining ? fm_fail(FM_EUNAVAILABLE, why, "DRAINING",
                              "the ingest is stopping")
                    : FM_OK;
}

static void on_result(struct fm_link *link, struct fm_rpc_result *result)
{
    struct fm_link_exchange *exchange = result->user;
    uint64_t number = exchange->number;
    enum fm_error e = result->error;

    exchange->number = 0;
    if (e == FM_OK) {
        fm_desk_confirm(link->desk, number);
        e = take_reply(link, result->body, &result->why);
    } else if (fm_error_class(e) == FM_CLASS_CALLER) {
        /* Sent again it would be refused again; the leases run out. */
        fm_log_failure(FM_LOG_ERROR, "the ingest refused results", e,
                       &result->why);
        fm_desk_confirm(link->desk, number);
    } else
        fm_desk_unsend(link->desk, number);
    if (e == FM_OK)
        link->backoff_ms = 0;
    else
        back_off(link, e, &result->why);
}

static bool results_due(const struct fm_link *link)
{
    const struct fm_desk *desk = link->desk;

    return desk->unsent > 0 &&
           (desk->unsent >= DELIVER_RESULTS || desk->held == 0 ||
            link->stopping ||
            fm_now_ms() - desk->oldest_unsent_ms >= DELIVER_AFTER_MS);
}

void fm_link_step(struct fm_link *link)
{
    struct fm_rpc_result result;

    while (fm_rpc_client_next(link->client, 0, &result))
        on_result(link, &result);
    if (fm_now_ms() < link->not_before_ms)
        return;
    if (!link->stopping && link->fetch.number == 0 &&
        link->desk->held <= link->options.prefetch / 2)
        begin(link, &link->fetch,
              link->options.prefetch - (uint32_t)link->desk->held, FETCH_MS);
    if (link->deliver.number == 0 && results_due(link))
        begin(link, &link->deliver, 0, DELIVER_MS);
}

uint64_t fm_link_due_ms(const struct fm_link *link)
{
    uint64_t now = fm_now_ms();
    uint64_t due = 1000; /* deadlines of calls are found by asking */

    if (now < link->not_before_ms && link->not_before_ms - now < due)
        due = link->not_before_ms - now;
    return due;
}

int fm_link_fd(const struct fm_link *link)
{
    return fm_rpc_client_fd(link->client);
}

void fm_link_stop(struct fm_link *link)
{
    link->stopping = true;
    if (link->fetch.number == 0)
        return;
    fm_rpc_client_cancel(link->client, link->fetch.call);
    fm_desk_unsend(link->desk, link->fetch.number);
    link->fetch.number = 0;
}

bool fm_link_empty(const struct fm_link *link)
{
    return link->desk->results == NULL && link->deliver.number == 0;
}
