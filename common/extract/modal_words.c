#include "extract/modal_words.h"

#define M(name) FACTMILL__V1__FACT__MODALITY__##name

/* Longest word of the tables. */
#define WORD_MAX 16u

/* All tables are sorted. */

static const struct fm_modal auxiliaries[] = {
    {"'d", M(CONDITIONAL), false},
    {"'ll", M(FUTURE), false},
    {"ca", M(ABILITY), false},
    {"can", M(ABILITY), false},
    {"could", M(POSSIBLE), false},
    {"may", M(POSSIBLE), false},
    {"might", M(POSSIBLE), false},
    {"must", M(OBLIGATION), false},
    {"need", M(NECESSARY), false},
    {"ought", M(OBLIGATION), false},
    {"shall", M(FUTURE), false},
    {"should", M(OBLIGATION), false},
    {"will", M(FUTURE), false},
    {"wo", M(FUTURE), false},
    {"would", M(CONDITIONAL), false},
    {"\xe2\x80\x99"
     "d",
     M(CONDITIONAL), false},
    {"\xe2\x80\x99ll", M(FUTURE), false},
};

static const struct fm_modal adverbs[] = {
    {"allegedly", M(POSSIBLE), false},
    {"apparently", M(PROBABLE), false},
    {"conceivably", M(POSSIBLE), false},
    {"hypothetically", M(POSSIBLE), false},
    {"likely", M(PROBABLE), false},
    {"maybe", M(POSSIBLE), false},
    {"perhaps", M(POSSIBLE), false},
    {"possibly", M(POSSIBLE), false},
    {"potentially", M(POSSIBLE), false},
    {"presumably", M(PROBABLE), false},
    {"probably", M(PROBABLE), false},
    {"purportedly", M(POSSIBLE), false},
    {"reportedly", M(PROBABLE), false},
    {"supposedly", M(POSSIBLE), false},
    {"theoretically", M(POSSIBLE), false},
};

/* "fail to act", by lemma */
static const struct fm_modal verbs[] = {
    {"agree", M(INTENTION), false},      {"aim", M(INTENTION), false},
    {"appear", M(PROBABLE), false},      {"attempt", M(INTENTION), false},
    {"avoid", M(ASSERTED), true},        {"consider", M(POSSIBLE), false},
    {"contemplate", M(POSSIBLE), false}, {"decide", M(INTENTION), false},
    {"decline", M(ASSERTED), true},      {"expect", M(PROBABLE), false},
    {"fail", M(ASSERTED), true},         {"forget", M(ASSERTED), true},
    {"get", M(PERMISSION), false},       {"go", M(FUTURE), false},
    {"have", M(NECESSARY), false},       {"hesitate", M(ASSERTED), true},
    {"hope", M(INTENTION), false},       {"intend", M(INTENTION), false},
    {"mean", M(INTENTION), false},       {"need", M(NECESSARY), false},
    {"neglect", M(ASSERTED), true},      {"offer", M(INTENTION), false},
    {"plan", M(INTENTION), false},       {"pledge", M(INTENTION), false},
    {"prepare", M(INTENTION), false},    {"promise", M(INTENTION), false},
    {"propose", M(INTENTION), false},    {"refuse", M(ASSERTED), true},
    {"resolve", M(INTENTION), false},    {"seek", M(INTENTION), false},
    {"seem", M(PROBABLE), false},        {"struggle", M(INTENTION), false},
    {"swear", M(INTENTION), false},      {"threaten", M(INTENTION), false},
    {"try", M(INTENTION), false},        {"undertake", M(INTENTION), false},
    {"volunteer", M(INTENTION), false},  {"vow", M(INTENTION), false},
    {"want", M(INTENTION), false},       {"wish", M(INTENTION), false},
};

