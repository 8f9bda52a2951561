#include "base/buf.h"

#include "base/fault.h"

#include <stdarg.h>

/* First allocation: most buffers hold a line or a small message. */
#define FIRST_SIZE 256u

void fm_buf_init(struct fm_buf *buf, size_t ceiling)
{
    memset(buf, 0, sizeof *buf);
    buf->ceiling = ceiling;
}

void fm_buf_release(struct fm_buf *buf)
{
    if (buf == NULL)
        return;
    free(buf->data);
    fm_buf_init(buf, buf->ceiling);
}

void fm_buf_reset(struct fm_buf *buf)
{
    buf->len = 0;
    buf->failed = FM_OK;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

char *fm_buf_reserve(struct fm_buf *buf, size_t more)
{
    size_t need;
    size_t cap;
    char *data;

    if (buf->failed != FM_OK)
        return NULL;
    if (more > buf->ceiling - buf->len) {
        buf->failed = FM_ETOOBIG;
        return NULL;
    }
    need = buf->len + more + 1;
    if (need <= buf->cap)
        return buf->data + buf->len;
    cap = buf->cap != 0 ? buf->cap : FIRST_SIZE;
    while (cap < need)
        cap = cap <= SIZE_MAX / 2 ? cap * 2 : need;
    data = fm_fault_point("buf.grow") ? NULL : realloc(buf->data, cap);
    if (data == NULL) {
        buf->failed = FM_ENOMEM;
        return NULL;
    }
    buf->data = data;
    buf->cap = cap;
    return data + buf->len;
}

void fm_buf_add(struct fm_buf *buf, const void *data, size_t len)
{
    char *at = fm_buf_reserve(buf, len);

    if (at == NULL)
        return;
    if (len > 0)
        memcpy(at, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void fm_buf_str(struct fm_buf *buf, struct fm_str s)
{
    fm_buf_add(buf, s.data, s.len);
}

void fm_buf_z(struct fm_buf *buf, const char *z)
{
    fm_buf_add(buf, z, strlen(z));
}

void fm_buf_char(struct fm_buf *buf, char c)
{
    fm_buf_add(buf, &c, 1);
}

void fm_buf_printf(struct fm_buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    int n;
    char *at;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    at = n >= 0 ? fm_buf_reserve(buf, (size_t)n) : NULL;
    if (at != NULL) {
        (void)vsnprintf(at, (size_t)n + 1, format, again);
        buf->len += (size_t)n;
    }
    va_end(again);
}

enum fm_error fm_buf_error(const struct fm_buf *buf)
{
    return buf->failed;
}

struct fm_str fm_buf_view(const struct fm_buf *buf)
{
    return fm_str_n(buf->data, buf->len);
}

char *fm_buf_take(struct fm_buf *buf, size_t *ret_len)
{
    char *data = buf->data;

    if (buf->failed != FM_OK || data == NULL)
        return NULL;
    *ret_len = buf->len;
    buf->data = NULL;
    fm_buf_release(buf);
    return data;
}
