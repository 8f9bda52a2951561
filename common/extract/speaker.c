#include "extract/speaker.h"

/* Words between a name and its verb: "X, who was elected in …, said". */
#define APPOSITION_MAX 30u
/* Between brackets behind a name: "(D-N.Y.)". */
#define BRACKETS_MAX 8u

static bool is_noun(enum fm_word k)
{
    return k == FM_WORD_NAME || k == FM_WORD_TITLE || k == FM_WORD_OTHER ||
           k == FM_WORD_NUMBER;
}

static bool in_quote(const struct fm_reading *r, uint32_t i)
{
    return r->inside[i] != 0;
}

static bool ends_with(struct fm_str s, const char *tail)
{
    return s.len > strlen(tail) + 1 && fm_str_ends(s, fm_str(tail));
}

/* A word in lower case that is rather a verb than part of a noun phrase, seen
 * from the word behind it. */
static bool is_verbal(const struct fm_reading *r, uint32_t i, uint32_t end)
{
    struct fm_str t = fm_reading_text(r, i);
    enum fm_word next = i + 1 < end ? fm_reading_kind(r, i + 1) : FM_WORD_STOP;
    bool before_phrase = next == FM_WORD_NAME || next == FM_WORD_TITLE ||
                         next == FM_WORD_DETERMINER ||
                         next == FM_WORD_POSSESSIVE ||
                         next == FM_WORD_PREPOSITION || next == FM_WORD_PRONOUN;

    if (fm_reading_kind(r, i) != FM_WORD_OTHER)
        return false;
    if (r->words.verb[i] != NULL && r->words.form[i] != FM_CUE_BASE &&
        r->words.form[i] != FM_CUE_THIRD)
        return before_phrase || r->words.verb[i]->classes & FM_CUE_SPEECH;
    return before_phrase && (ends_with(t, "ed") || ends_with(t, "ing")) &&
           !ends_with(t, "thing") && !fm_str_eqz(t, "meeting");
}

/* --- leftwards ------------------------------------------------------------- */

/* May the phrase that begins at token start be the end of a longer one that
 * goes on to the left over the preposition at start - 1? */
static bool crosses_preposition(const struct fm_reading *r, uint32_t from,
                                uint32_t start)
{
    static const char *const tying[] = {"against", "at", "by",  "for",
                                        "from",    "in", "of",  "on",
                                        "per",     "to", "with"};
    uint32_t p = start - 1;
    enum fm_word k;

    if (p <= from)
        return false;
    if (fm_str_bsearch(fm_reading_text(r, p), tying,
                       sizeof tying / sizeof *tying) < 0)
        return false;
    k = fm_reading_kind(r, p - 1);
    if (!is_noun(k) || in_quote(r, p - 1) || is_verbal(r, p - 1, start))
        return false;
    return !(r->words.verb[p - 1] != NULL && k == FM_WORD_OTHER &&
             !fm_reading_is(r, p, "of"));
}

/* May the phrase go on to the left over "and" at start - 1? */
static bool crosses_and(const struct fm_reading *r, uint32_t from,
                        uint32_t start)
{
    uint32_t p = start - 1;
    enum fm_word left;
    enum fm_word right = fm_reading_kind(r, start);

    if (p <= from || fm_reading_is(r, p, "but") || fm_reading_is(r, p, "or"))
        return false;
    left = fm_reading_kind(r, p - 1);
    if (is_verbal(r, p - 1, p))
        return false;
    if (left == FM_WORD_NAME || left == FM_WORD_TITLE)
        return right == FM_WORD_NAME || right == FM_WORD_TITLE ||
               right == FM_WORD_OTHER;
    return left == FM_WORD_OTHER && right == FM_WORD_OTHER && p - 1 == from;
}

/* First token of the noun phrase that ends before end; end = there is none. */
/* Does the word before start, no noun itself, belong to the phrase there? */
static bool joins(const struct fm_reading *r, uint32_t from, uint32_t start,
                  enum fm_word k)
{
    if (k == FM_WORD_GENITIVE)
        return start - 1 > from;
    if (k == FM_WORD_PREPOSITION || k == FM_WORD_TO)
        return crosses_preposition(r, from, start);
    return k == FM_WORD_COORDINATOR && crosses_and(r, from, start);
}

