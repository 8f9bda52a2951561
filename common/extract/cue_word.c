#include "extract/cue_word.h"

#include "base/utf8.h"

#include <stdlib.h>

/* Longest word of the list below. */
#define WORD_MAX 15u

#define W(word, kind)  \
 {                     \
  word, FM_WORD_##kind \
 }

struct listed {
    const char *word;
    enum fm_word kind;
};

/* Sorted bytewise, lower case. */
/* clang-format off */
static const struct listed list[] = {
    W("&", COORDINATOR), W("'", GENITIVE), W("'d", AUXILIARY),
    W("'ll", AUXILIARY), W("'m", AUXILIARY), W("'re", AUXILIARY),
    W("'s", GENITIVE), W("'ve", AUXILIARY), W("a", DETERMINER),
    W("about", PREPOSITION), W("above", PREPOSITION), W("across", PREPOSITION),
    W("activist", TITLE), W("actor", TITLE), W("actress", TITLE),
    W("adm", TITLE), W("adm.", TITLE), W("admiral", TITLE),
    W("adviser", TITLE), W("advisor", TITLE), W("after", SUBORDINATOR),
    W("afterward", ADVERB), W("afterwards", ADVERB), W("again", ADVERB),
    W("against", PREPOSITION), W("ago", ADVERB), W("ahead", ADVERB),
    W("aide", TITLE), W("all", DETERMINER), W("alongside", PREPOSITION),
    W("already", ADVERB), W("also", ADVERB), W("although", SUBORDINATOR),
    W("always", ADVERB), W("am", AUXILIARY), W("ambassador", TITLE),
    W("amid", PREPOSITION), W("among", PREPOSITION), W("an", DETERMINER),
    W("analyst", TITLE), W("anchor", TITLE), W("and", COORDINATOR),
    W("another", DETERMINER), W("any", DETERMINER), W("anybody", PRONOUN),
    W("anyone", PRONOUN), W("appeared", VERB), W("appears", VERB),
    W("apr.", TIME), W("april", TIME), W("archbishop", TITLE),
    W("are", AUXILIARY), W("around", PREPOSITION), W("as", SUBORDINATOR),
    W("assistant", TITLE), W("at", PREPOSITION), W("attended", VERB),
    W("attorney", TITLE), W("auditor", TITLE), W("aug.", TIME),
    W("august", TIME), W("author", TITLE), W("be", AUXILIARY),
    W("became", VERB), W("because", SUBORDINATOR), W("become", VERB),
    W("becomes", VERB), W("been", AUXILIARY), W("before", SUBORDINATOR),
    W("began", VERB), W("begin", VERB), W("begins", VERB),
    W("behind", PREPOSITION), W("being", AUXILIARY), W("below", PREPOSITION),
    W("beside", PREPOSITION), W("besides", PREPOSITION),
    W("between", PREPOSITION), W("beyond", PREPOSITION),
    W("billionaire", TITLE), W("bishop", TITLE), W("both", DETERMINER),
    W("bought", VERB), W("bring", VERB), W("brings", VERB), W("broke", VERB),
    W("brought", VERB), W("built", VERB), W("businessman", TITLE),
    W("businesswoman", TITLE), W("but", COORDINATOR), W("by", PREPOSITION),
    W("ca", AUXILIARY), W("came", VERB), W("can", AUXILIARY),
    W("candidate", TITLE), W("cannot", NOT), W("capt", TITLE),
    W("capt.", TITLE), W("captain", TITLE), W("carried", VERB),
    W("ceo", TITLE), W("chair", TITLE), W("chairman", TITLE),
    W("chairperson", TITLE), W("chairwoman", TITLE), W("chancellor", TITLE),
    W("chief", TITLE), W("co-founder", TITLE), W("coach", TITLE),
    W("col", TITLE), W("col.", TITLE), W("colonel", TITLE),
    W("columnist", TITLE), W("come", VERB), W("comes", VERB),
    W("commander", TITLE), W("commissioner", TITLE),
    W("concerning", PREPOSITION), W("congressman", TITLE),
    W("congresswoman", TITLE), W("consultant", TITLE),
    W("correspondent", TITLE), W("could", AUXILIARY), W("councillor", TITLE),
    W("councilman", TITLE), W("councilwoman", TITLE), W("counsel", TITLE),
    W("critic", TITLE), W("dame", TITLE), W("dean", TITLE), W("dec.", TIME),
    W("december", TIME), W("delegate", TITLE), W("deputy", TITLE),
    W("despite", PREPOSITION), W("detective", TITLE), W("did", AUXILIARY),
    W("diplomat", TITLE), W("director", TITLE), W("do", AUXILIARY),
    W("doctor", TITLE), W("does", AUXILIARY), W("donor", TITLE),
    W("down", PREPOSITION), W("dr", TITLE), W("dr.", TITLE), W("drew", VERB),
    W("during", PREPOSITION), W("each", DETERMINER), W("earlier", ADVERB),
    W("economist", TITLE), W("editor", TITLE), W("either", DETERMINER),
    W("envoy", TITLE), W("even", ADVERB), W("every", DETERMINER),
    W("everybody", PRONOUN), W("everyone", PRONOUN), W("except", PREPOSITION),
    W("executive", TITLE), W("expert", TITLE), W("faced", VERB),
    W("faces", VERB), W("fall", VERB), W("falls", VERB), W("farmer", TITLE),
    W("feb.", TIME), W("february", TIME), W("fell", VERB),
    W("few", DETERMINER), W("finally", ADVERB), W("followed", VERB),
    W("following", PREPOSITION), W("for", PREPOSITION), W("founder", TITLE),
    W("fri.", TIME), W("friday", TIME), W("from", PREPOSITION),
    W("further", ADVERB), W("furthermore", ADVERB), W("gave", VERB),
    W("gen", TITLE), W("gen.", TITLE), W("general", TITLE), W("get", VERB),
    W("gets", VERB), W("give", VERB), W("gives", VERB), W("goes", VERB),
    W("got", VERB), W("gov", TITLE), W("gov.", TITLE), W("governor", TITLE),
    W("grew", VERB), W("grow", VERB), W("grows", VERB), W("had", AUXILIARY),
    W("happened", VERB), W("has", AUXILIARY), W("have", AUXILIARY),
    W("having", AUXILIARY), W("he", PRONOUN), W("head", TITLE),
    W("held", VERB), W("helped", VERB), W("helps", VERB), W("her", POSSESSIVE),
    W("here", ADVERB), W("him", OBJECT), W("himselfself", OBJECT),
    W("his", POSSESSIVE), W("historian", TITLE), W("holds", VERB),
    W("host", TITLE), W("how", RELATIVE), W("however", ADVERB),
    W("i", PRONOUN), W("if", SUBORDINATOR), W("imam", TITLE),
    W("in", PREPOSITION), W("included", VERB), W("includes", VERB),
    W("including", PREPOSITION), W("inside", PREPOSITION),
    W("inspector", TITLE), W("instead", ADVERB), W("into", PREPOSITION),
    W("investigator", TITLE), W("is", AUXILIARY), W("it", OBJECT),
    W("its", POSSESSIVE), W("itself", OBJECT), W("jan.", TIME),
    W("january", TIME), W("joined", VERB), W("joins", VERB),
    W("journalist", TITLE), W("judge", TITLE), W("jul.", TIME),
    W("july", TIME), W("jun.", TIME), W("june", TIME), W("just", ADVERB),
    W("justice", TITLE), W("keep", VERB), W("keeps", VERB), W("kept", VERB),
    W("king", TITLE), W("lady", TITLE), W("later", ADVERB),
    W("lawmaker", TITLE), W("lawyer", TITLE), W("leader", TITLE),
    W("leads", VERB), W("leave", VERB), W("leaves", VERB), W("led", VERB),
    W("left", VERB), W("legislator", TITLE), W("lest", SUBORDINATOR),
    W("lieutenant", TITLE), W("like", PREPOSITION), W("lobbyist", TITLE),
    W("lord", TITLE), W("lose", VERB), W("loses", VERB), W("lost", VERB),
    W("lt", TITLE), W("lt.", TITLE), W("made", VERB), W("maj", TITLE),
    W("maj.", TITLE), W("major", TITLE), W("make", VERB), W("makes", VERB),
    W("manager", TITLE), W("many", DETERMINER), W("mar.", TIME),
    W("marshal", TITLE), W("may", AUXILIARY), W("maybe", ADVERB),
    W("mayor", TITLE), W("me", OBJECT), W("meanwhile", ADVERB),
    W("meets", VERB), W("met", VERB), W("might", AUXILIARY),
    W("minister", TITLE), W("miss", TITLE), W("mon.", TIME), W("monday", TIME),
    W("moreover", ADVERB), W("most", DETERMINER), W("mr", TITLE),
    W("mr.", TITLE), W("mrs", TITLE), W("mrs.", TITLE), W("ms", TITLE),
    W("ms.", TITLE), W("must", AUXILIARY), W("my", POSSESSIVE), W("n't", NOT),
    W("near", PREPOSITION), W("neither", DETERMINER), W("never", NOT),
    W("nevertheless", ADVERB), W("no", DETERMINER), W("nobody", PRONOUN),
    W("nominee", TITLE), W("none", PRONOUN), W("nonetheless", ADVERB),
    W("nor", COORDINATOR), W("not", NOT), W("nov.", TIME), W("november", TIME),
    W("now", ADVERB), W("n’t", NOT), W("oct.", TIME), W("october", TIME),
    W("of", PREPOSITION), W("off", PREPOSITION), W("officer", TITLE),
    W("official", TITLE), W("often", ADVERB), W("on", PREPOSITION),
    W("once", SUBORDINATOR), W("only", ADVERB), W("onto", PREPOSITION),
    W("operative", TITLE), W("opponent", TITLE), W("or", COORDINATOR),
    W("organizer", TITLE), W("other", DETERMINER), W("our", POSSESSIVE),
    W("out", PREPOSITION), W("outside", PREPOSITION), W("over", PREPOSITION),
    W("owner", TITLE), W("pastor", TITLE), W("per", PREPOSITION),
    W("perhaps", ADVERB), W("plenipotentiary", TITLE), W("plus", PREPOSITION),
    W("pollster", TITLE), W("pope", TITLE), W("premier", TITLE),
    W("president", TITLE), W("prince", TITLE), W("princess", TITLE),
    W("principal", TITLE), W("prof", TITLE), W("prof.", TITLE),
    W("professor", TITLE), W("prosecutor", TITLE), W("put", VERB),
    W("puts", VERB), W("queen", TITLE), W("quite", ADVERB), W("rabbi", TITLE),
    W("ran", VERB), W("rather", ADVERB), W("recently", ADVERB),
    W("regarding", PREPOSITION), W("remained", VERB), W("remains", VERB),
    W("rep", TITLE), W("rep.", TITLE), W("repeatedly", ADVERB),
    W("reporter", TITLE), W("representative", TITLE), W("researcher", TITLE),
    W("resident", TITLE), W("rev.", TITLE), W("reverend", TITLE),
    W("rise", VERB), W("rises", VERB), W("rival", TITLE), W("rose", VERB),
    W("sat.", TIME), W("saturday", TIME), W("scholar", TITLE),
    W("scientist", TITLE), W("secretary", TITLE), W("seemed", VERB),
    W("seems", VERB), W("sen", TITLE), W("sen.", TITLE), W("senator", TITLE),
    W("senators", TITLE), W("send", VERB), W("sends", VERB), W("sent", VERB),
    W("sep.", TIME), W("sept.", TIME), W("september", TIME),
    W("sergeant", TITLE), W("served", VERB), W("serves", VERB),
    W("several", DETERMINER), W("sgt", TITLE), W("sgt.", TITLE),
    W("shall", AUXILIARY), W("she", PRONOUN), W("sheriff", TITLE),
    W("should", AUXILIARY), W("since", PREPOSITION), W("singer", TITLE),
    W("sir", TITLE), W("so", SUBORDINATOR), W("some", DETERMINER),
    W("somebody", PRONOUN), W("someone", PRONOUN), W("sometimes", ADVERB),
    W("soon", ADVERB), W("speaker", TITLE), W("spent", VERB),
    W("spokesman", TITLE), W("spokesperson", TITLE), W("spokeswoman", TITLE),
    W("still", ADVERB), W("stood", VERB), W("strategist", TITLE),
    W("student", TITLE), W("such", DETERMINER), W("sun.", TIME),
    W("sunday", TIME), W("superintendent", TITLE), W("supporter", TITLE),
    W("take", VERB), W("takes", VERB), W("teacher", TITLE),
    W("than", SUBORDINATOR), W("that", SUBORDINATOR), W("the", DETERMINER),
    W("their", POSSESSIVE), W("them", OBJECT), W("themselves", OBJECT),
    W("then", ADVERB), W("there", ADVERB), W("therefore", ADVERB),
    W("these", DETERMINER), W("they", PRONOUN), W("this", DETERMINER),
    W("those", PRONOUN), W("though", SUBORDINATOR), W("through", PREPOSITION),
    W("throughout", PREPOSITION), W("thu.", TIME), W("thurs.", TIME),
    W("thursday", TIME), W("thus", ADVERB), W("to", TO), W("today", TIME),
    W("together", ADVERB), W("tomorrow", TIME), W("tonight", TIME),
    W("too", ADVERB), W("took", VERB), W("toward", PREPOSITION),
    W("towards", PREPOSITION), W("treasurer", TITLE), W("tried", VERB),
    W("tries", VERB), W("tue.", TIME), W("tues.", TIME), W("tuesday", TIME),
    W("turned", VERB), W("turns", VERB), W("twice", ADVERB),
    W("under", PREPOSITION), W("unless", SUBORDINATOR),
    W("unlike", PREPOSITION), W("until", SUBORDINATOR), W("up", PREPOSITION),
    W("upon", PREPOSITION), W("us", OBJECT), W("use", VERB), W("used", VERB),
    W("uses", VERB), W("versus", PREPOSITION), W("very", ADVERB),
    W("veteran", TITLE), W("via", PREPOSITION), W("vice-president", TITLE),
    W("visited", VERB), W("voter", TITLE), W("was", AUXILIARY),
    W("we", PRONOUN), W("wed.", TIME), W("wednesday", TIME), W("went", VERB),
    W("were", AUXILIARY), W("what", RELATIVE), W("whatever", RELATIVE),
    W("when", SUBORDINATOR), W("where", RELATIVE), W("whereas", SUBORDINATOR),
    W("whether", SUBORDINATOR), W("which", RELATIVE), W("while", SUBORDINATOR),
    W("whip", TITLE), W("who", RELATIVE), W("whoever", RELATIVE),
    W("whom", RELATIVE), W("whose", POSSESSIVE), W("why", RELATIVE),
    W("will", AUXILIARY), W("win", VERB), W("wins", VERB),
    W("with", PREPOSITION), W("within", PREPOSITION),
    W("without", PREPOSITION), W("wo", AUXILIARY), W("won", VERB),
    W("worked", VERB), W("works", VERB), W("would", AUXILIARY),
    W("writer", TITLE), W("yesterday", TIME), W("yet", COORDINATOR),
    W("you", PRONOUN), W("your", POSSESSIVE), W("’", GENITIVE),
    W("’d", AUXILIARY), W("’ll", AUXILIARY), W("’m", AUXILIARY),
    W("’re", AUXILIARY), W("’s", GENITIVE), W("’ve", AUXILIARY),
};
/* clang-format on */

