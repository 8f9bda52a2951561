#include "unit/store/fixture.h"

#define PENDING FACTMILL__V1__ARTICLE_STATE__PENDING
#define LEASED  FACTMILL__V1__ARTICLE_STATE__LEASED
#define DONE    FACTMILL__V1__ARTICLE_STATE__DONE
#define SKIPPED FACTMILL__V1__ARTICLE_STATE__SKIPPED

static void append_gives_sequence_version_and_state(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;
    struct fm_store_counts c;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "text", T0, &a));
    assert_int_equal(a.sequence, 1);
    assert_int_equal(a.version, 1);
    assert_false(a.duplicate);
    assert_int_equal(a.state, PENDING);
    OK(f, fixture_append(f, "other", "a", "T", "text", T0, &a));
    assert_int_equal(a.sequence, 2);
    assert_int_equal(a.version, 1);
    assert_false(a.duplicate);
    fixture_commit(f);
    c = fixture_counts(f);
    assert_int_equal(c.pending, 2);
    assert_true(c.pending_bytes > 0);
    assert_true(c.oldest_pending_us > 0);
    assert_true(c.wal_bytes > 0);
}

static void the_same_content_is_a_duplicate(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;
    uint64_t first = fixture_push(f, "a", "text");

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "A headline", "text", T0, &a));
    assert_true(a.duplicate);
    assert_int_equal(a.sequence, first);
    assert_int_equal(a.version, 1);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).pending, 1);
}

static void other_content_is_a_version_and_replaces_a_waiting_one(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;
    struct fm_store_counts c;

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "A headline", "other", T0, &a));
    assert_int_equal(a.version, 2);
    assert_false(a.duplicate);
    /* Back to the first content: compared with the newest, so a version. */
    OK(f, fixture_append(f, "src", "a", "A headline", "text", T0, &a));
    assert_int_equal(a.version, 3);
    assert_false(a.duplicate);
    fixture_commit(f);
    c = fixture_counts(f);
    assert_int_equal(c.pending, 1);
    assert_int_equal(c.skipped, 2);
}

static void bad_keys_are_refused_by_field(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;
    char longest[300];

    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    fixture_begin(f);
    assert_fm_err(fixture_append(f, "src", "", "T", "t", T0, &a), FM_EINVAL);
    assert_string_equal(f->why.field, "article.id");
    assert_fm_err(fixture_append(f, "src", longest, "T", "t", T0, &a),
                  FM_EINVAL);
    assert_fm_err(fixture_append(f, "", "a", "T", "t", T0, &a), FM_EINVAL);
    assert_string_equal(f->why.field, "article.source");
    assert_fm_err(fixture_append(f, "\xff", "a", "T", "t", T0, &a), FM_EINVAL);
    /* The transaction goes on. */
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).pending, 1);
}

static void rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    f->w->ops->rollback(f->w);
    assert_int_equal(fixture_counts(f).pending, 0);
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "b", "T", "t", T0, &a));
    assert_int_equal(a.sequence, 1);
    fixture_commit(f);
}

static void steps_need_a_transaction(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;

    assert_fm_err(fixture_append(f, "src", "a", "T", "t", T0, &a),
                  FM_EPRECONDITION);
    assert_fm_err(f->w->ops->commit(f->w, &f->why), FM_EPRECONDITION);
    fixture_begin(f);
    assert_fm_err(f->w->ops->begin(f->w, &f->why), FM_EPRECONDITION);
    f->w->ops->rollback(f->w);
}

static void leases_go_in_order_and_bounded(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease *leases = NULL;
    uint64_t size;
    size_t n = 0;

    for (int i = 0; i < 5; i++) {
        char id[8];

        (void)snprintf(id, sizeof id, "a%d", i);
        (void)fixture_push(f, id, "text");
    }
    size = fixture_counts(f).pending_bytes / 5;
    fixture_begin(f);
    OK(f, f->w->ops->lease(f->w, fm_str("w"), 0, 1 << 20, &f->arena, &f->why,
                           &leases, &n));
    assert_int_equal(n, 0);
    /* Always one, however small the room. */
    OK(f, f->w->ops->lease(f->w, fm_str("w"), 9, 1, &f->arena, &f->why, &leases,
                           &n));
    assert_int_equal(n, 1);
    assert_int_equal(leases[0].sequence, 1);
    assert_int_equal(leases[0].version, 1);
    assert_int_equal(leases[0].attempt, 1);
    assert_int_equal(leases[0].body.len, size);
    OK(f, f->w->ops->lease(f->w, fm_str("w"), 9, size * 2, &f->arena, &f->why,
                           &leases, &n));
    assert_int_equal(n, 2);
    assert_int_equal(leases[1].sequence, 3);
    assert_true(leases[1].lease > leases[0].lease);
    OK(f, f->w->ops->lease(f->w, fm_str("w"), 1, size * 9, &f->arena, &f->why,
                           &leases, &n));
    assert_int_equal(n, 1);
    assert_int_equal(leases[0].sequence, 4);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).leased, 4);
    assert_int_equal(fixture_counts(f).pending, 1);
    assert_int_equal(fixture_counts(f).pending_bytes, size);
}

