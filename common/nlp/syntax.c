#include "nlp/syntax.h"

#include "nlp/name_vote.h"
#include "nlp/namer.h"
#include "nlp/parser.h"
#include "nlp/tagger.h"

#include <pthread.h>

/* What the largest network that the file format allows asks for is below. */
#define WORK_CEILING ((size_t)64 << 20)
/* Its arrays are large; each gets a block of its own. */
#define WORK_BLOCK ((size_t)4 << 10)

struct work {
    struct work *next;
    struct fm_arena arena;
    struct fm_encoding *encoding;
    struct fm_tagger_work tagger;
    struct fm_parser_work *parser;
    struct fm_encoding *names;
    struct fm_namer_work namer;
};

struct fm_syntax {
    struct fm_model *model;
    struct fm_network net;
    struct fm_namer namer;
    pthread_mutex_t lock;
    struct work *idle;
};

/* --- the pool -------------------------------------------------------------- */

static void work_free(struct work *work)
{
    if (work == NULL)
        return;
    fm_arena_release(&work->arena);
    free(work);
}

static struct work *work_new(const struct fm_network *net,
                             const struct fm_network *names)
{
    struct work *work = calloc(1, sizeof *work);

    if (work == NULL)
        return NULL;
    fm_arena_init_blocks(&work->arena, WORK_CEILING, WORK_BLOCK);
    work->encoding = fm_encoding_new(net, &work->arena);
    work->parser = fm_parser_work_new(net, &work->arena);
    work->names = fm_encoding_new(names, &work->arena);
    if (!fm_tagger_work_init(&work->tagger, &work->arena) ||
        !fm_namer_work_init(&work->namer, &work->arena) ||
        work->encoding == NULL || work->parser == NULL || work->names == NULL) {
        work_free(work);
        return NULL;
    }
    return work;
}

static struct work *take(struct fm_syntax *syntax)
{
    struct work *work;

    (void)pthread_mutex_lock(&syntax->lock);
    work = syntax->idle;
    if (work != NULL)
        syntax->idle = work->next;
    (void)pthread_mutex_unlock(&syntax->lock);
    return work != NULL ? work : work_new(&syntax->net, &syntax->namer.net);
}

static void give_back(struct fm_syntax *syntax, struct work *work)
{
    (void)pthread_mutex_lock(&syntax->lock);
    work->next = syntax->idle;
    syntax->idle = work;
    (void)pthread_mutex_unlock(&syntax->lock);
}

/* --- opening --------------------------------------------------------------- */

enum fm_error fm_syntax_open(const char *path, struct fm_why *why,
                             struct fm_syntax **ret)
{
    struct fm_syntax *syntax = calloc(1, sizeof *syntax);
    struct fm_why inner = FM_WHY_INIT;
    enum fm_error e;

    if (syntax == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the model");
    (void)pthread_mutex_init(&syntax->lock, NULL);
    e = fm_model_open(path, &inner, &syntax->model);
    if (e == FM_OK)
        e = fm_network_open(syntax->model, &inner, &syntax->net);
    if (e == FM_OK)
        e = fm_namer_open(syntax->model, &syntax->net, &inner, &syntax->namer);
    if (e == FM_OK) {
        *ret = syntax;
        return FM_OK;
    }
    fm_syntax_close(syntax);
    if (e == FM_ENOMEM)
        return fm_fail(e, why, NULL, "no memory for the model");
    return fm_fail(FM_ECONFIG, why,
                   inner.reason[0] != '\0' ? inner.reason : "MODEL_UNREADABLE",
                   "%s (%s); install the program again or name another model "
                   "with --model or FACTMILL_MODEL",
                   fm_why_text(&inner, e), path);
}

void fm_syntax_close(struct fm_syntax *syntax)
{
    if (syntax == NULL)
        return;
    while (syntax->idle != NULL) {
        struct work *work = syntax->idle;

        syntax->idle = work->next;
        work_free(work);
    }
    (void)pthread_mutex_destroy(&syntax->lock);
    fm_model_close(syntax->model);
    free(syntax);
}

const struct fm_model *fm_syntax_model(const struct fm_syntax *syntax)
{
    return syntax->model;
}

uint64_t fm_syntax_hash(const struct fm_syntax *syntax)
{
    return fm_model_hash(syntax->model);
}

/* --- the run --------------------------------------------------------------- */

static bool make_columns(struct fm_doc *doc)
{
    size_t n = doc->token_count;

    doc->upos = fm_arena_array(&doc->arena, n, sizeof *doc->upos);
    doc->xpos = fm_arena_array(&doc->arena, n, sizeof *doc->xpos);
    doc->ner = fm_arena_array(&doc->arena, n, sizeof *doc->ner);
    doc->head = fm_arena_array(&doc->arena, n, sizeof *doc->head);
    doc->deprel = fm_arena_array(&doc->arena, n, sizeof *doc->deprel);
    doc->certain = fm_arena_array(&doc->arena, n, sizeof *doc->certain);
    return doc->upos != NULL && doc->xpos != NULL && doc->ner != NULL &&
           doc->head != NULL && doc->deprel != NULL && doc->certain != NULL;
}

static void read_chunk(const struct fm_syntax *syntax, struct fm_doc *doc,
                       size_t sentence, struct work *work, float *likely)
{
    const struct fm_network *net = &syntax->net;
    const struct fm_encoding *enc = work->encoding;

    fm_encoder_run(net, doc, sentence, work->encoding);
    fm_tagger_run(net, enc, &work->tagger, doc);
    fm_parser_run(net, enc, work->parser, doc);
    fm_encoder_names(&syntax->namer, doc, enc, work->names);
    fm_namer_run(&syntax->namer, doc, work->names,
                 work->tagger.scores + FM_NET_NER, FM_NET_TAGS, &work->namer,
                 likely + enc->first * FM_NER_COUNT);
}

enum fm_error fm_syntax_run(struct fm_syntax *syntax, struct fm_doc *doc,
                            struct fm_why *why)
{
    struct work *work;
    float *likely;

    likely = fm_arena_array(&doc->arena, doc->token_count * FM_NER_COUNT,
                            sizeof *likely);
    if (likely == NULL || !make_columns(doc))
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "no room for the syntax of a text of %zu tokens",
                       doc->token_count);
    work = take(syntax);
    if (work == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory to parse with");
    for (size_t s = 0; s < doc->sentence_count;
         s = work->encoding->sentence_last)
        read_chunk(syntax, doc, s, work, likely);
    give_back(syntax, work);
    return fm_name_vote(doc, likely, why);
}
