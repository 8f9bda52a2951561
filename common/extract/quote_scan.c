#include "extract/quote_scan.h"

#include "base/utf8.h"

#define NONE UINT32_MAX

enum role {
    ROLE_OPEN,
    ROLE_CLOSE,
    ROLE_EITHER,
};

/* An occurrence of a mark. */
struct mark {
    uint32_t at;
    uint32_t len;
    uint8_t mark; /* enum fm_quote_mark */
    enum role role;
};

/* A quote that is still open. */
struct open {
    uint32_t quote;
    uint32_t content;  /* where its piece in this paragraph begins */
    uint32_t close_at; /* of single marks: where the partner is */
};

struct scan {
    struct fm_str text;
    struct fm_arena *arena;
    struct fm_quotes *out;
    struct open stack[FM_QUOTE_DEPTH_MAX];
    uint32_t depth;
    uint32_t from; /* the paragraph */
    uint32_t to;
    uint32_t free_from;  /* behind the last outer quote of the paragraph */
    uint32_t nested_end; /* of the last inner quote closed; NONE */
    uint32_t carry;      /* quote that goes on if this paragraph reopens it */
    uint32_t pending;    /* quote that this paragraph may close */
    bool doubles;        /* the paragraph has other marks than single ones */
};

/* --- what stands around a mark ------------------------------------------- */

static uint32_t before(const struct scan *s, uint32_t at)
{
    size_t p = at;

    return at > s->from ? fm_utf8_prev(s->text, &p) : ' ';
}

static uint32_t after(const struct scan *s, uint32_t at)
{
    size_t p = at;

    return at < s->to ? fm_utf8_next(s->text, &p) : ' ';
}

static bool is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2012 && c <= 0x2015);
}

static bool is_mark(uint32_t c)
{
    return c == '"' || c == '\'' || c == '`' || c == 0xAB || c == 0xBB ||
           (c >= 0x2018 && c <= 0x201F) || c == 0x2039 || c == 0x203A;
}

static bool is_word(uint32_t c)
{
    return fm_uni_is_alpha(c) || (c >= '0' && c <= '9');
}

/* Could text begin behind a mark here: "(“…", " “…"? */
static bool opens_here(const struct scan *s, uint32_t at, uint32_t len)
{
    uint32_t b = before(s, at);
    uint32_t a = after(s, at + len);

    if (fm_uni_is_space(a))
        return false;
    if (fm_uni_is_space(b) || b == '(' || b == '[' || b == '{' || b == '/')
        return true;
    return (is_dash(b) || b == 0x2026 || is_mark(b)) && is_word(a);
}

static bool closes_here(const struct scan *s, uint32_t at, uint32_t len)
{
    return !fm_uni_is_space(before(s, at)) && !is_word(after(s, at + len));
}

/* --- single marks --------------------------------------------------------- */

static bool is_single(uint8_t mark)
{
    return mark == FM_QUOTE_SINGLE || mark == FM_QUOTE_STRAIGHT_SINGLE;
}

/* "’90s", "’em": letters left out, nothing opens. */
static bool is_elision(const struct scan *s, uint32_t at)
{
    static const char *const words[] = {"bout", "cause", "em",  "n",
                                        "til",  "tis",   "twas"};
    uint32_t end = at;

    if (at + 2 < s->to && fm_is_digit(s->text.data[at]) &&
        fm_is_digit(s->text.data[at + 1]))
        return true;
    while (end < s->to && end - at < 8 && fm_is_alpha(s->text.data[end]))
        end++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fm_str_ieq(fm_str_sub(s->text, at, end), fm_str(words[i])))
            return true;
    return false;
}

/* Length of the closing single mark at byte at: ’ for both kinds, ' only for
 * the straight one. */
static uint32_t single_close(const struct scan *s, uint32_t at, uint8_t mark)
{
    const char *p = s->text.data + at;

    if (mark == FM_QUOTE_SINGLE && s->to - at >= 3 &&
        memcmp(p, "\xE2\x80\x99", 3) == 0)
        return 3;
    return mark == FM_QUOTE_STRAIGHT_SINGLE && *p == '\'' ? 1 : 0;
}

