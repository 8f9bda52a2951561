#include "nlp/name_label.h"

#include "nlp/gazetteer.h"
#include "nlp/name_type.h"
#include "nlp/tags.h"
#include "nlp/words.h"

static const uint8_t types[FM_NER_COUNT] = {
    [FM_NER_B_PERSON] = FM_NE_PERSON,
    [FM_NER_B_ORGANIZATION] = FM_NE_ORGANIZATION,
    [FM_NER_B_LOCATION] = FM_NE_LOCATION,
    [FM_NER_B_OTHER] = FM_NE_OTHER,
};

/* Who is given the names. */
struct taker {
    void (*add)(void *to, const struct fm_name *name);
    void *to;
};

/* Behind the name that begins at token i; i when none does. */
static size_t span_end(const struct fm_doc *doc, size_t i, size_t last)
{
    uint8_t first = doc->ner[i];
    size_t end = i + 1;

    if (types[first] == FM_NE_NONE)
        return i;
    while (end < last && doc->ner[end] == first + 1u)
        end++;
    return end;
}

static bool is_capital(const struct fm_doc *doc, size_t i, size_t last)
{
    return i < last && (doc->flags[i] & FM_TOKEN_CAPITAL) != 0;
}

static bool is_glue(const struct fm_doc *doc, size_t i)
{
    return fm_str_eqz(doc->form[i], "-") && doc->start[i] == doc->end[i - 1] &&
           doc->end[i] == doc->start[i + 1];
}

/* Behind a person's name that goes on over the token at end: "Piet van Daal",
 * "Kassym-Jomart", two labels side by side. */
static size_t person_end(const struct fm_doc *doc, size_t end, size_t last)
{
    size_t before = last;

    while (end < last && end != before) {
        before = end;
        if (types[doc->ner[end]] == FM_NE_PERSON)
            end = span_end(doc, end, last);
        else if (is_capital(doc, end + 1, last) &&
                 (is_glue(doc, end) ||
                  (fm_is_lower(doc->form[end].data[0]) &&
                   (fm_words_find(doc->form[end]) & FM_WORD_PARTICLE) != 0)))
            end += 2;
    }
    return end;
}

/* A person's name with all that belongs to it, from token floor on, and without
 * what stands in front of it: "Kazakh President", "Mr.". Nothing is left of a
 * post alone. */
static void fit_person(const struct fm_doc *doc, size_t floor, size_t last,
                       size_t *first, size_t *end)
{
    size_t at;

    *end = person_end(doc, *end, last);
    if (*first >= floor + 2 && is_glue(doc, *first - 1) &&
        is_capital(doc, *first - 2, last))
        *first -= 2;
    at = *first;
    if (at + 1 < *end &&
        (fm_gazetteer_find(doc->form[at]) & FM_GAZETTEER_NATIONALITY))
        at++;
    if (fm_name_post(doc, at, *end) > at)
        *first = fm_name_post(doc, at, *end);
    while (*first < *end &&
           (fm_words_find(doc->form[*first]) & FM_WORD_ADDRESS) != 0)
        ++*first;
}

static uint8_t refine(const struct fm_doc *doc, const struct fm_seen *seen,
                      size_t first, size_t last, uint8_t type)
{
    enum fm_ne_type listed;

    if (type == FM_NE_PERSON)
        return type;
    listed = fm_name_listed(doc, first, last);
    if (type == FM_NE_LOCATION || type == FM_NE_OTHER) {
        if (listed == FM_NE_NATIONALITY || listed == FM_NE_COUNTRY ||
            (type == FM_NE_LOCATION &&
             (listed == FM_NE_CITY || listed == FM_NE_REGION)))
            return (uint8_t)listed;
    }
    if (last - first > 1 || listed == FM_NE_COUNTRY)
        return type;
    if (fm_seen_find(seen, doc->form[first]) & FM_SEEN_PERSON)
        return FM_NE_PERSON;
    return type;
}

/* What a token that has no label is all the same. */
static uint8_t unlabelled(const struct fm_doc *doc, const struct fm_seen *seen,
                          size_t i)
{
    unsigned known;

    if ((doc->flags[i] & FM_TOKEN_CAPITAL) == 0)
        return FM_NE_NONE;
    if (fm_gazetteer_find(doc->form[i]) & FM_GAZETTEER_NATIONALITY)
        return FM_NE_NATIONALITY;
    known = fm_seen_find(seen, doc->form[i]);
    if ((known & FM_SEEN_PERSON) && (known & FM_SEEN_SMALL) == 0 &&
        !fm_gazetteer_common(doc->form[i]))
        return FM_NE_PERSON;
    if ((known & FM_SEEN_BODY) && (doc->flags[i] & FM_TOKEN_ALL_CAPS))
        return FM_NE_ORGANIZATION;
    return FM_NE_NONE;
}

