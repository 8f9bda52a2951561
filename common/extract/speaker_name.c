/* Name and role within a speaker's phrase, and whom a pronoun, a bare title or
 * a surname means. */
#include "extract/speaker.h"

/* The person's name that the names column puts into [first, last). */
static struct fm_tokens person_in(const struct fm_doc *doc, uint32_t first,
                                  uint32_t last)
{
    struct fm_tokens found = {0, 0};
    size_t low = 0;
    size_t high = doc->name_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (doc->names[middle].last <= first)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < doc->name_count && doc->names[low].last <= last; low++) {
        const struct fm_name *n = &doc->names[low];

        if (n->first < first || n->type != FM_NE_PERSON)
            continue;
        found.first = n->first;
        found.last = n->last;
    }
    return found;
}

static bool is_place_or_group(const struct fm_doc *doc, uint32_t first,
                              uint32_t last)
{
    for (size_t i = 0; i < doc->name_count; i++)
        if (doc->names[i].first == first && doc->names[i].last == last)
            return doc->names[i].type != FM_NE_PERSON;
    return false;
}

/* "of |", "of the |", "on |": what follows belongs to a noun before. */
static bool is_object_of_preposition(const struct fm_reading *r, uint32_t first,
                                     uint32_t at)
{
    if (at > first && fm_reading_kind(r, at - 1) == FM_WORD_DETERMINER)
        at--;
    return at > first && fm_reading_kind(r, at - 1) == FM_WORD_PREPOSITION;
}

/* A role has a word for a post; "Kazakhstan's" and "Armenia and" have none. */
static bool is_role(const struct fm_reading *r, uint32_t first, uint32_t last)
{
    bool noun = false;

    for (uint32_t i = first; i < last; i++) {
        enum fm_word k = fm_reading_kind(r, i);

        if (k == FM_WORD_COORDINATOR)
            return false;
        noun = noun || k == FM_WORD_TITLE || k == FM_WORD_OTHER;
    }
    return noun;
}

/* Without names: the capitals at the end of the phrase, behind the last title
 * word ("CSTO Secretary General | Nikolai Bordyuzha"), and behind the place of
 * "President of Belarus | Alexander Lukashenko" when three or more stand
 * together. */
static struct fm_tokens capitals_in(const struct fm_reading *r, uint32_t first,
                                    uint32_t last)
{
    struct fm_tokens name = {last, last};

    while (name.first > first) {
        enum fm_word k = fm_reading_kind(r, name.first - 1);

        if (k != FM_WORD_NAME && !(k == FM_WORD_OTHER && name.first < last &&
                                   fm_reading_is(r, name.first - 1, "-")))
            break;
        name.first--;
    }
    if (name.first == first || name.first == last)
        return name;
    if (name.last - name.first >= 3 && fm_reading_is(r, name.first - 1, "of"))
        name.first = name.last - 2;
    else if (is_object_of_preposition(r, first, name.first))
        name.first = name.last; /* "the head of Gazprom" is nobody's name */
    return name;
}

void fm_speaker_cut(const struct fm_reading *r, struct fm_speaker *speaker)
{
    struct fm_tokens p = speaker->phrase;
    struct fm_tokens name = person_in(r->doc, p.first, p.last);

    if (fm_tokens_empty(name))
        name = capitals_in(r, p.first, p.last);
    if (fm_tokens_empty(name))
        return;
    speaker->kind = FM_SPEAKER_NAMED;
    speaker->name = name;
    if (name.first > p.first && !is_role(r, p.first, name.first)) {
        speaker->name.first =
            p.first + (fm_reading_kind(r, p.first) == FM_WORD_DETERMINER);
    } else if (name.first > p.first) {
        speaker->role.first =
            p.first + (fm_reading_kind(r, p.first) == FM_WORD_DETERMINER);
        speaker->role.last = name.first;
    }
}

/* --- memory ------------------------------------------------------------------ */

void fm_speaker_hear(const struct fm_reading *r,
                     struct fm_speaker_memory *memory,
                     const struct fm_speaker *speaker)
{
    (void)r;
    if (speaker->kind != FM_SPEAKER_NAMED)
        return;
    if (memory->count == FM_SPEAKER_MEMORY) {
        memmove(memory->heard, memory->heard + 1,
                sizeof memory->heard - sizeof *memory->heard);
        memory->count--;
    }
    memory->heard[memory->count++] = *speaker;
}

