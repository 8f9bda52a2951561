/* Runs the extractor over all articles of an input on several threads, and
 * prints in the order of the input. */
#ifndef FM_CLI_EXTRACT_JOBS_H
#define FM_CLI_EXTRACT_JOBS_H

#include "cli/cli.h"
#include "cli/extract_format.h"
#include "cli/input.h"

struct fm_extract_jobs {
    const struct fm_cli *cli;
    const struct fm_nlp *nlp;
    struct fm_extract_options options;
    fm_extract_writer *write;
    uint32_t threads; /* 1 to FM_EXTRACT_THREADS_MAX */
};

#define FM_EXTRACT_THREADS_MAX 64

/* Articles that could not be read or extracted are reported on stderr with
 * their file and line, and counted in *ret_refused; all others are printed. */
enum fm_error fm_extract_jobs_run(const struct fm_extract_jobs *jobs,
                                  struct fm_input *input, struct fm_why *why,
                                  uint64_t *ret_refused);

#endif
