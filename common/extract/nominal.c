#include "extract/nominal.h"

#include "extract/phrase.h"
#include "extract/said.h"

#include <time.h>

#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

/* Steps from a time or place up to its noun: "the summit of the heads of state of
 * the League on Monday". */
#define STEPS_MAX  4u
#define CONFIDENCE 0.7f
/* Less when only one of who, when and where is known beside the noun. */
#define BARE_PENALTY 0.1f
/* Words of a participant; more is a clause. */
#define PARTICIPANT_MAX 12u

/* Sorted. What happens, ends or lasts, and is dated and placed as such. */
static const char *const nouns[] = {
    "accession",     "acquisition",   "adoption",     "announcement",
    "appointment",   "arrest",        "arrests",      "arrival",
    "assassination", "assault",       "attack",       "attacks",
    "ban",           "battle",        "birth",        "bombing",
    "bombings",      "breakup",       "ceremony",     "chairmanship",
    "clash",         "clashes",       "closure",      "collapse",
    "collision",     "conference",    "congress",     "construction",
    "conviction",    "coronation",    "coup",         "crash",
    "creation",      "death",         "deaths",       "defeat",
    "demonstration", "departure",     "deployment",   "dismissal",
    "dissolution",   "earthquake",    "election",     "elections",
    "eruption",      "establishment", "events",       "execution",
    "exercise",      "exercises",     "explosion",    "explosions",
    "expulsion",     "festival",      "fire",         "fires",
    "flood",         "floods",        "formation",    "foundation",
    "founding",      "hijacking",     "inauguration", "independence",
    "introduction",  "invasion",      "killing",      "killings",
    "kidnapping",    "launch",        "massacre",     "meeting",
    "meetings",      "merger",        "murder",       "murders",
    "negotiations",  "occupation",    "opening",      "outbreak",
    "plebiscite",    "premiership",   "presidency",   "protest",
    "protests",      "raid",          "raids",        "ratification",
    "rebellion",     "referendum",    "release",      "resignation",
    "retirement",    "revolution",    "riots",        "sale",
    "session",       "shooting",      "shootings",    "siege",
    "signing",       "sinking",       "speech",       "strike",
    "strikes",       "summit",        "takeover",     "talks",
    "theft",         "tournament",    "trial",        "unification",
    "uprising",      "victory",       "visit",        "war",
    "wedding",       "withdrawal",
};

bool fm_nominal_is_event(const struct fm_tree *tree, uint32_t i)
{
    return (tree->doc->upos[i] == FM_NOUN || tree->doc->upos[i] == FM_PROPN ||
            tree->doc->xpos[i] == FM_XPOS_VBG) &&
           fm_tree_words(tree, i, nouns, sizeof nouns / sizeof *nouns);
}

/* What was found of one event. */
struct event {
    struct fm_context *ctx;
    const struct fm_tree *tree;
    size_t sentence;
    uint32_t noun;
    uint32_t owner;          /* "Kazakhstan's presidency"; FM_NO_TOKEN */
    uint32_t participant;    /* "the signing of its charter"; FM_NO_TOKEN */
    struct fm_phrase before; /* the participant's preposition */
    const Factmill__V1__Time *time;
    uint32_t place;
    struct fm_phrase place_before;
};

static bool is_verb(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_VERB || tree->doc->upos[i] == FM_AUX ||
           fm_tree_has(tree, i, FM_DEP_COP);
}

/* Does token i hang from the noun, over other nouns only? */
static bool is_below(const struct event *e, uint32_t i)
{
    for (size_t steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t head = fm_tree_head(e->tree, i);

        if (head == e->noun)
            return true;
        /* "the election after the war of 1990": of the war. */
        if (head == i || is_verb(e->tree, head) ||
            fm_nominal_is_event(e->tree, head))
            return false;
        i = head;
    }
    return false;
}

/* --- who, when, where ------------------------------------------------------------- */

