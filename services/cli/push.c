/* factmill push: delivers articles, many at once, until each is acknowledged.
 * Sending is always safe to repeat, so a second run of the same file resumes the
 * first: what is there already is counted as known. */
#include "cli/push.h"

#include "base/clock.h"
#include "cli/input.h"
#include "cli/push_progress.h"
#include "cli/remote.h"
#include "factmill/v1/ingest.pb-c.h"

#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define METHOD "/factmill.v1.Ingest/Push"
/* Articles on their way at once, and their bytes. */
#define WINDOW_MAX       4096u
#define WINDOW_BYTES_MAX ((size_t)64 << 20)
/* Memory of one article while it is read; twice a text with every byte
 * escaped. */
#define ARTICLE_MEMORY ((size_t)256 << 20)
/* Before trying again without advice from the server. */
#define RETRY_MS 200u

#define FLAG(type, member) FM_CLI_##type, offsetof(struct fm_push_flags, member)

const struct fm_cli_flag fm_push_flag_table[] = {
    {"input", 'i', FLAG(CHOICE, input), "auto", NULL, "auto|text|jsonl|json",
     "FORM",
     "what the files hold; auto goes by their names (.jsonl, .json, else "
     "text)"},
    {"source", 's', FLAG(TEXT, source), "file", NULL, NULL, "NAME",
     "source of articles that name none"},
    {"id-prefix", 0, FLAG(TEXT, id_prefix), NULL, NULL, NULL, "TEXT",
     "put before every id"},
    {"title", 't', FLAG(TEXT, title), NULL, NULL, NULL, "TEXT",
     "headline of text input"},
    {"published", 'p', FLAG(TIME, published), NULL, NULL, NULL, "TIME",
     "date of articles that name none"},
    {"map", 0, FLAG(LIST, map), NULL, NULL, NULL, "FIELD=NAME",
     "take FIELD of an article from member NAME of a JSON line: text=body"},
    {"window", 'w', FLAG(U64, window), "256", NULL, NULL, "N",
     "articles on their way at once"},
    {"patience", 0, FLAG(DURATION, patience_ms), "60s", NULL, NULL, "TIME",
     "give up when nothing was accepted for so long"},
    {"quiet", 'q', FLAG(BOOL, quiet), NULL, NULL, NULL, NULL,
     "no progress bar"},
};

const size_t fm_push_flag_count =
    sizeof fm_push_flag_table / sizeof fm_push_flag_table[0];

enum state {
    FREE,
    SENT,
    WAITING, /* for another try */
};

struct slot {
    enum state state;
    struct fm_buf body; /* a packed PushRequest */
    const char *name;
    uint64_t line;
    uint64_t retry_ms;
};

struct push {
    struct fm_cli *cli;
    const struct fm_push_flags *flags;
    struct fm_remote remote;
    struct fm_input input;
    struct fm_arena arena;
    struct fm_push_progress progress;
    struct slot *slots;
    size_t slot_count;
    size_t used;
    size_t used_bytes;
    uint64_t finished_bytes; /* of files read to their end */
    int finished_path;
    bool input_ended;
    bool answered; /* the server ever did */
    uint64_t success_ms;
    struct fm_why last_why;
    enum fm_error last_error;
};

/* --- input ------------------------------------------------------------------- */

static uint64_t file_size(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode)
               ? (uint64_t)status.st_size
               : 0;
}

static void count_bytes(struct push *push)
{
    for (; push->finished_path < push->input.path; push->finished_path++)
        push->finished_bytes +=
            file_size(push->input.paths[push->finished_path]);
    push->progress.bytes = push->finished_bytes;
    if (push->input.open)
        push->progress.bytes += push->input.lines.offset;
}

static void refuse(struct push *push, const char *name, uint64_t line,
                   enum fm_error error, const struct fm_why *why)
{
    fm_push_progress_clear(&push->progress);
    push->progress.refused++;
    if (line > 0)
        fm_cli_note(push->cli, "%s:%llu: %s", name, (unsigned long long)line,
                    fm_why_text(why, error));
    else
        fm_cli_note(push->cli, "%s: %s", name, fm_why_text(why, error));
}

static enum fm_error pack(struct push *push, Factmill__V1__Article *article,
                          struct slot *slot)
{
    Factmill__V1__PushRequest request;
    const char *prefix = push->flags->id_prefix;
    size_t size;
    char *to;

