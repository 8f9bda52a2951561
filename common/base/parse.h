/* Numbers out of text that may be anything. The whole text must be the number;
 * on failure the output is untouched. */
#ifndef FM_BASE_PARSE_H
#define FM_BASE_PARSE_H

#include "base/error.h"
#include "base/str.h"

/* Decimal. FM_EINVAL when it is none, FM_ERANGE when it does not fit. */
enum fm_error fm_parse_u64(struct fm_str s, uint64_t *ret) FM_MUST_CHECK;
enum fm_error fm_parse_i64(struct fm_str s, int64_t *ret) FM_MUST_CHECK;
/* Digits with an optional sign, point and exponent; finite. */
enum fm_error fm_parse_double(struct fm_str s, double *ret) FM_MUST_CHECK;
/* "512", "64k", "4M", "1G" (powers of 1024; a trailing "iB" or "B" is fine). */
enum fm_error fm_parse_size(struct fm_str s, uint64_t *ret) FM_MUST_CHECK;
/* "250ms", "2s", "5m", "1h"; a bare number is milliseconds. */
enum fm_error fm_parse_duration_ms(struct fm_str s,
                                   uint64_t *ret) FM_MUST_CHECK;
/* "true", "yes", "on", "1" and their opposites. */
enum fm_error fm_parse_bool(struct fm_str s, bool *ret) FM_MUST_CHECK;

#endif
