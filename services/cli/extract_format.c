#include "cli/extract_format.h"

#include "cli/print_fact.h"
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

static void write_triples(const struct fm_extracted *it, struct fm_buf *out)
{
    for (size_t i = 0; i < it->extraction->n_facts; i++) {
        const Factmill__V1__Fact *fact = it->extraction->facts[i];

        if (fact->subject == NULL || fact->predicate == NULL ||
            fact->evidence == NULL)
            continue;
        add_field(fact->evidence->text, out);
        fm_buf_printf(out, "\t%.4f\t", (double)fact->confidence);
        add_field(fact->predicate->text[0] != '\0' ? fact->predicate->text
                                                   : fact->predicate->lemma,
                  out);
        fm_buf_char(out, '\t');
        add_field(fact->subject->text, out);
        for (size_t a = 0; a < fact->n_arguments; a++) {
            const Factmill__V1__Argument *argument = fact->arguments[a];

            fm_buf_char(out, '\t');
            if (argument->preposition[0] != '\0') {
                add_field(argument->preposition, out);
                fm_buf_char(out, ' ');
            }
            add_field(argument->text, out);
        }
        fm_buf_char(out, '\n');
    }
}

/* --- conllu (universaldependencies.org/format.html) ---------------------------- */

static const char *const upos_names[FM_UPOS_COUNT] = {
    "_",   "ADJ",  "ADP",  "ADV",   "AUX",   "CCONJ", "DET", "INTJ", "NOUN",
    "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"};

static const char *const ne_names[FM_NE_COUNT] = {[FM_NE_NONE] = "",
                                                  [FM_NE_PERSON] = "PER",
                                                  [FM_NE_ORGANIZATION] = "ORG",
                                                  [FM_NE_COUNTRY] = "COUNTRY",
                                                  [FM_NE_CITY] = "CITY",
                                                  [FM_NE_REGION] = "REGION",
                                                  [FM_NE_LOCATION] = "LOC",
                                                  [FM_NE_NATIONALITY] =
                                                      "NATIONALITY",
                                                  [FM_NE_OTHER] = "MISC"};

/* Column 10 of a token or of a multiword token. */
static void write_misc(const struct fm_doc *doc, size_t first, size_t last,
                       size_t sentence_last, const char *name, bool inside,
                       struct fm_buf *out)
{
    if (last < sentence_last && (doc->flags[last] & FM_TOKEN_SPACE_BEFORE) == 0)
        fm_buf_z(out, "SpaceAfter=No|");
    fm_buf_printf(out, "TokenRange=%u:%u", doc->start[first],
                  doc->end[last - 1]);
    if (name != NULL)
        fm_buf_printf(out, "|NE=%s-%s", inside ? "I" : "B", name);
    fm_buf_char(out, '\n');
}

/* The line "3-4\tdon't" before the words of a multiword token. */
static void write_multiword(const struct fm_doc *doc,
                            const struct fm_sentence *sentence, size_t first,
                            struct fm_buf *out)
{
    size_t last = first + 1;

    while (last < sentence->last && (doc->flags[last] & FM_TOKEN_MWT_REST) != 0)
        last++;
    fm_buf_printf(out, "%zu-%zu\t", first - sentence->first + 1,
                  last - sentence->first);
    fm_buf_str(out, fm_doc_range(doc, first, last));
    fm_buf_z(out, "\t_\t_\t_\t_\t_\t_\t_\t");
    write_misc(doc, first, last, sentence->last, NULL, false, out);
}

static void write_token(const struct fm_doc *doc,
                        const struct fm_sentence *sentence, size_t i,
                        const struct fm_name *name, struct fm_buf *out)
{
    struct fm_str form = fm_doc_token(doc, i);
    const char *type = NULL;

    if (name != NULL && name->type < FM_NE_COUNT)
        type = ne_names[name->type];
    if ((doc->flags[i] & FM_TOKEN_MWT_FIRST) != 0)
        write_multiword(doc, sentence, i, out);
    fm_buf_printf(out, "%zu\t", i - sentence->first + 1);
    if (doc->form != NULL && doc->form[i].len > 0 &&
        (doc->flags[i] & (FM_TOKEN_MWT_FIRST | FM_TOKEN_MWT_REST)) != 0)
        form = doc->form[i];
    for (size_t c = 0; c < form.len; c++)
        fm_buf_char(out, fm_is_space(form.data[c]) ? ' ' : form.data[c]);
    fm_buf_char(out, '\t');
    if (doc->lemma != NULL && doc->lemma[i].len > 0)
        fm_buf_str(out, doc->lemma[i]);
    else
        fm_buf_char(out, '_');
    fm_buf_printf(out, "\t%s\t_\t_\t",
                  doc->upos != NULL && doc->upos[i] < FM_UPOS_COUNT
                      ? upos_names[doc->upos[i]]
                      : "_");
    if (doc->head == NULL)
        fm_buf_z(out, "_");
    else
        fm_buf_printf(out, "%zu",
                      doc->head[i] == i ? (size_t)0
                                        : doc->head[i] - sentence->first + 1);
    fm_buf_z(out, "\t_\t_\t");
    write_misc(doc, i, i + 1, sentence->last, type,
               name != NULL && name->first < i, out);
}

static void write_sentence(const struct fm_doc *doc, size_t number,
                           size_t *name, struct fm_buf *out)
{
    const struct fm_sentence *sentence = &doc->sentences[number];

    if (number == 0 ||
        doc->sentences[number - 1].paragraph != sentence->paragraph)
        fm_buf_z(out, "# newpar\n");
    fm_buf_printf(out, "# sent_id = %zu\n# text = ", number + 1);
    fm_text_clean(fm_str_sub(doc->text, sentence->start, sentence->end), out);
    fm_buf_char(out, '\n');
    for (size_t i = sentence->first; i < sentence->last; i++) {
        while (*name < doc->name_count && doc->names[*name].last <= i)
            ++*name;
        write_token(doc, sentence, i,
                    *name < doc->name_count && doc->names[*name].first <= i
                        ? &doc->names[*name]
                        : NULL,
                    out);
    }
    fm_buf_char(out, '\n');
}

static void write_conllu(const struct fm_extracted *it, struct fm_buf *out)
{
    size_t name = 0;

    fm_buf_z(out, "# newdoc id = ");
    add_field(it->article->id, out);
    fm_buf_char(out, '\n');
    for (size_t i = 0; it->doc != NULL && i < it->doc->sentence_count; i++)
        if (it->doc->sentences[i].last > it->doc->sentences[i].first)
            write_sentence(it->doc, i, &name, out);
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

fm_extract_writer *fm_extract_format(const char *name)
{
    static const struct {
        const char *name;
        fm_extract_writer *write;
    } formats[] = {{"json", write_json},
                   {"triples", write_triples},
                   {"conllu", write_conllu},
                   {"text", write_text}};

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].write;
    return NULL;
}
