#include "extract/post.h"

#include "base/utf8.h"
#include "extract/phrase.h"
#include "nlp/words.h"

/* Words before the head of a post: "deputy assistant secretary". */
#define MODIFIERS_MAX 6u
/* Words between a name and what it is a post of. */
#define ORGANIZATION_MAX 14u
/* Words that say what kind of a body is named: "opposition party". */
#define KIND_MAX 3u
/* Words of a post without an organisation's name: "editor of a paper". */
#define TAIL_MAX 6u

/* --- words ------------------------------------------------------------------------------ */

static bool is(const struct fm_doc *doc, size_t i, const char *word)
{
    return fm_str_eqz(doc->form[i], word);
}

static unsigned class_of(const struct fm_doc *doc, size_t i)
{
    return fm_words_find(doc->form[i]);
}

static bool is_one_of(const struct fm_doc *doc, size_t i,
                      const char *const *sorted, size_t n)
{
    char lower[16];
    struct fm_str word = doc->form[i];

    if (word.len == 0 || word.len > sizeof lower)
        return false;
    for (size_t k = 0; k < word.len; k++)
        lower[k] = fm_lower(word.data[k]);
    return fm_str_bsearch(fm_str_n(lower, word.len), sorted, n) >= 0;
}

static bool is_article(const struct fm_doc *doc, size_t i)
{
    static const char *const articles[] = {"a", "an", "its", "the", "their"};

    return is_one_of(doc, i, articles, sizeof articles / sizeof *articles);
}

static bool is_preposition(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {"at", "for", "from", "in",
                                        "of", "to",  "with"};

    return is_one_of(doc, i, words, sizeof words / sizeof *words);
}

/* Not posts but descriptions; a fact about them is less sure. */
static bool is_weak(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {
        "chair", "coach", "count",   "driver",  "expert", "general",
        "head",  "judge", "king",    "leader",  "major",  "partner",
        "pilot", "queen", "speaker", "veteran", "writer",
    };

    return (doc->flags[i] & FM_TOKEN_CAPITAL) == 0 &&
           is_one_of(doc, i, words, sizeof words / sizeof *words);
}

static bool is_letters(const struct fm_doc *doc, size_t i)
{
    size_t at = 0;

    return fm_uni_is_alpha(fm_utf8_next(doc->form[i], &at));
}

static bool is_post(const struct fm_doc *doc, size_t i)
{
    return (class_of(doc, i) & (FM_WORD_POST | FM_WORD_ADDRESS)) ==
           FM_WORD_POST;
}

static const struct fm_name *name_at(const struct fm_doc *doc, size_t i)
{
    return fm_phrase_name(doc, (uint32_t)i);
}

static bool is_hyphenated(const struct fm_doc *doc, size_t i)
{
    return is(doc, i, "-") && i > 0 && doc->start[i] == doc->end[i - 1];
}

static bool is_owner_mark(const struct fm_doc *doc, size_t i)
{
    return is(doc, i, "'s") || is(doc, i, "\xe2\x80\x99s") || is(doc, i, "'");
}

/* --- before a name ------------------------------------------------------------------------- */

/* Words that say when somebody was something. */
static bool is_qualifier(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {
        "acting", "ex", "former", "late", "longtime", "then", "veteran",
    };

    return is_one_of(doc, i, words, sizeof words / sizeof *words);
}

/* A word that stands before the head of a post: "deputy", "vice-", "former",
 * "oil and gas". */
static bool is_modifier(const struct fm_doc *doc, size_t i)
{
    return (class_of(doc, i) & (FM_WORD_MODIFIER | FM_WORD_POST)) ||
           is_hyphenated(doc, i) || is_qualifier(doc, i);
}

/* Tokens from i on that go on a post behind its head: "of State", "in chief";
 * i + 1 must be a token. 0 = none. */
static size_t trailing(const struct fm_doc *doc, size_t i)
{
    if (is(doc, i, "of") && (fm_str_ieq(doc->form[i + 1], fm_str("State")) ||
                             fm_str_ieq(doc->form[i + 1], fm_str("Staff"))))
        return 2;
    return is(doc, i, "in") && fm_str_ieq(doc->form[i + 1], fm_str("chief"))
               ? 2
               : 0;
}

/* The first word of the post whose head ends before token end; end = none. */
static size_t head_start(const struct fm_doc *doc, size_t first, size_t end,
                         struct fm_post *post)
{
    size_t at = end;
    size_t head;

