/* Finds quoted passages: pairs quotation marks by type and depth over the bytes
 * of a text, whatever stands between them. Says nothing about whether somebody
 * is speaking.
 *
 * Marks: “…” „…“ «…» ‘…’ ‹…› and their straight and doubled ASCII kin ("…",
 * '…', ``…''). A straight mark opens behind white space, a bracket or a dash
 * and closes behind anything else. A single mark that finds no partner is an
 * apostrophe. News conventions: a quote that runs over paragraphs opens each of
 * them with a mark and closes only the last; a mark that never closes ends with
 * its paragraph; one mark may close two levels at the end of a paragraph. A
 * paragraph that begins with a dash may be speech too ("– Never, said Ann.")
 * and is given as a quote of its own kind.
 *
 * Linear in the text, any bytes. */
#ifndef FM_EXTRACT_QUOTE_SCAN_H
#define FM_EXTRACT_QUOTE_SCAN_H

#include "base/arena.h"
#include "base/str.h"

/* Deeper marks are ignored: real texts reach 3. */
#define FM_QUOTE_DEPTH_MAX 6u
/* A quote over more paragraphs than this is a forgotten closing mark. */
#define FM_QUOTE_PARAGRAPHS_MAX 40u
/* A single-marked quote is at most this long (bytes); keeps the search for its
 * end, and thus the scan, linear. */
#define FM_QUOTE_SINGLE_MAX 600u

enum fm_quote_mark {
    FM_QUOTE_CURLY,    /* “ ” and „ “ */
    FM_QUOTE_STRAIGHT, /* " and `` '' */
    FM_QUOTE_GUILLEMET,
    FM_QUOTE_SINGLE,          /* ‘ ’ */
    FM_QUOTE_STRAIGHT_SINGLE, /* ' */
    FM_QUOTE_SINGLE_GUILLEMET,
    FM_QUOTE_DASH, /* a dash that begins a paragraph */
    FM_QUOTE_MARK_COUNT
};

/* A stretch of bytes inside the marks. */
struct fm_quote_piece {
    uint32_t start;
    uint32_t end;
};

struct fm_quote {
    uint32_t start; /* of the opening mark */
    uint32_t end;   /* behind the closing mark */
    uint32_t piece; /* its pieces are pieces[piece … piece + piece_count) */
    uint32_t piece_count; /* one a paragraph */
    uint8_t mark;         /* enum fm_quote_mark */
    uint8_t depth;        /* 0 = not within another quote */
    bool no_open;         /* it has no opening mark: start is a guess */
    bool no_close;        /* it has no closing mark: end is a guess */
};

struct fm_quotes {
    struct fm_quote *quotes; /* ascending by start, outer before inner */
    size_t count;
    size_t cap;
    struct fm_quote_piece *pieces;
    size_t piece_count;
    size_t piece_cap;
};

/* breaks: bytes at which new paragraphs begin, ascending, n of them; NULL =
 * every line feed begins one. What it finds is out of the arena; when that
 * fails, what was found before is kept and the arena remembers. */
void fm_quote_scan(struct fm_str text, const uint32_t *breaks, size_t n,
                   struct fm_arena *arena, struct fm_quotes *ret_quotes);

#endif
