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
           dep == FM_DEP_ADVCL || dep == FM_DEP_CCOMP || dep == FM_DEP_XCOMP ||
           dep == FM_DEP_PARATAXIS || dep == FM_DEP_OBL_AGENT ||
           (dep == FM_DEP_CONJ && (fm_tree_has(tree, i, FM_DEP_COP) ||
                                   fm_tree_has(tree, i, FM_DEP_NSUBJ) ||
                                   tree->doc->upos[i] == FM_VERB));
}

static bool is_left_out(const struct fm_tree *tree, uint32_t i, uint32_t head,
                        enum fm_phrase_size size)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (is_remark(dep) && fm_phrase_is_set_off(tree, i))
        return true;
    if (fm_tree_head(tree, i) != head)
        return false;
    if (fm_tree_has(tree, head, FM_DEP_COP) && is_of_clause(tree, i))
        return true;
    /* "Acme's" */
    if (fm_tree_dep(tree, i) == FM_DEP_CASE)
        return true;
    if (size == FM_PHRASE_SHORT)
        return !is_part_of_name(dep) && !is_punct(tree, i);
    return size == FM_PHRASE_PART && dep == FM_DEP_CONJ;
}

static uint32_t right_edge(const struct fm_tree *tree, uint32_t head,
                           enum fm_phrase_size size, uint32_t without)
{
    uint32_t right = tree->right[head];

    for (uint32_t i = head + 1; i < right; i++)
        if (i == without || is_left_out(tree, i, head, size))
            right = tree->left[i] > head ? tree->left[i] : i;
    return right;
}

/* --- edges ------------------------------------------------------------------------------ */

static bool is_lead(enum fm_dep dep)
{
    return dep == FM_DEP_CASE || dep == FM_DEP_CC || dep == FM_DEP_MARK ||
           dep == FM_DEP_PUNCT || dep == FM_DEP_DISCOURSE;
}

/* Behind the prepositions, conjunctions and marks that the phrase begins with. */
static uint32_t left_edge(const struct fm_tree *tree, uint32_t head)
{
    uint32_t left = tree->left[head];
    uint32_t cop = fm_tree_child(tree, head, FM_DEP_COP, 0);

    if (cop < head)
        left = tree->right[cop] <= head ? tree->right[cop] : head;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i >= head || tree->left[i] > left)
            break;
        if (tree->left[i] < left)
            continue;
        if (is_lead(fm_tree_dep(tree, i)) && !is_quote_pair(bracket(tree, i)))
            left = tree->right[i] <= head ? tree->right[i] : left;
    }
    return left;
}

/* Takes marks off both ends: commas, dashes, and brackets and quotation marks
 * that have no partner within. */
static void trim(const struct fm_tree *tree, uint32_t head, uint32_t *first,
                 uint32_t *last)
{
    int open[8] = {0};

    for (uint32_t i = *first; i < *last; i++) {
        int pair = bracket(tree, i);

        if (pair > 0)
            open[pair]++;
        else if (pair < 0)
            open[-pair]--;
    }
    while (*last > head + 1 && is_punct(tree, *last - 1)) {
        int pair = bracket(tree, *last - 1);

        if (pair < 0 && open[-pair] >= 0)
            break;
        if (pair != 0)
            open[pair < 0 ? -pair : pair] += pair < 0 ? 1 : -1;
        --*last;
    }
    while (*first < head && is_punct(tree, *first)) {
        int pair = bracket(tree, *first);

        if (pair > 0 && open[pair] <= 0)
            break;
        if (pair != 0)
            open[pair < 0 ? -pair : pair] += pair < 0 ? 1 : -1;
        ++*first;
    }
}

struct fm_phrase fm_phrase_of(const struct fm_tree *tree, uint32_t head,
                              enum fm_phrase_size size, uint32_t without)
{
    struct fm_phrase phrase = {left_edge(tree, head),
                               right_edge(tree, head, size, without)};

    if (without != FM_NO_TOKEN && without < head &&
        phrase.first < tree->right[without])
        phrase.first =
            tree->right[without] <= head ? tree->right[without] : head;
    trim(tree, head, &phrase.first, &phrase.last);
    return phrase;
}

struct fm_phrase fm_phrase_case(const struct fm_tree *tree, uint32_t head)
{
    struct fm_phrase none = {head, head};

    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (i > head)
            break;
        if (dep != FM_DEP_CASE && dep != FM_DEP_MARK)
            continue;
        none.first = i;
        none.last = tree->right[i] <= head ? tree->right[i] : i + 1;
        /* "from within", "as to": one behind the other. */
        for (uint32_t k = c + 1; k < tree->first[head + 1]; k++) {
            uint32_t next = tree->child[k];

            if (next != none.last || next >= head ||
                fm_tree_dep(tree, next) != dep)
                break;
            none.last =
                tree->right[next] <= head ? tree->right[next] : next + 1;
        }
        return none;
    }
    return none;
}
