#include "extract/quote_saying.h"

/* How sure a rule is: the share of its facts found right by reading. */
static const struct {
    const char *rule;
    float confidence;
} strengths[] = {
    {"quote.after", 0.95F},      {"quote.inverted", 0.95F},
    {"quote.before", 0.93F},     {"quote.colon", 0.85F},
    {"quote.dash", 0.9F},        {"quote.according", 0.9F},
    {"quote.signature", 0.75F},  {"quote.continued", 0.75F},
    {"report.that", 0.9F},       {"report.bare", 0.85F},
    {"report.question", 0.85F},  {"report.infinitive", 0.8F},
    {"report.object", 0.7F},     {"report.inverted", 0.9F},
    {"report.according", 0.92F}, {"report.opinion", 0.85F},
    {"report.as", 0.8F},         {"report.noun", 0.8F},
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
    if (fm_tokens_empty(role))
        return NULL;
    text = fm_context_text(r->ctx, r->doc->start[role.first],
                           r->doc->end[role.last - 1]);
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

static void complete(struct fm_reading *r, Factmill__V1__Fact *fact,
                     const struct fm_saying *s, struct fm_tokens name)
{
    fact->predicate = predicate(r, s);
    fm_context_add_argument(
        r->ctx, fact,
        fm_context_argument(r->ctx, FACTMILL__V1__ARGUMENT__ROLE__CONTENT,
                            s->start, s->end));
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
    if (s->speaker.kind == FM_SPEAKER_NONE)
        return;
    fact->subject =
        argument(r, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, s->speaker.phrase);
    fm_context_add_attribution(r->ctx, fact, attribution(r, s, name));
}

void fm_saying_emit(struct fm_reading *r, struct fm_speaker_memory *memory,
                    const struct fm_saying *saying)
{
    struct fm_tokens name = {0, 0};
    size_t sentence = fm_doc_sentence_at(r->doc, saying->at);
    Factmill__V1__Fact *fact;

    if (sentence >= r->doc->sentence_count || saying->start >= saying->end)
        return;
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
