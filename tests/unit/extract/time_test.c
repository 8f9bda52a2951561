#include "extract/time.h"

#include "one_sentence.h"

#include <stdio.h>

/* Friday. */
#define PUBLISHED "1998-02-13"

/* What is found, as "words=value; words=value". */
struct reading_case {
    const char *text;
    const char *expected;
};

static void list_times(const struct fm_context *ctx, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < ctx->time_count && at < size; i++)
        at +=
            (size_t)snprintf(out + at, size - at, "%s%s=%s", i > 0 ? "; " : "",
                             ctx->times[i]->text, ctx->times[i]->value);
}

static void check(const struct reading_case *cases, size_t n,
                  const char *published)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct one_sentence one;
        char found[1024];

        one_sentence_init(&one, fm_str(cases[i].text), published);
        fm_extract_times(&one.ctx);
        list_times(&one.ctx, found, sizeof found);
        if (strcmp(found, cases[i].expected) != 0) {
            wrong++;
            print_error("%s\n  found    %s\n  expected %s\n", cases[i].text,
                        found, cases[i].expected);
        }
        one_sentence_release(&one);
    }
    assert_int_equal(wrong, 0);
}

static const struct reading_case explicit_cases[] = {
    {"The bridge opened on 15 May 1992.", "15 May 1992=1992-05-15"},
    {"It opened on May 15th, 1992, they said.", "May 15th, 1992=1992-05-15"},
    {"It opened on the 15th of May, 1992.", "the 15th of May, 1992=1992-05-15"},
    {"Signed on 2014-05-12 in Minsk.", "2014-05-12=2014-05-12"},
    {"Signed on 12/05/2014.", "12/05/2014=2014-12-05"},
    {"Signed on 25/05/2014.", "25/05/2014=2014-05-25"},
    {"Signed on 12.05.2014 in Minsk.", "12.05.2014=2014-05-12"},
    {"Dated 2014/05/12.", "2014/05/12=2014-05-12"},
    {"Sales rose in September 1995.", "September 1995=1995-09"},
    {"Sales rose in September of 1995.", "September of 1995=1995-09"},
    {"On Sept. 27, 1989, it rained.", "Sept. 27, 1989=1989-09-27"},
    {"They met on Friday, Oct. 23, 1998.", "Friday, Oct. 23, 1998=1998-10-23"},
    {"It was built in 1971.", "1971=1971"},
    {"In 1812 it burned down.", "1812=1812"},
    {"Prices rose in nineteen ninety-six.", "nineteen ninety-six=1996"},
    {"Before the year two thousand it will end.", "the year two thousand=2000"},
    {"In the 1990s it grew.", "the 1990s=199"},
    {"In the early 1980s it grew.", "the early 1980s=198"},
    {"In the late '70s it grew.", "the late '70s=197"},
    {"During the early nineties it grew.", "the early nineties=199"},
    {"In the 20th century it grew.", "the 20th century=19"},
    {"At the beginning of the twenty-first century it grew.",
     "the beginning of the twenty-first century=20"},
    {"In the third quarter of 1984 it fell.",
     "the third quarter of 1984=1984-Q3"},
    {"Revenue in Q3 2019 fell.", "Q3 2019=2019-Q3"},
    {"Revenue in 2019-H2 fell.", "2019-H2=2019-H2"},
    {"In the first half of 1989 it fell.", "the first half of 1989=1989-H1"},
    {"In the summer of 1994 it fell.", "the summer of 1994=1994-SU"},
    {"In spring 2004 it fell.", "spring 2004=2004-SP"},
    {"It was Christmas Eve 1995 in Bonn.", "Christmas Eve 1995=1995-12-24"},
    {"They met on Easter 2018.", "Easter 2018=2018-04-01"},
    {"They met on Thanksgiving Day 1999.", "Thanksgiving Day 1999=1999-11-25"},
    {"In fiscal 1989 it earned less.", "fiscal 1989=1989"},
    {"By mid-1996 it was over.", "mid-1996=1996"},
    {"At the end of 1990 it closed.", "the end of 1990=1990"},
    {"In the first week of May 2001 it closed.",
     "the first week of May 2001=2001-W18"},
    {"On the last Monday in August 2004 it closed.",
     "the last Monday in August 2004=2004-08-30"},
    {"He was born on 15 April of 87.", "15 April of 87=1987-04-15"},
    {"It sank on 6 April seventeen hundred thirty-three.",
     "6 April seventeen hundred thirty-three=1733-04-06"},
};

