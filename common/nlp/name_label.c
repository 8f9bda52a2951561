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

/* Days, months and their like alone are dates, whatever the labels say; but
 * somebody may be called April. */
static bool is_calendar(const struct fm_doc *doc, size_t first, size_t last,
                        uint8_t type)
{
    static const char *const people[] = {"April", "August", "Jan",
                                         "June",  "May",    "Summer"};

    if (type == FM_NE_PERSON &&
        fm_str_bsearch(doc->form[first], people,
                       sizeof people / sizeof *people) >= 0)
        return false;
    for (; first < last; first++)
        if ((fm_words_find(doc->form[first]) & FM_WORD_CALENDAR) == 0)
            return false;
    return true;
}

/* "Piet | van | Daal": behind a person's name that a particle joins to the
 * next one. */
static size_t joined_end(const struct fm_doc *doc, size_t end, size_t last)
{
    while (end + 1 < last && doc->ner[end + 1] == FM_NER_B_PERSON &&
           fm_is_lower(doc->form[end].data[0]) &&
           (fm_words_find(doc->form[end]) & FM_WORD_PARTICLE) != 0)
        end = span_end(doc, end + 1, last);
    return end;
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

static void read_sentence(const struct fm_doc *doc, const struct fm_seen *seen,
                          const struct fm_sentence *s, struct taker *taker)
{
    for (size_t i = s->first; i < s->last;) {
        size_t end = span_end(doc, i, s->last);
        uint8_t type = types[doc->ner[i]];

        if (type == FM_NE_PERSON)
            end = joined_end(doc, end, s->last);
        type = type != FM_NE_NONE ? refine(doc, seen, i, end, type)
                                  : unlabelled(doc, seen, i);
        end = end > i ? end : i + 1;
        if (type != FM_NE_NONE && !is_calendar(doc, i, end, type)) {
            const struct fm_name name = {(uint32_t)i, (uint32_t)end, type};

            taker->add(taker->to, &name);
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