static void find_participants(struct event *e)
{
    static const char *const words[] = {"against", "between", "by", "of"};
    const struct fm_tree *tree = e->tree;

    e->owner = fm_tree_child(tree, e->noun, FM_DEP_NMOD_POSS, 0);
    e->participant = FM_NO_TOKEN;
    for (uint32_t k = tree->first[e->noun]; k < tree->first[e->noun + 1]; k++) {
        uint32_t c = tree->child[k];
        struct fm_phrase before = fm_phrase_case(tree, c);

        if (c < e->noun || fm_tree_dep(tree, c) != FM_DEP_NMOD ||
            before.first + 1 != before.last || e->participant != FM_NO_TOKEN ||
            !fm_tree_words(tree, before.first, words,
                           sizeof words / sizeof *words))
            continue;
        e->participant = c;
        e->before = before;
    }
}

/* "The death of Jane Roe in May 2010 led to": between noun and verb it is of the
 * noun, whatever the tree says. */
static bool is_beside(const struct event *e, uint32_t top)
{
    const struct fm_tree *tree = e->tree;
    uint32_t verb = fm_tree_head(tree, e->noun);
    enum fm_dep dep = fm_tree_dep(tree, e->noun);

    return (dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS) && top > e->noun &&
           top < verb && fm_tree_head(tree, top) == verb;
}

static bool is_date(const struct fm_context *ctx, size_t i)
{
    return (ctx->time_types[i] == FACTMILL__V1__TIME__TYPE__DATE ||
            ctx->time_types[i] == FACTMILL__V1__TIME__TYPE__TIME) &&
           ctx->times[i]->precision != FACTMILL__V1__TIME__PRECISION__UNKNOWN;
}

static void find_time(struct event *e)
{
    const struct fm_context *ctx = e->ctx;
    const struct fm_doc *doc = ctx->doc;

    if (ctx->time_tops == NULL)
        return;
    for (size_t i = 0; i < ctx->time_count && e->time == NULL; i++) {
        const Factmill__V1__Span *span = ctx->times[i]->span;
        uint32_t top;

        if (span->end <= doc->start[e->noun])
            continue;
        if (span->start >= doc->sentences[e->sentence].end)
            break;
        top = ctx->time_tops[i];
        if (top != FM_NO_TOKEN && top > e->noun && is_date(ctx, i) &&
            (is_below(e, top) || is_beside(e, top)))
            e->time = ctx->times[i];
    }
}

static bool is_place_name(const struct fm_doc *doc, uint32_t i)
{
    const struct fm_name *name = fm_phrase_name(doc, i);

    return name != NULL &&
           (name->type == FM_NE_COUNTRY || name->type == FM_NE_CITY ||
            name->type == FM_NE_REGION || name->type == FM_NE_LOCATION);
}

static void find_place(struct event *e)
{
    static const char *const words[] = {"at", "in", "near", "off", "on"};
    const struct fm_tree *tree = e->tree;

    e->place = FM_NO_TOKEN;
    for (uint32_t i = e->noun + 1; i < tree->right[e->noun]; i++) {
        struct fm_phrase before;

        if (!is_place_name(e->ctx->doc, i))
            continue;
        before = fm_phrase_case(tree, i);
        if (before.first + 1 != before.last ||
            !fm_tree_words(tree, before.first, words,
                           sizeof words / sizeof *words) ||
            !is_below(e, i) ||
            /* "talks on Afghanistan", "a strike on Iran": not where it was. */
            (fm_tree_word(tree, before.first, "on") &&
             fm_nominal_is_event(tree, e->noun)))
            continue;
        e->place = i;
        e->place_before = before;
        return;
    }
}

/* --- facts -------------------------------------------------------------------------- */

/* "the meeting last month", not "last month's meeting" */
static bool is_behind(const struct event *e)
{
    return e->time->span->start > e->ctx->doc->start[e->noun];
}

/* The first token at which a time or the place begins behind the noun. */
static uint32_t circumstances_from(const struct event *e)
{
    uint32_t from = UINT32_MAX;

    if (e->time != NULL && is_behind(e))
        from = (uint32_t)fm_doc_token_at(e->ctx->doc, e->time->span->start);
    if (e->place != FM_NO_TOKEN && e->place_before.first < from)
        from = e->place_before.first;
    return from;
}

