#include "extract/quantity.h"

#include "extract/time.h"
#include "one_sentence.h"

#include <stdio.h>

/* Facts of a sentence, "subject|predicate|amount" joined by "; ". The amount:
 * qualifier sign, value or low..high, unit, "/whole", "from>to", "*factor",
 * "+by". */
struct fact_case {
    const char *text;
    const char *expected;
};

static const char *const qualifier_signs[] = {
    [FACTMILL__V1__QUANTITY__QUALIFIER__QUALIFIER_UNSPECIFIED] = "?",
    [FACTMILL__V1__QUANTITY__QUALIFIER__EXACT] = "",
    [FACTMILL__V1__QUANTITY__QUALIFIER__ABOUT] = "~",
    [FACTMILL__V1__QUANTITY__QUALIFIER__MORE_THAN] = ">",
    [FACTMILL__V1__QUANTITY__QUALIFIER__AT_LEAST] = ">=",
    [FACTMILL__V1__QUANTITY__QUALIFIER__LESS_THAN] = "<",
    [FACTMILL__V1__QUANTITY__QUALIFIER__AT_MOST] = "<=",
    [FACTMILL__V1__QUANTITY__QUALIFIER__NEARLY] = "^",
    [FACTMILL__V1__QUANTITY__QUALIFIER__UP_TO] = "..",
};

static size_t write_change(const Factmill__V1__Change *c, char *out,
                           size_t size)
{
    size_t at = 0;

    if (c == NULL)
        return 0;
    if (*c->from != '\0' || *c->to != '\0')
        at += (size_t)snprintf(out + at, size - at, "%s>%s", c->from, c->to);
    if (*c->factor != '\0')
        at += (size_t)snprintf(out + at, size - at, "*%s%s", c->factor,
                               c->relative ? "r" : "");
    if (*c->by != '\0')
        at += (size_t)snprintf(out + at, size - at, "+%s", c->by);
    if (*c->baseline != '\0')
        at += (size_t)snprintf(out + at, size - at, " against %s", c->baseline);
    if (c->direction == FACTMILL__V1__CHANGE__DIRECTION__DECREASE)
        at += (size_t)snprintf(out + at, size - at, " down");
    return at;
}

static void list_facts(const struct fm_context *ctx, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < ctx->fact_count && at + 200 < size; i++) {
        const Factmill__V1__Fact *f = ctx->facts[i];
        const Factmill__V1__Quantity *q = f->quantity;

        at += (size_t)snprintf(
            out + at, size - at, "%s%s|%s|%s%s%s%s%s", i > 0 ? "; " : "",
            f->subject != NULL ? f->subject->text : "", f->predicate->lemma,
            qualifier_signs[q->qualifier], q->value, q->low,
            *q->high != '\0' ? ".." : "", q->high);
        at += write_change(q->change, out + at, size - at);
        if (*q->whole != '\0')
            at += (size_t)snprintf(out + at, size - at, "/%s", q->whole);
        if (*q->unit != '\0')
            at += (size_t)snprintf(out + at, size - at, " %s", q->unit);
        if (f->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE)
            at += (size_t)snprintf(out + at, size - at, " NOT");
    }
}

static void check(const struct fact_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct one_sentence one;
        char found[2048];

        one_sentence_init(&one, fm_str(cases[i].text), "2015-06-01");
        fm_extract_times(&one.ctx);
        fm_extract_quantities(&one.ctx);
        list_facts(&one.ctx, found, sizeof found);
        if (strcmp(found, cases[i].expected) != 0) {
            wrong++;
            print_error("%s\n  found    %s\n  expected %s\n", cases[i].text,
                        found, cases[i].expected);
        }
        one_sentence_release(&one);
    }
    assert_int_equal(wrong, 0);
}

static const struct fact_case count_cases[] = {
    {"Five people were killed.", "people|number|5"},
    {"More than 2 thousand citizens of Peru were trained there.",
     "citizens of Peru|number|>2000"},
    {"About 1.5 million people fled.", "people|number|~1500000"},
    {"At least 30 soldiers died.", "soldiers|number|>=30"},
    {"As many as 400 houses burned.", "houses|number|..400"},
    {"Up to 400 houses burned.", "houses|number|..400"},
    {"Nearly 400 houses burned.", "houses|number|^400"},
    {"Fewer than 40 houses burned.", "houses|number|<40"},
    {"No more than 40 houses burned.", "houses|number|<=40"},
    {"Over 40 houses burned.", "houses|number|>40"},
    {"Some 40 houses burned.", "houses|number|~40"},
    {"An estimated 40 houses burned.", "houses|number|~40"},
    {"Only 40 houses burned.", "houses|number|40"},
    {"40 or more houses burned.", "houses|number|>=40"},
    {"Between 40 and 60 houses burned.", "houses|number|40..60"},
    {"40 to 60 houses burned.", "houses|number|40..60"},
    {"They sent 1 to 2 million blankets.", "blankets|number|1000000..2000000"},
    {"Twenty-two thousand troops came.", "troops|number|22000"},
    {"Half a million children came.", "children|number|500000"},
    {"A dozen ships came.", "ships|number|12"},
    {"Hundreds of ships came.", "ships|number|>100"},
    {"Tens of thousands of people came.", "people|number|>10000"},
    {"Three more people came.", "more people|number|3"},
    {"The 22,000-strong military contingent left.",
     "military contingent|number|22000"},
    {"They did not send 500 troops.", "troops|number|500 NOT"},
    {"Two new regional airports opened.", "new regional airports|number|2"},
};

