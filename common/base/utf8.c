#include "base/utf8.h"

static bool cont(const uint8_t *p)
{
    return (*p & 0xc0) == 0x80;
}

/* Bytes of the valid sequence at p, 0 when it is not valid. */
static size_t sequence(const uint8_t *p, size_t len)
{
    uint8_t c = p[0];

    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    if (len < 2 || !cont(p + 1))
        return 0;
    if (c < 0xe0)
        return 2;
    if (c == 0xe0 && p[1] < 0xa0)
        return 0;
    if (c == 0xed && p[1] > 0x9f)
        return 0;
    if (c == 0xf0 && p[1] < 0x90)
        return 0;
    if (c == 0xf4 && p[1] > 0x8f)
        return 0;
    if (len < 3 || !cont(p + 2))
        return 0;
    if (c < 0xf0)
        return 3;
    return len >= 4 && cont(p + 3) ? 4 : 0;
}

size_t fm_utf8_valid(struct fm_str s)
{
    const uint8_t *p = (const uint8_t *)s.data;
    size_t at = 0;

    while (at < s.len) {
        uint64_t eight;
        size_t n;

        while (s.len - at >= 8) {
            memcpy(&eight, p + at, 8);
            if ((eight & 0x8080808080808080u) != 0)
                break;
            at += 8;
        }
        if (at == s.len)
            break;
        n = sequence(p + at, s.len - at);
        if (n == 0)
            return at;
        at += n;
    }
    return at;
}

uint32_t fm_utf8_next(struct fm_str s, size_t *at)
{
    const uint8_t *p = (const uint8_t *)s.data + *at;
    size_t n = sequence(p, s.len - *at);
    uint32_t c;

    if (n == 0) {
        *at += 1;
        return 0xfffd;
    }
    *at += n;
    if (n == 1)
        return p[0];
    c = p[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++)
        c = (c << 6) | (p[i] & 0x3fu);
    return c;
}

uint32_t fm_utf8_prev(struct fm_str s, size_t *at)
{
    const uint8_t *p = (const uint8_t *)s.data;
    size_t start = *at - 1;
    size_t begin;
    uint32_t c;

    while (start > 0 && *at - start < 4 && cont(p + start))
        start--;
    begin = start;
    c = fm_utf8_next(s, &begin);
    if (begin != *at) {
        *at -= 1;
        return 0xfffd;
    }
    *at = start;
    return c;
}

size_t fm_utf8_put(uint32_t c, char ret[4])
{
    if (c < 0x80) {
        ret[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        ret[0] = (char)(0xc0 | (c >> 6));
        ret[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        ret[0] = (char)(0xe0 | (c >> 12));
        ret[1] = (char)(0x80 | ((c >> 6) & 0x3f));
        ret[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    ret[0] = (char)(0xf0 | (c >> 18));
    ret[1] = (char)(0x80 | ((c >> 12) & 0x3f));
    ret[2] = (char)(0x80 | ((c >> 6) & 0x3f));
    ret[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Blocks where capitals are even and small letters odd code points. */
static bool alternating(uint32_t c)
{
    return (c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
           (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff) ||
           (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
           (c >= 0x4d0 && c <= 0x52f) || (c >= 0x200 && c <= 0x21f);
}

/* The same with capitals odd. */
static bool alternating_odd(uint32_t c)
{
    return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e) ||
           (c >= 0x1cd && c <= 0x1dc);
}

bool fm_uni_is_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    if (c >= 0xc0 && c <= 0xde)
        return c != 0xd7;
    if (alternating(c))
        return (c & 1) == 0;
    if (alternating_odd(c))
        return (c & 1) == 1;
    return c == 0x178 || (c >= 0x391 && c <= 0x3ab) ||
           (c >= 0x400 && c <= 0x42f) || (c >= 0x386 && c <= 0x38f);
}

bool fm_uni_is_lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    if (c >= 0xdf && c <= 0xff)
        return c != 0xf7;
    if (alternating(c))
        return (c & 1) == 1;
    if (alternating_odd(c))
        return (c & 1) == 0;
    return (c >= 0x3ac && c <= 0x3ce) || (c >= 0x430 && c <= 0x45f) ||
           c == 0x138 || c == 0x149 || c == 0x17f;
}

bool fm_uni_is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool fm_uni_is_punct(uint32_t c)
{
    if (c < 0x80)
        return (c >= 0x21 && c <= 0x2f) || (c >= 0x3a && c <= 0x40) ||
               (c >= 0x5b && c <= 0x60) || (c >= 0x7b && c <= 0x7e);
    return (c >= 0xa1 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) ||
           c == 0xd7 || c == 0xf7 || (c >= 0x2010 && c <= 0x2027) ||
           (c >= 0x2030 && c <= 0x205e) || (c >= 0x20a0 && c <= 0x20bf) ||
           (c >= 0x2100 && c <= 0x2bff) || (c >= 0x3001 && c <= 0x303f) ||
           (c >= 0xff01 && c <= 0xff0f) || c >= 0x1f000 || c == 0xfffd;
}

bool fm_uni_is_alpha(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (c < 0xa0 || fm_uni_is_punct(c) || fm_uni_is_space(c))
        return false;
    /* Zero-width characters and directional marks belong to no class. */
    return !(c >= 0x200b && c <= 0x200f) && !(c >= 0x202a && c <= 0x202e) &&
           c != 0xfeff;
}

uint32_t fm_uni_lower(uint32_t c)
{
    if (!fm_uni_is_upper(c))
        return c;
    if (c < 0x80 || (c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3ab) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if (alternating(c) || alternating_odd(c))
        return c + 1;
    return c == 0x178 ? 0xff : c;
}
