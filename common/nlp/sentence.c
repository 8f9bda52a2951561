#include "nlp/sentence.h"

#include "base/utf8.h"
#include "nlp/block.h"
#include "nlp/period.h"

/* Bytes looked back for the word before a stop: longer is no abbreviation. */
#define WORD_BACK 16u
/* Closing marks and white space behind a stop that are looked at. */
#define LOOK_AHEAD 64u
/* Letters needed to say that a text knows no capitals. */
#define CASELESS_LETTERS 200u
#define CASELESS_LOOK    4096u

struct splitter {
    struct fm_doc *doc;
    struct fm_str text;
    size_t cap;
    bool caseless; /* a text all in small letters: they may begin a sentence */
    uint32_t paragraph;
    bool failed;
};

/* --- characters ---------------------------------------------------------- */

/* Code point at byte at, 0 at the end. */
static uint32_t peek(struct fm_str s, size_t at)
{
    if (at >= s.len)
        return 0;
    if ((unsigned char)s.data[at] < 0x80)
        return (unsigned char)s.data[at];
    return fm_utf8_next(s, &at);
}

static size_t width_of(struct fm_str s, size_t at)
{
    size_t next = at;

    if ((unsigned char)s.data[at] < 0x80)
        return 1;
    (void)fm_utf8_next(s, &next);
    return next - at;
}

static bool is_stop(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 ||
           c == 0xff01 || c == 0xff1f || c == 0x61f || c == 0x964;
}

static bool is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2012 && c <= 0x2015);
}

static bool is_closer(uint32_t c)
{
    return c == ')' || c == ']' || c == '}' || c == 0x201d || c == 0x2019 ||
           c == 0xbb || c == 0x203a || c == '"' || c == '\'' || c == 0x201c;
}

static bool is_opener(uint32_t c)
{
    return c == '(' || c == '[' || c == '{' || c == 0x201c || c == 0x2018 ||
           c == 0x201e || c == 0xab || c == 0x2039 || c == '"' || c == '\'' ||
           c == '`' || c == '*';
}

static bool is_word(uint32_t c)
{
    return c != 0 && (fm_uni_is_alpha(c) || (c >= '0' && c <= '9'));
}

static size_t skip_space(struct fm_str s, size_t at)
{
    while (at < s.len && fm_uni_is_space(peek(s, at)))
        at += width_of(s, at);
    return at;
}

/* --- what stands around a stop -------------------------------------------- */

struct stop {
    size_t start;  /* sentence so far */
    size_t at;     /* the stop */
    size_t behind; /* behind it and its closing marks */
    size_t next;   /* the next character that is no white space */
    uint32_t mark; /* the last stop of a run: "?!" is '!' */
    bool dots;     /* an ellipsis */
    bool closed;   /* a closing mark stood behind it */
};

/* The word before the stop, letters, digits and inner stops. */
static struct fm_str word_before(struct fm_str s, const struct stop *stop)
{
    size_t from = stop->at;

    while (from > stop->start && stop->at - from < WORD_BACK &&
           (fm_is_alpha(s.data[from - 1]) || fm_is_digit(s.data[from - 1]) ||
            s.data[from - 1] == '.' || (unsigned char)s.data[from - 1] >= 0x80))
        from--;
    /* Quotation marks and dashes are bytes of the same class. */
    while (from < stop->at && (unsigned char)s.data[from] >= 0x80 &&
           !fm_uni_is_alpha(peek(s, from)))
        from += width_of(s, from);
    return fm_str_sub(s, from, stop->at);
}

/* The first word at or behind stop->next, past opening marks. */
static struct fm_str word_after(struct fm_str s, const struct stop *stop)
{
    size_t from = stop->next;
    size_t to;

    while (from < s.len && from - stop->next < LOOK_AHEAD &&
           (is_opener(peek(s, from)) || is_dash(peek(s, from)) ||
            fm_uni_is_space(peek(s, from))))
        from += width_of(s, from);
    for (to = from; to < s.len && to - from < LOOK_AHEAD;) {
        if (!is_word(peek(s, to)))
            break;
        to += width_of(s, to);
    }
    return fm_str_sub(s, from, to);
}

/* "J" of "J. K. Rowling": another initial follows, or a name. */
static bool is_initial_next(struct fm_str s, struct fm_str word)
{
    size_t end = (size_t)(word.data - s.data) + word.len;

    return word.len == 1 && fm_is_upper(word.data[0]) && end < s.len &&
           s.data[end] == '.';
}

/* --- the decision ----------------------------------------------------------- */

