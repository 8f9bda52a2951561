/* The words of a sentence as times and quantities see them: digits, number
 * words, months, units, marks. One pass over the bytes and one binary search a
 * word; the grammars of time_*.c and number.c then compare small integers.
 *
 * Works on bytes and not on tokens, because "22,000-strong", "2004-05" and
 * "10:30am" are split in other places than a tagger wants them. Any bytes are
 * fine; what is not UTF-8 is a letter of an unknown word. */
#ifndef FM_EXTRACT_LEXEME_H
#define FM_EXTRACT_LEXEME_H

#include "base/str.h"

/* Longer sentences are read in pieces of this many: bounds stack and time. */
#define FM_LEXEMES_MAX   1024
#define FM_LEXEMES_AHEAD 12

enum fm_lexeme_kind {
    FM_LEX_NONE,
    FM_LEX_WORD,     /* no special meaning */
    FM_LEX_DIGITS,   /* value: the number when whole and below 10^9, else -1 */
    FM_LEX_MARK,     /* value: the byte; all dashes are '-' */
    FM_LEX_GENITIVE, /* "'s" or "'" */
    FM_LEX_CURRENCY, /* a sign; value: its index in unit.c */
    FM_LEX_GLYPH, /* 1/2, 3/4 … in one character: FM_LEX_GLYPH_BASE * 3 + 4 */
    FM_LEX_FN,    /* enum fm_lexeme_fn */
    FM_LEX_MONTH, /* 1 to 12 */
    FM_LEX_WEEKDAY,  /* 1 = Monday */
    FM_LEX_UNIT,     /* enum fm_unit */
    FM_LEX_SEASON,   /* 0 = spring */
    FM_LEX_PART,     /* of the day, enum fm_part */
    FM_LEX_CLOCK,    /* noon, midnight; the hour */
    FM_LEX_MERIDIEM, /* 0 or 12 */
    FM_LEX_ZONE,     /* minutes east of Greenwich */
    FM_LEX_DECADE,   /* 1990 of "1990s", 90 of "nineties" */
    FM_LEX_DAYWORD,  /* days from today */
    FM_LEX_TONIGHT,
    FM_LEX_OVERNIGHT,
    FM_LEX_SETWORD, /* enum fm_set */
    FM_LEX_REF,     /* enum fm_ref */
    FM_LEX_HOLIDAY, /* a feast that is one word; feast.c knows its day */
    FM_LEX_CARDINAL,
    FM_LEX_ORDINAL, /* "22nd" too */
    FM_LEX_PARTS,   /* denominators: "fifths" is 5 */
    FM_LEX_SCALE,   /* power of ten */
    FM_LEX_DOZEN,
};

/* Units of time, from fine to coarse. */
enum fm_unit {
    FM_UNIT_SECOND,
    FM_UNIT_MINUTE,
    FM_UNIT_HOUR,
    FM_UNIT_DAY,
    FM_UNIT_WEEKEND,
    FM_UNIT_WEEK,
    FM_UNIT_FORTNIGHT,
    FM_UNIT_MONTH,
    FM_UNIT_QUARTER,
    FM_UNIT_SEASON,
    FM_UNIT_HALF,
    FM_UNIT_YEAR,
    FM_UNIT_DECADE,
    FM_UNIT_CENTURY,
    FM_UNIT_MILLENNIUM,
    FM_UNIT_COUNT
};

enum fm_part {
    FM_PART_NONE,
    FM_PART_MORNING,
    FM_PART_AFTERNOON,
    FM_PART_EVENING,
    FM_PART_NIGHT,
    FM_PART_DAYTIME,
    FM_PART_COUNT
};

enum fm_ref { FM_REF_PAST, FM_REF_PRESENT, FM_REF_FUTURE };

enum fm_set {
    FM_SET_PT1H,
    FM_SET_P1D,
    FM_SET_P1W,
    FM_SET_P2W,
    FM_SET_P1M,
    FM_SET_P3M,
    FM_SET_P1Y,
    FM_SET_P2Y,
};

