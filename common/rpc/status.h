/* Errors of the project and gRPC's status codes (factmill.rpc.v1.Code; grpc,
 * doc/statuscodes.md). The map is not one to one, so replies also carry the
 * name of the error; this project's clients get back what was returned. */
#ifndef FM_RPC_STATUS_H
#define FM_RPC_STATUS_H

#include "base/error.h"
#include "base/str.h"

/* The code of an error, 0 for FM_OK. */
uint32_t fm_status_code(enum fm_error error);
/* The error that stands best for a code; FM_EINTERNAL for unknown ones. name is
 * the error's name as sent ("FM_ETOOBIG") and counts only if its code is code. */
enum fm_error fm_status_error(uint32_t code, struct fm_str name);
/* "INVALID_ARGUMENT"; "CODE_n" is not made up: unknown codes are "UNKNOWN". */
const char *fm_status_name(uint32_t code);

#endif
