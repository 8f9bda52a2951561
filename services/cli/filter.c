#include "cli/filter.h"

#define FLAG(type, member) \
 FM_CLI_##type, offsetof(struct fm_filter_flags, member)
#define KINDS                                                          \
 "quote|reported|role|quantity|abbreviation|event|relation|membership" \
 "|location"
#define MODALITIES                                                    \
 "asserted|possible|probable|necessary|obligation|permission|ability" \
 "|intention|future|conditional|counterfactual|question"

const struct fm_cli_flag fm_filter_flag_table[] = {
    {"kind", 'k', FLAG(LIST, kinds), NULL, NULL, KINDS, "KIND[,KIND…]",
     "what sort of fact"},
    {"entity", 0, FLAG(TEXT, entity), NULL, NULL, NULL, "NAME|ID",
     "takes part in any role"},
    {"subject", 's', FLAG(TEXT, subject), NULL, NULL, NULL, "NAME|ID", "who"},
    {"object", 'o', FLAG(TEXT, object), NULL, NULL, NULL, "NAME|ID",
     "what or whom"},
    {"predicate", 'p', FLAG(TEXT, predicate), NULL, NULL, NULL, "LEMMA",
     "base form of the verb: say, take part"},
    {"speaker", 0, FLAG(TEXT, speaker), NULL, NULL, NULL, "NAME|ID",
     "who says so"},
    {"place", 0, FLAG(TEXT, place), NULL, NULL, NULL, "NAME|ID", "where"},
    {"text", 0, FLAG(TEXT, text), NULL, NULL, NULL, "QUERY",
     "words of the evidence, as for factmill search"},
    {"source", 0, FLAG(TEXT, source), NULL, NULL, NULL, "NAME",
     "of the article"},
    {"article", 0, FLAG(TEXT, article), NULL, NULL, NULL, "ID",
     "the producer's id"},
    {"from", 0, FLAG(TIME, from), NULL, NULL, NULL, "TIME",
     "it happened then or later"},
    {"to", 0, FLAG(TIME, to), NULL, NULL, NULL, "TIME", "it happened before"},
    {"published-from", 0, FLAG(TIME, published_from), NULL, NULL, NULL, "TIME",
     "published then or later"},
    {"published-to", 0, FLAG(TIME, published_to), NULL, NULL, NULL, "TIME",
     "published before"},
    {"recorded-from", 0, FLAG(TIME, recorded_from), NULL, NULL, NULL, "TIME",
     "stored then or later"},
    {"recorded-to", 0, FLAG(TIME, recorded_to), NULL, NULL, NULL, "TIME",
     "stored before"},
    {"min-confidence", 'c', FLAG(DOUBLE, min_confidence), NULL, NULL, NULL,
     "0…1", "at least so sure"},
    {"negative", 0, FLAG(BOOL, negative), NULL, NULL, NULL, NULL,
     "denied facts only"},
    {"positive", 0, FLAG(BOOL, positive), NULL, NULL, NULL, NULL,
     "facts that are not denied only"},
    {"modality", 'm', FLAG(LIST, modality), NULL, NULL, MODALITIES,
     "NAME[,NAME…]", "how it is meant"},
    {"retracted", 0, FLAG(BOOL, retracted), NULL, NULL, NULL, NULL,
     "also facts that a newer version of their article no longer has"},
    {"as-of", 0, FLAG(TIME, as_of), NULL, NULL, NULL, "TIME",
     "as the store stood then"},
};

const size_t fm_filter_flag_count =
    sizeof fm_filter_flag_table / sizeof fm_filter_flag_table[0];

static bool same_name(const char *name, struct fm_str given)
{
    size_t n = strlen(name);

    if (n != given.len)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = given.data[i] == '-' ? '_' : given.data[i];

        if (fm_lower(c) != fm_lower(name[i]))
            return false;
    }
    return true;
}

enum fm_error fm_enum_parse(const ProtobufCEnumDescriptor *type,
                            struct fm_str name, const char *flag,
                            struct fm_why *why, int *ret_value)
{
    char names[300] = "";
    size_t len = 0;

    for (unsigned i = 0; i < type->n_values; i++) {
        if (type->values[i].value != 0 &&
            same_name(type->values[i].name, name)) {
            *ret_value = type->values[i].value;
            return FM_OK;
        }
    }
    for (unsigned i = 0; i < type->n_values && len < sizeof names - 40; i++) {
        const char *c = type->values[i].name;

        if (type->values[i].value == 0)
            continue;
        if (len > 0)
            len += (size_t)snprintf(names + len, 3, ", ");
        for (; *c != '\0' && len < sizeof names - 1; c++)
            names[len++] = *c == '_' ? '-' : fm_lower(*c);
        names[len] = '\0';
    }
    return fm_fail(FM_EINVAL, why, NULL, "--%s: \"%.*s\" is not one of %s",
                   flag, name.len < 60 ? (int)name.len : 60, name.data, names);
}

