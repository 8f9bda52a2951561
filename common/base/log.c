#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <stdatomic.h>
#include <unistd.h>

/* A line longer than this is cut: logs are for reading. */
#define LINE_MAX_BYTES 4096u

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static struct {
    _Atomic(const char *) program;
    atomic_int level;
    atomic_bool json;
} sink = {.program = "factmill", .level = FM_LOG_INFO};

void fm_log_setup(enum fm_log_level level, bool json, const char *program)
{
    atomic_store(&sink.level, (int)level);
    atomic_store(&sink.json, json);
    atomic_store(&sink.program, program);
}

enum fm_error fm_log_level_parse(struct fm_str s, enum fm_log_level *ret)
{
    for (unsigned i = 0; i < 4; i++) {
        if (fm_str_ieq(s, fm_str(level_names[i]))) {
            *ret = (enum fm_log_level)i;
            return FM_OK;
        }
    }
    return FM_EINVAL;
}

bool fm_log_enabled(enum fm_log_level level)
{
    return (int)level >=
           atomic_load_explicit(&sink.level, memory_order_relaxed);
}

static bool needs_quotes(struct fm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] <= ' ' || s.data[i] == '"' || s.data[i] == '=' ||
            s.data[i] == '\\' || s.data[i] == 0x7f)
            return true;
    return s.len == 0;
}

/* Quoted and escaped as in JSON; logfmt readers take the same. */
static void add_quoted(struct fm_buf *line, struct fm_str s)
{
    size_t at = 0;

    fm_buf_char(line, '"');
    while (at < s.len) {
        uint32_t c = fm_utf8_next(s, &at);
        char bytes[4];

        if (c == '"' || c == '\\')
            fm_buf_printf(line, "\\%c", (char)c);
        else if (c == '\n')
            fm_buf_z(line, "\\n");
        else if (c < 0x20 || c == 0x7f)
            fm_buf_printf(line, "\\u%04x", (unsigned)c);
        else
            fm_buf_add(line, bytes, fm_utf8_put(c, bytes));
    }
    fm_buf_char(line, '"');
}

static void add_str(struct fm_buf *line, bool json, struct fm_str s)
{
    if (json || needs_quotes(s))
        add_quoted(line, s);
    else
        fm_buf_str(line, s);
}

static void add_key(struct fm_buf *line, bool json, const char *key)
{
    if (line->len > 0 && line->data[line->len - 1] != '{')
        fm_buf_char(line, json ? ',' : ' ');
    fm_buf_printf(line, json ? "\"%s\":" : "%s=", key);
}

static void add_field(struct fm_buf *line, bool json,
                      const struct fm_log_field *f)
{
    add_key(line, json, f->key);
    switch (f->kind) {
    case FM_LOG_KIND_STR: add_str(line, json, f->str); break;
    case FM_LOG_KIND_U64:
        fm_buf_printf(line, "%llu", (unsigned long long)f->u64);
        break;
    case FM_LOG_KIND_I64: fm_buf_printf(line, "%lld", (long long)f->i64); break;
    case FM_LOG_KIND_DOUBLE: fm_buf_printf(line, "%.6g", f->number); break;
    case FM_LOG_KIND_END: break;
    }
}

void fm_log_write(enum fm_log_level level, const char *msg,
                  const struct fm_log_field *fields)
{
    bool json = atomic_load(&sink.json);
    char time[FM_TIME_TEXT];
    struct fm_buf line;

    fm_buf_init(&line, LINE_MAX_BYTES);
    fm_time_format(fm_wall_us(), time);
    if (json)
        fm_buf_char(&line, '{');
    add_field(&line, json, &FM_LOG_Z("ts", time));
    add_field(&line, json, &FM_LOG_Z("level", level_names[level]));
    add_field(&line, json, &FM_LOG_Z("program", atomic_load(&sink.program)));
    add_field(&line, json, &FM_LOG_Z("msg", msg));
    for (; fields->kind != FM_LOG_KIND_END; fields++)
        add_field(&line, json, fields);
    fm_buf_z(&line, json ? "}\n" : "\n");
    if (line.len > 0) {
        line.data[line.len - 1] = '\n';
        /* One write a line, so that lines of threads do not mix. */
        ssize_t n = write(STDERR_FILENO, line.data, line.len);
        (void)n; /* nowhere to complain to */
    }
    fm_buf_release(&line);
}

void fm_log_failure(enum fm_log_level level, const char *msg,
                    enum fm_error error, const struct fm_why *why)
{
    fm_log(level, msg, FM_LOG_Z("error", fm_error_name(error)),
           FM_LOG_Z("detail", fm_why_text(why, error)), FM_LOG_END);
}

bool fm_log_paced(struct fm_log_pace *pace, uint64_t *ret_left_out)
{
    unsigned long long now = fm_now_ms();
    unsigned long long last = atomic_load(&pace->at_ms);

    if ((last != 0 && now - last < 1000) ||
        !atomic_compare_exchange_strong(&pace->at_ms, &last, now)) {
        atomic_fetch_add(&pace->left_out, 1);
        return false;
    }
    *ret_left_out = atomic_exchange(&pace->left_out, 0);
    return true;
}
