/* Dead letters that are replayed or discarded, and what is written down. */
#include "unit/store/fixture.h"

#include <poll.h>

/* Fails all attempts of the article that waits; its letter's id. */
static uint64_t kill_article(struct fixture *f, const char *error)
{
    enum fm_store_settled settled = FM_STORE_SETTLED_RETRY;
    uint64_t id = 0;

    while (settled == FM_STORE_SETTLED_RETRY) {
        struct fm_store_lease lease;

        fixture_begin(f);
        lease = fixture_lease(f, "w");
        /* It backs off: give the store's clock no chance. */
        if (lease.lease == 0) {
            f->w->ops->rollback(f->w);
            (void)poll(NULL, 0, 20);
            continue;
        }
        OK(f, (f->w->ops->fail)(f->w, lease.lease, fm_str(error), &f->why,
                                &settled));
        fixture_commit(f);
    }
    assert_int_equal(settled, FM_STORE_SETTLED_DEAD);
    fixture_begin(f);
    OK(f, f->w->ops->last_dead(f->w, &f->why, &id));
    fixture_commit(f);
    return id;
}

/* With one attempt only, so that no back-off is waited for. */
static void one_attempt(struct fixture *f)
{
    struct fm_store_writer_options o = {.dir = f->dir, .max_attempts = 1};

    fixture_close(f);
    OK(f, fm_store_writer_open(&o, &f->why, &f->w));
    fixture_open_reader(f);
}

static struct fm_store_counts counts_of(struct fixture *f)
{
    struct fm_store_counts c;

    f->w->ops->counts(f->w, &c);
    return c;
}

/* Bytes that begin with "good " are an article with the rest as its id. */
static enum fm_error decode(void *user, struct fm_str bytes, struct fm_why *why,
                            struct fm_store_article *ret)
{
    (void)user;
    if (!fm_str_starts(bytes, fm_str("good ")))
        return fm_fail(FM_EINVAL, why, "BAD", "still bad");
    ret->source = fm_str("src");
    ret->id = fm_str_sub(bytes, 5, bytes.len);
    ret->body = bytes;
    return FM_OK;
}

static enum fm_store_revived replay(struct fixture *f, uint64_t id)
{
    enum fm_store_revived r = FM_STORE_REVIVED_GONE;

    fixture_begin(f);
    OK(f,
       f->w->ops->replay(f->w, id, fm_str("ops"), decode, NULL, &f->why, &r));
    fixture_commit(f);
    return r;
}

static enum fm_store_revived discard(struct fixture *f, uint64_t id)
{
    enum fm_store_revived r = FM_STORE_REVIVED_GONE;

    fixture_begin(f);
    OK(f, f->w->ops->discard(f->w, id, fm_str("ops"), &f->why, &r));
    fixture_commit(f);
    return r;
}

static size_t read_audit(struct fixture *f, uint32_t size, int64_t after,
                         Factmill__V1__AuditEntry ***ret, bool *ret_more)
{
    struct fm_store_page page = {.size = size};
    struct fm_store_cursor next;
    size_t n = 0;

    page.after.set = after != 0;
    page.after.row = after;
    OK(f, f->r->ops->list_audit(f->r, &page, &f->arena, &f->why, ret, &n, &next,
                                ret_more));
    return n;
}