/* "ask somebody to act", "somebody was asked to act", by lemma */
static const struct fm_modal causatives[] = {
    {"accuse", M(POSSIBLE), false},      {"advise", M(OBLIGATION), false},
    {"allege", M(POSSIBLE), false},      {"allow", M(PERMISSION), false},
    {"appeal", M(OBLIGATION), false},    {"appoint", M(INTENTION), false},
    {"ask", M(OBLIGATION), false},       {"authorise", M(PERMISSION), false},
    {"authorize", M(PERMISSION), false}, {"ban", M(ASSERTED), true},
    {"bar", M(ASSERTED), true},          {"beg", M(OBLIGATION), false},
    {"believe", M(PROBABLE), false},     {"call", M(OBLIGATION), false},
    {"cause", M(ASSERTED), false},       {"challenge", M(ASSERTED), false},
    {"charge", M(POSSIBLE), false},      {"command", M(OBLIGATION), false},
    {"compel", M(ASSERTED), false},      {"convince", M(ASSERTED), false},
    {"deem", M(PROBABLE), false},        {"deploy", M(INTENTION), false},
    {"design", M(INTENTION), false},     {"direct", M(OBLIGATION), false},
    {"discourage", M(ASSERTED), true},   {"dispatch", M(INTENTION), false},
    {"dissuade", M(ASSERTED), true},     {"drive", M(ASSERTED), false},
    {"elect", M(INTENTION), false},      {"empower", M(PERMISSION), false},
    {"enable", M(ABILITY), false},       {"encourage", M(OBLIGATION), false},
    {"entitle", M(PERMISSION), false},   {"estimate", M(PROBABLE), false},
    {"expect", M(PROBABLE), false},      {"forbid", M(ASSERTED), true},
    {"force", M(ASSERTED), false},       {"forecast", M(PROBABLE), false},
    {"get", M(ASSERTED), false},         {"help", M(ASSERTED), false},
    {"hire", M(INTENTION), false},       {"induce", M(ASSERTED), false},
    {"inspire", M(ASSERTED), false},     {"instruct", M(OBLIGATION), false},
    {"intend", M(INTENTION), false},     {"invite", M(OBLIGATION), false},
    {"lead", M(ASSERTED), false},        {"license", M(PERMISSION), false},
    {"mandate", M(OBLIGATION), false},   {"motivate", M(ASSERTED), false},
    {"obligate", M(OBLIGATION), false},  {"oblige", M(OBLIGATION), false},
    {"order", M(OBLIGATION), false},     {"permit", M(PERMISSION), false},
    {"persuade", M(ASSERTED), false},    {"predict", M(PROBABLE), false},
    {"press", M(ASSERTED), false},       {"pressure", M(ASSERTED), false},
    {"prevent", M(ASSERTED), true},      {"prohibit", M(ASSERTED), true},
    {"project", M(PROBABLE), false},     {"prompt", M(ASSERTED), false},
    {"push", M(ASSERTED), false},        {"recruit", M(INTENTION), false},
    {"report", M(PROBABLE), false},      {"request", M(OBLIGATION), false},
    {"require", M(OBLIGATION), false},   {"rumour", M(POSSIBLE), false},
    {"say", M(PROBABLE), false},         {"schedule", M(FUTURE), false},
    {"send", M(INTENTION), false},       {"slate", M(FUTURE), false},
    {"spur", M(ASSERTED), false},        {"stop", M(ASSERTED), true},
    {"suppose", M(OBLIGATION), false},   {"suspect", M(POSSIBLE), false},
    {"teach", M(ASSERTED), false},       {"tell", M(OBLIGATION), false},
    {"tempt", M(ASSERTED), false},       {"think", M(PROBABLE), false},
    {"tip", M(PROBABLE), false},         {"train", M(ASSERTED), false},
    {"urge", M(OBLIGATION), false},      {"want", M(INTENTION), false},
    {"warn", M(OBLIGATION), false},
};