#undef W

static int by_word(const void *key, const void *row)
{
    return strcmp(key, ((const struct listed *)row)->word);
}

enum fm_word fm_word_kind(struct fm_str word)
{
    char w[WORD_MAX + 1];
    const struct listed *found;

    if (word.len == 0 || word.len > WORD_MAX)
        return FM_WORD_OTHER;
    for (size_t i = 0; i < word.len; i++)
        w[i] = fm_lower(word.data[i]);
    w[word.len] = '\0';
    found = bsearch(w, list, sizeof list / sizeof *list, sizeof *list, by_word);
    return found != NULL ? found->kind : FM_WORD_OTHER;
}

/* Adjectives and nouns that look like adverbs. */
static const char *const no_adverbs[] = {
    "ally",    "anomaly",  "assembly", "belly",    "bully",  "daily",  "deadly",
    "early",   "elderly",  "family",   "friendly", "holy",   "lonely", "lovely",
    "monthly", "monopoly", "rally",    "reply",    "supply", "weekly", "yearly",
};

static enum fm_word punctuation(struct fm_str t)
{
    size_t at = 0;
    uint32_t c = fm_utf8_next(t, &at);

    switch (c) {
    case ',': return FM_WORD_COMMA;
    case '.':
    case '?':
    case '!':
    case 0x2026: return FM_WORD_STOP;
    case ':': return FM_WORD_COLON;
    case '(':
    case '[': return FM_WORD_BRACKET_OPEN;
    case ')':
    case ']': return FM_WORD_BRACKET_CLOSE;
    case '"':
    case '`':
    case 0xAB:
    case 0xBB:
    case 0x2039:
    case 0x203A: return FM_WORD_MARK;
    default: break;
    }
    if (c >= 0x2018 && c <= 0x201F)
        return FM_WORD_MARK;
    if (c == '-' || (c >= 0x2012 && c <= 0x2015))
        return FM_WORD_DASH;
    return FM_WORD_PUNCTUATION;
}