static uint32_t phrase_start(const struct fm_reading *r, uint32_t from,
                             uint32_t end)
{
    uint32_t start = end;

    while (start > from && end - start < FM_SPEAKER_TOKENS_MAX &&
           !in_quote(r, start - 1)) {
        enum fm_word k = fm_reading_kind(r, start - 1);
        bool at_phrase =
            start < end && (fm_reading_kind(r, start) == FM_WORD_DETERMINER ||
                            fm_reading_kind(r, start) == FM_WORD_POSSESSIVE);

        if (k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE) {
            if (at_phrase && !fm_reading_is(r, start - 1, "all"))
                break;
        } else if (is_noun(k)) {
            if (at_phrase || is_verbal(r, start - 1, end))
                break;
        } else if (start == end || !joins(r, from, start, k)) {
            break;
        }
        start--;
    }
    return start;
}

/* "After the debate Trump said": the words before the name belong to the
 * preposition. */
static uint32_t behind_preposition(const struct fm_reading *r, uint32_t from,
                                   uint32_t start, uint32_t end)
{
    uint32_t i = end;
    enum fm_word k =
        start > from ? fm_reading_kind(r, start - 1) : FM_WORD_STOP;

    if (k != FM_WORD_PREPOSITION && k != FM_WORD_SUBORDINATOR)
        return start;
    if (k == FM_WORD_SUBORDINATOR && !fm_reading_is(r, start - 1, "after") &&
        !fm_reading_is(r, start - 1, "before"))
        return start;
    while (i > start && (fm_reading_kind(r, i - 1) == FM_WORD_NAME ||
                         fm_reading_kind(r, i - 1) == FM_WORD_TITLE))
        i--;
    return i < end && i > start && fm_reading_kind(r, i) != FM_WORD_OTHER &&
                   fm_reading_kind(r, i - 1) == FM_WORD_OTHER
               ? i
               : start;
}

/* "Trump on Monday said", "Trump late last week said": the end without the
 * time. */
static uint32_t without_time(const struct fm_reading *r, uint32_t from,
                             uint32_t end)
{
    uint32_t e = end;

    while (e > from && (fm_reading_kind(r, e - 1) == FM_WORD_TIME ||
                        fm_reading_kind(r, e - 1) == FM_WORD_ADVERB))
        e--;
    if (e == end)
        return end;
    while (e > from &&
           (fm_reading_is(r, e - 1, "on") || fm_reading_is(r, e - 1, "late") ||
            fm_reading_is(r, e - 1, "early") ||
            fm_reading_is(r, e - 1, "last") || fm_reading_is(r, e - 1, "in")))
        e--;
    return e > from ? e : end;
}

/* "Sen. Bernie Sanders (I-Vt.)": the end without what stands in brackets. */
static uint32_t without_brackets(const struct fm_reading *r, uint32_t from,
                                 uint32_t end)
{
    uint32_t i = end;

    if (end <= from || fm_reading_kind(r, end - 1) != FM_WORD_BRACKET_CLOSE)
        return end;
    while (i > from && end - i < BRACKETS_MAX)
        if (fm_reading_kind(r, --i) == FM_WORD_BRACKET_OPEN)
            return i;
    return end;
}

/* "the", "an" alone are no phrase; "some", "many" are. */
static bool is_bare_article(const struct fm_reading *r, uint32_t start,
                            uint32_t end)
{
    static const char *const articles[] = {
        "a",   "an",   "each", "every", "his",   "its",   "my",   "no",
        "our", "such", "that", "the",   "their", "these", "this", "your"};

    return end == start + 1 &&
           fm_str_bsearch(fm_reading_text(r, start), articles,
                          sizeof articles / sizeof *articles) >= 0;
}

static bool simple_phrase(const struct fm_reading *r, uint32_t from,
                          uint32_t end, struct fm_speaker *ret)
{
    uint32_t start;
    enum fm_word k;

    end = without_brackets(r, from, without_time(r, from, end));
    if (end <= from || in_quote(r, end - 1))
        return false;
    k = fm_reading_kind(r, end - 1);
    if (k == FM_WORD_PRONOUN ||
        (k == FM_WORD_OBJECT && fm_reading_is(r, end - 1, "it"))) {
        ret->kind = FM_SPEAKER_PRONOUN;
        ret->phrase.first = end - 1;
        ret->phrase.last = end;
        return true;
    }
    if (!is_noun(k) && k != FM_WORD_DETERMINER)
        return false;
    start = phrase_start(r, from, end);
    if (start == end)
        return false;
    start = behind_preposition(r, from, start, end);
    while (start < end && (fm_reading_kind(r, start) == FM_WORD_GENITIVE ||
                           fm_reading_kind(r, start) == FM_WORD_COORDINATOR))
        start++;
    if (start == end || is_bare_article(r, start, end))
        return false;
    ret->phrase.first = start;
    ret->phrase.last = end;
    ret->kind = FM_SPEAKER_NOMINAL;
    fm_speaker_cut(r, ret);
    return true;
}

