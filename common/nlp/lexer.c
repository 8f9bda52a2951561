#include "nlp/lexer.h"

#include "nlp/lexer_priv.h"

/* Opening marks before an address: ("http://…"). */
#define MARKS_MAX 2u
/* Bytes in which an address must look like one. */
#define ADDRESS_LOOK 256u
/* Bytes before ":)" in which a bracket may have been opened. */
#define BRACKET_BACK 64u

static inline bool is_space(uint32_t c)
{
    return c < 0x80 ? fm_is_space((char)c) : fm_uni_is_space(c);
}

/* --- addresses ------------------------------------------------------------------- */

static bool starts(struct fm_str s, const char *prefix)
{
    struct fm_str p = fm_str(prefix);

    return fm_str_ieq(fm_str_sub(s, 0, p.len), p);
}

static bool is_plain(char c)
{
    return fm_is_alpha(c) || fm_is_digit(c) || (unsigned char)c >= 0x80;
}

/* "jane.roe@example.org" from at on, within a chunk. */
static bool is_mail(struct fm_str s)
{
    const char *mark = memchr(s.data, '@', s.len);
    size_t at;

    if (mark == NULL)
        return false;
    at = (size_t)(mark - s.data);
    return at > 0 && at + 3 < s.len && is_plain(s.data[0]) &&
           (is_plain(s.data[at - 1]) || s.data[at - 1] == '.') &&
           memchr(mark, '.', s.len - at) != NULL;
}

/* "example.org/page" */
static bool is_page(struct fm_str s)
{
    const char *slash = memchr(s.data, '/', s.len);
    size_t end = slash != NULL ? (size_t)(slash - s.data) : 0;
    size_t dot = end;

    while (dot > 0 && (is_plain(s.data[dot - 1]) || s.data[dot - 1] == '-'))
        dot--;
    return dot > 1 && s.data[dot - 1] == '.' && is_plain(s.data[0]) &&
           end + 1 < s.len && fm_lexer_is_domain(fm_str_sub(s, dot, end));
}

static bool is_address(struct fm_str s)
{
    static const char *const beginnings[] = {"http://", "https://", "ftp://",
                                             "mailto:", "www."};

    if (s.data[0] == '@' || s.data[0] == '#')
        return s.len > 1 && fm_is_alpha(s.data[1]);
    if (s.data[0] != '\0' && strchr("hHfFmMwW", s.data[0]) != NULL)
        for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
            if (starts(s, beginnings[i]))
                return true;
    return is_mail(s) || is_page(s);
}

/* Where an address ends: before the marks that close a sentence or bracket. */
static size_t address_end(const struct fm_lexer *lx, size_t start)
{
    struct fm_str s = fm_str_sub(lx->text, 0, lx->chunk_end);
    size_t end = lx->chunk_end;

    for (size_t i = start; i < end; i++)
        if (s.data[i] == '<' || s.data[i] == '>' || s.data[i] == '"')
            end = i;
    while (end > start + 1) {
        size_t at = end;
        uint32_t c = fm_utf8_prev(s, &at);

        if (c != '.' && c != ',' && c != ')' && c != ']' && c != ';' &&
            c != ':' && c != '!' && c != '?' && c != '"' && c != '\'' &&
            c != 0x201d && c != 0x2019 && c != 0xbb && c != 0x2026)
            break;
        end = at;
    }
    return end;
}

/* --- marks ----------------------------------------------------------------------------- */

static bool runs(uint32_t c)
{
    return c == '.' || c == '-' || c == '*' || c == '=' || c == '_' ||
           c == '~' || c == '+' || c == '$' || c == '<' || c == '>' ||
           c == '\'' || c == '`';
}

static bool is_single_quote(uint32_t c)
{
    return c == 0x2018 || c == 0x2019;
}

/* ":)", ";-)", "=(", ":D": eyes, a nose, a mouth, and no word behind; behind a
 * word, only with a nose or as ":)". 0 = it is none. */
static size_t face_end(const struct fm_lexer *lx, size_t start)
{
    const char *s = lx->text.data;
    size_t at = start + 1;
    bool nose = at < lx->chunk_end && s[at] == '-';
    size_t from;

    at += nose;
    if (at >= lx->chunk_end || s[at] == '\0' ||
        strchr("()DPp", s[at]) == NULL ||
        fm_lexer_is_alnum(fm_lexer_char(lx, at + 1)))
        return 0;
    /* "(note:)" */
    from = start - lx->chunk_start > BRACKET_BACK ? start - BRACKET_BACK
                                                  : lx->chunk_start;
    if (!nose && start > from && is_plain(s[start - 1]) &&
        (s[at] != ')' || memchr(s + from, '(', start - from) != NULL))
        return 0;
    return at + 1;
}

/* "!!!", "...", "--", "''", "?!" */
static size_t run_end(const struct fm_lexer *lx, size_t start)
{
    size_t width;
    uint32_t c = fm_lexer_peek(lx, start, &width);
    size_t at = start + width;

    if (c == '!' || c == '?') {
        while (at < lx->chunk_end &&
               (lx->text.data[at] == '!' || lx->text.data[at] == '?'))
            at++;
    } else if (is_single_quote(c)) {
        /* Two of them are a double one. */
        if (at < lx->chunk_end && is_single_quote(fm_lexer_char(lx, at)))
            at += width;
    } else if (runs(c)) {
        size_t most = c == '\'' || c == '`' ? start + 2 : lx->chunk_end;

        while (at < lx->chunk_end && at < most && fm_lexer_char(lx, at) == c)
            at++;
    }
    return at;
}

