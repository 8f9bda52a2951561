/* Fault points: places that tests can make fail or die at.
 *
 * FACTMILL_FAULT=NAME:N[:kill] in the environment makes the N-th passage (from
 * 1) of point NAME fail, or end the process by SIGKILL; N = 0 means every
 * passage. Read once, at first use; without the variable a point costs one
 * load. Names are dotted: "inbox.insert", "commit.before", "commit.after". */
#ifndef FM_BASE_FAULT_H
#define FM_BASE_FAULT_H

#include <stdbool.h>

/* True when this passage is to fail. Any thread. */
bool fm_fault_point(const char *name);
/* For tests in the same process: the same text as the variable; NULL = none.
 * Not while other threads pass points. */
void fm_fault_set(const char *spec);

#endif
