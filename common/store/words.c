#include "base/wire.h"
#include "store/db_priv.h"
#include "store/marks_priv.h"
#include "store/normal.h"
#include "store/words_priv.h"

/* Fields of the messages, as in proto/. */
enum {
    FACT_KIND = 5,
    FACT_SUBJECT = 6,
    FACT_ARGUMENTS = 8,
    FACT_PLACE = 11,
    FACT_ATTRIBUTION = 13,
    ATTRIBUTION_SOURCE = 1,
    ARGUMENT_ROLE = 1,
    ARGUMENT_TEXT = 2,
};

struct argument {
    uint32_t role;
    struct fm_str text;
};

static struct argument read_argument(struct fm_str bytes)
{
    struct argument a = {0};
    struct fm_wire_field field;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &field)) {
        if (field.number == ARGUMENT_ROLE && field.type == 0)
            a.role = (uint32_t)field.value;
        if (field.number == ARGUMENT_TEXT && field.type == 2)
            a.text = field.bytes;
    }
    return a;
}

static struct argument read_source(struct fm_str attribution)
{
    struct argument a = {0};
    struct fm_wire_field field;
    size_t at = 0;

    while (fm_wire_next(attribution, &at, &field))
        if (field.number == ATTRIBUTION_SOURCE && field.type == 2)
            a = read_argument(field.bytes);
    return a;
}

/* The argument that a field of a fact holds, and its roles; 0 = none. */
static uint32_t argument_of(const struct fm_wire_field *field, uint32_t kind,
                            struct argument *ret)
{
    if (field->type != 2)
        return 0;
    switch (field->number) {
    case FACT_SUBJECT:
        *ret = read_argument(field->bytes);
        return fm_subject_roles((Factmill__V1__Fact__Kind)kind);
    case FACT_ARGUMENTS:
        *ret = read_argument(field->bytes);
        return fm_role_of((Factmill__V1__Argument__Role)ret->role);
    case FACT_PLACE: *ret = read_argument(field->bytes); return FM_ROLE_PLACE;
    case FACT_ATTRIBUTION:
        *ret = read_source(field->bytes);
        return FM_ROLE_SPEAKER;
    default: return 0;
    }
}

bool fm_words_match(struct fm_str fact, uint32_t roles, struct fm_str normal,
                    struct fm_arena *arena)
{
    struct fm_wire_field field;
    uint32_t kind = 0;
    size_t at = 0;

    /* The kind stands before the subject: fields are written in order. */
    while (fm_wire_next(fact, &at, &field)) {
        struct argument a = {0};

        if (field.number == FACT_KIND && field.type == 0)
            kind = (uint32_t)field.value;
        if ((argument_of(&field, kind, &a) & roles) != 0 &&
            fm_str_eq(fm_normal_name(a.text, arena), normal))
            return true;
    }
    return false;
}

static struct fm_str value_of(sqlite3_value *value)
{
    const char *data = sqlite3_value_blob(value);

    return fm_str_n(data,
                    data != NULL ? (size_t)sqlite3_value_bytes(value) : 0);
}

static void fm_words(sqlite3_context *context, int n, sqlite3_value **values)
{
    struct fm_arena *arena = sqlite3_user_data(context);
    bool found;

    (void)n;
    fm_arena_reset(arena);
    found = fm_words_match(value_of(values[0]),
                           (uint32_t)sqlite3_value_int(values[1]),
                           value_of(values[2]), arena);
    sqlite3_result_int(context, found ? 1 : 0);
}

enum fm_error fm_words_register(sqlite3 *db, struct fm_arena *arena,
                                struct fm_why *why)
{
    int rc = sqlite3_create_function_v2(db, "fm_words", 3,
                                        SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                            SQLITE_DIRECTONLY,
                                        arena, fm_words, NULL, NULL, NULL);

    return rc == SQLITE_OK ? FM_OK
                           : fm_db_fail(db, rc, why, "setting up the database");
}
