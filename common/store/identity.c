#include "base/hash.h"
#include "base/wire.h"
#include "store/identity_priv.h"
#include "store/normal.h"
#include "store/roles_priv.h"

#define PERSON       FACTMILL__V1__ENTITY__TYPE__PERSON
#define ORGANIZATION FACTMILL__V1__ENTITY__TYPE__ORGANIZATION

/* Others of a name that are looked at, the newest. */
#define CANDIDATES_MAX 64
/* Evidence that it takes, by how much a name says. */
#define NEEDED_INITIAL 1u
#define NEEDED_FULL    2u
#define NEEDED_SINGLE  7u
/* For both of two that are told apart, in one article, to be one: several. */
#define NEEDED_JOIN 8u
/* So many of one name are told apart; who comes later without any evidence is
 * the last of them, so that names that are everywhere stay few. */
#define APART_MAX 8u
/* By far the best known of a name. */
#define KNOWN_ARTICLES 16
#define KNOWN_TIMES    8
/* A post that is shared says little of a full name, and much of one word: there
 * are many analysts called John Smith, and few presidents called Roe. */
#define WEIGHT_POST        1u
#define WEIGHT_POST_SINGLE 6u
#define WEIGHT_BEFORE      100u
/* Companions of an article that are kept, at most. */
#define KEPT_OF_ONE 32u

/* --- names ------------------------------------------------------------------------ */

/* Words of the names of bodies that every country has; sorted. */
static const char *const common[] = {
    "academy",
    "administration",
    "affairs",
    "agency",
    "agriculture",
    "air",
    "and",
    "appeals",
    "armed",
    "army",
    "assembly",
    "authority",
    "bank",
    "board",
    "bureau",
    "cabinet",
    "central",
    "chamber",
    "coast",
    "college",
    "commerce",
    "commission",
    "committee",
    "communist",
    "congress",
    "conservative",
    "constitutional",
    "council",
    "court",
    "culture",
    "defence",
    "defense",
    "democratic",
    "department",
    "deputies",
    "economic",
    "economy",
    "education",
    "election",
    "electoral",
    "energy",
    "environment",
    "federal",
    "federation",
    "finance",
    "for",
    "force",
    "forces",
    "foreign",
    "government",
    "guard",
    "health",
    "high",
    "home",
    "hospital",
    "house",
    "human",
    "industry",
    "institute",
    "intelligence",
    "interior",
    "international",
    "justice",
    "labor",
    "labour",
    "law",
    "liberal",
    "lower",
    "military",
    "ministry",
    "monetary",
    "municipal",
    "museum",
    "national",
    "navy",
    "of",
    "office",
    "opposition",
    "parliament",
    "party",
    "people's",
    "police",
    "press",
    "prosecutor",
    "public",
    "representatives",
    "republican",
    "reserve",
    "revenue",
    "rights",
    "school",
    "science",
    "security",
    "senate",
    "service",
    "services",
    "social",
    "socialist",
    "society",
    "state",
    "states",
    "statistics",
    "supreme",
    "technology",
    "the",
    "tourism",
    "trade",
    "transport",
    "transportation",
    "treasury",
    "union",
    "university",
    "upper",
    "welfare",
    "workers",
};

static bool is_common(struct fm_str normal)
{
    struct fm_str word;

    while (fm_str_next(&normal, ' ', &word))
        if (word.len > 0 &&
            fm_str_bsearch(word, common, sizeof common / sizeof *common) < 0)
            return false;
    return true;
}

enum fm_naming fm_naming_of(const Factmill__V1__Entity *entity,
                            struct fm_str normal)
{
    if (entity->type == PERSON)
        return memchr(normal.data, ' ', normal.len) != NULL ? FM_NAMING_FULL
                                                            : FM_NAMING_SINGLE;
    if (entity->type == ORGANIZATION && is_common(normal))
        return FM_NAMING_FULL;
    return FM_NAMING_SURE;
}

/* "jane a. roe" says more than "jane roe"; so does a third name. */
static bool says_much(struct fm_str normal)
{
    size_t spaces = 0;

    for (size_t i = 0; i < normal.len; i++)
        spaces += normal.data[i] == ' ';
    return spaces >= 2;
}

