#include "extract/quantity_site.h"

#include "extract/time_verb.h"

/* Nouns that are walked up from an amount to its clause: "a total of a share of
 * profits of 5 million". */
#define STEPS_MAX 4u
/* Tokens of a noun that has an amount ("a crew of nine"); more is a clause. */
#define HOLDER_MAX 9u

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

static bool is_loose(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_PUNCT || upos == FM_ADP || upos == FM_CCONJ ||
           upos == FM_SCONJ || upos == FM_PART || upos == FM_DET;
}

struct fm_phrase fm_quantity_bare_phrase(const struct fm_tree *tree,
                                         struct fm_phrase phrase)
{
    static const char *const articles[] = {"a",   "all",   "an",   "both",
                                           "the", "these", "those"};

    while (phrase.first + 1 < phrase.last &&
           (fm_tree_words(tree, phrase.first, articles,
                          sizeof articles / sizeof *articles) ||
            tree->doc->upos[phrase.first] == FM_PUNCT))
        phrase.first++;
    /* "Dome Petroleum Ltd <DMP>" */
    for (uint32_t i = phrase.first + 1; i < phrase.last; i++)
        if (fm_str_eqz(tree->doc->form[i], "<"))
            phrase.last = i;
    while (phrase.last > phrase.first + 1 && is_loose(tree, phrase.last - 1))
        phrase.last--;
    return phrase;
}

/* --- what is counted ---------------------------------------------------------- */

/* The words of a noun behind its number: "post-Soviet states of Asia". first:
 * behind the amount. */
static struct fm_phrase words_behind(const struct fm_tree *tree, uint32_t noun,
                                     uint32_t first)
{
    struct fm_phrase p = fm_phrase_of(tree, noun, FM_PHRASE_PART, FM_NO_TOKEN);

    if (p.first < first)
        p.first = first;
    /* "of the five states": the whole is no word of what it is. */
    for (uint32_t k = tree->first[noun]; k < tree->first[noun + 1]; k++) {
        uint32_t c = tree->child[k];

        if (fm_tree_dep(tree, c) == FM_DEP_NUMMOD && c < noun &&
            tree->right[c] > p.first && tree->right[c] <= noun)
            p.first = tree->right[c];
    }
    p = fm_quantity_bare_phrase(tree, p);
    return p.last > p.first ? p : (struct fm_phrase){first, first};
}

/* "in the first nine months" says when. */
static bool is_time(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "day",    "days",    "decade",   "decades", "half",  "month", "months",
        "period", "quarter", "quarters", "week",    "weeks", "year",  "years",
    };

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

/* "15 oil and gas wells", "two oil producing sectors": more than one of them is a
 * plural, a little further on. */
static uint32_t plural_of(const struct fm_tree *tree, uint32_t noun)
{
    const struct fm_doc *doc = tree->doc;

    if (doc->xpos[noun] != FM_XPOS_NN)
        return noun;
    for (uint32_t i = noun + 1; i < doc->token_count && i <= noun + 4; i++) {
        if (doc->xpos[i] == FM_XPOS_NNS)
            return i;
        if (doc->upos[i] != FM_NOUN && doc->upos[i] != FM_ADJ &&
            doc->upos[i] != FM_CCONJ && doc->xpos[i] != FM_XPOS_VBG)
            break;
    }
    return noun;
}

/* The noun that an "of" behind the amount ties to it: "12 per cent of voters",
 * "hundreds of ships"; money has "in" too: "$5 billion in aid". */
static uint32_t noun_of(const struct fm_tree *tree, uint32_t top,
                        uint32_t behind, bool count)
{
    /* "of" right behind it, whatever it hangs from. */
    if (behind < tree->doc->token_count && fm_tree_word(tree, behind, "of") &&
        fm_tree_dep(tree, behind) == FM_DEP_CASE &&
        fm_tree_head(tree, behind) > behind)
        return fm_tree_head(tree, behind);
    for (uint32_t k = tree->first[top]; k < tree->first[top + 1]; k++) {
        uint32_t c = tree->child[k];

        if (c < top || fm_tree_dep(tree, c) != FM_DEP_NMOD)
            continue;
        if (has_case(tree, c, "of") ||
            (!count && has_case(tree, c, "in") &&
             tree->doc->upos[c] == FM_NOUN && !is_time(tree, c)))
            return c;
    }
    return FM_NO_TOKEN;
}

/* "a 5 million dollar loss": the noun behind that the measure describes. */
static uint32_t noun_described(const struct fm_tree *tree, uint32_t top)
{
    uint32_t head = fm_tree_head(tree, top);

    switch ((int)fm_tree_dep(tree, top)) {
    case FM_DEP_COMPOUND:
    case FM_DEP_NUMMOD:
    case FM_DEP_AMOD:
    case FM_DEP_NMOD:
    case FM_DEP_NMOD_DESC:
    case FM_DEP_NMOD_UNMARKED:
        return head > top && is_noun(tree, head) &&
                       !fm_tree_has(tree, top, FM_DEP_CASE)
                   ? head
                   : FM_NO_TOKEN;
    default: return FM_NO_TOKEN;
    }
}

