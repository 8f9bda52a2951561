#include "cli/term.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

/* Lines longer than this are hard to read, whatever the terminal's width. */
#define WIDTH_MAX     120
#define WIDTH_MIN     40
#define WIDTH_DEFAULT 100

static const char *const styles[FM_STYLE_COUNT] = {
    [FM_PLAIN] = "",    [FM_BOLD] = "1",     [FM_DIM] = "2",
    [FM_RED] = "31",    [FM_GREEN] = "32",   [FM_YELLOW] = "33",
    [FM_BLUE] = "34",   [FM_MAGENTA] = "35", [FM_CYAN] = "36",
    [FM_MARK] = "1;33",
};

static const char *environment(const char *name)
{
    const char *value =
        getenv(name); /* NOLINT(concurrency-mt-unsafe): before any thread */

    return value != NULL ? value : "";
}

void fm_term_init(struct fm_term *term, const char *color, int fd)
{
    struct winsize size = {0};
    uint64_t columns = 0;

    term->tty = isatty(fd) == 1;
    if (strcmp(color, "auto") != 0)
        term->color = strcmp(color, "always") == 0;
    else
        term->color = term->tty && environment("NO_COLOR")[0] == '\0' &&
                      strcmp(environment("TERM"), "dumb") != 0;
    if (term->tty && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (fm_parse_u64(fm_str(environment("COLUMNS")), &columns) != FM_OK)
        columns = WIDTH_DEFAULT;
    if (columns > WIDTH_MAX)
        columns = WIDTH_MAX;
    if (columns < WIDTH_MIN)
        columns = WIDTH_MIN;
    term->width = (size_t)columns;
}

/* --- width ------------------------------------------------------------------- */

struct range {
    uint32_t first;
    uint32_t last;
    size_t width;
};

/* Code points that do not take one column: combining marks and format
 * characters (none), East Asian wide and emoji (two). Ascending; a short form of
 * Unicode's EastAsianWidth.txt, enough for aligned columns. */
static const struct range widths[] = {
    {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},
    {0x0610, 0x061A, 0},   {0x064B, 0x065F, 0},   {0x1100, 0x115F, 2},
    {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0},   {0x200B, 0x200F, 0},
    {0x202A, 0x202E, 0},   {0x2060, 0x2064, 0},   {0x20D0, 0x20FF, 0},
    {0x2E80, 0x303E, 2},   {0x3041, 0x33FF, 2},   {0x3400, 0x4DBF, 2},
    {0x4E00, 0x9FFF, 2},   {0xA000, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},
    {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE20, 0xFE2F, 0},
    {0xFE30, 0xFE6F, 2},   {0xFEFF, 0xFEFF, 0},   {0xFF00, 0xFF60, 2},
    {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2},
    {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2},
};

static bool is_control(uint32_t c)
{
    /* C0, DEL, C1, and the marks that reorder a line (CVE-2021-42574). */
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static size_t char_width(uint32_t c)
{
    size_t low = 0;
    size_t high = sizeof widths / sizeof widths[0];

    if (is_control(c))
        return 0;
    if (c < widths[0].first)
        return 1;
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (c > widths[mid].last)
            low = mid + 1;
        else if (c < widths[mid].first)
            high = mid;
        else
            return widths[mid].width;
    }
    return 1;
}

size_t fm_text_width(struct fm_str s)
{
    size_t width = 0;

    for (size_t at = 0; at < s.len;)
        width += char_width(fm_utf8_next(s, &at));
    return width;
}

static void put(uint32_t c, struct fm_buf *out)
{
    char bytes[4];

    fm_buf_add(out, bytes, fm_utf8_put(c, bytes));
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || is_control(c) || c == 0x2028 || c == 0x2029;
}

void fm_text_clean(struct fm_str s, struct fm_buf *out)
{
    bool blank = false;

    for (size_t at = 0; at < s.len;) {
        uint32_t c = fm_utf8_next(s, &at);

        if (!is_blank(c))
            put(c, out);
        else if (!blank)
            fm_buf_char(out, ' ');
        blank = is_blank(c);
    }
}

void fm_text_cut(struct fm_str s, size_t width, struct fm_buf *out)
{
    size_t column = 0;
    bool blank = false;

    if (fm_text_width(s) <= width) {
        fm_text_clean(s, out);
        return;
    }
    for (size_t at = 0; at < s.len;) {
        uint32_t c = fm_utf8_next(s, &at);
        bool skip = is_blank(c) && blank;

        blank = is_blank(c);
        if (skip)
            continue;
        column += blank ? 1 : char_width(c);
        if (column + 1 > width)
            break;
        put(blank ? ' ' : c, out);
    }
    fm_buf_z(out, "…");
}

/* --- styles ------------------------------------------------------------------ */

void fm_style_on(const struct fm_term *term, enum fm_style style,
                 struct fm_buf *out)
{
    if (term->color && style != FM_PLAIN)
        fm_buf_printf(out, "\033[%sm", styles[style]);
}

void fm_style_off(const struct fm_term *term, struct fm_buf *out)
{
    if (term->color)
        fm_buf_z(out, "\033[0m");
}

void fm_style_text(const struct fm_term *term, enum fm_style style,
                   struct fm_str s, struct fm_buf *out)
{
    fm_style_on(term, style, out);
    fm_text_clean(s, out);
    if (style != FM_PLAIN)
        fm_style_off(term, out);
}

void fm_style_z(const struct fm_term *term, enum fm_style style, const char *z,
                struct fm_buf *out)
{
    fm_style_text(term, style, fm_str(z), out);
}

void fm_text_pad(size_t n, struct fm_buf *out)
{
    for (; n > 0; n--)
        fm_buf_char(out, ' ');
}

/* --- paragraphs -------------------------------------------------------------- */

void fm_para_begin(struct fm_para *para, const struct fm_term *term,
                   size_t column, size_t indent, struct fm_buf *out)
{
    para->term = term;
    para->out = out;
    para->indent = indent;
    para->column = column;
    para->width = term->width;
    para->fresh = true;
    para->space = false;
}

static void para_word(struct fm_para *para, enum fm_style style,
                      struct fm_str word)
{
    size_t width = fm_text_width(word);

    if (para->space && !para->fresh) {
        if (para->width > 0 && para->column + 1 + width > para->width) {
            fm_buf_char(para->out, '\n');
            fm_text_pad(para->indent, para->out);
            para->column = para->indent;
        } else {
            fm_buf_char(para->out, ' ');
            para->column++;
        }
    }
    fm_style_text(para->term, style, word, para->out);
    para->column += width;
    para->fresh = false;
    para->space = false;
}

void fm_para_add(struct fm_para *para, enum fm_style style, struct fm_str s)
{
    size_t at = 0;

    while (at < s.len) {
        size_t start = at;
        size_t end = at;

        while (at < s.len && !is_blank(fm_utf8_next(s, &at)))
            end = at;
        if (end > start)
            para_word(para, style, fm_str_sub(s, start, end));
        if (at > end)
            para->space = true;
    }
}

void fm_para_z(struct fm_para *para, enum fm_style style, const char *z)
{
    fm_para_add(para, style, fm_str(z));
}

void fm_para_end(struct fm_para *para)
{
    fm_buf_char(para->out, '\n');
}

/* --- numbers ----------------------------------------------------------------- */

void fm_text_time(int64_t us, struct fm_buf *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    int64_t seconds = us / 1000000 - (us % 1000000 < 0);
    struct fm_civil c = fm_civil_from_seconds(seconds);

    fm_buf_printf(out, "%d %s %d", (int)c.day, months[(c.month - 1) % 12],
                  (int)c.year);
    if (c.hour != 0 || c.minute != 0 || c.second != 0)
        fm_buf_printf(out, " %02d:%02d", (int)c.hour, (int)c.minute);
}

void fm_text_number(uint64_t n, struct fm_buf *out)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            fm_buf_char(out, ',');
        fm_buf_char(out, digits[i]);
    }
}

