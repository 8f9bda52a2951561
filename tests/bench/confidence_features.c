/* What the confidence of clauses is made of, for confidence.py:
 *     confidence_features MODEL SENTENCES
 * prints for each fact of a clause "values TAB sentence TAB predicate TAB arg1 TAB
 * arg2 …", values joined by commas. SENTENCES: one a line, "-" = standard input.
 * With "--sizes" alone it prints the features and how many values each has. */
#include "extract/confidence.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY ((size_t)1 << 30)

static void print_field(const char *text)
{
    for (; *text != '\0'; text++)
        (void)putchar(*text == '\t' || *text == '\n' ? ' ' : *text);
}

static void print_fact(void *user, const Factmill__V1__Fact *fact,
                       const uint8_t *seen, size_t n)
{
    const char *joined = "";

    (void)user;
    for (size_t i = 0; i < n; i++)
        (void)printf(i > 0 ? ",%u" : "%u", seen[i]);
    (void)putchar('\t');
    print_field(fact->evidence->text);
    (void)putchar('\t');
    print_field(fact->predicate->text[0] != '\0' ? fact->predicate->text
                                                 : fact->predicate->lemma);
    if (fact->n_arguments > 0)
        joined = fact->arguments[0]->preposition;
    if (joined[0] != '\0')
        (void)putchar(' ');
    print_field(joined);
    (void)putchar('\t');
    print_field(fact->subject->text);
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];

        (void)putchar('\t');
        if (i > 0 && a->preposition[0] != '\0') {
            print_field(a->preposition);
            (void)putchar(' ');
        }
        print_field(a->text);
    }
    (void)putchar('\n');
}

static int print_sizes(void)
{
#define X(feature, values) (void)printf("%s\t%d\n", #feature, values);
    FM_CONFIDENCE_FEATURES(X)
#undef X
    return 0;
}

static char *read_all(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    size_t cap = (size_t)64 << 20;
    char *text = file != NULL ? calloc(1, cap + 1) : NULL;

    if (text != NULL)
        text[fread(text, 1, cap, file)] = '\0';
    return text;
}

int main(int argc, char **argv)
{
    struct fm_nlp_options nlp_options = {.model = argc > 1 ? argv[1] : NULL};
    struct fm_extract_options options = {.sentences = true,
                                         .watch = print_fact};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;
    struct fm_extractor *extractor = NULL;
    struct fm_arena arena;
    Factmill__V1__Article article;
    Factmill__V1__Extraction *extraction = NULL;
    enum fm_error e;

    if (argc == 2 && strcmp(argv[1], "--sizes") == 0)
        return print_sizes();
    if (argc != 3)
        return 64;
    fm_arena_init(&arena, MEMORY);
    factmill__v1__article__init(&article);
    article.text = read_all(argv[2]);
    if (article.text == NULL)
        return 66;
    article.language = (char[]){'e', 'n', '\0'};
    e = fm_nlp_open(&nlp_options, &why, &nlp);
    if (e == FM_OK)
        e = fm_extractor_new(nlp, &why, &extractor);
    if (e == FM_OK)
        e = fm_extract_run(extractor, &article, &options, &arena, &why,
                           &extraction);
    if (e != FM_OK)
        (void)fprintf(stderr, "%s\n", why.text);
    fm_extractor_free(extractor);
    fm_nlp_close(nlp);
    fm_arena_release(&arena);
    free(article.text);
    return e == FM_OK ? 0 : 70;
}
