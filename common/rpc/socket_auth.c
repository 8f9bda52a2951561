/* CURVE and ZAP: the half of the transport that knows who is who. */
#include "rpc/socket_priv.h"

#include <errno.h>
#include <sys/random.h>
#include <zmq.h>

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
/* Any name does; with none libzmq would let everybody in while there is no
 * doorman. */
#define ZAP_DOMAIN "factmill"
/* Frames of a request: version, id, domain, address, routing id, mechanism, key.
 */
#define ZAP_FRAMES    7
#define ZAP_ID        1
#define ZAP_ADDRESS   3
#define ZAP_MECHANISM 5
#define ZAP_KEY       6
#define KEY_BYTES     32u
/* ZAP requests answered before others have their turn. */
#define TURN_MAX 64u

/* --- keys ---------------------------------------------------------------------- */

enum fm_error fm_key_pair_make(struct fm_why *why, struct fm_key_pair *ret)
{
    if (zmq_curve_keypair(ret->open, ret->secret) == 0)
        return FM_OK;
    return fm_fail(FM_EINTERNAL, why, "NO_CURVE",
                   "this ZeroMQ was built without CURVE");
}

enum fm_error fm_key_pair_read(const char *where, struct fm_why *why,
                               struct fm_key_pair *ret)
{
    struct fm_key_pair pair = {{0}, {0}};
    enum fm_error e = fm_key_secret_read(where, why, pair.secret);

    if (e == FM_OK && zmq_curve_public(pair.open, pair.secret) != 0)
        e = fm_fail(FM_EINTERNAL, why, "NO_CURVE",
                    "this ZeroMQ was built without CURVE");
    if (e == FM_OK)
        *ret = pair;
    fm_key_pair_wipe(&pair);
    return e;
}

/* --- the mechanism of an endpoint ------------------------------------------------ */

static bool set_text(void *zmq, int option, const char *value, size_t size)
{
    return zmq_setsockopt(zmq, option, value, size) == 0;
}

static bool set_number(void *zmq, int option, int value)
{
    return zmq_setsockopt(zmq, option, &value, sizeof value) == 0;
}

static bool be_server(void *zmq, const struct fm_security *s)
{
    return set_number(zmq, ZMQ_CURVE_SERVER, 1) &&
           set_text(zmq, ZMQ_CURVE_SECRETKEY, s->own.secret, FM_KEY_SIZE) &&
           set_text(zmq, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN));
}

static bool be_client(void *zmq, const struct fm_security *s)
{
    return set_text(zmq, ZMQ_CURVE_PUBLICKEY, s->own.open, FM_KEY_SIZE) &&
           set_text(zmq, ZMQ_CURVE_SECRETKEY, s->own.secret, FM_KEY_SIZE) &&
           set_text(zmq, ZMQ_CURVE_SERVERKEY, s->server_key, FM_KEY_SIZE);
}

/* Each endpoint keeps what was set when it was bound. */
static bool set_mechanism(struct fm_socket *socket, const char *endpoint)
{
    const struct fm_security *s = &socket->security;
    bool covered = fm_security_covers(s, endpoint);

    if (!fm_socket_serves(socket))
        return !covered || be_client(socket->zmq, s);
    if (!s->curve)
        return true;
    /* Somebody who comes under the name of another would get his replies. */
    if (socket->kind == FM_SOCKET_ROUTER &&
        !set_number(socket->zmq, ZMQ_ROUTER_HANDOVER, 0))
        return false;
    return covered ? be_server(socket->zmq, s)
                   : set_number(socket->zmq, ZMQ_CURVE_SERVER, 0);
}

enum fm_error fm_socket_mechanism(struct fm_socket *socket,
                                  const char *endpoint, struct fm_why *why)
{
    if (set_mechanism(socket, endpoint))
        return FM_OK;
    return fm_fail(FM_EINTERNAL, why, "NO_CURVE", "cannot set up CURVE for %s",
                   endpoint);
}

enum fm_error fm_socket_refusal(const struct fm_socket *socket,
                                struct fm_why *why)
{
    switch (socket->rebuff) {
    case FM_REBUFF_NONE: return FM_OK;
    case FM_REBUFF_KEY:
        return fm_fail(FM_EUNAUTH, why, "KEY_UNKNOWN",
                       "the server does not know the key %s: its operator has "
                       "to add it to client-keys",
                       socket->security.own.open);
    case FM_REBUFF_MECHANISM:
        return socket->security.curve
                   ? fm_fail(FM_EUNAUTH, why, "SERVER_PLAIN",
                             "the server does not speak CURVE; nothing was "
                             "sent to it")
                   : fm_fail(FM_EUNAUTH, why, "KEY_NEEDED",
                             "the server lets in only who has a key: give key "
                             "and server-key (see factmill keygen)");
    case FM_REBUFF_HANDSHAKE: break;
    }
    return fm_fail(FM_EUNAUTH, why, "HANDSHAKE_FAILED",
                   "the server closes the connection before it says who it "
                   "is: %s",
                   socket->security.curve
                       ? "is server-key that server's key, and does it speak "
                         "CURVE at all?"
                       : "does it let in only who has a key? Then give key and "
                         "server-key");
}

/* --- the doorman ------------------------------------------------------------------- */

/* The id of a user that the doorman gives to a connection: his tag, then the
 * key. Only he knows the tag: a plain client could name any id itself, among the
 * properties of its handshake. */
#define TAG_LEN 16u

struct fm_doorman {
    void *zmq;
    int fd;
    fm_doorman_knows *knows;
    void *user;
    char tag[TAG_LEN + 1];
};

