#include "fault/store/platter.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct platter platters[PLATTER_FILES];

static uint64_t random_state;

/* --- chance --------------------------------------------------------------------- */

void sim_seed(uint64_t seed)
{
    random_state = seed * 2 + 1;
}

uint64_t sim_draw(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return n > 0 ? (random_state >> 11) % n : 0;
}

/* --- platters ------------------------------------------------------------------- */

void platter_must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "sim: %s\n", what);
    abort();
}

static void grow(struct platter *p, size_t len)
{
    if (len > p->room) {
        p->room = len * 2;
        p->bytes = realloc(p->bytes, p->room);
        platter_must(p->bytes != NULL, "no memory");
    }
    if (len > p->len) {
        memset(p->bytes + p->len, 0, len - p->len);
        p->len = len;
    }
}

static void put(struct platter *p, sqlite3_int64 at, const void *data,
                size_t len)
{
    grow(p, (size_t)at + len);
    memcpy(p->bytes + at, data, len);
}

static void cut(struct platter *p, sqlite3_int64 len)
{
    if ((size_t)len < p->len)
        p->len = (size_t)len;
    else
        grow(p, (size_t)len);
}

static void drop_changes(struct platter *p)
{
    while (p->first != NULL) {
        struct change *c = p->first;

        p->first = c->next;
        free(c->data);
        free(c);
    }
    p->last = &p->first;
}

void platter_clear(struct platter *p)
{
    drop_changes(p);
    free(p->bytes);
    memset(p, 0, sizeof *p);
    p->last = &p->first;
}

/* The bytes that are in the file already are taken as flushed. */
void platter_read(struct platter *p, const char *path)
{
    unsigned char block[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return;
    p->there = true;
    while ((n = read(fd, block, sizeof block)) > 0)
        put(p, (sqlite3_int64)p->len, block, (size_t)n);
    (void)close(fd);
    p->written_len = p->len;
}

struct platter *platter_of(const char *path, bool make)
{
    struct platter *free_one = NULL;

    for (size_t i = 0; i < PLATTER_FILES; i++) {
        if (strcmp(platters[i].path, path) == 0)
            return &platters[i];
        if (platters[i].path[0] == '\0' && free_one == NULL)
            free_one = &platters[i];
    }
    if (!make)
        return NULL;
    platter_must(free_one != NULL, "too many platters");
    platter_clear(free_one);
    (void)snprintf(free_one->path, sizeof free_one->path, "%s", path);
    return free_one;
}

void platter_change(struct platter *p, sqlite3_int64 at, const void *data,
                    size_t len)
{
    struct change *c = calloc(1, sizeof *c);

    platter_must(c != NULL, "no memory");
    c->at = at;
    c->len = len;
    if (data != NULL) {
        c->data = malloc(len);
        platter_must(c->data != NULL, "no memory");
        memcpy(c->data, data, len);
    }
    *p->last = c;
    p->last = &c->next;
}

/* Names that were made or removed are so for good. */
void platter_flush_directory(void)
{
    for (size_t i = 0; i < PLATTER_FILES; i++) {
        struct platter *p = &platters[i];

        if (p->removed)
            platter_clear(p);
        else if (p->path[0] != '\0')
            p->there = true;
    }
}

void platter_flush(struct platter *p)
{
    for (const struct change *c = p->first; c != NULL; c = c->next) {
        if (c->data != NULL)
            put(p, c->at, c->data, c->len);
        else
            cut(p, c->at);
    }
    drop_changes(p);
}

/* --- images --------------------------------------------------------------------- */

size_t sim_unflushed(void)
{
    size_t n = 0;

    for (size_t i = 0; i < PLATTER_FILES; i++)
        for (const struct change *c = platters[i].first; c != NULL; c = c->next)
            n += c->data != NULL ? c->len : 1;
    return n;
}

/* Sector by sector, as far as keep says. *budget: sectors until the cut. */
static void apply_some(struct platter *to, const struct change *c,
                       enum sim_loss loss, uint64_t *budget)
{
    size_t done = 0;

    if (c->data == NULL) {
        bool kept = loss == SIM_SHUFFLED ? sim_draw(2) == 0 : *budget > 0;

        if (kept && *budget > 0)
            --*budget;
        if (kept)
            cut(to, c->at);
        return;
    }
    while (done < c->len) {
        size_t start = (size_t)c->at + done;
        size_t n = PLATTER_SECTOR - start % PLATTER_SECTOR;
        bool kept = loss == SIM_SHUFFLED ? sim_draw(2) == 0 : *budget > 0;

        if (n > c->len - done)
            n = c->len - done;
        if (kept && *budget > 0)
            --*budget;
        if (kept)
            put(to, (sqlite3_int64)start, c->data + done, n);
        done += n;
    }
}

static uint64_t sectors_of(const struct platter *p)
{
    uint64_t n = 0;

    for (const struct change *c = p->first; c != NULL; c = c->next)
        n += c->len / PLATTER_SECTOR + 2;
    return n;
}

static void write_image(const struct platter *p, enum sim_loss loss,
                        const char *dir)
{
    struct platter image = {.there = p->there};
    const char *slash = strrchr(p->path, '/');
    uint64_t budget = UINT64_MAX;
    char path[1024];
    int fd;

    image.last = &image.first;
    if (p->len > 0)
        put(&image, 0, p->bytes, p->len);
    if (loss == SIM_LOSE_ALL)
        budget = 0;
    else if (loss == SIM_TORN)
        budget = sim_draw(sectors_of(p) + 1);
    for (const struct change *c = p->first; c != NULL; c = c->next)
        apply_some(&image, c, loss, &budget);
    /* A file whose directory was not flushed is there or is not. */
    if (!image.there || p->removed)
        image.there = loss == SIM_KEEP_ALL   ? !p->removed
                      : loss == SIM_LOSE_ALL ? p->there
                                             : sim_draw(2) == 0;
    if (image.there && slash != NULL) {
        (void)snprintf(path, sizeof path, "%s%s", dir, slash);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        platter_must(fd >= 0 && write(fd, image.bytes, image.len) ==
                                    (ssize_t)image.len,
                     "cannot write an image");
        (void)close(fd);
    }
    platter_clear(&image);
}

void sim_image(enum sim_loss loss, const char *dir)
{
    for (size_t i = 0; i < PLATTER_FILES; i++)
        if (platters[i].path[0] != '\0')
            write_image(&platters[i], loss, dir);
}

void sim_format(void)
{
    for (size_t i = 0; i < PLATTER_FILES; i++)
        platter_clear(&platters[i]);
}
