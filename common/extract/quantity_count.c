#include "extract/quantity_site.h"

/* Counts and measures without change: what follows an amount, and the fact that
 * comes of it where there is no syntax. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

/* "three of the five post-Soviet states", "half of the population", "12 per
 * cent of voters", "$5 billion in aid". */
static void read_of(const struct fm_quantity_walk *w, struct fm_counted *k)
{
    const struct fm_lexemes *lx = w->lx;
    size_t i = k->end;
    size_t n;
    bool of = is_fn(lx, i, FM_FN_OF);
    bool money_in =
        k->amount.measure.kind == FM_MEASURE_MONEY && is_fn(lx, i, FM_FN_IN);

    /* "invest 5 million in Albras" is no amount of it. */
    money_in = money_in && (lx->at[i + 1].flags & FM_LEX_CAPITAL) == 0;
    if (fm_lexeme_is(lx, i, "worth") && is_fn(lx, i + 1, FM_FN_OF)) {
        of = true;
        i++;
    }
    if (!of && !money_in)
        return;
    i++;
    if (is_fn(lx, i, FM_FN_THE) || is_fn(lx, i, FM_FN_A) ||
        is_fn(lx, i, FM_FN_ALL) || fm_lexeme_is(lx, i, "its") ||
        fm_lexeme_is(lx, i, "their") || fm_lexeme_is(lx, i, "his") ||
        fm_lexeme_is(lx, i, "our"))
        i++;
    n = of && !w->taken->at[i] ? fm_number_parse(lx, i, &k->whole) : 0;
    if (n > 0 && !k->whole.vague &&
        fm_decimal_cmp(k->whole.value, k->amount.number.value) >= 0) {
        k->has_whole = true;
        i += n;
    }
    /* What is counted is a plural: "hundreds of ships came". */
    k->about = fm_quantity_phrase(lx, w->taken, i,
                                  k->amount.measure.kind == FM_MEASURE_NONE);
    if (fm_words_empty(k->about) && !k->has_whole)
        k->about = fm_quantity_phrase(lx, w->taken, i, false);
    if (fm_words_empty(k->about) ||
        (!of && lx->at[k->about.last - 1].kind == FM_LEX_UNIT)) {
        k->about.last = k->about.first;
        k->has_whole = false;
        return;
    }
    k->rule = k->has_whole ? "quantity.part" : k->rule;
    k->confidence = k->has_whole ? 0.85f : k->confidence;
    k->end = k->about.last;
}

/* "22,000-strong military contingent", "five-nation alliance". */
static void read_compound(const struct fm_quantity_walk *w,
                          struct fm_counted *k)
{
    const struct fm_lexemes *lx = w->lx;
    size_t i = k->end;

    if (!fm_lexeme_mark(lx, i, '-') || !fm_lexeme_glued(lx, i) ||
        lx->at[i + 1].kind != FM_LEX_WORD)
        return;
    k->amount.compound = true;
    bool strong = fm_lexeme_is(lx, i + 1, "strong");

    /* "22,000-strong", "the 22,000-international contingent" */
    if (strong ||
        (lx->at[k->amount.digits.first].flags & FM_LEX_GROUPED) != 0) {
        k->about =
            fm_quantity_phrase(lx, w->taken, strong ? i + 2 : i + 1, false);
        k->rule = "quantity.strength";
        k->confidence = 0.8f;
    } else {
        k->about = (struct fm_words){i + 1, i + 2};
        k->confidence = 0;
    }
    k->end = fm_words_empty(k->about) ? i + 2 : k->about.last;
}

static void read_noun(const struct fm_quantity_walk *w, struct fm_counted *k)
{
    bool count = k->amount.measure.kind == FM_MEASURE_NONE;
    bool plural = count && k->amount.number.form != FM_NUMBER_FRACTION;

    k->about = fm_quantity_phrase(w->lx, w->taken, k->end, plural);
    if (fm_words_empty(k->about))
        return;
    /* "a $5 million contract": what costs it; less sure than a count. */
    if (!count) {
        k->confidence = 0.55f;
        /* "5 km away", "12 per cent higher" */
        if (k->amount.measure.kind != FM_MEASURE_MONEY ||
            k->about.last - k->about.first > 5 ||
            fm_str_ends(fm_lexeme_text(w->lx, k->about.first), fm_str("ed"))) {
            k->about.last = k->about.first;
            return;
        }
    }
    k->end = k->about.last;
}

/* "1986 earnings": a year that no time has claimed. */
static bool is_year(const struct fm_quantity_walk *w, const struct fm_amount *a)
{
    const struct fm_lexeme *at = &w->lx->at[a->digits.first];

    return at->kind == FM_LEX_DIGITS && a->words.first == a->digits.first &&
           a->words.last == a->digits.first + 1 && at->value >= 1900 &&
           at->value < 2060 &&
           (at->flags & (FM_LEX_GROUPED | FM_LEX_POINT)) == 0 &&
           !fm_lexeme_is(w->lx, a->words.last, "people");
}

