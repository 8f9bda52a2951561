#include "nlp/train/export.h"

#include "base/hash.h"
#include "nlp/network.h"
#include "nlp/train/lexicon.h"

#include <errno.h>
#include <math.h>

#define HEADER 64u
#define ENTRY  48u
#define ALIGN  64u

void fm_model_writer_init(struct fm_model_writer *w)
{
    fm_buf_init(&w->table, (size_t)ENTRY * FM_MODEL_SECTIONS_MAX);
    fm_buf_init(&w->body, (size_t)FM_MODEL_BYTES_MAX);
    w->sections = 0;
}

void fm_model_writer_release(struct fm_model_writer *w)
{
    fm_buf_release(&w->table);
    fm_buf_release(&w->body);
}

static void put(struct fm_buf *buf, uint64_t v, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fm_buf_char(buf, (char)(v >> (8 * i) & 0xff));
}

/* Offsets are of the body until it is known how long the table is. */
void fm_model_writer_add(struct fm_model_writer *w, const char *name,
                         const void *data, size_t len)
{
    char filled[FM_MODEL_NAME_MAX] = {0};

    (void)snprintf(filled, sizeof filled, "%s", name);
    while (w->body.len % ALIGN != 0)
        fm_buf_char(&w->body, '\0');
    fm_buf_add(&w->table, filled, sizeof filled);
    put(&w->table, w->body.len, 8);
    put(&w->table, len, 8);
    put(&w->table, fm_hash64(data, len, 0), 8);
    fm_buf_add(&w->body, data, len);
    w->sections++;
}

static uint64_t get64(const char *at)
{
    uint64_t v = 0;

    for (size_t i = 8; i-- > 0;)
        v = v << 8 | (unsigned char)at[i];
    return v;
}

/* Header and table with the sections' offsets in the file. */
static void put_head(const struct fm_model_writer *w, struct fm_buf *head)
{
    size_t behind = (HEADER + w->table.len + ALIGN - 1) / ALIGN * ALIGN;
    struct fm_buf table;

    fm_buf_init(&table, w->table.ceiling);
    for (size_t i = 0; i < w->sections; i++) {
        const char *entry = w->table.data + i * ENTRY;

        fm_buf_add(&table, entry, FM_MODEL_NAME_MAX);
        put(&table, get64(entry + FM_MODEL_NAME_MAX) + behind, 8);
        fm_buf_add(&table, entry + FM_MODEL_NAME_MAX + 8, 16);
    }
    fm_buf_z(head, "FMMODEL\n");
    put(head, FM_MODEL_VERSION, 4);
    put(head, w->sections, 4);
    put(head, behind + w->body.len, 8);
    put(head, fm_hash64(table.data, table.len, 0), 8);
    while (head->len < HEADER)
        fm_buf_char(head, '\0');
    fm_buf_str(head, fm_buf_view(&table));
    while (head->len < behind)
        fm_buf_char(head, '\0');
    fm_buf_release(&table);
}

enum fm_error fm_model_writer_save(const struct fm_model_writer *w,
                                   const char *path, struct fm_why *why)
{
    struct fm_buf head;
    FILE *file = NULL;
    enum fm_error e = FM_OK;

    fm_buf_init(&head, HEADER + ALIGN + w->table.ceiling);
    put_head(w, &head);
    if (fm_buf_error(&head) != FM_OK || fm_buf_error(&w->body) != FM_OK ||
        fm_buf_error(&w->table) != FM_OK)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for the model");
    if (e == FM_OK) {
        file = fopen(path, "wb");
        if (file == NULL || fwrite(head.data, 1, head.len, file) != head.len ||
            fwrite(w->body.data, 1, w->body.len, file) != w->body.len)
            e = fm_fail_errno(errno, why, "cannot write %s", path);
    }
    if (file != NULL && fclose(file) != 0 && e == FM_OK)
        e = fm_fail_errno(errno, why, "cannot write %s", path);
    fm_buf_release(&head);
    return e;
}

/* --- the network ----------------------------------------------------------- */

/* The largest number of a column; of no column, nearly nothing. */
static float top_of(const float *from, size_t ld, size_t rows, size_t col)
{
    float top = 1e-20f;

    for (size_t r = 0; col != SIZE_MAX && r < rows; r++)
        top = fmaxf(top, fabsf(from[r * ld + col]));
    return top;
}

