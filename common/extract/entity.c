#include "extract/entity.h"

#include "base/hash.h"
#include "extract/tie.h"
#include "nlp/gazetteer.h"
#include "nlp/words.h"

#define TYPE(name) FACTMILL__V1__ENTITY__TYPE__##name

struct resolver {
    struct fm_context *ctx;
    Factmill__V1__Extraction *extraction;
    size_t entity_cap;
    size_t mention_cap;

    /* Number of the entity of a key, open addressing. */
    struct slot {
        uint64_t hash;
        uint32_t entity; /* from 1; 0 = free */
    } * slots;

    uint32_t mask;
};

static Factmill__V1__Entity__Type type_of(uint8_t name)
{
    switch ((enum fm_ne_type)name) {
    case FM_NE_PERSON: return TYPE(PERSON);
    case FM_NE_ORGANIZATION: return TYPE(ORGANIZATION);
    case FM_NE_COUNTRY: return TYPE(COUNTRY);
    case FM_NE_CITY: return TYPE(CITY);
    case FM_NE_REGION:
    case FM_NE_LOCATION: return TYPE(REGION);
    case FM_NE_NATIONALITY: return TYPE(NATIONALITY);
    case FM_NE_OTHER:
    case FM_NE_NONE:
    case FM_NE_COUNT: break;
    }
    return TYPE(OTHER);
}

/* --- keys ---------------------------------------------------------------------------- */

/* Small letters and single spaces, so that "UNITED  Nations" is the same; the
 * kind keeps surnames apart from full names. */
static uint64_t key_of(struct fm_str s, unsigned kind)
{
    char key[FM_GAZETTEER_PHRASE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < s.len && n < sizeof key; i++) {
        /* Kim Jong-un, Kim Jong Un */
        bool space = fm_is_space(s.data[i]) || s.data[i] == '-';

        if (!space)
            key[n++] = fm_lower(s.data[i]);
        else if (n > 0 && key[n - 1] != ' ')
            key[n++] = ' ';
    }
    /* "Acme Corp." at the end of a sentence */
    if (n > 1 && key[n - 1] == '.')
        n--;
    return fm_hash64(key, n, kind) | 1u;
}

static struct slot *slot_of(struct resolver *r, uint64_t hash)
{
    uint32_t at = (uint32_t)(hash >> 20) & r->mask;

    while (r->slots[at].entity != 0 && r->slots[at].hash != hash)
        at = (at + 1) & r->mask;
    return &r->slots[at];
}

enum { KEY_NAME, KEY_SURNAME };

static uint32_t find_key(struct resolver *r, struct fm_str s, unsigned kind)
{
    return slot_of(r, key_of(s, kind))->entity;
}

static void set_key(struct resolver *r, struct fm_str s, unsigned kind,
                    uint32_t entity)
{
    uint64_t hash = key_of(s, kind);
    struct slot *slot = slot_of(r, hash);

    slot->hash = hash;
    slot->entity = entity;
}

/* --- entities --------------------------------------------------------------------------- */

static char *folded(struct resolver *r, struct fm_str s)
{
    Factmill__V1__Argument *a = fm_context_argument_text(
        r->ctx, FACTMILL__V1__ARGUMENT__ROLE__ROLE_UNSPECIFIED, s);

    return a != NULL ? a->text : NULL;
}

static uint32_t add_entity(struct resolver *r, struct fm_str name,
                           Factmill__V1__Entity__Type type)
{
    Factmill__V1__Extraction *x = r->extraction;
    Factmill__V1__Entity *entity =
        fm_arena_alloc(r->ctx->arena, sizeof *entity);
    void *grown;

    if (entity == NULL)
        return 0;
    grown = fm_arena_grow(r->ctx->arena, x->entities, x->n_entities,
                          sizeof *x->entities, &r->entity_cap);
    if (grown == NULL)
        return 0;
    x->entities = grown;
    factmill__v1__entity__init(entity);
    entity->id = x->n_entities + 1;
    entity->type = type;
    entity->name = folded(r, name);
    if (entity->name == NULL)
        return 0;
    entity->aliases =
        fm_arena_array(r->ctx->arena, FM_ALIASES_MAX, sizeof *entity->aliases);
    if (entity->aliases == NULL)
        return 0;
    x->entities[x->n_entities++] = entity;
    return (uint32_t)entity->id;
}

