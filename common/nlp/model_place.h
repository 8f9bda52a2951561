/* Where the model file is.
 *
 * An installed program has it in ../share/factmill beside its own folder, one
 * that runs in its build tree in the source tree, whose path is compiled in. */
#ifndef FM_NLP_MODEL_PLACE_H
#define FM_NLP_MODEL_PLACE_H

#include "base/error.h"

#include <limits.h>

#define FM_MODEL_FILE "factmill.model"
/* A flag or variable that names a file. */
#define FM_MODEL_VARIABLE "FACTMILL_MODEL"

/* The first of these that there is:
 *   asked, unless NULL or empty
 *   FACTMILL_MODEL in the environment, unless empty
 *   ../share/factmill/factmill.model from the program's folder
 *   share/factmill/factmill.model of the prefix it was built for
 *   common/nlp/model/factmill.model of the source it was built from
 * A file named by the first two is taken whether it is there or not. FM_ECONFIG
 * when there is none, ret_path untouched: why says where it was looked for. Reads
 * the environment: call it before there are threads that change it. */
enum fm_error fm_model_place(const char *asked, struct fm_why *why,
                             char ret_path[PATH_MAX]);

#endif
