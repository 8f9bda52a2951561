/* The arguments of a verb: what hangs from it and by what. */
#include "extract/clause.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

/* Verbs of a chain. */
#define CHAIN_MAX 6u

/* --- what the words before a phrase say -------------------------------------------------- */

struct lead {
    const char *words;
    Factmill__V1__Argument__Role role;
};

/* Sorted by words. Of phrases: */
static const struct lead prepositions[] = {
    {"as a result of", R(CAUSE)}, {"because of", R(CAUSE)},
    {"due to", R(CAUSE)},         {"during", R(TIME)},
    {"for lack of", R(CAUSE)},    {"in case of", R(CONDITION)},
    {"in order to", R(PURPOSE)},  {"in the event of", R(CONDITION)},
    {"in view of", R(CAUSE)},     {"on account of", R(CAUSE)},
    {"owing to", R(CAUSE)},       {"pending", R(CONDITION)},
    {"thanks to", R(CAUSE)},
};

/* And of clauses: */
static const struct lead conjunctions[] = {
    {"after", R(TIME)},
    {"as if", R(MANNER)},
    {"as long as", R(CONDITION)},
    {"as soon as", R(TIME)},
    {"as though", R(MANNER)},
    {"because", R(CAUSE)},
    {"before", R(TIME)},
    {"by", R(MANNER)},
    {"even if", R(CONDITION)},
    {"if", R(CONDITION)},
    {"in case", R(CONDITION)},
    {"in order", R(PURPOSE)},
    {"in order that", R(PURPOSE)},
    {"in order to", R(PURPOSE)},
    {"once", R(TIME)},
    {"only if", R(CONDITION)},
    {"provided", R(CONDITION)},
    {"provided that", R(CONDITION)},
    {"since", R(CAUSE)},
    {"so as", R(PURPOSE)},
    {"so that", R(PURPOSE)},
    {"to", R(PURPOSE)},
    {"unless", R(CONDITION)},
    {"until", R(TIME)},
    {"when", R(TIME)},
    {"whenever", R(TIME)},
    {"while", R(TIME)},
};

/* The words of a range of tokens in lower case, one space between; what does
 * not fit is left out. */
static struct fm_str words_of(const struct fm_doc *doc, struct fm_phrase range,
                              char *buffer, size_t size)
{
    size_t n = 0;

    for (uint32_t i = range.first; i < range.last; i++) {
        struct fm_str form = doc->form[i];

        if (n + form.len + 1 > size)
            break;
        if (n > 0)
            buffer[n++] = ' ';
        for (size_t k = 0; k < form.len; k++)
            buffer[n++] = fm_lower(form.data[k]);
    }
    return fm_str_n(buffer, n);
}

static Factmill__V1__Argument__Role role_of_lead(const struct fm_clauses *all,
                                                 struct fm_phrase range,
                                                 const struct lead *leads,
                                                 size_t n)
{
    char buffer[32];
    struct fm_str words = words_of(all->doc, range, buffer, sizeof buffer);

    for (size_t i = 0; i < n; i++)
        if (fm_str_eqz(words, leads[i].words))
            return leads[i].role;
    return R(OBLIQUE);
}

/* --- times and places ------------------------------------------------------------------------ */

bool fm_clause_is_time(const struct fm_clauses *all, uint32_t head)
{
    const struct fm_context *ctx = all->ctx;
    uint32_t start = all->doc->start[head];
    size_t low = 0;
    size_t high = ctx->time_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (ctx->times[mid]->span->end <= start)
            low = mid + 1;
        else
            high = mid;
    }
    return low < ctx->time_count && ctx->times[low]->span->start <= start;
}

static bool is_place(const struct fm_clauses *all, uint32_t head)
{
    const struct fm_name *name = fm_phrase_name(all->doc, head);

    return name != NULL &&
           (name->type == FM_NE_COUNTRY || name->type == FM_NE_CITY ||
            name->type == FM_NE_REGION || name->type == FM_NE_LOCATION);
}

/* "in", "near": a place behind it is where something happens. */
static bool is_locative(const struct fm_clauses *all, struct fm_phrase before)
{
    static const char *const words[] = {
        "across",  "along", "around", "at", "in",         "inside", "near",
        "outside", "over",  "off",    "on", "throughout", "within"};
    char buffer[16];
    struct fm_str word = words_of(all->doc, before, buffer, sizeof buffer);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fm_str_eqz(word, words[i]))
            return true;
    return false;
}

