#include "store/content.h"

#include "base/wire.h"

#include <stdio.h>

/* Field numbers of factmill.v1.Article. */
enum { URL = 3, TITLE, BYLINE, LANGUAGE, PUBLISHED, TEXT, LABELS, FIELDS };

struct parts {
    struct fm_str text[FIELDS]; /* of a field given twice, the last */
    bool dated;
    int64_t seconds;
    int64_t nanos;
};

/* google.protobuf.Timestamp; given twice, its fields merge. */
static void read_time(struct fm_str bytes, struct parts *p)
{
    struct fm_wire_field f;
    size_t at = 0;

    p->dated = true;
    while (fm_wire_next(bytes, &at, &f)) {
        if (f.type == 0 && f.number == 1)
            p->seconds = (int64_t)f.value;
        if (f.type == 0 && f.number == 2)
            p->nanos = (int64_t)f.value;
    }
}

static bool read_parts(struct fm_str body, struct parts *ret)
{
    struct fm_wire_field f;
    size_t at = 0;

    while (fm_wire_next(body, &at, &f)) {
        if (f.number >= FIELDS || f.type != 2)
            continue;
        if (f.number == PUBLISHED)
            read_time(f.bytes, ret);
        else
            ret->text[f.number] = f.bytes;
    }
    return at == body.len;
}

bool fm_content_hash(struct fm_str body, struct fm_id *ret)
{
    static const int order[] = {TITLE, TEXT, URL, BYLINE, LANGUAGE};
    struct parts p = {0};
    struct fm_blake2b state;
    struct fm_wire_field f;
    char when[48];
    size_t at = 0;
    int n;

    if (!read_parts(body, &p))
        return false;
    fm_blake2b_init(&state, sizeof ret->bytes, fm_str_n(NULL, 0));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        fm_blake2b_field(&state, p.text[order[i]]);
    n = snprintf(when, sizeof when, "%d %lld.%lld", p.dated,
                 (long long)p.seconds, (long long)p.nanos);
    fm_blake2b_field(&state, fm_str_n(when, (size_t)n));
    while (fm_wire_next(body, &at, &f))
        if (f.number == LABELS && f.type == 2)
            fm_blake2b_field(&state, f.bytes);
    fm_blake2b_end(&state, ret->bytes);
    return true;
}

bool fm_content_is(struct fm_str body, struct fm_str hash)
{
    struct fm_id id;

    return fm_content_hash(body, &id) &&
           fm_str_eq(hash, fm_str_n((const char *)id.bytes, sizeof id.bytes));
}