static void test_replay(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__AuditEntry **entries = NULL;
    struct fm_store_lease lease;
    struct fm_store_counts c;
    uint64_t article;
    uint64_t id;
    bool more = true;

    one_attempt(f);
    article = fixture_push(f, "a", "Line.");
    id = kill_article(f, "killed by signal 11");
    c = counts_of(f);
    assert_int_equal(c.dead, 1);
    assert_int_equal(c.dead_letters, 1);
    assert_int_equal(c.pending, 0);
    assert_int_equal(replay(f, id), FM_STORE_REVIVED_DONE);
    c = counts_of(f);
    assert_int_equal(c.dead, 0);
    assert_int_equal(c.dead_letters, 0);
    assert_int_equal(c.pending, 1);
    assert_true(c.pending_bytes > 0);
    /* It waits with all its attempts before it, and is the same article. */
    fixture_begin(f);
    lease = fixture_lease(f, "w");
    assert_int_equal(lease.sequence, article);
    assert_int_equal(lease.attempt, 1);
    fixture_commit(f);
    /* Never twice. */
    assert_int_equal(replay(f, id), FM_STORE_REVIVED_GONE);
    assert_int_equal(discard(f, id), FM_STORE_REVIVED_GONE);
    assert_int_equal(replay(f, UINT64_MAX), FM_STORE_REVIVED_GONE);
    assert_int_equal(read_audit(f, 10, 0, &entries, &more), 1);
    assert_false(more);
    assert_string_equal(entries[0]->principal, "ops");
    assert_string_equal(entries[0]->action, "replay");
    assert_string_equal(entries[0]->subject, "dead/1");
    assert_non_null(strstr(entries[0]->detail, "src a version 1"));
    assert_non_null(strstr(entries[0]->detail, "signal 11"));
}

/* Dead again: a new letter, with the history of all attempts. */
static void test_dies_again(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__DeadLetter *letter = NULL;
    uint64_t first;
    uint64_t second;

    one_attempt(f);
    (void)fixture_push(f, "a", "Line.");
    first = kill_article(f, "one");
    assert_int_equal(replay(f, first), FM_STORE_REVIVED_DONE);
    second = kill_article(f, "two");
    assert_true(second > first);
    OK(f, f->r->ops->get_dead(f->r, second, &f->arena, &f->why, &letter));
    assert_int_equal(letter->n_history, 2);
    assert_string_equal(letter->history[0]->error, "one");
    assert_string_equal(letter->history[1]->error, "two");
    assert_int_equal(counts_of(f).dead_letters, 1);
}

static void test_superseded(void **state)
{
    struct fixture *f = *state;
    uint64_t id;

    one_attempt(f);
    (void)fixture_push(f, "a", "Old.");
    id = kill_article(f, "x");
    (void)fixture_push(f, "a", "New.");
    assert_int_equal(replay(f, id), FM_STORE_REVIVED_SUPERSEDED);
    assert_int_equal(counts_of(f).dead_letters, 1);
    assert_int_equal(counts_of(f).pending, 1);
    assert_int_equal(discard(f, id), FM_STORE_REVIVED_DONE);
    assert_int_equal(counts_of(f).dead_letters, 0);
}

static void test_discard(void **state)
{
    struct fixture *f = *state;
    struct fm_store_appended again;
    struct fm_store_counts c;
    uint64_t id;

    one_attempt(f);
    (void)fixture_push(f, "a", "Line.");
    id = kill_article(f, "x");
    assert_int_equal(discard(f, id), FM_STORE_REVIVED_DONE);
    c = counts_of(f);
    assert_int_equal(c.dead, 0);
    assert_int_equal(c.skipped, 1);
    assert_int_equal(c.dead_letters, 0);
    /* Still known: sent again it is a duplicate, not read. */
    fixture_begin(f);
    OK(f, fixture_append(f, "src", "a", "A headline", "Line.", T0, &again));
    fixture_commit(f);
    assert_true(again.duplicate);
    assert_int_equal(again.state, FACTMILL__V1__ARTICLE_STATE__SKIPPED);
}

static uint64_t bury(struct fixture *f, const char *bytes)
{
    uint64_t id = 0;

    fixture_begin(f);
    OK(f, f->w->ops->bury(f->w, fm_str(bytes), fm_str("NOT_AN_ARTICLE: x"),
                          &f->why));
    OK(f, f->w->ops->last_dead(f->w, &f->why, &id));
    fixture_commit(f);
    return id;
}

