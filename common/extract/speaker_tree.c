/* Speakers over syntax: the subject of a reporting verb, and all that is said of
 * a speaker where they are named. */
#include "extract/clause.h"
#include "extract/speaker.h"

static bool is_pronoun(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_PRON && tree->right[i] - tree->left[i] == 1;
}

static bool is_demonstrative(const struct fm_reading *r, uint32_t i)
{
    static const char *const words[] = {"all",  "another", "both", "some",
                                        "that", "these",   "this", "those"};

    return fm_tree_words(r->ctx->tree, i, words, sizeof words / sizeof *words);
}

/* "President Ann Lee"; not "supporters of Ann Lee", "the Lee campaign". */
static bool is_name_of(const struct fm_tree *tree, uint32_t head,
                       struct fm_tokens name)
{
    for (uint32_t i = name.first; i < name.last; i++) {
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (i == head || (fm_tree_head(tree, i) == head &&
                          (dep == FM_DEP_FLAT || dep == FM_DEP_APPOS ||
                           dep == FM_DEP_NMOD_DESC)))
            return true;
    }
    return false;
}

/* "…, the mayor of Orm" */
static void add_apposition(const struct fm_reading *r, uint32_t head,
                           struct fm_speaker *speaker)
{
    const struct fm_tree *tree = r->ctx->tree;
    uint32_t i = fm_tree_child(tree, head, FM_DEP_APPOS, head);
    uint32_t first;

    if (i == FM_NO_TOKEN || tree->left[i] < speaker->phrase.last ||
        r->inside[i] != 0)
        return;
    first = tree->left[i];
    if (fm_reading_kind(r, first) == FM_WORD_BRACKET_OPEN)
        return; /* "(D-Orm)" */
    while (first < i && tree->doc->upos[first] == FM_PUNCT)
        first++;
    fm_speaker_apposition(r, speaker, first, tree->right[i]);
}

/* "[Last month] President Lee", "the council [on Friday]" */
static struct fm_phrase without_time(const struct fm_reading *r,
                                     struct fm_phrase p, uint32_t head)
{
    static const char *const units[] = {"month", "night", "week", "year"};

    if (p.first + 2 <= head &&
        (fm_reading_is(r, p.first, "last") ||
         fm_reading_is(r, p.first, "this") ||
         fm_reading_is(r, p.first, "next")) &&
        (fm_tree_words(r->ctx->tree, p.first + 1, units,
                       sizeof units / sizeof *units) ||
         fm_reading_kind(r, p.first + 1) == FM_WORD_TIME) &&
        (fm_reading_kind(r, p.first + 2) == FM_WORD_NAME ||
         fm_reading_kind(r, p.first + 2) == FM_WORD_TITLE ||
         fm_reading_kind(r, p.first + 2) == FM_WORD_DETERMINER))
        p.first += 2;
    while (p.last > head + 2 &&
           fm_reading_kind(r, p.last - 1) == FM_WORD_TIME &&
           fm_reading_is(r, p.last - 2, "on"))
        p.last -= 2;
    return p;
}

bool fm_speaker_phrase(const struct fm_reading *r, uint32_t head,
                       uint32_t without, struct fm_speaker *ret_speaker)
{
    const struct fm_tree *tree = r->ctx->tree;
    struct fm_speaker s = {.kind = FM_SPEAKER_NOMINAL};
    struct fm_phrase p;

    if (tree == NULL || head == FM_NO_TOKEN || r->inside[head] != 0 ||
        fm_tree_is_verb(tree, head) ||
        (tree->doc->upos[head] == FM_DET &&
         tree->right[head] - tree->left[head] == 1 &&
         tree->doc->xpos[head] == FM_XPOS_DT && !is_demonstrative(r, head)))
        return false;
    p = fm_phrase_of(tree, head, FM_PHRASE_FULL, without);
    /* "57 per cent", however it is tied together */
    while (p.first > 0 && !fm_tree_is_root(tree, head) &&
           (fm_reading_kind(r, p.first - 1) == FM_WORD_NUMBER ||
            fm_reading_is(r, p.first - 1, "per")) &&
           (fm_reading_is(r, p.first, "per") ||
            fm_reading_is(r, p.first, "cent") ||
            fm_reading_is(r, p.first, "percent")))
        p.first--;
    p = without_time(r, p, head);
    for (uint32_t i = head + 1; i < p.last; i++)
        if (r->inside[i] != r->inside[head])
            p.last = i;
    s.phrase.first = p.first;
    s.phrase.last = p.last;
    if (p.first >= p.last || p.last - p.first > FM_SPEAKER_TOKENS_MAX)
        return false;
    if (is_pronoun(tree, head))
        s.kind = FM_SPEAKER_PRONOUN;
    else
        fm_speaker_cut(r, &s);
    if (s.kind == FM_SPEAKER_NAMED && !is_name_of(tree, head, s.name)) {
        s.kind = FM_SPEAKER_NOMINAL;
        s.name = s.role = (struct fm_tokens){0, 0};
    }
    if (s.kind != FM_SPEAKER_PRONOUN)
        add_apposition(r, head, &s);
    *ret_speaker = s;
    return true;
}

