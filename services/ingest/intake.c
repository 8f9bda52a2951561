#include "ingest/intake.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/wire.h"
#include "factmill/v1/ingest.pb-c.h"
#include "ingest/validate.h"
#include "rpc/status.h"

struct fm_metric fm_metric_acked =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_ingest_acked_total", NULL,
              "Articles acknowledged after their flush.");
struct fm_metric fm_metric_duplicates =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_duplicates_total", NULL,
              "Articles that were here before.");
struct fm_metric fm_metric_refused_invalid =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_ingest_refused_total",
              "reason=\"invalid\"", "Articles refused.");
struct fm_metric fm_metric_refused_busy =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_ingest_refused_total",
              "reason=\"overload\"", "Articles refused.");
struct fm_metric fm_metric_pulled =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_ingest_pulled_total", NULL,
              "Articles committed that came without acknowledgement.");
struct fm_metric fm_metric_buried =
    FM_METRIC(FM_METRIC_COUNTER, "factmill_ingest_buried_total", NULL,
              "Frames without acknowledgement that are no articles.");

/* Of a command in memory, besides the bytes it carries. */
#define OVERHEAD 512u

static struct fm_validate_limits limits_of(const struct fm_intake *intake)
{
    struct fm_validate_limits limits = {
        .text_bytes = intake->max_text_bytes,
        .now_us = fm_wall_us(),
    };

    return limits;
}

static void fill(Factmill__V1__PushResponse *response,
                 const struct fm_store_appended *appended)
{
    factmill__v1__push_response__init(response);
    response->sequence = appended->sequence;
    response->version = appended->version;
    response->duplicate = appended->duplicate;
    response->state = appended->state;
    response->flushed = true;
}

static void count_ack(struct fm_intake *intake, uint64_t articles,
                      uint64_t duplicates)
{
    fm_metric_add(&fm_metric_acked, articles);
    fm_metric_add(&fm_metric_duplicates, duplicates);
    fm_rate_add(intake->rate, articles);
}

static void count_refusal(enum fm_error error, uint64_t n)
{
    fm_metric_add(fm_error_class(error) == FM_CLASS_CALLER
                      ? &fm_metric_refused_invalid
                      : &fm_metric_refused_busy,
                  n);
}

/* --- Push ------------------------------------------------------------------ */

struct push {
    struct fm_command command;
    struct fm_intake *intake;
    struct fm_rpc_call *call; /* article lies in its body */
    struct fm_store_article article;
    struct fm_store_appended appended;
};

static enum fm_error push_apply(struct fm_command *command,
                                struct fm_store_writer *writer,
                                struct fm_why *why)
{
    struct push *push = (struct push *)command;

    return writer->ops->append(writer, &push->article, why, &push->appended);
}

static void push_finish(struct fm_command *command, enum fm_error error,
                        const struct fm_why *why)
{
    struct push *push = (struct push *)command;

    if (error == FM_OK) {
        Factmill__V1__PushResponse response;

        fill(&response, &push->appended);
        count_ack(push->intake, 1, push->appended.duplicate ? 1 : 0);
        fm_rpc_reply_message(push->call, &response.base);
    } else {
        count_refusal(error, 1);
        fm_rpc_fail(push->call, error, why);
    }
    free(push);
}

static const struct fm_command_ops push_ops = {push_apply, push_finish};

/* The bytes of PushRequest.article. */
static enum fm_error find_article(struct fm_str body, struct fm_why *why,
                                  struct fm_str *ret)
{
    struct fm_wire_field f;
    size_t at = 0;
    size_t n = 0;

    while (fm_wire_next(body, &at, &f))
        if (f.number == 1 && f.type == 2) {
            *ret = f.bytes;
            n++;
        }
    if (n == 1 && at == body.len)
        return FM_OK;
    if (n > 1)
        return fm_fail_field(FM_EINVAL, why, "article", "ARTICLE_REPEATED",
                             "article is given %zu times; use PushBatch", n);
    return fm_fail_field(FM_EINVAL, why, "article", "ARTICLE_MISSING",
                         "article is missing");
}

static enum fm_error new_push(struct fm_intake *intake,
                              struct fm_rpc_call *call, struct fm_why *why,
                              struct push **ret_push)
{
    struct fm_validate_limits limits = limits_of(intake);
    struct push *push = NULL;
    struct fm_str bytes = {0};
    enum fm_error e = find_article(fm_rpc_call_body(call), why, &bytes);

