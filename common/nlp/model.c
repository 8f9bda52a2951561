#include "nlp/model.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER 64u
#define ENTRY  48u
#define ALIGN  64u

static const char magic[8] = {'F', 'M', 'M', 'O', 'D', 'E', 'L', '\n'};

struct fm_model {
    struct fm_str bytes;
    bool mapped;
    uint32_t sections;
};

static uint64_t get(const struct fm_model *m, size_t at, size_t size)
{
    uint64_t v = 0;

    for (size_t i = size; i-- > 0;)
        v = v << 8 | (unsigned char)m->bytes.data[at + i];
    return v;
}

static enum fm_error damaged(struct fm_why *why, const char *what)
{
    return fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED", "the model file %s",
                   what);
}

static enum fm_error check_header(struct fm_model *m, struct fm_why *why)
{
    const uint16_t one = 1;
    uint8_t first;

    memcpy(&first, &one, 1);
    if (first != 1)
        return fm_fail(FM_EUNIMPLEMENTED, why, NULL,
                       "models are read on little-endian machines only");
    if (m->bytes.len < HEADER || memcmp(m->bytes.data, magic, 8) != 0)
        return damaged(why, "does not begin as one does");
    if (get(m, 8, 4) > FM_MODEL_VERSION)
        return fm_fail(FM_EVERSION, why, "MODEL_NEWER",
                       "the model file has version %u, this program reads "
                       "version %u",
                       (unsigned)get(m, 8, 4), FM_MODEL_VERSION);
    if (get(m, 8, 4) != FM_MODEL_VERSION)
        return damaged(why, "has an unknown version");
    if (get(m, 16, 8) != m->bytes.len)
        return damaged(why, "is not as long as it says: cut short?");
    m->sections = (uint32_t)get(m, 12, 4);
    if (m->sections > FM_MODEL_SECTIONS_MAX ||
        HEADER + (uint64_t)m->sections * ENTRY > m->bytes.len)
        return damaged(why, "has a bad number of sections");
    if (fm_hash64(m->bytes.data + HEADER, (size_t)m->sections * ENTRY, 0) !=
        get(m, 24, 8))
        return damaged(why, "has a damaged section table");
    return FM_OK;
}

static enum fm_error check_section(const struct fm_model *m, uint32_t i,
                                   struct fm_why *why)
{
    size_t at = HEADER + (size_t)i * ENTRY;
    uint64_t offset = get(m, at + 24, 8);
    uint64_t len = get(m, at + 32, 8);

    if (offset % ALIGN != 0 || offset > m->bytes.len ||
        len > m->bytes.len - offset || m->bytes.data[at + 23] != '\0')
        return damaged(why, "has a section outside itself");
    if (fm_hash64(m->bytes.data + offset, (size_t)len, 0) != get(m, at + 40, 8))
        return fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED",
                       "section %s of the model file is damaged",
                       m->bytes.data + at);
    return FM_OK;
}

enum fm_error fm_model_view(struct fm_str bytes, struct fm_why *why,
                            struct fm_model **ret)
{
    struct fm_model *m = calloc(1, sizeof *m);
    enum fm_error e;

    if (m == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the model");
    m->bytes = bytes;
    e = check_header(m, why);
    for (uint32_t i = 0; e == FM_OK && i < m->sections; i++)
        e = check_section(m, i, why);
    if (e != FM_OK)
        free(m);
    else
        *ret = m;
    return e;
}

enum fm_error fm_model_open(const char *path, struct fm_why *why,
                            struct fm_model **ret)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void *bytes = MAP_FAILED;
    size_t len = 0;
    enum fm_error e = FM_OK;

    if (file < 0)
        return fm_fail_errno(errno, why, "cannot open the model %s", path);
    if (fstat(file, &status) != 0)
        e = fm_fail_errno(errno, why, "cannot read the model %s", path);
    else if (!S_ISREG(status.st_mode) || status.st_size < (off_t)HEADER ||
             (uint64_t)status.st_size > FM_MODEL_BYTES_MAX)
        e = fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED", "%s is no model file",
                    path);
    if (e == FM_OK) {
        len = (size_t)status.st_size;
        bytes = mmap(NULL, len, PROT_READ, MAP_SHARED, file, 0);
        if (bytes == MAP_FAILED)
            e = fm_fail_errno(errno, why, "cannot map the model %s", path);
    }
    (void)close(file);
    if (e == FM_OK)
        e = fm_model_view(fm_str_n(bytes, len), why, ret);
    if (e == FM_OK)
        (*ret)->mapped = true;
    else if (bytes != MAP_FAILED)
        (void)munmap(bytes, len);
    return e;
}

void fm_model_close(struct fm_model *m)
{
    if (m == NULL)
        return;
    if (m->mapped)
        (void)munmap(fm_unconst(m->bytes.data), m->bytes.len);
    free(m);
}

enum fm_error fm_model_section(const struct fm_model *m, const char *name,
                               struct fm_why *why, struct fm_str *ret)
{
    for (uint32_t i = 0; i < m->sections; i++) {
        size_t at = HEADER + (size_t)i * ENTRY;

        if (strcmp(m->bytes.data + at, name) == 0) {
            *ret = fm_str_n(m->bytes.data + get(m, at + 24, 8),
                            (size_t)get(m, at + 32, 8));
            return FM_OK;
        }
    }
    return fm_fail(FM_ECORRUPT, why, "MODEL_DAMAGED",
                   "the model file has no section %s", name);
}

uint64_t fm_model_hash(const struct fm_model *m)
{
    return get(m, 24, 8);
}
