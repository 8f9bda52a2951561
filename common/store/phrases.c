#include "base/hash.h"
#include "base/parse.h"
#include "store/phrases_priv.h"

/* Brackets open at a time, and results that wait: those of a query
 * (FM_TEXT_QUERY_DEPTH, FM_TEXT_QUERY_TERMS) and what is put around it. */
#define DEPTH 128

static uint64_t hash_token(struct fm_str token)
{
    return fm_hash64(token.data, token.len, 0x77);
}

static uint64_t hash_prefix(struct fm_str token, size_t n)
{
    return fm_hash64(token.data, n, 0x100 + n);
}

void fm_token_keys(struct fm_str token, uint64_t ret_keys[FM_TOKEN_KEYS])
{
    ret_keys[0] = hash_token(token);
    ret_keys[1] = hash_prefix(token, token.len < 4 ? token.len : 4);
    ret_keys[2] = hash_prefix(token, token.len < 2 ? token.len : 2);
}

/* --- tokens of a text ------------------------------------------------------------------ */

static bool add_token(void *user, struct fm_str token)
{
    struct fm_token_list *list = user;
    struct fm_token *items = fm_arena_grow(&list->arena, list->items, list->n,
                                           sizeof *items, &list->cap);
    char *text = fm_arena_copy(&list->arena, token);

    if (items == NULL || text == NULL)
        return false;
    list->items = items;
    items[list->n].text = fm_str_n(text, token.len);
    items[list->n].hash = hash_token(token);
    list->n++;
    return true;
}

enum fm_error fm_token_list_read(struct fm_token_list *list,
                                 const struct fm_tokens *tokens,
                                 struct fm_str text)
{
    fm_arena_reset(&list->arena);
    list->items = NULL;
    list->n = 0;
    list->cap = 0;
    fm_tokens_of(tokens, text, add_token, list);
    return list->arena.failed;
}

/* --- what it cannot match without -------------------------------------------------------- */

struct anchor {
    uint64_t keys[FM_ANCHOR_WORDS];
    size_t n;        /* 0 = nothing is known */
    size_t shortest; /* bytes of the shortest key */
};

/* Fewer keys select more; of as many, longer ones are rarer. */
static bool is_better(const struct anchor *a, const struct anchor *b)
{
    if (a->n == 0 || b->n == 0)
        return b->n == 0 && a->n != 0;
    return a->n != b->n ? a->n < b->n : a->shortest > b->shortest;
}

static struct anchor either(const struct anchor *a, const struct anchor *b)
{
    struct anchor both = *a;

    if (a->n == 0 || b->n == 0 || a->n + b->n > FM_ANCHOR_WORDS) {
        both.n = 0;
        return both;
    }
    for (size_t i = 0; i < b->n; i++)
        both.keys[both.n++] = b->keys[i];
    if (b->shortest < both.shortest)
        both.shortest = b->shortest;
    return both;
}

static struct anchor anchor_of(const struct fm_phrase *phrase)
{
    struct anchor best = {.n = 0};

    for (size_t i = 0; i < phrase->n; i++) {
        struct fm_str text = phrase->words[i].text;
        struct anchor a = {
            .keys = {phrase->words[i].hash}, .n = 1, .shortest = text.len};

        if (phrase->prefix && i + 1 == phrase->n) {
            a.shortest = text.len < 4 ? 2 : 4;
            a.n = text.len < 2 ? 0 : 1;
            if (a.n > 0)
                a.keys[0] = hash_prefix(text, a.shortest);
        }
        if (is_better(&a, &best))
            best = a;
    }
    return best;
}

/* --- reading the expression --------------------------------------------------------------- */

struct frame {
    enum fm_phrases_step_kind joint;
    bool has_left;
    bool near;
    uint32_t first; /* phrase of a NEAR */
    uint32_t distance;
};

struct reading {
    struct fm_phrases *p;
    struct fm_arena *arena;
    const struct fm_tokens *tokens;
    struct fm_str s;
    size_t at;
    struct frame frames[DEPTH];
    size_t depth;
    struct anchor anchors[DEPTH]; /* of the results that wait */
    size_t waiting;
    bool near; /* the word stands before the bracket to come */
    bool failed;
};

static void add_step(struct reading *r, struct fm_phrases_step step)
{
    struct fm_phrases *p = r->p;
    struct fm_phrases_step *steps = fm_arena_grow(r->arena, p->steps, p->step_n,
                                                  sizeof *steps, &p->step_cap);

    if (steps == NULL) {
        r->failed = true;
        return;
    }
    p->steps = steps;
    p->steps[p->step_n++] = step;
}

