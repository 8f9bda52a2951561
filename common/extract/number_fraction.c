#include "extract/number_priv.h"

/* Parts of one: "1/2", "two thirds", "three-quarters", and parts behind a whole
 * number: "two and a half", "3 million and a quarter". */

/* "1/2" behind i; the slash form is a fraction when both sides are small. */
size_t fm_number_slash(const struct fm_lexemes *lx, size_t i,
                       struct fm_number *number)
{
    struct fm_decimal top;
    int32_t a = lx->at[i].value;
    int32_t b = lx->at[i + 1].kind == FM_LEX_MARK ? lx->at[i + 2].value : 0;

    if (lx->at[i].kind != FM_LEX_DIGITS || !fm_lexeme_mark(lx, i + 1, '/') ||
        !fm_lexeme_glued(lx, i + 1) || !fm_lexeme_glued(lx, i + 2) ||
        lx->at[i + 2].kind != FM_LEX_DIGITS || a < 1 || b < 2 || a >= b ||
        b > 100 || fm_lexeme_mark(lx, i + 3, '/'))
        return 0;
    if (!fm_decimal_of(a, 0, &top) ||
        !fm_decimal_ratio(top, b, &number->value, &number->rounded))
        return 0;
    number->form = FM_NUMBER_FRACTION;
    return 3;
}

size_t fm_number_glyph(const struct fm_lexemes *lx, size_t i,
                       struct fm_number *number)
{
    struct fm_decimal top;

    if (lx->at[i].kind != FM_LEX_GLYPH ||
        !fm_decimal_of(lx->at[i].value / FM_LEX_GLYPH_BASE, 0, &top) ||
        !fm_decimal_ratio(top, lx->at[i].value % FM_LEX_GLYPH_BASE,
                          &number->value, &number->rounded))
        return 0;
    number->form = FM_NUMBER_FRACTION;
    return 1;
}

/* "three quarters", "three-quarters", "a quarter of"; the unit of time is not
 * meant. */
static bool is_quarter(const struct fm_lexemes *lx, size_t i, int64_t top,
                       bool hyphen)
{
    const struct fm_lexeme *at = &lx->at[i];
    bool of = fm_lexeme_fn(lx, i + 1, FM_FN_OF);

    if (at->kind != FM_LEX_UNIT)
        return false;
    if (at->value == FM_UNIT_QUARTER)
        return top == 1 && of;
    return at->value == (FM_UNIT_QUARTER | FM_LEX_PLURAL) &&
           (top == 3 || (top == 2 && (hyphen || of)));
}

/* "fifths" behind a number, or "fifth" behind "one"/"a". */
static size_t read_denominator(const struct fm_lexemes *lx, size_t i,
                               int64_t top, int32_t *ret)
{
    const struct fm_lexeme *at;
    size_t skip = fm_number_dash(lx, i) ? 1 : 0;

    at = &lx->at[i + skip];
    if ((at->kind == FM_LEX_PARTS && top > 1) ||
        (at->kind == FM_LEX_ORDINAL && top == 1 && at->value >= 3 &&
         at->value <= 100 && at->end - at->start > 4))
        *ret = at->value;
    else if (is_quarter(lx, i + skip, top, skip == 1))
        *ret = 4;
    else if (fm_lexeme_fn(lx, i + skip, FM_FN_HALF) && top == 1)
        *ret = 2;
    else
        return 0;
    return 1 + skip;
}

size_t fm_number_fraction(const struct fm_lexemes *lx, size_t i, int64_t top,
                          struct fm_number *number)
{
    int32_t bottom = 0;
    struct fm_decimal a;
    size_t n = read_denominator(lx, i, top, &bottom);

    if (n == 0 || !fm_decimal_of(top, 0, &a) ||
        !fm_decimal_ratio(a, bottom, &number->value, &number->rounded))
        return 0;
    number->form = FM_NUMBER_FRACTION;
    return n;
}

/* "a half", "one fourth", "three quarters" behind "and"; the quarter there needs
 * no "of". */
static size_t read_part(const struct fm_lexemes *lx, size_t i,
                        struct fm_number *part)
{
    int64_t top = 1;

    if (lx->at[i].kind == FM_LEX_CARDINAL)
        top = lx->at[i].value;
    else if (!fm_lexeme_fn(lx, i, FM_FN_A))
        return 0;
    i++;
    if (lx->at[i].kind == FM_LEX_UNIT && top == 1 &&
        lx->at[i].value == FM_UNIT_QUARTER) {
        part->value = (struct fm_decimal){25, 2};
        return 2;
    }
    /* "two and a third man": a noun that is one makes it an ordinal. */
    if (lx->at[i].kind == FM_LEX_ORDINAL && lx->at[i + 1].kind == FM_LEX_WORD &&
        lx->text.data[lx->at[i + 1].end - 1] != 's')
        return 0;
    top = (int64_t)fm_number_fraction(lx, i, top, part);
    return top > 0 ? (size_t)top + 1 : 0;
}

size_t fm_number_and_part(const struct fm_lexemes *lx, size_t i, int32_t power,
                          struct fm_decimal *value)
{
    struct fm_number part = {.rounded = false};
    struct fm_decimal sum;
    size_t n;
    size_t at;

    if (!fm_lexeme_fn(lx, i, FM_FN_AND))
        return 0;
    n = read_part(lx, i + 1, &part);
    if (n == 0)
        return 0;
    at = i + 1 + n;
    /* "one billion and a half million" */
    if (lx->at[at].kind == FM_LEX_SCALE && lx->at[at].value < power) {
        power = lx->at[at].value;
        at++;
    }
    if (!fm_decimal_of(part.value.mantissa, part.value.scale - power,
                       &part.value) ||
        !fm_decimal_add(*value, part.value, &sum))
        return 0;
    *value = sum;
    return at - i;
}
