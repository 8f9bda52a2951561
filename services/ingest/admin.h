/* The operator's methods that only read, through a reader of the handler thread:
 * ListDeadLetters, GetDeadLetter, ListAudit; and Pause and Resume. */
#ifndef FM_INGEST_ADMIN_H
#define FM_INGEST_ADMIN_H

#include "ingest/dispatch.h"
#include "rpc/server.h"

struct fm_admin {
    const char *data; /* the store's directory */
    struct fm_dispatch *dispatch;
    struct fm_committer *committer;
};

/* user is the struct fm_admin. List and get want a handler thread whose state
 * is made by fm_admin_thread_start; pause and resume run on the loop. */
fm_rpc_handler fm_admin_list_dead;
fm_rpc_handler fm_admin_get_dead;
fm_rpc_handler fm_admin_list_audit;
fm_rpc_handler fm_admin_pause;
fm_rpc_handler fm_admin_resume;
/* For struct fm_rpc_server_options. */
enum fm_error fm_admin_thread_start(void *user, struct fm_why *why,
                                    void **ret_state);
void fm_admin_thread_stop(void *user, void *state);

#endif
