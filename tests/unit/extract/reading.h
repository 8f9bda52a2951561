/* An article read by the whole extractor, for the tests of this folder. */
#ifndef FM_TEST_READING_H
#define FM_TEST_READING_H

#include "extract/extract.h"
#include "fm_test.h"

/* cmocka's asserts do not tell the compiler that they do not return. */
#define assert_found(pointer)           \
 do {                                   \
  if ((pointer) == NULL) {              \
   fail_msg("%s: not found", #pointer); \
   return;                              \
  }                                     \
 } while (0)

static struct fm_nlp *reading_nlp;
static struct fm_extractor *reading_extractor;
static struct fm_arena reading_arena;
/* What a failed reading gives, for the compiler's peace of mind. */
static Factmill__V1__Extraction reading_none;

static inline int reading_setup(void **state)
{
    (void)state;
    fm_arena_init(&reading_arena, (size_t)512 << 20);
    if (fm_nlp_open(NULL, NULL, &reading_nlp) != FM_OK)
        return -1;
    return fm_extractor_new(reading_nlp, NULL, &reading_extractor) == FM_OK
               ? 0
               : -1;
}

static inline int reading_teardown(void **state)
{
    (void)state;
    fm_extractor_free(reading_extractor);
    fm_nlp_close(reading_nlp);
    fm_arena_release(&reading_arena);
    return 0;
}

/* text must live as long as what is returned is used. */
static inline Factmill__V1__Extraction *reading_of(const char *title,
                                                   const char *text)
{
    Factmill__V1__Article *article;
    Factmill__V1__Extraction *extraction = NULL;

    fm_arena_reset(&reading_arena);
    article = fm_arena_alloc(&reading_arena, sizeof *article);
    if (article == NULL) {
        fail_msg("no memory for an article");
        return &reading_none;
    }
    factmill__v1__article__init(article);
    article->id = fm_arena_copy(&reading_arena, fm_str("a-1"));
    article->source = fm_arena_copy(&reading_arena, fm_str("test"));
    article->title = fm_arena_copy(&reading_arena, fm_str(title));
    article->text = fm_arena_copy(&reading_arena, fm_str(text));
    assert_fm_ok(fm_extract_run(reading_extractor, article, NULL,
                                &reading_arena, NULL, &extraction));
    return extraction != NULL ? extraction : &reading_none;
}

/* The text of the argument of a role; "" = none. */
static inline const char *reading_argument(const Factmill__V1__Fact *fact,
                                           Factmill__V1__Argument__Role role)
{
    for (size_t i = 0; fact != NULL && i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == role)
            return fact->arguments[i]->text;
    return "";
}

/* The first fact of a kind with this subject; NULL = none. */
static inline const Factmill__V1__Fact *
reading_fact(const Factmill__V1__Extraction *x, Factmill__V1__Fact__Kind kind,
             const char *subject)
{
    for (size_t i = 0; i < x->n_facts; i++)
        if (x->facts[i]->kind == kind && x->facts[i]->subject != NULL &&
            strcmp(x->facts[i]->subject->text, subject) == 0)
            return x->facts[i];
    return NULL;
}

#endif
