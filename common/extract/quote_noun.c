/* Nouns and adjectives that carry what somebody says or thinks: "the union's
 * criticism of the plan", "a promise by X to build a bridge", "voiced concern
 * about the plan", "is confident that it rains". */
#include "extract/clause.h"
#include "extract/quote_look.h"

/* Words between a copula and its adjective; auxiliaries before a verb. */
#define COPULA_MAX      6u
#define AUXILIARIES_MAX 6u

struct noun {
    struct fm_reading *r;
    const struct fm_tree *tree;
    const struct fm_cue_frame *cue;
    uint32_t first; /* tokens of the sentence */
    uint32_t last;
    uint32_t at;      /* the noun */
    uint32_t content; /* first token of what is said */
    uint32_t end;     /* behind it */
    bool adjective;
    bool clause;            /* it is a clause or an infinitive */
    struct fm_tokens words; /* of the cue */
    struct fm_saying *s;
};

/* --- what is said ----------------------------------------------------------------- */

/* The words of this preposition, listed in preps? */
static bool is_listed(const struct noun *n, uint32_t i)
{
    struct fm_str rest = fm_str(n->cue->prepositions);
    struct fm_str word;

    while (fm_str_next(&rest, ' ', &word))
        if (fm_str_ieq(fm_reading_text(n->r, i), word))
            return true;
    return false;
}

static void set_content(struct noun *n, uint32_t first, uint32_t i, bool clause)
{
    n->content = first;
    n->end = n->tree->right[i] < n->last ? n->tree->right[i] : n->last;
    n->clause = clause;
}

/* "that it rains", "to win" below the noun. */
static bool clause_below(struct noun *n, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(n->tree, i);
    uint32_t left = n->tree->left[i];
    uint32_t mark;

    if (dep != FM_DEP_ACL && dep != FM_DEP_ACL_RELCL && dep != FM_DEP_CCOMP &&
        dep != FM_DEP_XCOMP && !(n->adjective && dep == FM_DEP_ADVCL))
        return false;
    if (left == n->at + 1 && n->cue->that &&
        fm_tree_word(n->tree, left, "that") &&
        fm_tree_dep(n->tree, left) != FM_DEP_NSUBJ) {
        set_content(n, left, i, true);
        return true;
    }
    /* "confident it rains" */
    if (n->adjective && n->cue->that && dep == FM_DEP_CCOMP &&
        left == n->at + 1 && fm_tree_has(n->tree, i, FM_DEP_NSUBJ)) {
        set_content(n, left, i, true);
        return true;
    }
    mark = fm_tree_child(n->tree, i, FM_DEP_MARK, n->at);
    if (mark == FM_NO_TOKEN || mark > i)
        return false;
    if (fm_tree_word(n->tree, mark, "to") ? n->cue->to : is_listed(n, mark)) {
        bool to = fm_tree_word(n->tree, mark, "to");

        set_content(n, to ? mark : mark + 1, i, true);
        if (!to)
            n->words.last = mark + 1;
        return true;
    }
    return false;
}

static bool phrase_below(struct noun *n, uint32_t i)
{
    struct fm_phrase before = fm_phrase_case(n->tree, i);

    if ((fm_tree_dep(n->tree, i) != FM_DEP_NMOD &&
         fm_tree_dep(n->tree, i) != FM_DEP_OBL) ||
        before.first >= before.last || !is_listed(n, before.first))
        return false;
    n->words.last = before.last;
    set_content(n, before.last, i, false);
    return true;
}

/* "voiced concern | about the plan": tied to the verb of which the noun is the
 * object. */
static bool phrase_beside(struct noun *n)
{
    const struct fm_tree *tree = n->tree;
    uint32_t v = fm_tree_head(tree, n->at);

    if (v >= n->at || fm_tree_dep(tree, n->at) != FM_DEP_OBJ)
        return false;
    for (uint32_t c = tree->first[v]; c < tree->first[v + 1]; c++) {
        uint32_t i = tree->child[c];
        struct fm_phrase before;

        if (i < n->at || i >= n->last || tree->left[i] != n->at + 1 ||
            n->r->taken[i])
            continue;
        before = fm_phrase_case(tree, i);
        if (fm_tree_dep(tree, i) != FM_DEP_OBL || before.first >= before.last ||
            !is_listed(n, before.first))
            return false;
        n->words.last = before.last;
        set_content(n, before.last, i, false);
        return n->content < n->end;
    }
    return false;
}