static unsigned needed(enum fm_naming naming, struct fm_str normal,
                       const Factmill__V1__Entity *entity)
{
    if (naming == FM_NAMING_SINGLE)
        return NEEDED_SINGLE;
    return entity->type == PERSON && says_much(normal) ? NEEDED_INITIAL
                                                       : NEEDED_FULL;
}

/* --- company ---------------------------------------------------------------------- */

static unsigned weight_of(int64_t articles)
{
    return articles <= 8 ? 6 : articles <= 64 ? 4 : articles <= 1024 ? 2 : 1;
}

static enum fm_error append(struct fm_settlement *s, struct fm_company *company,
                            int64_t id, unsigned weight, struct fm_why *why)
{
    void *grown;

    for (size_t i = 0; i < company->n; i++)
        if (company->items[i].id == id)
            return FM_OK;
    grown = fm_arena_grow(s->arena, company->items, company->n,
                          sizeof *company->items, &company->cap);
    if (grown == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    company->items = grown;
    company->items[company->n].id = id;
    company->items[company->n].weight = weight;
    company->n++;
    return FM_OK;
}

enum fm_error fm_company_add(struct fm_settlement *s,
                             struct fm_company *company, int64_t id,
                             int64_t articles, struct fm_why *why)
{
    /* An article with a list of names is no company. */
    if (company->n >= 4 * (size_t)KEPT_OF_ONE)
        return FM_OK;
    return append(s, company, id, weight_of(articles), why);
}

static int64_t post_number(struct fm_str post)
{
    return -1 - (int64_t)(fm_hash64(post.data, post.len, 0) & 0x3fffffff);
}

enum fm_error fm_company_posts(struct fm_settlement *s, uint64_t local,
                               struct fm_company *ret, struct fm_why *why)
{
    const Factmill__V1__Extraction *x = s->extraction;
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < x->n_facts; i++) {
        const Factmill__V1__Fact *fact = x->facts[i];

        if (fact->kind != FACTMILL__V1__FACT__KIND__ROLE ||
            fact->subject == NULL || fact->subject->entity != local)
            continue;
        for (size_t k = 0; e == FM_OK && k < fact->n_arguments; k++) {
            bool former = false;
            struct fm_str post;

            if (fact->arguments[k]->role !=
                FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT)
                continue;
            post = fm_post_normal(fm_str(fact->arguments[k]->text), s->arena,
                                  &former);
            if (post.len > 0)
                e = append(s, ret, post_number(post), 1, why);
        }
    }
    return e;
}

/* --- what is kept: varint (zigzag) and a byte, how often, the most frequent
 * first ------------------------------------------------------------------------- */

struct kept {
    int64_t id[FM_COMPANY_MAX + 1];
    uint8_t often[FM_COMPANY_MAX + 1];
    size_t n;
};

static void read_kept(struct fm_str bytes, struct kept *ret)
{
    uint64_t v = 0;
    size_t at = 0;

    ret->n = 0;
    while (ret->n < FM_COMPANY_MAX && fm_wire_read_varint(bytes, &at, &v) &&
           at < bytes.len) {
        ret->id[ret->n] = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
        ret->often[ret->n++] = (uint8_t)bytes.data[at++];
    }
}

size_t fm_company_read(struct fm_str bytes, int64_t ret_ids[FM_COMPANY_MAX])
{
    struct kept kept;

    read_kept(bytes, &kept);
    memcpy(ret_ids, kept.id, kept.n * sizeof *ret_ids);
    return kept.n;
}

/* Once more in company; a newcomer takes the last place. */
static void keep(struct kept *kept, int64_t id)
{
    size_t at = 0;

    while (at < kept->n && kept->id[at] != id)
        at++;
    if (at == kept->n) {
        at = kept->n < FM_COMPANY_MAX ? kept->n++ : FM_COMPANY_MAX - 1;
        kept->id[at] = id;
        kept->often[at] = 0;
    }
    if (kept->often[at] < UINT8_MAX)
        kept->often[at]++;
    for (; at > 0 && kept->often[at - 1] < kept->often[at]; at--) {
        int64_t other = kept->id[at - 1];
        uint8_t often = kept->often[at - 1];

        kept->id[at - 1] = kept->id[at];
        kept->often[at - 1] = kept->often[at];
        kept->id[at] = other;
        kept->often[at] = often;
    }
}

