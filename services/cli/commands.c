/* The table of commands, in the order in which --help lists them. */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/dead.h"
#include "cli/extract.h"
#include "cli/keygen.h"
#include "cli/push.h"
#include "cli/reprocess.h"
#include "cli/upkeep.h"

#define COMMON(type, member) \
 FM_CLI_##type, offsetof(struct fm_cli_common, member)

const struct fm_cli_flag fm_cli_common_flags[] = {
    {"json", 0, COMMON(BOOL, json), NULL, NULL, NULL, NULL,
     "print JSON for programs, one object a line"},
    {"color", 0, COMMON(CHOICE, color), "auto", NULL, "auto|always|never",
     "WHEN", "colours; auto = on a terminal, unless NO_COLOR is set"},
    {"help", 'h', COMMON(BOOL, help), NULL, NULL, NULL, NULL, "this text"},
};

const size_t fm_cli_common_flag_count =
    sizeof fm_cli_common_flags / sizeof fm_cli_common_flags[0];

#define SET(title, name)                                    \
 {                                                          \
  title, fm_##name##_flag_table, &fm_##name##_flag_count, 0 \
 }
#define QUERY_SET(options)                                   \
 {                                                           \
  "Service", fm_cli_remote_flags, &fm_cli_remote_flag_count, \
      offsetof(struct options, remote)                       \
 }
#define QUERY_ALONE                                            \
 {                                                             \
  "Service", fm_cli_remote_flags, &fm_cli_remote_flag_count, 0 \
 }
#define INGEST_SET(offset)                                          \
 {                                                                  \
  "Service", fm_cli_ingest_flags, &fm_cli_ingest_flag_count, offset \
 }
#define FILTER_SET                                            \
 {                                                            \
  "Which facts", fm_filter_flag_table, &fm_filter_flag_count, \
      offsetof(struct fm_ask_flags, filter)                   \
 }

