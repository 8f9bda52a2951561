#include "nlp/tags.h"

static const char *const upos_names[FM_UPOS_COUNT] = {
    "_",   "ADJ",  "ADP",  "ADV",   "AUX",   "CCONJ", "DET", "INTJ", "NOUN",
    "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X",
};

static const char *const xpos_names[FM_XPOS_COUNT] = {"_",
#define X(number, name) name,
                                                      FM_XPOS_LIST(X)
#undef X
};

static const char *const dep_names[FM_DEP_COUNT] = {"_",
#define X(number, name) name,
                                                    FM_DEP_LIST(X)
#undef X
};

const char *fm_upos_name(uint8_t upos)
{
    return upos < FM_UPOS_COUNT ? upos_names[upos] : "_";
}

const char *fm_xpos_name(uint8_t xpos)
{
    return xpos < FM_XPOS_COUNT ? xpos_names[xpos] : "_";
}

const char *fm_dep_name(uint8_t dep)
{
    return dep < FM_DEP_COUNT ? dep_names[dep] : "_";
}

const char *fm_ner_name(uint8_t ner)
{
    static const char *const names[FM_NER_COUNT] = {
        "_",     "O",     "B-PER", "I-PER",  "B-ORG",
        "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC",
    };

    return ner < FM_NER_COUNT ? names[ner] : "_";
}

/* One step: the best way to each label of a token. */
static void ner_step(const float *scores, const float *steps,
                     const float *before, float *now, uint8_t *from)
{
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++) {
        float best = -1e30f;

        from[y] = FM_NER_OUT;
        for (size_t x = FM_NER_OUT; x < FM_NER_COUNT; x++) {
            float way = before[x] +
                        (steps != NULL ? steps[x * FM_NER_COUNT + y] : 0.0f);

            if (way > best && fm_ner_follows((uint8_t)x, (uint8_t)y)) {
                best = way;
                from[y] = (uint8_t)x;
            }
        }
        now[y] = best + scores[y];
    }
}

void fm_ner_decode(const float *scores, size_t stride, const float *steps,
                   size_t n, uint8_t *ret_labels)
{
    uint8_t from[FM_SENTENCE_TOKENS_MAX][FM_NER_COUNT];
    float ways[2][FM_NER_COUNT];
    uint8_t best = FM_NER_OUT;

    for (size_t y = 0; y < FM_NER_COUNT; y++)
        ways[0][y] = y == FM_NER_OUT ? 0.0f : -1e30f;
    for (size_t i = 0; i < n; i++)
        ner_step(scores + i * stride, steps, ways[i % 2], ways[(i + 1) % 2],
                 from[i]);
    for (size_t y = FM_NER_OUT; y < FM_NER_COUNT; y++)
        if (ways[n % 2][y] > ways[n % 2][best])
            best = (uint8_t)y;
    for (size_t i = n; i-- > 0;) {
        ret_labels[i] = best;
        best = from[i][best];
    }
}

static uint8_t number_of(struct fm_str name, const char *const *names, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (fm_str_eqz(name, names[i]))
            return (uint8_t)i;
    return 0;
}

uint8_t fm_upos_of(struct fm_str name)
{
    return number_of(name, upos_names, FM_UPOS_COUNT);
}

uint8_t fm_xpos_of(struct fm_str name)
{
    return number_of(name, xpos_names, FM_XPOS_COUNT);
}

uint8_t fm_dep_of(struct fm_str name)
{
    return number_of(name, dep_names, FM_DEP_COUNT);
}
