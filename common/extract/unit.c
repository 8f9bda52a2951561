#include "extract/unit_priv.h"

/* The currency of each sign, in the order of lexeme.c. */
static const char *const sign_units[] = {"USD", "EUR", "GBP", "JPY", "RUB",
                                         "INR", "KRW", "TRY", "UAH", "KZT",
                                         "ILS", "VND", "BTC"};

/* Letters before a dollar sign: "US$", "C$". */
struct dollar {
    const char *letters;
    const char *unit;
};

static const struct dollar dollars[] = {
    {"us", "USD"}, {"u.s", "USD"}, {"c", "CAD"},  {"ca", "CAD"},
    {"a", "AUD"},  {"au", "AUD"},  {"hk", "HKD"}, {"nz", "NZD"},
    {"s", "SGD"},  {"nt", "TWD"},  {"r", "BRL"},  {"mxn", "MXN"},
};

/* Other names of currencies that stand before the number, capital first. */
static const struct dollar before[] = {
    {"rs", "INR"},  {"tk", "BDT"},   {"rmb", "CNY"}, {"rm", "MYR"},
    {"dm", "DEM"},  {"sfr", "CHF"},  {"ffr", "FRF"}, {"bfr", "BEF"},
    {"nkr", "NOK"}, {"skr", "SEK"},  {"dkr", "DKK"}, {"dfl", "NLG"},
    {"hfl", "NLG"}, {"dlrs", "USD"}, {"ksh", "KES"}, {"rp", "IDR"},
    {"btc", "BTC"}, {"stg", "GBP"},  {"kd", "KWD"},
};

/* Whose dollars, francs, pounds, rupees, pesos, crowns: the word before, and the
 * unit of the word itself. */
struct national {
    const char *of;
    const char *name;
    const char *unit;
};

/* clang-format off */
static const struct national nationals[] = {
    {"us", "USD", "USD"}, {"u.s", "USD", "USD"}, {"american", "USD", "USD"},
    {"canadian", "USD", "CAD"}, {"australian", "USD", "AUD"}, {"singapore", "USD", "SGD"},
    {"taiwan", "USD", "TWD"}, {"zealand", "USD", "NZD"}, {"kong", "USD", "HKD"},
    {"jamaican", "USD", "JMD"}, {"namibian", "USD", "NAD"}, {"fijian", "USD", "FJD"},
    {"barbados", "USD", "BBD"}, {"zimbabwean", "USD", "ZWL"}, {"zimbabwe", "USD", "ZWL"},
    {"swiss", "franc", "CHF"}, {"french", "franc", "FRF"}, {"belgian", "franc", "BEF"},
    {"luxembourg", "franc", "LUF"}, {"cfa", "franc", "XAF"}, {"rwandan", "franc", "RWF"},
    {"congolese", "franc", "CDF"}, {"british", "pound", "GBP"}, {"egyptian", "pound", "EGP"},
    {"lebanese", "pound", "LBP"}, {"syrian", "pound", "SYP"}, {"sudanese", "pound", "SDG"},
    {"irish", "pound", "IEP"}, {"cypriot", "pound", "CYP"}, {"turkish", "pound", "TRL"},
    {"indian", "INR", "INR"}, {"pakistani", "INR", "PKR"}, {"pakistan", "INR", "PKR"},
    {"lankan", "INR", "LKR"}, {"nepalese", "INR", "NPR"}, {"mauritian", "INR", "MUR"},
    {"mexican", "peso", "MXN"}, {"philippine", "peso", "PHP"}, {"argentine", "peso", "ARS"},
    {"chilean", "peso", "CLP"}, {"colombian", "peso", "COP"}, {"cuban", "peso", "CUP"},
    {"uruguayan", "peso", "UYU"}, {"dominican", "peso", "DOP"}, {"norwegian", "krone", "NOK"},
    {"danish", "krone", "DKK"}, {"swedish", "krone", "SEK"}, {"icelandic", "krone", "ISK"},
    {"norwegian", "SEK", "NOK"}, {"danish", "SEK", "DKK"}, {"swedish", "SEK", "SEK"},
    {"icelandic", "SEK", "ISK"}, {"norwegian", "crown", "NOK"}, {"danish", "crown", "DKK"},
    {"swedish", "crown", "SEK"}, {"czech", "crown", "CZK"}, {"slovak", "crown", "SKK"},
    {"czech", "CZK", "CZK"}, {"slovak", "CZK", "SKK"}, {"turkish", "TRY", "TRY"},
    {"italian", "TRY", "ITL"}, {"italian", "ITL", "ITL"}, {"syrian", "TRY", "SYP"},
    {"russian", "RUB", "RUB"}, {"soviet", "RUB", "SUR"}, {"belarusian", "RUB", "BYN"},
    {"belarus", "RUB", "BYN"}, {"iraqi", "dinar", "IQD"}, {"kuwaiti", "dinar", "KWD"},
    {"serbian", "dinar", "RSD"}, {"yugoslav", "dinar", "YUM"}, {"algerian", "dinar", "DZD"},
    {"tunisian", "dinar", "TND"}, {"libyan", "dinar", "LYD"}, {"jordanian", "dinar", "JOD"},
    {"bahraini", "dinar", "BHD"}, {"german", "DEM", "DEM"}, {"deutsche", "DEM", "DEM"},
    {"d", "DEM", "DEM"}, {"finnish", "DEM", "FIM"}, {"finnish", "FIM", "FIM"},
    {"dutch", "NLG", "NLG"}, {"austrian", "ATS", "ATS"}, {"kenyan", "KES", "KES"},
    {"ugandan", "KES", "UGX"}, {"tanzanian", "KES", "TZS"}, {"somali", "KES", "SOS"},
    {"kyrgyz", "som", "KGS"}, {"uzbek", "som", "UZS"}, {"saudi", "SAR", "SAR"},
    {"qatari", "SAR", "QAR"}, {"iranian", "IRR", "IRR"}, {"omani", "IRR", "OMR"},
    {"yemeni", "IRR", "YER"}, {"yemeni", "SAR", "YER"}, {"moroccan", "AED", "MAD"},
    {"chinese", "CNY", "CNY"}, {"japanese", "JPY", "JPY"}, {"african", "ZAR", "ZAR"},
    {"nigerian", "NGN", "NGN"}, {"ghanaian", "GHS", "GHS"}, {"cayman", "USD", "KYD"},
};

