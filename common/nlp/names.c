#include "nlp/names.h"

#include "nlp/gazetteer.h"
#include "nlp/name_label.h"
#include "nlp/name_type.h"
#include "nlp/period.h"
#include "nlp/words.h"

/* Tokens of one run; longer ones are lists without commas. */
#define RUN_MAX 14u
/* Of the words of a headline, one in so many is small in a title-case one. */
#define HEADLINE_SMALL 3u

struct finder {
    struct fm_doc *doc;
    struct fm_seen seen;
    struct fm_name_run run;
    size_t cap;
    bool failed;
};

static void add(void *to, const struct fm_name *name)
{
    struct finder *f = to;
    struct fm_doc *doc = f->doc;
    struct fm_name *names = fm_arena_grow(
        &doc->arena, doc->names, doc->name_count, sizeof *names, &f->cap);

    if (names == NULL) {
        f->failed = true;
        return;
    }
    doc->names = names;
    names[doc->name_count++] = *name;
}

/* --- where a run begins -------------------------------------------------------- */

static bool is_capital(const struct fm_doc *doc, size_t i)
{
    return (doc->flags[i] & FM_TOKEN_CAPITAL) != 0 &&
           (fm_words_find(doc->form[i]) & FM_WORD_CALENDAR) == 0 &&
           !fm_str_eqz(doc->form[i], "I") &&
           /* a lone letter, often half of a character that was misread */
           !(doc->form[i].len == 2 &&
             (unsigned char)doc->form[i].data[0] >= 0xc0);
}

/* A word at the start of a sentence, capitalised as any word there. */
static bool is_name_at_start(const struct finder *f, size_t i)
{
    const struct fm_doc *doc = f->doc;
    struct fm_str word = doc->form[i];
    unsigned seen = fm_seen_find(&f->seen, word);
    unsigned lists = fm_gazetteer_find(word);
    unsigned class = fm_words_find(word);
    bool more = i + 1 < f->run.sentence_last && is_capital(doc, i + 1);

    if ((doc->flags[i] & FM_TOKEN_ALL_CAPS) && (seen & FM_SEEN_SMALL) == 0)
        return true;
    if (lists & (FM_GAZETTEER_COUNTRY | FM_GAZETTEER_NATIONALITY))
        return true;
    if (more && (class & (FM_WORD_POST | FM_WORD_ADDRESS | FM_WORD_MODIFIER |
                          FM_WORD_ORG_START)))
        return true;
    if ((seen & FM_SEEN_INSIDE) && (seen & FM_SEEN_SMALL) == 0)
        return true;
    if (more && (lists & FM_GAZETTEER_GIVEN))
        return true;
    if ((seen & FM_SEEN_SMALL) || fm_gazetteer_common(word))
        return more && (seen & FM_SEEN_INSIDE);
    return !fm_str_ends(word, fm_str("ly"));
}

static bool begins(const struct finder *f, size_t i)
{
    const struct fm_doc *doc = f->doc;

    if (!is_capital(doc, i) || fm_period_starter(doc->form[i]))
        return false;
    return !fm_seen_initial(doc, f->run.sentence_first, i) ||
           is_name_at_start(f, i);
}

/* --- how far it goes ------------------------------------------------------------- */

static bool is_word(const struct fm_doc *doc, size_t i, const char *word)
{
    return fm_str_eqz(doc->form[i], word);
}

/* The capitalised token behind token i and an article, last = none. */
static size_t capital_behind(const struct finder *f, size_t i)
{
    size_t at = i + 1;

    if (at < f->run.sentence_last && is_word(f->doc, at, "the"))
        at++;
    return at < f->run.sentence_last && is_capital(f->doc, at)
               ? at
               : f->run.sentence_last;
}

static bool has_any(const struct fm_doc *doc, size_t first, size_t last,
                    unsigned classes)
{
    for (size_t i = first; i < last; i++)
        if (fm_words_find(doc->form[i]) & classes)
            return true;
    return false;
}

/* The end of plain capitals from i on. */
static size_t capitals_end(const struct finder *f, size_t i)
{
    while (i < f->run.sentence_last && is_capital(f->doc, i))
        i++;
    return i;
}

/* "Bosnia and Herzegovina", "Securities and Exchange Commission", "Ministry of
 * Defence and Aerospace"; not "Israel and Hamas". */
