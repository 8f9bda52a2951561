#include "store/text_query.h"

#include "base/parse.h"
#include "base/utf8.h"

#define NEAR_DEFAULT 10u
#define NEAR_MAX     100u

struct parser {
    struct fm_str s;
    size_t at;
    unsigned terms;
    unsigned depth;
    const char *field;
    struct fm_arena *arena;
    struct fm_why *why;
};

static enum fm_error malformed(const struct parser *p, size_t at,
                               const char *what)
{
    return fm_fail_field(FM_EINVAL, p->why, p->field, "BAD_QUERY",
                         "%s, at byte %zu of \"%.*s\"", what, at,
                         FM_STR_ARG(fm_str_sub(p->s, 0, 200)));
}

static enum fm_error no_memory(const struct parser *p)
{
    return fm_fail(FM_ENOMEM, p->why, NULL, "no memory for a query");
}

static void skip_space(struct parser *p)
{
    while (p->at < p->s.len && fm_is_space(p->s.data[p->at]))
        p->at++;
}

static char peek(const struct parser *p)
{
    return p->at < p->s.len ? p->s.data[p->at] : '\0';
}

static bool ends_word(char c)
{
    return fm_is_space(c) || c == '(' || c == ')' || c == '"';
}

/* The word at the parser's place, without taking it. */
static struct fm_str word_here(const struct parser *p)
{
    size_t to = p->at;

    while (to < p->s.len && !ends_word(p->s.data[to]))
        to++;
    return fm_str_sub(p->s, p->at, to);
}

/* Does the tokenizer find anything in it? */
static bool has_token(struct fm_str s)
{
    size_t at = 0;

    while (at < s.len) {
        uint32_t c = fm_utf8_next(s, &at);

        if (c < 0x80 ? fm_is_alpha((char)c) || fm_is_digit((char)c)
                     : !fm_uni_is_punct(c) && !fm_uni_is_space(c))
            return true;
    }
    return false;
}

/* An FTS5 string: in quotes, with those inside doubled. */
static enum fm_error quote(struct parser *p, struct fm_str text, bool prefix,
                           struct fm_str *ret)
{
    char *to = fm_arena_alloc(p->arena, text.len * 2 + 4);
    size_t n = 0;

    if (to == NULL)
        return no_memory(p);
    if (++p->terms > FM_TEXT_QUERY_TERMS)
        return malformed(p, p->at, "too many words");
    to[n++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            to[n++] = '"';
        to[n++] = text.data[i];
    }
    to[n++] = '"';
    if (prefix)
        to[n++] = '*';
    *ret = fm_str_n(to, n);
    return FM_OK;
}

static enum fm_error parse_phrase(struct parser *p, struct fm_str *ret)
{
    size_t from = p->at;
    size_t to = fm_str_find(p->s, fm_str("\""), from + 1);
    struct fm_str text;
    bool prefix;

    if (to == SIZE_MAX)
        return malformed(p, from, "a quotation mark is not closed");
    text = fm_str_sub(p->s, from + 1, to);
    p->at = to + 1;
    prefix = peek(p) == '*';
    if (prefix)
        p->at++;
    return has_token(text) ? quote(p, text, prefix, ret) : FM_OK;
}

/* Gives nothing for a word without letters or digits ("—"). */
static enum fm_error parse_word(struct parser *p, struct fm_str word,
                                struct fm_str *ret)
{
    size_t from = p->at;
    bool prefix = fm_str_ends(word, fm_str("*"));

    p->at += word.len;
    while (fm_str_ends(word, fm_str("*")))
        word.len--;
    if (!has_token(word))
        return prefix ? malformed(p, from, "a * needs letters before it")
                      : FM_OK;
    if (prefix && word.len < 2)
        return malformed(p, from, "a * needs at least two letters before it");
    return quote(p, word, prefix, ret);
}

/* The distance behind the comma, up to the closing bracket. */
static enum fm_error parse_distance(struct parser *p, uint64_t *ret)
{
    struct fm_str digits;
    size_t from;

    p->at++;
    skip_space(p);
    from = p->at;
    digits = word_here(p);
    p->at += digits.len;
    if (fm_parse_u64(digits, ret) != FM_OK || *ret == 0 || *ret > NEAR_MAX)
        return malformed(p, from, "a distance is a number from 1 to 100");
    skip_space(p);
    return peek(p) == ')' ? FM_OK : malformed(p, p->at, "NEAR( is not closed");
}

static enum fm_error parse_near_term(struct parser *p, struct fm_str *ret)
{
    struct fm_str word = word_here(p);
    size_t comma = fm_str_find(word, fm_str(","), 0);

    if (peek(p) == '"')
        return parse_phrase(p, ret);
    if (peek(p) == '(' || peek(p) == '\0')
        return malformed(p, p->at, "NEAR( is not closed");
    if (comma != SIZE_MAX)
        word = fm_str_sub(word, 0, comma);
    return parse_word(p, word, ret);
}

static enum fm_error parse_near(struct parser *p, struct fm_str *ret)
{
    size_t from = p->at;
    struct fm_str all = fm_str_n("", 0);
    uint64_t distance = NEAR_DEFAULT;
    unsigned n = 0;
    enum fm_error e = FM_OK;
    char *z;