/* "the workers’ rights": rather a possessive than an end. */
static bool maybe_possessive(const struct scan *s, uint32_t at, uint32_t len)
{
    return before(s, at) == 's' && after(s, at + len) == ' ' &&
           at + len + 1 < s->to && fm_is_lower(s->text.data[at + len + 1]);
}

/* Where the single mark that opens at m is closed; NONE = it is no quote. */
static uint32_t single_partner(const struct scan *s, const struct mark *m)
{
    uint32_t at = m->at + m->len;
    uint32_t weak = NONE;
    uint32_t limit =
        s->to - at > FM_QUOTE_SINGLE_MAX ? at + FM_QUOTE_SINGLE_MAX : s->to;

    for (at++; at < limit; at++) {
        uint32_t len = single_close(s, at, m->mark);

        if (len == 0)
            continue;
        if (opens_here(s, at, len))
            break;
        if (!closes_here(s, at, len))
            continue;
        if (!maybe_possessive(s, at, len))
            return at;
        if (weak == NONE)
            weak = at;
    }
    return weak;
}

/* --- reading marks ---------------------------------------------------------- */

struct shape {
    const char *bytes;
    uint8_t mark;
    enum role role;
};

static const struct shape shapes[] = {
    {"\"", FM_QUOTE_STRAIGHT, ROLE_EITHER},
    {"''", FM_QUOTE_STRAIGHT, ROLE_EITHER},
    {"``", FM_QUOTE_STRAIGHT, ROLE_OPEN},
    {"'", FM_QUOTE_STRAIGHT_SINGLE, ROLE_EITHER},
    {"\xC2\xAB", FM_QUOTE_GUILLEMET, ROLE_OPEN},
    {"\xC2\xBB", FM_QUOTE_GUILLEMET, ROLE_CLOSE},
    {"\xE2\x80\x98", FM_QUOTE_SINGLE, ROLE_OPEN},
    {"\xE2\x80\x99", FM_QUOTE_SINGLE, ROLE_CLOSE},
    {"\xE2\x80\x9A", FM_QUOTE_SINGLE, ROLE_OPEN},
    {"\xE2\x80\x9C", FM_QUOTE_CURLY, ROLE_OPEN},
    {"\xE2\x80\x9D", FM_QUOTE_CURLY, ROLE_CLOSE},
    {"\xE2\x80\x9E", FM_QUOTE_CURLY, ROLE_OPEN},
    {"\xE2\x80\x9F", FM_QUOTE_CURLY, ROLE_OPEN},
    {"\xE2\x80\xB9", FM_QUOTE_SINGLE_GUILLEMET, ROLE_OPEN},
    {"\xE2\x80\xBA", FM_QUOTE_SINGLE_GUILLEMET, ROLE_CLOSE},
};

static bool read_mark(const struct scan *s, uint32_t at, struct mark *ret)
{
    struct fm_str rest = fm_str_sub(s->text, at, s->to);

    if (rest.data[0] != '"' && rest.data[0] != '\'' && rest.data[0] != '`' &&
        rest.data[0] != '\xC2' && rest.data[0] != '\xE2')
        return false;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct fm_str bytes = fm_str(shapes[i].bytes);

        if (!fm_str_starts(rest, bytes))
            continue;
        ret->at = at;
        ret->len = (uint32_t)bytes.len;
        ret->mark = shapes[i].mark;
        ret->role = shapes[i].role;
        return true;
    }
    return false;
}

/* --- the stack ---------------------------------------------------------------- */

/* Curly and straight double marks close one another: many texts mix them. */
static uint8_t family(uint8_t mark)
{
    return mark == FM_QUOTE_STRAIGHT ? FM_QUOTE_CURLY : mark;
}

