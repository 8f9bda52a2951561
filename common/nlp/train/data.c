#include "nlp/train/data.h"

#include "nlp/tags.h"
#include "nlp/train/net.h"

#include <errno.h>
#include <zlib.h>

/* The largest file, ten times over. */
#define FILE_MAX   ((size_t)512 << 20)
#define MEMORY_MAX ((size_t)2 << 30)
#define CHUNK      ((size_t)1 << 20)

static gzFile open_either(const char *dir, const char *name)
{
    char path[4096];
    gzFile file;

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    file = gzopen(path, "rb");
    if (file != NULL || errno != ENOENT)
        return file;
    (void)snprintf(path, sizeof path, "%s/%s.gz", dir, name);
    return gzopen(path, "rb");
}

enum fm_error fm_data_read(const char *dir, const char *name,
                           struct fm_why *why, struct fm_buf *ret)
{
    gzFile file;
    int n = 0;
    char *at;

    errno = 0;
    file = open_either(dir, name);
    if (file == NULL)
        return fm_fail_errno(errno, why, "cannot open %s/%s", dir, name);
    fm_buf_init(ret, FILE_MAX);
    while ((at = fm_buf_reserve(ret, CHUNK)) != NULL &&
           (n = gzread(file, at, CHUNK)) > 0)
        ret->len += (size_t)n;
    (void)gzclose(file);
    if (at != NULL && n == 0)
        return FM_OK;
    fm_buf_release(ret);
    return fm_fail(FM_EIO, why, NULL, "cannot read %s/%s", dir, name);
}

static uint8_t *numbers(struct fm_treebank *bank, const struct fm_str *names,
                        uint8_t (*number_of)(struct fm_str))
{
    size_t n = bank->doc.token_count;
    uint8_t *to = fm_arena_alloc(&bank->doc.arena, n + 1);

    for (size_t i = 0; to != NULL && i < n; i++)
        to[i] = number_of(names[i]);
    return to;
}

/* Reads bank->file, which is CoNLL-U. */
static enum fm_error read_bank(const char *name, struct fm_why *why,
                               struct fm_treebank *bank)
{
    enum fm_error e;

    fm_buf_init(&bank->text, FILE_MAX);
    fm_doc_init(&bank->doc, MEMORY_MAX);
    e = fm_conllu_read(fm_buf_view(&bank->file), &bank->text, &bank->doc, why,
                       &bank->gold);
    if (e != FM_OK)
        return e;
    bank->upos = numbers(bank, bank->gold.upos, fm_upos_of);
    bank->xpos = numbers(bank, bank->gold.xpos, fm_xpos_of);
    bank->deprel = numbers(bank, bank->gold.deprel, fm_dep_of);
    bank->ner = fm_arena_alloc(&bank->doc.arena, bank->doc.token_count + 1);
    return bank->ner != NULL && bank->deprel != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for %s", name);
}

enum fm_error fm_treebank_open(const char *dir, const char *name,
                               struct fm_why *why, struct fm_treebank *ret)
{
    struct fm_treebank bank = {.upos = NULL};
    enum fm_error e = fm_data_read(dir, name, why, &bank.file);

    if (e != FM_OK)
        return e;
    e = read_bank(name, why, &bank);
    if (e != FM_OK)
        fm_treebank_close(&bank);
    else
        *ret = bank;
    return e;
}

/* --- names ----------------------------------------------------------------- */

/* What the corpora call the kinds; all others are out. */
static const struct {
    const char *tag;
    uint8_t first;
} kinds[] = {
    {"PER", FM_NER_B_PERSON},         {"ORG", FM_NER_B_ORGANIZATION},
    {"LOC", FM_NER_B_LOCATION},       {"MISC", FM_NER_B_OTHER},
    {"EVENT", FM_NER_B_OTHER},        {"PRODUCT", FM_NER_B_OTHER},
    {"WORK", FM_NER_B_OTHER},         {"FIN", FM_NER_B_OTHER},
    {"GROUP", FM_NER_B_ORGANIZATION},
};

static uint8_t ner_of(struct fm_str tag)
{
    for (size_t i = 0; tag.len > 2 && i < sizeof kinds / sizeof kinds[0]; i++)
        if (fm_str_eqz(fm_str_n(tag.data + 2, tag.len - 2), kinds[i].tag))
            return (uint8_t)(kinds[i].first + (tag.data[0] == 'I'));
    return FM_NER_OUT;
}

enum fm_error fm_treebank_names(const char *dir, const char *name,
                                struct fm_why *why, struct fm_treebank *bank)
{
    struct fm_buf file;
    struct fm_str rest;
    struct fm_str line;
    size_t token = 0;
    enum fm_error e = fm_data_read(dir, name, why, &file);

    if (e != FM_OK)
        return e;
    rest = fm_buf_view(&file);
    while (e == FM_OK && fm_str_next(&rest, '\n', &line)) {
        struct fm_str form;

        if (line.len == 0)
            continue;
        if (!fm_str_next(&line, '\t', &form) ||
            token >= bank->doc.token_count ||
            !fm_str_eq(form, bank->doc.form[token]))
            e = fm_fail(FM_EINVAL, why, NULL,
                        "%s does not have the words of its treebank: word %zu",
                        name, token);
        else
            bank->ner[token++] = ner_of(line);
    }
    fm_buf_release(&file);
    return e;
}

/* Words and nothing else, as CoNLL-U. */
static enum fm_error bare_words(struct fm_str file, struct fm_buf *out)
{
    struct fm_str line;
    size_t id = 0;

    while (fm_str_next(&file, '\n', &line)) {
        struct fm_str form;

        if (line.len == 0) {
            fm_buf_char(out, '\n');
            id = 0;
        } else if (fm_str_next(&line, '\t', &form)) {
            fm_buf_printf(out, "%zu\t", ++id);
            fm_buf_str(out, form);
            fm_buf_z(out, "\t_\t_\t_\t_\t_\t_\t_\t_\n");
        }
    }
    fm_buf_char(out, '\n');
    return fm_buf_error(out);
}

enum fm_error fm_names_open(const char *dir, const char *name, bool partial,
                            struct fm_why *why, struct fm_treebank *ret)
{
    struct fm_treebank bank = {.upos = NULL};
    struct fm_buf file;
    enum fm_error e = fm_data_read(dir, name, why, &file);

    if (e != FM_OK)
        return e;
    fm_buf_init(&bank.file, FILE_MAX);
    e = bare_words(fm_buf_view(&file), &bank.file);
    fm_buf_release(&file);
    if (e == FM_OK)
        e = read_bank(name, why, &bank);
    if (e == FM_OK)
        e = fm_treebank_names(dir, name, why, &bank);
    for (size_t i = 0; e == FM_OK && partial && i < bank.doc.token_count; i++)
        bank.ner[i] |= FM_NER_PARTIAL;
    if (e != FM_OK)
        fm_treebank_close(&bank);
    else
        *ret = bank;
    return e;
}

void fm_treebank_close(struct fm_treebank *bank)
{
    if (bank == NULL)
        return;
    fm_doc_release(&bank->doc);
    fm_buf_release(&bank->text);
    fm_buf_release(&bank->file);
}
