#include "extract/abbreviation.h"

#include "base/utf8.h"
#include "nlp/gazetteer.h"
#include "nlp/words.h"

/* Schwartz and Hearst: at most min(|A| + 5, 2 |A|) words. */
#define FORM_MIN 2u
#define FORM_MAX 10u
/* Tokens inside the brackets that are looked at. */
#define BRACKET_TOKENS 16u
/* Capitalised words in one phrase; longer ones are headlines. */
#define PHRASE_WORDS 12u
/* Different short forms of one article that are matched by initials: keeps the
 * search linear in the text. */
#define LETTERS_MAX 128u
/* Meanings kept for one short form. */
#define RIVALS_MAX 4u
/* Short forms of one article: each name is held against them. */
#define ABBREVIATIONS_MAX 500u
/* Letters of a short form read as initials. */
#define INITIALS_MAX 8u

#define DEFINED_CONFIDENCE  0.93f
#define EXTENDED_CONFIDENCE 0.45f
#define INITIALS_CONFIDENCE 0.8f
#define SKIPPED_PENALTY     0.2f
#define RIVAL_PENALTY       0.35f

/* --- facts ------------------------------------------------------------------- */

struct definition {
    uint32_t form_start, form_end;
    uint32_t meaning_start, meaning_end;
    size_t sentence; /* that shows it */
    const char *rule;
    float confidence;
};

static bool is_known(const struct fm_context *ctx, struct fm_str form,
                     struct fm_str meaning)
{
    for (size_t i = 0; i < ctx->abbreviation_count; i++)
        if (fm_str_eq(ctx->abbreviations[i].form, form) &&
            fm_str_ieq(ctx->abbreviations[i].meaning, meaning))
            return true;
    return false;
}

static void add_fact(struct fm_context *ctx, const struct definition *d)
{
    Factmill__V1__Fact *fact =
        fm_context_fact(ctx, FACTMILL__V1__FACT__KIND__ABBREVIATION, d->rule,
                        d->sentence, d->confidence);

    if (fact == NULL)
        return;
    fact->subject = fm_context_argument(
        ctx, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT, d->form_start, d->form_end);
    fact->predicate = fm_context_predicate(ctx, fm_str("stand for"), 0, 0);
    fm_context_add_argument(
        ctx, fact,
        fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__OBJECT,
                            d->meaning_start, d->meaning_end));
}

static void add_definition(struct fm_context *ctx, const struct definition *d,
                           bool defined)
{
    struct fm_str form = fm_context_text(ctx, d->form_start, d->form_end);
    struct fm_str meaning =
        fm_context_text(ctx, d->meaning_start, d->meaning_end);
    struct fm_abbreviation *a;

    if (ctx->abbreviation_count >= ABBREVIATIONS_MAX ||
        is_known(ctx, form, meaning))
        return;
    a = FM_CONTEXT_ADD(ctx, abbreviation, abbreviations);
    if (a == NULL)
        return;
    a->form = form;
    a->meaning = meaning;
    a->form_start = d->form_start;
    a->meaning_start = d->meaning_start;
    a->defined = defined;
    add_fact(ctx, d);
}

/* --- in brackets -------------------------------------------------------------- */

static bool is_alnum(char c)
{
    return fm_is_alpha(c) || fm_is_digit(c);
}

size_t fm_abbreviation_match(struct fm_str form, struct fm_str text)
{
    size_t at = text.len;

    for (size_t i = form.len; i-- > 0;) {
        char c = fm_lower(form.data[i]);

        if (!is_alnum(c))
            continue;
        for (;;) {
            if (at == 0)
                return SIZE_MAX;
            at--;
            /* The first letter begins a word. */
            if (fm_lower(text.data[at]) == c &&
                (i > 0 || at == 0 || !is_alnum(text.data[at - 1])))
                break;
        }
    }
    return at;
}

