/* The verbs that gave nothing: the rule of clauses that comes nearest, by how
 * the verb hangs in the tree, and what it looked for in vain. */
#include "extract/clause.h"
#include "extract/explain.h"

/* A verb that no fact is about. */
struct miss {
    const struct fm_context *ctx;
    const struct fm_tree *tree;
    uint32_t verb;
    struct fm_buf *out;
};

static struct fm_str word(const struct miss *m, uint32_t i)
{
    return fm_doc_token(m->ctx->doc, i);
}

/* --- is it in a fact? --------------------------------------------------------------- */

static bool covers(const Factmill__V1__Span *span, uint32_t at)
{
    return span != NULL && span->field == FACTMILL__V1__SPAN__FIELD__TEXT &&
           span->start <= at && at < span->end;
}

static bool is_about(const Factmill__V1__Fact *fact, uint32_t at)
{
    if (fact->predicate != NULL && covers(fact->predicate->span, at))
        return true;
    for (size_t i = 0; i < fact->n_attribution; i++)
        if (fact->attribution[i]->cue != NULL &&
            covers(fact->attribution[i]->cue->span, at))
            return true;
    return false;
}

static bool is_told(const struct fm_context *ctx,
                    const Factmill__V1__Extraction *extraction, uint32_t i)
{
    uint32_t at = ctx->doc->start[i];
    uint32_t cop = fm_tree_child(ctx->tree, i, FM_DEP_COP, 0);

    for (size_t k = 0; k < extraction->n_facts; k++)
        if (is_about(extraction->facts[k], at) ||
            (cop != FM_NO_TOKEN &&
             is_about(extraction->facts[k], ctx->doc->start[cop])))
            return true;
    return false;
}

/* A verb that its completion tells with it: "began" of "began to build". */
static bool is_chain(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++)
        if (fm_clause_is_chained(tree, tree->child[c]))
            return true;
    return false;
}

/* --- why not? ------------------------------------------------------------------------- */

static void say_nearest(const struct miss *m, const char *rule)
{
    struct fm_str form = word(m, m->verb);

    fm_buf_printf(m->out,
                  "  %.*s: nearest rule %s (%s); missing: ", FM_STR_ARG(form),
                  rule, fm_explain_rule(rule));
}

/* The verb heads no clause by its place in the tree. */
static void explain_no_clause(const struct miss *m)
{
    struct fm_str form = word(m, m->verb);
    struct fm_str head = word(m, fm_tree_head(m->tree, m->verb));
    const char *dep = fm_dep_name((uint8_t)fm_tree_dep(m->tree, m->verb));

    switch ((int)fm_tree_dep(m->tree, m->verb)) {
    case FM_DEP_AMOD:
    case FM_DEP_COMPOUND:
    case FM_DEP_NMOD_DESC:
        fm_buf_printf(m->out,
                      "  %.*s: describes \"%.*s\" (%s) and states nothing\n",
                      FM_STR_ARG(form), FM_STR_ARG(head), dep);
        return;
    case FM_DEP_CASE:
    case FM_DEP_MARK:
    case FM_DEP_FIXED:
    case FM_DEP_CC:
        fm_buf_printf(m->out, "  %.*s: ties \"%.*s\" to the rest (%s)\n",
                      FM_STR_ARG(form), FM_STR_ARG(head), dep);
        return;
    default:
        say_nearest(m, "clause.verb");
        fm_buf_printf(m->out,
                      "a clause; it hangs from \"%.*s\" as %s and has no "
                      "object of its own\n",
                      FM_STR_ARG(head), dep);
    }
}

static const char *rule_of_place(enum fm_dep dep)
{
    switch ((int)dep) {
    case FM_DEP_CONJ: return "clause.joined";
    case FM_DEP_XCOMP:
    case FM_DEP_CCOMP: return "clause.control";
    case FM_DEP_ADVCL: return "clause.adverbial";
    case FM_DEP_ACL: return "clause.participle";
    case FM_DEP_ACL_RELCL: return "clause.relative";
    default: return "clause.verb";
    }
}

