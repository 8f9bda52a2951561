#include "extract/unit.h"

enum word_kind {
    WORD_MONEY,
    WORD_CODE, /* ISO 4217, capitals only */
    WORD_PERCENT,
    WORD_UNIT,
    WORD_TIMES,
};

struct unit_word {
    const char *word;
    uint8_t kind;
    const char *unit;
};

/* Sorted by word. */
/* clang-format off */
static const struct unit_word words[] = {
    {"acre", WORD_UNIT, "acre"}, {"acres", WORD_UNIT, "acre"}, {"aed", WORD_CODE, "AED"},
    {"amd", WORD_CODE, "AMD"}, {"amp", WORD_UNIT, "amp"}, {"amps", WORD_UNIT, "amp"},
    {"aud", WORD_CODE, "AUD"}, {"azn", WORD_CODE, "AZN"}, {"baht", WORD_MONEY, "THB"},
    {"barrel", WORD_UNIT, "barrel"}, {"barrels", WORD_UNIT, "barrel"}, {"bdt", WORD_CODE, "BDT"},
    {"bitcoin", WORD_MONEY, "BTC"}, {"bitcoins", WORD_MONEY, "BTC"}, {"bits", WORD_UNIT, "bit"},
    {"brl", WORD_CODE, "BRL"}, {"bushel", WORD_UNIT, "bushel"}, {"bushels", WORD_UNIT, "bushel"},
    {"byte", WORD_UNIT, "byte"}, {"bytes", WORD_UNIT, "byte"}, {"cad", WORD_CODE, "CAD"},
    {"calorie", WORD_UNIT, "calorie"}, {"calories", WORD_UNIT, "calorie"},
    {"carat", WORD_UNIT, "carat"}, {"carats", WORD_UNIT, "carat"}, {"cedi", WORD_MONEY, "GHS"},
    {"cedis", WORD_MONEY, "GHS"}, {"celsius", WORD_UNIT, "degree Celsius"},
    {"cent", WORD_MONEY, "cent"}, {"centimeter", WORD_UNIT, "centimetre"},
    {"centimeters", WORD_UNIT, "centimetre"}, {"centimetre", WORD_UNIT, "centimetre"},
    {"centimetres", WORD_UNIT, "centimetre"}, {"cents", WORD_MONEY, "cent"},
    {"chf", WORD_CODE, "CHF"}, {"cm", WORD_UNIT, "centimetre"}, {"cny", WORD_CODE, "CNY"},
    {"ct", WORD_MONEY, "cent"}, {"cts", WORD_MONEY, "cent"}, {"czk", WORD_CODE, "CZK"},
    {"decibel", WORD_UNIT, "decibel"}, {"decibels", WORD_UNIT, "decibel"},
    {"degree", WORD_UNIT, "degree"}, {"degrees", WORD_UNIT, "degree"},
    {"deutschemark", WORD_MONEY, "DEM"}, {"deutschemarks", WORD_MONEY, "DEM"},
    {"dirham", WORD_MONEY, "AED"}, {"dirhams", WORD_MONEY, "AED"}, {"dkk", WORD_CODE, "DKK"},
    {"dlr", WORD_MONEY, "USD"}, {"dlrs", WORD_MONEY, "USD"}, {"dollar", WORD_MONEY, "USD"},
    {"dollars", WORD_MONEY, "USD"}, {"dong", WORD_MONEY, "VND"}, {"drams", WORD_MONEY, "AMD"},
    {"egp", WORD_CODE, "EGP"}, {"eur", WORD_CODE, "EUR"}, {"euro", WORD_MONEY, "EUR"},
    {"euros", WORD_MONEY, "EUR"}, {"fahrenheit", WORD_UNIT, "degree Fahrenheit"},
    {"feet", WORD_UNIT, "foot"}, {"foot", WORD_UNIT, "foot"}, {"forint", WORD_MONEY, "HUF"},
    {"forints", WORD_MONEY, "HUF"}, {"ft", WORD_UNIT, "foot"}, {"gallon", WORD_UNIT, "gallon"},
    {"gallons", WORD_UNIT, "gallon"}, {"gb", WORD_UNIT, "gigabyte"}, {"gbp", WORD_CODE, "GBP"},
    {"gel", WORD_CODE, "GEL"}, {"ghz", WORD_UNIT, "gigahertz"}, {"gigabit", WORD_UNIT, "gigabit"},
    {"gigabits", WORD_UNIT, "gigabit"}, {"gigabyte", WORD_UNIT, "gigabyte"},
    {"gigabytes", WORD_UNIT, "gigabyte"}, {"gigahertz", WORD_UNIT, "gigahertz"},
    {"gigawatt", WORD_UNIT, "gigawatt"}, {"gigawatts", WORD_UNIT, "gigawatt"},
    {"gram", WORD_UNIT, "gram"}, {"gramme", WORD_UNIT, "gram"}, {"grammes", WORD_UNIT, "gram"},
    {"grams", WORD_UNIT, "gram"}, {"guilder", WORD_MONEY, "NLG"}, {"guilders", WORD_MONEY, "NLG"},
    {"gw", WORD_UNIT, "gigawatt"}, {"gwh", WORD_UNIT, "gigawatt-hour"},
    {"hectare", WORD_UNIT, "hectare"}, {"hectares", WORD_UNIT, "hectare"},
    {"hertz", WORD_UNIT, "hertz"}, {"hkd", WORD_CODE, "HKD"},
    {"horsepower", WORD_UNIT, "horsepower"}, {"hp", WORD_UNIT, "horsepower"},
    {"hpa", WORD_UNIT, "hectopascal"}, {"hryvnia", WORD_MONEY, "UAH"},
    {"hryvnias", WORD_MONEY, "UAH"}, {"huf", WORD_CODE, "HUF"}, {"hz", WORD_UNIT, "hertz"},
    {"idr", WORD_CODE, "IDR"}, {"ils", WORD_CODE, "ILS"}, {"inch", WORD_UNIT, "inch"},
    {"inches", WORD_UNIT, "inch"}, {"inr", WORD_CODE, "INR"}, {"irr", WORD_CODE, "IRR"},
    {"joule", WORD_UNIT, "joule"}, {"joules", WORD_UNIT, "joule"}, {"jpy", WORD_CODE, "JPY"},
    {"kb", WORD_UNIT, "kilobyte"}, {"kelvin", WORD_UNIT, "kelvin"}, {"kes", WORD_CODE, "KES"},
    {"kg", WORD_UNIT, "kilogram"}, {"kgs", WORD_UNIT, "kilogram"}, {"kilo", WORD_UNIT, "kilogram"},
    {"kilobyte", WORD_UNIT, "kilobyte"}, {"kilobytes", WORD_UNIT, "kilobyte"},
    {"kilogram", WORD_UNIT, "kilogram"}, {"kilogramme", WORD_UNIT, "kilogram"},
    {"kilogrammes", WORD_UNIT, "kilogram"}, {"kilograms", WORD_UNIT, "kilogram"},
    {"kilometer", WORD_UNIT, "kilometre"}, {"kilometers", WORD_UNIT, "kilometre"},
    {"kilometre", WORD_UNIT, "kilometre"}, {"kilometres", WORD_UNIT, "kilometre"},
    {"kilos", WORD_UNIT, "kilogram"}, {"kiloton", WORD_UNIT, "kiloton"},
    {"kilotons", WORD_UNIT, "kiloton"}, {"kilowatt", WORD_UNIT, "kilowatt"},
    {"kilowatts", WORD_UNIT, "kilowatt"}, {"km", WORD_UNIT, "kilometre"},
    {"kms", WORD_UNIT, "kilometre"}, {"knots", WORD_UNIT, "knot"}, {"koruna", WORD_MONEY, "CZK"},
    {"korunas", WORD_MONEY, "CZK"}, {"kph", WORD_UNIT, "kilometre per hour"},
    {"krona", WORD_MONEY, "SEK"}, {"krone", WORD_MONEY, "DKK"}, {"kroner", WORD_MONEY, "DKK"},
    {"kronor", WORD_MONEY, "SEK"}, {"krw", WORD_CODE, "KRW"}, {"kw", WORD_UNIT, "kilowatt"},
    {"kwh", WORD_UNIT, "kilowatt-hour"}, {"kzt", WORD_CODE, "KZT"}, {"lari", WORD_MONEY, "GEL"},
    {"lb", WORD_UNIT, "pound"}, {"lbs", WORD_UNIT, "pound"}, {"lira", WORD_MONEY, "TRY"},
    {"liras", WORD_MONEY, "TRY"}, {"lire", WORD_MONEY, "ITL"}, {"liter", WORD_UNIT, "litre"},
    {"liters", WORD_UNIT, "litre"}, {"litre", WORD_UNIT, "litre"}, {"litres", WORD_UNIT, "litre"},
    {"m", WORD_UNIT, "metre"}, {"manat", WORD_MONEY, "AZN"}, {"manats", WORD_MONEY, "AZN"},
    {"marks", WORD_MONEY, "DEM"}, {"mb", WORD_UNIT, "megabyte"}, {"megabit", WORD_UNIT, "megabit"},
    {"megabits", WORD_UNIT, "megabit"}, {"megabyte", WORD_UNIT, "megabyte"},
    {"megabytes", WORD_UNIT, "megabyte"}, {"megahertz", WORD_UNIT, "megahertz"},
    {"megapixel", WORD_UNIT, "megapixel"}, {"megapixels", WORD_UNIT, "megapixel"},
    {"megaton", WORD_UNIT, "megaton"}, {"megatons", WORD_UNIT, "megaton"},
    {"megawatt", WORD_UNIT, "megawatt"}, {"megawatts", WORD_UNIT, "megawatt"},
    {"meter", WORD_UNIT, "metre"}, {"meters", WORD_UNIT, "metre"}, {"metre", WORD_UNIT, "metre"},
    {"metres", WORD_UNIT, "metre"}, {"mg", WORD_UNIT, "milligram"}, {"mhz", WORD_UNIT, "megahertz"},
    {"microgram", WORD_UNIT, "microgram"}, {"micrograms", WORD_UNIT, "microgram"},
    {"micron", WORD_UNIT, "micrometre"}, {"microns", WORD_UNIT, "micrometre"},
    {"mile", WORD_UNIT, "mile"}, {"miles", WORD_UNIT, "mile"},
    {"milligram", WORD_UNIT, "milligram"}, {"milligrams", WORD_UNIT, "milligram"},
    {"milliliter", WORD_UNIT, "millilitre"}, {"milliliters", WORD_UNIT, "millilitre"},
    {"millilitre", WORD_UNIT, "millilitre"}, {"millilitres", WORD_UNIT, "millilitre"},
    {"millimeter", WORD_UNIT, "millimetre"}, {"millimeters", WORD_UNIT, "millimetre"},
    {"millimetre", WORD_UNIT, "millimetre"}, {"millimetres", WORD_UNIT, "millimetre"},
    {"ml", WORD_UNIT, "millilitre"}, {"mm", WORD_UNIT, "millimetre"},
    {"mph", WORD_UNIT, "mile per hour"}, {"mw", WORD_UNIT, "megawatt"},
    {"mwh", WORD_UNIT, "megawatt-hour"}, {"mxn", WORD_CODE, "MXN"}, {"myr", WORD_CODE, "MYR"},
    {"naira", WORD_MONEY, "NGN"}, {"nanometer", WORD_UNIT, "nanometre"},
    {"nanometers", WORD_UNIT, "nanometre"}, {"nanometre", WORD_UNIT, "nanometre"},
    {"nanometres", WORD_UNIT, "nanometre"}, {"ngn", WORD_CODE, "NGN"},
    {"nm", WORD_UNIT, "nanometre"}, {"nok", WORD_CODE, "NOK"}, {"nzd", WORD_CODE, "NZD"},
    {"ounce", WORD_UNIT, "ounce"}, {"ounces", WORD_UNIT, "ounce"}, {"oz", WORD_UNIT, "ounce"},
    {"pascal", WORD_UNIT, "pascal"}, {"pascals", WORD_UNIT, "pascal"},
    {"pc", WORD_PERCENT, "percent"}, {"pct", WORD_PERCENT, "percent"},
    {"pence", WORD_MONEY, "penny"}, {"percent", WORD_PERCENT, "percent"},
    {"petabyte", WORD_UNIT, "petabyte"}, {"petabytes", WORD_UNIT, "petabyte"},
    {"php", WORD_CODE, "PHP"}, {"pint", WORD_UNIT, "pint"}, {"pints", WORD_UNIT, "pint"},
    {"pkr", WORD_CODE, "PKR"}, {"pln", WORD_CODE, "PLN"}, {"points", WORD_UNIT, "point"},
    {"pound", WORD_UNIT, "pound"}, {"pounds", WORD_UNIT, "pound"}, {"rand", WORD_MONEY, "ZAR"},
    {"reais", WORD_MONEY, "BRL"}, {"renminbi", WORD_MONEY, "CNY"}, {"rial", WORD_MONEY, "IRR"},
    {"rials", WORD_MONEY, "IRR"}, {"ringgit", WORD_MONEY, "MYR"}, {"riyal", WORD_MONEY, "SAR"},
    {"riyals", WORD_MONEY, "SAR"}, {"rmb", WORD_MONEY, "CNY"}, {"rouble", WORD_MONEY, "RUB"},
    {"roubles", WORD_MONEY, "RUB"}, {"rub", WORD_CODE, "RUB"}, {"ruble", WORD_MONEY, "RUB"},
    {"rubles", WORD_MONEY, "RUB"}, {"rupee", WORD_MONEY, "INR"}, {"rupees", WORD_MONEY, "INR"},
    {"rupiah", WORD_MONEY, "IDR"}, {"sar", WORD_CODE, "SAR"}, {"sek", WORD_CODE, "SEK"},
    {"sgd", WORD_CODE, "SGD"}, {"shekel", WORD_MONEY, "ILS"}, {"shekels", WORD_MONEY, "ILS"},
    {"shilling", WORD_MONEY, "KES"}, {"shillings", WORD_MONEY, "KES"},
    {"somoni", WORD_MONEY, "TJS"}, {"soms", WORD_MONEY, "KGS"}, {"soum", WORD_MONEY, "UZS"},
    {"sqkm", WORD_UNIT, "square kilometre"}, {"stg", WORD_MONEY, "GBP"},
    {"tb", WORD_UNIT, "terabyte"}, {"tenge", WORD_MONEY, "KZT"},
    {"terabyte", WORD_UNIT, "terabyte"}, {"terabytes", WORD_UNIT, "terabyte"},
    {"terawatt", WORD_UNIT, "terawatt"}, {"terawatts", WORD_UNIT, "terawatt"},
    {"thb", WORD_CODE, "THB"}, {"times", WORD_TIMES, "times"}, {"tjs", WORD_CODE, "TJS"},
    {"ton", WORD_UNIT, "ton"}, {"tonne", WORD_UNIT, "tonne"}, {"tonnes", WORD_UNIT, "tonne"},
    {"tons", WORD_UNIT, "ton"}, {"try", WORD_CODE, "TRY"}, {"twd", WORD_CODE, "TWD"},
    {"twh", WORD_UNIT, "terawatt-hour"}, {"uah", WORD_CODE, "UAH"}, {"usd", WORD_CODE, "USD"},
    {"uzs", WORD_CODE, "UZS"}, {"vnd", WORD_CODE, "VND"}, {"volt", WORD_UNIT, "volt"},
    {"volts", WORD_UNIT, "volt"}, {"watt", WORD_UNIT, "watt"}, {"watts", WORD_UNIT, "watt"},
    {"won", WORD_MONEY, "KRW"}, {"yard", WORD_UNIT, "yard"}, {"yards", WORD_UNIT, "yard"},
    {"yen", WORD_MONEY, "JPY"}, {"yuan", WORD_MONEY, "CNY"}, {"zar", WORD_CODE, "ZAR"},
    {"zloty", WORD_MONEY, "PLN"}, {"zlotys", WORD_MONEY, "PLN"},
};
/* clang-format on */