/* Every value of a list, commas taken apart. */
static enum fm_error parse_list(const struct fm_cli_list *list,
                                const ProtobufCEnumDescriptor *type,
                                const char *flag, struct fm_why *why,
                                int ret[FM_CLI_LIST_MAX], size_t *ret_n)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        struct fm_str rest = fm_str(list->items[i]);
        struct fm_str name;

        while (fm_str_next(&rest, ',', &name)) {
            enum fm_error error;

            if (n == FM_CLI_LIST_MAX)
                return fm_fail(FM_EINVAL, why, NULL, "--%s: too many", flag);
            error = fm_enum_parse(type, fm_str_trim(name), flag, why, &ret[n]);
            if (error != FM_OK)
                return error;
            n++;
        }
    }
    *ret_n = n;
    return FM_OK;
}

Google__Protobuf__Timestamp *fm_filter_time(const struct fm_cli_time *time,
                                            Google__Protobuf__Timestamp *ret)
{
    if (!time->set)
        return NULL;
    google__protobuf__timestamp__init(ret);
    ret->seconds = time->us / 1000000 - (time->us % 1000000 < 0);
    ret->nanos = (int32_t)(time->us - ret->seconds * 1000000) * 1000;
    return ret;
}

/* Message fields are char *, but only ever read when packed. */
static void set_text(char **field, const char *value)
{
    if (value != NULL)
        memcpy(field, &value, sizeof value);
}

static void set_times(struct fm_filter *filter,
                      const struct fm_filter_flags *flags)
{
    Factmill__V1__FactFilter *m = &filter->message;

    m->time_from = fm_filter_time(&flags->from, &filter->times[0]);
    m->time_to = fm_filter_time(&flags->to, &filter->times[1]);
    m->published_from =
        fm_filter_time(&flags->published_from, &filter->times[2]);
    m->published_to = fm_filter_time(&flags->published_to, &filter->times[3]);
    m->recorded_from = fm_filter_time(&flags->recorded_from, &filter->times[4]);
    m->recorded_to = fm_filter_time(&flags->recorded_to, &filter->times[5]);
    m->as_of = fm_filter_time(&flags->as_of, &filter->times[6]);
}

enum fm_error fm_filter_init(struct fm_filter *filter,
                             const struct fm_filter_flags *flags,
                             struct fm_why *why)
{
    Factmill__V1__FactFilter *m = &filter->message;
    int values[FM_CLI_LIST_MAX];
    enum fm_error error;

    factmill__v1__fact_filter__init(m);
    error = parse_list(&flags->kinds, &factmill__v1__fact__kind__descriptor,
                       "kind", why, values, &m->n_kinds);
    if (error != FM_OK)
        return error;
    for (size_t i = 0; i < m->n_kinds; i++)
        filter->kinds[i] = (Factmill__V1__Fact__Kind)values[i];
    m->kinds = filter->kinds;
    error =
        parse_list(&flags->modality, &factmill__v1__fact__modality__descriptor,
                   "modality", why, values, &m->n_modality);
    if (error != FM_OK)
        return error;
    for (size_t i = 0; i < m->n_modality; i++)
        filter->modality[i] = (Factmill__V1__Fact__Modality)values[i];
    m->modality = filter->modality;
    set_text(&m->entity, flags->entity);
    set_text(&m->subject, flags->subject);
    set_text(&m->object, flags->object);
    set_text(&m->predicate, flags->predicate);
    set_text(&m->speaker, flags->speaker);
    set_text(&m->place, flags->place);
    set_text(&m->source, flags->source);
    set_text(&m->article, flags->article);
    set_text(&m->text, flags->text);
    set_times(filter, flags);
    if (flags->negative && flags->positive)
        return fm_fail(FM_EINVAL, why, NULL,
                       "--negative and --positive exclude one another");
    if (flags->negative)
        m->polarity = FACTMILL__V1__FACT__POLARITY__NEGATIVE;
    if (flags->positive)
        m->polarity = FACTMILL__V1__FACT__POLARITY__POSITIVE;
    m->min_confidence = (float)flags->min_confidence;
    m->include_retracted = flags->retracted;
    return FM_OK;
}
