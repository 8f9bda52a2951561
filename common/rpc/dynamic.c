#include "rpc/dynamic.h"

#include "rpc/dynamic_priv.h"
#include "rpc/message.h"

#include <errno.h>

/* Unpacked files and the descriptors made of them; the files of this project
 * take less than one. */
#define MEMORY_MAX ((size_t)64 << 20)
/* Types inside of types; protobuf-c would recurse as deep as it goes. */
#define NESTING_MAX 32u

typedef Google__Protobuf__FileDescriptorProto file_message;
typedef Google__Protobuf__DescriptorProto type_message;
typedef Google__Protobuf__EnumDescriptorProto enum_message;
typedef Google__Protobuf__ServiceDescriptorProto service_message;

/* --- small things ---------------------------------------------------------- */

bool fm_dynamic_is_name(const char *name)
{
    if (name == NULL || name[0] == '\0' || fm_is_digit(name[0]))
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!fm_is_alpha(*c) && !fm_is_digit(*c) && *c != '_')
            return false;
    return strlen(name) < 256;
}

static bool is_dotted_name(const char *name)
{
    const char *c = name;

    if (c == NULL || strlen(name) >= 256)
        return false;
    for (bool begin = true; *c != '\0'; c++) {
        if (begin ? !fm_is_alpha(*c) && *c != '_'
                  : !fm_is_alpha(*c) && !fm_is_digit(*c) && *c != '_' &&
                        *c != '.')
            return false;
        begin = *c == '.';
    }
    return c == name || c[-1] != '.';
}

enum fm_error fm_dynamic_no_memory(const struct fm_dynamic *dynamic,
                                   struct fm_why *why)
{
    enum fm_error error = dynamic->arena.failed;

    return fm_fail(error != FM_OK ? error : FM_ENOMEM, why,
                   "DESCRIPTORS_TOO_LARGE",
                   "the descriptors need too much memory");
}

static int compare_types(const void *a, const void *b)
{
    return strcmp(((const struct fm_dynamic_type *)a)->name,
                  ((const struct fm_dynamic_type *)b)->name);
}

struct fm_dynamic_type *fm_dynamic_lookup(const struct fm_dynamic *dynamic,
                                          const char *name)
{
    const struct fm_dynamic_type key = {.name = name};

    if (dynamic->type_n == 0)
        return NULL;
    return bsearch(&key, dynamic->types, dynamic->type_n, sizeof key,
                   compare_types);
}

/* --- types ----------------------------------------------------------------- */

static enum fm_error add_type(struct fm_dynamic *d, const char *scope,
                              const char *name,
                              const struct fm_dynamic_type *type,
                              struct fm_why *why, const char **ret_name)
{
    void *moved;
    char *full;

    if (!fm_dynamic_is_name(name))
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "a type in \"%s\" has no proper name", scope);
    if (d->type_n == FM_DYNAMIC_TYPES_MAX)
        return fm_fail(FM_ETOOBIG, why, "DESCRIPTORS_TOO_LARGE",
                       "there are more than %u types", FM_DYNAMIC_TYPES_MAX);
    moved = fm_arena_grow(&d->arena, d->types, d->type_n, sizeof *type,
                          &d->type_cap);
    full = fm_arena_printf(&d->arena, "%s%s%s", scope,
                           scope[0] != '\0' ? "." : "", name);
    if (moved == NULL || full == NULL)
        return fm_dynamic_no_memory(d, why);
    d->types = moved;
    d->types[d->type_n] = *type;
    d->types[d->type_n].name = full;
    d->type_n++;
    *ret_name = full;
    return FM_OK;
}

static enum fm_error add_enums(struct fm_dynamic *d, const char *scope,
                               enum_message *const *enums, size_t n,
                               struct fm_why *why)
{
    enum fm_error error = FM_OK;
    const char *name;

    for (size_t i = 0; i < n && error == FM_OK; i++) {
        const struct fm_dynamic_type type = {.enumeration = enums[i]};

        error = add_type(d, scope, enums[i]->name, &type, why, &name);
    }
    return error;
}

/* As deep as the files were allowed to nest. */
static enum fm_error add_messages(struct fm_dynamic *d, const char *scope,
                                  type_message *const *messages, size_t n,
                                  bool proto3, struct fm_why *why)
{
    enum fm_error error = FM_OK;

    for (size_t i = 0; i < n && error == FM_OK; i++) {
        const type_message *m = messages[i];
        const struct fm_dynamic_type type = {.message = m, .proto3 = proto3};
        const char *name = "";

        error = add_type(d, scope, m->name, &type, why, &name);
        if (error == FM_OK)
            error = add_enums(d, name, m->enum_type, m->n_enum_type, why);
        if (error == FM_OK)
            error = add_messages(d, name, m->nested_type, m->n_nested_type,
                                 proto3, why);
    }
    return error;
}