/* The currency of each sign, in the order of lexeme.c. */
static const char *const sign_units[] = {"USD", "EUR", "GBP", "JPY",
                                         "RUB", "INR", "KRW", "TRY",
                                         "UAH", "KZT", "ILS", "VND"};

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

/* Whose dollars, francs, pounds, rupees, pesos, crowns. */
struct national {
    const char *of;
    const char *name; /* plural */
    const char *unit;
};

static const struct national nationals[] = {
    {"us", "dollars", "USD"},         {"u.s", "dollars", "USD"},
    {"american", "dollars", "USD"},   {"canadian", "dollars", "CAD"},
    {"australian", "dollars", "AUD"}, {"singapore", "dollars", "SGD"},
    {"taiwan", "dollars", "TWD"},     {"zimbabwean", "dollars", "ZWL"},
    {"swiss", "francs", "CHF"},       {"french", "francs", "FRF"},
    {"belgian", "francs", "BEF"},     {"cfa", "francs", "XAF"},
    {"british", "pounds", "GBP"},     {"egyptian", "pounds", "EGP"},
    {"lebanese", "pounds", "LBP"},    {"syrian", "pounds", "SYP"},
    {"sudanese", "pounds", "SDG"},    {"indian", "rupees", "INR"},
    {"pakistani", "rupees", "PKR"},   {"mexican", "pesos", "MXN"},
    {"philippine", "pesos", "PHP"},   {"argentine", "pesos", "ARS"},
    {"chilean", "pesos", "CLP"},      {"colombian", "pesos", "COP"},
    {"norwegian", "kroner", "NOK"},   {"danish", "kroner", "DKK"},
    {"swedish", "kronor", "SEK"},     {"turkish", "lira", "TRY"},
    {"chinese", "yuan", "CNY"},       {"japanese", "yen", "JPY"},
    {"russian", "rubles", "RUB"},     {"russian", "roubles", "RUB"},
    {"kyrgyz", "som", "KGS"},         {"uzbek", "som", "UZS"},
    {"iraqi", "dinars", "IQD"},       {"kuwaiti", "dinars", "KWD"},
    {"serbian", "dinars", "RSD"},     {"german", "marks", "DEM"},
};

