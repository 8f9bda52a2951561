#include "rpc/health.h"

#include "grpc/health/v1/health.pb-c.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

typedef Grpc__Health__V1__HealthCheckRequest request_message;
typedef Grpc__Health__V1__HealthCheckResponse response_message;

/* A watcher that lags by more changes than this is shown the last of them. */
#define LAG_MAX 64u

/* Changes are counted: it serves after an odd number of them. So a watcher
 * that has seen n of them knows what every later one was. */
struct entry {
    char *name;
    atomic_ullong changes;
};

/* One stream; in the list until it is released. */
struct watcher {
    struct fm_health *health;
    struct entry *entry; /* NULL: not known */
    uint64_t handle;
    uint64_t seen;
    bool begun;
    struct watcher *prev;
    struct watcher *next;
};

struct fm_health {
    struct fm_rpc_server *server;
    struct entry *entries;
    size_t n;
    pthread_mutex_t mutex; /* guards the list, and changes being made */
    struct watcher *watchers;
};

enum fm_error fm_health_open(struct fm_rpc_server *server,
                             const struct fm_rpc_service *services, size_t n,
                             struct fm_why *why, struct fm_health **ret_health)
{
    struct fm_health *health = calloc(1, sizeof *health);

    if (health == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for health");
    (void)pthread_mutex_init(&health->mutex, NULL);
    health->server = server;
    health->entries = calloc(n + 1, sizeof *health->entries);
    for (size_t i = 0; health->entries != NULL && i <= n; i++) {
        struct entry *entry = &health->entries[health->n];

        entry->name = strdup(i < n ? services[i].descriptor->name : "");
        if (entry->name == NULL)
            break;
        atomic_init(&entry->changes, 0);
        health->n++;
    }
    if (health->n <= n) {
        fm_health_close(health);
        return fm_fail_errno(ENOMEM, why, "no memory for health");
    }
    *ret_health = health;
    return FM_OK;
}

void fm_health_close(struct fm_health *health)
{
    if (health == NULL)
        return;
    for (size_t i = 0; health->entries != NULL && i < health->n; i++)
        free(health->entries[i].name);
    free(health->entries);
    (void)pthread_mutex_destroy(&health->mutex);
    free(health);
}

static struct entry *find(struct fm_health *health, const char *name)
{
    for (size_t i = 0; i < health->n; i++)
        if (strcmp(health->entries[i].name, name) == 0)
            return &health->entries[i];
    return NULL;
}

void fm_health_set(struct fm_health *health, const char *service, bool serving)
{
    struct entry *entry = find(health, service);

    if (entry == NULL)
        return;
    (void)pthread_mutex_lock(&health->mutex);
    if ((atomic_load(&entry->changes) % 2 == 1) != serving) {
        atomic_fetch_add(&entry->changes, 1);
        for (struct watcher *w = health->watchers; w != NULL; w = w->next)
            if (w->entry == entry)
                fm_rpc_stream_wake(health->server, w->handle);
    }
    (void)pthread_mutex_unlock(&health->mutex);
}

static Grpc__Health__V1__HealthCheckResponse__ServingStatus
status_after(uint64_t changes)
{
    return changes % 2 == 1
               ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
               : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
}

static void check(void *user, void *thread_state, struct fm_rpc_call *call,
                  const ProtobufCMessage *request)
{
    const request_message *r = (const request_message *)(const void *)request;
    struct entry *entry = find(user, r->service);
    response_message response;
    struct fm_why why = FM_WHY_INIT;

    (void)thread_state;
    if (entry == NULL) {
        (void)fm_fail_field(FM_ENOTFOUND, &why, "service", "SERVICE_UNKNOWN",
                            "there is no service %.64s here", r->service);
        fm_rpc_fail(call, FM_ENOTFOUND, &why);
        return;
    }
    grpc__health__v1__health_check_response__init(&response);
    response.status = status_after(atomic_load(&entry->changes));
    fm_rpc_reply_message(call, &response.base);
}

/* --- Watch ----------------------------------------------------------------- */

/* The status to send now, if there is one. */
static bool
next_status(struct watcher *w,
            Grpc__Health__V1__HealthCheckResponse__ServingStatus *ret)
{
    uint64_t changes;

    if (w->entry == NULL) {
        *ret =
            GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN;
        return !w->begun;
    }
    changes = atomic_load(&w->entry->changes);
    if (!w->begun || changes - w->seen > LAG_MAX)
        w->seen = changes;
    else if (w->seen < changes)
        w->seen++;
    else
        return false;
    *ret = status_after(w->seen);
    return true;
}

/* NOLINTBEGIN(readability-non-const-parameter): as fm_rpc_stepper has them */
static enum fm_rpc_step step(void *state, void *thread_state,
                             struct fm_buf *ret_body, enum fm_error *ret_error,
                             struct fm_why *why)
/* NOLINTEND(readability-non-const-parameter) */
{
    struct watcher *w = state;
    response_message response;
    size_t size;
    char *at;

    (void)thread_state;
    (void)ret_error;
    (void)why;
    grpc__health__v1__health_check_response__init(&response);
    if (!next_status(w, &response.status))
        return FM_RPC_STEP_WAIT;
    w->begun = true;
    size = protobuf_c_message_get_packed_size(&response.base);
    at = fm_buf_reserve(ret_body, size);
    if (at != NULL)
        ret_body->len = protobuf_c_message_pack(&response.base, (uint8_t *)at);
    return FM_RPC_STEP_MESSAGE;
}

static void release(void *state)
{
    struct watcher *w = state;
    struct fm_health *health = w->health;

    (void)pthread_mutex_lock(&health->mutex);
    if (w->prev != NULL)
        w->prev->next = w->next;
    else
        health->watchers = w->next;
    if (w->next != NULL)
        w->next->prev = w->prev;
    (void)pthread_mutex_unlock(&health->mutex);
    free(w);
}

static void watch(void *user, void *thread_state, struct fm_rpc_call *call,
                  const ProtobufCMessage *request)
{
    const request_message *r = (const request_message *)(const void *)request;
    struct fm_health *health = user;
    struct watcher *w = calloc(1, sizeof *w);

    (void)thread_state;
    if (w == NULL) {
        fm_rpc_fail(call, FM_ENOMEM, NULL);
        return;
    }
    w->health = health;
    w->entry = find(health, r->service);
    w->handle = fm_rpc_stream_handle(call);
    (void)pthread_mutex_lock(&health->mutex);
    w->next = health->watchers;
    if (w->next != NULL)
        w->next->prev = w;
    health->watchers = w;
    (void)pthread_mutex_unlock(&health->mutex);
    fm_rpc_stream(call, step, w, release);
}

struct fm_rpc_service fm_health_service(struct fm_health *health)
{
    static const struct fm_rpc_method methods[] = {
        {"Check", check, true, FM_ROLE_ANY},
        {"Watch", watch, true, FM_ROLE_ANY},
    };
    const struct fm_rpc_service service = {
        .descriptor = &grpc__health__v1__health__descriptor,
        .methods = methods,
        .method_count = sizeof methods / sizeof *methods,
        .user = health,
    };

    return service;
}
