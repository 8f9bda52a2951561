#include "rpc/reflection.h"

#include "base/wire.h"
#include "fm_descriptor_set.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/status.h"

#include <errno.h>

typedef Google__Protobuf__FileDescriptorProto file_message;
typedef Google__Protobuf__DescriptorProto type_message;
typedef Grpc__Reflection__V1__ServerReflectionRequest request_message;
typedef Grpc__Reflection__V1__ServerReflectionResponse response_message;

/* Field FileDescriptorSet.file. */
#define FILE_FIELD 1u

struct fm_reflection {
    Google__Protobuf__FileDescriptorSet *set;
    struct fm_str *bytes; /* of each file of the set, as it was compiled */
    char **services;
    size_t service_n;
};

/* --- open, close ----------------------------------------------------------- */

static enum fm_error read_set(struct fm_reflection *r, struct fm_why *why)
{
    const char *data = (const char *)fm_descriptor_set;
    struct fm_str all =
        fm_str_n(data, (size_t)((const char *)fm_descriptor_set_end - data));
    struct fm_wire_field field;
    size_t at = 0;
    size_t n = 0;

    r->set = google__protobuf__file_descriptor_set__unpack(
        NULL, all.len, (const uint8_t *)data);
    if (r->set == NULL)
        return fm_fail(FM_ECORRUPT, why, NULL,
                       "the descriptors of this build do not parse");
    r->bytes = calloc(r->set->n_file + 1, sizeof *r->bytes);
    if (r->bytes == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for reflection");
    while (n < r->set->n_file && fm_wire_next(all, &at, &field))
        if (field.number == FILE_FIELD)
            r->bytes[n++] = field.bytes;
    return FM_OK;
}

static enum fm_error read_services(struct fm_reflection *r,
                                   const struct fm_rpc_service *services,
                                   size_t n, struct fm_why *why)
{
    r->services = calloc(n + 1, sizeof(char *));
    for (size_t i = 0; r->services != NULL && i <= n; i++) {
        const ProtobufCServiceDescriptor *d =
            i < n ? services[i].descriptor
                  : &grpc__reflection__v1__server_reflection__descriptor;

        r->services[i] = strdup(d->name);
        if (r->services[i] == NULL)
            break;
        r->service_n++;
    }
    if (r->service_n <= n)
        return fm_fail_errno(ENOMEM, why, "no memory for reflection");
    return FM_OK;
}

enum fm_error fm_reflection_open(const struct fm_rpc_service *services,
                                 size_t n, struct fm_why *why,
                                 struct fm_reflection **ret_reflection)
{
    struct fm_reflection *r = calloc(1, sizeof *r);
    enum fm_error error;