/* clang-format on */

/* "square", "cubic", "percentage": units of two words. */
struct pair {
    const char *first;
    const char *second; /* singular unit of the second word */
    const char *unit;
    uint8_t kind;
};

static const struct pair pairs[] = {
    {"square", "kilometre", "square kilometre", FM_WORD_UNIT},
    {"square", "metre", "square metre", FM_WORD_UNIT},
    {"square", "mile", "square mile", FM_WORD_UNIT},
    {"square", "foot", "square foot", FM_WORD_UNIT},
    {"square", "yard", "square yard", FM_WORD_UNIT},
    {"sq", "kilometre", "square kilometre", FM_WORD_UNIT},
    {"sq", "metre", "square metre", FM_WORD_UNIT},
    {"sq", "foot", "square foot", FM_WORD_UNIT},
    {"cubic", "metre", "cubic metre", FM_WORD_UNIT},
    {"cubic", "kilometre", "cubic kilometre", FM_WORD_UNIT},
    {"cubic", "foot", "cubic foot", FM_WORD_UNIT},
    {"cubic", "centimetre", "cubic centimetre", FM_WORD_UNIT},
    {"metric", "ton", "tonne", FM_WORD_UNIT},
    {"metric", "tonne", "tonne", FM_WORD_UNIT},
    {"troy", "ounce", "troy ounce", FM_WORD_UNIT},
    {"nautical", "mile", "nautical mile", FM_WORD_UNIT},
    {"degree", "degree Celsius", "degree Celsius", FM_WORD_UNIT},
    {"degrees", "degree Celsius", "degree Celsius", FM_WORD_UNIT},
    {"degrees", "degree Fahrenheit", "degree Fahrenheit", FM_WORD_UNIT},
};

static const struct fm_unit_word *find(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str text = fm_lexeme_text(lx, i);
    char word[16];
    size_t low = 0;
    size_t high = fm_unit_word_count;

    if (text.len == 0 || text.len >= sizeof word)
        return NULL;
    for (size_t k = 0; k < text.len; k++)
        word[k] = fm_lower(text.data[k]);
    word[text.len] = '\0';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, fm_unit_words[middle].word);

        if (order == 0)
            return &fm_unit_words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool set(struct fm_measure *ret, enum fm_unit_word_kind kind,
                const char *unit)
{
    static const enum fm_measure_kind kinds[] = {
        [FM_WORD_MONEY] = FM_MEASURE_MONEY,
        [FM_WORD_CODE] = FM_MEASURE_MONEY,
        [FM_WORD_PERCENT] = FM_MEASURE_PERCENT,
        [FM_WORD_UNIT] = FM_MEASURE_UNIT,
        [FM_WORD_TIMES] = FM_MEASURE_TIMES,
    };

    ret->kind = kinds[kind];
    ret->unit = unit;
    return true;
}

size_t fm_measure_prefix(const struct fm_lexemes *lexemes, size_t i,
                         struct fm_measure *ret_measure)
{
    const struct fm_lexeme *at = &lexemes->at[i];
    const struct fm_unit_word *word;

