#include "base/clock.h"
#include "base/hash.h"
#include "rpc/server_priv.h"

#include <errno.h>
#include <unistd.h>

/* Peers kept for the next one that comes. */
#define FREE_MAX 1024u
/* Replies that wait for room in ZeroMQ's queue: a client with all its calls
 * answered at once, and a few of the largest replies. */
#define WAITING_MAX       8192u
#define WAITING_BYTES_MAX ((size_t)16 << 20)
#define WAITING_BYTES_ALL ((size_t)64 << 20)
/* A peer that reads nothing for so long gets nothing any more. */
#define BLOCKED_MAX_MS 30000u

enum fm_error fm_peers_open(struct fm_peers *peers, struct fm_why *why)
{
    memset(peers, 0, sizeof *peers);
    peers->buckets = calloc(FM_PEER_BUCKETS, sizeof(struct fm_rpc_peer *));
    if (peers->buckets == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for peers");
    /* Not to be guessed by those who choose the ids. */
    peers->seed = fm_now_us() * 0x9e3779b97f4a7c15u ^ (uint64_t)getpid() << 32 ^
                  (uint64_t)(uintptr_t)peers->buckets;
    return FM_OK;
}

static void free_outgoing(struct fm_outgoing *out)
{
    fm_frame_release(&out->header);
    fm_frame_release(&out->body);
    free(out);
}

static void forget_waiting(struct fm_peers *peers, struct fm_rpc_peer *peer)
{
    while (peer->waiting != NULL) {
        struct fm_outgoing *out = peer->waiting;

        peer->waiting = out->next;
        free_outgoing(out);
    }
    peers->waiting_bytes -= peer->waiting_bytes;
    peer->waiting_end = &peer->waiting;
    peer->waiting_count = 0;
    peer->waiting_bytes = 0;
}

static void free_chain(struct fm_peers *peers, struct fm_rpc_peer *peer)
{
    while (peer != NULL) {
        struct fm_rpc_peer *next = peer->chain;

        forget_waiting(peers, peer);
        free(peer);
        peer = next;
    }
}

void fm_peers_close(struct fm_peers *peers)
{
    for (size_t i = 0; peers->buckets != NULL && i < FM_PEER_BUCKETS; i++)
        free_chain(peers, peers->buckets[i]);
    free_chain(peers, peers->free);
    free(peers->buckets);
    memset(peers, 0, sizeof *peers);
}

struct fm_rpc_peer *fm_peer_get(struct fm_rpc_server *server, struct fm_str id)
{
    struct fm_peers *peers = &server->peers;
    uint64_t hash = fm_hash64(id.data, id.len, peers->seed);
    struct fm_rpc_peer **bucket = &peers->buckets[hash % FM_PEER_BUCKETS];
    struct fm_rpc_peer *peer;

    if (id.len > sizeof peer->id)
        return NULL;
    for (peer = *bucket; peer != NULL; peer = peer->chain)
        if (peer->hash == hash &&
            fm_str_eq(fm_str_n(peer->id, peer->id_len), id))
            return peer;
    peer = peers->free;
    if (peer != NULL) {
        peers->free = peer->chain;
        peers->free_count--;
    } else {
        peer = malloc(sizeof *peer);
        if (peer == NULL)
            return NULL;
    }
    memset(peer, 0, offsetof(struct fm_rpc_peer, id));
    peer->waiting_end = &peer->waiting;
    peer->hash = hash;
    peer->id_len = (uint8_t)id.len;
    memcpy(peer->id, id.data, id.len);
    peer->chain = *bucket;
    *bucket = peer;
    return peer;
}

void fm_peer_drop_idle(struct fm_rpc_server *server, struct fm_rpc_peer *peer)
{
    struct fm_peers *peers = &server->peers;
    struct fm_rpc_peer **link = &peers->buckets[peer->hash % FM_PEER_BUCKETS];

    if (peer->call_count > 0 || peer->waiting != NULL)
        return;
    while (*link != peer)
        link = &(*link)->chain;
    *link = peer->chain;
    if (peers->free_count >= FREE_MAX) {
        free(peer);
        return;
    }
    peer->chain = peers->free;
    peers->free = peer;
    peers->free_count++;
}

/* --- the blocked ----------------------------------------------------------- */

static void block(struct fm_rpc_server *server, struct fm_rpc_peer *peer)
{
    struct fm_peers *peers = &server->peers;

    peer->blocked_since_ms = server->now_ms;
    peer->blocked_prev = NULL;
    peer->blocked_next = peers->blocked;
    if (peers->blocked != NULL)
        peers->blocked->blocked_prev = peer;
    peers->blocked = peer;
}

static void unblock(struct fm_peers *peers, struct fm_rpc_peer *peer)
{
    if (peer->blocked_prev != NULL)
        peer->blocked_prev->blocked_next = peer->blocked_next;
    else
        peers->blocked = peer->blocked_next;
    if (peer->blocked_next != NULL)
        peer->blocked_next->blocked_prev = peer->blocked_prev;
}

static bool let_wait(struct fm_rpc_server *server, struct fm_rpc_peer *peer,
                     struct fm_outgoing *out)
{
    struct fm_peers *peers = &server->peers;

