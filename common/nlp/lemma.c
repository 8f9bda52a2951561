#include "nlp/lemma.h"

#include "nlp/seen.h"

/* Tokens behind "'s" that are looked at for its participle. */
#define LOOK_AHEAD 4u

/* --- opening ---------------------------------------------------------------- */

static enum fm_error damaged(struct fm_why *why, const char *what)
{
    return fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED",
                   "the model file's section %s is not what it should be",
                   what);
}

static bool edits_hold(const struct fm_lemma_rules *rules, size_t edits)
{
    for (size_t i = 0; i < edits; i++) {
        const struct fm_lemma_stored_edit *edit = &rules->edits[i];

        if (edit->start > rules->text.len ||
            edit->len > rules->text.len - edit->start ||
            edit->len > FM_LEMMA_MAX - FM_LEMMA_FORM_MAX)
            return false;
    }
    return edits > 0;
}

static bool value_holds(uint32_t value, size_t edits)
{
    return (value & FM_LEMMA_EDIT_MASK) <= edits;
}

static bool classes_hold(const struct fm_lemma_rules *rules, size_t classes,
                         size_t edits)
{
    for (size_t i = 0; i < (size_t)FM_UPOS_COUNT * FM_XPOS_COUNT; i++)
        if (rules->classes[i] >= classes)
            return false;
    for (size_t i = 0; i < classes; i++) {
        if (!value_holds(rules->class[i].rule, edits))
            return false;
        for (size_t k = 0; k < FM_LEMMA_SHAPES; k++)
            if (rules->class[i].cases[k] >= FM_LEMMA_CASES)
                return false;
    }
    return true;
}

static bool table_holds(const struct fm_lemma_rules *rules, size_t edits)
{
    bool free_slot = false;

    for (size_t i = 0; i < rules->table.count; i++) {
        if (!value_holds(rules->table.slots[i].value, edits))
            return false;
        free_slot = free_slot || rules->table.slots[i].value == 0;
    }
    return free_slot;
}

enum fm_error fm_lemma_open(const struct fm_model *model, struct fm_why *why,
                            struct fm_lemma_rules *ret)
{
    enum { CLASSES, CLASS, RULES, EDITS, TEXT, SECTIONS };

    static const struct {
        const char *name;
        size_t size; /* its length is a multiple of */
    } sections[SECTIONS] = {
        [CLASSES] = {"lemma.classes", (size_t)FM_UPOS_COUNT * FM_XPOS_COUNT},
        [CLASS] = {"lemma.class", sizeof(struct fm_lemma_class)},
        [RULES] = {"lemma.rules", sizeof(struct fm_table_slot)},
        [EDITS] = {"lemma.edits", sizeof(struct fm_lemma_stored_edit)},
        [TEXT] = {"lemma.text", 1},
    };
    struct fm_str s[SECTIONS];
    struct fm_lemma_rules rules;
    size_t slots;
    size_t edits;

    for (size_t i = 0; i < SECTIONS; i++) {
        enum fm_error e = fm_model_section(model, sections[i].name, why, &s[i]);

        if (e != FM_OK)
            return i == 0 ? FM_ENOTFOUND : e;
        if (s[i].len % sections[i].size != 0)
            return damaged(why, sections[i].name);
    }
    slots = s[RULES].len / sizeof *rules.table.slots;
    edits = s[EDITS].len / sizeof *rules.edits;
    if (slots == 0 || slots > UINT32_MAX)
        return damaged(why, sections[RULES].name);
    /* Sections begin at multiples of 64. */
    rules.classes = (const void *)s[CLASSES].data;
    rules.class = (const void *)s[CLASS].data;
    rules.edits = (const void *)s[EDITS].data;
    rules.table.slots = (const void *)s[RULES].data;
    rules.table.count = (uint32_t)slots;
    rules.text = s[TEXT];
    if (s[CLASS].len > 0 && rules.class[0].version != FM_LEMMA_VERSION)
        return fm_fail(FM_EVERSION, why, "MODEL_NEWER",
                       "the model file's lemmas have version %u, this program "
                       "reads version %u",
                       (unsigned)rules.class[0].version, FM_LEMMA_VERSION);
    if (!edits_hold(&rules, edits))
        return damaged(why, sections[EDITS].name);
    if (s[CLASSES].len != sections[CLASSES].size ||
        !classes_hold(&rules, s[CLASS].len / sizeof *rules.class, edits))
        return damaged(why, sections[CLASSES].name);
    if (!table_holds(&rules, edits))
        return damaged(why, sections[RULES].name);
    *ret = rules;
    return FM_OK;
}

/* --- the rules -------------------------------------------------------------- */

/* The value of the longest ending with a rule, or of the word itself. */
static uint32_t find_rule(const struct fm_lemma_rules *rules, uint8_t class,
                          const struct fm_lemma_form *form)
{
    struct fm_lemma_keys keys;
    uint32_t best = rules->class[class].rule;
    uint32_t value;

    fm_lemma_keys_make(form, class, &keys);
    value = fm_table_get(&rules->table, keys.word);
    if (value != 0)
        return value;
    value = best;
    for (size_t i = 0; i < keys.n && (value & FM_LEMMA_MORE) != 0; i++) {
        value = fm_table_get(&rules->table, keys.endings[i]);
        if ((value & FM_LEMMA_EDIT_MASK) != 0)
            best = value;
    }
    return best;
}

