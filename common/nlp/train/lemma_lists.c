#include "nlp/train/lemma_lists.h"

#include "base/hash.h"
#include "nlp/train/data.h"

/* A token of a treebank has ten votes and more: one that disagrees with a list of
 * irregular forms is more often an error of its own. */
enum {
    WEIGHT_IRREGULAR = 50,
    WEIGHT_BASE = 5,
    WEIGHT_RULE = 4,
    WEIGHT_LISTED = 3,
    WEIGHT_GUESS = 2,
};

/* Longer adjectives are compared with "more". */
#define COMPARED_MAX 7u

/* What WordNet has a word as. */
enum { NOUN = 1, VERB = 2, ADJECTIVE = 4, IRREGULAR_PLURAL = 8 };

struct reader {
    const uint8_t *classes;
    struct fm_lemma_votes *votes;
    struct fm_vocab known; /* NOUN, … by word */
};

/* --- words ------------------------------------------------------------------ */

static uint64_t key_of(struct fm_str word)
{
    return fm_hash_str(word);
}

static void know(struct reader *r, struct fm_str word, uint32_t bits)
{
    uint32_t *at = fm_vocab_at(&r->known, key_of(word));

    if (at == NULL)
        r->votes->arena.failed = FM_ENOMEM;
    else
        *at |= bits;
}

static bool is_known(const struct reader *r, struct fm_str word, uint32_t bits)
{
    return (fm_vocab_get(&r->known, key_of(word)) & bits) != 0;
}

/* One word in small letters: names are left to the treebanks. */
static bool is_word(struct fm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!fm_is_lower(s.data[i]) && s.data[i] != '-' && s.data[i] != '\'')
            return false;
    return s.len >= 2 && s.len < FM_LEMMA_FORM_MAX / 2;
}

static bool ends(struct fm_str s, const char *tail)
{
    return fm_str_ends(s, fm_str(tail));
}

static void vote(struct reader *r, uint8_t upos, uint8_t xpos,
                 struct fm_str word, struct fm_str lemma, uint32_t weight)
{
    struct fm_lemma_form form;

    if (is_word(word) && is_word(lemma) &&
        fm_lemma_form_make(word, false, &form))
        fm_lemma_votes_add(r->votes, r->classes[upos * FM_XPOS_COUNT + xpos],
                           &form, lemma, weight);
}

static void vote_plural(struct reader *r, struct fm_str word,
                        struct fm_str lemma, uint32_t weight)
{
    vote(r, FM_NOUN, FM_XPOS_NNS, word, lemma, weight);
    vote(r, FM_PROPN, FM_XPOS_NNPS, word, lemma, weight);
}

static void vote_compared(struct reader *r, struct fm_str word,
                          struct fm_str lemma, uint32_t weight)
{
    bool most = ends(word, "st");

    vote(r, FM_ADJ, most ? FM_XPOS_JJS : FM_XPOS_JJR, word, lemma, weight);
    vote(r, FM_ADV, most ? FM_XPOS_RBS : FM_XPOS_RBR, word, lemma, weight);
}

/* Verbs in names ("Applied Science") have any form. */
static void vote_verb(struct reader *r, uint8_t xpos, struct fm_str word,
                      struct fm_str lemma, uint32_t weight)
{
    vote(r, FM_VERB, xpos, word, lemma, weight);
    if (xpos == FM_XPOS_VBG || xpos == FM_XPOS_VBN)
        vote(r, FM_VERB, FM_XPOS_NNP, word, lemma, weight);
}

static void vote_past(struct reader *r, struct fm_str word, struct fm_str lemma,
                      uint32_t weight)
{
    vote_verb(r, FM_XPOS_VBD, word, lemma, weight);
    vote_verb(r, FM_XPOS_VBN, word, lemma, weight);
}

/* --- WordNet ---------------------------------------------------------------- */

static void know_noun(struct reader *r, struct fm_str line)
{
    know(r, line, NOUN);
}