    if (e != FM_OK)
        return e;
    push = calloc(1, sizeof *push);
    if (push == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "out of memory");
    push->command.ops = &push_ops;
    push->command.articles = 1;
    push->command.bytes = bytes.len + OVERHEAD;
    push->intake = intake;
    push->call = call;
    e = fm_validate(bytes, &limits, why, &push->article);
    if (e == FM_OK)
        *ret_push = push;
    else
        free(push);
    return e;
}

void fm_intake_push(void *user, void *thread_state, struct fm_rpc_call *call,
                    const ProtobufCMessage *request)
{
    struct fm_intake *intake = user;
    struct fm_why why = FM_WHY_INIT;
    struct push *push = NULL;
    enum fm_error e = fm_gate_enter(intake->gate, &why);

    (void)thread_state;
    (void)request; /* read as bytes, which are kept as they are */
    if (e == FM_OK)
        e = new_push(intake, call, &why, &push);
    if (e == FM_OK)
        e = fm_committer_submit(intake->committer, &push->command, &why);
    if (e == FM_OK)
        return;
    count_refusal(e, 1);
    free(push);
    fm_rpc_fail(call, e, &why);
}

/* --- PushBatch ------------------------------------------------------------- */

struct item {
    enum fm_error error;
    struct fm_why *why; /* of those that failed; NULL = out of memory */
    struct fm_store_article article;
    struct fm_store_appended appended;
};

struct push_batch {
    struct fm_command command;
    struct fm_intake *intake;
    struct fm_rpc_call *call;
    size_t n;
    struct item items[];
};

static void item_failed(struct item *item, enum fm_error error,
                        const struct fm_why *why)
{
    item->error = error;
    item->why = malloc(sizeof *item->why);
    if (item->why != NULL)
        *item->why = *why;
    count_refusal(error, 1);
}

static void batch_free(struct push_batch *batch)
{
    for (size_t i = 0; batch != NULL && i < batch->n; i++)
        free(batch->items[i].why);
    free(batch);
}

static enum fm_error batch_apply(struct fm_command *command,
                                 struct fm_store_writer *writer,
                                 struct fm_why *why)
{
    struct push_batch *batch = (struct push_batch *)command;
    enum fm_error e = FM_OK;

    for (size_t i = 0; i < batch->n; i++) {
        struct item *item = &batch->items[i];

        if (item->error != FM_OK)
            continue;
        e = writer->ops->append(writer, &item->article, why, &item->appended);
        if (fm_error_class(e) == FM_CLASS_CALLER)
            item_failed(item, e, why);
        else if (e != FM_OK)
            return e;
    }
    return FM_OK;
}

struct reply {
    Factmill__V1__PushBatchItem item;
    Factmill__V1__PushResponse response;
    Factmill__Rpc__V1__Status status;
    Factmill__Rpc__V1__KeyValue detail;
    Factmill__Rpc__V1__KeyValue *details[1];
};

static void fill_status(struct reply *reply, const struct item *item)
{
    Factmill__Rpc__V1__Status *status = &reply->status;
    struct fm_why *why = item->why;

    factmill__rpc__v1__status__init(status);
    reply->item.status = status;
    if (item->error == FM_OK)
        return;
    status->code = (Factmill__Rpc__V1__Code)fm_status_code(item->error);
    if (why == NULL)
        return;
    status->message = why->text;
    status->reason = why->reason;
    if (why->field[0] == '\0')
        return;
    factmill__rpc__v1__key_value__init(&reply->detail);
    reply->detail.key = fm_unconst("field");
    reply->detail.value = why->field;
    reply->details[0] = &reply->detail;
    status->details = reply->details;
    status->n_details = 1;
}

static void batch_answer(struct push_batch *batch)
{
    Factmill__V1__PushBatchResponse response;
    struct reply *replies = calloc(batch->n + 1, sizeof *replies);
    Factmill__V1__PushBatchItem **items =
        calloc(batch->n + 1, sizeof(Factmill__V1__PushBatchItem *));
    uint64_t acked = 0;
    uint64_t duplicates = 0;

    if (replies == NULL || items == NULL) {
        fm_rpc_fail(batch->call, FM_ENOMEM, NULL);
        goto done;
    }
    for (size_t i = 0; i < batch->n; i++) {
        const struct item *item = &batch->items[i];

        factmill__v1__push_batch_item__init(&replies[i].item);
        fill_status(&replies[i], item);
        items[i] = &replies[i].item;
        if (item->error != FM_OK)
            continue;
        fill(&replies[i].response, &item->appended);
        replies[i].item.response = &replies[i].response;
        acked++;
        duplicates += item->appended.duplicate ? 1 : 0;
    }
    factmill__v1__push_batch_response__init(&response);
    response.items = items;
    response.n_items = batch->n;
    count_ack(batch->intake, acked, duplicates);
    fm_rpc_reply_message(batch->call, &response.base);
done:
    free(items);
    free(replies);
}

