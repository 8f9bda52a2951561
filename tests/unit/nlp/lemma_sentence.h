/* Lemmas of a tagged sentence, for the tests of the stage and of its trainer. */
#ifndef FM_TEST_LEMMA_SENTENCE_H
#define FM_TEST_LEMMA_SENTENCE_H

#include "fm_test.h"
#include "nlp/lemma.h"

#define LEMMA_WORDS_MAX 32u

/* tagged: form/upos/xpos of each token of a sentence; expected: its lemmas. */
static inline void check_lemmas(const struct fm_lemma_rules *rules,
                                struct fm_doc *doc, const char *tagged,
                                const char *expected)
{
    struct fm_str rest = fm_str(tagged);
    struct fm_str form;
    struct fm_str upos;
    struct fm_str xpos;
    struct fm_arena *arena = &doc->arena;

    assert_fm_ok(fm_doc_reset(doc, fm_str(tagged), NULL));
    doc->sentences = fm_arena_array(arena, 1, sizeof *doc->sentences);
    doc->sentence_count = 1;
    doc->form = fm_arena_array(arena, LEMMA_WORDS_MAX, sizeof *doc->form);
    doc->upos = fm_arena_alloc(arena, LEMMA_WORDS_MAX);
    doc->xpos = fm_arena_alloc(arena, LEMMA_WORDS_MAX);
    while (fm_str_next(&rest, '/', &form) && fm_str_next(&rest, '/', &upos) &&
           fm_str_next(&rest, ' ', &xpos)) {
        assert_true(doc->token_count < LEMMA_WORDS_MAX);
        doc->form[doc->token_count] = form;
        doc->upos[doc->token_count] = fm_upos_of(upos);
        doc->xpos[doc->token_count++] = fm_xpos_of(xpos);
    }
    doc->sentences[0].last = (uint32_t)doc->token_count;
    assert_fm_ok(fm_lemma_run(rules, doc, NULL));
    rest = fm_str(expected);
    for (size_t i = 0; i < doc->token_count; i++) {
        struct fm_str lemma = {NULL, 0};

        assert_true(fm_str_next(&rest, ' ', &lemma));
        if (!fm_str_eq(doc->lemma[i], lemma))
            fail_msg("%s: \"%.*s\" instead of \"%.*s\"", tagged,
                     FM_STR_ARG(doc->lemma[i]), FM_STR_ARG(lemma));
    }
}

#endif
