#include "nlp/train/raw.h"

#include "base/utf8.h"
#include "nlp/sentence.h"
#include "nlp/token.h"
#include "nlp/train/net_priv.h"
#include "nlp/tree.h"

#define TEACHERS_MAX 8u
#define TEXT_MAX     ((size_t)64 << 20)
#define MEMORY_MAX   ((size_t)2 << 30)
#define BATCH        1000u

/* --- reading ---------------------------------------------------------------- */

static uint32_t hex4(const char *at)
{
    uint32_t v = 0;

    for (size_t i = 0; i < 4; i++) {
        char c = fm_lower(at[i]);

        v = v << 4 | (uint32_t)(fm_is_digit(c) ? c - '0' : (c - 'a' + 10) & 15);
    }
    return v;
}

/* One escape of a JSON string, behind the backslash; returns its length. */
static size_t put_escape(struct fm_str s, size_t at, struct fm_buf *out)
{
    char bytes[4];
    uint32_t c;

    if (s.data[at] != 'u' || at + 5 > s.len) {
        fm_buf_char(out,
                    s.data[at] == 'n' || s.data[at] == 't' ? ' ' : s.data[at]);
        return 1;
    }
    c = hex4(s.data + at + 1);
    if (c >= 0xd800 && c < 0xdc00 && at + 11 <= s.len) {
        c = 0x10000 + ((c - 0xd800) << 10) + (hex4(s.data + at + 7) & 0x3ff);
        fm_buf_add(out, bytes, fm_utf8_put(c, bytes));
        return 11;
    }
    fm_buf_add(out, bytes, fm_utf8_put(c, bytes));
    return 5;
}

/* Appends the string member "text" of a line as a paragraph. */
static void put_text(struct fm_str line, struct fm_buf *out)
{
    struct fm_str key = fm_str("\"text\": \"");
    size_t at = fm_str_find(line, key, 0);

    if (at == SIZE_MAX)
        return;
    for (at += key.len; at < line.len && line.data[at] != '"'; at++) {
        if (line.data[at] == '\\' && at + 1 < line.len)
            at += put_escape(line, at + 1, out);
        else
            fm_buf_char(out, line.data[at]);
    }
    fm_buf_z(out, "\n\n");
}

static enum fm_error empty_gold(struct fm_treebank *bank, struct fm_why *why)
{
    struct fm_arena *arena = &bank->doc.arena;
    size_t n = bank->doc.token_count + 1;

    bank->upos = fm_arena_alloc(arena, n);
    bank->xpos = fm_arena_alloc(arena, n);
    bank->deprel = fm_arena_alloc(arena, n);
    bank->ner = fm_arena_alloc(arena, n);
    bank->gold.head = fm_arena_array(arena, n, sizeof(uint32_t));
    if (bank->gold.head == NULL || bank->deprel == NULL || bank->ner == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the texts");
    for (size_t i = 0; i < bank->doc.token_count; i++)
        bank->gold.head[i] = (uint32_t)i;
    return FM_OK;
}

enum fm_error fm_raw_open(const char *dir, const char *name, struct fm_why *why,
                          struct fm_treebank *ret)
{
    struct fm_treebank bank = {.upos = NULL};
    struct fm_str rest;
    struct fm_str line;
    enum fm_error e = fm_data_read(dir, name, why, &bank.file);

    if (e != FM_OK)
        return e;
    fm_buf_init(&bank.text, TEXT_MAX);
    fm_doc_init(&bank.doc, MEMORY_MAX);
    rest = fm_buf_view(&bank.file);
    while (fm_str_next(&rest, '\n', &line))
        put_text(line, &bank.text);
    e = fm_buf_error(&bank.text);
    if (e == FM_OK)
        e = fm_doc_reset(&bank.doc, fm_buf_view(&bank.text), why);
    if (e == FM_OK)
        e = fm_sentence_split(&bank.doc, FM_LAYOUT_TEXT, why);
    if (e == FM_OK)
        e = fm_token_split(&bank.doc, why);
    if (e == FM_OK)
        e = empty_gold(&bank, why);
    if (e != FM_OK)
        fm_treebank_close(&bank);
    else
        *ret = bank;
    return e;
}

/* --- annotating ------------------------------------------------------------- */

struct teacher {
    const struct fm_trained *trained;
    struct fm_corpus corpus; /* the bank by the teacher's own rows */
    struct fm_batch_maker maker;
    struct fm_net_work *work;
};

struct annotator {
    struct teacher teachers[TEACHERS_MAX];
    size_t n;
    uint32_t *order;
    struct fm_arena arena;
    struct fm_tree_work *tree;
};

static enum fm_error prepare(struct annotator *a,
                             const struct fm_trained *teachers, size_t n,
                             const struct fm_treebank *bank,
                             const struct fm_lexicon *lexicon,
                             struct fm_why *why)
{
    enum fm_error e = FM_OK;