/* Another way the article writes an entity. */
static void add_alias(struct resolver *r, uint32_t number, struct fm_str s)
{
    Factmill__V1__Entity *entity = r->extraction->entities[number - 1];
    char *alias;

    if (entity->n_aliases == FM_ALIASES_MAX || fm_str_eqz(s, entity->name))
        return;
    for (size_t i = 0; i < entity->n_aliases; i++)
        if (fm_str_eqz(s, entity->aliases[i]))
            return;
    alias = folded(r, s);
    if (alias != NULL && strcmp(alias, entity->name) != 0)
        entity->aliases[entity->n_aliases++] = alias;
}

/* --- which entity a name is ---------------------------------------------------------------- */

/* Without a last "Inc.", "Corp", "Ltd": "Acme Corp" may be called "Acme". */
static struct fm_str without_suffix(struct fm_str s)
{
    size_t end = s.len;

    while (end > 0 && !fm_is_space(s.data[end - 1]))
        end--;
    if (end > 0 &&
        (fm_words_find(fm_str_sub(s, end, s.len)) & FM_WORD_SUFFIX)) {
        while (end > 0 &&
               (fm_is_space(s.data[end - 1]) || s.data[end - 1] == ','))
            end--;
        return fm_str_sub(s, 0, end);
    }
    return s;
}

/* A country is known by its usual name, whatever the article calls it. */
static struct fm_str name_of(struct fm_str text,
                             Factmill__V1__Entity__Type type)
{
    struct fm_str country;

    if (type != TYPE(COUNTRY))
        return text;
    country = fm_gazetteer_country(text);
    return country.len > 0 ? country : text;
}

static struct fm_str last_word(struct fm_str s)
{
    size_t at = s.len;

    while (at > 0 && !fm_is_space(s.data[at - 1]))
        at--;
    return fm_str_sub(s, at, s.len);
}

struct mention {
    struct fm_str text;
    uint32_t start;
    Factmill__V1__Entity__Type type;
    uint32_t entity;
    Factmill__V1__Mention__How how;
};

/* "Inc", "Co": what is left of a name that was cut short is nobody. */
static bool is_suffix_alone(struct fm_str text)
{
    return last_word(text).len == text.len &&
           (fm_words_find(text) & FM_WORD_SUFFIX) != 0;
}

static void find_entity(struct resolver *r, struct mention *m)
{
    struct fm_str name = name_of(m->text, m->type);
    struct fm_str surname = last_word(m->text);
    bool single = surname.len == m->text.len;

    m->how = FACTMILL__V1__MENTION__HOW__NAME;
    m->entity = find_key(r, name, KEY_NAME);
    if (m->entity == 0 && single && m->type == TYPE(PERSON)) {
        m->entity = find_key(r, surname, KEY_SURNAME);
        if (m->entity != 0)
            m->how = FACTMILL__V1__MENTION__HOW__ALIAS;
    }
    if (m->entity == 0 && m->type == TYPE(ORGANIZATION))
        m->entity = find_key(r, without_suffix(name), KEY_NAME);
    if (m->entity == 0) {
        m->entity = add_entity(r, name, m->type);
        if (m->entity == 0)
            return;
        set_key(r, name, KEY_NAME, m->entity);
        if (m->type == TYPE(ORGANIZATION))
            set_key(r, without_suffix(name), KEY_NAME, m->entity);
    }
    /* The person of this surname that was named last. */
    if (m->type == TYPE(PERSON) && !single)
        set_key(r, surname, KEY_SURNAME, m->entity);
    if (m->how == FACTMILL__V1__MENTION__HOW__NAME &&
        key_of(m->text, KEY_NAME) !=
            key_of(fm_str(r->extraction->entities[m->entity - 1]->name),
                   KEY_NAME))
        m->how = FACTMILL__V1__MENTION__HOW__ALIAS;
    add_alias(r, m->entity, m->text);
}

