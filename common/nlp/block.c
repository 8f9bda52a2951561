#include "nlp/block.h"

#include "base/utf8.h"

/* Wider than any terminal or typewriter: such a line was not wrapped. */
#define WRAP_MAX 132u
#define WRAP_MIN 40u
/* A heading is one printed line or two. */
#define HEADING_BYTES 160u
#define HEADING_WORDS 18u
/* City, state, date, agency. */
#define DATELINE_BYTES 110u

/* Length of the white space at s[at], 0 = none. Byte-order marks and zero-width
 * spaces count: nobody sees them. */
static size_t space_at(struct fm_str s, size_t at)
{
    size_t next = at;
    uint32_t c;

    if ((unsigned char)s.data[at] < 0x80)
        return fm_is_space(s.data[at]) ? 1 : 0;
    c = fm_utf8_next(s, &next);
    return fm_uni_is_space(c) || c == 0x85 || c == 0x200b || c == 0xfeff
               ? next - at
               : 0;
}

static size_t skip_space(struct fm_str s, size_t at)
{
    size_t n;

    while (at < s.len && (n = space_at(s, at)) > 0)
        at += n;
    return at;
}

static size_t trim_end(struct fm_str s, size_t start, size_t end)
{
    while (end > start) {
        size_t at = end;
        uint32_t c = fm_utf8_prev(s, &at);

        if (!fm_uni_is_space(c) && c != 0x85 && c != 0x200b && c != 0xfeff)
            break;
        end = at;
    }
    return end;
}

/* Where the line that holds byte at ends: at its line break. */
static size_t line_end(struct fm_str s, size_t at)
{
    for (; at < s.len; at++) {
        char c = s.data[at];

        if (c == '\n' || c == '\r' || c == '\f' || c == '\v')
            return at;
        /* U+2028 line and U+2029 paragraph separator */
        if (c == '\xe2' && s.len - at > 2 && s.data[at + 1] == '\x80' &&
            (s.data[at + 2] == '\xa8' || s.data[at + 2] == '\xa9'))
            return at;
    }
    return s.len;
}

/* Behind one line break: CR LF is one. */
static size_t behind_break(struct fm_str s, size_t at)
{
    if (at >= s.len)
        return at;
    if (s.data[at] == '\xe2')
        return at + 3;
    if (s.data[at] == '\r' && at + 1 < s.len && s.data[at + 1] == '\n')
        return at + 2;
    return at + 1;
}

static bool ends_stopped(struct fm_str s, size_t start, size_t end)
{
    while (end > start) {
        size_t at = end;
        uint32_t c = fm_utf8_prev(s, &at);

        if (c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 ||
            c == 0xff01 || c == 0xff1f)
            return true;
        if (c != '"' && c != '\'' && c != ')' && c != ']' && c != 0x201d &&
            c != 0x2019 && c != 0xbb)
            return false;
        end = at;
    }
    return false;
}

static size_t word_length(struct fm_str s, size_t at)
{
    size_t from = at;

    while (at < s.len && !fm_is_space(s.data[at]) && at - from < WRAP_MAX)
        at++;
    return at - from;
}

/* The width of the longest line, 0 when one is too long to have been wrapped. */
static size_t longest_line(struct fm_str s)
{
    size_t longest = 0;

    for (size_t at = 0; at < s.len;) {
        size_t end = line_end(s, at);
        size_t length = trim_end(s, at, end) - at;

        if (length > WRAP_MAX)
            return 0;
        if (length > longest && memchr(s.data + at, ' ', length) != NULL)
            longest = length;
        at = behind_break(s, end);
    }
    return longest;
}

/* Would the first word at next have fitted behind a line of this length? */
static bool is_full(struct fm_str s, size_t length, size_t next, size_t width)
{
    return length + 1 + word_length(s, next) > width;
}

