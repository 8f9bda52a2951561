#include "rpc/auth.h"

#include "base/buf.h"
#include "base/parse.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* Thousands of clients; a table for more would be looked after by programs. */
#define FILE_MAX       ((size_t)4 << 20)
#define KEYS_MAX       8192u
#define PER_SECOND_MAX (1ull << 40)

struct entry {
    char key[FM_KEY_SIZE];
    uint32_t principal;
    uint32_t line;
};

struct fm_auth {
    atomic_uint owners;
    struct entry *keys; /* sorted */
    size_t key_count;
    size_t key_cap;
    struct fm_principal *principals; /* in the order of the file */
    size_t principal_count;
    size_t principal_cap;
};

static const struct {
    const char *name;
    enum fm_role role;
} roles[] = {
    {"producer", FM_ROLE_PRODUCER},
    {"reader", FM_ROLE_READER},
    {"worker", FM_ROLE_WORKER},
    {"admin", FM_ROLE_ADMIN},
};

#define ROLES (sizeof roles / sizeof roles[0])

/* A line as it is taken apart. */
struct line {
    const char *path;
    uint32_t number;
    struct fm_why *why;
    struct fm_principal principal;
    struct fm_str key;
};

static enum fm_error bad(const struct line *line, const char *reason,
                         const char *what, struct fm_str text)
{
    return fm_fail(FM_ECONFIG, line->why, reason, "%s:%u: \"%.*s\" %s",
                   line->path, line->number,
                   (int)(text.len < 100 ? text.len : 100), text.data, what);
}

/* --- the words of a line ------------------------------------------------------ */

static bool next_word(struct fm_str *rest, struct fm_str *ret_word)
{
    size_t end = 0;

    *rest = fm_str_trim(*rest);
    while (end < rest->len && !fm_is_space(rest->data[end]))
        end++;
    *ret_word = fm_str_sub(*rest, 0, end);
    *rest = fm_str_sub(*rest, end, rest->len);
    return end > 0;
}

static enum fm_error take_name(struct line *line, struct fm_str word)
{
    bool good =
        word.len <= FM_PRINCIPAL_LEN && !fm_str_eqz(word, FM_PRINCIPAL_LOCAL);

    for (size_t i = 0; good && i < word.len; i++) {
        char c = word.data[i];

        good = fm_is_alpha(c) || fm_is_digit(c) || c == '.' || c == '-' ||
               c == '_' || c == '@';
    }
    if (!good)
        return bad(line, "CLIENT_NAME",
                   "is no name: up to 64 letters, digits, '.', '-', '_', '@'; "
                   "not \"local\"",
                   word);
    memcpy(line->principal.name, word.data, word.len);
    line->principal.name[word.len] = '\0';
    return FM_OK;
}

static enum fm_error take_roles(struct line *line, struct fm_str word)
{
    struct fm_str rest = word;
    struct fm_str part;

    while (fm_str_next(&rest, ',', &part)) {
        size_t i = 0;

        while (i < ROLES && !fm_str_eqz(part, roles[i].name))
            i++;
        if (i == ROLES)
            return bad(line, "CLIENT_ROLE",
                       "is no role: producer, reader, worker or admin, by "
                       "commas without spaces",
                       part);
        line->principal.roles |= roles[i].role;
    }
    return FM_OK;
}

static enum fm_error take_limit(struct line *line, struct fm_str word)
{
    struct fm_str rest = word;
    struct fm_str name = {0};
    uint64_t value = 0;

    (void)fm_str_next(&rest, '=', &name);
    if (fm_str_eqz(name, "calls")) {
        if (fm_parse_u64(rest, &value) != FM_OK || value > PER_SECOND_MAX)
            return bad(line, "CLIENT_LIMIT", "is no number of calls a second",
                       word);
        line->principal.calls_per_second = value;
    } else if (fm_str_eqz(name, "bytes")) {
        if (fm_parse_size(rest, &value) != FM_OK || value > PER_SECOND_MAX)
            return bad(line, "CLIENT_LIMIT",
                       "is no size a second, like 512k or 4M", word);
        line->principal.bytes_per_second = value;
    } else {
        return bad(line, "CLIENT_LIMIT",
                   "is neither calls=NUMBER nor bytes=SIZE", word);
    }
    return FM_OK;
}

static enum fm_error take_apart(struct line *line, struct fm_str text)
{
    struct fm_str name = {0};
    struct fm_str list = {0};
    struct fm_str word;
    enum fm_error e;

