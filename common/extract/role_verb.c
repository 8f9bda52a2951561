#include "extract/role_verb.h"

#include "extract/clause.h"
#include "extract/post.h"
#include "extract/scope.h"
#include "extract/time_event.h"
#include "nlp/words.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

#define CONFIDENCE 0.85f
/* Posts joined by "and": more is a list of other things. */
#define POSTS_MAX 4u

/* What a verb does with a post. */
enum change {
    TAKES,    /* its subject has the post from then on: "became" */
    GIVES,    /* its object: "appointed" */
    HOLDS,    /* its subject: "served as" */
    LEAVES,   /* its subject had it until then: "resigned as" */
    REMOVES,  /* its object: "dismissed as" */
    SUCCEEDS, /* its subject has it, its object had it */
    PROPOSES, /* its object may have it: "nominated" */
};

static const struct {
    const char *lemma;
    enum change change;
} verbs[] = {
    {"act", HOLDS},        {"appoint", GIVES},     {"become", TAKES},
    {"choose", GIVES},     {"confirm", GIVES},     {"continue", HOLDS},
    {"crown", GIVES},      {"depose", REMOVES},    {"designate", GIVES},
    {"dismiss", REMOVES},  {"elect", GIVES},       {"fire", REMOVES},
    {"hire", GIVES},       {"install", GIVES},     {"make", GIVES},
    {"name", GIVES},       {"nominate", PROPOSES}, {"oust", REMOVES},
    {"pick", GIVES},       {"promote", GIVES},     {"propose", PROPOSES},
    {"quit", LEAVES},      {"re-elect", GIVES},    {"reappoint", GIVES},
    {"reelect", GIVES},    {"remain", HOLDS},      {"remove", REMOVES},
    {"replace", SUCCEEDS}, {"resign", LEAVES},     {"retire", LEAVES},
    {"sack", REMOVES},     {"select", GIVES},      {"serve", HOLDS},
    {"stand", LEAVES},     {"start", TAKES},       {"step", LEAVES},
    {"succeed", SUCCEEDS}, {"suspend", REMOVES},   {"swear", GIVES},
    {"take", TAKES},       {"work", HOLDS},
};

/* "step down", "stand down", "take over", "swear in": without these words the
 * verbs are about something else. */
static const struct {
    const char *lemma;
    const char *particle;
} particles[] = {{"stand", "down"}, {"step", "down"}, {"take", "over"}};

struct finder {
    struct fm_context *ctx;
    const struct fm_doc *doc;
    const struct fm_tree *tree;
    size_t sentence;
    uint32_t first;
    uint32_t last;
    uint32_t verb;
    uint32_t clause; /* its predicate's head, the verb or the post */
    bool passive;
    bool as; /* "as" stands before the post */
};

static int change_of(const struct finder *f)
{
    struct fm_str lemma =
        f->doc->lemma != NULL ? f->doc->lemma[f->verb] : f->doc->form[f->verb];
    uint32_t i = f->verb + 1;

    for (size_t k = 0; k < sizeof particles / sizeof *particles; k++)
        if (fm_str_ieq(lemma, fm_str(particles[k].lemma)) &&
            (i >= f->last || !fm_tree_word(f->tree, i, particles[k].particle)))
            return -1;
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
        if (fm_str_ieq(lemma, fm_str(verbs[k].lemma)))
            return (int)verbs[k].change;
    return -1;
}

/* --- who ------------------------------------------------------------------------- */

/* The words of a person whose phrase has this head: a name, or a pronoun that
 * stands for one. */
static bool person_of(const struct finder *f, uint32_t head,
                      struct fm_phrase *ret_words)
{
    static const char *const pronouns[] = {"he", "her", "him", "i", "she"};
    const struct fm_name *name;

    if (head == FM_NO_TOKEN)
        return false;
    name = fm_phrase_name(f->doc, head);
    if (name != NULL && name->type == FM_NE_PERSON) {
        *ret_words = (struct fm_phrase){name->first, name->last};
        return true;
    }
    if (!fm_tree_words(f->tree, head, pronouns,
                       sizeof pronouns / sizeof *pronouns))
        return false;
    *ret_words = (struct fm_phrase){head, head + 1};
    return true;
}

/* --- which post -------------------------------------------------------------------- */

static bool is_post(const struct fm_doc *doc, uint32_t i)
{
    return (fm_words_find(doc->form[i]) & (FM_WORD_POST | FM_WORD_ADDRESS)) ==
           FM_WORD_POST;
}

