#include "base/parse.h"
#include "rpc/json_lex.h"

#include <math.h>

/* Whole numbers that a double holds exactly. */
#define DOUBLE_EXACT 9007199254740992.0

/* Numbers may be strings: that is how 64 bits survive JavaScript. */
static enum fm_error read_text(struct fm_json_lexer *lexer,
                               struct fm_buf *scratch, struct fm_str *ret)
{
    enum fm_error error;

    if (fm_json_peek(lexer) != '"')
        return fm_json_number(lexer, ret);
    fm_buf_reset(scratch);
    error = fm_json_string(lexer, scratch);
    if (error == FM_OK)
        *ret = fm_buf_view(scratch);
    return error;
}

/* 1e3 and 5.0 are whole numbers too. */
static bool whole(struct fm_str text, double *ret)
{
    double v;

    if (fm_parse_double(text, &v) != FM_OK || v != floor(v) ||
        fabs(v) > DOUBLE_EXACT)
        return false;
    *ret = v;
    return true;
}

enum fm_error fm_json_signed(struct fm_json_lexer *lexer,
                             struct fm_buf *scratch, int64_t min, int64_t max,
                             int64_t *ret)
{
    struct fm_str text;
    enum fm_error error = read_text(lexer, scratch, &text);
    double as_double;
    int64_t v = 0;

    if (error != FM_OK)
        return error;
    error = fm_parse_i64(text, &v);
    if (error == FM_EINVAL && whole(text, &as_double)) {
        v = (int64_t)as_double;
        error = FM_OK;
    }
    if (error == FM_EINVAL)
        return fm_json_bad(lexer, "a whole number is expected");
    if (error != FM_OK || v < min || v > max)
        return fm_json_bad(lexer, "a number that is out of range");
    *ret = v;
    return FM_OK;
}

enum fm_error fm_json_unsigned(struct fm_json_lexer *lexer,
                               struct fm_buf *scratch, uint64_t max,
                               uint64_t *ret)
{
    struct fm_str text;
    enum fm_error error = read_text(lexer, scratch, &text);
    double as_double;
    uint64_t v = 0;

    if (error != FM_OK)
        return error;
    error = fm_parse_u64(text, &v);
    if (error == FM_EINVAL && whole(text, &as_double)) {
        error = as_double < 0 ? FM_ERANGE : FM_OK;
        v = as_double < 0 ? 0 : (uint64_t)as_double;
    }
    if (error == FM_EINVAL)
        return fm_json_bad(lexer, "a whole number is expected");
    if (error != FM_OK || v > max)
        return fm_json_bad(lexer, "a number that is out of range");
    *ret = v;
    return FM_OK;
}

enum fm_error fm_json_double(struct fm_json_lexer *lexer,
                             struct fm_buf *scratch, double max, double *ret)
{
    struct fm_str text;
    enum fm_error error = read_text(lexer, scratch, &text);
    double v;

    if (error != FM_OK)
        return error;
    if (fm_str_eqz(text, "NaN"))
        v = (double)NAN;
    else if (fm_str_eqz(text, "Infinity"))
        v = (double)INFINITY;
    else if (fm_str_eqz(text, "-Infinity"))
        v = -(double)INFINITY;
    else if (fm_parse_double(text, &v) != FM_OK)
        return fm_json_bad(lexer,
                           "a number is expected, or one that is in range");
    else if (fabs(v) > max)
        return fm_json_bad(lexer, "a number that is out of range");
    *ret = v;
    return FM_OK;
}
