#include "cli/methods.h"

#include "factmill/v1/admin.pb-c.h"
#include "factmill/v1/ingest.pb-c.h"
#include "factmill/v1/work.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"

/* --- of this build ------------------------------------------------------------- */

static const struct {
    const ProtobufCServiceDescriptor *descriptor;
    enum fm_remote_kind kind;
} services[] = {
    {&factmill__v1__query__descriptor, FM_REMOTE_QUERY},
    {&factmill__v1__ingest__descriptor, FM_REMOTE_INGEST},
    {&factmill__v1__admin__descriptor, FM_REMOTE_INGEST},
    {&factmill__v1__work__descriptor, FM_REMOTE_INGEST},
    {&grpc__health__v1__health__descriptor, FM_REMOTE_QUERY},
    {&grpc__reflection__v1__server_reflection__descriptor, FM_REMOTE_QUERY},
};

#define SERVICE_COUNT (sizeof services / sizeof services[0])

/* "/factmill.v1.Query/GetFact" as "factmill.v1.Query" and "GetFact". */
static void split(struct fm_str name, struct fm_str *ret_service,
                  struct fm_str *ret_method)
{
    size_t cut;

    if (name.len > 0 && name.data[0] == '/')
        name = fm_str_sub(name, 1, name.len);
    cut = name.len;
    while (cut > 0 && name.data[cut - 1] != '/' && name.data[cut - 1] != '.')
        cut--;
    *ret_service = fm_str_sub(name, 0, cut > 0 ? cut - 1 : 0);
    *ret_method = fm_str_sub(name, cut, name.len);
}

static const ProtobufCMethodDescriptor *
find_in(const ProtobufCServiceDescriptor *service, struct fm_str method)
{
    for (unsigned i = 0; i < service->n_methods; i++)
        if (fm_str_ieq(method, fm_str(service->methods[i].name)))
            return &service->methods[i];
    return NULL;
}

enum fm_error fm_method_find(struct fm_str name, struct fm_method *ret_method)
{
    struct fm_str service;
    struct fm_str method;

    split(name, &service, &method);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        const ProtobufCServiceDescriptor *d = services[i].descriptor;
        const ProtobufCMethodDescriptor *found;

        if (service.len > 0 && !fm_str_eqz(service, d->name) &&
            !fm_str_eqz(service, d->short_name))
            continue;
        found = find_in(d, method);
        if (found == NULL)
            continue;
        (void)snprintf(ret_method->path, sizeof ret_method->path, "/%s/%s",
                       d->name, found->name);
        ret_method->input = found->input;
        ret_method->output = found->output;
        ret_method->kind = services[i].kind;
        return FM_OK;
    }
    return FM_ENOTFOUND;
}

void fm_methods_print(struct fm_buf *out)
{
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        const ProtobufCServiceDescriptor *d = services[i].descriptor;

        for (unsigned m = 0; m < d->n_methods; m++)
            fm_buf_printf(out, "/%s/%s  (%s) → %s\n", d->name,
                          d->methods[m].name, d->methods[m].input->short_name,
                          d->methods[m].output->short_name);
    }
}

/* --- of a server --------------------------------------------------------------- */

typedef Grpc__Reflection__V1__ServerReflectionRequest reflection_request;
typedef Grpc__Reflection__V1__ServerReflectionResponse reflection_response;

static enum fm_error ask(struct fm_remote *remote, reflection_request *request,
                         struct fm_why *why, reflection_response **ret)
{
    reflection_response *response = NULL;
    enum fm_error error = fm_remote_call(
        remote, &grpc__reflection__v1__server_reflection__descriptor,
        "ServerReflectionInfo", &request->base, why,
        (ProtobufCMessage **)(void *)&response);

    if (error == FM_OK &&
        response->message_response_case ==
            GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE) {
        error = fm_fail(FM_ENOTFOUND, why, NULL, "reflection: %s",
                        response->error_response->error_message);
        protobuf_c_message_free_unpacked(&response->base, NULL);
        return error;
    }
    if (error == FM_OK)
        *ret = response;
    return error;
}

/* Files as the server sent them, each once; they point into the responses. */
struct files {
    struct fm_str items[FM_DYNAMIC_FILES_MAX];
    size_t n;
};

static enum fm_error
add_files(struct files *files,
          const Grpc__Reflection__V1__FileDescriptorResponse *response,
          struct fm_why *why)
{
    for (size_t i = 0; i < response->n_file_descriptor_proto; i++) {
        struct fm_str file =
            fm_str_n((const char *)response->file_descriptor_proto[i].data,
                     response->file_descriptor_proto[i].len);
        size_t at = 0;

        while (at < files->n && !fm_str_eq(files->items[at], file))
            at++;
        if (at < files->n)
            continue;
        if (files->n == FM_DYNAMIC_FILES_MAX)
            return fm_fail(FM_ETOOBIG, why, NULL,
                           "the server declares more than %u files",
                           FM_DYNAMIC_FILES_MAX);
        files->items[files->n++] = file;
    }
    return FM_OK;
}

/* Services that one server may list. */
#define SERVICES_MAX 64u

static enum fm_error
open_services(struct fm_remote *remote,
              const Grpc__Reflection__V1__ListServiceResponse *list,
              struct fm_why *why, struct fm_dynamic **ret_dynamic)
{
    reflection_response *responses[SERVICES_MAX] = {NULL};
    struct files *files = calloc(1, sizeof *files);
    enum fm_error error = files != NULL ? FM_OK : FM_ENOMEM;

    for (size_t i = 0;
         i < list->n_service && i < SERVICES_MAX && error == FM_OK; i++) {
        reflection_request request;

        grpc__reflection__v1__server_reflection_request__init(&request);
        request.message_request_case =
            GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL;
        request.file_containing_symbol = list->service[i]->name;
        error = ask(remote, &request, why, &responses[i]);
        if (error == FM_OK &&
            responses[i]->message_response_case ==
                GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE)
            error =
                add_files(files, responses[i]->file_descriptor_response, why);
    }
    if (error == FM_OK)
        error = fm_dynamic_open(files->items, files->n, why, ret_dynamic);
    for (size_t i = 0; i < SERVICES_MAX; i++)
        protobuf_c_message_free_unpacked((ProtobufCMessage *)responses[i],
                                         NULL);
    free(files);
    return error;
}

enum fm_error fm_methods_reflect(struct fm_remote *remote, struct fm_why *why,
                                 struct fm_dynamic **ret_dynamic)
{
    static char any[] = "*";
    reflection_request request;
    reflection_response *list = NULL;
    enum fm_error error;

    grpc__reflection__v1__server_reflection_request__init(&request);
    request.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES;
    request.list_services = any;
    error = ask(remote, &request, why, &list);
    if (error != FM_OK)
        return error;
    if (list->message_response_case !=
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE)
        error = fm_fail(FM_EUNIMPLEMENTED, why, NULL,
                        "the server lists no services");
    else
        error = open_services(remote, list->list_services_response, why,
                              ret_dynamic);
    protobuf_c_message_free_unpacked(&list->base, NULL);
    return error;
}
