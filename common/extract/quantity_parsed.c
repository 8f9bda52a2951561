#include "extract/quantity_site.h"
#include "extract/said.h"
#include "extract/scope.h"
#include "extract/time_event.h"
#include "extract/time_verb.h"

/* Facts of amounts over syntax. */

/* The share of its confidence that a fact keeps whose arcs are mere guesses. */
#define DOUBTED 0.5f
/* Words of what is done; more is a sentence of its own. */
#define DONE_MAX 12u

struct rule {
    const char *name;
    float confidence;
};

static const struct rule rules[FM_SITE_COUNT] = {
    [FM_SITE_NONE] = {"quantity.count", 0.62f},
    [FM_SITE_SUBJECT] = {"quantity.subject", 0.8f},
    [FM_SITE_OBJECT] = {"quantity.object", 0.8f},
    [FM_SITE_OBLIQUE] = {"quantity.oblique", 0.7f},
    [FM_SITE_BE] = {"quantity.be", 0.8f},
    [FM_SITE_DEGREE] = {"quantity.degree", 0.75f},
    [FM_SITE_OF] = {"quantity.of", 0.65f},
};

static bool is_empty(struct fm_phrase p)
{
    return p.first >= p.last;
}

static Factmill__V1__Argument *phrase_argument(struct fm_context *ctx,
                                               struct fm_phrase p)
{
    return fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT,
                               ctx->doc->start[p.first],
                               ctx->doc->end[p.last - 1]);
}

static struct fm_str phrase_text(const struct fm_context *ctx,
                                 struct fm_phrase p)
{
    return fm_context_text(ctx, ctx->doc->start[p.first],
                           ctx->doc->end[p.last - 1]);
}

static struct fm_phrase subject_phrase(const struct fm_tree *tree,
                                       const struct fm_quantity_site *site)
{
    return fm_phrase_of(tree, site->subject.head, FM_PHRASE_FULL,
                        site->subject.without);
}

/* Verbs that say how much their subject is: the amount measures it. */
static bool is_measuring(const struct fm_tree *tree,
                         const struct fm_quantity_site *site)
{
    static const char *const lemmas[] = {
        "amount",  "average", "cost",  "equal",  "exceed", "last",
        "measure", "number",  "reach", "remain", "sell",   "stand",
        "total",   "trade",   "value", "weigh",  "worth",
    };
    struct fm_str lemma;

    if (site->role == FM_SITE_BE || site->role == FM_SITE_DEGREE)
        return true;
    if (site->verb == FM_NO_TOKEN || site->degree != FM_NO_TOKEN ||
        tree->doc->lemma == NULL)
        return false;
    lemma = tree->doc->lemma[site->verb];
    for (size_t i = 0; i < sizeof lemmas / sizeof lemmas[0]; i++)
        if (fm_str_ieq(lemma, fm_str(lemmas[i])))
            return true;
    return false;
}

/* What the fact is about: who has the amount, else what is counted. */
static Factmill__V1__Argument *subject_of(struct fm_context *ctx,
                                          const struct fm_quantity_site *site)
{
    static const char *const percents[] = {"%", "cent", "pct", "percent"};
    const struct fm_tree *tree = ctx->tree;

    if (site->role == FM_SITE_OF)
        return phrase_argument(
            ctx, fm_quantity_bare_phrase(tree, fm_phrase_of(tree, site->holder,
                                                            FM_PHRASE_PART,
                                                            site->anchor)));
    /* "1,500 hectares were cleared"; "some 22,000 lost their homes": of whom, is
     * not said. */
    if (site->role == FM_SITE_SUBJECT && is_empty(site->about) &&
        tree->doc->upos[site->top] == FM_NOUN &&
        !fm_tree_words(tree, site->top, percents,
                       sizeof percents / sizeof *percents))
        return phrase_argument(ctx,
                               (struct fm_phrase){site->top, site->top + 1});
    if (site->role == FM_SITE_SUBJECT || site->role == FM_SITE_NONE)
        return is_empty(site->about) ? NULL : phrase_argument(ctx, site->about);
    return phrase_argument(ctx, subject_phrase(tree, site));
}

