#include "extract/extract.h"

#include "extract/abbreviation.h"
#include "extract/alias.h"
#include "extract/clause.h"
#include "extract/context.h"
#include "extract/entity.h"
#include "extract/finish.h"
#include "extract/name_fit.h"
#include "extract/nominal.h"
#include "extract/pronoun.h"
#include "extract/quantity.h"
#include "extract/quote.h"
#include "extract/role.h"
#include "extract/time.h"

/* Bytes a document may use: token columns are about ten bytes a byte of text. */
#define DOCUMENT_MEMORY ((size_t)2 << 30)
/* Bytes looked at to tell whether an unknown language may be English. */
#define LETTERS_LOOK 8192u

struct fm_extractor {
    const struct fm_nlp *nlp;
    struct fm_doc text;
    struct fm_doc title;
    /* text before names were fitted: shares its arena, only ever looked at */
    struct fm_doc as_read;
    struct fm_buf made; /* the text of CoNLL-U */
    /* Of the last run, for fm_explain. */
    struct fm_context ctx;
    struct fm_tree tree;
    bool ran;
    bool explained; /* ctx is whole */
};

/* The families in the order they run: later ones see what earlier ones found. */
static const struct {
    const char *name;
    void (*run)(struct fm_context *ctx);
} families[] = {
    {"abbreviation", fm_extract_abbreviations},
    {"time", fm_extract_times},
    {"role", fm_extract_roles},
    {"pronoun", fm_extract_pronouns},
    {"quote", fm_extract_quotes},
    {"quantity", fm_extract_quantities},
    {"alias", fm_extract_aliases},
    {"nominal", fm_extract_nominal_events},
    {"clause", fm_extract_clauses},
};

enum fm_error fm_extractor_new(const struct fm_nlp *nlp, struct fm_why *why,
                               struct fm_extractor **ret_extractor)
{
    struct fm_extractor *extractor = calloc(1, sizeof *extractor);

    if (extractor == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for an extractor");
    extractor->nlp = nlp;
    fm_doc_init(&extractor->text, DOCUMENT_MEMORY);
    fm_doc_init(&extractor->title, DOCUMENT_MEMORY);
    fm_buf_init(&extractor->made, FM_DOCUMENT_BYTES_MAX);
    *ret_extractor = extractor;
    return FM_OK;
}

void fm_extractor_free(struct fm_extractor *extractor)
{
    if (extractor == NULL)
        return;
    fm_doc_release(&extractor->text);
    fm_doc_release(&extractor->title);
    fm_buf_release(&extractor->made);
    free(extractor);
}

const struct fm_doc *fm_extractor_document(const struct fm_extractor *extractor)
{
    return extractor->ran ? &extractor->as_read : NULL;
}

const struct fm_context *
fm_extractor_context(const struct fm_extractor *extractor)
{
    return extractor->explained ? &extractor->ctx : NULL;
}

/* --- language -------------------------------------------------------------------- */

static bool is_mostly_ascii(struct fm_str text)
{
    struct fm_str s = fm_str_sub(text, 0, LETTERS_LOOK);
    size_t letters = 0;
    size_t others = 0;

    for (size_t i = 0; i < s.len; i++) {
        letters += fm_is_alpha(s.data[i]);
        others += (unsigned char)s.data[i] >= 0x80;
    }
    return letters > others * 4;
}

/* Says in extraction->skipped why an article is not read. */
static void check_language(const Factmill__V1__Article *article,
                           struct fm_arena *arena,
                           Factmill__V1__Extraction *extraction)
{
    struct fm_str given = fm_str(article->language);
    struct fm_str text = fm_str(article->text);
    const char *language;

    if (given.len > 0) {
        extraction->language = article->language;
        language = article->language;
        if (fm_str_ieq(fm_str_sub(given, 0, 2), fm_str("en")) &&
            (given.len == 2 || given.data[2] == '-' || given.data[2] == '_'))
            return;
    } else {
        language = fm_nlp_language(text);
        extraction->language = fm_arena_copy(arena, fm_str(language));
        if (fm_str_eqz(fm_str(language), "en") ||
            (fm_str_eqz(fm_str(language), "und") && is_mostly_ascii(text)))
            return;
    }
    extraction->skipped = fm_arena_printf(arena, "language: %s", language);
}

/* --- the run ----------------------------------------------------------------------- */

static enum fm_error read_conllu(struct fm_extractor *extractor,
                                 struct fm_str conllu, struct fm_str text,
                                 struct fm_why *why)
{
    enum fm_error e = fm_nlp_read_conllu(
        extractor->nlp, conllu, &extractor->made, &extractor->text, why);

