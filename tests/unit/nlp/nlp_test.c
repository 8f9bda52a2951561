#include "nlp/nlp.h"

#include "base/fault.h"
#include "fm_test.h"
#include "nlp/model_place.h"
#include "unit/nlp/document_check.h"

#include <fcntl.h>
#include <pthread.h>

/* Memory a document takes, all columns and the tables of names included. */
#define MEMORY_PER_BYTE 400u
#define MEMORY_AT_LEAST ((size_t)1 << 20)
/* Of a hostile text; the network is slow under sanitizers. */
#ifdef FM_ARENA_MALLOC
# define HOSTILE_BYTES ((size_t)1 << 10)
# define ROUNDS        4
#else
# define HOSTILE_BYTES ((size_t)16 << 10)
# define ROUNDS        20
#endif

static char folder[] = "/tmp/fm-nlp-XXXXXX";

static int setup(void **state)
{
    (void)state;
    fm_test_folder(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fm_test_remove(folder);
    return 0;
}

static void path_of(const char *name, char ret_path[128])
{
    (void)snprintf(ret_path, 128, "%s/%s", folder, name);
}

static void test_named_model_must_be_there(void **state)
{
    char path[128];
    struct fm_nlp_options options = {.model = path};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;

    (void)state;
    path_of("no.model", path);
    assert_fm_err(fm_nlp_open(&options, &why, &nlp), FM_ECONFIG);
    assert_null(nlp);
    assert_non_null(strstr(why.text, path));
    assert_non_null(strstr(why.text, "--model"));
}

static void test_variable_names_model(void **state)
{
    const char *before = getenv("FACTMILL_MODEL");
    char *saved = before != NULL ? strdup(before) : NULL;
    char path[128];
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;

    (void)state;
    path_of("none.model", path);
    assert_int_equal(setenv("FACTMILL_MODEL", path, 1), 0);
    assert_fm_err(fm_nlp_open(NULL, &why, &nlp), FM_ECONFIG);
    assert_non_null(strstr(why.text, path));
    assert_int_equal(saved != NULL ? setenv("FACTMILL_MODEL", saved, 1)
                                   : unsetenv("FACTMILL_MODEL"),
                     0);
    free(saved);
}

static void test_other_file_is_no_model(void **state)
{
    char path[128];
    struct fm_nlp_options options = {.model = path};
    struct fm_why why = FM_WHY_INIT;
    struct fm_nlp *nlp = NULL;
    FILE *file;

    (void)state;
    path_of("letter.model", path);
    file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 100; i++)
        assert_true(fputs("Dear Sir or Madam, ", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_fm_err(fm_nlp_open(&options, &why, &nlp), FM_ECONFIG);
    assert_string_equal(why.reason, "MODEL_DAMAGED");
    assert_non_null(strstr(why.text, path));
}

/* --- damage ----------------------------------------------------------------- */

static void copy_model(const char *to)
{
    char from[PATH_MAX];
    char piece[1 << 16];
    FILE *in;
    FILE *out;
    size_t n;

    assert_fm_ok(fm_model_place(NULL, NULL, from));
    in = fopen(from, "rb");
    out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(piece, 1, sizeof piece, in)) > 0)
        assert_int_equal(fwrite(piece, 1, n, out), n);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

static void flip(int file, off_t at)
{
    unsigned char byte;

    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
}

static void test_damaged_model(void **state)
{
    char path[128];
    struct fm_nlp_options options = {.model = path};
    struct fm_nlp *nlp = NULL;
    struct stat status;
    int file;

    (void)state;
    path_of("copy.model", path);
    copy_model(path);
    assert_fm_ok(fm_nlp_open(&options, NULL, &nlp));
    fm_nlp_close(nlp);
    file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(fstat(file, &status), 0);
    for (off_t i = 0; i < 4; i++) {
        off_t at = i * (status.st_size / 4) + 66;

        flip(file, at);
        assert_fm_err(fm_nlp_open(&options, NULL, &nlp), FM_ECONFIG);
        flip(file, at);
    }
    assert_int_equal(ftruncate(file, status.st_size - 1), 0);
    assert_fm_err(fm_nlp_open(&options, NULL, &nlp), FM_ECONFIG);
    assert_int_equal(close(file), 0);
    assert_int_equal(unlink(path), 0);
}

/* --- any bytes ---------------------------------------------------------------- */

static struct fm_nlp *nlp_all;
static struct fm_doc doc_all;

static int setup_reading(void **state)
{
    (void)state;
    fm_doc_init(&doc_all, (size_t)3 << 30);
    return fm_nlp_open(NULL, NULL, &nlp_all) == FM_OK ? 0 : -1;
}

static int teardown_reading(void **state)
{
    (void)state;
    fm_doc_release(&doc_all);
    fm_nlp_close(nlp_all);
    return 0;
}

static void read_whole(struct fm_str text, const char *name)
{
    const char *wrong;

    assert_fm_ok(fm_nlp_read(nlp_all, text, false, &doc_all, NULL));
    if (doc_all.arena.total > MEMORY_AT_LEAST + text.len * MEMORY_PER_BYTE)
        fail_msg("%s: %zu bytes of memory for %zu of text", name,
                 doc_all.arena.total, text.len);
    wrong = check_document(&doc_all);
    if (wrong != NULL)
        fail_msg("%s: not so: %s", name, wrong);
}

/* Texts that nobody writes, over and over. */
static void test_hostile_texts(void **state)
{
    static const char *const units[] = {
        "the bank said that prices rose in Sund ", /* never a full stop */
        "x",
        "Yes. ",
        ". ",
        "a-",
        "'s",
        "A&",
        "Sund ",
        "Ann Lee of ",
        "a\n",
        "http://a.b/",
        "1.2:",
        "The \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 said "
        "\xf0\x9f\x98\x80\xf0\x9f\x87\xb3\xf0\x9f\x87\xb4. ",
        "He said \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85 \xd7\xa9\xd7\x9c. ",
        "\xe4\xbb\x96\xe8\xaa\xaa\xe3\x80\x82",
        "The bank \xff\xfe said \xc3 that \xed\xa0\x80 rose. ",
        "\x01\x02\x1b[2J\x07 said\x7f ",
        "b\xe2\x80\x8b"
        "a\xe2\x81\xa0n\xef\xbb\xbfk \xc2\xad\xc2\xa0so. ",
        "e\xcc\x81",
        "\xe2\x80\xa8\xe2\x80\xa9",
        "\xe2\x80\x9c",
        "can't've ",
    };
    static char text[HOSTILE_BYTES];

    (void)state;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t width = strlen(units[u]);

        for (size_t i = 0; i < sizeof text; i++)
            text[i] = units[u][i % width];
        read_whole(fm_str_n(text, sizeof text), units[u]);
    }
    memset(text, 0, sizeof text);
    read_whole(fm_str_n(text, sizeof text), "NUL");
    read_whole(fm_str_n(NULL, 0), "nothing");
    read_whole(fm_str(" \n\n "), "white space");
}

