#include "nlp/train/data.h"

#include "nlp/tags.h"

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

enum fm_error fm_treebank_open(const char *dir, const char *name,
                               struct fm_why *why, struct fm_treebank *ret)
{
    struct fm_treebank bank = {.upos = NULL};
    enum fm_error e = fm_data_read(dir, name, why, &bank.file);

    if (e != FM_OK)
        return e;
    fm_buf_init(&bank.text, FILE_MAX);
    fm_doc_init(&bank.doc, MEMORY_MAX);
    e = fm_conllu_read(fm_buf_view(&bank.file), &bank.text, &bank.doc, why,
                       &bank.gold);
    if (e == FM_OK) {
        bank.upos = numbers(&bank, bank.gold.upos, fm_upos_of);
        bank.xpos = numbers(&bank, bank.gold.xpos, fm_xpos_of);
        bank.deprel = numbers(&bank, bank.gold.deprel, fm_dep_of);
        if (bank.deprel == NULL)
            e = fm_fail(FM_ENOMEM, why, NULL, "no memory for %s", name);
    }
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
