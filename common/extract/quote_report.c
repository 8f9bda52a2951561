/* Indirect and mixed speech: reporting verbs with the clause, infinitive or
 * object that they report. Phrases without a verb are in quote_phrase.c. */
#include "extract/quote_saying.h"

/* Between a verb and its "that": "said on Monday in a long letter that". */
#define THAT_MAX 14u
/* A clause shows its verb within this many words. */
#define CLAUSE_LOOK 16u

/* One sentence and the verb looked at. */
struct look {
    struct fm_reading *r;
    uint32_t first; /* of the sentence */
    uint32_t last;  /* behind it, without its closing stop */
    struct fm_verb_group g;
    struct fm_saying *s;
    /* What the speaker of an earlier verb of the sentence was. */
    struct fm_speaker before;
};

static enum fm_word kind(const struct look *l, uint32_t i)
{
    return i < l->last ? fm_reading_kind(l->r, i) : FM_WORD_STOP;
}

static bool outside(const struct look *l, uint32_t i)
{
    return i < l->last && l->r->inside[i] == 0;
}

/* --- who --------------------------------------------------------------------- */

/* The speaker of a verb without a subject of its own: "and added", ", saying".
 * The one before in the sentence, else the phrase that begins it. */
static bool shared_subject(struct look *l)
{
    if (l->before.kind != FM_SPEAKER_NONE) {
        l->s->speaker = l->before;
        return true;
    }
    return fm_speaker_main(l->r, l->first, l->g.all.first, &l->s->speaker);
}

static bool find_subject(struct look *l)
{
    uint32_t at = l->g.all.first;
    enum fm_word k =
        at > l->first ? fm_reading_kind(l->r, at - 1) : FM_WORD_STOP;

    if (!l->g.finite)
        return (k == FM_WORD_COMMA || k == FM_WORD_COORDINATOR ||
                k == FM_WORD_MARK) &&
               l->r->words.form[l->g.verb] == FM_CUE_ING && shared_subject(l);
    if (at > l->first && fm_speaker_before(l->r, l->first, at, &l->s->speaker))
        return true;
    return k == FM_WORD_COORDINATOR && shared_subject(l);
}

/* "the support", "reports of": many verbs look like nouns. A form without an
 * ending or with "s" is a verb when its subject and what follows say so. */
static bool is_really_verb(const struct look *l)
{
    uint32_t v = l->g.verb;
    uint8_t form = l->r->words.form[v];
    enum fm_word left =
        v > l->first ? fm_reading_kind(l->r, v - 1) : FM_WORD_STOP;
    enum fm_word right = kind(l, l->g.all.last);
    struct fm_str before = fm_str_n(NULL, 0);

    if (left == FM_WORD_DETERMINER || left == FM_WORD_POSSESSIVE ||
        left == FM_WORD_GENITIVE || left == FM_WORD_PREPOSITION ||
        (v > l->first && fm_reading_is(l->r, v - 1, "-")))
        return false;
    if (l->g.auxiliary || left == FM_WORD_PRONOUN || left == FM_WORD_TO ||
        left == FM_WORD_NOT || left == FM_WORD_RELATIVE ||
        (form != FM_CUE_BASE && form != FM_CUE_THIRD))
        return true;
    if (right == FM_WORD_PREPOSITION || right == FM_WORD_STOP ||
        right == FM_WORD_AUXILIARY || right == FM_WORD_COORDINATOR ||
        (right == FM_WORD_COMMA && form == FM_CUE_BASE))
        return false;
    if (form == FM_CUE_THIRD)
        return left != FM_WORD_VERB;
    if (left == FM_WORD_OTHER || left == FM_WORD_NAME || left == FM_WORD_TITLE)
        before = fm_reading_text(l->r, v - 1);
    return before.len > 2 && before.data[before.len - 1] == 's' &&
           right != FM_WORD_OTHER;
}

/* A report, poll or law speaks. */
static bool is_document(const struct look *l)
{
    const struct fm_speaker *s = &l->s->speaker;

    for (uint32_t i = s->phrase.first; i < s->phrase.last; i++)
        if (fm_cue_document(fm_reading_text(l->r, i)))
            return s->kind != FM_SPEAKER_PRONOUN &&
                   fm_reading_kind(l->r, i) == FM_WORD_OTHER;
    return false;
}

