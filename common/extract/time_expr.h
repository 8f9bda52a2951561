/* A time expression as it was read, before it is put on the calendar. Private
 * to time*.c. */
#ifndef FM_EXTRACT_TIME_EXPR_H
#define FM_EXTRACT_TIME_EXPR_H

#include "extract/calendar.h"
#include "extract/context.h"
#include "extract/lexeme.h"

enum fm_time_form {
    FM_TIME_NONE,
    FM_TIME_CALENDAR, /* named fields: "15 May", "Monday", "last summer" */
    FM_TIME_SHIFT,    /* so many units from somewhere: "3 years ago" */
    FM_TIME_DURATION,
    FM_TIME_SET,
    FM_TIME_REF, /* "now", "in the future" */
};

/* Which of several is meant ("last May"). */
enum fm_time_which {
    FM_WHICH_ANY,
    FM_WHICH_LAST,
    FM_WHICH_THIS,
    FM_WHICH_NEXT,
};

enum fm_time_anchor {
    FM_ANCHOR_DOCUMENT, /* counted from the date of publication */
    FM_ANCHOR_TEXT,     /* counted from the time last spoken of */
    FM_ANCHOR_DATE,     /* counted from a date named beside it */
};

enum fm_time_bound { FM_BOUND_NONE, FM_BOUND_SINCE, FM_BOUND_UNTIL };

#define FM_TIME_ABSENT INT32_MIN

struct fm_time_expr {
    enum fm_time_form form;
    enum fm_unit unit; /* how fine it is; of a duration: its unit */

    /* CALENDAR. year holds the index of decades and centuries too. */
    int32_t year;        /* FM_TIME_ABSENT = not said */
    int32_t year_shift;  /* "May last year" = -1; FM_TIME_ABSENT */
    int32_t month_shift; /* "the last week of next month" = 1; FM_TIME_ABSENT */
    int32_t week_shift;  /* "Monday of last week" = -1; FM_TIME_ABSENT */
    uint8_t month;       /* 0 = not said, as in all that follow */
    uint8_t day;
    uint8_t weekday;
    uint8_t part;    /* number of the quarter, half or season, from 1 */
    uint8_t nth;     /* "the first week of May", "… of 2021" when no month */
    uint8_t around;  /* "the week of May 6": the unit that holds the day; 0 */
    uint8_t holiday; /* a feast of feast.h */
    enum fm_time_which which;

    /* SHIFT, DURATION: thousandths of units. 0 with vague = "X". */
    int64_t amount;
    enum fm_unit base_unit; /* of the date it is counted from (ANCHOR_DATE) */
    int32_t base_days;      /* "tomorrow" = 1, when the date has no fields */
    bool vague;
    int32_t sign;
    enum fm_time_anchor anchor;
    /* A second measure: "2 years and 3 months". */
    int64_t amount2;
    enum fm_unit unit2;
    /* A duration that lies before (-1) or after (1) its anchor. */
    int32_t side;

    /* Time of day. */
    bool clock;
    int32_t hour;
    int32_t minute;  /* -1 = not said */
    int32_t second;  /* -1 */
    int32_t zone;    /* minutes; FM_TIME_ABSENT */
    uint8_t daypart; /* enum fm_part */

    uint8_t ref; /* enum fm_ref */
    uint8_t set; /* enum fm_set + 1 */
    enum fm_time_bound bound;
    bool approximate;
    bool plural; /* "Mondays" */
    bool of_day; /* "in the morning": of the day the sentence speaks of */
    bool ends;   /* "ended Sept. 30": it ends with second end */
    int64_t end;
    bool like_quarter; /* "the 1988 period": the quarter reported on, of then */
    bool weak;         /* only a date beside a stronger one */
};

void fm_time_expr_init(struct fm_time_expr *expr);

/* The grammar. Each reads what begins at lexeme i into an initialised expr and
 * returns how many lexemes it takes; 0 = nothing there. */
size_t fm_time_read_year(const struct fm_lexemes *lx, size_t i,
                         int32_t *ret_year);
size_t fm_time_read_date(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *expr);
size_t fm_time_read_numeric(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr);
size_t fm_time_read_named(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr);
size_t fm_time_read_relative(const struct fm_lexemes *lx, size_t i,
                             struct fm_time_expr *expr);
size_t fm_time_read_shift(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr);
size_t fm_time_read_duration(const struct fm_lexemes *lx, size_t i,
                             struct fm_time_expr *expr);
size_t fm_time_read_set(const struct fm_lexemes *lx, size_t i,
                        struct fm_time_expr *expr);
/* What may stand behind "Mondays", which makes it a set. */
size_t fm_time_read_plural_behind(const struct fm_lexemes *lx, size_t i,
                                  struct fm_time_expr *expr);