/* "a letter saying", "voters saying"; not "the launch, saying". */
static bool can_speak(const struct fm_reading *r, uint32_t head)
{
    return head != FM_NO_TOKEN && (r->doc->xpos[head] != FM_XPOS_NN ||
                                   fm_reading_kind(r, head) == FM_WORD_TITLE ||
                                   fm_cue_document(fm_reading_text(r, head)));
}

bool fm_speaker_subject(const struct fm_reading *r, uint32_t verb,
                        struct fm_speaker *ret_speaker)
{
    enum fm_clause_link link;
    struct fm_clause_part part;

    if (r->ctx->tree == NULL)
        return false;
    part = fm_clause_subject(r->ctx->tree, verb, &link);
    if (link == FM_LINK_PARTICIPLE && !can_speak(r, part.head))
        return false;
    return part.head != FM_NO_TOKEN && part.head != verb &&
           fm_speaker_phrase(r, part.head, part.without, ret_speaker);
}

bool fm_speaker_is_own(const struct fm_reading *r, uint32_t verb)
{
    enum fm_clause_link link = FM_LINK_OWN;

    return r->ctx->tree != NULL &&
           fm_clause_subject(r->ctx->tree, verb, &link).head != FM_NO_TOKEN &&
           (link == FM_LINK_OWN || link == FM_LINK_RELATIVE);
}

/* The token of [first, last) that the others hang from; FM_NO_TOKEN = there are
 * several. */
static uint32_t head_of(const struct fm_tree *tree, struct fm_tokens t)
{
    uint32_t head = FM_NO_TOKEN;

    for (uint32_t i = t.first; i < t.last; i++) {
        uint32_t up = fm_tree_head(tree, i);

        if (up != i && up >= t.first && up < t.last)
            continue;
        if (tree->doc->upos[i] == FM_PUNCT ||
            fm_tree_dep(tree, i) == FM_DEP_CASE)
            continue;
        if (head != FM_NO_TOKEN)
            return FM_NO_TOKEN;
        head = i;
    }
    return head;
}

/* What describes somebody behind their name; not where they say it. */
static bool describes(const struct fm_tree *tree, uint32_t i)
{
    static const char *const tying[] = {"for", "from", "of", "with"};
    enum fm_dep dep = fm_tree_dep(tree, i);

    if (dep == FM_DEP_NMOD)
        return fm_tree_words(tree, fm_phrase_case(tree, i).first, tying,
                             sizeof tying / sizeof *tying);
    return dep == FM_DEP_APPOS || dep == FM_DEP_ACL_RELCL ||
           dep == FM_DEP_ACL || dep == FM_DEP_FLAT || dep == FM_DEP_NUMMOD ||
           dep == FM_DEP_NMOD_DESC || dep == FM_DEP_LIST ||
           dep == FM_DEP_PARATAXIS || dep == FM_DEP_PUNCT ||
           dep == FM_DEP_DEP || dep == FM_DEP_COMPOUND || dep == FM_DEP_AMOD ||
           dep == FM_DEP_ADVMOD || dep == FM_DEP_CONJ;
}

struct fm_tokens fm_speaker_whole(const struct fm_reading *r,
                                  struct fm_tokens phrase, uint32_t to)
{
    const struct fm_tree *tree = r->ctx->tree;
    uint32_t head = tree != NULL ? head_of(tree, phrase) : FM_NO_TOKEN;
    struct fm_tokens whole = phrase;

    if (head == FM_NO_TOKEN || fm_tree_is_verb(tree, head) ||
        is_pronoun(tree, head))
        return phrase;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];

        if (i < head || tree->right[i] <= whole.last)
            continue;
        if (tree->left[i] > whole.last + 1 || tree->right[i] > to ||
            !describes(tree, i))
            break;
        whole.last = tree->right[i];
    }
    /* A title in quotes may stand within ("the author of “Rain”"); what is said
     * may not. */
    while (whole.last > phrase.last &&
           r->inside[whole.last - 1] != r->inside[phrase.first])
        whole.last--;
    while (whole.last > phrase.last &&
           (tree->doc->upos[whole.last - 1] == FM_PUNCT &&
            fm_reading_kind(r, whole.last - 1) != FM_WORD_BRACKET_CLOSE))
        whole.last--;
    return whole;
}
