/* factmill dead: what could not be read or extracted. */
#include "cli/dead.h"

#include "base/limits.h"
#include "base/parse.h"
#include "cli/print_fact.h"
#include "cli/remote.h"
#include "factmill/v1/admin.pb-c.h"

#define OUTPUT_MAX ((size_t)64 << 20)
/* Bytes of a body that are shown. */
#define SHOWN_BYTES 512u

#define FLAG(type, member) FM_CLI_##type, offsetof(struct fm_dead_flags, member)

const struct fm_cli_flag fm_dead_flag_table[] = {
    {"limit", 'n', FLAG(U64, limit), "50", NULL, NULL, "N",
     "list at most so many; 0 = all"},
    {"raw", 0, FLAG(BOOL, raw), NULL, NULL, NULL, NULL,
     "show: write the bytes as they came, and nothing else"},
    {"all", 'a', FLAG(BOOL, all), NULL, NULL, NULL, NULL,
     "replay, discard: every one that is there now"},
    {"rate", 'r', FLAG(U64, rate), "0", NULL, NULL, "N",
     "replay: at most so many a second; 0 = as fast as it goes"},
};

const size_t fm_dead_flag_count =
    sizeof fm_dead_flag_table / sizeof fm_dead_flag_table[0];

static enum fm_error call(struct fm_remote *remote, const char *method,
                          const ProtobufCMessage *request, struct fm_why *why,
                          ProtobufCMessage **ret_reply)
{
    return fm_remote_call(remote, &factmill__v1__admin__descriptor, method,
                          request, why, ret_reply);
}

/* --- list -------------------------------------------------------------------- */

static void print_row(const struct fm_term *term,
                      const Factmill__V1__DeadLetter *letter,
                      struct fm_buf *out)
{
    struct fm_buf cell;
    size_t width;

    fm_buf_init(&cell, 256);
    fm_print_timestamp(letter->recorded, &cell);
    fm_buf_printf(out, "%6llu  %-17s  ", (unsigned long long)letter->id,
                  cell.data != NULL ? cell.data : "");
    fm_buf_reset(&cell);
    fm_text_bytes(letter->size, &cell);
    fm_buf_printf(out, "%8s  ", cell.data != NULL ? cell.data : "");
    fm_buf_release(&cell);
    fm_buf_init(&cell, 4096);
    if (letter->article[0] != '\0')
        fm_buf_printf(&cell, "%s %s", letter->source, letter->article);
    else
        fm_buf_z(&cell, "(not an article)");
    width = fm_text_width(fm_buf_view(&cell));
    fm_text_cut(fm_buf_view(&cell), 28, out);
    fm_text_pad(width < 28 ? 30 - width : 2, out);
    fm_buf_release(&cell);
    fm_style_on(term, FM_RED, out);
    fm_text_cut(fm_str(letter->reason),
                term->width > 110 ? term->width - 71 : 40, out);
    fm_style_off(term, out);
    fm_buf_char(out, '\n');
}

