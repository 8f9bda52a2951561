/* Where watches meet the changes: one thread looks for what was committed,
 * reads each changed fact once, and tells the watches that wait for it.
 *
 * A watcher is in one of two states. Apart: it reads the store by itself, at
 * the pace of its client. Live: it has read everything up to a change, and the
 * hub notes down the numbers of later ones that match. A watcher whose client
 * does not read fills its few places, falls apart, and costs nothing until it
 * has caught up again. Facts are never held here, only numbers. */
#ifndef FM_QUERY_HUB_H
#define FM_QUERY_HUB_H

#include "query/query.h"

/* Numbers noted down for one watcher: a few messages' worth. */
#define FM_HUB_NOTES 32u

enum fm_watcher_state {
    FM_WATCHER_APART,
    FM_WATCHER_JOINING,
    FM_WATCHER_LIVE,
};

/* Shared between its stream and the hub, under the hub's lock. */
struct fm_watcher {
    enum fm_watcher_state state;
    Factmill__V1__FactFilter *filter; /* its own */
    uint64_t handle;                  /* of its stream */
    /* Changes up to this one are for the watcher to read itself. */
    uint64_t joined;
    uint64_t notes[FM_HUB_NOTES];
    size_t note_count;
    uint64_t told; /* the last change that its client knows of */
    uint64_t told_ms;
    enum fm_error error; /* it cannot go on, and why says it */
    struct fm_why why;

    /* The hub's own. */
    bool known; /* the hub holds a pointer to it */
    bool gone;  /* its stream has ended; the hub frees it */
    bool rung;  /* is in the list of those to be woken */
    bool overrun;
    uint32_t id; /* in the feed */
    struct fm_watcher *next_joining;
    struct fm_watcher *next_leaving;
    struct fm_watcher *next_rung;
    struct fm_watcher *next_live;
    struct fm_watcher **live_link;
};

struct fm_hub;

enum fm_error fm_hub_new(struct fm_query *query, uint64_t max_watches,
                         struct fm_why *why, struct fm_hub **ret_hub);
/* Starts the thread. server: where streams are woken; must live until
 * fm_hub_stop. */
enum fm_error fm_hub_start(struct fm_hub *hub, struct fm_rpc_server *server,
                           struct fm_why *why);
/* Ends the thread; no stream is woken any more. */
void fm_hub_stop(struct fm_hub *hub);
/* After the server has ended all streams. NULL does nothing. */
void fm_hub_free(struct fm_hub *hub);

struct fm_rpc_server *fm_hub_server(const struct fm_hub *hub);

/* filter: copied; NULL = everything. FM_EBUSY when there are too many. */
enum fm_error fm_hub_watcher_new(struct fm_hub *hub, uint64_t handle,
                                 const Factmill__V1__FactFilter *filter,
                                 struct fm_why *why,
                                 struct fm_watcher **ret_watcher);
/* Does not block. */
void fm_hub_watcher_free(struct fm_hub *hub, struct fm_watcher *watcher);
/* From apart to joining; the stream is woken when it is live or has failed. */
void fm_hub_join(struct fm_hub *hub, struct fm_watcher *watcher);

/* What a live watcher is to do next. */
struct fm_hub_news {
    enum fm_watcher_state state;
    uint64_t joined;
    uint64_t notes[FM_HUB_NOTES];
    size_t note_count;
    /* With no notes: all changes up to this one were looked at. */
    uint64_t position;
    bool remind; /* its client knows of none for long: tell it the position */
    enum fm_error error;
    struct fm_why why;
};

/* Takes the notes. When the watcher was overrun it is apart afterwards, with
 * the last of the notes the last change it knows of. read_to: the last change
 * that the stream has read; before `joined` no notes are given. */
void fm_hub_take(struct fm_hub *hub, struct fm_watcher *watcher,
                 uint64_t read_to, struct fm_hub_news *ret_news);
/* Its client was sent a token of this change. */
void fm_hub_told(struct fm_hub *hub, struct fm_watcher *watcher,
                 uint64_t number);

#endif