enum fm_lexeme_fn {
    FM_FN_NONE,
    FM_FN_THE,
    FM_FN_A,
    FM_FN_AN,
    FM_FN_OF,
    FM_FN_AND,
    FM_FN_OR,
    FM_FN_IN,
    FM_FN_ON,
    FM_FN_AT,
    FM_FN_BY,
    FM_FN_FROM,
    FM_FN_TO,
    FM_FN_FOR,
    FM_FN_WITH,
    FM_FN_MOMENT,
    FM_FN_REST,
    FM_FN_BETWEEN,
    FM_FN_UNTIL,
    FM_FN_TILL,
    FM_FN_THROUGH,
    FM_FN_SINCE,
    FM_FN_BEFORE,
    FM_FN_AFTER,
    FM_FN_DURING,
    FM_FN_ABOUT,
    FM_FN_AROUND,
    FM_FN_NEARLY,
    FM_FN_ALMOST,
    FM_FN_ROUGHLY,
    FM_FN_APPROXIMATELY,
    FM_FN_SOME,
    FM_FN_OVER,
    FM_FN_UNDER,
    FM_FN_MORE,
    FM_FN_LESS,
    FM_FN_FEWER,
    FM_FN_THAN,
    FM_FN_LEAST,
    FM_FN_MOST,
    FM_FN_UP,
    FM_FN_AS,
    FM_FN_MANY,
    FM_FN_MUCH,
    FM_FN_ONLY,
    FM_FN_LAST,
    FM_FN_NEXT,
    FM_FN_THIS,
    FM_FN_THAT,
    FM_FN_THESE,
    FM_FN_THOSE,
    FM_FN_PAST,
    FM_FN_PREVIOUS,
    FM_FN_FOLLOWING,
    FM_FN_SAME,
    FM_FN_COMING,
    FM_FN_LATER,
    FM_FN_EARLIER,
    FM_FN_AGO,
    FM_FN_EARLY,
    FM_FN_LATE,
    FM_FN_MID,
    FM_FN_MIDDLE,
    FM_FN_BEGINNING,
    FM_FN_START,
    FM_FN_END,
    FM_FN_FINAL,
    FM_FN_EVERY,
    FM_FN_EACH,
    FM_FN_OTHER,
    FM_FN_NOT,
    FM_FN_NO,
    FM_FN_PER,
    FM_FN_ANNUM,
    FM_FN_HALF,
    FM_FN_CURRENT,
    FM_FN_LATEST,
    FM_FN_PRIOR,
    FM_FN_COUPLE,
    FM_FN_FEW,
    FM_FN_SEVERAL,
    FM_FN_FISCAL,
    FM_FN_SCHOOL,
    FM_FN_TRADING,
    FM_FN_BUSINESS,
    FM_FN_WORKING,
    FM_FN_CALENDAR,
    FM_FN_STRAIGHT,
    FM_FN_CONSECUTIVE,
    FM_FN_ADDITIONAL,
    FM_FN_AHEAD,
    FM_FN_BACK,
    FM_FN_HENCE,
    FM_FN_FULL,
    FM_FN_ENTIRE,
    FM_FN_WHOLE,
    FM_FN_RECENT,
    FM_FN_FUTURE,
    FM_FN_THEN,
    FM_FN_LONG,
    FM_FN_OLD,
    FM_FN_ENDED,
    FM_FN_ENDING,
    FM_FN_WITHIN,
    FM_FN_THROUGHOUT,
    FM_FN_ANOTHER,
    FM_FN_BOTH,
    FM_FN_ALL,
    FM_FN_ANY,
    FM_FN_AD,
    FM_FN_BC,
    FM_FN_CE,
    FM_FN_BCE,
    FM_FN_EVE,
    FM_FN_TERM,
    FM_FN_MINUS,
    FM_FN_PLUS,
    FM_FN_POINT,
    FM_FN_EXACTLY,
    FM_FN_JUST,
    FM_FN_BARELY,
    FM_FN_CLOSE,
    FM_FN_WELL,
    FM_FN_BELOW,
    FM_FN_ABOVE,
    FM_FN_EXCEEDING,
    FM_FN_EXCEED,
    FM_FN_PERCENT,
    FM_FN_CENT,
    FM_FN_PCT,
    FM_FN_SO,
    FM_FN_FURTHER,
    FM_FN_OUT,
    FM_FN_OCLOCK,
    FM_FN_GOOD,
    FM_FN_CORRESPONDING,
    FM_FN_COMPARABLE,
    FM_FN_UPCOMING,
    FM_FN_PRESENT,
    FM_FN_TIME,
    FM_FN_TIMES,
    FM_FN_PERIOD,
    FM_FN_NEW,
    FM_FN_ONCE,
    FM_FN_TWICE,
    FM_FN_THRICE,
    FM_FN_DOUBLE,
    FM_FN_TRIPLE,
    FM_FN_CIRCA,
    FM_FN_CA,
    FM_FN_ESTIMATED,
    FM_FN_MAXIMUM,
    FM_FN_MINIMUM,
    FM_FN_PERCENTAGE,
};