static enum fm_word lower_kind(struct fm_str t)
{
    enum fm_word kind = fm_word_kind(t);

    if (kind == FM_WORD_OTHER && t.len > 4 && fm_str_ends(t, fm_str("ly")) &&
        fm_str_bsearch(t, no_adverbs, sizeof no_adverbs / sizeof *no_adverbs) <
            0)
        return FM_WORD_ADVERB;
    return kind;
}

/* A capital says "name" but at the start of a sentence, where listed words and
 * adverbs stay what they are. */
static enum fm_word capital_kind(struct fm_str t, bool first)
{
    enum fm_word kind = fm_word_kind(t);

    if (kind == FM_WORD_TITLE || kind == FM_WORD_TIME ||
        kind == FM_WORD_DETERMINER || kind == FM_WORD_PRONOUN ||
        kind == FM_WORD_POSSESSIVE)
        return kind;
    if (first && kind != FM_WORD_OTHER)
        return kind;
    if (first && t.len > 5 && fm_str_ends(t, fm_str("ly")))
        return FM_WORD_ADVERB;
    return FM_WORD_NAME;
}

/* A hyphen within a word. */
static bool is_glued(const struct fm_doc *doc, size_t i)
{
    return (doc->flags[i] & FM_TOKEN_SPACE_BEFORE) == 0 &&
           i + 1 < doc->token_count &&
           (doc->flags[i + 1] & FM_TOKEN_SPACE_BEFORE) == 0;
}

