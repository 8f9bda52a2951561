/* factmill-train: from a folder of data to a model file. */
#include "base/config.h"
#include "nlp/train/checkpoint.h"
#include "nlp/train/export.h"
#include "nlp/train/lemma.h"
#include "nlp/train/lexicon.h"
#include "nlp/train/name_trainer.h"
#include "nlp/train/raw.h"
#include "nlp/train/trainer.h"

#include <stdlib.h>

#define TEACHERS_MAX 4u

/* What is read to train on; all but the treebanks have gaps, which the
 * teachers fill for the network. */
enum {
    BANK_EWT,
    BANK_GUM,
    BANKS_PARSED, /* with syntax and lemmas */
    BANK_WIKIGOLD = BANKS_PARSED,
    BANK_WNUT,
    BANK_UNER, /* sentences of EWT's dev set: names alone, never syntax */
    BANKS_ANNOTATED,
    BANK_NEWS = BANKS_ANNOTATED,
    BANKS_READ, /* for tags and syntax; the others have names alone */
    BANK_WNUT_DEV = BANKS_READ,
    BANK_MEANTIME,
    BANK_RE3D,
    BANKS
};

/* Those with names, in the order in which the network of names has them; then
 * those whose names its teachers find. */
static const uint8_t name_banks[] = {
    BANK_GUM,      BANK_UNER, BANK_WIKIGOLD, BANK_WNUT, BANK_WNUT_DEV,
    BANK_MEANTIME, BANK_RE3D, BANK_EWT,      BANK_NEWS,
};

#define NAME_BANKS           (sizeof name_banks / sizeof name_banks[0])
#define NAME_BANKS_ANNOTATED 7u

enum { DEV_EWT, DEV_GUM, DEVS };

struct settings {
    const char *data;
    const char *model;
    const char *keep;
    uint64_t seed;
    uint64_t teachers;
    uint64_t teacher_epochs;
    uint64_t epochs;
    uint64_t name_teachers;
    uint64_t name_epochs;
    uint64_t dim;
    uint64_t layers;
    uint64_t batch;
};

#define KEY(t, n, m, d, lo, hi, meta_, help_)                              \
 {                                                                         \
  .name = (n), .type = (t), .fallback = (d), .min = (lo), .max = (hi),     \
  .offset = offsetof(struct settings, m), .meta = (meta_), .help = (help_) \
 }

static const struct fm_config_key keys[] = {
    KEY(FM_CONFIG_STRING, "data", data, NULL, 0, 0, "DIR",
        "folder of the treebanks and word lists"),
    KEY(FM_CONFIG_STRING, "model", model, "factmill.model", 0, 0, "FILE",
        "the model to write"),
    KEY(FM_CONFIG_STRING, "keep", keep, NULL, 0, 0, "DIR",
        "folder to keep trained networks in, and to find them again"),
    KEY(FM_CONFIG_U64, "seed", seed, "1", 1, UINT32_MAX, "N",
        "of all random numbers"),
    KEY(FM_CONFIG_U64, "teachers", teachers, "2", 0, TEACHERS_MAX, "N",
        "networks that annotate the texts without annotation; 0 = none"),
    KEY(FM_CONFIG_U64, "teacher-epochs", teacher_epochs, "10", 1, 1000, "N",
        "times that a teacher sees the treebanks"),
    KEY(FM_CONFIG_U64, "epochs", epochs, "14", 1, 1000, "N",
        "times that the network sees all texts"),
    KEY(FM_CONFIG_U64, "name-teachers", name_teachers, "3", 0, TEACHERS_MAX,
        "N", "networks that find the names in texts without; 0 = none"),
    KEY(FM_CONFIG_U64, "name-epochs", name_epochs, "8", 2, 1000, "N",
        "times that the network of names sees its texts"),
    KEY(FM_CONFIG_U64, "dim", dim, "256", 32, FM_DEPTH_MAX, "N",
        "width of the network, a multiple of 32"),
    KEY(FM_CONFIG_U64, "layers", layers, "4", 2, FM_NET_LAYERS_MAX, "N",
        "recurrent layers"),
    KEY(FM_CONFIG_U64, "batch", batch, "800", 16, 100000, "N",
        "tokens of a step"),
};

