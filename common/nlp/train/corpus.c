#include "nlp/train/corpus.h"

/* How often a sentence does not tell whose annotation it has. */
#define BANK_OMISSION 0.3f
/* How often a tag or relation that a network is told is left out. */
#define TOLD_OMISSION 0.1f

/* Times a key must be seen to get a row. */
static const uint32_t threshold[] = {
    [FM_FEATURE_WORD] = 2,   [FM_FEATURE_CASED] = 3, [FM_FEATURE_PREFIX] = 5,
    [FM_FEATURE_SUFFIX] = 5, [FM_FEATURE_GRAM] = 10, [FM_FEATURE_SHAPE] = 3,
    [FM_FEATURE_FIRST] = 1,  [FM_FEATURE_LEX] = 1,   [FM_FEATURE_CLASS] = 5,
    [FM_FEATURE_LISTS] = 3,  [FM_FEATURE_TOLD] = 1,  [FM_FEATURE_BANK] = 1,
};

/* visit is called with the features of every token of the banks. */
static bool each_token(const struct fm_treebank *banks, size_t n,
                       const struct fm_lexicon *lexicon,
                       bool (*visit)(void *to, const struct fm_features *f),
                       void *to)
{
    struct fm_features f;
    uint16_t lists[FM_SENTENCE_TOKENS_MAX];

    for (size_t b = 0; b < n; b++) {
        const struct fm_doc *doc = &banks[b].doc;

        for (size_t s = 0; s < doc->sentence_count; s++) {
            size_t first = doc->sentences[s].first;
            size_t last = doc->sentences[s].last;

            fm_features_lists(doc, first, last, lists);
            for (size_t t = first; t < last; t++) {
                fm_features_make(doc->form[t], t == first, lists[t - first],
                                 lexicon, &f);
                if (!visit(to, &f))
                    return false;
            }
        }
    }
    return true;
}

struct counter {
    struct fm_vocab counts;
    struct fm_vocab kinds;
};

static bool count_token(void *to, const struct fm_features *f)
{
    struct counter *c = to;

    for (size_t i = 0; i < f->n; i++) {
        uint32_t *count = fm_vocab_at(&c->counts, f->keys[i]);
        uint32_t *kind = fm_vocab_at(&c->kinds, f->keys[i]);

        if (count == NULL || kind == NULL)
            return false;
        ++*count;
        *kind = f->kinds[i];
    }
    return true;
}

enum fm_error fm_rows_choose(const struct fm_treebank *banks, size_t n,
                             const struct fm_lexicon *lexicon, uint32_t times,
                             struct fm_why *why, struct fm_rows *ret)
{
    struct counter c = {.counts = {.n = 0}};
    struct fm_rows rows = {.n = 1};
    bool ok = each_token(banks, n, lexicon, count_token, &c);

    rows.info = calloc(c.counts.n + 1, sizeof *rows.info);
    ok = ok && rows.info != NULL;
    for (size_t i = 0; ok && i < c.counts.n; i++) {
        const struct fm_vocab_entry *entry = &c.counts.entries[i];
        uint32_t kind = c.kinds.entries[i].value;
        uint32_t *row;

        if (entry->value < threshold[kind] * times)
            continue;
        row = fm_vocab_at(&rows.vocab, entry->key);
        ok = row != NULL;
        if (!ok)
            break;
        *row = (uint32_t)rows.n;
        rows.info[rows.n].count = entry->value;
        rows.info[rows.n++].kind = (uint8_t)kind;
    }
    fm_vocab_release(&c.counts);
    fm_vocab_release(&c.kinds);
    if (!ok) {
        fm_rows_release(&rows);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the features");
    }
    *ret = rows;
    return FM_OK;
}

/* Rows that no key leads to. */
static enum fm_error add_rows(struct fm_rows *rows, size_t n,
                              enum fm_feature_kind kind, struct fm_why *why)
{
    struct fm_row_info *info =
        realloc(rows->info, (rows->n + n) * sizeof *info);

