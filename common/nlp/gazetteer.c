#include "nlp/gazetteer.h"

#include "base/utf8.h"

/* In gazetteer.S. The layout is in data/build.py. */
extern const unsigned char fm_gazetteer_file[];

#define HEADER 24u
#define NO_KEY UINT64_MAX

static uint32_t load32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static uint32_t load16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* Where the parts of the file are. */
struct parts {
    uint32_t slots;
    uint32_t countries;
    uint32_t keys;
    const unsigned char *palette;
    const unsigned char *slot;
    const unsigned char *key;
    const unsigned char *offset;
    const unsigned char *of;
    const unsigned char *text;
};

static struct parts parts_of(const unsigned char *file)
{
    struct parts p = {.slots = load32(file + 8),
                      .countries = load32(file + 16),
                      .keys = load32(file + 20),
                      .palette = file + HEADER};
    uint32_t palette = load32(file + 12);

    p.slot = p.palette + (palette * 2 + 3) / 4 * 4;
    p.key = p.slot + (size_t)p.slots * 4;
    p.offset = p.key + (size_t)p.keys * 4;
    p.of = p.offset + ((size_t)p.countries + 1) * 4;
    p.text = p.of + (size_t)p.keys * 2;
    return p;
}

/* Fowler, Noll, Vo: FNV-1a, 64 bits. */
static uint64_t hash_byte(uint64_t h, unsigned char byte)
{
    return (h ^ byte) * UINT64_C(0x100000001b3);
}

/* The finish of MurmurHash3: FNV's high bits alone are poor. */
static uint64_t finished(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

/* In small letters, white space as one space, curly apostrophes straight. */
static uint64_t hash_of(struct fm_str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    bool gap = false;
    bool begun = false;

    if (s.len == 0 || s.len > FM_GAZETTEER_PHRASE_MAX)
        return NO_KEY;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = (unsigned char)s.data[at];
        char bytes[4];
        size_t n;

        if (c < 0x80)
            at++;
        else
            c = fm_utf8_next(s, &at);
        if (fm_uni_is_space(c)) {
            gap = begun;
            continue;
        }
        if (gap)
            h = hash_byte(h, ' ');
        gap = false;
        begun = true;
        n = fm_utf8_put(c == 0x2019 ? '\'' : fm_uni_lower(c), bytes);
        for (size_t i = 0; i < n; i++)
            h = hash_byte(h, (unsigned char)bytes[i]);
    }
    return finished(h);
}

unsigned fm_gazetteer_find(struct fm_str phrase)
{
    const struct parts p = parts_of(fm_gazetteer_file);
    uint64_t h = hash_of(phrase);
    uint32_t at = (uint32_t)((h & UINT32_MAX) * p.slots >> 32);

    if (h == NO_KEY)
        return 0;
    for (;;) {
        uint32_t slot = load32(p.slot + (size_t)at * 4);

        if (slot == 0)
            return 0;
        if (slot >> 8 == h >> 40)
            return load16(p.palette + (slot & 0xff) * 2u);
        at = at + 1 < p.slots ? at + 1 : 0;
    }
}

/* Endings of English inflection and what stands in their place in the base. */
static const struct {
    struct fm_str ending;
    struct fm_str base;
} endings[] = {
    {FM_STR_LIT("s"), FM_STR_LIT("")},
    {FM_STR_LIT("es"), FM_STR_LIT("")},
    {FM_STR_LIT("ies"), FM_STR_LIT("y")},
    {FM_STR_LIT("ed"), FM_STR_LIT("")},
    {FM_STR_LIT("ed"), FM_STR_LIT("e")},
    {FM_STR_LIT("ing"), FM_STR_LIT("")},
    {FM_STR_LIT("ing"), FM_STR_LIT("e")},
    {FM_STR_LIT("ied"), FM_STR_LIT("y")},
    {FM_STR_LIT("men"), FM_STR_LIT("man")},
};

bool fm_gazetteer_common(struct fm_str word)
{
    char base[FM_GAZETTEER_PHRASE_MAX];

    if (word.len == 0 || word.len > sizeof base - 4)
        return false;
    if (fm_gazetteer_find(word) & FM_GAZETTEER_COMMON)
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t stem = word.len - endings[i].ending.len;

        if (word.len < endings[i].ending.len + 3 ||
            !fm_str_ieq(fm_str_sub(word, stem, word.len), endings[i].ending))
            continue;
        memcpy(base, word.data, stem);
        memcpy(base + stem, endings[i].base.data, endings[i].base.len);
        if (fm_gazetteer_find(fm_str_n(base, stem + endings[i].base.len)) &
            FM_GAZETTEER_COMMON)
            return true;
        /* stopped, planning */
        if (endings[i].base.len == 0 && stem > 3 &&
            base[stem - 1] == base[stem - 2] &&
            (fm_gazetteer_find(fm_str_n(base, stem - 1)) & FM_GAZETTEER_COMMON))
            return true;
    }
    return false;
}

struct fm_str fm_gazetteer_country(struct fm_str phrase)
{
    const struct parts p = parts_of(fm_gazetteer_file);
    uint64_t h = hash_of(phrase);
    uint32_t low = 0;
    uint32_t high = p.keys;

    while (h != NO_KEY && low < high) {
        uint32_t mid = low + (high - low) / 2;
        uint32_t key = load32(p.key + (size_t)mid * 4);

        if (key == h >> 32) {
            uint32_t country = load16(p.of + (size_t)mid * 2);
            uint32_t from = load32(p.offset + (size_t)country * 4);
            uint32_t to = load32(p.offset + ((size_t)country + 1) * 4);

            return fm_str_n((const char *)p.text + from, to - from);
        }
        if (key < h >> 32)
            low = mid + 1;
        else
            high = mid;
    }
    return fm_str_n(NULL, 0);
}