static const struct reading_case partial_cases[] = {
    {"They met on January 12.", "January 12=1998-01-12"},
    {"They meet in the last week of this month.",
     "the last week of this month=1998-W09"},
    {"They meet on the 15th day of next month.",
     "the 15th day of next month=1998-03-15"},
    {"They meet on the first Monday of next month.",
     "the first Monday of next month=1998-03-02"},
    {"It was a day-long meeting.", "day-long=P1D"},
    {"They met in January.", "January=1998-01"},
    {"They met in December.", "December=1997-12"},
    {"It will open in August.", "August=1998-08"},
    {"It will open on March 30.", "March 30=1998-03-30"},
    {"They met on Monday.", "Monday=1998-02-09"},
    {"They met on Friday.", "Friday=1998-02-13"},
    {"They will meet on Monday.", "Monday=1998-02-16"},
    {"They met on Tuesday morning.", "Tuesday morning=1998-02-10TMO"},
    {"They met late Saturday night.", "late Saturday night=1998-02-07TNI"},
    {"They met yesterday.", "yesterday=1998-02-12"},
    {"They met the day before yesterday.",
     "the day before yesterday=1998-02-11"},
    {"They will meet tomorrow.", "tomorrow=1998-02-14"},
    {"They met today.", "today=1998-02-13"},
    {"They met tonight.", "tonight=1998-02-13TNI"},
    {"They met last night.", "last night=1998-02-12TNI"},
    {"They met this morning.", "this morning=1998-02-13TMO"},
    {"They met last year.", "last year=1997"},
    {"They met last month.", "last month=1998-01"},
    {"They met last week.", "last week=1998-W06"},
    {"They will meet next month.", "next month=1998-03"},
    {"They will meet next week.", "next week=1998-W08"},
    {"They met this year.", "this year=1998"},
    {"They met earlier this month.", "earlier this month=1998-02"},
    {"They will meet later this year.", "later this year=1998"},
    {"They met last May.", "last May=1997-05"},
    {"They met last Thursday.", "last Thursday=1998-02-12"},
    {"They will meet next Tuesday.", "next Tuesday=1998-02-17"},
    {"They will meet this summer.", "this summer=1998-SU"},
    {"They met last fall.", "last fall=1997-FA"},
    {"They met in July last year.", "July last year=1997-07"},
    {"They met over the weekend.", "the weekend=1998-W06-WE"},
    {"They met 3 years ago.", "3 years ago=1995"},
    {"They met a decade ago.", "a decade ago=1988"},
    {"They met five months ago.", "five months ago=1997-09"},
    {"They met 10 days ago.", "10 days ago=1998-02-03"},
    {"They met six weeks ago.", "six weeks ago=1998-W01"},
    {"They met several years ago.", "several years ago=PAST_REF"},
    {"In the past year they met.", "the past year=1997"},
    {"Profit rose in the fourth quarter.", "the fourth quarter=1997-Q4"},
    {"It will report third-quarter results.", "third-quarter=1997-Q3"},
    {"In the third quarter profit rose from a year earlier.",
     "the third quarter=1997-Q3; a year earlier=1996-Q3"},
    {"Profit rose from a year earlier.", "a year earlier=1997"},
    {"It closes at year-end.", "year-end=1998"},
    {"They met on Monday of last week.", "Monday of last week=1998-02-02"},
    {"They met on the 9th.", "the 9th=1998-02-09"},
    {"They will meet on the 9th.", "the 9th=1998-03-09"},
    {"They met two days before yesterday.",
     "two days before yesterday=1998-02-10"},
    {"They met two weeks before May 13, 1997.",
     "two weeks before May 13, 1997=1997-04-29"},
    {"They met 2 weeks and 3 days ago.", "2 weeks and 3 days ago=1998-01-27"},
    {"It will end in two years.", "two years=2000"},
    {"They meet twice a week.", "twice a week=P1W"},
    {"It closes at the end of the year.", "the end of the year=1998"},
    {"It closed on Saint Sylvester's and Christmas.", "Christmas=1997-12-25"},
    {"They met on Election Day.", "Election Day=1997-11-04"},
    {"It closed on Labor Day weekend.", "Labor Day weekend=1997-W35-WE"},
    {"It closed last Easter.", "last Easter=1997-03-30"},
    {"The court is to rule on Monday.", "Monday=1998-02-16"},
    {"She agreed to sell it in March.", "March=1998-03"},
    {"He failed to appear on Monday.", "Monday=1998-02-09"},
    {"It will be named on Monday.", "Monday=1998-02-16"},
    {"The talks had been due to end on Monday.", "Monday=1998-02-09"},
    {"The planned talks began on Monday.", "Monday=1998-02-09"},
    {"A new price is effective March 1.", "March 1=1998-03-01"},
    {"Prices fell on Wednesday, the fourth fall in a row.",
     "Wednesday=1998-02-11"},
    {"The Star said on Saturday, February 14: it is.",
     "Saturday, February 14=1998-02-14"},
    {"They will meet the week after next.", "the week after next=1998-W09"},
    {"They met in the week of March 3, 1997.",
     "the week of March 3, 1997=1997-W10"},
    {"It was in the second week of 1997.", "the second week of 1997=1997-W02"},
    {"It was in the third month of 1997.", "the third month of 1997=1997-03"},
    {"They meet on Wednesday evening next week.",
     "Wednesday evening next week=1998-02-18TEV"},
    {"They meet on Monday of the following week.",
     "Monday of the following week=1998-02-16"},
    {"It ends two weeks after next Friday.",
     "two weeks after next Friday=1998-03-06"},
    {"It will end in two years' time.", "two years' time=2000"},
    {"It rose later in the afternoon.", "later in the afternoon=1998-02-13TAF"},
    {"They met on Monday in the morning.",
     "Monday in the morning=1998-02-09TMO"},
};

