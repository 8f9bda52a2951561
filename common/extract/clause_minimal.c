/* The minimal view: the shortest true triples, one for each argument of a clause
 * and for each member of what is joined by "and". What stands between subject and
 * argument goes into the predicate: "He | made an offer on | the plant". */
#include "extract/clause.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name
#define K(name) FACTMILL__V1__FACT__KIND__##name

/* Phrases between the verb and the argument of a triple. */
#define BETWEEN_MAX 4u
/* Words of a predicate with these phrases. */
#define WORDS_MAX 64u
/* Members of one enumeration. */
#define MEMBERS_MAX 12u

struct between {
    struct fm_clause_part parts[BETWEEN_MAX];
    size_t count;
    /* Words of a verb behind them ("to select"). */
    struct fm_clause verb;
};

struct writer {
    struct fm_clauses *all;
    const struct fm_clause *clause;
    struct fm_clause_part subject; /* one member of it */
};

/* --- phrases -------------------------------------------------------------------------- */

static enum fm_phrase_size size_of(const struct fm_clause_part *part,
                                   bool inside)
{
    if (part->clausal)
        return FM_PHRASE_CLAUSE;
    return inside ? FM_PHRASE_SHORT : FM_PHRASE_PART;
}

static struct fm_phrase phrase_of(const struct writer *w,
                                  const struct fm_clause_part *part,
                                  bool inside)
{
    return fm_phrase_of(w->all->tree, part->head, size_of(part, inside),
                        part->without);
}

static size_t add_range(uint32_t *words, size_t n, struct fm_phrase range)
{
    for (uint32_t i = range.first; i < range.last && n < WORDS_MAX; i++)
        words[n++] = i;
    return n;
}

/* The members of what is joined by "and", the first included. */
static size_t members_of(const struct fm_clauses *all,
                         const struct fm_clause_part *part,
                         struct fm_clause_part *ret_members)
{
    const struct fm_tree *tree = all->tree;
    size_t n = 1;

    ret_members[0] = *part;
    if (part->clausal)
        return n;
    for (uint32_t c = tree->first[part->head];
         c < tree->first[part->head + 1] && n < MEMBERS_MAX; c++) {
        uint32_t i = tree->child[c];
        struct fm_phrase before;

        if (fm_tree_dep(tree, i) != FM_DEP_CONJ || i < part->head ||
            i == part->without || fm_clause_is_predicate(tree, i))
            continue;
        ret_members[n] = *part;
        ret_members[n].head = i;
        before = fm_phrase_case(tree, i);
        if (before.first < before.last)
            ret_members[n].before = before;
        n++;
    }
    return n;
}

/* --- one triple --------------------------------------------------------------------------- */

static Factmill__V1__Argument *argument_of(const struct writer *w,
                                           const struct fm_clause_part *part)
{
    return fm_clause_argument(w->all, part, size_of(part, false));
}

static void write_triple(const struct writer *w, const struct between *between,
                         const struct fm_clause_part *last)
{
    struct fm_clauses *all = w->all;
    uint32_t words[WORDS_MAX];
    size_t n = 0;
    Factmill__V1__Fact *fact = fm_context_fact(
        all->ctx, K(RELATION), w->clause->rule, all->sentence, 0.5f);

    if (fact == NULL)
        return;
    for (; n < w->clause->word_count; n++)
        words[n] = w->clause->words[n];
    for (size_t i = 0; i < between->count; i++) {
        n = add_range(words, n, between->parts[i].before);
        n = add_range(words, n, phrase_of(w, &between->parts[i], true));
    }
    for (size_t i = 0; i < between->verb.word_count && n < WORDS_MAX; i++)
        words[n++] = between->verb.words[i];
    fact->subject = argument_of(w, &w->subject);
    fact->predicate = fm_clause_words(
        all, w->clause, n > 0 ? FM_IMPLIED_NOTHING : w->clause->implied, words,
        n);
    fm_context_add_argument(all->ctx, fact, argument_of(w, last));
    fm_clause_complete(all, w->clause, fact);
}

static bool is_infinitive(const struct fm_tree *tree, uint32_t i)
{
    uint32_t mark = fm_tree_child(tree, i, FM_DEP_MARK, 0);

    return fm_tree_is_verb(tree, i) && mark != FM_NO_TOKEN &&
           fm_tree_word(tree, mark, "to");
}

/* "uses means to obtain it": what the infinitive i takes, behind all before. */
static void write_infinitive(const struct writer *w,
                             const struct between *between, uint32_t i)
{
    const struct fm_tree *tree = w->all->tree;
    struct between more = *between;
    struct fm_clause_part part = {.without = FM_NO_TOKEN, .role = R(OBJECT)};
    struct fm_clause_part members[MEMBERS_MAX];
    enum fm_dep wanted = FM_DEP_OBJ;

    if (!is_infinitive(tree, i))
        return;
    more.verb.word_count = 0;
    fm_clause_word(&more.verb, fm_tree_child(tree, i, FM_DEP_MARK, 0));
    fm_clause_word(&more.verb, i);
    if (fm_tree_child(tree, i, FM_DEP_OBJ, i) == FM_NO_TOKEN) {
        wanted = FM_DEP_OBL;
        part.role = R(OBLIQUE);
    }
    for (uint32_t c = tree->first[i]; c < tree->first[i + 1]; c++) {
        size_t n;

        part.head = tree->child[c];
        if (part.head < i || fm_tree_dep(tree, part.head) != wanted)
            continue;
        part.before = fm_phrase_case(tree, part.head);
        n = members_of(w->all, &part, members);
        for (size_t k = 0; k < n; k++)
            write_triple(w, &more, &members[k]);
    }
}

