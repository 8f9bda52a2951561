#include "base/clock.h"
#include "store/claim_priv.h"
#include "store/interval.h"
#include "store/normal.h"

#define PRIME UINT64_C(0x9e3779b97f4a7c15)
/* A time as long as this is part of what is said ("in the first quarter");
 * shorter ones tell when it happened. Seconds. */
#define PERIOD (INT64_C(28) * 86400)

static uint64_t mix(uint64_t h, uint64_t part)
{
    h = (h ^ part) * PRIME;
    return h ^ h >> 31;
}

/* --- words --------------------------------------------------------------------- */

/* Words that change nothing in what is named. Sorted. */
static const char *const empty_words[] = {"a", "an", "s", "that", "the"};

/* A subject or object of these alone stands for something else in the text.
 * Sorted. */
static const char *const pronouns[] = {
    "all",      "another",   "anyone", "both",   "each",     "everybody",
    "everyone", "he",        "her",    "hers",   "herself",  "him",
    "himself",  "his",       "i",      "it",     "its",      "itself",
    "many",     "me",        "mine",   "most",   "my",       "myself",
    "nobody",   "none",      "one",    "other",  "others",   "our",
    "ours",     "ourselves", "she",    "some",   "somebody", "someone",
    "such",     "that",      "their",  "theirs", "them",     "themselves",
    "there",    "these",     "they",   "this",   "those",    "us",
    "we",       "what",      "where",  "which",  "who",      "whom",
    "whose",    "you",       "your",   "yours",
};

static bool in_list(struct fm_str word, const char *const *list, size_t n)
{
    char lower[16];

    if (word.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = fm_lower(word.data[i]);
    return fm_str_bsearch(fm_str_n(lower, word.len), list, n) >= 0;
}

#define IN(word, list) in_list((word), (list), sizeof(list) / sizeof((list)[0]))

/* Of one and of many. */
static struct fm_str stem(struct fm_str word)
{
    if (word.len > 3 && word.data[word.len - 1] == 's' &&
        word.data[word.len - 2] != 's')
        word.len--;
    return word;
}

/* 0 when nothing is left. */
static uint64_t words_key(struct fm_str text)
{
    struct fm_str word;
    uint64_t h = 0;
    size_t at = 0;

    while (fm_sketch_word(text, &at, &word))
        if (!IN(word, empty_words))
            h = mix(h, fm_sketch_word_hash(stem(word)));
    return h;
}

/* What there is one of where an article tells of it; all else that is called
 * "the" is known from the text around it only. Sorted. */
static const char *const single_things[] = {
    "army",     "cabinet",    "congress",   "constitution",
    "currency", "economy",    "government", "king",
    "military", "opposition", "parliament", "police",
    "premier",  "president",  "queen",      "senate",
};

static const char *const pointing[] = {"its",   "that", "the",  "their",
                                       "these", "this", "those"};

/* "The bond", "these plans": which one, the text alone says. */
static bool points_into_text(struct fm_str text)
{
    struct fm_str word;
    struct fm_str last;
    size_t at = 0;

    if (!fm_sketch_word(text, &at, &last) || !IN(last, pointing))
        return false;
    while (fm_sketch_word(text, &at, &word))
        last = word;
    return !IN(last, single_things);
}

bool fm_claim_is_pronoun(struct fm_str text)
{
    struct fm_str word;
    struct fm_str more;
    size_t at = 0;

    return fm_sketch_word(text, &at, &word) && IN(word, pronouns) &&
           !fm_sketch_word(text, &at, &more);
}

/* --- names ---------------------------------------------------------------------- */

/* What stands behind a surname and is none. Sorted. */
static const char *const after_names[] = {"ii", "iii", "iv", "jr", "sr"};

static struct fm_str last_name(struct fm_str name)
{
    struct fm_str last = name;
    struct fm_str word;
    size_t at = 0;

    while (fm_sketch_word(name, &at, &word))
        if (!IN(word, after_names) || last.len == name.len)
            last = word;
    return last;
}

uint64_t fm_claim_name_key(struct fm_str name, Factmill__V1__Entity__Type type,
                           struct fm_arena *arena)
{
    struct fm_str normal = fm_normal_name(name, arena);

    if (normal.len == 0)
        return 0;
    if (type == FACTMILL__V1__ENTITY__TYPE__PERSON)
        normal = last_name(normal);
    return mix(1, fm_sketch_words_hash(normal));
}

static uint64_t entity_key(const struct fm_claim_names *names, uint64_t entity)
{
    return entity < names->n ? names->names[entity].key : 0;
}

static const char *const number_words[] = {
    "dozen",    "dozens", "eight",   "eleven",    "five",  "four",   "half",
    "hundreds", "many",   "million", "nine",      "one",   "seven",  "several",
    "six",      "some",   "ten",     "thousands", "three", "twelve", "two",
};

/* "Three Swedes" are not "Swedes". */
static uint64_t add_numbers(uint64_t key, struct fm_str text)
{
    struct fm_str word;
    size_t at = 0;

    while (fm_sketch_word(text, &at, &word))
        if (fm_is_digit(word.data[0]) || IN(word, number_words))
            key = mix(key, fm_sketch_word_hash(word));
    return key;
}

/* What an argument stands for: an entity, or its words. 0 = not known. */
static uint64_t argument_key(const Factmill__V1__Argument *a,
                             const struct fm_claim_names *names)
{
    uint64_t key;

    if (a == NULL)
        return 0;
    key = entity_key(names, a->entity);
    if (key != 0)
        return add_numbers(key, fm_str(a->text));
    return fm_claim_is_pronoun(fm_str(a->text)) ? 0
                                                : words_key(fm_str(a->text));
}

/* It is a name, or one stands in it ("the summit in Geneva"). */
static bool is_named(const Factmill__V1__Argument *a,
                     const struct fm_claim_names *names)
{
    size_t from = 0;
    size_t to = names->span_count;

    if (a == NULL)
        return false;
    if (entity_key(names, a->entity) != 0)
        return true;
    if (a->span == NULL || a->span->field != FACTMILL__V1__SPAN__FIELD__TEXT)
        return false;
    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (names->spans[mid]->start < a->span->start)
            from = mid + 1;
        else
            to = mid;
    }
    return from < names->span_count && names->spans[from]->end <= a->span->end;
}

