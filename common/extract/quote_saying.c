#include "extract/quote_saying.h"

#include "extract/quote_site.h"

/* How sure a rule is: the share of its facts found right by reading. */
static const struct {
    const char *rule;
    float confidence;
} strengths[] = {
    {"quote.after", 0.95F},       {"quote.inverted", 0.95F},
    {"quote.before", 0.93F},      {"quote.colon", 0.85F},
    {"quote.dash", 0.9F},         {"quote.according", 0.9F},
    {"quote.signature", 0.75F},   {"report.that", 0.9F},
    {"report.bare", 0.85F},       {"report.question", 0.85F},
    {"report.infinitive", 0.78F}, {"report.object", 0.7F},
    {"report.inverted", 0.9F},    {"report.according", 0.92F},
    {"report.opinion", 0.85F},    {"report.as", 0.8F},
    {"report.noun", 0.7F},        {"report.survey", 0.8F},
    {"report.relative", 0.7F},    {"report.adjective", 0.8F},
    {"report.passive", 0.68F},
};

/* A bare pronoun or a speaker from elsewhere is right less often. */
#define UNNAMED 0.95F

static float strength(const struct fm_saying *s)
{
    float c = 0.5F;

    for (size_t i = 0; i < sizeof strengths / sizeof *strengths; i++)
        if (strcmp(strengths[i].rule, s->rule) == 0)
            c = strengths[i].confidence;
    return s->speaker.kind == FM_SPEAKER_NAMED ? c : c * UNNAMED;
}

void fm_saying_add_piece(struct fm_reading *r, struct fm_saying *saying,
                         uint32_t start, uint32_t end)
{
    struct fm_str text = r->doc->text;
    struct fm_quote_piece *moved;

    while (start < end && fm_is_space(text.data[start]))
        start++;
    while (end > start && fm_is_space(text.data[end - 1]))
        end--;
    if (start >= end)
        return;
    moved = fm_arena_grow(r->ctx->arena, saying->pieces, saying->piece_count,
                          sizeof *saying->pieces, &saying->piece_cap);
    if (moved == NULL)
        return;
    saying->pieces = moved;
    moved[saying->piece_count].start = start;
    moved[saying->piece_count++].end = end;
    if (saying->end == 0 || start < saying->start)
        saying->start = start;
    if (end > saying->end)
        saying->end = end;
}

/* The tokens without what direct speech already took, and without commas at the
 * ends. */
static struct fm_tokens free_tokens(const struct fm_reading *r,
                                    struct fm_tokens t)
{
    for (uint32_t i = t.first; i < t.last; i++) {
        if (!r->taken[i])
            continue;
        t.last = i;
        while (t.last > t.first &&
               (fm_reading_kind(r, t.last - 1) != FM_WORD_COMMA ||
                r->inside[t.last - 1] != 0))
            t.last--;
    }
    while (t.first < t.last &&
           (fm_reading_kind(r, t.first) == FM_WORD_COMMA ||
            fm_reading_kind(r, t.first) == FM_WORD_COORDINATOR))
        t.first++;
    while (t.last > t.first &&
           (fm_reading_kind(r, t.last - 1) == FM_WORD_COMMA ||
            fm_reading_kind(r, t.last - 1) == FM_WORD_COORDINATOR))
        t.last--;
    return t;
}

/* The pieces of a quote that lie in the content; the content grows by the
 * closing mark. */
static void take_pieces(struct fm_reading *r, struct fm_saying *s,
                        const struct fm_quote *q, uint32_t start, uint32_t *end)
{
    for (uint32_t k = 0; k < q->piece_count; k++) {
        struct fm_quote_piece p = r->quotes.pieces[q->piece + k];

        if (p.start < start || p.start >= *end)
            continue;
        if (p.end == *end && k + 1 == q->piece_count)
            *end = q->end;
        fm_saying_add_piece(r, s, p.start, p.end < *end ? p.end : *end);
    }
}

void fm_saying_set_content(struct fm_reading *r, struct fm_saying *saying,
                           uint32_t first, uint32_t last)
{
    struct fm_tokens t = {first, last};
    uint32_t start;
    uint32_t end;

    t = free_tokens(r, t);
    if (fm_tokens_empty(t) || (r->inside[t.first] != 0 && t.first > 0 &&
                               r->inside[t.first] == r->inside[t.first - 1]))
        return;
    start = r->doc->start[t.first];
    end = r->doc->end[t.last - 1];
    for (uint32_t i = t.first; i < t.last; i++)
        if (r->inside[i] != 0 &&
            (i == t.first || r->inside[i] != r->inside[i - 1]))
            take_pieces(r, saying, &r->quotes.quotes[r->inside[i] - 1], start,
                        &end);
    if (saying->piece_count > 0 &&
        saying->type == FACTMILL__V1__ATTRIBUTION__TYPE__INDIRECT)
        saying->type = FACTMILL__V1__ATTRIBUTION__TYPE__MIXED;
    if (saying->piece_count == 1 && r->inside[t.first] == 0 &&
        fm_reading_kind(r, t.first) == FM_WORD_MARK &&
        r->doc->end[t.last - 1] <= saying->pieces[0].end)
        return; /* all of it is one quote: without its marks */
    saying->start = start;
    saying->end = end;
}

