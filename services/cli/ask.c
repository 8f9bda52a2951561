#include "cli/ask.h"

#define FLAG(type, member) FM_CLI_##type, offsetof(struct fm_ask_flags, member)
#define COUNT_OF(table)    (sizeof(table) / sizeof(table)[0])
#define ORDERS                                                   \
 "newest|oldest|time-desc|time-asc|published-desc|published-asc" \
 "|confidence|article"

const struct fm_cli_flag fm_facts_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "show at most so many; 0 = all"},
    {"order", 0, FLAG(CHOICE, order), "newest", NULL, ORDERS, "ORDER",
     "which come first"},
    {"brief", 'b', FLAG(BOOL, brief), NULL, NULL, NULL, NULL,
     "one or two lines a fact: no evidence, no origin"},
    {"format", 'f', FLAG(CHOICE, format), "text", NULL, "text|jsonld", "FORM",
     "jsonld: each a nanopublication with its evidence, one a line"},
};
const size_t fm_facts_flag_count = COUNT_OF(fm_facts_flag_table);

const struct fm_cli_flag fm_search_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "show at most so many; 0 = all"},
    {"facets", 0, FLAG(LIST, facets), NULL, NULL,
     "kind|predicate|speaker|source|place|entity|day|polarity|modality",
     "BY[,BY…]",
     "also how many of all matching facts have which value, at most 4"},
};
const size_t fm_search_flag_count = COUNT_OF(fm_search_flag_table);

const struct fm_cli_flag fm_entity_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "10", NULL, NULL, "N",
     "show at most so many facts or candidates; 0 = none"},
    {"as-of", 0, FLAG(TIME, filter.as_of), NULL, NULL, NULL, "TIME",
     "by what was recorded until then"},
};
const size_t fm_entity_flag_count = COUNT_OF(fm_entity_flag_table);

const struct fm_cli_flag fm_related_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "show at most so many at each step, at most 200"},
    {"steps", 0, FLAG(U64, steps), "1", NULL, NULL, "1|2",
     "2 = also those who share facts with them"},
};
const size_t fm_related_flag_count = COUNT_OF(fm_related_flag_table);

const struct fm_cli_flag fm_roles_flag_table[] = {
    {"post", 0, FLAG(TEXT, post), NULL, NULL, NULL, "POST",
     "this post only (\"prime minister\")"},
    {"of", 0, FLAG(TEXT, of), NULL, NULL, NULL, "NAME|ID",
     "posts of this body, country or person"},
    {"on", 0, FLAG(TIME, on), NULL, NULL, NULL, "DAY",
     "only who held it on this day, and how that is known"},
    {"limit", 'n', FLAG(U64, limit), "50", NULL, NULL, "N",
     "show at most so many, at most 500"},
    {"as-of", 0, FLAG(TIME, filter.as_of), NULL, NULL, NULL, "TIME",
     "by what was recorded until then"},
};
const size_t fm_roles_flag_count = COUNT_OF(fm_roles_flag_table);

const struct fm_cli_flag fm_claims_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "10", NULL, NULL, "N",
     "show at most so many; 0 = all"},
    {"order", 0, FLAG(CHOICE, order), "origins", NULL,
     "origins|articles|last|first", "ORDER",
     "first those with the most origins, in the most articles, said last, or "
     "said for the first time last"},
    {"min-articles", 0, FLAG(U64, min_articles), "0", NULL, NULL, "N",
     "in so many articles; 0 = 2, or 1 with --clash"},
    {"min-origins", 0, FLAG(U64, min_origins), "0", NULL, NULL, "N",
     "from so many independent origins"},
    {"clash", 0, FLAG(BOOL, clash), NULL, NULL, NULL, NULL,
     "only what another claim contradicts"},
};
const size_t fm_claims_flag_count = COUNT_OF(fm_claims_flag_table);

const struct fm_cli_flag fm_claim_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "show at most so many of its facts"},
    {"as-of", 0, FLAG(TIME, filter.as_of), NULL, NULL, NULL, "TIME",
     "as the store stood then"},
};
const size_t fm_claim_flag_count = COUNT_OF(fm_claim_flag_table);

const struct fm_cli_flag fm_article_flag_table[] = {
    {"source", 's', FLAG(TEXT, source), NULL, NULL, NULL, "NAME",
     "needed when two sources have an article of this id"},
    {"version", 0, FLAG(U64, version), NULL, NULL, NULL, "N", "0 = the newest"},
    {"text", 't', FLAG(BOOL, with_text), NULL, NULL, NULL, NULL,
     "the text instead of its facts"},
    {"versions", 0, FLAG(BOOL, versions), NULL, NULL, NULL, NULL,
     "a line for each version instead of its facts"},
    {"diff", 0, FLAG(U64, diff), "0", NULL, NULL, "N",
     "what is other than in version N: facts added, removed, changed"},
    {"as-of", 0, FLAG(TIME, filter.as_of), NULL, NULL, NULL, "TIME",
     "the version and the facts of that time"},
};
const size_t fm_article_flag_count = COUNT_OF(fm_article_flag_table);

const struct fm_cli_flag fm_export_flag_table[] = {
    {"format", 'f', FLAG(CHOICE, format), "ndjson", NULL, "ndjson|csv|jsonld",
     "FORM",
     "one JSON object a line, a table, or one nanopublication a line (JSON-LD "
     "with W3C PROV)"},
    {"limit", 'n', FLAG(U64, limit), "0", NULL, NULL, "N",
     "at most so many; 0 = all"},
};
const size_t fm_export_flag_count = COUNT_OF(fm_export_flag_table);

const struct fm_cli_flag fm_watch_flag_table[] = {
    {"since", 0, FLAG(TEXT, since), "now", NULL, NULL, "now|beginning|TIME",
     "begin with what comes; with all facts in force; or with what was added "
     "or taken back since then"},
    {"resume", 0, FLAG(TEXT, resume), NULL, NULL, NULL, "TOKEN",
     "go on behind a message (its resume_token in --json)"},
    {"state", 0, FLAG(TEXT, state), NULL, NULL, NULL, "FILE",
     "go on where FILE says, and keep it up to date"},
    {"limit", 'n', FLAG(U64, limit), "0", NULL, NULL, "N",
     "end after so many; 0 = never"},
    {"brief", 'b', FLAG(BOOL, brief), NULL, NULL, NULL, NULL,
     "one or two lines a fact: no evidence, no origin"},
};
const size_t fm_watch_flag_count = COUNT_OF(fm_watch_flag_table);

#define BUCKETS "auto|hour|day|week|month|quarter|year|decade"
#define AXES    "published|event|recorded"

const struct fm_cli_flag fm_timeline_flag_table[] = {
    {"by", 0, FLAG(CHOICE, bucket), "auto", NULL, BUCKETS, "BUCKET",
     "length of a row"},
    {"time", 0, FLAG(CHOICE, axis), "published", NULL, AXES, "WHICH",
     "when it was published, when it happened, or when it was stored"},
    {"top", 0, FLAG(U64, top), "0", NULL, NULL, "N",
     "show the N most certain facts of each row, at most 10"},
};
const size_t fm_timeline_flag_count = COUNT_OF(fm_timeline_flag_table);

const struct fm_cli_flag fm_count_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "20", NULL, NULL, "N",
     "show the N most frequent, at most 1000"},
    {"time", 0, FLAG(CHOICE, axis), "published", NULL, AXES, "WHICH",
     "whose days, of count day"},
};
const size_t fm_count_flag_count = COUNT_OF(fm_count_flag_table);