/* Two capitals, two to ten characters, no sentence. */
static bool is_short_form(struct fm_str s)
{
    size_t capitals = 0;
    size_t spaces = 0;

    if (s.len < FORM_MIN || s.len > FORM_MAX || !is_alnum(s.data[0]))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        capitals += fm_is_upper(s.data[i]);
        spaces += s.data[i] == ' ';
        if (!is_alnum(s.data[i]) && s.data[i] != '-' && s.data[i] != '&' &&
            s.data[i] != '.' && s.data[i] != '/' && s.data[i] != ' ')
            return false;
    }
    return capitals >= 2 && spaces <= 1;
}

static bool is_word(const struct fm_doc *doc, size_t i)
{
    size_t at = 0;
    uint32_t c = fm_utf8_next(doc->form[i], &at);

    return fm_uni_is_alpha(c) || (c >= '0' && c <= '9');
}

/* The first of the words before token `behind` that a long form of this short
 * form may reach back to. */
static size_t reach(const struct fm_doc *doc, size_t first, size_t behind,
                    size_t letters)
{
    size_t most = letters + 5 < letters * 2 ? letters + 5 : letters * 2;
    size_t words = 0;
    size_t at = behind;

    while (at > first && words < most) {
        char c = doc->text.data[doc->start[at - 1]];

        if (c == ';' || c == ':' || c == '(' || c == ')' ||
            (doc->flags[at - 1] & (FM_TOKEN_QUOTE_OPEN | FM_TOKEN_QUOTE_CLOSE)))
            break;
        at--;
        words += is_word(doc, at);
    }
    return at;
}

/* A long form is more than its short form written out again. */
static bool is_long_form(struct fm_str form, struct fm_str meaning)
{
    size_t words = 1;

    for (size_t i = 1; i < meaning.len; i++)
        words += fm_is_space(meaning.data[i]) || meaning.data[i] == '-';
    return meaning.len > form.len &&
           (words > 1 || meaning.len >= 2 * form.len) &&
           fm_str_find(meaning, form, 0) == SIZE_MAX;
}

/* "Rapid Reaction Force" of "Collective Rapid Reaction Force (RRF)": the
 * capitalised words before it may belong to the name. */
static void add_extended(struct fm_context *ctx, const struct definition *d,
                         size_t first)
{
    const struct fm_doc *doc = ctx->doc;
    struct definition wider = *d;
    size_t at = fm_doc_token_at(doc, d->meaning_start);

    if (at <= first + 1 || (doc->flags[at] & FM_TOKEN_CAPITAL) == 0)
        return;
    while (at > first + 1 && (doc->flags[at - 1] & FM_TOKEN_CAPITAL) != 0 &&
           doc->end[at - 1] - doc->start[at - 1] > 3 &&
           (doc->flags[at - 1] & FM_TOKEN_ALL_CAPS) == 0)
        at--;
    if (doc->start[at] >= d->meaning_start)
        return;
    /* "Russian Federal Security Service (FSB)": whose it is is no part. */
    if (fm_gazetteer_find(doc->form[at]) &
        (FM_GAZETTEER_NATIONALITY | FM_GAZETTEER_PLACE))
        return;
    wider.meaning_start = doc->start[at];
    wider.rule = "abbreviation.extended";
    wider.confidence = EXTENDED_CONFIDENCE;
    add_definition(ctx, &wider, true);
}

/* "Long Form (LF)": open is the bracket, form its content. */
static bool long_before(struct fm_context *ctx, size_t sentence, size_t open,
                        uint32_t form_start, uint32_t form_end)
{
    const struct fm_doc *doc = ctx->doc;
    size_t first = doc->sentences[sentence].first;
    struct fm_str form = fm_context_text(ctx, form_start, form_end);
    struct definition d = {.form_start = form_start,
                           .form_end = form_end,
                           .sentence = sentence,
                           .rule = "abbreviation.bracket",
                           .confidence = DEFINED_CONFIDENCE};
    uint32_t from;
    size_t at;

    if (open == first || !is_short_form(form))
        return false;
    from = doc->start[reach(doc, first, open, form.len)];
    d.meaning_end = doc->end[open - 1];
    if (from >= d.meaning_end)
        return false;
    at = fm_abbreviation_match(form, fm_context_text(ctx, from, d.meaning_end));
    if (at == SIZE_MAX)
        return false;
    d.meaning_start = from + (uint32_t)at;
    if (!is_long_form(form,
                      fm_context_text(ctx, d.meaning_start, d.meaning_end)))
        return false;
    add_definition(ctx, &d, true);
    add_extended(ctx, &d, first);
    return true;
}

