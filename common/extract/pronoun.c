#include "extract/pronoun.h"

#include "extract/clause.h"
#include "extract/cue.h"
#include "extract/gender.h"

/* People of one article that are kept apart; later ones are not looked for. */
#define PEOPLE_MAX 256u
/* People looked at for one pronoun, from the one named last. */
#define LOOK_MAX 12u
/* Sentences back to the last mention. */
#define DISTANCE_MAX 4u
/* By how much the likeliest must lead. */
#define LEAD 2
/* Verbs above a pronoun whose subjects it may stand for. */
#define ABOVE_MAX 6u

struct person {
    struct fm_phrase name; /* the fullest one so far; empty = "a broker" */
    enum fm_gender gender;
    uint32_t token; /* of the last mention, pronouns included */
    uint32_t sentence;
    bool subject; /* the last mention was one */
    uint32_t mentions;
};

struct people {
    struct fm_context *ctx;
    const struct fm_tree *tree;
    const struct fm_doc *doc;
    struct person *all;
    uint32_t *recent; /* numbers, the last named last */
    size_t count;
};

static struct fm_str word(const struct people *p, uint32_t i)
{
    return fm_doc_token(p->doc, i);
}

/* --- names --------------------------------------------------------------------------- */

static bool is_subject(const struct people *p, uint32_t i)
{
    enum fm_dep dep;

    /* "Ann and Carl met": both are. */
    if (fm_tree_dep(p->tree, i) == FM_DEP_CONJ)
        i = fm_tree_head(p->tree, i);
    dep = fm_tree_dep(p->tree, i);
    return dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS ||
           dep == FM_DEP_NSUBJ_OUTER;
}

/* The token of the name that the others hang from, or the title that the name
 * is one with. */
static uint32_t head_of(const struct people *p, struct fm_phrase name)
{
    for (uint32_t i = name.first; i < name.last; i++) {
        uint32_t up = fm_tree_head(p->tree, i);

        if (up == i)
            return i;
        if (up < name.first || up >= name.last)
            return fm_tree_dep(p->tree, i) == FM_DEP_FLAT ? up : i;
    }
    return name.first;
}

/* By the title before the name, and by its first word. */
static enum fm_gender gender_of(const struct people *p, struct fm_phrase name)
{
    enum fm_gender g = FM_GENDER_UNKNOWN;

    if (name.first > 0)
        g = fm_gender_of_title(word(p, name.first - 1));
    for (uint32_t i = name.first;
         i < name.last && i < name.first + 2 && g == FM_GENDER_UNKNOWN; i++)
        g = fm_gender_of_title(word(p, i));
    if (g == FM_GENDER_UNKNOWN && name.last - name.first > 1)
        g = fm_gender_of_name(word(p, name.first));
    return g;
}

/* "Ann Lee", then "Lee" or "Ann": the same person. */
static bool same_person(const struct people *p, const struct person *person,
                        struct fm_phrase name)
{
    struct fm_str last = word(p, name.last - 1);
    uint32_t first = person->name.first;

    if (first == person->name.last)
        return false;
    if (fm_str_eq(word(p, person->name.last - 1), last))
        return name.last - name.first == 1 || person->name.last - first == 1 ||
               fm_str_eq(word(p, name.first), word(p, first));
    return name.last - name.first == 1 && fm_str_eq(word(p, first), last);
}

static void move_to_end(struct people *p, size_t at)
{
    uint32_t number = p->recent[at];

    for (; at + 1 < p->count; at++)
        p->recent[at] = p->recent[at + 1];
    p->recent[at] = number;
}

static void touch(struct people *p, size_t at, uint32_t token,
                  uint32_t sentence, bool subject)
{
    struct person *person = &p->all[p->recent[at]];

    person->token = token;
    person->sentence = sentence;
    person->subject = subject;
    person->mentions++;
    move_to_end(p, at);
}

