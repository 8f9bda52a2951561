/* What both views write in the same way. */
#include "extract/clause.h"
#include "extract/confidence.h"
#include "extract/time_event.h"

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

/* The longest predicate that is shown. */
#define TEXT_MAX 512u

static const char *const implied_words[] = {"", "be"};

/* The words as they are in the text, those that are apart joined by a space. */
static struct fm_str join_words(const struct fm_clauses *all,
                                enum fm_clause_implied implied,
                                const uint32_t *words, size_t count,
                                char *buffer)
{
    const struct fm_doc *doc = all->doc;
    size_t n = strlen(implied_words[implied]);

    memcpy(buffer, implied_words[implied], n);
    for (size_t i = 0; i < count; i++) {
        struct fm_str bytes = fm_doc_token(doc, words[i]);

        if (n + bytes.len + 1 > TEXT_MAX)
            break;
        if (n > 0 && (i == 0 || words[i - 1] + 1 != words[i] ||
                      doc->end[words[i - 1]] != doc->start[words[i]]))
            buffer[n++] = ' ';
        memcpy(buffer + n, bytes.data, bytes.len);
        n += bytes.len;
    }
    return fm_str_n(buffer, n);
}

/* The stretch of words without a gap that word at is in. */
static struct fm_phrase run_of(const uint32_t *words, size_t n, size_t at)
{
    struct fm_phrase run = {words[at], words[at] + 1};

    for (size_t k = at; k-- > 0 && words[k] + 1 == run.first;)
        run.first--;
    for (size_t k = at + 1; k < n && words[k] == run.last; k++)
        run.last++;
    return run;
}

Factmill__V1__Predicate *fm_clause_words(struct fm_clauses *all,
                                         const struct fm_clause *clause,
                                         enum fm_clause_implied implied,
                                         const uint32_t *words, size_t n)
{
    struct fm_context *ctx = all->ctx;
    Factmill__V1__Predicate *p;
    char buffer[TEXT_MAX];
    struct fm_phrase run;
    size_t main = 0;

    if (n == 0)
        return fm_context_predicate(ctx, fm_str(implied_words[implied]), 0, 0);
    for (size_t i = 0; i < n; i++)
        if (words[i] == clause->head)
            main = i;
    run = run_of(words, n, main);
    p = fm_context_predicate(ctx, all->doc->form[words[main]],
                             all->doc->start[run.first],
                             all->doc->end[run.last - 1]);
    if (p == NULL)
        return NULL;
    p->lemma = fm_clause_lemma(all, clause);
    p->text =
        fm_arena_copy(ctx->arena, join_words(all, implied, words, n, buffer));
    return p->lemma != NULL && p->text != NULL ? p : NULL;
}

/* --- arguments ------------------------------------------------------------------------- */

/* "whose" before the noun of a relative clause: the noun that it stands for;
 * FM_NO_TOKEN = the phrase has none. */
static uint32_t owner_of(const struct fm_clauses *all, uint32_t noun,
                         uint32_t *ret_clause)
{
    const struct fm_tree *tree = all->tree;
    uint32_t whose = fm_tree_child(tree, noun, FM_DEP_NMOD_POSS, 0);
    uint32_t clause = fm_tree_head(tree, noun);

    if (whose >= noun || all->doc->xpos[whose] != FM_XPOS_WPS ||
        fm_tree_dep(tree, clause) != FM_DEP_ACL_RELCL)
        return FM_NO_TOKEN;
    *ret_clause = clause;
    return fm_tree_head(tree, clause);
}

static struct fm_str range_text(const struct fm_clauses *all,
                                struct fm_phrase range)
{
    return fm_context_text(all->ctx, all->doc->start[range.first],
                           all->doc->end[range.last - 1]);
}

/* "a watchman's identity" for "whose identity". */
static void name_owner(struct fm_clauses *all, struct fm_phrase phrase,
                       uint32_t noun, Factmill__V1__Argument *a)
{
    uint32_t clause = FM_NO_TOKEN;
    uint32_t owner = owner_of(all, noun, &clause);
    struct fm_phrase name;
    struct fm_str text;
    struct fm_str rest;

    if (owner == FM_NO_TOKEN || owner > phrase.first ||
        phrase.last - phrase.first < 2)
        return;
    name = fm_phrase_of(all->tree, owner, FM_PHRASE_PART, clause);
    phrase.first++;
    text = range_text(all, name);
    rest = range_text(all, phrase);
    a->text = fm_arena_printf(all->ctx->arena, "%.*s's %.*s", FM_STR_ARG(text),
                              FM_STR_ARG(rest));
}

