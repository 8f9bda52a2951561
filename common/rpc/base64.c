#include "rpc/base64.h"

static const char ALPHABET[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void fm_base64_write(struct fm_str bytes, struct fm_buf *out)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = 0;
        char group[4] = {'=', '=', '=', '='};

        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < n ? (uint8_t)bytes.data[i + k] : 0);
        for (size_t k = 0; k <= n; k++)
            group[k] = ALPHABET[v >> (18 - 6 * k) & 63];
        fm_buf_add(out, group, sizeof group);
    }
}

static int digit(char c)
{
    if (fm_is_upper(c))
        return c - 'A';
    if (fm_is_lower(c))
        return c - 'a' + 26;
    if (fm_is_digit(c))
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

enum fm_error fm_base64_read(struct fm_str text, struct fm_buf *out)
{
    uint32_t v = 0;
    uint32_t bits = 0;

    /* Padding only completes the last group. */
    if (text.len % 4 == 0)
        for (int i = 0; i < 2 && text.len > 0; i++)
            if (text.data[text.len - 1] == '=')
                text.len--;
    if (text.len % 4 == 1)
        return FM_EINVAL;
    for (size_t i = 0; i < text.len; i++) {
        int d = digit(text.data[i]);

        if (d < 0)
            return FM_EINVAL;
        v = v << 6 | (uint32_t)d;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            fm_buf_char(out, (char)(v >> bits));
        }
        v &= (1u << bits) - 1;
    }
    return v == 0 ? fm_buf_error(out) : FM_EINVAL;
}
