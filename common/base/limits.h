/* Ceilings that more than one layer must agree on, each with its reason. A
 * ceiling of one module lives in that module. */
#ifndef FM_BASE_LIMITS_H
#define FM_BASE_LIMITS_H

/* Body of one message. 4 MiB is gRPC's default and a thousand times an
 * article; configurable as max_message_bytes. */
#define FM_LIMIT_BODY_DEFAULT (4u << 20)
/* Body of an exchange with a worker: an article of the longest kind gives an
 * extraction of several times its size. */
#define FM_LIMIT_WORK_BODY (16u << 20)
/* ZeroMQ's own limit drops without a word to anyone, so it sits far above. */
#define FM_LIMIT_BODY_HARD (64u << 20)
/* Header frame: method, 8 KiB metadata, a status. */
#define FM_LIMIT_HEADER (16u << 10)
/* Ids and source names are index keys: short. */
#define FM_LIMIT_ID          256u
#define FM_LIMIT_SOURCE      256u
#define FM_LIMIT_URL         4096u
#define FM_LIMIT_BYLINE      4096u
#define FM_LIMIT_TITLE       (16u << 10)
#define FM_LIMIT_LABELS      64u
#define FM_LIMIT_LABEL_KEY   64u
#define FM_LIMIT_LABEL_VALUE 1024u
/* Articles in one PushBatch: two group commits. */
#define FM_LIMIT_BATCH 1024u
/* Messages nest at most this deep (Fact is 5 deep); protobuf-c itself has no
 * limit and would recurse as deep as a peer likes. */
#define FM_LIMIT_NESTING 16u
/* A page of a list. */
#define FM_PAGE_DEFAULT 50u
#define FM_PAGE_MAX     1000u
/* Attempts to extract an article before it is a dead letter. */
#define FM_LIMIT_ATTEMPTS 3u

#endif