/* Idioms: "one of the", "one another", "no one", "at one", "zero". */
static bool is_idiom(const struct fm_quantity_walk *w,
                     const struct fm_amount *a)
{
    const struct fm_lexemes *lx = w->lx;
    size_t i = a->digits.first;
    static const struct fm_decimal one = {1, 0};

    if (a->measure.kind != FM_MEASURE_NONE)
        return false;
    if (lx->at[i].kind == FM_LEX_CARDINAL && a->digits.last == i + 1 &&
        fm_decimal_cmp(a->number.value, one) <= 0)
        return true;
    /* "half-hearted", "half" as an adverb: only "half of". */
    if (a->number.form == FM_NUMBER_FRACTION)
        return !is_fn(lx, a->words.last, FM_FN_OF) &&
               !is_fn(lx, a->words.last, FM_FN_THE) &&
               !fm_lexeme_is(lx, a->words.last, "its");
    return false;
}

/* Verbs that tie a subject to an amount. */
struct tie {
    const char *form;
    const char *lemma;
};

static const struct tie ties[] = {
    {"is", "be"},
    {"are", "be"},
    {"was", "be"},
    {"were", "be"},
    {"be", "be"},
    {"been", "be"},
    {"reached", "reach"},
    {"reach", "reach"},
    {"reaches", "reach"},
    {"totaled", "total"},
    {"totalled", "total"},
    {"totals", "total"},
    {"cost", "cost"},
    {"costs", "cost"},
    {"worth", "be worth"},
    {"weighs", "weigh"},
    {"weighed", "weigh"},
    {"measures", "measure"},
    {"exceeded", "exceed"},
    {"exceeds", "exceed"},
    {"earned", "earn"},
    {"spent", "spend"},
    {"spends", "spend"},
    {"paid", "pay"},
    {"raised", "raise"},
    {"received", "receive"},
    {"averaged", "average"},
    {"numbered", "number"},
    {"numbers", "number"},
    {"lost", "lose"},
    {"has", "have"},
    {"had", "have"},
    {"employs", "employ"},
};

static const struct tie *tie_at(const struct fm_lexemes *lx, size_t i)
{
    if (lx->at[i].kind != FM_LEX_WORD)
        return NULL;
    for (size_t k = 0; k < sizeof ties / sizeof ties[0]; k++)
        if (fm_lexeme_is(lx, i, ties[k].form))
            return &ties[k];
    return NULL;
}

/* "The budget was $5 million": verb right before, subject before it. */
static void tied_fact(struct fm_quantity_walk *w, const struct fm_counted *k,
                      Factmill__V1__Quantity *q)
{
    const struct fm_lexemes *lx = w->lx;
    size_t at = k->amount.words.first;
    const struct tie *tie = at > 0 ? tie_at(lx, at - 1) : NULL;
    struct fm_words subject;
    Factmill__V1__Fact *fact;
    size_t verb = at - 1;

    /* "stood at $5 million" */
    if (tie == NULL && at > 1 && is_fn(lx, at - 1, FM_FN_AT) &&
        (fm_lexeme_is(lx, at - 2, "stood") ||
         fm_lexeme_is(lx, at - 2, "stands"))) {
        static const struct tie stand = {"stood", "stand"};

        tie = &stand;
        verb = at - 2;
    }
    if (tie == NULL)
        return;
    subject = fm_quantity_phrase_before(lx, w->taken, verb);
    if (fm_words_empty(subject) || fm_lexeme_is(lx, subject.first, "there") ||
        !fm_quantity_put_text(w->ctx, fm_quantity_words_text(w, subject),
                              &q->about))
        return;
    fact = fm_quantity_fact(w, q, "quantity.be", 0.7f, subject);
    if (fact == NULL)
        return;
    fact->predicate = fm_context_predicate(
        w->ctx, fm_str(tie->lemma), lx->at[verb].start, lx->at[verb].end);
    fm_quantity_clause(w->ctx, lx, at, fact);
}

bool fm_quantity_fill(struct fm_quantity_walk *w, const struct fm_counted *k,
                      Factmill__V1__Quantity *q)
{
    struct fm_context *ctx = w->ctx;
    const struct fm_amount *a = &k->amount;
    bool ok;

    q->qualifier = a->qualifier;
    if (a->range)
        ok = fm_quantity_put_decimal(ctx, a->number.value, &q->low) &&
             fm_quantity_put_decimal(ctx, a->high.value, &q->high);
    else
        ok = fm_quantity_put_decimal(ctx, a->number.value, &q->value);
    ok = ok && fm_quantity_put_unit(w, a, &q->unit);
    if (ok && k->has_whole)
        ok = fm_quantity_put_decimal(ctx, k->whole.value, &q->whole);
    if (ok && !fm_words_empty(k->about))
        ok = fm_quantity_put_text(ctx, fm_quantity_words_text(w, k->about),
                                  &q->about);
    return ok;
}

