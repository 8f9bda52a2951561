/* Headers as a peer may send them: read, and whatever was read looked at. */
#include "rpc/envelope.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fm_str bytes = fm_str_n((const char *)data, size);
    struct fm_header header = {0};
    struct fm_why why = FM_WHY_INIT;
    uint32_t code = 0;
    char out[FM_HEADER_SIZE];
    enum fm_error error;
    size_t len;

    if (fm_header_read(bytes, &why, &header) != FM_OK)
        return 0;
    (void)fm_header_metadata(bytes, "request-id");
    error = fm_header_status(&header, &code, &why);
    /* What it says is something that can be said again. */
    len = fm_header_write_end(header.call, error, &why, out);
    if (fm_header_read(fm_str_n(out, len), NULL, &header) != FM_OK)
        abort();
    return 0;
}
