/* The numbers of an amount, written out. */
#include "cli/say.h"

static bool empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* "22000" as "22,000"; fractions as they are. */
static void say_number(const char *z, struct fm_para *para)
{
    char text[64];
    size_t whole = strspn(z[0] == '-' ? z + 1 : z, "0123456789");
    size_t n = 0;

    if (strlen(z) > 40) {
        fm_para_z(para, FM_MAGENTA, z);
        return;
    }
    if (z[0] == '-')
        text[n++] = *z++;
    for (size_t i = 0; z[i] != '\0'; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            text[n++] = ',';
        text[n++] = z[i];
    }
    text[n] = '\0';
    fm_para_z(para, FM_MAGENTA, text);
}

/* "5 kilometres", "5%", "5 USD per barrel" */
static void say_unit(const char *unit, bool one, struct fm_para *para)
{
    static const struct {
        const char *one;
        const char *many;
    } odd[] = {{"foot", "feet"},
               {"inch", "inches"},
               {"penny", "pence"},
               {"franc", "francs"}};

    size_t n = strcspn(unit, " ");
    char first[32];
    const char *rest;

    if (empty(unit))
        return;
    if (strcmp(unit, "percent") == 0) {
        fm_para_z(para, FM_MAGENTA, "%");
        return;
    }
    fm_para_z(para, FM_PLAIN, " ");
    /* Of "percentage point" the second word has the plural. */
    if (unit[n] == ' ' && strncmp(unit + n, " per ", 5) != 0)
        n = strlen(unit);
    if (one || n + 3 > sizeof first || (unit[0] >= 'A' && unit[0] <= 'Z') ||
        unit[n - 1] == 's') {
        fm_para_z(para, FM_MAGENTA, unit);
        return;
    }
    rest = unit + n;
    memcpy(first, unit, n);
    first[n] = '\0';
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        if (strcmp(first, odd[i].one) == 0) {
            fm_para_z(para, FM_MAGENTA, odd[i].many);
            fm_para_z(para, FM_MAGENTA, rest);
            return;
        }
    fm_para_z(para, FM_MAGENTA, first);
    fm_para_z(para, FM_MAGENTA, "s");
    fm_para_z(para, FM_MAGENTA, rest);
}

static void say_measured(const char *value, const char *unit,
                         struct fm_para *para)
{
    char share[32];

    /* "nearly a third" */
    if (strncmp(value, "0.", 2) == 0 && empty(unit)) {
        (void)snprintf(share, sizeof share, "%.3g%%",
                       strtod(value, NULL) * 100);
        fm_para_z(para, FM_MAGENTA, share);
        return;
    }
    say_number(value, para);
    say_unit(unit, strcmp(value, "1") == 0, para);
}

/* A factor: "by 36%", "2 times". */
static void say_factor(const Factmill__V1__Change *change, struct fm_para *para)
{
    char text[32];
    double factor = strtod(change->factor, NULL);

    if (!change->relative) {
        fm_para_z(para, FM_MAGENTA, change->factor);
        fm_para_z(para, FM_MAGENTA, " times");
        return;
    }
    (void)snprintf(text, sizeof text, "%.4g%%", factor * 100);
    fm_para_z(para, FM_DIM, "by ");
    fm_para_z(para, FM_MAGENTA, text);
}

static void say_change(const Factmill__V1__Quantity *q, struct fm_para *para)
{
    static const char *const directions[] = {"changed", "up", "down",
                                             "unchanged"};
    const Factmill__V1__Change *change = q->change;
    bool percent = strcmp(q->unit, "percent") == 0 && change->relative &&
                   empty(change->to) && empty(change->from);
    const char *unit = percent ? "" : q->unit;

    fm_para_z(
        para, FM_PLAIN,
        directions[(unsigned)change->direction < 4 ? change->direction : 0]);
    if (!empty(change->factor)) {
        fm_para_z(para, FM_PLAIN, " ");
        say_factor(change, para);
    }
    if (!empty(change->by)) {
        fm_para_z(para, FM_DIM, " by ");
        say_measured(change->by, unit, para);
    }
    if (!empty(q->low) && empty(q->value)) {
        fm_para_z(para, FM_DIM, " by ");
        say_number(q->low, para);
        fm_para_z(para, FM_MAGENTA, "–");
        say_measured(q->high, unit, para);
    }
    if (!empty(change->from)) {
        fm_para_z(para, FM_DIM, " from ");
        if (empty(change->to))
            say_measured(change->from, unit, para);
        else
            say_number(change->from, para);
    }
    if (!empty(change->to)) {
        fm_para_z(para, FM_DIM, " to ");
        say_measured(change->to, unit, para);
    }
    if (!empty(change->baseline)) {
        fm_para_z(para, FM_DIM, " against ");
        fm_para_z(para, FM_MAGENTA, change->baseline);
    }
}

void fm_say_amount(const Factmill__V1__Quantity *q, struct fm_para *para)
{
    static const char *const qualifiers[] = {
        "",           "",         "about ",  "more than ", "at least ",
        "less than ", "at most ", "nearly ", "up to "};

    if (q->change != NULL) {
        say_change(q, para);
        return;
    }
    if ((unsigned)q->qualifier < sizeof qualifiers / sizeof *qualifiers)
        fm_para_z(para, FM_DIM, qualifiers[q->qualifier]);
    if (empty(q->value) && !empty(q->low)) {
        say_number(q->low, para);
        fm_para_z(para, FM_MAGENTA, "–");
        say_measured(q->high, q->unit, para);
    } else {
        say_measured(q->value, q->unit, para);
    }
    if (!empty(q->whole)) {
        fm_para_z(para, FM_DIM, " of ");
        say_number(q->whole, para);
    }
}

/* Does the text have the number in digits, with or without commas? */
static bool shows(const char *text, const char *number)
{
    for (; *text != '\0'; text++) {
        const char *t = text;
        const char *n = number;

        while (*n != '\0' && (*t == *n || *t == ',')) {
            n += *t == *n;
            t++;
        }
        if (*n == '\0' && (*t < '0' || *t > '9') && *t != '.')
            return true;
    }
    return false;
}

bool fm_say_amount_helps(const Factmill__V1__Quantity *q)
{
    if (q->change != NULL)
        return true;
    /* "eight turbines" */
    if (strspn(q->value, "0123456789") == strlen(q->value) &&
        strlen(q->value) > 0 && strtod(q->value, NULL) <= 12)
        return false;
    return (!empty(q->value) && !shows(q->text, q->value)) ||
           (!empty(q->high) && !shows(q->text, q->high));
}