    if (r == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for reflection");
    error = read_set(r, why);
    if (error == FM_OK)
        error = read_services(r, services, n, why);
    if (error == FM_OK)
        *ret_reflection = r;
    else
        fm_reflection_close(r);
    return error;
}

void fm_reflection_close(struct fm_reflection *reflection)
{
    if (reflection == NULL)
        return;
    for (size_t i = 0; i < reflection->service_n; i++)
        free(reflection->services[i]);
    free(reflection->services);
    free(reflection->bytes);
    if (reflection->set != NULL)
        google__protobuf__file_descriptor_set__free_unpacked(reflection->set,
                                                             NULL);
    free(reflection);
}

/* --- finding --------------------------------------------------------------- */

/* Takes "name." or all of a "name" off the front of a dotted symbol. */
static bool take_name(struct fm_str *symbol, const char *name)
{
    struct fm_str n = fm_str(name);

    if (!fm_str_starts(*symbol, n))
        return false;
    if (symbol->len > n.len && symbol->data[n.len] != '.')
        return false;
    *symbol = fm_str_sub(*symbol, n.len + 1, symbol->len);
    return true;
}

/* Is symbol, relative to this type, the type or something in it? */
static bool type_declares(const type_message *type, struct fm_str symbol)
{
    struct fm_str rest;

    if (!take_name(&symbol, type->name))
        return false;
    if (symbol.len == 0)
        return true;
    for (size_t i = 0; i < type->n_nested_type; i++)
        if (type_declares(type->nested_type[i], symbol))
            return true;
    for (size_t i = 0; i < type->n_enum_type; i++) {
        rest = symbol;
        if (take_name(&rest, type->enum_type[i]->name) && rest.len == 0)
            return true;
    }
    for (size_t i = 0; i < type->n_field; i++)
        if (fm_str_eqz(symbol, type->field[i]->name))
            return true;
    return false;
}

static bool
service_declares(const Google__Protobuf__ServiceDescriptorProto *service,
                 struct fm_str symbol)
{
    if (!take_name(&symbol, service->name))
        return false;
    for (size_t i = 0; i < service->n_method; i++)
        if (fm_str_eqz(symbol, service->method[i]->name))
            return true;
    return symbol.len == 0;
}

static bool file_declares(const file_message *file, struct fm_str symbol)
{
    if (file->package != NULL && file->package[0] != '\0' &&
        !take_name(&symbol, file->package))
        return false;
    for (size_t i = 0; i < file->n_message_type; i++)
        if (type_declares(file->message_type[i], symbol))
            return true;
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (fm_str_eqz(symbol, file->enum_type[i]->name))
            return true;
    for (size_t i = 0; i < file->n_service; i++)
        if (service_declares(file->service[i], symbol))
            return true;
    return false;
}

static size_t find_file(const struct fm_reflection *r, const char *name)
{
    size_t i = 0;

    while (i < r->set->n_file && strcmp(r->set->file[i]->name, name) != 0)
        i++;
    return i;
}

static size_t find_symbol(const struct fm_reflection *r, const char *symbol)
{
    struct fm_str s = fm_str(symbol[0] == '.' ? symbol + 1 : symbol);
    size_t i = 0;

    while (i < r->set->n_file && !file_declares(r->set->file[i], s))
        i++;
    return i;
}

/* --- answers --------------------------------------------------------------- */

struct closure {
    const struct fm_reflection *reflection;
    bool *taken;
    ProtobufCBinaryData *files;
    size_t n;
};

/* What it imports, then the file itself. As deep as imports are. */
static void take_file(struct closure *c, size_t index)
{
    const file_message *file;
    struct fm_str bytes;

    if (index >= c->reflection->set->n_file || c->taken[index])
        return;
    c->taken[index] = true;
    file = c->reflection->set->file[index];
    for (size_t i = 0; i < file->n_dependency; i++)
        take_file(c, find_file(c->reflection, file->dependency[i]));
    bytes = c->reflection->bytes[index];
    c->files[c->n].len = bytes.len;
    /* protobuf-c's binary data lacks const; packing only reads it. */
    memcpy(&c->files[c->n].data, &bytes.data, sizeof bytes.data);
    c->n++;
}

static void answer_error(struct fm_rpc_call *call, response_message *response,
                         enum fm_error error, char *text)
{
    Grpc__Reflection__V1__ErrorResponse message;