/* "hope that …", by lemma */
static const struct fm_modal opinions[] = {
    {"allege", M(POSSIBLE), false},        {"anticipate", M(PROBABLE), false},
    {"ask", M(QUESTION), false},           {"assume", M(PROBABLE), false},
    {"demand", M(OBLIGATION), false},      {"deny", M(ASSERTED), true},
    {"doubt", M(POSSIBLE), false},         {"expect", M(PROBABLE), false},
    {"fear", M(POSSIBLE), false},          {"forecast", M(PROBABLE), false},
    {"hope", M(POSSIBLE), false},          {"imagine", M(POSSIBLE), false},
    {"insist", M(ASSERTED), false},        {"predict", M(PROBABLE), false},
    {"pretend", M(COUNTERFACTUAL), false}, {"propose", M(OBLIGATION), false},
    {"recommend", M(OBLIGATION), false},   {"speculate", M(POSSIBLE), false},
    {"suggest", M(POSSIBLE), false},       {"suppose", M(POSSIBLE), false},
    {"suspect", M(POSSIBLE), false},       {"urge", M(OBLIGATION), false},
    {"wish", M(COUNTERFACTUAL), false},    {"wonder", M(QUESTION), false},
    {"worry", M(POSSIBLE), false},
};

static const struct fm_modal adjectives[] = {
    {"able", M(ABILITY), false},         {"advisable", M(OBLIGATION), false},
    {"afraid", M(POSSIBLE), false},      {"bound", M(FUTURE), false},
    {"capable", M(ABILITY), false},      {"certain", M(ASSERTED), false},
    {"clear", M(ASSERTED), false},       {"conceivable", M(POSSIBLE), false},
    {"correct", M(ASSERTED), false},     {"crucial", M(NECESSARY), false},
    {"desirable", M(OBLIGATION), false}, {"doubtful", M(POSSIBLE), false},
    {"due", M(FUTURE), false},           {"eager", M(INTENTION), false},
    {"essential", M(NECESSARY), false},  {"evident", M(ASSERTED), false},
    {"false", M(ASSERTED), true},        {"free", M(PERMISSION), false},
    {"hopeful", M(POSSIBLE), false},     {"imperative", M(NECESSARY), false},
    {"important", M(NECESSARY), false},  {"impossible", M(POSSIBLE), true},
    {"improbable", M(PROBABLE), true},   {"incapable", M(ABILITY), true},
    {"keen", M(INTENTION), false},       {"likely", M(PROBABLE), false},
    {"necessary", M(NECESSARY), false},  {"obvious", M(ASSERTED), false},
    {"plausible", M(POSSIBLE), false},   {"poised", M(FUTURE), false},
    {"possible", M(POSSIBLE), false},    {"prepared", M(INTENTION), false},
    {"probable", M(PROBABLE), false},    {"ready", M(INTENTION), false},
    {"reluctant", M(ASSERTED), true},    {"set", M(FUTURE), false},
    {"sure", M(ASSERTED), false},        {"true", M(ASSERTED), false},
    {"unable", M(ABILITY), true},        {"uncertain", M(POSSIBLE), false},
    {"unclear", M(POSSIBLE), false},     {"unlikely", M(PROBABLE), true},
    {"untrue", M(ASSERTED), true},       {"unwilling", M(ASSERTED), true},
    {"vital", M(NECESSARY), false},      {"willing", M(INTENTION), false},
    {"worth", M(ASSERTED), false},
};