/* --- short forms ------------------------------------------------------------------------------- */

static const struct fm_name *name_at_byte(const struct fm_doc *doc,
                                          uint32_t start)
{
    size_t low = 0;
    size_t high = doc->name_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (doc->start[doc->names[mid].first] < start)
            low = mid + 1;
        else
            high = mid;
    }
    return low < doc->name_count && doc->start[doc->names[low].first] == start
               ? &doc->names[low]
               : NULL;
}

/* A short form and its meaning are one entity, known by the meaning, before any
 * mention is looked at. Of rival meanings the first counts. */
static void add_short_forms(struct resolver *r)
{
    const struct fm_context *ctx = r->ctx;

    for (size_t i = 0; i < ctx->abbreviation_count; i++) {
        const struct fm_abbreviation *a = &ctx->abbreviations[i];
        const struct fm_name *name = name_at_byte(ctx->doc, a->meaning_start);
        Factmill__V1__Entity__Type type =
            name != NULL ? type_of(name->type) : TYPE(ORGANIZATION);
        struct fm_str meaning = name_of(a->meaning, type);
        uint32_t entity;

        if (find_key(r, a->form, KEY_NAME) != 0)
            continue;
        if (type == TYPE(PERSON) || type == TYPE(OTHER))
            type = TYPE(ORGANIZATION);
        entity = find_key(r, meaning, KEY_NAME);
        if (entity == 0)
            entity = add_entity(r, meaning, type);
        if (entity == 0)
            return;
        set_key(r, meaning, KEY_NAME, entity);
        set_key(r, a->form, KEY_NAME, entity);
        add_alias(r, entity, a->form);
    }
}

static bool is_short_form(const struct fm_context *ctx, struct fm_str s)
{
    for (size_t i = 0; i < ctx->abbreviation_count; i++)
        if (fm_str_eq(ctx->abbreviations[i].form, s))
            return true;
    return false;
}

/* --- mentions ------------------------------------------------------------------------------------ */

static void add_mention(struct resolver *r, const struct mention *m,
                        Factmill__V1__Span__Field field)
{
    Factmill__V1__Extraction *x = r->extraction;
    Factmill__V1__Mention *mention =
        fm_arena_alloc(r->ctx->arena, sizeof *mention);
    void *grown;

    if (mention == NULL)
        return;
    grown = fm_arena_grow(r->ctx->arena, x->mentions, x->n_mentions,
                          sizeof *x->mentions, &r->mention_cap);
    if (grown == NULL)
        return;
    x->mentions = grown;
    factmill__v1__mention__init(mention);
    mention->span =
        fm_context_span(r->ctx, m->start, m->start + (uint32_t)m->text.len);
    if (mention->span == NULL)
        return;
    mention->span->field = field;
    mention->type = r->extraction->entities[m->entity - 1]->type;
    mention->entity = m->entity;
    mention->how = m->how;
    x->mentions[x->n_mentions++] = mention;
}

/* A pronoun is a mention of whoever its name is. */
static void add_pronoun(struct resolver *r, const struct fm_pronoun *pronoun)
{
    const struct fm_doc *doc = r->ctx->doc;
    struct mention m = {
        .text = fm_doc_range(doc, pronoun->name.first, pronoun->name.last),
        .start = doc->start[pronoun->name.first],
        .type = TYPE(PERSON)};

    find_entity(r, &m);
    if (m.entity == 0 || r->extraction->n_mentions >= FM_MENTIONS_MAX)
        return;
    m.text = fm_doc_token(doc, pronoun->token);
    m.start = doc->start[pronoun->token];
    m.how = FACTMILL__V1__MENTION__HOW__PRONOUN;
    add_mention(r, &m, FACTMILL__V1__SPAN__FIELD__TEXT);
}