static const struct reading_case quarter_cases[] = {
    {"In the third quarter net was $5, compared with $4 in the same period "
     "last year.",
     "the third quarter=1997-Q3; the same period last year=1996-Q3"},
    {"In the third quarter it earned $5; in the 1996 period it earned $4.",
     "the third quarter=1997-Q3; the 1996 period=1996-Q3"},
    {"In the third quarter it earned more than in the quarter a year ago.",
     "the third quarter=1997-Q3; the quarter a year ago=1996-Q3"},
    {"In the quarter ended July 31 it earned $5.",
     "the quarter=1997-Q2; July 31=1997-07-31"},
    {"For the year ended June 30 it earned $5.",
     "the year=P1Y; June 30=1997-06-30"},
    {"In the third quarter it earned $5, in the nine months $9, up from $8 a "
     "year earlier.",
     "the third quarter=1997-Q3; the nine months=P9M; a year earlier=1996"},
};

static const struct reading_case clock_cases[] = {
    {"They met at 10:30 a.m. GMT.", "10:30 a.m. GMT=1998-02-13T10:30"},
    {"They met at noon.", "noon=1998-02-13T12:00"},
    {"They met yesterday at 8 a.m.", "yesterday at 8 a.m.=1998-02-12T08:00"},
    {"They met at noon Saturday.", "noon Saturday=1998-02-07T12:00"},
    {"They met at 10 p.m. Wednesday.", "10 p.m. Wednesday=1998-02-11T22:00"},
    {"They met on Monday at 5 p.m.", "Monday at 5 p.m.=1998-02-09T17:00"},
    {"They met at 7.15pm.", "7.15pm=1998-02-13T19:15"},
    {"They met at 4 in the morning.", "4 in the morning=1998-02-13T04:00"},
    {"At 1430 GMT it sank.", "1430 GMT=1998-02-13T14:30"},
    {"They met at 5 p.m. EST, Nov. 6, 1997.",
     "5 p.m. EST, Nov. 6, 1997=1997-11-06T17:00"},
    {"They met at half past eight.", "half past eight=1998-02-13T08:30"},
    {"They met at 9 o'clock.", "9 o'clock=1998-02-13T09:00"},
    {"On the morning of May 5, 1997 it sank.",
     "the morning of May 5, 1997=1997-05-05TMO"},
    {"The final score was 10:30.", ""},
    {"It sank at 10:35 a.m. (0735 GMT) Wednesday.",
     "10:35 a.m. (0735 GMT) Wednesday=1998-02-11T10:35"},
    {"They met at ten past 9 in the evening.",
     "ten past 9 in the evening=1998-02-13T21:10"},
    {"Doors will open from 5 to 6 p.m. on Monday.",
     "from 5 to 6 p.m. on Monday=1998-02-16T17:00/1998-02-16T18:00"},
    {"They met on Monday between 9:30 and 11 a.m.",
     "Monday between 9:30 and 11 a.m.=1998-02-09T09:30/1998-02-09T11:00"},
    {"They meet every Monday at 4 p.m.",
     "every Monday at 4 p.m.=XXXX-WXX-1T16:00"},
    {"They met tonight from 7 to 7:30.",
     "tonight from 7 to 7:30=1998-02-13T19:00/1998-02-13T19:30"},
    {"They won five to ten seats.", ""},
};