enum fm_error fm_company_merge(struct fm_settlement *s, struct fm_str kept,
                               int64_t self, const struct fm_company *company,
                               const struct fm_company *posts,
                               struct fm_why *why, struct fm_str *ret)
{
    struct kept k;
    struct fm_buf out;
    enum fm_error e;

    read_kept(kept, &k);
    for (size_t i = 0; i < posts->n; i++)
        keep(&k, posts->items[i].id);
    for (size_t i = 0; i < company->n && i < KEPT_OF_ONE; i++)
        if (company->items[i].id != self)
            keep(&k, company->items[i].id);
    fm_buf_init(&out, 1024);
    for (size_t i = 0; i < k.n; i++) {
        int64_t id = k.id[i];

        fm_wire_varint(&out, (uint64_t)id << 1 ^ (id < 0 ? UINT64_MAX : 0));
        fm_buf_char(&out, (char)k.often[i]);
    }
    e = fm_buf_error(&out);
    if (e == FM_OK && out.len > 0) {
        *ret = fm_str_n(fm_arena_copy(s->arena, fm_buf_view(&out)), out.len);
        e = ret->data != NULL ? FM_OK : FM_ENOMEM;
    }
    fm_buf_release(&out);
    return e == FM_OK ? FM_OK : fm_fail(e, why, NULL, "no memory for entities");
}

/* --- candidates ------------------------------------------------------------------------ */

static unsigned shared(const struct kept *kept,
                       const struct fm_company *company)
{
    unsigned points = 0;

    for (size_t i = 0; i < company->n; i++)
        for (size_t k = 0; k < kept->n; k++)
            if (kept->id[k] == company->items[i].id)
                points += company->items[i].weight;
    return points;
}

/* Another of this article's entities is that one already. */
static bool is_taken(const struct fm_settlement *s, int64_t id)
{
    for (size_t i = 0; i < s->global_count; i++)
        if (s->global[i] == (uint64_t)id)
            return true;
    return false;
}

struct choice {
    unsigned post_weight;
    struct fm_identity best;
    unsigned points;
    /* Of those with this very name, the two that the most speaks for. */
    int64_t first;
    int64_t second;
    unsigned first_points;
    unsigned second_points;
    /* Of those with this very name. */
    struct fm_identity known;
    int64_t known_next;      /* articles of the second */
    struct fm_identity last; /* the newest */
    unsigned apart;
};

static void note_known(struct choice *c, const struct fm_identity *candidate)
{
    if (c->apart++ == 0)
        c->last = *candidate;
    if (candidate->articles > c->known.articles) {
        c->known_next = c->known.articles;
        c->known = *candidate;
    } else if (candidate->articles > c->known_next) {
        c->known_next = candidate->articles;
    }
}

static void note_points(struct choice *c, int64_t id, unsigned points)
{
    if (points > c->first_points) {
        c->second = c->first;
        c->second_points = c->first_points;
        c->first = id;
        c->first_points = points;
    } else if (points > c->second_points) {
        c->second = id;
        c->second_points = points;
    }
}

/* One article has the company of both, several of each: they are one. It is said
 * as an operator would say it, and can be taken back in the same way. */
static enum fm_error join(struct fm_settlement *s, const struct choice *c,
                          struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_SAME_NOTE);
    enum fm_error e;

    if (c->second_points < NEEDED_JOIN || c->second_points >= WEIGHT_BEFORE)
        return FM_OK;
    fm_stmt_int(st, 1, c->second);
    fm_stmt_int(st, 2, c->first);
    e = fm_stmt_run(st, why);
    if (e != FM_OK || sqlite3_changes(s->w->db) > 0)
        return e;
    fm_stmt_int(st, 1, c->first);
    fm_stmt_int(st, 2, c->second);
    return fm_stmt_run(st, why);
}

