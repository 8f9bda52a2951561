#include "ingest/admin.h"

#include "base/limits.h"
#include "factmill/v1/admin.pb-c.h"
#include "ingest/audit.h"
#include "store/store.h"

/* One page of letters without their bytes, or one letter with them. */
#define ANSWER_BYTES (2u * FM_LIMIT_BODY_HARD)

/* --- page tokens -----------------------------------------------------------
 * Hex of the cursor and a keyed hash of it, so that a client can neither make
 * one up nor change one. */
struct token {
    int64_t key;
    int64_t row;
};

#define MAC_BYTES   16u
#define TOKEN_BYTES (sizeof(struct token) + MAC_BYTES)
#define TOKEN_TEXT  (2u * TOKEN_BYTES + 1u)

_Static_assert(TOKEN_TEXT == FM_ADMIN_TOKEN, "admin.h says how long it is");

static enum fm_error sign(struct fm_store_reader *reader, const char *method,
                          const struct token *token, struct fm_why *why,
                          uint8_t ret_mac[MAC_BYTES])
{
    struct fm_blake2b state;
    uint8_t secret[32];
    enum fm_error e = reader->ops->secret(reader, why, secret);

    if (e != FM_OK)
        return e;
    fm_blake2b_init(&state, MAC_BYTES,
                    fm_str_n((const char *)secret, sizeof secret));
    fm_blake2b_field(&state, fm_str(method));
    fm_blake2b_add(&state, token, sizeof *token);
    fm_blake2b_end(&state, ret_mac);
    return FM_OK;
}

enum fm_error fm_admin_page_token(struct fm_store_reader *reader,
                                  const char *method,
                                  const struct fm_store_cursor *cursor,
                                  struct fm_why *why, char ret_text[TOKEN_TEXT])
{
    struct token token = {.key = cursor->key, .row = cursor->row};
    uint8_t bytes[TOKEN_BYTES];
    enum fm_error e = sign(reader, method, &token, why, bytes + sizeof token);

    memcpy(bytes, &token, sizeof token);
    for (size_t i = 0; e == FM_OK && i < sizeof bytes; i++)
        (void)snprintf(ret_text + 2 * i, 3, "%02x", bytes[i]);
    return e;
}

static bool unhex(struct fm_str text, uint8_t *ret)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < text.len; i++) {
        const char *digit =
            text.data[i] != '\0' ? strchr(digits, text.data[i]) : NULL;

        if (digit == NULL)
            return false;
        ret[i / 2] = (uint8_t)(ret[i / 2] << 4 | (digit - digits));
    }
    return true;
}

static enum fm_error read_token(struct fm_store_reader *reader,
                                const char *method, struct fm_str text,
                                struct fm_why *why, struct fm_store_cursor *ret)
{
    uint8_t bytes[TOKEN_BYTES] = {0};
    uint8_t mac[MAC_BYTES];
    struct token token;
    enum fm_error e;

    if (text.len == TOKEN_TEXT - 1 && unhex(text, bytes)) {
        memcpy(&token, bytes, sizeof token);
        e = sign(reader, method, &token, why, mac);
        if (e != FM_OK)
            return e;
        if (fm_equal_secret(mac, bytes + sizeof token, sizeof mac)) {
            ret->set = true;
            ret->key = token.key;
            ret->row = token.row;
            return FM_OK;
        }
    }
    return fm_fail_field(FM_EINVAL, why, "page_token", "PAGE_TOKEN",
                         "page_token is not one that this request gave out");
}

/* --- methods --------------------------------------------------------------- */

enum fm_error fm_admin_page_begin(struct fm_store_reader *reader,
                                  const char *method, int32_t size,
                                  const char *token, struct fm_why *why,
                                  struct fm_store_page *ret)
{
    if (size < 0)
        return fm_fail_field(FM_EINVAL, why, "page_size", "PAGE_SIZE",
                             "page_size is negative");
    ret->size = size == 0                      ? FM_PAGE_DEFAULT
                : (uint32_t)size > FM_PAGE_MAX ? FM_PAGE_MAX
                                               : (uint32_t)size;
    return token[0] != '\0'
               ? read_token(reader, method, fm_str(token), why, &ret->after)
               : FM_OK;
}

static enum fm_error list_dead(struct fm_store_reader *reader,
                               const Factmill__V1__ListDeadLettersRequest *in,
                               struct fm_arena *arena, char token[TOKEN_TEXT],
                               struct fm_why *why,
                               Factmill__V1__ListDeadLettersResponse *ret)
{
    static const char method[] = "Admin/ListDeadLetters";
    struct fm_store_page page = {.size = FM_PAGE_DEFAULT};
    struct fm_store_cursor next = {0};
    bool more = false;
    enum fm_error e = fm_admin_page_begin(reader, method, in->page_size,
                                          in->page_token, why, &page);

    if (e == FM_OK)
        e = reader->ops->list_dead(reader, &page, arena, why,
                                   &ret->dead_letters, &ret->n_dead_letters,
                                   &ret->total, &next, &more);
    if (e == FM_OK && more) {
        e = fm_admin_page_token(reader, method, &next, why, token);
        ret->next_page_token = token;
    }
    return e;
}

