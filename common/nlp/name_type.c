#include "nlp/name_type.h"

#include "nlp/gazetteer.h"
#include "nlp/period.h"
#include "nlp/words.h"

/* Words of one person's name. */
#define PERSON_TOKENS 6u

/* --- lists ------------------------------------------------------------------------ */

enum fm_ne_type fm_name_listed(const struct fm_doc *doc, size_t first,
                               size_t last)
{
    unsigned lists = fm_gazetteer_find(fm_doc_range(doc, first, last));

    if (lists & FM_GAZETTEER_NATIONALITY)
        return FM_NE_NATIONALITY;
    if (lists & FM_GAZETTEER_COUNTRY)
        return FM_NE_COUNTRY;
    if (lists & FM_GAZETTEER_CITY)
        return FM_NE_CITY;
    if (lists & FM_GAZETTEER_REGION)
        return FM_NE_REGION;
    return lists & FM_GAZETTEER_ORGANIZATION ? FM_NE_ORGANIZATION : FM_NE_NONE;
}

size_t fm_name_longest(const struct fm_doc *doc, size_t first, size_t last,
                       enum fm_ne_type *ret_type)
{
    size_t end =
        last - first > FM_NAME_PHRASE_MAX ? first + FM_NAME_PHRASE_MAX : last;

    for (; end > first; end--) {
        enum fm_ne_type type = fm_name_listed(doc, first, end);

        if (type == FM_NE_NONE)
            continue;
        *ret_type = type;
        return end;
    }
    return first;
}

static unsigned class_of(const struct fm_doc *doc, size_t i)
{
    return fm_words_find(doc->form[i]);
}

static unsigned lists_of(const struct fm_doc *doc, size_t i)
{
    return fm_gazetteer_find(doc->form[i]);
}

static bool is_hyphen(const struct fm_doc *doc, size_t i)
{
    return fm_str_eqz(doc->form[i], "-");
}

/* --- posts -------------------------------------------------------------------------- */

/* "Secretary" + "of State" / "General", "Secretary-General": what follows the
 * head of a post within the post. */
static size_t behind_post(const struct fm_doc *doc, size_t i, size_t last)
{
    if (i + 1 < last && fm_str_ieq(doc->form[i], fm_str("of")) &&
        (fm_str_ieq(doc->form[i + 1], fm_str("State")) ||
         fm_str_ieq(doc->form[i + 1], fm_str("Staff"))))
        return i + 2;
    if (i + 1 < last && is_hyphen(doc, i) &&
        (class_of(doc, i + 1) & FM_WORD_POST))
        return i + 2;
    while (i < last && (class_of(doc, i) & FM_WORD_POST))
        i++;
    if (i < last && (fm_str_ieq(doc->form[i], fm_str("Plenipotentiary")) ||
                     fm_str_ieq(doc->form[i], fm_str("Emeritus"))))
        i++;
    return i;
}

size_t fm_name_post(const struct fm_doc *doc, size_t first, size_t last)
{
    size_t i = first;

    while (i < last) {
        unsigned class = class_of(doc, i);

        if (class & FM_WORD_POST) {
            size_t behind = behind_post(doc, i + 1, last);
            /* "Chief | Cabinet Secretary" */
            size_t more =
                behind < last && (class_of(doc, behind) & FM_WORD_MODIFIER)
                    ? fm_name_post(doc, behind, last)
                    : behind;

            return more;
        }
        if ((class & FM_WORD_MODIFIER) == 0 && !is_hyphen(doc, i) &&
            !(i > first && fm_str_ieq(doc->form[i], fm_str("and"))))
            return first;
        i++;
    }
    return first;
}

/* --- types -------------------------------------------------------------------------- */

static bool is_body_head(const struct fm_doc *doc, size_t i)
{
    return (class_of(doc, i) & (FM_WORD_ORG_HEAD | FM_WORD_SUFFIX)) != 0;
}