/* Who says so: the last of a chain ("the paper said that police said"). */
static uint64_t voice_of(const Factmill__V1__Fact *fact,
                         const struct fm_claim_names *names)
{
    for (size_t i = fact->n_attribution; i > 0; i--) {
        uint64_t key = argument_key(fact->attribution[i - 1]->source, names);

        if (key != 0)
            return key;
    }
    return 0;
}

/* --- what is counted ---------------------------------------------------------------- */

/* Ways in which news counts people hurt: the same count, whatever the verb. */
enum measure { MEASURE_NONE, DEATHS, INJURIES, MISSING, ARRESTS, MEASURES };

static const struct {
    const char *word;
    enum measure measure;
} measures[] = {
    {"arrest", ARRESTS},   {"casualty", INJURIES}, {"casualties", INJURIES},
    {"dead", DEATHS},      {"death", DEATHS},      {"deaths", DEATHS},
    {"detain", ARRESTS},   {"die", DEATHS},        {"fatalities", DEATHS},
    {"fatality", DEATHS},  {"hurt", INJURIES},     {"injure", INJURIES},
    {"injured", INJURIES}, {"injuries", INJURIES}, {"injury", INJURIES},
    {"kill", DEATHS},      {"killed", DEATHS},     {"missing", MISSING},
    {"perish", DEATHS},    {"toll", DEATHS},       {"wound", INJURIES},
    {"wounded", INJURIES},
};

/* Who is counted when nobody in particular is. Sorted. */
static const char *const people[] = {
    "bodies",  "body",     "civilian", "civilians", "deaths", "fatalities",
    "injured", "injuries", "others",   "people",    "person", "persons",
    "toll",    "victim",   "victims",  "wounded",
};

static enum measure measure_of(struct fm_str text)
{
    struct fm_str word;
    size_t at = 0;

    while (fm_sketch_word(text, &at, &word))
        for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
            if (fm_str_ieq(word, fm_str(measures[i].word)))
                return measures[i].measure;
    return MEASURE_NONE;
}

/* The last word of a plain phrase says what is counted. */
static bool counts_people(struct fm_str about)
{
    struct fm_str word;
    bool any = false;
    size_t at = 0;

    while (fm_sketch_word(about, &at, &word))
        any |= in_list(word, people, sizeof people / sizeof people[0]) ||
               measure_of(word) != MEASURE_NONE;
    return any || about.len == 0;
}

/* *ret_people: of people hurt, whoever they are. */
static uint64_t counted_key(const Factmill__V1__Fact *fact,
                            const Factmill__V1__Quantity *q, bool *ret_people)
{
    struct fm_str lemma =
        fm_str(fact->predicate != NULL ? fact->predicate->lemma : "");
    struct fm_str about = fm_str(q->about);
    enum measure m = measure_of(about);

    if (m == MEASURE_NONE)
        m = measure_of(lemma);
    *ret_people =
        m != MEASURE_NONE && q->unit[0] == '\0' && counts_people(about);
    if (*ret_people)
        return mix(3, m);
    return mix(mix(words_key(about), words_key(lemma)),
               words_key(fm_str(q->unit)));
}

