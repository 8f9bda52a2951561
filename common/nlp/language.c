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

enum script {
    LATIN,
    GREEK,
    CYRILLIC,
    ARMENIAN,
    HEBREW,
    ARABIC,
    DEVANAGARI,
    THAI,
    GEORGIAN,
    KANA,
    HAN,
    HANGUL,
    SCRIPT_COUNT
};

/* Ascending. */
static const struct {
    uint32_t first, last;
    enum script script;
} blocks[] = {
    {0x41, 0x24f, LATIN},       {0x370, 0x3ff, GREEK},
    {0x400, 0x52f, CYRILLIC},   {0x530, 0x58f, ARMENIAN},
    {0x590, 0x5ff, HEBREW},     {0x600, 0x77f, ARABIC},
    {0x900, 0x97f, DEVANAGARI}, {0xe00, 0xe7f, THAI},
    {0x10a0, 0x10ff, GEORGIAN}, {0x3040, 0x30ff, KANA},
    {0x3400, 0x9fff, HAN},      {0xac00, 0xd7af, HANGUL},
};

struct scripts {
    size_t letters[SCRIPT_COUNT];
    size_t ukrainian; /* of the Cyrillic ones: і ї є ґ */
    size_t persian;   /* of the Arabic ones: p, ch, zh, g */
};

static void count_letter(struct scripts *n, uint32_t c)
{
    if (!fm_uni_is_alpha(c))
        return;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (c >= blocks[i].first && c <= blocks[i].last)
            n->letters[blocks[i].script]++;
    n->ukrainian += c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491;
    n->persian += c == 0x67e || c == 0x686 || c == 0x698 || c == 0x6af;
}

static struct scripts count_scripts(struct fm_str s)
{
    struct scripts n = {.ukrainian = 0};

    for (size_t at = 0; at < s.len;) {
        if ((unsigned char)s.data[at] < 0x80)
            n.letters[LATIN] += fm_is_alpha(s.data[at++]);
        else
            count_letter(&n, fm_utf8_next(s, &at));
    }
    return n;
}

/* The language of a text not in Latin letters; NULL = it is. */
static const char *by_script(const struct scripts *n)
{
    const size_t *l = n->letters;

    const struct {
        size_t count;
        const char *tag;
    } scripts[] = {
        {l[CYRILLIC], n->ukrainian * 50 > l[CYRILLIC] ? "uk" : "ru"},
        {l[GREEK], "el"},
        {l[ARABIC], n->persian * 50 > l[ARABIC] ? "fa" : "ar"},
        {l[HEBREW], "he"},
        {l[DEVANAGARI], "hi"},
        /* One character of these is worth a syllable or a word. */
        {l[KANA] * 4, "ja"},
        {l[KANA] > 0 ? 0 : l[HAN] * 3, "zh"},
        {l[HANGUL] * 3, "ko"},
        {l[THAI], "th"},
        {l[GEORGIAN], "ka"},
        {l[ARMENIAN], "hy"},
    };

    size_t most = l[LATIN];
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

/* What the small words of a text say. */
struct votes {
    unsigned score[FM_LANGUAGE_COUNT];
    unsigned words;
    unsigned small;
};

static void vote(struct votes *v, unsigned languages)
{
    unsigned shared = 0;

    v->small++;
    for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
        shared += languages >> i & 1u;
    for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
        if (languages >> i & 1u)
            v->score[i] += WEIGHT / (shared < 4 ? shared : 4);
}

/* Tables of figures have hardly a word: another language needs two of its own,
 * and must be clear of English. */
static bool is_clear(const struct votes *v, size_t best)
{
    if (v->small == 0 || v->small * SHARE < v->words)
        return false;
    if (best != FM_LANGUAGE_EN &&
        (v->score[best] < 2 * WEIGHT ||
         v->score[best] * 2 < v->score[FM_LANGUAGE_EN] * 3))
        return false;
    for (size_t i = 0; i < FM_LANGUAGE_COUNT; i++)
        if (i != best && v->score[i] == v->score[best])
            return false;
    return true;
}

static const char *by_words(struct fm_str s)
{
    struct votes v = {.words = 0};
    char buffer[WORD_MAX];
    struct fm_str word;
    size_t best = 0;

    for (size_t at = 0; next_word(s, &at, buffer, &word);) {
        unsigned languages = languages_of(word);

        v.words++;
        /* Single letters are initials and units as often as words. */
        if (languages != 0 && word.len > 1)
            vote(&v, languages);
    }
    for (size_t i = 1; i < FM_LANGUAGE_COUNT; i++)
        if (v.score[i] > v.score[best])
            best = i;
    return is_clear(&v, best) ? tags[best] : "und";
}

const char *fm_nlp_language(struct fm_str text)
{
    struct fm_str s = fm_str_sub(text, 0, LOOK);
    struct scripts n = count_scripts(s);
    const char *tag = by_script(&n);

    if (tag != NULL)
        return tag;
    return n.letters[LATIN] > 0 ? by_words(s) : "und";
}