static bool before_is(const struct fm_name_run *run, size_t i, const char *word)
{
    return i > run->sentence_first &&
           fm_str_ieq(run->doc->form[i - 1], fm_str(word));
}

/* "in Erimo", "near Kobani"; not "in Google's", where somebody owns. */
static bool is_placed(const struct fm_name_run *run, size_t first, size_t last)
{
    bool owned = last < run->sentence_last && run->doc->form[last].len > 1 &&
                 (run->doc->flags[last] & FM_TOKEN_MWT_REST) != 0;

    return !owned &&
           (before_is(run, first, "in") || before_is(run, first, "near"));
}

static bool is_speaking(const struct fm_name_run *run, size_t last)
{
    static const char *const verbs[] = {
        "added", "asked",  "believes", "called", "explained", "noted",  "said",
        "says",  "stated", "thinks",   "told",   "told",      "warned", "wrote",
    };

    return last < run->sentence_last &&
           fm_str_bsearch(run->doc->form[last], verbs,
                          sizeof verbs / sizeof *verbs) >= 0;
}

/* “Krasnaya Zvezda”: a title, not somebody's name. */
static bool is_quoted(const struct fm_name_run *run, size_t first, size_t last)
{
    return first > run->sentence_first && last < run->sentence_last &&
           (run->doc->flags[first - 1] & FM_TOKEN_QUOTE_OPEN) &&
           (run->doc->flags[last] & FM_TOKEN_QUOTE_CLOSE);
}

static enum fm_ne_type type_of_word(const struct fm_name_run *run, size_t i)
{
    const struct fm_doc *doc = run->doc;
    unsigned seen = fm_seen_find(run->seen, doc->form[i]);
    unsigned lists = lists_of(doc, i);

    if (seen & FM_SEEN_PERSON)
        return FM_NE_PERSON;
    if ((doc->flags[i] & FM_TOKEN_ALL_CAPS) && doc->form[i].len <= 8)
        return FM_NE_ORGANIZATION;
    if (is_speaking(run, i + 1))
        return FM_NE_PERSON;
    if (is_placed(run, i, i + 1) && !fm_gazetteer_common(doc->form[i]))
        return FM_NE_LOCATION;
    if ((lists & (FM_GAZETTEER_GIVEN | FM_GAZETTEER_SURNAME)) &&
        (lists & FM_GAZETTEER_COMMON) == 0 && !is_quoted(run, i, i + 1))
        return FM_NE_PERSON;
    return FM_NE_OTHER;
}

/* Words of names but no joining words. */
static size_t count_words(const struct fm_doc *doc, size_t first, size_t last,
                          size_t *ret_common)
{
    size_t words = 0;

    *ret_common = 0;
    for (size_t i = first; i < last; i++) {
        if ((doc->flags[i] & FM_TOKEN_CAPITAL) == 0)
            continue;
        words++;
        *ret_common += fm_gazetteer_common(doc->form[i]) &&
                       (lists_of(doc, i) &
                        (FM_GAZETTEER_GIVEN | FM_GAZETTEER_SURNAME)) == 0;
    }
    return words;
}

/* "J.", "H.R." */
static bool is_initial_letter(struct fm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (i % 2 == 0 ? !fm_is_upper(word.data[i]) : word.data[i] != '.')
            return false;
    return word.len % 2 == 0 && word.len <= 6;
}

static bool looks_personal(const struct fm_name_run *run, size_t first,
                           size_t last)
{
    const struct fm_doc *doc = run->doc;
    size_t common;
    size_t words = count_words(doc, first, last, &common);
    unsigned head = lists_of(doc, first);
    unsigned tail = lists_of(doc, last - 1);

    if (words < 2 || words > 4 || common > 0 || is_quoted(run, first, last) ||
        is_hyphen(doc, first + 1) || (doc->flags[last - 1] & FM_TOKEN_ALL_CAPS))
        return false;
    if ((head & FM_GAZETTEER_GIVEN) || is_initial_letter(doc->form[first]))
        return true;
    if (head & FM_GAZETTEER_COMMON)
        return false;
    if (tail & FM_GAZETTEER_SURNAME)
        return true;
    return !is_placed(run, first, last) &&
           (doc->flags[first] & FM_TOKEN_ALL_CAPS) == 0;
}

