#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "rpc/client_priv.h"
#include "rpc/message.h"

/* One unary call, however patient its deadline. */
#define ATTEMPTS_MAX 10u
/* Pause before the second attempt; doubled each time, up to the largest. What
 * the server asks for is the least. */
#define PAUSE_FIRST_MS 100u
#define PAUSE_MAX_MS   10000u

static enum fm_error call_once(struct fm_rpc_client *client, const char *path,
                               struct fm_str body, uint64_t end_ms,
                               struct fm_why *why, struct fm_rpc_result *result)
{
    uint64_t now = fm_now_ms();
    uint64_t number = 0;
    enum fm_error error;

    if (now >= end_ms)
        return fm_fail(FM_EDEADLINE, why, NULL, "no time left");
    error = fm_rpc_client_begin(client, path, body, (uint32_t)(end_ms - now), 0,
                                NULL, why, &number);
    if (error != FM_OK)
        return error;
    /* Ends at the latest with the call's own deadline. */
    while (fm_client_next(client, UINT64_MAX, result)) {
        if (result->call == number)
            break;
        fm_client_keep(client, result);
    }
    if (result->error != FM_OK && why != NULL)
        *why = result->why;
    return result->error;
}

/* Between 80 and 120 percent, so that clients do not come back all at once. */
static uint64_t jitter(struct fm_rpc_client *client, uint64_t pause)
{
    client->random =
        fm_hash64(&client->random, sizeof client->random, client->random);
    return pause * 4 / 5 + client->random % (pause * 2 / 5 + 1);
}

/* Waits before another attempt; false when none is due. */
static bool pause_before(struct fm_rpc_client *client, uint32_t attempt,
                         enum fm_error error, const struct fm_why *why,
                         uint64_t end_ms)
{
    uint64_t pause = PAUSE_FIRST_MS << (attempt < 8 ? attempt : 8);
    uint64_t now = fm_now_ms();
    struct timespec t;

    if (attempt + 1 >= ATTEMPTS_MAX)
        return false;
    if (error != FM_EUNAVAILABLE && why->retry_after_ms == 0)
        return false;
    if (fm_error_class(error) != FM_CLASS_RETRY || error == FM_EDEADLINE)
        return false;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    if (pause < why->retry_after_ms)
        pause = why->retry_after_ms;
    pause = jitter(client, pause);
    if (pause >= end_ms || now >= end_ms - pause)
        return false;
    t.tv_sec = (time_t)(pause / 1000);
    t.tv_nsec = (long)(pause % 1000) * 1000000L;
    (void)nanosleep(&t, NULL);
    return true;
}

static enum fm_error pack(const ProtobufCMessage *message, struct fm_buf *body)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    char *at = fm_buf_reserve(body, size);

    if (at != NULL) {
        (void)protobuf_c_message_pack(message, (uint8_t *)at);
        body->len = size;
    }
    return fm_buf_error(body);
}

static enum fm_error unpack(struct fm_rpc_client *client,
                            const ProtobufCMessageDescriptor *type,
                            struct fm_str body, struct fm_why *why,
                            ProtobufCMessage **ret_reply)
{
    ProtobufCMessage *reply = NULL;

    if (body.len <= client->options.max_message_bytes &&
        !fm_message_too_deep(type, body, FM_LIMIT_NESTING))
        reply = protobuf_c_message_unpack(type, NULL, body.len,
                                          (const uint8_t *)body.data);
    if (reply == NULL)
        return fm_fail(FM_EINTERNAL, why, "REPLY_MALFORMED",
                       "the reply is no valid %s", type->name);
    *ret_reply = reply;
    return FM_OK;
}

static enum fm_error call_until_done(struct fm_rpc_client *client,
                                     const char *path, struct fm_str body,
                                     uint32_t timeout_ms, bool retry,
                                     struct fm_why *why,
                                     struct fm_rpc_result *result)
{
    uint64_t end_ms =
        fm_now_ms() +
        (timeout_ms != 0 ? timeout_ms : client->options.default_timeout_ms);
    struct fm_why last = FM_WHY_INIT;
    uint32_t attempt = 0;
    enum fm_error error;

    do {
        last = (struct fm_why)FM_WHY_INIT;
        error = call_once(client, path, body, end_ms, &last, result);
    } while (error != FM_OK && retry &&
             pause_before(client, attempt++, error, &last, end_ms));
    if (error != FM_OK && why != NULL)
        *why = last;
    return error;
}

/* NOLINTNEXTLINE(readability-function-size): eight parameters, all the call's */
enum fm_error fm_rpc_client_call(
    struct fm_rpc_client *client, const ProtobufCServiceDescriptor *service,
    const char *method, const ProtobufCMessage *request, uint32_t timeout_ms,
    bool retry, struct fm_why *why, ProtobufCMessage **ret_reply)
{
    const ProtobufCMethodDescriptor *descriptor =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    char path[FM_LIMIT_METHOD + 1];
    struct fm_rpc_result result;
    struct fm_buf body;
    enum fm_error error;

    if (descriptor == NULL)
        return fm_fail(FM_EINVAL, why, "METHOD_UNKNOWN", "%s has no method %s",
                       service->name, method);
    (void)snprintf(path, sizeof path, "/%s/%s", service->name, method);
    fm_buf_init(&body, (size_t)client->options.max_message_bytes);
    error = pack(request, &body);
    if (error != FM_OK)
        error = fm_fail(error, why, "MESSAGE_TOO_LARGE",
                        "the request is larger than %llu bytes",
                        (unsigned long long)client->options.max_message_bytes);
    else
        error = call_until_done(client, path, fm_buf_view(&body), timeout_ms,
                                retry, why, &result);
    if (error == FM_OK)
        error = unpack(client, descriptor->output, result.body, why, ret_reply);
    fm_buf_release(&body);
    return error;
}
