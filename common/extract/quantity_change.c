#include "extract/quantity_expr.h"

/* Changes: a verb with "from", "to", "by" or an amount behind it; "a 12 per
 * cent increase in"; "up 15%". */

/* How far behind the verb its numbers may be. */
#define REACH 18
/* Words between a verb and its first number: an object. */
#define OBJECT_MAX 8

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

static bool is_possessive(const struct fm_lexemes *lx, size_t i)
{
    return fm_lexeme_is(lx, i, "its") || fm_lexeme_is(lx, i, "their") ||
           fm_lexeme_is(lx, i, "his") || fm_lexeme_is(lx, i, "her");
}

/* "sharply", "further", "slightly" between verb and number. */
static bool is_adverb(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str word = fm_lexeme_text(lx, i);

    if (is_fn(lx, i, FM_FN_FURTHER) || is_fn(lx, i, FM_FN_ANOTHER) ||
        fm_lexeme_is(lx, i, "again") || fm_lexeme_is(lx, i, "back"))
        return true;
    return lx->at[i].kind == FM_LEX_WORD && word.len > 4 &&
           fm_str_ends(word, fm_str("ly"));
}

static void reach_to(struct fm_change *c, size_t last)
{
    if (last > c->words.last)
        c->words.last = last;
}

/* "from 46", "to 17", "by 12 per cent": lexemes taken, 0 = none. */
static size_t read_part(const struct fm_lexemes *lx,
                        const struct fm_taken *taken, size_t i,
                        struct fm_change *c)
{
    struct fm_amount a;
    size_t skip = 1;
    size_t n;

    if (!is_fn(lx, i, FM_FN_FROM) && !is_fn(lx, i, FM_FN_TO) &&
        !is_fn(lx, i, FM_FN_BY))
        return 0;
    /* "to a record 5 million", "from a low of 46" */
    if (is_fn(lx, i + 1, FM_FN_THE) &&
        (lx->at[i + 2].kind == FM_LEX_WORD || is_fn(lx, i + 2, FM_FN_CURRENT) ||
         is_fn(lx, i + 2, FM_FN_PREVIOUS))) {
        skip = 3;
    } else if (is_fn(lx, i + 1, FM_FN_A) && lx->at[i + 2].kind == FM_LEX_WORD) {
        skip = 3;
        skip += is_fn(lx, i + 3, FM_FN_OF) || fm_lexeme_is(lx, i + 3, "high") ||
                fm_lexeme_is(lx, i + 3, "low");
        skip += is_fn(lx, i + skip, FM_FN_OF);
    }
    n = fm_quantity_amount(lx, taken, i + skip, &a);
    if (n == 0)
        return 0;
    if (is_fn(lx, i, FM_FN_FROM) && a.range) {
        /* "from 46 to 17" reads as a range when it rises: both ends. */
        struct fm_amount high = a;

        high.number = a.high;
        high.range = false;
        a.range = false;
        c->has_to = true;
        c->to = high;
    }
    if (is_fn(lx, i, FM_FN_FROM)) {
        c->has_from = true;
        c->from = a;
    } else if (is_fn(lx, i, FM_FN_TO)) {
        c->has_to = true;
        c->to = a;
    } else {
        c->has_by = true;
        c->by = a;
    }
    reach_to(c, i + skip + n);
    return skip + n;
}

/* "fell 8 billion dollars to 745 billion dollars": with a unit before "to" it is
 * no range, but by how much and to what. */
static void split_range(const struct fm_lexemes *lx, size_t i,
                        struct fm_amount *a, struct fm_change *c)
{
    size_t to = a->digits.last;

    if (!a->range || c->has_to)
        return;
    while (to < a->words.last && !is_fn(lx, to, FM_FN_TO))
        to++;
    if (to == a->words.last || to == a->digits.last || to <= i)
        return;
    c->has_to = true;
    c->to = *a;
    c->to.number = a->high;
    c->to.range = false;
    a->range = false;
}

/* "rose 12 per cent", "grew 20 times", "fell 45 cents": an amount with no
 * preposition. Plain counts are objects ("cut 500 jobs") and are left alone. */
static size_t read_direct(const struct fm_lexemes *lx,
                          const struct fm_taken *taken, size_t i,
                          struct fm_change *c)
{
    struct fm_amount a;
    size_t n = fm_quantity_amount(lx, taken, i, &a);

    if (n == 0 || a.measure.kind == FM_MEASURE_NONE)
        return 0;
    /* "raised $5 million", "gained 30 kilometres": only per cent, times and
     * points tell a change of themselves, money only of falling and rising. */
    if (a.measure.kind == FM_MEASURE_MONEY &&
        (strcmp(c->word->lemma, "raise") == 0 ||
         strcmp(c->word->lemma, "boost") == 0))
        return 0;
    split_range(lx, i, &a, c);
    c->has_by = true;
    c->by = a;
    reach_to(c, i + n);
    return n;
}

