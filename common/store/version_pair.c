#include "base/hash.h"
#include "base/sketch.h"
#include "store/version_priv.h"

#define PRIME UINT64_C(0x9e3779b97f4a7c15)

/* Less likeness than this is chance: a kind and a verb in common. */
#define LIKE_ENOUGH 5u
/* Words of a sentence that are compared. */
#define WORDS 64u

/* --- what a fact says ---------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t part)
{
    h = (h ^ part) * PRIME;
    return h ^ h >> 31;
}

static uint64_t words(const char *text)
{
    return fm_sketch_words_hash(fm_str(text));
}

static uint64_t of_argument(const Factmill__V1__Argument *a)
{
    if (a == NULL)
        return 1;
    return mix(mix(words(a->text), (uint64_t)a->role), words(a->preposition));
}

static uint64_t of_arguments(const Factmill__V1__Fact *fact)
{
    uint64_t h = fact->n_arguments;

    for (size_t i = 0; i < fact->n_arguments; i++)
        h = mix(h, of_argument(fact->arguments[i]));
    return h;
}

static uint64_t of_subject(const Factmill__V1__Fact *fact)
{
    return of_argument(fact->subject);
}

static uint64_t of_predicate(const Factmill__V1__Fact *fact)
{
    return fact->predicate != NULL ? words(fact->predicate->lemma) : 1;
}

/* Its words say all: number, unit, qualifier, change. */
static uint64_t of_quantity(const Factmill__V1__Fact *fact)
{
    const Factmill__V1__Quantity *q = fact->quantity;

    if (q == NULL)
        return 1;
    return mix(mix(words(q->text), fm_hash_str(fm_str(q->value))),
               words(q->about));
}

static uint64_t of_time(const Factmill__V1__Fact *fact)
{
    return fact->time != NULL ? fm_hash_str(fm_str(fact->time->value)) : 1;
}

static uint64_t of_place(const Factmill__V1__Fact *fact)
{
    return of_argument(fact->place);
}

static uint64_t of_attribution(const Factmill__V1__Fact *fact)
{
    uint64_t h = fact->n_attribution;

    for (size_t i = 0; i < fact->n_attribution; i++)
        h = mix(h, of_argument(fact->attribution[i]->source));
    return h;
}

static uint64_t of_polarity(const Factmill__V1__Fact *fact)
{
    return (uint64_t)fact->polarity;
}

static uint64_t of_modality(const Factmill__V1__Fact *fact)
{
    return (uint64_t)fact->modality;
}

static const struct {
    const char *name;
    uint64_t (*hash)(const Factmill__V1__Fact *fact);
    unsigned like; /* what it counts when both have the same */
} fields[] = {
    {"subject", of_subject, 3},
    {"predicate", of_predicate, 2},
    {"arguments", of_arguments, 3},
    {"quantity", of_quantity, 2},
    {"time", of_time, 1},
    {"place", of_place, 1},
    {"attribution", of_attribution, 1},
    {"polarity", of_polarity, 0},
    {"modality", of_modality, 0},
};

#define FIELDS (sizeof fields / sizeof fields[0])

uint64_t fm_version_content(const Factmill__V1__Fact *fact)
{
    uint64_t h = mix(1, (uint64_t)fact->kind);

    for (size_t i = 0; i < FIELDS; i++)
        h = mix(h, fields[i].hash(fact));
    return h;
}

size_t fm_version_fields(const Factmill__V1__Fact *a,
                         const Factmill__V1__Fact *b,
                         const char *ret[FM_VERSION_FIELDS])
{
    size_t n = 0;

    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].hash(a) != fields[i].hash(b))
            ret[n++] = fields[i].name;
    return n;
}

/* --- likeness --------------------------------------------------------------------------- */

static size_t hashes_of(const char *text, uint64_t ret[WORDS])
{
    struct fm_str word;
    size_t at = 0;
    size_t n = 0;

    while (n < WORDS && fm_sketch_word(fm_str(text), &at, &word))
        ret[n++] = fm_sketch_word_hash(word);
    return n;
}

/* 0 to 4: how many of the words of the shorter sentence are in the other one. */
static unsigned share_words(const char *a, const char *b)
{
    uint64_t of_a[WORDS];
    uint64_t of_b[WORDS];
    size_t n = hashes_of(a, of_a);
    size_t m = hashes_of(b, of_b);
    size_t fewer = n < m ? n : m;
    size_t both = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < m; j++) {
            if (of_a[i] == of_b[j]) {
                of_b[j] = 0;
                both++;
                break;
            }
        }
    }
    return fewer == 0 ? 0 : (unsigned)(4 * both / fewer);
}

unsigned fm_version_likeness(const Factmill__V1__Fact *a,
                             const Factmill__V1__Fact *b)
{
    unsigned like = 0;

    if (a->kind != b->kind)
        return 0;
    for (size_t i = 0; i < FIELDS; i++) {
        uint64_t hash = fields[i].hash(a);

        /* That both have none is no likeness. */
        if (hash > 1 && hash == fields[i].hash(b))
            like += fields[i].like;
    }
    if (a->evidence != NULL && b->evidence != NULL)
        like += share_words(a->evidence->text, b->evidence->text);
    return like >= LIKE_ENOUGH ? like : 0;
}
