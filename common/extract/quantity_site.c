#include "extract/quantity_site.h"

#include "extract/time_verb.h"

/* Nouns that are walked up from an amount to its clause: "a total of a share of
 * profits of 5 million". */
#define STEPS_MAX 4u
/* Tokens of a noun that has an amount ("a crew of nine"); more is a clause. */
#define HOLDER_MAX 9u
/* Tokens from a verb to an amount that says how much without a preposition. */
#define NEAR 5u
/* Tokens of a subject. */
#define SUBJECT_MAX 16u

static bool is_noun(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_NOUN || upos == FM_PROPN || upos == FM_SYM;
}

static bool has_case(const struct fm_tree *tree, uint32_t i, const char *word)
{
    struct fm_phrase before = fm_phrase_case(tree, i);

    return before.last == before.first + 1 &&
           fm_tree_word(tree, before.first, word);
}

static bool is_empty(struct fm_phrase p)
{
    return p.first >= p.last;
}

/* --- who has it, and how ------------------------------------------------------ */

/* A noun that is an amount itself: "5 million dollars", "a share" of it. */
static bool has_digits(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t k = tree->left[i]; k <= i; k++)
        if ((tree->doc->flags[k] & FM_TOKEN_DIGITS) != 0)
            return true;
    return fm_tree_word(tree, i, "share") && fm_tree_has(tree, i, FM_DEP_DET);
}

/* Words that say how much is meant and not what of: walked through. */
static bool is_frame(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "average", "group",  "maximum", "minimum", "number",
        "pair",    "record", "series",  "sum",     "total"};

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

/* "of" goes with the noun before it, whatever the tree says. */
static uint32_t governor(const struct fm_tree *tree, uint32_t i)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t of;

    if (fm_tree_dep(tree, i) != FM_DEP_OBL || !has_case(tree, i, "of"))
        return head;
    of = fm_phrase_case(tree, i).first;
    return of > 0 && tree->doc->upos[of - 1] == FM_NOUN ? of - 1 : head;
}

/* One step from the amount's phrase i towards its clause; i = it stands there. */
static uint32_t climb_once(const struct fm_tree *tree, uint32_t i, bool count,
                           struct fm_quantity_site *site)
{
    uint32_t head = governor(tree, i);
    enum fm_dep dep = fm_tree_dep(tree, i);
    bool tied = dep == FM_DEP_NMOD || dep == FM_DEP_OBL;

    if (head == i || fm_tree_has(tree, i, FM_DEP_COP))
        return i;
    if (dep == FM_DEP_CONJ &&
        (is_noun(tree, head) || tree->doc->upos[head] == FM_NUM)) {
        site->joined = true;
        return head;
    }
    /* "7 million dollars, or 1 dollar a share, on sales of 80 million" */
    if (dep == FM_DEP_NMOD && head < i && site->noun != FM_NO_TOKEN &&
        has_digits(tree, head))
        return head;
    if (!tied || head > i || !is_noun(tree, head) || !has_case(tree, i, "of"))
        return i;
    if (is_frame(tree, head))
        return head;
    /* "a crew of nine people" has them; "profits of 5 million" are that. */
    if (count || site->noun != FM_NO_TOKEN)
        return i;
    site->noun = head;
    site->about = fm_quantity_noun_words(tree, head, i);
    return head;
}

/* From the amount, over "and", "or" and "of", to the token that stands in a
 * clause. */
static uint32_t climb(const struct fm_tree *tree, uint32_t i, bool count,
                      struct fm_quantity_site *site)
{
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t next = climb_once(tree, i, count, site);

        if (next == i)
            break;
        i = next;
    }
    return i;
}

/* --- how tall, how far, how much more ------------------------------------------- */

static bool is_degree_word(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return (upos == FM_ADJ || upos == FM_ADV) &&
           tree->doc->xpos[i] != FM_XPOS_WRB;
}

/* The words of a degree say of what: "300 metres long", "5 km away from Earth",
 * "a tower 120 metres high". */
static bool in_degree(const struct fm_tree *tree, uint32_t i,
                      struct fm_quantity_site *site)
{
    uint32_t head = fm_tree_head(tree, i);
    uint32_t above;