    if (at->kind == FM_LEX_CURRENCY) {
        (void)set(ret_measure, FM_WORD_MONEY, sign_units[at->value]);
        return 1;
    }
    if (at->kind != FM_LEX_WORD && at->kind != FM_LEX_FN)
        return 0;
    /* "US$5", also apart: "US $5 million". */
    if (lexemes->at[i + 1].kind == FM_LEX_CURRENCY &&
        lexemes->at[i + 1].value == 0 &&
        (fm_lexeme_glued(lexemes, i + 1) ||
         ((at->flags & FM_LEX_CAPITAL) != 0 && !fm_lexeme_is(lexemes, i, "a") &&
          !fm_lexeme_is(lexemes, i, "s") && !fm_lexeme_is(lexemes, i, "r")))) {
        for (size_t k = 0; k < sizeof dollars / sizeof dollars[0]; k++)
            if (fm_lexeme_is(lexemes, i, dollars[k].letters)) {
                (void)set(ret_measure, FM_WORD_MONEY, dollars[k].unit);
                return 2;
            }
        return 0;
    }
    for (size_t k = 0; k < sizeof before / sizeof before[0]; k++) {
        size_t point = fm_lexeme_mark(lexemes, i + 1, '.') ? 1 : 0;

        if (lexemes->at[i + 1 + point].kind == FM_LEX_DIGITS &&
            (at->flags & FM_LEX_CAPITAL) != 0 &&
            fm_lexeme_is(lexemes, i, before[k].letters)) {
            (void)set(ret_measure, FM_WORD_MONEY, before[k].unit);
            return 1 + point;
        }
    }
    word = (at->flags & FM_LEX_UPPER) != 0 ? find(lexemes, i) : NULL;
    if (word == NULL || word->kind != FM_WORD_CODE)
        return 0;
    return set(ret_measure, FM_WORD_CODE, word->unit);
}

static size_t read_percent(const struct fm_lexemes *lx, size_t i,
                           struct fm_measure *ret)
{
    size_t n = 0;

    if (fm_lexeme_mark(lx, i, '%') || fm_lexeme_fn(lx, i, FM_FN_PERCENT) ||
        fm_lexeme_fn(lx, i, FM_FN_PCT))
        n = 1;
    else if (fm_lexeme_fn(lx, i, FM_FN_PER) &&
             fm_lexeme_fn(lx, i + 1, FM_FN_CENT))
        n = 2;
    if (n > 0) {
        bool points = fm_lexeme_is(lx, i + n, "points");

        (void)set(ret, FM_WORD_PERCENT,
                  points ? "percentage point" : "percent");
        return n + (points ? 1 : 0);
    }
    if (fm_lexeme_fn(lx, i, FM_FN_PERCENTAGE) &&
        (fm_lexeme_is(lx, i + 1, "points") ||
         fm_lexeme_is(lx, i + 1, "point"))) {
        (void)set(ret, FM_WORD_PERCENT, "percentage point");
        return 2;
    }
    if (fm_lexeme_is(lx, i, "basis") && (fm_lexeme_is(lx, i + 1, "points") ||
                                         fm_lexeme_is(lx, i + 1, "point"))) {
        (void)set(ret, FM_WORD_PERCENT, "basis point");
        return 2;
    }
    return 0;
}

/* "Swiss francs", "Canadian dlrs", "Hong Kong dollars". */
static size_t read_national(const struct fm_lexemes *lx, size_t i,
                            struct fm_measure *ret)
{
    const struct fm_unit_word *word;
    size_t skip = fm_lexeme_is(lx, i, "hong") || fm_lexeme_is(lx, i, "sri") ||
                          fm_lexeme_is(lx, i, "south") ||
                          fm_lexeme_fn(lx, i, FM_FN_NEW)
                      ? 1
                      : 0;
    size_t at = i + skip + 1;

    if (lx->at[i].kind != FM_LEX_WORD && skip == 0)
        return 0;
    /* "U.S. dlrs", "D-marks" */
    at += fm_lexeme_mark(lx, at, '.') ||
          (fm_lexeme_mark(lx, at, '-') && fm_lexeme_glued(lx, at));
    word = find(lx, at);
    if (word == NULL ||
        (word->kind != FM_WORD_MONEY && strcmp(word->unit, "pound") != 0))
        return 0;
    for (size_t k = 0; k < sizeof nationals / sizeof nationals[0]; k++)
        if (strcmp(nationals[k].name, word->unit) == 0 &&
            fm_lexeme_is(lx, i + skip, nationals[k].of)) {
            (void)set(ret, FM_WORD_MONEY, nationals[k].unit);
            return at + 1 - i;
        }
    return 0;
}

