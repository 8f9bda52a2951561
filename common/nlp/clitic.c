#include "nlp/clitic.h"

/* Length of an apostrophe at the end of s: ', ’ or `; 0 = none. */
static size_t apostrophe_before(struct fm_str s)
{
    if (s.len > 0 && (s.data[s.len - 1] == '\'' || s.data[s.len - 1] == '`'))
        return 1;
    if (s.len > 2 && memcmp(s.data + s.len - 3, "\xe2\x80\x99", 3) == 0)
        return 3;
    return 0;
}

/* Behind an apostrophe, in lower case. */
static const char *const behind[] = {"s", "m", "d", "ll", "re", "ve"};

/* Words that are two without any apostrophe, and where to cut; sorted. Where a
 * capital makes another word of it ("Ive", "Id") they are cut when small. */
static const struct {
    const char *word;
    uint8_t cut;
    bool small;
} joined[] = {
    {"aint", 2, false},   {"arent", 3, false},    {"arnt", 2, false},
    {"cannot", 3, false}, {"cant", 2, true},      {"couldnt", 5, false},
    {"didnt", 3, false},  {"doesnt", 4, false},   {"dont", 2, false},
    {"gonna", 3, false},  {"gotta", 3, false},    {"hadnt", 3, false},
    {"hasnt", 3, false},  {"havent", 4, false},   {"heres", 4, false},
    {"hes", 2, true},     {"im", 1, true},        {"isnt", 2, false},
    {"itll", 2, false},   {"ive", 1, true},       {"outta", 3, false},
    {"shes", 3, true},    {"shouldnt", 6, false}, {"thats", 4, false},
    {"theres", 5, false}, {"theyll", 4, false},   {"theyre", 4, false},
    {"theyve", 4, false}, {"wanna", 3, false},    {"wasnt", 3, false},
    {"werent", 4, false}, {"weve", 2, true},      {"whats", 4, false},
    {"whos", 3, true},    {"wont", 2, true},      {"wouldnt", 5, false},
    {"youll", 3, false},  {"youre", 3, false},    {"youve", 3, false},
};

#define JOINED_MAX 8u

/* Sends nearly all words away: by length and last two letters. */
static bool may_be_joined(struct fm_str word)
{
    char before = fm_lower(word.data[word.len - 2]);

    if (word.len > JOINED_MAX)
        return false;
    switch (fm_lower(word.data[word.len - 1])) {
    case 'a': return before == 'n' || before == 't';
    case 'e': return before == 'r' || before == 'v';
    case 'l': return before == 'l';
    case 'm': return before == 'i';
    case 's': return before == 'e' || before == 'o' || before == 't';
    case 't': return before == 'n' || before == 'o';
    default: return false;
    }
}

static size_t cut_joined(struct fm_str word)
{
    char lower[JOINED_MAX];
    size_t low = 0;
    size_t high = sizeof joined / sizeof *joined;

    if (!may_be_joined(word))
        return 0;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = fm_lower(word.data[i]);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order =
            fm_str_cmp(fm_str(joined[mid].word), fm_str_n(lower, word.len));

        if (order == 0)
            return joined[mid].small && fm_is_upper(word.data[0])
                       ? 0
                       : joined[mid].cut;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return 0;
}

/* Sorted. What cannot stand behind a possessive. */
static const char *const behind_its[] = {
    "a", "an", "been", "definitely", "not", "nothing", "really", "the",
};

size_t fm_clitic_its_cut(struct fm_str word, struct fm_str next)
{
    char lower[16];

    if (!fm_str_ieq(word, fm_str("its")) || next.len == 0 ||
        next.len > sizeof lower)
        return 0;
    for (size_t i = 0; i < next.len; i++)
        lower[i] = fm_lower(next.data[i]);
    return fm_str_bsearch(fm_str_n(lower, next.len), behind_its,
                          sizeof behind_its / sizeof *behind_its) >= 0
               ? 2
               : 0;
}

/* "1990's" is a decade and one token. */
static bool is_decade(struct fm_str stem)
{
    return stem.len >= 2 && fm_is_digit(stem.data[0]) &&
           stem.data[stem.len - 1] == '0';
}

size_t fm_clitic_cut(struct fm_str word)
{
    struct fm_str stem = word;
    size_t tail = 0;
    size_t mark;

    if (word.len < 2)
        return 0;
    if (memchr(word.data, '\'', word.len) == NULL &&
        memchr(word.data, '\x99', word.len) == NULL &&
        memchr(word.data, '`', word.len) == NULL)
        return cut_joined(word);
    mark = apostrophe_before(word);
    if (mark > 0) /* soldiers' */
        return word.len > mark ? word.len - mark : 0;
    while (tail < 2 && tail < word.len &&
           fm_is_alpha(word.data[word.len - tail - 1])) {
        tail++;
        stem = fm_str_sub(word, 0, word.len - tail);
        mark = apostrophe_before(stem);
        if (mark > 0)
            break;
    }
    if (mark == 0)
        return cut_joined(word);
    stem.len -= mark;
    word = fm_str_sub(word, stem.len + mark, word.len);
    if (stem.len == 0)
        return 0;
    if (fm_str_ieq(word, fm_str("t")))
        return stem.len > 1 && fm_lower(stem.data[stem.len - 1]) == 'n'
                   ? stem.len - 1
                   : 0;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (fm_str_ieq(word, fm_str(behind[i])))
            return is_decade(stem) ? 0 : stem.len;
    return 0;
}