/* A result, with what it is joined to in its brackets. */
static void operand(struct reading *r, const struct anchor *anchor)
{
    struct frame *f = &r->frames[r->depth];
    struct anchor *left;

    if (r->waiting == DEPTH) {
        r->failed = true;
        return;
    }
    r->anchors[r->waiting++] = *anchor;
    if (f->has_left && r->waiting >= 2) {
        left = &r->anchors[r->waiting - 2];
        if (f->joint == FM_STEP_OR)
            *left = either(left, anchor);
        else if (f->joint == FM_STEP_AND && is_better(anchor, left))
            *left = *anchor;
        r->waiting--;
        add_step(r, (struct fm_phrases_step){.kind = f->joint});
    }
    f->has_left = true;
    f->joint = FM_STEP_AND;
}

static struct fm_phrase *add_phrase(struct reading *r)
{
    struct fm_phrases *p = r->p;
    struct fm_phrase *phrases = fm_arena_grow(r->arena, p->phrases, p->phrase_n,
                                              sizeof *phrases, &p->phrase_cap);

    if (phrases == NULL) {
        r->failed = true;
        return NULL;
    }
    p->phrases = phrases;
    phrases[p->phrase_n] = (struct fm_phrase){.n = 0};
    return &phrases[p->phrase_n++];
}

struct words {
    struct reading *r;
    struct fm_phrase *phrase;
    size_t cap;
};

static bool add_word(void *user, struct fm_str token)
{
    struct words *w = user;
    struct fm_phrase *phrase = w->phrase;
    struct fm_token *words = fm_arena_grow(w->r->arena, phrase->words,
                                           phrase->n, sizeof *words, &w->cap);
    char *text = fm_arena_copy(w->r->arena, token);

    w->r->failed |= words == NULL || text == NULL;
    if (w->r->failed)
        return false;
    phrase->words = words;
    words[phrase->n].text = fm_str_n(text, token.len);
    words[phrase->n].hash = hash_token(token);
    phrase->n++;
    return true;
}

/* The string at the reading's place. A doubled quotation mark inside separates
 * words as a single one does. */
static void string(struct reading *r)
{
    struct words w = {.r = r, .phrase = add_phrase(r)};
    struct fm_str s = r->s;
    size_t from = ++r->at;

    while (r->at < s.len && (s.data[r->at] != '"' ||
                             (r->at + 1 < s.len && s.data[r->at + 1] == '"')))
        r->at += s.data[r->at] == '"' ? 2 : 1;
    if (w.phrase == NULL)
        return;
    fm_tokens_of(r->tokens, fm_str_sub(s, from, r->at), add_word, &w);
    r->at++;
    w.phrase->prefix = r->at < s.len && s.data[r->at] == '*';
    if (w.phrase->prefix)
        r->at++;
    if (r->frames[r->depth].near) {
        /* One without words does not count there. */
        if (w.phrase->n == 0)
            r->p->phrase_n--;
        return;
    }
    if (!r->failed) {
        struct anchor a = anchor_of(w.phrase);

        add_step(r,
                 (struct fm_phrases_step){.kind = FM_STEP_PHRASE,
                                          .first = (uint32_t)r->p->phrase_n - 1,
                                          .n = 1});
        operand(r, &a);
    }
}

static void end_near(struct reading *r, const struct frame *f)
{
    uint32_t n = (uint32_t)r->p->phrase_n - f->first;
    struct anchor best = {.n = 0};

    for (uint32_t i = 0; i < n; i++) {
        struct anchor a = anchor_of(&r->p->phrases[f->first + i]);

        if (is_better(&a, &best))
            best = a;
    }
    add_step(r, (struct fm_phrases_step){.kind = FM_STEP_NEAR,
                                         .first = f->first,
                                         .n = n,
                                         .distance = f->distance});
    operand(r, &best);
}

static void open_bracket(struct reading *r)
{
    r->at++;
    if (++r->depth == DEPTH) {
        r->depth--;
        r->failed = true;
        return;
    }
    r->frames[r->depth] = (struct frame){.joint = FM_STEP_AND,
                                         .near = r->near,
                                         .first = (uint32_t)r->p->phrase_n};
    r->near = false;
}

/* What is in the brackets is one result for those around it. */
static void close_bracket(struct reading *r)
{
    struct frame closed = r->frames[r->depth];
    struct anchor a = {.n = 0};

    r->at++;
    if (r->depth == 0) {
        r->failed = true;
        return;
    }
    r->depth--;
    if (closed.near) {
        end_near(r, &closed);
    } else if (closed.has_left && r->waiting > 0) {
        a = r->anchors[--r->waiting];
        operand(r, &a);
    } else {
        r->failed = true;
    }
}

