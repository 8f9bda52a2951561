#include "fm_test.h"
#include "nlp/language_words.h"
#include "nlp/nlp.h"

static void tells_languages(void **state)
{
    static const struct {
        const char *tag;
        const char *text;
    } cases[] = {
        {"en", "The minister said on Monday that prices had risen."},
        {"de", "Die Preise sind nach Angaben der Bank gestiegen, und es wird "
               "nicht besser."},
        {"fr", "Les prix ont augmenté dans la région, a dit le ministre."},
        {"es", "Los precios subieron en la región, dijo el ministro."},
        {"it", "I prezzi sono aumentati nella regione, ha detto il ministro."},
        {"pt", "Os preços não subiram na região e o ministro disse que ela "
               "está bem, mas são caros."},
        {"nl", "De prijzen zijn in het gebied gestegen, zei de minister."},
        {"sv", "Priserna har stigit och det är inte bra för landet."},
        {"pl", "Ceny wzrosły w regionie, ale nie jest to złe dla kraju i się "
               "zmieni."},
        {"ru", "Министр сказал, что цены выросли."},
        {"uk", "Міністр сказав, що ціни зросли і її не чути."},
        {"el", "Οι τιμές αυξήθηκαν."},
        {"ar", "ارتفعت الأسعار في المنطقة"},
        {"ja", "価格が上がったと大臣は言った。"},
        {"zh", "部长说价格上涨了。"},
        {"ko", "가격이 올랐다고 장관이 말했다."},
        {"und", ""},
        {"und", "1234 5678"},
        {"und", "Acme profits rise"},
        {"und", "\xff\xfe\xfd"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(fm_nlp_language(fm_str(cases[i].text)),
                            cases[i].tag);
}

static void keeps_its_table_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < fm_language_word_count; i++)
        assert_true(strcmp(fm_language_words[i - 1].word,
                           fm_language_words[i].word) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_languages),
        cmocka_unit_test(keeps_its_table_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
