/* Articles read again, by the same extractor that workers use, to see whether
 * and why it gives a fact. One thread of its own does it, one article at a time:
 * reading cannot be stopped halfway, so an article that takes forever holds
 * that thread, and never one that answers. The model is mapped when the first
 * article comes. */
#ifndef FM_QUERY_RERUN_H
#define FM_QUERY_RERUN_H

#include "base/buf.h"
#include "factmill/v1/query.pb-c.h"

/* What came of it. */
struct fm_rerun_result {
    /* The version that read ("0.1.0+model:1a2b3c4d"). */
    char extractor[128];
    /* A fact of the same id came out. */
    bool found;
    /* The serialized Fact of that id, else the one of the same sentence that is
     * most like it; empty = none. */
    struct fm_buf fact;
    /* The sentence as CoNLL-U; empty when it is no sentence of the text. */
    struct fm_buf parse;
    /* Lines: what the rule looks for and found, and which verbs of the sentence
     * gave nothing, and why. */
    struct fm_buf parts;
};

void fm_rerun_result_free(struct fm_rerun_result *result);

struct fm_rerun;

/* model: as in nlp/nlp.h. Starts nothing yet. */
enum fm_error fm_rerun_new(const char *model, struct fm_why *why,
                           struct fm_rerun **ret_rerun);
/* Ends the thread; one that is caught in an article is left to the end of the
 * program. NULL does nothing. */
void fm_rerun_free(struct fm_rerun *rerun);

/* Reads article (of that version of it) again and looks for fact, both copied.
 * Waits at most ms. FM_EBUSY, with a time to try again: others have their turn.
 * FM_EDEADLINE: the article takes longer. FM_ECONFIG: there is no model
 * here. On any thread. */
enum fm_error fm_rerun_look(struct fm_rerun *rerun,
                            const Factmill__V1__Article *article,
                            uint32_t version, const Factmill__V1__Fact *fact,
                            uint64_t ms, struct fm_why *why,
                            struct fm_rerun_result **ret_result);

#endif
