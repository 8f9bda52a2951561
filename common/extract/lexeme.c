#include "extract/lexeme.h"

/* The longest word of the table, and a byte. */
#define WORD_MAX 16

/* Currency signs; the order is that of the first rows of unit.c's currencies. */
static const char *const signs[] = {
    "$",
    "\xe2\x82\xac",
    "\xc2\xa3",
    "\xc2\xa5",
    "\xe2\x82\xbd",
    "\xe2\x82\xb9",
    "\xe2\x82\xa9",
    "\xe2\x82\xba",
    "\xe2\x82\xb4",
    "\xe2\x82\xb8",
    "\xe2\x82\xaa",
    "\xe2\x82\xab",
    "\xe2\x82\xbf",
};

struct glyph {
    const char *bytes;
    int32_t value; /* numerator and denominator */
};

#define PART(top, bottom) ((top)*FM_LEX_GLYPH_BASE + (bottom))

static const struct glyph glyphs[] = {
    {"\xc2\xbd", PART(1, 2)},     {"\xc2\xbc", PART(1, 4)},
    {"\xc2\xbe", PART(3, 4)},     {"\xe2\x85\x93", PART(1, 3)},
    {"\xe2\x85\x94", PART(2, 3)}, {"\xe2\x85\x95", PART(1, 5)},
    {"\xe2\x85\x96", PART(2, 5)}, {"\xe2\x85\x97", PART(3, 5)},
    {"\xe2\x85\x98", PART(4, 5)}, {"\xe2\x85\x99", PART(1, 6)},
    {"\xe2\x85\x9a", PART(5, 6)}, {"\xe2\x85\x9b", PART(1, 8)},
    {"\xe2\x85\x9c", PART(3, 8)}, {"\xe2\x85\x9d", PART(5, 8)},
    {"\xe2\x85\x9e", PART(7, 8)},
};

struct scan {
    const char *p; /* the whole text */
    uint32_t at;
    uint32_t end;
};

static bool bytes_at(const struct scan *s, uint32_t at, const char *bytes)
{
    size_t n = strlen(bytes);

    return s->end - at >= n && memcmp(s->p + at, bytes, n) == 0;
}

static bool is_high(char c)
{
    return ((unsigned char)c & 0x80u) != 0;
}

/* White space at at: its length, 0 = none. No-break, narrow and thin spaces
 * count. */
static uint32_t space_at(const struct scan *s, uint32_t at)
{
    if (fm_is_space(s->p[at]))
        return 1;
    if (!is_high(s->p[at]))
        return 0;
    if (bytes_at(s, at, "\xc2\xa0"))
        return 2;
    if (bytes_at(s, at, "\xe2\x80\xaf") || bytes_at(s, at, "\xe2\x80\x89"))
        return 3;
    return 0;
}

/* Hyphen, en dash, em dash, minus, non-breaking hyphen. */
static uint32_t dash_at(const struct scan *s, uint32_t at)
{
    if (s->p[at] == '-')
        return 1;
    if (!is_high(s->p[at]))
        return 0;
    if (bytes_at(s, at, "\xe2\x80\x93") || bytes_at(s, at, "\xe2\x80\x94") ||
        bytes_at(s, at, "\xe2\x88\x92") || bytes_at(s, at, "\xe2\x80\x91"))
        return 3;
    return 0;
}

static uint32_t apostrophe_at(const struct scan *s, uint32_t at)
{
    if (at >= s->end)
        return 0;
    if (s->p[at] == '\'')
        return 1;
    if (!is_high(s->p[at]))
        return 0;
    return bytes_at(s, at, "\xe2\x80\x99") ? 3 : 0;
}

/* A mark of several bytes (quotes, ellipsis, bullet) ends a word as well. */
static bool is_wide_mark(const struct scan *s, uint32_t at)
{
    const char *p = s->p + at;

    if (s->end - at >= 2 && p[0] == '\xc2' && (unsigned char)p[1] < 0xc0)
        return true;
    /* Punctuation, currency signs, number forms. */
    return s->end - at >= 3 && p[0] == '\xe2' &&
           ((unsigned char)p[1] - 0x80u <= 0x0bu || p[1] == '\x85');
}

static bool is_letter(const struct scan *s, uint32_t at)
{
    if (at >= s->end)
        return false;
    return fm_is_alpha(s->p[at]) || (is_high(s->p[at]) && !is_wide_mark(s, at));
}

static bool digit_at(const struct scan *s, uint32_t at)
{
    return at < s->end && fm_is_digit(s->p[at]);
}

/* "12,34,567": groups of two digits before the last three (India). */
static bool is_lakh_group(const struct scan *s, uint32_t at)
{
    while (at + 3 < s->end && s->p[at] == ',' && digit_at(s, at + 1) &&
           digit_at(s, at + 2) && s->p[at + 3] == ',')
        at += 3;
    return at + 3 < s->end && s->p[at] == ',' && digit_at(s, at + 1) &&
           digit_at(s, at + 2) && digit_at(s, at + 3) && !digit_at(s, at + 4);
}