/* --- roles ------------------------------------------------------------------------------------ */

static Factmill__V1__Argument__Role
role_of_oblique(const struct fm_clauses *all, const struct fm_clause_part *part)
{
    if (fm_clause_is_time(all, part->head))
        return R(TIME);
    if (is_place(all, part->head) && is_locative(all, part->before))
        return R(PLACE);
    return role_of_lead(all, part->before, prepositions,
                        sizeof prepositions / sizeof *prepositions);
}

/* "now", "well", "as long as it lasts" */
static Factmill__V1__Argument__Role
role_of_adverb(const struct fm_clauses *all, const struct fm_clause_part *part)
{
    uint32_t left = all->tree->left[part->head];

    if (fm_clause_is_time(all, part->head))
        return R(TIME);
    return left < part->head && fm_tree_word(all->tree, part->head, "long") &&
                   fm_tree_word(all->tree, left, "as") &&
                   fm_tree_has(all->tree, part->head, FM_DEP_ADVCL)
               ? R(CONDITION)
               : R(MANNER);
}

static Factmill__V1__Argument__Role role_of(const struct fm_clauses *all,
                                            const struct fm_clause_part *part)
{
    switch ((int)part->relation) {
    case FM_DEP_OBJ: return R(OBJECT);
    case FM_DEP_IOBJ: return R(INDIRECT_OBJECT);
    case FM_DEP_OBL_AGENT:
        return part->before.first < part->before.last &&
                       !fm_tree_word(all->tree, part->before.last - 1, "by")
                   ? role_of_oblique(all, part)
                   : R(AGENT);
    case FM_DEP_CCOMP:
    case FM_DEP_XCOMP: return R(COMPLEMENT);
    case FM_DEP_ADVCL:
    case FM_DEP_ADVCL_RELCL:
        /* "attention to leaving" */
        if (all->doc->xpos[part->head] == FM_XPOS_VBG &&
            part->before.first < part->before.last &&
            fm_tree_word(all->tree, part->before.first, "to"))
            return R(OBLIQUE);
        return role_of_lead(all, part->before, conjunctions,
                            sizeof conjunctions / sizeof *conjunctions);
    case FM_DEP_ADVMOD: return role_of_adverb(all, part);
    default: return role_of_oblique(all, part);
    }
}

struct fm_clause_part *fm_clause_part(struct fm_clauses *all,
                                      struct fm_clause *clause,
                                      enum fm_dep relation, uint32_t head)
{
    struct fm_clause_part *part = &clause->parts[clause->part_count];
    uint32_t relative = FM_NO_TOKEN;
    uint32_t noun = fm_clause_antecedent(all->tree, head, &relative);

    if (clause->part_count == FM_CLAUSE_PARTS_MAX)
        return NULL;
    memset(part, 0, sizeof *part);
    part->relation = (uint8_t)relation;
    part->head = head;
    part->without = FM_NO_TOKEN;
    part->clausal = relation == FM_DEP_CCOMP || relation == FM_DEP_ADVCL ||
                    (relation == FM_DEP_XCOMP &&
                     (fm_clause_is_predicate(all->tree, head) ||
                      fm_tree_has(all->tree, head, FM_DEP_MARK)));
    part->before = part->clausal ? fm_phrase_mark(all->tree, head)
                                 : fm_phrase_case(all->tree, head);
    if (noun != FM_NO_TOKEN) {
        part->head = noun;
        part->without = relative;
    }
    part->role = (uint8_t)role_of(all, part);
    clause->part_count++;
    return part;
}

/* --- the arguments of a verb ---------------------------------------------------------------------- */