    p->at += strlen("NEAR(");
    for (skip_space(p); e == FM_OK && peek(p) != ')'; skip_space(p)) {
        struct fm_str term = {NULL, 0};

        if (peek(p) == ',') {
            e = parse_distance(p, &distance);
            break;
        }
        e = parse_near_term(p, &term);
        if (e != FM_OK || term.len == 0)
            continue;
        z = fm_arena_printf(p->arena, "%.*s%s%.*s", FM_STR_ARG(all),
                            n > 0 ? " " : "", FM_STR_ARG(term));
        if (z == NULL)
            return no_memory(p);
        all = fm_str(z);
        n++;
    }
    if (e != FM_OK)
        return e;
    p->at++;
    if (n < 2)
        return malformed(p, from, "NEAR needs at least two words");
    z = fm_arena_printf(p->arena, "NEAR(%.*s, %u)", FM_STR_ARG(all),
                        (unsigned)distance);
    *ret = fm_str(z);
    return z != NULL ? FM_OK : no_memory(p);
}

static enum fm_error parse_or(struct parser *p, struct fm_str *ret);

static enum fm_error parse_item(struct parser *p, struct fm_str *ret)
{
    size_t from = p->at;
    struct fm_str word = word_here(p);
    enum fm_error e;

    if (peek(p) == '"')
        return parse_phrase(p, ret);
    if (peek(p) != '(' && fm_str_eqz(word, "NEAR") &&
        from + word.len < p->s.len && p->s.data[from + word.len] == '(')
        return parse_near(p, ret);
    if (peek(p) != '(')
        return parse_word(p, word, ret);
    if (++p->depth > FM_TEXT_QUERY_DEPTH)
        return malformed(p, from, "brackets are nested too deep");
    p->at++;
    e = parse_or(p, ret);
    if (e != FM_OK)
        return e;
    if (peek(p) != ')')
        return malformed(p, from, "a bracket is not closed");
    p->at++;
    p->depth--;
    return FM_OK;
}

static enum fm_error join(struct parser *p, const char *operator,
                          struct fm_str b, struct fm_str *a)
{
    char *z;

    if (b.len == 0)
        return FM_OK;
    if (a->len == 0) {
        *a = b;
        return FM_OK;
    }
    z = fm_arena_printf(p->arena, "(%.*s %s %.*s)", FM_STR_ARG(*a), operator,
                        FM_STR_ARG(b));
    *a = fm_str(z);
    return z != NULL ? FM_OK : no_memory(p);
}

static bool at_operator(const struct parser *p)
{
    struct fm_str word = word_here(p);

    return fm_str_eqz(word, "AND") || fm_str_eqz(word, "OR") ||
           fm_str_eqz(word, "NOT");
}

static bool at_end(const struct parser *p)
{
    return peek(p) == '\0' || peek(p) == ')';
}

static enum fm_error parse_and(struct parser *p, struct fm_str *ret)
{
    struct fm_str left = {NULL, 0};
    enum fm_error e = FM_OK;
    bool first = true;

    for (skip_space(p); e == FM_OK; skip_space(p)) {
        struct fm_str word = word_here(p);
        bool not_ = fm_str_eqz(word, "NOT");
        struct fm_str right = {NULL, 0};
        size_t from = p->at;

        if (at_end(p) || fm_str_eqz(word, "OR"))
            break;
        if (first && at_operator(p))
            return malformed(p, from,
                             not_ ? "NOT needs something before it: it takes "
                                    "away from what was found"
                                  : "AND needs something before it");
        if (at_operator(p)) {
            p->at += word.len;
            skip_space(p);
            if (at_end(p) || at_operator(p))
                return malformed(p, from, "an operator needs a word behind it");
        }
        first = false;
        e = parse_item(p, &right);
        if (e != FM_OK)
            break;
        if (not_ && left.len == 0)
            return malformed(p, from, "NOT needs a word before it");
        e = join(p, not_ ? "NOT" : "AND", right, &left);
    }
    *ret = left;
    return e;
}

static enum fm_error parse_or(struct parser *p, struct fm_str *ret)
{
    struct fm_str left = {NULL, 0};
    enum fm_error e = parse_and(p, &left);

    if (e == FM_OK && left.len == 0 && fm_str_eqz(word_here(p), "OR"))
        return malformed(p, p->at, "OR needs something before it");
    while (e == FM_OK && fm_str_eqz(word_here(p), "OR")) {
        struct fm_str right = {NULL, 0};
        size_t from = p->at;

        p->at += 2;
        e = parse_and(p, &right);
        if (e == FM_OK && right.len == 0)
            return malformed(p, from, "OR needs a word behind it");
        if (e == FM_OK)
            e = join(p, "OR", right, &left);
    }
    *ret = left;
    return e;
}

enum fm_error fm_text_query(struct fm_str text, const char *field,
                            const char *column, struct fm_arena *arena,
                            struct fm_why *why, struct fm_str *ret_match)
{
    struct parser p = {.s = text, .field = field, .arena = arena, .why = why};
    struct fm_str match = {NULL, 0};
    enum fm_error e;
    char *z;

    if (text.len > FM_TEXT_QUERY_MAX)
        return fm_fail_field(FM_EINVAL, why, field, "TOO_LONG",
                             "%s has %zu bytes, at most %u are allowed", field,
                             text.len, FM_TEXT_QUERY_MAX);
    if (fm_utf8_valid(text) != text.len ||
        (text.len > 0 && memchr(text.data, '\0', text.len) != NULL))
        return fm_fail_field(FM_EINVAL, why, field, "NOT_UTF8",
                             "%s is not UTF-8", field);
    e = parse_or(&p, &match);
    if (e != FM_OK)
        return e;
    if (p.at < text.len)
        return malformed(&p, p.at, "a bracket is closed that was not opened");
    if (match.len == 0)
        return malformed(&p, 0, "there is no word to look for");
    if (column != NULL) {
        z = fm_arena_printf(arena, "%s : (%.*s)", column, FM_STR_ARG(match));
        if (z == NULL)
            return no_memory(&p);
        match = fm_str(z);
    }
    *ret_match = match;
    return FM_OK;
}
