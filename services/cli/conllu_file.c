#include "cli/conllu_file.h"

#include "nlp/conllu.h"

/* Bytes of a piece: a long list of sentences neither fills the memory nor keeps
 * one thread busy alone. */
#define PIECE_BYTES ((size_t)512 << 10)
/* Bytes of one sentence; more is no CoNLL-U. */
#define SENTENCE_BYTES ((size_t)8 << 20)
/* Columns of the tokens of a piece. */
#define PIECE_MEMORY ((size_t)1 << 30)

void fm_conllu_file_begin(struct fm_conllu_file *file)
{
    if (!file->ready) {
        fm_buf_init(&file->lines, PIECE_BYTES + SENTENCE_BYTES);
        fm_buf_init(&file->text, PIECE_BYTES + SENTENCE_BYTES);
        fm_doc_init(&file->doc, PIECE_MEMORY);
        file->ready = true;
    }
    file->piece = fm_str_n(NULL, 0);
    file->id = fm_str_n(NULL, 0);
    file->part = 0;
    file->holds = false;
}

void fm_conllu_file_release(struct fm_conllu_file *file)
{
    fm_buf_release(&file->lines);
    fm_buf_release(&file->text);
    fm_doc_release(&file->doc);
    file->ready = false;
}

static bool is_newdoc(struct fm_str line)
{
    return fm_str_starts(line, fm_str("# newdoc"));
}

static void begin_document(struct fm_conllu_file *file, struct fm_str line)
{
    size_t at = fm_str_find(line, fm_str("="), 0);
    struct fm_str id = fm_str_n(NULL, 0);

    if (at != SIZE_MAX)
        id = fm_str_trim(fm_str_sub(line, at + 1, line.len));
    id = fm_str_sub(id, 0, sizeof file->id_bytes);
    if (id.len > 0)
        memcpy(file->id_bytes, id.data, id.len);
    file->id = fm_str_n(file->id_bytes, id.len);
    file->part = 0;
}

/* Takes whole sentences into file->lines. *ret_words: there is a token. */
static enum fm_error collect(struct fm_conllu_file *file,
                             struct fm_lines *lines, struct fm_why *why,
                             bool *ret_words)
{
    enum fm_error error = FM_OK;
    bool words = false;

    fm_buf_reset(&file->lines);
    file->line = 0;
    for (;;) {
        struct fm_str line = file->held;

        if (!file->holds)
            error = fm_lines_next(lines, why, &line);
        if (error != FM_OK)
            break;
        file->holds = is_newdoc(line) && words;
        file->held = line;
        if (file->holds)
            break;
        if (file->line == 0)
            file->line = lines->number;
        if (is_newdoc(line))
            begin_document(file, line);
        words = words || (line.len > 0 && line.data[0] != '#');
        fm_buf_str(&file->lines, line);
        fm_buf_char(&file->lines, '\n');
        if (line.len == 0 && file->lines.len >= PIECE_BYTES)
            break;
        if (fm_buf_error(&file->lines) != FM_OK)
            return fm_fail(FM_ETOOBIG, why, "SENTENCE_TOO_LONG",
                           "no empty line ends the sentence within %zu bytes",
                           PIECE_BYTES + SENTENCE_BYTES);
    }
    *ret_words = words;
    return error == FM_ENOTFOUND && words ? FM_OK : error;
}

enum fm_error fm_conllu_file_next(struct fm_conllu_file *file,
                                  struct fm_lines *lines,
                                  struct fm_arena *arena, struct fm_why *why,
                                  struct fm_str *ret_text)
{
    struct fm_str piece;
    bool words = false;
    enum fm_error error;
    char *copy;
    size_t line;

    file->piece = fm_str_n(NULL, 0);
    do
        error = collect(file, lines, why, &words);
    while (error == FM_OK && !words);
    if (error != FM_OK)
        return error;
    file->part++;
    piece = fm_buf_view(&file->lines);
    line = (size_t)file->line - 1;
    error = fm_conllu_read_piece(piece, &file->text, &file->doc, &line, why);
    if (error != FM_OK) {
        file->line = line;
        return error;
    }
    copy = fm_arena_copy(arena, piece);
    if (copy == NULL)
        return arena->failed;
    file->piece = fm_str_n(copy, piece.len);
    *ret_text = fm_buf_view(&file->text);
    return FM_OK;
}