/* Adverbs that tie sentences together and say nothing of what happened. */
static bool is_connective(const struct fm_tree *tree, uint32_t i)
{
    static const char *const words[] = {
        "accordingly",  "also",        "as",       "besides",   "consequently",
        "else",         "even",        "finally",  "first",     "further",
        "furthermore",  "hence",       "how",      "however",   "indeed",
        "instead",      "just",        "likewise", "meanwhile", "moreover",
        "nevertheless", "nonetheless", "only",     "otherwise", "rather",
        "second",       "similarly",   "so",       "still",     "then",
        "therefore",    "though",      "thus",     "too",       "why",
        "yet"};

    if (fm_tree_word(tree, i, "well"))
        return i > 0 && fm_tree_word(tree, i - 1, "as");
    return fm_tree_words(tree, i, words, sizeof words / sizeof *words) ||
           tree->doc->xpos[i] == FM_XPOS_WRB;
}

/* Phrases that do the same. */
static bool is_connecting_phrase(const struct fm_clauses *all, uint32_t i)
{
    static const char *const phrases[] = {
        "above all",         "after all",     "as a consequence",
        "as a result",       "as a rule",     "as a whole",
        "as well",           "at all",        "at any rate",
        "at least",          "by contrast",   "by the way",
        "for example",       "for instance",  "for one",
        "for that matter",   "in addition",   "in any case",
        "in contrast",       "in fact",       "in general",
        "in other words",    "in particular", "in short",
        "in turn",           "of course",     "on the contrary",
        "on the other hand",
    };
    struct fm_phrase all_of = {all->tree->left[i], all->tree->right[i]};
    char buffer[24];
    struct fm_str words;

    while (all_of.last > all_of.first &&
           all->doc->upos[all_of.last - 1] == FM_PUNCT)
        all_of.last--;
    if (all_of.last - all_of.first > 4)
        return false;
    words = words_of(all->doc, all_of, buffer, sizeof buffer);
    return fm_str_bsearch(words, phrases, sizeof phrases / sizeof *phrases) >=
           0;
}

static bool is_word(const struct fm_clause *clause, uint32_t i)
{
    for (size_t k = 0; k < clause->word_count; k++)
        if (clause->words[k] == i)
            return true;
    return false;
}

/* "is very large" */
static bool is_in_complement(const struct fm_clauses *all,
                             const struct fm_clause *clause, uint32_t i)
{
    struct fm_phrase said;

    if (!clause->copula || clause->part_count == 0 ||
        clause->parts[0].head != clause->head)
        return false;
    said = fm_phrase_of(all->tree, clause->head, FM_PHRASE_FULL, FM_NO_TOKEN);
    return i >= said.first && i < said.last;
}

/* A phrase that a preposition should lead and none does: not a phrase of the
 * verb, but for times and pronouns of place. */
static bool is_bare(const struct fm_clauses *all, uint32_t i)
{
    struct fm_phrase before = fm_phrase_case(all->tree, i);
    uint8_t upos = all->doc->upos[i];

    return before.first == before.last &&
           all->doc->upos[all->tree->left[i]] != FM_ADP &&
           (upos == FM_NOUN || upos == FM_PROPN) &&
           !fm_clause_is_time(all, i) &&
           !fm_tree_has(all->tree, i, FM_DEP_NUMMOD);
}

/* "according to the report": who says it is told in the attribution. */
static bool is_source(const struct fm_tree *tree, uint32_t i)
{
    uint32_t before = fm_phrase_case(tree, i).first;

    return before < i && fm_tree_word(tree, before, "according");
}

/* "which" that stands for nothing we know. */
static bool is_open_pronoun(const struct fm_tree *tree, uint32_t i)
{
    uint8_t xpos = tree->doc->xpos[i];
    uint32_t clause = FM_NO_TOKEN;

    return (xpos == FM_XPOS_WDT || xpos == FM_XPOS_WP) &&
           tree->right[i] - tree->left[i] == 1 &&
           fm_clause_antecedent(tree, i, &clause) == FM_NO_TOKEN;
}

