#include "extract/confidence.h"

#include "parsed.h"

static const char sentence[] = "Acme/PROPN/NNP/2/nsubj\n"
                               "sold/VERB/VBD/0/root\n"
                               "the/DET/DT/4/det\n"
                               "plant/NOUN/NN/2/obj\n"
                               "in/ADP/IN/6/case\n"
                               "Sund/PROPN/NNP/4/nmod\n"
                               "./PUNCT/./2/punct\n";

/* What the last clause looked like, and how sure it was. */
struct seen {
    uint8_t value[FM_CONFIDENCE_COUNT];
    float confidence;
    size_t facts;
};

static void keep(void *user, const Factmill__V1__Fact *fact,
                 const uint8_t *seen, size_t n)
{
    struct seen *kept = user;

    assert_int_equal(n, FM_CONFIDENCE_COUNT);
    memcpy(kept->value, seen, n);
    kept->confidence = fact->confidence;
    kept->facts++;
}

/* certain: of all arcs; below 0 = the parser's certainty is not known. */
static struct seen look(float certain)
{
    struct seen kept = {.facts = 0};
    struct parsed p;

    parsed_init(&p, sentence);
    if (certain >= 0.0f) {
        p.doc.certain =
            fm_arena_array(&p.doc.arena, p.doc.token_count, sizeof(float));
        assert_non_null(p.doc.certain);
        for (size_t i = 0; i < p.doc.token_count; i++)
            p.doc.certain[i] = certain;
    }
    p.ctx.watch = keep;
    p.ctx.watch_user = &kept;
    fm_extract_clauses(&p.ctx);
    parsed_release(&p);
    return kept;
}

static void looks_at_the_clause(void **state)
{
    struct seen kept = look(1.0f);

    (void)state;
    assert_int_equal(kept.facts, 1);
    assert_int_equal(kept.value[FM_CONFIDENCE_ARGUMENTS], 1);
    assert_int_equal(kept.value[FM_CONFIDENCE_OBJECT], 1);
    assert_int_equal(kept.value[FM_CONFIDENCE_SUBJECT_TAG], 2);
    /* The full stop is all that stands beside it. */
    assert_int_equal(kept.value[FM_CONFIDENCE_BEFORE], 1);
    assert_int_equal(kept.value[FM_CONFIDENCE_AFTER], 2);
    for (size_t i = 0; i < FM_CONFIDENCE_COUNT; i++)
        assert_true(kept.value[i] < FM_CONFIDENCE_VALUES);
}

/* Doubtful trees make doubtful facts. */
static void follows_the_parser(void **state)
{
    struct seen sure = look(0.99f);
    struct seen middling = look(0.7f);
    struct seen doubtful = look(0.1f);

    (void)state;
    assert_true(sure.confidence > middling.confidence);
    assert_true(middling.confidence > doubtful.confidence);
    assert_true(sure.confidence > 0.7f && sure.confidence < 1.0f);
    assert_true(doubtful.confidence > 0.0f && doubtful.confidence < 0.5f);
}

static void goes_without_certainty(void **state)
{
    struct seen kept = look(-1.0f);

    (void)state;
    assert_int_equal(kept.facts, 1);
    assert_int_equal(kept.value[FM_CONFIDENCE_CERTAIN_HEAD], 0);
    assert_true(kept.confidence > 0.0f && kept.confidence < 1.0f);
}

/* Drawn towards what reading found, and no further than that. */
static void settles_families(void **state)
{
    float object = fm_confidence_settle("report.object", 0.9f);

    (void)state;
    assert_true(object < 0.9f && object > 15.0f / 28.0f);
    assert_true(fm_confidence_settle("quote.after", 0.8f) > 0.9f);
    assert_true(fm_confidence_settle("report.object", 0.3f) > 0.3f);
    assert_true(fm_confidence_settle("no.rule", 0.8f) == 0.8f);
    assert_true(fm_confidence_settle("", 0.8f) == 0.8f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_at_the_clause),
        cmocka_unit_test(follows_the_parser),
        cmocka_unit_test(goes_without_certainty),
        cmocka_unit_test(settles_families),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