static struct fm_phrase trim(const struct event *e, struct fm_phrase p)
{
    const struct fm_doc *doc = e->ctx->doc;
    uint32_t end = circumstances_from(e);

    if (p.last > end)
        p.last = end;
    while (p.last > p.first + 1 && (doc->upos[p.last - 1] == FM_ADP ||
                                    doc->upos[p.last - 1] == FM_PUNCT ||
                                    doc->upos[p.last - 1] == FM_DET))
        p.last--;
    return p;
}

static struct fm_phrase participant_words(const struct event *e)
{
    return trim(
        e, fm_phrase_of(e->tree, e->participant, FM_PHRASE_FULL, FM_NO_TOKEN));
}

/* "the signing of its charter" */
static struct fm_phrase event_words(const struct event *e)
{
    struct fm_phrase p =
        fm_phrase_of(e->tree, e->noun, FM_PHRASE_SHORT, FM_NO_TOKEN);

    if (p.last <= e->noun)
        p.last = e->noun + 1;
    /* "tomorrow's meeting": the meeting. */
    if (e->time != NULL && !is_behind(e))
        while (p.first < e->noun &&
               (e->ctx->doc->start[p.first] < e->time->span->end ||
                e->ctx->doc->xpos[p.first] == FM_XPOS_POS))
            p.first++;
    if (e->participant != FM_NO_TOKEN) {
        struct fm_phrase other = participant_words(e);

        if (other.last > p.last && e->before.first <= p.last)
            p.last = other.last;
    }
    return trim(e, p);
}

static Factmill__V1__Argument *argument(const struct event *e, int role,
                                        struct fm_phrase words,
                                        struct fm_phrase before)
{
    const struct fm_doc *doc = e->ctx->doc;
    Factmill__V1__Argument *a =
        fm_context_argument(e->ctx, (Factmill__V1__Argument__Role)role,
                            doc->start[words.first], doc->end[words.last - 1]);

    if (a != NULL && before.first < before.last)
        a->preposition = fm_arena_copy(e->ctx->arena, doc->form[before.first]);
    return a != NULL && a->preposition != NULL ? a : NULL;
}

/* "Plymouth, New Hampshire" */
static struct fm_phrase place_words(const struct event *e)
{
    const struct fm_doc *doc = e->ctx->doc;
    const struct fm_name *name = fm_phrase_name(doc, e->place);
    struct fm_phrase p = {e->place_before.last, name->last};

    if (p.last + 1 < doc->sentences[e->sentence].last && e->place > e->noun &&
        fm_str_eqz(doc->form[p.last], ",") && is_place_name(doc, p.last + 1))
        p.last = fm_phrase_name(doc, p.last + 1)->last;
    return p;
}

static void add_time(const struct event *e, Factmill__V1__Fact *fact)
{
    struct fm_context *ctx = e->ctx;
    uint32_t top = (uint32_t)fm_doc_token_at(ctx->doc, e->time->span->start);
    Factmill__V1__Argument *a = fm_context_argument(
        ctx, R(TIME), e->time->span->start, e->time->span->end);

    if (a == NULL)
        return;
    if (top > 0 && is_behind(e) && ctx->doc->upos[top - 1] == FM_ADP)
        a->preposition = fm_arena_copy(ctx->arena, ctx->doc->form[top - 1]);
    if (a->preposition != NULL)
        fm_context_add_argument(ctx, fact, a);
    fact->time = fm_arena_alloc(ctx->arena, sizeof *fact->time);
    if (fact->time != NULL)
        *fact->time = *e->time;
}

static bool is_planned(const struct event *e)
{
    static const char *const words[] = {
        "announce", "await",    "call",    "cancel",   "delay", "demand",
        "expect",   "forecast", "ignore",  "plan",     "plans", "postpone",
        "prevent",  "proposal", "propose", "schedule", "urge",  "want"};
    const struct fm_doc *doc = e->ctx->doc;
    uint32_t head = fm_tree_head(e->tree, e->noun);

    if (doc->lemma == NULL || head == e->noun)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fm_str_ieq(doc->lemma[head], fm_str(words[i])))
            return true;
    return false;
}

