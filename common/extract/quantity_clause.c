#include "extract/quantity_expr.h"

/* Polarity and modality by the words before a quantity, as far as its clause
 * reaches. */

#define LOOK_BACK 12

struct sign {
    const char *word;
    uint8_t polarity; /* 0 = says nothing of it */
    uint8_t modality;
};

#define NEGATIVE    FACTMILL__V1__FACT__POLARITY__NEGATIVE
#define POSSIBLE    FACTMILL__V1__FACT__MODALITY__POSSIBLE
#define PROBABLE    FACTMILL__V1__FACT__MODALITY__PROBABLE
#define OBLIGATION  FACTMILL__V1__FACT__MODALITY__OBLIGATION
#define ABILITY     FACTMILL__V1__FACT__MODALITY__ABILITY
#define INTENTION   FACTMILL__V1__FACT__MODALITY__INTENTION
#define FUTURE      FACTMILL__V1__FACT__MODALITY__FUTURE
#define CONDITIONAL FACTMILL__V1__FACT__MODALITY__CONDITIONAL

static const struct sign signs[] = {
    {"not", NEGATIVE, 0},       {"never", NEGATIVE, 0},
    {"without", NEGATIVE, 0},   {"neither", NEGATIVE, 0},
    {"may", 0, POSSIBLE},       {"might", 0, POSSIBLE},
    {"could", 0, POSSIBLE},     {"possibly", 0, POSSIBLE},
    {"perhaps", 0, POSSIBLE},   {"probably", 0, PROBABLE},
    {"likely", 0, PROBABLE},    {"expected", 0, PROBABLE},
    {"expects", 0, PROBABLE},   {"forecast", 0, PROBABLE},
    {"projected", 0, PROBABLE}, {"should", 0, OBLIGATION},
    {"must", 0, OBLIGATION},    {"can", 0, ABILITY},
    {"plans", 0, INTENTION},    {"planned", 0, INTENTION},
    {"planning", 0, INTENTION}, {"intends", 0, INTENTION},
    {"aims", 0, INTENTION},     {"pledged", 0, INTENTION},
    {"promised", 0, INTENTION}, {"will", 0, FUTURE},
    {"shall", 0, FUTURE},       {"if", 0, CONDITIONAL},
    {"unless", 0, CONDITIONAL}, {"would", 0, CONDITIONAL},
};

static bool ends_clause(const struct fm_lexemes *lx, size_t i)
{
    if (lx->at[i].kind == FM_LEX_MARK)
        return !fm_lexeme_mark(lx, i, '-') || !fm_lexeme_glued(lx, i);
    return fm_lexeme_fn(lx, i, FM_FN_THAT) || fm_lexeme_fn(lx, i, FM_FN_AS) ||
           fm_lexeme_fn(lx, i, FM_FN_AFTER) ||
           fm_lexeme_fn(lx, i, FM_FN_BEFORE) ||
           fm_lexeme_is(lx, i, "because") || fm_lexeme_is(lx, i, "while") ||
           fm_lexeme_is(lx, i, "when") || fm_lexeme_is(lx, i, "but") ||
           fm_lexeme_is(lx, i, "which") || fm_lexeme_is(lx, i, "who");
}

static bool is_contracted_not(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str word = fm_lexeme_text(lx, i);

    return word.len > 3 && (fm_str_ends(word, fm_str("n't")) ||
                            fm_str_ends(word, fm_str("n\xe2\x80\x99t")));
}

static const struct sign *sign_at(const struct fm_lexemes *lx, size_t i)
{
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        if (fm_lexeme_is(lx, i, signs[k].word))
            return &signs[k];
    return is_contracted_not(lx, i) ? &signs[0] : NULL;
}

void fm_quantity_clause(struct fm_context *ctx, const struct fm_lexemes *lx,
                        size_t at, Factmill__V1__Fact *fact)
{
    for (size_t i = at;
         i-- > 0 && at - i <= LOOK_BACK && !ends_clause(lx, i);) {
        const struct sign *sign;

        if (lx->at[i].kind != FM_LEX_WORD && lx->at[i].kind != FM_LEX_FN &&
            lx->at[i].kind != FM_LEX_MONTH)
            continue;
        /* "May" the month is a capital. */
        if (lx->at[i].kind == FM_LEX_MONTH &&
            (lx->at[i].flags & FM_LEX_CAPITAL) != 0)
            continue;
        sign = sign_at(lx, i);
        /* "not only" denies nothing. */
        if (sign == NULL ||
            (sign->polarity != 0 && fm_lexeme_fn(lx, i + 1, FM_FN_ONLY)))
            continue;
        if (sign->polarity != 0)
            fact->polarity = (Factmill__V1__Fact__Polarity)sign->polarity;
        else if (fact->modality == FACTMILL__V1__FACT__MODALITY__ASSERTED)
            fact->modality = (Factmill__V1__Fact__Modality)sign->modality;
        else
            continue;
        fm_context_add_trigger(ctx, fact, lx->at[i].start, lx->at[i].end);
    }
    if (lx->count > 0 && fm_lexeme_mark(lx, lx->count - 1, '?'))
        fact->modality = FACTMILL__V1__FACT__MODALITY__QUESTION;
}
