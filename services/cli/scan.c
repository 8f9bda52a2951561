#include "cli/scan.h"

#include "base/utf8.h"

/* Feeds nest a handful of levels; each level is one recursion here. */
#define DEPTH_MAX 64

static enum fm_error skip_value(struct fm_scan *scan, unsigned depth,
                                struct fm_why *why,
                                struct fm_scan_value *ret_value);

static enum fm_error bad(const struct fm_scan *scan, struct fm_why *why,
                         const char *expected)
{
    if (scan->at >= scan->text.len)
        return fm_fail(FM_EINVAL, why, "JSON",
                       "not JSON: the text ends where %s is expected",
                       expected);
    return fm_fail(FM_EINVAL, why, "JSON",
                   "not JSON: byte %zu, where %s is expected", scan->at + 1,
                   expected);
}

static void skip_space(struct fm_scan *scan)
{
    while (scan->at < scan->text.len && (scan->text.data[scan->at] == ' ' ||
                                         scan->text.data[scan->at] == '\t' ||
                                         scan->text.data[scan->at] == '\n' ||
                                         scan->text.data[scan->at] == '\r'))
        scan->at++;
}

static bool take(struct fm_scan *scan, char c)
{
    if (scan->at >= scan->text.len || scan->text.data[scan->at] != c)
        return false;
    scan->at++;
    return true;
}

static enum fm_error skip_string(struct fm_scan *scan, struct fm_why *why)
{
    if (!take(scan, '"'))
        return bad(scan, why, "a string");
    while (scan->at < scan->text.len) {
        char c = scan->text.data[scan->at++];

        if (c == '"')
            return FM_OK;
        if (c == '\\')
            scan->at++;
        else if ((unsigned char)c < 0x20)
            break;
    }
    if (scan->at > scan->text.len)
        scan->at = scan->text.len;
    return bad(scan, why, "the end of a string");
}

static enum fm_error skip_word(struct fm_scan *scan, struct fm_why *why,
                               enum fm_scan_type *ret_type)
{
    static const struct {
        struct fm_str word;
        enum fm_scan_type type;
    } words[] = {{FM_STR_LIT("null"), FM_SCAN_NULL},
                 {FM_STR_LIT("true"), FM_SCAN_BOOL},
                 {FM_STR_LIT("false"), FM_SCAN_BOOL}};
    struct fm_str rest = fm_str_sub(scan->text, scan->at, scan->text.len);
    size_t n = 0;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (fm_str_starts(rest, words[i].word)) {
            scan->at += words[i].word.len;
            *ret_type = words[i].type;
            return FM_OK;
        }
    }
    while (n < rest.len &&
           (fm_is_digit(rest.data[n]) || strchr("+-.eE", rest.data[n])) &&
           rest.data[n] != '\0')
        n++;
    if (n == 0)
        return bad(scan, why, "a value");
    scan->at += n;
    *ret_type = FM_SCAN_NUMBER;
    return FM_OK;
}

/* Where a walk through an object or array is. */
struct walk {
    char closer; /* '}' or ']' */
    bool first;
    bool ended; /* the closer was taken */
    unsigned depth;
};

static enum fm_error step(struct fm_scan *scan, struct walk *walk,
                          struct fm_why *why, struct fm_str *key,
                          struct fm_scan_value *value)
{
    bool first = walk->first;
    enum fm_error error;

    skip_space(scan);
    walk->first = false;
    walk->ended = take(scan, walk->closer);
    if (walk->ended)
        return FM_OK;
    if (!first && !take(scan, ','))
        return bad(scan, why, "a comma");
    skip_space(scan);
    if (walk->closer == '}') {
        size_t start = scan->at;

        error = skip_string(scan, why);
        if (error != FM_OK)
            return error;
        *key = fm_str_sub(scan->text, start + 1, scan->at - 1);
        skip_space(scan);
        if (!take(scan, ':'))
            return bad(scan, why, "a colon");
        skip_space(scan);
    }
    return skip_value(scan, walk->depth, why, value);
}

static enum fm_error skip_nested(struct fm_scan *scan, char closer,
                                 unsigned depth, struct fm_why *why)
{
    struct walk walk = {.closer = closer, .first = true, .depth = depth};
    struct fm_scan_value value;
    struct fm_str key;

    if (depth >= DEPTH_MAX)
        return fm_fail(FM_EINVAL, why, "JSON", "nested more than %d deep",
                       DEPTH_MAX);
    scan->at++;
    while (!walk.ended) {
        enum fm_error error = step(scan, &walk, why, &key, &value);

        if (error != FM_OK)
            return error;
    }
    return FM_OK;
}

