/* Any bytes as an article: an extraction comes out whose spans lie inside the
 * text and whose facts have evidence. The first line is the title. */
#include "extract/extract.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls with no context: the one place with globals. */
static struct fm_nlp *nlp;
static struct fm_extractor *extractor;
static struct fm_arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct fm_nlp_options options = {0};

    (void)argc;
    (void)argv;
    fm_arena_init(&arena, (size_t)1 << 30);
    if (fm_nlp_open(&options, NULL, &nlp) != FM_OK ||
        fm_extractor_new(nlp, NULL, &extractor) != FM_OK)
        abort();
    return 0;
}

static void check_span(const Factmill__V1__Span *span, size_t text,
                       size_t title)
{
    size_t limit =
        span->field == FACTMILL__V1__SPAN__FIELD__TITLE ? title : text;

    assert(span->start <= span->end && span->end <= limit);
}

static void check(const Factmill__V1__Extraction *x, size_t text, size_t title)
{
    for (size_t i = 0; i < x->n_sentences; i++)
        check_span(x->sentences[i], text, title);
    for (size_t i = 0; i < x->n_mentions; i++) {
        check_span(x->mentions[i]->span, text, title);
        assert(x->mentions[i]->entity >= 1 &&
               x->mentions[i]->entity <= x->n_entities);
    }
    for (size_t i = 0; i < x->n_facts; i++) {
        const Factmill__V1__Fact *f = x->facts[i];

        assert(strlen(f->id) == 32);
        assert(f->evidence != NULL && f->evidence->span != NULL);
        assert(f->confidence >= 0 && f->confidence <= 1);
        check_span(f->evidence->span, text, title);
        for (size_t j = 0; j < f->n_arguments; j++)
            if (f->arguments[j]->span != NULL)
                check_span(f->arguments[j]->span, text, title);
        for (size_t j = 0; j < f->n_quote; j++)
            check_span(f->quote[j], text, title);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char id[] = "fuzz";
    struct fm_str rest = fm_str_n((const char *)data, size);
    struct fm_str title = {0};
    Factmill__V1__Article article;
    Google__Protobuf__Timestamp published;
    Factmill__V1__Extraction *x = NULL;
    struct fm_extract_options options = {0};

    fm_arena_reset(&arena);
    (void)fm_str_next(&rest, '\n', &title);
    factmill__v1__article__init(&article);
    google__protobuf__timestamp__init(&published);
    published.seconds = 1700000000;
    article.id = id;
    article.source = id;
    article.language = size % 2 == 0 ? (char[]){"en"} : (char[]){""};
    article.title = fm_arena_copy(&arena, title);
    article.text = fm_arena_copy(&arena, rest);
    article.published = size % 3 == 0 ? NULL : &published;
    if (fm_extract_run(extractor, &article, &options, &arena, NULL, &x) ==
        FM_OK)
        check(x, strlen(article.text), strlen(article.title));
    return 0;
}
