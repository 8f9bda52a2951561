#include "nlp/chain.h"

#include "fm_test.h"

#include <math.h>

#define WORDS 3u

static float scores[WORDS][FM_NER_COUNT];
static float step_scores[FM_NER_COUNT][FM_NER_COUNT];
static struct fm_chain_steps steps;
static struct fm_chain chain;

static int setup(void **state)
{
    uint32_t v = 1;

    (void)state;
    for (size_t i = 0; i < WORDS * FM_NER_COUNT; i++) {
        v = v * 1664525u + 1013904223u;
        scores[i / FM_NER_COUNT][i % FM_NER_COUNT] =
            (float)(v >> 16) / 16384.0f - 2.0f;
    }
    for (size_t i = 0; i < (size_t)FM_NER_COUNT * FM_NER_COUNT; i++) {
        v = v * 1664525u + 1013904223u;
        step_scores[i / FM_NER_COUNT][i % FM_NER_COUNT] =
            (float)(v >> 16) / 32768.0f - 1.0f;
    }
    fm_chain_steps_init(&step_scores[0][0], &steps);
    return 0;
}

/* The weight of one way, 0 when it is impossible. */
static double weight_of(const uint8_t *way)
{
    double sum = 0;

    for (size_t t = 0; t < WORDS; t++) {
        uint8_t before = t == 0 ? (uint8_t)FM_NER_OUT : way[t - 1];

        if (!fm_ner_follows(before, way[t]))
            return 0;
        sum += (double)(step_scores[before][way[t]] + scores[t][way[t]]);
    }
    return exp(sum);
}

/* All ways, counted one by one; ret: the part of those with label y at t. */
static double count_all(const uint16_t *open, double ret[WORDS][FM_NER_COUNT])
{
    double all = 0;
    uint8_t way[WORDS];

    memset(ret, 0, sizeof(double) * WORDS * FM_NER_COUNT);
    for (size_t i = 0; i < 9u * 9u * 9u; i++) {
        double weight;

        way[0] = (uint8_t)(1 + i % 9);
        way[1] = (uint8_t)(1 + i / 9 % 9);
        way[2] = (uint8_t)(1 + i / 81);
        weight = weight_of(way);
        for (size_t t = 0; t < WORDS; t++)
            if (open != NULL && (open[t] >> way[t] & 1) == 0)
                weight = 0;
        all += weight;
        for (size_t t = 0; t < WORDS; t++)
            ret[t][way[t]] += weight;
    }
    for (size_t t = 0; t < WORDS; t++)
        for (size_t y = 0; y < FM_NER_COUNT; y++)
            ret[t][y] /= all;
    return all;
}

static void check(const uint16_t *open, double *ret_log)
{
    double part[WORDS][FM_NER_COUNT];
    double all = count_all(open, part);

    fm_chain_scores(&scores[0][0], FM_NER_COUNT, WORDS, &chain);
    *ret_log = fm_chain_sum(&steps, open, WORDS, &chain) - log(all);
    for (size_t t = 0; t < WORDS; t++)
        for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
            assert_true(fabs((double)(chain.ahead[t][y] * chain.behind[t][y]) -
                             part[t][y]) < 1e-5);
}

static void sums_are_those_of_all_ways(void **state)
{
    /* The second word is a name, of what kind is not known. */
    const uint16_t open[WORDS] = {
        UINT16_MAX, 1u << FM_NER_B_PERSON | 1u << FM_NER_B_ORGANIZATION,
        UINT16_MAX};
    double all;
    double some;

    (void)state;
    check(NULL, &all);
    check(open, &some);
    /* Scores are taken off their largest, for both alike. */
    assert_true(fabs(all - some) < 1e-4);
}

static void a_name_goes_on_only_as_itself(void **state)
{
    (void)state;
    assert_true(steps.from[FM_NER_OUT][FM_NER_B_PERSON + 1] == 0);
    assert_true(steps.from[FM_NER_B_LOCATION][FM_NER_B_PERSON + 1] == 0);
    assert_true(steps.from[FM_NER_B_PERSON][FM_NER_B_PERSON + 1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_all_ways),
        cmocka_unit_test(a_name_goes_on_only_as_itself),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