static const struct fact_case part_cases[] = {
    {"It includes three of the five northern states.",
     "northern states|number|3/5"},
    {"Three of the states joined.", "states|number|3"},
    {"Half of the voters stayed at home.", "voters|share|0.5"},
    {"Two thirds of the voters stayed at home.", "voters|share|~0.666667"},
    {"12 per cent of the voters stayed at home.", "voters|amount|12 percent"},
    {"Some 12.5% of voters stayed at home.", "voters|amount|~12.5 percent"},
    {"Two out of sight.", ""},
};

static const struct fact_case measure_cases[] = {
    {"They paid $5 billion in aid.", "aid|amount|5000000000 USD"},
    {"They paid \xe2\x82\xac"
     "2.5m in fines.",
     "fines|amount|2500000 EUR"},
    {"They paid \xc2\xa3"
     "50m in fines.",
     "fines|amount|50000000 GBP"},
    {"They bought 12 million euros worth of grain.",
     "grain|amount|12000000 EUR"},
    {"The budget was $5 million.", "The budget|be|5000000 USD"},
    {"The company earned 3 million Swiss francs.",
     "The company|earn|3000000 CHF"},
    {"The fleet cost US$3 million.", "The fleet|cost|3000000 USD"},
    {"The debt stood at 40 billion yen.", "The debt|stand|40000000000 JPY"},
    {"The fine was C$300.", "The fine|be|300 CAD"},
    {"The fine was 2 million roubles.", "The fine|be|2000000 RUB"},
    {"The bridge is 12 km.", "The bridge|be|12 kilometre"},
    {"They built 14 km of new track.", "new track|amount|14 kilometre"},
    {"They sold 7,000 barrels of oil.", "oil|amount|7000 barrel"},
    {"The farm has 300 hectares.", "The farm|have|300 hectare"},
    {"The farm has 3 square miles.", "The farm|have|3 square mile"},
    {"The load was 20 tonnes.", "The load|be|20 tonne"},
    {"The wind was 90 miles per hour.", "The wind|be|90 mile per hour"},
    {"The heat was 40 degrees Celsius.", "The heat|be|40 degree Celsius"},
    {"The plant has 500 megawatts.", "The plant|have|500 megawatt"},
    {"The disk has 2 terabytes.", "The disk|have|2 terabyte"},
    {"The rate is 4.75 per cent.", "The rate|be|4.75 percent"},
    {"The rate will be 4 to 5 percent.", "The rate|be|4..5 percent"},
};

static const struct fact_case change_cases[] = {
    {"It sharply reduced the number of unions from 46 to 17.",
     "the number of unions|reduce|46>17 down"},
    {"It reduced the number of unions \xe2\x80\x93 from 46 to 17.",
     "the number of unions|reduce|46>17 down"},
    {"Prices rose by 12 per cent.", "Prices|rise|*0.12r percent"},
    {"Prices rose 12%.", "Prices|rise|*0.12r percent"},
    {"Prices fell 3.2% to $45.", "Prices|fall|>45*0.032r down USD"},
    {"In May prices fell 3 per cent.", "prices|fall|*0.03r down percent"},
    {"The number of attacks has increased 20 times compared to 2013.",
     "The number of attacks|increase|*20 against 2013"},
    {"Sales doubled.", "Sales|double|*2"},
    {"Sales have tripled.", "Sales|triple|*3"},
    {"Output was halved.", "Output|halve|*0.5r down"},
    {"Sales rose to 50 million euros from 40 million euros.",
     "Sales|rise|40000000>50000000 EUR"},
    {"Sales rose from 40 to 50.", "Sales|rise|40>50"},
    {"Sales fell by 500 million yen.", "Sales|fall|+500000000 down JPY"},
    {"The bank raised the rate to 5 per cent from 4 per cent.",
     "the rate|raise|4>5 percent"},
    {"Shares fell 45 cents.", "Shares|fall|+45 down cent"},
    {"Shares slipped 12 points.", "Shares|slip|+12 down point"},
    {"A 12% increase in sales helped.", "sales|increase|*0.12r percent"},
    {"Sales are up 15%.", "Sales|rise|*0.15r percent"},
    {"Sales are down 3 per cent.", "Sales|fall|*0.03r down percent"},
    {"Sales did not rise by 12 per cent.", "Sales|rise|*0.12r percent NOT"},
    {"The share changed from 12% to 9%.", "The share|change|12>9 down percent"},
    {"Sales rose.", ""},
};