/* Is the time behind the day of publication? */
static bool is_ahead(const struct event *e)
{
    time_t seconds = (time_t)(e->ctx->published_us / 1000000);
    struct tm tm;
    char day[16];

    if (e->time == NULL || e->time->start[0] == '\0' ||
        e->ctx->published_us == INT64_MIN || gmtime_r(&seconds, &tm) == NULL ||
        strftime(day, sizeof day, "%Y-%m-%d", &tm) == 0)
        return false;
    return strncmp(e->time->start, day, 10) > 0;
}

static Factmill__V1__Fact__Modality modality_of(const struct event *e)
{
    static const char *const maybe[] = {"alleged",  "hypothetical",
                                        "possible", "potential",
                                        "reported", "supposed"};
    static const char *const meant[] = {"expected", "forthcoming", "intended",
                                        "planned",  "proposed",    "scheduled",
                                        "upcoming"};
    const struct fm_tree *tree = e->tree;

    for (uint32_t k = tree->first[e->noun]; k < tree->first[e->noun + 1]; k++) {
        uint32_t c = tree->child[k];

        if (c < e->noun &&
            fm_tree_words(tree, c, maybe, sizeof maybe / sizeof *maybe))
            return FACTMILL__V1__FACT__MODALITY__POSSIBLE;
        if (c < e->noun &&
            fm_tree_words(tree, c, meant, sizeof meant / sizeof *meant))
            return FACTMILL__V1__FACT__MODALITY__INTENTION;
    }
    if (is_planned(e))
        return FACTMILL__V1__FACT__MODALITY__INTENTION;
    return is_ahead(e) ? FACTMILL__V1__FACT__MODALITY__FUTURE
                       : FACTMILL__V1__FACT__MODALITY__ASSERTED;
}

static void add_fact(const struct event *e, struct fm_said *said)
{
    static const struct fm_phrase none = {0, 0};
    struct fm_context *ctx = e->ctx;
    const struct fm_doc *doc = ctx->doc;
    bool known = e->owner != FM_NO_TOKEN || e->participant != FM_NO_TOKEN;
    Factmill__V1__Fact *fact = fm_context_fact(
        ctx, FACTMILL__V1__FACT__KIND__EVENT, "noun.event", e->sentence,
        known ? CONFIDENCE : CONFIDENCE - BARE_PENALTY);

    if (fact == NULL)
        return;
    fact->subject = argument(e, R(SUBJECT), event_words(e), none);
    fact->predicate = fm_context_predicate(
        ctx, doc->lemma != NULL ? doc->lemma[e->noun] : doc->form[e->noun],
        doc->start[e->noun], doc->end[e->noun]);
    if (e->participant != FM_NO_TOKEN)
        fm_context_add_argument(
            ctx, fact,
            argument(e, R(OBLIQUE), participant_words(e), e->before));
    /* "Acme's takeover of Orbis", "Halvia's presidency" */
    if (e->owner != FM_NO_TOKEN)
        fm_context_add_argument(
            ctx, fact,
            argument(
                e, e->participant != FM_NO_TOKEN ? R(AGENT) : R(OBLIQUE),
                fm_phrase_of(e->tree, e->owner, FM_PHRASE_PART, FM_NO_TOKEN),
                none));
    if (e->place != FM_NO_TOKEN) {
        fact->place = argument(e, R(PLACE), place_words(e), e->place_before);
        fm_context_add_argument(ctx, fact, fact->place);
    }
    if (e->time != NULL)
        add_time(e, fact);
    fact->modality = modality_of(e);
    fm_said_attribute(said, ctx, fact, doc->start[e->noun]);
}

