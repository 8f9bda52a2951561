/* Name and role within a speaker's phrase, and whom a pronoun, a bare title or
 * a surname means. */
#include "extract/pronoun.h"
#include "extract/speaker.h"

/* Index of the first name that ends behind token first. */
static size_t name_from(const struct fm_doc *doc, uint32_t first)
{
    size_t low = 0;
    size_t high = doc->name_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (doc->names[middle].last <= first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "the mayor of Belmonte": a place, whatever it looks like. */
static bool is_object_of_of(const struct fm_doc *doc, uint32_t first,
                            uint32_t at)
{
    return at > first + 1 && fm_str_eqz(fm_doc_token(doc, at - 1), "of");
}

/* The person's name that the names column puts into [first, last). */
static struct fm_tokens person_in(const struct fm_doc *doc, uint32_t first,
                                  uint32_t last)
{
    struct fm_tokens found = {0, 0};
    size_t low = name_from(doc, first);

    for (; low < doc->name_count && doc->names[low].last <= last; low++) {
        const struct fm_name *n = &doc->names[low];

        if (n->first < first || n->type != FM_NE_PERSON ||
            (n->first == n->last - 1 && is_object_of_of(doc, first, n->first)))
            continue;
        found.first = n->first;
        found.last = n->last;
    }
    return found;
}

static bool is_place_or_group(const struct fm_doc *doc, uint32_t first,
                              uint32_t last)
{
    size_t i = name_from(doc, first);

    return i < doc->name_count && doc->names[i].first == first &&
           doc->names[i].last == last && doc->names[i].type != FM_NE_PERSON;
}

/* Behind a preposition the capitals belong to the noun before it. */
static bool has_preposition(const struct fm_reading *r, uint32_t first,
                            uint32_t last)
{
    for (uint32_t i = first; i < last; i++)
        if (fm_reading_kind(r, i) == FM_WORD_PREPOSITION)
            return true;
    return false;
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

/* Behind the last word for a body in [first, last): "Organization | Ara
 * Badal"; 0 = there is none. */
static uint32_t body_in(const struct fm_reading *r, uint32_t first,
                        uint32_t last)
{
    static const char *const bodies[] = {
        "Agency",     "Army",         "Assembly",     "Association",
        "Authority",  "Bank",         "Board",        "Bureau",
        "Center",     "Centre",       "Commission",   "Committee",
        "Company",    "Conference",   "Congress",     "Council",
        "Court",      "Department",   "Federation",   "Force",
        "Foundation", "Fund",         "Group",        "House",
        "Institute",  "Ministry",     "Mission",      "Nations",
        "Office",     "Organisation", "Organization", "Parliament",
        "Party",      "Police",       "Republic",     "Senate",
        "Service",    "Society",      "States",       "Treaty",
        "Tribunal",   "Union",        "University",
    };

    for (uint32_t i = last; i > first; i--)
        if (fm_str_bsearch(fm_reading_text(r, i - 1), bodies,
                           sizeof bodies / sizeof *bodies) >= 0)
            return i;
    return 0;
}

/* Without names: the capitals at the end of the phrase, behind the last title
 * word ("CSTO Secretary General | Nikolai Bordyuzha"), and behind the place of
 * "President of Belarus | Alexander Lukashenko" when three or more stand
 * together. */
static struct fm_tokens capitals_in(const struct fm_reading *r, uint32_t first,
                                    uint32_t last)
{
    struct fm_tokens name = {last, last};
    uint32_t body;

    while (name.first > first) {
        enum fm_word k = fm_reading_kind(r, name.first - 1);

        if (k != FM_WORD_NAME && !(k == FM_WORD_OTHER && name.first < last &&
                                   fm_reading_is(r, name.first - 1, "-")))
            break;
        name.first--;
    }
    if (name.first == first || name.first == last)
        return name;
    body = body_in(r, name.first, name.last);
    if (body > 0 && name.last - body >= 2 && name.last - body <= 3)
        name.first = body;
    else if (name.last - name.first >= 3 &&
             fm_reading_is(r, name.first - 1, "of"))
        name.first = name.last - 2;
    else if (has_preposition(r, first, name.first))
        name.first = name.last; /* "the head of Gazprom" is nobody's name */
    return name;
}

/* "van Daal", "bin Talal": in lower case, but part of the name. */
static bool is_particle(const struct fm_reading *r, uint32_t i)
{
    static const char *const particles[] = {
        "al", "bin", "da",  "de", "del", "den", "der", "di", "dos",
        "du", "el",  "ibn", "la", "le",  "ter", "van", "von"};

    return fm_str_bsearch(fm_reading_text(r, i), particles,
                          sizeof particles / sizeof *particles) >= 0;
}

static uint32_t with_particles(const struct fm_reading *r, uint32_t from,
                               uint32_t first)
{
    while (first > from && is_particle(r, first - 1))
        first--;
    return first;
}

static uint32_t behind_particles(const struct fm_reading *r,
                                 struct fm_tokens name)
{
    while (name.first + 1 < name.last && is_particle(r, name.first))
        name.first++;
    return name.first;
}

void fm_speaker_cut(const struct fm_reading *r, struct fm_speaker *speaker)
{
    struct fm_tokens p = speaker->phrase;
    struct fm_tokens name = person_in(r->doc, p.first, p.last);

    if (fm_tokens_empty(name))
        name = capitals_in(r, p.first, p.last);
    if (fm_tokens_empty(name))
        return;
    name.first = with_particles(r, p.first, name.first);
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

void fm_speaker_apposition(const struct fm_reading *r,
                           struct fm_speaker *speaker, uint32_t first,
                           uint32_t last)
{
    struct fm_tokens p = speaker->phrase;
    struct fm_speaker other = {.kind = FM_SPEAKER_NOMINAL};
    bool described = fm_reading_kind(r, p.first) != FM_WORD_NAME &&
                     fm_tokens_empty(person_in(r->doc, p.first, p.last));

    /* "Endo's predecessor, Luc Marchetti": the person named is the first. */
    for (uint32_t i = p.first; i < p.last; i++)
        described = described || fm_reading_kind(r, i) == FM_WORD_GENITIVE;
    other.phrase.first = first;
    other.phrase.last = last;
    for (uint32_t i = first; i < last; i++)
        if (fm_reading_kind(r, i) == FM_WORD_COMMA)
            other.phrase.last = i < other.phrase.last ? i : other.phrase.last;
    if (described && (fm_reading_kind(r, first) == FM_WORD_NAME ||
                      fm_reading_kind(r, first) == FM_WORD_TITLE ||
                      fm_reading_kind(r, first) == FM_WORD_OTHER))
        fm_speaker_cut(r, &other);
    if (other.kind == FM_SPEAKER_NAMED &&
        other.name.last == other.phrase.last &&
        other.name.last - other.name.first >= 2) {
        speaker->kind = FM_SPEAKER_NAMED;
        speaker->name = other.name;
        speaker->role = p;
        return;
    }
    speaker->role.first = first;
    speaker->role.last = last;
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

    for (size_t i = name_from(r->doc, at); i > 0; i--) {
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

/* All titles of the description are in the role heard ("the Deputy Secretary
 * General" is not "the Secretary General"); one that has a name of its own in
 * it is somebody else. */
static bool fits_role(const struct fm_reading *r, const struct fm_speaker *a,
                      struct fm_tokens phrase)
{
    for (uint32_t i = phrase.first; i < phrase.last; i++) {
        bool found = false;

        if (fm_reading_kind(r, i) != FM_WORD_TITLE)
            continue;
        for (uint32_t k = a->role.first; k < a->role.last && !found; k++)
            found = fm_str_ieq(fm_reading_text(r, i), fm_reading_text(r, k));
        if (!found)
            return false;
    }
    return true;
}

/* The newest speaker for a description: one who has that role, else for a
 * phrase of two words ("the expert") the very last. */
static struct fm_tokens by_role(const struct fm_reading *r,
                                const struct fm_speaker_memory *m,
                                const struct fm_speaker *s)
{
    struct fm_tokens none = {0, 0};

    for (uint32_t i = m->count; i > 0; i--)
        if (shares_role(r, &m->heard[i - 1], s->phrase) &&
            fits_role(r, &m->heard[i - 1], s->phrase))
            return m->heard[i - 1].name;
    if (m->count > 0 && s->phrase.last - s->phrase.first == 2 &&
        is_definite_title(r, s->phrase) &&
        is_person_like(r, &m->heard[m->count - 1]))
        return m->heard[m->count - 1].name;
    return none;
}

/* Names looked at for a fuller form: those of some paragraphs. */
#define FULLER_MAX 200u

/* The fuller name of somebody mentioned by surname: of a speaker, else of a
 * person named before. */
static struct fm_tokens by_surname(const struct fm_reading *r,
                                   const struct fm_speaker_memory *m,
                                   struct fm_tokens name)
{
    struct fm_tokens none = {0, 0};
    size_t from = name_from(r->doc, name.first);
    struct fm_str last;

    if (name.last - name.first > 1)
        name.first = behind_particles(r, name);
    if (name.last - name.first != 1)
        return none;
    last = fm_reading_text(r, name.last - 1);
    for (uint32_t i = m->count; i > 0; i--) {
        struct fm_tokens n = m->heard[i - 1].name;

        if (n.last - n.first > 1 &&
            fm_str_eq(fm_reading_text(r, n.last - 1), last))
            return n;
    }
    for (size_t i = from; i > 0 && from - i < FULLER_MAX; i--) {
        const struct fm_name *n = &r->doc->names[i - 1];

        if (n->type != FM_NE_PERSON || n->last - n->first < 2 ||
            !fm_str_eq(fm_reading_text(r, n->last - 1), last))
            continue;
        none.first = n->first;
        none.last = n->last;
        return none;
    }
    return none;
}

static struct fm_tokens fuller(const struct fm_reading *r,
                               const struct fm_speaker_memory *m,
                               struct fm_tokens name)
{
    struct fm_tokens more = {0, 0};

    if (!fm_tokens_empty(name))
        more = by_surname(r, m, name);
    return fm_tokens_empty(more) ? name : more;
}

struct fm_tokens fm_speaker_resolve(const struct fm_reading *r,
                                    const struct fm_speaker_memory *memory,
                                    const struct fm_speaker *speaker)
{
    struct fm_tokens none = {0, 0};
    struct fm_tokens person;

    if (speaker->kind == FM_SPEAKER_NOMINAL)
        return fuller(r, memory, by_role(r, memory, speaker));
    if (speaker->kind == FM_SPEAKER_NAMED)
        return by_surname(r, memory, speaker->name);
    if (!is_personal(r, speaker->phrase.first))
        return none;
    if (r->ctx->tree != NULL) {
        const struct fm_pronoun *p =
            fm_pronoun_at(r->ctx, speaker->phrase.first);

        return p != NULL ? (struct fm_tokens){p->name.first, p->name.last}
                         : none;
    }
    person = person_before(r, speaker->phrase.first);
    for (uint32_t i = memory->count; i > 0; i--) {
        const struct fm_speaker *s = &memory->heard[i - 1];

        if (!is_person_like(r, s))
            continue;
        if (fm_tokens_empty(person) || s->name.first >= person.first)
            return fuller(r, memory, s->name);
        break;
    }
    return fuller(r, memory, person);
}
