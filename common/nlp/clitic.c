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

/* Words that are two without any apostrophe, and where to cut. */
static const struct {
    struct fm_str word;
    size_t cut;
} joined[] = {
    {FM_STR_LIT("cannot"), 3},
    {FM_STR_LIT("gonna"), 3},
    {FM_STR_LIT("gotta"), 3},
    {FM_STR_LIT("wanna"), 3},
};

static size_t cut_joined(struct fm_str word)
{
    if (word.len != 5 && word.len != 6)
        return 0;
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        if (fm_str_ieq(word, joined[i].word))
            return joined[i].cut;
    return 0;
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