    if (at >= first + 3)
        at -= trailing(doc, at - 2);
    if (at > first + 1 && is(doc, at - 1, "Plenipotentiary"))
        at--;
    if (at == first || !is_post(doc, at - 1))
        return end;
    head = --at;
    post->weak = is_weak(doc, head);
    while (at > first && end - at < MODIFIERS_MAX + 2 &&
           is_modifier(doc, at - 1) && name_at(doc, at - 1) == NULL)
        at--;
    while (at < head && is_hyphenated(doc, at))
        at++;
    return at;
}

/* "CSTO", "Kazakh", "Russia's" right before token at. */
static void read_owner(const struct fm_doc *doc, size_t first, size_t at,
                       struct fm_post *post)
{
    const struct fm_name *owner;
    size_t end = at;

    if (end > first + 1 && (doc->flags[end - 1] & FM_TOKEN_MWT_REST) &&
        doc->form[end - 1].len > 1)
        end--;
    if (end == first)
        return;
    owner = name_at(doc, end - 1);
    if (owner == NULL || owner->last != end || owner->first < first ||
        (owner->type == FM_NE_PERSON && end == at))
        return;
    post->org_first = owner->first;
    post->org_last = owner->last;
    /* "former U.S. Secretary of State": the post holds its owner, too. */
    if (owner->first > first && is_qualifier(doc, owner->first - 1))
        post->first = owner->first - 1;
}

static void post_init(struct fm_post *post)
{
    memset(post, 0, sizeof *post);
    post->preposition = SIZE_MAX;
    post->copula = SIZE_MAX;
}

/* Where "journal “Problems of Strategy”" that ends before token end begins; end
 * = there is no such thing. */
static size_t quoted_start(const struct fm_doc *doc, size_t first, size_t end)
{
    size_t at = end - 1;

    if ((doc->flags[at] & FM_TOKEN_QUOTE_CLOSE) == 0)
        return end;
    while (at > first && end - at < ORGANIZATION_MAX &&
           (doc->flags[at] & FM_TOKEN_QUOTE_OPEN) == 0)
        at--;
    if ((doc->flags[at] & FM_TOKEN_QUOTE_OPEN) == 0)
        return end;
    while (at > first && is_letters(doc, at - 1) && !is_article(doc, at - 1) &&
           !is_preposition(doc, at - 1) && end - at < ORGANIZATION_MAX)
        at--;
    return at;
}

/* A small word that may say what is named next: no article, preposition or
 * post. */
static bool is_small(const struct fm_doc *doc, size_t i)
{
    return fm_is_lower(doc->form[i].data[0]) && !is_article(doc, i) &&
           !is_preposition(doc, i) && !is_post(doc, i) &&
           !is_qualifier(doc, i) && name_at(doc, i) == NULL &&
           (doc->flags[i] & FM_TOKEN_MWT_REST) == 0;
}

/* "… of the CSTO" that ends before token end: sets the organisation and returns
 * where the preposition is; end = there is none. */
static size_t read_of(const struct fm_doc *doc, size_t first, size_t end,
                      struct fm_post *post)
{
    const struct fm_name *name = end > first ? name_at(doc, end - 1) : NULL;
    size_t at = end > first ? quoted_start(doc, first, end) : end;

    if (at == end) {
        if (name == NULL || name->last != end || name->type == FM_NE_PERSON)
            return end;
        at = name->first;
    }
    /* "the opposition party Fatherland" */
    for (size_t n = 0; n < KIND_MAX && at > first && is_small(doc, at - 1); n++)
        at--;
    post->org_first = at;
    post->org_last = end;
    while (at > first && (is_article(doc, at - 1) ||
                          (doc->flags[at - 1] & FM_TOKEN_QUOTE_OPEN)))
        at--;
    if (at == first || !is_preposition(doc, at - 1))
        return end;
    post->preposition = at - 1;
    return at - 1;
}

/* "the head of the agency" without any name, before token end. */
static bool read_plain(const struct fm_doc *doc, size_t first, size_t end,
                       struct fm_post *ret_post)
{
    struct fm_post post;

    for (size_t i = end; i > first + 1 && end - i < TAIL_MAX; i--) {
        size_t at;

        if (!is_letters(doc, i - 1) && !is_hyphenated(doc, i - 1))
            return false;
        if (!is_preposition(doc, i - 1) || i == end)
            continue;
        post_init(&post);
        at = head_start(doc, first, i - 1, &post);
        if (at == i - 1 || at == first || !is_article(doc, at - 1))
            continue;
        post.first = at;
        post.last = end;
        post.article = true;
        *ret_post = post;
        return true;
    }
    return false;
}

