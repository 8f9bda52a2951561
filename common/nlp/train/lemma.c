#include "nlp/train/lemma.h"

#include "nlp/seen.h"
#include "nlp/train/lemma_lists.h"

#include <stdlib.h>

/* Votes of a token of the first treebank, and of the others. */
#define WEIGHT_FIRST 20u
#define WEIGHT_OTHER 10u
/* Tokens that make a class of a pair of tags. */
#define CLASS_TOKENS 20u
#define CLASSES_MAX  255u
/* An ending has a rule of its own when so many more words want it than want what
 * the shorter ending says. */
#define GAIN 2u

#define PAIRS ((size_t)FM_UPOS_COUNT * FM_XPOS_COUNT)

struct learner {
    struct fm_lemma_votes votes;
    uint8_t classes[PAIRS];
    size_t class_count;
    struct fm_lemma_class class[CLASSES_MAX];
    struct fm_vocab rules;
    /* Words, each with the edit that has most votes. */
    struct fm_lemma_vote *words;
    size_t word_count;
    uint16_t *current; /* edit of each word by the rules so far */
    uint32_t *tally;   /* by edit; zero between uses */
};

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory to learn lemmas");
}

/* --- classes ---------------------------------------------------------------- */

static size_t pair_of(size_t upos, size_t xpos)
{
    return upos * FM_XPOS_COUNT + xpos;
}

/* The more frequent of two pairs; PAIRS is none. */
static size_t more_frequent(const size_t *tokens, size_t a, size_t b)
{
    return tokens[b] > 0 && (a == PAIRS || tokens[b] > tokens[a]) ? b : a;
}

/* Of words of these the part of speech says more than the tag: they are few, or
 * have no endings. */
static bool is_closed(size_t upos)
{
    return upos == FM_ADP || upos == FM_CCONJ || upos == FM_DET ||
           upos == FM_NUM || upos == FM_PART || upos == FM_PRON ||
           upos == FM_PUNCT || upos == FM_SCONJ || upos == FM_SYM;
}

/* Whose class a pair takes that was hardly seen; PAIRS when there is none. A tag
 * of auxiliaries comes last: they are few words, of which nothing is learned for
 * others. */
static size_t pair_like(const size_t *tokens, size_t upos, size_t xpos)
{
    size_t best = PAIRS;

    if (is_closed(upos)) {
        for (size_t x = 0; x < FM_XPOS_COUNT; x++)
            best = more_frequent(tokens, best, pair_of(upos, x));
        return best;
    }
    for (size_t u = 0; u < FM_UPOS_COUNT; u++)
        if (u != FM_AUX)
            best = more_frequent(tokens, best, pair_of(u, xpos));
    return best != PAIRS ? best
                         : more_frequent(tokens, best, pair_of(FM_AUX, xpos));
}

/* Class 0 is for what was never seen. */
static void make_classes(struct learner *l, const struct fm_treebank *banks,
                         size_t n)
{
    size_t tokens[PAIRS] = {0};

    for (size_t b = 0; b < n; b++)
        for (size_t i = 0; i < banks[b].doc.token_count; i++)
            tokens[pair_of(banks[b].upos[i], banks[b].xpos[i])]++;
    l->class_count = 1;
    for (size_t p = 0; p < PAIRS; p++)
        if (tokens[p] >= CLASS_TOKENS && l->class_count < CLASSES_MAX)
            l->classes[p] = (uint8_t)l->class_count++;
    for (size_t u = 0; u < FM_UPOS_COUNT; u++)
        for (size_t x = 0; x < FM_XPOS_COUNT; x++) {
            size_t p = pair_like(tokens, u, x);

            if (l->classes[pair_of(u, x)] == 0 && p < PAIRS)
                l->classes[pair_of(u, x)] = l->classes[p];
        }
}

/* --- votes of the treebanks ------------------------------------------------- */

/* "_" is the lemma of parts of a word that somebody wrote apart, the first of them
 * has the whole word's. No name in the singular has its plural ending cut off:
 * where a treebank does ("Edwards", "Edward"), the tag is wrong. */
static bool is_useful(const struct fm_treebank *bank, size_t i)
{
    struct fm_str form = bank->doc.form[i];
    struct fm_str lemma = bank->gold.lemma[i];

    if (fm_str_eqz(lemma, "_") || bank->xpos[i] == FM_XPOS_GW)
        return false;
    return bank->xpos[i] != FM_XPOS_NNP || lemma.len + 1 != form.len ||
           !fm_str_starts(form, lemma) || form.data[form.len - 1] != 's';
}

