/* Sentences of ours with the trees that people would draw, against the model that
 * ships. A trained parser errs, and errs elsewhere after each
 * training: so the sum counts, not the single tree, and what is wrong is printed. */
#include "base/parse.h"
#include "fm_test.h"
#include "nlp/nlp.h"
#include "nlp/tags.h"

#define UPOS_PERCENT 95u
#define LAS_PERCENT  90u

/* A word, its part of speech, head (from 1 in the sentence, 0 = root) and
 * relation; what is glued to the word before begins with '+'. */
static const char *const sentences[] = {
    "Marta/PROPN/3/nsubj Olsen/PROPN/1/flat resigned/VERB/0/root on/ADP/5/case "
    "Monday/PROPN/3/obl +./PUNCT/3/punct",
    "The/DET/2/det council/NOUN/3/nsubj approved/VERB/0/root the/DET/5/det "
    "budget/NOUN/3/obj for/ADP/8/case next/ADJ/8/amod year/NOUN/5/nmod "
    "+./PUNCT/3/punct",
    "\"/PUNCT/5/punct +We/PRON/5/nsubj will/AUX/5/aux not/PART/5/advmod "
    "raise/VERB/9/ccomp taxes/NOUN/5/obj +,/PUNCT/5/punct +\"/PUNCT/5/punct "
    "said/VERB/0/root Ann/PROPN/9/nsubj Lee/PROPN/10/flat +,/PUNCT/15/punct "
    "the/DET/15/det finance/NOUN/15/compound minister/NOUN/10/appos "
    "+./PUNCT/9/punct",
    "Prices/NOUN/2/nsubj rose/VERB/12/ccomp by/ADP/5/case 4/NUM/5/nummod "
    "percent/NOUN/2/obl in/ADP/7/case March/PROPN/2/obl +,/PUNCT/2/punct "
    "the/DET/11/det statistics/NOUN/11/compound office/NOUN/12/nsubj "
    "said/VERB/0/root +./PUNCT/12/punct",
    "The/DET/2/det bridge/NOUN/9/nsubj:pass that/PRON/4/nsubj "
    "links/VERB/2/acl:relcl the/DET/7/det two/NUM/7/nummod islands/NOUN/4/obj "
    "was/AUX/9/aux:pass closed/VERB/0/root after/ADP/12/case the/DET/12/det "
    "storm/NOUN/9/obl +./PUNCT/9/punct",
    "Halvia/PROPN/3/nsubj has/AUX/3/aux signed/VERB/0/root a/DET/5/det "
    "treaty/NOUN/3/obj with/ADP/8/case its/PRON/8/nmod:poss "
    "neighbours/NOUN/5/nmod +./PUNCT/3/punct",
    "Three/NUM/2/nummod people/NOUN/4/nsubj:pass were/AUX/4/aux:pass "
    "killed/VERB/0/root when/ADV/8/advmod a/DET/7/det bus/NOUN/8/nsubj "
    "left/VERB/4/advcl the/DET/10/det road/NOUN/8/obj +./PUNCT/4/punct",
    "Police/NOUN/2/nsubj arrested/VERB/0/root the/DET/4/det driver/NOUN/2/obj "
    "+,/PUNCT/8/punct who/PRON/8/nsubj had/AUX/8/aux fled/VERB/4/acl:relcl "
    "on/ADP/10/case foot/NOUN/8/obl +./PUNCT/2/punct",
    "The/DET/2/det company/NOUN/3/nsubj expects/VERB/0/root to/PART/5/mark "
    "hire/VERB/3/xcomp 400/NUM/7/nummod workers/NOUN/5/obj by/ADP/10/case "
    "the/DET/10/det end/NOUN/5/obl of/ADP/13/case the/DET/13/det "
    "year/NOUN/10/nmod +./PUNCT/3/punct",
    "He/PRON/4/nsubj did/AUX/4/aux not/PART/4/advmod say/VERB/0/root "
    "whether/SCONJ/9/mark the/DET/7/det talks/NOUN/9/nsubj would/AUX/9/aux "
    "continue/VERB/4/ccomp +./PUNCT/4/punct",
    "Critics/NOUN/2/nsubj accused/VERB/0/root the/DET/4/det mayor/NOUN/2/obj "
    "of/SCONJ/6/mark hiding/VERB/2/advcl the/DET/8/det report/NOUN/6/obj "
    "+./PUNCT/2/punct",
    "It/PRON/4/expl is/AUX/4/cop not/PART/4/advmod clear/ADJ/0/root "
    "who/PRON/6/nsubj owns/VERB/4/csubj the/DET/8/det land/NOUN/6/obj "
    "+./PUNCT/4/punct",
    "Voters/NOUN/4/nsubj in/ADP/3/case Sund/PROPN/1/nmod rejected/VERB/0/root "
    "the/DET/6/det plan/NOUN/4/obj last/ADJ/8/amod week/NOUN/4/obl:unmarked "
    "+./PUNCT/4/punct",
    "Farmers/NOUN/2/nsubj say/VERB/0/root they/PRON/4/nsubj need/VERB/2/ccomp "
    "rain/NOUN/4/obj before/SCONJ/9/mark the/DET/8/det harvest/NOUN/9/nsubj "
    "begins/VERB/4/advcl +./PUNCT/2/punct",
    "The/DET/3/det old/ADJ/3/amod harbour/NOUN/5/nsubj will/AUX/5/aux "
    "become/VERB/0/root a/DET/7/det park/NOUN/5/xcomp if/SCONJ/13/mark "
    "the/DET/10/det money/NOUN/13/nsubj:pass can/AUX/13/aux be/AUX/13/aux:pass "
    "found/VERB/5/advcl +./PUNCT/5/punct",
    "Doctors/NOUN/6/nsubj at/ADP/5/case the/DET/5/det city/NOUN/5/compound "
    "hospital/NOUN/1/nmod treated/VERB/0/root fifty/NUM/8/nummod "
    "patients/NOUN/6/obj +./PUNCT/6/punct",
    "Lee/PROPN/3/nsubj has/AUX/3/aux led/VERB/0/root the/DET/5/det "
    "party/NOUN/3/obj since/ADP/7/case 2012/NUM/3/obl +./PUNCT/3/punct",
    "Why/ADV/4/advmod the/DET/3/det engine/NOUN/4/nsubj failed/VERB/7/csubj "
    "is/AUX/7/cop still/ADV/7/advmod unknown/ADJ/0/root +./PUNCT/7/punct",
    "The/DET/2/det court/NOUN/3/nsubj ordered/VERB/0/root the/DET/5/det "
    "bank/NOUN/3/obj to/PART/7/mark repay/VERB/3/xcomp its/PRON/9/nmod:poss "
    "customers/NOUN/7/obj +./PUNCT/3/punct",
    "Exports/NOUN/2/nsubj fell/VERB/0/root sharply/ADV/2/advmod "
    "+,/PUNCT/7/punct but/CCONJ/7/cc imports/NOUN/7/nsubj grew/VERB/2/conj "
    "+./PUNCT/2/punct",
    "The/DET/2/det minister/NOUN/3/nsubj gave/VERB/0/root "
    "reporters/NOUN/3/iobj a/DET/6/det copy/NOUN/3/obj of/ADP/9/case "
    "the/DET/9/det letter/NOUN/6/nmod +./PUNCT/3/punct",
    "There/PRON/2/expl are/VERB/0/root too/ADV/4/advmod few/ADJ/5/amod "
    "teachers/NOUN/2/nsubj in/ADP/8/case rural/ADJ/8/amod schools/NOUN/5/nmod "
    "+./PUNCT/2/punct",
    "The/DET/2/det island/NOUN/5/nmod:poss +'s/PART/2/case only/ADJ/5/amod "
    "airport/NOUN/6/nsubj reopened/VERB/0/root on/ADP/8/case "
    "Tuesday/PROPN/6/obl +./PUNCT/6/punct",
};