/* Everything that was read. */
struct session {
    struct settings settings;
    struct fm_vocab lexicon;
    struct fm_lexicon packed;
    struct fm_treebank banks[BANKS];
    struct fm_treebank dev[DEVS];
    struct fm_trained teachers[TEACHERS_MAX];
    struct fm_trained student;
    struct fm_trained namer;
};

/* A treebank, or words with names alone, or with both. */
struct source {
    const char *treebank;
    const char *names;
    bool partial; /* knows no other kinds than people, organisations, places */
};

static enum fm_error read_source(const char *data, const struct source *from,
                                 struct fm_why *why, struct fm_treebank *ret)
{
    enum fm_error e;

    if (from->treebank == NULL)
        return fm_names_open(data, from->names, from->partial, why, ret);
    e = fm_treebank_open(data, from->treebank, why, ret);
    if (e == FM_OK && from->names != NULL)
        e = fm_treebank_names(data, from->names, why, ret);
    return e;
}

static enum fm_error read_all(struct session *s, struct fm_why *why)
{
    static const struct source train[BANKS] = {
        [BANK_EWT] = {.treebank = "ud/ewt/train.conllu"},
        [BANK_GUM] = {.treebank = "ud/gum_open/train.conllu",
                      .names = "ner/gum_open_train.bio"},
        [BANK_WIKIGOLD] = {.names = "ner/wikigold.bio"},
        [BANK_WNUT] = {.names = "ner/wnut17_train.bio"},
        [BANK_UNER] = {.names = "ner/uner_ewt_dev.bio", .partial = true},
        [BANK_WNUT_DEV] = {.names = "ner/wnut17_dev.bio"},
        [BANK_MEANTIME] = {.names = "ner/meantime_names.bio"},
        [BANK_RE3D] = {.names = "ner/re3d_open.bio", .partial = true},
    };
    static const struct source dev[DEVS] = {
        [DEV_EWT] = {.treebank = "ud/ewt/dev.conllu"},
        [DEV_GUM] = {.treebank = "ud/gum_open/dev.conllu",
                     .names = "ner/gum_open_dev.bio"},
    };
    const char *data = s->settings.data;
    enum fm_error e = fm_lexicon_build(data, why, &s->lexicon);

    if (e == FM_OK)
        e = fm_lexicon_pack(&s->lexicon, why, &s->packed);
    for (size_t i = 0; e == FM_OK && i < BANKS; i++)
        if (i != BANK_NEWS)
            e = read_source(data, &train[i], why, &s->banks[i]);
    for (size_t i = 0; e == FM_OK && i < DEVS; i++)
        e = read_source(data, &dev[i], why, &s->dev[i]);
    if (e == FM_OK)
        e = fm_raw_open(data, "news/current_events.jsonl", why,
                        &s->banks[BANK_NEWS]);
    return e;
}

static void release_all(struct session *s)
{
    for (size_t i = 0; i < TEACHERS_MAX; i++)
        fm_trained_release(&s->teachers[i]);
    fm_trained_release(&s->student);
    fm_trained_release(&s->namer);
    for (size_t i = 0; i < DEVS; i++)
        fm_treebank_close(&s->dev[i]);
    for (size_t i = 0; i < BANKS; i++)
        fm_treebank_close(&s->banks[i]);
    fm_lexicon_release(&s->packed);
    fm_vocab_release(&s->lexicon);
}

/* The teachers fill the gaps of all banks but the one whose sentences are
 * measured on. */
