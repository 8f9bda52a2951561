/* What holds of every document that was read, whatever the bytes were. */
#ifndef FM_TESTS_DOCUMENT_CHECK_H
#define FM_TESTS_DOCUMENT_CHECK_H

#include "base/utf8.h"
#include "nlp/conllu.h"
#include "nlp/tags.h"

/* The next line says what is wrong: returned, NULL when nothing is. */
#define DOCUMENT_MUST(holds) \
 do {                        \
  if (!(holds))              \
   return #holds;            \
 } while (0)

static inline const char *check_tokens(const struct fm_doc *doc)
{
    uint32_t end = 0;

    for (size_t i = 0; i < doc->token_count; i++) {
        DOCUMENT_MUST(doc->start[i] >= end);
        DOCUMENT_MUST(doc->end[i] > doc->start[i]);
        DOCUMENT_MUST(doc->end[i] <= doc->text.len);
        DOCUMENT_MUST(doc->form[i].len > 0);
        end = doc->end[i];
    }
    return NULL;
}

static inline const char *check_sentences(const struct fm_doc *doc)
{
    uint32_t next = 0;
    uint32_t end = 0;

    for (size_t s = 0; s < doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &doc->sentences[s];

        DOCUMENT_MUST(sentence->first == next);
        DOCUMENT_MUST(sentence->last > sentence->first);
        DOCUMENT_MUST(sentence->last - sentence->first <=
                      FM_SENTENCE_TOKENS_MAX);
        DOCUMENT_MUST(sentence->start >= end);
        DOCUMENT_MUST(sentence->start == doc->start[sentence->first]);
        DOCUMENT_MUST(sentence->end == doc->end[sentence->last - 1]);
        next = sentence->last;
        end = sentence->end;
    }
    DOCUMENT_MUST(next == doc->token_count);
    return NULL;
}

/* One root, every head in the sentence, no cycles. */
static inline const char *check_tree(const struct fm_doc *doc,
                                     const struct fm_sentence *s)
{
    size_t roots = 0;

    for (size_t i = s->first; i < s->last; i++) {
        size_t v = i;
        size_t steps = 0;

        DOCUMENT_MUST(doc->head[i] >= s->first && doc->head[i] < s->last);
        DOCUMENT_MUST(doc->deprel[i] > FM_DEP_NONE &&
                      doc->deprel[i] < FM_DEP_COUNT);
        DOCUMENT_MUST((doc->deprel[i] == FM_DEP_ROOT) == (doc->head[i] == i));
        DOCUMENT_MUST(doc->upos[i] > FM_UPOS_NONE &&
                      doc->upos[i] < FM_UPOS_COUNT);
        DOCUMENT_MUST(doc->xpos[i] > FM_XPOS_NONE &&
                      doc->xpos[i] < FM_XPOS_COUNT);
        DOCUMENT_MUST(doc->certain[i] >= 0.0f && doc->certain[i] <= 1.0f);
        roots += doc->head[i] == i;
        while (doc->head[v] != v && steps <= s->last - s->first) {
            v = doc->head[v];
            steps++;
        }
        DOCUMENT_MUST(doc->head[v] == v);
    }
    DOCUMENT_MUST(roots == 1);
    return NULL;
}

static inline const char *check_names(const struct fm_doc *doc)
{
    size_t s = 0;
    uint32_t last = 0;

    for (size_t i = 0; i < doc->name_count; i++) {
        const struct fm_name *name = &doc->names[i];

        DOCUMENT_MUST(name->first >= last && name->last > name->first);
        DOCUMENT_MUST(name->type > FM_NE_NONE && name->type < FM_NE_COUNT);
        while (s < doc->sentence_count && doc->sentences[s].last <= name->first)
            s++;
        DOCUMENT_MUST(s < doc->sentence_count &&
                      name->last <= doc->sentences[s].last);
        last = name->last;
    }
    return NULL;
}

/* What is printed is CoNLL-U, and reads as the same tokens. */
static inline const char *check_conllu(const struct fm_doc *doc)
{
    struct fm_buf out;
    struct fm_buf text;
    struct fm_doc again;
    const char *wrong = NULL;

    fm_buf_init(&out, (size_t)1 << 30);
    fm_buf_init(&text, (size_t)1 << 30);
    fm_doc_init(&again, (size_t)4 << 30);
    fm_conllu_write(doc, &out);
    if (fm_buf_error(&out) != FM_OK)
        wrong = "CoNLL-U is written";
    else if (fm_utf8_valid(fm_buf_view(&out)) != out.len)
        wrong = "CoNLL-U is UTF-8";
    else if (fm_conllu_read(fm_buf_view(&out), &text, &again, NULL, NULL) !=
             FM_OK)
        wrong = "CoNLL-U can be read";
    else if (again.token_count != doc->token_count ||
             again.sentence_count != doc->sentence_count)
        wrong = "CoNLL-U has all tokens";
    fm_doc_release(&again);
    fm_buf_release(&text);
    fm_buf_release(&out);
    return wrong;
}

/* What is wrong with it; NULL = nothing. */
static inline const char *check_document(const struct fm_doc *doc)
{
    const char *wrong = check_tokens(doc);

    if (wrong == NULL)
        wrong = check_sentences(doc);
    for (size_t s = 0;
         wrong == NULL && doc->head != NULL && s < doc->sentence_count; s++)
        wrong = check_tree(doc, &doc->sentences[s]);
    if (wrong == NULL)
        wrong = check_names(doc);
    return wrong != NULL ? wrong : check_conllu(doc);
}

#endif
