/* A context over sentences whose tags and trees are given, for tests of what
 * reads syntax: words as lines "form/UPOS/XPOS/head/relation/lemma", heads
 * counted from 1 in the sentence, 0 = root, an empty line between sentences. */
#ifndef FM_TEST_PARSED_H
#define FM_TEST_PARSED_H

#include "base/buf.h"
#include "extract/context.h"
#include "fm_test.h"
#include "nlp/conllu.h"
#include "nlp/tags.h"

struct parsed {
    struct fm_arena arena;
    struct fm_buf conllu;
    struct fm_buf text;
    struct fm_doc doc;
    struct fm_doc title;
    Factmill__V1__Article article;
    struct fm_context ctx;
    struct fm_tree tree;
};

/* One line of CoNLL-U out of "form/UPOS/XPOS/head/relation/lemma". */
static inline void parsed_line(struct fm_buf *out, struct fm_str line,
                               size_t number)
{
    struct fm_str field[6] = {{NULL, 0}};
    size_t n = 0;

    while (n < 6 && fm_str_next(&line, '/', &field[n]))
        n++;
    if (n < 5) {
        fail_msg("a word with %zu fields", n);
        return;
    }
    if (n < 6)
        field[5] = field[0];
    fm_buf_printf(out, "%zu\t%.*s\t%.*s\t%.*s\t%.*s\t_\t%.*s\t%.*s\t_\t_\n",
                  number, FM_STR_ARG(field[0]), FM_STR_ARG(field[5]),
                  FM_STR_ARG(field[1]), FM_STR_ARG(field[2]),
                  FM_STR_ARG(field[3]), FM_STR_ARG(field[4]));
}

static inline void parsed_columns(struct fm_doc *doc,
                                  const struct fm_conllu_gold *gold)
{
    size_t n = doc->token_count;

    doc->upos = fm_arena_array(&doc->arena, n, sizeof *doc->upos);
    doc->xpos = fm_arena_array(&doc->arena, n, sizeof *doc->xpos);
    doc->deprel = fm_arena_array(&doc->arena, n, sizeof *doc->deprel);
    doc->head = gold->head;
    doc->lemma = gold->lemma;
    for (size_t i = 0; i < n; i++) {
        doc->upos[i] = fm_upos_of(gold->upos[i]);
        doc->xpos[i] = fm_xpos_of(gold->xpos[i]);
        doc->deprel[i] = fm_dep_of(gold->deprel[i]);
    }
}

static inline void parsed_init(struct parsed *p, const char *words)
{
    struct fm_str rest = fm_str(words);
    struct fm_str line;
    struct fm_conllu_gold gold = {0};
    size_t number = 0;

    memset(p, 0, sizeof *p);
    fm_arena_init(&p->arena, (size_t)64 << 20);
    fm_buf_init(&p->conllu, (size_t)1 << 20);
    fm_buf_init(&p->text, (size_t)1 << 20);
    fm_doc_init(&p->doc, (size_t)64 << 20);
    fm_doc_init(&p->title, (size_t)64 << 20);
    factmill__v1__article__init(&p->article);
    while (fm_str_next(&rest, '\n', &line)) {
        number = line.len > 0 ? number + 1 : 0;
        if (line.len > 0)
            parsed_line(&p->conllu, line, number);
        else
            fm_buf_char(&p->conllu, '\n');
    }
    assert_fm_ok(fm_conllu_read(fm_buf_view(&p->conllu), &p->text, &p->doc,
                                NULL, &gold));
    parsed_columns(&p->doc, &gold);
    p->ctx = (struct fm_context){.article = &p->article,
                                 .doc = &p->doc,
                                 .title = &p->title,
                                 .arena = &p->arena,
                                 .published_us = INT64_MIN,
                                 .version = 1};
    if (fm_tree_build(&p->doc, &p->arena, &p->tree))
        p->ctx.tree = &p->tree;
}

static inline void parsed_release(struct parsed *p)
{
    fm_doc_release(&p->title);
    fm_doc_release(&p->doc);
    fm_buf_release(&p->text);
    fm_buf_release(&p->conllu);
    fm_arena_release(&p->arena);
}

#endif