static void know_verb(struct reader *r, struct fm_str line)
{
    know(r, line, VERB);
}

static void know_adjective(struct reader *r, struct fm_str line)
{
    know(r, line, ADJECTIVE);
    vote(r, FM_ADJ, FM_XPOS_JJ, line, line, WEIGHT_BASE);
}

/* "form lemma lemma…": where there are several, the last is the American or the
 * commoner one ("enrolled enrol enroll"). */
static bool split_pair(struct fm_str line, struct fm_str *ret_form,
                       struct fm_str *ret_lemma)
{
    struct fm_str lemma = fm_str_n(NULL, 0);

    if (!fm_str_next(&line, ' ', ret_form))
        return false;
    while (fm_str_next(&line, ' ', &lemma))
        *ret_lemma = lemma;
    return lemma.len > 0;
}

static void read_irregular_noun(struct reader *r, struct fm_str line)
{
    struct fm_str form = {NULL, 0};
    struct fm_str lemma = {NULL, 0};

    if (!split_pair(line, &form, &lemma))
        return;
    know(r, lemma, IRREGULAR_PLURAL);
    vote_plural(r, form, lemma, WEIGHT_IRREGULAR);
}

static void read_irregular_verb(struct reader *r, struct fm_str line)
{
    struct fm_str form = {NULL, 0};
    struct fm_str lemma = {NULL, 0};

    if (!split_pair(line, &form, &lemma))
        return;
    if (ends(form, "ing"))
        vote_verb(r, FM_XPOS_VBG, form, lemma, WEIGHT_IRREGULAR);
    else if (ends(form, "s") && !ends(form, "ss"))
        vote(r, FM_VERB, FM_XPOS_VBZ, form, lemma, WEIGHT_IRREGULAR);
    else
        vote_past(r, form, lemma, WEIGHT_IRREGULAR);
}

static void read_irregular_adjective(struct reader *r, struct fm_str line)
{
    struct fm_str form = {NULL, 0};
    struct fm_str lemma = {NULL, 0};

    if (split_pair(line, &form, &lemma) && !fm_str_eq(form, lemma))
        vote_compared(r, form, lemma, WEIGHT_BASE);
}

/* A regular form: noun or adjective with an ending that begins with e ("-es",
 * "-er"), which changes what it stands behind. */
static struct fm_str inflect(struct fm_str word, const char *tail,
                             char room[FM_LEMMA_FORM_MAX])
{
    size_t n = word.len;
    struct fm_str end = fm_str(tail);

    memcpy(room, word.data, n);
    if (ends(word, "y") && strchr("aeiou", word.data[n - 2]) == NULL)
        room[n - 1] = 'i';
    else if (ends(word, "e"))
        n--;
    memcpy(room + n, end.data, end.len);
    return fm_str_n(room, n + end.len);
}

static bool is_hissing(struct fm_str noun)
{
    return ends(noun, "s") || ends(noun, "x") || ends(noun, "z") ||
           ends(noun, "ch") || ends(noun, "sh");
}

static bool has_changing_y(struct fm_str word)
{
    return ends(word, "y") && strchr("aeiou", word.data[word.len - 2]) == NULL;
}

static void vote_regular_plural(struct reader *r, struct fm_str noun,
                                uint32_t weight)
{
    char room[FM_LEMMA_FORM_MAX];
    struct fm_str plural;

    if (is_hissing(noun) || has_changing_y(noun))
        vote_plural(r, inflect(noun, "es", room), noun, weight);
    /* "monarchs", too. */
    if (ends(noun, "ch") || !(is_hissing(noun) || has_changing_y(noun))) {
        memcpy(room, noun.data, noun.len);
        room[noun.len] = 's';
        plural = fm_str_n(room, noun.len + 1);
        vote_plural(r, plural, noun, weight);
    }
}

