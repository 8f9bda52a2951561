/* The service manager's notification socket (sd_notify(3)): plain datagrams,
 * no library. Does nothing when NOTIFY_SOCKET is not set. */
#ifndef FM_BASE_NOTIFY_H
#define FM_BASE_NOTIFY_H

/* "READY=1", "STOPPING=1", "STATUS=…", "WATCHDOG=1"; lines may be joined by
 * "\n". Failures are ignored, as sd_notify's callers do. Any thread. */
void fm_notify(const char *state);

#endif