static Factmill__V1__Predicate *
predicate_of(struct fm_context *ctx, const struct fm_counted *k,
             const struct fm_quantity_site *site)
{
    const struct fm_doc *doc = ctx->doc;
    Factmill__V1__Predicate *p;
    struct fm_phrase words;
    struct fm_str lemma;
    char *text;

    /* "deputies from three provinces", "a crew of nine people" */
    if (site->role == FM_SITE_OF &&
        !fm_tree_word(ctx->tree, site->preposition.first, "of"))
        return fm_context_predicate(
            ctx,
            fm_context_text(ctx, doc->start[site->preposition.first],
                            doc->end[site->preposition.last - 1]),
            doc->start[site->preposition.first],
            doc->end[site->preposition.last - 1]);
    if (site->role == FM_SITE_NONE || site->role == FM_SITE_OF)
        return fm_context_predicate(ctx, fm_str(fm_quantity_noun(k)), 0, 0);
    /* "the tower, 120 metres high" */
    if (site->role == FM_SITE_DEGREE && site->verb == FM_NO_TOKEN)
        return fm_context_predicate(ctx, fm_str("be"), 0, 0);
    lemma = doc->lemma != NULL ? doc->lemma[site->verb] : doc->form[site->verb];
    if (site->role == FM_SITE_BE || site->role == FM_SITE_DEGREE)
        lemma = fm_str("be");
    else if (fm_tree_word(ctx->tree, site->verb, "worth"))
        lemma = fm_str("be worth");
    text = fm_quantity_predicate(ctx, site, &words);
    if (text == NULL || is_empty(words))
        return NULL;
    p = fm_context_predicate(ctx, lemma, doc->start[words.first],
                             doc->end[words.last - 1]);
    if (p != NULL)
        p->text = text;
    return p;
}

static Factmill__V1__Time *time_of(struct fm_context *ctx,
                                   const struct fm_quantity_site *site)
{
    Factmill__V1__Time *t = fm_time_of_phrase(ctx, site->top, FM_NO_TOKEN);

    if (t == NULL && site->noun != FM_NO_TOKEN)
        t = fm_time_of_phrase(ctx, site->noun, FM_NO_TOKEN);
    if (t == NULL && site->holder != FM_NO_TOKEN)
        t = fm_time_of_phrase(ctx, site->holder, FM_NO_TOKEN);
    if (t == NULL && site->verb != FM_NO_TOKEN)
        t = fm_time_of_verb(ctx, site->verb);
    if (t == NULL && site->verb == FM_NO_TOKEN)
        t = fm_time_of_verb(ctx, fm_time_verb(ctx->tree, site->top));
    return t;
}

/* "killed 20 people and hurt 30": of what was counted before. */
static bool inherit_about(struct fm_quantity_walk *w,
                          const struct fm_counted *k, bool other,
                          Factmill__V1__Quantity *q)
{
    const struct fm_recent *last;
    char *about;

    if (w->recent_count == 0 || k->amount.measure.kind != FM_MEASURE_NONE)
        return false;
    last = &w->recent[w->recent_count - 1];
    if (last->amount.measure.kind != FM_MEASURE_NONE ||
        last->quantity->about[0] == '\0')
        return false;
    if (!other) {
        q->about = last->quantity->about;
        return true;
    }
    about =
        strncmp(last->quantity->about, "other ", 6) == 0
            ? fm_arena_copy(w->ctx->arena, fm_str(last->quantity->about))
            : fm_arena_printf(w->ctx->arena, "other %s", last->quantity->about);
    if (about == NULL)
        return false;
    q->about = about;
    return true;
}