static void test_bytes(void **state)
{
    struct fixture *f = *state;
    uint64_t bad = bury(f, "bad");
    uint64_t good = bury(f, "good later");
    uint64_t twin = bury(f, "good later");
    Factmill__V1__DeadLetter *letter = NULL;

    assert_int_equal(replay(f, bad), FM_STORE_REVIVED_UNREADABLE);
    assert_int_equal(replay(f, good), FM_STORE_REVIVED_DONE);
    assert_int_equal(counts_of(f).pending, 1);
    /* The same bytes once more: known, and the letter is settled. */
    assert_int_equal(replay(f, twin), FM_STORE_REVIVED_DONE);
    assert_int_equal(counts_of(f).pending, 1);
    assert_int_equal(counts_of(f).dead_letters, 1);
    assert_int_equal(discard(f, bad), FM_STORE_REVIVED_DONE);
    assert_fm_err(f->r->ops->get_dead(f->r, bad, &f->arena, &f->why, &letter),
                  FM_ENOTFOUND);
}

/* What is rolled back was not done, and not written down. */
static void test_rollback(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__AuditEntry **entries = NULL;
    enum fm_store_revived r;
    bool more = false;
    uint64_t id;

    one_attempt(f);
    (void)fixture_push(f, "a", "Line.");
    id = kill_article(f, "x");
    fixture_begin(f);
    OK(f,
       f->w->ops->replay(f->w, id, fm_str("ops"), decode, NULL, &f->why, &r));
    f->w->ops->rollback(f->w);
    assert_int_equal(counts_of(f).dead_letters, 1);
    assert_int_equal(read_audit(f, 10, 0, &entries, &more), 0);
    fixture_close(f);
    fixture_open_writer(f);
    fixture_open_reader(f);
    assert_int_equal(replay(f, id), FM_STORE_REVIVED_DONE);
}

static void test_walk_and_audit_pages(void **state)
{
    struct fixture *f = *state;
    Factmill__V1__AuditEntry **entries = NULL;
    uint64_t ids[5];
    uint64_t next = 0;
    bool more = false;
    size_t n;

    for (size_t i = 0; i < 5; i++)
        ids[i] = bury(f, "bad");
    assert_int_equal(discard(f, ids[1]), FM_STORE_REVIVED_DONE);
    fixture_begin(f);
    OK(f, f->w->ops->next_dead(f->w, 0, ids[4], &f->why, &next));
    assert_int_equal(next, ids[0]);
    OK(f, f->w->ops->next_dead(f->w, ids[0], ids[4], &f->why, &next));
    assert_int_equal(next, ids[2]);
    OK(f, f->w->ops->next_dead(f->w, ids[2], ids[2], &f->why, &next));
    assert_int_equal(next, 0);
    fixture_commit(f);
    for (size_t i = 0; i < 5; i++)
        (void)discard(f, ids[i]);
    n = read_audit(f, 3, 0, &entries, &more);
    assert_int_equal(n, 3);
    assert_true(more);
    assert_string_equal(entries[0]->subject, "dead/5");
    n = read_audit(f, 3, (int64_t)entries[2]->id, &entries, &more);
    assert_int_equal(n, 2);
    assert_false(more);
    assert_string_equal(entries[1]->subject, "dead/2");
    {
        const struct fm_store_audit entry = {
            .principal = fm_str("me"),
            .action = fm_str("pause"),
            .subject = fm_str(""),
            .detail = fm_str_n("\xff\0x", 3), /* made text */
        };

        fixture_begin(f);
        OK(f, f->w->ops->audit(f->w, &entry, &f->why));
        fixture_commit(f);
        n = read_audit(f, 1, 0, &entries, &more);
        assert_string_equal(entries[0]->action, "pause");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replay, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_dies_again, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_superseded, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_discard, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_bytes, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_rollback, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_walk_and_audit_pages,
                                        fixture_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