    if (prefix != NULL)
        article->id =
            fm_arena_printf(&push->arena, "%s%s", prefix, article->id);
    if (article->id == NULL)
        return push->arena.failed;
    factmill__v1__push_request__init(&request);
    request.article = article;
    size = factmill__v1__push_request__get_packed_size(&request);
    fm_buf_reset(&slot->body);
    to = fm_buf_reserve(&slot->body, size);
    if (to == NULL)
        return fm_buf_error(&slot->body);
    slot->body.len = factmill__v1__push_request__pack(&request, (uint8_t *)to);
    return FM_OK;
}

/* Reads the next good article into slot; bad ones are reported on the way. */
static bool read_article(struct push *push, struct slot *slot)
{
    while (!push->input_ended) {
        Factmill__V1__Article *article = NULL;
        struct fm_why why = FM_WHY_INIT;
        const char *name = fm_input_name(&push->input);
        uint64_t line = 0;
        enum fm_error error;

        fm_arena_reset(&push->arena);
        error =
            fm_input_next(&push->input, &push->arena, &why, &line, &article);
        if (error == FM_ENOTFOUND && why.text[0] == '\0') {
            push->input_ended = true;
            break;
        }
        if (error == FM_OK || line > 0)
            name = fm_input_name(&push->input);
        if (error == FM_OK)
            error = pack(push, article, slot);
        count_bytes(push);
        if (error == FM_OK) {
            slot->name = name;
            slot->line = line;
            return true;
        }
        refuse(push, name, line, error, &why);
    }
    return false;
}

/* --- sending ----------------------------------------------------------------- */

static void free_slot(struct push *push, struct slot *slot)
{
    slot->state = FREE;
    push->used--;
    push->used_bytes -= slot->body.len;
}

static void retry_later(struct push *push, struct slot *slot, uint32_t hint_ms)
{
    slot->state = WAITING;
    slot->retry_ms = fm_now_ms() + (hint_ms > 0 ? hint_ms : RETRY_MS);
    push->progress.retried++;
}

/* False when the server takes nothing now. */
static bool send_slot(struct push *push, struct slot *slot)
{
    struct fm_why why = FM_WHY_INIT;
    uint64_t call;
    enum fm_error error = fm_rpc_client_begin(
        push->remote.client, METHOD, fm_buf_view(&slot->body),
        push->remote.timeout_ms, 0, slot, &why, &call);

    if (error == FM_OK) {
        slot->state = SENT;
        return true;
    }
    if (fm_error_class(error) == FM_CLASS_RETRY) {
        push->last_error = error;
        push->last_why = why;
        retry_later(push, slot, why.retry_after_ms);
        return false;
    }
    refuse(push, slot->name, slot->line, error, &why);
    free_slot(push, slot);
    return true;
}

/* Fills free slots and sends those whose time has come again; *ret_wait_ms: to
 * the next of those. */
static void fill_window(struct push *push, uint64_t *ret_wait_ms)
{
    uint64_t now = fm_now_ms();
    uint64_t wait = 100;
    bool takes = true;

    for (size_t i = 0; i < push->slot_count && takes; i++) {
        struct slot *slot = &push->slots[i];

        if (slot->state == FREE && !push->input_ended &&
            push->used_bytes < WINDOW_BYTES_MAX && read_article(push, slot)) {
            push->used++;
            push->used_bytes += slot->body.len;
            takes = send_slot(push, slot);
        } else if (slot->state == WAITING && slot->retry_ms <= now) {
            takes = send_slot(push, slot);
        }
        if (slot->state == WAITING && slot->retry_ms > now &&
            slot->retry_ms - now < wait)
            wait = slot->retry_ms - now;
    }
    *ret_wait_ms = wait;
}

static void accept_reply(struct push *push, struct slot *slot,
                         const struct fm_rpc_result *result)
{
    Factmill__V1__PushResponse *response = factmill__v1__push_response__unpack(
        NULL, result->body.len, (const uint8_t *)result->body.data);

    push->success_ms = fm_now_ms();
    if (response == NULL) {
        refuse(push, slot->name, slot->line, FM_EINTERNAL,
               &(struct fm_why){.text = "the reply cannot be read"});
    } else if (response->duplicate) {
        push->progress.duplicates++;
    } else if (response->version > 1) {
        push->progress.updated++;
    } else {
        push->progress.stored++;
    }
    protobuf_c_message_free_unpacked((ProtobufCMessage *)response, NULL);
    free_slot(push, slot);
}

