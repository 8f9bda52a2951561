#include "extract/quantity.h"

#include "extract/quantity_expr.h"
#include "extract/said.h"

/* Goes through the text and makes quantities and facts of what was read. */

static bool is_fn(const struct fm_lexemes *lx, size_t i, enum fm_lexeme_fn fn)
{
    return fm_lexeme_fn(lx, i, fn);
}

/* Most sentences have no number at all. */
static bool has_number(const struct fm_lexemes *lx)
{
    for (size_t i = 0; i < lx->count; i++)
        if (lx->at[i].kind == FM_LEX_DIGITS || lx->at[i].kind == FM_LEX_GLYPH ||
            (lx->at[i].kind >= FM_LEX_CARDINAL &&
             lx->at[i].kind <= FM_LEX_DOZEN) ||
            is_fn(lx, i, FM_FN_HALF))
            return true;
    return false;
}

/* A row of a table: more numbers than prose has. */
static bool is_table(const struct fm_lexemes *lx)
{
    size_t numbers = 0;
    size_t words = 0;

    for (size_t i = 0; i < lx->count; i++) {
        numbers += lx->at[i].kind == FM_LEX_DIGITS;
        words += lx->at[i].kind == FM_LEX_WORD || lx->at[i].kind == FM_LEX_FN;
    }
    return numbers >= 6 && numbers * 2 > words;
}

/* Can an amount begin here? */
static bool can_begin(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];
    const struct fm_lexeme *next = &lx->at[i + 1];

    if (at->kind == FM_LEX_WORD)
        return next->kind == FM_LEX_CURRENCY || next->kind == FM_LEX_DIGITS ||
               fm_lexeme_mark(lx, i + 1, '.');
    if (at->kind == FM_LEX_FN)
        return next->kind != FM_LEX_WORD;
    return true;
}

/* "doubled", "tripled", "quadrupled", "halved" need no number. */
static bool may_multiply(const struct fm_lexemes *lx, size_t i)
{
    char c = fm_lower(lx->text.data[lx->at[i].start]);

    return c == 'd' || c == 't' || c == 'q' || c == 'h';
}

static void read_piece(struct fm_quantity_walk *w)
{
    const struct fm_lexemes *lx = w->lx;
    bool number = has_number(lx);

    for (size_t i = 0; i < lx->count;) {
        struct fm_change change;
        bool amount = number && can_begin(lx, i);
        const struct fm_change_word *word =
            lx->at[i].kind == FM_LEX_WORD && (number || may_multiply(lx, i))
                ? fm_quantity_change_word(lx, i)
                : NULL;

        size_t n = number ? fm_quantity_compare(w, i) : 0;

        if (n > 0) {
            i += n;
            continue;
        }
        if (word == NULL && !amount &&
            !(number && fm_lexeme_is(lx, i, "down"))) {
            i++;
            continue;
        }
        if ((number || (word != NULL && word->factor != 0)) &&
            fm_quantity_change(lx, w->ctx->tree, w->taken, i, &change))
            i = fm_quantity_emit_change(w, &change);
        else
            i = amount ? fm_quantity_read_counted(w, i) : i + 1;
    }
}

void fm_extract_quantities(struct fm_context *ctx)
{
    struct fm_lexemes lx;
    struct fm_taken taken;
    struct fm_quantity_walk w = {.ctx = ctx, .lx = &lx, .taken = &taken};
    size_t first_time = 0;

    w.said = fm_said_list(ctx);
    for (size_t s = 0; s < ctx->doc->sentence_count; s++) {
        const struct fm_sentence *sentence = &ctx->doc->sentences[s];
        uint32_t at = sentence->start;

        w.sentence = s;
        w.recent_count = 0;
        while (at < sentence->end) {
            at = fm_lexemes_read(&lx, ctx->doc->text, at, sentence->end);
            fm_quantity_mark_taken(ctx, &lx, &first_time, &taken);
            w.prose = sentence->kind == FM_BLOCK_PROSE && !is_table(&lx);
            read_piece(&w);
        }
    }
}
