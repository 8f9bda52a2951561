/* What the network of names learns from: gradients against differences. */
#include "fm_test.h"
#include "nlp/tags.h"
#include "nlp/train/net_priv.h"

#include <math.h>

#define WORDS 5u

static struct fm_net *net;
static struct fm_net_work *work;
static const uint32_t first[] = {0, 3, WORDS};
static const uint32_t row_first[] = {0, 1, 3, 4, 5, 6};
static const uint32_t rows[] = {1, 2, 3, 4, 1, 2};
static const uint8_t none[WORDS];
static const uint16_t heads[WORDS];
/* A name whose second word may be anything; a text that knows no other kinds
 * than people, organisations and places. */
static const uint8_t ner[WORDS] = {FM_NER_B_PERSON, FM_NER_NONE, FM_NER_OUT,
                                   FM_NER_OUT | FM_NER_PARTIAL,
                                   FM_NER_B_LOCATION | FM_NER_PARTIAL};
static const struct fm_batch batch = {
    .tokens = WORDS,
    .sentences = 2,
    .first = first,
    .row_first = row_first,
    .rows = rows,
    .upos = none,
    .xpos = none,
    .head = heads,
    .deprel = none,
    .ner = ner,
};

static int setup(void **state)
{
    const struct fm_net_shape shape = {.dim = 32, .layers = 1, .tag_layer = 1};
    struct fm_random random = {.state = 3};

    (void)state;
    if (fm_net_new(&shape, 5, &random, NULL, &net) != FM_OK ||
        fm_net_work_new(net, WORDS, NULL, &work) != FM_OK)
        return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fm_net_work_free(net, work);
    fm_net_free(net);
    return 0;
}

static double loss(void)
{
    fm_net_forward(net, &batch, 0, NULL, work);
    return fm_net_backward(net, &batch, work).names;
}

/* The slope of the loss over parameter at; gradients are per token. */
static void check(float *at, float gradient)
{
    const float step = 0.01f;
    float before = *at;
    double up;
    double down;

    *at = before + step;
    up = loss();
    *at = before - step;
    down = loss();
    *at = before;
    assert_true(fabs((up - down) / (2 * (double)step) -
                     (double)(gradient * (float)WORDS)) < 0.01);
}

static void gradients_are_slopes(void **state)
{
    float steps[FM_NER_COUNT * FM_NER_COUNT];
    float bias[FM_NER_COUNT];

    (void)state;
    memset(work->gradient, 0, net->dense * sizeof *work->gradient);
    assert_true(loss() > 0);
    memcpy(steps, work->gradient + net->steps.at, sizeof steps);
    memcpy(bias, work->gradient + net->tag_bias.at + FM_NET_NER, sizeof bias);
    for (size_t i = 0; i < FM_NER_COUNT; i++)
        check(net->w + net->tag_bias.at + FM_NET_NER + i, bias[i]);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i += 7)
        check(net->w + net->steps.at + i, steps[i]);
}

static void likelihoods_are_whole(void **state)
{
    float likely[WORDS * FM_NER_COUNT] = {0};

    (void)state;
    fm_net_forward(net, &batch, 0, NULL, work);
    fm_chain_weigh(net, &batch, work, likely);
    for (size_t t = 0; t < WORDS; t++) {
        float sum = 0;

        for (size_t y = 0; y < FM_NER_COUNT; y++)
            sum += likely[t * FM_NER_COUNT + y];
        assert_true(fabsf(sum - 1) < 1e-4f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_slopes),
        cmocka_unit_test(likelihoods_are_whole),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