static void read_bank(struct learner *l, const struct fm_treebank *bank,
                      uint32_t weight)
{
    const struct fm_doc *doc = &bank->doc;

    for (size_t k = 0; k < doc->sentence_count; k++)
        for (size_t i = doc->sentences[k].first; i < doc->sentences[k].last;
             i++) {
            struct fm_lemma_form form;

            if (!is_useful(bank, i) ||
                !fm_lemma_form_make(
                    doc->form[i],
                    fm_seen_initial(doc, doc->sentences[k].first, i), &form))
                continue;
            fm_lemma_votes_add_case(
                &l->votes, l->classes[pair_of(bank->upos[i], bank->xpos[i])],
                &form, bank->gold.lemma[i], weight);
        }
}

/* --- words ------------------------------------------------------------------ */

/* From the last byte to the first, so that words with an ending in common are
 * neighbours. */
static int compare_endings(struct fm_str a, struct fm_str b)
{
    size_t i = a.len;
    size_t j = b.len;

    while (i > 0 && j > 0) {
        int d = (unsigned char)a.data[--i] - (unsigned char)b.data[--j];

        if (d != 0)
            return d;
    }
    return (i > 0) - (j > 0);
}

static int compare_words(const void *a, const void *b)
{
    const struct fm_lemma_vote *x = a;
    const struct fm_lemma_vote *y = b;
    int d = (int)x->class - (int)y->class;

    if (d == 0)
        d = compare_endings(x->form, y->form);
    return d != 0 ? d : (int)x->edit - (int)y->edit;
}

static bool same_word(const struct fm_lemma_vote *a,
                      const struct fm_lemma_vote *b)
{
    return a->class == b->class && fm_str_eq(a->form, b->form);
}

/* One entry for each word, with the edit that has most votes, the first of
 * equals. */
static void count_words(struct learner *l)
{
    struct fm_lemma_vote *v = l->votes.words;
    size_t n = l->votes.word_count;
    size_t out = 0;

    qsort(v, n, sizeof *v, compare_words);
    for (size_t i = 0; i < n;) {
        struct fm_lemma_vote best = v[i];
        size_t first = i;

        best.weight = 0;
        while (i < n && same_word(&v[i], &v[first])) {
            uint16_t edit = v[i].edit;
            uint32_t weight = 0;

            for (; i < n && same_word(&v[i], &v[first]) && v[i].edit == edit;
                 i++)
                weight += v[i].weight;
            if (weight > best.weight) {
                best.weight = weight;
                best.edit = edit;
            }
        }
        v[out++] = best;
    }
    l->words = v;
    l->word_count = out;
}

/* --- rules ------------------------------------------------------------------ */

static void put_rule(struct learner *l, uint64_t key, uint32_t bits)
{
    uint32_t *value = fm_vocab_at(&l->rules, key);

    if (value == NULL)
        l->votes.arena.failed = FM_ENOMEM;
    else
        *value |= bits;
}

static struct fm_str ending_of(const struct fm_lemma_vote *word, size_t bytes)
{
    return fm_str_sub(word->form, word->form.len - bytes, word->form.len);
}

/* The edit that most of words [from, to) want. Words with digits do not vote,
 * nor do those whose edit cuts off more than what all of them end in. */
static uint16_t elect(struct learner *l, size_t from, size_t to, size_t bytes)
{
    uint16_t best = l->current[from];

    for (size_t i = from; i < to; i++) {
        uint16_t edit = l->words[i].edit;

        if (l->words[i].digits || l->votes.edits[edit].cut > bytes)
            continue;
        l->tally[edit]++;
        if (l->tally[edit] > l->tally[best] ||
            (l->tally[edit] == l->tally[best] && edit < best))
            best = edit;
    }
    return best;
}

static void forget(struct learner *l, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        l->tally[l->words[i].edit] = 0;
}

static void put_ending(struct learner *l, const struct fm_lemma_vote *word,
                       size_t bytes, uint16_t edit)
{
    put_rule(l, fm_lemma_ending_key(ending_of(word, bytes), word->class),
             edit + 1u);
    for (size_t b = bytes - 1; b > 0; b--)
        put_rule(l, fm_lemma_ending_key(ending_of(word, b), word->class),
                 FM_LEMMA_MORE);
    l->class[word->class].rule |= FM_LEMMA_MORE;
}

/* Words [from, to) have an ending of so many bytes in common, and the same
 * current edit. */
static void learn_ending(struct learner *l, size_t from, size_t to,
                         size_t bytes)
{
    uint16_t was = l->current[from];
    uint16_t best = elect(l, from, to, bytes);
    bool gains = l->tally[best] >= l->tally[was] + GAIN;

    if (bytes == 0) {
        l->class[l->words[from].class].rule = best + 1u;
    } else if (gains) {
        put_ending(l, &l->words[from], bytes, best);
    }
    forget(l, from, to);
    if (bytes == 0 || gains)
        for (size_t i = from; i < to; i++)
            l->current[i] = best;
}

