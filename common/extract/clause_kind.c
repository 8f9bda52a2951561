/* What kind of fact a clause is, and its predicate's base form. */
#include "extract/clause.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name
#define K(name) FACTMILL__V1__FACT__KIND__##name

/* Longest lemma of a verb and a noun in the tables, with what is between. */
#define LEMMA_MAX 128u

static struct fm_str lemma_of(const struct fm_doc *doc, uint32_t i)
{
    return doc->lemma != NULL ? doc->lemma[i] : doc->form[i];
}

/* --- verbs with a noun that are one predicate --------------------------------------------- */

/* Sorted by verb. */
static const struct {
    const char *verb;
    const char *nouns[14];
} light[] = {
    {"bear", {"fruit", "witness"}},
    {"catch", {"fire", "sight"}},
    {"change", {"hands"}},
    {"come", {"home"}},
    {"gain", {"access", "momentum"}},
    {"give", {"birth", "evidence", "notice", "rise", "testimony", "way"}},
    {"have", {"access", "effect"}},
    {"hold", {"office", "talks"}},
    {"keep", {"pace", "track", "watch"}},
    {"lay", {"claim", "siege"}},
    {"lose", {"ground", "sight", "touch", "track"}},
    {"make", {"headway", "peace", "progress", "sense", "use", "way"}},
    {"open", {"fire"}},
    {"pay", {"attention", "homage", "tribute"}},
    {"play", {"host"}},
    {"set", {"fire", "foot", "sail"}},
    {"take",
     {"action", "advantage", "aim", "care", "charge", "control", "effect",
      "hold", "note", "office", "part", "place", "power", "shape"}},
};

static bool is_light(struct fm_str verb, struct fm_str noun)
{
    for (size_t i = 0; i < sizeof light / sizeof *light; i++) {
        if (!fm_str_eqz(verb, light[i].verb))
            continue;
        for (size_t k = 0; k < 14 && light[i].nouns[k] != NULL; k++)
            if (fm_str_eqz(noun, light[i].nouns[k]))
                return true;
    }
    return false;
}

bool fm_clause_is_light(const struct fm_tree *tree, uint32_t verb,
                        uint32_t noun)
{
    const struct fm_doc *doc = tree->doc;

    return doc->upos[noun] == FM_NOUN &&
           tree->right[noun] - tree->left[noun] == 1 &&
           (is_light(lemma_of(doc, verb), doc->form[noun]) ||
            is_light(lemma_of(doc, verb), lemma_of(doc, noun)));
}

/* --- the base form of a predicate ----------------------------------------------------------- */

static bool is_content_word(const struct fm_tree *tree, uint32_t i)
{
    enum fm_dep dep = fm_tree_dep(tree, i);

    return dep != FM_DEP_AUX && dep != FM_DEP_AUX_PASS &&
           dep != FM_DEP_ADVMOD && dep != FM_DEP_DET && dep != FM_DEP_EXPL;
}

char *fm_clause_lemma(struct fm_clauses *all, const struct fm_clause *clause)
{
    const struct fm_doc *doc = all->doc;
    char buffer[LEMMA_MAX];
    size_t n = 0;

    if (clause->word_count == 0)
        return fm_arena_copy(all->ctx->arena, fm_str("be"));
    for (size_t i = 0; i < clause->word_count; i++) {
        uint32_t word = clause->words[i];
        struct fm_str lemma = lemma_of(doc, word);

        /* "to" of "to build" only between words. */
        if (!is_content_word(all->tree, word) ||
            (n == 0 && fm_tree_dep(all->tree, word) == FM_DEP_MARK))
            continue;
        if (n + lemma.len + 1 > sizeof buffer)
            break;
        if (n > 0)
            buffer[n++] = ' ';
        for (size_t k = 0; k < lemma.len; k++)
            buffer[n++] = fm_lower(lemma.data[k]);
    }
    return fm_arena_copy(all->ctx->arena, fm_str_n(buffer, n));
}

/* --- kinds ------------------------------------------------------------------------------------- */

enum want {
    ANY,
    NAMED, /* the object is an organisation or a country */
};

/* Verbs of membership; sorted. */
static const struct {
    const char *lemma;
    const char *preposition; /* of the other side; "" = the object */
    enum want want;
} memberships[] = {
    {"accede", "to", NAMED},     {"belong", "to", ANY},
    {"compose", "of", ANY},      {"comprise", "", ANY},
    {"comprise", "of", ANY},     {"consist", "of", ANY},
    {"include", "", ANY},        {"join", "", ANY},
    {"leave", "", NAMED},        {"quit", "", NAMED},
    {"rejoin", "", ANY},         {"secede", "from", ANY},
    {"withdraw", "from", NAMED},
};

static const char *const located[] = {"base", "headquarter", "lie", "locate",
                                      "situate"};

/* "is a member of", "is part of" */
static const char *const member_nouns[] = {"member", "part", "signatory",
                                           "subsidiary"};

static bool is_body(const struct fm_clauses *all, uint32_t head)
{
    const struct fm_name *name = fm_phrase_name(all->doc, head);

    return name != NULL &&
           (name->type == FM_NE_ORGANIZATION || name->type == FM_NE_COUNTRY);
}

static bool has_preposition(const struct fm_clauses *all,
                            const struct fm_clause_part *part, const char *word)
{
    if (word[0] == '\0')
        return part->role == R(OBJECT);
    return part->before.first < part->before.last &&
           fm_tree_word(all->tree, part->before.first, word);
}

static bool is_membership_verb(const struct fm_clauses *all,
                               const struct fm_clause *clause)
{
    struct fm_str lemma = lemma_of(all->doc, clause->head);

    for (size_t i = 0; i < sizeof memberships / sizeof *memberships; i++) {
        if (!fm_str_eqz(lemma, memberships[i].lemma))
            continue;
        for (size_t k = 0; k < clause->part_count; k++)
            if (has_preposition(all, &clause->parts[k],
                                memberships[i].preposition) &&
                (memberships[i].want == ANY ||
                 is_body(all, clause->parts[k].head)))
                return true;
    }
    return false;
}

static bool is_membership(const struct fm_clauses *all,
                          const struct fm_clause *clause)
{
    const struct fm_tree *tree = all->tree;

    if (!clause->copula)
        return is_membership_verb(all, clause);
    return clause->part_count > 0 &&
           fm_tree_has(tree, clause->parts[0].head, FM_DEP_NMOD) &&
           fm_str_bsearch(lemma_of(all->doc, clause->parts[0].head),
                          member_nouns,
                          sizeof member_nouns / sizeof *member_nouns) >= 0;
}

static bool is_location(const struct fm_clauses *all,
                        const struct fm_clause *clause)
{
    if (clause->part_count == 0 || clause->parts[0].role != R(PLACE))
        return false;
    return clause->copula ||
           fm_str_bsearch(lemma_of(all->doc, clause->head), located,
                          sizeof located / sizeof *located) >= 0;
}

Factmill__V1__Fact__Kind fm_clause_kind(const struct fm_clauses *all,
                                        const struct fm_clause *clause,
                                        const Factmill__V1__Fact *fact)
{
    if (is_location(all, clause))
        return K(LOCATION);
    if (is_membership(all, clause))
        return K(MEMBERSHIP);
    if (!clause->copula && (fact->time != NULL || fact->place != NULL))
        return K(EVENT);
    return K(RELATION);
}
