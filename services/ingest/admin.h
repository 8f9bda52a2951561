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

/* Pages of lists that readers give: sizes, and tokens that name the method, with
 * the NUL. */
#define FM_ADMIN_TOKEN 65u

enum fm_error fm_admin_page_begin(struct fm_store_reader *reader,
                                  const char *method, int32_t size,
                                  const char *token, struct fm_why *why,
                                  struct fm_store_page *ret);
enum fm_error fm_admin_page_token(struct fm_store_reader *reader,
                                  const char *method,
                                  const struct fm_store_cursor *cursor,
                                  struct fm_why *why,
                                  char ret_text[FM_ADMIN_TOKEN]);

#endif
