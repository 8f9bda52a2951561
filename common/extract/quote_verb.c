/* Verb groups around a reporting verb, and what stands behind them. */
#include "extract/quote_saying.h"

/* Auxiliaries, adverbs and negations before one verb. */
#define GROUP_MAX 8u

static bool is_be(const struct fm_reading *r, uint32_t i)
{
    static const char *const forms[] = {"are", "be",  "been", "being",
                                        "is",  "was", "were", "’re"};
    char w[8];
    struct fm_str t = fm_reading_text(r, i);

    if (t.len == 0 || t.len >= sizeof w)
        return false;
    for (size_t k = 0; k < t.len; k++)
        w[k] = fm_lower(t.data[k]);
    return fm_str_bsearch(fm_str_n(w, t.len), forms,
                          sizeof forms / sizeof *forms) >= 0;
}

/* Is the word behind the verb one of its particles? */
static bool has_particle(const struct fm_reading *r, const char *particles,
                         uint32_t at, uint32_t to)
{
    struct fm_str rest = fm_str(particles + (particles[0] == '?'));
    struct fm_str word;

    if (at >= to)
        return false;
    while (fm_str_next(&rest, ' ', &word))
        if (fm_str_ieq(fm_reading_text(r, at), word))
            return true;
    return false;
}

/* The particle that a cue asks for stands behind it, or none has to. */
static bool add_particle(const struct fm_reading *r, uint32_t to,
                         struct fm_verb_group *g)
{
    uint32_t next = g->verb + 1;
    enum fm_word k;

    if (g->cue->particles == NULL)
        return true;
    g->particle = has_particle(r, g->cue->particles, next, to);
    if (!g->particle)
        return g->cue->particles[0] == '?';
    k = fm_reading_kind(r, next);
    if (!fm_reading_is(r, next, "to") && k != FM_WORD_COMMA &&
        k != FM_WORD_COLON && k != FM_WORD_SUBORDINATOR)
        g->all.last = next + 1;
    return true;
}

/* What token i, before the verb, says of it; false when it is not of the group. */
static bool add_before(const struct fm_reading *r, uint32_t from, uint32_t i,
                       struct fm_verb_group *g)
{
    uint8_t upos = r->doc->upos != NULL ? r->doc->upos[i] : FM_X;
    enum fm_word k = fm_reading_kind(r, i);

    /* "It's implied that" */
    if (k == FM_WORD_GENITIVE && upos == FM_AUX) {
        g->passive = g->passive || (!g->auxiliary && i > from &&
                                    fm_reading_is(r, i - 1, "it"));
        k = FM_WORD_AUXILIARY;
    }
    if (k == FM_WORD_OTHER && upos == FM_ADV)
        k = FM_WORD_ADVERB;
    if (k == FM_WORD_NOT) {
        g->denial.first = i;
        g->denial.last = i + 1;
    } else if (k == FM_WORD_AUXILIARY) {
        g->passive = g->passive || (!g->auxiliary && is_be(r, i));
        g->auxiliary = true;
    } else if (k != FM_WORD_ADVERB && (k != FM_WORD_TO || i + 1 != g->verb)) {
        return false;
    }
    return true;
}

bool fm_verb_group(const struct fm_reading *r, uint32_t from, uint32_t verb,
                   uint32_t to, struct fm_verb_group *ret_group)
{
    struct fm_verb_group g = {.verb = verb, .cue = r->words.verb[verb]};
    uint32_t i = verb;

    if (g.cue == NULL)
        return false;
    g.all.last = verb + 1;
    if (!add_particle(r, to, &g))
        return false;
    for (; i > from && verb - i < GROUP_MAX; i--)
        if (!add_before(r, from, i - 1, &g) ||
            r->inside[i - 1] != r->inside[verb])
            break;
    g.all.first = i;
    g.passive = g.passive && r->words.form[verb] != FM_CUE_ING &&
                r->words.form[verb] != FM_CUE_BASE;
    g.finite = g.auxiliary || r->words.form[verb] == FM_CUE_PAST ||
               r->words.form[verb] == FM_CUE_THIRD ||
               r->words.form[verb] == FM_CUE_BASE;
    if (i < verb && fm_reading_kind(r, verb - 1) == FM_WORD_TO)
        g.finite = false;
    /* "changes agreed last month" */
    if (r->doc->xpos != NULL && r->doc->xpos[verb] == FM_XPOS_VBN &&
        !g.auxiliary && r->ctx->tree != NULL &&
        (fm_tree_dep(r->ctx->tree, verb) == FM_DEP_ACL ||
         fm_tree_dep(r->ctx->tree, verb) == FM_DEP_ADVCL))
        g.passive = g.participle = true;
    *ret_group = g;
    return true;
}

struct fm_tokens fm_verb_addressee(const struct fm_reading *r,
                                   const struct fm_verb_group *group,
                                   uint32_t to)
{
    struct fm_tokens a = {group->all.last, group->all.last};
    enum fm_word k;

    if ((group->cue->classes & FM_CUE_TELL) == 0 || a.first >= to ||
        r->inside[a.first] != 0 || group->passive)
        return a;
    k = fm_reading_kind(r, a.first);
    if (k == FM_WORD_OBJECT || k == FM_WORD_PRONOUN)
        a.last = a.first + 1;
    else
        a.last = fm_speaker_phrase_end(r, a.first, to, false);
    return a;
}

/* Where people speak. */
static bool is_venue(struct fm_str word)
{
    static const char *const nouns[] = {
        "address",    "appearance", "article",   "blog",      "book",
        "briefing",   "broadcast",  "column",    "comment",   "comments",
        "conference", "convention", "debate",    "email",     "event",
        "facebook",   "forum",      "gathering", "hearing",   "instagram",
        "interview",  "lecture",    "letter",    "meeting",   "memo",
        "message",    "note",       "op-ed",     "paper",     "podcast",
        "post",       "press",      "program",   "rally",     "release",
        "remarks",    "report",     "session",   "show",      "speech",
        "statement",  "summit",     "talk",      "testimony", "tweet",
        "twitter",    "video",      "visit",     "workshop",
    };
    char w[16];

    if (word.len == 0 || word.len >= sizeof w)
        return false;
    for (size_t i = 0; i < word.len; i++)
        w[i] = fm_lower(word.data[i]);
    return fm_str_bsearch(fm_str_n(w, word.len), nouns,
                          sizeof nouns / sizeof *nouns) >= 0;
}

struct fm_tokens fm_verb_venue(const struct fm_reading *r, uint32_t at,
                               uint32_t to, uint32_t *ret_preposition)
{
    struct fm_tokens venue = {0, 0};

    while (at < to && (fm_reading_kind(r, at) == FM_WORD_TIME ||
                       fm_reading_kind(r, at) == FM_WORD_ADVERB ||
                       (at + 1 < to && fm_reading_is(r, at, "on") &&
                        fm_reading_kind(r, at + 1) == FM_WORD_TIME)))
        at++;
    if (at + 1 >= to || r->inside[at] != 0 ||
        !(fm_reading_is(r, at, "in") || fm_reading_is(r, at, "at") ||
          fm_reading_is(r, at, "on") || fm_reading_is(r, at, "during")))
        return venue;
    venue.first = at + 1;
    venue.last = fm_speaker_phrase_end(r, at + 1, to, true);
    *ret_preposition = at;
    for (uint32_t i = venue.first; i < venue.last; i++)
        if (is_venue(fm_reading_text(r, i)))
            return venue;
    venue.last = venue.first;
    return venue;
}
