/* A context over a text that is one sentence of prose, for tests of single
 * families. */
#ifndef FM_ONE_SENTENCE_H
#define FM_ONE_SENTENCE_H

#include "base/clock.h"
#include "extract/context.h"
#include "fm_test.h"

struct one_sentence {
    struct fm_arena arena;
    struct fm_doc doc;
    struct fm_doc title;
    struct fm_sentence sentence;
    Factmill__V1__Article article;
    struct fm_context ctx;
};

/* published: "1998-02-13", or NULL = unknown. */
static inline void one_sentence_init(struct one_sentence *one,
                                     struct fm_str text, const char *published)
{
    int64_t us = INT64_MIN;

    *one = (struct one_sentence){.sentence = {.kind = FM_BLOCK_PROSE}};
    fm_arena_init(&one->arena, (size_t)256 << 20);
    fm_doc_init(&one->doc, (size_t)64 << 20);
    fm_doc_init(&one->title, (size_t)64 << 20);
    factmill__v1__article__init(&one->article);
    assert_fm_ok(fm_doc_reset(&one->doc, text, NULL));
    one->sentence.end = (uint32_t)text.len;
    one->doc.sentences = &one->sentence;
    one->doc.sentence_count = 1;
    if (published != NULL)
        assert_fm_ok(fm_time_parse(fm_str(published), &us));
    one->ctx.article = &one->article;
    one->ctx.doc = &one->doc;
    one->ctx.title = &one->title;
    one->ctx.arena = &one->arena;
    one->ctx.published_us = us;
}

static inline void one_sentence_release(struct one_sentence *one)
{
    one->doc.sentences = NULL;
    one->doc.sentence_count = 0;
    fm_doc_release(&one->doc);
    fm_doc_release(&one->title);
    fm_arena_release(&one->arena);
}

#endif