    if (head <= i || head > i + 2 || !is_degree_word(tree, head) ||
        !is_empty(fm_phrase_case(tree, i)))
        return false;
    above = fm_tree_head(tree, head);
    site->degree = head;
    if (fm_tree_has(tree, head, FM_DEP_COP)) {
        site->role = FM_SITE_DEGREE;
        site->verb = head;
        return true;
    }
    switch ((int)fm_tree_dep(tree, head)) {
    case FM_DEP_ADVMOD:
    case FM_DEP_XCOMP:
    case FM_DEP_ADVCL:
        if (tree->doc->upos[above] != FM_VERB || above > i)
            break;
        site->role = FM_SITE_OBLIQUE;
        site->verb = above;
        return true;
    case FM_DEP_AMOD:
    case FM_DEP_APPOS:
    case FM_DEP_ACL:
        if (!is_noun(tree, above) || above > i)
            break;
        site->role = FM_SITE_DEGREE;
        site->holder = above;
        return true;
    default: break;
    }
    site->degree = FM_NO_TOKEN;
    return false;
}

/* --- in its clause --------------------------------------------------------------- */

/* "including 5 women": an example of what is said, no part of the saying. */
static bool is_example(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "against",   "as",   "besides", "despite", "except", "excluding",
        "including", "like", "such",    "than",    "versus"};
    struct fm_phrase before = fm_phrase_case(tree, i);

    return !is_empty(before) && fm_tree_words(tree, before.first, words,
                                              sizeof words / sizeof *words);
}

/* "in front of 47,312 spectators" has no front. */
static bool is_part_of_preposition(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "addition", "case",  "charge", "exchange", "favor", "favour",
        "front",    "light", "search", "spite",    "terms", "view"};

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words) &&
           !is_empty(fm_phrase_case(tree, i));
}

/* "a ship with 20 seats": the noun stands right before the preposition, or a
 * phrase with "of" is between. */
static bool is_held(const struct fm_tree *tree, uint32_t holder,
                    struct fm_phrase before)
{
    for (uint32_t i = holder + 1; i < before.first; i++)
        if (tree->doc->upos[i] == FM_PUNCT || tree->doc->upos[i] == FM_VERB ||
            tree->doc->upos[i] == FM_AUX || tree->doc->upos[i] == FM_NUM)
            return false;
    return before.first > holder && before.first - holder < HOLDER_MAX;
}

/* "recorded a deficit of 9 million after a surplus of 15 million": the verb is
 * about another amount. */
static bool has_other_amount(const struct fm_tree *tree,
                             const struct fm_quantity_site *site)
{
    static const char *const words[] = {"after", "against", "following",
                                        "over",  "than",    "versus"};
    uint32_t object = fm_tree_child(tree, site->verb, FM_DEP_OBJ, site->verb);

    if (object == FM_NO_TOKEN || object > site->first ||
        is_empty(site->preposition) ||
        !fm_tree_words(tree, site->preposition.first, words,
                       sizeof words / sizeof *words))
        return false;
    for (uint32_t i = tree->left[object];
         i < tree->right[object] && i < site->first; i++)
        if ((tree->doc->flags[i] & FM_TOKEN_DIGITS) != 0)
            return true;
    return false;
}

/* "sell the plant to a rival for $5 million": the price goes with the selling, not
 * with the rival. */
static bool in_price(const struct fm_tree *tree, uint32_t holder,
                     struct fm_quantity_site *site)
{
    enum fm_dep dep = fm_tree_dep(tree, holder);
    uint32_t verb = fm_tree_head(tree, holder);

    if (is_empty(site->preposition) ||
        !fm_tree_word(tree, site->preposition.first, "for") ||
        (dep != FM_DEP_OBJ && dep != FM_DEP_OBL) || verb > holder ||
        tree->doc->upos[verb] != FM_VERB)
        return false;
    site->role = FM_SITE_OBLIQUE;
    site->holder = FM_NO_TOKEN;
    site->verb = verb;
    return true;
}

/* The part that a phrase with this relation has in its clause; NONE = none. */
static enum fm_site_role role_of(enum fm_dep dep)
{
    switch ((int)dep) {
    case FM_DEP_NSUBJ:
    case FM_DEP_NSUBJ_PASS: return FM_SITE_SUBJECT;
    case FM_DEP_OBJ:
    case FM_DEP_IOBJ:
    case FM_DEP_XCOMP: return FM_SITE_OBJECT;
    case FM_DEP_OBL:
    case FM_DEP_OBL_AGENT:
    case FM_DEP_OBL_UNMARKED: return FM_SITE_OBLIQUE;
    default: return FM_SITE_NONE;
    }
}

