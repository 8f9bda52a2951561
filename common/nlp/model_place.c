#include "nlp/model_place.h"

#include "base/str.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is there anything of that name? A file that is not ours to read is there: it
 * must be an error, not passed over. */
static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool take(const char *path, char ret_path[PATH_MAX])
{
    size_t n = strlen(path);

    if (n >= PATH_MAX)
        return false;
    memcpy(ret_path, path, n + 1);
    return true;
}

/* ../share/factmill from the folder of the running program. */
static bool beside_program(char ret_path[PATH_MAX])
{
    static const char tail[] = "share/factmill/" FM_MODEL_FILE;
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    if (n <= 0)
        return false;
    /* Two names off the end: the program's and its folder's. */
    for (int i = 0; i < 2; i++) {
        while (n > 0 && path[n - 1] != '/')
            n--;
        n -= n > 1 && i == 0;
    }
    if ((size_t)n + sizeof tail > sizeof path)
        return false;
    memcpy(path + n, tail, sizeof tail);
    return is_there(path) && take(path, ret_path);
}

enum fm_error fm_model_place(const char *asked, struct fm_why *why,
                             char ret_path[PATH_MAX])
{
    static const char *const built_in[] = {
        FM_MODEL_INSTALLED,
        FM_MODEL_SOURCE,
    };
    const char *named = asked;

    if (named == NULL || *named == '\0')
        named = getenv(FM_MODEL_VARIABLE); /* NOLINT(concurrency-mt-unsafe):
                                              at start, see the header */
    if (named != NULL && *named != '\0')
        return take(named, ret_path)
                   ? FM_OK
                   : fm_fail(FM_ECONFIG, why, "MODEL_MISSING",
                             "the name of the model has more than %d bytes",
                             PATH_MAX - 1);
    if (beside_program(ret_path))
        return FM_OK;
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (is_there(built_in[i]) && take(built_in[i], ret_path))
            return FM_OK;
    return fm_fail(FM_ECONFIG, why, "MODEL_MISSING",
                   "there is no model: neither ../share/factmill/" FM_MODEL_FILE
                   " beside the program nor %s; install the program again or "
                   "name one with --model or " FM_MODEL_VARIABLE,
                   FM_MODEL_INSTALLED);
}