/* What qualifies the argument: "an offer on the plant". */
static void write_inner(const struct writer *w, const struct between *between,
                        const struct fm_clause_part *part)
{
    const struct fm_tree *tree = w->all->tree;
    struct between more = *between;

    if (part->clausal || more.count == BETWEEN_MAX)
        return;
    more.parts[more.count++] = *part;
    for (uint32_t c = tree->first[part->head]; c < tree->first[part->head + 1];
         c++) {
        uint32_t i = tree->child[c];
        struct fm_clause_part inner = {.head = i,
                                       .without = FM_NO_TOKEN,
                                       .before = fm_phrase_case(tree, i),
                                       .role = R(OBLIQUE)};
        struct fm_clause_part members[MEMBERS_MAX];
        size_t n;

        if (fm_tree_dep(tree, i) == FM_DEP_ACL)
            write_infinitive(w, &more, i);
        if (fm_tree_dep(tree, i) != FM_DEP_NMOD || i < part->head ||
            inner.before.first == inner.before.last)
            continue;
        n = members_of(w->all, &inner, members);
        for (size_t k = 0; k < n; k++)
            write_triple(w, &more, &members[k]);
    }
}

/* --- one clause --------------------------------------------------------------------------- */

static bool is_object(const struct fm_clause_part *part)
{
    return (part->role == R(OBJECT) || part->role == R(INDIRECT_OBJECT) ||
            part->role == R(COMPLEMENT)) &&
           !part->clausal;
}

static void write_part(const struct writer *w, const struct between *between,
                       const struct fm_clause_part *part)
{
    struct fm_clause_part members[MEMBERS_MAX];
    size_t n = members_of(w->all, part, members);

    for (size_t i = 0; i < n; i++) {
        write_triple(w, between, &members[i]);
        write_inner(w, between, &members[i]);
    }
}

/* What the verb's objects stand between it and: of other arguments, but a clause
 * that is an object itself. */
static void write_other(const struct writer *w, const struct between *objects,
                        const struct fm_clause_part *part)
{
    struct between none = {.count = 0};

    if (part->clausal && part->role == R(COMPLEMENT))
        objects = part->relation == FM_DEP_XCOMP ? objects : &none;
    if (part->clausal && is_infinitive(w->all->tree, part->head) &&
        part->relation != FM_DEP_CCOMP)
        write_infinitive(w, objects, part->head);
    else
        write_part(w, objects, part);
}

static void write_subject(const struct writer *w)
{
    const struct fm_clause *clause = w->clause;
    struct between objects = {.count = 0};

    for (size_t i = 0; i < clause->part_count; i++) {
        const struct fm_clause_part *part = &clause->parts[i];

        if (!is_object(part)) {
            write_other(w, &objects, part);
            continue;
        }
        write_part(w, &objects, part);
        if (objects.count < BETWEEN_MAX - 1)
            objects.parts[objects.count++] = *part;
    }
}

/* "came to see it": that it was seen is not said. The clause it goes with has
 * it. */
static bool is_purpose(const struct fm_clauses *all,
                       const struct fm_clause *clause)
{
    return clause->link == FM_LINK_ADVERBIAL &&
           is_infinitive(all->tree, clause->head);
}

/* "There | were | nine boats", with what else the clause says. */
static void turn_around(const struct fm_tree *tree, struct fm_clause *clause)
{
    struct fm_clause_part noun = clause->subject;

    if (clause->part_count == FM_CLAUSE_PARTS_MAX)
        clause->part_count--;
    memmove(&clause->parts[1], &clause->parts[0],
            clause->part_count * sizeof noun);
    clause->part_count++;
    noun.role = R(OBJECT);
    clause->parts[0] = noun;
    clause->subject.head = fm_tree_child(tree, clause->head, FM_DEP_EXPL, 0);
    clause->subject.without = FM_NO_TOKEN;
    for (size_t k = clause->word_count; k-- > 0;)
        if (clause->words[k] == clause->subject.head)
            fm_clause_unword(clause, k);
}

void fm_clause_write_minimal(struct fm_clauses *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct fm_clause_part members[MEMBERS_MAX];
        struct writer w = {.all = all, .clause = &all->items[i]};
        size_t n;

        if (fm_clause_is_known(all, w.clause) || is_purpose(all, w.clause))
            continue;
        if (w.clause->existential)
            turn_around(all->tree, &all->items[i]);
        n = members_of(all, &w.clause->subject, members);
        for (size_t k = 0; k < n; k++) {
            w.subject = members[k];
            write_subject(&w);
        }
    }
}
