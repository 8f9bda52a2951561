/* Any bytes as a request to Query, answered over a small database: never more
 * than a status, and what comes out is a reply of that method. The first byte
 * chooses it. Page tokens are looked at, too: none that was not given is taken. */
#include "base/clock.h"
#include "base/limits.h"
#include "extract/extract.h"
#include "factmill/v1/query.pb-c.h"
#include "query/query.h"
#include "query/rerun.h"
#include "rpc/message.h"
#include "store/content.h"

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *name;
    fm_query_answer *answer;
} ANSWERS[] = {
    {"GetFact", fm_query_get_fact},
    {"ListFacts", fm_query_list_facts},
    {"SearchFacts", fm_query_search_facts},
    {"GetArticle", fm_query_get_article},
    {"ListArticles", fm_query_list_articles},
    {"GetEntity", fm_query_get_entity},
    {"ListEntities", fm_query_list_entities},
    {"Timeline", fm_query_timeline},
    {"Aggregate", fm_query_aggregate},
    {"Related", fm_query_related},
    {"ListRoles", fm_query_list_roles},
};

/* libFuzzer calls with no context: the one place with globals. */
static char folder[] = "/tmp/fm-fuzz-XXXXXX";
static struct fm_query query;
static struct fm_query_thread *thread;

static struct fm_why why;

static void must(enum fm_error error)
{
    if (error == FM_OK)
        return;
    (void)fprintf(stderr, "%s\n", fm_why_text(&why, error));
    abort();
}

static void settle(struct fm_store_writer *w, struct fm_extractor *extractor,
                   const char *id, const char *text)
{
    struct fm_store_article in = {.published_us = 1620000000000000};
    struct fm_store_appended appended;
    enum fm_store_settled settled;
    struct fm_extract_options options = {0};
    struct fm_store_lease *leases = NULL;
    Factmill__V1__Extraction *x = NULL;
    Factmill__V1__Article a;
    struct fm_arena arena;
    uint8_t body[4096];
    size_t n = 0;

    fm_arena_init(&arena, (size_t)256 << 20);
    factmill__v1__article__init(&a);
    a.id = fm_unconst(id);
    a.source = fm_unconst("fuzz.example");
    a.language = fm_unconst("en");
    a.title = fm_unconst("Clinics to open again");
    a.text = fm_unconst(text);
    in.body = fm_str_n((char *)body, factmill__v1__article__pack(&a, body));
    in.source = fm_str(a.source);
    in.id = fm_str(id);
    in.title = fm_str(a.title);
    assert(fm_content_hash(in.body, &in.content));
    must(w->ops->begin(w, &why));
    must(w->ops->append(w, &in, &why, &appended));
    must(w->ops->lease(w, fm_str("w"), 1, 1u << 20, &arena, &why, &leases, &n));
    assert(n == 1);
    must(fm_extract_run(extractor, &a, &options, &arena, NULL, &x));
    must(w->ops->settle(w, leases[0].lease, x, 1, &why, &settled));
    must(w->ops->commit(w, &why));
    fm_arena_release(&arena);
}

static void fill(void)
{
    const struct fm_store_writer_options options = {.dir = folder,
                                                    .max_attempts = 3};
    struct fm_nlp_options nlp_options = {0};
    struct fm_store_writer *w = NULL;
    struct fm_nlp *nlp = NULL;
    struct fm_extractor *extractor = NULL;

    must(fm_nlp_open(&nlp_options, &why, &nlp));
    must(fm_extractor_new(nlp, &why, &extractor));
    must(fm_store_writer_open(&options, &why, &w));
    settle(w, extractor, "one",
           "The Ministry of Health (MoH) said on Monday that 46 clinics had "
           "closed.\n\n\"We will open them again in March,\" said Maria Lopez, "
           "the head of the ministry. The number of patients fell from 46,000 "
           "to 17,000, a drop of 63 per cent.\n");
    settle(w, extractor, "two",
           "On 12 May 2021 the World Bank (WB) lent 300 million dollars to "
           "Geneva. \"It is a start,\" Anna Kovacs said. Maria Lopez left the "
           "ministry in 2019.\n");
    w->ops->close(w);
    fm_extractor_free(extractor);
    fm_nlp_close(nlp);
}

static void clean(void)
{
    char command[64];

    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        return;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    void *state = NULL;

    (void)argc;
    (void)argv;
    assert(mkdtemp(folder) != NULL);
    (void)atexit(clean);
    fill();
    query.dir = folder;
    query.max_message_bytes = FM_LIMIT_BODY_DEFAULT;
    query.max_read_ms = 10000;
    query.max_reread_ms = 1000;
    (void)pthread_mutex_init(&query.lock, NULL);
    must(fm_query_thread_start(&query, &why, &state));
    thread = state;
    return 0;
}

static void check_reply(const ProtobufCMethodDescriptor *method,
                        const struct fm_buf *body)
{
    ProtobufCMessage *reply = protobuf_c_message_unpack(
        method->output, NULL, body->len, (const uint8_t *)body->data);

    assert(reply != NULL);
    protobuf_c_message_free_unpacked(reply, NULL);
}

static void answer(size_t i, const ProtobufCMessage *request)
{
    const ProtobufCMethodDescriptor *method =
        protobuf_c_service_descriptor_get_method_by_name(
            &factmill__v1__query__descriptor, ANSWERS[i].name);
    struct fm_buf body;
    char path[64];
    enum fm_error error;

    (void)snprintf(path, sizeof path, "/factmill.v1.Query/%s", ANSWERS[i].name);
    fm_buf_init(&body, FM_LIMIT_BODY_DEFAULT);
    must(fm_query_read_begin(thread, 10000, &why));
    error = ANSWERS[i].answer(thread, path, request, &body, &why);
    fm_query_read_end(thread);
    if (error == FM_OK)
        check_reply(method, &body);
    else
        assert(fm_error_class(error) == FM_CLASS_CALLER);
    fm_buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ProtobufCMessageDescriptor *type;
    const ProtobufCMessage *request = NULL;
    struct fm_arena arena;
    struct fm_str bytes;
    size_t i;

    if (size == 0)
        return 0;
    i = data[0] % (sizeof ANSWERS / sizeof *ANSWERS);
    type = protobuf_c_service_descriptor_get_method_by_name(
               &factmill__v1__query__descriptor, ANSWERS[i].name)
               ->input;
    bytes = fm_str_n((const char *)data + 1, size - 1);
    fm_arena_init(&arena, ((size_t)64 << 10) + 16 * bytes.len);
    if (fm_message_unpack(type, bytes, &arena, NULL, &request) == FM_OK)
        answer(i, request);
    fm_arena_release(&arena);
    return 0;
}