static void batch_finish(struct fm_command *command, enum fm_error error,
                         const struct fm_why *why)
{
    struct push_batch *batch = (struct push_batch *)command;

    if (error == FM_OK)
        batch_answer(batch);
    else {
        count_refusal(error, command->articles);
        fm_rpc_fail(batch->call, error, why);
    }
    batch_free(batch);
}

static const struct fm_command_ops batch_ops = {batch_apply, batch_finish};

static enum fm_error new_batch(struct fm_intake *intake,
                               struct fm_rpc_call *call, size_t n,
                               struct fm_why *why, struct push_batch **ret)
{
    struct fm_validate_limits limits = limits_of(intake);
    struct fm_str body = fm_rpc_call_body(call);
    struct push_batch *batch = NULL;
    struct fm_wire_field f;
    size_t at = 0;

    if (n == 0 || n > FM_LIMIT_BATCH)
        return fm_fail_field(FM_EINVAL, why, "articles", "BATCH_SIZE",
                             "articles holds %zu; 1 to %u are accepted", n,
                             FM_LIMIT_BATCH);
    batch = calloc(1, sizeof *batch + n * sizeof(struct item));
    if (batch == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "out of memory");
    batch->command.ops = &batch_ops;
    batch->command.bytes = body.len + OVERHEAD + n * sizeof(struct item);
    batch->intake = intake;
    batch->call = call;
    while (batch->n < n && fm_wire_next(body, &at, &f)) {
        struct item *item = &batch->items[batch->n];
        struct fm_why fault = FM_WHY_INIT;
        enum fm_error e;

        if (f.number != 1 || f.type != 2)
            continue;
        e = fm_validate(f.bytes, &limits, &fault, &item->article);
        if (e != FM_OK)
            item_failed(item, e, &fault);
        else
            batch->command.articles++;
        batch->n++;
    }
    *ret = batch;
    return FM_OK;
}

void fm_intake_push_batch(void *user, void *thread_state,
                          struct fm_rpc_call *call,
                          const ProtobufCMessage *request)
{
    const Factmill__V1__PushBatchRequest *batch_request =
        (const Factmill__V1__PushBatchRequest *)request;
    struct fm_intake *intake = user;
    struct fm_why why = FM_WHY_INIT;
    struct push_batch *batch = NULL;
    enum fm_error e = fm_gate_enter(intake->gate, &why);

    (void)thread_state;
    if (e == FM_OK)
        e = new_batch(intake, call, batch_request->n_articles, &why, &batch);
    if (e == FM_OK && batch->command.articles == 0) {
        batch_finish(&batch->command, FM_OK, NULL); /* nothing to store */
        return;
    }
    if (e == FM_OK)
        e = fm_committer_submit(intake->committer, &batch->command, &why);
    if (e == FM_OK)
        return;
    count_refusal(e, batch_request->n_articles);
    batch_free(batch);
    fm_rpc_fail(call, e, &why);
}

/* --- PULL ------------------------------------------------------------------ */

struct pulled {
    struct fm_command command;
    struct fm_intake *intake;
    struct fm_store_article article; /* lies in bytes */
    struct fm_why fault;             /* why it is none */
    bool valid;
    size_t len;
    char bytes[];
};

static enum fm_error pulled_apply(struct fm_command *command,
                                  struct fm_store_writer *writer,
                                  struct fm_why *why)
{
    struct pulled *pulled = (struct pulled *)command;
    struct fm_str bytes = fm_str_n(pulled->bytes, pulled->len);
    char reason[600];
    struct fm_store_appended appended;
    enum fm_error e;

    if (pulled->valid) {
        e = writer->ops->append(writer, &pulled->article, why, &appended);
        if (fm_error_class(e) != FM_CLASS_CALLER)
            return e;
        pulled->fault = *why;
        pulled->valid = false;
    }
    (void)snprintf(reason, sizeof reason, "%s: %s", pulled->fault.reason,
                   pulled->fault.text);
    return writer->ops->bury(writer, bytes, fm_str(reason), why);
}

