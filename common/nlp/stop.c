#include "nlp/stop.h"

#include "nlp/character.h"
#include "nlp/gazetteer.h"
#include "nlp/lexer.h"
#include "nlp/period.h"

/* Bytes looked back for the word before a stop: longer is no abbreviation. */
#define WORD_BACK 16u
/* Closing marks and white space behind a stop that are looked at. */
#define LOOK_AHEAD 64u
/* Digits of the largest number of a reference. */
#define REFERENCE_MAX 4u
/* Bytes of the longest name of who said what stands before it. */
#define SIGNATURE_MAX 48u
/* Bytes before a stop without a space, in which an address shows. */
#define ADDRESS_BACK 64u

/* --- characters ------------------------------------------------------------- */

bool fm_stop_is_mark(uint32_t c)
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
    while (at < s.len && fm_uni_is_space(fm_char_at(s, at)))
        at += fm_char_width(s, at);
    return at;
}

static bool is_space_at(struct fm_str s, size_t at)
{
    return at >= s.len || fm_uni_is_space(fm_char_at(s, at));
}

/* --- reading ------------------------------------------------------------------ */

/* Length of ":)", ";-)", "=(", ":D" at byte at, white space behind it; 0 = there
 * is none. */
static size_t face_at(struct fm_str s, size_t at)
{
    size_t n = at + 1;

    if (at >= s.len ||
        (s.data[at] != ':' && s.data[at] != ';' && s.data[at] != '='))
        return 0;
    n += n < s.len && s.data[n] == '-';
    if (n >= s.len || s.data[n] == '\0' || strchr("()DP", s.data[n]) == NULL ||
        !is_space_at(s, n + 1))
        return 0;
    return n + 1 - at;
}

/* Length of a mark that points to a source ("[12]", "[a]") at byte at, 0 = there
 * is none. */
static size_t reference_at(struct fm_str s, size_t at)
{
    size_t n = at + 1;

    if (at >= s.len || s.data[at] != '[')
        return 0;
    while (n < s.len && n - at <= REFERENCE_MAX &&
           (fm_is_digit(s.data[n]) || (n == at + 1 && fm_is_lower(s.data[n]))))
        n++;
    return n > at + 1 && n < s.len && s.data[n] == ']' ? n + 1 - at : 0;
}

/* 1 when a closing bracket stands alone at byte at, else 0. */
static size_t bracket_at(struct fm_str s, size_t at)
{
    return at < s.len && (s.data[at] == ')' || s.data[at] == ']') &&
           is_space_at(s, at + 1);
}

/* Closing marks behind a stop, also of texts that were tokenized (" . ''"). */
static size_t behind_closers(struct fm_str s, size_t at, bool *ret_closed)
{
    for (size_t n = 0; at < s.len && n < LOOK_AHEAD; n++) {
        uint32_t c = fm_char_at(s, at);
        size_t width = fm_char_width(s, at);

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
            is_word(fm_char_at(s, at + width)))
            break;
        at += width;
        *ret_closed = true;
    }
    return at;
}

/* The end of a run of stops; spaced ones (". . .") are one run. */
static size_t run_end(struct fm_str s, size_t at, size_t *ret_dots,
                      uint32_t *ret_mark)
{
    size_t end = at;

    while (end < s.len && fm_stop_is_mark(fm_char_at(s, end))) {
        *ret_mark = fm_char_at(s, end);
        *ret_dots += *ret_mark == '.';
        end += fm_char_width(s, end);
        if (s.len - end > 1 && s.data[end] == ' ' &&
            (s.data[end + 1] == '.' || s.data[end + 1] == '?') &&
            (is_space_at(s, end + 2) ||
             fm_stop_is_mark(fm_char_at(s, end + 2))))
            end++;
    }
    return end;
}

void fm_stop_read(struct fm_str s, size_t start, size_t at,
                  struct fm_stop *ret_stop)
{
    size_t dots = 0;
    size_t end;
    size_t more;