/* The matrix from[rows][ld], of which cols count, as integers by columns'
 * scales, in panels (nlp/kernel.h); filled up with columns of zero to wide. */
static void put_matrix(const float *from, size_t ld, size_t rows, size_t cols,
                       size_t wide, const char *name, struct fm_model_writer *w)
{
    struct fm_buf out;

    fm_buf_init(&out, rows * wide * 2 + wide * 4);
    for (size_t panel = 0; panel < wide; panel += FM_PANEL)
        for (size_t k = 0; k < rows; k += 2)
            for (size_t i = 0; i < 2 * (size_t)FM_PANEL; i++) {
                size_t col = panel + i / 2;
                float top = top_of(from, ld, rows, col < cols ? col : SIZE_MAX);
                float v = col < cols ? from[(k + i % 2) * ld + col] : 0;

                put(&out, (uint16_t)lrintf(v * ((float)FM_WEIGHT_MAX / top)),
                    2);
            }
    for (size_t col = 0; col < wide; col++) {
        float top = top_of(from, ld, rows, col < cols ? col : SIZE_MAX) /
                    (float)FM_WEIGHT_MAX;

        fm_buf_add(&out, &top, sizeof top);
    }
    fm_model_writer_add(w, name, out.data, out.len);
    fm_buf_release(&out);
}

static void add_matrix(const struct fm_net *net, const char *name,
                       struct fm_param p, struct fm_model_writer *w)
{
    put_matrix(net->w + p.at, p.cols, p.rows, p.cols, p.cols, name, w);
}

static void add_floats(const struct fm_net *net, const char *name,
                       struct fm_param p, struct fm_model_writer *w)
{
    fm_model_writer_add(w, name, net->w + p.at,
                        p.rows * p.cols * sizeof *net->w);
}

/* The first n rows of the words. */
static void add_rows(const struct fm_net *net, size_t n, const char *name,
                     const char *scales_name, struct fm_model_writer *w)
{
    size_t dim = net->shape.dim;
    struct fm_buf values;
    struct fm_buf scales;

    fm_buf_init(&values, n * dim);
    fm_buf_init(&scales, n * sizeof(float));
    for (size_t r = 0; r < n; r++) {
        const float *row = net->rows + r * dim;
        float top = 1e-20f;
        float scale;

        for (size_t j = 0; j < dim; j++)
            top = fmaxf(top, fabsf(row[j]));
        scale = top / 127.0f;
        for (size_t j = 0; j < dim; j++)
            fm_buf_char(&values, (char)lrintf(row[j] / scale));
        fm_buf_add(&scales, &scale, sizeof scale);
    }
    fm_model_writer_add(w, name, values.data, values.len);
    fm_model_writer_add(w, scales_name, scales.data, scales.len);
    fm_buf_release(&values);
    fm_buf_release(&scales);
}

static enum fm_error add_table(const char *name, const struct fm_vocab *vocab,
                               struct fm_model_writer *w, struct fm_why *why)
{
    struct fm_table table;

    if (fm_vocab_table(vocab, &table) != FM_OK)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the model");
    fm_model_writer_add(w, name, table.slots,
                        (size_t)table.count * sizeof *table.slots);
    fm_vocab_table_free(&table);
    return FM_OK;
}

static void add_layers(const struct fm_net *net, const char *prefix,
                       struct fm_model_writer *w)
{
    char name[FM_MODEL_NAME_MAX];

    for (size_t i = 0; i < net->shape.layers; i++) {
        (void)snprintf(name, sizeof name, "%slayer%zu.weight", prefix, i + 1);
        add_matrix(net, name, net->layers[i].weight, w);
        (void)snprintf(name, sizeof name, "%slayer%zu.bias", prefix, i + 1);
        add_floats(net, name, net->layers[i].bias, w);
        (void)snprintf(name, sizeof name, "%slayer%zu.memory", prefix, i + 1);
        add_floats(net, name, net->layers[i].memory, w);
    }
}