/* --- methods --------------------------------------------------------------- */

static enum fm_error type_of(const struct fm_dynamic *d, const char *name,
                             struct fm_why *why,
                             const ProtobufCMessageDescriptor **ret)
{
    const struct fm_dynamic_type *type =
        name != NULL && name[0] == '.' ? fm_dynamic_lookup(d, name + 1) : NULL;

    if (type == NULL || type->message == NULL)
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "there is no message \"%.64s\"",
                       name != NULL ? name : "");
    *ret = &type->message_type;
    return FM_OK;
}

static enum fm_error
add_method(struct fm_dynamic *d, const char *scope,
           const Google__Protobuf__MethodDescriptorProto *m, struct fm_why *why)
{
    struct fm_dynamic_method method = {.streams = m->has_server_streaming &&
                                                  m->server_streaming};
    enum fm_error error = type_of(d, m->input_type, why, &method.input);
    void *moved;

    if (error == FM_OK)
        error = type_of(d, m->output_type, why, &method.output);
    if (error != FM_OK)
        return error;
    if (!fm_dynamic_is_name(m->name))
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "a method of %s has no proper name", scope);
    moved = fm_arena_grow(&d->arena, d->methods, d->method_n, sizeof method,
                          &d->method_cap);
    method.path = fm_arena_printf(&d->arena, "/%s/%s", scope, m->name);
    if (moved == NULL || method.path == NULL)
        return fm_dynamic_no_memory(d, why);
    d->methods = moved;
    d->methods[d->method_n++] = method;
    return FM_OK;
}

static enum fm_error add_service(struct fm_dynamic *d, const char *package,
                                 const service_message *service,
                                 struct fm_why *why)
{
    enum fm_error error = FM_OK;
    const char *scope;

    if (!fm_dynamic_is_name(service->name))
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "a service of \"%s\" has no proper name", package);
    scope = fm_arena_printf(&d->arena, "%s%s%s", package,
                            package[0] != '\0' ? "." : "", service->name);
    if (scope == NULL)
        return fm_dynamic_no_memory(d, why);
    for (size_t i = 0; i < service->n_method && error == FM_OK; i++)
        error = add_method(d, scope, service->method[i], why);
    return error;
}

/* --- files ----------------------------------------------------------------- */

static const char *package_of(const file_message *file)
{
    return file->package != NULL ? file->package : "";
}

static enum fm_error read_file(struct fm_dynamic *d, struct fm_str bytes,
                               struct fm_why *why)
{
    const ProtobufCMessageDescriptor *type =
        &google__protobuf__file_descriptor_proto__descriptor;
    const ProtobufCMessage *message = NULL;
    const file_message *file;
    enum fm_error error;

    if (fm_message_too_deep(type, bytes, NESTING_MAX))
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "types nest deeper than %u", NESTING_MAX);
    error = fm_message_unpack(type, bytes, &d->arena, why, &message);
    if (error != FM_OK)
        return error;
    file = (const file_message *)(const void *)message;
    if (!is_dotted_name(package_of(file)))
        return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                       "a file has no proper package");
    for (size_t i = 0; i < d->file_n; i++)
        if (file->name != NULL && d->files[i]->name != NULL &&
            strcmp(file->name, d->files[i]->name) == 0)
            return FM_OK; /* came with another file already */
    d->files[d->file_n++] = file;
    return FM_OK;
}

static enum fm_error read_types(struct fm_dynamic *d, struct fm_why *why)
{
    enum fm_error error = FM_OK;

    for (size_t i = 0; i < d->file_n && error == FM_OK; i++) {
        const file_message *f = d->files[i];
        bool proto3 = f->syntax != NULL && strcmp(f->syntax, "proto3") == 0;

        error = add_enums(d, package_of(f), f->enum_type, f->n_enum_type, why);
        if (error == FM_OK)
            error = add_messages(d, package_of(f), f->message_type,
                                 f->n_message_type, proto3, why);
    }
    if (error != FM_OK)
        return error;
    if (d->type_n > 0)
        qsort(d->types, d->type_n, sizeof *d->types, compare_types);
    for (size_t i = 1; i < d->type_n; i++)
        if (strcmp(d->types[i - 1].name, d->types[i].name) == 0)
            return fm_fail(FM_EINVAL, why, "DESCRIPTOR_INVALID",
                           "%s is declared twice", d->types[i].name);
    for (size_t i = 0; i < d->type_n && error == FM_OK; i++)
        error = fm_dynamic_fill(d, &d->types[i], why);
    return error;
}