/* "others", "which", "them": what is counted was named before. */
static bool is_named_before(const struct fm_tree *tree,
                            const struct fm_quantity_site *site)
{
    return site->about.last == site->about.first + 1 &&
           (tree->doc->upos[site->about.first] == FM_PRON ||
            tree->doc->upos[site->about.first] == FM_DET ||
            fm_tree_word(tree, site->about.first, "others") ||
            fm_tree_word(tree, site->about.first, "more"));
}

/* The words of a quantity: the amount, and what it counts when that follows. */
static Factmill__V1__Quantity *new_quantity(struct fm_quantity_walk *w,
                                            const struct fm_counted *k,
                                            const struct fm_quantity_site *site)
{
    const struct fm_lexeme *at = w->lx->at;
    struct fm_words words = k->amount.words;
    uint32_t end = at[words.last - 1].end;
    struct fm_phrase behind = site->about;

    if (site->degree != FM_NO_TOKEN)
        behind = (struct fm_phrase){site->degree, site->degree + 1};
    if (!is_empty(behind) && w->ctx->doc->start[behind.first] >= end) {
        uint32_t last = w->ctx->doc->end[behind.last - 1];

        while (words.last < w->lx->count && at[words.last].start < last)
            words.last++;
    }
    return fm_quantity_new(w, words);
}

/* "5 km away from Earth", "36 per cent higher than in May", "12 km from the
 * border": what it is measured from. */
static void add_reference(struct fm_context *ctx,
                          const struct fm_quantity_site *site,
                          Factmill__V1__Fact *fact)
{
    const struct fm_doc *doc = ctx->doc;
    uint32_t c = fm_quantity_reference(ctx->tree, site);
    struct fm_phrase before;
    struct fm_phrase words;
    Factmill__V1__Argument *a;

    if (c == FM_NO_TOKEN)
        return;
    before = (struct fm_phrase){ctx->tree->left[c], ctx->tree->left[c] + 1};
    words = fm_quantity_reference_words(ctx->tree, c);
    if (is_empty(words))
        return;
    /* Then is when it is measured against, not when it is so. */
    if (fact->time != NULL && fact->time->span != NULL &&
        fact->time->span->start >= doc->start[before.first] &&
        fact->time->span->end <= doc->end[words.last - 1])
        fact->time = NULL;
    a = fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__OBLIQUE,
                            doc->start[words.first], doc->end[words.last - 1]);
    if (a == NULL)
        return;
    a->preposition = fm_arena_copy(ctx->arena, phrase_text(ctx, before));
    if (a->preposition != NULL)
        fm_context_add_argument(ctx, fact, a);
}

/* How much less sure a fact is for arcs that the parser is not sure of: those by
 * which the amount, what it counts and who has it hang. */
static float certainty_of(const struct fm_tree *tree,
                          const struct fm_quantity_site *site)
{
    const uint32_t arcs[] = {site->top, site->anchor, site->subject.head};
    float least = 1.0f;

    for (size_t k = 0; k < sizeof arcs / sizeof *arcs; k++)
        if (tree->doc->certain != NULL && arcs[k] != FM_NO_TOKEN &&
            tree->doc->certain[arcs[k]] < least)
            least = tree->doc->certain[arcs[k]];
    return DOUBTED + (1.0f - DOUBTED) * least;
}

/* Is the phrase of token c when something happens? */
static bool is_when(const struct fm_context *ctx, uint32_t c)
{
    return fm_context_time_within(ctx, ctx->doc->start[ctx->tree->left[c]],
                                  ctx->doc->end[ctx->tree->right[c] - 1]) !=
           NULL;
}

/* Does a mark stand between verb and phrase, or a word that says when? */
static bool is_interrupted(const struct fm_tree *tree, uint32_t verb,
                           uint32_t first)
{
    static const char *const words[] = {"after",   "amid",   "among", "before",
                                        "despite", "during", "since", "until"};

    for (uint32_t i = verb + 1; i < first; i++)
        if (tree->doc->upos[i] == FM_PUNCT ||
            fm_tree_words(tree, i, words, sizeof words / sizeof *words))
            return true;
    return false;
}