    if (peer->waiting_count >= WAITING_MAX ||
        peer->waiting_bytes + out->bytes > WAITING_BYTES_MAX ||
        peers->waiting_bytes + out->bytes > WAITING_BYTES_ALL)
        return false;
    if (peer->waiting == NULL)
        block(server, peer);
    *peer->waiting_end = out;
    peer->waiting_end = &out->next;
    peer->waiting_count++;
    peer->waiting_bytes += out->bytes;
    peers->waiting_bytes += out->bytes;
    return true;
}

/* Makes the reply an object of its own, which waits. False when it was dropped.
 */
static bool wait_for_room(struct fm_rpc_server *server,
                          struct fm_rpc_peer *peer, bool delimited,
                          struct fm_frame *header, struct fm_frame *body)
{
    struct fm_outgoing *out = calloc(1, sizeof *out);

    if (out == NULL)
        return false;
    out->delimited = delimited;
    out->bytes =
        sizeof *out + fm_frame_bytes(header).len + fm_frame_bytes(body).len;
    fm_frame_init(&out->header);
    fm_frame_init(&out->body);
    fm_frame_move(&out->header, header);
    fm_frame_move(&out->body, body);
    if (let_wait(server, peer, out))
        return true;
    free_outgoing(out);
    return false;
}

/* --- sending --------------------------------------------------------------- */

bool fm_peer_send(struct fm_rpc_server *server, struct fm_rpc_peer *peer,
                  bool delimited, struct fm_str header, struct fm_buf *body)
{
    struct fm_frame frames[2];
    enum fm_error error;
    bool here = true;

    fm_frame_init(&frames[0]);
    fm_frame_init(&frames[1]);
    error = fm_frame_copy(&frames[0], header);
    if (error == FM_OK && body != NULL && body->len > 0)
        error = fm_frame_take(&frames[1], body);
    if (error == FM_OK && peer->waiting == NULL)
        error =
            fm_envelope_send(server->router, fm_str_n(peer->id, peer->id_len),
                             delimited, &frames[0], &frames[1]);
    else if (error == FM_OK)
        error = FM_EUNAVAILABLE; /* behind those that wait */
    if (error == FM_ENOTFOUND)
        here = false;
    if (error != FM_OK &&
        (error != FM_EUNAVAILABLE ||
         !wait_for_room(server, peer, delimited, &frames[0], &frames[1])))
        atomic_fetch_add(&server->counters.dropped_replies, 1);
    fm_frame_release(&frames[0]);
    fm_frame_release(&frames[1]);
    return here;
}

void fm_peer_gone(struct fm_rpc_server *server, struct fm_rpc_peer *peer)
{
    struct fm_rpc_call *call = peer->calls;

    if (peer->waiting != NULL) {
        atomic_fetch_add(&server->counters.dropped_replies,
                         peer->waiting_count);
        unblock(&server->peers, peer);
        forget_waiting(&server->peers, peer);
    }
    /* Hold on to the peer while its calls let go of it. */
    peer->call_count++;
    while (call != NULL) {
        struct fm_rpc_call *next = call->peer_next;

        if (call->open)
            fm_call_close(call);
        call = next;
    }
    peer->call_count--;
    fm_peer_drop_idle(server, peer);
}

/* There is room again: its streams may go on. */
static void unblocked(struct fm_rpc_server *server, struct fm_rpc_peer *peer)
{
    unblock(&server->peers, peer);
    for (struct fm_rpc_call *call = peer->calls; call != NULL;
         call = call->peer_next)
        fm_stream_schedule(call);
    fm_peer_drop_idle(server, peer);
}

static void flush_peer(struct fm_rpc_server *server, struct fm_rpc_peer *peer)
{
    struct fm_peers *peers = &server->peers;

    while (peer->waiting != NULL) {
        struct fm_outgoing *out = peer->waiting;
        enum fm_error error =
            fm_envelope_send(server->router, fm_str_n(peer->id, peer->id_len),
                             out->delimited, &out->header, &out->body);

        if (error == FM_EUNAVAILABLE &&
            server->now_ms - peer->blocked_since_ms < BLOCKED_MAX_MS)
            return;
        if (error != FM_OK) {
            fm_peer_gone(server, peer);
            return;
        }
        peer->blocked_since_ms = server->now_ms;
        peer->waiting = out->next;
        if (peer->waiting == NULL)
            peer->waiting_end = &peer->waiting;
        peer->waiting_count--;
        peer->waiting_bytes -= out->bytes;
        peers->waiting_bytes -= out->bytes;
        free_outgoing(out);
    }
    unblocked(server, peer);
}

void fm_peers_flush(struct fm_rpc_server *server)
{
    struct fm_rpc_peer *peer = server->peers.blocked;

    /* Many blocked peers must not eat the loop's time. */
    if (peer == NULL || server->peers.flushed_ms == server->now_ms)
        return;
    server->peers.flushed_ms = server->now_ms;
    while (peer != NULL) {
        struct fm_rpc_peer *next = peer->blocked_next;

        flush_peer(server, peer);
        peer = next;
    }
}