static enum fm_word kind_of(const struct fm_doc *doc, size_t i, bool first)
{
    struct fm_str t = fm_doc_token(doc, i);
    size_t at = 0;
    uint32_t c;

    if (t.len == 0)
        return FM_WORD_PUNCTUATION;
    if (doc->flags[i] & (FM_TOKEN_QUOTE_OPEN | FM_TOKEN_QUOTE_CLOSE))
        return FM_WORD_MARK;
    c = fm_utf8_next(t, &at);
    if (c == '\'' || c == 0x2019)
        return fm_word_kind(t) != FM_WORD_OTHER ? fm_word_kind(t)
                                                : punctuation(t);
    if (c == '-' && t.len == 1 && is_glued(doc, i))
        return FM_WORD_OTHER;
    if (c != '&' && !fm_uni_is_alpha(c) && fm_uni_is_punct(c))
        return punctuation(t);
    if (doc->flags[i] & FM_TOKEN_DIGITS)
        return FM_WORD_NUMBER;
    if (fm_uni_is_upper(c))
        return capital_kind(t, first);
    return lower_kind(t);
}

/* Does a sentence, or a quote within it, begin with token i? */
static bool begins(const struct fm_words *words, const struct fm_sentence *s,
                   uint32_t i)
{
    return i == s->first || words->kind[i - 1] == FM_WORD_MARK ||
           words->kind[i - 1] == FM_WORD_DASH ||
           words->kind[i - 1] == FM_WORD_COLON;
}