static const struct reading_case amount_cases[] = {
    {"It took three years.", "three years=P3Y"},
    {"It took 18 months.", "18 months=P18M"},
    {"It took two and a half years.", "two and a half years=P2Y6M"},
    {"It took 2 1/2 years.", "2 1/2 years=P2Y6M"},
    {"It took a minute and a half.", "a minute and a half=PT1M30S"},
    {"It lasted for a minute and a half.", "a minute and a half=PT1M30S"},
    {"It took half an hour.", "half an hour=PT30M"},
    {"It took two hours and ten minutes.", "two hours and ten minutes=PT2H10M"},
    {"It took several years.", "several years=PXY"},
    {"It took a few days.", "a few days=PXD"},
    {"It took a couple of weeks.", "a couple of weeks=P2W"},
    {"A five-year plan failed.", "five-year=P5Y"},
    {"It took two decades.", "two decades=P20Y"},
    {"It lasted for weeks.", "weeks=PXW"},
    {"It took more than four hours.", "more than four hours=PT4H"},
    {"At least 30 days passed.", "At least 30 days=P30D"},
    {"In the past three months it rose.", "the past three months=P3M"},
    {"In the next two years it will rise.", "the next two years=P2Y"},
    {"In the first nine months it rose.", "the first nine months=P9M"},
    {"In recent years it rose.", "recent years=PXY"},
    {"A 43-year-old man won.", ""},
    {"He is 65 years old.", ""},
    {"Every day it rains.", "Every day=P1D"},
    {"It is paid annually.", "annually=P1Y"},
    {"It rains each July.", "each July=XXXX-07"},
    {"It rains every Monday.", "every Monday=XXXX-WXX-1"},
    {"It rains every other day.", "every other day=P2D"},
    {"It rains every two weeks.", "every two weeks=P2W"},
    {"It is published daily.", "daily=P1D"},
    {"It rains on Mondays.", "Mondays=XXXX-WXX-1"},
    {"It rains now.", "now=PRESENT_REF"},
    {"It rained recently.", "recently=PAST_REF"},
    {"It will rain in the near future.", "the near future=FUTURE_REF"},
    {"It rains at the moment.", "at the moment=PRESENT_REF"},
    {"It rains every other Friday.", "every other Friday=XXXX-WXX-5"},
    {"It rains on weekends.", "weekends=XXXX-WXX-WE"},
    {"A few days later it rained.", "A few days later=PXD"},
    {"It is the largest to date.", "to date=PRESENT_REF"},
    {"It won three quarters of the vote.", ""},
};

