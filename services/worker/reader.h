/* Reads one article on loan and makes the result that goes back: steps 5 and 6
 * of an article's path. */
#ifndef FM_WORKER_READER_H
#define FM_WORKER_READER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/sketch.h"
#include "extract/extract.h"
#include "factmill/v1/work.pb-c.h"

struct fm_reader {
    struct fm_nlp *nlp;
    struct fm_extractor *extractor;
    struct fm_arena arena; /* of one article, used again for the next */
    struct fm_sketch sketch;
};

/* model: path, NULL = the usual places. */
enum fm_error fm_reader_init(struct fm_reader *reader, const char *model,
                             struct fm_why *why);
void fm_reader_release(struct fm_reader *reader);
/* Version of what reads. */
const char *fm_reader_version(const struct fm_reader *reader);
/* Writes a serialized WorkResult to out (emptied before): the extraction, or
 * the error in its place. Fails only when not even the error fits. */
enum fm_error fm_reader_run(struct fm_reader *reader,
                            const Factmill__V1__Lease *lease,
                            struct fm_buf *out);
/* A WorkResult that hands a lease back, not begun. */
enum fm_error fm_reader_decline(uint64_t lease, struct fm_buf *out);

#endif