/* The first token at or behind i with which a time begins: no words of a post. */
static uint32_t time_from(const struct finder *f, uint32_t i)
{
    const struct fm_context *ctx = f->ctx;
    uint32_t start = f->doc->start[i];
    uint32_t last = f->last;

    for (size_t t = 0; t < ctx->time_count; t++) {
        uint32_t at = ctx->times[t]->span->start;

        if (at <= start)
            continue;
        while (last > i && f->doc->start[last - 1] >= at)
            last--;
        break;
    }
    return last;
}

static size_t read_posts(const struct finder *f, uint32_t at,
                         struct fm_post posts[POSTS_MAX])
{
    uint32_t last = time_from(f, at);
    size_t n = 0;

    while (n < POSTS_MAX) {
        size_t end = fm_post_starting_at(f->doc, at, last, &posts[n]);

        /* A prize, "was named best director", and no post yet. */
        if (end == at || fm_str_ieq(f->doc->form[at], fm_str("best")) ||
            fm_str_ieq(f->doc->form[posts[n].last - 1], fm_str("candidate")))
            break;
        /* "mayor for many years" */
        while (posts[n].last > posts[n].first + 1 &&
               f->doc->upos[posts[n].last - 1] == FM_ADP)
            posts[n].last--;
        n++;
        if (end + 1 >= last || !fm_str_eqz(f->doc->form[end], "and"))
            break;
        at = (uint32_t)end + 1;
    }
    /* "president and chief executive of Acme" */
    for (size_t k = n; k-- > 1;)
        if (posts[k - 1].org_first == posts[k - 1].org_last) {
            posts[k - 1].org_first = posts[k].org_first;
            posts[k - 1].org_last = posts[k].org_last;
            posts[k - 1].preposition = posts[k].preposition;
        }
    return n;
}

/* Is what stands before the post of token c a word that gives it ("as", "to")? */
static bool is_given(const struct finder *f, uint32_t c)
{
    static const char *const words[] = {"as", "to"};
    uint32_t left = f->tree->left[c];

    return left == c || is_post(f->doc, left) ||
           fm_tree_words(f->tree, left, words, sizeof words / sizeof *words) ||
           f->doc->upos[left] != FM_ADP;
}

/* The first word of the post that the verb gives; FM_NO_TOKEN = none. */
static uint32_t post_start(const struct finder *f, uint32_t person)
{
    const struct fm_tree *tree = f->tree;

    for (uint32_t k = tree->first[f->verb]; k < tree->first[f->verb + 1]; k++) {
        uint32_t c = tree->child[k];
        enum fm_dep dep = fm_tree_dep(tree, c);
        uint32_t left = tree->left[c];

        if (c < f->verb || c == person ||
            (dep != FM_DEP_XCOMP && dep != FM_DEP_OBJ && dep != FM_DEP_OBL &&
             dep != FM_DEP_ADVCL && dep != FM_DEP_OBL_UNMARKED &&
             dep != FM_DEP_CCOMP) ||
            !is_given(f, c))
            continue;
        if (fm_tree_word(tree, left, "as") || fm_tree_word(tree, left, "to"))
            left++;
        return left;
    }
    return FM_NO_TOKEN;
}

/* "was elected last year as president": wherever "as" stands behind the verb. */
static uint32_t as_start(const struct finder *f)
{
    for (uint32_t i = f->verb + 1; i < f->last && i < f->verb + 12; i++) {
        if (f->doc->upos[i] == FM_PUNCT && !fm_str_eqz(f->doc->form[i], ","))
            break;
        if (fm_tree_word(f->tree, i, "as") && i + 1 < f->last)
            return i + 1;
    }
    return FM_NO_TOKEN;
}

/* --- from and until when --------------------------------------------------------------- */

static void add_time(struct fm_context *ctx, const Factmill__V1__Span *span,
                     struct fm_str preposition, Factmill__V1__Fact *fact)
{
    Factmill__V1__Argument *a =
        fm_context_argument(ctx, R(TIME), span->start, span->end);

    if (a == NULL)
        return;
    a->preposition = fm_arena_copy(ctx->arena, preposition);
    if (a->preposition != NULL)
        fm_context_add_argument(ctx, fact, a);
}

void fm_role_add_term(struct fm_context *ctx, size_t i, size_t last,
                      Factmill__V1__Fact *fact)
{
    static const char *const words[] = {"between", "from", "in", "since",
                                        "until"};
    const struct fm_doc *doc = ctx->doc;
    uint32_t from;

    if (i + 1 >= last ||
        fm_str_bsearch(doc->form[i], words, sizeof words / sizeof *words) < 0)
        return;
    from = doc->start[i];
    for (size_t t = 0; t < ctx->time_count; t++) {
        const Factmill__V1__Time *time = ctx->times[t];
        struct fm_str preposition = doc->form[i];

        if (time->span->end <= from)
            continue;
        if (time->span->start > doc->start[i + 1])
            return;
        /* The time's own words may have it: "from 2004 to 2011". */
        if (time->span->start == from)
            preposition = fm_str("");
        add_time(ctx, time->span, preposition, fact);
        if (fact->time == NULL) {
            fact->time = fm_arena_alloc(ctx->arena, sizeof *time);
            if (fact->time != NULL)
                *fact->time = *time;
        }
        return;
    }
}