static void test_random_bytes(void **state)
{
    static char text[HOSTILE_BYTES / 2];
    uint64_t random = 7;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            text[i] = (char)(random >> (round % 2 == 0 ? 56 : 57));
        }
        read_whole(fm_str_n(text, sizeof text), "random");
    }
}

static void test_long_line(void **state)
{
    size_t n = (size_t)10 << 20;
    char *text = malloc(n);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', n);
    read_whole(fm_str_n(text, n), "ten megabytes without a gap");
    free(text);
}

/* --- the same everywhere -------------------------------------------------------- */

static const char news[] =
    "The port of Sund will close its ferry terminal in May, the city council "
    "said on Tuesday. \xe2\x80\x9cWe can't keep it open,\xe2\x80\x9d said "
    "Ann Lee, who heads the council's transport committee.\n\nMore than 400 "
    "people work there. Halvia's government has promised to help them.\n";

struct reading {
    const struct fm_nlp *nlp;
    struct fm_buf out;
    pthread_t thread;
};

static void *read_often(void *user)
{
    struct reading *r = user;
    struct fm_doc doc;

    fm_doc_init(&doc, (size_t)64 << 20);
    for (int i = 0; i < ROUNDS; i++) {
        fm_buf_reset(&r->out);
        if (fm_nlp_read(r->nlp, fm_str(news), false, &doc, NULL) == FM_OK)
            fm_conllu_write(&doc, &r->out);
    }
    fm_doc_release(&doc);
    return NULL;
}

static void test_threads_agree(void **state)
{
    struct reading readings[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        readings[i].nlp = nlp_all;
        fm_buf_init(&readings[i].out, (size_t)1 << 20);
        assert_int_equal(
            pthread_create(&readings[i].thread, NULL, read_often, &readings[i]),
            0);
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(readings[i].thread, NULL), 0);
    for (size_t i = 1; i < 4; i++)
        assert_true(fm_str_eq(fm_buf_view(&readings[i].out),
                              fm_buf_view(&readings[0].out)));
    assert_true(readings[0].out.len > sizeof news);
    for (size_t i = 0; i < 4; i++)
        fm_buf_release(&readings[i].out);
}

/* What one text left behind does not show in the next. */
static void test_memory_is_reused(void **state)
{
    struct fm_buf first;
    struct fm_buf again;

    (void)state;
    fm_buf_init(&first, (size_t)1 << 20);
    fm_buf_init(&again, (size_t)1 << 20);
    read_whole(fm_str(news), "news");
    fm_conllu_write(&doc_all, &first);
    read_whole(fm_str("Sund. Ann Lee of Halvia! \xff"), "another");
    read_whole(fm_str(news), "news");
    fm_conllu_write(&doc_all, &again);
    assert_true(fm_str_eq(fm_buf_view(&first), fm_buf_view(&again)));
    fm_buf_release(&first);
    fm_buf_release(&again);
}

/* Each allocation fails once: an error, and then the text is read. */
static void test_no_memory(void **state)
{
    enum fm_error e = FM_ENOMEM;
    unsigned n = 0;

    (void)state;
    while (e == FM_ENOMEM) {
        char spec[32];
        struct fm_doc doc;

        fm_doc_init(&doc, (size_t)64 << 20);
        (void)snprintf(spec, sizeof spec, "arena.block:%u", ++n);
        fm_fault_set(spec);
        e = fm_nlp_read(nlp_all, fm_str(news), false, &doc, NULL);
        fm_fault_set(NULL);
        fm_doc_release(&doc);
    }
    assert_fm_ok(e);
    assert_true(n > 1);
    read_whole(fm_str(news), "news");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_named_model_must_be_there),
        cmocka_unit_test(test_variable_names_model),
        cmocka_unit_test(test_other_file_is_no_model),
        cmocka_unit_test(test_damaged_model),
        cmocka_unit_test_setup_teardown(test_hostile_texts, setup_reading,
                                        teardown_reading),
        cmocka_unit_test_setup_teardown(test_random_bytes, setup_reading,
                                        teardown_reading),
        cmocka_unit_test_setup_teardown(test_long_line, setup_reading,
                                        teardown_reading),
        cmocka_unit_test_setup_teardown(test_threads_agree, setup_reading,
                                        teardown_reading),
        cmocka_unit_test_setup_teardown(test_memory_is_reused, setup_reading,
                                        teardown_reading),
        cmocka_unit_test_setup_teardown(test_no_memory, setup_reading,
                                        teardown_reading),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