static size_t read_pair(const struct fm_lexemes *lx, size_t i,
                        struct fm_measure *ret)
{
    const struct fm_unit_word *second = find(lx, i + 1);

    if (second == NULL)
        return 0;
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
        if (fm_lexeme_is(lx, i, pairs[k].first) &&
            strcmp(second->unit, pairs[k].second) == 0) {
            (void)set(ret, (enum fm_unit_word_kind)pairs[k].kind,
                      pairs[k].unit);
            return 2;
        }
    return 0;
}

/* "per hour", "an hour", "a day" behind a unit of length make a speed. */
static size_t read_speed(const struct fm_lexemes *lx, size_t i,
                         struct fm_measure *ret)
{
    if ((!fm_lexeme_fn(lx, i, FM_FN_PER) && !fm_lexeme_fn(lx, i, FM_FN_AN)) ||
        lx->at[i + 1].kind != FM_LEX_UNIT ||
        lx->at[i + 1].value != FM_UNIT_HOUR)
        return 0;
    if (strcmp(ret->unit, "mile") == 0)
        ret->unit = "mile per hour";
    else if (strcmp(ret->unit, "kilometre") == 0)
        ret->unit = "kilometre per hour";
    else
        return 0;
    return 2;
}

/* Short names are units only where they cannot be words: "5 km", "10m". */
static bool short_fits(const struct fm_lexemes *lx, size_t i)
{
    const struct fm_lexeme *at = &lx->at[i];

    if (at->end - at->start > 2)
        return true;
    if (fm_lexeme_glued(lx, i))
        return true;
    return at->end - at->start == 2 && !fm_lexeme_is(lx, i, "nm");
}

/* "1.9°C" */
static size_t read_degrees(const struct fm_lexemes *lx, size_t i,
                           struct fm_measure *ret)
{
    if (!fm_str_eqz(fm_lexeme_text(lx, i), "\xc2\xb0"))
        return 0;
    if (fm_str_eqz(fm_lexeme_text(lx, i + 1), "C"))
        (void)set(ret, FM_WORD_UNIT, "degree Celsius");
    else if (fm_str_eqz(fm_lexeme_text(lx, i + 1), "F"))
        (void)set(ret, FM_WORD_UNIT, "degree Fahrenheit");
    else
        return 0;
    return 2;
}

size_t fm_measure_suffix(const struct fm_lexemes *lexemes, size_t i, bool large,
                         struct fm_measure *ret_measure)
{
    size_t dash =
        fm_lexeme_mark(lexemes, i, '-') && fm_lexeme_glued(lexemes, i) ? 1 : 0;
    const struct fm_unit_word *word;
    size_t n = read_percent(lexemes, i + dash, ret_measure);

    if (n == 0)
        n = read_degrees(lexemes, i + dash, ret_measure);
    if (n == 0)
        n = read_national(lexemes, i + dash, ret_measure);
    if (n == 0)
        n = read_pair(lexemes, i + dash, ret_measure);
    if (n > 0)
        return n + dash;
    word = find(lexemes, i + dash);
    /* "7 mln crowns", but "three crowns" of a king. */
    if (word == NULL && large && dash == 0 &&
        (fm_lexeme_is(lexemes, i, "crowns") ||
         fm_lexeme_is(lexemes, i, "crown"))) {
        (void)set(ret_measure, FM_WORD_MONEY, "crown");
        return 1;
    }
    /* "a 500 million mark loan" */
    if (word == NULL && large && fm_lexeme_is(lexemes, i + dash, "mark")) {
        (void)set(ret_measure, FM_WORD_MONEY, "DEM");
        return dash + 1;
    }
    if (word == NULL || !short_fits(lexemes, i + dash) ||
        (word->kind == FM_WORD_CODE &&
         (lexemes->at[i + dash].flags & FM_LEX_UPPER) == 0))
        return 0;
    /* "three Pound members": units are not capitalised amid a sentence. */
    if (word->kind == FM_WORD_UNIT &&
        lexemes->at[i + dash].end - lexemes->at[i + dash].start > 3 &&
        (lexemes->at[i + dash].flags & FM_LEX_CAPITAL) != 0)
        return 0;
    (void)set(ret_measure, (enum fm_unit_word_kind)word->kind, word->unit);
    if (strcmp(word->unit, "pound") == 0 &&
        (large || fm_lexeme_is(lexemes, i + dash + 1, "sterling"))) {
        (void)set(ret_measure, FM_WORD_MONEY, "GBP");
        return dash + 1 +
               (fm_lexeme_is(lexemes, i + dash + 1, "sterling") ? 1 : 0);
    }
    n = dash + 1;
    return n + read_speed(lexemes, i + n, ret_measure);
}
