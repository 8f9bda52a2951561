#include "nlp/train/lexicon.h"

#include "base/buf.h"
#include "nlp/features.h"
#include "nlp/train/data.h"

struct builder {
    struct fm_vocab *vocab;
    bool failed;
};

static void put(struct builder *b, struct fm_str form, uint32_t bits)
{
    char lower[FM_FORM_MAX];
    size_t n = fm_form_lower(form, lower);
    uint32_t *at = fm_vocab_at(b->vocab, fm_lexicon_key(fm_str_n(lower, n)));

    if (at != NULL)
        *at |= bits;
    else
        b->failed = true;
}

static bool one_word(struct fm_str s)
{
    return s.len >= 2 && s.len < FM_FORM_MAX - 4 &&
           memchr(s.data, ' ', s.len) == NULL;
}

/* Regular plurals of a noun: -s, -es, -ies. */
static void put_plural(struct builder *b, struct fm_str noun)
{
    char form[FM_FORM_MAX];
    size_t n = noun.len;
    char last = noun.data[n - 1];
    char before = noun.data[n - 2];
    const char *end = "s";

    memcpy(form, noun.data, n);
    if (last == 'y' && strchr("aeiou", before) == NULL) {
        n--;
        end = "ies";
    } else if (strchr("sxz", last) != NULL ||
               (last == 'h' && strchr("cs", before) != NULL)) {
        end = "es";
    }
    for (; *end != '\0'; end++)
        form[n++] = *end;
    put(b, fm_str_n(form, n), FM_LEX_PLURAL);
}

/* A list of lemmas or names, one a line. */
static void put_line(struct builder *b, struct fm_str line, uint32_t bits)
{
    if (!one_word(line))
        return;
    put(b, line, bits);
    if ((bits & FM_LEX_NOUN) != 0 && fm_is_lower(line.data[0]))
        put_plural(b, line);
}

/* "form lemma" of irregular forms. */
static void put_irregular(struct builder *b, struct fm_str line, uint32_t bits)
{
    struct fm_str form;

    if (fm_str_next(&line, ' ', &form) && one_word(form))
        put(b, form, bits);
}

/* "lemma TAB form TAB V;PST". */
static void put_verb_form(struct builder *b, struct fm_str line, uint32_t bits)
{
    static const struct {
        const char *features;
        uint32_t bit;
    } forms[] = {
        {"V;PST", FM_LEX_PAST},
        {"V;V.PTCP;PST", FM_LEX_PARTICIPLE},
        {"V;V.PTCP;PRS", FM_LEX_ING},
        {"V;PRS;NOM(3,SG)", FM_LEX_VERB_S},
    };
    struct fm_str lemma;
    struct fm_str form;
    char lower[FM_FORM_MAX];
    size_t n;

    if (!fm_str_next(&line, '\t', &lemma) || !fm_str_next(&line, '\t', &form) ||
        !one_word(form))
        return;
    /* The list holds junk: only verbs that WordNet knows. */
    n = fm_form_lower(lemma, lower);
    if ((fm_vocab_get(b->vocab, fm_lexicon_key(fm_str_n(lower, n))) &
         FM_LEX_VERB) == 0)
        return;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (fm_str_eqz(line, forms[i].features))
            put(b, form, bits | forms[i].bit);
}

/* "name,country,region,id"; every word of a name of several is left out. */
static void put_city(struct builder *b, struct fm_str line, uint32_t bits)
{
    struct fm_str name;

    if (fm_str_next(&line, ',', &name) && one_word(name))
        put(b, name, bits);
    if (fm_str_next(&line, ',', &name) && one_word(name))
        put(b, name, FM_LEX_COUNTRY);
}

