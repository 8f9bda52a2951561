#include "extract/role.h"

#include "extract/post.h"
#include "extract/role_verb.h"
#include "extract/scope.h"

#define TITLE_CONFIDENCE      0.9f
#define TITLE_OF_CONFIDENCE   0.88f
#define BEFORE_CONFIDENCE     0.75f
#define APPOSITION_CONFIDENCE 0.85f
#define COPULA_CONFIDENCE     0.8f
/* Less for a word that is as often something else than a post. */
#define WEAK_PENALTY 0.15f
/* Posts behind one name: "Jane Roe, a lawyer, head of Acme, …". */
#define APPOSITIONS_MAX 4u

struct finder {
    struct fm_context *ctx;
    const struct fm_doc *doc;
    size_t sentence;
    size_t first; /* tokens of the sentence */
    size_t last;
};

/* --- facts --------------------------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void add_fact(const struct finder *f, const struct fm_name *person,
                     const struct fm_post *post, const char *rule,
                     float confidence)
{
    const struct fm_doc *doc = f->doc;
    struct fm_context *ctx = f->ctx;
    uint32_t post_start = doc->start[post->first];
    uint32_t post_end = doc->end[post->last - 1];
    Factmill__V1__Fact *fact;
    Factmill__V1__Argument *org;

    if (post->weak)
        confidence -= WEAK_PENALTY;
    fact = fm_context_fact(ctx, FACTMILL__V1__FACT__KIND__ROLE, rule,
                           f->sentence, confidence);
    if (fact == NULL)
        return;
    fact->subject = fm_context_argument(
        ctx, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, doc->start[person->first],
        doc->end[person->last - 1]);
    if (post->copula < post->first)
        fact->predicate =
            fm_context_predicate(ctx, fm_str("be"), doc->start[post->copula],
                                 doc->end[post->copula]);
    else
        fact->predicate = fm_context_predicate(ctx, fm_str("be"), 0, 0);
    fm_context_add_argument(
        ctx, fact,
        fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT,
                            post_start, post_end));
    if (post->org_first < post->org_last) {
        org = fm_context_argument(
            ctx, FACTMILL__V1__ARGUMENT__ROLE__ORGANIZATION_OF,
            doc->start[post->org_first], doc->end[post->org_last - 1]);
        if (org != NULL && post->preposition < f->last)
            org->preposition =
                fm_arena_copy(ctx->arena, doc->form[post->preposition]);
        fm_context_add_argument(ctx, fact, org);
    }
    fm_role_add_term(ctx, most((uint32_t)post->last, (uint32_t)post->org_last),
                     f->last, fact);
    /* A title is taken for granted, whatever its sentence denies. */
    if (post->copula < post->first)
        fm_scope_apply(ctx, fact, f->sentence, post->first);
}

static void add_role(const struct finder *f, const struct fm_name *person,
                     const struct fm_post *post)
{
    const struct fm_doc *doc = f->doc;
    struct fm_role *role = FM_CONTEXT_ADD(f->ctx, role, roles);

    if (role == NULL)
        return;
    memset(role, 0, sizeof *role);
    role->person_start = doc->start[person->first];
    role->person_end = doc->end[person->last - 1];
    role->post_start = doc->start[post->first];
    role->post_end = doc->end[post->last - 1];
    role->start = least(role->person_start, role->post_start);
    role->end = most(role->person_end, role->post_end);
    if (post->org_first < post->org_last) {
        role->org_start = doc->start[post->org_first];
        role->org_end = doc->end[post->org_last - 1];
        role->start = least(role->start, role->org_start);
        role->end = most(role->end, role->org_end);
    }
}

static void found(const struct finder *f, const struct fm_name *person,
                  const struct fm_post *post, const char *rule,
                  float confidence)
{
    add_role(f, person, post);
    add_fact(f, person, post, rule, confidence);
}

/* --- rules ---------------------------------------------------------------------------- */

static bool is(const struct finder *f, size_t i, const char *word)
{
    return i >= f->first && i < f->last && fm_str_eqz(f->doc->form[i], word);
}

/* "Analyst John Smith of Morgan Stanley" */
static void read_body_behind(const struct finder *f,
                             const struct fm_name *person, struct fm_post *post)
{
    const struct fm_doc *doc = f->doc;
    const struct fm_name *next = person + 1;

    if (post->org_first < post->org_last ||
        next == doc->names + doc->name_count ||
        !(is(f, person->last, "of") || is(f, person->last, "at") ||
          is(f, person->last, "from")) ||
        next->first > person->last + 2u || next->last > f->last ||
        (next->first == person->last + 2u && !is(f, person->last + 1, "the")) ||
        /* "said by President Roe at Sund" */
        (!is(f, person->last, "of") && next->type != FM_NE_ORGANIZATION))
        return;
    post->org_first = next->first;
    post->org_last = fm_post_body_end(doc, next->first, f->last);
    post->preposition = person->last;
}