static void given_back_is_not_counted(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    OK(f, f->w->ops->give_back(f->w, lease.lease, &f->why));
    OK(f, f->w->ops->give_back(f->w, 12345, &f->why));
    lease = fixture_lease(f, "w");
    assert_int_not_equal(lease.lease, 0);
    assert_int_equal(lease.attempt, 1);
    fixture_commit(f);
}

static void a_superseded_lease_is_stale(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease old;
    struct fm_store_appended a;
    enum fm_store_settled settled;
    static const struct spec specs[] = {{.subject = "X"}};

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    old = fixture_lease(f, "w");
    OK(f, fixture_append(f, "src", "a", "A headline", "newer", T0, &a));
    OK(f, f->w->ops->settle(
              f->w, old.lease,
              fixture_extraction(&f->arena, "text", NULL, 0, specs, 1), 1,
              &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_STALE);
    /* And a second time: the lease is gone. */
    OK(f, f->w->ops->settle(
              f->w, old.lease,
              fixture_extraction(&f->arena, "text", NULL, 0, specs, 1), 1,
              &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_STALE);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).facts, 0);
    assert_int_equal(fixture_counts(f).skipped, 1);
    assert_int_equal(fixture_counts(f).pending, 1);
}

static void another_language_is_skipped_with_its_reason(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;
    enum fm_store_settled settled;
    Factmill__V1__Extraction *x =
        fixture_extraction(&f->arena, "t", NULL, 0, NULL, 0);
    Factmill__V1__GetArticleRequest ask;
    Factmill__V1__ArticleInfo *info = NULL;

    (void)fixture_push(f, "a", "text");
    x->skipped = fixture_z("language: de");
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    OK(f, f->w->ops->settle(f->w, lease.lease, x, 1, &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_SKIPPED);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).skipped, 1);
    factmill__v1__get_article_request__init(&ask);
    ask.id = fixture_z("a");
    OK(f, f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info));
    assert_int_equal(info->state, SKIPPED);
    assert_string_equal(info->reason, "language: de");
    assert_string_equal(info->article->text, "text");
}

static void a_restart_gives_leases_back_and_never_repeats_one(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;
    uint64_t last;
    enum fm_store_settled settled;

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    last = lease.lease;
    fixture_commit(f);
    fixture_reopen(f);
    assert_int_equal(fixture_counts(f).pending, 1);
    assert_int_equal(fixture_counts(f).leased, 0);
    fixture_begin(f);
    OK(f, (f->w->ops->fail)(f->w, last, fm_str("late"), &f->why, &settled));
    assert_int_equal(settled, FM_STORE_SETTLED_STALE);
    lease = fixture_lease(f, "w");
    assert_int_not_equal(lease.lease, 0);
    assert_true(lease.lease > last);
    /* It was not the article that failed. */
    assert_int_equal(lease.attempt, 1);
    fixture_commit(f);
    /* But when it was there ten times, it is put away. */
    for (int i = 2; i < 10; i++) {
        fixture_reopen(f);
        fixture_begin(f);
        assert_int_equal(fixture_lease(f, "w").attempt, 1);
        fixture_commit(f);
    }
    fixture_reopen(f);
    assert_int_equal(fixture_counts(f).dead, 1);
    assert_int_equal(fixture_counts(f).dead_letters, 1);
    assert_int_equal(fixture_counts(f).pending, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(append_gives_sequence_version_and_state),
        T(the_same_content_is_a_duplicate),
        T(other_content_is_a_version_and_replaces_a_waiting_one),
        T(bad_keys_are_refused_by_field),
        T(rollback_leaves_nothing),
        T(steps_need_a_transaction),
        T(leases_go_in_order_and_bounded),
        T(given_back_is_not_counted),
        T(a_superseded_lease_is_stale),
        T(another_language_is_skipped_with_its_reason),
        T(a_restart_gives_leases_back_and_never_repeats_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