static bool find_content(struct noun *n)
{
    const struct fm_tree *tree = n->tree;

    for (uint32_t c = tree->first[n->at]; c < tree->first[n->at + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i < n->at || i >= n->last || n->r->taken[i])
            continue;
        if (clause_below(n, i) || phrase_below(n, i))
            return n->content < n->end;
    }
    return phrase_beside(n);
}

/* --- who says it ------------------------------------------------------------------- */

static bool speaker_of(struct noun *n, uint32_t i)
{
    return fm_speaker_phrase(n->r, i, FM_NO_TOKEN, &n->s->speaker);
}

/* "its criticism", "the union's criticism", "criticism from the union". */
static bool owner(struct noun *n)
{
    static const char *const by[] = {"among", "by", "from"};
    const struct fm_tree *tree = n->tree;

    for (uint32_t c = tree->first[n->at]; c < tree->first[n->at + 1]; c++) {
        uint32_t i = tree->child[c];
        uint32_t before = fm_phrase_case(tree, i).first;

        if (fm_tree_dep(tree, i) == FM_DEP_NMOD_POSS && i < n->at)
            return speaker_of(n, i);
        if (fm_tree_dep(tree, i) == FM_DEP_NMOD && i > n->at &&
            n->content != i &&
            (fm_tree_words(tree, before, by, sizeof by / sizeof *by) ||
             (n->clause && fm_tree_word(tree, before, "of"))) &&
            (tree->right[i] <= n->content || i > n->end))
            return speaker_of(n, i);
    }
    return false;
}

/* The cue grows by the auxiliaries and adverbs before it. */
static void widen(struct noun *n)
{
    uint32_t from = n->words.first;

    for (uint32_t i = from; i < n->at; i++)
        if (fm_reading_kind(n->r, i) == FM_WORD_NOT)
            n->s->denial = (struct fm_tokens){i, i + 1};
    while (n->words.first > n->first &&
           n->words.first + AUXILIARIES_MAX > from) {
        enum fm_word k = fm_reading_kind(n->r, n->words.first - 1);

        if (k == FM_WORD_NOT)
            n->s->denial =
                (struct fm_tokens){n->words.first - 1, n->words.first};
        else if (k != FM_WORD_AUXILIARY && k != FM_WORD_ADVERB)
            break;
        n->words.first--;
    }
}

/* "voiced concern about", "raised doubts that": whose subject speaks. */
static bool light(struct noun *n)
{
    static const char *const verbs[] = {
        "announce",  "bear",    "declare", "draw",   "express", "give",
        "harbor",    "have",    "hold",    "issue",  "level",   "make",
        "offer",     "pledge",  "push",    "put",    "raise",   "reaffirm",
        "reiterate", "release", "renew",   "repeat", "reveal",  "send",
        "share",     "show",    "signal",  "sound",  "state",   "take",
        "throw",     "voice",   "write"};
    const struct fm_tree *tree = n->tree;
    uint32_t v = fm_tree_head(tree, n->at);
    struct fm_clause_part subject;
    enum fm_clause_link link;

    if (v >= n->at || n->at - v > 8 || fm_tree_dep(tree, n->at) != FM_DEP_OBJ ||
        n->r->inside[v] != 0 || !fm_tree_is_verb(tree, v) ||
        fm_str_bsearch(tree->doc->lemma[v], verbs,
                       sizeof verbs / sizeof *verbs) < 0)
        return false;
    /* "has the support of the union": it is the union's. */
    if (fm_tree_word(tree, n->words.last - 1, "of") &&
        (fm_str_eqz(tree->doc->lemma[v], "have") ||
         fm_str_eqz(tree->doc->lemma[v], "draw")))
        return false;
    subject = fm_clause_subject(tree, v, &link);
    if (subject.head == FM_NO_TOKEN || subject.head > n->at ||
        !fm_speaker_phrase(n->r, subject.head, subject.without, &n->s->speaker))
        return false;
    n->words.first = v;
    widen(n);
    return true;
}

