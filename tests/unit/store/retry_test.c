#include "base/fault.h"
#include "unit/store/fixture.h"

static enum fm_store_settled fail_lease(struct fixture *f, uint64_t lease,
                                        const char *error)
{
    enum fm_store_settled settled = FM_STORE_SETTLED_DONE;

    OK(f, (f->w->ops->fail)(f->w, lease, fm_str(error), &f->why, &settled));
    return settled;
}

static void a_failed_attempt_waits_before_the_next(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;
    uint64_t ms;

    (void)fixture_push(f, "a", "text");
    assert_true(f->w->ops->next_retry_ms(f->w) == UINT64_MAX);
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    assert_int_equal(fail_lease(f, lease.lease, "crashed"),
                     FM_STORE_SETTLED_RETRY);
    assert_int_equal(fixture_lease(f, "w").lease, 0);
    fixture_commit(f);
    ms = f->w->ops->next_retry_ms(f->w);
    assert_in_range(ms, 1, 1000);
    assert_int_equal(fixture_counts(f).pending, 1);
    assert_true(fixture_counts(f).oldest_pending_us > 0);
    /* Not before: another article does not wait behind it. */
    (void)fixture_push(f, "b", "text");
    fixture_begin(f);
    assert_int_equal(fixture_lease(f, "w").sequence, 2);
    fixture_commit(f);
}

/* Waits for the back-off of a first attempt, one second. */
static struct fm_store_lease lease_when_due(struct fixture *f)
{
    uint64_t deadline = fm_now_ms() + 20000;
    struct fm_store_lease lease = {.lease = 0};

    while (lease.lease == 0 && fm_now_ms() < deadline) {
        uint64_t ms = f->w->ops->next_retry_ms(f->w);
        struct timespec due = {.tv_sec = (time_t)(ms / 1000),
                               .tv_nsec = (long)(ms % 1000) * 1000000};

        if (ms < 20000)
            (void)nanosleep(&due, NULL);
        fixture_begin(f);
        lease = fixture_lease(f, "w");
        fixture_commit(f);
    }
    return lease;
}

static void the_second_attempt_comes_when_it_is_due(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    assert_int_equal(fail_lease(f, fixture_lease(f, "w").lease, "crashed"),
                     FM_STORE_SETTLED_RETRY);
    fixture_commit(f);
    lease = lease_when_due(f);
    assert_int_equal(lease.attempt, 2);
    fixture_begin(f);
    (void)fail_lease(f, lease.lease, "again");
    fixture_commit(f);
    assert_in_range(f->w->ops->next_retry_ms(f->w), 1001, 10000);
}

static void the_last_attempt_makes_a_dead_letter_with_history(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer_options o = {.dir = f->dir, .max_attempts = 1};
    struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    Factmill__V1__DeadLetter **list = NULL;
    Factmill__V1__DeadLetter *letter = NULL;
    uint64_t total = 0;
    size_t n = 0;
    bool more = true;

    fixture_close(f);
    OK(f, fm_store_writer_open(&o, &f->why, &f->w));
    fixture_open_reader(f);
    (void)fixture_push(f, "a", "text of it");
    fixture_begin(f);
    assert_int_equal(
        fail_lease(f, fixture_lease(f, "worker-7").lease, "signal 11"),
        FM_STORE_SETTLED_DEAD);
    OK(f, f->w->ops->bury(f->w, fm_str_n("\0\xff junk", 7),
                          fm_str("not an \xff Article"), &f->why));
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).dead, 1);
    assert_int_equal(fixture_counts(f).dead_letters, 2);
    assert_int_equal(fixture_counts(f).pending, 0);
    OK(f, f->r->ops->list_dead(f->r, &page, &f->arena, &f->why, &list, &n,
                               &total, &next, &more));
    assert_int_equal(n, 2);
    assert_int_equal(total, 2);
    assert_false(more);
    /* The newest first. */
    assert_string_equal(list[0]->source, "");
    assert_string_equal(list[0]->reason, "not an \xef\xbf\xbd Article");
    assert_int_equal(list[0]->size, 7);
    assert_string_equal(list[1]->article, "a");
    assert_string_equal(list[1]->source, "src");
    assert_int_equal(list[1]->version, 1);
    assert_string_equal(list[1]->reason, "signal 11");
    assert_int_equal(list[1]->n_history, 1);
    assert_string_equal(list[1]->history[0]->worker, "worker-7");
    assert_string_equal(list[1]->history[0]->error, "signal 11");
    assert_non_null(list[1]->history[0]->started);
    OK(f, f->r->ops->get_dead(f->r, list[0]->id, &f->arena, &f->why, &letter));
    assert_int_equal(letter->body.len, 7);
    assert_memory_equal(letter->body.data, "\0\xff junk", 7);
    OK(f, f->r->ops->get_dead(f->r, list[1]->id, &f->arena, &f->why, &letter));
    assert_true(letter->body.len > 10);
    assert_fm_err(f->r->ops->get_dead(f->r, 99, &f->arena, &f->why, &letter),
                  FM_ENOTFOUND);
    /* Page by page. */
    page.size = 1;
    OK(f, f->r->ops->list_dead(f->r, &page, &f->arena, &f->why, &list, &n,
                               &total, &next, &more));
    assert_int_equal(n, 1);
    assert_true(more);
    page.after = next;
    OK(f, f->r->ops->list_dead(f->r, &page, &f->arena, &f->why, &list, &n,
                               &total, &next, &more));
    assert_int_equal(n, 1);
    assert_string_equal(list[0]->article, "a");
    assert_false(more);
}

