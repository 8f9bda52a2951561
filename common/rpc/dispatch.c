#include "base/hash.h"
#include "rpc/message.h"
#include "rpc/server_priv.h"

#include <errno.h>

static struct fm_method *free_slot(struct fm_methods *m, struct fm_str path,
                                   uint32_t **ret_slot)
{
    size_t at = fm_hash_str(path) & (m->slot_count - 1);

    while (m->slots[at] != 0) {
        struct fm_method *method = &m->items[m->slots[at] - 1];

        if (fm_str_eqz(path, method->path))
            return method;
        at = (at + 1) & (m->slot_count - 1);
    }
    *ret_slot = &m->slots[at];
    return NULL;
}

const struct fm_method *fm_methods_find(const struct fm_methods *methods,
                                        struct fm_str path)
{
    size_t at;

    if (methods->slot_count == 0)
        return NULL;
    at = fm_hash_str(path) & (methods->slot_count - 1);
    while (methods->slots[at] != 0) {
        const struct fm_method *method =
            &methods->items[methods->slots[at] - 1];

        if (fm_str_eqz(path, method->path))
            return method;
        at = (at + 1) & (methods->slot_count - 1);
    }
    return NULL;
}

static enum fm_error add_method(struct fm_methods *m,
                                const ProtobufCServiceDescriptor *service,
                                const ProtobufCMethodDescriptor *descriptor,
                                struct fm_why *why)
{
    size_t size = strlen(service->name) + strlen(descriptor->name) + 3;
    struct fm_method *method = &m->items[m->n];
    uint32_t *slot = NULL;

    method->path = malloc(size);
    if (method->path == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for methods");
    (void)snprintf(method->path, size, "/%s/%s", service->name,
                   descriptor->name);
    method->descriptor = descriptor;
    method->check_deep = fm_message_nests(descriptor->input, FM_LIMIT_NESTING);
    m->n++;
    if (free_slot(m, fm_str(method->path), &slot) != NULL)
        return fm_fail(FM_EINVAL, why, NULL, "%s is served twice",
                       method->path);
    *slot = (uint32_t)m->n;
    return FM_OK;
}

/* Every method of the descriptor, then the handlers of those that have one. */
static enum fm_error add_service(struct fm_methods *m,
                                 const struct fm_rpc_service *service,
                                 bool builtin, bool threads, struct fm_why *why)
{
    const ProtobufCServiceDescriptor *descriptor = service->descriptor;
    size_t first = m->n;

    for (unsigned i = 0; i < descriptor->n_methods; i++) {
        enum fm_error error =
            add_method(m, descriptor, &descriptor->methods[i], why);

        if (error != FM_OK)
            return error;
    }
    for (size_t i = 0; i < service->method_count; i++) {
        const struct fm_rpc_method *given = &service->methods[i];
        size_t at = first;

        while (at < m->n &&
               strcmp(m->items[at].descriptor->name, given->name) != 0)
            at++;
        if (at == m->n)
            return fm_fail(FM_EINVAL, why, NULL, "%s has no method %s",
                           descriptor->name, given->name);
        m->items[at].handler = given->handler;
        m->items[at].user = service->user;
        m->items[at].roles = given->roles;
        m->items[at].on_loop = given->on_loop || !threads;
        m->items[at].builtin = builtin;
    }
    return FM_OK;
}

enum fm_error fm_methods_open(const struct fm_rpc_service *services, size_t n,
                              size_t builtin_n, bool threads,
                              struct fm_why *why, struct fm_methods *ret)
{
    struct fm_methods m = {0};
    enum fm_error error = FM_OK;
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += services[i].descriptor->n_methods;
    m.slot_count = 16;
    while (m.slot_count < count * 2)
        m.slot_count *= 2;
    m.items = calloc(count != 0 ? count : 1, sizeof *m.items);
    m.slots = calloc(m.slot_count, sizeof *m.slots);
    if (m.items == NULL || m.slots == NULL)
        error = fm_fail_errno(ENOMEM, why, "no memory for methods");
    for (size_t i = 0; error == FM_OK && i < n; i++)
        error = add_service(&m, &services[i], i + builtin_n >= n, threads, why);
    if (error == FM_OK)
        *ret = m;
    else
        fm_methods_close(&m);
    return error;
}

void fm_methods_close(struct fm_methods *methods)
{
    for (size_t i = 0; i < methods->n; i++)
        free(methods->items[i].path);
    free(methods->items);
    free(methods->slots);
    memset(methods, 0, sizeof *methods);
}