static Factmill__V1__Argument *argument(struct fm_reading *r,
                                        Factmill__V1__Argument__Role role,
                                        struct fm_tokens t)
{
    return fm_context_argument(r->ctx, role, r->doc->start[t.first],
                               r->doc->end[t.last - 1]);
}

static Factmill__V1__Predicate *predicate(struct fm_reading *r,
                                          const struct fm_saying *s)
{
    struct fm_str lemma = fm_str(s->lemma);

    if (fm_tokens_empty(s->cue))
        return fm_context_predicate(r->ctx, lemma, 0, 0);
    return fm_context_predicate(r->ctx, lemma, r->doc->start[s->cue.first],
                                r->doc->end[s->cue.last - 1]);
}

/* The role as words, without a leading article. */
static char *role_text(struct fm_reading *r, const struct fm_saying *s)
{
    struct fm_tokens role = s->speaker.role;
    struct fm_str text;

    if (!fm_tokens_empty(role) &&
        fm_reading_kind(r, role.first) == FM_WORD_DETERMINER)
        role.first++;
    while (!fm_tokens_empty(role) &&
           (fm_reading_kind(r, role.last - 1) == FM_WORD_COMMA ||
            fm_reading_kind(r, role.last - 1) == FM_WORD_GENITIVE))
        role.last--;
    if (fm_tokens_empty(role) ||
        fm_reading_kind(r, role.first) == FM_WORD_RELATIVE ||
        fm_reading_kind(r, role.first) == FM_WORD_NUMBER ||
        fm_reading_kind(r, role.first) == FM_WORD_PREPOSITION)
        return NULL;
    text = fm_context_text(r->ctx, r->doc->start[role.first],
                           r->doc->end[role.last - 1]);
    if (role.last - role.first == 1 && text.len <= 4)
        return NULL; /* "Mr", "Mrs.", "Dr." are no posts */
    return fm_arena_copy(r->ctx->arena, text);
}

/* The post that the family of roles found for somebody with this name. */
static char *known_role(struct fm_reading *r, struct fm_tokens name)
{
    const struct fm_context *ctx = r->ctx;
    struct fm_str last = fm_reading_text(r, name.last - 1);

    for (size_t i = 0; i < ctx->role_count; i++) {
        const struct fm_role *role = &ctx->roles[i];

        if (role->post_start < role->post_end &&
            fm_str_ends(
                fm_context_text(ctx, role->person_start, role->person_end),
                last))
            return fm_arena_copy(
                ctx->arena,
                fm_context_text(ctx, role->post_start, role->post_end));
    }
    return NULL;
}

static Factmill__V1__Attribution *attribution(struct fm_reading *r,
                                              const struct fm_saying *s,
                                              struct fm_tokens name)
{
    Factmill__V1__Attribution *a = fm_arena_alloc(r->ctx->arena, sizeof *a);
    struct fm_tokens source = s->speaker.phrase;
    char *role = role_text(r, s);

    if (a == NULL)
        return NULL;
    factmill__v1__attribution__init(a);
    if (!fm_tokens_empty(name))
        source = name;
    else if (!fm_tokens_empty(s->speaker.name))
        source = s->speaker.name;
    if (!fm_tokens_empty(source))
        a->source = argument(r, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, source);
    if (role == NULL && !fm_tokens_empty(source))
        role = known_role(r, source);
    if (role != NULL)
        a->role = role;
    a->cue = predicate(r, s);
    a->type = s->type;
    if (!fm_tokens_empty(s->venue)) {
        a->venue = argument(r, FACTMILL__V1__ARGUMENT__ROLE__PLACE, s->venue);
        if (a->venue != NULL && s->venue_preposition < s->venue.first)
            a->venue->preposition = fm_arena_copy(
                r->ctx->arena, fm_reading_text(r, s->venue_preposition));
    }
    return a;
}

/* What is said, as words: of a quote the quoted words alone, without the
 * attribution between them. */
