#include "nlp/name_vote.h"

#include "base/hash.h"
#include "nlp/tags.h"

#include <math.h>

/* Kinds of names, and none: label y is of kind y / 2. */
#define KINDS (FM_NER_COUNT / 2u)
/* The weight of one other place, and of any number of them; what no place
 * speaks for keeps so much. Chosen on GUM's dev set. */
#define WEIGHT 0.6f
#define FLOOR  0.05f
#define TINY   1e-5f

/* What the places of one form say together. */
struct tally {
    uint32_t check; /* upper half of the form's hash, odd; 0 = empty */
    float places;
    float kinds[KINDS];
};

struct ballot {
    struct tally *tallies;
    uint32_t mask;
};

static bool votes(const struct fm_doc *doc, size_t t)
{
    return (doc->flags[t] & FM_TOKEN_CAPITAL) != 0;
}

static struct tally *tally_of(const struct ballot *b, struct fm_str form)
{
    uint64_t h = fm_hash64(form.data, form.len, 0);
    uint32_t check = (uint32_t)(h >> 32) | 1u;
    uint32_t i = (uint32_t)h & b->mask;

    while (b->tallies[i].check != 0 && b->tallies[i].check != check)
        i = (i + 1) & b->mask;
    b->tallies[i].check = check;
    return &b->tallies[i];
}

static bool open_ballot(struct fm_doc *doc, struct ballot *b)
{
    size_t n = 0;
    uint32_t size = 64;

    for (size_t t = 0; t < doc->token_count; t++)
        n += votes(doc, t);
    while (size / 2 < n)
        size *= 2;
    b->mask = size - 1;
    b->tallies = fm_arena_array(&doc->arena, size, sizeof *b->tallies);
    return b->tallies != NULL;
}

static void count(const struct fm_doc *doc, const float *likely,
                  struct ballot *b)
{
    for (size_t t = 0; t < doc->token_count; t++) {
        const float *of = likely + t * FM_NER_COUNT;
        struct tally *tally;

        if (!votes(doc, t))
            continue;
        tally = tally_of(b, doc->form[t]);
        tally->places += 1;
        for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
            tally->kinds[y / 2] += of[y];
    }
}

/* A token's labels under what the other places say. */
static void heed(const struct tally *tally, float *of)
{
    float others = tally->places - 1;
    float weight = WEIGHT * others / (others + 1);
    float say[KINDS];
    float sum = 0;

    if (others < 0.5f)
        return;
    memcpy(say, tally->kinds, sizeof say);
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
        say[y / 2] -= of[y];
    for (size_t k = 0; k < KINDS; k++)
        say[k] = powf(fmaxf(say[k], 0) / others + FLOOR, weight);
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++) {
        of[y] *= say[y / 2];
        sum += of[y];
    }
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
        of[y] /= sum;
}

enum fm_error fm_name_vote(struct fm_doc *doc, float *likely,
                           struct fm_why *why)
{
    struct ballot ballot;

    if (!open_ballot(doc, &ballot))
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "no room for the names of a text of %zu tokens",
                       doc->token_count);
    count(doc, likely, &ballot);
    for (size_t t = 0; t < doc->token_count; t++)
        if (votes(doc, t))
            heed(tally_of(&ballot, doc->form[t]), likely + t * FM_NER_COUNT);
    for (size_t i = 0; i < doc->token_count * FM_NER_COUNT; i++)
        likely[i] = logf(likely[i] + TINY);
    for (size_t s = 0; s < doc->sentence_count; s++) {
        size_t first = doc->sentences[s].first;

        fm_ner_decode(likely + first * FM_NER_COUNT, FM_NER_COUNT, NULL,
                      doc->sentences[s].last - first, doc->ner + first);
    }
    return FM_OK;
}