const struct fm_cli_command fm_cli_commands[] = {
    {"push",
     "FILE…|-",
     "delivers articles and waits until each is safely stored",
     "A text file is one article, its id the path as given; JSON Lines has an\n"
     "article a line with the fields of Article (id, source, title, "
     "published,\n"
     "text …) or their usual other names (body, date, headline …). Pushing "
     "the\n"
     "same again is safe: what is there already is counted as known, so after "
     "an\n"
     "interruption run the same command once more. Articles that are refused "
     "are\n"
     "reported with their line; the rest goes on, and the exit status is 65.\n"
     "\nExamples:\n"
     "  factmill push article.txt --source example.org --published 2026-11-23\n"
     "  factmill push feed.jsonl\n"
     "  zcat feed.jsonl.gz | factmill push --input jsonl -\n"
     "  factmill push --map text=story,published=when --source wire "
     "feed.jsonl\n",
     fm_cli_push,
     sizeof(struct fm_push_flags),
     {SET("Flags", push), INGEST_SET(offsetof(struct fm_push_flags, remote))},
     1,
     -1},
    {"facts",
     "[ID…]",
     "lists facts by any condition, or shows those of the given ids",
     "All conditions must hold. Names are compared with names and aliases of\n"
     "entities, without case.\n"
     "\nExamples:\n"
     "  factmill facts --kind quote --speaker Lukashenko\n"
     "  factmill facts --entity CSTO --from 2011 --to 2012 --order time-asc\n"
     "  factmill facts --published-from 7d --min-confidence 0.8 --limit 100\n"
     "  factmill facts --json --limit 0 >facts.ndjson\n",
     fm_cli_facts,
     sizeof(struct fm_ask_flags),
     {SET("Flags", facts), FILTER_SET, QUERY_SET(fm_ask_flags)},
     0,
     -1},
    {"search",
     "QUERY…",
     "finds facts by the words of their evidence, best first",
     "All words must occur; \"a phrase\", prefix*, OR, NOT and NEAR(a b, 5) "
     "work.\n"
     "\nExamples:\n"
     "  factmill search peace agreement\n"
     "  factmill search '\"security council\" AND sanction*' --kind quote\n",
     fm_cli_search,
     sizeof(struct fm_ask_flags),
     {SET("Flags", search), FILTER_SET, QUERY_SET(fm_ask_flags)},
     1,
     -1},
    {"entity",
     "NAME|ID",
     "shows who or what somebody is: aliases, roles, facts",
     "A name that several entities share gives the list of them.\n"
     "\nExamples:\n"
     "  factmill entity 'Nikolai Bordyuzha'\n"
     "  factmill entity 42 --limit 50\n",
     fm_cli_entity,
     sizeof(struct fm_ask_flags),
     {SET("Flags", entity), QUERY_SET(fm_ask_flags)},
     1,
     1},
    {"related",
     "NAME|ID",
     "lists whom and what somebody shares facts with",
     "The closest first, with how many facts tie them and the newest of "
     "these.\n"
     "\nExamples:\n"
     "  factmill related CSTO\n"
     "  factmill related 'Nikolai Bordyuzha' --steps 2 --published-from 2011\n",
     fm_cli_related,
     sizeof(struct fm_ask_flags),
     {SET("Flags", related), FILTER_SET, QUERY_SET(fm_ask_flags)},
     1,
     1},
    {"roles",
     "[NAME|ID]",
     "lists who held which post, from when until when",
     "Put together out of all facts that tell of it: titles, appointments,\n"
     "resignations. Dates are those that facts state; \"called so\" is when "
     "articles\n"
     "did that call somebody so.\n"
     "\nExamples:\n"
     "  factmill roles 'Nikolai Bordyuzha'\n"
     "  factmill roles --post 'secretary general' --of CSTO\n"
     "  factmill roles --post president --of Belarus --on 2012-05-15\n",
     fm_cli_roles,
     sizeof(struct fm_ask_flags),
     {SET("Flags", roles), QUERY_SET(fm_ask_flags)},
     0,
     1},
    {"claims",
     "",
     "lists what is said, by how many, and what clashes with it",
     "Facts that say the same thing are one claim. Its origins are those who "
     "know\n"
     "it, not those who print it: copies of one text count once, and so does "
     "all\n"
     "that is said to come from one person or office.\n"
     "\nExamples:\n"
     "  factmill claims --entity CSTO --published-from 2011\n"
     "  factmill claims --kind quantity --clash\n",
     fm_cli_claims,
     sizeof(struct fm_ask_flags),
     {SET("Flags", claims), FILTER_SET, QUERY_SET(fm_ask_flags)},
     0,
     0},
    {"claim",
     "ID",
     "shows who says something, from where they have it, and what clashes",
     "ID is that of a claim or of a fact.\n"
     "\nExamples:\n"
     "  factmill claim 5d41402abc4b2a76b9719d91\n"
     "  factmill claim 5d41402abc4b2a76b9719d91 --as-of 2011-06-01\n",
     fm_cli_claim,
     sizeof(struct fm_ask_flags),
     {SET("Flags", claim), QUERY_SET(fm_ask_flags)},
     1,
     1},
    {"article",
     "ID",
     "shows an article, where it stands, and its facts by sentence",
     "Examples:\n"
     "  factmill article 17 --source example.org\n"
     "  factmill article 17 --text\n"
     "  factmill article 17 --versions\n"
     "  factmill article 17 --diff 1\n",
     fm_cli_article,
     sizeof(struct fm_ask_flags),
     {SET("Flags", article), QUERY_SET(fm_ask_flags)},
     1,
     1},
    {"verify-fact",
     "ID",
     "reads a fact's article again: is it still what the text says?",
     "Compares the evidence with the stored text byte by byte, reads the "
     "article\n"
     "again and looks for the same fact. Exit status 0 when both hold, 65 "
     "when\n"
     "one does not.\n"
     "\nExample:\n"
     "  factmill verify-fact 68a96daa8b60d2f4f4e3ad20c08142d7\n",
     fm_cli_verify_fact,
     sizeof(struct fm_cli_remote),
     {QUERY_ALONE},
     1,
     1},
    {"explain",
     "ID",
     "shows how a fact came about: its sentence, the parse, the rule",
     "Example:\n"
     "  factmill explain 68a96daa8b60d2f4f4e3ad20c08142d7\n",
     fm_cli_explain,
     sizeof(struct fm_cli_remote),
     {QUERY_ALONE},
     1,
     1},
    {"timeline",
     "",
     "draws how many facts there are over time",
     "Asserted, reported, possible and denied facts are never added up.\n"
     "\nExamples:\n"
     "  factmill timeline --entity CSTO\n"
     "  factmill timeline --speaker Lukashenko --by month --published-from "
     "2025\n"
     "  factmill timeline --place Kabul --time event --by year --top 3\n",
     fm_cli_timeline,
     sizeof(struct fm_ask_flags),
     {SET("Flags", timeline), FILTER_SET, QUERY_SET(fm_ask_flags)},
     0,
     0},
    {"count",
     "kind|predicate|speaker|source|place|entity|day|polarity|modality",
     "counts facts by a field, the most frequent first",
     "Asserted, reported, possible and denied facts are never added up.\n"
     "\nExamples:\n"
     "  factmill count speaker --kind quote --published-from 7d\n"
     "  factmill count predicate --subject CSTO\n"
     "  factmill count day --entity Reuters --time event\n",
     fm_cli_count,
     sizeof(struct fm_ask_flags),
     {SET("Flags", count), FILTER_SET, QUERY_SET(fm_ask_flags)},
     1,
     1},
    {"watch",
     "",
     "shows facts as they come, and those that are taken back",
     "Goes on by itself when the service restarts, and with --state also "
     "after it\n"
     "was ended itself, without missing one. + is a fact that was added, - "
     "one\n"
     "that a newer version of its article no longer has.\n"
     "\nExamples:\n"
     "  factmill watch --speaker Lukashenko\n"
     "  factmill watch --kind quote --since 3h --brief\n"
     "  factmill watch --json --since beginning --state feed.state "
     ">>feed.ndjson\n",
     fm_cli_watch,
     sizeof(struct fm_ask_flags),
     {SET("Flags", watch), FILTER_SET, QUERY_SET(fm_ask_flags)},
     0,
     0},
    {"export",
     "",
     "writes all facts of a filter, as of one moment",
     "Facts that arrive meanwhile are left out, so the result is one "
     "consistent\n"
     "picture.\n"
     "\nExamples:\n"
     "  factmill export >facts.ndjson\n"
     "  factmill export --format csv --kind quantity >quantities.csv\n",
     fm_cli_export,
     sizeof(struct fm_ask_flags),
     {SET("Flags", export), FILTER_SET, QUERY_SET(fm_ask_flags)},
     0,
     0},
    {"status",
     "",
     "shows how much waits and how fast it goes",
     "Example:\n"
     "  watch factmill status\n",
     fm_cli_status,
     sizeof(struct fm_cli_remote),
     {INGEST_SET(0)},
     0,
     0},
    {"health",
     "",
     "asks both services whether they serve; exit status 69 if not",
     "Example:\n"
     "  factmill health --timeout 1s || echo trouble\n",
     fm_cli_health,
     sizeof(struct fm_cli_remote),
     {{"Services", fm_cli_remote_flags, &fm_cli_remote_flag_count, 0}},
     0,
     0},
    {"dead",
     "list | show ID | replay ID…|--all | discard ID…|--all",
     "lists, shows, replays and discards what could not be read",
     "Replaying gives an article all its attempts again, and reads bytes that\n"
     "were no article once more (after an upgrade, or with higher limits); it\n"
     "never happens twice to the same letter. Discarding settles a letter for\n"
     "good: its article is skipped, bytes that were no article are deleted.\n"
     "Both are written down: factmill call Admin/ListAudit.\n"
     "\nExamples:\n"
     "  factmill dead list\n"
     "  factmill dead show 3 --raw >article.bin\n"
     "  factmill dead replay 3 4\n"
     "  factmill dead replay --all --rate 20\n"
     "  factmill dead discard 3\n",
     fm_cli_dead,
     sizeof(struct fm_dead_flags),
     {SET("Flags", dead), INGEST_SET(offsetof(struct fm_dead_flags, remote))},
     1,
     -1},
    {"backup",
     "FILE",
     "writes a copy of the database while everything goes on",
     "The file is made by factmill-ingest on its machine and is as of the "
     "last\n"
     "commit before its end; it is checked before it gets its name, and "
     "nothing\n"
     "is written over. To restore: stop the services, put the file as\n"
     "factmill.db into an empty data directory, start them there.\n"
     "\nExamples:\n"
     "  factmill backup /backups/factmill-$(date +%F).db\n"
     "  factmill verify /backups/factmill-2026-11-25.db\n",
     fm_cli_backup,
     sizeof(struct fm_upkeep_flags),
     {INGEST_SET(offsetof(struct fm_upkeep_flags, remote))},
     1,
     1},
    {"verify",
     "[DIR|FILE]",
     "walks a database and says what is wrong in it",
     "DIR is a data directory, whether its services run or not, FILE a "
     "backup;\n"
     "both are read here, and not written to. Without either the running\n"
     "factmill-ingest is asked to look at its own. Exit status 0: nothing is\n"
     "wrong; 65: something is.\n"
     "\nExamples:\n"
     "  factmill verify /var/lib/factmill\n"
     "  factmill verify --quick /backups/factmill-2026-11-25.db\n"
     "  factmill verify --json\n",
     fm_cli_verify,
     sizeof(struct fm_upkeep_flags),
     {SET("Flags", upkeep),
      INGEST_SET(offsetof(struct fm_upkeep_flags, remote))},
     0,
     1},
    {"join",
     "ID ID…",
     "says that entities are one; the first stands for all",
     "Nothing that is stored is changed; factmill part takes it back exactly.\n"
     "\nExample:\n"
     "  factmill join 605 7012\n",
     fm_cli_join,
     sizeof(struct fm_cli_remote),
     {INGEST_SET(0)},
     2,
     64},
    {"part",
     "ID…",
     "takes back what factmill join did",
     "Example:\n"
     "  factmill part 7012\n",
     fm_cli_part,
     sizeof(struct fm_cli_remote),
     {INGEST_SET(0)},
     1,
     64},
    {"reprocess",
     "start | status | diff | promote | drop",
     "reads stored articles again, by another extractor or model",
     "Workers with the new extractor (factmill-worker --model FILE) read them\n"
     "whenever no new article waits; what they find is kept beside the facts\n"
     "in force. diff shows what would change; promote replaces the facts, and\n"
     "readers see all of it at once; drop forgets it. Everything goes on "
     "after\n"
     "a restart.\n"
     "\nExamples:\n"
     "  factmill reprocess start --source wire --wait\n"
     "  factmill reprocess diff --limit 5\n"
     "  factmill reprocess promote --wait\n",
     fm_cli_reprocess,
     sizeof(struct fm_reprocess_flags),
     {SET("Flags", reprocess),
      INGEST_SET(offsetof(struct fm_reprocess_flags, remote))},
     1,
     1},
    {"call",
     "[METHOD [JSON|-]]",
     "calls any method, request and reply in JSON",
     "Without a method it lists them. Ingest, Admin and Work go to --ingest, "
     "all\n"
     "others to --endpoint.\n"
     "\nExamples:\n"
     "  factmill call\n"
     "  factmill call Query/ListFacts '{\"page_size\": 2}'\n"
     "  factmill call /factmill.v1.Ingest/GetStatus\n",
     fm_cli_call,
     sizeof(struct fm_cli_remote),
     {{"Services", fm_cli_remote_flags, &fm_cli_remote_flag_count, 0}},
     0,
     2},
    {"keygen",
     "[NAME]",
     "makes a pair of keys for encrypted connections (CURVE)",
     "Writes NAME.key (secret, readable by you alone) and NAME.pub, and says\n"
     "what to do with them. NAME is a path; without it, the role. Files that\n"
     "are there already are left alone.\n"
     "\nExamples:\n"
     "  factmill keygen --role server /etc/factmill/server\n"
     "  factmill keygen --role producer wire-feed\n",
     fm_cli_keygen,
     sizeof(struct fm_keygen_flags),
     {SET("Flags", keygen)},
     0,
     1},
    {"extract",
     "[FILE…|-]",
     "extracts facts from files, with no service running",
     "Reads articles and prints their facts. A text file is one article; a "
     "line\n"
     "of JSON Lines is one article with the fields of Article (id, source, "
     "title,\n"
     "published, text …) or their usual other names (body, date, headline …).\n"
     "What cannot be read is reported with its line; the rest goes on, and "
     "the\n"
     "exit status is 65.\n"
     "\nExamples:\n"
     "  factmill extract article.txt\n"
     "  factmill extract --published 2026-11-23 --format json article.txt\n"
     "  zcat feed.jsonl.gz | factmill extract --input jsonl - >facts.jsonl\n"
     "  factmill extract --format triples --input sentences sentences.txt\n",
     fm_cli_extract,
     sizeof(struct fm_extract_flags),
     {SET("Flags", extract)},
     0,
     -1},
    {"completion",
     "bash|zsh|fish",
     "prints a completion script for a shell",
     "Examples:\n"
     "  factmill completion bash >/etc/bash_completion.d/factmill\n"
     "  source <(factmill completion zsh)\n"
     "  factmill completion fish >~/.config/fish/completions/factmill.fish\n",
     fm_cli_completion,
     1,
     {{NULL, NULL, NULL, 0}},
     1,
     1},
};

const size_t fm_cli_command_count =
    sizeof fm_cli_commands / sizeof fm_cli_commands[0];
