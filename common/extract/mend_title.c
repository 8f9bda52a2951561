/* Titles in quotation marks behind a noun: a law "On Water", the report "Rising
 * Seas". One name with the noun, whatever its words look like. */
#include "extract/mend_priv.h"

/* Longest title, in tokens. */
#define TITLE_MAX 16u
/* Letters of words that titles may write small. */
#define SMALL_MAX 4u

static bool opens(const struct fm_mend *m, uint32_t i)
{
    return (m->doc->flags[i] & FM_TOKEN_QUOTE_OPEN) != 0 ||
           fm_mend_is_word(m, i, "\xe2\x80\x9c");
}

static bool closes(const struct fm_mend *m, uint32_t i)
{
    return (m->doc->flags[i] & FM_TOKEN_QUOTE_CLOSE) != 0 ||
           fm_mend_is_word(m, i, "\xe2\x80\x9d");
}

static uint32_t closing(const struct fm_mend *m, uint32_t open)
{
    for (uint32_t i = open + 1; i < m->last && i - open <= TITLE_MAX; i++)
        if (closes(m, i))
            return i;
    return m->last;
}

/* Every long word has a capital, and there are two. */
static bool is_title(const struct fm_mend *m, uint32_t first, uint32_t last)
{
    size_t capitals = 0;

    for (uint32_t i = first; i < last; i++) {
        if (m->doc->flags[i] & FM_TOKEN_CAPITAL)
            capitals++;
        else if (m->doc->form[i].len > SMALL_MAX)
            return false;
    }
    return capitals >= 2;
}

static void join_title(struct fm_mend *m, uint32_t open)
{
    uint32_t close = closing(m, open);
    uint32_t noun = open - 1;
    uint32_t main = m->last;

    if (close == m->last || !is_title(m, open + 1, close))
        return;
    for (uint32_t i = open + 1; i < close; i++) {
        if (m->head[i] > open && m->head[i] < close && m->head[i] != i)
            continue;
        if (m->head[i] == i)
            return;
        if (main == m->last) {
            main = i;
            m->head[i] = noun;
            m->dep[i] = FM_DEP_NMOD_DESC;
        } else {
            m->head[i] = main;
            m->dep[i] = FM_DEP_FLAT;
        }
    }
    /* What hangs from the title hangs from the noun. */
    for (uint32_t i = m->first; main != m->last && i < m->last; i++)
        if ((i < open || i > close) && m->head[i] > open && m->head[i] < close)
            m->head[i] = noun;
    if (main != m->last) {
        m->head[open] = main;
        m->head[close] = main;
    }
}

void fm_mend_titles(struct fm_mend *m)
{
    for (uint32_t i = m->first + 1; i < m->last; i++)
        if (opens(m, i) && m->doc->upos[i - 1] == FM_NOUN)
            join_title(m, i);
}