/* Full names of people tell what their surnames are elsewhere; a short form of
 * an organisation is one everywhere. */
static void learn(const struct fm_doc *doc, size_t first, size_t last,
                  struct fm_seen *seen)
{
    for (size_t i = first; i < last; i++) {
        size_t end = span_end(doc, i, last);

        if (end == i)
            continue;
        /* "Elizabeth I" must not make every "I" a person. */
        if (types[doc->ner[i]] == FM_NE_PERSON && end - i > 1 &&
            doc->form[end - 1].len > 2)
            fm_seen_add(seen, doc->form[end - 1], FM_SEEN_PERSON);
        if (types[doc->ner[i]] == FM_NE_ORGANIZATION && end - i == 1 &&
            (doc->flags[i] & FM_TOKEN_ALL_CAPS) != 0)
            fm_seen_add(seen, doc->form[i], FM_SEEN_BODY);
        i = end - 1;
    }
}

/* Behind the capitalised proper nouns from token i on that have no label. */
static size_t bare_end(const struct fm_doc *doc, size_t i, size_t last)
{
    while (is_capital(doc, i, last) && doc->upos[i] == FM_PROPN &&
           types[doc->ner[i]] == FM_NE_NONE)
        i++;
    return i;
}

/* Proper nouns that the network found no name in are read by rule, but not
 * where any word has a capital. */
static void read_bare(const struct fm_doc *doc, struct fm_seen *seen,
                      const struct fm_sentence *s, size_t first, size_t last,
                      struct taker *taker)
{
    const struct fm_name_run run = {
        .doc = doc,
        .seen = seen,
        .sentence_first = s->first,
        .sentence_last = s->last,
    };
    struct fm_name name;

    while (first < last && fm_name_cut(&run, &first, last, &name))
        taker->add(taker->to, &name);
}

/* Nationalities among [first, last), which stand in front of a name. */
static void take_nationalities(const struct fm_doc *doc, size_t first,
                               size_t last, struct taker *taker)
{
    for (; first < last; first++) {
        const struct fm_name name = {(uint32_t)first, (uint32_t)first + 1,
                                     FM_NE_NATIONALITY};

        if (fm_gazetteer_find(doc->form[first]) & FM_GAZETTEER_NATIONALITY)
            taker->add(taker->to, &name);
    }
}

static void read_sentence(const struct fm_doc *doc, struct fm_seen *seen,
                          const struct fm_sentence *s, struct taker *taker)
{
    size_t floor = s->first;

    for (size_t i = s->first; i < s->last;) {
        size_t first = i;
        size_t end = span_end(doc, i, s->last);
        size_t bare = bare_end(doc, i, s->last);
        uint8_t type = types[doc->ner[i]];

        if (type == FM_NE_PERSON)
            fit_person(doc, floor, s->last, &first, &end);
        else if (type != FM_NE_NONE)
            type = refine(doc, seen, first, end, type);
        else
            type = unlabelled(doc, seen, i);
        if (type == FM_NE_NONE && bare > i && i > s->first &&
            s->kind == FM_BLOCK_PROSE) {
            read_bare(doc, seen, s, i, bare, taker);
            floor = i = bare;
            continue;
        }
        end = end > i ? end : i + 1;
        take_nationalities(doc, i, first, taker);
        if (type != FM_NE_NONE && first < end) {
            const struct fm_name name = {(uint32_t)first, (uint32_t)end, type};

            taker->add(taker->to, &name);
            floor = end;
        }
        i = end;
    }
}

void fm_name_labels(const struct fm_doc *doc, struct fm_seen *seen,
                    void (*add)(void *to, const struct fm_name *name), void *to)
{
    struct taker taker = {add, to};

    for (size_t s = 0; s < doc->sentence_count; s++)
        learn(doc, doc->sentences[s].first, doc->sentences[s].last, seen);
    for (size_t s = 0; s < doc->sentence_count; s++)
        if (doc->sentences[s].kind != FM_BLOCK_BOILERPLATE)
            read_sentence(doc, seen, &doc->sentences[s], &taker);
}
