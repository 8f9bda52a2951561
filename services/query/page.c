#include "query/page.h"

#include "base/limits.h"

#define FORM     1u
#define MAC_AT   26u
#define MAC_SIZE 16u
/* Of a request that is hashed: far above any that a person writes, below what a
 * thread should copy. */
#define REQUEST_MAX ((size_t)1 << 20)

/* --- base64url --------------------------------------------------------------- */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const uint8_t bytes[FM_PAGE_BYTES], char ret[FM_PAGE_TEXT])
{
    size_t n = 0;

    for (size_t i = 0; i < FM_PAGE_BYTES; i += 3) {
        uint32_t v = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 |
                     bytes[i + 2];

        for (unsigned shift = 24; shift > 0;) {
            shift -= 6;
            ret[n++] = alphabet[v >> shift & 63];
        }
    }
    ret[n] = '\0';
}

static bool decode(const char *text, uint8_t ret[FM_PAGE_BYTES])
{
    size_t n = 0;

    if (strnlen(text, FM_PAGE_TEXT) != FM_PAGE_TEXT - 1)
        return false;
    for (size_t i = 0; i < FM_PAGE_TEXT - 1; i += 4) {
        uint32_t v = 0;

        for (size_t j = i; j < i + 4; j++) {
            const char *at = strchr(alphabet, text[j]);

            if (at == NULL)
                return false;
            v = v << 6 | (uint32_t)(at - alphabet);
        }
        ret[n++] = (uint8_t)(v >> 16);
        ret[n++] = (uint8_t)(v >> 8);
        ret[n++] = (uint8_t)v;
    }
    return true;
}

/* --- the token --------------------------------------------------------------- */

static void put_u64(uint8_t *to, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        to[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++)
        v |= (uint64_t)from[i] << (8 * i);
    return v;
}

static void sign(const struct fm_page *page, const uint8_t *bytes,
                 uint8_t ret_mac[MAC_SIZE])
{
    struct fm_blake2b state;

    fm_blake2b_init(&state, MAC_SIZE,
                    fm_str_n((const char *)page->secret, FM_PAGE_SECRET));
    fm_blake2b_add(&state, bytes, MAC_AT);
    fm_blake2b_field(&state, fm_str(page->method));
    fm_blake2b_add(&state, page->request, sizeof page->request);
    fm_blake2b_end(&state, ret_mac);
}

void fm_page_token(const struct fm_page *page,
                   const struct fm_store_cursor *cursor,
                   char ret_token[FM_PAGE_TEXT])
{
    uint8_t bytes[FM_PAGE_BYTES];
    uint64_t number;

    memcpy(&number, &cursor->number, sizeof number);
    bytes[0] = FORM;
    bytes[1] = cursor->null_key ? 1 : 0;
    put_u64(bytes + 2, (uint64_t)cursor->key);
    put_u64(bytes + 10, (uint64_t)cursor->row);
    put_u64(bytes + 18, number);
    sign(page, bytes, bytes + MAC_AT);
    encode(bytes, ret_token);
}

enum fm_error fm_page_read(const struct fm_page *page, const char *token,
                           const char *field, struct fm_why *why,
                           struct fm_store_cursor *ret)
{
    uint8_t bytes[FM_PAGE_BYTES];
    uint8_t mac[MAC_SIZE];
    uint64_t number;
    bool good = decode(token, bytes) && bytes[0] == FORM;

    if (good) {
        sign(page, bytes, mac);
        good = fm_equal_secret(mac, bytes + MAC_AT, MAC_SIZE);
    }
    if (!good)
        return fm_fail_field(FM_EINVAL, why, field, "PAGE_TOKEN",
                             "%s is not one that this request was given; begin "
                             "again without it",
                             field);
    ret->set = true;
    ret->null_key = (bytes[1] & 1) != 0;
    ret->key = (int64_t)get_u64(bytes + 2);
    ret->row = (int64_t)get_u64(bytes + 10);
    number = get_u64(bytes + 18);
    memcpy(&ret->number, &number, sizeof number);
    return FM_OK;
}

/* --- the request ------------------------------------------------------------- */

