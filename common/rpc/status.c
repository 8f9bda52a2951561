#include "rpc/status.h"

#include "factmill/rpc/v1/rpc.pb-c.h"

uint32_t fm_status_code(enum fm_error error)
{
    switch (error) {
    case FM_OK: return FACTMILL__RPC__V1__CODE__OK;
    case FM_EINVAL: return FACTMILL__RPC__V1__CODE__INVALID_ARGUMENT;
    case FM_ERANGE: return FACTMILL__RPC__V1__CODE__OUT_OF_RANGE;
    case FM_ENOTFOUND: return FACTMILL__RPC__V1__CODE__NOT_FOUND;
    case FM_EEXISTS: return FACTMILL__RPC__V1__CODE__ALREADY_EXISTS;
    case FM_EPERM: return FACTMILL__RPC__V1__CODE__PERMISSION_DENIED;
    case FM_EUNAUTH: return FACTMILL__RPC__V1__CODE__UNAUTHENTICATED;
    case FM_EUNIMPLEMENTED: return FACTMILL__RPC__V1__CODE__UNIMPLEMENTED;
    case FM_EPRECONDITION:
    case FM_ECONFIG:
    case FM_EVERSION: return FACTMILL__RPC__V1__CODE__FAILED_PRECONDITION;
    case FM_ETOOBIG:
    case FM_EBUSY:
    case FM_ENOSPACE:
    case FM_ENOMEM: return FACTMILL__RPC__V1__CODE__RESOURCE_EXHAUSTED;
    case FM_EUNAVAILABLE:
    case FM_ELOCKED: return FACTMILL__RPC__V1__CODE__UNAVAILABLE;
    case FM_EDEADLINE: return FACTMILL__RPC__V1__CODE__DEADLINE_EXCEEDED;
    case FM_ECANCELLED: return FACTMILL__RPC__V1__CODE__CANCELLED;
    case FM_EABORTED: return FACTMILL__RPC__V1__CODE__ABORTED;
    case FM_ECORRUPT: return FACTMILL__RPC__V1__CODE__DATA_LOSS;
    case FM_EIO:
    case FM_EINTERNAL:
    case FM_ERROR_COUNT: break;
    }
    return FACTMILL__RPC__V1__CODE__INTERNAL;
}

/* By code. */
static const struct {
    const char *name;
    enum fm_error error;
} CODES[] = {
    {"OK", FM_OK},
    {"CANCELLED", FM_ECANCELLED},
    {"UNKNOWN", FM_EINTERNAL},
    {"INVALID_ARGUMENT", FM_EINVAL},
    {"DEADLINE_EXCEEDED", FM_EDEADLINE},
    {"NOT_FOUND", FM_ENOTFOUND},
    {"ALREADY_EXISTS", FM_EEXISTS},
    {"PERMISSION_DENIED", FM_EPERM},
    {"RESOURCE_EXHAUSTED", FM_EBUSY},
    {"FAILED_PRECONDITION", FM_EPRECONDITION},
    {"ABORTED", FM_EABORTED},
    {"OUT_OF_RANGE", FM_ERANGE},
    {"UNIMPLEMENTED", FM_EUNIMPLEMENTED},
    {"INTERNAL", FM_EINTERNAL},
    {"UNAVAILABLE", FM_EUNAVAILABLE},
    {"DATA_LOSS", FM_ECORRUPT},
    {"UNAUTHENTICATED", FM_EUNAUTH},
};

#define CODE_COUNT (sizeof CODES / sizeof *CODES)

enum fm_error fm_status_error(uint32_t code, struct fm_str name)
{
    if (code >= CODE_COUNT)
        return FM_EINTERNAL;
    for (int e = 0; name.len > 0 && e < FM_ERROR_COUNT; e++)
        if (fm_status_code((enum fm_error)e) == code &&
            fm_str_eqz(name, fm_error_name((enum fm_error)e)))
            return (enum fm_error)e;
    return CODES[code].error;
}

const char *fm_status_name(uint32_t code)
{
    return CODES[code < CODE_COUNT ? code : FACTMILL__RPC__V1__CODE__UNKNOWN]
        .name;
}