/* "last month's meeting", "the collapse of 1929": no participants. */
static void drop_times(struct event *e)
{
    const struct fm_context *ctx = e->ctx;
    uint32_t *const parts[] = {&e->owner, &e->participant};

    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        uint32_t i = *parts[k];

        if (i == FM_NO_TOKEN)
            continue;
        for (size_t t = 0; t < ctx->time_count; t++)
            if (ctx->times[t]->span->start <= ctx->doc->start[i] &&
                ctx->doc->start[i] < ctx->times[t]->span->end) {
                *parts[k] = FM_NO_TOKEN;
                if (e->time == NULL && is_date(ctx, t))
                    e->time = ctx->times[t];
            }
    }
    if (e->owner != FM_NO_TOKEN && ctx->doc->xpos[e->owner] == FM_XPOS_WPS)
        e->owner = FM_NO_TOKEN;
    /* Nothing of it is left before a time. */
    if (e->participant != FM_NO_TOKEN &&
        circumstances_from(e) <= e->participant)
        e->participant = FM_NO_TOKEN;
}

/* "no war", "any election" */
static bool is_denied(const struct fm_tree *tree, uint32_t noun)
{
    static const char *const words[] = {"any", "no", "such", "what", "which"};
    uint32_t det = fm_tree_child(tree, noun, FM_DEP_DET, 0);

    return det != FM_NO_TOKEN &&
           fm_tree_words(tree, det, words, sizeof words / sizeof *words);
}

/* "The talks took place in Sund": the clause says it. */
static bool is_told(const struct fm_tree *tree, uint32_t noun)
{
    static const char *const words[] = {"began",   "happened", "held",
                                        "lasted",  "occurred", "opened",
                                        "started", "took"};
    enum fm_dep dep = fm_tree_dep(tree, noun);

    if (fm_tree_has(tree, fm_tree_head(tree, noun), FM_DEP_EXPL))
        return true;
    return (dep == FM_DEP_NSUBJ || dep == FM_DEP_NSUBJ_PASS) &&
           fm_tree_words(tree, fm_tree_head(tree, noun), words,
                         sizeof words / sizeof *words);
}

/* --- where things are ------------------------------------------------------------------ */

/* Sorted. What stands somewhere. */
static const char *const sites[] = {
    "airfield",  "airport",   "barracks",   "base",       "bases",
    "branch",    "bureau",    "camp",       "campus",     "clinic",
    "consulate", "embassy",   "factories",  "factory",    "farm",
    "field",     "fields",    "foundry",    "harbour",    "headquarters",
    "home",      "hospital",  "house",      "laboratory", "mill",
    "mine",      "mines",     "mission",    "monastery",  "museum",
    "office",    "offices",   "outpost",    "palace",     "plant",
    "plants",    "port",      "prison",     "refinery",   "residence",
    "school",    "shipyard",  "smelter",    "stadium",    "station",
    "store",     "stores",    "subsidiary", "terminal",   "university",
    "villa",     "warehouse",
};

/* "the company's headquarters in Oslo": subject without the place, "be", place. */
static void add_site(const struct event *e, struct fm_phrase words,
                     const char *lemma, struct fm_said *said)
{
    static const struct fm_phrase none = {0, 0};
    struct fm_context *ctx = e->ctx;
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, FACTMILL__V1__FACT__KIND__LOCATION, "noun.place",
                        e->sentence, CONFIDENCE);

    if (fact == NULL)
        return;
    fact->subject = argument(e, R(SUBJECT), words, none);
    fact->predicate = fm_context_predicate(ctx, fm_str(lemma), 0, 0);
    fact->place = argument(e, R(PLACE), place_words(e), e->place_before);
    /* "Oslo-based" */
    if (fact->place != NULL && fact->place->preposition[0] == '\0')
        fact->place->preposition = fm_arena_copy(ctx->arena, fm_str("in"));
    fm_context_add_argument(ctx, fact, fact->place);
    fm_said_attribute(said, ctx, fact, ctx->doc->start[e->noun]);
}

/* "plans to open a car factory in Sund": one that may not be there yet. */
static bool is_indefinite(const struct fm_tree *tree, uint32_t noun)
{
    uint32_t det = fm_tree_child(tree, noun, FM_DEP_DET, 0);

    return det != FM_NO_TOKEN &&
           (fm_tree_word(tree, det, "a") || fm_tree_word(tree, det, "an"));
}

