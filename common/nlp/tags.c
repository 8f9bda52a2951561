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
