/* Versions of one article: which there are, and what one says that another does
 * not. */
#ifndef FM_STORE_VERSION_PRIV_H
#define FM_STORE_VERSION_PRIV_H

#include "store/reader_priv.h"

/* The newest versions that are listed: news is edited some times. */
#define FM_VERSIONS_MAX 200u
/* Facts that are paired with others one by one; of versions with more that differ
 * nothing is called changed, only added and removed. */
#define FM_VERSION_PAIRS 1000u

/* version.c: versions and changes of ret, whose info is filled. */
enum fm_error fm_read_versions(struct fm_reader *r,
                               const Factmill__V1__GetArticleRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__GetArticleResponse *ret);
/* articles_read.c: all versions of the article with this number, newest first. */
enum fm_error fm_read_versions_of(struct fm_reader *r, int64_t article,
                                  struct fm_arena *arena, struct fm_why *why,
                                  Factmill__V1__ArticleInfo ***ret,
                                  size_t *ret_n);

/* --- version_pair.c: two facts ------------------------------------------------------- */

/* Of all a fact says, its sentence apart. */
uint64_t fm_version_content(const Factmill__V1__Fact *fact);
/* How likely the two are one fact, edited: 0 = not at all. */
unsigned fm_version_likeness(const Factmill__V1__Fact *a,
                             const Factmill__V1__Fact *b);
/* Names of the fields that differ, at most FM_VERSION_FIELDS, constants. */
#define FM_VERSION_FIELDS 10u
size_t fm_version_fields(const Factmill__V1__Fact *a,
                         const Factmill__V1__Fact *b,
                         const char *ret[FM_VERSION_FIELDS]);

#endif
