/* Which facts say the same thing, and where they are found. */
#include "store/claim_priv.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"

enum { PERSON = 1, ORGANIZATION = 2, COUNTRY = 3, CITY = 4 };

static const struct named names[] = {{"Peter Novak", PERSON, "Novak"},
                                     {"Ruritania", COUNTRY, NULL},
                                     {"Velden", CITY, NULL}};

/* --- keys -------------------------------------------------------------------------- */

struct keys {
    struct fm_arena arena;
    struct fm_claim_name of[4];
    struct fm_claim_names names;
};

static void keys_init(struct keys *k)
{
    memset(k, 0, sizeof *k);
    fm_arena_init(&k->arena, 1 << 20);
    for (size_t i = 0; i < 3; i++)
        k->of[i + 1].key = fm_claim_name_key(
            fm_str(names[i].name), (Factmill__V1__Entity__Type)names[i].type,
            &k->arena);
    k->names.names = k->of;
    k->names.n = 4;
    k->names.context = k->of[2].key;
    k->names.spot = k->of[2].key;
    k->names.published_us = T0;
}

static struct fm_claim_key key_of(struct keys *k, const struct spec *s)
{
    return fm_claim_key_of(fixture_fact(&k->arena, s, "One line.", 0),
                           &k->names);
}

static struct fm_claim_key counted(struct keys *k, const char *subject,
                                   const char *lemma, const char *about,
                                   const char *value)
{
    struct spec s = {.kind = FACTMILL__V1__FACT__KIND__QUANTITY,
                     .subject = subject,
                     .predicate = lemma};
    Factmill__V1__Fact *fact = fixture_fact(&k->arena, &s, "One line.", 0);

    fact->quantity = fm_arena_alloc(&k->arena, sizeof *fact->quantity);
    factmill__v1__quantity__init(fact->quantity);
    fact->quantity->about = fixture_z(about);
    fact->quantity->value = fixture_z(value);
    return fm_claim_key_of(fact, &k->names);
}

static void words_around_it_change_nothing(void **state)
{
    static const struct spec same[] = {
        {.subject = "Novak",
         .subject_entity = 1,
         .predicate = "sign",
         .object = "the treaty",
         .speaker = "an aide"},
        {.subject = "Prime Minister Peter Novak",
         .subject_entity = 1,
         .predicate = "sign",
         .object = "The Treaty",
         .start = "2023-11-14"},
    };
    static const struct spec negated = {.subject = "Novak",
                                        .subject_entity = 1,
                                        .predicate = "sign",
                                        .object = "the treaty",
                                        .polarity = 2};
    static const struct spec other = {.subject = "Novak",
                                      .subject_entity = 1,
                                      .predicate = "sign",
                                      .object = "the letter"};
    struct keys k;
    struct fm_claim_key a;
    struct fm_claim_key b;

    (void)state;
    keys_init(&k);
    a = key_of(&k, &same[0]);
    b = key_of(&k, &same[1]);
    assert_true(a.topic != 0);
    assert_true(a.topic == b.topic && a.value == b.value);
    assert_true(a.voice != 0 && b.voice == 0);
    b = key_of(&k, &negated);
    assert_true(a.topic == b.topic && a.value != b.value);
    b = key_of(&k, &other);
    assert_true(a.topic != b.topic);
    fm_arena_release(&k.arena);
}

static void counts_of_one_thing_share_their_topic(void **state)
{
    struct keys k;
    struct fm_claim_key a;
    struct fm_claim_key b;

    (void)state;
    keys_init(&k);
    a = counted(&k, "people", "kill", "people", "12");
    b = counted(&k, "victims", "die", "victims", "12");
    assert_true(a.topic != 0 && a.topic == b.topic && a.value == b.value);
    b = counted(&k, "The death toll", "rise", "The death toll", "15");
    assert_true(a.topic == b.topic && a.value != b.value);
    b = counted(&k, "people", "injure", "people", "12");
    assert_true(a.topic != b.topic);
    b = counted(&k, "soldiers", "kill", "soldiers", "12");
    assert_true(a.topic != b.topic);
    /* Elsewhere. */
    k.names.spot = k.of[3].key;
    b = counted(&k, "people", "kill", "people", "12");
    assert_true(a.topic != b.topic);
    fm_arena_release(&k.arena);
}

static void pronouns_say_nothing(void **state)
{
    static const struct spec specs[] = {
        {.subject = "She", .predicate = "win"},
        {.subject = "Novak",
         .subject_entity = 1,
         .predicate = "see",
         .object = "them"},
        {.subject = "", .predicate = "win"},
    };
    struct keys k;

    (void)state;
    keys_init(&k);
    for (size_t i = 0; i < 3; i++)
        assert_true(key_of(&k, &specs[i]).topic == 0);
    fm_arena_release(&k.arena);
}

/* --- the index ------------------------------------------------------------------------ */

struct found {
    int64_t sum;
    size_t n;
};

static bool add_found(void *user, int64_t sequence, uint32_t value)
{
    struct found *found = user;

    (void)value;
    found->sum += sequence;
    found->n++;
    return true;
}

static struct found find(struct fixture *f, uint64_t topic, int64_t upto)
{
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    struct found found = {0, 0};

    OK(f, fm_answer_begin(r, &f->why));
    OK(f, fm_topic_find(r, topic, upto, add_found, &found, &f->why));
    OK(f, fm_answer_end(r, FM_OK, &f->why));
    return found;
}

static uint64_t first_topic(struct fixture *f)
{
    struct fm_reader *r = (struct fm_reader *)(void *)f->r;
    struct fm_stmt *st = NULL;
    uint64_t topic;
    bool row = false;

    OK(f, fm_reader_stmt(r, "SELECT bytes FROM said ORDER BY last LIMIT 1",
                         &f->why, &st));
    OK(f, fm_stmt_step(st, &f->why, &row));
    assert_true(row);
    topic = fm_said_get(fm_stmt_col_str(st, 0), 0).topic;
    fm_stmt_reset(st);
    return topic;
}

/* A topic that is in every article, and one that is in some, with runs made at
 * any time. */
static void runs_give_what_was_put_in(void **state)
{
    static const struct spec specs[] = {
        {.subject = "Novak",
         .subject_entity = 1,
         .predicate = "sign",
         .object = "the treaty"},
        {.subject = "it", .predicate = "rain"},
    };
    struct fixture *f = *state;
    struct fm_writer *w = (struct fm_writer *)(void *)f->w;
    int64_t covered = 0;
    int64_t sum = 0;
    uint64_t topic;

    for (unsigned i = 0; i < 120; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "a%u", i);
        (void)fixture_article(f, "src", id, "One line.", T0, names, 3, specs,
                              2);
        sum += w->tally.sequence - 1;
        if (i % 7 != 6)
            continue;
        fixture_begin(f);
        OK(f, fm_runs_grow(w->db, covered, w->tally.sequence, &f->why));
        fixture_commit(f);
        covered = w->tally.sequence;
        topic = first_topic(f);
        assert_int_equal(find(f, topic, INT64_MAX).n, i + 1);
        assert_int_equal(find(f, topic, INT64_MAX).sum, sum);
        assert_int_equal(find(f, topic, 2).n, 1);
        assert_int_equal(find(f, topic ^ 1, INT64_MAX).n, 0);
    }
    assert_int_equal(find(f, first_topic(f), INT64_MAX).n, 120);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_around_it_change_nothing),
        cmocka_unit_test(counts_of_one_thing_share_their_topic),
        cmocka_unit_test(pronouns_say_nothing),
        cmocka_unit_test_setup_teardown(runs_give_what_was_put_in,
                                        fixture_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
