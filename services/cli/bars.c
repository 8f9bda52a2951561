#include "cli/bars.h"

#define LABEL_MAX 36u
#define BAR_MIN   10u
#define STANDINGS 4

static const struct {
    const char *name;
    const char *block;
    enum fm_style style;
} standings[STANDINGS] = {
    {"asserted", "█", FM_GREEN},
    {"reported", "▓", FM_CYAN},
    {"possible", "▒", FM_YELLOW},
    {"denied", "░", FM_RED},
};

static void numbers_of(const Factmill__V1__Count *count,
                       uint64_t ret[STANDINGS])
{
    ret[0] = count != NULL ? count->asserted : 0;
    ret[1] = count != NULL ? count->reported : 0;
    ret[2] = count != NULL ? count->possible : 0;
    ret[3] = count != NULL ? count->negated : 0;
}

static uint64_t sum(const uint64_t n[STANDINGS])
{
    return n[0] + n[1] + n[2] + n[3];
}

static size_t number_width(uint64_t n)
{
    struct fm_buf text;
    size_t width;

    fm_buf_init(&text, 64);
    fm_text_number(n, &text);
    width = text.len;
    fm_buf_release(&text);
    return width;
}

void fm_bars_init(struct fm_bars *bars, const struct fm_term *term)
{
    memset(bars, 0, sizeof *bars);
    bars->term = term;
}

void fm_bars_measure(struct fm_bars *bars, struct fm_str label,
                     const Factmill__V1__Count *count)
{
    size_t width = fm_text_width(label);
    uint64_t n[STANDINGS];

    numbers_of(count, n);
    if (width > LABEL_MAX)
        width = LABEL_MAX;
    if (width > bars->label)
        bars->label = width;
    if (sum(n) > bars->most)
        bars->most = sum(n);
    for (size_t i = 0; i < STANDINGS; i++)
        if (n[i] > 0 && number_width(n[i]) > bars->digits[i])
            bars->digits[i] = number_width(n[i]);
}

/* Without the spaces before it. */
static void end_line(struct fm_buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    fm_buf_char(out, '\n');
}

void fm_bars_begin(struct fm_bars *bars, struct fm_buf *out)
{
    size_t taken = bars->label + 2;
    size_t width = bars->term->width != 0 ? bars->term->width : 100;

    for (size_t i = 0; i < STANDINGS; i++)
        taken += bars->digits[i] > 0 ? bars->digits[i] + 2 : 0;
    bars->bar = width > taken + BAR_MIN ? width - taken : BAR_MIN;
    fm_text_pad(bars->label + 2, out);
    for (size_t i = 0; i < STANDINGS; i++) {
        if (bars->digits[i] == 0)
            continue;
        fm_style_z(bars->term, standings[i].style, standings[i].block, out);
        fm_buf_printf(out, " %s  ", standings[i].name);
    }
    end_line(out);
}

/* Every standing that has facts has a block; the rest is shared. */
static size_t add_bar(const struct fm_bars *bars, const uint64_t n[STANDINGS],
                      struct fm_buf *out)
{
    size_t used = 0;

    for (size_t i = 0; i < STANDINGS && bars->most > 0; i++) {
        size_t blocks =
            (size_t)((n[i] * bars->bar + bars->most / 2) / bars->most);

        if (n[i] > 0 && blocks == 0)
            blocks = 1;
        if (used + blocks > bars->bar)
            blocks = bars->bar - used;
        fm_style_on(bars->term, standings[i].style, out);
        for (size_t k = 0; k < blocks; k++)
            fm_buf_z(out, standings[i].block);
        fm_style_off(bars->term, out);
        used += blocks;
    }
    return used;
}

void fm_bars_row(const struct fm_bars *bars, struct fm_str label,
                 const Factmill__V1__Count *count, struct fm_buf *out)
{
    uint64_t n[STANDINGS];
    struct fm_buf cut;
    size_t used;

    numbers_of(count, n);
    fm_buf_init(&cut, 1024);
    fm_text_cut(label, LABEL_MAX, &cut);
    fm_buf_str(out, fm_buf_view(&cut));
    used = fm_text_width(fm_buf_view(&cut));
    fm_text_pad(bars->label + 2 - (used < bars->label ? used : bars->label),
                out);
    fm_buf_release(&cut);
    used = add_bar(bars, n, out);
    if (sum(n) > 0)
        fm_text_pad(bars->bar - used, out);
    for (size_t i = 0; i < STANDINGS && sum(n) > 0; i++) {
        if (bars->digits[i] == 0)
            continue;
        fm_text_pad(2 + bars->digits[i] - (n[i] > 0 ? number_width(n[i]) : 0),
                    out);
        if (n[i] > 0)
            fm_text_number(n[i], out);
    }
    end_line(out);
}

void fm_bars_words(const Factmill__V1__Count *count, struct fm_buf *out)
{
    uint64_t n[STANDINGS];
    bool any = false;

    numbers_of(count, n);
    for (size_t i = 0; i < STANDINGS; i++) {
        if (n[i] == 0)
            continue;
        fm_buf_z(out, any ? ", " : "");
        fm_text_number(n[i], out);
        fm_buf_printf(out, " %s", standings[i].name);
        any = true;
    }
    if (!any)
        fm_buf_z(out, "none");
}