/* "the city's former mayor": the nouns before the mark at token mark. */
static void read_plain_owner(const struct fm_doc *doc, size_t first,
                             size_t mark, struct fm_post *post)
{
    size_t at = mark;

    while (at > first &&
           (doc->upos[at - 1] == FM_NOUN || doc->upos[at - 1] == FM_ADJ))
        at--;
    if (at == mark)
        return;
    post->article = at > first && is_article(doc, at - 1);
    if (post->org_first < post->org_last)
        return;
    post->org_first = at;
    post->org_last = mark;
}

bool fm_post_ending_at(const struct fm_doc *doc, size_t first, size_t end,
                       bool comma, struct fm_post *ret_post)
{
    struct fm_post post;
    size_t at;

    post_init(&post);
    at = head_start(doc, first, end, &post);
    if (at < end) {
        post.first = at;
        post.last = end;
        read_owner(doc, first, at, &post);
    } else {
        size_t of = read_of(doc, first, end, &post);
        size_t outer;
        struct fm_post chain;

        if (of == end)
            return comma && read_plain(doc, first, end, ret_post);
        /* "Representative of Russia to the CSTO X": the post is behind both. */
        post_init(&chain);
        outer = read_of(doc, first, of, &chain);
        if (outer < of && head_start(doc, first, of, &post) == of) {
            post.org_first = chain.org_first;
            post.preposition = chain.preposition;
            of = outer;
        }
        at = head_start(doc, first, of, &post);
        if (at == of)
            return false;
        post.first = at;
        post.last = of;
    }
    at = post.org_first < post.org_last && post.org_first < post.first
             ? post.org_first
             : post.first;
    post.article = at > first && is_article(doc, at - 1);
    if (at > first + 1 && is_owner_mark(doc, at - 1))
        read_plain_owner(doc, first, at - 1, &post);
    *ret_post = post;
    return true;
}

/* --- behind a name --------------------------------------------------------------------------- */

/* Marks and words at which a noun phrase is over. */
static bool is_end(const struct fm_doc *doc, size_t i)
{
    static const char *const words[] = {
        "after",     "and",   "are",      "as",      "because", "before",
        "but",       "by",    "could",    "despite", "did",     "during",
        "following", "had",   "has",      "have",    "is",      "last",
        "next",      "on",    "said",     "says",    "since",   "that",
        "this",      "told",  "under",    "until",   "was",     "were",
        "when",      "where", "which",    "while",   "who",     "whose",
        "will",      "would", "yesterday"};

    return (!is_letters(doc, i) && !is_hyphenated(doc, i)) ||
           is_one_of(doc, i, words, sizeof words / sizeof *words);
}

/* The head of the post that begins at first: only words before it, no
 * preposition; last = none. */
static size_t head_of(const struct fm_doc *doc, size_t first, size_t last)
{
    size_t head = last;

    for (size_t i = first; i < last && i - first < MODIFIERS_MAX + 1; i++) {
        const struct fm_name *name;

        /* "Norway's prime minister" */
        if (i > first && is_owner_mark(doc, i) && name_at(doc, i - 1) != NULL)
            continue;
        if (is_end(doc, i) || is_preposition(doc, i) ||
            (i > first && is_article(doc, i)))
            break;
        name = name_at(doc, i);
        if (name != NULL && name->type == FM_NE_PERSON)
            break;
        if (is_post(doc, i))
            head = i;
        else if (head < last && !is_hyphenated(doc, i) &&
                 !(class_of(doc, i) & FM_WORD_MODIFIER))
            break;
    }
    return head;
}

/* "Institute for Lake Studies" */
static bool is_for_name(const struct fm_doc *doc, size_t i, size_t last)
{
    return (is(doc, i, "for") || is(doc, i, "and")) && i + 1 < last &&
           (doc->flags[i + 1] & FM_TOKEN_CAPITAL) != 0 && !is(doc, i + 1, "I");
}

static bool is_quote(const struct fm_doc *doc, size_t i)
{
    return (doc->flags[i] & (FM_TOKEN_QUOTE_OPEN | FM_TOKEN_QUOTE_CLOSE)) != 0;
}