    if (e == FM_OK && !fm_str_eq(extractor->text.text, text))
        e = fm_fail_field(FM_EINVAL, why, "article.text", "CONLLU_OTHER_TEXT",
                          "the text is another than that of its CoNLL-U");
    if (e == FM_OK)
        extractor->text.text = text;
    return e;
}

static enum fm_error read_article(struct fm_extractor *extractor,
                                  const Factmill__V1__Article *article,
                                  const struct fm_extract_options *options,
                                  struct fm_why *why)
{
    const struct fm_nlp *nlp = extractor->nlp;
    struct fm_str text = fm_str(article->text);
    enum fm_error e;

    if (options != NULL && options->conllu.len > 0)
        e = read_conllu(extractor, options->conllu, text, why);
    else if (options != NULL && options->sentences)
        e = fm_nlp_read_sentences(nlp, text, &extractor->text, why);
    else
        e = fm_nlp_read(nlp, text, false, &extractor->text, why);
    if (e == FM_OK)
        e = fm_nlp_read(nlp, fm_str(article->title), true, &extractor->title,
                        why);
    extractor->as_read = extractor->text;
    if (e == FM_OK)
        e = fm_name_fit(&extractor->text, why);
    if (e == FM_OK)
        e = fm_name_fit(&extractor->title, why);
    extractor->ran = e == FM_OK;
    return e;
}

static void context_init(struct fm_context *ctx, struct fm_tree *tree,
                         const struct fm_extractor *extractor,
                         const Factmill__V1__Article *article,
                         struct fm_arena *arena)
{
    memset(ctx, 0, sizeof *ctx);
    ctx->article = article;
    ctx->nlp = extractor->nlp;
    ctx->doc = &extractor->text;
    if (fm_tree_build(ctx->doc, arena, tree))
        ctx->tree = tree;
    ctx->title = &extractor->title;
    ctx->arena = arena;
    ctx->version = 1;
    ctx->published_us = INT64_MIN;
    if (article->published != NULL)
        ctx->published_us = article->published->seconds * INT64_C(1000000) +
                            article->published->nanos / 1000;
}

static void take_options(struct fm_context *ctx,
                         const struct fm_extract_options *options)
{
    if (options->version != 0)
        ctx->version = options->version;
    ctx->minimal = options->view == FM_EXTRACT_MINIMAL;
    ctx->watch = options->watch;
    ctx->watch_user = options->watch_user;
}

static enum fm_error arena_error(const struct fm_arena *arena,
                                 struct fm_why *why)
{
    if (arena->failed == FM_OK)
        return FM_OK;
    return fm_fail(arena->failed, why, "EXTRACTION_MEMORY",
                   "the facts of this article need more than the %zu bytes "
                   "they may take",
                   arena->ceiling);
}

enum fm_error fm_extract_run(struct fm_extractor *extractor,
                             const Factmill__V1__Article *article,
                             const struct fm_extract_options *options,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__Extraction **ret_extraction)
{
    Factmill__V1__Extraction *extraction =
        fm_arena_alloc(arena, sizeof *extraction);
    struct fm_context *ctx = &extractor->ctx;
    enum fm_error e;

    if (extraction == NULL)
        return arena_error(arena, why);
    factmill__v1__extraction__init(extraction);
    extraction->article = article->id;
    extraction->source = article->source;
    extractor->ran = false;
    extractor->explained = false;
    extraction->extractor =
        fm_arena_copy(arena, fm_str(fm_nlp_version(extractor->nlp)));
    check_language(article, arena, extraction);
    if (arena->failed == FM_OK && extraction->skipped[0] == '\0') {
        e = read_article(extractor, article, options, why);
        if (e != FM_OK)
            return e;
        context_init(ctx, &extractor->tree, extractor, article, arena);
        if (options != NULL)
            take_options(ctx, options);
        for (size_t i = 0; i < sizeof families / sizeof *families; i++)
            if (arena->failed == FM_OK)
                families[i].run(ctx);
        if (arena->failed == FM_OK)
            fm_extract_entities(ctx, extraction);
        if (arena->failed == FM_OK)
            fm_extract_finish(ctx, extraction);
        extractor->explained = arena->failed == FM_OK;
    }
    e = arena_error(arena, why);
    if (e == FM_OK)
        *ret_extraction = extraction;
    return e;
}