/* Number of open quotes up to and with the innermost one of this family. */
static uint32_t open_depth(const struct scan *s, uint8_t mark)
{
    for (uint32_t d = s->depth; d > 0; d--) {
        const struct fm_quote *q = &s->out->quotes[s->stack[d - 1].quote];

        if (family(q->mark) == family(mark))
            return d;
    }
    return 0;
}

static uint32_t add_quote(struct scan *s, uint32_t start, uint8_t mark)
{
    struct fm_quotes *o = s->out;
    struct fm_quote *moved = fm_arena_grow(s->arena, o->quotes, o->count,
                                           sizeof *o->quotes, &o->cap);
    struct fm_quote *q;

    if (moved == NULL)
        return NONE;
    o->quotes = moved;
    q = &moved[o->count];
    memset(q, 0, sizeof *q);
    q->start = start;
    q->mark = mark;
    q->depth = (uint8_t)s->depth;
    return (uint32_t)o->count++;
}

static bool push_piece(struct scan *s, struct fm_quote_piece piece)
{
    struct fm_quotes *o = s->out;
    struct fm_quote_piece *moved = fm_arena_grow(
        s->arena, o->pieces, o->piece_count, sizeof *o->pieces, &o->piece_cap);

    if (moved == NULL)
        return false;
    o->pieces = moved;
    moved[o->piece_count++] = piece;
    return true;
}

/* One more piece of a quote; its earlier ones are moved next to it, which costs
 * at most FM_QUOTE_PARAGRAPHS_MAX copies. */
static void add_piece(struct scan *s, uint32_t quote, uint32_t start,
                      uint32_t end)
{
    struct fm_quotes *o = s->out;
    struct fm_quote *q = &o->quotes[quote];
    struct fm_quote_piece piece = {start, end};

    while (end > piece.start && fm_is_space(s->text.data[end - 1]))
        end--;
    piece.end = end;
    if (q->piece_count == 0) {
        q->piece = (uint32_t)o->piece_count;
    } else if (q->piece + q->piece_count != o->piece_count) {
        uint32_t old = q->piece;

        q->piece = (uint32_t)o->piece_count;
        for (uint32_t i = 0; i < q->piece_count; i++)
            if (!push_piece(s, o->pieces[old + i]))
                return;
    }
    if (push_piece(s, piece))
        q->piece_count++;
}

static void open_quote(struct scan *s, const struct mark *m, uint32_t partner)
{
    struct open *top;
    uint32_t quote;

    if (s->depth == FM_QUOTE_DEPTH_MAX)
        return;
    quote = add_quote(s, m->at, m->mark);
    if (quote == NONE)
        return;
    top = &s->stack[s->depth++];
    top->quote = quote;
    top->content = m->at + m->len;
    top->close_at = partner;
}

/* Takes the innermost quote off the stack; it ends at byte end, its mark (if
 * any) at behind. */
static void close_top(struct scan *s, uint32_t end, uint32_t behind,
                      bool no_close)
{
    const struct open *top = &s->stack[--s->depth];
    struct fm_quote *q = &s->out->quotes[top->quote];

    if (no_close && is_single(q->mark)) {
        q->piece_count = 0; /* an apostrophe after all */
        return;
    }
    add_piece(s, top->quote, top->content,
              end > top->content ? end : top->content);
    q->end = behind;
    q->no_close = no_close;
    if (s->depth > 0)
        s->nested_end = end;
    else if (!is_single(q->mark))
        s->free_from = behind;
}

/* A closing mark without an opening one: what stands before it in the
 * paragraph, behind the quotes already closed. Those inside are now nested. */
static void close_unopened(struct scan *s, const struct mark *m)
{
    struct fm_quotes *o = s->out;
    uint32_t start = s->free_from;
    uint32_t quote;

    while (start < m->at && fm_is_space(s->text.data[start]))
        start++;
    if (start >= m->at)
        return;
    quote = add_quote(s, start, m->mark);
    if (quote == NONE)
        return;
    o->quotes[quote].no_open = true;
    o->quotes[quote].end = m->at + m->len;
    add_piece(s, quote, start, m->at);
    s->free_from = m->at + m->len;
    for (; quote > 0 && o->quotes[quote - 1].start > start; quote--) {
        struct fm_quote q = o->quotes[quote];

        o->quotes[quote] = o->quotes[quote - 1];
        o->quotes[quote].depth++;
        o->quotes[quote - 1] = q;
    }
}