    if (n > TEACHERS_MAX)
        return fm_fail(FM_EINVAL, why, NULL, "at most %u teachers",
                       TEACHERS_MAX);
    fm_arena_init(&a->arena, (size_t)16 << 20);
    a->tree = fm_tree_work_new(&a->arena);
    a->order = calloc(bank->doc.sentence_count + 1, sizeof *a->order);
    if (a->tree == NULL || a->order == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the teachers");
    for (uint32_t i = 0; i < bank->doc.sentence_count; i++)
        a->order[i] = i;
    for (a->n = 0; e == FM_OK && a->n < n; a->n++) {
        struct teacher *t = &a->teachers[a->n];

        t->trained = &teachers[a->n];
        e = fm_corpus_make(bank, 1, lexicon, &t->trained->rows, why,
                           &t->corpus);
        if (e == FM_OK)
            e = fm_batch_maker_init(&t->maker, BATCH + FM_SENTENCE_TOKENS_MAX,
                                    why);
        if (e == FM_OK)
            e = fm_net_work_new(t->trained->net, t->maker.tokens_max, why,
                                &t->work);
    }
    return e;
}

static void release(struct annotator *a)
{
    for (size_t i = 0; i < a->n; i++) {
        fm_corpus_release(&a->teachers[i].corpus);
        fm_batch_maker_release(&a->teachers[i].maker);
        fm_net_work_free(a->teachers[i].trained->net, a->teachers[i].work);
    }
    fm_arena_release(&a->arena);
    free(a->order);
}

static void add_up(float *sum, const float *more, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += more[i];
}

/* The trees of the batch under the sum of all scores. */
static void choose_heads(struct annotator *a, uint16_t *heads)
{
    const struct fm_batch *batch = &a->teachers[0].maker.batch;
    struct fm_net_work *sum = a->teachers[0].work;
    uint16_t tree[FM_SENTENCE_TOKENS_MAX + 1];

    for (size_t s = 0; s < batch->sentences; s++) {
        size_t n = batch->first[s + 1] - batch->first[s];

        for (size_t i = 0; i < a->n; i++) {
            struct teacher *t = &a->teachers[i];

            fm_heads_score(t->trained->net, &t->maker.batch, s, t->work);
            if (i > 0)
                add_up(sum->score, t->work->score, (n + 1) * (n + 1));
        }
        fm_tree_decode(sum->score, n + 1, n, a->tree, tree);
        for (size_t d = 1; d <= n; d++)
            heads[batch->first[s] + d - 1] = tree[d];
    }
}

/* What the teachers think of a batch. */
struct opinion {
    uint8_t upos[BATCH + FM_SENTENCE_TOKENS_MAX];
    uint8_t xpos[BATCH + FM_SENTENCE_TOKENS_MAX];
    uint8_t deprel[BATCH + FM_SENTENCE_TOKENS_MAX];
    uint8_t ner[BATCH + FM_SENTENCE_TOKENS_MAX];
    uint16_t head[BATCH + FM_SENTENCE_TOKENS_MAX];
};

/* Where corpus has nothing it gets the opinion. */
static void fill_gaps(const struct opinion *o, size_t tokens, size_t from,
                      struct fm_corpus *c)
{
    for (size_t i = 0; i < tokens; i++) {
        size_t t = from + i;

        if (c->ner[t] == FM_NER_NONE)
            c->ner[t] = o->ner[i];
        if (c->deprel[t] != FM_DEP_NONE)
            continue;
        c->upos[t] = o->upos[i];
        c->xpos[t] = o->xpos[i];
        c->head[t] = o->head[i];
        c->deprel[t] = o->deprel[i];
    }
}

static void form_opinion(struct annotator *a, struct opinion *o)
{
    size_t tokens = a->teachers[0].maker.batch.tokens;
    struct fm_net_work *sum = a->teachers[0].work;

    for (size_t i = 0; i < a->n; i++) {
        struct teacher *t = &a->teachers[i];

        fm_net_forward(t->trained->net, &t->maker.batch, 0, NULL, t->work);
    }
    choose_heads(a, o->head);
    for (size_t i = 0; i < a->n; i++) {
        struct teacher *t = &a->teachers[i];

        fm_heads_label(t->trained->net, &t->maker.batch, o->head, t->work);
        if (i == 0)
            continue;
        add_up(sum->labels, t->work->labels, tokens * FM_NET_LABELS);
        add_up(sum->tags, t->work->tags, tokens * FM_NET_TAGS);
    }
    fm_net_choose(sum, tokens, o->head, o->upos, o->xpos, o->deprel);
    fm_net_choose_names(sum, &a->teachers[0].maker.batch, o->ner);
}

enum fm_error fm_raw_annotate(const struct fm_trained *teachers, size_t n,
                              const struct fm_treebank *bank,
                              const struct fm_lexicon *lexicon, size_t from,
                              struct fm_why *why, struct fm_corpus *corpus)
{
    struct annotator a = {.n = 0};
    struct opinion *opinion = calloc(1, sizeof *opinion);
    enum fm_error e = prepare(&a, teachers, n, bank, lexicon, why);
    size_t sentence = 0;
    size_t token = from;

    if (opinion == NULL)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for the teachers");
    while (e == FM_OK && sentence < bank->doc.sentence_count) {
        size_t next = sentence;

        for (size_t i = 0; i < a.n; i++) {
            struct teacher *t = &a.teachers[i];

            next = sentence;
            fm_batch_fill(&t->maker, &t->corpus, &t->trained->rows, a.order,
                          &next, BATCH, NULL);
        }
        form_opinion(&a, opinion);
        fill_gaps(opinion, a.teachers[0].maker.batch.tokens, token, corpus);
        token += a.teachers[0].maker.batch.tokens;
        sentence = next;
    }
    release(&a);
    free(opinion);
    return e;
}