/* "1,234", "1 234": a separator with exactly three digits behind it. */
static uint32_t group_at(const struct scan *s, uint32_t at, uint32_t digits)
{
    uint32_t n = 0;

    if (digits == 0 || digits > 3 || at >= s->end)
        return 0;
    if (s->p[at] == ',')
        n = 1;
    else if (!fm_is_space(s->p[at]) || s->p[at] == ' ')
        n = space_at(s, at);
    if (n == 0 || !digit_at(s, at + n) || !digit_at(s, at + n + 1) ||
        !digit_at(s, at + n + 2) || digit_at(s, at + n + 3))
        return 0;
    return n;
}

/* A space that groups must not join two numbers: "In 2014 300 people" has four
 * digits before it, "12 345" is followed by no unit of its own. The first group
 * decides: plain spaces group only behind one to three digits that do not
 * begin with zero. */
static void read_digits(struct scan *s, struct fm_lexeme *lx)
{
    uint32_t from = s->at;
    int64_t value = 0;
    uint32_t run = 0;
    uint32_t step;

    for (;;) {
        while (digit_at(s, s->at)) {
            if (value < 1000000000)
                value = value * 10 + (s->p[s->at] - '0');
            s->at++;
            run++;
        }
        step = s->p[from] != '0' ? group_at(s, s->at, run) : 0;
        if (step == 0 && run <= 2 && s->at + 3 < s->end &&
            s->p[s->at + 3] == ',' && is_lakh_group(s, s->at))
            step = 1;
        if (step == 0)
            break;
        lx->flags |= FM_LEX_GROUPED;
        s->at += step;
        run = 0;
        /* The groups behind the first have three digits each. */
        while (digit_at(s, s->at) && run < 3) {
            if (value < 1000000000)
                value = value * 10 + (s->p[s->at] - '0');
            s->at++;
            run++;
        }
    }
    if (s->at < s->end && s->p[s->at] == '.' && digit_at(s, s->at + 1)) {
        lx->flags |= FM_LEX_POINT;
        s->at++;
        while (digit_at(s, s->at))
            s->at++;
    }
    lx->kind = FM_LEX_DIGITS;
    lx->value = value < 1000000000 && (lx->flags & FM_LEX_POINT) == 0
                    ? (int32_t)value
                    : -1;
}

/* "22nd" is an ordinal, "1990s" a decade. */
static void read_digit_suffix(struct scan *s, struct fm_lexeme *lx)
{
    static const char *const ordinal[] = {"st", "nd", "rd", "th"};
    uint32_t at = s->at;
    char two[3] = {0, 0, 0};
    uint32_t apostrophe = apostrophe_at(s, at);

    if (lx->value < 0)
        return;
    if (at + apostrophe < s->end && s->p[at + apostrophe] == 's' &&
        !is_letter(s, at + apostrophe + 1) && lx->value % 10 == 0 &&
        (lx->value < 100 ? apostrophe == 0 && lx->value > 0
                         : lx->value >= 1000 && lx->value < 2100)) {
        s->at = at + apostrophe + 1;
        lx->kind = FM_LEX_DECADE;
        return;
    }
    if (s->end - at < 2 || is_letter(s, at + 2))
        return;
    two[0] = fm_lower(s->p[at]);
    two[1] = fm_lower(s->p[at + 1]);
    for (size_t i = 0; i < 4; i++)
        if (memcmp(two, ordinal[i], 2) == 0) {
            s->at = at + 2;
            lx->kind = FM_LEX_ORDINAL;
            return;
        }
}

/* strcmp() without the call: most words differ in their first letters. */
static int order_of(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static void look_up(struct fm_lexeme *lx, const char *word)
{
    size_t n = 0;
    const struct fm_lexeme_word *table = fm_lexeme_words_of(word, &n);
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;
        int order = order_of(word, table[middle].word);

        if (order == 0) {
            lx->kind = table[middle].kind;
            lx->value = table[middle].value;
            return;
        }
        if (order < 0)
            n = middle;
        else
            low = middle + 1;
    }
}

/* "p.m.", "U.S.": single letters with points stay one word. */
static void read_initials(struct scan *s, uint32_t from)
{
    while (s->at < s->end && s->p[s->at] == '.' && is_letter(s, s->at + 1) &&
           !is_letter(s, s->at + 2) && (s->at - from) < WORD_MAX)
        s->at += 2;
}