static const struct {
    const char *file;
    uint32_t bits;
    void (*put)(struct builder *b, struct fm_str line, uint32_t bits);
} lists[] = {
    {"lexicon/wordnet_noun_lemmas.txt", FM_LEX_NOUN, put_line},
    {"lexicon/wordnet_verb_lemmas.txt", FM_LEX_VERB, put_line},
    {"lexicon/wordnet_adj_lemmas.txt", FM_LEX_ADJ, put_line},
    {"lexicon/wordnet_adv_lemmas.txt", FM_LEX_ADV, put_line},
    {"lexicon/wordnet_irregular_noun.txt", FM_LEX_PLURAL, put_irregular},
    {"lexicon/wordnet_irregular_adj.txt", FM_LEX_COMPARED, put_irregular},
    {"lexicon/unimorph_eng_args.tsv", 0, put_verb_form},
    {"lexicon/wordnet_person_nouns.txt", FM_LEX_PERSON_NOUN, put_line},
    {"lexicon/wordnet_group_nouns.txt", FM_LEX_GROUP_NOUN, put_line},
    {"lexicon/wordnet_communication_verbs.txt", FM_LEX_SAY, put_line},
    {"lexicon/wordnet_cognition_verbs.txt", FM_LEX_THINK, put_line},
    {"gazetteer/names/given.txt", FM_LEX_GIVEN, put_line},
    {"gazetteer/names/surnames.txt", FM_LEX_SURNAME, put_line},
    {"gazetteer/world-cities.csv", FM_LEX_CITY, put_city},
};

enum fm_error fm_lexicon_build(const char *data, struct fm_why *why,
                               struct fm_vocab *ret)
{
    struct builder b = {.vocab = ret};
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < sizeof lists / sizeof lists[0]; i++) {
        struct fm_buf file;
        struct fm_str rest;
        struct fm_str line;

        e = fm_data_read(data, lists[i].file, why, &file);
        if (e != FM_OK)
            break;
        rest = fm_buf_view(&file);
        while (fm_str_next(&rest, '\n', &line))
            lists[i].put(&b, fm_str_trim(line), lists[i].bits);
        fm_buf_release(&file);
    }
    if (e == FM_OK && b.failed)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for the lexicon");
    return e;
}

/* --- packing --------------------------------------------------------------- */

/* Of a hundred slots, so many are taken. */
#define LOAD 92u

/* The number of a combination of bits, which is added when it is new; 0 = there
 * are too many. */
static uint32_t number_of(uint32_t *combination, uint32_t bits)
{
    for (uint32_t i = 1; i < FM_LEXICON_COMBINATIONS; i++) {
        if (combination[i] == 0)
            combination[i] = bits;
        if (combination[i] == bits)
            return i;
    }
    return 0;
}

static bool place(const struct fm_vocab_entry *entry, uint32_t *slots,
                  uint32_t count, uint32_t *combination)
{
    uint32_t i = fm_lexicon_start(entry->key, count);
    uint32_t number = number_of(combination, entry->value);

    while (slots[i] != 0)
        i = i + 1 < count ? i + 1 : 0;
    slots[i] = fm_lexicon_check(entry->key) | number;
    return number != 0;
}

enum fm_error fm_lexicon_pack(const struct fm_vocab *vocab, struct fm_why *why,
                              struct fm_lexicon *ret)
{
    uint32_t count = (uint32_t)(vocab->n * 100 / LOAD) + 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    uint32_t *combination =
        calloc(FM_LEXICON_COMBINATIONS, sizeof *combination);
    bool fits = true;

    if (slots == NULL || combination == NULL) {
        free(slots);
        free(combination);
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the lexicon");
    }
    for (size_t i = 0; i < vocab->n; i++)
        if (vocab->entries[i].value != 0)
            fits = place(&vocab->entries[i], slots, count, combination) && fits;
    *ret = (struct fm_lexicon){
        .slots = slots, .count = count, .combination = combination};
    if (fits)
        return FM_OK;
    fm_lexicon_release(ret);
    return fm_fail(FM_EINVAL, why, NULL,
                   "the lexicon has more than %u combinations of bits",
                   FM_LEXICON_COMBINATIONS - 1);
}

void fm_lexicon_release(struct fm_lexicon *lexicon)
{
    /* Owned here, const where it is read. */
    union {
        const uint32_t *read;
        uint32_t *owned;
    } slots = {.read = lexicon->slots},
      combination = {.read = lexicon->combination};

    free(slots.owned);
    free(combination.owned);
    *lexicon = (struct fm_lexicon){.count = 0};
}