static void meet(struct people *p, struct fm_phrase name, uint32_t sentence)
{
    uint32_t head = head_of(p, name);
    enum fm_gender gender = gender_of(p, name);
    struct person *person;

    for (size_t i = p->count; i-- > 0;) {
        person = &p->all[p->recent[i]];
        if (!same_person(p, person, name))
            continue;
        if (name.last - name.first > person->name.last - person->name.first)
            person->name = name;
        if (gender != FM_GENDER_UNKNOWN)
            person->gender = gender;
        touch(p, i, head, sentence, is_subject(p, head));
        return;
    }
    if (p->count == PEOPLE_MAX)
        return;
    person = &p->all[p->count];
    *person = (struct person){.name = name,
                              .gender = gender,
                              .token = head,
                              .sentence = sentence,
                              .subject = is_subject(p, head),
                              .mentions = 1};
    p->recent[p->count] = (uint32_t)p->count;
    p->count++;
}

/* "Another broker said": somebody without a name, whom "he" may be. */
static bool is_nobody(const struct people *p, uint32_t i)
{
    static const char *const articles[] = {"a", "an", "another", "one"};
    const struct fm_cue_verb *cue;
    enum fm_cue_form form;
    uint32_t det;

    if (p->doc->xpos[i] != FM_XPOS_NN || !is_subject(p, i) ||
        fm_tree_has(p->tree, i, FM_DEP_FLAT) ||
        fm_tree_has(p->tree, i, FM_DEP_APPOS) || fm_cue_document(word(p, i)))
        return false;
    cue = fm_cue_verb(word(p, fm_tree_head(p->tree, i)), &form);
    if (cue == NULL || (cue->classes & FM_CUE_SPEECH) == 0)
        return false;
    det = fm_tree_child(p->tree, i, FM_DEP_DET, 0);
    return det == FM_NO_TOKEN ||
           fm_tree_words(p->tree, det, articles,
                         sizeof articles / sizeof *articles);
}

static void meet_nobody(struct people *p, uint32_t i, uint32_t sentence)
{
    if (p->count == PEOPLE_MAX)
        return;
    p->all[p->count] = (struct person){
        .token = i, .sentence = sentence, .subject = true, .mentions = 1};
    p->recent[p->count] = (uint32_t)p->count;
    p->count++;
}

/* --- pronouns --------------------------------------------------------------------------- */

/* Is the token the subject of a verb above pronoun i: "Ann said she"? */
static bool rules_over(const struct people *p, uint32_t token, uint32_t i)
{
    uint32_t verb = fm_tree_head(p->tree, i);

    if (!is_subject(p, token))
        return false;
    for (size_t n = 0; n < ABOVE_MAX; n++) {
        uint32_t up = fm_tree_head(p->tree, verb);

        if (up == verb)
            return false;
        verb = up;
        if (fm_tree_head(p->tree, token) == verb)
            return true;
    }
    return false;
}

/* "Ann praised her", "Ann arrived, praising her": the two are not the same. */
static bool clashes(const struct people *p, uint32_t token, uint32_t i)
{
    uint32_t verb = fm_tree_head(p->tree, i);
    enum fm_clause_link link;

    if (fm_tree_dep(p->tree, i) == FM_DEP_NMOD_POSS)
        return false;
    if (fm_tree_head(p->tree, token) == verb)
        return true;
    return !is_subject(p, i) &&
           fm_clause_subject(p->tree, verb, &link).head == token;
}

static int score(const struct people *p, const struct person *person,
                 uint32_t i, uint32_t sentence, enum fm_gender gender)
{
    int s = 10 - 3 * (int)(sentence - person->sentence);

    if (person->gender == gender)
        s += 2;
    if (person->subject)
        s += 3;
    if (person->sentence == sentence && rules_over(p, person->token, i))
        s += 4;
    return s + (int)(person->mentions < 3 ? person->mentions : 3);
}

/* The place in p->recent of whom the pronoun stands for; p->count = unknown. */
static size_t likeliest(const struct people *p, uint32_t i, uint32_t sentence,
                        enum fm_gender gender)
{
    size_t best = p->count;
    int lead = 0;
    int next = -100;