static bool is_comma(const struct fm_reading *r, uint32_t i)
{
    return fm_reading_kind(r, i) == FM_WORD_COMMA && !in_quote(r, i);
}

/* The comma, bracket or dash before token at that may open an apposition. */
static uint32_t comma_before(const struct fm_reading *r, uint32_t from,
                             uint32_t at)
{
    for (uint32_t i = at; i > from && at - i < APPOSITION_MAX; i--) {
        enum fm_word k = fm_reading_kind(r, i - 1);

        if (is_comma(r, i - 1))
            return i - 1;
        if (k == FM_WORD_STOP || k == FM_WORD_COLON || k == FM_WORD_PUNCTUATION)
            break;
    }
    return UINT32_MAX;
}

static uint32_t dash_before(const struct fm_reading *r, uint32_t from,
                            uint32_t at)
{
    for (uint32_t i = at; i > from && at - i < APPOSITION_MAX; i--) {
        enum fm_word k = fm_reading_kind(r, i - 1);

        if (k == FM_WORD_DASH && !in_quote(r, i - 1))
            return i - 1;
        if (k == FM_WORD_STOP || k == FM_WORD_COLON)
            break;
    }
    return UINT32_MAX;
}

/* Is [first, last) by itself an addition to the name before it: an age, "of
 * Flint", "Mich.", "political scientist"? */
static bool is_addition(const struct fm_reading *r, uint32_t from,
                        uint32_t first, uint32_t last)
{
    enum fm_word k = fm_reading_kind(r, first);

    if (k == FM_WORD_NUMBER || k == FM_WORD_PREPOSITION)
        return true;
    if (k == FM_WORD_DETERMINER)
        return first > from + 1 && is_comma(r, first - 1) &&
               fm_reading_kind(r, first - 2) == FM_WORD_NAME;
    if (k == FM_WORD_RELATIVE || k == FM_WORD_OTHER || k == FM_WORD_TITLE)
        return first > from + 1 && is_comma(r, first - 1) &&
               fm_reading_kind(r, first - 2) == FM_WORD_NAME &&
               fm_reading_kind(r, last - 1) != FM_WORD_NAME;
    return false;
}

bool fm_speaker_before(const struct fm_reading *r, uint32_t from, uint32_t end,
                       struct fm_speaker *ret_speaker)
{
    struct fm_speaker s = {.kind = FM_SPEAKER_NONE};
    uint32_t e = end;
    uint32_t role = 0;

    if (end <= from)
        return false;
    if (fm_reading_kind(r, end - 1) == FM_WORD_RELATIVE) {
        if (!fm_reading_is(r, end - 1, "who") || end - 1 <= from)
            return false;
        e = end - 1 - is_comma(r, end - 2);
    } else if (is_comma(r, end - 1) ||
               fm_reading_kind(r, end - 1) == FM_WORD_DASH) {
        uint32_t comma = is_comma(r, end - 1) ? comma_before(r, from, end - 1)
                                              : dash_before(r, from, end - 1);

        if (comma == UINT32_MAX || comma == from)
            return false;
        role = comma + 1;
        e = comma;
        for (int more = 0; more < 4; more++) {
            uint32_t left = comma_before(r, from, e);
            uint32_t first = left != UINT32_MAX ? left + 1 : from;

            if (left == UINT32_MAX || !is_addition(r, from, first, e))
                break;
            role = first;
            e = left;
        }
    }
    if (!simple_phrase(r, from, e, &s))
        return false;
    if (role > 0 && s.kind != FM_SPEAKER_PRONOUN)
        fm_speaker_apposition(r, &s, role, end - 1);
    *ret_speaker = s;
    return true;
}

/* --- rightwards --------------------------------------------------------------- */

/* Does the phrase go on behind the preposition or the "and" at i? */
static bool leads_on(const struct fm_reading *r, uint32_t i, uint32_t to,
                     bool prepositions)
{
    enum fm_word k = fm_reading_kind(r, i);

    if (k == FM_WORD_PREPOSITION)
        return prepositions || fm_reading_is(r, i, "of") ||
               fm_reading_is(r, i, "for");
    return k == FM_WORD_COORDINATOR && i + 1 < to &&
           fm_reading_kind(r, i + 1) == FM_WORD_NAME &&
           fm_reading_is(r, i, "and");
}

