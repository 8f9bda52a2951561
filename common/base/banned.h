/* Force-included into every project file: calls that have no bound, keep
 * hidden state or cannot report failure do not compile. Use fm_str, fm_buf,
 * parse.h and clock.h instead. After curl's checksrc and git's banned.h. */
#ifndef FM_BASE_BANNED_H
#define FM_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef sprintf /* a macro of the C library under clang */
#pragma GCC poison strcpy strcat strncat sprintf vsprintf strtok gets
#pragma GCC poison gmtime localtime ctime asctime
#pragma GCC poison atoi atol atoll atof
#pragma GCC poison rand srand tmpnam mktemp

#endif
