/* Tokens a second of each stage of reading, of all of it, and of extraction.
 *
 *     nlp_bench FILE [ROUNDS [all|read|extract]]
 *
 * FILE: texts, each ended by a NUL byte. One thread; processor time, the least of
 * the rounds. Stages are run alone on documents that have what they need; "read"
 * is fm_nlp_read, "extract" reads as well. */
#include "base/clock.h"
#include "extract/extract.h"
#include "nlp/lemma.h"
#include "nlp/model_place.h"
#include "nlp/names.h"
#include "nlp/parser.h"
#include "nlp/sentence.h"
#include "nlp/tagger.h"
#include "nlp/token.h"

#include <time.h>

#define FILE_MAX        ((size_t)256 << 20)
#define DOCUMENT_MEMORY ((size_t)1 << 30)

enum stage {
    SENTENCE,
    TOKEN,
    ENCODE,
    TAG,
    PARSE,
    LEMMA,
    NAMES,
    READ,
    EXTRACT,
    STAGES
};

static const char *const stage_names[STAGES] = {
    "sentence", "token", "encode", "tag",     "parse",
    "lemma",    "names", "read",   "extract",
};

struct bench {
    struct fm_model *model; /* NULL = none: no syntax */
    struct fm_network net;
    struct fm_lemma_rules lemmas;
    bool has_lemmas;
    struct fm_encoding *encoding;
    struct fm_tagger_work tagger;
    struct fm_parser_work *parser;
    struct fm_arena work;
    struct fm_nlp *nlp;
    struct fm_extractor *extractor;
    struct fm_doc doc;
    struct fm_arena facts;
    const char *what; /* third argument */
    uint64_t ns[STAGES];
    uint64_t best_ns[STAGES];
    uint64_t tokens;
    uint64_t sentences;
    uint64_t bytes;
    uint64_t found;
};

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static enum fm_error bench_open(struct bench *b, struct fm_why *why)
{
    char path[PATH_MAX];
    uint64_t began = fm_now_us();
    enum fm_error e = fm_nlp_open(NULL, why, &b->nlp);

    if (e == FM_OK) {
        (void)printf("open: %.1f ms, %s\n",
                     (double)(fm_now_us() - began) / 1000.0,
                     fm_nlp_version(b->nlp));
        e = fm_extractor_new(b->nlp, why, &b->extractor);
    }
    fm_doc_init(&b->doc, DOCUMENT_MEMORY);
    fm_arena_init(&b->facts, DOCUMENT_MEMORY);
    fm_arena_init(&b->work, DOCUMENT_MEMORY);
    if (e != FM_OK || fm_model_place(NULL, why, path) != FM_OK)
        return e;
    e = fm_model_open(path, why, &b->model);
    if (e == FM_OK)
        e = fm_network_open(b->model, why, &b->net);
    if (e != FM_OK)
        return e;
    b->has_lemmas = fm_lemma_open(b->model, why, &b->lemmas) == FM_OK;
    b->encoding = fm_encoding_new(&b->net, &b->work);
    b->parser = fm_parser_work_new(&b->net, &b->work);
    return fm_tagger_work_init(&b->tagger, &b->work) && b->encoding != NULL &&
                   b->parser != NULL
               ? FM_OK
               : FM_ENOMEM;
}

static void bench_close(struct bench *b)
{
    fm_extractor_free(b->extractor);
    fm_nlp_close(b->nlp);
    fm_doc_release(&b->doc);
    fm_arena_release(&b->facts);
    fm_arena_release(&b->work);
    fm_model_close(b->model);
}

static void lap(struct bench *b, enum stage stage, uint64_t *at)
{
    uint64_t now = now_ns();

    b->ns[stage] += now - *at;
    *at = now;
}

static void run_syntax(struct bench *b, uint64_t *at)
{
    struct fm_doc *doc = &b->doc;
    size_t n = doc->token_count;

    if (b->model == NULL)
        return;
    doc->upos = fm_arena_array(&doc->arena, n, sizeof *doc->upos);
    doc->xpos = fm_arena_array(&doc->arena, n, sizeof *doc->xpos);
    doc->ner = fm_arena_array(&doc->arena, n, sizeof *doc->ner);
    doc->head = fm_arena_array(&doc->arena, n, sizeof *doc->head);
    doc->deprel = fm_arena_array(&doc->arena, n, sizeof *doc->deprel);
    *at = now_ns();
    for (size_t s = 0; s < doc->sentence_count;
         s = b->encoding->sentence_last) {
        fm_encoder_run(&b->net, doc, s, b->encoding);
        lap(b, ENCODE, at);
        fm_tagger_run(&b->net, b->encoding, &b->tagger, doc);
        lap(b, TAG, at);
        fm_parser_run(&b->net, b->encoding, b->parser, doc);
        lap(b, PARSE, at);
    }
}

static enum fm_error run_stages(struct bench *b, struct fm_str text)
{
    uint64_t at = now_ns();
    enum fm_error e = fm_doc_reset(&b->doc, text, NULL);

