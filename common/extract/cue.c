#include "extract/cue.h"

#include "extract/cue_table.h"

#include <stdlib.h>

/* Longest reporting verb with its ending. */
#define WORD_MAX 24u

static int by_lemma(const void *key, const void *row)
{
    return strcmp(key, ((const struct fm_cue_verb *)row)->lemma);
}

static int by_form(const void *key, const void *row)
{
    return strcmp(key, ((const struct fm_cue_irregular *)row)->form);
}

static const struct fm_cue_verb *verb_of(const char *lemma)
{
    return bsearch(lemma, fm_cue_verbs, fm_cue_verb_count, sizeof *fm_cue_verbs,
                   by_lemma);
}

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* A stem as it is before "ed" or "ing": "not" of "noted", "admitt", "repli". */
static const struct fm_cue_verb *verb_of_stem(char *stem, size_t len, bool past)
{
    const struct fm_cue_verb *v = NULL;

    if (len < 2)
        return NULL;
    stem[len] = '\0';
    if (past && stem[len - 1] == 'i') {
        stem[len - 1] = 'y';
        return verb_of(stem);
    }
    v = verb_of(stem);
    if (v == NULL) {
        stem[len] = 'e';
        stem[len + 1] = '\0';
        v = verb_of(stem);
        stem[len] = '\0';
    }
    if (v == NULL && stem[len - 1] == stem[len - 2] &&
        !is_vowel(stem[len - 1])) {
        stem[len - 1] = '\0';
        v = verb_of(stem);
    }
    return v;
}

static const struct fm_cue_verb *verb_of_third(char *word, size_t len)
{
    const struct fm_cue_verb *v;

    word[len - 1] = '\0';
    v = verb_of(word);
    if (v == NULL && len > 3 && word[len - 2] == 'e') {
        word[len - 2] = '\0';
        v = verb_of(word);
        if (v == NULL && word[len - 3] == 'i') {
            word[len - 3] = 'y';
            v = verb_of(word);
        }
    }
    return v;
}

/* In lower case with a terminator; false when it is too long. */
static bool lowered(struct fm_str word, char *ret)
{
    if (word.len < 2 || word.len > WORD_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++)
        ret[i] = fm_lower(word.data[i]);
    ret[word.len] = '\0';
    return true;
}

static bool ends(const char *word, size_t len, const char *ending)
{
    size_t n = strlen(ending);

    return len > n + 1 && memcmp(word + len - n, ending, n) == 0;
}

static const struct fm_cue_verb *regular(char *word, size_t len,
                                         enum fm_cue_form *ret_form)
{
    const struct fm_cue_verb *v = verb_of(word);

    if (v != NULL) {
        *ret_form = FM_CUE_BASE;
        return v;
    }
    if (ends(word, len, "ing")) {
        *ret_form = FM_CUE_ING;
        return verb_of_stem(word, len - 3, false);
    }
    if (ends(word, len, "ed")) {
        *ret_form = FM_CUE_PAST;
        return verb_of_stem(word, len - 2, true);
    }
    if (ends(word, len, "s")) {
        *ret_form = FM_CUE_THIRD;
        return verb_of_third(word, len);
    }
    return NULL;
}

const struct fm_cue_verb *fm_cue_verb(struct fm_str word,
                                      enum fm_cue_form *ret_form)
{
    char w[WORD_MAX + 3];
    const struct fm_cue_irregular *odd;
    enum fm_cue_form form = FM_CUE_BASE;
    const struct fm_cue_verb *v;

    if (!lowered(word, w))
        return NULL;
    odd = bsearch(w, fm_cue_irregulars, fm_cue_irregular_count,
                  sizeof *fm_cue_irregulars, by_form);
    if (odd != NULL) {
        form = odd->kind;
        v = verb_of(odd->lemma);
    } else {
        v = regular(w, word.len, &form);
    }
    if (v != NULL)
        *ret_form = form;
    return v;
}

/* Index of word or of its singular in a sorted table, by find. */
static ptrdiff_t noun_in(struct fm_str word, ptrdiff_t (*find)(struct fm_str))
{
    char w[WORD_MAX + 3];
    size_t len = word.len;
    ptrdiff_t at;

    if (!lowered(word, w))
        return -1;
    at = find(fm_str_n(w, len));
    if (at >= 0 || !ends(w, len, "s"))
        return at;
    at = find(fm_str_n(w, len - 1));
    if (at < 0 && ends(w, len, "ies")) {
        w[len - 3] = 'y';
        at = find(fm_str_n(w, len - 2));
    }
    return at;
}

static int by_lemma_of_frame(const void *key, const void *row)
{
    return fm_str_cmp(*(const struct fm_str *)key,
                      fm_str(((const struct fm_cue_frame *)row)->lemma));
}

static ptrdiff_t find_noun(struct fm_str word)
{
    const struct fm_cue_frame *found =
        bsearch(&word, fm_cue_nouns, fm_cue_noun_count, sizeof *fm_cue_nouns,
                by_lemma_of_frame);

    return found != NULL ? found - fm_cue_nouns : -1;
}

static ptrdiff_t find_document(struct fm_str word)
{
    return fm_str_bsearch(word, fm_cue_documents, fm_cue_document_count);
}

const struct fm_cue_frame *fm_cue_noun(struct fm_str word)
{
    ptrdiff_t at = noun_in(word, find_noun);

    return at >= 0 ? &fm_cue_nouns[at] : NULL;
}

const struct fm_cue_frame *fm_cue_adjective(struct fm_str word)
{
    char w[WORD_MAX + 3];
    struct fm_str lower;

    if (!lowered(word, w))
        return NULL;
    lower = fm_str_n(w, word.len);
    return bsearch(&lower, fm_cue_adjectives, fm_cue_adjective_count,
                   sizeof *fm_cue_adjectives, by_lemma_of_frame);
}

bool fm_cue_document(struct fm_str word)
{
    return noun_in(word, find_document) >= 0;
}
