/* Articles out of files, for factmill extract and factmill push: whole texts,
 * one sentence a line, CoNLL-U, or one JSON article a line. Files are read in one pass;
 * one article is in memory at a time. */
#ifndef FM_CLI_INPUT_H
#define FM_CLI_INPUT_H

#include "base/arena.h"
#include "cli/article_json.h"
#include "cli/conllu_file.h"
#include "cli/lines.h"
#include "cli/scan.h"

/* Longest line of JSON or of sentences, and longest text file. A line of JSON
 * may be twice as long as its text, by escapes. */
#define FM_INPUT_LINE_MAX (32u << 20)
#define FM_INPUT_TEXT_MAX (64u << 20)
/* Sentences read as one article, so that a long list of them neither fills the
 * memory nor keeps one thread busy alone. */
#define FM_INPUT_SENTENCES_BYTES (256u << 10)

enum fm_input_form {
    FM_INPUT_AUTO, /* by the name: .jsonl, .ndjson, .json, else TEXT */
    FM_INPUT_TEXT,
    FM_INPUT_SENTENCES,
    FM_INPUT_JSONL,
    FM_INPUT_JSON,   /* one object, or an array of objects, fills the file */
    FM_INPUT_CONLLU, /* sentences and tokens; an article at each "# newdoc" */
};

struct fm_input {
    /* Set by the caller. */
    char **paths; /* "-" = standard input */
    int path_count;
    enum fm_input_form form;
    struct fm_article_map map;
    const char *source;           /* of articles that name none */
    const char *title;            /* of texts; NULL = none */
    struct fm_cli_time published; /* of articles that say none */

    /* State. */
    int path;
    bool open;
    struct fm_lines lines;
    enum fm_input_form open_form;
    uint64_t piece; /* of SENTENCES and CONLLU, from 1 */
    struct fm_conllu_file conllu;
    struct fm_scan array; /* of JSON: a file that is one list of articles */
    bool in_array;
    uint64_t item; /* of JSON, from 1 */
};

void fm_input_release(struct fm_input *input);
/* The next article, out of the arena. FM_ENOTFOUND: there is none. Any other
 * error concerns one article or one file only: report why, go on. *ret_line:
 * line, or number in a JSON array (0 = the whole file). */
enum fm_error fm_input_next(struct fm_input *input, struct fm_arena *arena,
                            struct fm_why *why, uint64_t *ret_line,
                            Factmill__V1__Article **ret_article);
/* The CoNLL-U of the last article, out of the arena too; empty for other forms. */
struct fm_str fm_input_conllu(const struct fm_input *input);
/* Name of the file that the last article came from. */
const char *fm_input_name(const struct fm_input *input);

#endif