static Factmill__V1__Argument *content(struct fm_reading *r,
                                       const struct fm_saying *s)
{
    Factmill__V1__Argument *a = fm_context_argument(
        r->ctx, FACTMILL__V1__ARGUMENT__ROLE__CONTENT, s->start, s->end);
    char *words;

    if (a == NULL || s->kind != FACTMILL__V1__FACT__KIND__QUOTE ||
        s->piece_count < 2)
        return a;
    words = fm_context_argument(r->ctx, a->role, s->pieces[0].start,
                                s->pieces[0].end)
                ->text;
    for (size_t i = 1; words != NULL && i < s->piece_count; i++) {
        const Factmill__V1__Argument *next = fm_context_argument(
            r->ctx, a->role, s->pieces[i].start, s->pieces[i].end);

        words = next != NULL ? fm_arena_printf(r->ctx->arena, "%s … %s", words,
                                               next->text)
                             : NULL;
    }
    a->text = words != NULL ? words : a->text;
    return a;
}

/* The speaker with all that describes them, up to the cue or the words said. */
static struct fm_tokens whole(const struct fm_reading *r,
                              const struct fm_saying *s)
{
    struct fm_tokens phrase = s->speaker.phrase;
    uint32_t to = (uint32_t)r->doc->token_count;
    uint32_t content = fm_site_token(r->doc, s->start);

    if (s->cue.first >= phrase.last && s->cue.first < to)
        to = s->cue.first;
    if (content >= phrase.last && content < to)
        to = content;
    return fm_speaker_whole(r, phrase, to);
}

static void complete(struct fm_reading *r, Factmill__V1__Fact *fact,
                     struct fm_saying *s, struct fm_tokens name)
{
    s->fact = fact;
    fact->predicate = predicate(r, s);
    if (!fm_tokens_empty(s->topic))
        fm_context_add_argument(
            r->ctx, fact,
            argument(r, FACTMILL__V1__ARGUMENT__ROLE__OBJECT, s->topic));
    fm_context_add_argument(r->ctx, fact, content(r, s));
    if (!fm_tokens_empty(s->addressee))
        fm_context_add_argument(
            r->ctx, fact,
            argument(r, FACTMILL__V1__ARGUMENT__ROLE__ADDRESSEE, s->addressee));
    for (size_t i = 0; i < s->piece_count; i++)
        fm_context_add_quote(r->ctx, fact, s->pieces[i].start,
                             s->pieces[i].end);
    if (!fm_tokens_empty(s->denial)) {
        fact->polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
        fm_context_add_trigger(r->ctx, fact, r->doc->start[s->denial.first],
                               r->doc->end[s->denial.last - 1]);
    }
    if (s->speaker.kind != FM_SPEAKER_NONE)
        fact->subject =
            argument(r, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, whole(r, s));
    /* Also of what nobody named says ("it was reported that"): what is within
     * is not the article's own word; "[the firm] was charged" is. */
    else if (!s->clausal && fm_tokens_empty(s->topic) &&
             strcmp(s->rule, "report.passive") == 0)
        return;
    s->attribution = attribution(r, s, name);
    fm_context_add_attribution(r->ctx, fact, s->attribution);
}

/* "backed the plan": in the minimal view a triple like any other. Not "is
 * confident that it rains": whoever reads "it rains" must know whose it is. */
static bool is_triple(const struct fm_saying *saying)
{
    return !saying->clausal && (strcmp(saying->rule, "report.object") == 0 ||
                                strcmp(saying->rule, "report.passive") == 0 ||
                                strcmp(saying->rule, "report.noun") == 0 ||
                                strcmp(saying->rule, "report.adjective") == 0);
}

void fm_saying_emit(struct fm_reading *r, struct fm_speaker_memory *memory,
                    struct fm_saying *saying)
{
    struct fm_tokens name = {0, 0};
    size_t sentence = fm_doc_sentence_at(r->doc, saying->at);
    Factmill__V1__Fact *fact;

    if (sentence >= r->doc->sentence_count || saying->start >= saying->end)
        return;
    if (r->ctx->minimal && is_triple(saying))
        return;
    if (saying->speaker.kind != FM_SPEAKER_NONE &&
        saying->start >= r->doc->start[saying->speaker.phrase.first] &&
        saying->end <= r->doc->end[saying->speaker.phrase.last - 1])
        return; /* what is said cannot be who says it */
    if (saying->speaker.kind != FM_SPEAKER_NONE)
        name = fm_speaker_resolve(r, memory, &saying->speaker);
    fact = fm_context_fact(r->ctx, saying->kind, saying->rule, sentence,
                           strength(saying));
    if (fact != NULL)
        complete(r, fact, saying, name);
    if (saying->speaker.kind != FM_SPEAKER_NONE)
        fm_speaker_hear(r, memory, &saying->speaker);
}

struct fm_saying *fm_sayings_add(struct fm_reading *r,
                                 struct fm_sayings *sayings)
{
    struct fm_saying *moved =
        fm_arena_grow(r->ctx->arena, sayings->all, sayings->count,
                      sizeof *sayings->all, &sayings->cap);

    if (moved == NULL)
        return NULL;
    sayings->all = moved;
    memset(&moved[sayings->count], 0, sizeof *moved);
    return &moved[sayings->count++];
}