static const struct reading_case range_cases[] = {
    {"From 2004 to 2005 it fell.", "From 2004 to 2005=2004/2005"},
    {"In 2004-2005 it fell.", "2004-2005=2004/2005"},
    {"In 2004\xe2\x80\x93"
     "05 it fell.",
     "2004\xe2\x80\x93"
     "05=2004/2005"},
    {"On May 12-19, 2015 it fell.", "May 12-19, 2015=2015-05-12/2015-05-19"},
    {"On 12-19 May 2015 it fell.", "12-19 May 2015=2015-05-12/2015-05-19"},
    {"Between May and July 1995 it fell.",
     "Between May and July 1995=1995-05/1995-07"},
    {"From May 12 to June 3, 1992 it fell.",
     "From May 12 to June 3, 1992=1992-05-12/1992-06-03"},
    {"From Nov. to March it rains.", "From Nov. to March=1997-11/1998-03"},
    {"From 26 June to 28 June 2020 it fell.",
     "From 26 June to 28 June 2020=2020-06-26/2020-06-28"},
    {"From the ninth to the 17th of April, 2020 it fell.",
     "From the ninth to the 17th of April, 2020=2020-04-09/2020-04-17"},
    {"Since 1991 it fell.", "Since 1991=1991"},
    {"Until Monday it fell.", "Until Monday=1998-02-16"},
};

static const struct reading_case none_cases[] = {
    {"You may go.", ""},
    {"They march on.", ""},
    {"Theresa May spoke.", ""},
    {"Some 2000 people came.", ""},
    {"He paid $1990 for it.", ""},
    {"The second man won.", ""},
    {"Sun Microsystems rose.", ""},
    {"Sun, which makes computers, rose.", ""},
    {"It rose 1,995 points.", ""},
    {"The fall of the house was sudden.", ""},
    {"USA Today reported it.", ""},
};

static const struct reading_case text_cases[] = {
    {"In 1992 it rose, and in the same year it fell.",
     "1992=1992; the same year=1992"},
    {"In 1992 it rose; the following year it fell.",
     "1992=1992; the following year=1993"},
    {"On May 22, 1995 it rose, and two weeks later it fell.",
     "May 22, 1995=1995-05-22; two weeks later=1995-W23"},
    {"On May 22, 1995 it rose, and fell the next day.",
     "May 22, 1995=1995-05-22; the next day=1995-05-23"},
    {"In 1992 it rose, and in May it fell.", "1992=1992; May=1992-05"},
};

static const struct reading_case open_cases[] = {
    {"They met yesterday.", "yesterday=XXXX-XX-XX"},
    {"They met last year.", "last year=XXXX"},
    {"They met 3 years ago.", "3 years ago=P3Y"},
    {"They met on Monday.", "Monday=XXXX-WXX-1"},
    {"They met on May 12.", "May 12=XXXX-05-12"},
    {"They met in May.", "May=XXXX-05"},
    {"They met last week.", "last week=XXXX-WXX"},
    {"They will meet this summer.", "this summer=XXXX-SU"},
    {"They met last night.", "last night=XXXX-XX-XXTNI"},
    {"They met at noon.", "noon=XXXX-XX-XXT12:00"},
    {"In the third quarter it fell.", "the third quarter=XXXX-Q3"},
    {"It happened in 1992, in May.", "1992=1992; May=1992-05"},
    {"It will rain for three days.", "three days=P3D"},
};

#define CHECK(table, published) \
 check(table, sizeof(table) / sizeof(table)[0], published)

