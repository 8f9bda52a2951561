#include "extract/feast.h"

#include "base/clock.h"

enum rule {
    FIXED,  /* month and day */
    NTH,    /* so many of a weekday in a month; 5 = the last one */
    EASTER, /* so many days behind Easter Sunday */
    BEHIND, /* so many days behind the nth weekday */
};

struct feast {
    const char *name; /* words without points and genitives */
    uint8_t rule;
    int8_t month;
    int8_t nth;     /* or the day, or the days behind */
    int8_t weekday; /* 0 = Monday */
    int8_t behind;
};

/* Longer names before their beginnings. */
static const struct feast feasts[] = {
    {"new year eve", FIXED, 12, 31, 0, 0},
    {"new year day", FIXED, 1, 1, 0, 0},
    {"christmas eve", FIXED, 12, 24, 0, 0},
    {"christmas day", FIXED, 12, 25, 0, 0},
    {"christmas", FIXED, 12, 25, 0, 0},
    {"xmas", FIXED, 12, 25, 0, 0},
    {"boxing day", FIXED, 12, 26, 0, 0},
    {"groundhog day", FIXED, 2, 2, 0, 0},
    {"valentine day", FIXED, 2, 14, 0, 0},
    {"valentines day", FIXED, 2, 14, 0, 0},
    {"international women day", FIXED, 3, 8, 0, 0},
    {"st patrick day", FIXED, 3, 17, 0, 0},
    {"saint patrick day", FIXED, 3, 17, 0, 0},
    {"april fools day", FIXED, 4, 1, 0, 0},
    {"april fool day", FIXED, 4, 1, 0, 0},
    {"earth day", FIXED, 4, 22, 0, 0},
    {"anzac day", FIXED, 4, 25, 0, 0},
    {"may day", FIXED, 5, 1, 0, 0},
    {"international workers day", FIXED, 5, 1, 0, 0},
    {"juneteenth", FIXED, 6, 19, 0, 0},
    {"canada day", FIXED, 7, 1, 0, 0},
    {"bastille day", FIXED, 7, 14, 0, 0},
    {"assumption day", FIXED, 8, 15, 0, 0},
    {"halloween", FIXED, 10, 31, 0, 0},
    {"all saints day", FIXED, 11, 1, 0, 0},
    {"all souls day", FIXED, 11, 2, 0, 0},
    {"guy fawkes night", FIXED, 11, 5, 0, 0},
    {"veterans day", FIXED, 11, 11, 0, 0},
    {"armistice day", FIXED, 11, 11, 0, 0},
    {"martin luther king day", NTH, 1, 3, 0, 0},
    {"presidents day", NTH, 2, 3, 0, 0},
    {"mother day", NTH, 5, 2, 6, 0},
    {"mothers day", NTH, 5, 2, 6, 0},
    {"memorial day", NTH, 5, 5, 0, 0},
    {"father day", NTH, 6, 3, 6, 0},
    {"fathers day", NTH, 6, 3, 6, 0},
    {"labor day", NTH, 9, 1, 0, 0},
    {"columbus day", NTH, 10, 2, 0, 0},
    {"election day", BEHIND, 11, 1, 0, 1},
    {"thanksgiving day", NTH, 11, 4, 3, 0},
    {"thanksgiving", NTH, 11, 4, 3, 0},
    {"black friday", BEHIND, 11, 4, 3, 1},
    {"cyber monday", BEHIND, 11, 4, 3, 4},
    {"ash wednesday", EASTER, 0, -46, 0, 0},
    {"palm sunday", EASTER, 0, -7, 0, 0},
    {"holy thursday", EASTER, 0, -3, 0, 0},
    {"maundy thursday", EASTER, 0, -3, 0, 0},
    {"good friday", EASTER, 0, -2, 0, 0},
    {"easter sunday", EASTER, 0, 0, 0, 0},
    {"easter monday", EASTER, 0, 1, 0, 0},
    {"easter", EASTER, 0, 0, 0, 0},
    {"ascension day", EASTER, 0, 39, 0, 0},
    {"pentecost", EASTER, 0, 49, 0, 0},
    {"whit monday", EASTER, 0, 50, 0, 0},
};

#define FEASTS (sizeof feasts / sizeof feasts[0])