const char *fm_quantity_noun(const struct fm_counted *k)
{
    if (k->amount.number.form == FM_NUMBER_FRACTION &&
        k->amount.measure.kind == FM_MEASURE_NONE)
        return "share";
    return k->amount.measure.kind == FM_MEASURE_NONE ? "number" : "amount";
}

static size_t emit_counted(struct fm_quantity_walk *w,
                           const struct fm_counted *k)
{
    struct fm_words words = {k->amount.words.first, fm_words_empty(k->about)
                                                        ? k->amount.words.last
                                                        : k->end};
    bool count = k->amount.measure.kind == FM_MEASURE_NONE;
    Factmill__V1__Quantity *q;
    Factmill__V1__Fact *fact;

    /* A bare number: "the 46", "scored 3". */
    if (count && fm_words_empty(k->about) && !k->amount.range &&
        (words.first == 0 || tie_at(w->lx, words.first - 1) == NULL))
        return words.last;
    q = fm_quantity_new(w, words);
    if (q == NULL || !fm_quantity_fill(w, k, q))
        return words.last;
    if (fm_words_empty(k->about)) {
        tied_fact(w, k, q);
        return words.last;
    }
    if (k->confidence <= 0)
        return words.last;
    fact = fm_quantity_fact(w, q, k->rule, k->confidence, k->about);
    if (fact == NULL)
        return words.last;
    fact->predicate =
        fm_context_predicate(w->ctx, fm_str(fm_quantity_noun(k)), 0, 0);
    fm_quantity_clause(w->ctx, w->lx, words.first, fact);
    return words.last;
}

/* "180,000 of the 220,000 barrels": the number of which it is a part. */
static bool read_whole(const struct fm_quantity_walk *w, struct fm_counted *k)
{
    const struct fm_lexemes *lx = w->lx;
    size_t i = k->end;
    size_t n;

    if (!is_fn(lx, i, FM_FN_OF) || k->amount.measure.kind != FM_MEASURE_NONE)
        return false;
    i++;
    i += is_fn(lx, i, FM_FN_THE) || is_fn(lx, i, FM_FN_ALL) ||
         fm_lexeme_is(lx, i, "its") || fm_lexeme_is(lx, i, "their") ||
         fm_lexeme_is(lx, i, "his") || fm_lexeme_is(lx, i, "her");
    /* "seven of their first nine matches" */
    i += fm_lexeme_is(lx, i, "first") || fm_lexeme_is(lx, i, "last") ||
         fm_lexeme_is(lx, i, "past") || fm_lexeme_is(lx, i, "next");
    n = w->taken->at[i] ? 0 : fm_number_parse(lx, i, &k->whole);
    if (n == 0 || k->whole.vague || k->whole.form == FM_NUMBER_FRACTION ||
        fm_decimal_cmp(k->whole.value, k->amount.number.value) < 0)
        return false;
    k->has_whole = true;
    k->end = i + n;
    return true;
}

/* One amount with what follows it; where reading goes on. */
size_t fm_quantity_read_counted(struct fm_quantity_walk *w, size_t i)
{
    static const char *const rules[] = {
        [FM_MEASURE_NONE] = "quantity.count",
        [FM_MEASURE_MONEY] = "quantity.money",
        [FM_MEASURE_PERCENT] = "quantity.percent",
        [FM_MEASURE_UNIT] = "quantity.measure",
        [FM_MEASURE_TIMES] = "quantity.times",
    };
    struct fm_counted k = {.has_whole = false};
    size_t n = fm_quantity_amount(w->lx, w->taken, i, &k.amount);

    if (n == 0)
        return i + 1;
    if (is_idiom(w, &k.amount) || is_year(w, &k.amount))
        return i + n;
    k.end = i + n;
    k.about = (struct fm_words){k.end, k.end};
    k.rule = rules[k.amount.measure.kind];
    k.confidence = 0.75f;
    if (w->ctx->tree != NULL && read_whole(w, &k))
        return fm_quantity_emit_parsed(w, &k);
    if (k.amount.measure.kind != FM_MEASURE_TIMES) {
        read_compound(w, &k);
        if (!k.amount.compound)
            read_of(w, &k);
        if (!k.amount.compound && fm_words_empty(k.about))
            read_noun(w, &k);
    }
    return w->ctx->tree != NULL && !k.amount.compound
               ? fm_quantity_emit_parsed(w, &k)
               : emit_counted(w, &k);
}
