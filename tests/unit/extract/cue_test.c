#include "extract/cue.h"

#include "extract/cue_table.h"
#include "fm_test.h"

struct form_case {
    const char *word;
    const char *lemma; /* NULL = not a reporting verb */
    enum fm_cue_form form;
};

static const struct form_case form_cases[] = {
    {"said", "say", FM_CUE_PAST},
    {"Says", "say", FM_CUE_THIRD},
    {"saying", "say", FM_CUE_ING},
    {"told", "tell", FM_CUE_PAST},
    {"wrote", "write", FM_CUE_PAST},
    {"written", "write", FM_CUE_PARTICIPLE},
    {"writing", "write", FM_CUE_ING},
    {"noted", "note", FM_CUE_PAST},
    {"noting", "note", FM_CUE_ING},
    {"admitted", "admit", FM_CUE_PAST},
    {"admitting", "admit", FM_CUE_ING},
    {"replies", "reply", FM_CUE_THIRD},
    {"replied", "reply", FM_CUE_PAST},
    {"testifying", "testify", FM_CUE_ING},
    {"stresses", "stress", FM_CUE_THIRD},
    {"argues", "argue", FM_CUE_THIRD},
    {"quipped", "quip", FM_CUE_PAST},
    {"shown", "show", FM_CUE_PARTICIPLE},
    {"thinks", "think", FM_CUE_THIRD},
    {"deny", "deny", FM_CUE_BASE},
    {"denies", "deny", FM_CUE_THIRD},
    {"goes", "go", FM_CUE_THIRD},
    {"agreed", "agree", FM_CUE_PAST},
    {"table", NULL, FM_CUE_BASE},
    {"sing", NULL, FM_CUE_BASE},
    {"ed", NULL, FM_CUE_BASE},
    {"s", NULL, FM_CUE_BASE},
    {"", NULL, FM_CUE_BASE},
    {"sayingsayingsayingsayingsaying", NULL, FM_CUE_BASE},
    {"\xff\xfe\xfd", NULL, FM_CUE_BASE},
};

static void forms_are_found_by_rule_and_by_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof form_cases / sizeof *form_cases; i++) {
        const struct form_case *c = &form_cases[i];
        enum fm_cue_form form = FM_CUE_BASE;
        const struct fm_cue_verb *v = fm_cue_verb(fm_str(c->word), &form);

        if ((v == NULL) != (c->lemma == NULL) ||
            (v != NULL && (strcmp(v->lemma, c->lemma) != 0 || form != c->form)))
            fail_msg("\"%s\" is %s, form %d", c->word,
                     v != NULL ? v->lemma : "no cue", (int)form);
    }
}

static void classes_tell_what_follows(void **state)
{
    enum fm_cue_form form;

    (void)state;
    assert_true(fm_cue_verb(fm_str("told"), &form)->classes & FM_CUE_TELL);
    assert_true(fm_cue_verb(fm_str("vowed"), &form)->classes & FM_CUE_TO);
    assert_true(fm_cue_verb(fm_str("asked"), &form)->classes & FM_CUE_WH);
    assert_true(fm_cue_verb(fm_str("denied"), &form)->classes & FM_CUE_DENY);
    assert_true(fm_cue_verb(fm_str("believe"), &form)->classes & FM_CUE_MENTAL);
    assert_false(fm_cue_verb(fm_str("believe"), &form)->classes &
                 FM_CUE_SPEECH);
    assert_string_equal(fm_cue_verb(fm_str("pointed"), &form)->particles,
                        "out to");
}

static void nouns_and_documents_know_plurals(void **state)
{
    (void)state;
    assert_string_equal(fm_cue_noun(fm_str("claims"))->lemma, "claim");
    assert_string_equal(fm_cue_noun(fm_str("worries"))->lemma, "worry");
    assert_string_equal(fm_cue_noun(fm_str("Statement"))->lemma, "statement");
    assert_null(fm_cue_noun(fm_str("bridge")));
    assert_true(fm_cue_document(fm_str("report")));
    assert_true(fm_cue_document(fm_str("Polls")));
    assert_true(fm_cue_document(fm_str("studies")));
    assert_false(fm_cue_document(fm_str("minister")));
    assert_false(fm_cue_document(fm_str("")));
}

static void sorted(const char *const *table, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(table[i - 1], table[i]) >= 0)
            fail_msg("\"%s\" before \"%s\"", table[i - 1], table[i]);
}

static void sorted_frames(const struct fm_cue_frame *table, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(table[i - 1].lemma, table[i].lemma) >= 0)
            fail_msg("\"%s\" before \"%s\"", table[i - 1].lemma,
                     table[i].lemma);
}

static void tables_are_sorted(void **state)
{
    (void)state;
    sorted_frames(fm_cue_nouns, fm_cue_noun_count);
    sorted_frames(fm_cue_adjectives, fm_cue_adjective_count);
    sorted(fm_cue_documents, fm_cue_document_count);
    for (size_t i = 1; i < fm_cue_verb_count; i++)
        if (strcmp(fm_cue_verbs[i - 1].lemma, fm_cue_verbs[i].lemma) >= 0)
            fail_msg("\"%s\" is out of place", fm_cue_verbs[i].lemma);
    for (size_t i = 1; i < fm_cue_irregular_count; i++)
        if (strcmp(fm_cue_irregulars[i - 1].form, fm_cue_irregulars[i].form) >=
            0)
            fail_msg("\"%s\" is out of place", fm_cue_irregulars[i].form);
}

static void every_verb_is_found_by_its_base_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < fm_cue_verb_count; i++) {
        const char *lemma = fm_cue_verbs[i].lemma;
        enum fm_cue_form form = FM_CUE_ING;
        const struct fm_cue_verb *v = fm_cue_verb(fm_str(lemma), &form);

        if (v == NULL || (form == FM_CUE_ING))
            fail_msg("\"%s\" is not found", lemma);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sorted),
        cmocka_unit_test(every_verb_is_found_by_its_base_form),
        cmocka_unit_test(forms_are_found_by_rule_and_by_list),
        cmocka_unit_test(classes_tell_what_follows),
        cmocka_unit_test(nouns_and_documents_know_plurals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