/* "compared to 2013", "compared with 46". */
static size_t read_baseline(const struct fm_lexemes *lx,
                            const struct fm_taken *taken, size_t i,
                            struct fm_change *c)
{
    size_t from = i;
    /* "rose 10.9 per cent over 1985", "is up 5 per cent from last year" */
    bool over = (is_fn(lx, i, FM_FN_OVER) || is_fn(lx, i, FM_FN_FROM)) &&
                c->has_by && taken->at[i + 1];

    if (!over && !fm_lexeme_is(lx, i, "compared") &&
        !fm_lexeme_is(lx, i, "against"))
        return 0;
    i++;
    if (is_fn(lx, i, FM_FN_TO) || fm_lexeme_is(lx, i, "with"))
        i++;
    if (taken->at[i]) {
        c->baseline.first = i;
        while (taken->at[i])
            i++;
        c->baseline.last = i;
    } else {
        struct fm_amount a;
        size_t n = fm_quantity_amount(lx, taken, i, &a);

        if (n == 0 || c->has_from)
            return 0;
        c->has_from = true;
        c->from = a;
        i += n;
    }
    reach_to(c, i);
    return i - from;
}

/* Nouns, times and a comma may stand between the numbers of a change; a new
 * clause and numbers of something else may not. */
static bool ends_parts(const struct fm_lexemes *lx,
                       const struct fm_taken *taken, size_t i)
{
    if (taken->at[i])
        return false;
    if (lx->at[i].kind == FM_LEX_DIGITS || lx->at[i].kind == FM_LEX_CARDINAL)
        return true;
    if (fm_lexeme_mark(lx, i, ',') || fm_lexeme_mark(lx, i, '-'))
        return !is_fn(lx, i + 1, FM_FN_FROM) && !is_fn(lx, i + 1, FM_FN_TO) &&
               !fm_lexeme_is(lx, i + 1, "compared");
    if (lx->at[i].kind == FM_LEX_MARK || is_fn(lx, i, FM_FN_AND) ||
        is_fn(lx, i, FM_FN_THAT))
        return true;
    return fm_quantity_is_stop(lx, i) && !is_possessive(lx, i);
}

/* All numbers behind the verb. */
static void read_parts(const struct fm_lexemes *lx,
                       const struct fm_taken *taken, size_t i,
                       struct fm_change *c)
{
    size_t end = i + REACH < lx->count ? i + REACH : lx->count;
    bool first = true;

    while (i < end) {
        size_t n = read_part(lx, taken, i, c);

        if (n == 0)
            n = read_baseline(lx, taken, i, c);
        if (n == 0 && first && !c->has_by)
            n = read_direct(lx, taken, i, c);
        if (n > 0) {
            if (c->part == 0)
                c->part = i;
            i += n;
            first = false;
            continue;
        }
        if (ends_parts(lx, taken, i) ||
            (i > c->at + 1 && fm_quantity_change_word(lx, i) != NULL))
            break;
        if (!is_adverb(lx, i))
            first = false;
        i++;
    }
}

/* A noun or participle before it: "a rise", "the increase", "of falling". */
static bool is_noun_use(const struct fm_lexemes *lx, size_t i)
{
    if (i == 0)
        return false;
    return is_fn(lx, i - 1, FM_FN_A) || is_fn(lx, i - 1, FM_FN_AN) ||
           is_fn(lx, i - 1, FM_FN_THE) || is_fn(lx, i - 1, FM_FN_THIS) ||
           is_fn(lx, i - 1, FM_FN_NO) || is_possessive(lx, i - 1);
}

/* What changes, when it stands behind the verb: "cut its workforce from". */
static struct fm_words object_of(const struct fm_lexemes *lx,
                                 const struct fm_taken *taken,
                                 const struct fm_change *c)
{
    size_t i = c->at + 1;
    struct fm_words none = {i, i};
    struct fm_words w = {i, c->part};

    if (is_fn(lx, i, FM_FN_THE) || is_fn(lx, i, FM_FN_A) ||
        is_possessive(lx, i))
        i++;
    if (is_adverb(lx, i))
        return none;
    if (i >= c->part || c->part - i > OBJECT_MAX ||
        (lx->at[i].kind != FM_LEX_WORD && lx->at[i].kind != FM_LEX_SETWORD &&
         i == c->at + 1))
        return none;
    while (w.last > w.first &&
           (taken->at[w.last - 1] || lx->at[w.last - 1].kind == FM_LEX_MARK))
        w.last--;
    w.first = c->at + 1;
    return w;
}

/* "from 46 to 17" with a verb that says the other way is misread. */
static bool agrees(const struct fm_change *c)
{
    int order;

    if (!c->has_from || !c->has_to || c->word->direction == 0 ||
        c->from.measure.kind != c->to.measure.kind)
        return true;
    order = fm_decimal_cmp(c->to.number.value, c->from.number.value);
    return order == 0 || (order > 0) == (c->word->direction > 0);
}

