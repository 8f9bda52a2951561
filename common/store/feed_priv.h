/* The inside of a feed; see store.h. */
#ifndef FM_STORE_FEED_PRIV_H
#define FM_STORE_FEED_PRIV_H

#include "store/keymap_priv.h"
#include "store/sieve_priv.h"

/* Filters of one name that are resolved again in one go. */
#define FM_STALE_MAX 64

struct fm_waiting {
    struct fm_sieve sieve;
    Factmill__V1__FactFilter *filter;
    void *watch;
    uint64_t tried; /* the turn in which it was tested last */
    bool failed;    /* it was told; nothing is given any more */
};

struct fm_feed {
    struct fm_store_feed base;
    struct fm_reader *r;
    struct fm_tokens tokens;
    struct fm_waiting **slots; /* by id */
    uint32_t cap;
    uint32_t hint;          /* no slot below it is free */
    struct fm_keymap index; /* from keys to ids */
    struct fm_keymap names; /* from names to the ids that wait for them */
    uint32_t kept[FM_KEY_ALL + 1];
    uint32_t texts; /* filters with words to look for */
    uint64_t turn;  /* one for each changed fact */
    struct fm_token_list words;
    uint64_t sentence; /* hash of the one that words are of; 0 = none */
    struct fm_fact_view view;
};

/* One call of advance. */
struct fm_advance {
    fm_store_each_match *each;
    void *user;
    struct fm_why *why;
    uint64_t after;
    uint32_t seen;
};

#endif
