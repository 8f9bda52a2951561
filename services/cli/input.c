#include "cli/input.h"

#include "base/hash.h"
#include "base/limits.h"

void fm_input_release(struct fm_input *input)
{
    if (input->open)
        fm_lines_close(&input->lines);
    input->open = false;
    fm_conllu_file_release(&input->conllu);
}

struct fm_str fm_input_conllu(const struct fm_input *input)
{
    return input->open && input->open_form == FM_INPUT_CONLLU
               ? input->conllu.piece
               : fm_str_n(NULL, 0);
}

const char *fm_input_name(const struct fm_input *input)
{
    if (input->open)
        return input->lines.name;
    return input->path < input->path_count ? input->paths[input->path] : "";
}

static enum fm_input_form form_of(const char *path)
{
    static const struct {
        const char *end;
        enum fm_input_form form;
    } ends[] = {{".jsonl", FM_INPUT_JSONL},
                {".ndjson", FM_INPUT_JSONL},
                {".json", FM_INPUT_JSON},
                {".conllu", FM_INPUT_CONLLU}};

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (fm_str_ends(fm_str(path), fm_str(ends[i].end)))
            return ends[i].form;
    return FM_INPUT_TEXT;
}

static enum fm_error open_next(struct fm_input *input, struct fm_why *why)
{
    const char *path = input->paths[input->path];
    bool line_wise;
    enum fm_error error;

    input->open_form =
        input->form == FM_INPUT_AUTO ? form_of(path) : input->form;
    line_wise = input->open_form == FM_INPUT_JSONL ||
                input->open_form == FM_INPUT_SENTENCES ||
                input->open_form == FM_INPUT_CONLLU;
    error =
        fm_lines_open(&input->lines, path,
                      line_wise ? FM_INPUT_LINE_MAX : FM_INPUT_TEXT_MAX, why);
    if (error != FM_OK) {
        fm_lines_close(&input->lines);
        input->path++;
        return error;
    }
    fm_conllu_file_begin(&input->conllu);
    input->open = true;
    input->in_array = false;
    input->piece = 0;
    input->item = 0;
    return FM_OK;
}

static void close_file(struct fm_input *input)
{
    fm_lines_close(&input->lines);
    input->open = false;
    input->path++;
}

/* --- forms ------------------------------------------------------------------- */

static enum fm_error make_text(const struct fm_input *input, struct fm_str text,
                               const char *id, struct fm_arena *arena,
                               struct fm_why *why, Factmill__V1__Article **ret)
{
    Factmill__V1__Article *article = fm_arena_alloc(arena, sizeof *article);
    const char *nul = text.len > 0 ? memchr(text.data, '\0', text.len) : NULL;

    if (article == NULL)
        return FM_ENOMEM;
    if (nul != NULL)
        return fm_fail_field(FM_EINVAL, why, "text", "TEXT_NUL",
                             "byte %zu is NUL: this is not a text file",
                             (size_t)(nul - text.data) + 1);
    factmill__v1__article__init(article);
    article->id = fm_arena_copy(arena, fm_str(id));
    article->text = fm_arena_copy(arena, text);
    if (input->title != NULL)
        article->title = fm_arena_copy(arena, fm_str(input->title));
    *ret = article;
    return arena->failed;
}

static enum fm_error next_text(struct fm_input *input, struct fm_arena *arena,
                               struct fm_why *why, Factmill__V1__Article **ret)
{
    struct fm_str text;
    enum fm_error error;

    if (input->item++ > 0)
        return FM_ENOTFOUND;
    error = fm_lines_rest(&input->lines, why, &text);
    return error != FM_OK ? error
                          : make_text(input, text, input->paths[input->path],
                                      arena, why, ret);
}

/* Whole lines up to a size; the last newline is kept, it ends a sentence. */
static enum fm_error next_sentences(struct fm_input *input,
                                    struct fm_arena *arena, struct fm_why *why,
                                    Factmill__V1__Article **ret)
{
    struct fm_buf piece;
    struct fm_str line;
    enum fm_error error = FM_OK;
    char id[300];

    fm_buf_init(&piece, FM_INPUT_SENTENCES_BYTES + FM_INPUT_LINE_MAX + 1);
    while (error == FM_OK && piece.len < FM_INPUT_SENTENCES_BYTES) {
        error = fm_lines_next(&input->lines, why, &line);
        if (error == FM_OK) {
            fm_buf_str(&piece, line);
            fm_buf_char(&piece, '\n');
        }
    }
    if (error == FM_ENOTFOUND && piece.len > 0)
        error = FM_OK;
    if (error == FM_OK)
        error = fm_buf_error(&piece);
    if (error == FM_OK) {
        input->piece++;
        (void)snprintf(
            id, sizeof id, input->piece > 1 ? "%.250s#%llu" : "%.250s",
            input->paths[input->path], (unsigned long long)input->piece);
        error = make_text(input, fm_buf_view(&piece), id, arena, why, ret);
    }
    fm_buf_release(&piece);
    return error;
}

static enum fm_error next_jsonl(struct fm_input *input, struct fm_arena *arena,
                                struct fm_why *why, Factmill__V1__Article **ret)
{
    struct fm_str line;
    enum fm_error error;

    do
        error = fm_lines_next(&input->lines, why, &line);
    while (error == FM_OK && fm_str_trim(line).len == 0);
    if (error != FM_OK)
        return error;
    return fm_article_json_read(line, &input->map, arena, why, ret);
}

