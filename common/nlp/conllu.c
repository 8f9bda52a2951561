#include "nlp/conllu.h"

#include "base/parse.h"
#include "base/utf8.h"
#include "nlp/tags.h"
#include "nlp/token.h"

#define FIELDS 10

enum {
    FIELD_ID,
    FIELD_FORM,
    FIELD_LEMMA,
    FIELD_UPOS,
    FIELD_XPOS,
    FIELD_FEATURES,
    FIELD_HEAD,
    FIELD_DEPREL,
    FIELD_ENHANCED,
    FIELD_MISC,
};

struct reader {
    struct fm_doc *doc;
    struct fm_buf *text;
    struct fm_conllu_gold gold;
    struct fm_why *why;
    size_t line;
    bool apart;      /* the line is told apart from what is wrong */
    bool paragraphs; /* the file says where they begin */
    uint32_t paragraph;
    size_t sentence_first; /* token */
    uint64_t range_last;   /* id of the last word of a multiword token */
    uint32_t range_end;    /* its bytes */
    bool space;            /* before the next token */
    bool range_space;      /* after the multiword token */
};

static enum fm_error malformed(const struct reader *r, const char *what)
{
    return r->apart ? fm_fail(FM_EINVAL, r->why, "CONLLU_MALFORMED", "%s", what)
                    : fm_fail(FM_EINVAL, r->why, "CONLLU_MALFORMED",
                              "line %zu: %s", r->line, what);
}

/* Upper bounds: every line that begins with a digit could be a word, every
 * line could end a sentence. */
static enum fm_error make_columns(struct fm_str conllu, struct reader *r)
{
    struct fm_doc *doc = r->doc;
    struct fm_arena *arena = &doc->arena;
    size_t lines = 1;

    for (size_t i = 0; i < conllu.len; i++)
        lines += conllu.data[i] == '\n';
    doc->sentences = fm_arena_array(arena, lines, sizeof *doc->sentences);
    doc->start = fm_arena_array(arena, lines, sizeof *doc->start);
    doc->end = fm_arena_array(arena, lines, sizeof *doc->end);
    doc->flags = fm_arena_array(arena, lines, sizeof *doc->flags);
    doc->form = fm_arena_array(arena, lines, sizeof *doc->form);
    r->gold.lemma = fm_arena_array(arena, lines, sizeof *r->gold.lemma);
    r->gold.upos = fm_arena_array(arena, lines, sizeof *r->gold.upos);
    r->gold.xpos = fm_arena_array(arena, lines, sizeof *r->gold.xpos);
    r->gold.deprel = fm_arena_array(arena, lines, sizeof *r->gold.deprel);
    r->gold.head = fm_arena_array(arena, lines, sizeof *r->gold.head);
    return r->gold.head == NULL || arena->failed != FM_OK
               ? fm_fail(arena->failed, r->why, NULL,
                         "no memory for %zu lines of CoNLL-U", lines)
               : FM_OK;
}

/* Heads were read as ids within the sentence. */
static enum fm_error end_sentence(struct reader *r)
{
    struct fm_doc *doc = r->doc;
    size_t first = r->sentence_first;
    size_t n = doc->token_count - first;

    r->sentence_first = doc->token_count;
    r->range_last = 0;
    for (size_t i = first; i < doc->token_count; i++) {
        uint32_t head = r->gold.head[i];
        size_t piece = (i - first) / FM_SENTENCE_TOKENS_MAX;

        if (head > n)
            return malformed(r, "a head outside the sentence");
        if (head == 0 || (head - 1) / FM_SENTENCE_TOKENS_MAX != piece)
            r->gold.head[i] = (uint32_t)i;
        else
            r->gold.head[i] = (uint32_t)(first + head - 1);
    }
    for (size_t i = first; i < doc->token_count; i += FM_SENTENCE_TOKENS_MAX) {
        struct fm_sentence *s = &doc->sentences[doc->sentence_count];
        size_t last = i + FM_SENTENCE_TOKENS_MAX;

        last = last < doc->token_count ? last : doc->token_count;
        *s = (struct fm_sentence){
            .start = doc->start[i],
            .end = doc->end[last - 1],
            .first = (uint32_t)i,
            .last = (uint32_t)last,
            .paragraph = r->paragraph,
            .kind = FM_BLOCK_PROSE,
        };
        doc->sentence_count++;
    }
    if (n > 0)
        fm_buf_char(r->text, '\n');
    if (n > 0 && !r->paragraphs)
        r->paragraph++;
    r->space = true;
    return FM_OK;
}