static bool is_finite(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = tree->doc->xpos[i];

    return xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP ||
           fm_tree_has(tree, i, FM_DEP_AUX);
}

static void explain_no_subject(const struct miss *m)
{
    enum fm_dep dep = fm_tree_dep(m->tree, m->verb);
    struct fm_str head = word(m, fm_tree_head(m->tree, m->verb));
    uint8_t xpos = m->ctx->doc->xpos[m->verb];
    bool alone = strcmp(rule_of_place(dep), "clause.verb") == 0 ||
                 is_finite(m->tree, m->verb);

    say_nearest(m, alone ? "clause.verb" : rule_of_place(dep));
    if (alone && xpos == FM_XPOS_VB)
        fm_buf_z(m->out, "a subject; nothing hangs from it as one, and its "
                         "form is that of a command\n");
    else if (alone)
        fm_buf_printf(m->out,
                      "a subject; nothing hangs from it as one (nsubj, "
                      "nsubj:pass, csubj), and as %s it has nobody else's\n",
                      fm_dep_name((uint8_t)dep));
    else if (dep == FM_DEP_ACL)
        fm_buf_printf(m->out,
                      "a subject; \"%.*s\", from which it hangs, is no doer "
                      "of it\n",
                      FM_STR_ARG(head));
    else
        fm_buf_printf(m->out,
                      "a subject; it hangs from \"%.*s\" as %s, and neither "
                      "that nor what is above has one to share\n",
                      FM_STR_ARG(head), fm_dep_name((uint8_t)dep));
}

static void explain_verb(const struct miss *m)
{
    enum fm_clause_link link;
    struct fm_clause_part subject;
    struct fm_str form = word(m, m->verb);
    struct fm_str who;

    if (!fm_clause_is_predicate(m->tree, m->verb)) {
        explain_no_clause(m);
        return;
    }
    subject = fm_clause_subject(m->tree, m->verb, &link);
    if (subject.head == FM_NO_TOKEN) {
        explain_no_subject(m);
        return;
    }
    who = word(m, subject.head);
    fm_buf_printf(m->out,
                  "  %.*s: has a subject, \"%.*s\", and was left out: it only "
                  "judges another clause, or another fact says the same\n",
                  FM_STR_ARG(form), FM_STR_ARG(who));
}

/* Verbs, and what stands behind "be". */
static bool is_asked(const struct fm_tree *tree, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (fm_tree_has(tree, i, FM_DEP_COP))
        return true;
    return fm_tree_is_verb(tree, i) && dep != FM_DEP_AUX &&
           dep != FM_DEP_AUX_PASS && dep != FM_DEP_COP && !is_chain(tree, i);
}

void fm_explain_misses(const struct fm_extractor *extractor,
                       const Factmill__V1__Extraction *extraction,
                       size_t sentence, struct fm_buf *out)
{
    static const char *const kinds[] = {[FM_BLOCK_HEADING] =
                                            "a heading or caption",
                                        [FM_BLOCK_BOILERPLATE] = "boilerplate",
                                        [FM_BLOCK_TITLE] = "a headline"};
    struct miss m = {.ctx = fm_extractor_context(extractor), .out = out};
    const struct fm_sentence *s;

    if (m.ctx == NULL || sentence >= m.ctx->doc->sentence_count)
        return;
    s = &m.ctx->doc->sentences[sentence];
    m.tree = m.ctx->tree;
    if (s->kind != FM_BLOCK_PROSE) {
        fm_buf_printf(out, "  all of it: it is %s; only prose gives facts\n",
                      kinds[s->kind]);
        return;
    }
    if (m.tree == NULL) {
        fm_buf_z(out, "  verbs: they are read over syntax, and there is no "
                      "model with syntax\n");
        return;
    }
    for (m.verb = s->first; m.verb < s->last; m.verb++)
        if (is_asked(m.tree, m.verb) && !is_told(m.ctx, extraction, m.verb))
            explain_verb(&m);
}