/* --- what --------------------------------------------------------------------- */

/* Does a clause begin at token at? It shows a verb before its first comma. */
static bool is_clause(const struct look *l, uint32_t at)
{
    enum fm_word k = kind(l, at);

    if (k == FM_WORD_PRONOUN || fm_reading_is(l->r, at, "it") ||
        fm_reading_is(l->r, at, "there"))
        return true;
    if (k != FM_WORD_DETERMINER && k != FM_WORD_POSSESSIVE &&
        k != FM_WORD_NAME && k != FM_WORD_TITLE && k != FM_WORD_OTHER &&
        k != FM_WORD_NUMBER && k != FM_WORD_TIME)
        return false;
    for (uint32_t i = at + 1; i < l->last && i - at < CLAUSE_LOOK; i++) {
        struct fm_str t = fm_reading_text(l->r, i);

        k = kind(l, i);
        if (k == FM_WORD_AUXILIARY || k == FM_WORD_VERB ||
            (k == FM_WORD_OTHER && l->r->words.verb[i] != NULL &&
             l->r->words.form[i] == FM_CUE_PAST))
            return true;
        if (k == FM_WORD_RELATIVE || k == FM_WORD_SUBORDINATOR ||
            k == FM_WORD_STOP || k == FM_WORD_PUNCTUATION || k == FM_WORD_COMMA)
            return false;
        if (k == FM_WORD_OTHER && t.len > 4 && fm_str_ends(t, fm_str("ed")) &&
            kind(l, i - 1) != FM_WORD_DETERMINER)
            return true;
    }
    return false;
}

/* Behind "said" whatever begins like a noun phrase and goes on is a clause,
 * even if no verb is recognised in it. */
static bool is_long_clause(const struct look *l, uint32_t at)
{
    enum fm_word k = kind(l, at);

    return strcmp(l->g.cue->lemma, "say") == 0 && at + 4 < l->last &&
           (k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE ||
            k == FM_WORD_NAME || k == FM_WORD_TITLE || k == FM_WORD_OTHER ||
            k == FM_WORD_NUMBER || k == FM_WORD_TIME);
}

/* "that" behind the verb, over times and places of speaking. */
static uint32_t that_behind(const struct look *l, uint32_t at)
{
    for (uint32_t i = at; i < l->last && i - at < THAT_MAX; i++) {
        enum fm_word k = kind(l, i);

        if (fm_reading_is(l->r, i, "that") && outside(l, i))
            return i;
        if (k == FM_WORD_SUBORDINATOR || k == FM_WORD_RELATIVE ||
            k == FM_WORD_AUXILIARY || k == FM_WORD_PRONOUN ||
            k == FM_WORD_STOP || k == FM_WORD_COLON || k == FM_WORD_VERB ||
            k == FM_WORD_PUNCTUATION || k == FM_WORD_MARK ||
            (i == at && (k == FM_WORD_DETERMINER || k == FM_WORD_NAME)))
            break;
    }
    return UINT32_MAX;
}

/* Times and "in a statement" between verb and content. */
static uint32_t skip_setting(struct look *l, uint32_t at)
{
    uint32_t preposition = at;
    struct fm_tokens venue = fm_verb_venue(l->r, at, l->last, &preposition);

    if (!fm_tokens_empty(venue)) {
        l->s->venue = venue;
        l->s->venue_preposition = preposition;
        at = venue.last;
    }
    while (at + 1 < l->last && kind(l, at + 1) != FM_WORD_GENITIVE &&
           (kind(l, at) == FM_WORD_TIME ||
            (kind(l, at) == FM_WORD_ADVERB && kind(l, at + 1) != FM_WORD_NOT) ||
            (fm_reading_is(l->r, at, "on") && kind(l, at + 1) == FM_WORD_TIME)))
        at++;
    return at;
}

struct content {
    uint32_t first;
    const char *rule;
};

