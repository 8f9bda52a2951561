#include "store/claim_read_priv.h"

#define ORIGINS_MAX 100u
#define SOURCES_MAX 10u

/* --- which claim --------------------------------------------------------------------- */

static bool hex_of(struct fm_str s, uint64_t *ret)
{
    uint64_t v = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (!fm_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        v = v << 4 | (uint64_t)(fm_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    *ret = v;
    return true;
}

static enum fm_error of_fact(struct fm_reader *r, const struct fm_id *id,
                             struct fm_why *why, struct fm_claim_key *ret)
{
    static const char sql[] =
        "SELECT f.sequence FROM fact_key k CROSS JOIN change c ON c.last=k.last"
        " CROSS JOIN fact f ON f.sequence>=c.added AND f.sequence<=c.last"
        " WHERE k.key=? AND f.id=?"
        " ORDER BY f.retracted IS NOT NULL, f.sequence DESC";
    struct fm_said said = {.last = 0};
    struct fm_stmt *st = NULL;
    int64_t sequence = 0;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, fm_fact_key(id));
    fm_stmt_int(st, 2, fm_fact_rest(id));
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (row)
        sequence = fm_stmt_col_int(st, 0);
    fm_stmt_reset(st);
    if (!row)
        return fm_fail_field(FM_ENOTFOUND, why, "id", "FACT_NOT_FOUND",
                             "there is no such fact");
    e = fm_said_find(r, sequence, why, &said);
    if (e != FM_OK)
        return e;
    *ret = fm_said_get(said.bytes, (size_t)(sequence - said.added));
    return ret->topic != 0
               ? FM_OK
               : fm_fail_field(FM_ENOTFOUND, why, "id", "NO_CLAIM",
                               "the fact belongs to no claim: what it speaks "
                               "of is a pronoun, or nothing that has a name");
}

static enum fm_error find_key(struct fm_reader *r, const char *id,
                              struct fm_why *why, struct fm_claim_key *ret)
{
    struct fm_str s = fm_str(id);
    struct fm_id fact;
    uint64_t value = 0;

    if (fm_id_parse(s, &fact))
        return of_fact(r, &fact, why, ret);
    if (s.len != FM_CLAIM_ID - 1 ||
        !hex_of(fm_str_sub(s, 0, 16), &ret->topic) ||
        !hex_of(fm_str_sub(s, 16, s.len), &value))
        return fm_fail_field(FM_EINVAL, why, "id", "CLAIM_ID",
                             "id is neither the 24 hex digits of a claim nor "
                             "the 32 of a fact");
    ret->value = (uint32_t)value;
    return FM_OK;
}

/* --- origins -------------------------------------------------------------------------- */

static enum fm_error source_name(struct fm_reader *r, int64_t source,
                                 struct fm_arena *arena, struct fm_why *why,
                                 char **ret)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e =
        fm_reader_stmt(r, "SELECT name FROM source WHERE source=?", why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, source);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    *ret = fm_arena_copy(arena, row ? fm_stmt_col_str(st, 0) : fm_str("?"));
    fm_stmt_reset(st);
    return *ret != NULL ? FM_OK
                        : fm_fail(FM_ENOMEM, why, NULL, "no memory for names");
}

/* As the fact names the last of those who say it. */
static char *voice_name(const Factmill__V1__Fact *fact)
{
    for (size_t i = fact->n_attribution; i > 0; i--)
        if (fact->attribution[i - 1]->source != NULL &&
            fact->attribution[i - 1]->source->text[0] != '\0')
            return fact->attribution[i - 1]->source->text;
    return fact->subject != NULL ? fact->subject->text : fact->source;
}

static enum fm_error begin_origin(struct fm_reader *r,
                                  const struct fm_statement *s, int64_t upto,
                                  struct fm_arena *arena, struct fm_why *why,
                                  Factmill__V1__ClaimOrigin *o)
{
    Factmill__V1__Fact *fact = NULL;
    bool voice;
    enum fm_error e = fm_claim_fact(r, s->sequence, upto, arena, why, &fact);

    if (e != FM_OK)
        return e;
    /* Who "it" is only the text knows. */
    voice = s->key.voice != 0 && !fm_claim_is_pronoun(fm_str(voice_name(fact)));
    o->how = voice ? FACTMILL__V1__CLAIM_ORIGIN__HOW__VOICE
                   : FACTMILL__V1__CLAIM_ORIGIN__HOW__TEXT;
    o->name = voice ? voice_name(fact) : fact->source;
    o->fact = fact->id;
    o->first_seen = fm_read_time(arena, s->seen_us);
    o->sources = fm_arena_array(arena, SOURCES_MAX, sizeof(char *));
    return o->sources != NULL
               ? FM_OK
               : fm_fail(FM_ENOMEM, why, NULL, "no memory for origins");
}

