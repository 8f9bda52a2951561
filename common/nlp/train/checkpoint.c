#include "nlp/train/checkpoint.h"

#include <errno.h>

struct head {
    struct fm_net_shape shape;
    uint64_t rows;
    uint64_t dense;
    uint64_t entries;
};

void fm_trained_release(struct fm_trained *t)
{
    fm_net_free(t->net);
    fm_rows_release(&t->rows);
    t->net = NULL;
}

static bool put(FILE *file, const void *data, size_t size, size_t n)
{
    return fwrite(data, size, n, file) == n;
}

static bool get(FILE *file, void *data, size_t size, size_t n)
{
    return fread(data, size, n, file) == n;
}

enum fm_error fm_checkpoint_save(const struct fm_trained *t, const char *path,
                                 struct fm_why *why)
{
    const struct fm_net *net = t->net;
    const struct head head = {
        .shape = net->shape,
        .rows = net->row_count,
        .dense = net->dense,
        .entries = t->rows.vocab.n,
    };
    FILE *file = fopen(path, "wb");
    bool ok;

    if (file == NULL)
        return fm_fail_errno(errno, why, "cannot write %s", path);
    ok = put(file, &head, sizeof head, 1) &&
         put(file, net->w, sizeof *net->w, net->dense) &&
         put(file, net->rows, sizeof *net->rows,
             net->row_count * net->shape.dim) &&
         put(file, t->rows.info, sizeof *t->rows.info, net->row_count) &&
         put(file, t->rows.vocab.entries, sizeof *t->rows.vocab.entries,
             t->rows.vocab.n);
    if (fclose(file) != 0 || !ok)
        return fm_fail_errno(errno, why, "cannot write %s", path);
    return FM_OK;
}

static bool get_rows(FILE *file, const struct head *head, struct fm_rows *rows)
{
    struct fm_vocab_entry entry;

    rows->n = head->rows;
    rows->info = calloc(head->rows, sizeof *rows->info);
    if (rows->info == NULL ||
        !get(file, rows->info, sizeof *rows->info, head->rows))
        return false;
    for (uint64_t i = 0; i < head->rows; i++) {
        rows->told += rows->info[i].kind == FM_FEATURE_TOLD;
        rows->banks += rows->info[i].kind == FM_FEATURE_BANK;
    }
    for (uint64_t i = 0; i < head->entries; i++) {
        uint32_t *at;

        if (!get(file, &entry, sizeof entry, 1))
            return false;
        at = fm_vocab_at(&rows->vocab, entry.key);
        if (at == NULL)
            return false;
        *at = entry.value;
    }
    return true;
}

enum fm_error fm_checkpoint_load(const char *path, struct fm_why *why,
                                 struct fm_trained *ret)
{
    struct fm_trained t = {.net = NULL};
    struct head head;
    FILE *file = fopen(path, "rb");
    enum fm_error e;

    if (file == NULL)
        return fm_fail_errno(errno, why, "cannot read %s", path);
    if (!get(file, &head, sizeof head, 1))
        e = fm_fail(FM_ECORRUPT, why, NULL, "%s is cut short", path);
    else
        e = fm_net_new(&head.shape, head.rows, NULL, why, &t.net);
    if (e == FM_OK && (t.net->dense != head.dense ||
                       !get(file, t.net->w, sizeof *t.net->w, head.dense) ||
                       !get(file, t.net->rows, sizeof *t.net->rows,
                            head.rows * head.shape.dim) ||
                       !get_rows(file, &head, &t.rows)))
        e = fm_fail(FM_ECORRUPT, why, NULL, "%s does not fit this program",
                    path);
    (void)fclose(file);
    if (e == FM_OK)
        *ret = t;
    else
        fm_trained_release(&t);
    return e;
}
