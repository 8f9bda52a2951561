/* Claims as they are asked for: claim_list.c puts the facts of a filter together,
 * claim_get.c shows one claim, claim_link.c finds what clashes with it,
 * claim_fact.c reads what they show. All within an answer. */
#ifndef FM_STORE_CLAIM_READ_PRIV_H
#define FM_STORE_CLAIM_READ_PRIV_H

#include "store/origin_priv.h"

/* Claims of a list that can be reached by its pages. */
#define FM_CLAIMS_DEEP 10000u
/* Statements that are put together in memory: some twenty MiB. */
#define FM_CLAIM_STATEMENTS ((size_t)250000)
/* Of one topic: more than anybody says of a thing. */
#define FM_TOPIC_STATEMENTS ((size_t)20000)

struct fm_claims_page {
    Factmill__V1__ListClaimsResponse *answer;
    struct fm_store_cursor next;
    bool more;
};

/* claim_list.c. pin: the change that all pages of the list show; 0 = the last
 * one. *ret_next: the page's end, its key is the pin. */
enum fm_error fm_read_claims(struct fm_reader *r,
                             const Factmill__V1__ListClaimsRequest *request,
                             const struct fm_store_page *page,
                             struct fm_arena *arena, struct fm_why *why,
                             struct fm_claims_page *ret);

/* claim_get.c */
enum fm_error fm_read_claim(struct fm_reader *r,
                            const Factmill__V1__GetClaimRequest *request,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__GetClaimResponse **ret);

/* --- claim_fact.c ----------------------------------------------------------------- */

/* In the order in which they were seen. */
int fm_statement_order(const void *a, const void *b);
/* A fact as it stood at change upto, as a message out of the arena. */
enum fm_error fm_claim_fact(struct fm_reader *r, int64_t sequence, int64_t upto,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__Fact **ret);
/* The statements of a topic that are in force at change upto, by value and then
 * in the order in which they were seen; in the answer's arena. *ret_cut: there
 * are more than FM_TOPIC_STATEMENTS, and those were taken. */
enum fm_error fm_claim_topic(struct fm_reader *r, uint64_t topic, int64_t upto,
                             struct fm_why *why, struct fm_statement **ret,
                             size_t *ret_n, bool *ret_cut);
/* All but contradictions; list: of one claim, in order, not empty. */
enum fm_error fm_claim_fill(struct fm_reader *r, struct fm_statement *list,
                            size_t n, int64_t upto, struct fm_arena *arena,
                            struct fm_why *why, Factmill__V1__Claim **ret);
#define FM_CLAIM_ID 25
void fm_claim_id(const struct fm_claim_key *key, char ret[FM_CLAIM_ID]);

/* --- claim_link.c ------------------------------------------------------------------- */

#define FM_LINKS_MAX 50u

/* False: no other claim could clash with this one; most are such. */
enum fm_error fm_claim_can_clash(struct fm_reader *r,
                                 const struct fm_statement *own,
                                 struct fm_why *why, bool *ret);

struct fm_link {
    Factmill__V1__ClaimLink__Type type;
    Factmill__V1__ClaimLink__Reason reason;
    const struct fm_statement *fact;
    const struct fm_statement *other;
};

/* All statements of a topic, and those of one claim of it. */
struct fm_claim_parts {
    struct fm_statement *topic;
    size_t topic_n;
    struct fm_statement *own;
    size_t own_n;
};

/* One link for
 * each other claim, and one when the days of own clash; contradictions first. */
enum fm_error fm_claim_links(struct fm_reader *r,
                             const struct fm_claim_parts *parts,
                             struct fm_why *why,
                             struct fm_link ret[FM_LINKS_MAX], size_t *ret_n);

/* --- claim_post.c ------------------------------------------------------------------- */

/* A ROLE: of something, and one that one person holds at a time. */
bool fm_post_is_single(const Factmill__V1__Fact *fact);
/* Two ROLEs with subjects: of one post, which both cannot hold at a time. */
bool fm_post_clashes(const Factmill__V1__Fact *a, const Factmill__V1__Fact *b);

#endif
