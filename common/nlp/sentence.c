#include "nlp/sentence.h"

#include "nlp/block.h"
#include "nlp/character.h"
#include "nlp/stop.h"

/* Bytes behind an opening bracket in which it counts as open. */
#define BRACKET_BYTES 200u
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

static size_t skip_space(struct fm_str s, size_t at)
{
    while (at < s.len && fm_uni_is_space(fm_char_at(s, at)))
        at += fm_char_width(s, at);
    return at;
}

/* --- sentences ---------------------------------------------------------------- */

static void add(struct splitter *sp, size_t start, size_t end, uint8_t kind)
{
    struct fm_doc *doc = sp->doc;
    struct fm_sentence *grown;

    while (start < end && fm_uni_is_space(fm_char_at(sp->text, start)))
        start += fm_char_width(sp->text, start);
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
    struct fm_stop stop = {.next = 0};
    struct fm_str after;

    if (n == 0)
        return 0;
    while (at + n < s.len && fm_stop_is_mark(fm_char_at(s, at + n)))
        n += fm_char_width(s, at + n);
    stop.next = skip_space(s, at + n);
    after = fm_stop_word_after(s, &stop);
    return after.len > 0 && fm_uni_is_lower(fm_char_at(after, 0)) ? 0 : n;
}

static bool is_interesting(char c)
{
    return c == '.' || c == '!' || c == '?' || c == '(' || c == ')' ||
           c == '[' || c == ':' || (unsigned char)c >= 0xd8;
}

/* A paragraph on its way through split_block. */
struct cursor {
    struct fm_str text; /* up to the end of the paragraph */
    size_t start;       /* of the sentence */
    size_t at;
    size_t bracket; /* behind the opening bracket that is open, 0 = none */
    uint8_t kind;
};

static void cut(struct splitter *sp, struct cursor *c, size_t end, size_t next)
{
    add(sp, c->start, end, c->kind);
    c->start = c->at = next;
    c->bracket = 0;
}

/* A stop at c->at. */
static void split_at_stop(struct splitter *sp, struct cursor *c)
{
    struct fm_stop stop;

    fm_stop_read(c->text, c->start, c->at, &stop);
    stop.inside = c->bracket > 0 && c->at - c->bracket < BRACKET_BYTES;
    c->at = stop.behind;
    if (stop.next < c->text.len && fm_stop_ends(c->text, &stop, sp->caseless))
        cut(sp, c, stop.behind, stop.next);
}

/* Splits bytes [from, to) of one paragraph. */
static void split_block(struct splitter *sp, size_t from, size_t to,
                        uint8_t kind)
{
    struct cursor c = {.text = fm_str_sub(sp->text, 0, to),
                       .start = from,
                       .at = from,
                       .kind = kind};

    while (c.at < to) {
        char mark = c.text.data[c.at];
        size_t n;

        if (!is_interesting(mark)) {
            c.at++;
            continue;
        }
        n = leftover_at(c.text, c.at);
        if (n > 0) {
            add(sp, c.start, c.at, kind);
            c.start = c.at;
            c.kind = FM_BLOCK_BOILERPLATE;
            cut(sp, &c, c.at + n, c.at + n);
            c.kind = kind;
        } else if (fm_stop_is_mark(fm_char_at(c.text, c.at))) {
            split_at_stop(sp, &c);
        } else if (mark == ':' && fm_stop_leads_to_list(c.text, c.at)) {
            cut(sp, &c, c.at + 1, c.at + 2);
        } else {
            if (mark == '(')
                c.bracket = c.at + 1;
            else if (mark == ')')
                c.bracket = 0;
            c.at += fm_char_width(c.text, c.at);
        }
    }
    add(sp, c.start, to, kind);
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
