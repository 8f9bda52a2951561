#include "base/hash.h"
#include "store/anchor_priv.h"

/* Brackets open at a time: those of a query and what is put around it. */
#define DEPTH 64

enum joint { AND, OR, NOT };

/* What is known of an expression up to here. */
struct frame {
    struct fm_anchor left;
    bool has_left;
    enum joint joint;
};

uint64_t fm_anchor_word(struct fm_str token)
{
    return fm_hash64(token.data, token.len, 0x77);
}

/* Fewer words select more; of as many, longer ones are rarer. */
static bool is_better(const struct fm_anchor *a, const struct fm_anchor *b)
{
    if (a->n == 0 || b->n == 0)
        return b->n == 0 && a->n != 0;
    return a->n != b->n ? a->n < b->n : a->shortest > b->shortest;
}

static struct fm_anchor either(const struct fm_anchor *a,
                               const struct fm_anchor *b)
{
    struct fm_anchor both = *a;

    if (a->n == 0 || b->n == 0 || a->n + b->n > FM_ANCHOR_WORDS) {
        both.n = 0;
        return both;
    }
    for (size_t i = 0; i < b->n; i++)
        both.words[both.n++] = b->words[i];
    if (b->shortest < both.shortest)
        both.shortest = b->shortest;
    return both;
}

static void operand(struct frame *f, const struct fm_anchor *right)
{
    bool narrows = f->joint == AND && is_better(right, &f->left);

    if (f->has_left && f->joint == OR)
        f->left = either(&f->left, right);
    else if (!f->has_left || narrows)
        f->left = *right;
    f->has_left = true;
    f->joint = AND;
}

/* --- words in quotes ----------------------------------------------------------------- */

/* The longest token; the last one of a prefix may go on and is none. */
struct longest {
    struct fm_anchor best;
    struct fm_anchor last;
};

static bool each_token(void *user, struct fm_str token)
{
    struct longest *l = user;

    if (is_better(&l->last, &l->best))
        l->best = l->last;
    l->last = (struct fm_anchor){
        .words = {fm_anchor_word(token)}, .n = 1, .shortest = token.len};
    return true;
}

/* The string at *at and a star behind it. A doubled quotation mark inside
 * separates words as a single one does. */
static struct fm_anchor string(const struct fm_tokens *tokens, struct fm_str s,
                               size_t *at)
{
    struct longest l = {.best = {.n = 0}};
    size_t from = ++*at;

    while (*at < s.len &&
           (s.data[*at] != '"' || (*at + 1 < s.len && s.data[*at + 1] == '"')))
        *at += s.data[*at] == '"' ? 2 : 1;
    fm_tokens_of(tokens, fm_str_sub(s, from, *at), each_token, &l);
    ++*at;
    if (*at < s.len && s.data[*at] == '*')
        ++*at;
    else if (is_better(&l.last, &l.best))
        l.best = l.last;
    return l.best;
}

/* --- the expression ------------------------------------------------------------------- */

static void word(struct fm_str s, size_t *at, struct frame *f)
{
    size_t from = *at;
    struct fm_str w;

    while (*at < s.len && fm_is_alpha(s.data[*at]))
        ++*at;
    w = fm_str_sub(s, from, *at);
    if (fm_str_eqz(w, "OR"))
        f->joint = OR;
    else if (fm_str_eqz(w, "NOT"))
        f->joint = NOT;
    else if (fm_str_eqz(w, "AND"))
        f->joint = AND;
}

void fm_anchor_of(const struct fm_tokens *tokens, struct fm_str match,
                  struct fm_anchor *ret)
{
    struct frame frames[DEPTH];
    size_t depth = 0;
    size_t at = 0;

    frames[0] = (struct frame){.has_left = false};
    while (at < match.len) {
        char c = match.data[at];

        if (c == '"') {
            struct fm_anchor a = string(tokens, match, &at);

            operand(&frames[depth], &a);
        } else if (c == '(') {
            at++;
            if (++depth == DEPTH)
                break;
            frames[depth] = (struct frame){.has_left = false};
        } else if (c == ')' && depth > 0) {
            at++;
            depth--;
            operand(&frames[depth], &frames[depth + 1].left);
        } else if (fm_is_alpha(c)) {
            word(match, &at, &frames[depth]);
        } else {
            at++;
        }
    }
    *ret = frames[0].left;
    if (depth != 0 || !frames[0].has_left)
        ret->n = 0;
}