static size_t mark_end(const struct fm_lexer *lx, size_t start)
{
    char c = lx->text.data[start];
    size_t end = 0;

    if (c == ':' || c == ';' || c == '=')
        end = face_end(lx, start);
    return end != 0 ? end : run_end(lx, start);
}

/* ".15", "+44": a mark that begins a number. */
static bool begins_number(const struct fm_lexer *lx, size_t at)
{
    char c = lx->text.data[at];

    return (c == '.' || c == '+') && fm_lexer_digits(lx, at + 1) > 0 &&
           (at == lx->chunk_start ||
            !fm_lexer_is_alnum((unsigned char)lx->text.data[at - 1]));
}

/* 'em, 's, '90s: an apostrophe that begins a word. */
static bool begins_word(const struct fm_lexer *lx, size_t at, size_t width)
{
    size_t end = at + width;
    struct fm_str rest;

    while (end < lx->chunk_end && fm_is_alpha(lx->text.data[end]))
        end++;
    rest = fm_str_sub(lx->text, at + width, end);
    if (rest.len == 0) /* '90s */
        return fm_lexer_digits(lx, at + width) == 2 &&
               at + width + 2 < lx->chunk_end + 1;
    return fm_str_ieq(rest, fm_str("s")) || fm_str_ieq(rest, fm_str("em")) ||
           fm_str_ieq(rest, fm_str("tis")) ||
           fm_str_ieq(rest, fm_str("twas")) || fm_str_ieq(rest, fm_str("re")) ||
           fm_str_ieq(rest, fm_str("ll")) || fm_str_ieq(rest, fm_str("ve"));
}

static void read_mark(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    size_t start = lx->at;
    size_t width;
    uint32_t c = fm_lexer_peek(lx, start, &width);

    ret_lexeme->start = start;
    if (begins_number(lx, start)) {
        ret_lexeme->end = fm_lexer_token_end(lx, start + 1);
        ret_lexeme->word = true;
        lx->at = ret_lexeme->end;
        return;
    }
    if ((c == '\'' || c == 0x2019) && begins_word(lx, start, width)) {
        ret_lexeme->end = fm_lexer_word_end(lx, start + width);
        ret_lexeme->word = false;
        lx->at = ret_lexeme->end;
        return;
    }
    if (c == 0x2018 ||
        (c == '\'' && fm_lexer_is_alnum(fm_lexer_char(lx, start + 1))))
        lx->apostrophes = 1;
    else if (c == 0x2019 || c == '\'')
        lx->apostrophes = 0;
    ret_lexeme->end = mark_end(lx, start);
    ret_lexeme->word = false;
    lx->at = ret_lexeme->end;
}

static void read_word(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    ret_lexeme->start = lx->at;
    ret_lexeme->end = fm_lexer_token_end(lx, lx->at);
    ret_lexeme->word = true;
    lx->at = ret_lexeme->end;
}

/* --- the sentence ------------------------------------------------------------------------ */

void fm_lexer_init(struct fm_lexer *lexer, struct fm_str text, size_t start,
                   size_t end)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->text = text;
    lexer->at = start;
    lexer->end = end;
    lexer->chunk_end = start;
}

static bool next_chunk(struct fm_lexer *lx)
{
    size_t width;

    while (lx->at < lx->end && is_space(fm_lexer_peek(lx, lx->at, &width)))
        lx->at += width;
    if (lx->at >= lx->end)
        return false;
    lx->chunk_start = lx->at;
    lx->chunk_end = lx->at;
    lx->addressed = false;
    while (lx->chunk_end < lx->end) {
        uint32_t c = fm_lexer_peek(lx, lx->chunk_end, &width);

        if (is_space(c))
            break;
        lx->addressed =
            lx->addressed || c == '@' || c == '/' || c == '#' || c == '.';
        lx->chunk_end += width;
    }
    return true;
}

/* Addresses are looked for at the start of a chunk, behind its first opening
 * marks and behind each "<": in a bounded number of bytes, so that any bytes take
 * linear time. */
static bool read_address(struct fm_lexer *lx, struct fm_lexeme *ret_lexeme)
{
    struct fm_str window;

    if (!lx->addressed || lx->marks > MARKS_MAX)
        return false;
    window = fm_str_sub(lx->text, lx->at, lx->chunk_end);
    if (!is_address(fm_str_sub(window, 0, ADDRESS_LOOK)))
        return false;
    ret_lexeme->start = lx->at;
    ret_lexeme->end = address_end(lx, lx->at);
    ret_lexeme->word = false;
    lx->at = ret_lexeme->end;
    lx->marks = MARKS_MAX + 1;
    return true;
}

bool fm_lexer_next(struct fm_lexer *lexer, struct fm_lexeme *ret_lexeme)
{
    if (lexer->at >= lexer->chunk_end) {
        if (!next_chunk(lexer))
            return false;
        lexer->marks = 0;
    }
    if (read_address(lexer, ret_lexeme))
        return true;
    if (fm_lexer_is_alnum(fm_lexer_char(lexer, lexer->at))) {
        lexer->marks = MARKS_MAX + 1;
        read_word(lexer, ret_lexeme);
    } else {
        lexer->marks++;
        read_mark(lexer, ret_lexeme);
        if (lexer->text.data[ret_lexeme->start] == '<')
            lexer->marks = 0;
    }
    return true;
}