/* Pronouns before token before, from number *next on. */
static void add_pronouns(struct resolver *r, const struct fm_doc *doc,
                         uint32_t before, size_t *next)
{
    const struct fm_context *ctx = r->ctx;

    for (; doc == ctx->doc && *next < ctx->pronoun_count &&
           ctx->pronouns[*next].token < before;
         ++*next)
        add_pronoun(r, &ctx->pronouns[*next]);
}

static void read_names(struct resolver *r, const struct fm_doc *doc,
                       Factmill__V1__Span__Field field)
{
    size_t next = 0;

    for (size_t i = 0; i < doc->name_count; i++) {
        const struct fm_name *name = &doc->names[i];
        struct mention m = {.text = fm_doc_range(doc, name->first, name->last),
                            .start = doc->start[name->first],
                            .type = type_of(name->type)};

        if (r->extraction->n_mentions >= FM_MENTIONS_MAX ||
            r->ctx->arena->failed != FM_OK)
            return;
        add_pronouns(r, doc, name->first, &next);
        if (is_suffix_alone(m.text) && find_key(r, m.text, KEY_NAME) == 0)
            continue;
        find_entity(r, &m);
        if (m.entity == 0)
            return;
        if (is_short_form(r->ctx, m.text))
            m.how = FACTMILL__V1__MENTION__HOW__ABBREVIATION;
        add_mention(r, &m, field);
    }
    add_pronouns(r, doc, UINT32_MAX, &next);
}

/* Full names of people first, so that a surname before them is theirs, too. */
static void add_people(struct resolver *r)
{
    const struct fm_doc *doc = r->ctx->doc;

    for (size_t i = 0; i < doc->name_count; i++) {
        const struct fm_name *name = &doc->names[i];
        struct fm_str text = fm_doc_range(doc, name->first, name->last);
        struct fm_str surname = last_word(text);
        uint32_t entity;

        if (name->type != FM_NE_PERSON || name->last - name->first < 2 ||
            find_key(r, text, KEY_NAME) != 0)
            continue;
        entity = add_entity(r, text, TYPE(PERSON));
        if (entity == 0)
            return;
        set_key(r, text, KEY_NAME, entity);
        if (find_key(r, surname, KEY_SURNAME) == 0)
            set_key(r, surname, KEY_SURNAME, entity);
        /* Kim Jong-un is called Kim. */
        surname = r->ctx->doc->form[name->first];
        if ((fm_gazetteer_find(surname) & FM_GAZETTEER_SURNAME) &&
            (fm_gazetteer_find(last_word(text)) & FM_GAZETTEER_SURNAME) == 0 &&
            find_key(r, surname, KEY_SURNAME) == 0)
            set_key(r, surname, KEY_SURNAME, entity);
    }
}

void fm_extract_entities(struct fm_context *ctx,
                         Factmill__V1__Extraction *extraction)
{
    struct resolver r = {.ctx = ctx, .extraction = extraction};
    size_t keys = (ctx->doc->name_count + ctx->title->name_count +
                   ctx->abbreviation_count) *
                  5;
    uint32_t size = 64;

    while (size / 2 < keys)
        size *= 2;
    r.mask = size - 1;
    r.slots = fm_arena_array(ctx->arena, size, sizeof *r.slots);
    if (r.slots == NULL)
        return;
    add_short_forms(&r);
    add_people(&r);
    read_names(&r, ctx->doc, FACTMILL__V1__SPAN__FIELD__TEXT);
    fm_tie_facts(ctx, extraction);
    read_names(&r, ctx->title, FACTMILL__V1__SPAN__FIELD__TITLE);
}
