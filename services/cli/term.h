/* Text for people: colours and widths of a terminal, wrapping, and text from
 * outside made harmless (control characters in an article must not reach the
 * terminal as commands). */
#ifndef FM_CLI_TERM_H
#define FM_CLI_TERM_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

enum fm_style {
    FM_PLAIN,
    FM_BOLD,
    FM_DIM,
    FM_RED,
    FM_GREEN,
    FM_YELLOW,
    FM_BLUE,
    FM_MAGENTA,
    FM_CYAN,
    FM_MARK, /* words that a fact is made of */
    FM_STYLE_COUNT
};

struct fm_term {
    bool tty;
    bool color;
    size_t width; /* columns; 0 = do not wrap */
};

/* color: "auto" (a terminal, no NO_COLOR, TERM not "dumb"), "always",
 * "never". Width: the terminal's, else COLUMNS, else 100; pipes get 100 too,
 * so that output looks the same in a file. */
void fm_term_init(struct fm_term *term, const char *color, int fd);

/* Columns that s takes; control characters take none, wide ones two. */
size_t fm_text_width(struct fm_str s);
/* s with control characters and white space runs as one space, bad bytes as
 * U+FFFD. */
void fm_text_clean(struct fm_str s, struct fm_buf *out);
/* The same, cut to width columns with "…" behind what is left. */
void fm_text_cut(struct fm_str s, size_t width, struct fm_buf *out);

/* Begin and end of a style; nothing without colour. */
void fm_style_on(const struct fm_term *term, enum fm_style style,
                 struct fm_buf *out);
void fm_style_off(const struct fm_term *term, struct fm_buf *out);
/* clean text in a style. */
void fm_style_text(const struct fm_term *term, enum fm_style style,
                   struct fm_str s, struct fm_buf *out);
void fm_style_z(const struct fm_term *term, enum fm_style style, const char *z,
                struct fm_buf *out);
/* n spaces. */
void fm_text_pad(size_t n, struct fm_buf *out);

/* Words collected for one paragraph, with styles, and written wrapped. */
struct fm_para {
    const struct fm_term *term;
    struct fm_buf *out;
    size_t indent; /* of lines after the first */
    size_t column; /* where the next word would begin */
    size_t width;
    bool fresh; /* nothing was written on this line yet */
    bool space; /* white space is due before the next word */
};

/* The first line goes on at column. */
void fm_para_begin(struct fm_para *para, const struct fm_term *term,
                   size_t column, size_t indent, struct fm_buf *out);
/* Adds text: its words flow, white space inside becomes one space or a line
 * break; no space is added at its ends. */
void fm_para_add(struct fm_para *para, enum fm_style style, struct fm_str s);
void fm_para_z(struct fm_para *para, enum fm_style style, const char *z);
/* Ends the paragraph with a line feed. */
void fm_para_end(struct fm_para *para);

/* "23 Nov 2026" or "23 Nov 2026 14:05" when it is not midnight; UTC. */
void fm_text_time(int64_t us, struct fm_buf *out);
/* "1,234,567" */
void fm_text_number(uint64_t n, struct fm_buf *out);
/* "3 ms", "12 s", "4 min", "3 h", "2 d" */
void fm_text_age(uint64_t ms, struct fm_buf *out);
/* "1.2 kB", "34 MB" */
void fm_text_bytes(uint64_t n, struct fm_buf *out);
/* Writes all of it to stdout and empties it. A reader that went away (EPIPE)
 * ends the program quietly, as it does for cat. */
void fm_text_flush(struct fm_buf *out);

#endif