static size_t wrap_width(struct fm_str s)
{
    size_t width = longest_line(s);
    size_t pairs = 0;
    size_t full = 0;
    size_t open = 0;

    if (width < WRAP_MIN)
        return 0;
    for (size_t at = 0; at < s.len;) {
        size_t end = line_end(s, at);
        size_t last = trim_end(s, at, end);
        size_t next = behind_break(s, end);

        if (last > at && next < s.len && line_end(s, next) > next &&
            !fm_is_space(s.data[next])) {
            pairs++;
            if (is_full(s, last - at, next, width)) {
                full++;
                open += !ends_stopped(s, at, last);
            }
        }
        at = next;
    }
    return full > 0 && full * 2 >= pairs && open * 2 >= full ? width : 0;
}

void fm_block_begin(struct fm_block_reader *reader, struct fm_str text)
{
    reader->text = text;
    reader->at = 0;
    reader->led = false;
    reader->width = wrap_width(text);
}

/* "- ", "* ", "• ", "1. ", "a) " */
static bool is_list_item(struct fm_str s, size_t at)
{
    size_t n = at;

    if (n < s.len && (s.data[n] == '-' || s.data[n] == '*'))
        return n + 1 < s.len && s.data[n + 1] == ' ';
    if (s.len - n > 3 && memcmp(s.data + n, "\xe2\x80\xa2", 3) == 0)
        return true;
    while (n < s.len && fm_is_digit(s.data[n]) && n - at < 3)
        n++;
    return n > at && n + 1 < s.len && (s.data[n] == '.' || s.data[n] == ')') &&
           s.data[n + 1] == ' ';
}

/* Words at the start of a line that make it no part of the text. */
static const struct {
    struct fm_str words;
    bool short_only; /* "Advertisement" may begin a sentence, too */
} boilerplate[] = {
    {FM_STR_LIT("\xc2\xa9"), false},
    {FM_STR_LIT("(c) "), false},
    {FM_STR_LIT("copyright "), true},
    {FM_STR_LIT("all rights reserved"), false},
    {FM_STR_LIT("please make active link"), false},
    {FM_STR_LIT("read more"), true},
    {FM_STR_LIT("read also"), true},
    {FM_STR_LIT("also read"), true},
    {FM_STR_LIT("read next"), true},
    {FM_STR_LIT("more:"), true},
    {FM_STR_LIT("see also"), true},
    {FM_STR_LIT("related:"), true},
    {FM_STR_LIT("related article"), true},
    {FM_STR_LIT("watch:"), true},
    {FM_STR_LIT("watch the video"), true},
    {FM_STR_LIT("share this"), true},
    {FM_STR_LIT("share on "), true},
    {FM_STR_LIT("advertisement"), true},
    {FM_STR_LIT("story continues below"), true},
    {FM_STR_LIT("continue reading"), true},
    {FM_STR_LIT("sign up "), true},
    {FM_STR_LIT("subscribe "), true},
    {FM_STR_LIT("follow us "), true},
    {FM_STR_LIT("click here"), true},
    {FM_STR_LIT("image:"), true},
    {FM_STR_LIT("image source"), true},
    {FM_STR_LIT("image copyright"), true},
    {FM_STR_LIT("image caption"), true},
    {FM_STR_LIT("media caption"), true},
    {FM_STR_LIT("photo:"), true},
    {FM_STR_LIT("photo by "), true},
    {FM_STR_LIT("picture:"), true},
    {FM_STR_LIT("photograph:"), true},
    {FM_STR_LIT("source:"), true},
    {FM_STR_LIT("reporting by "), true},
    {FM_STR_LIT("(reporting by "), false},
    {FM_STR_LIT("additional reporting by "), false},
    {FM_STR_LIT("editing by "), true},
    {FM_STR_LIT("writing by "), true},
    {FM_STR_LIT("getty images"), true},
    {FM_STR_LIT("this article was originally published"), false},
    {FM_STR_LIT("this material may not be published"), false},
    {FM_STR_LIT("terms of use"), true},
    {FM_STR_LIT("last updated"), true},
    {FM_STR_LIT("updated:"), true},
    {FM_STR_LIT("published:"), true},
};

