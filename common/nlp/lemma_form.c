#include "nlp/lemma_form.h"

#include "base/utf8.h"
#include "nlp/gazetteer.h"

/* --- the form --------------------------------------------------------------- */

static uint32_t straight(uint32_t c)
{
    switch (c) {
    case '`':
    case 0x2018:
    case 0x2019: return '\'';
    case 0x201c:
    case 0x201d: return '"';
    default: return c;
    }
}

struct counts {
    size_t letters;
    size_t capitals;
    bool capital_first; /* the first letter */
};

static uint8_t shape_of(const struct counts *n, bool initial)
{
    if (n->letters == 0)
        return FM_LEMMA_MARK;
    if (n->capitals == 0)
        return FM_LEMMA_SMALL;
    if (n->capitals == n->letters)
        return n->letters == 1 ? FM_LEMMA_LETTER : FM_LEMMA_CAPITALS;
    if (n->capitals > 1 || !n->capital_first)
        return FM_LEMMA_MIXED;
    return initial ? FM_LEMMA_INITIAL : FM_LEMMA_CAPITAL;
}

static void count(struct counts *n, uint32_t c)
{
    bool capital = fm_uni_is_upper(c);

    if (n->letters == 0)
        n->capital_first = capital;
    n->letters++;
    n->capitals += capital;
}

bool fm_lemma_form_make(struct fm_str form, bool initial,
                        struct fm_lemma_form *ret_form)
{
    struct counts n = {.letters = 0};
    size_t len = 0;

    if (form.len == 0 || form.len > FM_LEMMA_FORM_MAX - 4)
        return false;
    ret_form->form = form;
    ret_form->digits = false;
    for (size_t at = 0; at < form.len && len <= FM_LEMMA_FORM_MAX - 4;) {
        uint32_t c = (unsigned char)form.data[at];

        if (c < 0x80 && c != '`') {
            at++;
            ret_form->small[len++] = fm_lower((char)c);
            if (fm_is_alpha((char)c))
                count(&n, c);
            else if (fm_is_digit((char)c))
                ret_form->digits = true;
            continue;
        }
        c = straight(fm_utf8_next(form, &at));
        if (fm_uni_is_alpha(c))
            count(&n, c);
        len += fm_utf8_put(fm_uni_lower(c), ret_form->small + len);
    }
    ret_form->len = len;
    ret_form->shape = shape_of(&n, initial);
    return true;
}

/* --- keys ------------------------------------------------------------------- */

enum { KEY_WORD = 1, KEY_ENDING, KEY_CASE };

static uint64_t begin_key(uint8_t class)
{
    return (UINT64_C(0xcbf29ce484222325) ^ class) * UINT64_C(0x100000001b3);
}

/* FNV-1a (Fowler, Noll, Vo) from the last byte to the first, so that the keys of
 * all endings come by the way. */
