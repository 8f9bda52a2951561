#include "nlp/network.h"

#include "base/hash.h"

struct opener {
    const struct fm_model *model;
    const char *prefix; /* of sections' names */
    struct fm_why *why;
    enum fm_error failed;
};

uint64_t fm_network_tag_hash(void)
{
    uint64_t h = 0;

    for (unsigned i = 0; i < 256; i++) {
        struct fm_str names[] = {
            fm_str(fm_upos_name((uint8_t)i)),
            fm_str(fm_xpos_name((uint8_t)i)),
            fm_str(fm_dep_name((uint8_t)i)),
            fm_str(fm_ner_name((uint8_t)i)),
        };

        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            h = fm_hash64(names[k].data, names[k].len, h);
    }
    return h;
}

static struct fm_str any_section(struct opener *o, const char *name)
{
    char full[FM_MODEL_NAME_MAX];
    struct fm_str bytes = {NULL, 0};

    (void)snprintf(full, sizeof full, "%s%s", o->prefix, name);
    if (o->failed == FM_OK)
        o->failed = fm_model_section(o->model, full, o->why, &bytes);
    return bytes;
}

/* The section's bytes, which must be size of them; NULL on failure. */
static const char *section(struct opener *o, const char *name, size_t size)
{
    struct fm_str bytes = any_section(o, name);

    if (o->failed == FM_OK && bytes.len != size)
        o->failed = fm_fail(FM_ECORRUPT, o->why, "MODEL_DAMAGED",
                            "section %s of the model file has %zu bytes "
                            "instead of %zu",
                            name, bytes.len, size);
    return o->failed == FM_OK ? bytes.data : NULL;
}

static const float *floats(struct opener *o, const char *name, size_t n)
{
    return (const float *)(const void *)section(o, name, n * sizeof(float));
}

static struct fm_matrix matrix(struct opener *o, const char *name, size_t rows,
                               size_t cols)
{
    size_t weights = rows * cols * sizeof(int16_t);
    const char *at = section(o, name, weights + cols * sizeof(float));
    struct fm_matrix m = {.rows = (uint32_t)rows, .cols = (uint32_t)cols};

    if (at != NULL) {
        m.weights = (const int16_t *)(const void *)at;
        m.scales = (const float *)(const void *)(at + weights);
    }
    return m;
}

static struct fm_table table(struct opener *o, const char *name)
{
    struct fm_table t = {.count = 0};
    struct fm_str bytes = any_section(o, name);
    size_t slots;
    size_t empty = 0;

    if (o->failed != FM_OK)
        return t;
    t.slots = (const struct fm_table_slot *)(const void *)bytes.data;
    slots = bytes.len / sizeof *t.slots;
    for (size_t i = 0; i < slots; i++)
        empty += t.slots[i].value == 0;
    if (empty == 0 || bytes.len % sizeof *t.slots != 0 || slots > UINT32_MAX)
        o->failed = fm_fail(FM_ECORRUPT, o->why, "MODEL_DAMAGED",
                            "section %s of the model file is no table", name);
    t.count = (uint32_t)slots;
    return t;
}

static struct fm_lexicon lexicon(struct opener *o)
{
    size_t fixed = FM_LEXICON_COMBINATIONS * sizeof(uint32_t);
    struct fm_lexicon l = {.count = 0};
    struct fm_str bytes = any_section(o, "lexicon");
    size_t empty = 0;

    if (o->failed != FM_OK)
        return l;
    if (bytes.len > fixed) {
        l.combination = (const uint32_t *)(const void *)bytes.data;
        l.slots = l.combination + FM_LEXICON_COMBINATIONS;
        l.count = (uint32_t)((bytes.len - fixed) / sizeof *l.slots);
    }
    for (size_t i = 0; i < l.count; i++)
        empty += l.slots[i] == 0;
    if (empty == 0 || bytes.len % sizeof *l.slots != 0)
        o->failed = fm_fail(FM_ECORRUPT, o->why, "MODEL_DAMAGED",
                            "the model's lexicon is none");
    return l;
}

static void open_layer(struct opener *o, struct fm_network *net, size_t i)
{
    size_t dim = net->shape.dim;
    size_t half = dim / 2;
    char name[FM_MODEL_NAME_MAX];
    const float *bias;
    const float *memory;

    (void)snprintf(name, sizeof name, "layer%zu.weight", i + 1);
    net->layers[i].weight = matrix(o, name, dim, 3 * dim);
    (void)snprintf(name, sizeof name, "layer%zu.bias", i + 1);
    bias = floats(o, name, 2 * dim);
    (void)snprintf(name, sizeof name, "layer%zu.memory", i + 1);
    memory = floats(o, name, 2 * dim);
    for (size_t k = 0; o->failed == FM_OK && k < 2; k++)
        net->layers[i].halves[k] = (struct fm_gates){
            .width = half,
            .bias_forget = bias + k * half,
            .bias_reset = bias + dim + k * half,
            .memory_forget = memory + k * half,
            .memory_reset = memory + dim + k * half,
        };
}