uint32_t fm_speaker_phrase_end(const struct fm_reading *r, uint32_t at,
                               uint32_t to, bool prepositions)
{
    uint32_t i = at;
    uint32_t last = at; /* behind the last noun */

    for (; i < to && i - at < FM_SPEAKER_TOKENS_MAX && !in_quote(r, i); i++) {
        enum fm_word k = fm_reading_kind(r, i);
        bool phrase = k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE;

        if (is_noun(k)) {
            if (i > at && r->words.verb[i] != NULL &&
                r->words.form[i] != FM_CUE_BASE &&
                r->words.form[i] != FM_CUE_THIRD)
                break;
            if (i > at && is_verbal(r, i, to) && last == i)
                break;
            last = i + 1;
        } else if (k == FM_WORD_GENITIVE && i > at) {
            last = i + 1;
        } else if (!(phrase && (i == at || last != i)) &&
                   !(i > at && last == i && leads_on(r, i, to, prepositions))) {
            break;
        }
    }
    return last;
}

/* ", the mayor of Y": its end; at when there is none. */
static uint32_t apposition_end(const struct fm_reading *r, uint32_t at,
                               uint32_t to)
{
    enum fm_word k;
    uint32_t end;

    if (at + 1 >= to || !is_comma(r, at))
        return at;
    k = fm_reading_kind(r, at + 1);
    if (k != FM_WORD_DETERMINER && k != FM_WORD_TITLE && k != FM_WORD_OTHER &&
        k != FM_WORD_POSSESSIVE && k != FM_WORD_NAME)
        return at;
    if (r->words.verb[at + 1] != NULL)
        return at;
    end = fm_speaker_phrase_end(r, at + 1, to, true);
    if (end == at + 1)
        return at;
    if (k == FM_WORD_DETERMINER)
        return end;
    for (uint32_t i = at + 1; i < end; i++)
        if (fm_reading_kind(r, i) == FM_WORD_TITLE)
            return end;
    return k == FM_WORD_NAME && end - at <= 5 &&
                   (end == to || fm_reading_kind(r, end) != FM_WORD_AUXILIARY)
               ? end
               : at;
}

static uint32_t behind_brackets(const struct fm_reading *r, uint32_t at,
                                uint32_t to)
{
    if (at >= to || fm_reading_kind(r, at) != FM_WORD_BRACKET_OPEN)
        return at;
    for (uint32_t i = at; i < to && i - at < BRACKETS_MAX; i++)
        if (fm_reading_kind(r, i) == FM_WORD_BRACKET_CLOSE)
            return i + 1;
    return at;
}

/* The subject of the sentence [from, to): the phrase that begins it, or the one
 * behind its opening phrase ("In a speech on Monday, X …"). */
bool fm_speaker_main(const struct fm_reading *r, uint32_t from, uint32_t to,
                     struct fm_speaker *ret_speaker)
{
    uint32_t at = from;
    uint32_t next;

    while (at < to && (fm_reading_kind(r, at) == FM_WORD_MARK ||
                       fm_reading_kind(r, at) == FM_WORD_COORDINATOR ||
                       fm_reading_kind(r, at) == FM_WORD_ADVERB ||
                       fm_reading_kind(r, at) == FM_WORD_COMMA))
        at++;
    if (at < to &&
        (fm_reading_kind(r, at) == FM_WORD_PREPOSITION ||
         fm_reading_kind(r, at) == FM_WORD_SUBORDINATOR ||
         fm_reading_kind(r, at) == FM_WORD_TIME || r->words.verb[at] != NULL)) {
        while (at < to && !is_comma(r, at))
            at++;
        at++;
    }
    return at < to && fm_speaker_after(r, at, to, ret_speaker, &next);
}

bool fm_speaker_after(const struct fm_reading *r, uint32_t at, uint32_t to,
                      struct fm_speaker *ret_speaker, uint32_t *ret_next)
{
    struct fm_speaker s = {.kind = FM_SPEAKER_NOMINAL};
    uint32_t end;
    enum fm_word k;

    while (at < to && (fm_reading_kind(r, at) == FM_WORD_ADVERB ||
                       fm_reading_kind(r, at) == FM_WORD_TIME))
        at++;
    if (at >= to || in_quote(r, at))
        return false;
    k = fm_reading_kind(r, at);
    if (k == FM_WORD_PRONOUN) {
        s.kind = FM_SPEAKER_PRONOUN;
        s.phrase.first = at;
        s.phrase.last = at + 1;
        *ret_speaker = s;
        *ret_next = at + 1;
        return true;
    }
    if (!is_noun(k) && k != FM_WORD_DETERMINER && k != FM_WORD_POSSESSIVE)
        return false;
    end = fm_speaker_phrase_end(r, at, to, false);
    if (end == at)
        return false;
    s.phrase.first = at;
    s.phrase.last = end;
    fm_speaker_cut(r, &s);
    end = behind_brackets(r, end, to);
    *ret_next = apposition_end(r, end, to);
    if (*ret_next > end)
        fm_speaker_apposition(r, &s, end + 1, *ret_next);
    *ret_speaker = s;
    return true;
}
