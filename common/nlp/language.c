/* Language by script, then by the small words of the Latin-script ones: cheap,
 * and right from a dozen words on. */
#include "base/utf8.h"
#include "nlp/language_words.h"
#include "nlp/nlp.h"

#define LOOK 8192u
/* Longer words are no small words. */
#define WORD_MAX 16u
/* A word of one language alone weighs more than one of several. */
#define WEIGHT 12u
/* Of the words of a text, at least one in so many is a small word. */
#define SHARE 12u

/* By enum fm_language. */
static const char *const tags[] = {"en", "de", "fr", "es", "it", "pt", "nl",
                                   "sv", "da", "pl", "tr", "id", "ro", "cs"};

struct scripts {
    size_t latin, cyrillic, ukrainian, greek, arabic, persian, hebrew,
        devanagari, kana, han, hangul, thai, georgian, armenian;
};

static void count_letter(struct scripts *n, uint32_t c)
{
    if (c < 0x250)
        n->latin += fm_uni_is_alpha(c);
    else if (c >= 0x370 && c < 0x400)
        n->greek++;
    else if (c >= 0x400 && c < 0x530)
        n->cyrillic++;
    else if (c >= 0x530 && c < 0x590)
        n->armenian++;
    else if (c >= 0x590 && c < 0x600)
        n->hebrew++;
    else if (c >= 0x600 && c < 0x780)
        n->arabic++;
    else if (c >= 0x900 && c < 0x980)
        n->devanagari++;
    else if (c >= 0xe00 && c < 0xe80)
        n->thai++;
    else if (c >= 0x10a0 && c < 0x1100)
        n->georgian++;
    else if (c >= 0x3040 && c < 0x3100)
        n->kana++;
    else if ((c >= 0x3400 && c < 0xa000))
        n->han++;
    else if (c >= 0xac00 && c < 0xd7b0)
        n->hangul++;
    /* і ї є ґ, and the Persian letters p, ch, zh, g */
    if (c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491)
        n->ukrainian++;
    if (c == 0x67e || c == 0x686 || c == 0x698 || c == 0x6af)
        n->persian++;
}

static struct scripts count_scripts(struct fm_str s)
{
    struct scripts n = {0};

    for (size_t at = 0; at < s.len;) {
        if ((unsigned char)s.data[at] < 0x80)
            n.latin += fm_is_alpha(s.data[at++]);
        else
            count_letter(&n, fm_utf8_next(s, &at));
    }
    return n;
}

/* The language of a text not in Latin letters; NULL = it is. */
static const char *by_script(const struct scripts *n)
{
    const struct {
        size_t count;
        const char *tag;
    } scripts[] = {
        {n->cyrillic, n->ukrainian * 50 > n->cyrillic ? "uk" : "ru"},
        {n->greek, "el"},
        {n->arabic, n->persian * 50 > n->arabic ? "fa" : "ar"},
        {n->hebrew, "he"},
        {n->devanagari, "hi"},
        /* One character of these is worth a syllable or a word. */
        {n->kana * 4, "ja"},
        {n->kana > 0 ? 0 : n->han * 3, "zh"},
        {n->hangul * 3, "ko"},
        {n->thai, "th"},
        {n->georgian, "ka"},
        {n->armenian, "hy"},
    };

    size_t most = n->latin;
    const char *tag = NULL;

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (scripts[i].count > most) {
            most = scripts[i].count;
            tag = scripts[i].tag;
        }
    return tag;
}

static unsigned languages_of(struct fm_str word)
{
    size_t low = 0;
    size_t high = fm_language_word_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = fm_str_cmp(fm_str(fm_language_words[mid].word), word);

        if (order == 0)
            return fm_language_words[mid].languages;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return 0;
}

/* The next word of s in small letters; false at the end. Words that are too
 * long come out empty. */
static bool next_word(struct fm_str s, size_t *at, char buffer[WORD_MAX],
                      struct fm_str *ret_word)
{
    size_t n = 0;
    bool begun = false;
    bool whole = true;

    while (*at < s.len) {
        size_t next = *at;
        uint32_t c = fm_utf8_next(s, &next);
        char bytes[4];
        size_t width;

        if (!fm_uni_is_alpha(c)) {
            if (begun)
                break;
            *at = next;
            continue;
        }
        begun = true;
        *at = next;
        width = fm_utf8_put(fm_uni_lower(c), bytes);
        whole = whole && n + width <= WORD_MAX;
        if (whole) {
            memcpy(buffer + n, bytes, width);
            n += width;
        }
    }
    *ret_word = fm_str_n(buffer, whole ? n : 0);
    return begun;
}

static const char *by_words(struct fm_str s)
{
    unsigned score[FM_LANGUAGE_COUNT] = {0};
    char buffer[WORD_MAX];
    struct fm_str word;
    unsigned words = 0;
    unsigned small = 0;
    size_t best = 0;

    for (size_t at = 0; next_word(s, &at, buffer, &word);) {
        unsigned languages = languages_of(word);
        unsigned shared = 0;

        words++;
        /* Single letters are initials and units as often as words. */
        if (languages == 0 || word.len < 2)
            continue;
        small++;
        for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
            shared += languages >> i & 1u;
        for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
            if (languages >> i & 1u)
                score[i] += WEIGHT / (shared < 4 ? shared : 4);
    }
    for (size_t i = 1; i < FM_LANGUAGE_COUNT; i++)
        if (score[i] > score[best])
            best = i;
    if (small == 0 || small * SHARE < words)
        return "und";
    /* Tables of figures have hardly a word: another language needs two of its
     * own, and must be clear of English. */
    if (best != FM_LANGUAGE_EN && (score[best] < 2 * WEIGHT ||
                                   score[best] * 2 < score[FM_LANGUAGE_EN] * 3))
        return "und";
    for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
        if (i != best && score[i] == score[best])
            return "und";
    return tags[best];
}

const char *fm_nlp_language(struct fm_str text)
{
    struct fm_str s = fm_str_sub(text, 0, LOOK);
    struct scripts n = count_scripts(s);
    const char *tag = by_script(&n);

    if (tag != NULL)
        return tag;
    return n.latin > 0 ? by_words(s) : "und";
}
