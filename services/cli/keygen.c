#include "cli/keygen.h"

#include "base/hash.h"
#include "cli/cli.h"
#include "rpc/key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLAG(type, member) \
 FM_CLI_##type, offsetof(struct fm_keygen_flags, member)

const struct fm_cli_flag fm_keygen_flag_table[] = {
    {"role", 'r', FLAG(CHOICE, role), "producer", NULL,
     "server|producer|reader|worker|admin", "ROLE",
     "who will use the keys: says what to do next"},
};

const size_t fm_keygen_flag_count =
    sizeof fm_keygen_flag_table / sizeof fm_keygen_flag_table[0];

/* A pair of files that do not exist yet. */
struct files {
    const char *name;          /* of the pair, without its folder */
    char secret[PATH_MAX + 8]; /* NAME.key */
    char open[PATH_MAX + 8];   /* NAME.pub */
};

/* Never over a file that is there: it may be the only copy of a key. Flushed,
 * because the other half is about to be given away. */
static enum fm_error write_new(const char *path, mode_t mode, const char *text,
                               size_t len, struct fm_why *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    enum fm_error e = FM_OK;

    if (fd < 0 && errno == EEXIST)
        return fm_fail(FM_EEXISTS, why, NULL,
                       "%s is there already; move it away, or choose another "
                       "name",
                       path);
    if (fd < 0)
        return fm_fail_errno(errno, why, "cannot make %s", path);
    if (fchmod(fd, mode) != 0 || write(fd, text, len) != (ssize_t)len ||
        fsync(fd) != 0)
        e = fm_fail_errno(errno, why, "cannot write %s", path);
    if (close(fd) != 0 && e == FM_OK)
        e = fm_fail_errno(errno, why, "cannot write %s", path);
    if (e != FM_OK)
        (void)unlink(path);
    return e;
}

static enum fm_error write_pair(const struct files *files,
                                const struct fm_key_pair *pair,
                                struct fm_why *why)
{
    char text[512];
    int n = snprintf(text, sizeof text,
                     "# factmill: the secret key of %.64s. Who can read it can "
                     "act in its name.\nsecret-key %s\n",
                     files->name, pair->secret);
    enum fm_error e = write_new(files->secret, 0600, text, (size_t)n, why);

    fm_wipe(text, sizeof text);
    if (e != FM_OK)
        return e;
    n = snprintf(text, sizeof text,
                 "# factmill: the public key of %.64s, to be given away.\n"
                 "public-key %s\n",
                 files->name, pair->open);
    e = write_new(files->open, 0644, text, (size_t)n, why);
    if (e != FM_OK)
        (void)unlink(files->secret);
    return e;
}

static enum fm_error name_files(const char *name, struct files *ret,
                                struct fm_why *why)
{
    const char *slash = strrchr(name, '/');

    ret->name = slash != NULL ? slash + 1 : name;
    if (ret->name[0] == '\0' || strlen(name) >= PATH_MAX)
        return fm_fail(FM_EINVAL, why, NULL,
                       "\"%.60s\" is no name for a pair of files", name);
    (void)snprintf(ret->secret, sizeof ret->secret, "%s.key", name);
    (void)snprintf(ret->open, sizeof ret->open, "%s.pub", name);
    return FM_OK;
}

static void say_next(const struct files *files, const char *role,
                     const struct fm_key_pair *pair)
{
    (void)printf("secret key  %s  (mode 0600; it stays where it is used)\n"
                 "public key  %s  %s\n\nNext: ",
                 files->secret, files->open, pair->open);
    if (strcmp(role, "server") == 0)
        (void)printf(
            "in the configuration of factmill-ingest and factmill-query\n"
            "    secret-key = %s\n"
            "    client-keys = FILE   (a line for each client: NAME ROLES "
            "KEY)\n"
            "and give the public key to all clients (--server-key).\n",
            files->secret);
    else
        (void)printf(
            "add this line to the client-keys of the services, then SIGHUP "
            "them\n"
            "    %s %s %s\n"
            "and call with\n"
            "    --key %s --server-key PUBLIC-KEY-FILE-OF-THE-SERVICES\n"
            "or FACTMILL_KEY and FACTMILL_SERVER_KEY in the environment.\n",
            files->name, role, pair->open, files->secret);
}

int fm_cli_keygen(struct fm_cli *cli)
{
    const struct fm_keygen_flags *flags = cli->options;
    struct fm_key_pair pair = {{0}, {0}};
    struct fm_why why = FM_WHY_INIT;
    struct files files;
    enum fm_error e = name_files(
        cli->arg_count > 0 ? cli->args[0] : flags->role, &files, &why);

    if (e == FM_OK)
        e = fm_key_pair_make(&why, &pair);
    if (e == FM_OK)
        e = write_pair(&files, &pair, &why);
    if (e == FM_OK && cli->common.json)
        (void)printf("{\"public_key\":\"%s\"}\n", pair.open);
    else if (e == FM_OK)
        say_next(&files, flags->role, &pair);
    fm_key_pair_wipe(&pair);
    return e == FM_OK ? 0 : fm_cli_fail(cli, e, &why);
}
