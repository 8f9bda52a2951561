#include "base/utf8.h"
#include "nlp/conllu.h"
#include "nlp/tags.h"

static const char *const ne_names[FM_NE_COUNT] = {
    [FM_NE_NONE] = "O",           [FM_NE_PERSON] = "PER",
    [FM_NE_ORGANIZATION] = "ORG", [FM_NE_COUNTRY] = "COUNTRY",
    [FM_NE_CITY] = "CITY",        [FM_NE_REGION] = "REGION",
    [FM_NE_LOCATION] = "LOC",     [FM_NE_NATIONALITY] = "NATIONALITY",
    [FM_NE_OTHER] = "MISC",
};

/* A sentence while it is written. */
struct writer {
    const struct fm_doc *doc;
    const struct fm_sentence *sentence;
    struct fm_buf *out;
    size_t name; /* the first that ends behind the token at hand */
};

/* Valid UTF-8 without tabs, line ends and control characters, whatever s is. */
static void add_field(struct fm_buf *out, struct fm_str s)
{
    if (s.len == 0)
        fm_buf_char(out, '_');
    for (size_t at = 0; at < s.len;) {
        uint32_t c = (unsigned char)s.data[at];
        char bytes[4];

        if (c >= ' ' && c < 0x7f) {
            fm_buf_char(out, s.data[at++]);
            continue;
        }
        c = fm_utf8_next(s, &at);
        if (c < 0x80 && fm_is_space((char)c))
            c = ' ';
        else if (c < 0xa0 || c == 0x2028 || c == 0x2029)
            c = 0xfffd;
        fm_buf_add(out, bytes, fm_utf8_put(c, bytes));
    }
}

/* Index behind the multiword token that begins with token i, i + 1 when it
 * stands alone. */
static size_t surface_end(const struct writer *w, size_t i)
{
    size_t end = i + 1;

    if ((w->doc->flags[i] & FM_TOKEN_MWT_FIRST) == 0)
        return end;
    while (end < w->sentence->last &&
           (w->doc->flags[end] & FM_TOKEN_MWT_REST) != 0)
        end++;
    return end;
}

/* Does the next token follow token i without a gap? */
static bool is_glued(const struct fm_doc *doc, size_t i)
{
    return i + 1 < doc->token_count && doc->start[i + 1] == doc->end[i];
}

/* The text as its tokens make it: white space is one space. */
static void write_text(const struct writer *w)
{
    const struct fm_doc *doc = w->doc;

    fm_buf_z(w->out, "# text = ");
    for (size_t i = w->sentence->first; i < w->sentence->last;) {
        size_t end = surface_end(w, i);

        add_field(w->out, fm_doc_range(doc, i, end));
        if (end < w->sentence->last && !is_glued(doc, end - 1))
            fm_buf_char(w->out, ' ');
        i = end;
    }
    fm_buf_char(w->out, '\n');
}

/* Column 10 of tokens [first, end); surface: of what stands in the text, not of
 * a word of a multiword token. */
static void write_misc(const struct writer *w, size_t first, size_t end,
                       bool surface, const struct fm_name *name)
{
    if (name != NULL)
        fm_buf_printf(w->out, "NE=%s-%s|", first == name->first ? "B" : "I",
                      ne_names[name->type < FM_NE_COUNT ? name->type : 0]);
    if (surface && is_glued(w->doc, end - 1))
        fm_buf_z(w->out, "SpaceAfter=No|");
    fm_buf_printf(w->out, "TokenRange=%u:%u\n", w->doc->start[first],
                  w->doc->end[end - 1]);
}

static const struct fm_name *name_at(struct writer *w, size_t i)
{
    const struct fm_doc *doc = w->doc;

    while (w->name < doc->name_count && doc->names[w->name].last <= i)
        w->name++;
    return w->name < doc->name_count && doc->names[w->name].first <= i
               ? &doc->names[w->name]
               : NULL;
}

static void write_word(struct writer *w, size_t i, bool surface)
{
    const struct fm_doc *doc = w->doc;
    size_t first = w->sentence->first;

    fm_buf_printf(w->out, "%zu\t", i - first + 1);
    add_field(w->out, doc->form[i]);
    fm_buf_char(w->out, '\t');
    add_field(w->out, doc->lemma != NULL ? doc->lemma[i] : fm_str_n(NULL, 0));
    fm_buf_printf(w->out, "\t%s\t%s\t_\t",
                  doc->upos != NULL ? fm_upos_name(doc->upos[i]) : "_",
                  doc->xpos != NULL ? fm_xpos_name(doc->xpos[i]) : "_");
    if (doc->head == NULL)
        fm_buf_z(w->out, "_\t_\t_\t");
    else
        fm_buf_printf(w->out, "%zu\t%s\t_\t",
                      doc->head[i] == i ? 0 : doc->head[i] - first + 1,
                      doc->deprel != NULL ? fm_dep_name(doc->deprel[i]) : "_");
    write_misc(w, i, i + 1, surface, name_at(w, i));
}

/* The line of a multiword token before its words. */
static void write_range(const struct writer *w, size_t i, size_t end)
{
    fm_buf_printf(w->out, "%zu-%zu\t", i - w->sentence->first + 1,
                  end - w->sentence->first);
    add_field(w->out, fm_doc_range(w->doc, i, end));
    fm_buf_z(w->out, "\t_\t_\t_\t_\t_\t_\t_\t");
    write_misc(w, i, end, true, NULL);
}

static void write_sentence(struct writer *w, size_t number, bool new_paragraph)
{
    if (new_paragraph)
        fm_buf_z(w->out, "# newpar\n");
    fm_buf_printf(w->out, "# sent_id = %zu\n", number);
    write_text(w);
    for (size_t i = w->sentence->first; i < w->sentence->last;) {
        size_t end = surface_end(w, i);
        bool alone = end == i + 1;

        if (!alone)
            write_range(w, i, end);
        while (i < end)
            write_word(w, i++, alone);
    }
    fm_buf_char(w->out, '\n');
}

void fm_conllu_write(const struct fm_doc *doc, struct fm_buf *out)
{
    struct writer w = {.doc = doc, .out = out};
    uint32_t paragraph = 0;
    size_t written = 0;

    for (size_t k = 0; k < doc->sentence_count; k++) {
        const struct fm_sentence *s = &doc->sentences[k];

        if (s->first == s->last)
            continue;
        w.sentence = s;
        written++;
        write_sentence(&w, written, written == 1 || s->paragraph != paragraph);
        paragraph = s->paragraph;
    }
}

void fm_conllu_write_sentence(const struct fm_doc *doc, size_t sentence,
                              struct fm_buf *out)
{
    struct writer w = {
        .doc = doc, .sentence = &doc->sentences[sentence], .out = out};

    write_sentence(&w, sentence + 1, false);
}