static enum fm_error read_methods(struct fm_dynamic *d, struct fm_why *why)
{
    enum fm_error error = FM_OK;

    for (size_t i = 0; i < d->file_n; i++)
        for (size_t k = 0; k < d->files[i]->n_service && error == FM_OK; k++)
            error = add_service(d, package_of(d->files[i]),
                                d->files[i]->service[k], why);
    return error;
}

static enum fm_error read_files(struct fm_dynamic *d,
                                const struct fm_str *files, size_t n,
                                struct fm_why *why)
{
    enum fm_error error = FM_OK;
    size_t bytes = 0;

    for (size_t i = 0; i < n && bytes <= FM_DYNAMIC_BYTES_MAX; i++)
        bytes += files[i].len;
    if (n > FM_DYNAMIC_FILES_MAX || bytes > FM_DYNAMIC_BYTES_MAX)
        return fm_fail(FM_ETOOBIG, why, "DESCRIPTORS_TOO_LARGE",
                       "more than %u files or %u bytes of descriptors",
                       FM_DYNAMIC_FILES_MAX, FM_DYNAMIC_BYTES_MAX);
    d->files = fm_arena_array(&d->arena, n + 1, sizeof(file_message *));
    if (d->files == NULL)
        return fm_dynamic_no_memory(d, why);
    for (size_t i = 0; i < n && error == FM_OK; i++)
        error = read_file(d, files[i], why);
    return error;
}

enum fm_error fm_dynamic_open(const struct fm_str *files, size_t n,
                              struct fm_why *why,
                              struct fm_dynamic **ret_dynamic)
{
    struct fm_dynamic *d = calloc(1, sizeof *d);
    enum fm_error error;

    if (d == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for descriptors");
    fm_arena_init(&d->arena, MEMORY_MAX);
    error = read_files(d, files, n, why);
    if (error == FM_OK)
        error = read_types(d, why);
    if (error == FM_OK)
        error = read_methods(d, why);
    if (error == FM_OK)
        *ret_dynamic = d;
    else
        fm_dynamic_close(d);
    return error;
}

void fm_dynamic_close(struct fm_dynamic *dynamic)
{
    if (dynamic == NULL)
        return;
    fm_arena_release(&dynamic->arena);
    free(dynamic);
}

/* --- finding --------------------------------------------------------------- */

/* Does path end in name, at the begin of a word, '.' and '/' being one? */
static bool ends_in(const char *path, struct fm_str name)
{
    struct fm_str p = fm_str(path);
    struct fm_str end;

    if (name.len == 0 || name.len > p.len)
        return false;
    end = fm_str_sub(p, p.len - name.len, p.len);
    for (size_t i = 0; i < name.len; i++) {
        char a = end.data[i] == '/' ? '.' : end.data[i];
        char b = name.data[i] == '/' ? '.' : name.data[i];

        if (a != b)
            return false;
    }
    return name.len == p.len || end.data[-1] == '.' || end.data[-1] == '/';
}

enum fm_error fm_dynamic_find(const struct fm_dynamic *dynamic,
                              struct fm_str name, struct fm_why *why,
                              const struct fm_dynamic_method **ret_method)
{
    const struct fm_dynamic_method *found = NULL;

    if (name.len > 0 && name.data[0] == '/')
        name = fm_str_sub(name, 1, name.len);
    for (size_t i = 0; i < dynamic->method_n; i++) {
        const struct fm_dynamic_method *m = &dynamic->methods[i];

        if (!ends_in(m->path, name))
            continue;
        if (found != NULL)
            return fm_fail_field(FM_EINVAL, why, "method", "METHOD_AMBIGUOUS",
                                 "which one, %s or %s?", found->path, m->path);
        found = m;
    }
    if (found == NULL)
        return fm_fail_field(FM_ENOTFOUND, why, "method", "METHOD_UNKNOWN",
                             "there is no method \"%.*s\"",
                             FM_STR_ARG(fm_str_sub(name, 0, 128)));
    *ret_method = found;
    return FM_OK;
}

size_t fm_dynamic_methods(const struct fm_dynamic *dynamic,
                          const struct fm_dynamic_method **ret_methods)
{
    *ret_methods = dynamic->methods;
    return dynamic->method_n;
}

const ProtobufCMessageDescriptor *
fm_dynamic_type(const struct fm_dynamic *dynamic, struct fm_str name)
{
    const struct fm_dynamic_type *type;
    char z[512];

    if (name.len >= sizeof z)
        return NULL;
    (void)snprintf(z, sizeof z, "%.*s", FM_STR_ARG(name));
    type = fm_dynamic_lookup(dynamic, z);
    return type != NULL && type->message != NULL ? &type->message_type : NULL;
}