/* A plural without a singular of its own: "scissors". */
static bool is_plural_only(const struct reader *r, struct fm_str noun)
{
    char room[FM_LEMMA_FORM_MAX];
    size_t n = noun.len;

    if (n <= 3 || !ends(noun, "s") || ends(noun, "ss") || ends(noun, "us") ||
        ends(noun, "is") || is_known(r, fm_str_sub(noun, 0, n - 1), NOUN))
        return false;
    memcpy(room, noun.data, n);
    room[n - 3] = 'y';
    return !ends(noun, "ies") || !is_known(r, fm_str_n(room, n - 2), NOUN);
}

static void read_noun(struct reader *r, struct fm_str line)
{
    if (!is_word(line))
        return;
    vote(r, FM_NOUN, FM_XPOS_NN, line, line, WEIGHT_BASE);
    if (is_plural_only(r, line))
        vote_plural(r, line, line, WEIGHT_RULE);
    else
        vote_regular_plural(r, line,
                            is_known(r, line, IRREGULAR_PLURAL) ? WEIGHT_GUESS
                                                                : WEIGHT_RULE);
}

static void read_adjective(struct reader *r, struct fm_str line)
{
    char room[FM_LEMMA_FORM_MAX];

    if (!is_word(line) || line.len > COMPARED_MAX)
        return;
    vote_compared(r, inflect(line, "er", room), line, WEIGHT_GUESS);
    vote_compared(r, inflect(line, "est", room), line, WEIGHT_GUESS);
}

/* --- UniMorph --------------------------------------------------------------- */

/* "lemma TAB form TAB V;PST". The list holds junk, so that only verbs that
 * WordNet knows are taken. */
static void read_unimorph(struct reader *r, struct fm_str line)
{
    static const struct {
        const char *features;
        uint8_t xpos;
    } forms[] = {
        {"V;PST", FM_XPOS_VBD},
        {"V;V.PTCP;PST", FM_XPOS_VBN},
        {"V;V.PTCP;PRS", FM_XPOS_VBG},
        {"V;PRS;NOM(3,SG)", FM_XPOS_VBZ},
    };
    struct fm_str lemma;
    struct fm_str form;

    if (!fm_str_next(&line, '\t', &lemma) || !fm_str_next(&line, '\t', &form) ||
        !is_known(r, lemma, VERB))
        return;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (fm_str_eqz(line, forms[i].features))
            vote_verb(r, forms[i].xpos, form, lemma, WEIGHT_LISTED);
}

/* What is known comes before what asks for it. */
static const struct {
    const char *file;
    void (*read)(struct reader *r, struct fm_str line);
} lists[] = {
    {"lexicon/wordnet_noun_lemmas.txt", know_noun},
    {"lexicon/wordnet_verb_lemmas.txt", know_verb},
    {"lexicon/wordnet_adj_lemmas.txt", know_adjective},
    {"lexicon/wordnet_irregular_noun.txt", read_irregular_noun},
    {"lexicon/wordnet_irregular_verb.txt", read_irregular_verb},
    {"lexicon/wordnet_irregular_adj.txt", read_irregular_adjective},
    {"lexicon/wordnet_noun_lemmas.txt", read_noun},
    {"lexicon/wordnet_adj_lemmas.txt", read_adjective},
    {"lexicon/unimorph_eng_args.tsv", read_unimorph},
};

enum fm_error fm_lemma_lists_read(const char *data, const uint8_t *classes,
                                  struct fm_why *why,
                                  struct fm_lemma_votes *votes)
{
    struct reader r = {.classes = classes, .votes = votes};
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < sizeof lists / sizeof *lists; i++) {
        struct fm_buf file;
        struct fm_str rest;
        struct fm_str line;

        e = fm_data_read(data, lists[i].file, why, &file);
        if (e != FM_OK)
            break;
        rest = fm_buf_view(&file);
        while (fm_str_next(&rest, '\n', &line))
            lists[i].read(&r, fm_str_trim(line));
        fm_buf_release(&file);
    }
    fm_vocab_release(&r.known);
    return e;
}
