#include "store/origin_priv.h"

enum fm_error fm_said_find(struct fm_reader *r, int64_t sequence,
                           struct fm_why *why, struct fm_said *said)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e;

    if (said->last >= sequence && said->added <= sequence)
        return FM_OK;
    e = fm_reader_stmt(r,
                       "SELECT last, added, article, sketch, bytes FROM said"
                       " WHERE last>=? ORDER BY last LIMIT 1",
                       why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row || fm_stmt_col_int(st, 1) > sequence)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld claims nothing known",
                       (long long)sequence);
    said->last = fm_stmt_col_int(st, 0);
    said->added = fm_stmt_col_int(st, 1);
    said->article = fm_stmt_col_int(st, 2);
    said->sketch = fm_stmt_col_str(st, 3);
    said->bytes = fm_stmt_col_str(st, 4);
    return FM_OK;
}

/* --- by numbers ------------------------------------------------------------------- */

/* Numbers, each once, with what was noted for it: open addressing. */
struct seen {
    struct {
        uint64_t key; /* 0 = free */
        uint32_t value;
    } * slots;

    size_t mask;
};

static bool seen_init(struct seen *s, struct fm_arena *arena, size_t n)
{
    size_t slots = 16;

    while (slots < n * 2)
        slots *= 2;
    s->mask = slots - 1;
    s->slots = fm_arena_array(arena, slots, sizeof *s->slots);
    return s->slots != NULL;
}

/* What is noted for key; value when it is new. */
static uint32_t seen_add(struct seen *s, uint64_t key, uint32_t value)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & s->mask;

    while (s->slots[at].key != 0 && s->slots[at].key != key)
        at = (at + 1) & s->mask;
    if (s->slots[at].key == 0) {
        s->slots[at].key = key;
        s->slots[at].value = value;
    }
    return s->slots[at].value;
}

static void seen_set(struct seen *s, uint64_t key, uint32_t value)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & s->mask;

    while (s->slots[at].key != key)
        at = (at + 1) & s->mask;
    s->slots[at].value = value;
}

#define VOICE    (UINT64_C(1) << 62)
#define SENTENCE (UINT64_C(2) << 62)
#define CHANGE   (UINT64_C(3) << 62)
#define HASH     (UINT64_C(1) << 32)

size_t fm_origins_most(struct fm_reader *r, const struct fm_statement *list,
                       size_t n)
{
    struct seen seen;
    size_t most = 0;

    if (n == 1 || !seen_init(&seen, &r->arena, n))
        return n;
    for (size_t i = 0; i < n; i++) {
        const struct fm_statement *s = &list[i];
        uint64_t key = s->key.voice != 0      ? VOICE | s->key.voice
                       : s->key.sentence != 0 ? SENTENCE | s->key.sentence
                                              : CHANGE | (uint64_t)s->change;

        most += seen_add(&seen, key, (uint32_t)i) == i;
    }
    return most;
}

/* --- texts ------------------------------------------------------------------------ */

struct text {
    struct fm_sketch sketch;
    uint32_t origin;
    uint32_t votes; /* hashes of the text that is looked at */
};

/* Texts with fewer hashes in common share no half of anything. */
#define VOTES_MIN 2u

struct origins {
    struct fm_reader *r;
    struct seen seen;
    struct seen hashes; /* which text had a hash first */
    struct text *texts;
    size_t text_count;
    size_t n; /* origins so far */
};

/* The first text that shares enough; SIZE_MAX when none does. Only those that
 * have some hashes in common are compared. */
static size_t find_like(struct origins *o, const struct text *text)
{
    size_t last = o->text_count - 1; /* the text itself */

    for (size_t i = 0; i < text->sketch.n; i++) {
        uint64_t key = HASH | text->sketch.hashes[i];
        uint32_t first = seen_add(&o->hashes, key, (uint32_t)last);

        o->texts[first].votes += first != last;
    }
    for (size_t i = 0; i < last; i++) {
        bool vote = o->texts[i].votes >= VOTES_MIN;

        o->texts[i].votes = 0;
        if (vote && fm_sketch_shared(&o->texts[i].sketch, &text->sketch) >=
                        FM_ORIGIN_SHARED) {
            for (size_t j = i + 1; j < last; j++)
                o->texts[j].votes = 0;
            return i;
        }
    }
    return SIZE_MAX;
}

/* The origin of a text that is much the same; n when there is none. */
static enum fm_error like_text(struct origins *o, const struct fm_statement *s,
                               struct fm_why *why, uint32_t *ret)
{
    struct fm_said said = {.last = 0};
    struct text *text;
    size_t like;
    enum fm_error e;

    *ret = (uint32_t)o->n;
    if (o->text_count == FM_ORIGIN_TEXTS)
        return FM_OK;
    e = fm_said_find(o->r, s->sequence, why, &said);
    if (e != FM_OK)
        return e;
    text = &o->texts[o->text_count++];
    text->votes = 0;
    fm_said_sketch(said.sketch, &text->sketch);
    like = find_like(o, text);
    if (like != SIZE_MAX)
        *ret = o->texts[like].origin;
    text->origin = *ret;
    return FM_OK;
}

/* The article speaks for itself. */
static enum fm_error own_words(struct origins *o, const struct fm_statement *s,
                               struct fm_why *why, uint32_t *ret)
{
    uint32_t fresh = (uint32_t)o->n;
    uint32_t known = seen_add(&o->seen, CHANGE | (uint64_t)s->change, fresh);
    enum fm_error e = FM_OK;

    if (known == fresh && s->key.sentence != 0)
        known = seen_add(&o->seen, SENTENCE | s->key.sentence, fresh);
    if (known == fresh) {
        e = like_text(o, s, why, &known);
        /* What was noted above as new is that text's. */
        if (e == FM_OK && known != fresh) {
            seen_set(&o->seen, CHANGE | (uint64_t)s->change, known);
            if (s->key.sentence != 0)
                seen_set(&o->seen, SENTENCE | s->key.sentence, known);
        }
    }
    *ret = known;
    return e;
}

enum fm_error fm_origins_of(struct fm_reader *r, struct fm_statement *list,
                            size_t n, struct fm_why *why, size_t *ret_origins)
{
    struct origins o = {.r = r};
    enum fm_error e = FM_OK;

    o.texts = fm_arena_array(
        &r->arena, n < FM_ORIGIN_TEXTS ? n : FM_ORIGIN_TEXTS, sizeof *o.texts);
    if (o.texts == NULL || !seen_init(&o.seen, &r->arena, n * 2) ||
        !seen_init(&o.hashes, &r->arena,
                   (n < FM_ORIGIN_TEXTS ? n : FM_ORIGIN_TEXTS) * FM_SKETCH_MAX))
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for origins");
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct fm_statement *s = &list[i];

        if (s->key.voice != 0)
            s->origin = seen_add(&o.seen, VOICE | s->key.voice, (uint32_t)o.n);
        else
            e = own_words(&o, s, why, &s->origin);
        if (s->origin == o.n)
            o.n++;
    }
    *ret_origins = o.n;
    return e;
}