static void print_page(const struct fm_cli *cli,
                       const Factmill__V1__ListDeadLettersResponse *page,
                       bool first)
{
    struct fm_buf out;

    if (cli->common.json) {
        for (size_t i = 0; i < page->n_dead_letters; i++)
            fm_print_json(&page->dead_letters[i]->base);
        return;
    }
    fm_buf_init(&out, OUTPUT_MAX);
    if (first && page->n_dead_letters > 0)
        fm_buf_printf(&out, "%6s  %-17s  %8s  %-28s  %s\n", "id", "when",
                      "size", "article", "reason");
    for (size_t i = 0; i < page->n_dead_letters; i++)
        print_row(&cli->out, page->dead_letters[i], &out);
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static enum fm_error list(struct fm_cli *cli, struct fm_remote *remote,
                          struct fm_why *why)
{
    const struct fm_dead_flags *flags = cli->options;
    Factmill__V1__ListDeadLettersResponse *page = NULL;
    Factmill__V1__ListDeadLettersRequest request;
    uint64_t shown = 0;
    bool more = true;
    enum fm_error error = FM_OK;

    factmill__v1__list_dead_letters_request__init(&request);
    while (error == FM_OK && more &&
           (flags->limit == 0 || shown < flags->limit)) {
        Factmill__V1__ListDeadLettersResponse *next = NULL;
        uint64_t left = flags->limit > 0 ? flags->limit - shown : FM_PAGE_MAX;

        request.page_size =
            (int32_t)(left < FM_PAGE_MAX ? left : (uint64_t)FM_PAGE_MAX);
        if (page != NULL)
            request.page_token = page->next_page_token;
        error = call(remote, "ListDeadLetters", &request.base, why,
                     (ProtobufCMessage **)(void *)&next);
        factmill__v1__list_dead_letters_response__free_unpacked(page, NULL);
        page = next;
        if (page != NULL) {
            print_page(cli, page, shown == 0);
            shown += page->n_dead_letters;
        }
        more = page != NULL && page->next_page_token[0] != '\0';
    }
    if (error == FM_OK && !cli->common.json && shown == 0)
        fm_cli_note(cli, "there are no dead letters");
    if (error == FM_OK && !cli->common.json && more)
        fm_cli_note(cli, "%llu of %llu are shown; --limit 0 shows all",
                    (unsigned long long)shown, (unsigned long long)page->total);
    factmill__v1__list_dead_letters_response__free_unpacked(page, NULL);
    return error;
}

/* --- show -------------------------------------------------------------------- */

static void print_history(const struct fm_term *term,
                          const Factmill__V1__DeadLetter *letter,
                          struct fm_buf *out)
{
    for (size_t i = 0; i < letter->n_history; i++) {
        const Factmill__V1__Attempt *attempt = letter->history[i];

        fm_buf_printf(out, "attempt %u  ", attempt->attempt);
        fm_print_timestamp(attempt->started, out);
        fm_buf_z(out, "  ");
        fm_style_z(term, FM_DIM, attempt->worker, out);
        fm_buf_z(out, "  ");
        fm_style_z(term, FM_RED, attempt->error, out);
        fm_buf_char(out, '\n');
    }
}

/* Like hexdump -C: what is no text must not reach the terminal. */
static void print_bytes(const ProtobufCBinaryData *body, struct fm_buf *out)
{
    size_t n = body->len < SHOWN_BYTES ? body->len : SHOWN_BYTES;

    for (size_t line = 0; line < n; line += 16) {
        fm_buf_printf(out, "%06zx ", line);
        for (size_t i = line; i < line + 16; i++)
            if (i < n)
                fm_buf_printf(out, " %02x", body->data[i]);
            else
                fm_buf_z(out, "   ");
        fm_buf_z(out, "  ");
        for (size_t i = line; i < line + 16 && i < n; i++)
            fm_buf_char(out, body->data[i] >= 0x20 && body->data[i] < 0x7f
                                 ? (char)body->data[i]
                                 : '.');
        fm_buf_char(out, '\n');
    }
    if (n < body->len)
        fm_buf_printf(out, "… %zu bytes more; --raw writes all\n",
                      body->len - n);
}

static void print_letter(const struct fm_term *term,
                         const Factmill__V1__DeadLetter *letter,
                         struct fm_buf *out)
{
    fm_style_z(term, FM_BOLD, "dead letter ", out);
    fm_buf_printf(out, "%llu  ", (unsigned long long)letter->id);
    fm_print_timestamp(letter->recorded, out);
    fm_buf_z(out, "  ");
    fm_style_z(term, FM_RED, letter->reason, out);
    fm_buf_char(out, '\n');
    if (letter->article[0] != '\0') {
        fm_style_z(term, FM_PLAIN, letter->source, out);
        fm_buf_char(out, ' ');
        fm_style_z(term, FM_PLAIN, letter->article, out);
        fm_buf_printf(out, " version %u\n", letter->version);
    }
    print_history(term, letter, out);
    fm_buf_char(out, '\n');
    print_bytes(&letter->body, out);
}

static enum fm_error show(struct fm_cli *cli, struct fm_remote *remote,
                          uint64_t id, struct fm_why *why)
{
    const struct fm_dead_flags *flags = cli->options;
    Factmill__V1__GetDeadLetterRequest request;
    Factmill__V1__DeadLetter *letter = NULL;
    struct fm_buf out;
    enum fm_error error;

    factmill__v1__get_dead_letter_request__init(&request);
    request.id = id;
    error = call(remote, "GetDeadLetter", &request.base, why,
                 (ProtobufCMessage **)(void *)&letter);
    if (error != FM_OK)
        return error;
    fm_buf_init(&out, OUTPUT_MAX);
    if (flags->raw)
        fm_buf_add(&out, letter->body.data, letter->body.len);
    else if (cli->common.json)
        fm_print_json(&letter->base);
    else
        print_letter(&cli->out, letter, &out);
    fm_text_flush(&out);
    fm_buf_release(&out);
    factmill__v1__dead_letter__free_unpacked(letter, NULL);
    return FM_OK;
}

static int run_list(struct fm_cli *cli, struct fm_remote *remote)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error = list(cli, remote, &why);

    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

static int run_show(struct fm_cli *cli, struct fm_remote *remote)
{
    struct fm_why why = FM_WHY_INIT;
    uint64_t id = 0;
    enum fm_error error;

    if (fm_parse_u64(fm_str(cli->args[1]), &id) != FM_OK)
        return fm_cli_usage(cli, "\"%s\" is no id of a dead letter",
                            cli->args[1]);
    error = show(cli, remote, id, &why);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

static const struct {
    const char *name;
    int (*run)(struct fm_cli *cli, struct fm_remote *remote);
    int args_min; /* behind the name */
    int args_max; /* -1 = any number */
} commands[] = {
    {"list", run_list, 0, 0},
    {"show", run_show, 1, 1},
    {"replay", fm_dead_replay, 0, -1},
    {"discard", fm_dead_discard, 0, -1},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

int fm_cli_dead(struct fm_cli *cli)
{
    const struct fm_dead_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error;
    int args = cli->arg_count - 1;
    size_t at = 0;
    int status;

    while (at < COMMANDS && strcmp(cli->args[0], commands[at].name) != 0)
        at++;
    if (at == COMMANDS)
        return fm_cli_usage(
            cli, "\"%s\" is none of list, show, replay, discard", cli->args[0]);
    if (args < commands[at].args_min)
        return fm_cli_usage(cli, "%s needs the id of one dead letter",
                            commands[at].name);
    if (commands[at].args_max >= 0 && args > commands[at].args_max)
        return fm_cli_usage(cli, "\"%s\" is one argument too many",
                            cli->args[commands[at].args_max + 1]);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_INGEST, &why);
    status = error == FM_OK ? commands[at].run(cli, &remote)
                            : fm_cli_fail(cli, error, &why);
    fm_remote_close(&remote);
    return status;
}
