#include "nlp/seen.h"

#include "base/hash.h"

/* Bytes of a word that count. */
#define WORD_MAX 40u

static uint64_t hash_of(struct fm_str word)
{
    char lower[WORD_MAX];
    size_t n = word.len < sizeof lower ? word.len : sizeof lower;

    for (size_t i = 0; i < n; i++)
        lower[i] = fm_lower(word.data[i]);
    return fm_hash64(lower, n, 0);
}

static struct fm_seen_word *place_of(const struct fm_seen *seen,
                                     struct fm_str word)
{
    uint64_t h = hash_of(word);
    uint32_t mark = (uint32_t)(h >> 32) | 1u;
    uint32_t at = (uint32_t)h & seen->mask;

    while (seen->words[at].mark != 0 && seen->words[at].mark != mark)
        at = (at + 1) & seen->mask;
    seen->words[at].mark = mark;
    return &seen->words[at];
}

bool fm_seen_initial(const struct fm_doc *doc, size_t first, size_t i)
{
    struct fm_str before;

    if (i == first)
        return true;
    before = doc->form[i - 1];
    return !fm_is_alpha(before.data[0]) && !fm_is_digit(before.data[0]) &&
           !fm_str_eqz(before, ",") && !fm_str_eqz(before, "-") &&
           !fm_str_eqz(before, "(") && !fm_str_eqz(before, "&") &&
           !fm_str_eqz(before, "'") && (unsigned char)before.data[0] < 0xf0;
}

enum fm_error fm_seen_init(struct fm_seen *seen, struct fm_doc *doc,
                           struct fm_why *why)
{
    /* At most a quarter full: searches are short. */
    uint32_t size = 64;

    while (size / 4 < doc->token_count)
        size *= 2;
    seen->mask = size - 1;
    seen->words = fm_arena_array(&doc->arena, size, sizeof *seen->words);
    if (seen->words == NULL)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "no room for the words of a text of %zu tokens",
                       doc->token_count);
    for (size_t s = 0; s < doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &doc->sentences[s];

        if (sentence->kind != FM_BLOCK_PROSE)
            continue;
        for (size_t i = sentence->first; i < sentence->last; i++) {
            struct fm_str word = doc->form[i];

            if (fm_is_lower(word.data[0]))
                place_of(seen, word)->bits |= FM_SEEN_SMALL;
            else if ((doc->flags[i] & FM_TOKEN_CAPITAL) &&
                     !fm_seen_initial(doc, sentence->first, i))
                place_of(seen, word)->bits |= FM_SEEN_INSIDE;
        }
    }
    return FM_OK;
}

unsigned fm_seen_find(const struct fm_seen *seen, struct fm_str word)
{
    uint64_t h = hash_of(word);
    uint32_t mark = (uint32_t)(h >> 32) | 1u;
    uint32_t at = (uint32_t)h & seen->mask;

    while (seen->words[at].mark != 0) {
        if (seen->words[at].mark == mark)
            return seen->words[at].bits;
        at = (at + 1) & seen->mask;
    }
    return 0;
}

void fm_seen_add(struct fm_seen *seen, struct fm_str word, unsigned bits)
{
    place_of(seen, word)->bits |= bits;
}