static void hold(struct fm_intake *intake, struct fm_command *command)
{
    (void)pthread_mutex_lock(&intake->lock);
    command->next = NULL;
    *intake->held_end = command;
    intake->held_end = &command->next;
    (void)pthread_mutex_unlock(&intake->lock);
}

static void pulled_finish(struct fm_command *command, enum fm_error error,
                          const struct fm_why *why)
{
    struct pulled *pulled = (struct pulled *)command;

    if (fm_error_class(error) == FM_CLASS_RETRY) {
        hold(pulled->intake, command);
        return;
    }
    if (error != FM_OK)
        fm_log_failure(FM_LOG_ERROR, "a pulled frame could not be stored",
                       error, why);
    else if (pulled->valid) {
        fm_metric_add(&fm_metric_pulled, 1);
        fm_rate_add(pulled->intake->rate, 1);
    } else {
        fm_metric_add(&fm_metric_buried, 1);
        fm_log(FM_LOG_WARN, "a pulled frame is no article",
               FM_LOG_Z("reason", pulled->fault.reason),
               FM_LOG_Z("detail", pulled->fault.text),
               FM_LOG_U64("bytes", pulled->len), FM_LOG_END);
    }
    free(pulled);
}

static const struct fm_command_ops pulled_ops = {pulled_apply, pulled_finish};

static void set_paused(struct fm_intake *intake, bool paused)
{
    if (paused == intake->paused)
        return;
    intake->paused = paused;
    if (intake->pull_paused != NULL)
        intake->pull_paused(intake->pull_user, paused);
}

void fm_intake_pull(void *user, struct fm_str frame)
{
    struct fm_intake *intake = user;
    struct fm_validate_limits limits = limits_of(intake);
    struct pulled *pulled = calloc(1, sizeof *pulled + frame.len + 1);
    struct fm_why why = FM_WHY_INIT;

    if (pulled == NULL) {
        fm_log(FM_LOG_ERROR, "no memory for a pulled frame",
               FM_LOG_U64("bytes", frame.len), FM_LOG_END);
        return;
    }
    pulled->command.ops = &pulled_ops;
    pulled->command.articles = 1;
    pulled->command.bytes = frame.len + sizeof *pulled;
    pulled->intake = intake;
    pulled->len = frame.len;
    if (frame.len > 0)
        memcpy(pulled->bytes, frame.data, frame.len);
    pulled->valid =
        fm_validate_frame(fm_str_n(pulled->bytes, pulled->len), &limits,
                          &pulled->fault, &pulled->article) == FM_OK;
    if (fm_committer_submit(intake->committer, &pulled->command, &why) !=
        FM_OK) {
        hold(intake, &pulled->command);
        set_paused(intake, true);
    } else if (fm_gate_look(intake->gate) != FM_GATE_OPEN)
        set_paused(intake, true);
}

void fm_intake_tick(void *user)
{
    struct fm_intake *intake = user;
    enum fm_gate_state state = fm_gate_look(intake->gate);
    struct fm_command *held;
    bool stuck = false;

    (void)pthread_mutex_lock(&intake->lock);
    held = intake->held;
    intake->held = NULL;
    intake->held_end = &intake->held;
    (void)pthread_mutex_unlock(&intake->lock);
    while (held != NULL) {
        struct fm_command *next = held->next;

        /* The first finds out whether the disk is still full. */
        if (stuck ||
            fm_committer_submit(intake->committer, held, NULL) != FM_OK)
            hold(intake, held);
        stuck = true;
        held = next;
    }
    set_paused(intake, stuck || state != FM_GATE_OPEN);
}

void fm_intake_init(struct fm_intake *intake)
{
    (void)pthread_mutex_init(&intake->lock, NULL);
    intake->held_end = &intake->held;
}

void fm_intake_release(struct fm_intake *intake)
{
    uint64_t lost = 0;

    while (intake->held != NULL) {
        struct fm_command *next = intake->held->next;

        free(intake->held);
        intake->held = next;
        lost++;
    }
    if (lost > 0)
        fm_log(FM_LOG_ERROR, "pulled frames were lost, the disk is full",
               FM_LOG_U64("frames", lost), FM_LOG_END);
    (void)pthread_mutex_destroy(&intake->lock);
}
