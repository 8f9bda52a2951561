#include "nlp/model.h"

#include "base/hash.h"
#include "fm_test.h"

#include <stdalign.h>

/* A file of two sections, as model.h draws it. */
#define HEADER 64u
#define ENTRY  48u
#define LENGTH 256u

static alignas(64) char bytes[LENGTH];

static void put(size_t at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[at + i] = (char)(value >> (8 * i));
}

static void put_section(size_t i, const char *name, size_t offset, size_t len)
{
    size_t at = HEADER + i * ENTRY;

    memset(bytes + at, 0, ENTRY);
    memcpy(bytes + at, name, strlen(name));
    put(at + 24, offset, 8);
    put(at + 32, len, 8);
    put(at + 40, fm_hash64(bytes + offset, len, 0), 8);
}

static void seal(void)
{
    put(24, fm_hash64(bytes + HEADER, (size_t)2 * ENTRY, 0), 8);
}

static int setup(void **state)
{
    (void)state;
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, "FMMODEL\n", 8);
    put(8, FM_MODEL_VERSION, 4);
    put(12, 2, 4);
    put(16, LENGTH, 8);
    memcpy(bytes + 192, "harbour", 7);
    memcpy(bytes + 199, "ferry, and what is left of it all", 33);
    put_section(0, "ships", 192, 64);
    put_section(1, "none", 256, 0);
    seal();
    return 0;
}

static enum fm_error view(size_t len, struct fm_why *why)
{
    struct fm_model *model = NULL;
    enum fm_error e = fm_model_view(fm_str_n(bytes, len), why, &model);

    assert_true((e == FM_OK) == (model != NULL));
    fm_model_close(model);
    return e;
}

static void test_sections_by_name(void **state)
{
    struct fm_model *model = NULL;
    struct fm_str section = {0};
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    assert_fm_ok(fm_model_view(fm_str_n(bytes, LENGTH), &why, &model));
    assert_fm_ok(fm_model_section(model, "ships", &why, &section));
    assert_int_equal(section.len, 64);
    assert_true(fm_str_starts(section, fm_str("harbourferry")));
    assert_fm_ok(fm_model_section(model, "none", &why, &section));
    assert_int_equal(section.len, 0);
    assert_fm_err(fm_model_section(model, "trains", &why, &section),
                  FM_ECORRUPT);
    assert_non_null(strstr(why.text, "trains"));
    assert_true(fm_model_hash(model) != 0);
    fm_model_close(model);
}

static void test_cut_short(void **state)
{
    (void)state;
    for (size_t len = 0; len < LENGTH; len++)
        assert_fm_err(view(len, NULL), FM_ECORRUPT);
}

/* Whatever byte is another one is noticed, but for the zeros of the header that
 * nothing reads. */
static void test_any_byte_changed(void **state)
{
    (void)state;
    for (size_t at = 0; at < LENGTH; at++) {
        if (at >= 32 && at < HEADER)
            continue;
        if (at >= HEADER + 2u * ENTRY && at < 192)
            continue; /* between the table and the first section */
        for (int bit = 0; bit < 8; bit++) {
            enum fm_error e;

            bytes[at] = (char)(bytes[at] ^ (1 << bit));
            e = view(LENGTH, NULL);
            if (e != FM_ECORRUPT && e != FM_EVERSION)
                fail_msg("byte %zu, bit %d: %s", at, bit, fm_error_name(e));
            bytes[at] = (char)(bytes[at] ^ (1 << bit));
        }
    }
    assert_fm_ok(view(LENGTH, NULL));
}

static void test_newer_version(void **state)
{
    struct fm_why why = FM_WHY_INIT;

    (void)state;
    put(8, FM_MODEL_VERSION + 1, 4);
    assert_fm_err(view(LENGTH, &why), FM_EVERSION);
    assert_string_equal(why.reason, "MODEL_NEWER");
    put(8, 0, 4);
    assert_fm_err(view(LENGTH, &why), FM_ECORRUPT);
}

/* Sealed with the right hashes, and still not to be believed. */
static void test_sections_outside(void **state)
{
    static const struct {
        uint64_t offset;
        uint64_t len;
    } wrong[] = {
        {192, 65},         {320, 0},          {200, 8},
        {0, UINT64_MAX},   {UINT64_MAX, 1},   {UINT64_MAX - 63, 64},
        {192, UINT64_MAX}, {1ull << 63, 128}, {256, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(HEADER + 24, wrong[i].offset, 8);
        put(HEADER + 32, wrong[i].len, 8);
        seal();
        assert_fm_err(view(LENGTH, NULL), FM_ECORRUPT);
    }
    put(12, 100, 4);
    assert_fm_err(view(LENGTH, NULL), FM_ECORRUPT);
    put(12, UINT32_MAX, 4);
    assert_fm_err(view(LENGTH, NULL), FM_ECORRUPT);
}

/* A name that fills its place has no end. */
static void test_endless_name(void **state)
{
    (void)state;
    memset(bytes + HEADER, 'a', 24);
    seal();
    assert_fm_err(view(LENGTH, NULL), FM_ECORRUPT);
}

static void test_files(void **state)
{
    char folder[] = "/tmp/fm-model-XXXXXX";
    char path[64];
    struct fm_model *model = NULL;
    struct fm_why why = FM_WHY_INIT;
    FILE *file;

    (void)state;
    fm_test_folder(folder);
    (void)snprintf(path, sizeof path, "%s/a.model", folder);
    assert_fm_err(fm_model_open(path, &why, &model), FM_ENOTFOUND);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, LENGTH, file), LENGTH);
    assert_int_equal(fclose(file), 0);
    assert_fm_ok(fm_model_open(path, &why, &model));
    fm_model_close(model);
    assert_int_equal(truncate(path, LENGTH - 1), 0);
    assert_fm_err(fm_model_open(path, &why, &model), FM_ECORRUPT);
    assert_int_equal(truncate(path, 0), 0);
    assert_fm_err(fm_model_open(path, &why, &model), FM_ECORRUPT);
    assert_fm_err(fm_model_open(folder, &why, &model), FM_ECORRUPT);
    fm_test_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_sections_by_name, setup),
        cmocka_unit_test_setup(test_cut_short, setup),
        cmocka_unit_test_setup(test_any_byte_changed, setup),
        cmocka_unit_test_setup(test_newer_version, setup),
        cmocka_unit_test_setup(test_sections_outside, setup),
        cmocka_unit_test_setup(test_endless_name, setup),
        cmocka_unit_test_setup(test_files, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
