#include "base/str.h"

struct fm_str fm_str_sub(struct fm_str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return fm_str_n(s.data != NULL ? s.data + from : NULL, to - from);
}

int fm_str_cmp(struct fm_str a, struct fm_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.data, b.data, n) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool fm_str_ieq(struct fm_str a, struct fm_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (fm_lower(a.data[i]) != fm_lower(b.data[i]))
            return false;
    return true;
}

bool fm_str_starts(struct fm_str s, struct fm_str prefix)
{
    return s.len >= prefix.len &&
           fm_str_eq(fm_str_sub(s, 0, prefix.len), prefix);
}

bool fm_str_ends(struct fm_str s, struct fm_str suffix)
{
    return s.len >= suffix.len &&
           fm_str_eq(fm_str_sub(s, s.len - suffix.len, s.len), suffix);
}

size_t fm_str_find(struct fm_str s, struct fm_str needle, size_t from)
{
    if (needle.len == 0)
        return from <= s.len ? from : SIZE_MAX;
    while (from < s.len && s.len - from >= needle.len) {
        const char *at = memchr(s.data + from, needle.data[0],
                                s.len - from - needle.len + 1);

        if (at == NULL)
            break;
        if (memcmp(at, needle.data, needle.len) == 0)
            return (size_t)(at - s.data);
        from = (size_t)(at - s.data) + 1;
    }
    return SIZE_MAX;
}

struct fm_str fm_str_trim(struct fm_str s)
{
    while (s.len > 0 && fm_is_space(s.data[s.len - 1]))
        s.len--;
    while (s.len > 0 && fm_is_space(s.data[0])) {
        s.data++;
        s.len--;
    }
    return s;
}

bool fm_str_next(struct fm_str *rest, char sep, struct fm_str *ret_part)
{
    const char *at;

    if (rest->len == 0)
        return false;
    at = memchr(rest->data, sep, rest->len);
    if (at == NULL) {
        *ret_part = *rest;
        *rest = fm_str_n(NULL, 0);
    } else {
        size_t n = (size_t)(at - rest->data);

        *ret_part = fm_str_n(rest->data, n);
        *rest = fm_str_n(at + 1, rest->len - n - 1);
    }
    return true;
}

ptrdiff_t fm_str_bsearch(struct fm_str s, const char *const *sorted, size_t n)
{
    size_t low = 0;
    size_t high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = fm_str_cmp(s, fm_str(sorted[mid]));

        if (order == 0)
            return (ptrdiff_t)mid;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}
