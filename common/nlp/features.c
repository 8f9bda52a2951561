#include "nlp/features.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "nlp/gazetteer.h"

#define AFFIX_MAX 5u
#define GRAMS_MAX 24u

static uint32_t plain(uint32_t c)
{
    switch (c) {
    case 0x2018:
    case 0x2019: return '\'';
    case 0x201c:
    case 0x201d: return '"';
    default: return c;
    }
}

/* Copies form with every code point through plain() and, when asked, lower
 * case and digits as 0. */
static size_t normalize(struct fm_str form, bool lower, char ret[FM_FORM_MAX])
{
    size_t n = 0;

    for (size_t at = 0; at < form.len && n + 4 <= FM_FORM_MAX;) {
        uint32_t c = (unsigned char)form.data[at];

        if (c < 0x80) {
            at++;
            if (lower)
                c = c >= '0' && c <= '9' ? '0'
                                         : (unsigned char)fm_lower((char)c);
            ret[n++] = (char)c;
            continue;
        }
        c = plain(fm_utf8_next(form, &at));
        n += fm_utf8_put(lower ? fm_uni_lower(c) : c, ret + n);
    }
    return n;
}

size_t fm_form_lower(struct fm_str form, char ret[FM_FORM_MAX])
{
    size_t n = 0;

    for (size_t at = 0; at < form.len && n + 4 <= FM_FORM_MAX;) {
        uint32_t c = (unsigned char)form.data[at];

        if (c < 0x80) {
            at++;
            ret[n++] = fm_lower((char)c);
            continue;
        }
        n += fm_utf8_put(fm_uni_lower(plain(fm_utf8_next(form, &at))), ret + n);
    }
    return n;
}

uint64_t fm_lexicon_key(struct fm_str lower)
{
    return fm_hash64(lower.data, lower.len, 0x1e81c0);
}

static void add(struct fm_features *f, enum fm_feature_kind kind,
                const void *data, size_t len, uint64_t salt)
{
    if (f->n == FM_FEATURES_MAX)
        return;
    f->keys[f->n] = fm_hash64(data, len, ((uint64_t)kind << 8) + salt);
    f->kinds[f->n++] = (uint8_t)kind;
}

/* "Xxx" of "Paris", "00-0" of "12-3": runs longer than two are cut. */
static size_t shape_of(struct fm_str form, char ret[FM_FORM_MAX])
{
    size_t n = 0;

    for (size_t at = 0; at < form.len && n + 4 <= FM_FORM_MAX;) {
        uint32_t c = fm_utf8_next(form, &at);
        char s;

        if (c < 0x80 && fm_is_digit((char)c))
            s = '0';
        else if (fm_uni_is_upper(c))
            s = 'X';
        else if (fm_uni_is_alpha(c))
            s = c < 0x80 ? 'x' : 'y';
        else
            s = c < 0x80 ? (char)c : '?';
        if (n < 2 || ret[n - 1] != s || ret[n - 2] != s)
            ret[n++] = s;
    }
    return n;
}

static void add_affixes(struct fm_features *f, const char *w, size_t n)
{
    for (size_t k = 1; k <= AFFIX_MAX && k < n; k++) {
        if (k < AFFIX_MAX)
            add(f, FM_FEATURE_PREFIX, w, k, k);
        add(f, FM_FEATURE_SUFFIX, w + n - k, k, k);
    }
}

/* n-grams of "<word>", of 3 and 4 bytes. */
static void add_grams(struct fm_features *f, const char *w, size_t n)
{
    char framed[FM_FORM_MAX + 2];
    size_t grams = 0;

    if (n < 4)
        return;
    framed[0] = '<';
    memcpy(framed + 1, w, n);
    framed[n + 1] = '>';
    n += 2;
    for (size_t k = 3; k <= 4; k++)
        for (size_t i = 0; i + k <= n && grams < GRAMS_MAX; i++, grams++)
            add(f, FM_FEATURE_GRAM, framed + i, k, k);
}

static void add_lexicon(struct fm_features *f, uint32_t bits)
{
    for (uint32_t b = 0; b < FM_LEX_BITS; b++)
        if ((bits >> b & 1) != 0)
            add(f, FM_FEATURE_LEX, &b, sizeof b, 0);
    add(f, FM_FEATURE_CLASS, &bits, sizeof bits, 0);
}

/* Words of the longest phrase that is looked up. */
#define PHRASE_MAX 5u
/* Where the word stands in the phrase. */
#define LISTS_FIRST 0x100u
#define LISTS_LATER 0x200u

/* The lists of the longest phrase that begins with token i; ret_end is behind
 * it. */
static unsigned phrase_at(const struct fm_doc *doc, size_t i, size_t last,
                          size_t *ret_end)
{
    size_t end = last - i < PHRASE_MAX ? last : i + PHRASE_MAX;

    for (; end > i + 1; end--) {
        unsigned lists;

        if ((doc->flags[end - 1] & FM_TOKEN_CAPITAL) == 0)
            continue;
        lists = fm_gazetteer_find(fm_doc_range(doc, i, end));
        if (lists != 0) {
            *ret_end = end;
            return lists | LISTS_FIRST;
        }
    }
    *ret_end = i + 1;
    return fm_gazetteer_find(doc->form[i]);
}

void fm_features_lists(const struct fm_doc *doc, size_t first, size_t last,
                       uint16_t *ret_lists)
{
    for (size_t i = first; i < last;) {
        size_t end = i + 1;
        unsigned lists = 0;

        if ((doc->flags[i] & FM_TOKEN_CAPITAL) != 0)
            lists = phrase_at(doc, i, last, &end);
        for (; i < end; i++, ret_lists++) {
            *ret_lists = (uint16_t)lists;
            lists = (lists & ~LISTS_FIRST) | LISTS_LATER;
        }
    }
}

void fm_features_make(struct fm_str form, bool first, uint16_t lists,
                      const struct fm_lexicon *lexicon,
                      struct fm_features *ret_features)
{
    struct fm_features *f = ret_features;
    char lower[FM_FORM_MAX];
    char zeros[FM_FORM_MAX];
    char cased[FM_FORM_MAX];
    char shape[FM_FORM_MAX];
    size_t n = fm_form_lower(form, lower);
    size_t zn = normalize(form, true, zeros);
    size_t cn = normalize(form, false, cased);
    size_t sn = shape_of(form, shape);
    bool capital = sn > 0 && shape[0] == 'X';

    f->n = 0;
    add(f, FM_FEATURE_WORD, zeros, zn, 0);
    if (cn != zn || memcmp(cased, zeros, cn) != 0)
        add(f, FM_FEATURE_CASED, cased, cn, 0);
    add(f, FM_FEATURE_SHAPE, shape, sn, 0);
    if (first)
        add(f, FM_FEATURE_FIRST, &capital, 1, 0);
    add_lexicon(f, fm_lexicon_get(lexicon, fm_lexicon_key(fm_str_n(lower, n))));
    if (lists != 0)
        add(f, FM_FEATURE_LISTS, &lists, sizeof lists, 0);
    add_affixes(f, zeros, zn);
    add_grams(f, zeros, zn);
}