static bool find_content(struct look *l, uint32_t at, struct content *ret)
{
    uint16_t c = l->g.cue->classes;
    uint32_t that = that_behind(l, at);
    enum fm_word k;

    if ((c & (FM_CUE_THAT | FM_CUE_BARE)) && that != UINT32_MAX &&
        that + 1 < l->last) {
        ret->first = that + 1;
        ret->rule = "report.that";
        return true;
    }
    at = skip_setting(l, at);
    k = kind(l, at);
    if (at >= l->last)
        return false;
    ret->first = at;
    if ((c & FM_CUE_WH) &&
        (k == FM_WORD_RELATIVE || fm_reading_is(l->r, at, "if") ||
         fm_reading_is(l->r, at, "whether"))) {
        ret->rule = "report.question";
        return true;
    }
    if ((c & (FM_CUE_TO | FM_CUE_TELL)) && k == FM_WORD_TO) {
        ret->rule = "report.infinitive";
        return true;
    }
    if ((c & (FM_CUE_BARE | FM_CUE_TELL)) && is_clause(l, at)) {
        ret->rule = "report.bare";
        return true;
    }
    if ((c & FM_CUE_SPEECH) && is_long_clause(l, at)) {
        ret->rule = "report.bare";
        return true;
    }
    if ((c & (FM_CUE_BARE | FM_CUE_SPEECH)) && k == FM_WORD_MARK) {
        ret->rule = "report.bare";
        return true;
    }
    if ((c & FM_CUE_OBJECT) &&
        (k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE ||
         k == FM_WORD_NAME || k == FM_WORD_TITLE || k == FM_WORD_OTHER ||
         k == FM_WORD_OBJECT || k == FM_WORD_NUMBER || k == FM_WORD_MARK)) {
        ret->rule = "report.object";
        return true;
    }
    return false;
}

/* --- until where ----------------------------------------------------------------- */

/* Does something else than the content begin at token i: a further report
 * ("and added that", ", saying", ", according to", ", a spokesman said")? */
static bool breaks_off(const struct look *l, uint32_t i)
{
    enum fm_word k = kind(l, i);
    uint32_t at = i + 1;
    struct fm_verb_group g;

    if (!outside(l, i))
        return false;
    if (k == FM_WORD_PUNCTUATION && fm_reading_is(l->r, i, ";"))
        return true;
    if (k != FM_WORD_COMMA && k != FM_WORD_COORDINATOR)
        return false;
    if (k == FM_WORD_COMMA && (kind(l, at) == FM_WORD_COORDINATOR ||
                               fm_reading_is(l->r, at, "while")))
        at++;
    if (at + 1 >= l->last)
        return false;
    if (k == FM_WORD_COMMA && fm_reading_is(l->r, at, "according"))
        return true;
    for (uint32_t v = at; v < l->last && v - at < 12; v++) {
        enum fm_word w = kind(l, v);

        if (!outside(l, v) || w == FM_WORD_SUBORDINATOR || w == FM_WORD_STOP ||
            (w == FM_WORD_COMMA && v > at))
            return false;
        if (l->r->words.verb[v] == NULL ||
            !fm_verb_group(l->r, at, v, l->last, &g))
            continue;
        if (g.all.first == at && (k == FM_WORD_COORDINATOR || at > i + 1 ||
                                  l->r->words.form[v] == FM_CUE_ING))
            return (g.cue->classes & (FM_CUE_SPEECH | FM_CUE_THAT)) != 0;
        if (g.finite && (g.cue->classes & FM_CUE_SPEECH) &&
            k == FM_WORD_COMMA) {
            struct fm_speaker s;

            return fm_speaker_before(l->r, at, g.all.first, &s) &&
                   s.phrase.first == at;
        }
    }
    return false;
}

