/* Flags of the commands that ask factmill-query. */
#ifndef FM_CLI_ASK_H
#define FM_CLI_ASK_H

#include "cli/cli.h"
#include "cli/filter.h"

struct fm_ask_flags {
    struct fm_cli_remote remote;
    struct fm_filter_flags filter;
    const char *order;
    uint64_t limit;
    bool brief;
    const char *format; /* of export */
    const char *source; /* of article */
    uint64_t version;
    bool with_text;
    bool versions;
    uint64_t diff;
    const char *since; /* of watch */
    const char *resume;
    const char *state;
    const char *bucket; /* of timeline */
    const char *axis;   /* and count */
    uint64_t top;
    uint64_t steps;   /* of related */
    const char *post; /* of roles */
    const char *of;
    struct fm_cli_time on;
    uint64_t min_articles; /* of claims */
    uint64_t min_origins;
    bool clash;
    struct fm_cli_list facets; /* of search */
};

/* timeline.c: the number of AggregateBy; FM_EINVAL says which there are. */
enum fm_error fm_aggregate_by(struct fm_str text, struct fm_why *why,
                              int *ret_by);

extern const struct fm_cli_flag fm_facts_flag_table[];
extern const size_t fm_facts_flag_count;
extern const struct fm_cli_flag fm_search_flag_table[];
extern const size_t fm_search_flag_count;
extern const struct fm_cli_flag fm_entity_flag_table[];
extern const size_t fm_entity_flag_count;
extern const struct fm_cli_flag fm_related_flag_table[];
extern const size_t fm_related_flag_count;
extern const struct fm_cli_flag fm_roles_flag_table[];
extern const size_t fm_roles_flag_count;
extern const struct fm_cli_flag fm_claims_flag_table[];
extern const size_t fm_claims_flag_count;
extern const struct fm_cli_flag fm_claim_flag_table[];
extern const size_t fm_claim_flag_count;
extern const struct fm_cli_flag fm_article_flag_table[];
extern const size_t fm_article_flag_count;
extern const struct fm_cli_flag fm_watch_flag_table[];
extern const size_t fm_watch_flag_count;
extern const struct fm_cli_flag fm_timeline_flag_table[];
extern const size_t fm_timeline_flag_count;
extern const struct fm_cli_flag fm_count_flag_table[];
extern const size_t fm_count_flag_count;
extern const struct fm_cli_flag fm_export_flag_table[];
extern const size_t fm_export_flag_count;

#endif