/* --- facts --------------------------------------------------------------------------------- */

/* The verb with its auxiliaries before it, when they stand together. */
static struct fm_phrase verb_words(const struct finder *f)
{
    const struct fm_tree *tree = f->tree;
    struct fm_phrase p = {f->verb, f->verb + 1};

    for (uint32_t k = tree->first[f->verb]; k < tree->first[f->verb + 1]; k++) {
        uint32_t c = tree->child[k];
        enum fm_dep dep = fm_tree_dep(tree, c);

        if ((dep == FM_DEP_AUX || dep == FM_DEP_AUX_PASS) && c < p.first)
            p.first = c;
        if (dep == FM_DEP_COMPOUND_PRT && c == p.last)
            p.last = c + 1;
        if ((dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS) && c < f->verb &&
            p.first < c)
            p.first = f->verb;
    }
    return p;
}

static bool ends_post(enum change change)
{
    return change == LEAVES || change == REMOVES;
}

static Factmill__V1__Predicate *predicate_of(const struct finder *f, bool had)
{
    const struct fm_doc *doc = f->doc;
    struct fm_phrase words = verb_words(f);
    struct fm_str lemma =
        doc->lemma != NULL ? doc->lemma[f->verb] : doc->form[f->verb];

    /* "replaces Jane Roe as coach": she was it. */
    if (had)
        return fm_context_predicate(f->ctx, fm_str("be"), 0, 0);
    return fm_context_predicate(f->ctx, lemma, doc->start[words.first],
                                doc->end[words.last - 1]);
}

/* "The board named Roe chairman": who gave or took it. */
static void add_giver(const struct finder *f, enum change change,
                      Factmill__V1__Fact *fact)
{
    enum fm_clause_link link;
    struct fm_clause_part giver;
    struct fm_phrase p;

    if (f->passive ||
        (change != GIVES && change != REMOVES && change != PROPOSES))
        return;
    giver = fm_clause_subject(f->tree, f->verb, &link);
    if (giver.head == FM_NO_TOKEN || giver.clausal)
        return;
    p = fm_phrase_of(f->tree, giver.head, FM_PHRASE_FULL, giver.without);
    if (p.first <= f->verb && f->verb < p.last)
        return;
    fm_context_add_argument(f->ctx, fact,
                            fm_context_argument(f->ctx, R(AGENT),
                                                f->doc->start[p.first],
                                                f->doc->end[p.last - 1]));
}

static void add_fact(const struct finder *f, struct fm_phrase person,
                     const struct fm_post *post, enum change change, bool had)
{
    struct fm_context *ctx = f->ctx;
    const struct fm_doc *doc = f->doc;
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, FACTMILL__V1__FACT__KIND__ROLE,
                        ends_post(change) || had ? "role.left" : "role.taken",
                        f->sentence, CONFIDENCE);
    Factmill__V1__Argument *a;
    size_t behind;

    if (fact == NULL)
        return;
    fact->subject = fm_context_argument(
        ctx, R(SUBJECT), doc->start[person.first], doc->end[person.last - 1]);
    fact->predicate = predicate_of(f, had);
    a = fm_context_argument(ctx, R(COMPLEMENT), doc->start[post->first],
                            doc->end[post->last - 1]);
    if (a != NULL && f->as)
        a->preposition = fm_arena_copy(ctx->arena, fm_str("as"));
    fm_context_add_argument(ctx, fact, a);
    behind = post->last;
    if (post->org_first < post->org_last) {
        a = fm_context_argument(ctx, R(ORGANIZATION_OF),
                                doc->start[post->org_first],
                                doc->end[post->org_last - 1]);
        if (a != NULL && post->preposition < f->last)
            a->preposition =
                fm_arena_copy(ctx->arena, doc->form[post->preposition]);
        fm_context_add_argument(ctx, fact, a);
        if (post->org_last > behind)
            behind = post->org_last;
    }
    add_giver(f, change, fact);
    fact->time = fm_time_of_verb(ctx, f->clause);
    if (fact->time == NULL)
        fm_role_add_term(ctx, behind, f->last, fact);
    else if (change != HOLDS && fact->time->span != NULL)
        add_time(ctx, fact->time->span,
                 fm_str(ends_post(change) || had ? "until" : "from"), fact);
    if (!had)
        fm_scope_apply(ctx, fact, f->sentence, f->verb);
    if (change == PROPOSES &&
        fact->modality == FACTMILL__V1__FACT__MODALITY__ASSERTED)
        fact->modality = FACTMILL__V1__FACT__MODALITY__INTENTION;
}