static uint32_t content_end(const struct look *l, uint32_t first, bool clause)
{
    uint32_t i = first;

    for (; i < l->last; i++) {
        enum fm_word k = kind(l, i);

        if (i > first && breaks_off(l, i))
            break;
        if (clause || !outside(l, i))
            continue;
        if (k == FM_WORD_COMMA && (kind(l, i + 1) == FM_WORD_COORDINATOR ||
                                   kind(l, i + 1) == FM_WORD_RELATIVE ||
                                   kind(l, i + 1) == FM_WORD_SUBORDINATOR ||
                                   kind(l, i + 1) == FM_WORD_PRONOUN))
            break;
        if (k == FM_WORD_DASH && i > first)
            break;
    }
    return i;
}

/* Sets the bytes of what is said; quotes within make it MIXED. */
static void set_content(struct look *l, uint32_t first, uint32_t last)
{
    struct fm_reading *r = l->r;
    struct fm_saying *s = l->s;
    uint32_t start;
    uint32_t end;

    while (last > first && (kind(l, last - 1) == FM_WORD_COMMA ||
                            kind(l, last - 1) == FM_WORD_COORDINATOR))
        last--;
    if (first >= last)
        return;
    start = r->doc->start[first];
    end = r->doc->end[last - 1];
    for (uint32_t i = first; i < last; i++) {
        const struct fm_quote *q;

        if (r->inside[i] == 0 ||
            (i > first && r->inside[i] == r->inside[i - 1]))
            continue;
        q = &r->quotes.quotes[r->inside[i] - 1];
        for (uint32_t k = 0; k < q->piece_count; k++) {
            struct fm_quote_piece p = r->quotes.pieces[q->piece + k];

            if (p.start >= start && p.start < end)
                fm_saying_add_piece(r, s, p.start, p.end < end ? p.end : end);
        }
        if (s->type != FACTMILL__V1__ATTRIBUTION__TYPE__DOCUMENT &&
            s->piece_count > 0)
            s->type = FACTMILL__V1__ATTRIBUTION__TYPE__MIXED;
    }
    s->start = start;
    s->end = end;
}

static void set_cue(struct look *l, const char *rule)
{
    l->s->kind = FACTMILL__V1__FACT__KIND__REPORTED;
    l->s->type = is_document(l) ? FACTMILL__V1__ATTRIBUTION__TYPE__DOCUMENT
                                : FACTMILL__V1__ATTRIBUTION__TYPE__INDIRECT;
    l->s->rule = rule;
    l->s->cue = l->g.all;
    l->s->lemma = l->g.cue->lemma;
    l->s->denial = l->g.denial;
    l->s->at = l->r->doc->start[l->g.verb];
}

/* --- verbs ------------------------------------------------------------------------ */

/* Nothing but time and place of speaking follows the verb: where they end, or
 * UINT32_MAX when something does. */
static uint32_t nothing_follows(struct look *l, uint32_t at)
{
    at = skip_setting(l, at);
    return at >= l->last || kind(l, at) == FM_WORD_COMMA ||
                   kind(l, at) == FM_WORD_STOP || kind(l, at) == FM_WORD_COLON
               ? at
               : UINT32_MAX;
}