static const struct fm_modal nouns[] = {
    {"ability", M(ABILITY), false},       {"accusation", M(POSSIBLE), false},
    {"agreement", M(INTENTION), false},   {"allegation", M(POSSIBLE), false},
    {"ambition", M(INTENTION), false},    {"assertion", M(POSSIBLE), false},
    {"assumption", M(POSSIBLE), false},   {"attempt", M(INTENTION), false},
    {"belief", M(PROBABLE), false},       {"bid", M(INTENTION), false},
    {"capability", M(ABILITY), false},    {"capacity", M(ABILITY), false},
    {"chance", M(POSSIBLE), false},       {"claim", M(POSSIBLE), false},
    {"danger", M(POSSIBLE), false},       {"decision", M(INTENTION), false},
    {"demand", M(OBLIGATION), false},     {"desire", M(INTENTION), false},
    {"doubt", M(POSSIBLE), false},        {"duty", M(OBLIGATION), false},
    {"effort", M(INTENTION), false},      {"expectation", M(PROBABLE), false},
    {"failure", M(ASSERTED), true},       {"fear", M(POSSIBLE), false},
    {"hope", M(POSSIBLE), false},         {"idea", M(POSSIBLE), false},
    {"impression", M(POSSIBLE), false},   {"intention", M(INTENTION), false},
    {"likelihood", M(PROBABLE), false},   {"move", M(INTENTION), false},
    {"need", M(NECESSARY), false},        {"notion", M(POSSIBLE), false},
    {"obligation", M(OBLIGATION), false}, {"offer", M(INTENTION), false},
    {"opportunity", M(POSSIBLE), false},  {"option", M(POSSIBLE), false},
    {"order", M(OBLIGATION), false},      {"perception", M(POSSIBLE), false},
    {"permission", M(PERMISSION), false}, {"plan", M(INTENTION), false},
    {"pledge", M(INTENTION), false},      {"possibility", M(POSSIBLE), false},
    {"power", M(PERMISSION), false},      {"probability", M(PROBABLE), false},
    {"promise", M(INTENTION), false},     {"proposal", M(INTENTION), false},
    {"prospect", M(POSSIBLE), false},     {"refusal", M(ASSERTED), true},
    {"right", M(PERMISSION), false},      {"risk", M(POSSIBLE), false},
    {"rumor", M(POSSIBLE), false},        {"rumour", M(POSSIBLE), false},
    {"speculation", M(POSSIBLE), false},  {"suggestion", M(POSSIBLE), false},
    {"suspicion", M(POSSIBLE), false},    {"theory", M(POSSIBLE), false},
    {"threat", M(POSSIBLE), false},       {"view", M(POSSIBLE), false},
    {"vow", M(INTENTION), false},         {"warning", M(POSSIBLE), false},
    {"willingness", M(INTENTION), false}, {"wish", M(INTENTION), false},
};

static const struct fm_modal conjunctions[] = {
    {"if", M(CONDITIONAL), false},       {"lest", M(POSSIBLE), false},
    {"provided", M(CONDITIONAL), false}, {"providing", M(CONDITIONAL), false},
    {"should", M(CONDITIONAL), false},   {"unless", M(CONDITIONAL), false},
    {"whether", M(QUESTION), false},     {"without", M(ASSERTED), true},
};

static const struct fm_modal *look_up(struct fm_str word,
                                      const struct fm_modal *table, size_t n)
{
    char lower[WORD_MAX];
    size_t low = 0;
    size_t high = n;

    if (word.len > sizeof lower)
        return NULL;
    for (size_t k = 0; k < word.len; k++)
        lower[k] = fm_lower(word.data[k]);
    word.data = lower;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = fm_str_cmp(fm_str(table[mid].word), word);

        if (order == 0)
            return &table[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

#define LOOK_UP(word, table) \
 look_up((word), (table), sizeof(table) / sizeof *(table))

static struct fm_str lemma_of(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->lemma != NULL ? tree->doc->lemma[i] : tree->doc->form[i];
}

const struct fm_modal *fm_modal_auxiliary(const struct fm_tree *tree,
                                          uint32_t i)
{
    return LOOK_UP(tree->doc->form[i], auxiliaries);
}

const struct fm_modal *fm_modal_adverb(const struct fm_tree *tree, uint32_t i)
{
    return LOOK_UP(tree->doc->form[i], adverbs);
}

const struct fm_modal *fm_modal_verb(const struct fm_tree *tree, uint32_t i)
{
    return LOOK_UP(lemma_of(tree, i), verbs);
}

const struct fm_modal *fm_modal_causative(const struct fm_tree *tree,
                                          uint32_t i)
{
    return LOOK_UP(lemma_of(tree, i), causatives);
}

const struct fm_modal *fm_modal_opinion(const struct fm_tree *tree, uint32_t i)
{
    return LOOK_UP(lemma_of(tree, i), opinions);
}

const struct fm_modal *fm_modal_adjective(const struct fm_tree *tree,
                                          uint32_t i)
{
    return LOOK_UP(tree->doc->form[i], adjectives);
}

const struct fm_modal *fm_modal_noun(const struct fm_tree *tree, uint32_t i)
{
    return LOOK_UP(lemma_of(tree, i), nouns);
}

const struct fm_modal *fm_modal_conjunction(const struct fm_tree *tree,
                                            uint32_t i)
{
    return LOOK_UP(tree->doc->form[i], conjunctions);
}
