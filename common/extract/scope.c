#include "extract/scope.h"

/* Tokens looked back. */
#define WINDOW 12u

#define M(name) FACTMILL__V1__FACT__MODALITY__##name

/* Sorted. ASSERTED = a word of negation. */
static const struct {
    const char *word;
    Factmill__V1__Fact__Modality modality;
} triggers[] = {
    {"can", M(ABILITY)},       {"cannot", M(ASSERTED)},
    {"could", M(POSSIBLE)},    {"if", M(CONDITIONAL)},
    {"likely", M(PROBABLE)},   {"may", M(POSSIBLE)},
    {"maybe", M(POSSIBLE)},    {"might", M(POSSIBLE)},
    {"must", M(OBLIGATION)},   {"n't", M(ASSERTED)},
    {"never", M(ASSERTED)},    {"no", M(ASSERTED)},
    {"not", M(ASSERTED)},      {"n\xe2\x80\x99t", M(ASSERTED)},
    {"perhaps", M(POSSIBLE)},  {"possibly", M(POSSIBLE)},
    {"probably", M(PROBABLE)}, {"shall", M(FUTURE)},
    {"should", M(OBLIGATION)}, {"unless", M(CONDITIONAL)},
    {"will", M(FUTURE)},       {"without", M(ASSERTED)},
    {"would", M(CONDITIONAL)},
};

static bool ends_clause(struct fm_str word)
{
    static const char *const words[] = {
        "(",     ")",        ",",       "\xe2\x80\x93", "\xe2\x80\x94", ":",
        ";",     "although", "because", "but",          "that",         "when",
        "which", "while",    "who",     "whose",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fm_str_ieq(word, fm_str(words[i])))
            return true;
    return false;
}

struct fm_scope fm_scope_at(const struct fm_doc *doc, size_t sentence,
                            size_t at)
{
    struct fm_scope scope = {FACTMILL__V1__FACT__POLARITY__POSITIVE,
                             M(ASSERTED), SIZE_MAX, SIZE_MAX};
    size_t first = doc->sentences[sentence].first;

    if (at - first > WINDOW)
        first = at - WINDOW;
    for (size_t i = at; i > first && !ends_clause(doc->form[i - 1]); i--) {
        for (size_t k = 0; k < sizeof triggers / sizeof *triggers; k++) {
            if (!fm_str_ieq(doc->form[i - 1], fm_str(triggers[k].word)))
                continue;
            if (triggers[k].modality == M(ASSERTED)) {
                scope.polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
                scope.negation = i - 1;
            } else {
                scope.modality = triggers[k].modality;
                scope.modal = i - 1;
            }
            break;
        }
    }
    return scope;
}

void fm_scope_apply(struct fm_context *ctx, Factmill__V1__Fact *fact,
                    size_t sentence, size_t at)
{
    const struct fm_doc *doc = ctx->doc;
    struct fm_scope scope = fm_scope_at(doc, sentence, at);

    fact->polarity = scope.polarity;
    fact->modality = scope.modality;
    if (scope.negation != SIZE_MAX)
        fm_context_add_trigger(ctx, fact, doc->start[scope.negation],
                               doc->end[scope.negation]);
    if (scope.modal != SIZE_MAX)
        fm_context_add_trigger(ctx, fact, doc->start[scope.modal],
                               doc->end[scope.modal]);
}
