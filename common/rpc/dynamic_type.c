#include "rpc/dynamic_priv.h"

/* A member of a message made here: all are 8 bytes or a multiple of it. */
#define SLOT   8u
#define UNION  16u /* holds any member of a oneof */
#define ID_MAX 536870911

typedef Google__Protobuf__FieldDescriptorProto field_message;

static enum fm_error invalid(struct fm_why *why,
                             const struct fm_dynamic_type *type,
                             const char *what)
{
    return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID", "%s: %s", type->name,
                   what);
}

/* --- names and numbers ----------------------------------------------------- */

/* Something with a name, or a number, and its place in an array. */
struct entry {
    const char *name;
    int64_t number;
    unsigned index;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name,
                  ((const struct entry *)b)->name);
}

static int by_number(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Runs of numbers that follow one another, and the end behind them, as
 * protobuf-c looks them up. entries: sorted by number, without doubles. */
static ProtobufCIntRange *make_ranges(struct fm_dynamic *d,
                                      const struct entry *entries, unsigned n,
                                      unsigned *ret_n)
{
    ProtobufCIntRange *ranges =
        fm_arena_array(&d->arena, (size_t)n + 1, sizeof *ranges);
    unsigned count = 0;

    if (ranges == NULL)
        return NULL;
    for (unsigned i = 0; i < n; i++) {
        if (i > 0 && entries[i].number == entries[i - 1].number + 1)
            continue;
        ranges[count].start_value = (int)entries[i].number;
        ranges[count].orig_index = i;
        count++;
    }
    ranges[count].orig_index = n;
    *ret_n = count;
    return ranges;
}

/* --- enums ----------------------------------------------------------------- */

static enum fm_error check_values(const struct fm_dynamic_type *type,
                                  struct fm_why *why)
{
    const Google__Protobuf__EnumDescriptorProto *e = type->enumeration;

    if (e->n_value == 0)
        return invalid(why, type, "an enum without values");
    for (size_t i = 0; i < e->n_value; i++)
        if (!fm_dynamic_is_name(e->value[i]->name) || !e->value[i]->has_number)
            return invalid(why, type, "a value has no name or no number");
    return FM_OK;
}

/* Values by number, once each: of several names of one, the first. */
static unsigned take_values(const Google__Protobuf__EnumDescriptorProto *e,
                            struct entry *entries, ProtobufCEnumValue *values)
{
    unsigned n = 0;

    for (size_t i = 0; i < e->n_value; i++)
        entries[i] = (struct entry){.name = e->value[i]->name,
                                    .number = e->value[i]->number,
                                    .index = (unsigned)i};
    qsort(entries, e->n_value, sizeof *entries, by_number);
    for (size_t i = 0; i < e->n_value; i++) {
        if (n > 0 && values[n - 1].value == (int)entries[i].number)
            continue;
        values[n].name = entries[i].name;
        values[n].c_name = entries[i].name;
        values[n].value = (int)entries[i].number;
        n++;
    }
    return n;
}

static enum fm_error fill_enum(struct fm_dynamic *d,
                               struct fm_dynamic_type *type, struct fm_why *why)
{
    const Google__Protobuf__EnumDescriptorProto *e = type->enumeration;
    ProtobufCEnumDescriptor *to = &type->enum_type;
    size_t n = e->n_value;
    struct entry *entries = fm_arena_array(&d->arena, n + 1, sizeof *entries);
    ProtobufCEnumValue *values =
        fm_arena_array(&d->arena, n + 1, sizeof *values);
    ProtobufCEnumValueIndex *names =
        fm_arena_array(&d->arena, n + 1, sizeof *names);
    enum fm_error error = check_values(type, why);

    if (error != FM_OK)
        return error;
    if (entries == NULL || values == NULL || names == NULL)
        return fm_dynamic_no_memory(d, why);
    to->n_values = take_values(e, entries, values);
    for (size_t i = 0, at = 0; i < n; i++) {
        while (values[at].value != (int)entries[i].number)
            at++;
        entries[i].index = (unsigned)at;
    }
    qsort(entries, n, sizeof *entries, by_name);
    for (size_t i = 0; i < n; i++) {
        names[i].name = entries[i].name;
        names[i].index = entries[i].index;
    }
    for (unsigned i = 0; i < to->n_values; i++)
        entries[i].number = values[i].value;
    to->value_ranges =
        make_ranges(d, entries, to->n_values, &to->n_value_ranges);
    if (to->value_ranges == NULL)
        return fm_dynamic_no_memory(d, why);
    to->magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC;
    to->name = type->name;
    to->short_name = e->name;
    to->c_name = e->name;
    to->package_name = "";
    to->values = values;
    to->n_value_names = (unsigned)n;
    to->values_by_name = names;
    return FM_OK;
}

/* --- fields ---------------------------------------------------------------- */

/* By google.protobuf.FieldDescriptorProto.Type; 10 is GROUP. */
static const struct {
    bool known;
    ProtobufCType type;
} TYPES[] = {
    [1] = {true, PROTOBUF_C_TYPE_DOUBLE},
    [2] = {true, PROTOBUF_C_TYPE_FLOAT},
    [3] = {true, PROTOBUF_C_TYPE_INT64},
    [4] = {true, PROTOBUF_C_TYPE_UINT64},
    [5] = {true, PROTOBUF_C_TYPE_INT32},
    [6] = {true, PROTOBUF_C_TYPE_FIXED64},
    [7] = {true, PROTOBUF_C_TYPE_FIXED32},
    [8] = {true, PROTOBUF_C_TYPE_BOOL},
    [9] = {true, PROTOBUF_C_TYPE_STRING},
    [11] = {true, PROTOBUF_C_TYPE_MESSAGE},
    [12] = {true, PROTOBUF_C_TYPE_BYTES},
    [13] = {true, PROTOBUF_C_TYPE_UINT32},
    [14] = {true, PROTOBUF_C_TYPE_ENUM},
    [15] = {true, PROTOBUF_C_TYPE_SFIXED32},
    [16] = {true, PROTOBUF_C_TYPE_SFIXED64},
    [17] = {true, PROTOBUF_C_TYPE_SINT32},
    [18] = {true, PROTOBUF_C_TYPE_SINT64},
};

#define TYPE_COUNT ((int)(sizeof TYPES / sizeof *TYPES))

/* The message as it is laid out. */
struct layout {
    struct fm_dynamic *dynamic;
    struct fm_dynamic_type *type;
    struct fm_why *why;
    unsigned size;
    unsigned oneof_n;
    unsigned *oneofs; /* offset of each one's case; its union follows */
};

static enum fm_error find_type(const struct layout *l, const field_message *f,
                               ProtobufCFieldDescriptor *to)
{
    const struct fm_dynamic_type *type;

    if (to->type != PROTOBUF_C_TYPE_MESSAGE && to->type != PROTOBUF_C_TYPE_ENUM)
        return FM_OK;
    type = f->type_name != NULL && f->type_name[0] == '.'
               ? fm_dynamic_lookup(l->dynamic, f->type_name + 1)
               : NULL;
    if (type == NULL)
        return invalid(l->why, l->type, "a field of a type that is not there");
    if (to->type == PROTOBUF_C_TYPE_MESSAGE && type->message != NULL)
        to->descriptor = &type->message_type;
    else if (to->type == PROTOBUF_C_TYPE_ENUM && type->enumeration != NULL)
        to->descriptor = &type->enum_type;
    else
        return invalid(l->why, l->type, "an enum for a message, or reversed");
    return FM_OK;
}

static unsigned take_room(struct layout *l, unsigned size)
{
    unsigned at = l->size;

    l->size += size;
    return at;
}

static void place_repeated(struct layout *l, const field_message *f,
                           ProtobufCFieldDescriptor *to)
{
    bool packable = to->type != PROTOBUF_C_TYPE_STRING &&
                    to->type != PROTOBUF_C_TYPE_BYTES &&
                    to->type != PROTOBUF_C_TYPE_MESSAGE;
    bool packed = l->type->proto3;

    if (f->options != NULL && f->options->has_packed)
        packed = f->options->packed;
    to->label = PROTOBUF_C_LABEL_REPEATED;
    if (packable && packed)
        to->flags |= PROTOBUF_C_FIELD_FLAG_PACKED;
    to->quantifier_offset = take_room(l, SLOT);
    to->offset = take_room(l, SLOT);
}

/* All members of a oneof share their bytes, as in generated code. */
static enum fm_error place_oneof(struct layout *l, const field_message *f,
                                 ProtobufCFieldDescriptor *to)
{
    unsigned which = (unsigned)f->oneof_index;

    if (f->oneof_index < 0 || which >= l->oneof_n)
        return invalid(l->why, l->type, "a field of a oneof that is not there");
    if (l->oneofs[which] == 0)
        l->oneofs[which] = take_room(l, SLOT + UNION);
    to->label =
        l->type->proto3 ? PROTOBUF_C_LABEL_NONE : PROTOBUF_C_LABEL_OPTIONAL;
    to->flags |= PROTOBUF_C_FIELD_FLAG_ONEOF;
    to->quantifier_offset = l->oneofs[which];
    to->offset = l->oneofs[which] + SLOT;
    return FM_OK;
}

static void place_single(struct layout *l, const field_message *f,
                         ProtobufCFieldDescriptor *to)
{
    bool optional = f->has_proto3_optional && f->proto3_optional;

    if (f->label ==
        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REQUIRED)
        to->label = PROTOBUF_C_LABEL_REQUIRED;
    else if (l->type->proto3 && !optional)
        to->label = PROTOBUF_C_LABEL_NONE;
    else
        to->label = PROTOBUF_C_LABEL_OPTIONAL;
    if (to->label == PROTOBUF_C_LABEL_NONE &&
        to->type == PROTOBUF_C_TYPE_STRING)
        to->default_value = protobuf_c_empty_string;
    to->quantifier_offset = take_room(l, SLOT);
    to->offset = take_room(l, to->type == PROTOBUF_C_TYPE_BYTES ? UNION : SLOT);
}

static enum fm_error fill_field(struct layout *l, const field_message *f,
                                ProtobufCFieldDescriptor *to)
{
    enum fm_error error;

    if (!fm_dynamic_is_name(f->name) || !f->has_number || f->number < 1 ||
        f->number > ID_MAX)
        return invalid(l->why, l->type, "a field has no proper name or number");
    if (!f->has_type || (int)f->type < 0 || (int)f->type >= TYPE_COUNT ||
        !TYPES[f->type].known)
        return invalid(l->why, l->type, "a field of a kind not supported");
    to->name = f->name;
    to->id = (uint32_t)f->number;
    to->type = TYPES[f->type].type;
    error = find_type(l, f, to);
    if (error != FM_OK)
        return error;
    if (f->label ==
        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED)
        place_repeated(l, f, to);
    else if (f->has_oneof_index &&
             !(f->has_proto3_optional && f->proto3_optional))
        return place_oneof(l, f, to);
    else
        place_single(l, f, to);
    return FM_OK;
}

/* --- messages -------------------------------------------------------------- */

/* The fields of the declaration in order of their numbers. */
static enum fm_error sort_fields(const struct fm_dynamic_type *type,
                                 struct entry *entries, struct fm_why *why)
{
    const Google__Protobuf__DescriptorProto *m = type->message;

    for (size_t i = 0; i < m->n_field; i++)
        entries[i] =
            (struct entry){.number = m->field[i]->number, .index = (unsigned)i};
    qsort(entries, m->n_field, sizeof *entries, by_number);
    for (size_t i = 1; i < m->n_field; i++)
        if (entries[i].number == entries[i - 1].number)
            return invalid(why, type, "two fields have one number");
    return FM_OK;
}

static enum fm_error name_fields(struct fm_dynamic *d,
                                 const struct fm_dynamic_type *type,
                                 ProtobufCMessageDescriptor *to,
                                 struct entry *entries, struct fm_why *why)
{
    unsigned *sorted =
        fm_arena_array(&d->arena, (size_t)to->n_fields + 1, sizeof *sorted);

    if (sorted == NULL)
        return fm_dynamic_no_memory(d, why);
    for (unsigned i = 0; i < to->n_fields; i++)
        entries[i] = (struct entry){.name = to->fields[i].name, .index = i};
    qsort(entries, to->n_fields, sizeof *entries, by_name);
    for (unsigned i = 0; i < to->n_fields; i++) {
        if (i > 0 && strcmp(entries[i].name, entries[i - 1].name) == 0)
            return invalid(why, type, "two fields have one name");
        sorted[i] = entries[i].index;
    }
    to->fields_sorted_by_name = sorted;
    return FM_OK;
}

static enum fm_error fill_fields(struct layout *l,
                                 ProtobufCMessageDescriptor *to,
                                 struct entry *entries)
{
    const Google__Protobuf__DescriptorProto *m = l->type->message;
    ProtobufCFieldDescriptor *fields;
    enum fm_error error = FM_OK;

    /* protobuf-c looks at the first field before it asks how many there are. */
    if (m->n_field == 0)
        return FM_OK;
    fields = fm_arena_array(&l->dynamic->arena, m->n_field, sizeof *fields);
    if (fields == NULL)
        return fm_dynamic_no_memory(l->dynamic, l->why);
    for (size_t i = 0; i < m->n_field && error == FM_OK; i++)
        error = fill_field(l, m->field[entries[i].index], &fields[i]);
    if (error != FM_OK)
        return error;
    to->fields = fields;
    to->n_fields = (unsigned)m->n_field;
    to->field_ranges =
        make_ranges(l->dynamic, entries, to->n_fields, &to->n_field_ranges);
    if (to->field_ranges == NULL)
        return fm_dynamic_no_memory(l->dynamic, l->why);
    return name_fields(l->dynamic, l->type, to, entries, l->why);
}

static enum fm_error fill_message(struct fm_dynamic *d,
                                  struct fm_dynamic_type *type,
                                  struct fm_why *why)
{
    const Google__Protobuf__DescriptorProto *m = type->message;
    ProtobufCMessageDescriptor *to = &type->message_type;
    struct layout l = {.dynamic = d,
                       .type = type,
                       .why = why,
                       .size = (unsigned)sizeof(ProtobufCMessage),
                       .oneof_n = (unsigned)m->n_oneof_decl};
    struct entry *entries;
    enum fm_error error;

    if (m->n_field > FM_DYNAMIC_FIELDS_MAX ||
        m->n_oneof_decl > FM_DYNAMIC_FIELDS_MAX)
        return fm_fail(FM_ETOOBIG, why, "DESCRIPTORS_TOO_LARGE",
                       "%s has more than %u fields", type->name,
                       FM_DYNAMIC_FIELDS_MAX);
    entries = fm_arena_array(&d->arena, m->n_field + 1, sizeof *entries);
    l.oneofs = fm_arena_array(&d->arena, m->n_oneof_decl + 1, sizeof *l.oneofs);
    if (entries == NULL || l.oneofs == NULL)
        return fm_dynamic_no_memory(d, why);
    error = sort_fields(type, entries, why);
    if (error == FM_OK)
        error = fill_fields(&l, to, entries);
    if (error != FM_OK)
        return error;
    to->magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC;
    to->name = type->name;
    to->short_name = m->name;
    to->c_name = m->name;
    to->package_name = "";
    to->sizeof_message = l.size;
    return FM_OK;
}

enum fm_error fm_dynamic_fill(struct fm_dynamic *dynamic,
                              struct fm_dynamic_type *type, struct fm_why *why)
{
    return type->message != NULL ? fill_message(dynamic, type, why)
                                 : fill_enum(dynamic, type, why);
}