/* Words that say how much is meant and not what of: walked through. */
static bool is_frame(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "average", "group",  "maximum", "minimum", "number",
        "pair",    "record", "series",  "sum",     "total"};

    return fm_tree_words(tree, i, words, sizeof words / sizeof *words);
}

/* "a 5 million dollar loss" where the tree has the loss elsewhere: an article
 * before the amount and a noun right behind it belong together. */
static uint32_t noun_beside(const struct fm_tree *tree, uint32_t first,
                            uint32_t behind, bool count)
{
    const struct fm_doc *doc = tree->doc;
    uint32_t i = behind;

    if (count || first == 0 || behind >= doc->token_count ||
        doc->upos[first - 1] != FM_DET || doc->upos[behind] != FM_NOUN)
        return FM_NO_TOKEN;
    while (i + 1 < doc->token_count && doc->upos[i + 1] == FM_NOUN)
        i++;
    return i;
}

/* Sets noun, about, and returns the token by which all of it hangs. */
static uint32_t find_noun(const struct fm_tree *tree, uint32_t start,
                          uint32_t end, bool count, bool plural,
                          struct fm_quantity_site *site)
{
    uint32_t first = (uint32_t)fm_doc_token_at(tree->doc, start);
    uint32_t behind = (uint32_t)fm_doc_token_at(tree->doc, end - 1) + 1;
    uint32_t noun = noun_described(tree, site->top);
    uint32_t anchor = site->top;

    if (noun == FM_NO_TOKEN)
        noun = noun_beside(tree, first, behind, count);

    if (noun != FM_NO_TOKEN) {
        anchor = noun;
        site->noun = noun;
        site->described = !count;
        if (count && plural && plural_of(tree, noun) != noun) {
            site->noun = plural_of(tree, noun);
            site->about = (struct fm_phrase){behind, site->noun + 1};
        } else {
            site->about = words_behind(tree, noun, behind);
        }
        return anchor;
    }
    noun = noun_of(tree, site->top, behind, count);
    if (noun != FM_NO_TOKEN) {
        site->noun = noun;
        site->about = words_behind(tree, noun, tree->left[noun]);
    }
    return anchor;
}

/* --- who has it, and how ------------------------------------------------------ */

static struct fm_phrase noun_words(const struct fm_tree *tree, uint32_t noun,
                                   uint32_t without)
{
    struct fm_phrase p = fm_phrase_of(tree, noun, FM_PHRASE_PART, without);

    while (p.last > p.first + 1 && tree->doc->upos[p.last - 1] == FM_PUNCT)
        p.last--;
    return fm_quantity_bare_phrase(tree, p);
}

/* A noun that is an amount itself: "5 million dollars", "a share" of it. */
static bool has_digits(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t k = tree->left[i]; k <= i; k++)
        if ((tree->doc->flags[k] & FM_TOKEN_DIGITS) != 0)
            return true;
    return fm_tree_word(tree, i, "share") && fm_tree_has(tree, i, FM_DEP_DET);
}

/* From the amount, over "and", "or" and "of", to the token that stands in a
 * clause. */
static uint32_t climb(const struct fm_tree *tree, uint32_t i, bool count,
                      struct fm_quantity_site *site)
{
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t head = fm_tree_head(tree, i);
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (head == i || fm_tree_has(tree, i, FM_DEP_COP))
            return i;
        if (dep == FM_DEP_CONJ &&
            (is_noun(tree, head) || tree->doc->upos[head] == FM_NUM)) {
            i = head;
            continue;
        }
        /* "of" goes with the noun before it, whatever the tree says. */
        if ((dep == FM_DEP_OBL || dep == FM_DEP_NMOD) &&
            has_case(tree, i, "of")) {
            uint32_t of = fm_phrase_case(tree, i).first;

            if (dep == FM_DEP_OBL && of > 0 &&
                tree->doc->upos[of - 1] == FM_NOUN)
                head = of - 1;
        }
        /* "7 million dollars, or 1 dollar a share, on sales of 80 million" */
        if (dep == FM_DEP_NMOD && head < i && site->noun != FM_NO_TOKEN &&
            has_digits(tree, head)) {
            i = head;
            continue;
        }
        if ((dep != FM_DEP_NMOD && dep != FM_DEP_OBL) || head > i ||
            !is_noun(tree, head) || !has_case(tree, i, "of"))
            return i;
        if (is_frame(tree, head)) {
            i = head;
            continue;
        }
        /* "a crew of nine people" has them; "profits of 5 million" are that. */
        if (count || site->noun != FM_NO_TOKEN)
            return i;
        site->noun = head;
        site->about = noun_words(tree, head, i);
        i = head;
    }
    return i;
}

static bool in_clause(const struct fm_tree *tree, uint32_t i,
                      struct fm_quantity_site *site)
{
    uint32_t head = fm_tree_head(tree, i);