/* "a crew of nine", "a ship with 20 seats", and prices. */
static bool in_noun(const struct fm_tree *tree, uint32_t i, bool count,
                    struct fm_quantity_site *site)
{
    uint32_t head = fm_tree_head(tree, i);

    if (head > i || !is_noun(tree, head))
        return false;
    site->role = FM_SITE_OF;
    site->holder = head;
    site->preposition = fm_phrase_case(tree, i);
    if (!count && in_price(tree, head, site))
        return true;
    return !is_empty(site->preposition) && !site->joined &&
           !fm_quantity_is_period(tree, head) &&
           !is_part_of_preposition(tree, head) &&
           is_held(tree, head, site->preposition);
}

/* "40 were killed and 100 wounded" */
static bool in_short_clause(const struct fm_tree *tree, uint32_t i,
                            struct fm_quantity_site *site)
{
    uint32_t head = fm_tree_head(tree, i);

    if (fm_tree_dep(tree, i) != FM_DEP_NUMMOD ||
        fm_tree_dep(tree, head) != FM_DEP_CONJ || is_noun(tree, head) ||
        tree->doc->upos[fm_tree_head(tree, head)] != FM_VERB)
        return false;
    site->role = FM_SITE_SUBJECT;
    site->verb = head;
    return true;
}

/* May token i be the verb that an amount goes with? */
static bool is_its_verb(const struct fm_tree *tree, uint32_t i,
                        enum fm_site_role role)
{
    uint8_t upos = tree->doc->upos[i];

    /* "compared with 5 million in May and 6 million in June" */
    if ((!fm_clause_is_predicate(tree, i) && upos != FM_VERB) ||
        fm_tree_word(tree, i, "compared"))
        return false;
    if (upos == FM_ADJ && role == FM_SITE_SUBJECT)
        return fm_tree_has(tree, i, FM_DEP_COP);
    /* "is 5 km from Earth" with Earth for a predicate */
    return upos == FM_VERB || upos == FM_ADJ || upos == FM_AUX ||
           fm_tree_word(tree, i, "worth");
}

/* Is what i is joined to, by "and", something else than an amount? */
static bool is_joined_elsewhere(const struct fm_tree *tree, uint32_t i,
                                bool count, const struct fm_quantity_site *site)
{
    /* "edged higher, and one pound bought more": the second has no part in the
     * first. */
    if (site->role == FM_SITE_OBLIQUE && !has_digits(tree, i))
        return true;
    /* "by 4.5 per cent in 1987 and 3.25 per cent in 1988", joined to the year */
    return !count && tree->doc->upos[i] == FM_NUM;
}

static bool in_oblique(const struct fm_tree *tree, uint32_t i, bool count,
                       struct fm_quantity_site *site)
{
    site->preposition = fm_phrase_case(tree, i);
    /* "died, four children among them": of nothing that the verb says. */
    if (is_empty(site->preposition) && count && site->degree == FM_NO_TOKEN)
        return false;
    /* "edged higher, with one euro worth $1.30": too far to be how much. */
    if (is_empty(site->preposition) && site->degree == FM_NO_TOKEN &&
        (site->first < site->verb || site->first > site->verb + NEAR))
        return false;
    /* "will contribute up to 30 million": a word of the amount. */
    if (!is_empty(site->preposition) &&
        site->preposition.first >= site->first) {
        site->preposition.last = site->preposition.first;
        site->role = FM_SITE_OBJECT;
        return true;
    }
    return !has_other_amount(tree, site);
}

static bool in_clause(const struct fm_tree *tree, uint32_t i, bool count,
                      struct fm_quantity_site *site)
{
    uint32_t head = fm_tree_head(tree, i);

    if (fm_tree_has(tree, i, FM_DEP_COP)) {
        site->role = FM_SITE_BE;
        site->verb = i;
        /* "was among the first six countries" */
        return is_empty(fm_phrase_case(tree, i));
    }
    if (in_degree(tree, i, site) || in_short_clause(tree, i, site))
        return true;
    if (is_example(tree, i))
        return false;
    if (fm_tree_dep(tree, i) == FM_DEP_NMOD)
        return in_noun(tree, i, count, site);
    site->role = role_of(fm_tree_dep(tree, i));
    if (site->role == FM_SITE_NONE || !is_its_verb(tree, head, site->role) ||
        (site->joined && is_joined_elsewhere(tree, i, count, site)))
        return false;
    site->verb = head;
    return site->role != FM_SITE_OBLIQUE || in_oblique(tree, i, count, site);
}