/* A file with one object, or a list of objects. A file named .json that holds
 * JSON Lines is taken for what it is. */
static enum fm_error next_json(struct fm_input *input, struct fm_arena *arena,
                               struct fm_why *why, Factmill__V1__Article **ret)
{
    struct fm_scan_value value;
    struct fm_str whole;
    struct fm_str key;
    enum fm_error error;

    if (!input->in_array && input->item > 0)
        return FM_ENOTFOUND;
    if (!input->in_array) {
        error = fm_lines_rest(&input->lines, why, &whole);
        if (error != FM_OK)
            return error;
        input->item = 1;
        whole = fm_str_trim(whole);
        if (whole.len == 0 || whole.data[0] != '[')
            return fm_article_json_read(whole, &input->map, arena, why, ret);
        error = fm_scan_begin(&input->array, whole, why);
        if (error != FM_OK)
            return error;
        input->in_array = true;
        input->item = 0;
    }
    error = fm_scan_next(&input->array, why, &key, &value);
    if (error != FM_OK) {
        input->in_array = false;
        input->item = 1;
        return error;
    }
    input->item++;
    return fm_article_json_read(value.raw, &input->map, arena, why, ret);
}

/* In English, whatever its first words look like: it was chosen by hand. */
static enum fm_error next_conllu(struct fm_input *input, struct fm_arena *arena,
                                 struct fm_why *why,
                                 Factmill__V1__Article **ret)
{
    static char english[] = "en";
    struct fm_conllu_file *file = &input->conllu;
    struct fm_str text;
    enum fm_error error =
        fm_conllu_file_next(file, &input->lines, arena, why, &text);
    char id[300];

    if (error != FM_OK)
        return error;
    input->piece++;
    if (file->id.len > 0)
        (void)snprintf(id, sizeof id, file->part > 1 ? "%.*s#%u" : "%.*s",
                       (int)(file->id.len < 250 ? file->id.len : 250),
                       file->id.data, file->part);
    else
        (void)snprintf(
            id, sizeof id, input->piece > 1 ? "%.250s#%llu" : "%.250s",
            input->paths[input->path], (unsigned long long)input->piece);
    error = make_text(input, text, id, arena, why, ret);
    if (error == FM_OK && *ret != NULL)
        (*ret)->language = english;
    return error;
}

/* --- all --------------------------------------------------------------------- */

static enum fm_error next_of_file(struct fm_input *input,
                                  struct fm_arena *arena, struct fm_why *why,
                                  Factmill__V1__Article **ret)
{
    switch (input->open_form) {
    case FM_INPUT_AUTO:
    case FM_INPUT_TEXT: return next_text(input, arena, why, ret);
    case FM_INPUT_SENTENCES: return next_sentences(input, arena, why, ret);
    case FM_INPUT_JSONL: return next_jsonl(input, arena, why, ret);
    case FM_INPUT_JSON: return next_json(input, arena, why, ret);
    case FM_INPUT_CONLLU: return next_conllu(input, arena, why, ret);
    }
    return FM_EINTERNAL;
}

/* An article without an id gets one that is the same each time it is read: its
 * address, else a hash of its words. */
static char *make_id(const Factmill__V1__Article *article,
                     struct fm_arena *arena)
{
    struct fm_blake2b state;
    struct fm_id id;
    char hex[33];

    if (article->url[0] != '\0' && strlen(article->url) <= FM_LIMIT_ID)
        return article->url;
    fm_blake2b_init(&state, sizeof id.bytes, fm_str(""));
    fm_blake2b_field(&state, fm_str(article->title));
    fm_blake2b_field(&state, fm_str(article->text));
    fm_blake2b_end(&state, id.bytes);
    fm_id_hex(&id, hex);
    return fm_arena_copy(arena, fm_str(hex));
}

static enum fm_error complete(const struct fm_input *input,
                              struct fm_arena *arena,
                              Factmill__V1__Article *article)
{
    if (article->id[0] == '\0')
        article->id = make_id(article, arena);
    if (article->source[0] == '\0')
        article->source = fm_arena_copy(arena, fm_str(input->source));
    if (article->published == NULL && input->published.set)
        return fm_article_set_published(article, input->published.us, arena);
    return arena->failed;
}

static uint64_t line_of(const struct fm_input *input)
{
    if (input->open_form == FM_INPUT_JSONL)
        return input->lines.number;
    if (input->open_form == FM_INPUT_CONLLU)
        return input->conllu.line;
    return input->in_array ? input->item : 0;
}

enum fm_error fm_input_next(struct fm_input *input, struct fm_arena *arena,
                            struct fm_why *why, uint64_t *ret_line,
                            Factmill__V1__Article **ret_article)
{
    for (;;) {
        Factmill__V1__Article *article = NULL;
        enum fm_error error;

        if (!input->open) {
            if (input->path == input->path_count)
                return FM_ENOTFOUND;
            error = open_next(input, why);
            if (error != FM_OK)
                return error;
        }
        error = next_of_file(input, arena, why, &article);
        if (error == FM_ENOTFOUND) {
            close_file(input);
            continue;
        }
        *ret_line = line_of(input);
        if (error == FM_OK)
            error = article != NULL ? complete(input, arena, article)
                                    : FM_EINTERNAL;
        if (error == FM_OK)
            *ret_article = article;
        else if (error == FM_EIO)
            close_file(input);
        return error;
    }
}