static uint64_t number_key(const Factmill__V1__Quantity *q)
{
    const Factmill__V1__Change *c = q->change;
    uint64_t h = mix(q->qualifier > 1 ? (uint64_t)q->qualifier : 1,
                     fm_hash_str(fm_str(q->value)));

    h = mix(h, fm_hash_str(fm_str(q->low)));
    h = mix(h, fm_hash_str(fm_str(q->high)));
    if (c == NULL)
        return h;
    /* "rose to 15" says that it is 15. */
    if (c->to[0] != '\0')
        return mix(
            mix(mix(1, fm_hash_str(fm_str(c->to))), fm_hash_str(fm_str(""))),
            fm_hash_str(fm_str("")));
    h = mix(h, (uint64_t)c->direction);
    h = mix(h, fm_hash_str(fm_str(c->factor)));
    return mix(h, fm_hash_str(fm_str(c->by)));
}

/* --- time ----------------------------------------------------------------------------- */

static uint64_t date_key(int64_t seconds, bool named)
{
    struct fm_civil date = fm_civil_from_seconds(seconds);

    return mix(mix(7, (uint64_t)date.year), named ? 0 : (uint64_t)date.month);
}

/* The period that is spoken of, or else the year in which it happens; of what
 * names nobody, so that there are many of its kind, the month. */
static uint64_t when_of(const Factmill__V1__Fact *fact,
                        const struct fm_claim_names *names, bool named)
{
    const Factmill__V1__Time *t = fact->time;
    struct fm_interval v;

    if (t != NULL && fm_interval_parse(fm_str(t->start), fm_str(t->end), &v)) {
        if (v.end - v.start >= PERIOD)
            return mix(mix(5, (uint64_t)v.start), (uint64_t)v.end);
        return date_key(v.start, named);
    }
    if (names->published_us == INT64_MIN)
        return 0;
    return date_key(names->published_us / 1000000, named);
}

/* --- kinds ------------------------------------------------------------------------------- */

#define KIND(name) FACTMILL__V1__FACT__KIND__##name
#define ROLE(name) FACTMILL__V1__ARGUMENT__ROLE__##name

static const Factmill__V1__Argument *
argument_in(const Factmill__V1__Fact *fact, Factmill__V1__Argument__Role role)
{
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == role)
            return fact->arguments[i];
    return NULL;
}

static void speech(const Factmill__V1__Fact *fact,
                   const struct fm_claim_names *names, struct fm_claim_key *k)
{
    const Factmill__V1__Argument *content = argument_in(fact, ROLE(CONTENT));
    uint64_t who = argument_key(fact->subject, names);
    uint64_t what = content != NULL ? words_key(fm_str(content->text)) : 0;

    if (who == 0 ||
        entity_key(names, fact->subject != NULL ? fact->subject->entity : 0) ==
            0)
        who = voice_of(fact, names) != 0 ? voice_of(fact, names) : who;
    if (who == 0 || what == 0)
        return;
    k->topic = mix(mix(mix(11, (uint64_t)fact->kind), who), what);
    k->value = (uint32_t)mix(13, (uint64_t)fact->polarity);
    k->voice = (uint32_t)who;
}

/* What only the text around it tells apart is the same in copies of its
 * sentence. 0 = in no other text. */
static uint64_t in_text(const struct fm_claim_key *k)
{
    return k->sentence != 0 ? mix(37, k->sentence) : 0;
}

static void role(const Factmill__V1__Fact *fact,
                 const struct fm_claim_names *names, struct fm_claim_key *k)
{
    const Factmill__V1__Argument *post = argument_in(fact, ROLE(COMPLEMENT));
    const Factmill__V1__Argument *where =
        argument_in(fact, ROLE(ORGANIZATION_OF));
    uint64_t who = argument_key(fact->subject, names);
    uint64_t what = post != NULL ? words_key(fm_str(post->text)) : 0;

    if (who == 0 || what == 0)
        return;
    k->topic = mix(mix(mix(17, what), argument_key(where, names)),
                   (uint64_t)fact->modality);
    k->value = (uint32_t)mix(mix(19, who), (uint64_t)fact->polarity);
}