/* "square", "cubic", "percentage": units of two words. */
struct pair {
    const char *first;
    const char *second; /* singular unit of the second word */
    const char *unit;
    uint8_t kind;
};

static const struct pair pairs[] = {
    {"square", "kilometre", "square kilometre", WORD_UNIT},
    {"square", "metre", "square metre", WORD_UNIT},
    {"square", "mile", "square mile", WORD_UNIT},
    {"square", "foot", "square foot", WORD_UNIT},
    {"square", "yard", "square yard", WORD_UNIT},
    {"sq", "kilometre", "square kilometre", WORD_UNIT},
    {"sq", "metre", "square metre", WORD_UNIT},
    {"sq", "foot", "square foot", WORD_UNIT},
    {"cubic", "metre", "cubic metre", WORD_UNIT},
    {"cubic", "kilometre", "cubic kilometre", WORD_UNIT},
    {"cubic", "foot", "cubic foot", WORD_UNIT},
    {"cubic", "centimetre", "cubic centimetre", WORD_UNIT},
    {"metric", "ton", "tonne", WORD_UNIT},
    {"metric", "tonne", "tonne", WORD_UNIT},
    {"troy", "ounce", "troy ounce", WORD_UNIT},
    {"nautical", "mile", "nautical mile", WORD_UNIT},
    {"degree", "degree Celsius", "degree Celsius", WORD_UNIT},
    {"degrees", "degree Celsius", "degree Celsius", WORD_UNIT},
    {"degrees", "degree Fahrenheit", "degree Fahrenheit", WORD_UNIT},
};