static void open_shape(struct opener *o, bool syntax, struct fm_network *net)
{
    struct fm_network_stored_shape s;
    const char *at = section(o, "shape", sizeof s);

    if (at == NULL)
        return;
    memcpy(&s, at, sizeof s);
    net->shape = s.shape;
    net->row_count = s.row_count;
    if (s.tag_hash != fm_network_tag_hash())
        o->failed = fm_fail(FM_EVERSION, o->why, "MODEL_OTHER_TAGS",
                            "the model was trained with other tag sets than "
                            "this program has");
    else if (s.shape.dim == 0 || s.shape.dim > FM_DEPTH_MAX ||
             s.shape.dim % 32 != 0 || s.shape.layers == 0 ||
             s.shape.layers > FM_NET_LAYERS_MAX || s.shape.tag_layer == 0 ||
             s.shape.tag_layer > s.shape.layers ||
             (s.shape.arc != 0) != syntax || (s.shape.label != 0) != syntax ||
             s.shape.arc > FM_DEPTH_MAX || s.shape.arc % FM_PANEL != 0 ||
             s.shape.label > FM_DEPTH_MAX || s.shape.label % FM_PANEL != 0)
        o->failed = fm_fail(FM_ECORRUPT, o->why, "MODEL_DAMAGED",
                            "the model's network has an impossible shape");
}

/* A row number out of the table must be one of the rows. */
static void check_rows(struct opener *o, const struct fm_network *net)
{
    for (size_t i = 0; o->failed == FM_OK && i < net->keys.count; i++)
        if (net->keys.slots[i].value >= net->row_count)
            o->failed = fm_fail(FM_ECORRUPT, o->why, "MODEL_DAMAGED",
                                "the model names a row it does not have");
}

/* What all networks have. */
static void open_words(struct opener *o, struct fm_network *net)
{
    net->keys = table(o, "keys");
    check_rows(o, net);
    net->rows = (const int8_t *)(const void *)section(
        o, "rows", (size_t)net->row_count * net->shape.dim);
    net->row_scales = floats(o, "row.scales", net->row_count);
    for (size_t i = 0; o->failed == FM_OK && i < net->shape.layers; i++)
        open_layer(o, net, i);
}

enum fm_error fm_network_open(const struct fm_model *model, struct fm_why *why,
                              struct fm_network *ret)
{
    struct opener o = {.model = model, .prefix = "", .why = why};
    struct fm_network net = {.kernels = fm_kernels_best()};
    const struct fm_net_shape *s = &net.shape;

    open_shape(&o, true, &net);
    if (o.failed != FM_OK)
        return o.failed;
    net.lexicon = lexicon(&o);
    open_words(&o, &net);
    net.tag = matrix(&o, "tag", s->dim, FM_NET_TAGS);
    net.tag_bias = floats(&o, "tag.bias", FM_NET_TAGS);
    net.arc_head = matrix(&o, "arc.head", s->dim, s->arc);
    net.arc_head_bias = floats(&o, "arc.head.bias", s->arc);
    net.arc_dep = matrix(&o, "arc.dep", s->dim, s->arc);
    net.arc_dep_bias = floats(&o, "arc.dep.bias", s->arc);
    net.arc_root = floats(&o, "arc.root", s->arc);
    net.arc = matrix(&o, "arc", s->arc, s->arc);
    net.arc_bias = floats(&o, "arc.bias", s->arc);
    net.distance = matrix(&o, "distance", s->arc, FM_NET_DISTANCES);
    net.label_head = matrix(&o, "label.head", s->dim, s->label);
    net.label_dep = matrix(&o, "label.dep", s->dim, s->label);
    net.label_bias = floats(&o, "label.bias", s->label);
    net.label_root = floats(&o, "label.root", s->label);
    net.label = matrix(&o, "label", s->label, FM_NET_LABELS);
    net.label_out_bias = floats(&o, "label.out.bias", FM_NET_LABELS);
    if (o.failed == FM_OK)
        *ret = net;
    return o.failed;
}

enum fm_error fm_namer_open(const struct fm_model *model,
                            const struct fm_network *first, struct fm_why *why,
                            struct fm_namer *ret)
{
    struct opener o = {.model = model, .prefix = "names.", .why = why};
    struct fm_namer namer = {.net = {.kernels = first->kernels}};
    struct fm_network *net = &namer.net;
    uint32_t told = (uint32_t)FM_XPOS_COUNT + (uint32_t)FM_DEP_COUNT;
    const float *steps;

    open_shape(&o, false, net);
    if (o.failed == FM_OK &&
        (net->row_count < told || net->shape.dim > first->shape.dim ||
         net->shape.tag_layer != net->shape.layers))
        o.failed = fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED",
                           "the model's network of names has an impossible "
                           "shape");
    if (o.failed != FM_OK)
        return o.failed;
    net->lexicon = first->lexicon;
    open_words(&o, net);
    namer.told = net->row_count - told;
    net->tag = matrix(&o, "tag", net->shape.dim, FM_NAMER_TAGS);
    net->tag_bias = floats(&o, "tag.bias", FM_NAMER_TAGS);
    namer.start = floats(&o, "start", net->shape.dim);
    steps = floats(&o, "steps", (size_t)FM_NER_COUNT * FM_NER_COUNT);
    if (o.failed != FM_OK)
        return o.failed;
    fm_chain_steps_init(steps, &namer.steps);
    *ret = namer;
    return FM_OK;
}