static enum fm_error fill_gaps(struct session *s, struct fm_corpus *corpus,
                               struct fm_why *why)
{
    size_t from = 0;
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < BANKS_READ; i++) {
        const struct fm_treebank *bank = &s->banks[i];

        if (i != BANK_UNER)
            e = fm_raw_annotate(s->teachers, s->settings.teachers, bank,
                                &s->packed, from, why, corpus);
        from += bank->doc.token_count;
    }
    return e;
}

/* Trains one network on the first n banks; with those that are not annotated,
 * the teachers annotate them. */
static enum fm_error train(struct session *s, size_t n,
                           const struct fm_trainer_options *options,
                           struct fm_why *why, struct fm_trained *ret)
{
    const struct fm_lexicon *lexicon = &s->packed;
    struct fm_corpus corpus = {.tokens = 0};
    struct fm_corpus dev[DEVS] = {{.tokens = 0}};
    enum fm_error e = fm_rows_choose(s->banks, n, lexicon, 1, why, &ret->rows);

    if (e == FM_OK)
        e = fm_corpus_make(s->banks, n, lexicon, &ret->rows, why, &corpus);
    for (size_t i = 0; e == FM_OK && i < DEVS; i++)
        e = fm_corpus_make(&s->dev[i], 1, lexicon, &ret->rows, why, &dev[i]);
    if (e == FM_OK && n == BANKS_READ)
        e = fill_gaps(s, &corpus, why);
    if (e == FM_OK) {
        (void)printf("%zu tokens, %zu sentences, %zu rows, %zu numbers\n",
                     corpus.tokens, corpus.sentences, ret->rows.n,
                     (size_t)corpus.row_first[corpus.tokens]);
        e = fm_trainer_run(options, &corpus, dev, DEVS, &ret->rows, stdout, why,
                           &ret->net);
    }
    fm_corpus_release(&corpus);
    for (size_t i = 0; i < DEVS; i++)
        fm_corpus_release(&dev[i]);
    return e;
}

/* The same, or what is kept of it. */
static enum fm_error train_or_load(struct session *s, size_t n,
                                   const struct fm_trainer_options *options,
                                   const char *name, struct fm_why *why,
                                   struct fm_trained *ret)
{
    char path[4096];
    const char *keep = s->settings.keep;
    enum fm_error e = FM_ENOTFOUND;

    (void)snprintf(path, sizeof path, "%s/%s.net", keep, name);
    if (keep[0] != '\0')
        e = fm_checkpoint_load(path, why, ret);
    (void)printf("%s: %s\n", name, e == FM_OK ? "kept" : "training");
    (void)fflush(stdout);
    if (e != FM_ENOTFOUND)
        return e;
    e = train(s, n, options, why, ret);
    if (e == FM_OK && keep[0] != '\0')
        e = fm_checkpoint_save(ret, path, why);
    return e;
}

/* Networks that differ make different errors. */
static const struct {
    uint32_t dim;
    float dropout;
} teacher_kinds[TEACHERS_MAX] = {
    {256, 0.33f},
    {256, 0.3f},
    {192, 0.3f},
    {192, 0.33f},
};

static enum fm_error train_all(struct session *s, struct fm_why *why)
{
    const struct settings *set = &s->settings;
    struct fm_trainer_options o = {
        .shape = {.layers = 3, .tag_layer = 2, .arc = 96, .label = 96},
        .epochs = set->teacher_epochs,
        .batch = set->batch,
        .rate = 0.002f,
    };
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < set->teachers; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "teacher%zu", i + 1);
        o.seed = set->seed + i;
        o.shape.dim = teacher_kinds[i].dim;
        o.dropout = teacher_kinds[i].dropout;
        e = train_or_load(s, BANKS_ANNOTATED, &o, name, why, &s->teachers[i]);
    }
    o.shape.dim = (uint32_t)set->dim;
    o.shape.layers = (uint32_t)set->layers;
    o.shape.tag_layer = o.shape.layers - 1;
    o.seed = set->seed + 100;
    o.epochs = set->epochs;
    o.dropout = 0.25f;
    if (e == FM_OK)
        e = train_or_load(s, set->teachers > 0 ? BANKS_READ : BANKS_ANNOTATED,
                          &o, "network", why, &s->student);
    return e;
}

