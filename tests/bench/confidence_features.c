/* What the confidence of clauses is made of, for confidence.py:
 *     confidence_features MODEL SENTENCES
 *     confidence_features MODEL --parsed|--gold CONLLU
 * prints for each fact of a clause "values TAB sentence TAB predicate TAB arg1 TAB
 * arg2 …", values joined by commas. SENTENCES: one a line, "-" = standard input.
 * CONLLU: a treebank, its words as they are; with --gold its trees too, so that the
 * facts are those of a parser that makes no mistake.
 * With "--sizes" alone it prints the features and how many values each has. */
#include "extract/confidence.h"
#include "nlp/conllu.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY ((size_t)1 << 30)

struct bench {
    struct fm_nlp *nlp;
    struct fm_arena arena;
    struct fm_why why;
};

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

/* --- sentences ----------------------------------------------------------------------- */

static enum fm_error read_sentences(struct bench *b, const char *path)
{
    struct fm_extract_options options = {.sentences = true,
                                         .watch = print_fact};
    struct fm_extractor *extractor = NULL;
    Factmill__V1__Extraction *extraction = NULL;
    Factmill__V1__Article article;
    enum fm_error e;

    factmill__v1__article__init(&article);
    article.text = read_all(path);
    if (article.text == NULL)
        return FM_EIO;
    article.language = (char[]){'e', 'n', '\0'};
    e = fm_extractor_new(b->nlp, &b->why, &extractor);
    if (e == FM_OK)
        e = fm_extract_run(extractor, &article, &options, &b->arena, &b->why,
                           &extraction);
    fm_extractor_free(extractor);
    free(article.text);
    return e;
}

/* --- a treebank ------------------------------------------------------------------------- */

/* Puts the trees of the treebank in place of the parser's. */
static void take_gold(struct fm_doc *doc, const struct fm_conllu_gold *gold)
{
    doc->head = gold->head;
    doc->lemma = gold->lemma;
    doc->certain = NULL;
    for (size_t i = 0; i < doc->token_count; i++) {
        doc->upos[i] = fm_upos_of(gold->upos[i]);
        doc->xpos[i] = fm_xpos_of(gold->xpos[i]);
        doc->deprel[i] = fm_dep_of(gold->deprel[i]);
    }
}

static enum fm_error read_treebank(struct bench *b, const char *path, bool gold)
{
    struct fm_str conllu;
    struct fm_buf text;
    struct fm_doc doc;
    struct fm_doc title;
    struct fm_tree tree;
    struct fm_conllu_gold columns;
    Factmill__V1__Article article;
    struct fm_context ctx = {.article = &article,
                             .nlp = b->nlp,
                             .doc = &doc,
                             .title = &title,
                             .arena = &b->arena,
                             .published_us = INT64_MIN,
                             .version = 1,
                             .watch = print_fact};
    char *file = read_all(path);
    enum fm_error e = file != NULL ? FM_OK : FM_EIO;

    factmill__v1__article__init(&article);
    conllu = fm_str(file != NULL ? file : "");
    fm_buf_init(&text, FM_DOCUMENT_BYTES_MAX);
    fm_doc_init(&doc, MEMORY);
    fm_doc_init(&title, MEMORY);
    if (e == FM_OK)
        e = fm_nlp_read_conllu(b->nlp, conllu, &text, &doc, &b->why);
    if (e == FM_OK && gold) {
        struct fm_buf again;

        fm_buf_init(&again, FM_DOCUMENT_BYTES_MAX);
        e = fm_conllu_read(conllu, &again, &title, &b->why, &columns);
        if (e == FM_OK)
            take_gold(&doc, &columns);
        fm_buf_release(&again);
    }
    if (e == FM_OK && fm_tree_build(&doc, &b->arena, &tree)) {
        ctx.tree = &tree;
        fm_extract_clauses(&ctx);
    }
    fm_doc_release(&title);
    fm_doc_release(&doc);
    fm_buf_release(&text);
    free(file);
    return e;
}

int main(int argc, char **argv)
{
    struct fm_nlp_options options = {.model = argc > 1 ? argv[1] : NULL};
    struct bench b = {.why = FM_WHY_INIT};
    bool gold = argc == 4 && strcmp(argv[2], "--gold") == 0;
    bool trees = gold || (argc == 4 && strcmp(argv[2], "--parsed") == 0);
    enum fm_error e;

    if (argc == 2 && strcmp(argv[1], "--sizes") == 0)
        return print_sizes();
    if (argc != (trees ? 4 : 3))
        return 64;
    fm_arena_init(&b.arena, MEMORY);
    e = fm_nlp_open(&options, &b.why, &b.nlp);
    if (e == FM_OK)
        e = trees ? read_treebank(&b, argv[3], gold)
                  : read_sentences(&b, argv[2]);
    if (e != FM_OK)
        (void)fprintf(stderr, "%s\n", fm_why_text(&b.why, e));
    fm_nlp_close(b.nlp);
    fm_arena_release(&b.arena);
    return e == FM_OK ? 0 : 70;
}
