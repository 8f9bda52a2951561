#include "extract/phrase.h"

static bool is_punct(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_PUNCT;
}

/* Opening and closing marks that come in pairs: their number, from 1; closing
 * ones negative; 0 = another token. */
static int bracket(const struct fm_tree *tree, uint32_t i)
{
    static const struct {
        const char *mark;
        int pair;
    } marks[] = {
        {"(", 1},
        {")", -1},
        {"[", 2},
        {"]", -2},
        {"-LRB-", 1},
        {"-RRB-", -1},
        {"``", 3},
        {"''", -3},
        {"\xe2\x80\x9c", 4},
        {"\xe2\x80\x9d", -4},
        {"\xc2\xab", 5},
        {"\xc2\xbb", -5},
        {"\xe2\x80\x98", 6},
        {"\xe2\x80\x99", -6},
    };
    struct fm_str form = tree->doc->form[i];

    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
        if (fm_str_eqz(form, marks[k].mark))
            return marks[k].pair;
    if (fm_str_eqz(form, "\""))
        return tree->doc->flags[i] & FM_TOKEN_QUOTE_CLOSE ? -7 : 7;
    return 0;
}

static bool is_quote_pair(int pair)
{
    return pair >= 3 || pair <= -3;
}

bool fm_phrase_is_set_off(const struct fm_tree *tree, uint32_t i)
{
    uint32_t left = tree->left[i];

    if (is_punct(tree, left) && !is_quote_pair(bracket(tree, left)))
        return true;
    return left > 0 && is_punct(tree, left - 1) &&
           !is_quote_pair(bracket(tree, left - 1)) &&
           !fm_str_eqz(tree->doc->form[left - 1], "-");
}

static bool is_place_name(const struct fm_doc *doc, uint32_t i)
{
    const struct fm_name *name = fm_phrase_name(doc, i);

    return name != NULL &&
           (name->type == FM_NE_COUNTRY || name->type == FM_NE_CITY ||
            name->type == FM_NE_REGION || name->type == FM_NE_LOCATION);
}

const struct fm_name *fm_phrase_name(const struct fm_doc *doc, uint32_t i)
{
    size_t low = 0;
    size_t high = doc->name_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (doc->names[mid].last <= i)
            low = mid + 1;
        else
            high = mid;
    }
    return low < doc->name_count && doc->names[low].first <= i
               ? &doc->names[low]
               : NULL;
}

bool fm_phrase_is_containment(const struct fm_tree *tree, uint32_t i)
{
    const struct fm_doc *doc = tree->doc;
    uint32_t head = fm_tree_head(tree, i);

    return doc->upos[i] == FM_PROPN && doc->upos[head] == FM_PROPN &&
           head < i && tree->left[i] + 3 >= i &&
           !fm_tree_has(tree, i, FM_DEP_DET) &&
           (is_place_name(doc, i) || is_place_name(doc, head));
}

/* --- what is left out ------------------------------------------------------------- */

/* Behind a comma these only add something. */
static bool is_remark(enum fm_dep dep)
{
    return dep == FM_DEP_APPOS || dep == FM_DEP_ACL_RELCL ||
           dep == FM_DEP_ACL || dep == FM_DEP_PARATAXIS ||
           dep == FM_DEP_ADVCL || dep == FM_DEP_ADVCL_RELCL ||
           dep == FM_DEP_DISCOURSE || dep == FM_DEP_LIST || dep == FM_DEP_DEP;
}

static bool is_part_of_name(enum fm_dep dep)
{
    return dep == FM_DEP_FLAT || dep == FM_DEP_FIXED ||
           dep == FM_DEP_GOESWITH || dep == FM_DEP_COMPOUND ||
           dep == FM_DEP_NUMMOD || dep == FM_DEP_NMOD_DESC;
}

/* Of a noun that is predicated ("is a member since May"): what hangs from it as
 * from a verb. */
static bool is_of_clause(const struct fm_tree *tree, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    return dep == FM_DEP_OBL || dep == FM_DEP_OBL_UNMARKED ||
           dep == FM_DEP_ADVCL || dep == FM_DEP_CCOMP || dep == FM_DEP_CSUBJ ||
           dep == FM_DEP_XCOMP || dep == FM_DEP_PARATAXIS ||
           dep == FM_DEP_OBL_AGENT || dep == FM_DEP_VOCATIVE ||
           dep == FM_DEP_DISCOURSE ||
           (dep == FM_DEP_CONJ &&
            (fm_tree_has(tree, i, FM_DEP_COP) ||
             fm_tree_has(tree, i, FM_DEP_NSUBJ) || fm_tree_is_verb(tree, i)));
}