void fm_admin_list_dead(void *user, void *thread_state,
                        struct fm_rpc_call *call,
                        const ProtobufCMessage *request)
{
    Factmill__V1__ListDeadLettersResponse response;
    char token[TOKEN_TEXT] = "";
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;
    enum fm_error e;

    (void)user;
    fm_arena_init(&arena, ANSWER_BYTES);
    factmill__v1__list_dead_letters_response__init(&response);
    e = list_dead(thread_state,
                  (const Factmill__V1__ListDeadLettersRequest *)request, &arena,
                  token, &why, &response);
    if (e == FM_OK)
        fm_rpc_reply_message(call, &response.base);
    else
        fm_rpc_fail(call, e, &why);
    fm_arena_release(&arena);
}

void fm_admin_get_dead(void *user, void *thread_state, struct fm_rpc_call *call,
                       const ProtobufCMessage *request)
{
    const Factmill__V1__GetDeadLetterRequest *in =
        (const Factmill__V1__GetDeadLetterRequest *)request;
    struct fm_store_reader *reader = thread_state;
    Factmill__V1__DeadLetter *letter = NULL;
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;
    enum fm_error e;

    (void)user;
    fm_arena_init(&arena, ANSWER_BYTES);
    e = reader->ops->get_dead(reader, in->id, &arena, &why, &letter);
    if (e == FM_OK)
        fm_rpc_reply_message(call, &letter->base);
    else
        fm_rpc_fail(call, e, &why);
    fm_arena_release(&arena);
}

static enum fm_error list_audit(struct fm_store_reader *reader,
                                const Factmill__V1__ListAuditRequest *in,
                                struct fm_arena *arena, char token[TOKEN_TEXT],
                                struct fm_why *why,
                                Factmill__V1__ListAuditResponse *ret)
{
    static const char method[] = "Admin/ListAudit";
    struct fm_store_page page = {.size = FM_PAGE_DEFAULT};
    struct fm_store_cursor next = {0};
    bool more = false;
    enum fm_error e = fm_admin_page_begin(reader, method, in->page_size,
                                          in->page_token, why, &page);

    if (e == FM_OK)
        e = reader->ops->list_audit(reader, &page, arena, why, &ret->entries,
                                    &ret->n_entries, &next, &more);
    if (e == FM_OK && more) {
        e = fm_admin_page_token(reader, method, &next, why, token);
        ret->next_page_token = token;
    }
    return e;
}

void fm_admin_list_audit(void *user, void *thread_state,
                         struct fm_rpc_call *call,
                         const ProtobufCMessage *request)
{
    Factmill__V1__ListAuditResponse response;
    char token[TOKEN_TEXT] = "";
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;
    enum fm_error e;

    (void)user;
    fm_arena_init(&arena, ANSWER_BYTES);
    factmill__v1__list_audit_response__init(&response);
    e = list_audit(thread_state,
                   (const Factmill__V1__ListAuditRequest *)request, &arena,
                   token, &why, &response);
    if (e == FM_OK)
        fm_rpc_reply_message(call, &response.base);
    else
        fm_rpc_fail(call, e, &why);
    fm_arena_release(&arena);
}

void fm_admin_pause(void *user, void *thread_state, struct fm_rpc_call *call,
                    const ProtobufCMessage *request)
{
    struct fm_admin *admin = user;
    Factmill__V1__PauseResponse response;

    (void)thread_state;
    (void)request;
    fm_dispatch_pause(admin->dispatch, true);
    fm_audit_note(admin->committer, fm_rpc_call_principal(call), "pause",
                  "work", "");
    factmill__v1__pause_response__init(&response);
    response.paused = true;
    fm_rpc_reply_message(call, &response.base);
}

void fm_admin_resume(void *user, void *thread_state, struct fm_rpc_call *call,
                     const ProtobufCMessage *request)
{
    struct fm_admin *admin = user;
    Factmill__V1__ResumeResponse response;

    (void)thread_state;
    (void)request;
    fm_dispatch_pause(admin->dispatch, false);
    fm_audit_note(admin->committer, fm_rpc_call_principal(call), "resume",
                  "work", "");
    factmill__v1__resume_response__init(&response);
    response.paused = false;
    fm_rpc_reply_message(call, &response.base);
}

enum fm_error fm_admin_thread_start(void *user, struct fm_why *why,
                                    void **ret_state)
{
    const struct fm_admin *admin = user;
    struct fm_store_reader *reader = NULL;
    enum fm_error e = fm_store_reader_open(admin->data, why, &reader);

    if (e == FM_OK)
        *ret_state = reader;
    return e;
}

void fm_admin_thread_stop(void *user, void *state)
{
    struct fm_store_reader *reader = state;

    (void)user;
    if (reader != NULL)
        reader->ops->close(reader);
}
