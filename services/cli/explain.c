/* factmill verify-fact and factmill explain: is a fact still what its article
 * says, and how did it come about? */
#include "cli/ask.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#include <sysexits.h>

#define OUTPUT_MAX ((size_t)16 << 20)

static void print_one(const struct fm_cli *cli, const Factmill__V1__Fact *fact,
                      struct fm_buf *out)
{
    static const struct fm_fact_print how = {.evidence = true, .origin = true};

    fm_print_fact(&cli->out, fact, &how, out);
    fm_buf_char(out, '\n');
}

/* --- verify-fact ----------------------------------------------------------------- */

static void print_verdict(const struct fm_cli *cli, const char *label, bool yes,
                          struct fm_buf *out)
{
    fm_buf_printf(out, "%-12s", label);
    fm_style_z(&cli->out, yes ? FM_GREEN : FM_RED, yes ? "yes" : "no", out);
    fm_buf_char(out, '\n');
}

static void print_paragraph(const struct fm_cli *cli, const char *text,
                            struct fm_buf *out)
{
    struct fm_para para;

    fm_para_begin(&para, &cli->out, 0, 0, out);
    fm_para_z(&para, FM_PLAIN, text);
    fm_para_end(&para);
}

static void print_verified(const struct fm_cli *cli,
                           const Factmill__V1__VerifyFactResponse *response)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    print_verdict(cli, "evidence", response->evidence_matches, &out);
    print_verdict(cli, "reproduced", response->reproduced, &out);
    print_paragraph(cli, response->explanation, &out);
    if (response->now != NULL) {
        fm_buf_z(&out, "\nNow:\n");
        print_one(cli, response->now, &out);
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

int fm_cli_verify_fact(struct fm_cli *cli)
{
    const struct fm_cli_remote *flags = cli->options;
    Factmill__V1__VerifyFactResponse *response = NULL;
    Factmill__V1__VerifyFactRequest request;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    bool holds = false;
    enum fm_error error;

    factmill__v1__verify_fact_request__init(&request);
    request.id = cli->args[0];
    error = fm_remote_open(&remote, flags, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = FM_QUERY(&remote, VerifyFact, &request, &why, &response);
    if (error == FM_OK) {
        holds = response->evidence_matches && response->reproduced;
        if (cli->common.json)
            fm_print_json(&response->base);
        else
            print_verified(cli, response);
    }
    factmill__v1__verify_fact_response__free_unpacked(response, NULL);
    fm_remote_close(&remote);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    return holds ? 0 : EX_DATAERR;
}

/* --- explain --------------------------------------------------------------------- */

/* Columns of CoNLL-U that tell how a sentence was read. */
enum { NUMBER, FORM, LEMMA, UPOS, XPOS, FEATURES, HEAD, DEPREL, COLUMNS };

static bool split(struct fm_str line, struct fm_str ret[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (!fm_str_next(&line, '\t', &ret[i]))
            return false;
    return true;
}

static void add_cell(struct fm_str text, size_t width, struct fm_buf *out)
{
    size_t before = fm_text_width(text);

    fm_text_cut(text, width, out);
    fm_text_pad(before < width ? width - before + 2 : 2, out);
}

static void print_parse(const struct fm_cli *cli, const char *parse,
                        struct fm_buf *out)
{
    struct fm_str rest = fm_str(parse);
    struct fm_str line;
    struct fm_str column[COLUMNS];

    while (fm_str_next(&rest, '\n', &line)) {
        if (line.len == 0 || line.data[0] == '#' || !split(line, column))
            continue;
        add_cell(column[NUMBER], 5, out);
        fm_style_on(&cli->out, FM_BOLD, out);
        add_cell(column[FORM], 20, out);
        fm_style_off(&cli->out, out);
        add_cell(column[LEMMA], 18, out);
        add_cell(column[UPOS], 5, out);
        add_cell(column[HEAD], 3, out);
        fm_buf_str(out, column[DEPREL]);
        fm_buf_char(out, '\n');
    }
    fm_buf_char(out, '\n');
}

static void print_explained(const struct fm_cli *cli,
                            const Factmill__V1__ExplainFactResponse *response)
{
    struct fm_str rest = fm_str(response->explanation);
    struct fm_str line;
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    if (response->fact != NULL)
        print_one(cli, response->fact, &out);
    print_parse(cli, response->parse, &out);
    while (fm_str_next(&rest, '\n', &line)) {
        fm_text_clean(line, &out);
        fm_buf_char(&out, '\n');
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

int fm_cli_explain(struct fm_cli *cli)
{
    const struct fm_cli_remote *flags = cli->options;
    Factmill__V1__ExplainFactResponse *response = NULL;
    Factmill__V1__ExplainFactRequest request;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error;

    factmill__v1__explain_fact_request__init(&request);
    request.id = cli->args[0];
    error = fm_remote_open(&remote, flags, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = FM_QUERY(&remote, ExplainFact, &request, &why, &response);
    if (error == FM_OK) {
        if (cli->common.json)
            fm_print_json(&response->base);
        else
            print_explained(cli, response);
    }
    factmill__v1__explain_fact_response__free_unpacked(response, NULL);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