/* What a noun can do without: other members, clauses, and phrases but for those
 * with "of", which often say what it is ("a row of seats"). */
static bool is_beside_core(const struct fm_tree *tree, uint32_t i,
                           uint32_t head)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (dep == FM_DEP_NMOD)
        return i > head &&
               !fm_tree_word(tree, fm_phrase_case(tree, i).first, "of");
    return dep == FM_DEP_CONJ;
}

static bool is_left_out(const struct fm_tree *tree, uint32_t i, uint32_t head,
                        enum fm_phrase_size size)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (is_remark(dep) && fm_phrase_is_set_off(tree, i))
        return dep != FM_DEP_APPOS || !fm_phrase_is_containment(tree, i);
    if (size == FM_PHRASE_PART &&
        (dep == FM_DEP_ACL_RELCL || dep == FM_DEP_ACL))
        return true;
    if (fm_tree_head(tree, i) != head)
        return false;
    if (fm_tree_has(tree, head, FM_DEP_COP) && is_of_clause(tree, i))
        return true;
    /* "as soon as possible | and go on" */
    if (dep == FM_DEP_CONJ && tree->doc->upos[head] == FM_ADV)
        return true;
    /* "Acme's" */
    if (fm_tree_dep(tree, i) == FM_DEP_CASE)
        return true;
    if (size == FM_PHRASE_SHORT)
        return !is_part_of_name(dep) && !is_punct(tree, i);
    return size == FM_PHRASE_PART && is_beside_core(tree, i, head);
}

/* A word between head and what hangs from it that is of another phrase: arcs that
 * cross are mistakes, and the phrase ends before. */
static bool is_foreign(const struct fm_tree *tree, uint32_t i, uint32_t head)
{
    return !is_punct(tree, i) && tree->doc->upos[i] != FM_CCONJ &&
           !fm_tree_word(tree, i, "<") && !fm_tree_word(tree, i, ">") &&
           !fm_tree_below(tree, i, head);
}

/* "the fact that the prices, set by law, | rose": a clause within the phrase goes on
 * behind the remark i. */
static bool goes_on(const struct fm_tree *tree, uint32_t i, uint32_t head)
{
    uint32_t at = fm_tree_head(tree, i);

    for (size_t n = 0; n < 8 && at != head && !fm_tree_is_root(tree, at); n++) {
        if (at > i && fm_tree_dep(tree, at) != FM_DEP_CONJ &&
            fm_tree_dep(tree, at) != FM_DEP_APPOS)
            return true;
        at = fm_tree_head(tree, at);
    }
    return false;
}

static uint32_t right_edge(const struct fm_tree *tree, uint32_t head,
                           enum fm_phrase_size size, uint32_t without)
{
    uint32_t right = tree->right[head];

    for (uint32_t i = head + 1; i < right; i++) {
        if (i == without ||
            (is_left_out(tree, i, head, size) && !goes_on(tree, i, head)))
            right = tree->left[i] > head ? tree->left[i] : i;
        else if (is_foreign(tree, i, head))
            right = i;
    }
    return right;
}

/* --- edges ------------------------------------------------------------------------------ */

static bool is_lead(enum fm_dep dep)
{
    return dep == FM_DEP_CASE || dep == FM_DEP_CC || dep == FM_DEP_MARK ||
           dep == FM_DEP_PUNCT || dep == FM_DEP_DISCOURSE;
}

/* "even a child", "is now a brand", "is not late": said of the clause, not of
 * the noun. */
static bool is_passing_adverb(const struct fm_tree *tree, uint32_t head,
                              uint32_t i)
{
    static const char *const words[] = {
        "also", "even", "n't", "never", "not", "too", "n\xe2\x80\x99t"};
    static const char *const degrees[] = {
        "about",   "almost", "approximately", "just", "merely", "more",
        "most",    "mostly", "nearly",        "only", "quite",  "rather",
        "roughly", "simply", "some",          "so",   "such",   "very"};
    uint8_t upos = tree->doc->upos[head];

    if (fm_tree_dep(tree, i) != FM_DEP_ADVMOD)
        return false;
    if (fm_tree_words(tree, i, words, sizeof words / sizeof *words))
        return true;
    return fm_tree_has(tree, head, FM_DEP_COP) &&
           (upos == FM_NOUN || upos == FM_PROPN) &&
           tree->right[i] - tree->left[i] == 1 &&
           !fm_tree_words(tree, i, degrees, sizeof degrees / sizeof *degrees);
}