static const struct unit_word *find(const struct fm_lexemes *lx, size_t i)
{
    struct fm_str text = fm_lexeme_text(lx, i);
    char word[16];
    size_t low = 0;
    size_t high = sizeof words / sizeof words[0];

    if (text.len == 0 || text.len >= sizeof word)
        return NULL;
    for (size_t k = 0; k < text.len; k++)
        word[k] = fm_lower(text.data[k]);
    word[text.len] = '\0';
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, words[middle].word);

        if (order == 0)
            return &words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool set(struct fm_measure *ret, enum word_kind kind, const char *unit)
{
    static const enum fm_measure_kind kinds[] = {
        [WORD_MONEY] = FM_MEASURE_MONEY,     [WORD_CODE] = FM_MEASURE_MONEY,
        [WORD_PERCENT] = FM_MEASURE_PERCENT, [WORD_UNIT] = FM_MEASURE_UNIT,
        [WORD_TIMES] = FM_MEASURE_TIMES,
    };

    ret->kind = kinds[kind];
    ret->unit = unit;
    return true;
}

size_t fm_measure_prefix(const struct fm_lexemes *lexemes, size_t i,
                         struct fm_measure *ret_measure)
{
    const struct fm_lexeme *at = &lexemes->at[i];
    const struct unit_word *word;