static bool joins_and(const struct finder *f, size_t first, size_t i)
{
    const struct fm_doc *doc = f->doc;
    size_t behind = capital_behind(f, i);
    size_t end = capitals_end(f, behind);

    if (behind >= f->run.sentence_last || behind != i + 1)
        return false;
    if (fm_name_listed(doc, first, behind + 1) != FM_NE_NONE)
        return true;
    if (!fm_gazetteer_common(doc->form[i - 1]) ||
        !fm_gazetteer_common(doc->form[behind]))
        return false;
    for (size_t at = first; at < i; at++)
        if (is_word(doc, at, "of") || is_word(doc, at, "for"))
            return true;
    return has_any(doc, end - 1, end, FM_WORD_ORG_HEAD) &&
           (i - first == 1 ||
            !has_any(doc, i - 1, i, FM_WORD_ORG_HEAD | FM_WORD_POST));
}

/* "-in" of "Moon Jae-in"; not "-led", "-era". */
static bool is_syllable(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {
        "born", "era", "fed", "free", "held", "led", "like", "made",
        "off",  "old", "out", "plus", "run",  "up",  "wide",
    };
    struct fm_str word = doc->form[i];

    return word.len >= 2 && word.len <= 4 && fm_is_lower(word.data[0]) &&
           fm_str_bsearch(word, words, sizeof words / sizeof *words) < 0;
}

/* Is [first, i) a body with "of" or "for" in it, so far ending in a word that
 * is no name? */
static bool is_body_of(const struct fm_doc *doc, size_t first, size_t i)
{
    if (!has_any(doc, first, i, FM_WORD_ORG_START) ||
        !fm_gazetteer_common(doc->form[i - 1]))
        return false;
    for (size_t at = first; at < i; at++)
        if (is_word(doc, at, "of") || is_word(doc, at, "for"))
            return true;
    return false;
}

/* Does the run [first, i) go on over the small word or mark at i? Returns the
 * token behind the capital that it joins, i = no. */
static size_t joined(const struct finder *f, size_t first, size_t i)
{
    const struct fm_doc *doc = f->doc;
    size_t last = f->run.sentence_last;
    unsigned class = fm_words_find(doc->form[i - 1]);
    size_t behind = capital_behind(f, i);

    if (is_word(doc, i, "-") && doc->start[i] == doc->end[i - 1] &&
        i + 1 < last && doc->start[i + 1] == doc->end[i] &&
        (is_capital(doc, i + 1) || (i - first >= 2 && is_syllable(doc, i + 1))))
        return i + 2;
    if (is_word(doc, i, ",") && i + 1 < last &&
        (fm_words_find(doc->form[i + 1]) & FM_WORD_SUFFIX))
        return i + 2;
    if (behind >= last)
        return i;
    if (is_word(doc, i, "&") ||
        (fm_is_lower(doc->form[i].data[0]) &&
         (fm_words_find(doc->form[i]) & FM_WORD_PARTICLE)))
        return behind + 1;
    /* "Organization for the Prohibition of Chemical Weapons" */
    if (is_word(doc, i, "of") && is_body_of(doc, first, i))
        return behind + 1;
    if (is_word(doc, i, "of"))
        return class & (FM_WORD_ORG_START | FM_WORD_ORG_HEAD |
                        FM_WORD_PLACE_HEAD | FM_WORD_EVENT_HEAD) ||
                       (is_word(doc, behind, "State") &&
                        (class & FM_WORD_POST)) ||
                       fm_name_listed(doc, first, behind + 1) != FM_NE_NONE
                   ? behind + 1
                   : i;
    if (is_word(doc, i, "for") || is_word(doc, i, "on"))
        return class & (FM_WORD_ORG_START | FM_WORD_EVENT_HEAD) ? behind + 1
                                                                : i;
    return is_word(doc, i, "and") && joins_and(f, first, i) ? behind + 1 : i;
}

static size_t run_end(const struct finder *f, size_t first)
{
    size_t i = first + 1;

    while (i < f->run.sentence_last && i - first < RUN_MAX) {
        size_t behind;

        if (is_capital(f->doc, i)) {
            i++;
            continue;
        }
        behind = joined(f, first, i);
        if (behind == i)
            break;
        i = behind;
    }
    return i;
}

/* --- names ------------------------------------------------------------------------- */