/* "Two states joined the commission", "2,000 soldiers took part in it": what is
 * done, one phrase of it. */
static void add_done(struct fm_context *ctx,
                     const struct fm_quantity_site *site,
                     Factmill__V1__Fact *fact)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;
    uint32_t verb = site->verb;
    struct fm_phrase before = {0, 0};
    struct fm_phrase words;
    Factmill__V1__Argument *a;
    uint32_t c = fm_tree_child(tree, verb, FM_DEP_OBJ, verb);

    if (c == FM_NO_TOKEN) {
        c = fm_tree_child(tree, verb, FM_DEP_OBL, verb);
        if (c == FM_NO_TOKEN || is_when(ctx, c))
            return;
        before = fm_phrase_case(tree, c);
        if (is_empty(before))
            return;
    }
    words = fm_phrase_of(tree, c, FM_PHRASE_FULL, FM_NO_TOKEN);
    if (words.first <= verb || words.last - words.first > DONE_MAX ||
        is_interrupted(tree, verb, words.first))
        return;
    a = fm_context_argument(ctx,
                            is_empty(before)
                                ? FACTMILL__V1__ARGUMENT__ROLE__OBJECT
                                : FACTMILL__V1__ARGUMENT__ROLE__OBLIQUE,
                            doc->start[words.first], doc->end[words.last - 1]);
    if (a == NULL)
        return;
    if (!is_empty(before))
        a->preposition = fm_arena_copy(ctx->arena, phrase_text(ctx, before));
    if (a->preposition != NULL)
        fm_context_add_argument(ctx, fact, a);
}

static void add_fact(struct fm_quantity_walk *w, const struct fm_counted *k,
                     const struct fm_quantity_site *site,
                     Factmill__V1__Quantity *q)
{
    struct fm_context *ctx = w->ctx;
    const struct rule *rule = &rules[site->role];
    Factmill__V1__Fact *fact;

    fact = fm_quantity_fact(w, q, k->has_whole ? "quantity.part" : rule->name,
                            rule->confidence * certainty_of(ctx->tree, site),
                            (struct fm_words){0, 0});
    if (fact == NULL)
        return;
    fact->subject = subject_of(ctx, site);
    fact->predicate = predicate_of(ctx, k, site);
    fact->time = time_of(ctx, site);
    fm_scope_apply(ctx, fact, w->sentence,
                   site->verb != FM_NO_TOKEN ? site->verb : site->top);
    if (site->role == FM_SITE_SUBJECT)
        add_done(ctx, site, fact);
    if (site->degree != FM_NO_TOKEN || site->role == FM_SITE_BE)
        add_reference(ctx, site, fact);
    if (fact->predicate == NULL ||
        (fact->subject == NULL && q->about[0] == '\0' &&
         site->role != FM_SITE_SUBJECT))
        fm_context_drop(ctx, fact);
}

/* "204 two years earlier": the noun is a time's. */
static bool is_of_time(const struct fm_quantity_walk *w,
                       const struct fm_quantity_site *site)
{
    uint32_t start;

    if (site->noun == FM_NO_TOKEN)
        return false;
    start = w->ctx->doc->start[site->noun];
    for (size_t i = 0; i < w->lx->count && w->lx->at[i].start <= start; i++)
        if (w->lx->at[i].start == start)
            return w->taken->at[i] && w->lx->at[i].kind != FM_LEX_DIGITS;
    return false;
}

/* "9 Bill Murray": a caption's number. */
static bool is_person(const struct fm_doc *doc,
                      const struct fm_quantity_site *site)
{
    const struct fm_name *name =
        is_empty(site->about) ? NULL : fm_phrase_name(doc, site->about.first);

    return name != NULL && name->type == FM_NE_PERSON &&
           name->last >= site->about.last && name->last > name->first + 1;
}