static bool is_argument(const struct fm_clauses *all,
                        const struct fm_clause *clause, uint32_t i)
{
    if (is_open_pronoun(all->tree, i))
        return false;
    switch ((int)fm_tree_dep(all->tree, i)) {
    case FM_DEP_OBJ:
        return !is_word(clause, i) && i != clause->subject.head &&
               !fm_clause_is_conjunction(all->tree, i);
    case FM_DEP_IOBJ:
    case FM_DEP_OBL_AGENT:
    case FM_DEP_OBL_UNMARKED:
    case FM_DEP_CCOMP: return true;
    case FM_DEP_ADVCL: {
        struct fm_phrase mark = fm_phrase_mark(all->tree, i);

        /* "left, taking the money": a fact of its own. */
        return mark.first < mark.last;
    }
    case FM_DEP_OBL:
        return !is_connecting_phrase(all, i) && !is_source(all->tree, i) &&
               !is_bare(all, i);
    case FM_DEP_XCOMP: return !fm_clause_is_chained(all->tree, i);
    case FM_DEP_ADVMOD:
        return !is_word(clause, i) && !is_in_complement(all, clause, i) &&
               !is_connective(all->tree, i);
    default: return false;
    }
}

/* "last fall | in Sund": what hangs from a time but is none is of the verb. */
static void split_time(struct fm_clauses *all, struct fm_clause *clause,
                       struct fm_clause_part *part)
{
    const struct fm_tree *tree = all->tree;

    if (part == NULL || part->role != R(TIME) || part->clausal ||
        part->without != FM_NO_TOKEN)
        return;
    for (uint32_t c = tree->first[part->head]; c < tree->first[part->head + 1];
         c++) {
        uint32_t i = tree->child[c];

        if (i < part->head || fm_tree_dep(tree, i) != FM_DEP_NMOD ||
            fm_clause_is_time(all, i) || !is_place(all, i))
            continue;
        part->without = i;
        (void)fm_clause_part(all, clause, FM_DEP_OBL, i);
        return;
    }
}

static void add_children(struct fm_clauses *all, struct fm_clause *clause,
                         uint32_t verb)
{
    const struct fm_tree *tree = all->tree;

    for (uint32_t c = tree->first[verb]; c < tree->first[verb + 1]; c++)
        if (is_argument(all, clause, tree->child[c]))
            split_time(all, clause,
                       fm_clause_part(all, clause,
                                      fm_tree_dep(tree, tree->child[c]),
                                      tree->child[c]));
}

/* "developed and sold engines": what stands behind the second verb is the
 * first one's too when nothing is between them. */
static void add_shared(struct fm_clauses *all, struct fm_clause *clause,
                       uint32_t verb)
{
    const struct fm_tree *tree = all->tree;
    uint32_t next = fm_tree_child(tree, verb, FM_DEP_CONJ, verb);

    if (next == FM_NO_TOKEN || next - verb > 3 ||
        !fm_tree_is_verb(tree, next) ||
        tree->doc->xpos[next] != tree->doc->xpos[verb] ||
        fm_tree_has(tree, next, FM_DEP_NSUBJ) ||
        !fm_tree_has(tree, next, FM_DEP_OBJ))
        return;
    for (uint32_t c = tree->first[verb]; c < tree->first[verb + 1]; c++)
        if (tree->child[c] > verb && is_argument(all, clause, tree->child[c]))
            return;
    add_children(all, clause, next);
}

/* A date at the head of a sentence holds for all the verbs that are joined. */
static void add_time_before(struct fm_clauses *all, struct fm_clause *clause,
                            uint32_t verb)
{
    const struct fm_tree *tree = all->tree;
    uint32_t head = fm_tree_head(tree, verb);

    if (fm_tree_dep(tree, verb) != FM_DEP_CONJ)
        return;
    for (size_t i = 0; i < clause->part_count; i++)
        if (clause->parts[i].role == R(TIME))
            return;
    for (uint32_t c = tree->first[head]; c < tree->first[head + 1]; c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (i < head && tree->left[i] <= tree->left[head] + 1 &&
            (dep == FM_DEP_OBL || dep == FM_DEP_OBL_UNMARKED) &&
            fm_clause_is_time(all, i))
            (void)fm_clause_part(all, clause, dep, i);
    }
}

/* "whose price" */
static bool is_whose(const struct fm_tree *tree, uint32_t noun)
{
    uint32_t whose = fm_tree_child(tree, noun, FM_DEP_NMOD_POSS, 0);

    return whose < noun && tree->doc->xpos[whose] == FM_XPOS_WPS;
}