    for (size_t k = p->count; k-- > 0 && p->count - k <= LOOK_MAX;) {
        const struct person *person = &p->all[p->recent[k]];
        int s;

        if (sentence - person->sentence > DISTANCE_MAX)
            break;
        if ((person->gender != FM_GENDER_UNKNOWN && person->gender != gender) ||
            clashes(p, person->token, i))
            continue;
        s = score(p, person, i, sentence, gender);
        if (best == p->count || s > lead) {
            next = best == p->count ? next : lead;
            lead = s;
            best = k;
        } else if (s > next) {
            next = s;
        }
    }
    return best < p->count && lead - next >= LEAD ? best : p->count;
}

static void resolve(struct people *p, uint32_t i, uint32_t sentence)
{
    enum fm_gender gender = fm_gender_of_pronoun(word(p, i));
    size_t at = likeliest(p, i, sentence, gender);
    struct fm_pronoun *found;
    struct person *person;

    if (at == p->count)
        return;
    person = &p->all[p->recent[at]];
    person->gender = gender;
    if (person->name.first < person->name.last) {
        found = FM_CONTEXT_ADD(p->ctx, pronoun, pronouns);
        if (found == NULL)
            return;
        found->token = i;
        found->name = person->name;
    }
    touch(p, at, i, sentence, is_subject(p, i));
}

/* --- the text ------------------------------------------------------------------------------ */

/* Within direct quotes, by the marks; a paragraph closes what is left open. */
static bool toggles(const struct fm_doc *doc, uint32_t i, bool quoted)
{
    if (doc->flags[i] & FM_TOKEN_QUOTE_OPEN)
        return true;
    if (doc->flags[i] & FM_TOKEN_QUOTE_CLOSE)
        return false;
    return quoted;
}

static void read_sentence(struct people *p, uint32_t sentence, bool *quoted,
                          size_t *name)
{
    const struct fm_doc *doc = p->doc;
    const struct fm_sentence *s = &doc->sentences[sentence];

    for (uint32_t i = s->first; i < s->last; i++) {
        *quoted = toggles(doc, i, *quoted);
        while (*name < doc->name_count && doc->names[*name].last <= i)
            ++*name;
        if (*name < doc->name_count && doc->names[*name].first == i &&
            doc->names[*name].type == FM_NE_PERSON && !*quoted)
            meet(p,
                 (struct fm_phrase){doc->names[*name].first,
                                    doc->names[*name].last},
                 sentence);
        else if (!*quoted && doc->upos[i] == FM_PRON &&
                 fm_gender_of_pronoun(word(p, i)) != FM_GENDER_UNKNOWN)
            resolve(p, i, sentence);
        else if (!*quoted && is_nobody(p, i))
            meet_nobody(p, i, sentence);
    }
}

void fm_extract_pronouns(struct fm_context *ctx)
{
    struct people p = {.ctx = ctx, .tree = ctx->tree, .doc = ctx->doc};
    bool quoted = false;
    size_t name = 0;

    if (ctx->tree == NULL)
        return;
    p.all = fm_arena_array(ctx->arena, PEOPLE_MAX, sizeof *p.all);
    p.recent = fm_arena_array(ctx->arena, PEOPLE_MAX, sizeof *p.recent);
    if (p.all == NULL || p.recent == NULL)
        return;
    for (size_t i = 0; i < ctx->doc->sentence_count; i++) {
        if (i > 0 && ctx->doc->sentences[i].paragraph !=
                         ctx->doc->sentences[i - 1].paragraph)
            quoted = false;
        if (ctx->doc->sentences[i].kind == FM_BLOCK_PROSE)
            read_sentence(&p, (uint32_t)i, &quoted, &name);
    }
}

const struct fm_pronoun *fm_pronoun_at(const struct fm_context *ctx,
                                       uint32_t token)
{
    size_t low = 0;
    size_t high = ctx->pronoun_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ctx->pronouns[middle].token < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ctx->pronoun_count && ctx->pronouns[low].token == token
               ? &ctx->pronouns[low]
               : NULL;
}