static bool is_number(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!fm_is_digit(word.data[i]) && word.data[i] != '.')
            return false;
    return word.len > 0;
}

/* A stop behind a word that may be an abbreviation, and a word that does not go
 * on in lower case behind it. */
static bool ends_behind_word(struct fm_str s, const struct stop *stop,
                             struct fm_str after)
{
    struct fm_str before = word_before(s, stop);
    bool digit = after.len > 0 && fm_is_digit(after.data[0]);
    bool starter = fm_period_starter(after) && !is_initial_next(s, after);

    /* "1. The first point" */
    if (is_number(before) && before.data == s.data + stop->start &&
        before.len <= 3)
        return false;
    switch (fm_period_of(before)) {
    case FM_PERIOD_BEFORE: return starter && !digit && after.len > 1;
    case FM_PERIOD_NUMBER: return !digit;
    case FM_PERIOD_ANY: return starter;
    case FM_PERIOD_TIME: return !digit && !fm_period_goes_on(after);
    case FM_PERIOD_INITIAL: return starter;
    case FM_PERIOD_NONE: return true;
    }
    return true;
}

static bool ends_here(const struct splitter *sp, const struct stop *stop)
{
    struct fm_str s = sp->text;
    struct fm_str after = word_after(s, stop);
    uint32_t first = after.len > 0 ? peek(after, 0) : 0;
    bool lower = fm_uni_is_lower(first) && !sp->caseless;

    /* "said X. – There are": a speech that goes on behind a dash. */
    if (lower)
        return false;
    if (stop->mark != '.' || stop->dots || stop->closed)
        return true;
    return ends_behind_word(s, stop, after);
}

/* Text glued behind a stop: "of prices.The bank". */
static bool is_glued(struct fm_str s, const struct stop *stop)
{
    size_t at = stop->behind;
    size_t end = at;

    if (stop->at < stop->start + 3 || stop->mark != '.' || stop->dots)
        return false;
    while (end < s.len && end - at < WORD_BACK && fm_is_alpha(s.data[end]))
        end++;
    return fm_is_lower(s.data[stop->at - 1]) &&
           fm_is_lower(s.data[stop->at - 2]) && end < s.len &&
           fm_is_space(s.data[end]) && fm_is_upper(s.data[at]) &&
           fm_period_starter(fm_str_sub(s, at, end));
}

/* Closing marks behind a stop, also of texts that were tokenized (" . ''"). */
static size_t behind_closers(struct fm_str s, size_t at, bool *ret_closed)
{
    for (size_t n = 0; at < s.len && n < LOOK_AHEAD; n++) {
        uint32_t c = peek(s, at);
        size_t width = width_of(s, at);

        if (s.len - at > 2 && memcmp(s.data + at, " ''", 3) == 0 &&
            (s.len - at == 3 || fm_is_space(s.data[at + 3]))) {
            at += 3;
            *ret_closed = true;
            continue;
        }
        if (!is_closer(c))
            break;
        /* A straight mark with a word behind it opens. */
        if ((c == '"' || c == '\'' || c == 0x201c) &&
            is_word(peek(s, at + width)))
            break;
        at += width;
        *ret_closed = true;
    }
    return at;
}

/* Reads the run of stops at at; stop->behind is where to go on. */
static void read_stop(struct fm_str s, size_t start, size_t at,
                      struct stop *ret_stop)
{
    size_t dots = 0;
    size_t end = at;

    memset(ret_stop, 0, sizeof *ret_stop);
    ret_stop->start = start;
    ret_stop->at = at;
    while (end < s.len && is_stop(peek(s, end))) {
        ret_stop->mark = peek(s, end);
        dots += ret_stop->mark == '.';
        end += width_of(s, end);
    }
    ret_stop->dots = dots > 1 || ret_stop->mark == 0x2026;
    ret_stop->behind = behind_closers(s, end, &ret_stop->closed);
    ret_stop->next = skip_space(s, ret_stop->behind);
}

/* --- sentences ---------------------------------------------------------------- */

static void add(struct splitter *sp, size_t start, size_t end, uint8_t kind)
{
    struct fm_doc *doc = sp->doc;
    struct fm_sentence *grown;

    while (start < end && fm_uni_is_space(peek(sp->text, start)))
        start += width_of(sp->text, start);
    while (end > start) {
        size_t at = end;

        if (!fm_uni_is_space(fm_utf8_prev(sp->text, &at)))
            break;
        end = at;
    }
    if (start >= end || sp->failed)
        return;
    grown = fm_arena_grow(&doc->arena, doc->sentences, doc->sentence_count,
                          sizeof *grown, &sp->cap);
    if (grown == NULL) {
        sp->failed = true;
        return;
    }
    doc->sentences = grown;
    grown[doc->sentence_count++] = (struct fm_sentence){
        .start = (uint32_t)start,
        .end = (uint32_t)end,
        .paragraph = sp->paragraph,
        .kind = kind,
    };
}

