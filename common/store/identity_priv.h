/* Whether somebody in an article is somebody who is known already.
 *
 * Countries, cities, companies and the like are one for each name and type. A
 * name of a person, and a name of a body that many countries have ("Ministry of
 * Defence", "Supreme Court"), may be shared: whoever bears it is a candidate, and
 * is taken for the same only when the article gives evidence for it. Without
 * any, there is one more entity of the name, up to eight; after that the last of
 * them takes all who come without evidence. Nothing is rewritten later; what
 * was told apart and is one can be joined, and parted again (same_priv.h).
 *
 * Evidence is company: the other entities of the article, and the posts it gives
 * a person, against those that came with the candidate before (entity.company).
 * What is rare counts for more. How much it takes depends on the name:
 *
 *     Jane A. Roe      a little: any company at all
 *     Jane Roe         something that is not everywhere, or two things that are
 *     Roe              something rare, or a post, and more besides
 *
 * An article that has several companions of each of two of one full name says that
 * they are one: they are joined, as an operator may join them (same_priv.h).
 *
 * Being known under a full name by far more articles than anybody else of that
 * name counts as evidence too. So does having been in an older version of the
 * same article. */
#ifndef FM_STORE_IDENTITY_PRIV_H
#define FM_STORE_IDENTITY_PRIV_H

#include "store/reader_priv.h"
#include "store/settle_priv.h"

/* Company that is kept of one entity, the most frequent. */
#define FM_COMPANY_MAX 24u

/* How much a name says; in the order in which an article's are looked up, so that
 * what is sure is company for what is not. */
enum fm_naming {
    FM_NAMING_SURE,   /* the name is enough */
    FM_NAMING_FULL,   /* a full name, a body that many countries have */
    FM_NAMING_SINGLE, /* one word for a person */
    FM_NAMINGS,
};

enum fm_naming fm_naming_of(const Factmill__V1__Entity *entity,
                            struct fm_str normal);

/* The other entities of an article, and posts, as numbers. */
struct fm_companion {
    int64_t id;      /* of an entity; a post is negative */
    unsigned weight; /* the rarer the more */
};

struct fm_company {
    struct fm_companion *items;
    size_t n;
    size_t cap;
};

/* articles: that the entity was in before this one. */
enum fm_error fm_company_add(struct fm_settlement *s,
                             struct fm_company *company, int64_t id,
                             int64_t articles, struct fm_why *why);
/* The posts that the article gives its entity number `local`. */
enum fm_error fm_company_posts(struct fm_settlement *s, uint64_t local,
                               struct fm_company *ret, struct fm_why *why);

/* "jane a. roe" without what stands for a middle name. */
struct fm_str fm_without_initials(struct fm_str normal, struct fm_arena *arena);

/* The candidate that the evidence says it is; id 0: none. company: what was kept
 * with it. */
struct fm_identity {
    int64_t id;
    int64_t articles;
    struct fm_str company;
};

/* What an article says of one of its entities. */
struct fm_evidence {
    const struct fm_company *company;
    const struct fm_company *posts;
};

enum fm_error fm_identity_find(struct fm_settlement *s, struct fm_str normal,
                               const Factmill__V1__Entity *entity,
                               enum fm_naming naming,
                               const struct fm_evidence *evidence,
                               struct fm_why *why, struct fm_identity *ret);
/* Whom it comes with, out of what is kept, the most frequent first; posts are
 * negative. */
size_t fm_company_read(struct fm_str bytes, int64_t ret_ids[FM_COMPANY_MAX]);
/* What is to be kept from now on. self: is no company of its own. */
enum fm_error fm_company_merge(struct fm_settlement *s, struct fm_str kept,
                               int64_t self, const struct fm_company *company,
                               const struct fm_company *posts,
                               struct fm_why *why, struct fm_str *ret);

/* known.c: fills entity->known_for, within an answer. */
enum fm_error fm_read_known(struct fm_reader *r, Factmill__V1__Entity *entity,
                            struct fm_arena *arena, struct fm_why *why);

#endif