static void close_quote(struct scan *s, const struct mark *m)
{
    uint32_t depth = open_depth(s, m->mark);

    if (depth > 0) {
        while (s->depth > depth)
            close_top(s, m->at, m->at, true);
        close_top(s, m->at, m->at + m->len, false);
    } else if (s->pending != NONE &&
               family(s->out->quotes[s->pending].mark) == family(m->mark)) {
        add_piece(s, s->pending, s->from, m->at);
        s->out->quotes[s->pending].end = m->at + m->len;
        s->out->quotes[s->pending].no_close = false;
        s->free_from = m->at + m->len;
    } else if (s->depth == 0) {
        close_unopened(s, m);
    }
    s->pending = NONE;
}

/* --- a paragraph -------------------------------------------------------------- */

static void take_single(struct scan *s, const struct mark *m)
{
    uint32_t partner;

    if (s->depth > 0 && s->stack[s->depth - 1].close_at == m->at) {
        close_top(s, m->at, m->at + m->len, false);
        return;
    }
    if (m->role == ROLE_CLOSE || !opens_here(s, m->at, m->len) ||
        is_elision(s, m->at + m->len))
        return;
    partner = single_partner(s, m);
    if (partner != NONE)
        open_quote(s, m, partner);
}

/* Does the mark open, seen from where it stands? Typing errors ("”word”") and
 * straight marks make shape alone unreliable. */
static bool opens(const struct scan *s, const struct mark *m, bool first)
{
    bool here = opens_here(s, m->at, m->len);
    bool inside = open_depth(s, m->mark) > 0;

    if (m->role == ROLE_OPEN)
        return !inside || here || !closes_here(s, m->at, m->len);
    if (m->role == ROLE_CLOSE)
        return here && !inside && s->pending == NONE &&
               is_word(after(s, m->at + m->len));
    if (first)
        return true;
    if (here || closes_here(s, m->at, m->len))
        return here;
    return !inside;
}

static void take_double(struct scan *s, const struct mark *m, bool first)
{
    uint32_t b = before(s, m->at);
    bool inside = open_depth(s, m->mark) > 0;

    s->doubles = true;
    if (m->mark == FM_QUOTE_STRAIGHT && !inside && s->pending == NONE &&
        b >= '0' && b <= '9')
        return; /* inches */
    if (!opens(s, m, first)) {
        close_quote(s, m);
        return;
    }
    s->pending = NONE;
    if (first && s->carry != NONE &&
        family(s->out->quotes[s->carry].mark) == family(m->mark)) {
        s->stack[0].quote = s->carry;
        s->stack[0].content = m->at + m->len;
        s->stack[0].close_at = NONE;
        s->depth = 1;
        return;
    }
    open_quote(s, m, NONE);
}

/* Length of the dash and the space behind it that begin a paragraph, 0 = none. */
static uint32_t leading_dash(const struct scan *s)
{
    size_t at = s->from;

    while (at < s->to && is_dash(after(s, (uint32_t)at)))
        (void)fm_utf8_next(s->text, &at);
    if (at == s->from || !fm_uni_is_space(after(s, (uint32_t)at)))
        return 0;
    while (at < s->to && fm_uni_is_space(after(s, (uint32_t)at)))
        (void)fm_utf8_next(s->text, &at);
    return (uint32_t)at - s->from;
}

/* Marks still open at the end of a paragraph. The outermost may go on in the
 * next paragraph; whether it does is known when that begins. */
