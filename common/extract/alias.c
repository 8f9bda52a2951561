#include "extract/alias.h"

#include "extract/post.h"
#include "extract/said.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

#define CONFIDENCE 0.85f
/* Words of a name in quotation marks; more is a saying. */
#define QUOTED_MAX 6u

/* Words between a thing and its other name, and how it is said. Longer ones
 * before their beginnings. */
static const struct {
    const char *words[4];
    const char *lemma;
    bool former; /* it had that name, and has it no more */
} joints[] = {
    {{"also", "known", "as"}, "be also known as", false},
    {{"better", "known", "as"}, "be better known as", false},
    {{"commonly", "known", "as"}, "be known as", false},
    {{"formerly", "known", "as"}, "be formerly", true},
    {{"previously", "known", "as"}, "be formerly", true},
    {{"formerly", "called"}, "be formerly", true},
    {{"also", "called"}, "be also called", false},
    {{"nicknamed"}, "be nicknamed", false},
    {{"dubbed"}, "be dubbed", false},
    {{"formerly"}, "be formerly", true},
    {{"alias"}, "be also known as", false},
    {{"aka"}, "be also known as", false},
};

struct finder {
    struct fm_context *ctx;
    const struct fm_doc *doc;
    size_t sentence;
    size_t last; /* token behind the sentence */
};

/* The joint that begins at token i: its number, and in *ret_end the token behind
 * it; -1 = none. */
static int joint_at(const struct finder *f, size_t i, size_t *ret_end)
{
    for (size_t k = 0; k < sizeof joints / sizeof *joints; k++) {
        size_t n = 0;

        while (n < 4 && joints[k].words[n] != NULL && i + n < f->last &&
               fm_str_ieq(f->doc->form[i + n], fm_str(joints[k].words[n])))
            n++;
        if (n > 0 && (n == 4 || joints[k].words[n] == NULL)) {
            *ret_end = i + n;
            return (int)k;
        }
    }
    return -1;
}

/* The other name that begins at token i, with quotation marks or without; the
 * token behind it, i = there is none. */
static size_t other_name(const struct finder *f, size_t i, size_t *ret_first)
{
    const struct fm_doc *doc = f->doc;
    size_t end;

    if (i < f->last && fm_str_ieq(doc->form[i], fm_str("the")))
        i++;
    *ret_first = i;
    if (i < f->last && (doc->flags[i] & FM_TOKEN_QUOTE_OPEN)) {
        *ret_first = i + 1;
        for (end = i + 1; end < f->last && end - i <= QUOTED_MAX; end++)
            if (doc->flags[end] & FM_TOKEN_QUOTE_CLOSE)
                return end > i + 1 ? end : i;
        return i;
    }
    for (size_t k = 0; k < doc->name_count; k++)
        if (doc->names[k].first == i && doc->names[k].last <= f->last)
            return doc->names[k].type == FM_NE_PERSON
                       ? doc->names[k].last
                       : fm_post_body_end(doc, i, f->last);
    return i;
}

static void add_fact(const struct finder *f, const struct fm_name *name,
                     int joint, size_t first, size_t end, struct fm_said *said)
{
    struct fm_context *ctx = f->ctx;
    const struct fm_doc *doc = f->doc;
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, FACTMILL__V1__FACT__KIND__RELATION,
                        joints[joint].former ? "alias.former" : "alias.also",
                        f->sentence, CONFIDENCE);

    if (fact == NULL)
        return;
    fact->subject = fm_context_argument(
        ctx, R(SUBJECT), doc->start[name->first], doc->end[name->last - 1]);
    fact->predicate =
        fm_context_predicate(ctx, fm_str(joints[joint].lemma), 0, 0);
    fm_context_add_argument(ctx, fact,
                            fm_context_argument(ctx, R(COMPLEMENT),
                                                doc->start[first],
                                                doc->end[end - 1]));
    fm_said_attribute(said, ctx, fact, doc->start[name->first]);
}

static void find_alias(const struct finder *f, const struct fm_name *name,
                       struct fm_said *said)
{
    const struct fm_doc *doc = f->doc;
    size_t i = name->last;
    size_t first;
    size_t end;
    int joint;

    if (i < f->last &&
        (fm_str_eqz(doc->form[i], ",") || fm_str_eqz(doc->form[i], "(")))
        i++;
    joint = joint_at(f, i, &i);
    if (joint < 0)
        return;
    end = other_name(f, i, &first);
    /* "Roe, formerly of Acme", "formerly head of Acme" */
    if (end > first)
        add_fact(f, name, joint, first, end, said);
}

void fm_extract_aliases(struct fm_context *ctx)
{
    const struct fm_doc *doc = ctx->doc;
    struct finder f = {.ctx = ctx, .doc = doc};
    struct fm_said *said = NULL;

    for (size_t k = 0; k < doc->name_count; k++) {
        const struct fm_name *name = &doc->names[k];

        while (doc->sentences[f.sentence].last <= name->first)
            f.sentence++;
        if (doc->sentences[f.sentence].kind != FM_BLOCK_PROSE)
            continue;
        if (said == NULL)
            said = fm_said_list(ctx);
        f.last = doc->sentences[f.sentence].last;
        find_alias(&f, name, said);
    }
}