static bool names_source(const Factmill__V1__ClaimOrigin *o, const char *name)
{
    for (size_t i = 0; i < o->n_sources; i++)
        if (strcmp(o->sources[i], name) == 0)
            return true;
    return false;
}

static enum fm_error add_source(struct fm_reader *r,
                                const struct fm_statement *s,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__ClaimOrigin *o)
{
    char *name = NULL;
    enum fm_error e;

    if (o->n_sources == SOURCES_MAX)
        return FM_OK;
    e = source_name(r, s->source, arena, why, &name);
    if (e == FM_OK && !names_source(o, name))
        o->sources[o->n_sources++] = name;
    return e;
}

/* Its statements of one article come in any order: counted by the last article
 * that was seen for it, after a sort by article. */
static int by_origin(const void *pa, const void *pb)
{
    const struct fm_statement *a = pa;
    const struct fm_statement *b = pb;

    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (a->article > b->article) - (a->article < b->article);
}

static enum fm_error count_articles(struct fm_reader *r,
                                    const struct fm_statement *list, size_t n,
                                    struct fm_why *why,
                                    Factmill__V1__GetClaimResponse *answer)
{
    struct fm_statement *copy = fm_arena_array(&r->arena, n, sizeof *copy);

    if (copy == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for origins");
    memcpy(copy, list, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_origin);
    for (size_t i = 0; i < n && copy[i].origin < answer->n_origins; i++) {
        Factmill__V1__ClaimOrigin *o = answer->origins[copy[i].origin];

        o->statements++;
        o->articles += i == 0 || copy[i].origin != copy[i - 1].origin ||
                       copy[i].article != copy[i - 1].article;
    }
    return FM_OK;
}

/* list: with origins, numbered as they come. */
static enum fm_error fill_origins(struct fm_reader *r,
                                  const struct fm_statement *list, size_t n,
                                  int64_t upto, struct fm_arena *arena,
                                  struct fm_why *why,
                                  Factmill__V1__GetClaimResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->origins = fm_arena_array(arena, ORIGINS_MAX, sizeof(void *));
    if (answer->origins == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for origins");
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        if (list[i].origin >= ORIGINS_MAX)
            continue;
        if (list[i].origin == answer->n_origins) {
            Factmill__V1__ClaimOrigin *o = fm_arena_alloc(arena, sizeof *o);

            if (o == NULL)
                return fm_fail(FM_ENOMEM, why, NULL, "no memory for origins");
            factmill__v1__claim_origin__init(o);
            answer->origins[answer->n_origins++] = o;
            e = begin_origin(r, &list[i], upto, arena, why, o);
        }
        if (e == FM_OK)
            e = add_source(r, &list[i], arena, why,
                           answer->origins[list[i].origin]);
    }
    return e == FM_OK ? count_articles(r, list, n, why, answer) : e;
}

/* --- the answer -------------------------------------------------------------------------- */

static enum fm_error fill_statements(struct fm_reader *r,
                                     const struct fm_statement *list, size_t n,
                                     int64_t upto, struct fm_arena *arena,
                                     struct fm_why *why,
                                     Factmill__V1__GetClaimResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->statements = fm_arena_array(arena, n, sizeof(void *));
    if (answer->statements == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for facts");
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        e = fm_claim_fact(r, list[i].sequence, upto, arena, why,
                          &answer->statements[i]);
        answer->n_statements += e == FM_OK;
    }
    return e;
}

static enum fm_error fill_links(struct fm_reader *r,
                                const struct fm_link *links, size_t n,
                                int64_t upto, struct fm_arena *arena,
                                struct fm_why *why,
                                Factmill__V1__GetClaimResponse *answer)
{
    enum fm_error e = FM_OK;

    answer->links = fm_arena_array(arena, n, sizeof(void *));
    if (answer->links == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for claims");
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        Factmill__V1__ClaimLink *link = fm_arena_alloc(arena, sizeof *link);
        char id[FM_CLAIM_ID];

        if (link == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for claims");
        factmill__v1__claim_link__init(link);
        link->type = links[i].type;
        link->reason = links[i].reason;
        fm_claim_id(&links[i].other->key, id);
        link->claim = fm_arena_copy(arena, fm_str(id));
        e = fm_claim_fact(r, links[i].fact->sequence, upto, arena, why,
                          &link->fact);
        if (e == FM_OK)
            e = fm_claim_fact(r, links[i].other->sequence, upto, arena, why,
                              &link->other);
        answer->links[answer->n_links++] = link;
        answer->claim->contradictions +=
            link->type == FACTMILL__V1__CLAIM_LINK__TYPE__CONTRADICTS;
    }
    return e;
}

/* The change that the answer shows; 0 = nothing had been recorded. */
static enum fm_error pin_of(struct fm_reader *r,
                            const Factmill__V1__GetClaimRequest *request,
                            struct fm_why *why, int64_t *ret)
{
    uint64_t last = 0;
    int64_t us = 0;
    enum fm_error e =
        fm_read_instant(request->as_of, "as_of", INT64_MAX, why, &us);

    if (e == FM_OK && us != INT64_MAX)
        return fm_read_change_at(r, us, true, why, ret);
    if (e == FM_OK)
        e = fm_read_last_change(r, why, &last);
    *ret = (int64_t)last;
    return e;
}

static enum fm_error find_parts(struct fm_reader *r,
                                const struct fm_claim_key *key, int64_t pin,
                                struct fm_why *why, struct fm_claim_parts *p)
{
    size_t from = 0;
    size_t to;
    bool cut = false;
    enum fm_error e =
        fm_claim_topic(r, key->topic, pin, why, &p->topic, &p->topic_n, &cut);

    if (e != FM_OK)
        return e;
    while (from < p->topic_n && p->topic[from].key.value != key->value)
        from++;
    for (to = from; to < p->topic_n && p->topic[to].key.value == key->value;)
        to++;
    if (from == to)
        return fm_fail_field(FM_ENOTFOUND, why, "id", "CLAIM_NOT_FOUND",
                             "nothing in force makes this claim");
    p->own = p->topic + from;
    p->own_n = to - from;
    return FM_OK;
}

static enum fm_error build(struct fm_reader *r, struct fm_claim_parts *p,
                           size_t max, int64_t pin, struct fm_arena *arena,
                           struct fm_why *why,
                           Factmill__V1__GetClaimResponse *answer)
{
    struct fm_link links[FM_LINKS_MAX];
    size_t n = 0;
    enum fm_error e =
        fm_claim_fill(r, p->own, p->own_n, pin, arena, why, &answer->claim);

    if (e == FM_OK)
        e = fill_statements(r, p->own, p->own_n < max ? p->own_n : max, pin,
                            arena, why, answer);
    if (e == FM_OK)
        e = fill_origins(r, p->own, p->own_n, pin, arena, why, answer);
    if (e == FM_OK)
        e = fm_claim_links(r, p, why, links, &n);
    return e == FM_OK ? fill_links(r, links, n, pin, arena, why, answer) : e;
}

enum fm_error fm_read_claim(struct fm_reader *r,
                            const Factmill__V1__GetClaimRequest *request,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__GetClaimResponse **ret)
{
    struct fm_claim_key key = {.topic = 0};
    Factmill__V1__GetClaimResponse *answer;
    struct fm_claim_parts p = {0};
    int64_t pin = 0;
    enum fm_error e = find_key(r, request->id, why, &key);

    if (e == FM_OK && request->statements < 0)
        e = fm_fail_field(FM_EINVAL, why, "statements", "OUT_OF_RANGE",
                          "statements is negative");
    if (e == FM_OK)
        e = pin_of(r, request, why, &pin);
    if (e == FM_OK)
        e = find_parts(r, &key, pin, why, &p);
    if (e != FM_OK)
        return e;
    answer = fm_arena_alloc(arena, sizeof *answer);
    if (answer == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a claim");
    factmill__v1__get_claim_response__init(answer);
    answer->sequence = (uint64_t)pin;
    e = build(r, &p, fm_read_page((uint32_t)request->statements), pin, arena,
              why, answer);
    if (e == FM_OK)
        *ret = answer;
    return e;
}