    memset(ret_stop, 0, sizeof *ret_stop);
    ret_stop->start = start;
    ret_stop->at = at;
    end = run_end(s, at, &dots, &ret_stop->mark);
    ret_stop->dots = dots > 1 || ret_stop->mark == 0x2026;
    ret_stop->behind = behind_closers(s, end, &ret_stop->closed);
    ret_stop->next = skip_space(s, ret_stop->behind);
    /* They belong to what they stand behind. */
    while ((more = face_at(s, ret_stop->next)) > 0 ||
           (more = reference_at(s, ret_stop->next)) > 0 ||
           (more = bracket_at(s, ret_stop->next)) > 0) {
        ret_stop->behind = ret_stop->next + more;
        ret_stop->next = skip_space(s, ret_stop->behind);
    }
}

/* --- the words around it -------------------------------------------------------- */

/* The word before the stop, letters, digits and inner stops. */
static struct fm_str word_before(struct fm_str s, const struct fm_stop *stop)
{
    size_t from = stop->at;

    while (from > stop->start && stop->at - from < WORD_BACK &&
           (fm_is_alpha(s.data[from - 1]) || fm_is_digit(s.data[from - 1]) ||
            s.data[from - 1] == '.' || (unsigned char)s.data[from - 1] >= 0x80))
        from--;
    /* Quotation marks and dashes are bytes of the same class. */
    while (from < stop->at && (unsigned char)s.data[from] >= 0x80 &&
           !fm_uni_is_alpha(fm_char_at(s, from)))
        from += fm_char_width(s, from);
    return fm_str_sub(s, from, stop->at);
}

struct fm_str fm_stop_word_after(struct fm_str s, const struct fm_stop *stop)
{
    size_t from = stop->next;
    size_t to;

    while (from < s.len && from - stop->next < LOOK_AHEAD &&
           (is_opener(fm_char_at(s, from)) || is_dash(fm_char_at(s, from)) ||
            fm_uni_is_space(fm_char_at(s, from))))
        from += fm_char_width(s, from);
    for (to = from; to < s.len && to - from < LOOK_AHEAD;) {
        if (!is_word(fm_char_at(s, to)))
            break;
        to += fm_char_width(s, to);
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

static bool is_number(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!fm_is_digit(word.data[i]) && word.data[i] != '.')
            return false;
    return word.len > 0;
}

static bool is_small(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!fm_is_lower(word.data[i]))
            return false;
    return word.len > 0;
}

/* Nothing but opening marks before the word in its sentence. */
static bool is_first(struct fm_str s, const struct fm_stop *stop,
                     struct fm_str word)
{
    size_t at = stop->start;
    size_t end = (size_t)(word.data - s.data);

    while (at < end && end - at < LOOK_AHEAD && is_opener(fm_char_at(s, at)))
        at += fm_char_width(s, at);
    return at == end;
}

/* "and I." */
static bool is_pronoun_i(struct fm_str s, struct fm_str word)
{
    size_t at = (size_t)(word.data - s.data);

    return fm_str_eqz(word, "I") && at >= 4 &&
           fm_str_eqz(fm_str_sub(s, at - 4, at), "and ");
}

/* "b) The second" */
static bool is_list_letter(struct fm_str s, struct fm_str word)
{
    size_t end = (size_t)(word.data - s.data) + word.len;

    return word.len == 1 && end < s.len && s.data[end] == ')';
}

/* "(c. 1580", "(m. 1949; div. 1964)", "(b. in May)" */
static bool is_short_in_bracket(struct fm_str s, const struct fm_stop *stop,
                                struct fm_str before, bool digit)
{
    size_t at = (size_t)(before.data - s.data);

    return stop->inside && before.len < 5 && is_small(before) &&
           (digit || before.len == 1 || (at > 0 && s.data[at - 1] == '('));
}

/* "― Jane Roe" behind a stop, and no more in the paragraph: who said so. */
static bool is_signature(struct fm_str s, size_t at)
{
    size_t words = 0;

    if (at >= s.len || s.len - at > SIGNATURE_MAX ||
        !is_dash(fm_char_at(s, at)))
        return false;
    while (at < s.len && (is_dash(fm_char_at(s, at)) || is_space_at(s, at)))
        at += fm_char_width(s, at);
    for (bool begins = true; at < s.len; at += fm_char_width(s, at)) {
        uint32_t c = fm_char_at(s, at);

        if (fm_stop_is_mark(c) || (begins && !fm_uni_is_upper(c)))
            return false;
        words += begins;
        begins = fm_uni_is_space(c);
    }
    return words > 0 && words <= 4;
}