static enum fm_error weigh(struct fm_settlement *s, const struct fm_stmt *st,
                           struct fm_str normal,
                           const struct fm_evidence *evidence,
                           struct fm_why *why, struct choice *c)
{
    struct fm_str bytes = fm_stmt_col_str(st, 2);
    struct fm_identity candidate = {.id = fm_stmt_col_int(st, 0),
                                    .articles = fm_stmt_col_int(st, 1)};
    const struct fm_delta *delta;
    struct kept kept;
    unsigned points;

    if (is_taken(s, candidate.id))
        return FM_OK;
    delta = fm_entities_delta(s, candidate.id);
    candidate.company = fm_str_n(fm_arena_copy(s->arena, bytes), bytes.len);
    if (delta == NULL || candidate.company.data == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
    if (fm_str_eq(fm_stmt_col_str(st, 3), normal))
        note_known(c, &candidate);
    read_kept(candidate.company, &kept);
    points = shared(&kept, evidence->company) +
             shared(&kept, evidence->posts) * c->post_weight +
             (delta->before ? WEIGHT_BEFORE : 0);
    if (fm_str_eq(fm_stmt_col_str(st, 3), normal))
        note_points(c, candidate.id, points);
    if (points > c->points ||
        (points == c->points && candidate.articles > c->best.articles)) {
        c->points = points;
        c->best = candidate;
    }
    return FM_OK;
}

static enum fm_error look(struct fm_settlement *s, struct fm_str name,
                          struct fm_str normal, int type,
                          const struct fm_evidence *evidence,
                          struct fm_why *why, struct choice *c)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_CANDIDATES);
    bool row = false;
    enum fm_error e;

    fm_stmt_text(st, 1, name);
    fm_stmt_int(st, 2, type);
    fm_stmt_int(st, 3, CANDIDATES_MAX);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        /* Those were looked at under their full form. */
        if (name.len < normal.len && fm_str_eq(fm_stmt_col_str(st, 3), normal))
            continue;
        e = weigh(s, st, normal, evidence, why, c);
        if (e != FM_OK)
            break;
    }
    fm_stmt_reset(st);
    return e;
}

struct fm_str fm_without_initials(struct fm_str normal, struct fm_arena *arena)
{
    char *to = fm_arena_alloc(arena, normal.len + 1);
    struct fm_str rest = normal;
    struct fm_str word;
    size_t n = 0;
    bool first = true;

    while (to != NULL && fm_str_next(&rest, ' ', &word)) {
        bool initial = !first && rest.len > 0 && word.len <= 2 &&
                       (word.len == 1 || word.data[1] == '.');

        first = false;
        if (initial || word.len == 0)
            continue;
        if (n > 0)
            to[n++] = ' ';
        memcpy(to + n, word.data, word.len);
        n += word.len;
    }
    return fm_str_n(to, n);
}

enum fm_error fm_identity_find(struct fm_settlement *s, struct fm_str normal,
                               const Factmill__V1__Entity *entity,
                               enum fm_naming naming,
                               const struct fm_evidence *evidence,
                               struct fm_why *why, struct fm_identity *ret)
{
    struct choice c = {.post_weight = naming == FM_NAMING_SINGLE
                                          ? WEIGHT_POST_SINGLE
                                          : WEIGHT_POST};
    struct fm_str plain = fm_without_initials(normal, s->arena);
    enum fm_error e =
        look(s, normal, normal, (int)entity->type, evidence, why, &c);

    memset(ret, 0, sizeof *ret);
    if (e == FM_OK && entity->type == PERSON && plain.len < normal.len)
        e = look(s, plain, normal, (int)entity->type, evidence, why, &c);
    if (e == FM_OK && naming == FM_NAMING_FULL)
        e = join(s, &c, why);
    if (e != FM_OK)
        return e;
    if (c.points >= needed(naming, normal, entity))
        *ret = c.best;
    else if (naming == FM_NAMING_FULL && c.known.articles >= KNOWN_ARTICLES &&
             c.known.articles >= KNOWN_TIMES * c.known_next)
        *ret = c.known;
    else if (c.apart >= APART_MAX)
        *ret = c.last;
    return FM_OK;
}