    if (!next_word(&text, &name) || !next_word(&text, &list) ||
        !next_word(&text, &line->key))
        return bad(line, "CLIENT_LINE", "is too short: NAME ROLES KEY [LIMITS]",
                   name);
    e = take_name(line, name);
    if (e == FM_OK)
        e = take_roles(line, list);
    if (e == FM_OK && !fm_key_valid(line->key))
        e = bad(line, "CLIENT_KEY",
                "has no public key as its third word: 40 characters, as "
                "factmill keygen prints them",
                name);
    while (e == FM_OK && next_word(&text, &word))
        e = take_limit(line, word);
    return e;
}

/* --- the table ----------------------------------------------------------------- */

static bool grow(void **items, size_t *cap, size_t n, size_t size)
{
    size_t more = *cap == 0 ? 16 : 2 * *cap;
    void *bigger;

    if (n < *cap)
        return true;
    bigger = realloc(*items, more * size);
    if (bigger == NULL)
        return false;
    *items = bigger;
    *cap = more;
    return true;
}

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail_errno(ENOMEM, why, "no memory for the keys of clients");
}

static enum fm_error find_principal(struct fm_auth *auth,
                                    const struct line *line, uint32_t *ret)
{
    const struct fm_principal *new = &line->principal;
    struct fm_principal *p;

    for (size_t i = 0; i < auth->principal_count; i++) {
        p = &auth->principals[i];
        if (!fm_str_eqz(fm_str(p->name), new->name))
            continue;
        if (p->roles != new->roles ||
            p->calls_per_second != new->calls_per_second ||
            p->bytes_per_second != new->bytes_per_second)
            return bad(line, "CLIENT_TWICE",
                       "has other roles or limits on an earlier line; only "
                       "the key may differ",
                       fm_str(new->name));
        *ret = (uint32_t)i;
        return FM_OK;
    }
    if (!grow((void **)(void *)&auth->principals, &auth->principal_cap,
              auth->principal_count, sizeof *auth->principals))
        return no_memory(line->why);
    p = &auth->principals[auth->principal_count];
    *p = *new;
    p->index = (uint32_t)auth->principal_count;
    *ret = p->index;
    auth->principal_count++;
    return FM_OK;
}

static enum fm_error add_line(struct fm_auth *auth, const struct line *line)
{
    struct entry *entry;
    uint32_t principal = 0;
    enum fm_error e = find_principal(auth, line, &principal);

    if (e != FM_OK)
        return e;
    if (auth->key_count == KEYS_MAX)
        return fm_fail(FM_ECONFIG, line->why, "CLIENTS_TOO_MANY",
                       "%s:%u: more than %u keys", line->path, line->number,
                       KEYS_MAX);
    if (!grow((void **)(void *)&auth->keys, &auth->key_cap, auth->key_count,
              sizeof *auth->keys))
        return no_memory(line->why);
    entry = &auth->keys[auth->key_count++];
    memcpy(entry->key, line->key.data, FM_KEY_LEN);
    entry->key[FM_KEY_LEN] = '\0';
    entry->principal = principal;
    entry->line = line->number;
    return FM_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = memcmp(x->key, y->key, FM_KEY_LEN);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static enum fm_error sort(struct fm_auth *auth, const char *path,
                          struct fm_why *why)
{
    if (auth->key_count == 0)
        return FM_OK;
    qsort(auth->keys, auth->key_count, sizeof *auth->keys, by_key);
    for (size_t i = 1; i < auth->key_count; i++) {
        const struct entry *first = &auth->keys[i - 1];
        const struct entry *second = &auth->keys[i];

        if (memcmp(first->key, second->key, FM_KEY_LEN) == 0)
            return fm_fail(FM_ECONFIG, why, "CLIENT_KEY_TWICE",
                           "%s:%u: the same key as on line %u; a key has one "
                           "owner",
                           path, second->line, first->line);
    }
    return FM_OK;
}

enum fm_error fm_auth_read(struct fm_str text, const char *path,
                           struct fm_why *why, struct fm_auth **ret_auth)
{
    struct fm_auth *auth = calloc(1, sizeof *auth);
    struct fm_str rest = text;
    struct fm_str words;
    enum fm_error e = FM_OK;

    if (auth == NULL)
        return no_memory(why);
    atomic_init(&auth->owners, 1);
    for (uint32_t n = 1; e == FM_OK && fm_str_next(&rest, '\n', &words); n++) {
        struct line line = {.path = path, .number = n, .why = why};

        words = fm_str_trim(words);
        if (words.len == 0 || words.data[0] == '#')
            continue;
        e = take_apart(&line, words);
        if (e == FM_OK)
            e = add_line(auth, &line);
    }
    if (e == FM_OK)
        e = sort(auth, path, why);
    if (e == FM_OK)
        *ret_auth = auth;
    else
        fm_auth_free(auth);
    return e;
}

/* Who can write the file can let himself in. */
static enum fm_error check_status(const char *path, FILE *file,
                                  struct fm_why *why)
{
    struct stat status;