static bool shares_ending(const struct fm_lemma_vote *a,
                          const struct fm_lemma_vote *b, size_t bytes)
{
    return a->class == b->class && b->form.len >= bytes &&
           fm_str_eq(ending_of(a, bytes), ending_of(b, bytes));
}

static void learn_endings(struct learner *l, size_t bytes)
{
    size_t to;

    for (size_t i = 0; i < l->word_count; i = to) {
        to = i + 1;
        if (l->words[i].form.len < bytes)
            continue;
        while (to < l->word_count &&
               shares_ending(&l->words[i], &l->words[to], bytes))
            to++;
        learn_ending(l, i, to, bytes);
    }
}

static void learn_words(struct learner *l)
{
    for (size_t i = 0; i < l->word_count; i++) {
        const struct fm_lemma_vote *word = &l->words[i];
        struct fm_lemma_form form = {.len = word->form.len};
        struct fm_lemma_keys keys;

        if (word->edit == l->current[i])
            continue;
        memcpy(form.small, word->form.data, word->form.len);
        fm_lemma_keys_make(&form, word->class, &keys);
        put_rule(l, keys.word, word->edit + 1u);
    }
}

static enum fm_error learn_rules(struct learner *l, struct fm_why *why)
{
    count_words(l);
    l->current = calloc(l->word_count + 1, sizeof *l->current);
    l->tally = calloc(l->votes.edit_count + 1, sizeof *l->tally);
    if (l->current == NULL || l->tally == NULL)
        return no_memory(why);
    for (size_t bytes = 0; bytes <= FM_LEMMA_ENDING_MAX; bytes++)
        learn_endings(l, bytes);
    learn_words(l);
    return FM_OK;
}

/* --- case ------------------------------------------------------------------- */

static int compare_cases(const void *a, const void *b)
{
    const struct fm_lemma_case_vote *x = a;
    const struct fm_lemma_case_vote *y = b;
    int d = (int)x->class - (int)y->class;

    if (d == 0)
        d = (int)x->shape - (int)y->shape;
    if (d == 0)
        d = fm_str_cmp(x->form, y->form);
    return d;
}

struct case_word {
    struct fm_lemma_form form;
    uint32_t votes[FM_LEMMA_PLAIN_CASES];
    uint32_t most;
};

/* Sums up the votes of the word that begins at v[i]; returns where the next
 * begins. */
static size_t sum_cases(const struct fm_lemma_case_vote *v, size_t i, size_t n,
                        struct case_word *ret_word)
{
    size_t first = i;
    struct fm_str form = v[i].form;

    *ret_word = (struct case_word){.most = 0};
    memcpy(ret_word->form.small, form.data, form.len);
    ret_word->form.len = form.len;
    ret_word->form.form = form;
    ret_word->form.shape = v[i].shape;
    for (; i < n && compare_cases(&v[i], &v[first]) == 0; i++)
        for (unsigned c = 0; c < FM_LEMMA_PLAIN_CASES; c++)
            if ((v[i].cases >> c & 1) != 0)
                ret_word->votes[c] += v[i].weight;
    for (unsigned c = 0; c < FM_LEMMA_PLAIN_CASES; c++)
        if (ret_word->votes[c] > ret_word->most)
            ret_word->most = ret_word->votes[c];
    return i;
}

static bool is_right(const struct case_word *word, unsigned way)
{
    return word->votes[fm_lemma_case_of(&word->form,
                                        (enum fm_lemma_case)way)] == word->most;
}

/* Votes [from, to) are of one class and shape: the way that is right for most
 * words, and exceptions for the others. */
static void learn_case(struct learner *l, size_t from, size_t to)
{
    const struct fm_lemma_case_vote *v = l->votes.cases;
    uint8_t class = v[from].class;
    size_t right[FM_LEMMA_CASES] = {0};
    unsigned best = 0;
    struct case_word word;

    for (size_t i = from; i < to;) {
        i = sum_cases(v, i, to, &word);
        for (unsigned c = 0; c < FM_LEMMA_CASES; c++)
            right[c] += is_right(&word, c);
    }
    for (unsigned c = 1; c < FM_LEMMA_CASES; c++)
        if (right[c] > right[best])
            best = c;
    l->class[class].cases[v[from].shape] = (uint8_t)best;
    for (size_t i = from; i < to;) {
        unsigned c = 0;

        i = sum_cases(v, i, to, &word);
        if (is_right(&word, best))
            continue;
        while (word.votes[c] != word.most)
            c++;
        put_rule(l, fm_lemma_case_key(&word.form, class),
                 (c + 1) << FM_LEMMA_CASE_SHIFT);
    }
}