/* President Lukashenko; the head of the agency, Jane Roe, */
static void before_name(const struct finder *f, const struct fm_name *person)
{
    struct fm_post post;
    bool comma = is(f, person->first - 1, ",");
    size_t end = comma ? person->first - 1u : person->first;

    if (comma && !is(f, person->last, ",") && !is(f, person->last, "."))
        return;
    if (!fm_post_ending_at(f->doc, f->first, end, comma, &post))
        return;
    /* "Friends, President Roe," is a list: an apposition has an article. */
    if (comma && !post.article)
        return;
    if (!comma)
        read_body_behind(f, person, &post);
    if (comma)
        found(f, person, &post, "role.before", BEFORE_CONFIDENCE);
    else if (post.last < end)
        found(f, person, &post, "role.title_of", TITLE_OF_CONFIDENCE);
    else
        found(f, person, &post, "role.title", TITLE_CONFIDENCE);
}

/* A post that ends before token end, with one joined to it: "president and chief
 * executive of Acme". Returns the token behind both. */
static size_t found_joined(const struct finder *f, const struct fm_name *person,
                           struct fm_post *post, size_t end, const char *rule,
                           float confidence)
{
    struct fm_post second = {.first = 0};
    size_t last = end;

    if (is(f, end, "and"))
        last = fm_post_starting_at(f->doc, end + 1, f->last, &second);
    if (last <= end + 1) {
        found(f, person, post, rule, confidence);
        return end;
    }
    second.copula = post->copula;
    if (post->org_first == post->org_last) {
        post->org_first = second.org_first;
        post->org_last = second.org_last;
        post->preposition = second.preposition;
    }
    found(f, person, post, rule, confidence);
    found(f, person, &second, rule, confidence);
    return last;
}

/* Jane Roe, a lawyer, chief executive of Acme Corp, said … */
static void behind_name(const struct finder *f, const struct fm_name *person)
{
    size_t at = person->last;

    /* Jane Roe, 47, … */
    if (is(f, at, ",") && at + 2 < f->last &&
        (f->doc->flags[at + 1] & FM_TOKEN_DIGITS) && is(f, at + 2, ","))
        at += 2;
    for (size_t n = 0; n < APPOSITIONS_MAX && is(f, at, ","); n++) {
        struct fm_post post;
        size_t end = fm_post_starting_at(f->doc, at + 1, f->last, &post);

        if (end == at + 1)
            return;
        at = found_joined(f, person, &post, end, "role.apposition",
                          APPOSITION_CONFIDENCE);
    }
}

/* Jane Roe is (not) the chief executive of Acme Corp */
static void copula(const struct finder *f, const struct fm_name *person)
{
    static const char *const verbs[] = {"became", "is", "remains", "was"};
    struct fm_post post;
    struct fm_post second;
    size_t at = person->last;
    size_t end;

    if (is(f, at, ",") && is(f, at + 1, "who"))
        at += 2;
    /* "has been", "will be" */
    if (is(f, at + 1, "been") || is(f, at + 1, "be")) {
        if (at + 2 >= f->last || f->doc->upos[at] != FM_AUX)
            return;
        at++;
    } else if (at + 1 >= f->last ||
               fm_str_bsearch(f->doc->form[at], verbs,
                              sizeof verbs / sizeof *verbs) < 0) {
        return;
    }
    /* "was appointed head" is for verbs. */
    if (f->ctx->tree != NULL &&
        fm_tree_dep(f->ctx->tree, (uint32_t)at) == FM_DEP_AUX_PASS)
        return;
    end = at + 1;
    if (is(f, end, "not") || is(f, end, "n't") || is(f, end, "also") ||
        is(f, end, "now") || is(f, end, "still"))
        end++;
    if (fm_post_starting_at(f->doc, end, f->last, &post) == end)
        return;
    post.copula = at;
    (void)found_joined(f, person, &post,
                       fm_post_starting_at(f->doc, end, f->last, &second),
                       "role.copula", COPULA_CONFIDENCE);
}

void fm_extract_roles(struct fm_context *ctx)
{
    const struct fm_doc *doc = ctx->doc;
    size_t sentence = 0;

    for (size_t i = 0; i < doc->name_count; i++) {
        const struct fm_name *name = &doc->names[i];
        struct finder f = {.ctx = ctx, .doc = doc};

        if (name->type != FM_NE_PERSON)
            continue;
        while (doc->sentences[sentence].last <= name->first)
            sentence++;
        if (doc->sentences[sentence].kind != FM_BLOCK_PROSE)
            continue;
        f.sentence = sentence;
        f.first = doc->sentences[sentence].first;
        f.last = doc->sentences[sentence].last;
        if (name->first > f.first)
            before_name(&f, name);
        behind_name(&f, name);
        copula(&f, name);
    }
    fm_role_find_verbs(ctx);
}
