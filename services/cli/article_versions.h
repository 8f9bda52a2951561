/* Versions of an article for a person to read. */
#ifndef FM_CLI_ARTICLE_VERSIONS_H
#define FM_CLI_ARTICLE_VERSIONS_H

#include "cli/cli.h"
#include "factmill/v1/query.pb-c.h"

/* A line for each, the newest first. */
void fm_print_versions(const struct fm_cli *cli,
                       const Factmill__V1__GetArticleResponse *response);
/* What its facts are against those of version with. */
void fm_print_difference(const struct fm_cli *cli,
                         const Factmill__V1__GetArticleResponse *response,
                         uint32_t with);

#endif
