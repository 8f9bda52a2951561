/* The closed tag sets of English Universal Dependencies: parts of speech,
 * Penn Treebank tags, relations. The numbers are what the document's columns
 * hold; a model file names the set it was trained with.
 * (universaldependencies.org/en; Santorini 1990.) */
#ifndef FM_NLP_TAGS_H
#define FM_NLP_TAGS_H

#include "nlp/document.h"

/* X(number, name) */
#define FM_XPOS_LIST(X) \
 X(CC, "CC")            \
 X(CD, "CD")            \
 X(DT, "DT")            \
 X(EX, "EX")            \
 X(FW, "FW")            \
 X(IN, "IN")            \
 X(JJ, "JJ")            \
 X(JJR, "JJR")          \
 X(JJS, "JJS")          \
 X(LS, "LS")            \
 X(MD, "MD")            \
 X(NN, "NN")            \
 X(NNS, "NNS")          \
 X(NNP, "NNP")          \
 X(NNPS, "NNPS")        \
 X(PDT, "PDT")          \
 X(POS, "POS")          \
 X(PRP, "PRP")          \
 X(PRPS, "PRP$")        \
 X(RB, "RB")            \
 X(RBR, "RBR")          \
 X(RBS, "RBS")          \
 X(RP, "RP")            \
 X(SYM, "SYM")          \
 X(TO, "TO")            \
 X(UH, "UH")            \
 X(VB, "VB")            \
 X(VBD, "VBD")          \
 X(VBG, "VBG")          \
 X(VBN, "VBN")          \
 X(VBP, "VBP")          \
 X(VBZ, "VBZ")          \
 X(WDT, "WDT")          \
 X(WP, "WP")            \
 X(WPS, "WP$")          \
 X(WRB, "WRB")          \
 X(ADD, "ADD")          \
 X(AFX, "AFX")          \
 X(GW, "GW")            \
 X(HYPH, "HYPH")        \
 X(NFP, "NFP")          \
 X(COMMA, ",")          \
 X(STOP, ".")           \
 X(COLON, ":")          \
 X(OPEN_QUOTE, "``")    \
 X(CLOSE_QUOTE, "''")   \
 X(DOLLAR, "$")         \
 X(LRB, "-LRB-")        \
 X(RRB, "-RRB-")

enum fm_xpos {
    FM_XPOS_NONE,

#define X(number, name) FM_XPOS_##number,
    FM_XPOS_LIST(X)
#undef X
        FM_XPOS_COUNT
};

/* X(number, name) */
#define FM_DEP_LIST(X)             \
 X(ACL, "acl")                     \
 X(ACL_RELCL, "acl:relcl")         \
 X(ADVCL, "advcl")                 \
 X(ADVCL_RELCL, "advcl:relcl")     \
 X(ADVMOD, "advmod")               \
 X(AMOD, "amod")                   \
 X(APPOS, "appos")                 \
 X(AUX, "aux")                     \
 X(AUX_PASS, "aux:pass")           \
 X(CASE, "case")                   \
 X(CC, "cc")                       \
 X(CC_PRECONJ, "cc:preconj")       \
 X(CCOMP, "ccomp")                 \
 X(COMPOUND, "compound")           \
 X(COMPOUND_PRT, "compound:prt")   \
 X(CONJ, "conj")                   \
 X(COP, "cop")                     \
 X(CSUBJ, "csubj")                 \
 X(CSUBJ_OUTER, "csubj:outer")     \
 X(CSUBJ_PASS, "csubj:pass")       \
 X(DEP, "dep")                     \
 X(DET, "det")                     \
 X(DET_PREDET, "det:predet")       \
 X(DISCOURSE, "discourse")         \
 X(DISLOCATED, "dislocated")       \
 X(EXPL, "expl")                   \
 X(FIXED, "fixed")                 \
 X(FLAT, "flat")                   \
 X(GOESWITH, "goeswith")           \
 X(IOBJ, "iobj")                   \
 X(LIST, "list")                   \
 X(MARK, "mark")                   \
 X(NMOD, "nmod")                   \
 X(NMOD_DESC, "nmod:desc")         \
 X(NMOD_POSS, "nmod:poss")         \
 X(NMOD_UNMARKED, "nmod:unmarked") \
 X(NSUBJ, "nsubj")                 \
 X(NSUBJ_OUTER, "nsubj:outer")     \
 X(NSUBJ_PASS, "nsubj:pass")       \
 X(NUMMOD, "nummod")               \
 X(OBJ, "obj")                     \
 X(OBL, "obl")                     \
 X(OBL_AGENT, "obl:agent")         \
 X(OBL_UNMARKED, "obl:unmarked")   \
 X(ORPHAN, "orphan")               \
 X(PARATAXIS, "parataxis")         \
 X(PUNCT, "punct")                 \
 X(REPARANDUM, "reparandum")       \
 X(ROOT, "root")                   \
 X(VOCATIVE, "vocative")           \
 X(XCOMP, "xcomp")

enum fm_dep {
    FM_DEP_NONE,

#define X(number, name) FM_DEP_##number,
    FM_DEP_LIST(X)
#undef X
        FM_DEP_COUNT
};

/* Names in the network: where a token stands in a name of which kind. */
#define FM_NER_KINDS 4u

enum fm_ner {
    FM_NER_NONE, /* not known */
    FM_NER_OUT,
    FM_NER_B_PERSON, /* first token; the next number: a later one */
    FM_NER_I_PERSON,
    FM_NER_B_ORGANIZATION,
    FM_NER_I_ORGANIZATION,
    FM_NER_B_LOCATION,
    FM_NER_I_LOCATION,
    FM_NER_B_OTHER,
    FM_NER_I_OTHER,
    FM_NER_COUNT
};

/* May label `next` stand behind `before` (FM_NER_OUT at the start)? */
static inline bool fm_ner_follows(uint8_t before, uint8_t next)
{
    bool inside = next >= FM_NER_B_PERSON && next % 2 == 1;

    return !inside || before == next || before + 1 == next;
}

/* "NOUN", "NNS", "nsubj:pass"; "_" for 0 and for numbers out of the set. */
const char *fm_upos_name(uint8_t upos);
const char *fm_xpos_name(uint8_t xpos);
const char *fm_dep_name(uint8_t dep);
/* "O", "B-PER", "I-LOC"; "_" for 0 and for numbers out of the set. */
const char *fm_ner_name(uint8_t ner);
/* The best labels of n tokens that follow one another as they may (Viterbi),
 * by the sum of their scores: row i of scores, stride floats apart, has
 * FM_NER_COUNT of them. steps: FM_NER_COUNT x FM_NER_COUNT more, for each label
 * and the next one; the first follows FM_NER_OUT; NULL = none. n is at most
 * FM_SENTENCE_TOKENS_MAX. */
void fm_ner_decode(const float *scores, size_t stride, const float *steps,
                   size_t n, uint8_t *ret_labels);
/* The numbers of names; 0 when there is no such name. */
uint8_t fm_upos_of(struct fm_str name);
uint8_t fm_xpos_of(struct fm_str name);
uint8_t fm_dep_of(struct fm_str name);

#endif
