#include "extract/confidence.h"

#include <math.h>

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

/* All that is looked at more than once. */
struct view {
    const struct fm_clauses *all;
    const struct fm_tree *tree;
    const struct fm_clause *clause;
    struct fm_phrase subject;
    struct fm_phrase argument; /* of the first part */
};

/* The number of bounds that n is above. */
static uint8_t bucket(size_t n, const uint16_t *bounds, size_t count)
{
    uint8_t b = 0;

    while (b < count && n > bounds[b])
        b++;
    return b;
}

#define BUCKET(n, ...)                        \
 bucket((n), (const uint16_t[]){__VA_ARGS__}, \
        sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

/* --- words ------------------------------------------------------------------------------ */

static uint8_t tag_of(const struct view *v, uint32_t i)
{
    switch ((int)v->all->doc->upos[i]) {
    case FM_NOUN: return 1;
    case FM_PROPN: return 2;
    case FM_PRON: return 3;
    case FM_NUM: return 4;
    case FM_ADJ: return 5;
    case FM_VERB:
    case FM_AUX: return 6;
    default: return 7;
    }
}

static uint8_t head_tag_of(const struct view *v)
{
    switch ((int)v->all->doc->xpos[v->clause->head]) {
    case FM_XPOS_VB: return 1;
    case FM_XPOS_VBD: return 2;
    case FM_XPOS_VBG: return 3;
    case FM_XPOS_VBN: return 4;
    case FM_XPOS_VBP: return 5;
    case FM_XPOS_VBZ: return 6;
    case FM_XPOS_JJ: return 7;
    case FM_XPOS_NN:
    case FM_XPOS_NNS: return 8;
    default: return 0;
    }
}

static uint8_t head_relation_of(const struct view *v)
{
    switch ((int)fm_tree_dep(v->tree, v->clause->top)) {
    case FM_DEP_ROOT: return 1;
    case FM_DEP_CONJ: return 2;
    case FM_DEP_CCOMP: return 3;
    case FM_DEP_ADVCL: return 4;
    case FM_DEP_ACL_RELCL: return 5;
    case FM_DEP_ACL: return 6;
    case FM_DEP_PARATAXIS: return 7;
    case FM_DEP_XCOMP: return 8;
    case FM_DEP_APPOS: return 9;
    default: return 0;
    }
}

static uint8_t subject_relation_of(const struct view *v)
{
    switch ((int)fm_tree_dep(v->tree, v->clause->subject.head)) {
    case FM_DEP_NSUBJ: return 1;
    case FM_DEP_NSUBJ_PASS: return 2;
    case FM_DEP_OBJ: return 3;
    case FM_DEP_OBL:
    case FM_DEP_NMOD: return 4;
    case FM_DEP_CONJ:
    case FM_DEP_COMPOUND:
    case FM_DEP_DEP: return 5;
    default: return 0;
    }
}

/* Do both tags say that a verb is one? */
static uint8_t tags_agree(const struct view *v)
{
    uint8_t xpos = v->all->doc->xpos[v->clause->head];
    bool verb = xpos >= FM_XPOS_VB && xpos <= FM_XPOS_VBZ;

    if (v->clause->copula)
        return 2;
    return v->all->doc->upos[v->clause->head] == FM_VERB && verb;
}

/* --- phrases ------------------------------------------------------------------------------- */

static size_t marks_in(const struct view *v, uint32_t first, uint32_t last)
{
    size_t n = 0;

    for (uint32_t i = first; i < last; i++)
        n += v->all->doc->upos[i] == FM_PUNCT;
    return n;
}

/* What a phrase that is cut wrongly begins or ends with. */
static uint8_t edge_of(const struct view *v, struct fm_phrase phrase)
{
    uint8_t last = v->all->doc->upos[phrase.last - 1];
    uint8_t first = v->all->doc->upos[phrase.first];

    if (last == FM_NOUN || last == FM_PROPN || last == FM_NUM ||
        last == FM_PRON)
        return first == FM_ADV || first == FM_VERB || first == FM_PUNCT ? 2 : 1;
    return last == FM_ADP || last == FM_DET || last == FM_CCONJ ||
                   last == FM_ADJ || last == FM_VERB
               ? 3
               : 0;
}

static struct fm_phrase phrase_of(const struct view *v,
                                  const struct fm_clause_part *part)
{
    return fm_phrase_of(v->tree, part->head,
                        part->clausal ? FM_PHRASE_CLAUSE : FM_PHRASE_FULL,
                        part->without);
}

static size_t length_of(struct fm_phrase phrase)
{
    return phrase.last - phrase.first;
}

/* Tokens between two phrases; 0 when they touch or overlap. */
static uint32_t between(struct fm_phrase left, struct fm_phrase right)
{
    if (left.last <= right.first)
        return right.first - left.last;
    return right.last <= left.first ? left.first - right.last : 0;
}

static struct fm_phrase words_of(const struct fm_clause *clause)
{
    if (clause->word_count == 0)
        return (struct fm_phrase){clause->head, clause->head + 1};
    return (struct fm_phrase){clause->words[0],
                              clause->words[clause->word_count - 1] + 1};
}

/* --- features ---------------------------------------------------------------------------------- */

static void look_at_subject(const struct view *v, uint8_t *value)
{
    struct fm_phrase words = words_of(v->clause);
    bool before = v->subject.first < words.first;
    uint32_t gap = between(v->subject, words);

    value[FM_CONFIDENCE_SUBJECT_LENGTH] =
        1 + BUCKET(length_of(v->subject), 1, 2, 4, 8, 15);
    value[FM_CONFIDENCE_SUBJECT_TAG] = tag_of(v, v->clause->subject.head);
    value[FM_CONFIDENCE_SUBJECT_RELATION] = subject_relation_of(v);
    value[FM_CONFIDENCE_SUBJECT_MARKS] =
        BUCKET(marks_in(v, v->subject.first, v->subject.last), 0, 2);
    value[FM_CONFIDENCE_SUBJECT_EDGE] = edge_of(v, v->subject);
    value[FM_CONFIDENCE_DISTANCE] = before ? BUCKET(gap, 0, 2, 6, 15) : 5;
    value[FM_CONFIDENCE_MARKS_BETWEEN] =
        before ? BUCKET(marks_in(v, v->subject.last, words.first), 0, 1) : 3;
}

static void look_at_arguments(const struct view *v, uint8_t *value)
{
    const struct fm_clause *clause = v->clause;
    size_t length = 0;
    size_t marks = 0;
    size_t obliques = 0;

    for (size_t i = 0; i < clause->part_count; i++) {
        const struct fm_clause_part *part = &clause->parts[i];
        struct fm_phrase phrase = phrase_of(v, part);

        length += length_of(phrase);
        marks += marks_in(v, phrase.first, phrase.last);
        obliques += part->role != R(OBJECT) && part->role != R(COMPLEMENT) &&
                    part->role != R(MANNER) && !part->clausal;
        if (part->role == R(OBJECT) || part->role == R(INDIRECT_OBJECT))
            value[FM_CONFIDENCE_OBJECT] = part->head > clause->head ? 1 : 2;
        if (part->role == R(COMPLEMENT))
            value[FM_CONFIDENCE_COMPLEMENT] = part->clausal ? 2 : 1;
        if (part->clausal && part->role != R(COMPLEMENT))
            value[FM_CONFIDENCE_ADVERBIAL] = 1;
        if (part->role == R(MANNER))
            value[FM_CONFIDENCE_ADVERB] = 1;
    }
    value[FM_CONFIDENCE_ARGUMENTS] = BUCKET(clause->part_count, 0, 1, 2, 3, 4);
    value[FM_CONFIDENCE_ARGUMENT_LENGTH] = BUCKET(length, 0, 1, 3, 7, 15, 30);
    value[FM_CONFIDENCE_ARGUMENT_MARKS] = BUCKET(marks, 0, 2);
    value[FM_CONFIDENCE_OBLIQUES] = BUCKET(obliques, 0, 1, 2);
    value[FM_CONFIDENCE_COVER] =
        BUCKET((length + length_of(v->subject) + clause->word_count) * 100 /
                   (v->all->last - v->all->first),
               15, 30, 50, 75, 90);
}

static void look_at_first(const struct view *v, uint8_t *value)
{
    const struct fm_clause_part *part = &v->clause->parts[0];
    struct fm_phrase words = words_of(v->clause);
    struct fm_phrase phrase = v->argument;

    if (v->clause->part_count == 0)
        return;
    value[FM_CONFIDENCE_ARGUMENT_TAG] = tag_of(v, part->head);
    value[FM_CONFIDENCE_ARGUMENT_EDGE] = edge_of(v, phrase);
    if (part->before.first < part->before.last)
        phrase.first = part->before.first;
    value[FM_CONFIDENCE_NEXT_TO] = words.last == phrase.first ? 1 : 2;
}

/* --- how sure the parser is --------------------------------------------------------------- */

/* Of the arc from token i to its head. One that was mended (extract/mend.h) is
 * right more often than not, but the parser does not say so. */
static float certainty_of(const struct view *v, uint32_t i)
{
    const struct fm_doc *doc = v->all->doc;

    if (v->tree->head[i] != doc->head[i] || v->tree->dep[i] != doc->deprel[i])
        return 0.6f;
    return doc->certain[i];
}

/* From 1; 0 = not known. */
static uint8_t certainty_bucket(float certainty)
{
    return (uint8_t)(1 + BUCKET((size_t)(certainty * 1000.0f), 200, 400, 600,
                                750, 870, 940, 980));
}

static float least(float a, float b)
{
    return a < b ? a : b;
}

/* The least of all arcs within a phrase but that of its head. */
static float certainty_within(const struct view *v, struct fm_phrase phrase,
                              uint32_t head)
{
    float all = 1.0f;

    for (uint32_t i = phrase.first; i < phrase.last; i++)
        if (i != head && v->all->doc->upos[i] != FM_PUNCT)
            all = least(all, certainty_of(v, i));
    return all;
}

static void look_at_certainty(const struct view *v, uint8_t *value)
{
    const struct fm_clause *clause = v->clause;
    float head = 1.0f;
    float arguments = 1.0f;
    float phrases;
    float sum = 0.0f;

    if (v->all->doc->certain == NULL)
        return;
    phrases = certainty_within(v, v->subject, clause->subject.head);
    for (size_t i = 0; i < clause->word_count; i++)
        head = least(head, certainty_of(v, clause->words[i]));
    for (size_t i = 0; i < clause->part_count; i++) {
        const struct fm_clause_part *part = &clause->parts[i];

        arguments = least(arguments, certainty_of(v, part->head));
        phrases =
            least(phrases, certainty_within(v, phrase_of(v, part), part->head));
    }
    for (uint32_t i = v->all->first; i < v->all->last; i++)
        sum += v->all->doc->certain[i];
    value[FM_CONFIDENCE_CERTAIN_HEAD] =
        certainty_bucket(least(head, certainty_of(v, clause->head)));
    value[FM_CONFIDENCE_CERTAIN_SUBJECT] =
        certainty_bucket(certainty_of(v, clause->subject.head));
    value[FM_CONFIDENCE_CERTAIN_ARGUMENTS] = certainty_bucket(arguments);
    value[FM_CONFIDENCE_CERTAIN_PHRASES] = certainty_bucket(phrases);
    value[FM_CONFIDENCE_CERTAIN_SENTENCE] =
        certainty_bucket(sum / (float)(v->all->last - v->all->first));
}

/* --- neighbours -------------------------------------------------------------------------- */

/* A phrase that stops in front of a noun was cut too early. */
static uint8_t neighbour_of(const struct view *v, uint32_t i)
{
    if (i < v->all->first || i >= v->all->last)
        return 1;
    switch ((int)v->all->doc->upos[i]) {
    case FM_PUNCT: return 2;
    case FM_CCONJ:
    case FM_SCONJ: return 3;
    case FM_ADP:
    case FM_PART: return 4;
    case FM_ADV: return 5;
    case FM_VERB:
    case FM_AUX: return 6;
    case FM_PRON:
    case FM_DET: return 7;
    default: return 8;
    }
}

static void look_around(const struct view *v, uint8_t *value)
{
    const struct fm_clause *clause = v->clause;
    uint32_t end = words_of(clause).last;
    float certain = 1.0f;

    for (size_t i = 0; i < clause->part_count; i++) {
        struct fm_phrase phrase = phrase_of(v, &clause->parts[i]);

        if (phrase.last > end)
            end = phrase.last;
        if (phrase.last < v->all->last && v->all->doc->certain != NULL)
            certain = least(certain, certainty_of(v, phrase.last));
    }
    value[FM_CONFIDENCE_BEFORE] =
        v->subject.first == 0 ? 1 : neighbour_of(v, v->subject.first - 1);
    value[FM_CONFIDENCE_AFTER] = neighbour_of(v, end);
    if (v->all->doc->certain != NULL)
        value[FM_CONFIDENCE_CERTAIN_AFTER] = certainty_bucket(certain);
}

/* Numbers of the rules, by name: they are few, and their literals are shared. */
static const char *const rules[] = {
    "clause.adjective",
    "clause.adverbial",
    "clause.adverbial_passive",
    "clause.control",
    "clause.control_passive",
    "clause.copula",
    "clause.existential",
    "clause.joined",
    "clause.joined_passive",
    "clause.participle",
    "clause.participle_passive",
    "clause.passive",
    "clause.relative",
    "clause.relative_passive",
    "clause.verb",
    "noun.apposition",
};

void fm_confidence_look(const struct fm_clauses *all,
                        const struct fm_clause *clause,
                        struct fm_confidence *ret_seen)
{
    struct view v = {.all = all, .tree = all->tree, .clause = clause};
    uint8_t *value = ret_seen->value;

    memset(ret_seen, 0, sizeof *ret_seen);
    v.subject = phrase_of(&v, &clause->subject);
    if (clause->part_count > 0)
        v.argument = phrase_of(&v, &clause->parts[0]);
    value[FM_CONFIDENCE_RULE] =
        (uint8_t)(1 + fm_str_bsearch(fm_str(clause->rule), rules,
                                     sizeof rules / sizeof *rules));
    value[FM_CONFIDENCE_WORDS] = BUCKET(clause->word_count, 0, 1, 2, 3, 5);
    value[FM_CONFIDENCE_SENTENCE_LENGTH] =
        BUCKET(all->last - all->first, 10, 20, 30, 40, 60);
    value[FM_CONFIDENCE_DEPTH] =
        BUCKET(fm_tree_depth(all->tree, clause->top), 0, 1, 2, 3, 5);
    value[FM_CONFIDENCE_HEAD_TAG] = head_tag_of(&v);
    value[FM_CONFIDENCE_HEAD_RELATION] = head_relation_of(&v);
    value[FM_CONFIDENCE_TAGS_AGREE] = tags_agree(&v);
    value[FM_CONFIDENCE_CLAUSES] = BUCKET(all->count, 1, 2, 4, 7);
    look_at_subject(&v, value);
    look_at_arguments(&v, value);
    look_at_first(&v, value);
    look_at_certainty(&v, value);
    look_around(&v, value);
}

float fm_confidence_of(const struct fm_confidence *seen)
{
    float sum = fm_confidence_bias;

    for (size_t i = 0; i < FM_CONFIDENCE_COUNT; i++)
        sum += fm_confidence_weights[i][seen->value[i]];
    return 1.0f / (1.0f + expf(-sum));
}