static void read_word(struct scan *s, struct fm_lexeme *lx)
{
    uint32_t from = s->at;
    uint32_t upper = 0;
    uint32_t apostrophe;
    char word[WORD_MAX];
    size_t n = 0;

    while (is_letter(s, s->at)) {
        do {
            upper += fm_is_upper(s->p[s->at]);
            s->at++;
        } while (s->at < s->end && fm_is_alpha(s->p[s->at]));
        apostrophe = apostrophe_at(s, s->at);
        if (apostrophe > 0 && is_letter(s, s->at + apostrophe) &&
            (fm_lower(s->p[s->at + apostrophe]) != 's' ||
             is_letter(s, s->at + apostrophe + 1)))
            s->at += apostrophe;
    }
    if (s->at - from == 1)
        read_initials(s, from);
    lx->kind = FM_LEX_WORD;
    lx->value = 0;
    if (fm_is_upper(s->p[from]))
        lx->flags |= FM_LEX_CAPITAL;
    if (upper == s->at - from && upper > 1)
        lx->flags |= FM_LEX_UPPER;
    if (s->at - from >= WORD_MAX)
        return;
    for (uint32_t i = from; i < s->at; i++) {
        uint32_t skip = apostrophe_at(s, i);

        word[n++] = skip > 0 ? '\'' : fm_lower(s->p[i]);
        i += skip > 1 ? skip - 1 : 0;
    }
    word[n] = '\0';
    look_up(lx, word);
}

static bool read_table_mark(struct scan *s, struct fm_lexeme *lx)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (bytes_at(s, s->at, signs[i])) {
            lx->kind = FM_LEX_CURRENCY;
            lx->value = (int32_t)i;
            s->at += (uint32_t)strlen(signs[i]);
            return true;
        }
    for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++)
        if (bytes_at(s, s->at, glyphs[i].bytes)) {
            lx->kind = FM_LEX_GLYPH;
            lx->value = glyphs[i].value;
            s->at += (uint32_t)strlen(glyphs[i].bytes);
            return true;
        }
    return false;
}

static void read_mark(struct scan *s, struct fm_lexeme *lx)
{
    uint32_t n = apostrophe_at(s, s->at);

    if (n > 0 && fm_lower(s->at + n < s->end ? s->p[s->at + n] : ' ') == 's' &&
        !is_letter(s, s->at + n + 1) && (lx->flags & FM_LEX_SPACE) == 0) {
        lx->kind = FM_LEX_GENITIVE;
        s->at += n + 1;
        return;
    }
    lx->kind = FM_LEX_MARK;
    if (n > 0) {
        lx->value = '\'';
        s->at += n;
        return;
    }
    n = dash_at(s, s->at);
    if (n > 0) {
        lx->value = '-';
        s->at += n;
        return;
    }
    if (read_table_mark(s, lx))
        return;
    lx->value = (unsigned char)s->p[s->at];
    s->at++;
    /* The rest of a wide mark belongs to it. */
    while (s->at < s->end && lx->value >= 0xc0 &&
           ((unsigned char)s->p[s->at] & 0xc0u) == 0x80u)
        s->at++;
}

uint32_t fm_lexemes_read(struct fm_lexemes *lexemes, struct fm_str text,
                         uint32_t start, uint32_t end)
{
    struct scan s = {text.data, start, end};
    bool space = true;

    lexemes->text = text;
    lexemes->count = 0;
    while (s.at < s.end && lexemes->count < FM_LEXEMES_MAX) {
        struct fm_lexeme *lx = &lexemes->at[lexemes->count];
        uint32_t n = space_at(&s, s.at);

        if (n > 0) {
            s.at += n;
            space = true;
            continue;
        }
        *lx = (struct fm_lexeme){.start = s.at};
        lx->flags = space ? FM_LEX_SPACE : 0;
        space = false;
        if (fm_is_digit(s.p[s.at])) {
            read_digits(&s, lx);
            read_digit_suffix(&s, lx);
        } else if (is_letter(&s, s.at)) {
            read_word(&s, lx);
        } else {
            read_mark(&s, lx);
        }
        lx->end = s.at;
        lexemes->count++;
    }
    for (size_t i = 0; i < FM_LEXEMES_AHEAD; i++)
        lexemes->at[lexemes->count + i] =
            (struct fm_lexeme){.start = s.at, .end = s.at};
    return s.at;
}

struct fm_str fm_lexeme_text(const struct fm_lexemes *lexemes, size_t i)
{
    const struct fm_lexeme *lx = &lexemes->at[i];

    return fm_str_n(lexemes->text.data + lx->start, lx->end - lx->start);
}

bool fm_lexeme_is(const struct fm_lexemes *lexemes, size_t i, const char *word)
{
    const struct fm_lexeme *at = &lexemes->at[i];
    const char *p = lexemes->text.data + at->start;

    /* Nearly always the first letter tells already. */
    for (uint32_t k = 0; k < at->end - at->start; k++)
        if (fm_lower(p[k]) != word[k])
            return false;
    return at->end > at->start && word[at->end - at->start] == '\0';
}