struct score {
    size_t words;
    size_t upos;
    size_t arcs;
    size_t labels;
    double certain[2]; /* sums, of wrong and of right arcs */
};

struct word {
    struct fm_str form;
    struct fm_str upos;
    struct fm_str rel;
    uint64_t head;
    bool glued;
};

static struct word read_word(struct fm_str from)
{
    struct word w = {.glued = from.data[0] == '+'};
    struct fm_str head = {0};

    if (w.glued)
        from = fm_str_sub(from, 1, from.len);
    assert_true(fm_str_next(&from, '/', &w.form));
    assert_true(fm_str_next(&from, '/', &w.upos));
    assert_true(fm_str_next(&from, '/', &head));
    assert_true(fm_str_next(&from, '/', &w.rel));
    assert_fm_ok(fm_parse_u64(head, &w.head));
    assert_true(fm_upos_of(w.upos) != 0 && fm_dep_of(w.rel) != 0);
    return w;
}

static void make_text(const char *sentence, struct fm_buf *text)
{
    struct fm_str rest = fm_str(sentence);
    struct fm_str part;

    fm_buf_reset(text);
    while (fm_str_next(&rest, ' ', &part)) {
        struct word w = read_word(part);

        if (text->len > 0 && !w.glued)
            fm_buf_char(text, ' ');
        fm_buf_str(text, w.form);
    }
}

