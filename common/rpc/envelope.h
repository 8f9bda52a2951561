/* What a message looks like on the wire, both ways.
 *
 *   client → ROUTER                        ROUTER → client
 *
 *   +----------------------------+         +----------------------------+
 *   | routing id (by ZeroMQ)     |         | routing id                 |
 *   +----------------------------+         +----------------------------+
 *   | empty delimiter (REQ only) |         | empty, if the call had one |
 *   +----------------------------+         +----------------------------+
 *   | factmill.rpc.v1.Header     |         | factmill.rpc.v1.Header     |
 *   +----------------------------+         +----------------------------+
 *   | body (CALL only)           |         | body, empty on failure     |
 *   +----------------------------+         +----------------------------+
 *
 *   CALL    call method timeout_ms metadata[] credit, and a body
 *   CREDIT  call action=2 credit             (an empty body is tolerated)
 *   CANCEL  call action=1                    (an empty body is tolerated)
 *   reply   call more=1, and a body          one of a stream
 *   reply   call status retry_after_ms, and a body: the last one
 *   reply   call more=1 keepalive=1, empty body: a stream that is silent lives
 *
 * What is not so:
 *
 *   no header, header that does not parse before its call   counted, dropped
 *   header that does not parse behind its call              INVALID_ARGUMENT
 *   header larger than 16 KiB                               RESOURCE_EXHAUSTED
 *   call 0 with CALL                                        INVALID_ARGUMENT
 *   call 0 with CANCEL, CREDIT; call that is not open       ignored
 *   call that is open already, with CALL                    INVALID_ARGUMENT
 *   unknown action, more than two frames, CALL without body INVALID_ARGUMENT
 *   more than 32 pairs or 8 KiB of metadata                 INVALID_ARGUMENT
 *   fields that are not known                               skipped
 *
 * Headers are read in place and written by hand: nothing is allocated. */
#ifndef FM_RPC_ENVELOPE_H
#define FM_RPC_ENVELOPE_H

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "rpc/socket.h"

/* Tracing and request ids; more would be a body. */
#define FM_LIMIT_METADATA_PAIRS 32u
#define FM_LIMIT_METADATA_BYTES (8u << 10)
/* "/factmill.v1.Query/ListFacts" */
#define FM_LIMIT_METHOD 256u
/* Holds any header that is written here but for a CALL with metadata. */
#define FM_HEADER_SIZE 1536u

enum fm_action {
    FM_ACTION_CALL,
    FM_ACTION_CANCEL,
    FM_ACTION_CREDIT,
    FM_ACTION_UNKNOWN,
};

/* A header taken apart; views point into its bytes. */
struct fm_header {
    uint64_t call;
    struct fm_str method;
    uint32_t timeout_ms;
    enum fm_action action;
    uint32_t credit;
    bool more;
    bool keepalive;
    bool has_status;
    struct fm_str status; /* serialized factmill.rpc.v1.Status */
    uint32_t retry_after_ms;
};

/* Reads what a client sent. On failure ret_header->call is still set when it
 * could be read, else 0 (the one output that a failure touches). FM_ETOOBIG,
 * FM_EINVAL. */
enum fm_error fm_header_read(struct fm_str bytes, struct fm_why *why,
                             struct fm_header *ret_header) FM_MUST_CHECK;
/* The value of key among the metadata of a header that was read before; empty
 * when it is absent. Of several, the last. */
struct fm_str fm_header_metadata(struct fm_str bytes, const char *key);
/* Reads the status of a reply: its code, how the call ended and, when that is
 * a failure, why. A status that does not parse is FM_EINTERNAL. */
enum fm_error fm_header_status(const struct fm_header *header,
                               uint32_t *ret_code, struct fm_why *ret_why);

/* --- writing: each returns the length ---------------------------------------- */

/* FM_ETOOBIG when method is longer than FM_LIMIT_METHOD. */
enum fm_error fm_header_write_call(const struct fm_header *header,
                                   char ret[FM_HEADER_SIZE], size_t *ret_len);
/* CANCEL and CREDIT. */
size_t fm_header_write_action(uint64_t call, enum fm_action action,
                              uint32_t credit, char ret[FM_HEADER_SIZE]);
/* A message of a stream that goes on. */
size_t fm_header_write_more(uint64_t call, bool keepalive,
                            char ret[FM_HEADER_SIZE]);
/* The last reply of a call. why may be NULL. */
size_t fm_header_write_end(uint64_t call, enum fm_error error,
                           const struct fm_why *why, char ret[FM_HEADER_SIZE]);

/* --- frames of a message ------------------------------------------------------ */

/* What was received, beside the frames themselves. */
struct fm_envelope {
    bool delimited;
    bool has_header;
    bool has_body;
    uint32_t extra; /* frames behind the body, thrown away */
};

/* Receives one whole message: the peer's id when peer is not NULL (ROUTER), then
 * header and body. FM_EUNAVAILABLE when there is none. */
enum fm_error
fm_envelope_receive(struct fm_socket *socket, struct fm_frame *peer,
                    struct fm_frame *header, struct fm_frame *body,
                    struct fm_envelope *ret_envelope) FM_MUST_CHECK;
/* Sends one and leaves the frames empty; on failure they keep their bytes
 * (errors of fm_socket_send). peer: the routing id, of a ROUTER only (else no
 * data). */
enum fm_error fm_envelope_send(struct fm_socket *socket, struct fm_str peer,
                               bool delimited, struct fm_frame *header,
                               struct fm_frame *body) FM_MUST_CHECK;

#endif