/* "(link)" at at, with no text of the same sentence behind it? */
static size_t leftover_at(struct fm_str s, size_t at)
{
    size_t n = fm_block_leftover(fm_str_sub(s, at, s.len));
    struct stop stop = {.next = 0};
    struct fm_str after;

    if (n == 0)
        return 0;
    while (at + n < s.len && is_stop(peek(s, at + n)))
        n += width_of(s, at + n);
    stop.next = skip_space(s, at + n);
    after = word_after(s, &stop);
    return after.len > 0 && fm_uni_is_lower(peek(after, 0)) ? 0 : n;
}

static bool is_interesting(char c)
{
    return c == '.' || c == '!' || c == '?' || c == '(' || c == '[' ||
           (unsigned char)c >= 0xd8;
}

/* Splits bytes [from, to) of one paragraph. */
static void split_block(struct splitter *sp, size_t from, size_t to,
                        uint8_t kind)
{
    struct fm_str s = fm_str_sub(sp->text, 0, to);
    size_t start = from;
    size_t at = from;

    while (at < to) {
        struct stop stop;
        size_t n;

        if (!is_interesting(s.data[at])) {
            at++;
            continue;
        }
        n = leftover_at(s, at);
        if (n > 0) {
            add(sp, start, at, kind);
            add(sp, at, at + n, FM_BLOCK_BOILERPLATE);
            start = at += n;
            continue;
        }
        if (!is_stop(peek(s, at))) {
            at += width_of(s, at);
            continue;
        }
        read_stop(s, start, at, &stop);
        at = stop.behind;
        if (stop.next >= to)
            break;
        if (stop.next > stop.behind ? ends_here(sp, &stop)
                                    : is_glued(s, &stop)) {
            add(sp, start, stop.behind, kind);
            start = at = stop.next;
        }
    }
    add(sp, start, to, kind);
}

static void split_text(struct splitter *sp, struct fm_block_reader *reader)
{
    struct fm_block block;

    while (!sp->failed && fm_block_next(reader, &block)) {
        size_t start = block.start;

        if (block.kind == FM_BLOCK_PROSE) {
            start +=
                fm_block_dateline(fm_str_sub(sp->text, block.start, block.end));
            add(sp, block.start, start, FM_BLOCK_BOILERPLATE);
        }
        split_block(sp, start, block.end, block.kind);
        sp->paragraph++;
    }
}

static bool is_caseless(struct fm_str s)
{
    size_t letters = 0;

    for (size_t i = 0; i < s.len && i < CASELESS_LOOK; i++) {
        if (fm_is_upper(s.data[i]))
            return false;
        letters += fm_is_lower(s.data[i]);
    }
    return letters >= CASELESS_LETTERS;
}

/* A text of headings only is a text whose writer left out the stops. */
static void promote_headings(struct fm_doc *doc)
{
    for (size_t i = 0; i < doc->sentence_count; i++)
        if (doc->sentences[i].kind == FM_BLOCK_PROSE)
            return;
    for (size_t i = 0; i < doc->sentence_count; i++)
        if (doc->sentences[i].kind == FM_BLOCK_HEADING)
            doc->sentences[i].kind = FM_BLOCK_PROSE;
}

enum fm_error fm_sentence_split(struct fm_doc *doc, enum fm_layout layout,
                                struct fm_why *why)
{
    struct splitter sp = {.doc = doc, .text = doc->text};
    struct fm_block_reader reader = {.text = doc->text};
    struct fm_block block;

    sp.caseless = is_caseless(doc->text);
    if (layout == FM_LAYOUT_TEXT) {
        fm_block_begin(&reader, doc->text);
        split_text(&sp, &reader);
        promote_headings(doc);
    } else {
        while (!sp.failed && fm_block_next_line(&reader, &block)) {
            if (layout == FM_LAYOUT_TITLE)
                split_block(&sp, block.start, block.end, FM_BLOCK_TITLE);
            else
                add(&sp, block.start, block.end, FM_BLOCK_PROSE);
            sp.paragraph++;
        }
    }
    if (sp.failed)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "a text of %zu bytes has more sentences than its "
                       "document may hold",
                       doc->text.len);
    return FM_OK;
}
