#include "extract/name_fit.h"

#include "nlp/gazetteer.h"
#include "nlp/name_type.h"
#include "nlp/words.h"

struct fitter {
    const struct fm_doc *doc;
    const struct fm_name *read; /* what was read, ascending */
    size_t read_count;
    size_t at; /* the first one that is not taken yet */
    struct fm_seen seen;
    struct fm_arena *arena;
    struct fm_name *names;
    size_t count;
    size_t cap;
};

static void add(struct fitter *f, size_t first, size_t last, uint8_t type)
{
    struct fm_name *names =
        fm_arena_grow(f->arena, f->names, f->count, sizeof *names, &f->cap);

    if (names == NULL)
        return;
    f->names = names;
    names[f->count++] = (struct fm_name){
        .first = (uint32_t)first, .last = (uint32_t)last, .type = type};
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

/* "van", "bin", written small. */
static bool is_particle(const struct fm_doc *doc, size_t i)
{
    return fm_is_lower(doc->form[i].data[0]) &&
           (fm_words_find(doc->form[i]) & FM_WORD_PARTICLE) != 0;
}

/* The name that was read and begins at token i; NULL when none does. */
static const struct fm_name *read_at(const struct fitter *f, size_t i)
{
    return f->at < f->read_count && f->read[f->at].first == i ? &f->read[f->at]
                                                              : NULL;
}

/* Where the next name that was read begins. */
static size_t next_read(const struct fitter *f, size_t last)
{
    return f->at < f->read_count && f->read[f->at].first < last
               ? f->read[f->at].first
               : last;
}

/* --- people ----------------------------------------------------------------- */

/* Behind a person's name that goes on over the token at end: "Piet van Daal",
 * "Kassym-Jomart", two people side by side who are one. */
static size_t person_end(struct fitter *f, size_t end, size_t last)
{
    const struct fm_doc *doc = f->doc;
    size_t before = last;

    while (end < last && end != before) {
        const struct fm_name *next = read_at(f, end);

        before = end;
        if (next != NULL && next->type == FM_NE_PERSON) {
            end = next->last;
            f->at++;
        } else if (next == NULL && is_capital(doc, end + 1, last) &&
                   (is_glue(doc, end) || is_particle(doc, end))) {
            next = end + 1 == next_read(f, last) ? &f->read[f->at] : NULL;
            end += 2;
            if (next != NULL && next->last > end)
                end = next->last;
            f->at += next != NULL;
        }
    }
    return end;
}

/* Nationalities among [first, last), which stand in front of a name. */
static void add_nationalities(struct fitter *f, size_t first, size_t last)
{
    for (; first < last; first++)
        if (fm_gazetteer_find(f->doc->form[first]) & FM_GAZETTEER_NATIONALITY)
            add(f, first, first + 1, FM_NE_NATIONALITY);
}

/* A person's name with all that belongs to it, from token floor on, and without
 * what stands in front of it: "Kazakh President", "Mr.". Nothing is left of a
 * post alone. Returns the token behind. */
static size_t fit_person(struct fitter *f, size_t first, size_t end,
                         size_t floor, size_t last)
{
    const struct fm_doc *doc = f->doc;
    size_t begin = first;
    size_t at;

    end = person_end(f, end, last);

    if (first >= floor + 2 && is_glue(doc, first - 1) &&
        is_capital(doc, first - 2, last))
        first -= 2;
    at = first;
    if (at + 1 < end &&
        (fm_gazetteer_find(doc->form[at]) & FM_GAZETTEER_NATIONALITY))
        at++;
    if (fm_name_post(doc, at, end) > at)
        first = fm_name_post(doc, at, end);
    while (first < end &&
           (fm_words_find(doc->form[first]) & FM_WORD_ADDRESS) != 0)
        first++;
    /* NOLINTNEXTLINE(readability-suspicious-call-argument): up to the name */
    add_nationalities(f, begin, first);
    if (first < end)
        add(f, first, end, FM_NE_PERSON);
    return end;
}

/* --- proper nouns that were read as no name ----------------------------------- */

static bool is_calendar(const struct fm_doc *doc, size_t i)
{
    return (fm_words_find(doc->form[i]) & FM_WORD_CALENDAR) != 0;
}

/* Behind the capitalised proper nouns from token i on that were read as no
 * name. Days and months are none. */
static size_t bare_end(const struct fitter *f, size_t i, size_t last)
{
    last = next_read(f, last);
    while (is_capital(f->doc, i, last) && f->doc->upos[i] == FM_PROPN &&
           !is_calendar(f->doc, i))
        i++;
    return i;
}

static void add_bare(struct fitter *f, const struct fm_sentence *s,
                     size_t first, size_t last)
{
    const struct fm_name_run run = {
        .doc = f->doc,
        .seen = &f->seen,
        .sentence_first = s->first,
        .sentence_last = s->last,
    };
    struct fm_name name;

    while (first < last && fm_name_cut(&run, &first, last, &name))
        add(f, name.first, name.last, name.type);
}

/* "Piet van | Daal": does a particle lead from token i to a person who was
 * read? */
static bool leads_to_person(const struct fitter *f, size_t i, size_t last)
{
    return i + 1 < last && f->at < f->read_count &&
           f->read[f->at].first == i + 1 &&
           f->read[f->at].type == FM_NE_PERSON && is_particle(f->doc, i);
}

/* A post from token at on, in what was read as a person: with what it is of
 * ("President of Belarus"), or ending it, so that it may go on behind it ("CSTO
 * Secretary | General"). */
static bool is_bare_post(const struct fm_doc *doc, size_t at, size_t last)
{
    size_t post = fm_name_post(doc, at, last);
    struct fm_str tail = doc->form[last - 1];

    if (post > at && post < last)
        return (doc->flags[post] & FM_TOKEN_CAPITAL) == 0;
    return post == at && last - at > 1 &&
           (fm_words_find(tail) & FM_WORD_POST) != 0 &&
           (fm_gazetteer_find(tail) & FM_GAZETTEER_SURNAME) == 0;
}

/* Is more than a person in it: "U.S. Secretary of State Jane Roe"? */
static bool is_mixed(const struct fm_doc *doc, const struct fm_name *name)
{
    if (is_bare_post(doc, name->first, name->last))
        return true;
    for (size_t at = name->first + 1; at < name->last; at++)
        if (fm_name_post(doc, at, name->last) > at &&
            fm_name_listed(doc, name->first, at) != FM_NE_NONE)
            return true;
    return false;
}

/* Behind the people and proper nouns that follow one another from token end
 * on. */
static size_t people_end(struct fitter *f, size_t end, size_t last)
{
    size_t before = last;

    while (end < last && end != before) {
        const struct fm_name *next = read_at(f, end);

        before = end;
        if (next != NULL && next->type == FM_NE_PERSON) {
            end = next->last;
            f->at++;
        } else if (next == NULL) {
            end = bare_end(f, end, last);
        }
    }
    return end;
}

/* --- the order ------------------------------------------------------------------ */

static void fit_sentence(struct fitter *f, const struct fm_sentence *s)
{
    const struct fm_doc *doc = f->doc;
    size_t floor = s->first;

    while (f->at < f->read_count && f->read[f->at].first < s->first)
        f->at++;
    for (size_t i = s->first; i < s->last;) {
        const struct fm_name *name = read_at(f, i);
        size_t bare;

        if (name != NULL) {
            f->at++;
            if (name->type == FM_NE_PERSON && is_mixed(doc, name)) {
                i = people_end(f, name->last, s->last);
                add_bare(f, s, name->first, i);
            } else if (name->type == FM_NE_PERSON) {
                i = fit_person(f, name->first, name->last, floor, s->last);
            } else {
                add(f, name->first, name->last, name->type);
                i = name->last;
            }
            floor = i;
            continue;
        }
        /* Where any word has a capital, one says nothing. */
        bare = s->kind == FM_BLOCK_PROSE && i > s->first
                   ? bare_end(f, i, s->last)
                   : i;
        if (bare > i && leads_to_person(f, bare, s->last)) {
            name = &f->read[f->at++];
            i = fit_person(f, i, name->last, floor, s->last);
            floor = i;
            continue;
        }
        if (bare > i) {
            add_bare(f, s, i, bare);
            floor = bare;
        }
        i = bare > i ? bare : i + 1;
    }
}

/* Full names of people tell what their surnames are elsewhere. "Elizabeth I"
 * must not make every "I" a person. */
static void learn(struct fitter *f)
{
    for (size_t i = 0; i < f->read_count; i++) {
        const struct fm_name *name = &f->read[i];

        if (name->type == FM_NE_PERSON && name->last - name->first > 1 &&
            f->doc->form[name->last - 1].len > 2)
            fm_seen_add(&f->seen, f->doc->form[name->last - 1], FM_SEEN_PERSON);
    }
}

enum fm_error fm_name_fit(struct fm_doc *doc, struct fm_why *why)
{
    struct fitter f = {
        .doc = doc,
        .read = doc->names,
        .read_count = doc->name_count,
        .arena = &doc->arena,
    };
    enum fm_error e;

    if (doc->ner == NULL || doc->upos == NULL)
        return FM_OK;
    e = fm_seen_init(&f.seen, doc, why);
    if (e != FM_OK)
        return e;
    learn(&f);
    for (size_t s = 0; s < doc->sentence_count; s++)
        if (doc->sentences[s].kind != FM_BLOCK_BOILERPLATE)
            fit_sentence(&f, &doc->sentences[s]);
    if (doc->arena.failed != FM_OK)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "a text of %zu tokens has more names than its document "
                       "may hold",
                       doc->token_count);
    doc->names = f.names;
    doc->name_count = f.count;
    return FM_OK;
}