static void word(struct reading *r)
{
    struct frame *f = &r->frames[r->depth];
    size_t from = r->at;
    uint64_t number = 0;
    struct fm_str w;

    while (r->at < r->s.len &&
           (fm_is_alpha(r->s.data[r->at]) || fm_is_digit(r->s.data[r->at])))
        r->at++;
    w = fm_str_sub(r->s, from, r->at);
    if (fm_str_eqz(w, "OR"))
        f->joint = FM_STEP_OR;
    else if (fm_str_eqz(w, "NOT"))
        f->joint = FM_STEP_NOT;
    else if (fm_str_eqz(w, "NEAR"))
        r->near = true;
    else if (f->near && fm_parse_u64(w, &number) == FM_OK)
        f->distance = (uint32_t)number;
}

enum fm_error fm_phrases_read(struct fm_phrases *p, struct fm_arena *arena,
                              const struct fm_tokens *tokens,
                              struct fm_str match, struct fm_why *why)
{
    struct reading r = {.p = p, .arena = arena, .tokens = tokens, .s = match};

    memset(p, 0, sizeof *p);
    r.frames[0].joint = FM_STEP_AND;
    while (r.at < match.len && !r.failed) {
        char c = match.data[r.at];

        if (c == '"')
            string(&r);
        else if (c == '(')
            open_bracket(&r);
        else if (c == ')')
            close_bracket(&r);
        else if (fm_is_alpha(c) || fm_is_digit(c))
            word(&r);
        else
            r.at++;
    }
    if (arena->failed != FM_OK)
        return fm_fail(arena->failed, why, NULL, "no memory for a query");
    if (r.failed || r.depth != 0 || r.waiting != 1)
        return fm_fail(FM_EINVAL, why, "BAD_QUERY",
                       "the query is too complicated to wait for");
    p->anchor_n = r.anchors[0].n;
    memcpy(p->anchor, r.anchors[0].keys, sizeof p->anchor);
    return FM_OK;
}

/* --- testing ------------------------------------------------------------------------------ */

static bool stands_at(const struct fm_phrase *phrase,
                      const struct fm_token_list *s, size_t at)
{
    size_t whole = phrase->n - (phrase->prefix ? 1 : 0);

    if (phrase->n == 0 || at + phrase->n > s->n)
        return false;
    for (size_t i = 0; i < whole; i++)
        if (phrase->words[i].hash != s->items[at + i].hash)
            return false;
    return !phrase->prefix ||
           fm_str_starts(s->items[at + whole].text, phrase->words[whole].text);
}

static bool occurs(const struct fm_phrase *phrase,
                   const struct fm_token_list *s, size_t from, size_t to)
{
    for (size_t at = from; at < to && at < s->n; at++)
        if (stands_at(phrase, s, at))
            return true;
    return false;
}

/* With all phrases beginning in the window that ends with `last`. */
static bool near_at(const struct fm_phrase *phrases,
                    const struct fm_phrases_step *step,
                    const struct fm_token_list *s, size_t last)
{
    for (uint32_t i = 0; i < step->n; i++) {
        size_t back = phrases[i].n + step->distance;

        if (!occurs(&phrases[i], s, last > back ? last - back : 0, last + 1))
            return false;
    }
    return true;
}

static bool near(const struct fm_phrases *p, const struct fm_phrases_step *step,
                 const struct fm_token_list *s)
{
    const struct fm_phrase *phrases = p->phrases + step->first;

    if (step->n == 0)
        return false;
    for (size_t last = 0; last < s->n; last++) {
        bool begins = false;

        for (uint32_t i = 0; !begins && i < step->n; i++)
            begins = stands_at(&phrases[i], s, last);
        if (begins && near_at(phrases, step, s, last))
            return true;
    }
    return false;
}

bool fm_phrases_match(const struct fm_phrases *p,
                      const struct fm_token_list *sentence)
{
    bool results[DEPTH] = {false};
    size_t n = 0;

    for (size_t i = 0; i < p->step_n; i++) {
        const struct fm_phrases_step *step = &p->steps[i];
        bool right;

        if (step->kind == FM_STEP_PHRASE) {
            results[n++] =
                occurs(&p->phrases[step->first], sentence, 0, sentence->n);
            continue;
        }
        if (step->kind == FM_STEP_NEAR) {
            results[n++] = near(p, step, sentence);
            continue;
        }
        right = results[--n];
        if (step->kind == FM_STEP_AND)
            results[n - 1] = results[n - 1] && right;
        else if (step->kind == FM_STEP_OR)
            results[n - 1] = results[n - 1] || right;
        else
            results[n - 1] = results[n - 1] && !right;
    }
    return n == 1 && results[0];
}