size_t fm_time_read_clock(const struct fm_lexemes *lx, size_t i,
                          struct fm_time_expr *expr);
/* Is it a date, so that it can be an end of a range? */
bool fm_time_is_date(const struct fm_time_expr *expr);
/* The second end of a range behind a first one that takes n lexemes from i on:
 * what both take, 0 = no range. */
size_t fm_time_read_range(const struct fm_lexemes *lx, size_t i, size_t n,
                          struct fm_time_expr *first,
                          struct fm_time_expr *second);
/* "12-19 May 2014", "from the 12th to the 19th of May": days that the month
 * behind completes. *ret_second: lexeme of the second end. */
size_t fm_time_read_days(const struct fm_lexemes *lx, size_t i,
                         struct fm_time_expr *first,
                         struct fm_time_expr *second, size_t *ret_second);
/* "5 to 6 p.m.", "9:30 a.m.-noon", "between 2 and 4:30 p.m. on Monday". day: the
 * day read before, NULL = none, one is looked for behind. */
size_t fm_time_read_hours(const struct fm_lexemes *lx, size_t i,
                          const struct fm_time_expr *day,
                          struct fm_time_expr *first,
                          struct fm_time_expr *second, size_t *ret_second);
/* "of last week", "next week" behind a weekday. */
size_t fm_time_read_week_word(const struct fm_lexemes *lx, size_t i,
                              struct fm_time_expr *expr);
/* A single day without a time of day: "Monday", "May 5", "tomorrow". */
size_t fm_time_read_one_day(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *day);
/* Gives a time of day its day. */
void fm_time_take_day(struct fm_time_expr *time,
                      const struct fm_time_expr *day);
/* Any of them, with modifiers before and times of day behind. */
size_t fm_time_read(const struct fm_lexemes *lx, size_t i,
                    struct fm_time_expr *expr);

/* An amount of units in thousandths ("two and a half", "several"): lexemes
 * taken, 0 = none. */
size_t fm_time_read_amount(const struct fm_lexemes *lx, size_t i,
                           int64_t *ret_amount, bool *ret_vague);
/* Amount and unit, once: "two and a half years", "five-year". */
size_t fm_time_read_measure(const struct fm_lexemes *lx, size_t i,
                            struct fm_time_expr *expr);
/* The unit of time at i ("-year", "years"); 0 = none. */
size_t fm_time_read_unit(const struct fm_lexemes *lx, size_t i,
                         enum fm_unit *ret_unit, bool *ret_plural);

/* --- on the calendar ------------------------------------------------------ */

enum fm_tense {
    FM_TENSE_NONE,
    FM_TENSE_PAST,
    FM_TENSE_PRESENT, /* of a verb that may mean the future: "meets Monday" */
    FM_TENSE_FUTURE
};

/* What earlier parts of the article say about later ones. */
struct fm_time_state {
    bool published; /* is the date of publication known? */
    int64_t now;    /* it, in seconds */
    bool has_last;
    struct fm_stretch last; /* the time last spoken of */
    size_t last_sentence;
    bool last_explicit; /* its year was said */
    size_t sentence;    /* now being read */
    enum fm_tense tense;
    int32_t quarter_sentence; /* a quarter was reported there; -1 = never */
    bool quarter_fresh;       /* no other period was reported since */
    struct fm_stretch quarter;
};

/* An expression on the calendar. */
struct fm_time_value {
    char value[2 * FM_STRETCH_TEXT];
    bool placed; /* start and end are known */
    bool has_start;
    bool has_end;
    int64_t start; /* seconds */
    int64_t end;
    bool time_of_day;
    enum fm_unit unit;
    Factmill__V1__Time__Precision precision;
    Factmill__V1__Time__Basis basis;
    Factmill__V1__Time__Type type;
    bool approximate;
    struct fm_stretch period; /* when placed */
};

/* The stretch of the calendar that a date or shift means; false = it cannot be
 * told, *ret_basis is set all the same. */
bool fm_time_place(const struct fm_time_expr *expr,
                   const struct fm_time_state *state, struct fm_stretch *ret,
                   Factmill__V1__Time__Basis *ret_basis);
void fm_time_resolve(const struct fm_time_expr *expr,
                     const struct fm_time_state *state,
                     struct fm_time_value *ret_value);
/* Durations, sets and references. */
void fm_time_resolve_duration(const struct fm_time_expr *expr,
                              const struct fm_time_state *state,
                              struct fm_time_value *ret_value);
/* Of the clause around lexemes [first, last): is it told as past or as future?
 * tree: NULL = told by the words. */
enum fm_tense fm_time_tense(const struct fm_tree *tree,
                            const struct fm_lexemes *lx, size_t first,
                            size_t last);

#endif
