#include "nlp/token.h"

#include "base/utf8.h"
#include "nlp/clitic.h"
#include "nlp/lexer.h"

/* A first guess at the tokens of a text: English has one in five bytes. */
#define BYTES_PER_TOKEN 4u

/* Where a sentence that is too long may be split: at a mark in its last
 * quarter, else anywhere. */
#define SOFT_FROM (FM_SENTENCE_TOKENS_MAX * 3u / 4u)

struct tokenizer {
    struct fm_doc *doc;
    size_t cap;
    struct fm_sentence *sentences; /* grown when some are split */
    size_t sentence_count;
    size_t sentence_cap;
    bool failed;
};

/* What quotation marks are open, forgotten at the end of each paragraph. */
struct quoting {
    bool in_double; /* between straight double quotes */
    bool in_single;
};

uint8_t fm_token_shape(struct fm_str word)
{
    uint8_t flags = 0;
    size_t upper = 0;
    bool lower = false;

    for (size_t at = 0; at < word.len;) {
        bool first = at == 0;
        uint32_t c = (unsigned char)word.data[at];

        if (c < 0x80) {
            at++;
            if (fm_is_lower((char)c)) {
                lower = true;
                continue;
            }
        } else {
            c = fm_utf8_next(word, &at);
        }
        if (c >= '0' && c <= '9') {
            flags |= FM_TOKEN_DIGITS;
        } else if (fm_uni_is_upper(c)) {
            upper++;
            if (first)
                flags |= FM_TOKEN_CAPITAL;
        } else if (fm_uni_is_lower(c)) {
            lower = true;
        }
    }
    if (upper >= 2 && !lower)
        flags |= FM_TOKEN_ALL_CAPS;
    return flags;
}

/* --- columns ------------------------------------------------------------------- */

static void *moved(struct fm_doc *doc, const void *column, size_t cap,
                   size_t size)
{
    void *larger = fm_arena_array(&doc->arena, cap, size);

    if (larger != NULL && doc->token_count > 0)
        memcpy(larger, column, doc->token_count * size);
    return larger;
}

static bool reserve(struct tokenizer *tk, size_t cap)
{
    struct fm_doc *doc = tk->doc;

    doc->start = moved(doc, doc->start, cap, sizeof *doc->start);
    doc->end = moved(doc, doc->end, cap, sizeof *doc->end);
    doc->flags = moved(doc, doc->flags, cap, sizeof *doc->flags);
    doc->form = moved(doc, doc->form, cap, sizeof *doc->form);
    tk->cap = cap;
    tk->failed = doc->start == NULL || doc->end == NULL || doc->flags == NULL ||
                 doc->form == NULL;
    return !tk->failed;
}

static void add(struct tokenizer *tk, size_t start, size_t end, uint8_t flags)
{
    struct fm_doc *doc = tk->doc;
    size_t i = doc->token_count;

    if (tk->failed || start >= end ||
        (i == tk->cap && !reserve(tk, tk->cap * 2)))
        return;
    doc->start[i] = (uint32_t)start;
    doc->end[i] = (uint32_t)end;
    doc->form[i] = fm_str_sub(doc->text, start, end);
    doc->flags[i] = flags | fm_token_shape(doc->form[i]);
    doc->token_count++;
}

/* --- quotation marks ------------------------------------------------------------ */

static uint8_t toggled(bool *inside, bool space_before, bool space_behind)
{
    bool open = !*inside;

    /* The surroundings know better than the count, unless both sides agree. */
    if (space_before != space_behind)
        open = space_before;
    *inside = open;
    return open ? FM_TOKEN_QUOTE_OPEN : FM_TOKEN_QUOTE_CLOSE;
}

static bool is_gap(const struct fm_doc *doc, size_t from, size_t to,
                   bool before)
{
    size_t at = before ? from : to;
    uint32_t c;

    if (before ? from == 0 : to >= doc->text.len)
        return true;
    c = before ? fm_utf8_prev(doc->text, &at) : fm_utf8_next(doc->text, &at);
    if (fm_uni_is_space(c))
        return true;
    if (before)
        return c == '(' || c == '[' || c == 0x2014 || c == 0x201c ||
               c == 0x2018 || c == '"';
    return c != '$' && fm_uni_is_punct(c);
}