static bool has_word(const struct fm_doc *doc, size_t first, size_t last,
                     const char *word)
{
    for (size_t i = first; i < last; i++)
        if (fm_str_eqz(doc->form[i], word))
            return true;
    return false;
}

static enum fm_ne_type type_of(const struct fm_name_run *run, size_t first,
                               size_t last)
{
    const struct fm_doc *doc = run->doc;
    enum fm_ne_type listed = fm_name_listed(doc, first, last);
    unsigned head = class_of(doc, first);
    unsigned tail = class_of(doc, last - 1);
    bool of =
        has_word(doc, first, last, "of") || has_word(doc, first, last, "for");

    if (listed != FM_NE_NONE)
        return listed;
    if (last - first == 1)
        return type_of_word(run, first);
    /* Tajik-Afghan */
    if (last - first == 3 && is_hyphen(doc, first + 1) &&
        (lists_of(doc, last - 1) & FM_GAZETTEER_NATIONALITY))
        return FM_NE_NATIONALITY;
    if ((head & (FM_WORD_ORG_HEAD | FM_WORD_ORG_START)) && of)
        return FM_NE_ORGANIZATION;
    if (tail & (FM_WORD_ORG_HEAD | FM_WORD_SUFFIX))
        return FM_NE_ORGANIZATION;
    if (of)
        for (size_t i = first; i < last; i++)
            if (class_of(doc, i) & FM_WORD_ORG_START)
                return FM_NE_ORGANIZATION;
    if ((tail & FM_WORD_PLACE_HEAD) || (head & FM_WORD_PLACE_HEAD) ||
        fm_str_eqz(doc->form[first], "Mount") ||
        fm_str_eqz(doc->form[first], "Mt."))
        return FM_NE_LOCATION;
    if ((tail | head) & FM_WORD_EVENT_HEAD)
        return FM_NE_OTHER;
    if (looks_personal(run, first, last))
        return FM_NE_PERSON;
    return is_placed(run, first, last) ? FM_NE_LOCATION : FM_NE_OTHER;
}

/* --- cutting -------------------------------------------------------------------------- */

static size_t person_end(const struct fm_doc *doc, size_t first, size_t last)
{
    size_t end = first;

    while (end < last && end - first < PERSON_TOKENS) {
        if (end > first &&
            (class_of(doc, end) & (FM_WORD_POST | FM_WORD_ORG_HEAD)) &&
            (lists_of(doc, end) & FM_GAZETTEER_SURNAME) == 0)
            break;
        end++;
    }
    return end;
}

static bool give(struct fm_name *ret, size_t first, size_t last,
                 enum fm_ne_type type)
{
    ret->first = (uint32_t)first;
    ret->last = (uint32_t)last;
    ret->type = (uint8_t)type;
    return true;
}

/* Where inside (first, last) a post begins that somebody holds: "CSTO |
 * Secretary General Bordyuzha"; last = nowhere. */
static size_t inner_post(const struct fm_doc *doc, size_t first, size_t last)
{
    for (size_t i = first + 1; i < last; i++) {
        size_t behind;

        if ((doc->flags[i] & FM_TOKEN_CAPITAL) == 0)
            continue;
        behind = fm_name_post(doc, i, last);
        if (behind > i && !(behind == last && is_body_head(doc, last - 1)) &&
            !fm_str_eqz(doc->form[i - 1], "of") &&
            !fm_str_eqz(doc->form[i - 1], "and") && !is_hyphen(doc, i - 1))
            return i;
    }
    return last;
}

/* Where a person's name begins behind a body or place in (first, last): "the
 * CSTO | Nikolai Bordyuzha"; last = nowhere. */