/* "LF (Long Form)": the content must begin with the long form. */
static void long_inside(struct fm_context *ctx, size_t sentence, size_t open,
                        uint32_t start, uint32_t end)
{
    const struct fm_doc *doc = ctx->doc;
    struct fm_str form;
    struct definition d = {.meaning_start = start,
                           .meaning_end = end,
                           .sentence = sentence,
                           .rule = "abbreviation.reverse",
                           .confidence = DEFINED_CONFIDENCE};

    if (open == doc->sentences[sentence].first)
        return;
    form = fm_doc_token(doc, open - 1);
    d.form_start = doc->start[open - 1];
    d.form_end = doc->end[open - 1];
    if (is_short_form(form) &&
        fm_lower(form.data[0]) == fm_lower(ctx->doc->text.data[start]) &&
        fm_abbreviation_match(form, fm_context_text(ctx, start, end)) !=
            SIZE_MAX &&
        is_long_form(form, fm_context_text(ctx, start, end)))
        add_definition(ctx, &d, true);
}

/* The content of brackets up to the first comma or semicolon, without marks of
 * quotation: "(the “CSTO”, in Russian ODKB)" → "CSTO". */
static void read_bracket(struct fm_context *ctx, size_t sentence, size_t open)
{
    const struct fm_doc *doc = ctx->doc;
    size_t last = doc->sentences[sentence].last;
    size_t from = open + 1;
    size_t to;

    while (from < last && ((doc->flags[from] & FM_TOKEN_QUOTE_OPEN) ||
                           fm_str_ieq(doc->form[from], fm_str("the")) ||
                           fm_str_ieq(doc->form[from], fm_str("or"))))
        from++;
    for (to = from; to < last && to - from < BRACKET_TOKENS; to++)
        if (fm_str_eqz(doc->form[to], ")") || fm_str_eqz(doc->form[to], ",") ||
            fm_str_eqz(doc->form[to], ";") ||
            (doc->flags[to] & FM_TOKEN_QUOTE_CLOSE))
            break;
    if (to == from || to == last)
        return;
    if (!long_before(ctx, sentence, open, doc->start[from], doc->end[to - 1]))
        long_inside(ctx, sentence, open, doc->start[from], doc->end[to - 1]);
}

static void read_brackets(struct fm_context *ctx)
{
    const struct fm_doc *doc = ctx->doc;

    for (size_t s = 0; s < doc->sentence_count; s++) {
        if (doc->sentences[s].kind != FM_BLOCK_PROSE)
            continue;
        for (size_t i = doc->sentences[s].first; i < doc->sentences[s].last;
             i++)
            if (fm_str_eqz(doc->form[i], "("))
                read_bracket(ctx, s, i);
    }
}

/* --- by initials ---------------------------------------------------------------- */

static bool is_joiner(struct fm_str word)
{
    static const char *const joiners[] = {"and", "for", "in", "of",
                                          "on",  "the", "to"};

    return fm_str_eqz(word, "&") ||
           fm_str_bsearch(word, joiners, sizeof joiners / sizeof *joiners) >= 0;
}

/* The next word of a phrase, cut at white space and hyphens. */
static bool next_word(struct fm_str *rest, struct fm_str *ret_word)
{
    size_t from = 0;
    size_t to;

    while (from < rest->len &&
           (fm_is_space(rest->data[from]) || rest->data[from] == '-'))
        from++;
    for (to = from; to < rest->len && !fm_is_space(rest->data[to]) &&
                    rest->data[to] != '-';)
        to++;
    *ret_word = fm_str_sub(*rest, from, to);
    *rest = fm_str_sub(*rest, to, rest->len);
    return ret_word->len > 0;
}

