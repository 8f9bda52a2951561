#include "store/normal.h"

#include "base/utf8.h"

static uint32_t plain(uint32_t c)
{
    if (c == 0x2018 || c == 0x2019 || c == 0x02bc || c == '`')
        return '\'';
    if (c == 0x201c || c == 0x201d || c == 0x00ab || c == 0x00bb)
        return '"';
    if (c >= 0x2010 && c <= 0x2015)
        return '-';
    return fm_uni_lower(c);
}

/* Marks that belong to a name's surroundings when they stand at its end. A
 * closing bracket does not: "Smith (Ohio)". */
static bool is_edge(char c)
{
    return c != '\0' && strchr(" .,;:!?'\"-", c) != NULL;
}

static struct fm_str trim(struct fm_str s)
{
    while (s.len > 0 && is_edge(s.data[0]))
        s = fm_str_sub(s, 1, s.len);
    while (s.len > 0 && is_edge(s.data[s.len - 1]))
        s.len--;
    if (fm_str_starts(s, fm_str("the ")) && s.len > 4)
        s = fm_str_sub(s, 4, s.len);
    return s;
}

struct fm_str fm_normal_name(struct fm_str name, struct fm_arena *arena)
{
    /* Lower case of one letter may take a byte more than upper case. */
    char *to;
    size_t n = 0;
    size_t at = 0;

    if (name.len > FM_NORMAL_MAX || fm_utf8_valid(name) != name.len)
        return fm_str_n("", 0);
    to = fm_arena_alloc(arena, name.len * 2 + 4);
    if (to == NULL)
        return fm_str_n(NULL, 0);
    while (at < name.len) {
        uint32_t c = fm_utf8_next(name, &at);

        if (fm_uni_is_space(c)) {
            if (n > 0 && to[n - 1] != ' ')
                to[n++] = ' ';
        } else {
            n += fm_utf8_put(plain(c), to + n);
        }
    }
    return trim(fm_str_n(to, n));
}
