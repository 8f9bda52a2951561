/* Indirect and mixed speech: reporting verbs with the clause, infinitive or
 * object that they report. Phrases without a verb are in quote_phrase.c. */
#include "extract/quote_look.h"

static void set_content(struct fm_look *l, uint32_t first, uint32_t last)
{
    fm_saying_set_content(l->r, l->s, first, last);
}

void fm_look_cue(struct fm_look *l, const char *rule)
{
    l->s->kind = FACTMILL__V1__FACT__KIND__REPORTED;
    l->s->type = fm_look_is_document(l)
                     ? FACTMILL__V1__ATTRIBUTION__TYPE__DOCUMENT
                     : FACTMILL__V1__ATTRIBUTION__TYPE__INDIRECT;
    l->s->rule = rule;
    l->s->cue = l->g.all;
    l->s->lemma = l->g.cue->lemma;
    l->s->denial = l->g.denial;
    l->s->speech = (l->g.cue->classes & FM_CUE_SPEECH) != 0 &&
                   strcmp(rule, "report.object") != 0 &&
                   strcmp(rule, "report.infinitive") != 0;
    l->s->at = l->r->doc->start[l->g.verb];
}

/* --- verbs ------------------------------------------------------------------------ */

/* "said | from his office", "said | after the attack": all that hangs from the
 * verb is when and where. */
static bool is_circumstance(const struct fm_look *l, uint32_t at)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t v = l->g.verb;

    if (tree == NULL || at >= l->last || !fm_look_outside(l, at) ||
        (fm_look_kind(l, at) != FM_WORD_PREPOSITION &&
         !fm_reading_is(l->r, at, "after") &&
         !fm_reading_is(l->r, at, "before") && !fm_reading_is(l->r, at, "as") &&
         !fm_reading_is(l->r, at, "when")))
        return false;
    for (uint32_t c = tree->first[v]; c < tree->first[v + 1]; c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (i > v && (dep == FM_DEP_CCOMP || dep == FM_DEP_XCOMP ||
                      dep == FM_DEP_OBJ || dep == FM_DEP_PARATAXIS))
            return false;
    }
    return true;
}

/* Nothing but time and place of speaking follows the verb: where they end, or
 * UINT32_MAX when something does. */
static uint32_t nothing_follows(struct fm_look *l, uint32_t at)
{
    at = fm_look_skip_setting(l, at);
    if (is_circumstance(l, at)) {
        while (at < l->last && !(fm_look_kind(l, at) == FM_WORD_COMMA &&
                                 fm_look_outside(l, at)))
            at++;
        return at;
    }
    return at >= l->last || fm_look_kind(l, at) == FM_WORD_COMMA ||
                   fm_look_kind(l, at) == FM_WORD_STOP ||
                   fm_look_kind(l, at) == FM_WORD_COLON
               ? at
               : UINT32_MAX;
}

/* Does [first, last) hold a finite verb, so that it can be a clause alone? */
static bool has_verb(const struct fm_look *l, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        enum fm_word k = fm_look_kind(l, i);
        struct fm_str t = fm_reading_text(l->r, i);

        if (k == FM_WORD_AUXILIARY || k == FM_WORD_VERB ||
            (l->r->words.verb[i] != NULL &&
             l->r->words.form[i] != FM_CUE_ING) ||
            (k == FM_WORD_OTHER && i > first && t.len > 4 &&
             fm_str_ends(t, fm_str("ed"))))
            return true;
    }
    return false;
}

/* What an attribution in commas is about: the clause before it; behind an
 * opening phrase ("In contrast, X said, there …") what follows, and all of it
 * when the attribution stands in the middle of a clause. */
static void set_around(struct fm_look *l, uint32_t from, uint32_t comma,
                       uint32_t behind)
{
    if (behind + 3 < l->last && !has_verb(l, from, comma)) {
        enum fm_word k = fm_look_kind(l, from);
        bool noun = k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE ||
                    k == FM_WORD_PRONOUN || k == FM_WORD_NAME;
        bool opening = (comma < from + 3 && !noun) ||
                       k == FM_WORD_PREPOSITION || k == FM_WORD_ADVERB ||
                       k == FM_WORD_SUBORDINATOR;

        set_content(l, opening ? behind + 1 : from, l->last);
        return;
    }
    set_content(l, from, comma);
}