/* QUOTE_OPEN or QUOTE_CLOSE of the mark [start, end), 0 when it is none. */
static uint8_t quote_flag(const struct fm_doc *doc, size_t start, size_t end,
                          struct quoting *quoting)
{
    size_t at = start;
    uint32_t c = fm_utf8_next(doc->text, &at);
    bool before = is_gap(doc, start, end, true);
    bool behind = is_gap(doc, start, end, false);

    if (end - start == 2 && (c == '\'' || c == '`') &&
        (uint32_t)doc->text.data[at] == c)
        return c == '`' ? FM_TOKEN_QUOTE_OPEN : FM_TOKEN_QUOTE_CLOSE;
    /* ‘‘ and ’’, two for a double one */
    if (end - start == 6 && (c == 0x2018 || c == 0x2019))
        at = end;
    if (at != end)
        return 0;
    switch (c) {
    case '"': return toggled(&quoting->in_double, before, behind);
    case '\'': return toggled(&quoting->in_single, before, behind);
    case '`':
    case 0x201e: /* „ */
    case 0x201a: /* ‚ */
    case 0x2018: /* ‘ */ return FM_TOKEN_QUOTE_OPEN;
    case 0xab: /* « and the reverse, as in »so« */
    case 0x2039:
    case 0x201c: /* “ closes what „ opened */
        return before || !behind ? FM_TOKEN_QUOTE_OPEN : FM_TOKEN_QUOTE_CLOSE;
    case 0xbb:
    case 0x203a:
    case 0x201d:
    case 0x2019:
        return behind || !before ? FM_TOKEN_QUOTE_CLOSE : FM_TOKEN_QUOTE_OPEN;
    default: return 0;
    }
}

/* Bytes that a quotation mark can begin with. */
static bool may_quote(char c)
{
    return c == '"' || c == '\'' || c == '`' || c == '\xe2' || c == '\xc2';
}

void fm_token_quotes(struct fm_doc *doc)
{
    struct quoting quoting = {.in_double = false};
    uint32_t paragraph = 0;

    for (size_t s = 0; s < doc->sentence_count; s++) {
        if (doc->sentences[s].paragraph != paragraph) {
            paragraph = doc->sentences[s].paragraph;
            quoting = (struct quoting){.in_double = false};
        }
        for (size_t i = doc->sentences[s].first; i < doc->sentences[s].last;
             i++)
            if (may_quote(doc->text.data[doc->start[i]]) &&
                (doc->flags[i] & FM_TOKEN_MWT_REST) == 0)
                doc->flags[i] = (uint8_t)(doc->flags[i] |
                                          quote_flag(doc, doc->start[i],
                                                     doc->end[i], &quoting));
    }
}

/* --- sentences ------------------------------------------------------------------- */

/* The word behind byte at and one space; empty when there is another mark. */
static struct fm_str next_word(struct fm_str text, size_t at)
{
    size_t end;

    if (at >= text.len || text.data[at] != ' ')
        return fm_str_n(NULL, 0);
    for (end = ++at; end < text.len && fm_is_alpha(text.data[end]);)
        end++;
    if (end < text.len && !fm_is_space(text.data[end]))
        return fm_str_n(NULL, 0);
    return fm_str_sub(text, at, end);
}

/* Where to cut the word in two, 0 = nowhere. */
static size_t clitic_cut(const struct fm_doc *doc,
                         const struct fm_lexeme *lexeme)
{
    struct fm_str word = fm_str_sub(doc->text, lexeme->start, lexeme->end);

    if (word.len == 3 && fm_lower(word.data[1]) == 't')
        return fm_clitic_its_cut(word, next_word(doc->text, lexeme->end));
    return fm_clitic_cut(word);
}