/* --- the decision ---------------------------------------------------------------- */

/* A stop behind a word that may be an abbreviation, and a word that does not go
 * on in lower case behind it. */
static bool ends_behind_word(struct fm_str s, const struct fm_stop *stop,
                             struct fm_str before, struct fm_str after)
{
    enum fm_period period = fm_period_of(before);
    bool digit = after.len > 0 && fm_is_digit(after.data[0]);
    bool starter = fm_period_starter(after) && !is_initial_next(s, after);

    /* "1. The first point", "P.S. The rest" */
    if (is_first(s, stop, before) &&
        (is_number(before)
             ? before.len <= 3
             : period != FM_PERIOD_NONE && period != FM_PERIOD_NUMBER))
        return false;
    if ((stop->inside && period != FM_PERIOD_NONE) ||
        is_short_in_bracket(s, stop, before, digit))
        return false;
    switch (period) {
    case FM_PERIOD_BEFORE: return starter && !digit && after.len > 1;
    case FM_PERIOD_NUMBER: return !digit;
    case FM_PERIOD_ANY: return starter;
    case FM_PERIOD_TIME: return !digit && !fm_period_goes_on(after);
    case FM_PERIOD_INITIAL: return starter || is_pronoun_i(s, before);
    case FM_PERIOD_NONE: return true;
    }
    return true;
}

/* A small letter behind the stop: of a careless writer, when an ordinary word in
 * small letters stands before it; behind names and what is not known it may be an
 * abbreviation or "Yahoo! is". */
static bool ends_before_small(const struct fm_stop *stop, struct fm_str before)
{
    if (stop->dots || stop->closed || before.len < 2 || !is_small(before) ||
        fm_period_of(before) != FM_PERIOD_NONE)
        return false;
    return stop->mark != '.' || fm_period_starter(before) ||
           (before.len > 3 && fm_gazetteer_common(before));
}

/* Text glued behind a stop: "of prices.The bank", "right?Anyway it". */
static bool is_glued(struct fm_str s, const struct fm_stop *stop,
                     struct fm_str before)
{
    size_t at = stop->behind;
    size_t end = at;
    bool starter;

    while (end < s.len && end - at < WORD_BACK && fm_is_alpha(s.data[end]))
        end++;
    if (end == at || !fm_is_upper(s.data[at]) || end >= s.len ||
        !(fm_is_space(s.data[end]) || s.data[end] == '\'' ||
          s.data[end] == ','))
        return false;
    if (fm_lexer_is_domain(fm_str_sub(s, at, end)))
        return false;
    starter = fm_period_starter(fm_str_sub(s, at, end));
    if (stop->dots || stop->closed)
        return stop->dots && !stop->closed && starter;
    for (size_t i = stop->at; i > stop->start && stop->at - i < ADDRESS_BACK &&
                              !fm_is_space(s.data[i - 1]);
         i--)
        if (s.data[i - 1] == '/' || s.data[i - 1] == '@')
            return false;
    return before.len > (stop->mark == '.' ? 2 : 1) && is_small(before) &&
           (starter || (end - at > 2 && fm_is_lower(s.data[at + 1]) &&
                        fm_gazetteer_common(before)));
}

bool fm_stop_ends(struct fm_str s, const struct fm_stop *stop, bool caseless)
{
    struct fm_str before = word_before(s, stop);
    struct fm_str after;
    uint32_t first;

    if (stop->next == stop->behind)
        return is_glued(s, stop, before);
    if (is_signature(s, stop->next))
        return false;
    after = fm_stop_word_after(s, stop);
    first = after.len > 0 ? fm_char_at(after, 0) : 0;
    /* "said X. – There are": a speech that goes on behind a dash. */
    if (fm_uni_is_lower(first) && !caseless)
        return ends_before_small(stop, before) && !is_list_letter(s, after);
    if (stop->mark != '.' || stop->dots || stop->closed)
        return true;
    return ends_behind_word(s, stop, before, after);
}

bool fm_stop_leads_to_list(struct fm_str s, size_t at)
{
    return s.len - at > 5 && memcmp(s.data + at, ": 1", 3) == 0 &&
           (s.data[at + 3] == '.' || s.data[at + 3] == ')') &&
           s.data[at + 4] == ' ' && fm_is_upper(s.data[at + 5]);
}
