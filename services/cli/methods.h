/* The methods that factmill call can name: those a server declares through
 * reflection, and those this program was built with. */
#ifndef FM_CLI_METHODS_H
#define FM_CLI_METHODS_H

#include "cli/remote.h"
#include "rpc/dynamic.h"

struct fm_method {
    char path[256]; /* "/factmill.v1.Query/GetFact" */
    const ProtobufCMessageDescriptor *input;
    const ProtobufCMessageDescriptor *output;
    enum fm_remote_kind kind;
};

/* By "/factmill.v1.Query/GetFact", "Query/GetFact", "GetFact" or with '.' in
 * place of '/', among the methods of this build. FM_ENOTFOUND. */
enum fm_error fm_method_find(struct fm_str name, struct fm_method *ret_method);
/* All of this build, a line each. */
void fm_methods_print(struct fm_buf *out);

/* Asks the server's reflection for all its methods. FM_EUNIMPLEMENTED: it has
 * none. Free *ret_dynamic with fm_dynamic_close. */
enum fm_error fm_methods_reflect(struct fm_remote *remote, struct fm_why *why,
                                 struct fm_dynamic **ret_dynamic);

#endif
