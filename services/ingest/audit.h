/* Writes down what operators did, in the store, by a command of its own. Dead
 * letters have theirs written with the change itself (store.h). */
#ifndef FM_INGEST_AUDIT_H
#define FM_INGEST_AUDIT_H

#include "ingest/committer.h"

/* Copies the texts and does not wait: what cannot be written is in the log. */
void fm_audit_note(struct fm_committer *committer, const char *principal,
                   const char *action, const char *subject, const char *detail);

#endif