/* What a name says of its words elsewhere in the document. */
static void remember(struct finder *f, const struct fm_name *name)
{
    const struct fm_doc *doc = f->doc;

    if (name->type == FM_NE_PERSON && name->last - name->first > 1)
        fm_seen_add(&f->seen, doc->form[name->last - 1], FM_SEEN_PERSON);
    else if (name->type == FM_NE_LOCATION && name->last - name->first == 1)
        fm_seen_add(&f->seen, doc->form[name->first], FM_SEEN_PLACE);
}

static void read_run(struct finder *f, size_t first, size_t last)
{
    struct fm_name name;

    while (!f->failed && first < last &&
           fm_name_cut(&f->run, &first, last, &name)) {
        remember(f, &name);
        add(f, &name);
    }
}

/* A headline in which every word is capitalised shows only listed names. */
static void read_headline(struct finder *f)
{
    const struct fm_doc *doc = f->doc;
    size_t i = f->run.sentence_first;

    while (!f->failed && i < f->run.sentence_last) {
        enum fm_ne_type type = FM_NE_NONE;
        size_t end = i;

        if (is_capital(doc, i) && !fm_period_starter(doc->form[i]))
            end = fm_name_longest(doc, i, f->run.sentence_last, &type);
        if (end > i) {
            struct fm_name name = {(uint32_t)i, (uint32_t)end, (uint8_t)type};

            add(f, &name);
        }
        i = end > i ? end : i + 1;
    }
}

static bool is_headline(const struct fm_doc *doc,
                        const struct fm_sentence *sentence)
{
    bool prose = sentence->kind == FM_BLOCK_PROSE;
    size_t words = 0;
    size_t small = 0;

    for (size_t i = sentence->first; i < sentence->last; i++) {
        if (!fm_is_alpha(doc->form[i].data[0]) ||
            (doc->form[i].len < 4 && !prose))
            continue;
        words++;
        small += (doc->flags[i] & FM_TOKEN_CAPITAL) == 0;
    }
    /* Prose is only taken for one when it is all in capitals. */
    return words > 4 && (prose ? small == 0 : small * HEADLINE_SMALL < words);
}

static void read_sentence(struct finder *f, const struct fm_sentence *sentence)
{
    f->run.sentence_first = sentence->first;
    f->run.sentence_last = sentence->last;
    if (is_headline(f->doc, sentence)) {
        read_headline(f);
        return;
    }
    for (size_t i = sentence->first; i < sentence->last && !f->failed;) {
        size_t end;

        if (!begins(f, i)) {
            i++;
            continue;
        }
        end = run_end(f, i);
        read_run(f, i, end);
        i = end;
    }
}

/* A word whose type was not known, or guessed from "in", is what the document
 * says it is elsewhere. */
static void settle(struct finder *f)
{
    struct fm_doc *doc = f->doc;

    for (size_t i = 0; i < doc->name_count; i++) {
        struct fm_name *name = &doc->names[i];
        unsigned seen;

        if (name->last - name->first != 1 ||
            (name->type != FM_NE_OTHER && name->type != FM_NE_ORGANIZATION &&
             name->type != FM_NE_LOCATION))
            continue;
        seen = fm_seen_find(&f->seen, doc->form[name->first]);
        if (seen & FM_SEEN_PERSON)
            name->type = FM_NE_PERSON;
        else if ((seen & FM_SEEN_PLACE) && name->type == FM_NE_OTHER)
            name->type = FM_NE_LOCATION;
    }
}

/* Without a model: by the rules of this file. */
static void read_all(struct finder *f)
{
    const struct fm_doc *doc = f->doc;

    for (size_t s = 0; s < doc->sentence_count && !f->failed; s++)
        if (doc->sentences[s].kind != FM_BLOCK_BOILERPLATE)
            read_sentence(f, &doc->sentences[s]);
    settle(f);
}

enum fm_error fm_names_find(struct fm_doc *doc, struct fm_why *why)
{
    struct finder f = {.doc = doc};
    enum fm_error e = fm_seen_init(&f.seen, doc, why);

    if (e != FM_OK)
        return e;
    f.run.doc = doc;
    f.run.seen = &f.seen;
    if (doc->ner != NULL)
        fm_name_labels(doc, &f.seen, add, &f);
    else
        read_all(&f);
    if (f.failed)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "a text of %zu tokens has more names than its document "
                       "may hold",
                       doc->token_count);
    return FM_OK;
}