static void learn_cases(struct learner *l)
{
    struct fm_lemma_case_vote *v = l->votes.cases;
    size_t n = l->votes.case_count;
    size_t to;

    qsort(v, n, sizeof *v, compare_cases);
    for (size_t i = 0; i < n; i = to) {
        to = i + 1;
        while (to < n && v[to].class == v[i].class && v[to].shape == v[i].shape)
            to++;
        learn_case(l, i, to);
    }
}

/* --- export ----------------------------------------------------------------- */

/* Edits that no rule uses are left out; numbers are given in the order in which
 * rules ask for them. */
struct packer {
    const struct fm_lemma_votes *votes;
    uint32_t *numbers; /* new number + 1 of each edit */
    uint32_t n;
    struct fm_buf edits;
    struct fm_buf text;
};

static void pack_edit(struct packer *p, uint32_t *value)
{
    uint32_t edit = (*value & FM_LEMMA_EDIT_MASK) - 1;
    const struct fm_lemma_edit *from = &p->votes->edits[edit];

    if ((*value & FM_LEMMA_EDIT_MASK) == 0)
        return;
    if (p->numbers[edit] == 0) {
        struct fm_lemma_stored_edit stored = {
            .start = (uint32_t)p->text.len,
            .len = (uint16_t)from->append.len,
            .cut = (uint16_t)from->cut,
        };

        fm_buf_add(&p->edits, &stored, sizeof stored);
        fm_buf_str(&p->text, from->append);
        p->numbers[edit] = ++p->n;
    }
    *value = (*value & ~FM_LEMMA_EDIT_MASK) | p->numbers[edit];
}

static enum fm_error add_sections(struct learner *l, struct packer *p,
                                  struct fm_model_writer *w)
{
    struct fm_table table;
    enum fm_error e = fm_buf_error(&p->edits);

    if (e == FM_OK)
        e = fm_buf_error(&p->text);
    if (e == FM_OK)
        e = fm_vocab_table(&l->rules, &table);
    if (e != FM_OK)
        return e;
    fm_model_writer_add(w, "lemma.classes", l->classes, sizeof l->classes);
    fm_model_writer_add(w, "lemma.class", l->class,
                        l->class_count * sizeof *l->class);
    fm_model_writer_add(w, "lemma.rules", table.slots,
                        (size_t)table.count * sizeof *table.slots);
    fm_model_writer_add(w, "lemma.edits", p->edits.data, p->edits.len);
    fm_model_writer_add(w, "lemma.text", p->text.data, p->text.len);
    fm_vocab_table_free(&table);
    return FM_OK;
}

static enum fm_error export(struct learner *l, struct fm_model_writer *w,
                            struct fm_why *why) {
    struct packer p = {.votes = &l->votes}; uint32_t unchanged = 1;
    enum fm_error e = FM_ENOMEM;

    fm_buf_init(&p.edits, (size_t)1 << 20);
    fm_buf_init(&p.text, (size_t)1 << 20);
    p.numbers = calloc(l->votes.edit_count + 1, sizeof *p.numbers);
    if (p.numbers != NULL){pack_edit(&p, &unchanged);
                           for (size_t i = 0; i < l->class_count; i++)
                               pack_edit(&p, &l->class[i].rule);
                           for (size_t i = 0; i < l->rules.n; i++)
                               pack_edit(&p, &l->rules.entries[i].value);
                           e = add_sections(l, &p, w);}
fm_buf_release(&p.edits);
fm_buf_release(&p.text);
free(p.numbers);
return e == FM_OK ? FM_OK : no_memory(why);
}

enum fm_error fm_lemma_train(const char *data, const struct fm_treebank *banks,
                             size_t n, struct fm_model_writer *writer,
                             struct fm_why *why)
{
    struct learner *l = calloc(1, sizeof *l);
    enum fm_error e;

    if (l == NULL)
        return no_memory(why);
    fm_lemma_votes_init(&l->votes);
    make_classes(l, banks, n);
    for (size_t b = 0; b < n; b++)
        read_bank(l, &banks[b], b == 0 ? WEIGHT_FIRST : WEIGHT_OTHER);
    e = fm_lemma_lists_read(data, l->classes, why, &l->votes);
    if (e == FM_OK && l->votes.arena.failed != FM_OK)
        e = no_memory(why);
    if (e == FM_OK)
        e = learn_rules(l, why);
    if (e == FM_OK) {
        learn_cases(l);
        e = l->votes.arena.failed != FM_OK ? no_memory(why)
                                           : export(l, writer, why);
    }
    fm_lemma_votes_release(&l->votes);
    fm_vocab_release(&l->rules);
    free(l->current);
    free(l->tally);
    free(l);
    return e;
}
