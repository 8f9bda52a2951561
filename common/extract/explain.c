#include "extract/explain.h"

#include "extract/context.h"
#include "nlp/conllu.h"

static const struct fm_doc *document(const struct fm_extractor *extractor)
{
    const struct fm_context *ctx = fm_extractor_context(extractor);

    return ctx != NULL ? ctx->doc : NULL;
}

size_t fm_explain_sentences(const struct fm_extractor *extractor)
{
    const struct fm_doc *doc = document(extractor);

    return doc != NULL ? doc->sentence_count : 0;
}

size_t fm_explain_sentence_of(const struct fm_extractor *extractor,
                              const Factmill__V1__Fact *fact)
{
    const struct fm_doc *doc = document(extractor);
    size_t n = fm_explain_sentences(extractor);
    size_t s;

    if (n == 0 || fact->evidence == NULL || fact->evidence->span == NULL)
        return n;
    s = fm_doc_sentence_at(doc, fact->evidence->span->start);
    return s < n && doc->sentences[s].start == fact->evidence->span->start ? s
                                                                           : n;
}

/* --- the tree ------------------------------------------------------------------ */

void fm_explain_conllu(const struct fm_extractor *extractor, size_t sentence,
                       struct fm_buf *out)
{
    const struct fm_context *ctx = fm_extractor_context(extractor);
    struct fm_doc seen;

    if (ctx == NULL || sentence >= ctx->doc->sentence_count)
        return;
    seen = *ctx->doc;
    if (ctx->tree != NULL) {
        seen.head = ctx->tree->head;
        seen.deprel = ctx->tree->dep;
    }
    fm_conllu_write_sentence(&seen, sentence, out);
}

/* Has token i's governor another child behind i? */
static bool has_later_sibling(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);

    return tree->first[head] < tree->first[head + 1] &&
           tree->child[tree->first[head + 1] - 1] != i;
}

/* Lines from the root down to token i: one piece of indentation a step. */
static void indent(const struct fm_tree *tree, const uint32_t *path, size_t n,
                   struct fm_buf *out)
{
    fm_buf_z(out, "  ");
    for (size_t k = 1; k < n; k++) {
        bool goes_on = has_later_sibling(tree, path[k]);

        if (k + 1 < n)
            fm_buf_z(out, goes_on ? "│ " : "  ");
        else
            fm_buf_z(out, goes_on ? "├ " : "└ ");
    }
}

static void add_token(const struct fm_tree *tree, uint32_t i,
                      struct fm_buf *out)
{
    struct fm_str form = fm_doc_token(tree->doc, i);
    const struct fm_name *name = NULL;

    fm_buf_printf(out, "%.*s  %s %s", FM_STR_ARG(form),
                  fm_dep_name((uint8_t)fm_tree_dep(tree, i)),
                  fm_xpos_name(tree->doc->xpos[i]));
    for (size_t k = 0; k < tree->doc->name_count; k++)
        if (tree->doc->names[k].first == i)
            name = &tree->doc->names[k];
    if (name != NULL) {
        static const char *const types[FM_NE_COUNT] = {
            "",       "person",   "organization", "country", "city",
            "region", "location", "nationality",  "other"};

        fm_buf_printf(out, "  (%s)",
                      types[name->type < FM_NE_COUNT ? name->type : 0]);
    }
    fm_buf_char(out, '\n');
}

/* The subtree of root, a governor before what hangs from it. No recursion: a
 * sentence may be one long chain. */
static void add_subtree(const struct fm_tree *tree, uint32_t root,
                        struct fm_buf *out)
{
    uint32_t path[FM_SENTENCE_TOKENS_MAX + 1];
    uint32_t next[FM_SENTENCE_TOKENS_MAX + 1]; /* child to be written next */
    size_t n = 1;

    path[0] = root;
    next[0] = tree->first[root];
    indent(tree, path, n, out);
    add_token(tree, root, out);
    while (n > 0) {
        uint32_t i = path[n - 1];

        if (next[n - 1] == tree->first[i + 1] || n > FM_SENTENCE_TOKENS_MAX) {
            n--;
            continue;
        }
        path[n] = tree->child[next[n - 1]++];
        next[n] = tree->first[path[n]];
        n++;
        indent(tree, path, n, out);
        add_token(tree, path[n - 1], out);
    }
}

void fm_explain_tree(const struct fm_extractor *extractor, size_t sentence,
                     struct fm_buf *out)
{
    const struct fm_context *ctx = fm_extractor_context(extractor);
    const struct fm_sentence *s;

    if (ctx == NULL || ctx->tree == NULL ||
        sentence >= ctx->doc->sentence_count)
        return;
    s = &ctx->doc->sentences[sentence];
    for (uint32_t i = s->first; i < s->last; i++)
        if (fm_tree_is_root(ctx->tree, i))
            add_subtree(ctx->tree, i, out);
}

/* --- all of it ------------------------------------------------------------------- */

void fm_explain(const struct fm_extractor *extractor,
                const Factmill__V1__Extraction *extraction, size_t sentence,
                struct fm_buf *out)
{
    const struct fm_doc *doc = document(extractor);
    const struct fm_sentence *s;
    size_t before;

    if (doc == NULL || sentence >= doc->sentence_count)
        return;
    s = &doc->sentences[sentence];
    fm_buf_printf(out, "sentence %zu [%u:%u]: %.*s\n", sentence + 1, s->start,
                  s->end, FM_STR_ARG(fm_str_sub(doc->text, s->start, s->end)));
    fm_buf_z(out, "parse:\n");
    fm_explain_tree(extractor, sentence, out);
    fm_buf_z(out, "facts:\n");
    before = out->len;
    for (size_t i = 0; i < extraction->n_facts; i++)
        if (fm_explain_sentence_of(extractor, extraction->facts[i]) == sentence)
            fm_explain_fact(extraction->facts[i], out);
    if (out->len == before)
        fm_buf_z(out, "  (none)\n");
    fm_buf_z(out, "no fact of:\n");
    before = out->len;
    fm_explain_misses(extractor, extraction, sentence, out);
    if (out->len == before)
        fm_buf_z(out, "  (every verb is in a fact)\n");
    fm_buf_char(out, '\n');
}
