#include "worker/desk.h"

#include "base/clock.h"
#include "base/wire.h"

enum fm_error fm_desk_put(struct fm_desk *desk,
                          Factmill__V1__ExchangeResponse *reply)
{
    struct fm_desk_batch **end = &desk->batches;
    struct fm_desk_batch *batch;

    if (reply->n_leases == 0) {
        factmill__v1__exchange_response__free_unpacked(reply, NULL);
        return FM_OK;
    }
    batch = calloc(1, sizeof *batch);
    if (batch == NULL) {
        factmill__v1__exchange_response__free_unpacked(reply, NULL);
        return FM_ENOMEM;
    }
    while (*end != NULL)
        end = &(*end)->later;
    batch->reply = reply;
    *end = batch;
    desk->held += reply->n_leases;
    return FM_OK;
}

const Factmill__V1__Lease *fm_desk_next(const struct fm_desk *desk)
{
    const struct fm_desk_batch *batch = desk->batches;

    return batch != NULL ? batch->reply->leases[batch->next] : NULL;
}

void fm_desk_taken(struct fm_desk *desk)
{
    struct fm_desk_batch *batch = desk->batches;

    if (batch == NULL)
        return;
    desk->held--;
    if (++batch->next < batch->reply->n_leases)
        return;
    desk->batches = batch->later;
    factmill__v1__exchange_response__free_unpacked(batch->reply, NULL);
    free(batch);
}

enum fm_error fm_desk_finish(struct fm_desk *desk, struct fm_buf *result)
{
    struct fm_desk_result **end = &desk->results;
    struct fm_desk_result *r = calloc(1, sizeof *r);

    if (r == NULL)
        return FM_ENOMEM;
    r->bytes = fm_buf_take(result, &r->len);
    if (r->bytes == NULL) {
        free(r);
        return FM_ENOMEM;
    }
    while (*end != NULL)
        end = &(*end)->later;
    *end = r;
    if (desk->unsent++ == 0)
        desk->oldest_unsent_ms = fm_now_ms();
    return FM_OK;
}

void fm_desk_send(struct fm_desk *desk, uint64_t exchange, size_t max_bytes,
                  struct fm_buf *body)
{
    size_t bytes = 0;
    bool any = false;

    for (struct fm_desk_result *r = desk->results; r != NULL; r = r->later) {
        if (r->sent_with != 0)
            continue;
        if (any && bytes + r->len > max_bytes)
            break;
        fm_wire_bytes(body, 2, fm_str_n(r->bytes, r->len));
        bytes += r->len + 8;
        any = true;
        r->sent_with = exchange;
        desk->unsent--;
    }
}

void fm_desk_confirm(struct fm_desk *desk, uint64_t exchange)
{
    struct fm_desk_result **at = &desk->results;

    while (*at != NULL) {
        struct fm_desk_result *r = *at;

        if (r->sent_with != exchange) {
            at = &r->later;
            continue;
        }
        *at = r->later;
        free(r->bytes);
        free(r);
    }
}

void fm_desk_unsend(struct fm_desk *desk, uint64_t exchange)
{
    for (struct fm_desk_result *r = desk->results; r != NULL; r = r->later)
        if (r->sent_with == exchange) {
            r->sent_with = 0;
            desk->unsent++;
        }
}

void fm_desk_release(struct fm_desk *desk)
{
    while (desk->batches != NULL)
        fm_desk_taken(desk);
    while (desk->results != NULL) {
        struct fm_desk_result *r = desk->results;

        desk->results = r->later;
        free(r->bytes);
        free(r);
    }
}
