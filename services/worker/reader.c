#include "worker/reader.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/wire.h"
#include "worker/guard.h"

#include <signal.h>
#include <unistd.h>

/* Documents, mentions and facts of the longest article (1 MiB of text, some
 * 200,000 tokens) take a quarter of it. */
#define ARENA_BYTES (512u << 20)
/* The largest result that still goes into an exchange beside names. */
#define RESULT_BYTES (FM_LIMIT_WORK_BODY - 4096u)

/* Points where tests make the worker die, hang or fail at a chosen article:
 * "worker.crash.ID:0:kill", "worker.hang.ID:0", "worker.error.ID:0"; or take memory
 * until there is none: "worker.bloat.ID:0". */
static bool fault(const char *kind, const char *id)
{
    char name[64];

    (void)snprintf(name, sizeof name, "worker.%s.%s", kind, id);
    return fm_fault_point(name);
}

static void bloat(void)
{
    struct block {
        struct block *next;
        char bytes[(1u << 20) - sizeof(struct block *)];
    } *blocks = NULL;

    for (struct block *b; (b = malloc(sizeof *b)) != NULL; blocks = b) {
        memset(b->bytes, 1, sizeof b->bytes);
        b->next = blocks;
    }
    while (blocks != NULL) {
        struct block *next = blocks->next;

        free(blocks);
        blocks = next;
    }
}

static enum fm_error extract(struct fm_reader *reader,
                             const Factmill__V1__Lease *lease,
                             struct fm_why *why, Factmill__V1__Extraction **ret)
{
    const struct fm_extract_options options = {
        .view = FM_EXTRACT_FULL,
        .version = lease->version,
    };
    const Factmill__V1__Article *article = lease->article;
    Factmill__V1__Extraction *x = NULL;
    enum fm_error e;

    if (article == NULL)
        return fm_fail(FM_EINVAL, why, "ARTICLE_MISSING",
                       "the lease has no article");
    if (fault("crash", article->id))
        (void)raise(SIGSEGV);
    while (fault("hang", article->id))
        (void)pause();
    if (fault("bloat", article->id)) {
        bloat();
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for the article");
    }
    if (fault("error", article->id))
        return fm_fail(FM_EINTERNAL, why, "FAULT", "made to fail by a test");
    e = fm_extract_run(reader->extractor, article, &options, &reader->arena,
                       why, &x);
    if (e != FM_OK)
        return e;
    /* Here, where there are many, and not in the one that commits. */
    fm_sketch_make(fm_str(article->text), &reader->sketch);
    x->sketch = reader->sketch.hashes;
    x->n_sketch = reader->sketch.n;
    *ret = x;
    return FM_OK;
}

static enum fm_error write_error(uint64_t lease, enum fm_error error,
                                 const struct fm_why *why, struct fm_buf *out)
{
    fm_buf_reset(out);
    fm_wire_u64(out, 1, lease);
    fm_wire_bytes(out, 3, fm_str(fm_why_text(why, error)));
    return fm_buf_error(out);
}

static enum fm_error write_extraction(uint64_t lease,
                                      const Factmill__V1__Extraction *x,
                                      struct fm_why *why, struct fm_buf *out)
{
    size_t size = factmill__v1__extraction__get_packed_size(x);
    char *to;

    if (size > RESULT_BYTES)
        return fm_fail(FM_ETOOBIG, why, "EXTRACTION_TOO_BIG",
                       "the extraction takes %zu bytes, at most %u fit into a "
                       "message: %zu facts, %zu mentions",
                       size, RESULT_BYTES, x->n_facts, x->n_mentions);
    fm_wire_u64(out, 1, lease);
    fm_wire_varint(out, 2u << 3 | 2u); /* field 2: the extraction's bytes */
    fm_wire_varint(out, size);
    to = fm_buf_reserve(out, size);
    if (to == NULL)
        return fm_fail(FM_ENOMEM, why, NULL,
                       "no memory for an extraction of %zu bytes", size);
    out->len += factmill__v1__extraction__pack(x, (uint8_t *)to);
    out->data[out->len] = '\0';
    return fm_buf_error(out);
}

enum fm_error fm_reader_run(struct fm_reader *reader,
                            const Factmill__V1__Lease *lease,
                            struct fm_buf *out)
{
    Factmill__V1__Extraction *extraction = NULL;
    struct fm_why why = FM_WHY_INIT;
    uint64_t began_us = fm_now_us();
    enum fm_error e;

    fm_buf_reset(out);
    fm_guard_begin();
    e = extract(reader, lease, &why, &extraction);
    if (e == FM_OK)
        e = write_extraction(lease->lease, extraction, &why, out);
    fm_guard_end();
    fm_arena_reset(&reader->arena);
    if (e != FM_OK)
        e = write_error(lease->lease, e, &why, out);
    fm_wire_u64(out, 4, fm_now_us() - began_us);
    return e != FM_OK ? e : fm_buf_error(out);
}

enum fm_error fm_reader_decline(uint64_t lease, struct fm_buf *out)
{
    fm_buf_reset(out);
    fm_wire_u64(out, 1, lease);
    return fm_buf_error(out);
}

enum fm_error fm_reader_init(struct fm_reader *reader, const char *model,
                             struct fm_why *why)
{
    const struct fm_nlp_options options = {.model = model};
    enum fm_error e;

    memset(reader, 0, sizeof *reader);
    fm_arena_init(&reader->arena, ARENA_BYTES);
    e = fm_nlp_open(&options, why, &reader->nlp);
    if (e == FM_OK)
        e = fm_extractor_new(reader->nlp, why, &reader->extractor);
    return e;
}

void fm_reader_release(struct fm_reader *reader)
{
    fm_extractor_free(reader->extractor);
    fm_nlp_close(reader->nlp);
    fm_arena_release(&reader->arena);
}

const char *fm_reader_version(const struct fm_reader *reader)
{
    return fm_nlp_version(reader->nlp);
}
