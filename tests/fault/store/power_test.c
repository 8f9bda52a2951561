/* Power cuts. At each flush of a store at work, images are made of what could be
 * found afterwards: with unflushed sectors lost, kept, torn or out of order. Each
 * image is opened again. It holds what a whole number of transactions left, not
 * fewer than were acknowledged; everything in it fits together; and it can be
 * worked with. Now and then the store itself goes on from such an image, so that
 * cuts follow upon cuts.
 *
 * FM_IMAGES: how many (600). FM_SEED: replays a run. */
#include "fault/store/life.h"

#include <time.h>

#define QUEUE      64
#define STEPS_MOST 40

struct image {
    char dir[64];
    enum sim_loss loss;
    bool opening; /* nothing was acknowledged yet */
};

struct power {
    struct life life;
    struct image queue[QUEUE];
    size_t queued;
    uint64_t images;
    uint64_t target;
    uint64_t seed;
    uint64_t by_loss[SIM_LOSSES];
    uint64_t later; /* images that had more than was acknowledged */
    uint64_t unflushed;
    bool opening;
};

static void at_flush(void *user)
{
    struct power *p = user;
    struct image *image;

    if (p->queued == QUEUE || sim_draw(3) == 0)
        return;
    image = &p->queue[p->queued++];
    life_folder(image->dir, "image");
    image->loss = (enum sim_loss)sim_draw(SIM_LOSSES);
    image->opening = p->opening;
    p->unflushed += sim_unflushed() > 0 ? 1 : 0;
    sim_image(image->loss, image->dir);
    p->by_loss[image->loss]++;
}

/* SQLite's shared memory is not flushed: anything may be in its file. */
static void spoil_shm(const char *dir)
{
    char path[128];
    unsigned char junk[32768];
    FILE *file;

    if (sim_draw(4) != 0)
        return;
    (void)snprintf(path, sizeof path, "%s/" FM_STORE_FILE "-shm", dir);
    for (size_t i = 0; i < sizeof junk; i++)
        junk[i] = (unsigned char)sim_draw(256);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    assert_int_equal(fclose(file), 0);
}

/* Opens it as the next start would, and works with it. */
static void live_on(const struct image *image)
{
    struct life other;

    memset(&other, 0, sizeof other);
    (void)snprintf(other.f.dir, sizeof other.f.dir, "%s", image->dir);
    fm_arena_init(&other.f.arena, (size_t)64 << 20);
    life_open(&other);
    whole_check(&other.f);
    if (sim_draw(4) == 0) {
        fixture_begin(&other.f);
        OK(&other.f, life_append(&other.f));
        OK(&other.f, life_work(&other.f));
        fixture_commit(&other.f);
        fixture_reopen(&other.f);
        whole_check(&other.f);
    }
    fixture_close(&other.f);
    fm_arena_release(&other.f.arena);
}

static bool same(const struct fm_id *a, const struct fm_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* before, after: the step during which the images were made. */
static void check_images(struct power *p, const struct fm_id *before,
                         const struct fm_id *after)
{
    for (size_t i = 0; i < p->queued; i++) {
        struct image *image = &p->queue[i];

        spoil_shm(image->dir);
        if (!image->opening) {
            struct fm_id found = life_digest(image->dir);

            if (!same(&found, before) && !same(&found, after))
                fail_msg("FM_SEED=%llu: image %llu (loss %d) holds no whole "
                         "number of transactions: %s",
                         (unsigned long long)p->seed,
                         (unsigned long long)p->images + i, (int)image->loss,
                         image->dir);
            p->later += same(&found, before) ? 0 : 1;
        }
        live_on(image);
        fm_test_remove(image->dir);
    }
    p->images += p->queued;
    p->queued = 0;
}

static void open_store(struct power *p)
{
    struct fm_id now;

    p->opening = true;
    life_open(&p->life);
    p->opening = false;
    sim_bypass(true);
    now = life_digest(p->life.f.dir);
    check_images(p, &now, &now);
    sim_bypass(false);
}

static void step(struct power *p)
{
    struct fm_id before;
    struct fm_id after;
    enum fm_error e;

    sim_bypass(true);
    before = life_digest(p->life.f.dir);
    sim_bypass(false);
    e = life_step(&p->life);
    if (e != FM_OK && e != FM_ECANCELLED)
        fail_msg("%s: %s", fm_error_name(e), p->life.f.why.text);
    sim_bypass(true);
    after = life_digest(p->life.f.dir);
    check_images(p, &before, &after);
    sim_bypass(false);
    assert_fm_ok(life_checkpoint(&p->life));
    sim_bypass(true);
    check_images(p, &after, &after);
    sim_bypass(false);
}

/* The cut comes, and the next start finds what it finds. */
static void cut(struct power *p)
{
    char dir[64];

    life_folder(dir, "store");
    sim_image((enum sim_loss)sim_draw(SIM_LOSSES), dir);
    sim_at_flush(NULL, NULL);
    fixture_close(&p->life.f);
    sim_format();
    fm_test_remove(p->life.f.dir);
    (void)snprintf(p->life.f.dir, sizeof p->life.f.dir, "%s", dir);
    sim_at_flush(at_flush, p);
    open_store(p);
}

/* One store from its making on, through some cuts. */
static void one_life(struct power *p)
{
    sim_format();
    life_begin(&p->life, "store");
    sim_at_flush(at_flush, p);
    open_store(p);
    for (int cuts = 0; cuts < 4 && p->images < p->target; cuts++) {
        for (uint64_t i = 1 + sim_draw(STEPS_MOST);
             i > 0 && p->images < p->target; i--)
            step(p);
        cut(p);
    }
    sim_at_flush(NULL, NULL);
    sim_bypass(true);
    whole_check(&p->life.f);
    sim_bypass(false);
    life_end(&p->life);
}

static void nothing_acknowledged_is_lost(void **state)
{
    struct power *p = calloc(1, sizeof *p);

    (void)state;
    assert_non_null(p);
    sim_install();
    p->target = life_env("FM_IMAGES", 600);
    p->seed = life_env("FM_SEED", (uint64_t)time(NULL));
    print_message("FM_SEED=%llu\n", (unsigned long long)p->seed);
    sim_seed(p->seed);
    while (p->images < p->target)
        one_life(p);
    print_message("%llu images (lost %llu, kept %llu, torn %llu, shuffled "
                  "%llu), %llu with something unflushed, %llu held the "
                  "transaction that was being committed\n",
                  (unsigned long long)p->images,
                  (unsigned long long)p->by_loss[SIM_LOSE_ALL],
                  (unsigned long long)p->by_loss[SIM_KEEP_ALL],
                  (unsigned long long)p->by_loss[SIM_TORN],
                  (unsigned long long)p->by_loss[SIM_SHUFFLED],
                  (unsigned long long)p->unflushed,
                  (unsigned long long)p->later);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acknowledged_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