static enum fm_error train_names(struct session *s, struct fm_why *why)
{
    struct fm_treebank banks[NAME_BANKS];
    const struct fm_name_task task = {
        .banks = banks,
        .annotated = NAME_BANKS_ANNOTATED,
        .n = NAME_BANKS,
        .dev = &s->dev[DEV_GUM],
        .dev_count = 1,
        .lexicon = &s->packed,
        .reader = &s->student,
        .teachers = s->settings.name_teachers,
        .row_times = 3,
        .options = {.shape = {.dim = 96, .layers = 2, .tag_layer = 2},
                    .seed = s->settings.seed + 200,
                    .epochs = s->settings.name_epochs,
                    .batch = 400,
                    .rate = 0.003f,
                    .dropout = 0.3f,
                    .average_from = s->settings.name_epochs / 2},
    };

    for (size_t i = 0; i < NAME_BANKS; i++)
        banks[i] = s->banks[name_banks[i]];
    return fm_name_train(&task, stdout, why, &s->namer);
}

static enum fm_error train_or_load_names(struct session *s, struct fm_why *why)
{
    char path[4096];
    const char *keep = s->settings.keep;
    enum fm_error e = FM_ENOTFOUND;

    (void)snprintf(path, sizeof path, "%s/names.net", keep);
    if (keep[0] != '\0')
        e = fm_checkpoint_load(path, why, &s->namer);
    (void)printf("names: %s\n", e == FM_OK ? "kept" : "training");
    (void)fflush(stdout);
    if (e != FM_ENOTFOUND)
        return e;
    e = train_names(s, why);
    if (e == FM_OK && keep[0] != '\0')
        e = fm_checkpoint_save(&s->namer, path, why);
    return e;
}

static enum fm_error write_model(const struct session *s, struct fm_why *why)
{
    /* Of name_banks: GUM and Universal NER. */
    static const size_t mixed[2] = {0, 1};
    struct fm_model_writer writer;
    enum fm_error e;

    fm_model_writer_init(&writer);
    e = fm_export_network(s->student.net, &s->student.rows, &s->lexicon,
                          &writer, why);
    if (e == FM_OK)
        e = fm_export_names(s->namer.net, &s->namer.rows, mixed, &writer, why);
    if (e == FM_OK)
        e = fm_lemma_train(s->settings.data, s->banks, BANKS_PARSED, &writer,
                           why);
    if (e == FM_OK)
        e = fm_model_writer_save(&writer, s->settings.model, why);
    fm_model_writer_release(&writer);
    return e;
}

int main(int argc, char **argv)
{
    struct session *s = calloc(1, sizeof *s);
    struct fm_config config = {
        .program = "factmill-train",
        .synopsis = "--data DIR [OPTION…]",
        .about = "Trains the model that factmill reads with. The same data "
                 "and seed give the same bytes.",
        .keys = keys,
        .key_count = sizeof keys / sizeof keys[0],
        .values = s != NULL ? &s->settings : NULL,
    };
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = FM_OK;
    int status = 0;

    if (s == NULL)
        return fm_error_exit(FM_ENOMEM);
    if (!fm_config_start(&config, argc, argv, &status)) {
        free(s);
        return status;
    }
    e = read_all(s, &why);
    if (e == FM_OK)
        e = train_all(s, &why);
    if (e == FM_OK)
        e = train_or_load_names(s, &why);
    if (e == FM_OK)
        e = write_model(s, &why);
    if (e != FM_OK)
        (void)fprintf(stderr, "factmill-train: %s\n", fm_why_text(&why, e));
    release_all(s);
    fm_config_release(&config);
    free(s);
    return fm_error_exit(e);
}
