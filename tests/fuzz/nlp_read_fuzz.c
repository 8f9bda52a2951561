/* Any bytes read as a text, a title, a list of sentences or CoNLL-U: a document
 * comes out that is whole (unit/nlp/document_check.h). The first byte chooses.
 * The model is the one in the usual places. */
#include "../unit/nlp/document_check.h"
#include "nlp/nlp.h"

#include <stdio.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls with no context: the one place with globals. */
static struct fm_nlp *nlp;
static struct fm_doc doc;
static struct fm_buf text;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct fm_why why = FM_WHY_INIT;

    (void)argc;
    (void)argv;
    fm_doc_init(&doc, (size_t)1 << 30);
    fm_buf_init(&text, (size_t)1 << 28);
    if (fm_nlp_open(NULL, &why, &nlp) != FM_OK) {
        (void)fprintf(stderr, "%s\n", why.text);
        abort();
    }
    return 0;
}

static enum fm_error read_as(uint8_t form, struct fm_str bytes)
{
    switch (form % 4) {
    case 0: return fm_nlp_read_sentences(nlp, bytes, &doc, NULL);
    case 1: return fm_nlp_read_conllu(nlp, bytes, &text, &doc, NULL);
    case 2: return fm_nlp_read(nlp, bytes, true, &doc, NULL);
    default: return fm_nlp_read(nlp, bytes, false, &doc, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong;

    if (size == 0 ||
        read_as(data[0], fm_str_n((const char *)data + 1, size - 1)) != FM_OK)
        return 0;
    wrong = check_document(&doc);
    if (wrong != NULL) {
        (void)fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}