int fm_abbreviation_initials(struct fm_str letters, struct fm_str phrase)
{
    struct fm_str rest = phrase;
    struct fm_str word;
    size_t matched = 0;
    int skipped = 0;
    int joined = 0;

    while (next_word(&rest, &word)) {
        bool fits = matched < letters.len &&
                    fm_lower(word.data[0]) == fm_lower(letters.data[matched]);

        /* A joining word counts when nothing else could: DOJ, but CIS. */
        if (is_joiner(word)) {
            struct fm_str ahead = rest;
            struct fm_str after;

            if (fits && next_word(&ahead, &after) &&
                fm_lower(after.data[0]) != fm_lower(letters.data[matched])) {
                matched++;
                joined++;
            }
            continue;
        }
        if (fits)
            matched++;
        else if (matched == 0)
            return -1;
        else
            skipped++;
    }
    if (matched != letters.len)
        return -1;
    return letters.len > 2 ? skipped : skipped + joined;
}

struct letters {
    char text[INITIALS_MAX]; /* without stops */
    size_t len;
    uint32_t start, end; /* the first time it is used */
    size_t sentence;
    size_t rivals;

    struct rival {
        uint32_t start, end;
        size_t sentence;
        int skipped;
        unsigned times;
    } rival[RIVALS_MAX];
};

/* Two to eight capitals, stops between them left out; no roman numerals. */
static bool read_letters(struct fm_str word, struct letters *ret)
{
    bool roman = true;

    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] == '.')
            continue;
        if (!fm_is_upper(word.data[i]) || ret->len == INITIALS_MAX)
            return false;
        roman = roman && strchr("IVXLC", word.data[i]) != NULL;
        ret->text[ret->len++] = word.data[i];
    }
    return ret->len >= 2 && !roman;
}

static bool is_defined(const struct fm_context *ctx, struct fm_str word)
{
    for (size_t i = 0; i < ctx->abbreviation_count; i++)
        if (fm_str_eq(ctx->abbreviations[i].form, word))
            return true;
    return false;
}

static size_t collect_letters(struct fm_context *ctx, struct letters *list)
{
    const struct fm_doc *doc = ctx->doc;
    size_t n = 0;

    for (size_t s = 0; s < doc->sentence_count; s++) {
        if (doc->sentences[s].kind != FM_BLOCK_PROSE)
            continue;
        for (size_t i = doc->sentences[s].first; i < doc->sentences[s].last;
             i++) {
            struct letters found;
            size_t k;

            if ((doc->flags[i] & FM_TOKEN_ALL_CAPS) == 0 ||
                !read_letters(doc->form[i], &found) ||
                is_defined(ctx, doc->form[i]))
                continue;
            for (k = 0; k < n; k++)
                if (list[k].len == found.len &&
                    memcmp(list[k].text, found.text, found.len) == 0)
                    break;
            if (k < n || n == LETTERS_MAX)
                continue;
            found.start = doc->start[i];
            found.end = doc->end[i];
            found.sentence = s;
            list[n++] = found;
        }
    }
    return n;
}

static void add_rival(struct fm_context *ctx, struct letters *l,
                      const struct rival *rival)
{
    struct fm_str text = fm_context_text(ctx, rival->start, rival->end);

    for (size_t i = 0; i < l->rivals; i++)
        if (fm_str_ieq(fm_context_text(ctx, l->rival[i].start, l->rival[i].end),
                       text)) {
            l->rival[i].times++;
            return;
        }
    if (l->rivals < RIVALS_MAX)
        l->rival[l->rivals++] = *rival;
}

/* All stretches of the capitalised run [first, last) that begin and end with a
 * capital against one short form. */
