#include "extract/entity.h"

void fm_extract_entities(struct fm_context *ctx,
                         Factmill__V1__Extraction *extraction)
{
    (void)ctx;
    (void)extraction;
}
