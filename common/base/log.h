/* The sink of log lines: one line a message on stderr, logfmt or JSON.
 * Only services/ log; common/ returns errors. Never article text.
 *
 *     fm_log(FM_LOG_INFO, "committed", FM_LOG_U64("articles", n), FM_LOG_END);
 *
 * The level is checked before anything is formatted. Any thread. Settings are
 * process-wide and set once at start. */
#ifndef FM_BASE_LOG_H
#define FM_BASE_LOG_H

#include "base/error.h"
#include "base/str.h"

#include <stdatomic.h>

enum fm_log_level {
    FM_LOG_DEBUG,
    FM_LOG_INFO,
    FM_LOG_WARN,
    FM_LOG_ERROR,
};

enum fm_log_kind {
    FM_LOG_KIND_END,
    FM_LOG_KIND_STR,
    FM_LOG_KIND_U64,
    FM_LOG_KIND_I64,
    FM_LOG_KIND_DOUBLE,
};

struct fm_log_field {
    enum fm_log_kind kind;
    const char *key;
    struct fm_str str;
    uint64_t u64;
    int64_t i64;
    double number;
};

#define FM_LOG_STR(k, v) \
 ((struct fm_log_field){.kind = FM_LOG_KIND_STR, .key = (k), .str = (v)})
#define FM_LOG_Z(k, v) FM_LOG_STR(k, fm_str(v))
#define FM_LOG_U64(k, v) \
 ((struct fm_log_field){.kind = FM_LOG_KIND_U64, .key = (k), .u64 = (v)})
#define FM_LOG_I64(k, v) \
 ((struct fm_log_field){.kind = FM_LOG_KIND_I64, .key = (k), .i64 = (v)})
#define FM_LOG_DOUBLE(k, v) \
 ((struct fm_log_field){.kind = FM_LOG_KIND_DOUBLE, .key = (k), .number = (v)})
#define FM_LOG_END ((struct fm_log_field){.kind = FM_LOG_KIND_END})

/* Lines below level are dropped. program: shown on each line, kept. */
void fm_log_setup(enum fm_log_level level, bool json, const char *program);
/* "debug", "info", "warn", "error". */
enum fm_error fm_log_level_parse(struct fm_str s, enum fm_log_level *ret);
bool fm_log_enabled(enum fm_log_level level);
/* Fields end with FM_LOG_END. msg: fixed words, no values in it. */
#define fm_log(level, msg, ...)                                          \
 do {                                                                    \
  if (fm_log_enabled(level))                                             \
   fm_log_write(level, msg, (const struct fm_log_field[]){__VA_ARGS__}); \
 } while (0)
void fm_log_write(enum fm_log_level level, const char *msg,
                  const struct fm_log_field *fields);

/* For lines that a stranger can cause as often as he likes: at most one a second
 * and place. Zero to begin with; any thread. */
struct fm_log_pace {
    atomic_ullong at_ms;
    atomic_ullong left_out;
};

/* True when it is to be logged now; *ret_left_out: how many were left out since
 * the last. */
bool fm_log_paced(struct fm_log_pace *pace, uint64_t *ret_left_out);
/* The shape of nearly every failure line: msg, error=…, detail=…. */
void fm_log_failure(enum fm_log_level level, const char *msg,
                    enum fm_error error, const struct fm_why *why);

#endif