static void match_run(struct fm_context *ctx, struct letters *l, size_t s,
                      size_t first, size_t last)
{
    const struct fm_doc *doc = ctx->doc;

    for (size_t i = first; i + 1 < last; i++) {
        if (fm_lower(doc->text.data[doc->start[i]]) != fm_lower(l->text[0]) ||
            (doc->flags[i] & FM_TOKEN_CAPITAL) == 0)
            continue;
        for (size_t j = i + 2; j <= last; j++) {
            struct rival rival = {.start = doc->start[i],
                                  .end = doc->end[j - 1],
                                  .sentence = s,
                                  .times = 1};

            if ((doc->flags[j - 1] & FM_TOKEN_CAPITAL) == 0)
                continue;
            rival.skipped = fm_abbreviation_initials(
                fm_str_n(l->text, l->len),
                fm_context_text(ctx, rival.start, rival.end));
            if (rival.skipped < 0 || rival.skipped + (l->len == 2) > 1)
                continue;
            add_rival(ctx, l, &rival);
            break;
        }
    }
}

static bool in_phrase(const struct fm_doc *doc, size_t i, bool first)
{
    if (doc->flags[i] & FM_TOKEN_CAPITAL)
        return (doc->flags[i] & FM_TOKEN_ALL_CAPS) == 0 &&
               (fm_words_find(doc->form[i]) & FM_WORD_CALENDAR) == 0;
    return !first && (is_joiner(doc->form[i]) || fm_str_eqz(doc->form[i], "-"));
}

static void match_sentence(struct fm_context *ctx, struct letters *list,
                           size_t n, size_t s)
{
    const struct fm_doc *doc = ctx->doc;
    size_t last = doc->sentences[s].last;

    for (size_t i = doc->sentences[s].first; i < last;) {
        size_t end = i;

        while (end < last && end - i < PHRASE_WORDS &&
               in_phrase(doc, end, end == i))
            end++;
        for (size_t k = 0; k < n && end >= i + 2; k++)
            match_run(ctx, &list[k], s, i, end);
        i = end > i ? end : i + 1;
    }
}

/* Two letters match many phrases: only one that is listed or comes again. */
static bool is_likely(const struct fm_context *ctx, const struct letters *l,
                      const struct rival *r)
{
    return l->len > 2 || r->times > 1 ||
           fm_gazetteer_find(fm_context_text(ctx, r->start, r->end)) != 0;
}

static int better(const struct rival *a, const struct rival *b)
{
    if (a->skipped != b->skipped)
        return a->skipped < b->skipped;
    return a->times > b->times;
}

static void report(struct fm_context *ctx, struct letters *l)
{
    for (size_t i = 0; i + 1 < l->rivals; i++)
        for (size_t j = i + 1; j < l->rivals; j++)
            if (better(&l->rival[j], &l->rival[i])) {
                struct rival swap = l->rival[i];

                l->rival[i] = l->rival[j];
                l->rival[j] = swap;
            }
    for (size_t i = 0; i < l->rivals; i++) {
        const struct rival *r = &l->rival[i];
        struct definition d = {
            .form_start = l->start,
            .form_end = l->end,
            .meaning_start = r->start,
            .meaning_end = r->end,
            .sentence = r->sentence > l->sentence ? r->sentence : l->sentence,
            .rule = i == 0 ? "abbreviation.initials" : "abbreviation.rival",
            .confidence = INITIALS_CONFIDENCE};

        if (!is_likely(ctx, l, r))
            continue;
        d.confidence -= SKIPPED_PENALTY * (float)r->skipped;
        if (l->len == 2)
            d.confidence -= 0.1f;
        if (i > 0)
            d.confidence -= RIVAL_PENALTY;
        add_definition(ctx, &d, false);
    }
}

static void match_initials(struct fm_context *ctx)
{
    const struct fm_doc *doc = ctx->doc;
    struct letters *list =
        fm_arena_array(ctx->arena, LETTERS_MAX, sizeof *list);
    size_t n = list != NULL ? collect_letters(ctx, list) : 0;

    if (n == 0)
        return;
    for (size_t s = 0; s < doc->sentence_count; s++)
        if (doc->sentences[s].kind == FM_BLOCK_PROSE)
            match_sentence(ctx, list, n, s);
    for (size_t k = 0; k < n; k++)
        report(ctx, &list[k]);
}

void fm_extract_abbreviations(struct fm_context *ctx)
{
    read_brackets(ctx);
    match_initials(ctx);
}