/* Where the name at token i ends, with what it owns: "BankAmerica's Seafirst Corp". */
static size_t owned_end(const struct fm_doc *doc, const struct fm_name *name,
                        size_t last)
{
    size_t end = name->last;

    if (end + 1 < last && is_owner_mark(doc, end) &&
        (name_at(doc, end + 1) != NULL ||
         (doc->flags[end + 1] & FM_TOKEN_CAPITAL)))
        end++;
    return end;
}

/* "the Fatherland party", "Sund United": more of the name that ends before i. */
static bool is_more_of_name(const struct fm_doc *doc, size_t i)
{
    return (class_of(doc, i) & FM_WORD_ORG_HEAD) ||
           (doc->upos[i] == FM_PROPN && name_at(doc, i) == NULL &&
            (doc->flags[i] & FM_TOKEN_CAPITAL));
}

/* May token i stand between two names of one organisation, or before its name? */
static bool is_inside(const struct fm_doc *doc, size_t i, size_t last,
                      bool named)
{
    if (is_quote(doc, i))
        return true;
    if (named)
        return is(doc, i, "of") || is_for_name(doc, i, last) ||
               is_article(doc, i);
    return !is_end(doc, i);
}

size_t fm_post_body_end(const struct fm_doc *doc, size_t first, size_t last)
{
    size_t end = first;
    size_t i = first;

    /* "one of Italy's largest banks" */
    if (first < last && is(doc, first, "one"))
        return first;
    while (i < last && i - first < ORGANIZATION_MAX) {
        const struct fm_name *name = name_at(doc, i);

        if (name != NULL && name->type != FM_NE_PERSON)
            i = end = owned_end(doc, name, last);
        else if (end == i && end > first && is_more_of_name(doc, i))
            end = ++i;
        else if (is_inside(doc, i, last, end > first))
            i++;
        else
            break;
    }
    if (end > first && end < last && (doc->flags[end] & FM_TOKEN_QUOTE_CLOSE))
        end++;
    return end;
}

static size_t tail_end(const struct fm_doc *doc, size_t first, size_t last)
{
    size_t i = first;

    while (i < last && i - first < TAIL_MAX &&
           (!is_end(doc, i) || (i > first && is_owner_mark(doc, i))))
        i++;
    return i;
}

/* Owners inside the phrase: "Acme's chief executive", "the Acme chief". */
static void read_inner_owner(const struct fm_doc *doc, size_t head,
                             struct fm_post *post)
{
    const struct fm_name *name = name_at(doc, post->first);
    size_t behind;

    if (name == NULL || name->first != post->first || name->last > head)
        return;
    behind = name->last;
    if (behind < head && ((doc->flags[behind] & FM_TOKEN_MWT_REST) ||
                          is_owner_mark(doc, behind)))
        behind++;
    post->org_first = name->first;
    post->org_last = name->last;
    post->first = behind;
}

size_t fm_post_starting_at(const struct fm_doc *doc, size_t first, size_t last,
                           struct fm_post *ret_post)
{
    struct fm_post post;
    size_t at = first;
    size_t head;
    size_t end;

    post_init(&post);
    if (at < last && is_article(doc, at)) {
        post.article = true;
        at++;
    }
    head = head_of(doc, at, last);
    if (head == last)
        return first;
    post.first = at;
    post.last = head + 1;
    post.weak = is_weak(doc, head) && !post.article;
    if (post.last + 1 < last)
        post.last += trailing(doc, post.last);
    read_inner_owner(doc, head, &post);
    end = post.last;
    /* "prime minister from 2014" */
    if (end + 1 < last && is_preposition(doc, end) &&
        (doc->flags[end + 1] & FM_TOKEN_DIGITS)) {
        *ret_post = post;
        return end;
    }
    if (end < last && is_preposition(doc, end)) {
        size_t from = end + 1;
        size_t org;

        while (from < last && (is_article(doc, from) ||
                               (doc->flags[from] & FM_TOKEN_QUOTE_OPEN)))
            from++;
        org = fm_post_body_end(doc, from, last);
        if (org > from && post.org_first == post.org_last) {
            post.org_first = from;
            post.org_last = org;
            post.preposition = end;
            end = org;
        } else {
            end = tail_end(doc, end, last);
            post.last = end;
        }
    }
    /* A phrase ends at a mark or a verb; else it was cut in the middle. */
    if (end < last && !is_end(doc, end) && !is_preposition(doc, end) &&
        !is_article(doc, end))
        return first;
    *ret_post = post;
    return end;
}
