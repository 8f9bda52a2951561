/* Characters at bytes of a text, quickly where it is ASCII. */
#ifndef FM_NLP_CHARACTER_H
#define FM_NLP_CHARACTER_H

#include "base/str.h"
#include "base/utf8.h"

/* Code point at byte at, 0 at the end. */
static inline uint32_t fm_char_at(struct fm_str s, size_t at)
{
    if (at >= s.len)
        return 0;
    if ((unsigned char)s.data[at] < 0x80)
        return (unsigned char)s.data[at];
    return fm_utf8_next(s, &at);
}

/* Its bytes; at is before the end. */
static inline size_t fm_char_width(struct fm_str s, size_t at)
{
    size_t next = at;

    if ((unsigned char)s.data[at] < 0x80)
        return 1;
    (void)fm_utf8_next(s, &next);
    return next - at;
}

#endif
