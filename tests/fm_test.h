/* cmocka with the includes it forgets, and asserts that print names. cmocka's
 * asserts longjmp: use them on the main thread of a test only. */
#ifndef FM_TEST_H
#define FM_TEST_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/error.h"
#include "base/str.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_fm_ok(expr)                              \
 do {                                                   \
  enum fm_error fm_test_e = (expr);                     \
  if (fm_test_e != FM_OK)                               \
   fail_msg("%s: %s", #expr, fm_error_name(fm_test_e)); \
 } while (0)

#define assert_fm_err(expr, expected)                                \
 do {                                                                \
  enum fm_error fm_test_e = (expr);                                  \
  if (fm_test_e != (expected))                                       \
   fail_msg("%s: %s instead of %s", #expr, fm_error_name(fm_test_e), \
            fm_error_name(expected));                                \
 } while (0)

#define assert_str(actual, expected)                                         \
 do {                                                                        \
  struct fm_str fm_test_a = (actual);                                        \
  const char *fm_test_b = (expected);                                        \
  if (!fm_str_eqz(fm_test_a, fm_test_b))                                     \
   fail_msg("\"%.*s\" instead of \"%s\"", FM_STR_ARG(fm_test_a), fm_test_b); \
 } while (0)

#define assert_near(actual, expected, delta)           \
 do {                                                  \
  double fm_test_a = (actual);                         \
  double fm_test_b = (expected);                       \
  if (fabs(fm_test_a - fm_test_b) > (delta))           \
   fail_msg("%g instead of %g", fm_test_a, fm_test_b); \
 } while (0)

static inline int fm_test_unlink(const char *path, const struct stat *status,
                                 int flag, struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

/* A folder of this test's own: fill template ("/tmp/fm-store-XXXXXX"). */
static inline void fm_test_folder(char *template)
{
    assert_non_null(mkdtemp(template));
}

static inline void fm_test_remove(const char *folder)
{
    (void)nftw(folder, fm_test_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