/* Is there something that the amount is of, by this place in its sentence? */
static bool is_of_something(const struct fm_quantity_walk *w,
                            const struct fm_counted *k,
                            const struct fm_quantity_site *site)
{
    if (is_of_time(w, site) || is_person(w->ctx->doc, site) ||
        (site->role == FM_SITE_NONE && site->degree != FM_NO_TOKEN))
        return false;
    if (!is_empty(site->about))
        return true;
    if (site->role == FM_SITE_NONE)
        return false;
    /* A number that counts nothing one could name. */
    return k->amount.measure.kind != FM_MEASURE_NONE ||
           site->role == FM_SITE_BE || site->role == FM_SITE_SUBJECT ||
           is_measuring(w->ctx->tree, site) || w->recent_count > 0;
}

/* Fills q->about; false = it is not known, or no memory. */
static bool name_about(struct fm_quantity_walk *w, const struct fm_counted *k,
                       const struct fm_quantity_site *site,
                       Factmill__V1__Quantity *q)
{
    const struct fm_tree *tree = w->ctx->tree;
    bool count = k->amount.measure.kind == FM_MEASURE_NONE;

    if (!is_empty(site->about) && is_named_before(tree, site)) {
        bool other = fm_tree_word(tree, site->about.first, "others") ||
                     fm_tree_word(tree, site->about.first, "more");

        if (inherit_about(w, k, other, q))
            return true;
        return other &&
               fm_quantity_put_text(w->ctx, phrase_text(w->ctx, site->about),
                                    &q->about);
    }
    if (!is_empty(site->about))
        return fm_quantity_put_text(w->ctx, phrase_text(w->ctx, site->about),
                                    &q->about);
    if (site->subject.head != FM_NO_TOKEN && is_measuring(tree, site)) {
        struct fm_phrase p =
            fm_quantity_bare_phrase(tree, subject_phrase(tree, site));

        return fm_quantity_put_text(w->ctx, phrase_text(w->ctx, p), &q->about);
    }
    return !count || inherit_about(w, k, false, q) ||
           site->role == FM_SITE_SUBJECT;
}

/* "handed over 25 million": the verb's word, not the amount's. */
static void drop_particle(const struct fm_quantity_walk *w, struct fm_amount *a)
{
    uint32_t first =
        (uint32_t)fm_doc_token_at(w->ctx->doc, w->lx->at[a->words.first].start);

    if (a->words.first + 1 >= a->words.last ||
        !fm_lexeme_is(w->lx, a->words.first, "over") ||
        fm_tree_dep(w->ctx->tree, first) != FM_DEP_COMPOUND_PRT)
        return;
    a->words.first++;
    a->qualifier = FACTMILL__V1__QUANTITY__QUALIFIER__EXACT;
}

size_t fm_quantity_emit_parsed(struct fm_quantity_walk *w,
                               const struct fm_counted *counted)
{
    struct fm_counted copy = *counted;
    const struct fm_counted *k = &copy;
    const struct fm_amount *a = &k->amount;
    bool count = a->measure.kind == FM_MEASURE_NONE;
    size_t end = k->has_whole ? k->end : a->words.last;
    static const struct fm_decimal one = {1, 0};
    struct fm_counted bare;
    struct fm_quantity_site site;
    Factmill__V1__Quantity *q;

    drop_particle(w, &copy.amount);
    bare = copy;
    if (!fm_quantity_find_site(w->ctx->tree, w->lx->at[a->words.first].start,
                               w->lx->at[a->words.last - 1].end, count,
                               fm_decimal_cmp(a->number.value, one) > 0,
                               &site) ||
        (a->measure.kind == FM_MEASURE_TIMES && site.role != FM_SITE_DEGREE) ||
        !is_of_something(w, k, &site))
        return end;
    q = new_quantity(w, k, &site);
    bare.about.last = bare.about.first;
    if (q == NULL || !fm_quantity_fill(w, &bare, q) ||
        !name_about(w, k, &site, q))
        return end;
    if (site.degree != FM_NO_TOKEN && !fm_quantity_degree(w, a, &site, q))
        return end;
    add_fact(w, k, &site, q);
    fm_quantity_remember(w, q, a);
    return end;
}
