/* Who reports: the subject of a reporting verb. */
#include "extract/quote_look.h"

/* Tokens of "issued a long statement on Monday saying". */
#define STATEMENT_MAX 9u

/* The speaker of a verb without a subject of its own: "and added", ", saying".
 * The one before in the sentence, else the phrase that begins it. */
static bool shared_subject(struct fm_look *l)
{
    if (l->before.kind != FM_SPEAKER_NONE) {
        l->s->speaker = l->before;
        return true;
    }
    return fm_speaker_main(l->r, l->first, l->g.all.first, &l->s->speaker);
}

/* Of ", saying", "by saying", "while saying": the subject of the sentence; of
 * "a letter saying", "voters saying": the noun before. */
static bool participle_subject(struct fm_look *l, enum fm_word left)
{
    if (left == FM_WORD_COMMA || left == FM_WORD_COORDINATOR ||
        left == FM_WORD_MARK || left == FM_WORD_DASH ||
        left == FM_WORD_PREPOSITION || left == FM_WORD_SUBORDINATOR)
        return shared_subject(l);
    return (left == FM_WORD_OTHER || left == FM_WORD_NAME ||
            left == FM_WORD_TITLE) &&
           fm_speaker_before(l->r, l->first, l->g.all.first, &l->s->speaker);
}

/* "The heads of states that are part of it": what stands before the verb is not
 * its subject but what is said of it in a clause. */
static bool is_predicate(const struct fm_look *l)
{
    uint32_t first = l->s->speaker.phrase.first;

    return l->s->speaker.kind != FM_SPEAKER_PRONOUN && first > l->first &&
           (fm_reading_kind(l->r, first - 1) == FM_WORD_AUXILIARY ||
            fm_reading_kind(l->r, first - 1) == FM_WORD_VERB);
}

/* "X issued a statement saying": X says it, by all these words. */
static bool statement_subject(struct fm_look *l)
{
    static const char *const verbs[] = {
        "deliver", "email",   "give", "issue", "make",  "post",
        "publish", "release", "send", "sign",  "tweet", "write"};
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t noun;
    uint32_t verb;

    if (tree == NULL || l->r->words.form[l->g.verb] != FM_CUE_ING ||
        fm_tree_dep(tree, l->g.verb) != FM_DEP_ACL)
        return false;
    noun = fm_tree_head(tree, l->g.verb);
    verb = fm_tree_head(tree, noun);
    if (fm_tree_dep(tree, noun) != FM_DEP_OBJ || verb >= noun ||
        l->g.verb - verb > STATEMENT_MAX || l->r->inside[verb] != 0 ||
        !fm_cue_document(fm_reading_text(l->r, noun)) ||
        fm_str_bsearch(tree->doc->lemma[verb], verbs,
                       sizeof verbs / sizeof *verbs) < 0 ||
        !fm_speaker_subject(l->r, verb, &l->s->speaker))
        return false;
    l->g.all.first = verb;
    return true;
}

/* "X added that aid must come soon, saying": X, wherever the tree hangs it. */
static bool main_subject(struct fm_look *l, enum fm_word left)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t top = l->g.verb;

    if (tree == NULL || left != FM_WORD_COMMA ||
        l->r->words.form[top] != FM_CUE_ING ||
        !(l->g.cue->classes & FM_CUE_SPEECH) || fm_speaker_is_own(l->r, top))
        return false;
    for (size_t n = 0;
         n < FM_SENTENCE_TOKENS_MAX && !fm_tree_is_root(tree, top); n++)
        top = fm_tree_head(tree, top);
    return top != l->g.verb && top < l->g.verb &&
           fm_speaker_subject(l->r, top, &l->s->speaker);
}