/* "to sell the plant" as a subject is not "sell the plant". */
static void take_infinitive(const struct fm_clauses *all, uint32_t verb,
                            struct fm_phrase *phrase)
{
    struct fm_phrase mark = fm_phrase_mark(all->tree, verb);

    if (mark.first < mark.last && mark.last == phrase->first &&
        fm_tree_word(all->tree, mark.last - 1, "to"))
        phrase->first = mark.first;
}

Factmill__V1__Argument *fm_clause_argument(struct fm_clauses *all,
                                           const struct fm_clause_part *part,
                                           enum fm_phrase_size size)
{
    const struct fm_doc *doc = all->doc;
    struct fm_phrase phrase =
        fm_phrase_of(all->tree, part->head, size, part->without);
    Factmill__V1__Argument *a;

    if (part->role == R(SUBJECT) && part->clausal)
        take_infinitive(all, part->head, &phrase);
    a = fm_context_argument(all->ctx, (Factmill__V1__Argument__Role)part->role,
                            doc->start[phrase.first],
                            doc->end[phrase.last - 1]);
    if (a == NULL)
        return NULL;
    if (part->before.first < part->before.last)
        a->preposition =
            fm_arena_copy(all->ctx->arena, range_text(all, part->before));
    name_owner(all, phrase, part->head, a);
    return a->text != NULL && a->preposition != NULL ? a : NULL;
}

/* "when it rose from a month earlier": a time within is that of another verb. */
static bool is_clausal(const struct fm_clauses *all,
                       const struct fm_clause *clause,
                       const Factmill__V1__Argument *argument)
{
    for (size_t i = 0; i < clause->part_count; i++) {
        const struct fm_clause_part *part = &clause->parts[i];
        uint32_t head = all->doc->start[part->head];

        if (part->clausal && part->role == argument->role &&
            head >= argument->span->start && head < argument->span->end)
            return true;
    }
    return false;
}

/* When and where: of the arguments that say it. */
static void place_in_time(struct fm_clauses *all,
                          const struct fm_clause *clause,
                          Factmill__V1__Argument *argument,
                          Factmill__V1__Fact *fact)
{
    const Factmill__V1__Time *time;

    if (argument == NULL || argument->span == NULL)
        return;
    if (argument->role == R(PLACE) && fact->place == NULL)
        fact->place = argument;
    /* A date tells more than how long: "In August it closed for hours". */
    if (argument->role != R(TIME) ||
        (fact->time != NULL && fact->time->start[0] != '\0') ||
        is_clausal(all, clause, argument))
        return;
    time = fm_context_time_within(all->ctx, argument->span->start,
                                  argument->span->end);
    if (time == NULL || (fact->time != NULL && time->start[0] == '\0'))
        return;
    fact->time = fm_arena_alloc(all->ctx->arena, sizeof *time);
    if (fact->time != NULL)
        *fact->time = *time;
}

/* "The fact is not that they left": only what stands right behind "be" is said of
 * the outer clause. */
static void apply_outer(struct fm_clauses *all, const struct fm_clause *clause,
                        Factmill__V1__Fact *fact)
{
    uint32_t next = clause->words[clause->word_count - 1] + 1;

    fact->polarity = FACTMILL__V1__FACT__POLARITY__POSITIVE;
    fact->modality = FACTMILL__V1__FACT__MODALITY__ASSERTED;
    if (next < all->last && (fm_tree_word(all->tree, next, "not") ||
                             fm_tree_word(all->tree, next, "n't"))) {
        fact->polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
        fm_context_add_trigger(all->ctx, fact, all->doc->start[next],
                               all->doc->end[next]);
    }
}

void fm_clause_complete(struct fm_clauses *all, const struct fm_clause *clause,
                        Factmill__V1__Fact *fact)
{
    struct fm_confidence seen;

    for (size_t i = 0; i < fact->n_arguments; i++)
        place_in_time(all, clause, fact->arguments[i], fact);
    if (fact->time == NULL && clause->word_count > 0)
        fact->time = fm_time_of_verb(all->ctx, clause->head);
    fact->kind = fm_clause_kind(all, clause, fact);
    if (clause->outer)
        apply_outer(all, clause, fact);
    else if (clause->word_count > 0)
        fm_scope_apply(all->ctx, fact, all->sentence, clause->head);
    fm_clause_attribute(all, clause, fact);
    fm_confidence_look(all, clause, &seen);
    fact->confidence = fm_confidence_of(&seen);
    if (all->ctx->watch != NULL)
        all->ctx->watch(all->ctx->watch_user, fact, seen.value,
                        sizeof seen.value);
}