/* A comma, or a closing mark with a comma inside. */
static bool ends_clause(const struct fm_look *l, uint32_t i)
{
    if (l->r->inside[i] != 0)
        return false;
    return fm_look_kind(l, i) == FM_WORD_COMMA ||
           (fm_look_kind(l, i) == FM_WORD_MARK && i > l->first &&
            l->r->inside[i - 1] != 0 &&
            fm_look_kind(l, i - 1) == FM_WORD_COMMA);
}

/* ", X": the speaker found stands behind a clause. */
static bool is_set_off(const struct fm_look *l)
{
    uint32_t first = l->s->speaker.phrase.first;

    return first > l->first + 1 && ends_clause(l, first - 1);
}

/* "Ann Lee, the mayor, declared war": what follows is not who speaks. */
static bool is_followed_by_object(const struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t subject;

    if (tree == NULL)
        return false;
    subject = fm_tree_child(tree, l->g.verb, FM_DEP_NSUBJ, 0);
    return subject < l->g.verb &&
           fm_tree_child(tree, l->g.verb, FM_DEP_OBJ, l->g.verb) != FM_NO_TOKEN;
}

/* "It rains, X said." and "It rains, said X." */
static bool report_behind(struct fm_look *l)
{
    uint32_t comma;
    uint32_t next = l->g.all.last;
    uint32_t from = l->first;
    uint32_t behind = UINT32_MAX;

    if (!l->g.finite || (l->g.passive && !l->g.participle) ||
        !fm_look_is_verb(l) ||
        !(l->g.cue->classes & (FM_CUE_SPEECH | FM_CUE_BARE | FM_CUE_TELL)))
        return false;
    if (!l->g.participle && l->g.all.first > l->first &&
        ends_clause(l, l->g.all.first - 1) && !is_followed_by_object(l) &&
        fm_speaker_after(l->r, l->g.all.last, l->last, &l->s->speaker, &next))
        behind = nothing_follows(l, next);
    if (behind != UINT32_MAX) {
        comma = l->g.all.first - 1;
    } else {
        struct fm_tokens addressee = fm_verb_addressee(l->r, &l->g, l->last);

        if (!(fm_speaker_before(l->r, l->first, l->g.all.first,
                                &l->s->speaker) &&
              is_set_off(l)) &&
            !(fm_speaker_subject(l->r, l->g.verb, &l->s->speaker) &&
              l->s->speaker.phrase.last <= l->g.all.first && is_set_off(l)))
            return false;
        /* "… 20 pct, the share reported before, X said": it reports nothing. */
        if (l->g.participle) {
            uint32_t noun = fm_tree_head(l->r->ctx->tree, l->g.verb);

            if (fm_tree_dep(l->r->ctx->tree, l->g.verb) == FM_DEP_ACL &&
                noun >= l->s->speaker.phrase.first &&
                noun < l->s->speaker.phrase.last)
                return false;
        }
        next = fm_tokens_empty(addressee) ? l->g.all.last : addressee.last;
        behind = nothing_follows(l, next);
        if (behind == UINT32_MAX)
            return false;
        l->s->addressee = addressee;
        comma = l->s->speaker.phrase.first - 1;
    }
    while (from < comma && (fm_look_kind(l, from) == FM_WORD_COORDINATOR ||
                            fm_look_kind(l, from) == FM_WORD_MARK))
        from++;
    if (comma < from + 3 && behind + 3 >= l->last)
        return false;
    fm_look_cue(l, "report.inverted");
    set_around(l, from, comma, behind);
    return l->s->start < l->s->end;
}

/* What the tree has below the verb, unless the words show a clause where it
 * sees an object. */
static bool governed(struct fm_look *l, uint32_t at,
                     struct fm_look_content *ret)
{
    struct fm_look_content words;

