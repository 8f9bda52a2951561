#include "cli/extract_format.h"

#include "base/utf8.h"
#include "cli/print_fact.h"
#include "extract/explain.h"
#include "nlp/conllu.h"
#include "rpc/json.h"

/* --- json -------------------------------------------------------------------- */

static void write_json(const struct fm_extracted *it, struct fm_buf *out)
{
    fm_json_write(&it->extraction->base, NULL, out);
    fm_buf_char(out, '\n');
}

/* --- triples ----------------------------------------------------------------- */

/* A field of a line: white space of any kind becomes one space. */
static void add_field(const char *text, struct fm_buf *out)
{
    bool blank = false;

    for (; *text != '\0'; text++) {
        bool space = fm_is_space(*text);

        if (!space)
            fm_buf_char(out, *text);
        else if (!blank)
            fm_buf_char(out, ' ');
        blank = space;
    }
}

/* A report in the passive has who says it behind the verb, if at all. */
static bool is_passive(const Factmill__V1__Fact *fact)
{
    return strcmp(fact->rule, "report.passive") == 0 &&
           (fact->n_arguments > 1 ||
            (fact->n_arguments == 1 && fact->subject != NULL));
}

/* What stands before the predicate; NULL = nothing. */
static const Factmill__V1__Argument *first_of(const Factmill__V1__Fact *fact)
{
    return is_passive(fact) ? fact->arguments[0] : fact->subject;
}

/* Numbers and abbreviations are values: what is said with them is in other
 * facts. */
static bool is_triple(const Factmill__V1__Fact *fact)
{
    return first_of(fact) != NULL && fact->predicate != NULL &&
           fact->evidence != NULL && fact->n_arguments > 0 &&
           fact->kind != FACTMILL__V1__FACT__KIND__QUANTITY &&
           fact->kind != FACTMILL__V1__FACT__KIND__ABBREVIATION;
}

static void add_preposition(const Factmill__V1__Argument *argument,
                            struct fm_buf *out)
{
    if (argument->preposition[0] == '\0')
        return;
    add_field(argument->preposition, out);
    fm_buf_char(out, ' ');
}

static void write_triple(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    size_t a = is_passive(fact) ? 1 : 0;
    bool joined =
        a < fact->n_arguments && fact->arguments[a]->preposition[0] != '\0';

    add_field(fact->evidence->text, out);
    fm_buf_printf(out, "\t%.4f\t", (double)fact->confidence);
    add_field(fact->predicate->text[0] != '\0' ? fact->predicate->text
                                               : fact->predicate->lemma,
              out);
    if (joined) {
        fm_buf_char(out, ' ');
        add_field(fact->arguments[a]->preposition, out);
    }
    fm_buf_char(out, '\t');
    add_field(first_of(fact)->text, out);
    for (; a < fact->n_arguments; a++, joined = false) {
        fm_buf_char(out, '\t');
        if (!joined)
            add_preposition(fact->arguments[a], out);
        add_field(fact->arguments[a]->text, out);
    }
    if (is_passive(fact) && fact->subject != NULL) {
        size_t n = strlen(fact->predicate->text);
        bool by = n > 3 && strcmp(fact->predicate->text + n - 3, " by") == 0;

        fm_buf_z(out, by ? "\t" : "\tby ");
        add_field(fact->subject->text, out);
    }
    fm_buf_char(out, '\n');
}

static void write_triples(const struct fm_extracted *it, struct fm_buf *out)
{
    for (size_t i = 0; i < it->extraction->n_facts; i++)
        if (is_triple(it->extraction->facts[i]))
            write_triple(it->extraction->facts[i], out);
}

/* --- conllu ------------------------------------------------------------------ */

static void write_conllu(const struct fm_extracted *it, struct fm_buf *out)
{
    fm_buf_z(out, "# newdoc id = ");
    add_field(it->article->id, out);
    fm_buf_char(out, '\n');
    if (it->doc != NULL)
        fm_conllu_write(it->doc, out);
}

/* --- text -------------------------------------------------------------------- */

static void write_text(const struct fm_extracted *it, struct fm_buf *out)
{
    const Factmill__V1__Extraction *e = it->extraction;

    fm_style_z(it->term, FM_BOLD,
               it->article->title[0] != '\0' ? it->article->title
                                             : it->article->id,
               out);
    if (e->skipped[0] != '\0') {
        fm_buf_z(out, "  ");
        fm_style_z(it->term, FM_YELLOW, "skipped: ", out);
        fm_style_z(it->term, FM_YELLOW, e->skipped, out);
    } else {
        fm_buf_printf(out, "  %zu fact%s in %zu sentence%s", e->n_facts,
                      e->n_facts == 1 ? "" : "s", e->n_sentences,
                      e->n_sentences == 1 ? "" : "s");
    }
    fm_buf_z(out, "\n\n");
    fm_print_facts_of(it->term, it->article, e->facts, e->n_facts, out);
}

/* --- explain ----------------------------------------------------------------- */

/* The size of an explanation: a tree of a few dozen bytes a word, with room for
 * an article of the longest kind. */
#define EXPLAIN_LIMIT ((size_t)256 << 20)

/* Lines stay as they are; other control characters must not reach a terminal. */
static void add_lines(struct fm_str lines, struct fm_buf *out)
{
    for (size_t at = 0; at < lines.len;) {
        uint32_t c = fm_utf8_next(lines, &at);
        char bytes[4];

        if (c != '\n' && (c < ' ' || (c >= 0x7f && c < 0xa0)))
            c = c == '\t' || c == '\r' ? ' ' : 0xfffd;
        fm_buf_add(out, bytes, fm_utf8_put(c, bytes));
    }
}

static void write_explained(const struct fm_extracted *it, struct fm_buf *out)
{
    struct fm_buf lines;

    fm_buf_init(&lines, EXPLAIN_LIMIT);
    if (it->extraction->skipped[0] != '\0')
        fm_buf_printf(&lines, "skipped: %s\n", it->extraction->skipped);
    for (size_t s = 0; s < fm_explain_sentences(it->extractor); s++)
        fm_explain(it->extractor, it->extraction, s, &lines);
    add_lines(fm_buf_view(&lines), out);
    fm_buf_release(&lines);
}

fm_extract_writer *fm_extract_format(const char *name)
{
    static const struct {
        const char *name;
        fm_extract_writer *write;
    } formats[] = {{"json", write_json},
                   {"triples", write_triples},
                   {"conllu", write_conllu},
                   {"text", write_text},
                   {"explain", write_explained}};

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].write;
    return NULL;
}