static void take_result(struct push *push, const struct fm_rpc_result *result)
{
    struct slot *slot = result->user;

    push->answered |= !fm_remote_unreachable(result->error, &result->why);
    if (result->error == FM_OK) {
        accept_reply(push, slot, result);
    } else if (fm_error_class(result->error) == FM_CLASS_RETRY) {
        push->last_error = result->error;
        push->last_why = result->why;
        retry_later(push, slot, result->why.retry_after_ms);
    } else {
        refuse(push, slot->name, slot->line, result->error, &result->why);
        free_slot(push, slot);
    }
}

/* The server never answered, or accepted nothing for too long. */
static bool give_up(const struct push *push)
{
    if (push->last_error == FM_OK || push->used == 0)
        return false;
    return (!push->answered &&
            fm_remote_unreachable(push->last_error, &push->last_why)) ||
           fm_now_ms() - push->success_ms > push->flags->patience_ms;
}

static enum fm_error push_all(struct push *push, struct fm_why *why)
{
    push->success_ms = fm_now_ms();
    for (;;) {
        struct fm_rpc_result result;
        uint64_t wait_ms;

        fill_window(push, &wait_ms);
        if (push->used == 0 && push->input_ended)
            return FM_OK;
        while (fm_rpc_client_next(push->remote.client, wait_ms, &result)) {
            take_result(push, &result);
            wait_ms = 0;
        }
        fm_push_progress_draw(&push->progress);
        if (give_up(push)) {
            *why = push->last_why;
            return fm_remote_explain(&push->remote, push->last_error, why);
        }
    }
}

/* --- command ----------------------------------------------------------------- */

static enum fm_input_form input_form(const char *name)
{
    if (strcmp(name, "jsonl") == 0)
        return FM_INPUT_JSONL;
    if (strcmp(name, "json") == 0)
        return FM_INPUT_JSON;
    return strcmp(name, "text") == 0 ? FM_INPUT_TEXT : FM_INPUT_AUTO;
}

static enum fm_error push_init(struct push *push, struct fm_why *why)
{
    const struct fm_push_flags *flags = push->flags;
    struct fm_input *input = &push->input;
    enum fm_error error;

    input->paths = push->cli->args;
    input->path_count = push->cli->arg_count;
    input->form = input_form(flags->input);
    input->source = flags->source;
    input->title = flags->title;
    input->published = flags->published;
    fm_arena_init(&push->arena, ARTICLE_MEMORY);
    fm_push_progress_init(&push->progress, flags->quiet);
    for (int i = 0; i < input->path_count; i++)
        push->progress.total += file_size(input->paths[i]);
    push->slot_count = flags->window < 1            ? 1
                       : flags->window > WINDOW_MAX ? WINDOW_MAX
                                                    : (size_t)flags->window;
    push->slots = calloc(push->slot_count, sizeof *push->slots);
    if (push->slots == NULL)
        return FM_ENOMEM;
    for (size_t i = 0; i < push->slot_count; i++)
        fm_buf_init(&push->slots[i].body, ARTICLE_MEMORY);
    error = fm_article_map_init(&input->map, &flags->map, why);
    if (error != FM_OK)
        return error;
    return fm_remote_open(&push->remote, &flags->remote, FM_REMOTE_INGEST, why);
}

static void push_release(struct push *push)
{
    for (size_t i = 0; push->slots != NULL && i < push->slot_count; i++)
        fm_buf_release(&push->slots[i].body);
    free(push->slots);
    fm_input_release(&push->input);
    fm_arena_release(&push->arena);
    fm_remote_close(&push->remote);
}

int fm_cli_push(struct fm_cli *cli)
{
    struct push push = {.cli = cli, .flags = cli->options};
    struct fm_why why = FM_WHY_INIT;
    enum fm_error error = push_init(&push, &why);
    int status;

    if (error == FM_OK)
        error = push_all(&push, &why);
    fm_push_progress_clear(&push.progress);
    if (error == FM_OK || push.answered)
        fm_push_progress_print(&push.progress, cli);
    if (error != FM_OK && push.answered)
        fm_cli_note(cli,
                    "gave up with %zu articles unsent; run the same "
                    "command again to go on",
                    push.used);
    if (error != FM_OK)
        status = fm_cli_fail(cli, error, &why);
    else
        status = push.progress.refused == 0 ? 0 : EX_DATAERR;
    push_release(&push);
    return status;
}
