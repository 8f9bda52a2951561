#include "base/sketch.h"

#define SHINGLE 3
/* Shares of fewer shingles than this are chance. */
#define ENOUGH 4

#define PRIME UINT64_C(0x9e3779b97f4a7c15)

/* --- words -------------------------------------------------------------------- */

/* Bytes of a word: letters, digits, and of other scripts all but the block of
 * general punctuation (U+2000 to U+203F) and U+00A0 to U+00BF. */
static size_t letter(struct fm_str s, size_t at)
{
    unsigned char c = (unsigned char)s.data[at];
    unsigned char next = at + 1 < s.len ? (unsigned char)s.data[at + 1] : 0;

    if (c < 0x80)
        return (c >= '0' && c <= '9') ||
                       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                   ? 1
                   : 0;
    if (c == 0xe2 && next == 0x80)
        return 0;
    return c == 0xc2 ? 0 : 1;
}

/* Past what ends a word; all bytes of its character. */
static size_t other(struct fm_str s, size_t at)
{
    do {
        at++;
    } while (at < s.len && ((unsigned char)s.data[at] & 0xc0) == 0x80);
    return at;
}

bool fm_sketch_word(struct fm_str text, size_t *at, struct fm_str *ret)
{
    size_t from = *at;
    size_t to;

    while (from < text.len && letter(text, from) == 0)
        from = other(text, from);
    to = from;
    while (to < text.len && letter(text, to) != 0)
        to++;
    *at = to;
    *ret = fm_str_sub(text, from, to);
    return to > from;
}

uint64_t fm_sketch_word_hash(struct fm_str word)
{
    uint64_t h = PRIME ^ word.len;

    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.data[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        h = (h ^ c) * UINT64_C(0x100000001b3);
    }
    h = (h ^ h >> 32) * PRIME;
    return h ^ h >> 29;
}

uint64_t fm_sketch_words_hash(struct fm_str text)
{
    struct fm_str word;
    uint64_t h = 0;
    size_t at = 0;

    while (fm_sketch_word(text, &at, &word))
        h = (h ^ fm_sketch_word_hash(word)) * PRIME;
    return h ^ h >> 32;
}

/* --- sketches ----------------------------------------------------------------- */

/* Among the smallest, once. */
static void keep(struct fm_sketch *s, uint32_t hash)
{
    size_t at = s->n;

    if (at == FM_SKETCH_MAX) {
        if (hash >= s->hashes[at - 1])
            return;
        at--;
    }
    while (at > 0 && s->hashes[at - 1] > hash)
        at--;
    if (at > 0 && s->hashes[at - 1] == hash)
        return;
    if (s->n < FM_SKETCH_MAX)
        s->n++;
    memmove(&s->hashes[at + 1], &s->hashes[at],
            (s->n - 1 - at) * sizeof s->hashes[0]);
    s->hashes[at] = hash;
}

void fm_sketch_make(struct fm_str text, struct fm_sketch *ret)
{
    uint64_t window[SHINGLE] = {0};
    struct fm_str word;
    size_t words = 0;
    size_t at = 0;

    ret->n = 0;
    while (fm_sketch_word(text, &at, &word)) {
        uint64_t h;

        window[words++ % SHINGLE] = fm_sketch_word_hash(word);
        if (words < SHINGLE)
            continue;
        h = 0;
        for (size_t i = 0; i < SHINGLE; i++)
            h = (h ^ window[(words + i) % SHINGLE]) * PRIME;
        keep(ret, (uint32_t)(h >> 32));
    }
}

double fm_sketch_shared(const struct fm_sketch *a, const struct fm_sketch *b)
{
    uint32_t top = UINT32_MAX;
    size_t i = 0;
    size_t j = 0;
    size_t both = 0;
    size_t fewer;

    /* Above the largest hash of a full sketch nothing is known of its text. */
    if (a->n == FM_SKETCH_MAX)
        top = a->hashes[a->n - 1];
    if (b->n == FM_SKETCH_MAX && b->hashes[b->n - 1] < top)
        top = b->hashes[b->n - 1];
    while (i < a->n && j < b->n && a->hashes[i] <= top && b->hashes[j] <= top) {
        both += a->hashes[i] == b->hashes[j];
        if (a->hashes[i] < b->hashes[j]) {
            i++;
        } else if (a->hashes[i] > b->hashes[j]) {
            j++;
        } else {
            i++;
            j++;
        }
    }
    while (i < a->n && a->hashes[i] <= top)
        i++;
    while (j < b->n && b->hashes[j] <= top)
        j++;
    fewer = i < j ? i : j;
    return fewer < ENOUGH ? 0 : (double)both / (double)fewer;
}