static bool no_space_after(struct fm_str misc)
{
    return fm_str_find(misc, fm_str("SpaceAfter=No"), 0) != SIZE_MAX;
}

/* "4-5": the words that follow cover these bytes. */
static enum fm_error add_range(struct reader *r, const struct fm_str *fields,
                               size_t dash)
{
    struct fm_str id = fields[FIELD_ID];

    if (fm_parse_u64(fm_str_sub(id, dash + 1, id.len), &r->range_last) != FM_OK)
        return malformed(r, "a bad range of a multiword token");
    if (r->space && r->doc->token_count > r->sentence_first)
        fm_buf_char(r->text, ' ');
    fm_buf_str(r->text, fields[FIELD_FORM]);
    r->range_end = (uint32_t)r->text->len;
    r->range_space = !no_space_after(fields[FIELD_MISC]);
    r->doc->flags[r->doc->token_count] = FM_TOKEN_MWT_FIRST;
    r->doc->start[r->doc->token_count] =
        (uint32_t)(r->text->len - fields[FIELD_FORM].len);
    if (r->space)
        r->doc->flags[r->doc->token_count] |= FM_TOKEN_SPACE_BEFORE;
    r->space = false;
    return FM_OK;
}

/* Bytes of a word of a multiword token: as many as its form has, the last
 * one takes the rest. */
static void place_in_range(struct reader *r, uint64_t id, struct fm_str form)
{
    struct fm_doc *doc = r->doc;
    size_t i = doc->token_count;
    uint32_t left;

    if ((doc->flags[i] & FM_TOKEN_MWT_FIRST) == 0) {
        doc->flags[i] |= FM_TOKEN_MWT_REST;
        doc->start[i] = i > 0 ? doc->end[i - 1] : 0;
    }
    left = r->range_end - doc->start[i];
    doc->end[i] =
        doc->start[i] +
        (id == r->range_last || form.len > left ? left : (uint32_t)form.len);
    if (id == r->range_last) {
        r->space = r->range_space;
        r->range_last = 0;
    }
}

static void place_alone(struct reader *r, struct fm_str form,
                        struct fm_str misc)
{
    struct fm_doc *doc = r->doc;
    size_t i = doc->token_count;
    bool first = i == r->sentence_first;

    if (r->space && !first)
        fm_buf_char(r->text, ' ');
    if (r->space || first)
        doc->flags[i] |= FM_TOKEN_SPACE_BEFORE;
    doc->start[i] = (uint32_t)r->text->len;
    fm_buf_str(r->text, form);
    doc->end[i] = (uint32_t)r->text->len;
    r->space = !no_space_after(misc);
}

static enum fm_error add_word(struct reader *r, const struct fm_str *fields)
{
    struct fm_doc *doc = r->doc;
    size_t i = doc->token_count;
    uint64_t id = 0;
    uint64_t head = 0;

