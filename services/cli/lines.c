#include "cli/lines.h"

#include <errno.h>
#include <sys/stat.h>

/* One read: large enough for the disk, small beside the limit of a line. */
#define CHUNK (64u << 10)

enum fm_error fm_lines_open(struct fm_lines *lines, const char *path,
                            size_t limit, struct fm_why *why)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat status;

    memset(lines, 0, sizeof *lines);
    lines->limit = limit;
    lines->name = standard ? "standard input" : path;
    fm_buf_init(&lines->buf, limit + CHUNK + 2);
    lines->file = standard ? stdin : fopen(path, "rb");
    if (lines->file == NULL)
        return fm_fail_errno(errno, why, "cannot open %.200s", path);
    if (fstat(fileno(lines->file), &status) != 0)
        return fm_fail_errno(errno, why, "cannot read %.200s", path);
    if (S_ISDIR(status.st_mode))
        return fm_fail(FM_EINVAL, why, NULL,
                       "%.200s is a folder; name the files in it", path);
    if (S_ISREG(status.st_mode))
        lines->size = (uint64_t)status.st_size;
    return FM_OK;
}

void fm_lines_close(struct fm_lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->file != NULL && lines->file != stdin)
        (void)fclose(lines->file);
    fm_buf_release(&lines->buf);
    memset(lines, 0, sizeof *lines);
}

/* Moves what is left to the front and reads one more chunk behind it. */
static enum fm_error fill(struct fm_lines *lines, struct fm_why *why)
{
    size_t left = lines->buf.len - lines->at;
    char *space;
    size_t n;

    if (lines->at > 0)
        memmove(lines->buf.data, lines->buf.data + lines->at, left);
    lines->buf.len = left;
    lines->at = 0;
    space = fm_buf_reserve(&lines->buf, CHUNK);
    if (space == NULL)
        return fm_fail(fm_buf_error(&lines->buf), why, NULL,
                       "%.200s: no memory for line %llu", lines->name,
                       (unsigned long long)lines->number + 1);
    n = fread(space, 1, CHUNK, lines->file);
    if (n < CHUNK && ferror(lines->file))
        return fm_fail_errno(errno, why, "cannot read %.200s", lines->name);
    lines->buf.len += n;
    lines->ended = n < CHUNK;
    return FM_OK;
}

static enum fm_error give(struct fm_lines *lines, size_t len, size_t end_len,
                          struct fm_why *why, struct fm_str *ret_line)
{
    const char *start = lines->buf.data + lines->at;
    bool skipped = lines->skipping || len > lines->limit;

    lines->at += len + end_len;
    lines->offset += len + end_len;
    lines->number++;
    lines->skipping = false;
    if (skipped)
        return fm_fail(FM_ETOOBIG, why, "LINE_TOO_LONG",
                       "a line of more than %zu bytes", lines->limit);
    if (len > 0 && start[len - 1] == '\r')
        len--;
    *ret_line = fm_str_n(start, len);
    return FM_OK;
}

enum fm_error fm_lines_next(struct fm_lines *lines, struct fm_why *why,
                            struct fm_str *ret_line)
{
    size_t seen = 0;

    for (;;) {
        size_t left = lines->buf.len - lines->at;
        const char *start = lines->buf.data + lines->at;
        const char *end =
            left > seen ? memchr(start + seen, '\n', left - seen) : NULL;
        enum fm_error error;

        if (end != NULL)
            return give(lines, (size_t)(end - start), 1, why, ret_line);
        if (lines->ended && left == 0 && !lines->skipping)
            return FM_ENOTFOUND;
        if (lines->ended)
            return give(lines, left, 0, why, ret_line);
        if (left > lines->limit) {
            lines->offset += left;
            lines->at = lines->buf.len;
            lines->skipping = true;
            left = 0;
        }
        seen = left;
        error = fill(lines, why);
        if (error != FM_OK)
            return error;
    }
}

enum fm_error fm_lines_rest(struct fm_lines *lines, struct fm_why *why,
                            struct fm_str *ret_text)
{
    enum fm_error error = FM_OK;
    size_t len;

    while (!lines->ended && error == FM_OK) {
        if (lines->buf.len - lines->at > lines->limit)
            break;
        error = fill(lines, why);
    }
    if (error != FM_OK)
        return error;
    len = lines->buf.len - lines->at;
    if (len > lines->limit)
        return fm_fail(FM_ETOOBIG, why, "FILE_TOO_LONG",
                       "%.200s is larger than the limit of %zu bytes",
                       lines->name, lines->limit);
    *ret_text = fm_str_n(lines->buf.data + lines->at, len);
    lines->at = lines->buf.len;
    lines->offset += len;
    return FM_OK;
}