static const struct fact_case none_cases[] = {
    {"It was signed on 12 May 1992.", ""},
    {"It was signed in 1992.", ""},
    {"One of the men left.", ""},
    {"No one came.", ""},
    {"The Boeing 747 landed.", ""},
    {"Article 5 was invoked.", ""},
    {"The G-20 states met.", ""},
    {"See page 12 for details.", ""},
    {"They won 3-2 on penalties.", ""},
    {"He lives at 10 Elm Tree Road in town.", ""},
    {"A 43-year-old man won.", ""},
    {"Resolution 425 was adopted.", ""},
    {"1. Points of order", ""},
    {"John Smith, 43, won.", ""},
    {"It took three years.", ""},
    {"They met at 10:30 a.m.", ""},
    {"Call 555-1234 now.", ""},
};

#define CHECK(table) check(table, sizeof(table) / sizeof(table)[0])

static void counts(void **state)
{
    (void)state;
    CHECK(count_cases);
}

static void parts_of_a_whole(void **state)
{
    (void)state;
    CHECK(part_cases);
}

static void money_and_measures(void **state)
{
    (void)state;
    CHECK(measure_cases);
}

static void changes(void **state)
{
    (void)state;
    CHECK(change_cases);
}

static void numbers_that_count_nothing(void **state)
{
    (void)state;
    CHECK(none_cases);
}

static void modality_and_time(void **state)
{
    static const struct {
        const char *text;
        Factmill__V1__Fact__Modality modality;
        const char *time;
    } cases[] = {
        {"It will send 500 troops in 2016.",
         FACTMILL__V1__FACT__MODALITY__FUTURE, "2016"},
        {"It may send 500 troops.", FACTMILL__V1__FACT__MODALITY__POSSIBLE, ""},
        {"It must send 500 troops.", FACTMILL__V1__FACT__MODALITY__OBLIGATION,
         ""},
        {"It plans to send 500 troops.",
         FACTMILL__V1__FACT__MODALITY__INTENTION, ""},
        {"Did it send 500 troops?", FACTMILL__V1__FACT__MODALITY__QUESTION, ""},
        {"In May it sent 500 troops.", FACTMILL__V1__FACT__MODALITY__ASSERTED,
         "2015-05"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct one_sentence one;
        const Factmill__V1__Fact *fact;

        one_sentence_init(&one, fm_str(cases[i].text), "2015-06-01");
        fm_extract_times(&one.ctx);
        fm_extract_quantities(&one.ctx);
        assert_int_equal(one.ctx.fact_count, 1);
        fact = one.ctx.facts[0];
        if (fact->modality != cases[i].modality ||
            strcmp(fact->time != NULL ? fact->time->value : "",
                   cases[i].time) != 0)
            fail_msg("%s: modality %d, time %s", cases[i].text,
                     (int)fact->modality,
                     fact->time != NULL ? fact->time->value : "");
        one_sentence_release(&one);
    }
}

/* Headings give quantities and no facts. */
static void headings(void **state)
{
    struct one_sentence one;

    (void)state;
    one_sentence_init(&one, fm_str("Five people killed"), NULL);
    one.sentence.kind = FM_BLOCK_HEADING;
    fm_extract_quantities(&one.ctx);
    assert_int_equal(one.ctx.quantity_count, 1);
    assert_int_equal(one.ctx.fact_count, 0);
    one_sentence_release(&one);
}

static void check_spans(const struct fm_context *ctx)
{
    for (size_t i = 0; i < ctx->quantity_count; i++) {
        const Factmill__V1__Span *span = ctx->quantities[i]->span;

        assert_true(span->end > span->start);
        assert_true(span->end <= ctx->doc->text.len);
        if (i > 0)
            assert_true(span->start >= ctx->quantities[i - 1]->span->start);
    }
}

static void any_bytes(void **state)
{
    static const char *const pieces[] = {
        "5 ",           "$",     "million ", "per cent ",  "of ",  "the ",
        "people ",      "rose ", "from ",    "to ",        "by ",  "-",
        "half ",        "and ",  "a ",       "more than ", "12.5", ",",
        "\xe2\x82\xac", "\xff",  "doubled ", "compared ",  "up ",  "three ",
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
        one_sentence_init(&one, fm_str_n(text, n), "2015-06-01");
        fm_extract_times(&one.ctx);
        fm_extract_quantities(&one.ctx);
        check_spans(&one.ctx);
        one_sentence_release(&one);
    }
}

/* Linear in the text: printed, not asserted. */
static void long_sentences(void **state)
{
    static const char *const units[] = {"1", "5 people ", "rose ",
                                        "from 5 to 6 ", "$"};
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
        one_sentence_init(&one, fm_str_n(text, n), NULL);
        one.sentence.kind = FM_BLOCK_HEADING;
        begin = fm_now_us();
        fm_extract_quantities(&one.ctx);
        print_message("%zu bytes of \"%s\": %zu quantities in %.1f ms\n", n,
                      units[k], one.ctx.quantity_count,
                      (double)(fm_now_us() - begin) / 1e3);
        check_spans(&one.ctx);
        one_sentence_release(&one);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(parts_of_a_whole),
        cmocka_unit_test(money_and_measures),
        cmocka_unit_test(changes),
        cmocka_unit_test(numbers_that_count_nothing),
        cmocka_unit_test(modality_and_time),
        cmocka_unit_test(headings),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(long_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