/* Bit k: some name begins with letter k. */
static const uint32_t first_letters =
    1u << ('a' - 'a') | 1u << ('b' - 'a') | 1u << ('c' - 'a') |
    1u << ('e' - 'a') | 1u << ('f' - 'a') | 1u << ('g' - 'a') |
    1u << ('h' - 'a') | 1u << ('i' - 'a') | 1u << ('j' - 'a') |
    1u << ('l' - 'a') | 1u << ('m' - 'a') | 1u << ('n' - 'a') |
    1u << ('p' - 'a') | 1u << ('s' - 'a') | 1u << ('t' - 'a') |
    1u << ('v' - 'a') | 1u << ('w' - 'a') | 1u << ('x' - 'a');

/* "'s", the apostrophe of "Workers'", the point of "St.". */
static bool is_silent(const struct fm_lexemes *lx, size_t i)
{
    return lx->at[i].kind == FM_LEX_GENITIVE ||
           (fm_lexeme_glued(lx, i) &&
            (fm_lexeme_mark(lx, i, '\'') || fm_lexeme_mark(lx, i, '.')));
}

static size_t match(const struct fm_lexemes *lx, size_t i, const char *name)
{
    size_t from = i;

    for (;;) {
        struct fm_str text = fm_lexeme_text(lx, i);
        size_t k = 0;

        while (k < text.len && fm_lower(text.data[k]) == name[k])
            k++;
        if (k == 0 || k < text.len || (name[k] != '\0' && name[k] != ' '))
            return 0;
        i++;
        if (name[k] == '\0')
            return i - from;
        name += k + 1;
        i += is_silent(lx, i);
    }
}

size_t fm_feast_read(const struct fm_lexemes *lexemes, size_t i,
                     uint8_t *ret_feast)
{
    const struct fm_lexeme *at = &lexemes->at[i];
    char first;

    if ((at->flags & FM_LEX_CAPITAL) == 0)
        return 0;
    first = fm_lower(lexemes->text.data[at->start]);
    if (first < 'a' || first > 'z' ||
        (first_letters >> (first - 'a') & 1u) == 0)
        return 0;
    for (size_t k = 0; k < FEASTS; k++) {
        size_t n =
            feasts[k].name[0] == first ? match(lexemes, i, feasts[k].name) : 0;

        if (n == 0)
            continue;
        *ret_feast = (uint8_t)(k + 1);
        return n;
    }
    return 0;
}

/* --- days ------------------------------------------------------------------- */

/* Anonymous Gregorian algorithm (Nature, 20 April 1876; Meeus, "Astronomical
 * Algorithms", chapter 8). */
static struct fm_stretch easter(int32_t year)
{
    int32_t a = year % 19;
    int32_t b = year / 100;
    int32_t c = year % 100;
    int32_t g = (8 * b + 13) / 25;
    int32_t h = (19 * a + b - b / 4 - g + 15) % 30;
    int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int32_t m = (a + 11 * h + 19 * l) / 433;
    int32_t month = (h + l - 7 * m + 90) / 25;
    int32_t day = (h + l - 7 * m + 33 * month + 19) % 32;

    return fm_stretch_day(year, month, day);
}

static struct fm_stretch nth_weekday(const struct feast *f, int32_t year)
{
    struct fm_stretch day = fm_stretch_day(year, f->month, 1);

    if (f->nth == 5) {
        day.index += fm_days_in_month(year, f->month) - 1;
        day.index -= (fm_weekday(day.index) - f->weekday + 7) % 7;
        return day;
    }
    day.index += (f->weekday - fm_weekday(day.index) + 7) % 7;
    day.index += (f->nth - 1) * 7;
    return day;
}

struct fm_stretch fm_feast_day(uint8_t feast, int32_t year)
{
    const struct feast *f =
        &feasts[feast > 0 && feast <= FEASTS ? feast - 1 : 0];
    struct fm_stretch day;

    switch ((enum rule)f->rule) {
    case FIXED: return fm_stretch_day(year, f->month, f->nth);
    case EASTER:
        day = easter(year);
        day.index += f->nth;
        return day;
    case NTH:
    case BEHIND:
    default: break;
    }
    day = nth_weekday(f, year);
    day.index += f->behind;
    return day;
}
