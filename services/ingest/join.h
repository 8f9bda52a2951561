/* JoinEntities and PartEntities: one command to the committer each. */
#ifndef FM_INGEST_JOIN_H
#define FM_INGEST_JOIN_H

#include "ingest/committer.h"
#include "rpc/server.h"

struct fm_join {
    struct fm_committer *committer; /* set by the owner before the first call */
};

/* Handlers, to be run on the loop; user is the struct fm_join. */
fm_rpc_handler fm_join_entities;
fm_rpc_handler fm_part_entities;

#endif