static size_t inner_person(const struct fm_name_run *run, size_t first,
                           size_t last)
{
    const struct fm_doc *doc = run->doc;

    for (size_t i = first + 1; i + 1 < last && i + 5 > last; i++) {
        unsigned lists = lists_of(doc, i);
        bool given = (lists & FM_GAZETTEER_GIVEN) != 0 &&
                     (lists & FM_GAZETTEER_COMMON) == 0;

        if (!(given || (lists == 0 && i + 2 == last)) ||
            !looks_personal(run, i, last))
            continue;
        if (is_body_head(doc, i - 1) ||
            (class_of(doc, i - 1) & FM_WORD_MODIFIER) ||
            ((doc->flags[i - 1] & FM_TOKEN_ALL_CAPS) &&
             !is_initial_letter(doc->form[i - 1])) ||
            fm_name_listed(doc, first, i) != FM_NE_NONE)
            return i;
    }
    return last;
}

/* A listed place or nationality that begins a longer run: does the whole run
 * name something else ("Russian Foreign Ministry", "Paris Hilton")? */
static bool is_part(const struct fm_name_run *run, size_t first, size_t end,
                    size_t last, enum fm_ne_type type)
{
    const struct fm_doc *doc = run->doc;

    if (is_body_head(doc, last - 1) || is_hyphen(doc, end) ||
        (class_of(doc, last - 1) & (FM_WORD_PLACE_HEAD | FM_WORD_EVENT_HEAD)))
        return true;
    if (fm_str_eqz(doc->form[end], "of") || fm_str_eqz(doc->form[end], "for") ||
        fm_str_eqz(doc->form[end], "and"))
        return true;
    if (type == FM_NE_NATIONALITY)
        return (class_of(doc, end) & FM_WORD_ORG_START) != 0;
    return (lists_of(doc, first) & FM_GAZETTEER_GIVEN) != 0 &&
           end - first == 1 && looks_personal(run, first, last);
}

static bool is_qualifier(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {"Acting", "Ex", "Former", "Late",
                                        "Then"};

    return fm_str_bsearch(doc->form[i], words, sizeof words / sizeof *words) >=
           0;
}

bool fm_name_cut(const struct fm_name_run *run, size_t *first, size_t last,
                 struct fm_name *ret)
{
    const struct fm_doc *doc = run->doc;
    enum fm_ne_type type = FM_NE_NONE;
    size_t at = *first;
    size_t end;

    /* Words that join nothing any more, or say when somebody was something. */
    while (at < last && ((doc->flags[at] & FM_TOKEN_CAPITAL) == 0 ||
                         (at + 1 < last && is_qualifier(doc, at))))
        at++;
    if (at == last)
        return false;
    if (class_of(doc, at) & FM_WORD_ADDRESS) {
        end = person_end(doc, at + 1, last);
        *first = end;
        return end > at + 1 ? give(ret, at + 1, end, FM_NE_PERSON)
                            : fm_name_cut(run, first, last, ret);
    }
    end = fm_name_post(doc, at, last);
    if (end > at && !(end < last && is_body_head(doc, last - 1))) {
        size_t behind = person_end(doc, end, last);
        size_t from = end;

        *first = behind;
        /* "President of Belarus Alexander Lukashenko": what a post is of. */
        if (from < last && (doc->flags[from] & FM_TOKEN_CAPITAL) == 0) {
            *first = from;
            return fm_name_cut(run, first, last, ret);
        }
        return behind > from ? give(ret, from, behind, FM_NE_PERSON) : false;
    }
    last = inner_post(doc, at, last);
    last = inner_person(run, at, last);
    end = fm_name_longest(doc, at, last, &type);
    if (end > at && end < last && !is_part(run, at, end, last, type)) {
        *first = end;
        return give(ret, at, end, type);
    }
    *first = last;
    return give(ret, at, last, type_of(run, at, last));
}