/* "is confident", "became wary": whose subject is. */
static bool bearer(struct noun *n)
{
    const struct fm_tree *tree = n->tree;
    uint32_t cop = fm_tree_child(tree, n->at, FM_DEP_COP, 0);
    struct fm_clause_part subject;
    enum fm_clause_link link;

    if (cop == FM_NO_TOKEN || cop > n->at || n->at - cop > COPULA_MAX ||
        fm_tree_has(tree, n->at, FM_DEP_EXPL))
        return false;
    subject = fm_clause_subject(tree, n->at, &link);
    if (subject.head == FM_NO_TOKEN || subject.head > n->at ||
        fm_tree_word(tree, subject.head, "it") ||
        fm_tree_word(tree, subject.head, "this") ||
        fm_tree_word(tree, subject.head, "that") ||
        !fm_speaker_phrase(n->r, subject.head, subject.without, &n->s->speaker))
        return false;
    n->words.first = cop;
    widen(n);
    return true;
}

/* --- all ----------------------------------------------------------------------------- */

static void complete(struct noun *n)
{
    struct fm_saying *s = n->s;

    s->kind = FACTMILL__V1__FACT__KIND__REPORTED;
    s->type = FACTMILL__V1__ATTRIBUTION__TYPE__INDIRECT;
    s->rule = n->adjective ? "report.adjective" : "report.noun";
    s->lemma = n->cue->lemma;
    s->cue = n->words;
    s->clausal = n->clause;
    s->at = n->r->doc->start[n->at];
    for (uint32_t i = n->words.first; i < n->words.last; i++)
        n->r->cued[i] = 1;
    fm_saying_set_content(n->r, s, n->content, n->end);
}

static bool read_noun(struct noun *n)
{
    uint8_t upos = n->tree->doc->upos[n->at];

    if (n->r->inside[n->at] != 0 || n->r->taken[n->at])
        return false;
    /* A noun as an object may be tagged as the verb it looks like. */
    if (upos == FM_VERB && fm_tree_dep(n->tree, n->at) == FM_DEP_OBJ)
        upos = FM_NOUN;
    n->adjective = upos == FM_ADJ || upos == FM_VERB;
    if (n->adjective)
        n->cue = fm_cue_adjective(fm_reading_text(n->r, n->at));
    else if (upos == FM_NOUN)
        n->cue = fm_cue_noun(fm_reading_text(n->r, n->at));
    if (n->cue == NULL)
        return false;
    n->words = (struct fm_tokens){n->at, n->at + 1};
    /* "stubborn refusal" */
    while (n->words.first > n->first && !n->adjective &&
           n->tree->doc->upos[n->words.first - 1] == FM_ADJ &&
           fm_tree_head(n->tree, n->words.first - 1) == n->at)
        n->words.first--;
    if (!find_content(n))
        return false;
    if (n->adjective ? !bearer(n) : !owner(n) && !light(n)) {
        /* "rumors that it rains", "criticism of the plan": nobody's. */
        if (n->adjective || !n->cue->alone ||
            fm_tree_word(n->tree, n->content, "to"))
            return false;
        memset(&n->s->speaker, 0, sizeof n->s->speaker);
    }
    complete(n);
    return n->s->start < n->s->end;
}

void fm_quote_nouns(struct fm_reading *r, struct fm_sayings *sayings,
                    uint32_t first, uint32_t last)
{
    if (r->ctx->tree == NULL)
        return;
    for (uint32_t i = first; i < last; i++) {
        struct fm_saying found = {0};
        struct noun n = {.r = r,
                         .tree = r->ctx->tree,
                         .first = first,
                         .last = last,
                         .at = i,
                         .s = &found};
        struct fm_saying *kept;

        if (!read_noun(&n))
            continue;
        kept = fm_sayings_add(r, sayings);
        if (kept == NULL)
            return;
        *kept = found;
    }
}