static uint64_t add_byte(uint64_t h, char c)
{
    if (fm_is_digit(c))
        c = '0';
    return (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

/* The finish of MurmurHash3: FNV's high bits alone are poor. */
static uint64_t end_key(uint64_t h, uint64_t kind)
{
    h ^= kind << 56;
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

void fm_lemma_keys_make(const struct fm_lemma_form *form, uint8_t class,
                        struct fm_lemma_keys *ret_keys)
{
    uint64_t h = begin_key(class);
    size_t n = 0;

    for (size_t i = form->len; i-- > 0;) {
        h = add_byte(h, form->small[i]);
        if (n < FM_LEMMA_ENDING_MAX)
            ret_keys->endings[n++] = end_key(h, KEY_ENDING);
    }
    ret_keys->n = n;
    ret_keys->word = end_key(h, KEY_WORD);
}

uint64_t fm_lemma_ending_key(struct fm_str ending, uint8_t class)
{
    uint64_t h = begin_key(class);

    for (size_t i = ending.len; i-- > 0;)
        h = add_byte(h, ending.data[i]);
    return end_key(h, KEY_ENDING);
}

uint64_t fm_lemma_case_key(const struct fm_lemma_form *form, uint8_t class)
{
    uint64_t h = add_byte(begin_key(class), (char)form->shape);

    for (size_t i = form->len; i-- > 0;)
        h = add_byte(h, form->small[i]);
    return end_key(h, KEY_CASE);
}

/* --- case ------------------------------------------------------------------- */

/* Shorter ones in capitals are abbreviations rather than names ("ASA", "MAN"). */
#define NAME_MIN 5u

#define PLACES (FM_GAZETTEER_PLACE | FM_GAZETTEER_NATIONALITY)
#define NAMES  (FM_GAZETTEER_PLACE | FM_GAZETTEER_GIVEN | FM_GAZETTEER_SURNAME)

static bool is_listed(const struct fm_lemma_form *form, unsigned lists)
{
    return (fm_gazetteer_find(form->form) & lists) != 0;
}

enum fm_lemma_case fm_lemma_case_of(const struct fm_lemma_form *form,
                                    enum fm_lemma_case way)
{
    switch (way) {
    case FM_LEMMA_BY_COMMON:
        return fm_gazetteer_common(form->form) ? FM_LEMMA_TO_SMALL
                                               : FM_LEMMA_AS_IS;
    case FM_LEMMA_BY_NAME:
        return form->len >= NAME_MIN && is_listed(form, NAMES)
                   ? FM_LEMMA_TO_CAPITAL
                   : FM_LEMMA_AS_IS;
    case FM_LEMMA_BY_PLACE:
        return is_listed(form, PLACES) ? FM_LEMMA_TO_CAPITAL : FM_LEMMA_AS_IS;
    case FM_LEMMA_BY_PEOPLE:
        return is_listed(form, FM_GAZETTEER_NATIONALITY) ? FM_LEMMA_TO_CAPITAL
                                                         : FM_LEMMA_TO_SMALL;
    case FM_LEMMA_TO_SMALL:
    case FM_LEMMA_AS_IS:
    case FM_LEMMA_TO_CAPITAL:
    case FM_LEMMA_TO_CAPITALS:
    case FM_LEMMA_CASES: break;
    }
    return way;
}

static char upper(char c)
{
    return fm_is_lower(c) ? (char)(c - ('a' - 'A')) : c;
}

/* The first letter of the lemma as a capital: the form's own when it is one, for
 * letters outside ASCII. */
static size_t put_capital(const struct fm_lemma_form *form, char *small,
                          size_t len)
{
    size_t at = 0;
    uint32_t c = fm_utf8_next(form->form, &at);
    char first[4];
    size_t n = fm_utf8_put(fm_uni_lower(c), first);

    if (fm_uni_is_upper(c) && n == at && n <= len &&
        memcmp(small, first, n) == 0)
        memcpy(small, form->form.data, n);
    else
        small[0] = upper(small[0]);
    return len;
}

/* --- edits ------------------------------------------------------------------ */

/* The form without what ends the small form: as many characters, though they
 * may have other bytes. */
static size_t stem_as_is(const struct fm_lemma_form *form, size_t cut)
{
    size_t small = form->len;
    size_t at = form->form.len;

    while (small > form->len - cut && at > 0) {
        (void)fm_utf8_prev(fm_str_n(form->small, form->len), &small);
        (void)fm_utf8_prev(form->form, &at);
    }
    return at;
}

/* The edit done to the form as it is written. */
static size_t edit_as_is(const struct fm_lemma_form *form,
                         const struct fm_lemma_edit *edit, size_t stem,
                         char *room)
{
    bool capitals = form->shape == FM_LEMMA_CAPITALS;

    memcpy(room, form->form.data, stem);
    for (size_t i = 0; i < edit->append.len; i++)
        room[stem + i] =
            capitals ? upper(edit->append.data[i]) : edit->append.data[i];
    if (stem == 0 && fm_is_upper(form->form.data[0]))
        room[0] = upper(room[0]);
    return stem + edit->append.len;
}

static size_t edit_small(const struct fm_lemma_form *form,
                         const struct fm_lemma_edit *edit,
                         enum fm_lemma_case way, char *room)
{
    size_t stem = form->len - edit->cut;
    size_t len = stem + edit->append.len;

    memcpy(room, form->small, stem);
    memcpy(room + stem, edit->append.data, edit->append.len);
    if (way == FM_LEMMA_TO_CAPITALS)
        for (size_t i = 0; i < len; i++)
            room[i] = upper(room[i]);
    else if (way == FM_LEMMA_TO_CAPITAL)
        len = put_capital(form, room, len);
    return len;
}

/* Is the form written as its small form is? */
static bool is_small(const struct fm_lemma_form *form)
{
    return form->form.len == form->len &&
           memcmp(form->form.data, form->small, form->len) == 0;
}

struct fm_str fm_lemma_apply(const struct fm_lemma_form *form,
                             const struct fm_lemma_edit *edit,
                             enum fm_lemma_case way, char room[FM_LEMMA_MAX])
{
    size_t stem;

    /* No rule is for words shorter than what it cuts off. */
    if (edit->cut > form->len || form->len - edit->cut + edit->append.len == 0)
        return form->form;
    if (way == FM_LEMMA_TO_SMALL) {
        if (edit->cut == form->len)
            return edit->append;
        if (edit->append.len == 0 && is_small(form))
            return fm_str_sub(form->form, 0, form->len - edit->cut);
    }
    if (way != FM_LEMMA_AS_IS)
        return fm_str_n(room, edit_small(form, edit, way, room));
    stem = stem_as_is(form, edit->cut);
    if (edit->append.len == 0)
        return fm_str_sub(form->form, 0, stem);
    return fm_str_n(room, edit_as_is(form, edit, stem, room));
}