static void emit(struct tokenizer *tk, const struct fm_lexeme *lexeme,
                 bool space)
{
    uint8_t first = space ? FM_TOKEN_SPACE_BEFORE : 0;
    size_t cut;

    cut = lexeme->word ? clitic_cut(tk->doc, lexeme) : 0;
    if (cut == 0) {
        add(tk, lexeme->start, lexeme->end, first);
        return;
    }
    add(tk, lexeme->start, lexeme->start + cut, first | FM_TOKEN_MWT_FIRST);
    add(tk, lexeme->start + cut, lexeme->end, FM_TOKEN_MWT_REST);
}

static void add_sentence(struct tokenizer *tk, const struct fm_sentence *from,
                         size_t first, size_t last)
{
    struct fm_doc *doc = tk->doc;
    struct fm_sentence *s;

    s = fm_arena_grow(&doc->arena, tk->sentences, tk->sentence_count, sizeof *s,
                      &tk->sentence_cap);
    if (s == NULL) {
        tk->failed = true;
        return;
    }
    tk->sentences = s;
    s += tk->sentence_count++;
    *s = *from;
    s->first = (uint32_t)first;
    s->last = (uint32_t)last;
    s->start = doc->start[first];
    s->end = doc->end[last - 1];
}

/* Behind which token to split tokens from first on: the last mark in reach. */
static size_t soft_split(const struct fm_doc *doc, size_t first)
{
    size_t last = first + FM_SENTENCE_TOKENS_MAX;
    size_t at;

    for (at = last; at > first + SOFT_FROM; at--) {
        char c = doc->text.data[doc->start[at - 1]];

        if (c == ',' || c == ';' || c == ':' || c == '|')
            return at;
    }
    /* Not inside a multiword token. */
    for (at = last; at > first + 1; at--)
        if ((doc->flags[at] & FM_TOKEN_MWT_REST) == 0)
            break;
    return at;
}

static void tokenize(struct tokenizer *tk, const struct fm_sentence *sentence)
{
    struct fm_doc *doc = tk->doc;
    struct fm_lexer lexer;
    struct fm_lexeme lexeme;
    size_t first = doc->token_count;
    size_t end = sentence->start;

    fm_lexer_init(&lexer, doc->text, sentence->start, sentence->end);
    while (!tk->failed && fm_lexer_next(&lexer, &lexeme)) {
        bool space = lexeme.start != end || end == sentence->start;

        emit(tk, &lexeme, space);
        end = lexeme.end;
        /* Two more than the most, as a clitic must not be cut off. */
        while (!tk->failed &&
               doc->token_count - first > FM_SENTENCE_TOKENS_MAX + 1) {
            size_t at = soft_split(doc, first);

            add_sentence(tk, sentence, first, at);
            first = at;
        }
    }
    while (!tk->failed && doc->token_count - first > FM_SENTENCE_TOKENS_MAX) {
        size_t at = soft_split(doc, first);

        add_sentence(tk, sentence, first, at);
        first = at;
    }
    if (!tk->failed && doc->token_count > first)
        add_sentence(tk, sentence, first, doc->token_count);
}

enum fm_error fm_token_split(struct fm_doc *doc, struct fm_why *why)
{
    struct tokenizer tk = {.doc = doc};

    tk.sentence_cap = doc->sentence_count + 1;
    tk.sentences =
        fm_arena_array(&doc->arena, tk.sentence_cap, sizeof *tk.sentences);
    if (tk.sentences == NULL ||
        !reserve(&tk, doc->text.len / BYTES_PER_TOKEN + 64))
        tk.failed = true;
    for (size_t i = 0; i < doc->sentence_count && !tk.failed; i++)
        tokenize(&tk, &doc->sentences[i]);
    if (tk.failed)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "a text of %zu bytes has more tokens than its document "
                       "may hold",
                       doc->text.len);
    doc->sentences = tk.sentences;
    doc->sentence_count = tk.sentence_count;
    fm_token_quotes(doc);
    return FM_OK;
}
