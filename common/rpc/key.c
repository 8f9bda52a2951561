#include "rpc/key.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two lines; more is another kind of file. */
#define FILE_MAX 4096u

static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}"
                               "@%$#";

static const struct fm_str SECRET = FM_STR_LIT("secret-key");
static const struct fm_str OPEN = FM_STR_LIT("public-key");
static const struct fm_str CREDENTIAL = FM_STR_LIT("credential:");

/* Five characters are 32 bits; some combinations would be more. */
static bool is_group(const char *at)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 5; i++) {
        const char *digit = at[i] != '\0' ? strchr(alphabet, at[i]) : NULL;

        if (digit == NULL)
            return false;
        value = value * 85 + (uint64_t)(digit - alphabet);
    }
    return value <= UINT32_MAX;
}

bool fm_key_valid(struct fm_str text)
{
    if (text.len != FM_KEY_LEN)
        return false;
    for (size_t i = 0; i < FM_KEY_LEN; i += 5)
        if (!is_group(text.data + i))
            return false;
    return true;
}

void fm_key_pair_wipe(struct fm_key_pair *pair)
{
    fm_wipe(pair, sizeof *pair);
}

/* --- files ------------------------------------------------------------------- */

struct key_file {
    const char *path;
    bool secret;  /* nobody else may read it */
    bool guarded; /* by the service manager: its mode says nothing */
    char text[FILE_MAX];
    size_t len;
};

static enum fm_error check_status(const struct key_file *file, int fd,
                                  struct fm_why *why)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return fm_fail_errno(errno, why, "cannot read %s", file->path);
    if (!S_ISREG(status.st_mode))
        return fm_fail(FM_ECONFIG, why, "KEY_FILE",
                       "%s is no file that could hold a key", file->path);
    if (!file->secret || file->guarded)
        return FM_OK;
    if ((status.st_mode & 0077) != 0)
        return fm_fail(FM_EPERM, why, "KEY_FILE_MODE",
                       "%s holds a secret key and has mode %04o, so others "
                       "can get at it: chmod 600 it (and make a new key if "
                       "somebody may have)",
                       file->path, (unsigned)(status.st_mode & 07777));
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return fm_fail(FM_EPERM, why, "KEY_FILE_OWNER",
                       "%s holds a secret key and belongs to user %ld, neither "
                       "to this one nor to root",
                       file->path, (long)status.st_uid);
    return FM_OK;
}

/* O_NONBLOCK: a pipe by that name must not hold us up. */
static enum fm_error read_file(struct key_file *file, struct fm_why *why)
{
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum fm_error e;
    ssize_t n = 1;

    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot read the key %s", file->path);
    e = check_status(file, fd, why);
    file->len = 0;
    while (e == FM_OK && n > 0 && file->len < sizeof file->text) {
        n = read(fd, file->text + file->len, sizeof file->text - file->len);
        if (n < 0 && errno != EINTR)
            e = fm_fail_errno(errno, why, "cannot read the key %s", file->path);
        file->len += n > 0 ? (size_t)n : 0;
        n = n < 0 ? 1 : n;
    }
    (void)close(fd);
    if (e == FM_OK && file->len == sizeof file->text)
        e = fm_fail(FM_ECONFIG, why, "KEY_FILE", "%s is too long for a key",
                    file->path);
    return e;
}

/* The key behind word, or the key that is all there is. */
static struct fm_str find_key(const struct key_file *file, struct fm_str word)
{
    struct fm_str rest = fm_str_trim(fm_str_n(file->text, file->len));
    struct fm_str line;

    if (fm_key_valid(rest))
        return rest;
    while (fm_str_next(&rest, '\n', &line)) {
        line = fm_str_trim(line);
        if (line.len <= word.len || !fm_str_starts(line, word) ||
            !fm_is_space(line.data[word.len]))
            continue;
        line = fm_str_trim(fm_str_sub(line, word.len, line.len));
        if (fm_key_valid(line))
            return line;
    }
    return fm_str_n(NULL, 0);
}

static enum fm_error take_key(struct key_file *file, struct fm_why *why,
                              char ret[FM_KEY_SIZE])
{
    struct fm_str word = file->secret ? SECRET : OPEN;
    struct fm_str other = file->secret ? OPEN : SECRET;
    struct fm_str key;
    enum fm_error e = read_file(file, why);

    if (e != FM_OK)
        goto done;
    key = find_key(file, word);
    if (key.len == FM_KEY_LEN) {
        memcpy(ret, key.data, FM_KEY_LEN);
        ret[FM_KEY_LEN] = '\0';
        goto done;
    }
    key = find_key(file, other);
    e = fm_fail(FM_ECONFIG, why, "KEY_FILE",
                key.len > 0 ? "%s holds a %s where a %s is wanted"
                            : "%s holds neither a %s nor a %s (see factmill "
                              "keygen)",
                file->path, other.data, word.data);
done:
    fm_wipe(file->text, sizeof file->text);
    return e;
}

/* --- secret keys ------------------------------------------------------------- */

static enum fm_error credential_path(struct fm_str name, struct fm_why *why,
                                     char ret[PATH_MAX])
{
    const char *folder =
        getenv("CREDENTIALS_DIRECTORY"); /* NOLINT(concurrency-mt-unsafe): read
                                            at start, before there are threads */
    int n;

    if (folder == NULL || folder[0] == '\0')
        return fm_fail(FM_ECONFIG, why, "KEY_CREDENTIAL",
                       "credential:%.*s: the service manager has passed no "
                       "credentials (LoadCredential=%.*s:FILE in the unit)",
                       FM_STR_ARG(name), FM_STR_ARG(name));
    if (name.len == 0 || memchr(name.data, '/', name.len) != NULL ||
        name.data[0] == '.')
        return fm_fail(FM_ECONFIG, why, "KEY_CREDENTIAL",
                       "credential:%.*s is no name of a credential",
                       FM_STR_ARG(name));
    n = snprintf(ret, PATH_MAX, "%s/%.*s", folder, FM_STR_ARG(name));
    if (n < 0 || n >= PATH_MAX)
        return fm_fail(FM_ECONFIG, why, "KEY_CREDENTIAL",
                       "the name of the credential is too long");
    return FM_OK;
}

enum fm_error fm_key_secret_read(const char *where, struct fm_why *why,
                                 char ret[FM_KEY_SIZE])
{
    struct key_file file = {.path = where, .secret = true};
    struct fm_str text = fm_str(where);
    char path[PATH_MAX];
    enum fm_error e = FM_OK;

    if (fm_key_valid(text))
        return fm_fail(FM_ECONFIG, why, "KEY_IN_THE_OPEN",
                       "a secret key is given as a file, not as itself: "
                       "command lines and environments are seen by others (and "
                       "this key may have been)");
    if (fm_str_starts(text, CREDENTIAL)) {
        e = credential_path(fm_str_sub(text, CREDENTIAL.len, text.len), why,
                            path);
        file.path = path;
        file.guarded = true;
    }
    return e == FM_OK ? take_key(&file, why, ret) : e;
}

enum fm_error fm_key_open_read(const char *text, struct fm_why *why,
                               char ret[FM_KEY_SIZE])
{
    struct key_file file = {.path = text};

    if (!fm_key_valid(fm_str(text)))
        return take_key(&file, why, ret);
    memcpy(ret, text, FM_KEY_SIZE);
    return FM_OK;
}
