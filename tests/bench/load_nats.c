/* fm_load_nats: what fm_load push is for factmill, for NATS JetStream: so many
 * connections, so many messages in flight on each, every one acknowledged.
 * Built only where libnats is; tests/bench/compare.sh runs it.
 *
 *   fm_load_nats URL CONNECTIONS WINDOW COUNT BODY-FILE */
#include "base/buf.h"
#include "base/clock.h"
#include "base/parse.h"

#include <nats/nats.h>
#include <pthread.h>

#define BODY_MAX    (1u << 20)
#define PATIENCE_MS 30000
#define CONNECTIONS 64u
#define STREAM      "articles"
#define LATENCY_MAX 1000000u
#define ARGUMENTS   6

struct settings {
    const char *url;
    uint64_t connections;
    uint64_t window;
    uint64_t count;
    struct fm_buf body;
};

struct producer {
    const struct settings *settings;
    uint64_t count;
    uint32_t *us; /* of each message, with a window of one */
    size_t timed;
    pthread_t thread;
    bool started;
    natsStatus status;
};

/* One at a time: the time that each takes. */
static natsStatus publish_each(struct producer *p, jsCtx *js)
{
    const struct settings *s = p->settings;
    natsStatus status = NATS_OK;

    for (uint64_t i = 0; status == NATS_OK && i < p->count; i++) {
        uint64_t begun = fm_now_us();

        status = js_Publish(NULL, js, STREAM, s->body.data, (int)s->body.len,
                            NULL, NULL);
        if (p->timed < LATENCY_MAX)
            p->us[p->timed++] = (uint32_t)(fm_now_us() - begun);
    }
    return status;
}

static natsStatus publish_window(struct producer *p, jsCtx *js)
{
    const struct settings *s = p->settings;
    natsStatus status = NATS_OK;
    jsPubOptions options;

    for (uint64_t i = 0; status == NATS_OK && i < p->count; i++)
        status =
            js_PublishAsync(js, STREAM, s->body.data, (int)s->body.len, NULL);
    (void)jsPubOptions_Init(&options);
    options.MaxWait = PATIENCE_MS;
    if (status == NATS_OK)
        status = js_PublishAsyncComplete(js, &options);
    return status;
}

static void *produce(void *argument)
{
    struct producer *p = argument;
    natsConnection *connection = NULL;
    jsCtx *js = NULL;
    jsOptions options;
    natsStatus status = natsConnection_ConnectTo(&connection, p->settings->url);

    (void)jsOptions_Init(&options);
    options.PublishAsync.MaxPending = (int64_t)p->settings->window;
    options.PublishAsync.StallWait = PATIENCE_MS;
    if (status == NATS_OK)
        status = natsConnection_JetStream(&js, connection, &options);
    if (status == NATS_OK)
        status = p->settings->window == 1 ? publish_each(p, js)
                                          : publish_window(p, js);
    p->status = status;
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
    return NULL;
}

static natsStatus make_stream(const struct settings *settings)
{
    static const char *subjects[] = {STREAM};
    natsConnection *connection = NULL;
    jsCtx *js = NULL;
    jsStreamConfig config;
    natsStatus status = natsConnection_ConnectTo(&connection, settings->url);

    (void)jsStreamConfig_Init(&config);
    config.Name = STREAM;
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Storage = js_FileStorage;
    if (status == NATS_OK)
        status = natsConnection_JetStream(&js, connection, NULL);
    if (status == NATS_OK)
        status = js_AddStream(NULL, js, &config, NULL, NULL);
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
    return status;
}

/* Everything that was acknowledged is in the stream. */
static natsStatus check_stream(const struct settings *settings)
{
    natsConnection *connection = NULL;
    jsCtx *js = NULL;
    jsStreamInfo *info = NULL;
    natsStatus status = natsConnection_ConnectTo(&connection, settings->url);

    if (status == NATS_OK)
        status = natsConnection_JetStream(&js, connection, NULL);
    if (status == NATS_OK)
        status = js_GetStreamInfo(&info, js, STREAM, NULL, NULL);
    if (status == NATS_OK && info->State.Msgs < settings->count /
                                                    settings->connections *
                                                    settings->connections)
        status = NATS_ERR;
    jsStreamInfo_Destroy(info);
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
    return status;
}

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return (*x > *y) - (*x < *y);
}

static void report(const struct settings *s, struct producer *producers,
                   double seconds)
{
    struct producer *first = &producers[0];

    (void)printf("nats: %llu in %.2f s, %.0f/s", (unsigned long long)s->count,
                 seconds, (double)s->count / seconds);
    if (first->timed > 0) {
        qsort(first->us, first->timed, sizeof *first->us, by_size);
        (void)printf(", ms: p50 %.3f p99 %.3f p99.9 %.3f max %.3f",
                     first->us[first->timed / 2] / 1000.0,
                     first->us[first->timed * 99 / 100] / 1000.0,
                     first->us[first->timed * 999 / 1000] / 1000.0,
                     first->us[first->timed - 1] / 1000.0);
    }
    (void)printf("\n");
}

static int run(const struct settings *s)
{
    struct producer producers[CONNECTIONS] = {0};
    natsStatus status = make_stream(s);
    uint64_t begun = fm_now_us();

    for (uint64_t i = 0; status == NATS_OK && i < s->connections; i++) {
        struct producer *p = &producers[i];

        p->settings = s;
        p->count = s->count / s->connections;
        p->us = malloc(LATENCY_MAX * sizeof *p->us);
        p->started =
            p->us != NULL && pthread_create(&p->thread, NULL, produce, p) == 0;
    }
    for (uint64_t i = 0; i < s->connections; i++) {
        struct producer *p = &producers[i];

        if (p->started)
            (void)pthread_join(p->thread, NULL);
        if (status == NATS_OK)
            status = p->started ? p->status : NATS_ERR;
    }
    begun = fm_now_us() - begun;
    if (status == NATS_OK)
        status = check_stream(s);
    if (status == NATS_OK)
        report(s, producers, (double)begun / 1e6);
    else
        (void)fprintf(stderr, "fm_load_nats: %s\n", natsStatus_GetText(status));
    for (uint64_t i = 0; i < s->connections; i++)
        free(producers[i].us);
    return status == NATS_OK ? 0 : 69;
}

static bool read_body(const char *path, struct fm_buf *body)
{
    FILE *file = fopen(path, "rbe");
    char bytes[4096];
    size_t n;

    fm_buf_init(body, BODY_MAX);
    if (file == NULL)
        return false;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        fm_buf_add(body, bytes, n);
    (void)fclose(file);
    return fm_buf_error(body) == FM_OK && body->len > 0;
}

int main(int argc, char **argv)
{
    struct settings s = {0};
    int status = 64;

    if (argc == ARGUMENTS &&
        fm_parse_u64(fm_str(argv[2]), &s.connections) == FM_OK &&
        fm_parse_u64(fm_str(argv[3]), &s.window) == FM_OK &&
        fm_parse_u64(fm_str(argv[4]), &s.count) == FM_OK && s.connections > 0 &&
        s.connections <= CONNECTIONS && s.window > 0 &&
        read_body(argv[5], &s.body)) {
        s.url = argv[1];
        status = run(&s);
    } else {
        (void)fprintf(stderr, "usage: fm_load_nats URL CONNECTIONS WINDOW "
                              "COUNT BODY-FILE\n");
    }
    fm_buf_release(&s.body);
    nats_Close();
    return status;
}