static void explicit_dates(void **state)
{
    (void)state;
    CHECK(explicit_cases, PUBLISHED);
    CHECK(explicit_cases, NULL);
}

static void dates_by_publication(void **state)
{
    (void)state;
    CHECK(partial_cases, PUBLISHED);
}

static void quarters(void **state)
{
    (void)state;
    CHECK(quarter_cases, PUBLISHED);
}

/* TIMEX3 has one value for each end of a range. */
static void mentions_of_ranges(void **state)
{
    struct one_sentence one;

    (void)state;
    one_sentence_init(&one, fm_str("From 1994 to 1997 it fell."), PUBLISHED);
    fm_extract_times(&one.ctx);
    assert_int_equal(one.ctx.time_count, 1);
    assert_int_equal(one.ctx.time_mention_count, 2);
    assert_string_equal(one.ctx.time_mentions[0]->value, "1994");
    assert_int_equal(one.ctx.time_mentions[0]->span->start, 5);
    assert_int_equal(one.ctx.time_mentions[0]->span->end, 9);
    assert_string_equal(one.ctx.time_mentions[1]->value, "1997");
    assert_int_equal(one.ctx.time_mentions[1]->span->start, 13);
    one_sentence_release(&one);
}

static void times_of_day(void **state)
{
    (void)state;
    CHECK(clock_cases, PUBLISHED);
}

static void amounts_of_time(void **state)
{
    (void)state;
    CHECK(amount_cases, PUBLISHED);
}

static void ranges(void **state)
{
    (void)state;
    CHECK(range_cases, PUBLISHED);
}

static void no_times(void **state)
{
    (void)state;
    CHECK(none_cases, PUBLISHED);
}

static void times_by_the_text(void **state)
{
    (void)state;
    CHECK(text_cases, PUBLISHED);
    CHECK(text_cases, NULL);
}

static void open_without_publication(void **state)
{
    (void)state;
    CHECK(open_cases, NULL);
}

struct interval_case {
    const char *text;
    const char *start;
    const char *end;
    Factmill__V1__Time__Precision precision;
    Factmill__V1__Time__Basis basis;
    bool approximate;
};

#define P(name) FACTMILL__V1__TIME__PRECISION__##name
#define B(name) FACTMILL__V1__TIME__BASIS__##name

static const struct interval_case intervals[] = {
    {"in 2011", "2011-01-01", "2012-01-01", P(YEAR), B(EXPLICIT), false},
    {"on 15 May 1992", "1992-05-15", "1992-05-16", P(DAY), B(EXPLICIT), false},
    {"on 5/6/2014", "2014-05-06", "2014-05-07", P(DAY), B(EXPLICIT), true},
    {"in the early 1980s", "1980-01-01", "1990-01-01", P(DECADE), B(EXPLICIT),
     true},
    {"in the 20th century", "1900-01-01", "2000-01-01", P(CENTURY), B(EXPLICIT),
     false},
    {"met last week", "1998-02-02", "1998-02-09", P(WEEK), B(DOCUMENT), false},
    {"met on Monday", "1998-02-09", "1998-02-10", P(DAY), B(DOCUMENT), false},
    {"in the third quarter of 1984", "1984-07-01", "1984-10-01", P(QUARTER),
     B(EXPLICIT), false},
    {"in the winter of 1994", "1994-12-01", "1995-03-01", P(SEASON),
     B(EXPLICIT), false},
    {"since 1991", "1991-01-01", "1998-02-14", P(RANGE), B(EXPLICIT), false},
    {"until 1999", "", "2000-01-01", P(RANGE), B(EXPLICIT), false},
    {"from 2004 to 2005", "2004-01-01", "2006-01-01", P(RANGE), B(EXPLICIT),
     false},
    {"at 10:30 a.m. EST on 6 May 1992", "1992-05-06T15:30:00Z",
     "1992-05-06T15:31:00Z", P(MINUTE), B(EXPLICIT), false},
    {"in the past three months", "1997-11-13", "1998-02-13", P(DURATION),
     B(DOCUMENT), false},
    {"for three months", "", "", P(DURATION), B(EXPLICIT), false},
    {"rains now", "", "", P(UNKNOWN), B(DOCUMENT), false},
};

