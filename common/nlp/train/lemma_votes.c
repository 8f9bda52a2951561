#include "nlp/train/lemma_votes.h"

#include "base/hash.h"

/* All of the data's votes take a tenth of it. */
#define MEMORY_MAX ((size_t)1 << 30)

static uint16_t edit_number(struct fm_lemma_votes *v, size_t cut,
                            struct fm_str append)
{
    /* The hash mixes bytes and seed: the seed must not look like text. */
    uint64_t key = fm_hash64(append.data, append.len,
                             (cut + 1) * UINT64_C(0xd6e8feb86659fd93));
    uint32_t *number = fm_vocab_at(&v->edit_numbers, key);
    struct fm_lemma_edit *edits;

    if (number == NULL) {
        v->arena.failed = FM_ENOMEM;
        return 0;
    }
    if (*number != 0)
        return (uint16_t)(*number - 1);
    /* Numbers + 1 must fit in FM_LEMMA_EDIT_MASK. */
    if (v->edit_count + 1 >= FM_LEMMA_EDIT_MASK) {
        v->arena.failed = FM_ETOOBIG;
        return 0;
    }
    edits = fm_arena_grow(&v->arena, v->edits, v->edit_count, sizeof *edits,
                          &v->edit_cap);
    if (edits == NULL)
        return 0;
    v->edits = edits;
    edits[v->edit_count].cut = cut;
    edits[v->edit_count].append =
        fm_str_n(fm_arena_copy(&v->arena, append), append.len);
    *number = (uint32_t)++v->edit_count;
    return (uint16_t)(*number - 1);
}

void fm_lemma_votes_init(struct fm_lemma_votes *v)
{
    *v = (struct fm_lemma_votes){.words = NULL};
    fm_arena_init(&v->arena, MEMORY_MAX);
    (void)edit_number(v, 0, fm_str_n("", 0));
}

void fm_lemma_votes_release(struct fm_lemma_votes *v)
{
    fm_vocab_release(&v->edit_numbers);
    fm_arena_release(&v->arena);
}

static struct fm_str kept_form(struct fm_lemma_votes *v,
                               const struct fm_lemma_form *form)
{
    char *kept = fm_arena_copy(&v->arena, fm_str_n(form->small, form->len));

    for (size_t i = 0; kept != NULL && i < form->len; i++)
        if (fm_is_digit(kept[i]))
            kept[i] = '0';
    return fm_str_n(kept, form->len);
}

/* The edit from one small form to another. */
static uint16_t edit_between(struct fm_lemma_votes *v,
                             const struct fm_lemma_form *form,
                             const struct fm_lemma_form *lemma)
{
    size_t same = 0;

    while (same < form->len && same < lemma->len &&
           form->small[same] == lemma->small[same])
        same++;
    /* Not inside a character. */
    while (same > 0 && same < form->len &&
           ((unsigned char)form->small[same] & 0xc0) == 0x80)
        same--;
    return edit_number(v, form->len - same,
                       fm_str_n(lemma->small + same, lemma->len - same));
}

static uint16_t add_word(struct fm_lemma_votes *v, uint8_t class,
                         const struct fm_lemma_form *form,
                         const struct fm_lemma_form *lemma, uint32_t weight)
{
    struct fm_lemma_vote *words = fm_arena_grow(
        &v->arena, v->words, v->word_count, sizeof *words, &v->word_cap);
    uint16_t edit = edit_between(v, form, lemma);

    if (words == NULL)
        return edit;
    v->words = words;
    words[v->word_count++] = (struct fm_lemma_vote){
        .form = kept_form(v, form),
        .weight = weight,
        .edit = edit,
        .class = class,
        .digits = form->digits,
    };
    return edit;
}

void fm_lemma_votes_add(struct fm_lemma_votes *v, uint8_t class,
                        const struct fm_lemma_form *form, struct fm_str lemma,
                        uint32_t weight)
{
    struct fm_lemma_form to;

    if (fm_lemma_form_make(lemma, false, &to))
        (void)add_word(v, class, form, &to, weight);
}

void fm_lemma_votes_add_case(struct fm_lemma_votes *v, uint8_t class,
                             const struct fm_lemma_form *form,
                             struct fm_str lemma, uint32_t weight)
{
    struct fm_lemma_case_vote *cases;
    struct fm_lemma_form to;
    unsigned right = 0;
    uint16_t edit;

    if (!fm_lemma_form_make(lemma, false, &to))
        return;
    edit = add_word(v, class, form, &to, weight);
    if (v->arena.failed != FM_OK)
        return;
    for (unsigned c = 0; c < FM_LEMMA_PLAIN_CASES; c++) {
        char room[FM_LEMMA_MAX];

        if (fm_str_eq(fm_lemma_apply(form, &v->edits[edit],
                                     (enum fm_lemma_case)c, room),
                      lemma))
            right |= 1u << c;
    }
    cases = fm_arena_grow(&v->arena, v->cases, v->case_count, sizeof *cases,
                          &v->case_cap);
    if (cases == NULL)
        return;
    v->cases = cases;
    cases[v->case_count++] = (struct fm_lemma_case_vote){
        .form = kept_form(v, form),
        .weight = weight,
        .class = class,
        .shape = form->shape,
        .cases = (uint8_t)right,
    };
}