static void end_paragraph(struct scan *s)
{
    uint32_t end = s->to;

    while (end > s->from && fm_is_space(s->text.data[end - 1]))
        end--;
    s->carry = NONE;
    s->pending = NONE;
    while (s->depth > 1)
        close_top(s, end, end, true);
    if (s->depth == 1) {
        uint32_t quote = s->stack[0].quote;

        close_top(s, end, end, true);
        if (!is_single(s->out->quotes[quote].mark) &&
            s->out->quotes[quote].piece_count < FM_QUOTE_PARAGRAPHS_MAX)
            s->carry = quote;
    }
}

/* The carried quote is not reopened here: it ended in the paragraph before. If
 * the last mark there closed an inner quote, it closed this one too. */
static void settle_carry(struct scan *s, bool reopens)
{
    struct fm_quotes *o = s->out;
    struct fm_quote *q;

    if (s->carry == NONE || reopens)
        return;
    q = &o->quotes[s->carry];
    if (s->nested_end != NONE && q->piece_count > 0) {
        struct fm_quote_piece *last = &o->pieces[q->piece + q->piece_count - 1];

        if (s->nested_end > last->start) {
            last->end = s->nested_end;
            q->end = s->nested_end;
        }
    } else {
        s->pending = s->carry;
    }
    s->carry = NONE;
}

static bool paragraph_reopens(const struct scan *s)
{
    struct mark m;

    return s->from < s->to && read_mark(s, s->from, &m) && !is_single(m.mark) &&
           m.role != ROLE_CLOSE;
}

static void scan_paragraph(struct scan *s)
{
    uint32_t at;
    uint32_t dash;
    uint32_t dashed = NONE;
    struct mark m;

    while (s->from < s->to && fm_uni_is_space(after(s, s->from))) {
        size_t p = s->from;

        (void)fm_utf8_next(s->text, &p);
        s->from = (uint32_t)p;
    }
    if (s->from == s->to)
        return;
    settle_carry(s, paragraph_reopens(s));
    s->free_from = s->from;
    s->nested_end = NONE;
    s->doubles = false;
    dash = leading_dash(s);
    if (dash > 0)
        dashed = add_quote(s, s->from, FM_QUOTE_DASH);
    for (at = s->from; at < s->to; at++) {
        if (!read_mark(s, at, &m))
            continue;
        if (is_single(m.mark))
            take_single(s, &m);
        else
            take_double(s, &m, at == s->from);
        at += m.len - 1;
    }
    end_paragraph(s);
    if (dashed != NONE && !s->doubles) {
        add_piece(s, dashed, s->from + dash, s->to);
        s->out->quotes[dashed].end = s->to;
        s->out->quotes[dashed].no_close = true;
    }
}

/* Takes out the entries that proved to be no quotes. */
static void drop_dead(struct fm_quotes *quotes)
{
    size_t kept = 0;

    for (size_t i = 0; i < quotes->count; i++)
        if (quotes->quotes[i].piece_count > 0)
            quotes->quotes[kept++] = quotes->quotes[i];
    quotes->count = kept;
}

void fm_quote_scan(struct fm_str text, const uint32_t *breaks, size_t n,
                   struct fm_arena *arena, struct fm_quotes *ret_quotes)
{
    struct scan s = {
        .text = text,
        .arena = arena,
        .out = ret_quotes,
        .carry = NONE,
        .pending = NONE,
        .nested_end = NONE,
    };
    uint32_t len = text.len < UINT32_MAX ? (uint32_t)text.len : UINT32_MAX - 1;
    uint32_t at = 0;
    size_t next = 0;

    memset(ret_quotes, 0, sizeof *ret_quotes);
    while (at < len) {
        uint32_t to = at;

        if (breaks != NULL) {
            while (next < n && breaks[next] <= at)
                next++;
            to = next < n && breaks[next] < len ? breaks[next] : len;
        } else {
            while (to < len && text.data[to] != '\n')
                to++;
            to += to < len;
        }
        s.from = at;
        s.to = to;
        scan_paragraph(&s);
        at = to;
    }
    settle_carry(&s, false);
    drop_dead(ret_quotes);
}
