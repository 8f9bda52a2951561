#include "base/hash.h"
#include "store/normal.h"
#include "store/sieve_priv.h"
#include "store/words_priv.h"

/* Of one filter: its strings are at most a few KiB (query.proto's filter, each
 * FM_FILTER_STRING at most). */
#define ARENA_MAX   ((size_t)256 << 10)
#define ARENA_BLOCK ((size_t)512)

uint64_t fm_sieve_hash(enum fm_sieve_key key, struct fm_str s)
{
    return fm_hash64(s.data, s.len, 0x100 + (uint64_t)key);
}

uint64_t fm_sieve_number(enum fm_sieve_key key, int64_t number)
{
    return fm_hash64(&number, sizeof number, 0x100 + (uint64_t)key);
}

/* --- making it ready ------------------------------------------------------------------ */

static struct fm_str keep(struct fm_sieve *s, struct fm_str from)
{
    return fm_str_n(from.len > 0 ? fm_arena_copy(&s->arena, from) : NULL,
                    from.len);
}

static uint32_t bits_of(const int64_t *v, size_t n)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < n; i++)
        bits |= UINT32_C(1) << v[i];
    return bits;
}

/* Names may come to stand for more; those given by number stand for one. */
static uint64_t name_of(struct fm_reader *r, const char *text,
                        const struct fm_who *who)
{
    struct fm_str trimmed = fm_str_trim(fm_str(text));
    struct fm_str normal;

    if (who->n == 1 && trimmed.len > 0 && fm_is_digit(trimmed.data[0])) {
        char digits[24];

        (void)snprintf(digits, sizeof digits, "%lld", (long long)who->ids[0]);
        if (fm_str_eqz(trimmed, digits))
            return 0;
    }
    normal = fm_normal_name(fm_str(text), &r->arena);
    return normal.len > 0 ? fm_sieve_hash(FM_KEY_ENTITY, normal) | 1 : 0;
}

static void copy_whos(struct fm_sieve *s, struct fm_reader *r,
                      const Factmill__V1__FactFilter *filter,
                      const struct fm_filter *f)
{
    const char *const texts[] = {filter->entity, filter->subject,
                                 filter->object, filter->speaker,
                                 filter->place};
    size_t n = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct fm_who *from = &f->whos[n];
        struct fm_sieve_who *to = &s->whos[n];
        int64_t *ids;

        if (texts[i][0] == '\0' || n == f->who_count)
            continue;
        ids = fm_arena_array(&s->arena, from->n, sizeof *ids);
        if (ids != NULL && from->n > 0)
            memcpy(ids, from->ids, from->n * sizeof *ids);
        to->ids = ids;
        to->n = from->n;
        to->roles = from->roles;
        to->words = keep(s, from->words);
        to->name = name_of(r, texts[i], from);
        n++;
    }
    s->who_count = n;
}

static void add_key(struct fm_sieve *s, uint64_t key)
{
    if (s->key_count < FM_SIEVE_KEYS)
        s->keys[s->key_count++] = key;
}

/* The who that stands for the fewest; -1 = none stands for anybody. */
static int narrowest(const struct fm_sieve *s)
{
    int best = -1;

    for (size_t i = 0; i < s->who_count; i++)
        if (s->whos[i].n > 0 && (best < 0 || s->whos[i].n < s->whos[best].n))
            best = (int)i;
    return best;
}

static void choose_keys(struct fm_sieve *s)
{
    int who = narrowest(s);

    if (s->article.len > 0) {
        s->kept_by = FM_KEY_ARTICLE;
        add_key(s, fm_sieve_hash(FM_KEY_ARTICLE, s->article));
    } else if (who >= 0) {
        s->kept_by = FM_KEY_ENTITY;
        for (size_t i = 0; i < s->whos[who].n; i++)
            add_key(s, fm_sieve_number(FM_KEY_ENTITY, s->whos[who].ids[i]));
    } else if (s->phrases.anchor_n > 0) {
        s->kept_by = FM_KEY_WORD;
        for (size_t i = 0; i < s->phrases.anchor_n; i++)
            add_key(s, s->phrases.anchor[i]);
    } else if (s->predicate.len > 0) {
        s->kept_by = FM_KEY_PREDICATE;
        add_key(s, fm_sieve_hash(FM_KEY_PREDICATE, s->predicate));
    } else if (s->source.len > 0) {
        s->kept_by = FM_KEY_SOURCE;
        add_key(s, fm_sieve_hash(FM_KEY_SOURCE, s->source));
    } else if (s->kinds != 0) {
        s->kept_by = FM_KEY_KIND;
        for (int64_t kind = 0; kind < 32; kind++)
            if ((s->kinds >> kind & 1) != 0)
                add_key(s, fm_sieve_number(FM_KEY_KIND, kind));
    } else {
        s->kept_by = FM_KEY_ALL;
        add_key(s, fm_sieve_number(FM_KEY_ALL, 0));
    }
}

static enum fm_error read_recorded(struct fm_sieve *s,
                                   const Factmill__V1__FactFilter *filter,
                                   struct fm_why *why)
{
    enum fm_error e =
        fm_read_instant(filter->recorded_from, "filter.recorded_from",
                        INT64_MIN, why, &s->recorded.from);