static void a_dead_article_answers_its_duplicate_with_its_state(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer_options o = {.dir = f->dir, .max_attempts = 1};
    struct fm_store_appended a;

    fixture_close(f);
    OK(f, fm_store_writer_open(&o, &f->why, &f->w));
    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    (void)fail_lease(f, fixture_lease(f, "w").lease, "x");
    OK(f, fixture_append(f, "src", "a", "A headline", "text", T0, &a));
    assert_true(a.duplicate);
    assert_int_equal(a.state, FACTMILL__V1__ARTICLE_STATE__DEAD);
    fixture_commit(f);
}

static void a_worker_that_is_gone_fails_all_it_held(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease other;
    uint64_t n = 0;

    for (int i = 0; i < 4; i++) {
        char id[8];

        (void)snprintf(id, sizeof id, "a%d", i);
        (void)fixture_push(f, id, "text");
    }
    fixture_begin(f);
    (void)fixture_lease(f, "gone");
    (void)fixture_lease(f, "gone");
    other = fixture_lease(f, "here");
    OK(f, f->w->ops->fail_worker(f->w, fm_str("gone"), fm_str("signal 9"),
                                 &f->why, &n));
    assert_int_equal(n, 2);
    OK(f, f->w->ops->fail_worker(f->w, fm_str("gone"), fm_str("signal 9"),
                                 &f->why, &n));
    assert_int_equal(n, 0);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).pending, 3);
    assert_int_equal(fixture_counts(f).leased, 1);
    fixture_begin(f);
    assert_int_equal(fail_lease(f, other.lease, "x"), FM_STORE_SETTLED_RETRY);
    fixture_commit(f);
}

static void a_failed_lease_is_stale_afterwards(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease lease;

    (void)fixture_push(f, "a", "text");
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    (void)fail_lease(f, lease.lease, "x");
    assert_int_equal(fail_lease(f, lease.lease, "x"), FM_STORE_SETTLED_STALE);
    assert_int_equal(fail_lease(f, 0, "x"), FM_STORE_SETTLED_STALE);
    assert_int_equal(fail_lease(f, UINT64_MAX, "x"), FM_STORE_SETTLED_STALE);
    fixture_commit(f);
}

/* --- failures that a test makes ------------------------------------------------------ */

static void a_failed_insert_spoils_only_its_transaction(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    fm_fault_set("inbox.insert:1");
    assert_fm_err(fixture_append(f, "src", "b", "T", "t", T0, &a), FM_EIO);
    fm_fault_set(NULL);
    /* Nothing more may be written, and nothing of it committed. */
    assert_fm_err(fixture_append(f, "src", "c", "T", "t", T0, &a), FM_EIO);
    assert_fm_err(f->w->ops->commit(f->w, &f->why), FM_EIO);
}

static void
a_commit_without_space_leaves_nothing_and_may_be_repeated(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    fm_fault_set("commit.before:1");
    assert_fm_err(f->w->ops->commit(f->w, &f->why), FM_ENOSPACE);
    fm_fault_set(NULL);
    assert_int_equal(fixture_counts(f).pending, 0);
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    assert_false(a.duplicate);
    assert_int_equal(a.sequence, 1);
    fixture_commit(f);
    assert_int_equal(fixture_counts(f).pending, 1);
}

static void numbers_have_no_gap_after_a_failed_settle(void **state)
{
    static const struct spec specs[] = {{.subject = "A"}, {.subject = "B"}};
    struct fixture *f = *state;
    enum fm_store_settled settled;
    struct fm_store_lease lease;
    struct rows rows = {.keep = false};

    (void)fixture_article(f, "src", "a", "One.", T0, NULL, 0, specs, 2);
    (void)fixture_push(f, "b", "Two.");
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    fm_fault_set("settle.fact:2");
    assert_fm_err(f->w->ops->settle(
                      f->w, lease.lease,
                      fixture_extraction(&f->arena, "Two.", NULL, 0, specs, 2),
                      1, &f->why, &settled),
                  FM_EIO);
    fm_fault_set(NULL);
    f->w->ops->rollback(f->w);
    assert_int_equal(fixture_counts(f).sequence, 2);
    assert_int_equal(fixture_counts(f).pending, 1);
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    OK(f, f->w->ops->settle(
              f->w, lease.lease,
              fixture_extraction(&f->arena, "Two.", NULL, 0, specs, 2), 1,
              &f->why, &settled));
    fixture_commit(f);
    OK(f, fixture_list(f, NULL, 2, 3, &rows));
    assert_int_equal(rows.n, 4);
    for (size_t i = 0; i < rows.n; i++)
        assert_int_equal(rows.sequence[i], i + 1);
}

static void after_an_io_error_nothing_is_tried_again(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended a;

    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "T", "t", T0, &a));
    fm_fault_set("commit.after:1");
    assert_fm_err(f->w->ops->commit(f->w, &f->why), FM_EIO);
    fm_fault_set(NULL);
    assert_fm_err(f->w->ops->begin(f->w, &f->why), FM_EIO);
    assert_string_equal(f->why.reason, "STORE_BROKEN");
    fixture_reopen(f);
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "b", "T", "t", T0, &a));
    fixture_commit(f);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(a_failed_attempt_waits_before_the_next),
        T(the_second_attempt_comes_when_it_is_due),
        T(the_last_attempt_makes_a_dead_letter_with_history),
        T(a_dead_article_answers_its_duplicate_with_its_state),
        T(a_worker_that_is_gone_fails_all_it_held),
        T(a_failed_lease_is_stale_afterwards),
        T(a_failed_insert_spoils_only_its_transaction),
        T(a_commit_without_space_leaves_nothing_and_may_be_repeated),
        T(numbers_have_no_gap_after_a_failed_settle),
        T(after_an_io_error_nothing_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
