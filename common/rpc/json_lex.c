#include "rpc/json_lex.h"

#include "base/utf8.h"

enum fm_error fm_json_bad(struct fm_json_lexer *lexer, const char *what)
{
    return fm_fail(FM_EINVAL, lexer->why, "JSON_INVALID", "%s at byte %zu",
                   what, lexer->at);
}

char fm_json_peek(struct fm_json_lexer *lexer)
{
    while (lexer->at < lexer->text.len) {
        char c = lexer->text.data[lexer->at];

        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return c;
        lexer->at++;
    }
    return '\0';
}

bool fm_json_take(struct fm_json_lexer *lexer, char c)
{
    if (fm_json_peek(lexer) != c || lexer->at == lexer->text.len)
        return false;
    lexer->at++;
    return true;
}

bool fm_json_word(struct fm_json_lexer *lexer, const char *word)
{
    struct fm_str w = fm_str(word);

    (void)fm_json_peek(lexer);
    if (!fm_str_starts(fm_str_sub(lexer->text, lexer->at, lexer->text.len), w))
        return false;
    lexer->at += w.len;
    return true;
}

/* --- strings --------------------------------------------------------------- */

static bool read_hex4(struct fm_json_lexer *lexer, uint32_t *ret)
{
    uint32_t v = 0;

    if (lexer->text.len - lexer->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = lexer->text.data[lexer->at + (size_t)i];
        char lower = fm_lower(c);

        if (fm_is_digit(c))
            v = v << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            v = v << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return false;
    }
    lexer->at += 4;
    *ret = v;
    return true;
}

/* Behind "\u"; two of them make a character beyond U+FFFF. */
static enum fm_error read_unicode(struct fm_json_lexer *lexer,
                                  struct fm_buf *out)
{
    char bytes[4];
    uint32_t high;
    uint32_t low;

    if (!read_hex4(lexer, &high))
        return fm_json_bad(lexer, "\\u needs four hex digits");
    if (high >= 0xdc00 && high <= 0xdfff)
        return fm_json_bad(lexer, "half of a surrogate pair");
    if (high >= 0xd800 && high <= 0xdbff) {
        if (lexer->text.len - lexer->at < 2 ||
            lexer->text.data[lexer->at] != '\\' ||
            lexer->text.data[lexer->at + 1] != 'u')
            return fm_json_bad(lexer, "half of a surrogate pair");
        lexer->at += 2;
        if (!read_hex4(lexer, &low) || low < 0xdc00 || low > 0xdfff)
            return fm_json_bad(lexer, "half of a surrogate pair");
        high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
    fm_buf_add(out, bytes, fm_utf8_put(high, bytes));
    return FM_OK;
}

static enum fm_error read_escape(struct fm_json_lexer *lexer,
                                 struct fm_buf *out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *found;
    char c;

    if (lexer->at == lexer->text.len)
        return fm_json_bad(lexer, "a string that does not end");
    c = lexer->text.data[lexer->at];
    if (c == 'u') {
        lexer->at++;
        return read_unicode(lexer, out);
    }
    found = c != '\0' ? strchr(from, c) : NULL;
    if (found == NULL)
        return fm_json_bad(lexer, "an escape that JSON does not have");
    lexer->at++;
    fm_buf_char(out, to[found - from]);
    return FM_OK;
}

/* The plain part up to a quote, an escape or what must not be there. */
static enum fm_error read_plain(struct fm_json_lexer *lexer, struct fm_buf *out)
{
    size_t from = lexer->at;
    struct fm_str plain;
    size_t valid;

    while (lexer->at < lexer->text.len) {
        char c = lexer->text.data[lexer->at];

        if (c == '"' || c == '\\' || (uint8_t)c < 0x20)
            break;
        lexer->at++;
    }
    plain = fm_str_sub(lexer->text, from, lexer->at);
    valid = fm_utf8_valid(plain);
    if (valid != plain.len) {
        lexer->at = from + valid;
        return fm_json_bad(lexer, "text that is not UTF-8");
    }
    fm_buf_str(out, plain);
    return FM_OK;
}

enum fm_error fm_json_string(struct fm_json_lexer *lexer, struct fm_buf *out)
{
    if (!fm_json_take(lexer, '"'))
        return fm_json_bad(lexer, "a string is expected");
    for (;;) {
        enum fm_error error = read_plain(lexer, out);

        if (error != FM_OK)
            return error;
        if (lexer->at == lexer->text.len)
            return fm_json_bad(lexer, "a string that does not end");
        if (lexer->text.data[lexer->at] == '"')
            break;
        if (lexer->text.data[lexer->at] != '\\')
            return fm_json_bad(lexer, "a control character in a string");
        lexer->at++;
        error = read_escape(lexer, out);
        if (error != FM_OK)
            return error;
    }
    lexer->at++;
    if (fm_buf_error(out) != FM_OK)
        return fm_fail(fm_buf_error(out), lexer->why, "JSON_TOO_LARGE",
                       "a string is too long at byte %zu", lexer->at);
    return FM_OK;
}

/* --- numbers --------------------------------------------------------------- */

static size_t skip_digits(struct fm_json_lexer *lexer)
{
    size_t from = lexer->at;

    while (lexer->at < lexer->text.len &&
           fm_is_digit(lexer->text.data[lexer->at]))
        lexer->at++;
    return lexer->at - from;
}

static bool skip_any(struct fm_json_lexer *lexer, const char *chars)
{
    if (lexer->at == lexer->text.len || lexer->text.data[lexer->at] == '\0' ||
        strchr(chars, lexer->text.data[lexer->at]) == NULL)
        return false;
    lexer->at++;
    return true;
}

enum fm_error fm_json_number(struct fm_json_lexer *lexer, struct fm_str *ret)
{
    size_t from;
    size_t first;
    size_t digits;

    (void)fm_json_peek(lexer);
    from = lexer->at;
    (void)skip_any(lexer, "-");
    first = lexer->at;
    digits = skip_digits(lexer);
    if (digits == 0 || (digits > 1 && lexer->text.data[first] == '0'))
        return fm_json_bad(lexer, "a number is expected");
    if (skip_any(lexer, ".") && skip_digits(lexer) == 0)
        return fm_json_bad(lexer, "a number ends in its point");
    if (skip_any(lexer, "eE")) {
        (void)skip_any(lexer, "+-");
        if (skip_digits(lexer) == 0)
            return fm_json_bad(lexer, "a number has no exponent");
    }
    *ret = fm_str_sub(lexer->text, from, lexer->at);
    return FM_OK;
}