    if (fm_tree_has(tree, i, FM_DEP_COP)) {
        /* "was among the first six countries" */
        if (!is_empty(fm_phrase_case(tree, i)))
            return false;
        site->role = FM_SITE_BE;
        site->verb = i;
        return true;
    }
    switch ((int)fm_tree_dep(tree, i)) {
    case FM_DEP_NSUBJ:
    case FM_DEP_NSUBJ_PASS: site->role = FM_SITE_SUBJECT; break;
    case FM_DEP_OBJ:
    case FM_DEP_IOBJ: site->role = FM_SITE_OBJECT; break;
    case FM_DEP_OBL:
    case FM_DEP_OBL_AGENT:
    case FM_DEP_OBL_UNMARKED: site->role = FM_SITE_OBLIQUE; break;
    case FM_DEP_XCOMP: site->role = FM_SITE_OBJECT; break;
    case FM_DEP_NMOD:
        if (head > i || !is_noun(tree, head))
            return false;
        site->role = FM_SITE_OF;
        site->holder = head;
        site->preposition = fm_phrase_case(tree, i);
        return !is_empty(site->preposition);
    default: return false;
    }
    if (!fm_clause_is_predicate(tree, head) && tree->doc->upos[head] != FM_VERB)
        return false;
    /* "is 5 km from Earth" with Earth for a predicate */
    if (is_noun(tree, head) || tree->doc->upos[head] == FM_PRON ||
        tree->doc->upos[head] == FM_NUM)
        return false;
    site->verb = head;
    if (site->role == FM_SITE_OBLIQUE)
        site->preposition = fm_phrase_case(tree, i);
    return true;
}

/* "said 40 people were hurt" with the people for an object: misread. */
static bool is_saying(const struct fm_tree *tree, uint32_t verb)
{
    static const char *const words[] = {"added",    "believe", "believed",
                                        "believes", "said",    "say",
                                        "says",     "thinks",  "told"};

    return fm_tree_words(tree, verb, words, sizeof words / sizeof *words);
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
    if (p.first <= site->top && site->top < p.last)
        return true;
    if (site->verb != FM_NO_TOKEN && p.first <= site->verb &&
        site->verb < p.last)
        return true;
    return site->role == FM_SITE_OF &&
           (p.last - p.first > HOLDER_MAX ||
            tree->doc->upos[site->holder] == FM_NUM ||
            has_digits(tree, site->holder));
}

bool fm_quantity_find_site(const struct fm_tree *tree, uint32_t start,
                           uint32_t end, bool count, bool plural,
                           struct fm_quantity_site *ret_site)
{
    struct fm_quantity_site site = {.noun = FM_NO_TOKEN,
                                    .holder = FM_NO_TOKEN,
                                    .verb = FM_NO_TOKEN,
                                    .subject = {.head = FM_NO_TOKEN}};
    enum fm_clause_link link = FM_LINK_OWN;
    uint32_t anchor;

    site.top = fm_time_top(tree, start, end);
    if (site.top == FM_NO_TOKEN)
        return false;
    anchor = climb(tree, find_noun(tree, start, end, count, plural, &site),
                   count, &site);
    site.anchor = anchor;
    if (!in_clause(tree, anchor, &site)) {
        site.role = FM_SITE_NONE;
        site.verb = FM_NO_TOKEN;
    }
    /* "the 60-metre races were held": a quality of theirs, not of the holding. */
    if (site.described && site.role == FM_SITE_SUBJECT)
        site.role = FM_SITE_NONE;
    if (site.role == FM_SITE_OBJECT && is_saying(tree, site.verb))
        site.role = FM_SITE_NONE;
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

char *fm_quantity_predicate(struct fm_context *ctx,
                            const struct fm_quantity_site *site,
                            struct fm_phrase *ret_words)
{
    const struct fm_tree *tree = ctx->tree;
    const struct fm_doc *doc = ctx->doc;
    struct fm_phrase p = {0, 0};
    struct fm_str words;
    struct fm_str before;

    if (site->role == FM_SITE_BE) {
        uint32_t cop = fm_tree_child(tree, site->verb, FM_DEP_COP, 0);

        p = (struct fm_phrase){cop, cop + 1};
        for (uint32_t k = tree->first[site->verb];
             k < tree->first[site->verb + 1]; k++)
            if (fm_tree_dep(tree, tree->child[k]) == FM_DEP_AUX &&
                tree->child[k] < p.first)
                p.first = tree->child[k];
    } else if (site->verb != FM_NO_TOKEN) {
        p = verb_words(tree, site->verb);
    }
    *ret_words = p;
    words = is_empty(p) ? fm_str("")
                        : fm_context_text(ctx, doc->start[p.first],
                                          doc->end[p.last - 1]);
    if (is_empty(site->preposition))
        return fm_arena_copy(ctx->arena, words);
    before = fm_context_text(ctx, doc->start[site->preposition.first],
                             doc->end[site->preposition.last - 1]);
    return fm_arena_printf(ctx->arena, "%.*s%s%.*s", FM_STR_ARG(words),
                           words.len > 0 ? " " : "", FM_STR_ARG(before));
}
