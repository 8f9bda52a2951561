/* How likely a clause is read rightly: a logistic model over what can be seen of
 * it (its rule, lengths, words, relations, place in the tree), as in White et al.
 * 2016 (PredPatt), and over how sure the parser is of the arcs it rests on. Its weights are a table, confidence_weights.c, which
 * tests/bench/confidence.py fits and writes.
 *
 * Each feature has one value out of a few; the model adds the weights of these
 * values. */
#ifndef FM_EXTRACT_CONFIDENCE_H
#define FM_EXTRACT_CONFIDENCE_H

#include "extract/clause.h"

/* X(feature, number of values) */
#define FM_CONFIDENCE_FEATURES(X) \
 X(RULE, 24)                      \
 X(ARGUMENTS, 6)                  \
 X(SUBJECT_LENGTH, 7)             \
 X(ARGUMENT_LENGTH, 8)            \
 X(WORDS, 6)                      \
 X(SENTENCE_LENGTH, 6)            \
 X(DEPTH, 6)                      \
 X(SUBJECT_TAG, 8)                \
 X(SUBJECT_RELATION, 6)           \
 X(ARGUMENT_TAG, 8)               \
 X(HEAD_TAG, 10)                  \
 X(HEAD_RELATION, 10)             \
 X(OBJECT, 3)                     \
 X(OBLIQUES, 4)                   \
 X(COMPLEMENT, 3)                 \
 X(ADVERBIAL, 2)                  \
 X(ADVERB, 2)                     \
 X(DISTANCE, 6)                   \
 X(MARKS_BETWEEN, 4)              \
 X(NEXT_TO, 3)                    \
 X(SUBJECT_MARKS, 3)              \
 X(ARGUMENT_MARKS, 3)             \
 X(SUBJECT_EDGE, 4)               \
 X(ARGUMENT_EDGE, 4)              \
 X(TAGS_AGREE, 3)                 \
 X(COVER, 6)                      \
 X(CLAUSES, 5)                    \
 X(CERTAIN_HEAD, 9)               \
 X(CERTAIN_SUBJECT, 9)            \
 X(CERTAIN_ARGUMENTS, 9)          \
 X(CERTAIN_PHRASES, 9)            \
 X(CERTAIN_SENTENCE, 9)           \
 X(BEFORE, 9)                     \
 X(AFTER, 9)                      \
 X(CERTAIN_AFTER, 9)

enum fm_confidence_feature {

#define X(feature, values) FM_CONFIDENCE_##feature,
    FM_CONFIDENCE_FEATURES(X)
#undef X
        FM_CONFIDENCE_COUNT
};

/* Values of the feature with the most. */
#define FM_CONFIDENCE_VALUES 24u

struct fm_confidence {
    uint8_t value[FM_CONFIDENCE_COUNT];
};

/* Weights by feature and value, and what is added always. */
extern const float fm_confidence_weights[FM_CONFIDENCE_COUNT]
                                        [FM_CONFIDENCE_VALUES];
extern const float fm_confidence_bias;

void fm_confidence_look(const struct fm_clauses *all,
                        const struct fm_clause *clause,
                        struct fm_confidence *ret_seen);
/* From 0 to 1. */
float fm_confidence_of(const struct fm_confidence *seen);

/* The same scale for all families: what a family gave a fact of this rule, drawn
 * towards how often facts of the rule were right when they were read. Facts of
 * rules that were not read, and clauses, stay as they are. */
float fm_confidence_settle(const char *rule, float given);

#endif