    if (fstat(fileno(file), &status) != 0)
        return fm_fail_errno(errno, why, "cannot read %s", path);
    if (!S_ISREG(status.st_mode))
        return fm_fail(FM_ECONFIG, why, "CLIENTS_FILE",
                       "%s is no file with keys of clients", path);
    if ((status.st_mode & 0022) != 0)
        return fm_fail(FM_EPERM, why, "CLIENTS_FILE_MODE",
                       "%s says who is let in and has mode %04o, so others can "
                       "write it: chmod go-w it",
                       path, (unsigned)(status.st_mode & 07777));
    return FM_OK;
}

enum fm_error fm_auth_load(const char *path, struct fm_why *why,
                           struct fm_auth **ret_auth)
{
    FILE *file = fopen(path, "re");
    struct fm_buf text;
    char chunk[4096];
    size_t n = 0;
    enum fm_error e;

    if (file == NULL)
        return fm_fail_errno(errno, why, "cannot read the client keys %s",
                             path);
    fm_buf_init(&text, FILE_MAX);
    e = check_status(path, file, why);
    while (e == FM_OK && (n = fread(chunk, 1, sizeof chunk, file)) > 0)
        fm_buf_add(&text, chunk, n);
    if (e == FM_OK && (ferror(file) || fm_buf_error(&text) != FM_OK))
        e = fm_fail(FM_ECONFIG, why, "CLIENTS_FILE",
                    "cannot read the client keys %s (at most %zu bytes)", path,
                    FILE_MAX);
    (void)fclose(file);
    if (e == FM_OK)
        e = fm_auth_read(fm_buf_view(&text), path, why, ret_auth);
    fm_buf_release(&text);
    return e;
}

enum fm_error fm_auth_of_server(const char *secret_key, const char *client_keys,
                                bool allow_plaintext, struct fm_why *why,
                                struct fm_security *ret_security,
                                struct fm_auth **ret_auth)
{
    bool has_key = secret_key != NULL && secret_key[0] != '\0';
    bool has_clients = client_keys != NULL && client_keys[0] != '\0';
    struct fm_auth *auth = NULL;
    enum fm_error e = FM_OK;

    if (has_key != has_clients)
        return fm_fail(FM_ECONFIG, why, "KEY_MISSING",
                       "%s is given without %s: a server with a key needs to "
                       "know the keys of its clients",
                       has_key ? "secret-key" : "client-keys",
                       has_key ? "client-keys" : "secret-key");
    if (has_clients)
        e = fm_auth_load(client_keys, why, &auth);
    if (e == FM_OK)
        e = fm_security_of_server(secret_key, allow_plaintext, why,
                                  ret_security);
    if (e == FM_OK)
        *ret_auth = auth;
    else
        fm_auth_free(auth);
    return e;
}

struct fm_auth *fm_auth_share(struct fm_auth *auth)
{
    if (auth != NULL)
        atomic_fetch_add(&auth->owners, 1);
    return auth;
}

void fm_auth_free(struct fm_auth *auth)
{
    if (auth == NULL || atomic_fetch_sub(&auth->owners, 1) > 1)
        return;
    free(auth->keys);
    free(auth->principals);
    free(auth);
}

/* --- asking it ----------------------------------------------------------------- */

const struct fm_principal *fm_auth_find(const struct fm_auth *auth,
                                        struct fm_str key)
{
    size_t from = 0;
    size_t to = auth->key_count;

    if (key.len != FM_KEY_LEN)
        return NULL;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = memcmp(key.data, auth->keys[middle].key, FM_KEY_LEN);

        if (order == 0)
            return &auth->principals[auth->keys[middle].principal];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

const struct fm_principal *fm_auth_principal(const struct fm_auth *auth,
                                             size_t index)
{
    return &auth->principals[index];
}

size_t fm_auth_principals(const struct fm_auth *auth)
{
    return auth->principal_count;
}

size_t fm_auth_keys(const struct fm_auth *auth)
{
    return auth->key_count;
}

void fm_role_text(uint32_t set, char ret[48])
{
    int n = 0;

    ret[0] = '\0';
    for (size_t i = 0; i < ROLES; i++)
        if ((set & roles[i].role) != 0)
            n += snprintf(ret + n, 48 - (size_t)n, "%s%s", n > 0 ? ", " : "",
                          roles[i].name);
}