    if (!fm_look_governed(l, ret))
        return false;
    return strcmp(ret->rule, "report.object") != 0 ||
           !fm_look_content(l, at, &words) ||
           strcmp(words.rule, "report.object") == 0;
}

static bool report_verb(struct fm_look *l)
{
    struct fm_tokens addressee;
    struct fm_look_content c;
    uint32_t at;

    if (l->g.passive || !fm_look_is_verb(l) || !fm_look_subject(l))
        return false;
    addressee = fm_verb_addressee(l->r, &l->g, l->last);
    at = fm_tokens_empty(addressee) ? l->g.all.last : addressee.last;
    if (governed(l, at, &c)) {
        /* "told Reuters it rains": the tree may take the two as one. */
        if (c.first == addressee.first && addressee.last > c.first &&
            strcmp(c.rule, "report.object") != 0)
            c.first = addressee.last;
        else if (addressee.last > c.first)
            addressee.last = addressee.first;
    } else if (!fm_look_content(l, at, &c)) {
        if (fm_tokens_empty(addressee) ||
            !fm_look_content(l, l->g.all.last, &c))
            return false;
        addressee.last = addressee.first;
    }
    if ((l->g.cue->classes & FM_CUE_SHOW) &&
        !(l->g.cue->classes & FM_CUE_SPEECH) && !fm_look_is_document(l) &&
        strcmp(c.rule, "report.that") != 0)
        return false;
    if ((l->g.cue->classes & FM_CUE_PERSON) && !fm_look_is_person(l))
        return false;
    l->s->addressee = addressee;
    fm_look_widen(l);
    fm_look_cue(l, c.rule);
    set_content(
        l, c.first,
        fm_look_content_end(l, c.first, strcmp(c.rule, "report.object") != 0));
    return true;
}

/* Who speaks directly in the sentence: ", adding that" shares that subject. */
static struct fm_speaker speaker_of_speech(const struct fm_sayings *sayings,
                                           const struct fm_sentence *s)
{
    struct fm_speaker none = {.kind = FM_SPEAKER_NONE};
    size_t low = 0;
    size_t high = sayings->direct;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sayings->all[middle].at < s->start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sayings->direct && sayings->all[low].at < s->end
               ? sayings->all[low].speaker
               : none;
}

/* "Asked about the plan, the mayor laughed." */
static bool begins_participle(const struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;

    return tree != NULL && l->g.verb == l->first && !l->g.auxiliary &&
           l->r->words.form[l->g.verb] == FM_CUE_PAST &&
           !fm_tree_has(tree, l->g.verb, FM_DEP_NSUBJ);
}

void fm_quote_reports(struct fm_reading *r, struct fm_sayings *sayings,
                      size_t sentence)
{
    const struct fm_sentence *s = &r->doc->sentences[sentence];
    struct fm_look l = {.r = r, .first = s->first, .last = s->last};

    while (l.last > l.first &&
           (fm_reading_kind(r, l.last - 1) == FM_WORD_STOP ||
            (fm_reading_kind(r, l.last - 1) == FM_WORD_MARK)))
        l.last--;
    fm_quote_phrases(r, sayings, l.first, l.last);
    fm_quote_nouns(r, sayings, l.first, l.last);
    l.before = l.spoke = speaker_of_speech(sayings, s);
    for (uint32_t v = l.first; v < l.last; v++) {
        struct fm_saying found = {0};
        struct fm_saying *kept;

        if (r->words.verb[v] == NULL || r->inside[v] != 0 || r->taken[v] ||
            r->cued[v] || !fm_verb_group(r, l.first, v, l.last, &l.g))
            continue;
        l.s = &found;
        if (begins_participle(&l))
            l.g.passive = l.g.participle = true;
        if (!report_behind(&l)) {
            memset(&found, 0, sizeof found);
            if (!report_verb(&l) && !fm_look_passive(&l))
                continue;
        }
        if (found.start >= found.end)
            continue;
        l.before = found.speaker;
        if (l.g.cue->classes & FM_CUE_SPEECH)
            l.spoke = found.speaker;
        kept = fm_sayings_add(r, sayings);
        if (kept == NULL)
            return;
        *kept = found;
    }
}