/* Clears a field of a copy that is only packed. */
static enum fm_error clear(char *copy, const ProtobufCFieldDescriptor *field)
{
    static char none[] = "";
    char *empty = field->type == PROTOBUF_C_TYPE_STRING ? none : NULL;
    int32_t zero = 0;

    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return FM_EINTERNAL;
    if (field->type == PROTOBUF_C_TYPE_STRING ||
        field->type == PROTOBUF_C_TYPE_MESSAGE)
        memcpy(copy + field->offset, &empty, sizeof empty);
    else if (field->type == PROTOBUF_C_TYPE_INT32 ||
             field->type == PROTOBUF_C_TYPE_ENUM)
        memcpy(copy + field->offset, &zero, sizeof zero);
    else
        return FM_EINTERNAL;
    return FM_OK;
}

/* Hash of the request without the named fields. The copy is shallow. */
static enum fm_error hash_request(const ProtobufCMessage *request,
                                  const char *const *without,
                                  uint8_t ret_hash[FM_PAGE_HASH])
{
    size_t size = request->descriptor->sizeof_message;
    char *copy = malloc(size);
    struct fm_blake2b state;
    uint8_t *packed = NULL;
    size_t len;
    enum fm_error error = copy != NULL ? FM_OK : FM_ENOMEM;

    if (copy != NULL)
        memcpy(copy, request, size);
    for (size_t i = 0; error == FM_OK && without[i] != NULL; i++) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(request->descriptor,
                                                            without[i]);

        error = field != NULL ? clear(copy, field) : FM_EINTERNAL;
    }
    if (error != FM_OK)
        goto done;
    len = protobuf_c_message_get_packed_size((ProtobufCMessage *)(void *)copy);
    error = len > REQUEST_MAX ? FM_ETOOBIG : FM_ENOMEM;
    packed = len > REQUEST_MAX ? NULL : malloc(len + 1);
    if (packed == NULL)
        goto done;
    (void)protobuf_c_message_pack((ProtobufCMessage *)(void *)copy, packed);
    fm_blake2b_init(&state, FM_PAGE_HASH, fm_str(""));
    fm_blake2b_add(&state, packed, len);
    fm_blake2b_end(&state, ret_hash);
    error = FM_OK;
done:
    free(packed);
    free(copy);
    return error;
}

enum fm_error fm_page_bind(struct fm_page *page, const uint8_t *secret,
                           const char *method, const ProtobufCMessage *request,
                           const char *const *without, struct fm_why *why)
{
    enum fm_error error;

    memset(page, 0, sizeof *page);
    page->secret = secret;
    page->method = method;
    error = hash_request(request, without, page->request);
    if (error == FM_ETOOBIG)
        return fm_fail(FM_ETOOBIG, why, "REQUEST_TOO_LONG",
                       "the request is longer than %zu bytes", REQUEST_MAX);
    return error;
}

/* Where a field of the request stands; NULL when it has none of this name. */
static const void *field_of(const ProtobufCMessage *request, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor,
                                                        name);

    return field != NULL ? (const char *)request + field->offset : NULL;
}

enum fm_error fm_page_init(struct fm_page *page, const uint8_t *secret,
                           const char *method, const ProtobufCMessage *request,
                           struct fm_why *why)
{
    static const char *const without[] = {"page_size", "page_token", NULL};
    const void *size_at = field_of(request, "page_size");
    const void *token_at = field_of(request, "page_token");
    const char *token = NULL;
    int32_t size = 0;
    enum fm_error error;

    if (size_at == NULL || token_at == NULL)
        return FM_EINTERNAL;
    memcpy(&size, size_at, sizeof size);
    memcpy(&token, token_at, sizeof token);
    if (size < 0)
        return fm_fail_field(FM_EINVAL, why, "page_size", "PAGE_SIZE",
                             "page_size is %d; it must be 0 (the default, %u) "
                             "or more",
                             (int)size, FM_PAGE_DEFAULT);
    error = fm_page_bind(page, secret, method, request, without, why);
    page->store.size = size == 0                      ? FM_PAGE_DEFAULT
                       : (uint32_t)size > FM_PAGE_MAX ? FM_PAGE_MAX
                                                      : (uint32_t)size;
    if (error == FM_OK && token[0] != '\0')
        error =
            fm_page_read(page, token, "page_token", why, &page->store.after);
    return error;
}