/* Does [first, last) hold a finite verb, so that it can be a clause alone? */
static bool has_verb(const struct look *l, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        enum fm_word k = kind(l, i);
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
static void set_around(struct look *l, uint32_t from, uint32_t comma,
                       uint32_t behind)
{
    if (behind + 3 < l->last && !has_verb(l, from, comma)) {
        enum fm_word k = kind(l, from);
        bool opening = comma < from + 3 || k == FM_WORD_PREPOSITION ||
                       k == FM_WORD_ADVERB || k == FM_WORD_SUBORDINATOR;

        set_content(l, opening ? behind + 1 : from, l->last);
        return;
    }
    set_content(l, from, comma);
}

/* "It rains, X said." and "It rains, said X." */
static bool report_behind(struct look *l)
{
    uint32_t comma;
    uint32_t next = l->g.all.last;
    uint32_t from = l->first;
    uint32_t behind = UINT32_MAX;

    if (!l->g.finite || l->g.passive ||
        !(l->g.cue->classes & (FM_CUE_SPEECH | FM_CUE_BARE)))
        return false;
    if (l->g.all.first > l->first &&
        kind(l, l->g.all.first - 1) == FM_WORD_COMMA &&
        fm_speaker_after(l->r, l->g.all.last, l->last, &l->s->speaker, &next))
        behind = nothing_follows(l, next);
    if (behind != UINT32_MAX) {
        comma = l->g.all.first - 1;
    } else {
        struct fm_tokens addressee = fm_verb_addressee(l->r, &l->g, l->last);

        if (!fm_speaker_before(l->r, l->first, l->g.all.first,
                               &l->s->speaker) ||
            l->s->speaker.phrase.first <= l->first + 1 ||
            kind(l, l->s->speaker.phrase.first - 1) != FM_WORD_COMMA)
            return false;
        next = fm_tokens_empty(addressee) ? l->g.all.last : addressee.last;
        behind = nothing_follows(l, next);
        if (behind == UINT32_MAX)
            return false;
        l->s->addressee = addressee;
        comma = l->s->speaker.phrase.first - 1;
    }
    while (from < comma && (kind(l, from) == FM_WORD_COORDINATOR ||
                            kind(l, from) == FM_WORD_MARK))
        from++;
    if (comma < from + 3 && behind + 3 >= l->last)
        return false;
    set_cue(l, "report.inverted");
    set_around(l, from, comma, behind);
    return l->s->start < l->s->end;
}

static bool report_verb(struct look *l)
{
    struct fm_tokens addressee;
    struct content c;
    uint32_t at;

    if (l->g.passive || !is_really_verb(l) || !find_subject(l))
        return false;
    addressee = fm_verb_addressee(l->r, &l->g, l->last);
    at = fm_tokens_empty(addressee) ? l->g.all.last : addressee.last;
    if (!find_content(l, at, &c)) {
        if (fm_tokens_empty(addressee) || !find_content(l, l->g.all.last, &c))
            return false;
        addressee.last = addressee.first;
    }
    if ((l->g.cue->classes & FM_CUE_SHOW) &&
        !(l->g.cue->classes & FM_CUE_SPEECH) && !is_document(l) &&
        strcmp(c.rule, "report.that") != 0)
        return false;
    l->s->addressee = addressee;
    set_cue(l, c.rule);
    set_content(l, c.first,
                content_end(l, c.first, strcmp(c.rule, "report.object") != 0));
    return true;
}

/* "It was noted that …": nobody says who. */
static bool report_passive(struct look *l)
{
    uint32_t that;

    if (!l->g.passive || !(l->g.cue->classes & FM_CUE_THAT) ||
        l->g.all.first <= l->first ||
        !fm_reading_is(l->r, l->g.all.first - 1, "it"))
        return false;
    that = that_behind(l, l->g.all.last);
    if (that == UINT32_MAX || that + 1 >= l->last)
        return false;
    memset(&l->s->speaker, 0, sizeof l->s->speaker);
    set_cue(l, "report.passive");
    set_content(l, that + 1, content_end(l, that + 1, true));
    return true;
}

void fm_quote_reports(struct fm_reading *r, struct fm_sayings *sayings,
                      size_t sentence)
{
    const struct fm_sentence *s = &r->doc->sentences[sentence];
    struct look l = {.r = r, .first = s->first, .last = s->last};

    while (l.last > l.first &&
           (fm_reading_kind(r, l.last - 1) == FM_WORD_STOP ||
            (fm_reading_kind(r, l.last - 1) == FM_WORD_MARK)))
        l.last--;
    fm_quote_phrases(r, sayings, l.first, l.last);
    for (uint32_t v = l.first; v < l.last; v++) {
        struct fm_saying found = {0};
        struct fm_saying *kept;

        if (r->words.verb[v] == NULL || r->inside[v] != 0 || r->taken[v] ||
            !fm_verb_group(r, l.first, v, l.last, &l.g))
            continue;
        l.s = &found;
        if (!report_behind(&l)) {
            memset(&found, 0, sizeof found);
            if (!report_verb(&l) && !report_passive(&l))
                continue;
        }
        if (found.start >= found.end)
            continue;
        l.before = found.speaker;
        kept = fm_sayings_add(r, sayings);
        if (kept == NULL)
            return;
        *kept = found;
    }
}
