/* Tables of the model file: what was put in is found, and nothing else. */
#include "nlp/train/lexicon.h"

#include "base/hash.h"
#include "fm_test.h"

#define FORMS 5000u

static uint64_t key_of(uint32_t i)
{
    return fm_hash64(&i, sizeof i, 7);
}

static void fill(struct fm_vocab *vocab, uint32_t n, uint32_t kinds)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *at = fm_vocab_at(vocab, key_of(i));

        assert_non_null(at);
        if (at != NULL)
            *at = 1 + i % kinds * 37;
    }
}

static void packed_lexicon(void **state)
{
    struct fm_vocab vocab = {.n = 0};
    struct fm_lexicon lexicon;
    size_t wrong = 0;

    (void)state;
    fill(&vocab, FORMS, 500);
    assert_fm_ok(fm_lexicon_pack(&vocab, NULL, &lexicon));
    for (uint32_t i = 0; i < FORMS; i++)
        assert_int_equal(fm_lexicon_get(&lexicon, key_of(i)), 1 + i % 500 * 37);
    for (uint32_t i = FORMS; i < 20 * FORMS; i++)
        wrong += fm_lexicon_get(&lexicon, key_of(i)) != 0;
    assert_true(wrong < 5);
    assert_true(lexicon.count < FORMS * 6 / 5);
    fm_lexicon_release(&lexicon);
    fm_vocab_release(&vocab);
}

static void too_many_combinations(void **state)
{
    struct fm_vocab vocab = {.n = 0};
    struct fm_lexicon lexicon;

    (void)state;
    fill(&vocab, 2 * FM_LEXICON_COMBINATIONS, 2 * FM_LEXICON_COMBINATIONS);
    assert_fm_err(fm_lexicon_pack(&vocab, NULL, &lexicon), FM_EINVAL);
    fm_vocab_release(&vocab);
}

static void table_of_rows(void **state)
{
    struct fm_vocab vocab = {.n = 0};
    struct fm_table table;

    (void)state;
    fill(&vocab, FORMS, FORMS);
    assert_fm_ok(fm_vocab_table(&vocab, &table));
    for (uint32_t i = 0; i < FORMS; i++)
        assert_int_equal(fm_table_get(&table, key_of(i)), 1 + i * 37);
    for (uint32_t i = FORMS; i < 20 * FORMS; i++)
        assert_int_equal(fm_table_get(&table, key_of(i)), 0);
    fm_vocab_table_free(&table);
    fm_vocab_release(&vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_lexicon),
        cmocka_unit_test(too_many_combinations),
        cmocka_unit_test(table_of_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