bool fm_look_subject(struct fm_look *l)
{
    uint32_t at = l->g.all.first;
    enum fm_word k =
        at > l->first ? fm_reading_kind(l->r, at - 1) : FM_WORD_STOP;

    if (statement_subject(l))
        return true;
    /* "X said it rains, adding that": whatever verb the tree joins it to. */
    if (l->spoke.kind != FM_SPEAKER_NONE && l->r->ctx->tree != NULL &&
        (l->g.cue->classes & FM_CUE_SPEECH) &&
        (k == FM_WORD_COORDINATOR || k == FM_WORD_COMMA) &&
        !fm_speaker_is_own(l->r, l->g.verb)) {
        l->s->speaker = l->spoke;
        return true;
    }
    if (main_subject(l, k))
        return true;
    if (fm_speaker_subject(l->r, l->g.verb, &l->s->speaker)) {
        struct fm_speaker words;

        /* "The head of the party Fatherland, Ann Lee," whichever noun the tree
         * ties the name to. */
        if (l->before.phrase.first == l->s->speaker.phrase.first &&
            l->before.kind == FM_SPEAKER_NAMED)
            l->s->speaker = l->before;
        else if (l->s->speaker.kind == FM_SPEAKER_NOMINAL &&
                 fm_speaker_before(l->r, l->first, at, &words) &&
                 words.kind == FM_SPEAKER_NAMED &&
                 words.phrase.first == l->s->speaker.phrase.first)
            l->s->speaker = words;
        return true;
    }
    if (!l->g.finite)
        return l->r->words.form[l->g.verb] == FM_CUE_ING &&
               participle_subject(l, k);
    if (at > l->first && fm_speaker_before(l->r, l->first, at, &l->s->speaker))
        return !is_predicate(l);
    return k == FM_WORD_COORDINATOR && shared_subject(l);
}

/* "some", "many": they say things without a noun. */
static bool is_quantifier(const struct fm_look *l, uint32_t i)
{
    static const char *const words[] = {"all",  "both",    "few", "many",
                                        "most", "several", "some"};
    char w[8];
    struct fm_str t = fm_reading_text(l->r, i);

    if (t.len >= sizeof w)
        return false;
    for (size_t k = 0; k < t.len; k++)
        w[k] = fm_lower(t.data[k]);
    return fm_str_bsearch(fm_str_n(w, t.len), words,
                          sizeof words / sizeof *words) >= 0;
}

/* "the support", "reports of": many verbs look like nouns. A form without an
 * ending or with "s" is a verb when its subject and what follows say so. */
bool fm_look_is_verb(const struct fm_look *l)
{
    uint32_t v = l->g.verb;
    uint8_t form = l->r->words.form[v];
    enum fm_word left =
        v > l->first ? fm_reading_kind(l->r, v - 1) : FM_WORD_STOP;
    enum fm_word right = fm_look_kind(l, l->g.all.last);
    struct fm_str before = fm_str_n(NULL, 0);

    if (l->r->ctx->tree != NULL) {
        if (v > l->first && fm_reading_is(l->r, v - 1, "-"))
            return false;
        if (fm_tree_is_verb(l->r->ctx->tree, v))
            return fm_tree_dep(l->r->ctx->tree, v) != FM_DEP_AMOD;
        if (!(l->g.cue->classes & FM_CUE_SPEECH))
            return false;
    }
    if ((left == FM_WORD_DETERMINER && !is_quantifier(l, v - 1)) ||
        left == FM_WORD_POSSESSIVE || left == FM_WORD_GENITIVE ||
        left == FM_WORD_PREPOSITION ||
        (v > l->first && fm_reading_is(l->r, v - 1, "-")))
        return false;
    if (l->g.auxiliary || left == FM_WORD_PRONOUN || left == FM_WORD_TO ||
        left == FM_WORD_NOT || left == FM_WORD_RELATIVE ||
        left == FM_WORD_DETERMINER || !(l->g.cue->classes & FM_CUE_NOUN) ||
        (form != FM_CUE_BASE && form != FM_CUE_THIRD))
        return true;
    if ((right == FM_WORD_PREPOSITION && !l->g.particle) ||
        right == FM_WORD_STOP || right == FM_WORD_AUXILIARY ||
        right == FM_WORD_COORDINATOR || left == FM_WORD_NUMBER ||
        (right == FM_WORD_COMMA && form == FM_CUE_BASE))
        return false;
    if (form == FM_CUE_THIRD)
        return left != FM_WORD_VERB;
    if (left == FM_WORD_OTHER || left == FM_WORD_NAME || left == FM_WORD_TITLE)
        before = fm_reading_text(l->r, v - 1);
    return before.len > 2 && before.data[before.len - 1] == 's' &&
           right != FM_WORD_OTHER;
}

/* A report, poll or law speaks. */
bool fm_look_is_document(const struct fm_look *l)
{
    const struct fm_speaker *s = &l->s->speaker;

    for (uint32_t i = s->phrase.first; i < s->phrase.last; i++)
        if (fm_cue_document(fm_reading_text(l->r, i)))
            return s->kind != FM_SPEAKER_PRONOUN &&
                   (fm_reading_kind(l->r, i) == FM_WORD_OTHER ||
                    (l->r->ctx->tree != NULL && i == l->first &&
                     l->r->doc->upos[i] == FM_NOUN));
    return false;
}