void fm_text_age(uint64_t ms, struct fm_buf *out)
{
    static const struct {
        uint64_t below;
        uint64_t unit;
        const char *name;
    } steps[] = {
        {1000, 1, "ms"},
        {120000, 1000, "s"},
        {7200000, 60000, "min"},
        {172800000, 3600000, "h"},
        {UINT64_MAX, 86400000, "d"},
    };

    size_t i = 0;

    while (ms >= steps[i].below && i < sizeof steps / sizeof steps[0] - 1)
        i++;
    fm_buf_printf(out, "%llu %s", (unsigned long long)(ms / steps[i].unit),
                  steps[i].name);
}

void fm_text_bytes(uint64_t n, struct fm_buf *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)n;
    size_t i = 0;

    for (; value >= 1000 && i < sizeof units / sizeof units[0] - 1; i++)
        value /= 1000;
    fm_buf_printf(out, i > 0 && value < 10 ? "%.1f %s" : "%.0f %s", value,
                  units[i]);
}

void fm_text_flush(struct fm_buf *out)
{
    if (out->failed != FM_OK) {
        (void)fputs("factmill: the output does not fit into memory\n", stderr);
        exit(EX_OSERR); /* NOLINT(concurrency-mt-unsafe): of this program */
    }
    if (out->len > 0 && (fwrite(out->data, 1, out->len, stdout) != out->len ||
                         fflush(stdout) != 0)) {
        if (errno != EPIPE)
            (void)fputs("factmill: cannot write to standard output\n", stderr);
        _exit(errno == EPIPE ? 0 : EX_IOERR);
    }
    fm_buf_reset(out);
}
