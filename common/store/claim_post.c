#include "store/claim_read_priv.h"

#define ROLE(name) FACTMILL__V1__ARGUMENT__ROLE__##name

/* Bytes before a post in which its kind is looked for. */
#define BEFORE 32u

/* Posts that one person holds at a time, by the last of their words; a minister
 * by what stands before it as well. */
static const char *const single_posts[] = {
    "archbishop", "ceo",    "chair",   "chairman",  "chairperson", "chairwoman",
    "chancellor", "emir",   "emperor", "executive", "general",     "governor",
    "king",       "leader", "mayor",   "minister",  "pope",        "premier",
    "president",  "queen",  "sultan",
};

/* "general" and "executive" are posts behind these only. */
static const char *const before_posts[] = {"attorney", "chief", "director",
                                           "secretary"};

static const char *const not_alone[] = {
    "acting",   "assistant", "associate", "co",      "deputy", "elect",
    "ex",       "former",    "honorary",  "interim", "junior", "late",
    "regional", "senior",    "state",     "vice",
};

static bool has(struct fm_str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fm_str_ieq(word, fm_str(list[i])))
            return true;
    return false;
}

#define HAS(word, list) has((word), (list), sizeof(list) / sizeof((list)[0]))

static const Factmill__V1__Argument *
argument_in(const Factmill__V1__Fact *fact, Factmill__V1__Argument__Role role)
{
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == role)
            return fact->arguments[i];
    return NULL;
}

/* "prime minister of Norway" and what it is of; an empty part when the post does
 * not say. */
static struct fm_str cut_post(struct fm_str post, struct fm_str *ret_of)
{
    size_t at = fm_str_find(post, fm_str(" of "), 0);

    *ret_of = at == SIZE_MAX ? fm_str("") : fm_str_sub(post, at + 4, post.len);
    return at == SIZE_MAX ? post : fm_str_sub(post, 0, at);
}

/* It is a post of something that has a name. */
static bool has_body(const Factmill__V1__Fact *fact, struct fm_str of)
{
    return argument_in(fact, ROLE(ORGANIZATION_OF)) != NULL ||
           (of.len > 0 && fm_is_upper(of.data[0]));
}

static bool is_single_post(struct fm_str post)
{
    struct fm_str last = {NULL, 0};
    struct fm_str before = {NULL, 0};
    struct fm_str word;
    size_t at = 0;

    while (fm_sketch_word(post, &at, &word)) {
        if (HAS(word, not_alone))
            return false;
        before = last;
        last = word;
    }
    if (fm_str_ieq(last, fm_str("general")) ||
        fm_str_ieq(last, fm_str("executive")))
        return HAS(before, before_posts);
    if (fm_str_ieq(last, fm_str("minister")))
        return before.len > 0;
    return HAS(last, single_posts);
}

/* One of those words stands before the post, a few words at most: "former West
 * German chancellor". */
static bool is_not_alone(const Factmill__V1__Fact *fact,
                         const Factmill__V1__Argument *post)
{
    struct fm_str text =
        fm_str(fact->evidence != NULL ? fact->evidence->text : "");
    struct fm_str word;
    size_t before;
    size_t at;

    if (post->span == NULL || fact->evidence == NULL ||
        fact->evidence->span == NULL ||
        post->span->start < fact->evidence->span->start)
        return false;
    before = post->span->start - fact->evidence->span->start;
    if (before > text.len)
        return false;
    at = before > BEFORE ? before - BEFORE : 0;
    text.len = before;
    while (fm_sketch_word(text, &at, &word))
        if (HAS(word, not_alone))
            return true;
    return false;
}

/* A word of both, longer than an initial, that is not of the post: "Barber" and
 * "Barber Conable". */
static bool share_a_name(struct fm_str a, struct fm_str b, struct fm_str post)
{
    struct fm_str word;
    struct fm_str other;
    size_t at = 0;

    while (fm_sketch_word(a, &at, &word)) {
        size_t in = 0;

        if (word.len < 2 || fm_str_find(post, word, 0) != SIZE_MAX)
            continue;
        while (fm_sketch_word(b, &in, &other))
            if (fm_str_ieq(word, other))
                return true;
    }
    return false;
}

bool fm_post_is_single(const Factmill__V1__Fact *fact)
{
    const Factmill__V1__Argument *post = argument_in(fact, ROLE(COMPLEMENT));
    struct fm_str of = {NULL, 0};

    /* Of something, or else anybody's president would do. */
    return post != NULL && is_single_post(cut_post(fm_str(post->text), &of)) &&
           has_body(fact, of) && !is_not_alone(fact, post);
}

bool fm_post_clashes(const Factmill__V1__Fact *a, const Factmill__V1__Fact *b)
{
    const Factmill__V1__Argument *post = argument_in(a, ROLE(COMPLEMENT));

    return a->polarity == b->polarity && fm_post_is_single(a) &&
           fm_post_is_single(b) &&
           !share_a_name(fm_str(a->subject->text), fm_str(b->subject->text),
                         fm_str(post->text));
}