    grpc__reflection__v1__error_response__init(&message);
    message.error_code = (int32_t)fm_status_code(error);
    message.error_message = text;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE;
    response->error_response = &message;
    fm_rpc_reply_message(call, &response->base);
    response->error_response = NULL;
}

static void answer_file(const struct fm_reflection *r, struct fm_rpc_call *call,
                        response_message *response, size_t index)
{
    Grpc__Reflection__V1__FileDescriptorResponse message;
    struct closure c = {.reflection = r};
    char none[] = "there is no such file or symbol here";

    if (index >= r->set->n_file) {
        answer_error(call, response, FM_ENOTFOUND, none);
        return;
    }
    c.taken = calloc(r->set->n_file, sizeof *c.taken);
    c.files = calloc(r->set->n_file, sizeof *c.files);
    if (c.taken != NULL && c.files != NULL) {
        take_file(&c, index);
        grpc__reflection__v1__file_descriptor_response__init(&message);
        message.n_file_descriptor_proto = c.n;
        message.file_descriptor_proto = c.files;
        response->message_response_case =
            GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
        response->file_descriptor_response = &message;
        fm_rpc_reply_message(call, &response->base);
        response->file_descriptor_response = NULL;
    } else {
        fm_rpc_fail(call, FM_ENOMEM, NULL);
    }
    free(c.taken);
    free(c.files);
}

static void answer_services(const struct fm_reflection *r,
                            struct fm_rpc_call *call,
                            response_message *response)
{
    Grpc__Reflection__V1__ListServiceResponse message;
    Grpc__Reflection__V1__ServiceResponse *items;
    Grpc__Reflection__V1__ServiceResponse **list;

    items = calloc(r->service_n, sizeof *items);
    list = calloc(r->service_n, sizeof(void *));
    if (items != NULL && list != NULL) {
        for (size_t i = 0; i < r->service_n; i++) {
            grpc__reflection__v1__service_response__init(&items[i]);
            items[i].name = r->services[i];
            list[i] = &items[i];
        }
        grpc__reflection__v1__list_service_response__init(&message);
        message.n_service = r->service_n;
        message.service = list;
        response->message_response_case =
            GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
        response->list_services_response = &message;
        fm_rpc_reply_message(call, &response->base);
        response->list_services_response = NULL;
    } else {
        fm_rpc_fail(call, FM_ENOMEM, NULL);
    }
    free(items);
    free(list);
}

/* proto3 has no extensions: of a type that is known there are none. */
static void answer_extensions(const struct fm_reflection *r,
                              struct fm_rpc_call *call,
                              response_message *response, char *type)
{
    Grpc__Reflection__V1__ExtensionNumberResponse message;
    char none[] = "there is no such type here";

    if (find_symbol(r, type) == r->set->n_file) {
        answer_error(call, response, FM_ENOTFOUND, none);
        return;
    }
    grpc__reflection__v1__extension_number_response__init(&message);
    message.base_type_name = type;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE;
    response->all_extension_numbers_response = &message;
    fm_rpc_reply_message(call, &response->base);
    response->all_extension_numbers_response = NULL;
}

static void info(void *user, void *thread_state, struct fm_rpc_call *call,
                 const ProtobufCMessage *message)
{
    const struct fm_reflection *r = user;
    request_message *request;
    response_message response;
    char none[] = "proto3 has no extensions";

    (void)thread_state;
    /* It goes into the response as it is, which lacks const. */
    memcpy(&request, &message, sizeof message);
    grpc__reflection__v1__server_reflection_response__init(&response);
    response.valid_host = request->host;
    response.original_request = request;
    switch ((int)request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
        answer_file(r, call, &response,
                    find_file(r, request->file_by_filename));
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        answer_file(r, call, &response,
                    find_symbol(r, request->file_containing_symbol));
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
        answer_error(call, &response, FM_ENOTFOUND, none);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
        answer_extensions(r, call, &response,
                          request->all_extension_numbers_of_type);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        answer_services(r, call, &response);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST__NOT_SET:
    default: {
        struct fm_why why = FM_WHY_INIT;

        (void)fm_fail_field(FM_EINVAL, &why, "message_request",
                            "QUESTION_MISSING", "the request asks nothing");
        fm_rpc_fail(call, FM_EINVAL, &why);
        break;
    }
    }
}

struct fm_rpc_service fm_reflection_service(struct fm_reflection *reflection)
{
    static const struct fm_rpc_method methods[] = {
        {"ServerReflectionInfo", info, true, FM_ROLE_ANY},
    };
    const struct fm_rpc_service service = {
        .descriptor = &grpc__reflection__v1__server_reflection__descriptor,
        .methods = methods,
        .method_count = 1,
        .user = reflection,
    };

    return service;
}
