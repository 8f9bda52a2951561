#include "nlp/nlp.h"

const char *fm_nlp_language(struct fm_str text)
{
    return text.len > 0 ? "en" : "und";
}