/* "said 40 people were hurt" with the people for an object: misread. */
static bool is_saying(const struct fm_tree *tree, uint32_t verb)
{
    static const char *const words[] = {"added",    "believe", "believed",
                                        "believes", "said",    "say",
                                        "says",     "thinks",  "told"};

    return fm_tree_words(tree, verb, words, sizeof words / sizeof *words);
}

static bool is_share(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "%",      "cent",   "fifth",   "fifths",  "half",
        "halves", "pct",    "percent", "quarter", "quarters",
        "tenth",  "tenths", "third",   "thirds"};

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

/* Does who has the amount hold the amount, or the verb, within its words? Then
 * the tree is wrong. */
static bool is_tangled(const struct fm_tree *tree,
                       const struct fm_quantity_site *site)
{
    struct fm_phrase p;

    if (site->role == FM_SITE_OF)
        p = fm_phrase_of(tree, site->holder, FM_PHRASE_PART, site->anchor);
    else
        p = fm_phrase_of(tree, site->subject.head, FM_PHRASE_FULL,
                         site->subject.without);
    if ((p.first <= site->top && site->top < p.last) ||
        (p.first <= site->first && site->first < p.last))
        return true;
    /* No subject one could say. */
    if (p.last - p.first > SUBJECT_MAX)
        return true;
    if (site->verb != FM_NO_TOKEN && p.first <= site->verb &&
        site->verb < p.last)
        return true;
    return site->role == FM_SITE_OF &&
           (p.last - p.first > HOLDER_MAX ||
            tree->doc->upos[site->holder] == FM_NUM ||
            is_share(tree, site->holder) || has_digits(tree, site->holder));
}

/* The token that the others of an amount hang from. "7 per cent" may hang in two
 * pieces: the last one has the unit. */
static uint32_t amount_top(const struct fm_tree *tree, uint32_t start,
                           uint32_t end)
{
    uint32_t top = fm_time_top(tree, start, end);
    uint32_t last = (uint32_t)fm_doc_token_at(tree->doc, end - 1);
    uint32_t first;

    if (top == FM_NO_TOKEN || last >= tree->doc->token_count ||
        !fm_tree_word(tree, top, "per"))
        return top;
    first = (uint32_t)fm_doc_token_at(tree->doc, start);
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t head = fm_tree_head(tree, last);

        if (head == last || head < first || tree->doc->start[head] >= end)
            break;
        last = head;
    }
    return is_noun(tree, last) ? last : top;
}

bool fm_quantity_find_site(const struct fm_tree *tree, uint32_t start,
                           uint32_t end, bool count, bool plural,
                           struct fm_quantity_site *ret_site)
{
    struct fm_quantity_site site = {.noun = FM_NO_TOKEN,
                                    .holder = FM_NO_TOKEN,
                                    .verb = FM_NO_TOKEN,
                                    .degree = FM_NO_TOKEN,
                                    .subject = {.head = FM_NO_TOKEN}};
    enum fm_clause_link link = FM_LINK_OWN;
    uint32_t anchor;

    site.top = amount_top(tree, start, end);
    if (site.top == FM_NO_TOKEN)
        return false;
    site.first = (uint32_t)fm_doc_token_at(tree->doc, start);
    anchor = climb(
        tree, fm_quantity_find_noun(tree, start, end, count, plural, &site),
        count, &site);
    site.anchor = anchor;
    if (!in_clause(tree, anchor, count, &site)) {
        site.role = FM_SITE_NONE;
        site.verb = FM_NO_TOKEN;
    }
    /* "the 60-metre races were held": a quality of theirs, not of the holding. */
    if (site.described && site.role == FM_SITE_SUBJECT)
        site.role = FM_SITE_NONE;
    if (site.role == FM_SITE_OBJECT && is_saying(tree, site.verb))
        site.role = FM_SITE_NONE;
    if (site.role == FM_SITE_DEGREE && site.holder != FM_NO_TOKEN) {
        site.subject.head = site.holder;
        site.subject.without = site.degree;
    }
    if (site.verb != FM_NO_TOKEN && site.role != FM_SITE_SUBJECT) {
        site.subject = fm_clause_subject(tree, site.verb, &link);
        if (site.subject.head == FM_NO_TOKEN || site.subject.clausal ||
            is_tangled(tree, &site))
            site.role = FM_SITE_NONE;
    }
    if (site.role == FM_SITE_OF && is_tangled(tree, &site))
        site.role = FM_SITE_NONE;
    *ret_site = site;
    return true;
}