static void compare(const char *sentence, const struct fm_doc *doc,
                    struct score *score)
{
    struct fm_str rest = fm_str(sentence);
    struct fm_str part;
    size_t i = 0;

    assert_int_equal(doc->sentence_count, 1);
    for (; fm_str_next(&rest, ' ', &part); i++) {
        struct word w = read_word(part);
        uint32_t head;
        bool arc;
        bool label;

        assert_true(i < doc->token_count);
        assert_true(fm_str_eq(w.form, doc->form[i]));
        head = doc->head[i] == i ? 0 : doc->head[i] + 1;
        arc = head == w.head;
        label = arc && fm_str_eqz(w.rel, fm_dep_name(doc->deprel[i]));
        score->words++;
        score->upos += fm_str_eqz(w.upos, fm_upos_name(doc->upos[i]));
        score->arcs += arc;
        score->labels += label;
        score->certain[label] += (double)doc->certain[i];
        if (!label || !fm_str_eqz(w.upos, fm_upos_name(doc->upos[i])))
            print_message("%.*s: %s %u %s\n", FM_STR_ARG(part),
                          fm_upos_name(doc->upos[i]), head,
                          fm_dep_name(doc->deprel[i]));
    }
    assert_int_equal(i, doc->token_count);
}

static void test_trees(void **state)
{
    struct score score = {0};
    struct fm_nlp *nlp = NULL;
    struct fm_doc doc;
    struct fm_buf text;
    double right;
    double wrong;

    (void)state;
    assert_fm_ok(fm_nlp_open(NULL, NULL, &nlp));
    fm_doc_init(&doc, (size_t)16 << 20);
    fm_buf_init(&text, 4096);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        make_text(sentences[i], &text);
        assert_fm_ok(
            fm_nlp_read_sentences(nlp, fm_buf_view(&text), &doc, NULL));
        compare(sentences[i], &doc, &score);
    }
    print_message("%zu words: %zu tags, %zu heads, %zu heads and labels\n",
                  score.words, score.upos, score.arcs, score.labels);
    assert_true(score.upos * 100 >= score.words * UPOS_PERCENT);
    assert_true(score.labels * 100 >= score.words * LAS_PERCENT);
    /* The parser knows which of its arcs are doubtful. */
    right = score.certain[1] / (double)score.labels;
    wrong = score.certain[0] / (double)(score.words - score.labels);
    print_message("certainty: right arcs %.3f, wrong ones %.3f\n", right,
                  wrong);
    assert_true(right > 0.9 && wrong < right - 0.1);
    fm_buf_release(&text);
    fm_doc_release(&doc);
    fm_nlp_close(nlp);
}

/* Reads a text of bytes in which no sentence ends, within so much memory. */
static void read_endless(const struct fm_nlp *nlp, size_t bytes, size_t memory)
{
    const char *words =
        "the bank said that prices rose in Sund while ministers argued ";
    struct fm_buf text;
    struct fm_doc doc;

    fm_buf_init(&text, bytes + 100);
    fm_doc_init(&doc, memory);
    while (text.len < bytes)
        fm_buf_z(&text, words);
    assert_fm_ok(fm_nlp_read(nlp, fm_buf_view(&text), false, &doc, NULL));
    for (size_t s = 0; s < doc.sentence_count; s++)
        assert_true(doc.sentences[s].last - doc.sentences[s].first <=
                    FM_SENTENCE_TOKENS_MAX);
    for (size_t t = 0; t < doc.token_count; t++)
        assert_true(doc.upos[t] != FM_UPOS_NONE && doc.ner[t] != FM_NER_NONE &&
                    doc.head[t] < doc.token_count);
    fm_doc_release(&doc);
    fm_buf_release(&text);
}

/* The largest article without a full stop, and a quarter of it, in a quarter of
 * the memory. */
static void test_memory_is_linear(void **state)
{
    struct fm_nlp *nlp = NULL;

    (void)state;
    assert_fm_ok(fm_nlp_open(NULL, NULL, &nlp));
    if (nlp == NULL)
        return;
    read_endless(nlp, (size_t)256 << 10, (size_t)12 << 20);
    read_endless(nlp, (size_t)1 << 20, (size_t)48 << 20);
    fm_nlp_close(nlp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_memory_is_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