static bool starts_with_any_case(struct fm_str s, struct fm_str prefix)
{
    return fm_str_ieq(fm_str_sub(s, 0, prefix.len), prefix);
}

/* "By Jane Roe", "By Jane Roe and J. Doe, Staff Writer": names and nothing
 * else behind "By". */
static bool is_byline(struct fm_str s)
{
    struct fm_str rest = fm_str_sub(s, 3, s.len);
    struct fm_str word;
    size_t words = 0;

    if (s.len > HEADING_BYTES || !starts_with_any_case(s, fm_str("by ")) ||
        !fm_is_upper(s.data[0]))
        return false;
    while (fm_str_next(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        words++;
        if (fm_is_lower(word.data[0]) && !fm_str_eqz(word, "and") &&
            !fm_str_eqz(word, "in") && !fm_str_eqz(word, "for") &&
            !fm_str_eqz(word, "of") && !fm_str_eqz(word, "de") &&
            !fm_str_eqz(word, "van"))
            return false;
    }
    return words >= 2 && words <= 12 && s.data[s.len - 1] != '!' &&
           s.data[s.len - 1] != '?';
}

static bool is_boilerplate(struct fm_str s)
{
    for (size_t i = 0; i < sizeof boilerplate / sizeof *boilerplate; i++)
        if (starts_with_any_case(s, boilerplate[i].words) &&
            (!boilerplate[i].short_only || s.len <= HEADING_BYTES))
            return true;
    return is_byline(s) || fm_block_leftover(s) == s.len;
}

static size_t count_words(struct fm_str s)
{
    size_t words = 0;

    for (size_t i = 0; i < s.len; i++)
        if (!fm_is_space(s.data[i]) && (i == 0 || fm_is_space(s.data[i - 1])))
            words++;
    return words;
}

static bool ends_in_leftover(struct fm_str s)
{
    size_t at = s.len;

    while (at > 0 && s.data[at - 1] != '(' && s.data[at - 1] != '[')
        at--;
    return at > 1 && fm_block_leftover(fm_str_sub(s, at - 1, s.len)) > 0;
}

/* No stop at its end and short: a heading, a caption, a date. What ends in a
 * colon leads to something, and what a colon led to is an item of a list. */
static bool is_heading(struct fm_str s, bool led)
{
    /* Leftovers stand in or behind text. */
    if (s.len > HEADING_BYTES || ends_stopped(s, 0, s.len) ||
        ends_in_leftover(s) || s.data[s.len - 1] == ':' ||
        s.data[s.len - 1] == ';' || is_list_item(s, 0) ||
        (led && fm_is_lower(s.data[0])))
        return false;
    return count_words(s) <= HEADING_WORDS;
}

static uint8_t kind_of(struct fm_str s, bool led)
{
    if (is_boilerplate(s))
        return FM_BLOCK_BOILERPLATE;
    return is_heading(s, led) ? FM_BLOCK_HEADING : FM_BLOCK_PROSE;
}

/* Does the line [start, end) go on in the line at next? */
static bool goes_on(const struct fm_block_reader *reader, size_t start,
                    size_t end, size_t next)
{
    struct fm_str s = reader->text;

    return reader->width > 0 && !is_list_item(s, next) &&
           is_full(s, end - start, next, reader->width);
}

bool fm_block_next(struct fm_block_reader *reader, struct fm_block *ret_block)
{
    struct fm_str s = reader->text;
    size_t start = skip_space(s, reader->at);
    size_t line = start;
    size_t last;
    size_t end;

    if (start >= s.len)
        return false;
    for (;;) {
        size_t next;

        end = line_end(s, line);
        last = trim_end(s, line, end);
        next = behind_break(s, end);
        if (next >= s.len || line_end(s, next) == next ||
            !goes_on(reader, line, last, next))
            break;
        next = skip_space(s, next);
        /* An empty line with white space in it was skipped. */
        if (next >= s.len || next > line_end(s, behind_break(s, end)))
            break;
        line = next;
    }
    reader->at = end;
    ret_block->start = (uint32_t)start;
    ret_block->end = (uint32_t)last;
    ret_block->kind = kind_of(fm_str_sub(s, start, last), reader->led);
    reader->led = s.data[last - 1] == ':' || s.data[last - 1] == ';' ||
                  s.data[last - 1] == ',';
    return true;
}

bool fm_block_next_line(struct fm_block_reader *reader,
                        struct fm_block *ret_block)
{
    struct fm_str s = reader->text;
    size_t start = skip_space(s, reader->at);
    size_t end;

    if (start >= s.len)
        return false;
    end = line_end(s, start);
    reader->at = end;
    ret_block->start = (uint32_t)start;
    ret_block->end = (uint32_t)trim_end(s, start, end);
    ret_block->kind = FM_BLOCK_PROSE;
    return true;
}

static const char *const leftovers[] = {
    "(link)",   "[link]",   "(links)",      "(here)",  "[here]",
    "(source)", "[source]", "[edit]",       "(photo)", "(video)",
    "[video]",  "[photo]",  "(file photo)",
};

size_t fm_block_leftover(struct fm_str s)
{
    if (s.len == 0 || (s.data[0] != '(' && s.data[0] != '['))
        return 0;
    for (size_t i = 0; i < sizeof leftovers / sizeof *leftovers; i++) {
        struct fm_str mark = fm_str(leftovers[i]);

        if (starts_with_any_case(s, mark))
            return mark.len;
    }
    return 0;
}

/* Length of a dash at s[at], ASCII or not; 0 = none. */
static size_t dash_at(struct fm_str s, size_t at)
{
    if (s.data[at] == '-')
        return at + 1 < s.len && s.data[at + 1] == '-' ? 2 : 1;
    if (s.len - at > 2 && s.data[at] == '\xe2' && s.data[at + 1] == '\x80' &&
        (s.data[at + 2] == '\x93' || s.data[at + 2] == '\x94'))
        return 3;
    return 0;
}

/* "KYIV", "ST.", "TOKYO/SEOUL," */
static bool is_capitals(struct fm_str s, size_t start, size_t end)
{
    size_t letters = 0;

    for (size_t i = start; i < end; i++) {
        if (fm_is_lower(s.data[i]) || fm_is_digit(s.data[i]))
            return false;
        letters += fm_is_upper(s.data[i]) || (unsigned char)s.data[i] >= 0x80;
    }
    return letters >= 2;
}

/* Only names, dates and an agency in brackets before the dash, and either the
 * agency, or a city in capitals that the text does not go on from. */
static bool is_dateline(struct fm_str s, size_t dash, size_t behind)
{
    size_t end = dash;
    size_t first;

    while (end > 0 && fm_is_space(s.data[end - 1]))
        end--;
    if (end == 0 || behind >= s.len)
        return false;
    if (s.data[end - 1] == ')')
        return fm_is_upper(s.data[0]);
    for (first = 0; first < end && !fm_is_space(s.data[first]);)
        first++;
    if (!is_capitals(s, 0, first))
        return false;
    for (size_t i = 1; i < end; i++)
        if (fm_is_lower(s.data[i]) && fm_is_space(s.data[i - 1]))
            return false;
    return memchr(s.data, ',', end) != NULL || !fm_is_lower(s.data[behind]);
}

size_t fm_block_dateline(struct fm_str paragraph)
{
    struct fm_str s = fm_str_sub(paragraph, 0, DATELINE_BYTES);

    if (s.len == 0 ||
        !(fm_is_upper(s.data[0]) || (unsigned char)s.data[0] >= 0x80))
        return 0;
    for (size_t i = 1; i < s.len; i++) {
        size_t n = dash_at(s, i);
        size_t behind = i + n;

        if (n == 0 || !(fm_is_space(s.data[i - 1]) || s.data[i - 1] == ')'))
            continue;
        if (behind < s.len && !fm_is_space(s.data[behind]))
            continue;
        behind = skip_space(s, behind);
        return is_dateline(s, i, behind) ? behind : 0;
    }
    return 0;
}