    if (at->kind == FM_LEX_CURRENCY) {
        (void)set(ret_measure, WORD_MONEY, sign_units[at->value]);
        return 1;
    }
    if (at->kind != FM_LEX_WORD && at->kind != FM_LEX_FN)
        return 0;
    if (lexemes->at[i + 1].kind == FM_LEX_CURRENCY &&
        lexemes->at[i + 1].value == 0 && fm_lexeme_glued(lexemes, i + 1)) {
        for (size_t k = 0; k < sizeof dollars / sizeof dollars[0]; k++)
            if (fm_lexeme_is(lexemes, i, dollars[k].letters)) {
                (void)set(ret_measure, WORD_MONEY, dollars[k].unit);
                return 2;
            }
        return 0;
    }
    if (fm_lexeme_is(lexemes, i, "rs") || fm_lexeme_is(lexemes, i, "dlrs")) {
        (void)set(ret_measure, WORD_MONEY,
                  fm_lexeme_is(lexemes, i, "rs") ? "INR" : "USD");
        return fm_lexeme_mark(lexemes, i + 1, '.') ? 2 : 1;
    }
    word = (at->flags & FM_LEX_UPPER) != 0 ? find(lexemes, i) : NULL;
    if (word == NULL || word->kind != WORD_CODE)
        return 0;
    return set(ret_measure, WORD_CODE, word->unit);
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