    if (e == FM_OK)
        e = fm_sentence_split(&b->doc, FM_LAYOUT_TEXT, NULL);
    lap(b, SENTENCE, &at);
    if (e == FM_OK)
        e = fm_token_split(&b->doc, NULL);
    lap(b, TOKEN, &at);
    if (e != FM_OK)
        return e;
    run_syntax(b, &at);
    if (b->has_lemmas)
        e = fm_lemma_run(&b->lemmas, &b->doc, NULL);
    lap(b, LEMMA, &at);
    if (e == FM_OK)
        e = fm_names_find(&b->doc, NULL);
    lap(b, NAMES, &at);
    b->tokens += b->doc.token_count;
    b->sentences += b->doc.sentence_count;
    b->bytes += text.len;
    return e;
}

/* Made-up dates and sources: facts depend on them, their number does not. */
static enum fm_error run_extract(struct bench *b, struct fm_str text)
{
    static char id[] = "1";
    static char language[] = "en";
    Factmill__V1__Article article;
    Factmill__V1__Extraction *extraction = NULL;
    uint64_t at;
    enum fm_error e;

    factmill__v1__article__init(&article);
    article.id = id;
    article.source = id;
    article.language = language;
    fm_arena_reset(&b->facts);
    article.text = fm_arena_copy(&b->facts, text);
    if (article.text == NULL)
        return FM_ENOMEM;
    at = now_ns();
    e = fm_extract_run(b->extractor, &article, NULL, &b->facts, NULL,
                       &extraction);
    lap(b, EXTRACT, &at);
    if (e == FM_OK)
        b->found += extraction->n_facts;
    return e;
}

static bool does(const struct bench *b, const char *what)
{
    return strcmp(b->what, "all") == 0 || strcmp(b->what, what) == 0;
}

static enum fm_error run_read(struct bench *b, struct fm_str text)
{
    uint64_t at = now_ns();
    enum fm_error e = fm_nlp_read(b->nlp, text, false, &b->doc, NULL);

    lap(b, READ, &at);
    if (!does(b, "stages"))
        b->tokens += b->doc.token_count;
    return e;
}

static enum fm_error run_round(struct bench *b, struct fm_str texts)
{
    struct fm_str text;
    enum fm_error e = FM_OK;

    memset(b->ns, 0, sizeof b->ns);
    b->tokens = b->sentences = b->bytes = b->found = 0;
    while (e == FM_OK && fm_str_next(&texts, '\0', &text)) {
        if (text.len == 0)
            continue;
        if (does(b, "stages"))
            e = run_stages(b, text);
        if (e == FM_OK && does(b, "read"))
            e = run_read(b, text);
        if (e == FM_OK && does(b, "extract"))
            e = run_extract(b, text);
    }
    for (size_t i = 0; i < STAGES; i++)
        if (b->best_ns[i] == 0 || b->ns[i] < b->best_ns[i])
            b->best_ns[i] = b->ns[i];
    return e;
}

static void print(const struct bench *b)
{
    (void)printf("%llu bytes, %llu sentences, %llu tokens, %llu facts\n",
                 (unsigned long long)b->bytes, (unsigned long long)b->sentences,
                 (unsigned long long)b->tokens, (unsigned long long)b->found);
    for (size_t i = 0; i < STAGES; i++) {
        double seconds = (double)b->best_ns[i] / 1e9;

        if (b->best_ns[i] == 0)
            continue;
        (void)printf("%-9s %10.0f tokens/s %8.0f ns/token\n", stage_names[i],
                     (double)b->tokens / seconds,
                     (double)b->best_ns[i] / (double)b->tokens);
    }
}

static enum fm_error load(const char *path, struct fm_buf *ret_buf)
{
    FILE *file = fopen(path, "rb");
    char piece[1 << 16];
    size_t n;

    if (file == NULL)
        return FM_ENOTFOUND;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        fm_buf_add(ret_buf, piece, n);
    (void)fclose(file);
    return fm_buf_error(ret_buf);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct fm_why why = FM_WHY_INIT;
    struct fm_buf texts;
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 3;
    enum fm_error e;

    b.what = argc > 3 ? argv[3] : "all";
    if (argc < 2) {
        (void)fputs("nlp_bench FILE [ROUNDS [all|read|extract]]\n", stderr);
        return fm_error_exit(FM_EINVAL);
    }
    fm_buf_init(&texts, FILE_MAX);
    e = load(argv[1], &texts);
    if (e == FM_OK)
        e = bench_open(&b, &why);
    for (long i = 0; e == FM_OK && i < rounds; i++)
        e = run_round(&b, fm_buf_view(&texts));
    if (e == FM_OK)
        print(&b);
    else
        (void)fprintf(stderr, "nlp_bench: %s\n", fm_why_text(&why, e));
    bench_close(&b);
    fm_buf_release(&texts);
    return fm_error_exit(e);
}
