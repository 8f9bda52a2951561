#include "nlp/nlp.h"

#include "nlp/conllu.h"
#include "nlp/lemma.h"
#include "nlp/model_place.h"
#include "nlp/names.h"
#include "nlp/sentence.h"
#include "nlp/syntax.h"
#include "nlp/token.h"

struct fm_nlp {
    char version[64];
    struct fm_syntax *syntax; /* NULL = no model: by rules alone */
    struct fm_lemma_rules lemmas;
    bool has_lemmas; /* the model was made with lemmas */
};

static void name_version(struct fm_nlp *nlp)
{
    if (nlp->syntax == NULL)
        (void)snprintf(nlp->version, sizeof nlp->version, "%s+rules",
                       FM_VERSION);
    else
        (void)snprintf(nlp->version, sizeof nlp->version, "%s+model:%08x",
                       FM_VERSION,
                       (unsigned)(fm_syntax_hash(nlp->syntax) >> 32));
}

static enum fm_error open_lemmas(struct fm_nlp *nlp, const char *path,
                                 struct fm_why *why)
{
    struct fm_why inner = FM_WHY_INIT;
    enum fm_error e =
        fm_lemma_open(fm_syntax_model(nlp->syntax), &inner, &nlp->lemmas);

    nlp->has_lemmas = e == FM_OK;
    if (e == FM_OK || e == FM_ENOTFOUND)
        return FM_OK;
    return fm_fail(FM_ECONFIG, why, inner.reason, "%s (%s)",
                   fm_why_text(&inner, e), path);
}

static enum fm_error open_model(struct fm_nlp *nlp, const char *asked,
                                struct fm_why *why)
{
    char path[PATH_MAX];
    enum fm_error e = fm_model_place(asked, why, path);

    if (e == FM_OK)
        e = fm_syntax_open(path, why, &nlp->syntax);
    if (e == FM_OK)
        e = open_lemmas(nlp, path, why);
    return e;
}

enum fm_error fm_nlp_open(const struct fm_nlp_options *options,
                          struct fm_why *why, struct fm_nlp **ret_nlp)
{
    struct fm_nlp *nlp = calloc(1, sizeof *nlp);
    enum fm_error e = FM_OK;

    if (nlp == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the reader");
    if (options == NULL || !options->rules)
        e = open_model(nlp, options != NULL ? options->model : NULL, why);
    if (e != FM_OK) {
        fm_nlp_close(nlp);
        return e;
    }
    name_version(nlp);
    *ret_nlp = nlp;
    return FM_OK;
}

void fm_nlp_close(struct fm_nlp *nlp)
{
    if (nlp == NULL)
        return;
    fm_syntax_close(nlp->syntax);
    free(nlp);
}

enum fm_error fm_nlp_check(const struct fm_nlp_options *options,
                           struct fm_why *why)
{
    struct fm_nlp *nlp = NULL;
    enum fm_error e = fm_nlp_open(options, why, &nlp);

    fm_nlp_close(nlp);
    return e;
}

const char *fm_nlp_version(const struct fm_nlp *nlp)
{
    return nlp->version;
}

/* What stands on sentences and tokens. */
static enum fm_error read_tokens(const struct fm_nlp *nlp, struct fm_doc *doc,
                                 struct fm_why *why)
{
    enum fm_error e = FM_OK;

    if (nlp->syntax != NULL)
        e = fm_syntax_run(nlp->syntax, doc, why);
    if (e == FM_OK && nlp->has_lemmas)
        e = fm_lemma_run(&nlp->lemmas, doc, why);
    if (e == FM_OK)
        e = fm_names_find(doc, why);
    return e;
}

static enum fm_error read_layout(const struct fm_nlp *nlp, struct fm_str text,
                                 enum fm_layout layout, struct fm_doc *doc,
                                 struct fm_why *why)
{
    enum fm_error e = fm_doc_reset(doc, text, why);

    if (e == FM_OK)
        e = fm_sentence_split(doc, layout, why);
    if (e == FM_OK)
        e = fm_token_split(doc, why);
    if (e == FM_OK)
        e = read_tokens(nlp, doc, why);
    return e;
}

enum fm_error fm_nlp_read(const struct fm_nlp *nlp, struct fm_str text,
                          bool title, struct fm_doc *doc, struct fm_why *why)
{
    return read_layout(nlp, text, title ? FM_LAYOUT_TITLE : FM_LAYOUT_TEXT, doc,
                       why);
}

enum fm_error fm_nlp_read_sentences(const struct fm_nlp *nlp,
                                    struct fm_str text, struct fm_doc *doc,
                                    struct fm_why *why)
{
    return read_layout(nlp, text, FM_LAYOUT_SENTENCES, doc, why);
}

enum fm_error fm_nlp_read_conllu(const struct fm_nlp *nlp, struct fm_str conllu,
                                 struct fm_buf *text, struct fm_doc *doc,
                                 struct fm_why *why)
{
    enum fm_error e = fm_conllu_read(conllu, text, doc, why, NULL);

    if (e != FM_OK)
        return e;
    fm_token_quotes(doc);
    return read_tokens(nlp, doc, why);
}