/* "the report [that] they wrote": nothing in the clause stands for the noun. */
static void add_gap(struct fm_clauses *all, struct fm_clause *clause,
                    uint32_t verb)
{
    const struct fm_tree *tree = all->tree;
    uint32_t noun = fm_tree_head(tree, verb);
    struct fm_clause_part *part;

    if (fm_tree_dep(tree, verb) != FM_DEP_ACL_RELCL ||
        clause->link != FM_LINK_OWN || clause->passive || noun > verb ||
        is_whose(tree, clause->subject.head))
        return;
    for (uint32_t c = tree->first[verb]; c < tree->first[verb + 1]; c++) {
        uint32_t i = tree->child[c];
        uint8_t xpos = tree->doc->xpos[i];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (dep == FM_DEP_OBJ || dep == FM_DEP_CCOMP || dep == FM_DEP_XCOMP ||
            dep == FM_DEP_MARK || fm_clause_is_conjunction(tree, i) ||
            xpos == FM_XPOS_WRB || xpos == FM_XPOS_WDT || xpos == FM_XPOS_WP ||
            fm_tree_has(tree, i, FM_DEP_COP))
            return;
    }
    for (size_t i = 0; i < clause->part_count; i++)
        if (clause->parts[i].head == noun)
            return;
    part = fm_clause_part(all, clause, FM_DEP_OBJ, noun);
    if (part != NULL) {
        part->without = verb;
        part->before.last = part->before.first;
    }
}

/* What completes the verb before what goes with it: objects, then phrases behind
 * the verb in the order of the text, then what stands before it, adverbs and
 * clauses. */
static unsigned rank_of(const struct fm_clause *clause,
                        const struct fm_clause_part *part)
{
    switch ((int)part->role) {
    case R(INDIRECT_OBJECT): return 0;
    case R(OBJECT): return 1;
    case R(COMPLEMENT): return 2;
    case R(AGENT): return 3;
    case R(MANNER): return 6;
    default: break;
    }
    if (part->clausal)
        return 7;
    return part->head > clause->head ? 4 : 5;
}

static void sort_parts(struct fm_clause *clause)
{
    for (size_t i = 1; i < clause->part_count; i++) {
        struct fm_clause_part part = clause->parts[i];
        size_t at = i;

        while (at > 0 && rank_of(clause, &clause->parts[at - 1]) >
                             rank_of(clause, &part)) {
            clause->parts[at] = clause->parts[at - 1];
            at--;
        }
        clause->parts[at] = part;
    }
}

/* "asked them | their thoughts": of two the second is what was asked. */
static void name_object(struct fm_clause *clause)
{
    struct fm_clause_part *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < clause->part_count; i++) {
        if (clause->parts[i].role == R(OBJECT) || clause->parts[i].clausal)
            return;
        if (clause->parts[i].role != R(INDIRECT_OBJECT))
            continue;
        last = &clause->parts[i];
        n++;
    }
    if (n > 0)
        last->role = R(OBJECT);
}

/* "was up late last week | last week": said once. */
static void drop_inner(struct fm_clauses *all, struct fm_clause *clause)
{
    for (size_t i = 0; i < clause->part_count; i++) {
        const struct fm_clause_part *part = &clause->parts[i];
        struct fm_phrase phrase;

        if (part->clausal || part->without != FM_NO_TOKEN)
            continue;
        phrase =
            fm_phrase_of(all->tree, part->head, FM_PHRASE_FULL, FM_NO_TOKEN);
        for (size_t k = clause->part_count; k-- > 0;) {
            uint32_t head = clause->parts[k].head;

            if (k == i || head < phrase.first || head >= phrase.last ||
                head == part->head)
                continue;
            clause->part_count--;
            for (size_t j = k; j < clause->part_count; j++)
                clause->parts[j] = clause->parts[j + 1];
            if (k < i)
                i--;
        }
    }
}

void fm_clause_arguments(struct fm_clauses *all, struct fm_clause *clause,
                         uint32_t i)
{
    uint32_t verb = i;

    for (size_t steps = 0; steps < CHAIN_MAX; steps++) {
        add_children(all, clause, verb);
        if (!fm_clause_is_chained(all->tree, verb))
            break;
        verb = fm_tree_head(all->tree, verb);
    }
    add_shared(all, clause, i);
    add_gap(all, clause, i);
    add_time_before(all, clause, verb);
    name_object(clause);
    drop_inner(all, clause);
    sort_parts(clause);
}
