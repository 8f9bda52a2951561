/* Articles and filters that are drawn, for tests that hold one way to answer
 * against another. A small world: few names, verbs and words, so that filters
 * match. */
#ifndef FM_TESTS_STORE_DRAWN_H
#define FM_TESTS_STORE_DRAWN_H

#include "unit/store/fixture.h"

#define FILTERS 250u

struct drawn {
    struct fixture *f;
    uint64_t seed;
    Factmill__V1__FactFilter filters[FILTERS];
    Factmill__V1__Fact__Kind kinds[FILTERS][2];
    Factmill__V1__Fact__Modality modalities[FILTERS][2];
    Google__Protobuf__Timestamp times[FILTERS][6];
};

static const char *const people[] = {"Ann Lee", "Bob", "Cy Young", "Dee",
                                     "Eve",     "Lee", "Roe"};
static const char *const verbs[] = {"go", "meet", "say", "take part"};
static const char *const sources[] = {"one", "two", "three"};
static const char *const texts[] = {
    "alpha",
    "alpha beta",
    "\"alpha beta\"",
    "al*",
    "alpha OR gamma",
    "beta NOT gamma",
    "NEAR(alpha gamma, 4)",
    "(alpha OR delta) beta",
    "\"beta gam\"*",
    "Épsilon",
    "de* OR alpha",
    "\"gamma — delta\"",
};

#define ONE_OF(w, list) (list)[draw((w), sizeof(list) / sizeof(list)[0])]

static inline size_t draw(struct drawn *w, size_t below)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(w->seed >> 33) % below;
}

static inline Google__Protobuf__Timestamp *
some_time(struct drawn *w, size_t i, size_t k, int64_t from, size_t days)
{
    Google__Protobuf__Timestamp *t = &w->times[i][k];

    google__protobuf__timestamp__init(t);
    t->seconds = from + (int64_t)draw(w, days) * 86400;
    return t;
}

/* Each condition is there with a chance of one in `rare`. */
static inline void some_filter(struct drawn *w, size_t i)
{
    Factmill__V1__FactFilter *f = &w->filters[i];
    size_t rare = 2 + i % 9;

#define MAYBE if (draw(w, rare) == 0)
    factmill__v1__fact_filter__init(f);
    MAYBE f->entity = fixture_z(ONE_OF(w, people));
    MAYBE f->subject = fixture_z(ONE_OF(w, people));
    MAYBE f->object = fixture_z(draw(w, 2) ? ONE_OF(w, people) : "the beta");
    MAYBE f->speaker = fixture_z(ONE_OF(w, people));
    MAYBE f->place = fixture_z(draw(w, 2) ? "Bob" : "2");
    MAYBE f->predicate = fixture_z(ONE_OF(w, verbs));
    MAYBE f->source = fixture_z(ONE_OF(w, sources));
    MAYBE f->article = fixture_z(draw(w, 2) ? "a1" : "a2");
    MAYBE f->text = fixture_z(ONE_OF(w, texts));
    MAYBE f->polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
    MAYBE f->min_confidence = 0.5f;
    MAYBE f->time_from = some_time(w, i, 0, 1300000000, 500);
    MAYBE f->time_to = some_time(w, i, 1, 1350000000, 500);
    MAYBE f->published_from = some_time(w, i, 2, T0 / 1000000, 20);
    MAYBE f->published_to = some_time(w, i, 3, T0 / 1000000 + 20 * 86400, 20);
    MAYBE f->recorded_from = some_time(w, i, 4, T0 / 1000000, 20);
    MAYBE f->recorded_to = some_time(w, i, 5, INT64_C(9000000000), 20);
    MAYBE
    {
        f->kinds = w->kinds[i];
        f->n_kinds = 1 + draw(w, 2);
        w->kinds[i][0] = FACTMILL__V1__FACT__KIND__RELATION;
        w->kinds[i][1] = FACTMILL__V1__FACT__KIND__QUOTE;
    }
    MAYBE
    {
        f->modality = w->modalities[i];
        f->n_modality = 1 + draw(w, 2);
        w->modalities[i][0] = FACTMILL__V1__FACT__MODALITY__ASSERTED;
        w->modalities[i][1] = FACTMILL__V1__FACT__MODALITY__POSSIBLE;
    }
#undef MAYBE
}

static inline struct spec some_spec(struct drawn *w, const struct named *names,
                                    size_t n)
{
    static const char *const starts[] = {"2011", "2011-05-01", "2012-10", NULL};
    size_t subject = draw(w, n);
    size_t object = draw(w, n);
    bool as_words = draw(w, 4) == 0;
    struct spec s = {
        .kind = draw(w, 2) ? 7 : 1,
        .line = (unsigned)draw(w, 3),
        .subject = names[subject].name,
        .subject_entity = as_words ? 0 : (unsigned)subject + 1,
        .predicate = draw(w, 5) ? ONE_OF(w, verbs) : NULL,
        .object = draw(w, 2) ? names[object].name : "the beta",
        .start = ONE_OF(w, starts),
        .confidence = (double)(1 + draw(w, 9)) / 10,
        .polarity = 1 + (int)draw(w, 2),
        .modality = 1 + (int)draw(w, 2),
    };

    if (fm_str_eqz(fm_str(s.object), names[object].name))
        s.object_entity = (unsigned)object + 1;
    if (draw(w, 3) == 0) {
        s.speaker = names[object].name;
        s.speaker_entity = (unsigned)object + 1;
    }
    if (draw(w, 3) == 0) {
        s.place = names[subject].name;
        s.place_entity = (unsigned)subject + 1;
    }
    return s;
}

/* The names, too, so that an argument's words are in its sentence. */
static inline void some_text(struct drawn *w, char *ret, size_t size)
{
    static const char *const words[] = {"alpha", "Beta",    "gamma",
                                        "delta", "épsilon", "the"};
    size_t n = 0;

    for (int line = 0; line < 3; line++) {
        n += (size_t)snprintf(ret + n, size - n, "%s and %s and the beta",
                              ONE_OF(w, people), ONE_OF(w, people));
        for (size_t i = draw(w, 6); i > 0; i--)
            n += (size_t)snprintf(ret + n, size - n, " %s", ONE_OF(w, words));
        n += (size_t)snprintf(ret + n, size - n, line < 2 ? ".\n" : ".");
    }
}

/* Sometimes a new version of one that is there; sometimes a name stands for
 * somebody new, or somebody gets another name. */
static inline void some_article(struct drawn *w, size_t number)
{
    struct named names[3];
    struct spec specs[6];
    char *text = fm_arena_alloc(&w->f->arena, 1024);
    char *id = fm_arena_printf(&w->f->arena, "a%zu", draw(w, 1 + number / 2));
    size_t n = 1 + draw(w, 6);

    for (size_t i = 0; i < 3; i++) {
        names[i].name = people[(draw(w, 2) * 3 + i) % 7];
        names[i].type = 1 + (int)draw(w, 2);
        names[i].alias = draw(w, 4) == 0 ? ONE_OF(w, people) : NULL;
    }
    for (size_t i = 0; i < n; i++)
        specs[i] = some_spec(w, names, 3);
    some_text(w, text, 1024);
    (void)fixture_article(w->f, ONE_OF(w, sources), id, text,
                          draw(w, 5) == 0
                              ? INT64_MIN
                              : T0 + (int64_t)draw(w, 40) * 86400 * 1000000,
                          names, 3, specs, n);
}

#endif