    if (fm_parse_u64(fields[FIELD_ID], &id) != FM_OK ||
        id != i - r->sentence_first + 1)
        return malformed(r, "ids do not count from 1");
    if (!fm_str_eqz(fields[FIELD_HEAD], "_") &&
        (fm_parse_u64(fields[FIELD_HEAD], &head) != FM_OK || head > UINT32_MAX))
        return malformed(r, "a bad head");
    if (fields[FIELD_FORM].len == 0)
        return malformed(r, "an empty form");
    if (id <= r->range_last)
        place_in_range(r, id, fields[FIELD_FORM]);
    else
        place_alone(r, fields[FIELD_FORM], fields[FIELD_MISC]);
    doc->form[i] = fields[FIELD_FORM];
    doc->flags[i] = (uint8_t)(doc->flags[i] | fm_token_shape(doc->form[i]));
    r->gold.lemma[i] = fields[FIELD_LEMMA];
    r->gold.upos[i] = fields[FIELD_UPOS];
    r->gold.xpos[i] = fields[FIELD_XPOS];
    r->gold.deprel[i] = fields[FIELD_DEPREL];
    r->gold.head[i] = (uint32_t)head;
    doc->token_count++;
    return FM_OK;
}

static enum fm_error read_line(struct reader *r, struct fm_str line)
{
    struct fm_str fields[FIELDS];
    struct fm_str rest = line;
    size_t n = 0;
    size_t dash;

    while (n < FIELDS && fm_str_next(&rest, '\t', &fields[n]))
        n++;
    if (n != FIELDS || rest.len != 0)
        return malformed(r, "not ten columns");
    if (fm_str_find(fields[FIELD_ID], fm_str("."), 0) != SIZE_MAX)
        return FM_OK;
    dash = fm_str_find(fields[FIELD_ID], fm_str("-"), 0);
    return dash != SIZE_MAX ? add_range(r, fields, dash) : add_word(r, fields);
}

static void read_comment(struct reader *r, struct fm_str line)
{
    if (r->doc->sentence_count > 0 &&
        (fm_str_starts(line, fm_str("# newpar")) ||
         fm_str_starts(line, fm_str("# newdoc")))) {
        r->paragraph++;
        r->paragraphs = true;
    }
}

static enum fm_error read_all(struct reader *r, struct fm_str conllu)
{
    struct fm_str rest = conllu;
    struct fm_str line;
    enum fm_error e;

    r->space = true;
    r->paragraphs = fm_str_find(conllu, fm_str("\n# newpar"), 0) != SIZE_MAX ||
                    fm_str_starts(conllu, fm_str("# newpar"));
    fm_buf_reset(r->text);
    e = fm_doc_reset(r->doc, fm_str_n(NULL, 0), r->why);
    if (e == FM_OK)
        e = make_columns(conllu, r);
    while (e == FM_OK && fm_str_next(&rest, '\n', &line)) {
        r->line++;
        if (fm_str_ends(line, fm_str("\r")))
            line.len--;
        if (line.len == 0)
            e = end_sentence(r);
        else if (line.data[0] == '#')
            read_comment(r, line);
        else
            e = read_line(r, line);
    }
    if (e == FM_OK)
        e = end_sentence(r);
    if (e == FM_OK && fm_buf_error(r->text) != FM_OK)
        e = fm_fail(fm_buf_error(r->text), r->why, NULL,
                    "the text is too long");
    if (e == FM_OK)
        r->doc->text = fm_buf_view(r->text);
    return e;
}

enum fm_error fm_conllu_read(struct fm_str conllu, struct fm_buf *text,
                             struct fm_doc *doc, struct fm_why *why,
                             struct fm_conllu_gold *ret_gold)
{
    struct reader r = {.doc = doc, .text = text, .why = why};
    enum fm_error e = read_all(&r, conllu);

    if (e == FM_OK && ret_gold != NULL)
        *ret_gold = r.gold;
    return e;
}

enum fm_error fm_conllu_read_piece(struct fm_str conllu, struct fm_buf *text,
                                   struct fm_doc *doc, size_t *line,
                                   struct fm_why *why)
{
    struct reader r = {
        .doc = doc, .text = text, .why = why, .line = *line, .apart = true};
    enum fm_error e = read_all(&r, conllu);

    *line = r.line;
    return e;
}
