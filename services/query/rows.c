#include "query/rows.h"

#include "base/wire.h"

/* Field numbers of query.proto. */
#define HIT_FACT       1u
#define HIT_SCORE      2u
#define HIT_HIGHLIGHTS 3u
#define HIT_TITLE      4u
#define SPAN_START     1u
#define SPAN_END       2u
#define SPAN_FIELD     3u
#define NEXT_TOKEN     2u
/* Tag and length before a row. */
#define ROW_OVERHEAD 16u

void fm_rows_init(struct fm_rows *rows, struct fm_buf *body, size_t limit,
                  uint32_t field)
{
    memset(rows, 0, sizeof *rows);
    rows->body = body;
    rows->limit = limit;
    rows->field = field;
}

static bool has_room(struct fm_rows *rows, size_t size)
{
    rows->full = size + ROW_OVERHEAD > rows->limit ||
                 rows->body->len > rows->limit - size - ROW_OVERHEAD;
    return !rows->full;
}

static void remember(struct fm_rows *rows, const struct fm_store_row *row)
{
    rows->last = row->cursor;
    rows->sequence = row->sequence;
    rows->count++;
}

bool fm_rows_add(void *user, const struct fm_store_row *row)
{
    struct fm_rows *rows = user;

    if (!has_room(rows, row->stored.len + row->added.len))
        return false;
    fm_wire_bytes2(rows->body, rows->field, row->stored, row->added);
    remember(rows, row);
    return true;
}

static void write_span(const Factmill__V1__Span *span, struct fm_buf *scratch,
                       struct fm_buf *message)
{
    fm_buf_reset(scratch);
    if (span->start != 0)
        fm_wire_u64(scratch, SPAN_START, span->start);
    if (span->end != 0)
        fm_wire_u64(scratch, SPAN_END, span->end);
    if (span->field != 0)
        fm_wire_u64(scratch, SPAN_FIELD, (uint64_t)span->field);
    fm_wire_bytes(message, HIT_HIGHLIGHTS, fm_buf_view(scratch));
}

bool fm_rows_add_hit(void *user, const struct fm_store_hit *hit)
{
    struct fm_rows *rows = user;
    struct fm_buf message;
    struct fm_buf scratch;
    bool room;

    fm_buf_init(&message, rows->limit);
    fm_buf_init(&scratch, 64);
    fm_wire_bytes2(&message, HIT_FACT, hit->fact.stored, hit->fact.added);
    fm_wire_double(&message, HIT_SCORE, hit->score);
    for (size_t i = 0; i < hit->highlight_count; i++)
        write_span(&hit->highlights[i], &scratch, &message);
    if (hit->title.len > 0)
        fm_wire_bytes(&message, HIT_TITLE, hit->title);
    room = fm_buf_error(&message) == FM_OK && has_room(rows, message.len);
    if (room) {
        fm_wire_bytes(rows->body, rows->field, fm_buf_view(&message));
        remember(rows, &hit->fact);
    } else {
        rows->full = true;
    }
    fm_buf_release(&scratch);
    fm_buf_release(&message);
    return room;
}

enum fm_error fm_rows_end(struct fm_rows *rows, const struct fm_page *page,
                          bool more, struct fm_why *why)
{
    char token[FM_PAGE_TEXT];

    if (rows->full && rows->count == 0)
        return fm_fail(FM_ETOOBIG, why, "ROW_TOO_LONG",
                       "one row is longer than a message of %zu bytes",
                       rows->limit);
    if (rows->count > 0 && (more || rows->full)) {
        fm_page_token(page, &rows->last, token);
        fm_wire_bytes(rows->body, NEXT_TOKEN, fm_str(token));
    }
    return fm_buf_error(rows->body);
}