#define FM_LEX_GLYPH_BASE 100
/* Or-ed to the value of a plural ("years", "Mondays", "millions"). */
#define FM_LEX_PLURAL 0x4000

enum {
    FM_LEX_SPACE = 1,   /* white space before, or the start */
    FM_LEX_CAPITAL = 2, /* begins with a capital letter */
    FM_LEX_UPPER = 4,   /* all capitals, two or more */
    FM_LEX_POINT = 8,   /* digits with a decimal point */
    FM_LEX_GROUPED = 16 /* digits with separators of thousands */
};

struct fm_lexeme {
    uint32_t start; /* bytes of the text, half-open */
    uint32_t end;
    int32_t value;
    uint8_t kind;
    uint8_t flags;
};

struct fm_lexemes {
    struct fm_str text;
    size_t count;
    /* Behind the last come FM_LEXEMES_AHEAD of kind NONE: grammars may look that
     * far without asking. */
    struct fm_lexeme at[FM_LEXEMES_MAX + FM_LEXEMES_AHEAD];
};

struct fm_lexeme_word {
    const char *word;
    uint8_t kind;
    int32_t value;
};

/* Reads bytes [start, end) of text, at most FM_LEXEMES_MAX lexemes; returns
 * where it stopped. */
uint32_t fm_lexemes_read(struct fm_lexemes *lexemes, struct fm_str text,
                         uint32_t start, uint32_t end);
/* The bytes of lexeme i. */
struct fm_str fm_lexeme_text(const struct fm_lexemes *lexemes, size_t i);
/* Is lexeme i the word, without regard to case (word: lower case)? */
bool fm_lexeme_is(const struct fm_lexemes *lexemes, size_t i, const char *word);
/* The table, sorted. */
const struct fm_lexeme_word *fm_lexeme_words(size_t *ret_count);
/* The part of it where word (lower case, NUL-terminated) would be. */
const struct fm_lexeme_word *fm_lexeme_words_of(const char *word,
                                                size_t *ret_count);

static inline bool fm_lexeme_fn(const struct fm_lexemes *lexemes, size_t i,
                                enum fm_lexeme_fn fn)
{
    return lexemes->at[i].kind == FM_LEX_FN &&
           lexemes->at[i].value == (int32_t)fn;
}

static inline bool fm_lexeme_mark(const struct fm_lexemes *lexemes, size_t i,
                                  char mark)
{
    return lexemes->at[i].kind == FM_LEX_MARK &&
           lexemes->at[i].value == (unsigned char)mark;
}

/* Nothing between it and the one before. */
static inline bool fm_lexeme_glued(const struct fm_lexemes *lexemes, size_t i)
{
    return (lexemes->at[i].flags & FM_LEX_SPACE) == 0;
}

#endif