static bool make_tag(char ret[TAG_LEN + 1])
{
    uint8_t bytes[TAG_LEN / 2];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

enum fm_error fm_doorman_open(struct fm_context *context,
                              fm_doorman_knows *knows, void *user,
                              struct fm_why *why,
                              struct fm_doorman **ret_doorman)
{
    struct fm_doorman *d = calloc(1, sizeof *d);
    const int linger = 0;
    size_t size = sizeof d->fd;
    int failed;

    if (d == NULL)
        return fm_fail_errno(ENOMEM, why, "no memory for a doorman");
    d->knows = knows;
    d->user = user;
    d->zmq = zmq_socket(context->zmq, ZMQ_REP);
    if (d->zmq != NULL && make_tag(d->tag) &&
        zmq_setsockopt(d->zmq, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
        zmq_bind(d->zmq, ZAP_ENDPOINT) == 0 &&
        zmq_getsockopt(d->zmq, ZMQ_FD, &d->fd, &size) == 0) {
        *ret_doorman = d;
        return FM_OK;
    }
    failed = errno;
    fm_doorman_close(d);
    (void)fm_fail_errno(failed, why, "cannot make a doorman");
    return failed == EADDRINUSE ? FM_EEXISTS : FM_EIO;
}

void fm_doorman_close(struct fm_doorman *doorman)
{
    if (doorman == NULL)
        return;
    if (doorman->zmq != NULL)
        (void)zmq_close(doorman->zmq);
    free(doorman);
}

int fm_doorman_fd(const struct fm_doorman *doorman)
{
    return doorman->fd;
}

/* False when there is no request. Frames beyond those that are known are
 * received and forgotten. */
static bool receive(struct fm_doorman *d, zmq_msg_t frames[ZAP_FRAMES],
                    int *ret_n)
{
    int n = 0;
    bool more = true;

    while (more) {
        zmq_msg_t *frame = &frames[n < ZAP_FRAMES ? n : ZAP_FRAMES - 1];

        if (zmq_msg_recv(frame, d->zmq, ZMQ_DONTWAIT) < 0)
            return false;
        more = zmq_msg_more(frame) != 0;
        n++;
    }
    *ret_n = n;
    return true;
}

static struct fm_str bytes_of(zmq_msg_t *frame)
{
    return fm_str_n(zmq_msg_data(frame), zmq_msg_size(frame));
}

/* key: NULL = not let in, "" = let in without one. */
static void reply(struct fm_doorman *d, struct fm_str id, const char *key)
{
    char user[TAG_LEN + FM_KEY_SIZE] = "";
    const struct fm_str frames[] = {
        fm_str("1.0"),
        id,
        fm_str(key != NULL ? "200" : "400"),
        fm_str(key != NULL ? "OK" : "Unknown key"),
        fm_str_n(user, key != NULL && key[0] != '\0' ? sizeof user - 1 : 0),
        fm_str(""),
    };
    const size_t n = sizeof frames / sizeof *frames;

    if (key != NULL && key[0] != '\0')
        (void)snprintf(user, sizeof user, "%s%s", d->tag, key);
    for (size_t i = 0; i < n; i++)
        (void)zmq_send(d->zmq, frames[i].data, frames[i].len,
                       i + 1 < n ? ZMQ_SNDMORE | ZMQ_DONTWAIT : ZMQ_DONTWAIT);
}

/* libzmq has checked that the client has the secret half of its key. It asks for
 * plain clients too where an endpoint without CURVE was bound behind one with
 * it: they come over ipc. */
static void answer(struct fm_doorman *d, zmq_msg_t frames[ZAP_FRAMES], int n)
{
    struct fm_str bytes = bytes_of(&frames[ZAP_KEY]);
    char key[FM_KEY_SIZE] = "";
    bool good = false;

    if (n == ZAP_MECHANISM + 1)
        good = fm_str_eqz(bytes_of(&frames[ZAP_MECHANISM]), "NULL");
    else if (n == ZAP_FRAMES && bytes.len == KEY_BYTES &&
             zmq_z85_encode(key, (const uint8_t *)bytes.data, KEY_BYTES) !=
                 NULL)
        good = d->knows(d->user, fm_str(key), bytes_of(&frames[ZAP_ADDRESS]));
    reply(d, bytes_of(&frames[ZAP_ID]), good ? key : NULL);
}

bool fm_doorman_turn(struct fm_doorman *doorman)
{
    zmq_msg_t frames[ZAP_FRAMES];
    unsigned turns = 0;
    int n = 0;

    for (int i = 0; i < ZAP_FRAMES; i++)
        (void)zmq_msg_init(&frames[i]);
    while (turns < TURN_MAX && receive(doorman, frames, &n)) {
        answer(doorman, frames, n);
        turns++;
    }
    for (int i = 0; i < ZAP_FRAMES; i++)
        (void)zmq_msg_close(&frames[i]);
    return turns == TURN_MAX;
}

struct fm_str fm_doorman_key(const struct fm_doorman *doorman,
                             const struct fm_frame *frame)
{
    /* The opaque bytes are a zmq_msg_t, see socket.c. */
    const zmq_msg_t *msg = (const zmq_msg_t *)(const void *)frame->opaque;
    struct fm_str user = fm_str(zmq_msg_gets(msg, "User-Id"));

    if (user.len != TAG_LEN + FM_KEY_LEN ||
        !fm_str_starts(user, fm_str_n(doorman->tag, TAG_LEN)))
        return fm_str_n(NULL, 0);
    return fm_str_sub(user, TAG_LEN, user.len);
}