/* "after falling 1.7 per cent": whose, the clause before tells. */
static bool is_loose_participle(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str word = fm_lexeme_text(lx, i);

    if (!fm_str_ends(word, fm_str("ing")))
        return false;
    return i == 0 ||
           !(fm_lexeme_is(lx, i - 1, "is") || fm_lexeme_is(lx, i - 1, "are") ||
             fm_lexeme_is(lx, i - 1, "was") ||
             fm_lexeme_is(lx, i - 1, "were") ||
             fm_lexeme_is(lx, i - 1, "been"));
}

static bool verb_change(const struct fm_lexemes *lx,
                        const struct fm_taken *taken, size_t i,
                        struct fm_change *c)
{
    read_parts(lx, taken, i + 1, c);
    if (c->word->factor == 0 && !c->has_from && !c->has_by &&
        (!c->has_to || c->word->direction == 0))
        return false;
    /* "went to 5", "moved by 3": without both ends it is no change. */
    if (c->word->direction == 0 && (!c->has_from || !c->has_to))
        return false;
    if (!agrees(c) || is_loose_participle(lx, i))
        return false;
    if (is_noun_use(lx, i)) {
        c->noun = true;
        if (is_fn(lx, i + 1, FM_FN_IN) || is_fn(lx, i + 1, FM_FN_OF)) {
            size_t at = i + 2 + is_fn(lx, i + 2, FM_FN_THE);

            c->subject = fm_quantity_phrase(lx, taken, at, false);
        }
        return c->has_by || (c->has_from && c->has_to);
    }
    c->subject = object_of(lx, taken, c);
    if (fm_words_empty(c->subject))
        c->subject = fm_quantity_phrase_before(lx, taken, i);
    return true;
}

/* "a 12% increase in sales", "a 20-fold rise in": the amount stands first. */
static bool noun_change(const struct fm_lexemes *lx,
                        const struct fm_taken *taken, size_t i,
                        struct fm_change *c)
{
    struct fm_amount a;
    size_t n = fm_quantity_amount(lx, taken, i, &a);
    size_t at = i + n;

    if (n == 0 || (a.measure.kind != FM_MEASURE_PERCENT &&
                   a.measure.kind != FM_MEASURE_TIMES &&
                   a.measure.kind != FM_MEASURE_MONEY))
        return false;
    if (is_adverb(lx, at) || fm_lexeme_is(lx, at, "annual"))
        at++;
    c->word = fm_quantity_change_word(lx, at);
    if (c->word == NULL || c->word->direction == 0 ||
        !is_fn(lx, at + 1, FM_FN_IN))
        return false;
    c->at = at;
    c->noun = true;
    c->has_by = true;
    c->by = a;
    at += 2;
    at += is_fn(lx, at, FM_FN_THE) || fm_lexeme_is(lx, at, "its") ||
          fm_lexeme_is(lx, at, "their");
    c->subject = fm_quantity_phrase(lx, taken, at, false);
    c->words = (struct fm_words){i, c->at + 1};
    return !fm_words_empty(c->subject);
}

/* ", up 15% from $1 billion", "is down 3 per cent". */
static bool updown_change(const struct fm_lexemes *lx,
                          const struct fm_taken *taken, size_t i,
                          struct fm_change *c)
{
    static const struct fm_change_word up = {"up", "rise", 1, 0};
    static const struct fm_change_word down = {"down", "fall", -1, 0};
    bool is_up = is_fn(lx, i, FM_FN_UP);

    if (!is_up && !fm_lexeme_is(lx, i, "down"))
        return false;
    c->word = is_up ? &up : &down;
    c->at = i;
    c->words = (struct fm_words){i, i + 1};
    if (read_direct(lx, taken, i + 1, c) == 0 ||
        c->by.measure.kind == FM_MEASURE_UNIT)
        return false;
    read_parts(lx, taken, c->words.last, c);
    if (i > 0 && fm_lexeme_mark(lx, i - 1, ','))
        return true;
    c->subject = fm_quantity_phrase_before(lx, taken, i);
    return !fm_words_empty(c->subject);
}

bool fm_quantity_change(const struct fm_lexemes *lx, const struct fm_tree *tree,
                        const struct fm_taken *taken, size_t i,
                        struct fm_change *ret_change)
{
    struct fm_change c = {.word = NULL, .at = i};
    bool found;

    c.subject = (struct fm_words){i, i};
    c.agent = c.subject;
    c.baseline = c.subject;
    c.words = (struct fm_words){i, i + 1};
    if (taken->at[i])
        return false;
    if (lx->at[i].kind == FM_LEX_WORD)
        c.word = fm_quantity_change_word(lx, i);
    if (c.word != NULL)
        found = verb_change(lx, taken, i, &c);
    else
        found =
            updown_change(lx, taken, i, &c) || noun_change(lx, taken, i, &c);
    if (!found)
        return false;
    /* The words tell it, or else the tree. */
    if (tree == NULL && c.word != NULL && c.at == i && !c.noun &&
        fm_words_empty(c.subject) && lx->at[i].kind == FM_LEX_WORD)
        return false;
    if (tree != NULL && !fm_quantity_change_subject(lx, tree, &c))
        return false;
    if (c.noun && c.word->direction == 0)
        return false;
    *ret_change = c;
    return true;
}