static enum fm_lemma_case find_case(const struct fm_lemma_rules *rules,
                                    uint8_t class,
                                    const struct fm_lemma_form *form)
{
    uint32_t value =
        fm_table_get(&rules->table, fm_lemma_case_key(form, class)) >>
        FM_LEMMA_CASE_SHIFT;

    if (value > 0 && value <= FM_LEMMA_PLAIN_CASES)
        return (enum fm_lemma_case)(value - 1);
    return fm_lemma_case_of(
        form, (enum fm_lemma_case)rules->class[class].cases[form->shape]);
}

/* --- a token ---------------------------------------------------------------- */

static size_t digits_at(struct fm_str s, size_t at)
{
    size_t n = 0;

    while (at + n < s.len && fm_is_digit(s.data[at + n]))
        n++;
    return n;
}

/* "1,200.5" → "1200.5", "3,4" → "3.4" */
static size_t without_commas(const struct fm_lemma_form *form,
                             char room[FM_LEMMA_MAX])
{
    struct fm_str s = form->form;
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] != ',')
            room[n++] = s.data[i];
        else if (digits_at(s, i + 1) < 3 && i + 1 < s.len)
            room[n++] = '.';
    return n;
}

static bool has_commas(const struct fm_lemma_form *form, uint8_t xpos)
{
    return xpos == FM_XPOS_CD && form->digits &&
           memchr(form->form.data, ',', form->form.len) != NULL;
}

/* Participles that "'s" is "has" before; it is "is" before others, unless they
 * have an object: "She's been", "it's known", "he's seen the plan". */
static bool is_has(const struct fm_doc *doc, size_t i, size_t last)
{
    static const char *const active[] = {
        "become", "been", "begun", "come", "got", "gotten", "had",
    };
    size_t at = i + 1;
    uint8_t behind;

    while (at < last && at < i + LOOK_AHEAD &&
           (doc->upos[at] == FM_ADV || doc->upos[at] == FM_PART))
        at++;
    if (at == last || doc->xpos[at] != FM_XPOS_VBN)
        return false;
    if (fm_str_bsearch(doc->form[at], active, sizeof active / sizeof *active) >=
        0)
        return true;
    behind = at + 1 < last ? doc->xpos[at + 1] : FM_XPOS_NONE;
    return behind == FM_XPOS_DT || behind == FM_XPOS_PDT ||
           behind == FM_XPOS_PRP || behind == FM_XPOS_PRPS;
}

static bool is_auxiliary_s(const struct fm_doc *doc, size_t i)
{
    struct fm_str form = doc->form[i];

    return doc->upos[i] == FM_AUX && form.len <= 4 &&
           fm_lower(form.data[form.len - 1]) == 's' &&
           !fm_is_alpha(form.data[0]);
}

/* Writes to room or returns a view of what lasts. */
static struct fm_str lemma_of(const struct fm_lemma_rules *rules,
                              const struct fm_doc *doc,
                              const struct fm_sentence *s, size_t i,
                              char room[FM_LEMMA_MAX])
{
    struct fm_lemma_form form;
    struct fm_lemma_edit edit;
    const struct fm_lemma_stored_edit *stored;
    uint8_t class = rules->classes[doc->upos[i] * FM_XPOS_COUNT + doc->xpos[i]];
    uint32_t value;

    if (!fm_lemma_form_make(doc->form[i], fm_seen_initial(doc, s->first, i),
                            &form))
        return doc->form[i];
    if (has_commas(&form, doc->xpos[i]))
        return fm_str_n(room, without_commas(&form, room));
    if (is_auxiliary_s(doc, i) && is_has(doc, i, s->last))
        return fm_str("have");
    value = find_rule(rules, class, &form) & FM_LEMMA_EDIT_MASK;
    stored = &rules->edits[value != 0 ? value - 1 : 0];
    edit.cut = stored->cut;
    edit.append = fm_str_n(rules->text.data + stored->start, stored->len);
    return fm_lemma_apply(&form, &edit, find_case(rules, class, &form), room);
}

enum fm_error fm_lemma_run(const struct fm_lemma_rules *rules,
                           struct fm_doc *doc, struct fm_why *why)
{
    char room[FM_LEMMA_MAX];

    doc->lemma =
        fm_arena_array(&doc->arena, doc->token_count, sizeof *doc->lemma);
    for (size_t k = 0; doc->lemma != NULL && k < doc->sentence_count; k++) {
        const struct fm_sentence *s = &doc->sentences[k];

        for (size_t i = s->first; i < s->last; i++) {
            struct fm_str lemma = lemma_of(rules, doc, s, i, room);

            if (lemma.data == room)
                lemma.data = fm_arena_copy(&doc->arena, lemma);
            doc->lemma[i] = lemma;
        }
    }
    if (doc->arena.failed != FM_OK)
        return fm_fail(doc->arena.failed, why, "DOCUMENT_MEMORY",
                       "no room for the lemmas of a text of %zu tokens",
                       doc->token_count);
    return FM_OK;
}