/* "By and large, | the firm": a phrase before it and a comma. */
static bool is_put_before(const struct fm_tree *tree, uint32_t head, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);
    uint32_t behind = tree->right[i];

    if (dep != FM_DEP_NMOD && dep != FM_DEP_OBL && dep != FM_DEP_ADVMOD &&
        dep != FM_DEP_ADVCL && dep != FM_DEP_OBL_UNMARKED &&
        dep != FM_DEP_PARATAXIS)
        return false;
    return behind < head &&
           (fm_tree_word(tree, behind, ",") ||
            (behind > 0 && fm_tree_word(tree, behind - 1, ",")));
}

/* Behind the prepositions, conjunctions and marks that the phrase begins with. */
static uint32_t left_edge(const struct fm_tree *tree, uint32_t head)
{
    uint32_t left = tree->left[head];
    uint32_t cop = fm_tree_child(tree, head, FM_DEP_COP, 0);

    struct fm_phrase before = fm_phrase_case(tree, head);

    if (cop < head)
        left = tree->right[cop] <= head ? tree->right[cop] : head;
    /* "only in part": what stands before the preposition goes with it. */
    if (before.first < before.last && before.last > left)
        left = before.last;
    for (uint32_t i = head; i-- > left;)
        if (is_foreign(tree, i, head)) {
            left = i + 1;
            break;
        }
    /* "pointed out | that | efforts failed" */
    if (left < head && fm_tree_word(tree, left, "that") &&
        (tree->doc->xpos[head] == FM_XPOS_NNS ||
         tree->doc->xpos[head] == FM_XPOS_NNPS))
        left++;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i >= head || tree->left[i] > left)
            break;
        if (tree->left[i] < left)
            continue;
        if ((is_lead(fm_tree_dep(tree, i)) &&
             !is_quote_pair(bracket(tree, i))) ||
            is_passing_adverb(tree, head, i) || is_put_before(tree, head, i))
            left = tree->right[i] <= head ? tree->right[i] : left;
    }
    return left;
}

/* What no phrase ends with: what should have followed is elsewhere. */
static bool is_dangling(const struct fm_tree *tree, uint32_t i)
{
    uint8_t upos = tree->doc->upos[i];

    return upos == FM_PUNCT || upos == FM_CCONJ ||
           (upos == FM_ADP && fm_tree_dep(tree, i) == FM_DEP_CASE) ||
           ((upos == FM_SCONJ || upos == FM_PRON) &&
            fm_tree_word(tree, i, "that"));
}

/* Counts one more mark of a pair, or takes it back. */
static void count_mark(int *open, int pair, int by)
{
    if (pair != 0)
        open[pair < 0 ? -pair : pair] += pair < 0 ? -by : by;
}

/* Takes marks off both ends: commas, dashes, and brackets and quotation marks
 * that have no partner within. */
static void trim(const struct fm_tree *tree, uint32_t head, uint32_t *first,
                 uint32_t *last)
{
    int open[8] = {0};

    for (uint32_t i = *first; i < *last; i++)
        count_mark(open, bracket(tree, i), 1);
    while (*last > head + 1 && is_dangling(tree, *last - 1)) {
        int pair = bracket(tree, *last - 1);

        if (pair < 0 && open[-pair] >= 0)
            break;
        count_mark(open, pair, -1);
        --*last;
    }
    while (*first < head && is_punct(tree, *first)) {
        int pair = bracket(tree, *first);

        if (pair > 0 && open[pair] <= 0)
            break;
        count_mark(open, pair, -1);
        ++*first;
    }
}

/* "to leave”, he said": a quotation ends that began before the phrase, and so does
 * the phrase. */
static uint32_t quote_end(const struct fm_tree *tree, uint32_t first,
                          uint32_t head, uint32_t last)
{
    int open = 0;

    for (uint32_t i = first; i < last; i++) {
        int pair = bracket(tree, i);

        /* Single marks are apostrophes too. */
        if (!is_quote_pair(pair) || pair == 6 || pair == -6)
            continue;
        open += pair > 0 ? 1 : -1;
        if (open < 0 && i > head)
            return i;
        if (open < 0)
            open = 0;
    }
    return last;
}

