/* Producers that keep a window of pushes in flight. */
#include "factmill/v1/ingest.pb-c.h"
#include "load.h"
#include "rpc/client.h"

#include <pthread.h>

#define METHOD     "/factmill.v1.Ingest/Push"
#define TIMEOUT_MS 30000u
/* Written before the clock starts: what is measured is the service, not how
 * fast this program makes up words. */
#define TEXTS 64u

struct producer {
    const struct fm_load_settings *settings;
    unsigned number;
    uint64_t count;
    uint64_t refused;
    struct fm_buf texts[TEXTS];
    struct fm_load_times times;
    pthread_t thread;
    bool started;
    int status;
};

static const char *const words[] = {
    "the",     "minister", "said",     "that",  "prices",  "rose",    "in",
    "Marvale", "by",       "12",       "per",   "cent",    "after",   "talks",
    "with",    "the",      "European", "Union", "and",     "workers", "of",
    "Kellner", "on",       "Tuesday",  "while", "exports", "fell",    "to",
    "4,812",   "tonnes",   "because",  "of",    "a",       "strike",  "which",
    "ended",   "in",       "June",     "2015",  "but",     "not",     "before",
};

/* News-like text; different for each seed. */
static void write_text(struct fm_buf *text, size_t bytes, uint64_t seed)
{
    unsigned in_sentence = 0;

    fm_buf_reset(text);
    while (text->len < bytes) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        fm_buf_z(text, words[(seed >> 33) % (sizeof words / sizeof words[0])]);
        if (++in_sentence == 18) {
            fm_buf_z(text, ".\n\n");
            in_sentence = 0;
        } else {
            fm_buf_char(text, ' ');
        }
    }
}

static bool push_one(struct producer *p, struct fm_rpc_client *client,
                     uint64_t i, struct fm_buf *body)
{
    Factmill__V1__PushRequest request;
    Factmill__V1__Article article;
    char id[128];
    char source[] = "bench.example";
    char title[] = "Prices rise in Marvale";
    struct fm_why why = FM_WHY_INIT;
    uint64_t call;
    size_t size;
    char *at;

    factmill__v1__push_request__init(&request);
    factmill__v1__article__init(&article);
    (void)snprintf(id, sizeof id, "%s-%u-%llu", p->settings->run, p->number,
                   (unsigned long long)i);
    article.id = id;
    article.source = source;
    article.title = title;
    article.text = p->texts[i % TEXTS].data;
    request.article = &article;
    size = factmill__v1__push_request__get_packed_size(&request);
    fm_buf_reset(body);
    at = fm_buf_reserve(body, size);
    if (at == NULL)
        return false;
    body->len = factmill__v1__push_request__pack(&request, (uint8_t *)at);
    if (fm_rpc_client_begin(client, METHOD, fm_buf_view(body), TIMEOUT_MS, 0,
                            NULL, &why, &call) != FM_OK) {
        (void)fprintf(stderr, "fm_load: %s\n", why.text);
        return false;
    }
    return true;
}

static void *produce(void *argument)
{
    struct producer *p = argument;
    struct fm_rpc_client_options options = {.endpoint = p->settings->endpoint,
                                            .security = &p->settings->security};
    struct fm_rpc_client *client = NULL;
    struct fm_buf body;
    struct fm_rpc_result result;
    struct fm_why why = FM_WHY_INIT;
    uint64_t *sent = calloc(p->settings->window, sizeof *sent);
    uint64_t begun = 0;
    uint64_t ended = 0;

    fm_buf_init(&body, 4u << 20);
    p->status = 69;
    if (sent == NULL || fm_rpc_client_open(&options, &why, &client) != FM_OK)
        goto done;
    while (ended < p->count) {
        while (begun < p->count && begun - ended < p->settings->window) {
            sent[begun % p->settings->window] = fm_now_us();
            if (!push_one(p, client, begun, &body))
                goto done;
            begun++;
        }
        if (!fm_rpc_client_next(client, TIMEOUT_MS, &result))
            goto done;
        /* Replies come in the order of the pushes but for refusals. */
        fm_load_times_add(&p->times,
                          fm_now_us() - sent[ended % p->settings->window]);
        p->refused += result.error != FM_OK;
        ended++;
    }
    p->status = 0;
done:
    fm_rpc_client_close(client);
    fm_buf_release(&body);
    free(sent);
    return NULL;
}

static void prepare(struct producer *p, const struct fm_load_settings *settings,
                    unsigned number)
{
    p->settings = settings;
    p->number = number;
    p->count = settings->count / settings->threads;
    for (unsigned i = 0; i < TEXTS; i++) {
        fm_buf_init(&p->texts[i], 4u << 20);
        write_text(&p->texts[i], settings->bytes, i * 131 + number);
    }
}

static void clean(struct producer *p)
{
    for (unsigned i = 0; i < TEXTS; i++)
        fm_buf_release(&p->texts[i]);
    free(p->times.us);
}

int fm_load_push(const struct fm_load_settings *settings)
{
    struct producer *producers = calloc(settings->threads, sizeof *producers);
    struct fm_load_times *times = calloc(settings->threads, sizeof *times);
    uint64_t refused = 0;
    uint64_t begin;
    double seconds;
    int status = 0;

    if (producers == NULL || times == NULL)
        goto done;
    for (unsigned i = 0; i < settings->threads; i++)
        prepare(&producers[i], settings, i);
    begin = fm_now_us();
    for (unsigned i = 0; i < settings->threads; i++) {
        struct producer *p = &producers[i];

        p->started = fm_load_times_init(&p->times, p->count) &&
                     pthread_create(&p->thread, NULL, produce, p) == 0;
    }
    for (unsigned i = 0; i < settings->threads; i++) {
        if (!producers[i].started || pthread_join(producers[i].thread, NULL))
            status = 71;
        times[i] = producers[i].times;
        refused += producers[i].refused;
        if (producers[i].status != 0)
            status = producers[i].status;
    }
    seconds = (double)(fm_now_us() - begin) / 1e6;
    fm_load_report("push", times, settings->threads, seconds);
    (void)printf("refused: %llu\n", (unsigned long long)refused);
    for (unsigned i = 0; i < settings->threads; i++)
        clean(&producers[i]);
done:
    free(times);
    free(producers);
    return status;
}
