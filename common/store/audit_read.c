#include "base/limits.h"
#include "store/reader_priv.h"

static Factmill__V1__AuditEntry *entry_of(const struct fm_stmt *st,
                                          struct fm_arena *arena)
{
    Factmill__V1__AuditEntry *a = fm_arena_alloc(arena, sizeof *a);

    if (a == NULL)
        return NULL;
    factmill__v1__audit_entry__init(a);
    a->id = (uint64_t)fm_stmt_col_int(st, 0);
    a->at = fm_read_time(arena, fm_stmt_col_int(st, 1));
    a->principal = fm_arena_copy(arena, fm_stmt_col_str(st, 2));
    a->action = fm_arena_copy(arena, fm_stmt_col_str(st, 3));
    a->subject = fm_arena_copy(arena, fm_stmt_col_str(st, 4));
    a->detail = fm_arena_copy(arena, fm_stmt_col_str(st, 5));
    return a;
}

enum fm_error fm_read_audit(struct fm_reader *r,
                            const struct fm_store_page *page,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_listing *ret)
{
    static const char sql[] =
        "SELECT id, at_us, principal, action, subject, detail FROM audit"
        " WHERE id < ? ORDER BY id DESC LIMIT ?";
    size_t size = fm_read_page(page->size);
    Factmill__V1__AuditEntry **list =
        fm_arena_array(arena, size + 1, sizeof(void *));
    struct fm_stmt *st = NULL;
    bool row = false;
    size_t n = 0;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, page->after.set ? page->after.row : INT64_MAX);
    fm_stmt_int(st, 2, (int64_t)size + 1);
    while (list != NULL && n < size &&
           (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        list[n++] = entry_of(st, arena);
    if (e == FM_OK && n == size && n > 0)
        e = fm_stmt_step(st, why, &row);
    fm_stmt_reset(st);
    if (e == FM_OK && arena->failed != FM_OK)
        e = fm_fail(arena->failed, why, NULL, "no memory for audit entries");
    if (e != FM_OK)
        return e;
    memset(ret, 0, sizeof *ret);
    if (n > 0) {
        ret->next.set = true;
        ret->next.row = (int64_t)list[n - 1]->id;
    }
    ret->items = list;
    ret->n = n;
    ret->more = row;
    return FM_OK;
}