static enum fm_error skip_value(struct fm_scan *scan, unsigned depth,
                                struct fm_why *why,
                                struct fm_scan_value *ret_value)
{
    size_t start = scan->at;
    char c = start < scan->text.len ? scan->text.data[start] : '\0';
    enum fm_scan_type type = FM_SCAN_NULL;
    enum fm_error error;

    if (c == '"') {
        type = FM_SCAN_STRING;
        error = skip_string(scan, why);
    } else if (c == '{') {
        type = FM_SCAN_OBJECT;
        error = skip_nested(scan, '}', depth + 1, why);
    } else if (c == '[') {
        type = FM_SCAN_ARRAY;
        error = skip_nested(scan, ']', depth + 1, why);
    } else {
        error = skip_word(scan, why, &type);
    }
    if (error == FM_OK) {
        ret_value->type = type;
        ret_value->raw = fm_str_sub(scan->text, start, scan->at);
    }
    return error;
}

enum fm_error fm_scan_begin(struct fm_scan *scan, struct fm_str text,
                            struct fm_why *why)
{
    scan->text = text;
    scan->at = 0;
    scan->first = true;
    skip_space(scan);
    if (take(scan, '{'))
        scan->closer = '}';
    else if (take(scan, '['))
        scan->closer = ']';
    else
        return bad(scan, why, "an object");
    return FM_OK;
}

enum fm_error fm_scan_next(struct fm_scan *scan, struct fm_why *why,
                           struct fm_str *ret_key,
                           struct fm_scan_value *ret_value)
{
    struct fm_scan_value value = {FM_SCAN_NULL, {NULL, 0}};
    struct fm_str key = {NULL, 0};
    struct walk walk = {.closer = scan->closer, .first = scan->first};
    enum fm_error error = step(scan, &walk, why, &key, &value);

    if (error != FM_OK)
        return error;
    scan->first = false;
    if (walk.ended) {
        skip_space(scan);
        return scan->at == scan->text.len
                   ? FM_ENOTFOUND
                   : bad(scan, why, "the end of the line");
    }
    *ret_key = key;
    *ret_value = value;
    return FM_OK;
}

/* --- strings ----------------------------------------------------------------- */

static bool hex4(struct fm_str s, size_t at, uint32_t *ret)
{
    uint32_t v = 0;

    if (at + 4 > s.len)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = fm_lower(s.data[i]);

        if (fm_is_digit(c))
            v = v * 16 + (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v * 16 + (uint32_t)(c - 'a') + 10;
        else
            return false;
    }
    *ret = v;
    return true;
}

/* The escape behind the backslash at *at - 1. */
static bool unescape(struct fm_str s, size_t *at, uint32_t *ret)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    char c = *at < s.len ? s.data[*at] : '\0';
    const char *name = c != '\0' ? strchr(names, c) : NULL;
    uint32_t low;

    *at += 1;
    if (name != NULL) {
        *ret = (uint32_t)(unsigned char)values[name - names];
        return true;
    }
    if (c != 'u' || !hex4(s, *at, ret))
        return false;
    *at += 4;
    if (*ret >= 0xD800 && *ret < 0xDC00 && *at + 6 <= s.len &&
        s.data[*at] == '\\' && s.data[*at + 1] == 'u' &&
        hex4(s, *at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
        *ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
        *at += 6;
    } else if (*ret >= 0xD800 && *ret < 0xE000) {
        *ret = 0xFFFD;
    }
    return true;
}

enum fm_error fm_scan_string(struct fm_str raw, struct fm_arena *arena,
                             struct fm_why *why, struct fm_str *ret_string)
{
    struct fm_str s = fm_str_sub(raw, 1, raw.len > 0 ? raw.len - 1 : 0);
    /* An escape is never shorter than what it stands for. */
    char *out = fm_arena_alloc(arena, s.len + 1);
    size_t len = 0;

    if (out == NULL)
        return fm_fail(arena->failed, why, NULL, "a string of %zu bytes",
                       s.len);
    for (size_t at = 0; at < s.len;) {
        uint32_t c;

        if (s.data[at] == '\0')
            return fm_fail(FM_EINVAL, why, "TEXT_NUL", "a NUL character");
        if (s.data[at] != '\\') {
            out[len++] = s.data[at++];
            continue;
        }
        at++;
        if (!unescape(s, &at, &c))
            return fm_fail(FM_EINVAL, why, "JSON", "not JSON: a bad escape");
        if (c == 0)
            return fm_fail(FM_EINVAL, why, "TEXT_NUL", "a NUL character");
        len += fm_utf8_put(c, out + len);
    }
    *ret_string = fm_str_n(out, len);
    return FM_OK;
}