static void intervals_and_basis(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof intervals / sizeof intervals[0]; i++) {
        const struct interval_case *c = &intervals[i];
        struct one_sentence one;
        const Factmill__V1__Time *t;

        one_sentence_init(&one, fm_str(c->text), PUBLISHED);
        fm_extract_times(&one.ctx);
        if (one.ctx.time_count != 1)
            fail_msg("%s: %zu times", c->text, one.ctx.time_count);
        t = one.ctx.times[0];
        if (strcmp(t->start, c->start) != 0 || strcmp(t->end, c->end) != 0 ||
            t->precision != c->precision || t->basis != c->basis ||
            t->approximate != c->approximate)
            fail_msg("%s: [%s, %s) precision %d basis %d approximate %d",
                     c->text, t->start, t->end, (int)t->precision,
                     (int)t->basis, (int)t->approximate);
        one_sentence_release(&one);
    }
}

/* Spans are the words, ascending and apart, whatever the bytes are. */
static void check_spans(const struct fm_context *ctx)
{
    uint32_t last = 0;

    for (size_t i = 0; i < ctx->time_count; i++) {
        const Factmill__V1__Span *span = ctx->times[i]->span;

        assert_true(span->start >= last);
        assert_true(span->end > span->start);
        assert_true(span->end <= ctx->doc->text.len);
        last = span->end;
    }
}

static void any_bytes(void **state)
{
    static const char *const pieces[] = {
        "May ", "12",     "-",     "19",    ", ",       "1992 ",
        "the ", "last ",  "of ",   "week ", "quarter ", "'80s ",
        "a ",   "year ",  "to ",   "from ", "earlier ", "\xe2\x80\x99",
        "\xff", "10:30 ", "p.m. ",
    };
    uint64_t x = 88172645463325252u;
    char text[4096];

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct one_sentence one;
        size_t n = 0;

        while (n + 16 < sizeof text) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            if (round % 2 == 0) {
                text[n++] = (char)(x & 0xff);
            } else {
                const char *p = pieces[x % (sizeof pieces / sizeof pieces[0])];

                while (*p != '\0')
                    text[n++] = *p++;
            }
        }
        one_sentence_init(&one, fm_str_n(text, n),
                          round % 3 == 0 ? NULL : PUBLISHED);
        fm_extract_times(&one.ctx);
        check_spans(&one.ctx);
        one_sentence_release(&one);
    }
}

/* Time grows with the text, not with its square: printed, not asserted. */
static void long_sentences(void **state)
{
    static const char *const units[] = {"1", "May 12, ", "a year earlier ", "'",
                                        "from "};
    size_t size = 1000000;
    char *text = malloc(size);

    (void)state;
    assert_non_null(text);
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        struct one_sentence one;
        size_t n = 0;
        uint64_t begin;

        while (n + strlen(units[k]) <= size) {
            memcpy(text + n, units[k], strlen(units[k]));
            n += strlen(units[k]);
        }
        one_sentence_init(&one, fm_str_n(text, n), PUBLISHED);
        begin = fm_now_us();
        fm_extract_times(&one.ctx);
        print_message("%zu bytes of \"%s\": %zu times in %.1f ms\n", n,
                      units[k], one.ctx.time_count,
                      (double)(fm_now_us() - begin) / 1e3);
        check_spans(&one.ctx);
        one_sentence_release(&one);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explicit_dates),
        cmocka_unit_test(dates_by_publication),
        cmocka_unit_test(quarters),
        cmocka_unit_test(mentions_of_ranges),
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(amounts_of_time),
        cmocka_unit_test(ranges),
        cmocka_unit_test(no_times),
        cmocka_unit_test(times_by_the_text),
        cmocka_unit_test(open_without_publication),
        cmocka_unit_test(intervals_and_basis),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(long_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