/* A clause: all of it, behind its conjunction. */
static struct fm_phrase clause_of(const struct fm_tree *tree, uint32_t head)
{
    struct fm_phrase phrase = {tree->left[head], tree->right[head]};
    struct fm_phrase mark = fm_phrase_mark(tree, head);

    if (mark.first < mark.last && mark.last <= head &&
        (mark.first == phrase.first || fm_tree_dep(tree, head) != FM_DEP_CCOMP))
        phrase.first = mark.last;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i > head && fm_tree_dep(tree, i) == FM_DEP_PARATAXIS &&
            fm_phrase_is_set_off(tree, i)) {
            phrase.last = tree->left[i] > head ? tree->left[i] : i;
            break;
        }
    }
    for (uint32_t i = head + 1; i < phrase.last; i++)
        if (is_foreign(tree, i, head))
            phrase.last = i;
    for (uint32_t i = head; i-- > phrase.first;)
        if (is_foreign(tree, i, head))
            phrase.first = i + 1;
    /* "hope that, in time, that they come" */
    while (phrase.first < head && mark.first < mark.last &&
           (is_punct(tree, phrase.first) ||
            (fm_tree_word(tree, phrase.first, "that") &&
             fm_tree_dep(tree, phrase.first) == FM_DEP_MARK)))
        phrase.first++;
    phrase.last = quote_end(tree, phrase.first, head, phrase.last);
    trim(tree, head, &phrase.first, &phrase.last);
    return phrase;
}

/* A name is not taken apart, whatever the tree says. */
static void cover_name(const struct fm_tree *tree, uint32_t head,
                       uint32_t without, struct fm_phrase *phrase)
{
    const struct fm_name *name = fm_phrase_name(tree->doc, head);

    if (name == NULL)
        return;
    if (name->first < phrase->first)
        phrase->first = name->first;
    if (name->last > phrase->last &&
        (without == FM_NO_TOKEN || without < head ||
         tree->left[without] >= name->last))
        phrase->last = name->last;
}

struct fm_phrase fm_phrase_of(const struct fm_tree *tree, uint32_t head,
                              enum fm_phrase_size size, uint32_t without)
{
    struct fm_phrase phrase;

    if (size == FM_PHRASE_CLAUSE)
        return clause_of(tree, head);
    phrase.first = left_edge(tree, head);
    phrase.last = right_edge(tree, head, size, without);
    cover_name(tree, head, without, &phrase);
    if (without != FM_NO_TOKEN && without < head &&
        phrase.first < tree->right[without])
        phrase.first =
            tree->right[without] <= head ? tree->right[without] : head;
    phrase.last = quote_end(tree, phrase.first, head, phrase.last);
    trim(tree, head, &phrase.first, &phrase.last);
    return phrase;
}

/* Tokens [first, last) of the children of head with relation dep that stand
 * behind token from, one right behind the other. */
static struct fm_phrase run_of(const struct fm_tree *tree, uint32_t head,
                               enum fm_dep dep, uint32_t from)
{
    struct fm_phrase run = {head, head};

    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i > head)
            break;
        if (fm_tree_dep(tree, i) != dep || i < from)
            continue;
        if (run.first != run.last && i != run.last)
            break;
        if (run.first == run.last)
            run.first = i;
        run.last = tree->right[i] <= head ? tree->right[i] : i + 1;
        while (run.last > i + 1 && is_punct(tree, run.last - 1))
            run.last--;
    }
    return run;
}

struct fm_phrase fm_phrase_case(const struct fm_tree *tree, uint32_t head)
{
    uint32_t cop = fm_tree_child(tree, head, FM_DEP_COP, 0);

    return run_of(tree, head, FM_DEP_CASE, cop < head ? cop : 0);
}

struct fm_phrase fm_phrase_mark(const struct fm_tree *tree, uint32_t head)
{
    struct fm_phrase mark = run_of(tree, head, FM_DEP_MARK, 0);
    uint32_t left = tree->left[head];

    /* "is below its level": that preposition is of what is said. */
    if (mark.first == mark.last && !fm_tree_has(tree, head, FM_DEP_COP))
        mark = run_of(tree, head, FM_DEP_CASE, 0);
    /* "when", "where" are adverbs, and do the same work. */
    if (mark.first == mark.last && left < head &&
        tree->doc->xpos[left] == FM_XPOS_WRB &&
        fm_tree_head(tree, left) == head)
        return (struct fm_phrase){left, left + 1};
    return mark;
}