static void find_site(struct fm_context *ctx, size_t sentence, uint32_t noun,
                      struct fm_said *said)
{
    struct event e = {
        .ctx = ctx, .tree = ctx->tree, .sentence = sentence, .noun = noun};
    struct fm_phrase words;

    if (is_denied(e.tree, noun))
        return;
    find_participants(&e);
    find_place(&e);
    /* Whose it is must be said: "a plant in Sund" is one of many. */
    if (e.place == FM_NO_TOKEN ||
        (e.owner == FM_NO_TOKEN && e.participant == FM_NO_TOKEN &&
         (!fm_tree_has(e.tree, noun, FM_DEP_COMPOUND) ||
          is_indefinite(e.tree, noun))))
        return;
    drop_times(&e);
    words = event_words(&e);
    if (words.last - words.first <= PARTICIPANT_MAX &&
        e.place_before.first >= words.last)
        add_site(&e, words, "be", said);
}

/* "Oslo-based developer": token i is "based". */
static void find_based(struct fm_context *ctx, size_t sentence, uint32_t i,
                       struct fm_said *said)
{
    const struct fm_doc *doc = ctx->doc;
    const struct fm_tree *tree = ctx->tree;
    struct event e = {.ctx = ctx, .tree = tree, .sentence = sentence};
    struct fm_phrase words;

    if (i < doc->sentences[sentence].first + 2 ||
        !fm_str_eqz(doc->form[i - 1], "-") || !is_place_name(doc, i - 2) ||
        i + 1 >= doc->sentences[sentence].last)
        return;
    e.noun = i + 1;
    while (e.noun + 1 < doc->sentences[sentence].last &&
           (doc->upos[e.noun] == FM_ADJ || (doc->upos[e.noun + 1] == FM_NOUN ||
                                            doc->upos[e.noun + 1] == FM_PROPN)))
        e.noun++;
    if (doc->upos[e.noun] != FM_NOUN && doc->upos[e.noun] != FM_PROPN)
        return;
    e.place = i - 2;
    e.place_before.last = fm_phrase_name(doc, i - 2)->first;
    e.place_before.first = e.place_before.last;
    words = (struct fm_phrase){i + 1, e.noun + 1};
    while (words.first < e.noun && doc->upos[words.first] == FM_PUNCT)
        words.first++;
    add_site(&e, words, "be based", said);
}

static void find_event(struct fm_context *ctx, size_t sentence, uint32_t noun,
                       struct fm_said *said)
{
    struct event e = {
        .ctx = ctx, .tree = ctx->tree, .sentence = sentence, .noun = noun};
    struct fm_phrase words;
    bool known;

    if (is_denied(e.tree, noun) || is_told(e.tree, noun))
        return;
    find_participants(&e);
    find_time(&e);
    find_place(&e);
    drop_times(&e);
    known = e.owner != FM_NO_TOKEN || e.participant != FM_NO_TOKEN;
    if ((e.time == NULL && (e.place == FM_NO_TOKEN || !known)) ||
        (!known && e.place == FM_NO_TOKEN))
        return;
    words = event_words(&e);
    if (words.last - words.first > PARTICIPANT_MAX)
        return;
    add_fact(&e, said);
}

void fm_extract_nominal_events(struct fm_context *ctx)
{
    struct fm_said *said;

    if (ctx->tree == NULL)
        return;
    said = fm_said_list(ctx);
    for (size_t s = 0; s < ctx->doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &ctx->doc->sentences[s];

        if (sentence->kind != FM_BLOCK_PROSE)
            continue;
        for (uint32_t i = sentence->first; i < sentence->last; i++)
            if (fm_nominal_is_event(ctx->tree, i))
                find_event(ctx, s, i, said);
            else if (fm_tree_words(ctx->tree, i, sites,
                                   sizeof sites / sizeof *sites))
                find_site(ctx, s, i, said);
            else if (fm_tree_word(ctx->tree, i, "based"))
                find_based(ctx, s, i, said);
    }
}