    if (info == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the features");
    rows->info = info;
    for (size_t i = 0; i < n; i++)
        info[rows->n++] =
            (struct fm_row_info){.count = 1, .kind = (uint8_t)kind};
    return FM_OK;
}

enum fm_error fm_rows_told(struct fm_rows *rows, struct fm_why *why)
{
    rows->told = FM_XPOS_COUNT + FM_DEP_COUNT;
    return add_rows(rows, rows->told, FM_FEATURE_TOLD, why);
}

enum fm_error fm_rows_banks(struct fm_rows *rows, size_t n, struct fm_why *why)
{
    rows->banks = n;
    return add_rows(rows, n, FM_FEATURE_BANK, why);
}

void fm_rows_release(struct fm_rows *rows)
{
    fm_vocab_release(&rows->vocab);
    free(rows->info);
    rows->info = NULL;
}

struct lister {
    const struct fm_rows *rows;
    struct fm_corpus *corpus;
    size_t token;
    size_t n;
    size_t cap;
};

static bool list_token(void *to, const struct fm_features *f)
{
    struct lister *l = to;

    if (l->n + FM_FEATURES_MAX > l->cap) {
        size_t cap = (l->cap + FM_FEATURES_MAX) * 2;
        uint32_t *rows = realloc(l->corpus->rows, cap * sizeof *rows);

        if (rows == NULL)
            return false;
        l->corpus->rows = rows;
        l->cap = cap;
    }
    for (size_t i = 0; i < f->n; i++) {
        uint32_t row = fm_vocab_get(&l->rows->vocab, f->keys[i]);

        if (row != 0)
            l->corpus->rows[l->n++] = row;
    }
    l->corpus->row_first[++l->token] = (uint32_t)l->n;
    return true;
}

static bool make_columns(struct fm_corpus *c)
{
    c->first = calloc(c->sentences + 1, sizeof *c->first);
    c->bank = calloc(c->sentences + 1, 1);
    c->row_first = calloc(c->tokens + 1, sizeof *c->row_first);
    c->upos = calloc(c->tokens + 1, 1);
    c->xpos = calloc(c->tokens + 1, 1);
    c->head = calloc(c->tokens + 1, sizeof *c->head);
    c->deprel = calloc(c->tokens + 1, 1);
    c->ner = calloc(c->tokens + 1, 1);
    return c->first != NULL && c->bank != NULL && c->row_first != NULL &&
           c->upos != NULL && c->xpos != NULL && c->head != NULL &&
           c->deprel != NULL && c->ner != NULL;
}

static void copy_gold(struct fm_corpus *c, const struct fm_treebank *bank,
                      size_t *sentence, size_t *token)
{
    const struct fm_doc *doc = &bank->doc;

    for (size_t s = 0; s < doc->sentence_count; s++) {
        size_t first = doc->sentences[s].first;

        c->first[(*sentence)++] = (uint32_t)*token;
        for (size_t t = first; t < doc->sentences[s].last; t++, ++*token) {
            c->upos[*token] = bank->upos[t];
            c->xpos[*token] = bank->xpos[t];
            c->deprel[*token] = bank->deprel[t];
            c->ner[*token] = bank->ner[t];
            c->head[*token] = bank->gold.head[t] == t
                                  ? 0
                                  : (uint16_t)(bank->gold.head[t] - first + 1);
        }
    }
    c->first[*sentence] = (uint32_t)*token;
}

enum fm_error fm_corpus_make(const struct fm_treebank *banks, size_t n,
                             const struct fm_lexicon *lexicon,
                             const struct fm_rows *rows, struct fm_why *why,
                             struct fm_corpus *ret)
{
    struct fm_corpus c = {.tokens = 0};
    struct lister l = {.rows = rows, .corpus = &c};
    size_t sentence = 0;
    size_t token = 0;

    for (size_t b = 0; b < n; b++) {
        c.tokens += banks[b].doc.token_count;
        c.sentences += banks[b].doc.sentence_count;
    }
    if (!make_columns(&c) || !each_token(banks, n, lexicon, list_token, &l)) {
        fm_corpus_release(&c);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the corpus");
    }
    for (size_t b = 0; b < n; b++) {
        size_t from = sentence;

        copy_gold(&c, &banks[b], &sentence, &token);
        memset(c.bank + from, (int)b, sentence - from);
    }
    *ret = c;
    return FM_OK;
}

void fm_corpus_release(struct fm_corpus *c)
{
    free(c->first);
    free(c->bank);
    free(c->row_first);
    free(c->rows);
    free(c->upos);
    free(c->xpos);
    free(c->head);
    free(c->deprel);
    free(c->ner);
    *c = (struct fm_corpus){.tokens = 0};
}

enum fm_error fm_batch_maker_init(struct fm_batch_maker *m, size_t tokens_max,
                                  struct fm_why *why)
{
    size_t n = tokens_max + 1;