static void add_dense(const struct fm_net *net, struct fm_model_writer *w)
{
    const struct {
        const char *name;
        const struct fm_param *param;
    } matrices[] = {
        {"tag", &net->tag},
        {"arc.head", &net->arc_head},
        {"arc.dep", &net->arc_dep},
        {"arc", &net->arc},
        {"distance", &net->distance},
        {"label.head", &net->label_head},
        {"label.dep", &net->label_dep},
        {"label", &net->label},
    };

    const struct {
        const char *name;
        const struct fm_param *param;
    } vectors[] = {
        {"tag.bias", &net->tag_bias},
        {"arc.head.bias", &net->arc_head_bias},
        {"arc.dep.bias", &net->arc_dep_bias},
        {"arc.root", &net->arc_root},
        {"arc.bias", &net->arc_bias},
        {"label.bias", &net->label_bias},
        {"label.root", &net->label_root},
        {"label.out.bias", &net->label_out_bias},
    };

    add_layers(net, "", w);
    for (size_t i = 0; i < sizeof matrices / sizeof matrices[0]; i++)
        add_matrix(net, matrices[i].name, *matrices[i].param, w);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        add_floats(net, vectors[i].name, *vectors[i].param, w);
}

static void add_shape(const struct fm_net *net, size_t rows, const char *name,
                      struct fm_model_writer *w)
{
    const struct fm_network_stored_shape shape = {
        .shape = net->shape,
        .row_count = (uint32_t)rows,
        .tag_hash = fm_network_tag_hash(),
    };

    fm_model_writer_add(w, name, &shape, sizeof shape);
}

static enum fm_error add_lexicon(const struct fm_vocab *vocab,
                                 struct fm_model_writer *w, struct fm_why *why)
{
    size_t fixed = FM_LEXICON_COMBINATIONS * sizeof(uint32_t);
    struct fm_lexicon lexicon;
    struct fm_buf out;
    enum fm_error e = fm_lexicon_pack(vocab, why, &lexicon);

    if (e != FM_OK)
        return e;
    fm_buf_init(&out, fixed + lexicon.count * sizeof(uint32_t));
    fm_buf_add(&out, lexicon.combination, fixed);
    fm_buf_add(&out, lexicon.slots, lexicon.count * sizeof(uint32_t));
    fm_model_writer_add(w, "lexicon", out.data, out.len);
    fm_buf_release(&out);
    fm_lexicon_release(&lexicon);
    return FM_OK;
}

enum fm_error fm_export_network(const struct fm_net *net,
                                const struct fm_rows *rows,
                                const struct fm_vocab *lexicon,
                                struct fm_model_writer *w, struct fm_why *why)
{
    enum fm_error e;

    add_shape(net, net->row_count, "shape", w);
    e = add_lexicon(lexicon, w, why);
    if (e == FM_OK)
        e = add_table("keys", &rows->vocab, w, why);
    if (e != FM_OK)
        return e;
    add_rows(net, net->row_count, "rows", "row.scales", w);
    add_dense(net, w);
    return FM_OK;
}

/* --- the network of names -------------------------------------------------- */

/* What all words have in common: that their annotation is half the one's bank,
 * half the other's. */
static void add_start(const struct fm_net *net, const struct fm_rows *rows,
                      const size_t banks[2], struct fm_model_writer *w)
{
    size_t dim = net->shape.dim;
    size_t from = rows->n - rows->banks;
    float start[FM_DEPTH_MAX];

    for (size_t j = 0; j < dim; j++)
        start[j] = (net->rows[(from + banks[0]) * dim + j] +
                    net->rows[(from + banks[1]) * dim + j]) /
                   2;
    fm_model_writer_add(w, "names.start", start, dim * sizeof *start);
}

enum fm_error fm_export_names(const struct fm_net *net,
                              const struct fm_rows *rows, const size_t banks[2],
                              struct fm_model_writer *w, struct fm_why *why)
{
    size_t kept = rows->n - rows->banks;
    float bias[FM_NAMER_TAGS] = {0};
    enum fm_error e;

    add_shape(net, kept, "names.shape", w);
    e = add_table("names.keys", &rows->vocab, w, why);
    if (e != FM_OK)
        return e;
    add_rows(net, kept, "names.rows", "names.row.scales", w);
    add_start(net, rows, banks, w);
    add_layers(net, "names.", w);
    put_matrix(net->w + net->tag.at + FM_NET_NER, FM_NET_TAGS, net->shape.dim,
               FM_NER_COUNT, FM_NAMER_TAGS, "names.tag", w);
    memcpy(bias, net->w + net->tag_bias.at + FM_NET_NER,
           FM_NER_COUNT * sizeof *bias);
    fm_model_writer_add(w, "names.tag.bias", bias, sizeof bias);
    add_floats(net, "names.steps", net->steps, w);
    return FM_OK;
}