/* --- the words of the predicate ------------------------------------------------ */

/* The verb with its auxiliaries when they stand together, and its particle. */
static struct fm_phrase verb_words(const struct fm_tree *tree, uint32_t verb)
{
    struct fm_phrase p = {verb, verb + 1};

    for (uint32_t k = tree->first[verb]; k < tree->first[verb + 1]; k++) {
        uint32_t c = tree->child[k];
        enum fm_dep dep = fm_tree_dep(tree, c);

        if ((dep == FM_DEP_AUX || dep == FM_DEP_AUX_PASS ||
             dep == FM_DEP_COP) &&
            c < p.first)
            p.first = c;
        if (dep == FM_DEP_COMPOUND_PRT && c == p.last)
            p.last = c + 1;
        /* "Has the firm sold …?" */
        if ((dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS) && c < verb &&
            p.first < c)
            p.first = verb;
    }
    return p;
}

/* "was", "has been" before what something is. */
static struct fm_phrase be_words(const struct fm_tree *tree, uint32_t head)
{
    uint32_t cop = fm_tree_child(tree, head, FM_DEP_COP, 0);
    struct fm_phrase p = {cop, cop + 1};

    for (uint32_t k = tree->first[head]; k < tree->first[head + 1]; k++)
        if (fm_tree_dep(tree, tree->child[k]) == FM_DEP_AUX &&
            tree->child[k] < p.first)
            p.first = tree->child[k];
    return p;
}

/* "provides power to 14,000 members": what stands between verb and amount. */
static struct fm_phrase object_of(const struct fm_tree *tree,
                                  const struct fm_quantity_site *site,
                                  struct fm_phrase verb)
{
    uint32_t object = fm_tree_child(tree, site->verb, FM_DEP_OBJ, verb.last);
    struct fm_phrase p = {0, 0};

    if (object == FM_NO_TOKEN ||
        (object >= site->preposition.first && site->anchor > site->verb))
        return p;
    p = fm_phrase_of(tree, object, FM_PHRASE_PART, site->anchor);
    if (site->anchor < site->verb)
        return p.first == verb.last ? p : (struct fm_phrase){0, 0};
    return p.first >= verb.last && p.last <= site->preposition.first
               ? p
               : (struct fm_phrase){0, 0};
}

char *fm_quantity_predicate(struct fm_context *ctx,
                            const struct fm_quantity_site *site,
                            struct fm_phrase *ret_words)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;
    struct fm_phrase p = {0, 0};
    struct fm_phrase object;
    struct fm_str words;
    struct fm_str before;
    struct fm_str what;
    char *text;

    if (site->role == FM_SITE_BE || site->role == FM_SITE_DEGREE)
        p = be_words(tree, site->verb);
    else if (site->verb != FM_NO_TOKEN)
        p = verb_words(tree, site->verb);
    *ret_words = p;
    words = is_empty(p) ? fm_str("")
                        : fm_context_text(ctx, doc->start[p.first],
                                          doc->end[p.last - 1]);
    if (is_empty(site->preposition))
        return fm_arena_copy(ctx->arena, words);
    object = is_empty(p) ? p : object_of(tree, site, p);
    before = fm_context_text(ctx, doc->start[site->preposition.first],
                             doc->end[site->preposition.last - 1]);
    what = is_empty(object) ? fm_str("")
                            : fm_context_text(ctx, doc->start[object.first],
                                              doc->end[object.last - 1]);
    text = fm_arena_printf(ctx->arena, "%.*s%s%.*s%s%.*s", FM_STR_ARG(words),
                           words.len > 0 ? " " : "", FM_STR_ARG(what),
                           what.len > 0 ? " " : "", FM_STR_ARG(before));
    /* "With ten men I would …": behind the verb it is no first word. */
    if (text != NULL && words.len > 0)
        text[strlen(text) - before.len] =
            fm_lower(text[strlen(text) - before.len]);
    return text;
}