    *m = (struct fm_batch_maker){.tokens_max = tokens_max};
    m->first = calloc(n, sizeof *m->first);
    m->row_first = calloc(n, sizeof *m->row_first);
    m->rows = calloc(n * (FM_FEATURES_MAX + 3), sizeof *m->rows);
    m->upos = calloc(n, 1);
    m->xpos = calloc(n, 1);
    m->head = calloc(n, sizeof *m->head);
    m->deprel = calloc(n, 1);
    m->ner = calloc(n, 1);
    if (m->first != NULL && m->row_first != NULL && m->rows != NULL &&
        m->upos != NULL && m->xpos != NULL && m->head != NULL &&
        m->deprel != NULL && m->ner != NULL)
        return FM_OK;
    fm_batch_maker_release(m);
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for a batch");
}

void fm_batch_maker_release(struct fm_batch_maker *m)
{
    free(m->first);
    free(m->row_first);
    free(m->rows);
    free(m->upos);
    free(m->xpos);
    free(m->head);
    free(m->deprel);
    free(m->ner);
    *m = (struct fm_batch_maker){.tokens_max = 0};
}

/* How often a row is left out. */
static float omission(const struct fm_row_info *info)
{
    switch (info->kind) {
    case FM_FEATURE_WORD:
    case FM_FEATURE_CASED: return 0.1f + 0.5f / (0.5f + (float)info->count);
    case FM_FEATURE_FIRST:
    case FM_FEATURE_SHAPE: return 0;
    default: return 0.05f;
    }
}

/* Adds the rows of the tag and the relation behind the n rows. */
static size_t tell(struct fm_batch_maker *m, const struct fm_corpus *c,
                   const struct fm_rows *rows, size_t t, size_t n,
                   struct fm_random *random)
{
    size_t from = rows->n - rows->banks - rows->told;

    if (random == NULL || fm_random_unit(random) >= TOLD_OMISSION)
        m->rows[n++] = (uint32_t)(from + c->xpos[t]);
    if (random == NULL || fm_random_unit(random) >= TOLD_OMISSION)
        m->rows[n++] = (uint32_t)(from + FM_XPOS_COUNT + c->deprel[t]);
    return n;
}

static void add_token(struct fm_batch_maker *m, const struct fm_corpus *c,
                      const struct fm_rows *rows, size_t t, uint32_t bank,
                      struct fm_random *random)
{
    size_t to = m->batch.tokens++;
    size_t n = m->row_first[to];

    for (size_t i = c->row_first[t]; i < c->row_first[t + 1]; i++) {
        uint32_t row = c->rows[i];

        if (random == NULL ||
            fm_random_unit(random) >= omission(&rows->info[row]))
            m->rows[n++] = row;
    }
    if (bank != 0)
        m->rows[n++] = bank;
    if (rows->told > 0)
        n = tell(m, c, rows, t, n, random);
    m->row_first[to + 1] = (uint32_t)n;
    m->upos[to] = rows->told > 0 ? FM_UPOS_NONE : c->upos[t];
    m->xpos[to] = c->xpos[t];
    m->head[to] = c->head[t];
    m->deprel[to] = c->deprel[t];
    m->ner[to] = c->ner[t];
}

void fm_batch_fill(struct fm_batch_maker *m, const struct fm_corpus *c,
                   const struct fm_rows *rows, const uint32_t *order,
                   size_t *at, size_t tokens, struct fm_random *random)
{
    m->batch = (struct fm_batch){
        .first = m->first,
        .row_first = m->row_first,
        .rows = m->rows,
        .upos = m->upos,
        .xpos = m->xpos,
        .head = m->head,
        .deprel = m->deprel,
        .ner = m->ner,
    };
    m->first[0] = 0;
    m->row_first[0] = 0;
    while (*at < c->sentences) {
        size_t s = order[*at];
        size_t n = c->first[s + 1] - c->first[s];

        if (m->batch.tokens > 0 &&
            (m->batch.tokens + n > m->tokens_max || m->batch.tokens >= tokens))
            break;
        uint32_t bank = 0;
        if (rows->banks > 0 && c->bank[s] < rows->banks &&
            (random == NULL || fm_random_unit(random) >= BANK_OMISSION))
            bank = (uint32_t)(rows->n - rows->banks + c->bank[s]);
        for (size_t t = c->first[s]; t < c->first[s + 1]; t++)
            add_token(m, c, rows, t, bank, random);
        m->first[++m->batch.sentences] = (uint32_t)m->batch.tokens;
        ++*at;
    }
}