    if (e == FM_OK)
        e = fm_read_instant(filter->recorded_to, "filter.recorded_to",
                            INT64_MAX, why, &s->recorded.to);
    if (e == FM_OK && filter->as_of != NULL)
        e = fm_fail_field(FM_EINVAL, why, "filter.as_of", "AS_OF",
                          "what is still to come cannot be asked for as of a "
                          "time that has passed");
    return e;
}

static void copy_rest(struct fm_sieve *s,
                      const Factmill__V1__FactFilter *filter,
                      const struct fm_filter *f)
{
    s->source = keep(s, fm_str(filter->source));
    s->article = keep(s, fm_str(filter->article));
    s->predicate = keep(s, f->predicate);
    s->kinds = bits_of(f->kinds, f->kind_count);
    s->modalities = bits_of(f->modalities, f->modality_count);
    s->polarity = f->polarity;
    s->min_confidence = f->min_confidence;
    s->time = f->time;
    s->published = f->published;
    s->impossible = f->impossible;
}

enum fm_error fm_sieve_init(struct fm_sieve *s, struct fm_reader *r,
                            const struct fm_tokens *tokens,
                            const Factmill__V1__FactFilter *filter,
                            struct fm_why *why)
{
    static char none[] = "";
    Factmill__V1__FactFilter asked = *filter;
    struct fm_filter f;
    enum fm_error e;

    memset(s, 0, sizeof *s);
    fm_arena_init_blocks(&s->arena, ARENA_MAX, ARENA_BLOCK);
    /* These are compared as they are given: a source or an article may still
     * come, and so may the time until which it is recorded. */
    asked.source = none;
    asked.article = none;
    asked.recorded_from = NULL;
    asked.recorded_to = NULL;
    e = read_recorded(s, filter, why);
    if (e == FM_OK)
        e = fm_filter_resolve(r, &asked, why, &f);
    if (e != FM_OK)
        goto failed;
    copy_rest(s, filter, &f);
    copy_whos(s, r, filter, &f);
    if (f.match.len > 0)
        e = fm_phrases_read(&s->phrases, &s->arena, tokens, f.match, why);
    s->keys = fm_arena_array(&s->arena, FM_SIEVE_KEYS, sizeof *s->keys);
    if (e == FM_OK && s->arena.failed != FM_OK)
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for a filter");
    if (e != FM_OK)
        goto failed;
    choose_keys(s);
    return FM_OK;
failed:
    fm_sieve_release(s);
    return e;
}

void fm_sieve_release(struct fm_sieve *s)
{
    fm_arena_release(&s->arena);
}

/* --- testing -------------------------------------------------------------------------- */

static bool in_range(const struct fm_range *range, int64_t v, int64_t none)
{
    if (range->from == INT64_MIN && range->to == INT64_MAX)
        return true;
    return v != none && v >= range->from && v < range->to;
}

static bool overlaps(const struct fm_range *range,
                     const struct fm_sieve_row *row)
{
    if (range->from == INT64_MIN && range->to == INT64_MAX)
        return true;
    return row->time_start != INT64_MIN && row->time_start < range->to &&
           (range->from == INT64_MIN || row->time_end > range->from);
}

static bool test_columns(const struct fm_sieve *s,
                         const struct fm_sieve_row *row)
{
    if (s->kinds != 0 && (s->kinds >> row->kind & 1) == 0)
        return false;
    if (s->modalities != 0 && (s->modalities >> row->modality & 1) == 0)
        return false;
    if (s->polarity != 0 && s->polarity != row->polarity)
        return false;
    if (s->min_confidence > 0 && !(row->confidence >= s->min_confidence))
        return false;
    if (s->predicate.len > 0 && !fm_str_eq(s->predicate, row->predicate))
        return false;
    if (s->source.len > 0 && !fm_str_eq(s->source, row->view->source))
        return false;
    if (s->article.len > 0 && !fm_str_eq(s->article, row->view->article))
        return false;
    return overlaps(&s->time, row) &&
           in_range(&s->published, row->published_us, INT64_MIN) &&
           in_range(&s->recorded, row->recorded_us, INT64_MIN);
}

static bool takes_part(const struct fm_sieve_who *who,
                       const struct fm_fact_view *view)
{
    for (size_t i = 0; i < view->n; i++) {
        if ((view->participants[i].roles & who->roles) == 0)
            continue;
        for (size_t k = 0; k < who->n; k++)
            if (who->ids[k] == view->participants[i].who)
                return true;
    }
    return false;
}

static bool test_whos(const struct fm_sieve *s, const struct fm_sieve_row *row,
                      struct fm_arena *arena)
{
    for (size_t i = 0; i < s->who_count; i++) {
        const struct fm_sieve_who *who = &s->whos[i];
        bool found;

        if (who->n > 0) {
            found = takes_part(who, row->view);
        } else {
            fm_arena_reset(arena);
            found = fm_words_match(row->bytes, who->roles, who->words, arena);
        }
        if (!found)
            return false;
    }
    return true;
}

bool fm_sieve_test(const struct fm_sieve *s, const struct fm_sieve_row *row,
                   struct fm_arena *arena)
{
    return !s->impossible && test_columns(s, row) &&
           (s->phrases.step_n == 0 ||
            fm_phrases_match(&s->phrases, row->tokens)) &&
           test_whos(s, row, arena);
}
