#include "cli/push_progress.h"

#include "base/clock.h"

#include <unistd.h>

#define DRAW_MS   100u
#define BAR_WIDTH 24u

void fm_push_progress_init(struct fm_push_progress *progress, bool quiet)
{
    memset(progress, 0, sizeof *progress);
    progress->begun_ms = fm_now_ms();
    progress->bar = !quiet && isatty(STDERR_FILENO) == 1;
}

static uint64_t done(const struct fm_push_progress *progress)
{
    return progress->stored + progress->updated + progress->duplicates +
           progress->refused;
}

static double per_second(const struct fm_push_progress *progress)
{
    uint64_t ms = fm_now_ms() - progress->begun_ms;

    return (double)done(progress) * 1000 / (double)(ms > 0 ? ms : 1);
}

static void draw_bar(const struct fm_push_progress *progress,
                     struct fm_buf *out)
{
    uint64_t bytes =
        progress->bytes < progress->total ? progress->bytes : progress->total;
    uint64_t full = bytes * BAR_WIDTH / progress->total;

    for (uint64_t i = 0; i < BAR_WIDTH; i++)
        fm_buf_z(out, i < full ? "█" : "░");
    fm_buf_printf(out, " %3llu %%  ",
                  (unsigned long long)(bytes * 100 / progress->total));
}

void fm_push_progress_draw(struct fm_push_progress *progress)
{
    uint64_t now = fm_now_ms();
    struct fm_buf out;

    if (!progress->bar || now - progress->drawn_ms < DRAW_MS)
        return;
    progress->drawn_ms = now;
    progress->drawn = true;
    fm_buf_init(&out, 4096);
    fm_buf_z(&out, "\r");
    if (progress->total > 0)
        draw_bar(progress, &out);
    fm_text_number(done(progress), &out);
    fm_buf_printf(&out, " articles  %.0f/s", per_second(progress));
    if (progress->duplicates > 0) {
        fm_buf_z(&out, "  ");
        fm_text_number(progress->duplicates, &out);
        fm_buf_z(&out, " known");
    }
    if (progress->refused > 0) {
        fm_buf_z(&out, "  ");
        fm_text_number(progress->refused, &out);
        fm_buf_z(&out, " refused");
    }
    fm_buf_z(&out, "\033[K");
    (void)fputs(out.data != NULL ? out.data : "", stderr);
    (void)fflush(stderr);
    fm_buf_release(&out);
}

void fm_push_progress_clear(struct fm_push_progress *progress)
{
    if (progress->drawn)
        (void)fputs("\r\033[K", stderr);
    progress->drawn = false;
}

static void add_count(uint64_t n, const char *what, struct fm_buf *out)
{
    fm_buf_z(out, out->data[out->len - 1] == ':' ? " " : ", ");
    fm_text_number(n, out);
    fm_buf_char(out, ' ');
    fm_buf_z(out, what);
}

void fm_push_progress_print(struct fm_push_progress *progress,
                            const struct fm_cli *cli)
{
    double seconds = (double)(fm_now_ms() - progress->begun_ms) / 1000;
    struct fm_buf out;

    fm_push_progress_clear(progress);
    fm_buf_init(&out, 4096);
    if (cli->common.json) {
        fm_buf_printf(&out,
                      "{\"articles\":%llu,\"stored\":%llu,\"updated\":%llu,"
                      "\"duplicates\":%llu,\"refused\":%llu,\"retried\":%llu,"
                      "\"seconds\":%.3f}\n",
                      (unsigned long long)done(progress),
                      (unsigned long long)progress->stored,
                      (unsigned long long)progress->updated,
                      (unsigned long long)progress->duplicates,
                      (unsigned long long)progress->refused,
                      (unsigned long long)progress->retried, seconds);
    } else {
        fm_text_number(done(progress), &out);
        fm_buf_printf(&out, " article%s:", done(progress) == 1 ? "" : "s");
        add_count(progress->stored, "stored", &out);
        if (progress->updated > 0)
            add_count(progress->updated, "new versions", &out);
        add_count(progress->duplicates, "known before", &out);
        add_count(progress->refused, "refused", &out);
        fm_buf_printf(&out, " in %.1f s (%.0f/s)\n", seconds,
                      per_second(progress));
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}
