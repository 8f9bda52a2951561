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

static void take(struct fm_scope *scope, uint32_t token,
                 Factmill__V1__Fact__Modality modality)
{
    if (modality == M(ASSERTED))
        scope->polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
    else
        scope->modality = modality;
    if (scope->trigger_count < FM_SCOPE_TRIGGERS_MAX)
        scope->triggers[scope->trigger_count++] = token;
}

struct fm_scope fm_scope_by_words(const struct fm_doc *doc, size_t sentence,
                                  uint32_t at)
{
    struct fm_scope scope = {.polarity = FACTMILL__V1__FACT__POLARITY__POSITIVE,
                             .modality = M(ASSERTED)};
    uint32_t first = doc->sentences[sentence].first;

    if (at - first > WINDOW)
        first = at - WINDOW;
    for (uint32_t i = at; i > first && !ends_clause(doc->form[i - 1]); i--) {
        for (size_t k = 0; k < sizeof triggers / sizeof *triggers; k++) {
            if (!fm_str_ieq(doc->form[i - 1], fm_str(triggers[k].word)))
                continue;
            take(&scope, i - 1, triggers[k].modality);
            break;
        }
    }
    return scope;
}