/* --- one verb -------------------------------------------------------------------------------- */

/* The person that stands right behind the verb, and where the words behind the
 * name begin: "named Paul Auden [as] chief executive", whatever the tree says. */
static bool person_behind(const struct finder *f, struct fm_phrase *ret_words,
                          uint32_t *ret_at)
{
    const struct fm_name *name =
        f->verb + 1 < f->last ? fm_phrase_name(f->doc, f->verb + 1) : NULL;
    uint32_t at;

    if (name == NULL || name->type != FM_NE_PERSON ||
        name->first != f->verb + 1 || name->last >= f->last)
        return false;
    at = name->last;
    *ret_words = (struct fm_phrase){name->first, name->last};
    if (fm_tree_word(f->tree, at, "as") || fm_tree_word(f->tree, at, "to"))
        at++;
    *ret_at = at;
    return at < f->last;
}

/* Whose post it is, and where its words begin; FM_NO_TOKEN = not said. */
static uint32_t find_parts(const struct finder *f, enum change change,
                           struct fm_phrase *ret_who)
{
    enum fm_clause_link link;
    uint32_t subject = fm_clause_subject(f->tree, f->clause, &link).head;
    uint32_t object = fm_tree_child(f->tree, f->verb, FM_DEP_OBJ, f->verb);
    bool by_object = !f->passive && (change == GIVES || change == REMOVES ||
                                     change == PROPOSES);
    uint32_t at = FM_NO_TOKEN;

    if (by_object && person_behind(f, ret_who, &at) &&
        fm_words_find(f->doc->form[at]) != 0)
        return at;
    if (!person_of(f, by_object ? object : subject, ret_who))
        return FM_NO_TOKEN;
    if (change == SUCCEEDS || ends_post(change))
        return as_start(f);
    at = post_start(f, by_object ? object : FM_NO_TOKEN);
    if (at == FM_NO_TOKEN)
        at = as_start(f);
    if (at == FM_NO_TOKEN && f->verb + 1 < f->last &&
        fm_words_find(f->doc->form[f->verb + 1]) != 0)
        at = f->verb + 1;
    return at;
}

static void find_verb(struct finder *f)
{
    const struct fm_tree *tree = f->tree;
    int change = change_of(f);
    struct fm_post posts[POSTS_MAX];
    struct fm_phrase who;
    struct fm_phrase other = {0, 0};
    uint32_t at;
    size_t n;
    bool had;

    if (change < 0)
        return;
    f->clause = f->verb;
    f->passive = fm_tree_has(tree, f->verb, FM_DEP_AUX_PASS) ||
                 fm_tree_has(tree, f->verb, FM_DEP_NSUBJ_PASS) ||
                 (f->doc->xpos[f->verb] == FM_XPOS_VBN &&
                  fm_tree_dep(tree, f->verb) == FM_DEP_ACL &&
                  !person_behind(f, &who, &at));
    /* "was elected president" with the president for a predicate */
    if (fm_tree_dep(tree, f->verb) == FM_DEP_AMOD &&
        fm_tree_has(tree, fm_tree_head(tree, f->verb), FM_DEP_COP)) {
        f->clause = fm_tree_head(tree, f->verb);
        f->passive = true;
    }
    at = find_parts(f, (enum change)change, &who);
    if (at == FM_NO_TOKEN || at <= f->verb || at >= f->last)
        return;
    f->as = fm_tree_word(tree, at - 1, "as");
    n = read_posts(f, at, posts);
    /* "was replaced as coach": then the subject had it. */
    had = change == SUCCEEDS && f->passive;
    for (size_t k = 0; k < n; k++) {
        add_fact(f, who, &posts[k], (enum change)change, had);
        if (change == SUCCEEDS && !f->passive &&
            person_of(f, fm_tree_child(tree, f->verb, FM_DEP_OBJ, f->verb),
                      &other))
            add_fact(f, other, &posts[k], (enum change)change, true);
    }
}

void fm_role_find_verbs(struct fm_context *ctx)
{
    struct finder f = {.ctx = ctx, .doc = ctx->doc, .tree = ctx->tree};

    if (ctx->tree == NULL)
        return;
    for (f.sentence = 0; f.sentence < ctx->doc->sentence_count; f.sentence++) {
        const struct fm_sentence *s = &ctx->doc->sentences[f.sentence];

        if (s->kind != FM_BLOCK_PROSE)
            continue;
        f.first = s->first;
        f.last = s->last;
        for (f.verb = s->first; f.verb < s->last; f.verb++)
            if (ctx->doc->upos[f.verb] == FM_VERB)
                find_verb(&f);
    }
}