static void quantity(const Factmill__V1__Fact *fact,
                     const struct fm_claim_names *names, struct fm_claim_key *k)
{
    const Factmill__V1__Quantity *q = fact->quantity;
    const Factmill__V1__Argument *subject = fact->subject;
    uint64_t who = subject != NULL ? entity_key(names, subject->entity) : 0;
    uint64_t topic;
    bool hurt = false;
    bool named;

    if (q == NULL || (who == 0 && names->context == 0))
        return;
    topic = counted_key(fact, q, &hurt);
    named = who != 0;
    if (who == 0) {
        who = hurt ? names->spot : names->context;
        /* People hurt in a place are counted by all alike; a number of
         * something else is of whom the article tells. */
        if (!hurt && !is_named(subject, names))
            who = mix(who, names->hero);
        if (!hurt && subject != NULL &&
            (fm_claim_is_pronoun(fm_str(subject->text)) ||
             points_into_text(fm_str(subject->text))))
            who = in_text(k);
        if (who == 0)
            return;
    }
    topic = mix(mix(mix(23, who), topic), argument_key(fact->place, names));
    k->topic = mix(topic, (uint64_t)fact->modality);
    k->value = (uint32_t)mix(mix(number_key(q), (uint64_t)fact->polarity),
                             when_of(fact, names, named));
}

static bool says_what(Factmill__V1__Argument__Role role)
{
    return role != ROLE(TIME) && role != ROLE(ROLE_UNSPECIFIED) &&
           role != ROLE(MANNER) && role != ROLE(CONDITION) &&
           role != ROLE(PURPOSE) && role != ROLE(CAUSE);
}

/* Who does what to whom; of clauses and all else. */
static void statement(const Factmill__V1__Fact *fact,
                      const struct fm_claim_names *names,
                      struct fm_claim_key *k)
{
    uint64_t who = argument_key(fact->subject, names);
    uint64_t what =
        fact->predicate != NULL ? words_key(fm_str(fact->predicate->lemma)) : 0;
    bool named = is_named(fact->subject, names);
    uint64_t topic = mix(mix(29, who), what);
    bool any_name = false;
    bool timeless = fact->kind == KIND(MEMBERSHIP) ||
                    fact->kind == KIND(LOCATION) ||
                    fact->kind == KIND(ABBREVIATION);

    if (who == 0 || what == 0)
        return;
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];
        uint64_t key = argument_key(a, names);

        if (!says_what(a->role))
            continue;
        /* "The International Coffee Organization (ICO)" says nothing of it. */
        if (key == 0 || (key == who && fact->kind != KIND(ABBREVIATION)))
            return;
        any_name |= is_named(a, names);
        topic = mix(mix(topic, key), fm_hash_str(fm_str(a->preposition)));
    }
    if (!named && fact->kind != KIND(ABBREVIATION)) {
        uint64_t where = names->context;

        if (!any_name || points_into_text(fm_str(fact->subject->text)))
            where = in_text(k);
        if (where == 0)
            return;
        topic = mix(topic, where);
    }
    k->topic = mix(topic, (uint64_t)fact->modality);
    k->value = (uint32_t)mix(mix(31, (uint64_t)fact->polarity),
                             timeless ? 0 : when_of(fact, names, named));
}

/* A sentence of fewer words may have been written twice. */
#define SENTENCE_WORDS 7

static uint32_t sentence_of(struct fm_str text)
{
    struct fm_str word;
    size_t words = 0;
    size_t at = 0;

    while (words < SENTENCE_WORDS && fm_sketch_word(text, &at, &word))
        words++;
    return words < SENTENCE_WORDS ? 0 : (uint32_t)fm_sketch_words_hash(text);
}

static uint32_t sentence_again(struct fm_str text, struct fm_claim_names *names)
{
    if (names->sentence.data == NULL || !fm_str_eq(names->sentence, text)) {
        names->sentence = text;
        names->sentence_hash = sentence_of(text);
    }
    return names->sentence_hash;
}

struct fm_claim_key fm_claim_key_of(const Factmill__V1__Fact *fact,
                                    struct fm_claim_names *names)
{
    struct fm_claim_key key = {.topic = 0};

    if (fact->evidence != NULL)
        key.sentence = sentence_again(fm_str(fact->evidence->text), names);
    key.voice = (uint32_t)voice_of(fact, names);
    /* "It said that": somebody, known from the text around it only. */
    if (key.voice == 0 && fact->n_attribution > 0)
        key.voice = (uint32_t)mix(43, key.sentence) | 1;
    switch (fact->kind) {
    case KIND(QUOTE):
    case KIND(REPORTED): speech(fact, names, &key); break;
    case KIND(ROLE): role(fact, names, &key); break;
    case KIND(QUANTITY): quantity(fact, names, &key); break;
    case KIND(ABBREVIATION):
    case KIND(EVENT):
    case KIND(RELATION):
    case KIND(MEMBERSHIP):
    case KIND(LOCATION): statement(fact, names, &key); break;
    case KIND(KIND_UNSPECIFIED):
    case _FACTMILL__V1__FACT__KIND_IS_INT_SIZE: break;
    }
    return key;
}