/* Person pronouns; "it" and "we" stand for bodies, which are not resolved. */
static bool is_personal(const struct fm_reading *r, uint32_t i)
{
    return fm_reading_is(r, i, "he") || fm_reading_is(r, i, "she") ||
           fm_reading_is(r, i, "him") || fm_reading_is(r, i, "her") ||
           fm_reading_is(r, i, "his");
}

/* The last person named before token at, by the names column. */
static struct fm_tokens person_before(const struct fm_reading *r, uint32_t at)
{
    struct fm_tokens found = {0, 0};

    for (size_t i = r->doc->name_count; i > 0; i--) {
        const struct fm_name *n = &r->doc->names[i - 1];

        if (n->last > at || n->type != FM_NE_PERSON || r->inside[n->first])
            continue;
        found.first = n->first;
        found.last = n->last;
        break;
    }
    return found;
}

static bool is_person_like(const struct fm_reading *r,
                           const struct fm_speaker *s)
{
    if (is_place_or_group(r->doc, s->name.first, s->name.last))
        return false;
    for (uint32_t i = s->name.first; i < s->name.last; i++)
        if (r->doc->flags[i] & FM_TOKEN_ALL_CAPS)
            return false;
    return true;
}

static bool shares_role(const struct fm_reading *r, const struct fm_speaker *a,
                        struct fm_tokens phrase)
{
    for (uint32_t i = phrase.first; i < phrase.last; i++) {
        if (fm_reading_kind(r, i) != FM_WORD_TITLE)
            continue;
        for (uint32_t k = a->role.first; k < a->role.last; k++)
            if (fm_str_ieq(fm_reading_text(r, i), fm_reading_text(r, k)))
                return true;
    }
    return false;
}

/* "the expert", "the diplomat": a singular description of somebody known. */
static bool is_definite_title(const struct fm_reading *r,
                              struct fm_tokens phrase)
{
    return fm_reading_is(r, phrase.first, "the") &&
           phrase.last - phrase.first >= 2 &&
           fm_reading_kind(r, phrase.last - 1) == FM_WORD_TITLE;
}

/* The newest speaker for a description: one who has that role, else for a
 * phrase of two words ("the expert") the very last. */
static struct fm_tokens by_role(const struct fm_reading *r,
                                const struct fm_speaker_memory *m,
                                const struct fm_speaker *s)
{
    struct fm_tokens none = {0, 0};

    for (uint32_t i = m->count; i > 0; i--)
        if (shares_role(r, &m->heard[i - 1], s->phrase))
            return m->heard[i - 1].name;
    if (m->count > 0 && s->phrase.last - s->phrase.first == 2 &&
        is_definite_title(r, s->phrase) &&
        is_person_like(r, &m->heard[m->count - 1]))
        return m->heard[m->count - 1].name;
    return none;
}

/* The fuller name of somebody mentioned by surname. */
static struct fm_tokens by_surname(const struct fm_reading *r,
                                   const struct fm_speaker_memory *m,
                                   const struct fm_speaker *s)
{
    struct fm_tokens none = {0, 0};
    struct fm_str last = fm_reading_text(r, s->name.last - 1);

    if (s->name.last - s->name.first != 1)
        return none;
    for (uint32_t i = m->count; i > 0; i--) {
        struct fm_tokens n = m->heard[i - 1].name;

        if (n.last - n.first > 1 &&
            fm_str_eq(fm_reading_text(r, n.last - 1), last))
            return n;
    }
    return none;
}

struct fm_tokens fm_speaker_resolve(const struct fm_reading *r,
                                    const struct fm_speaker_memory *memory,
                                    const struct fm_speaker *speaker)
{
    struct fm_tokens none = {0, 0};
    struct fm_tokens person;

    if (speaker->kind == FM_SPEAKER_NOMINAL)
        return by_role(r, memory, speaker);
    if (speaker->kind == FM_SPEAKER_NAMED)
        return by_surname(r, memory, speaker);
    if (!is_personal(r, speaker->phrase.first))
        return none;
    person = person_before(r, speaker->phrase.first);
    for (uint32_t i = memory->count; i > 0; i--) {
        const struct fm_speaker *s = &memory->heard[i - 1];

        if (!is_person_like(r, s))
            continue;
        if (fm_tokens_empty(person) || s->name.first >= person.first)
            return s->name;
        return person;
    }
    return person;
}