/* Kind, cue and form of token i; first: a sentence or a quote begins with it. */
static void read_word(const struct fm_doc *doc, uint32_t i, bool first,
                      struct fm_words *w)
{
    uint8_t upos = doc->upos != NULL ? doc->upos[i] : FM_X;
    enum fm_cue_form form = FM_CUE_BASE;

    w->kind[i] = (uint8_t)kind_of(doc, i, first);
    /* "O'Reilly" */
    if (upos == FM_PROPN && w->kind[i] == FM_WORD_ADVERB)
        w->kind[i] = FM_WORD_NAME;
    /* "would like", "judge": listed as something else. */
    if (upos == FM_VERB &&
        (w->kind[i] == FM_WORD_PREPOSITION || w->kind[i] == FM_WORD_TITLE) &&
        fm_cue_verb(fm_doc_token(doc, i), &form) != NULL)
        w->kind[i] = FM_WORD_OTHER;
    if (w->kind[i] == FM_WORD_OTHER || (first && w->kind[i] == FM_WORD_NAME))
        w->verb[i] = fm_cue_verb(fm_doc_token(doc, i), &form);
    if (w->kind[i] == FM_WORD_NAME && form != FM_CUE_ING && form != FM_CUE_PAST)
        w->verb[i] = NULL;
    if (w->verb[i] != NULL)
        w->kind[i] = FM_WORD_OTHER;
    w->form[i] = (uint8_t)form;
}

bool fm_words_read(const struct fm_doc *doc, struct fm_arena *arena,
                   struct fm_words *ret_words)
{
    size_t n = doc->token_count;
    struct fm_words w = {
        .kind = fm_arena_alloc(arena, n + 1),
        .verb = fm_arena_array(arena, n + 1, sizeof(struct fm_cue_verb *)),
        .form = fm_arena_alloc(arena, n + 1),
        .count = n,
    };

    if (w.kind == NULL || w.verb == NULL || w.form == NULL)
        return false;
    for (size_t k = 0; k < doc->sentence_count; k++) {
        const struct fm_sentence *s = &doc->sentences[k];

        for (uint32_t i = s->first; i < s->last; i++)
            read_word(doc, i, begins(&w, s, i), &w);
    }
    *ret_words = w;
    return true;
}