        (void)set(ret, WORD_PERCENT, points ? "percentage point" : "percent");
        return n + (points ? 1 : 0);
    }
    if (fm_lexeme_fn(lx, i, FM_FN_PERCENTAGE) &&
        (fm_lexeme_is(lx, i + 1, "points") ||
         fm_lexeme_is(lx, i + 1, "point"))) {
        (void)set(ret, WORD_PERCENT, "percentage point");
        return 2;
    }
    if (fm_lexeme_is(lx, i, "basis") && fm_lexeme_is(lx, i + 1, "points")) {
        (void)set(ret, WORD_PERCENT, "basis point");
        return 2;
    }
    return 0;
}

static size_t read_national(const struct fm_lexemes *lx, size_t i,
                            struct fm_measure *ret)
{
    for (size_t k = 0; k < sizeof nationals / sizeof nationals[0]; k++) {
        size_t n = strlen(nationals[k].name);
        struct fm_str name = fm_lexeme_text(lx, i + 1);

        if (!fm_lexeme_is(lx, i, nationals[k].of))
            continue;
        /* The singular too. */
        if (fm_str_ieq(name, fm_str(nationals[k].name)) ||
            (name.len + 1 == n &&
             fm_str_ieq(name, fm_str_n(nationals[k].name, n - 1)))) {
            (void)set(ret, WORD_MONEY, nationals[k].unit);
            return 2;
        }
    }
    if ((fm_lexeme_is(lx, i, "hong") || fm_lexeme_fn(lx, i, FM_FN_NEW)) &&
        fm_lexeme_is(lx, i + 2, "dollars")) {
        (void)set(ret, WORD_MONEY, fm_lexeme_is(lx, i, "hong") ? "HKD" : "NZD");
        return 3;
    }
    return 0;
}

static size_t read_pair(const struct fm_lexemes *lx, size_t i,
                        struct fm_measure *ret)
{
    const struct unit_word *second = find(lx, i + 1);

    if (second == NULL)
        return 0;
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
        if (fm_lexeme_is(lx, i, pairs[k].first) &&
            strcmp(second->unit, pairs[k].second) == 0) {
            (void)set(ret, (enum word_kind)pairs[k].kind, pairs[k].unit);
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

size_t fm_measure_suffix(const struct fm_lexemes *lexemes, size_t i, bool large,
                         struct fm_measure *ret_measure)
{
    size_t dash =
        fm_lexeme_mark(lexemes, i, '-') && fm_lexeme_glued(lexemes, i) ? 1 : 0;
    const struct unit_word *word;
    size_t n = read_percent(lexemes, i + dash, ret_measure);

    if (n == 0)
        n = read_national(lexemes, i + dash, ret_measure);
    if (n == 0)
        n = read_pair(lexemes, i + dash, ret_measure);
    if (n > 0)
        return n + dash;
    word = find(lexemes, i + dash);
    if (word == NULL || !short_fits(lexemes, i + dash) ||
        (word->kind == WORD_CODE &&
         (lexemes->at[i + dash].flags & FM_LEX_UPPER) == 0))
        return 0;
    /* "three Pound members": units are not capitalised amid a sentence. */
    if (word->kind == WORD_UNIT &&
        lexemes->at[i + dash].end - lexemes->at[i + dash].start > 3 &&
        (lexemes->at[i + dash].flags & FM_LEX_CAPITAL) != 0)
        return 0;
    (void)set(ret_measure, (enum word_kind)word->kind, word->unit);
    if (strcmp(word->unit, "pound") == 0 &&
        (large || fm_lexeme_is(lexemes, i + dash + 1, "sterling"))) {
        (void)set(ret_measure, WORD_MONEY, "GBP");
        return dash + 1 +
               (fm_lexeme_is(lexemes, i + dash + 1, "sterling") ? 1 : 0);
    }
    n = dash + 1;
    return n + read_speed(lexemes, i + n, ret_measure);
}
