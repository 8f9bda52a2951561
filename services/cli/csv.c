#include "cli/csv.h"

#include "base/clock.h"
#include "cli/print_fact.h"

typedef void cell_writer(const Factmill__V1__Fact *fact, struct fm_buf *cell);

static void argument(const Factmill__V1__Argument *a, struct fm_buf *cell)
{
    if (a == NULL)
        return;
    fm_buf_z(cell, a->preposition);
    fm_buf_z(cell, a->preposition[0] != '\0' ? " " : "");
    fm_buf_z(cell, a->text);
}

static void id(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fact->id);
}

static void kind(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fm_enum_name(&factmill__v1__fact__kind__descriptor,
                                (int)fact->kind));
}

static void source(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fact->source);
}

static void article(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fact->article);
}

static void version(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_printf(cell, "%u", fact->version);
}

static void published(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    char text[FM_TIME_TEXT];

    if (fact->published == NULL)
        return;
    fm_time_format(fact->published->seconds * 1000000 +
                       fact->published->nanos / 1000,
                   text);
    fm_buf_z(cell, text);
}

static void subject(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    argument(fact->subject, cell);
}

static void predicate(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->predicate != NULL)
        fm_buf_z(cell, fact->predicate->lemma);
}

static void arguments(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    for (size_t i = 0; i < fact->n_arguments; i++) {
        fm_buf_z(cell, i > 0 ? " | " : "");
        argument(fact->arguments[i], cell);
    }
}

static void place(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    argument(fact->place, cell);
}

static void time_value(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->time != NULL)
        fm_buf_z(cell, fact->time->value);
}

static void time_start(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->time != NULL)
        fm_buf_z(cell, fact->time->start);
}

static void time_end(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->time != NULL)
        fm_buf_z(cell, fact->time->end);
}

static void quantity(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->quantity != NULL)
        fm_buf_z(cell, fact->quantity->value);
}

static void unit(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->quantity != NULL)
        fm_buf_z(cell, fact->quantity->unit);
}

static void polarity(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fm_enum_name(&factmill__v1__fact__polarity__descriptor,
                                (int)fact->polarity));
}

static void modality(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fm_enum_name(&factmill__v1__fact__modality__descriptor,
                                (int)fact->modality));
}

static void attribution(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    for (size_t i = 0; i < fact->n_attribution; i++) {
        fm_buf_z(cell, i > 0 ? " | " : "");
        argument(fact->attribution[i]->source, cell);
    }
}

static void confidence(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_printf(cell, "%.4f", (double)fact->confidence);
}

static void rule(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    fm_buf_z(cell, fact->rule);
}

static void start(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->evidence != NULL && fact->evidence->span != NULL)
        fm_buf_printf(cell, "%u", fact->evidence->span->start);
}

static void end(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->evidence != NULL && fact->evidence->span != NULL)
        fm_buf_printf(cell, "%u", fact->evidence->span->end);
}

static void evidence(const Factmill__V1__Fact *fact, struct fm_buf *cell)
{
    if (fact->evidence != NULL)
        fm_buf_z(cell, fact->evidence->text);
}

static const struct {
    const char *name;
    cell_writer *write;
} columns[] = {
    {"id", id},
    {"kind", kind},
    {"source", source},
    {"article", article},
    {"version", version},
    {"published", published},
    {"subject", subject},
    {"predicate", predicate},
    {"arguments", arguments},
    {"place", place},
    {"time", time_value},
    {"time_start", time_start},
    {"time_end", time_end},
    {"quantity", quantity},
    {"unit", unit},
    {"polarity", polarity},
    {"modality", modality},
    {"attribution", attribution},
    {"confidence", confidence},
    {"rule", rule},
    {"start", start},
    {"end", end},
    {"evidence", evidence},
};

#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

static void add_cell(struct fm_str cell, struct fm_buf *out)
{
    bool quoted = false;

    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = strchr("\",\n\r", cell.data[i]) != NULL;
    if (quoted)
        fm_buf_char(out, '"');
    if (cell.len > 0 && strchr("=+-@\t\r", cell.data[0]) != NULL &&
        !(cell.data[0] == '-' && cell.len > 1 && fm_is_digit(cell.data[1])))
        fm_buf_char(out, '\'');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.data[i] == '"')
            fm_buf_char(out, '"');
        fm_buf_char(out, cell.data[i]);
    }
    if (quoted)
        fm_buf_char(out, '"');
}

void fm_csv_header(struct fm_buf *out)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        fm_buf_printf(out, "%s%s", i > 0 ? "," : "", columns[i].name);
    fm_buf_char(out, '\n');
}

void fm_csv_fact(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    struct fm_buf cell;

    fm_buf_init(&cell, out->ceiling);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        fm_buf_reset(&cell);
        columns[i].write(fact, &cell);
        fm_buf_z(out, i > 0 ? "," : "");
        add_cell(fm_buf_view(&cell), out);
    }
    fm_buf_char(out, '\n');
    fm_buf_release(&cell);
}
