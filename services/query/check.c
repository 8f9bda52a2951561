#include "query/check.h"

#include "base/limits.h"
#include "base/utf8.h"

/* Names and phrases in a filter: longer than any name, short enough that the
 * words of one query stay few. */
#define TEXT_MAX 1024u
/* Values of one repeated field: more than there are kinds or modalities. */
#define LIST_MAX 64u
/* 0001-01-01 and 10000-01-01, what a Timestamp may hold (timestamp.proto). */
#define SECONDS_MIN INT64_C(-62135596800)
#define SECONDS_END INT64_C(253402300800)

enum fm_error fm_check_text(const char *text, size_t max, const char *field,
                            struct fm_why *why)
{
    struct fm_str s = fm_str(text);

    if (s.len > max)
        return fm_fail_field(FM_EINVAL, why, field, "TOO_LONG",
                             "%s has %zu bytes; at most %zu are allowed", field,
                             s.len, max);
    if (fm_utf8_valid(s) != s.len)
        return fm_fail_field(FM_EINVAL, why, field, "NOT_UTF8",
                             "%s is not UTF-8", field);
    return FM_OK;
}

static enum fm_error check_enum(const ProtobufCEnumDescriptor *type, int value,
                                const char *field, struct fm_why *why)
{
    if (protobuf_c_enum_descriptor_get_value(type, value) != NULL)
        return FM_OK;
    return fm_fail_field(FM_EINVAL, why, field, "ENUM",
                         "%s: %d is no value of %s", field, value, type->name);
}

/* enums: the values as a message holds them (protobuf-c enums are ints). */
static enum fm_error check_enums(const ProtobufCEnumDescriptor *type,
                                 const void *values, size_t n,
                                 const char *field, struct fm_why *why)
{
    if (n > LIST_MAX)
        return fm_fail_field(FM_EINVAL, why, field, "TOO_MANY",
                             "%s has %zu values; at most %u are allowed", field,
                             n, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        enum fm_error error;
        int value;

        memcpy(&value, (const char *)values + i * sizeof value, sizeof value);
        error = check_enum(type, value, field, why);
        if (error != FM_OK)
            return error;
        if (value == 0)
            return fm_fail_field(FM_EINVAL, why, field, "ENUM",
                                 "%s holds the unspecified value; leave the "
                                 "field empty instead",
                                 field);
    }
    return FM_OK;
}

static enum fm_error check_time(const Google__Protobuf__Timestamp *time,
                                const char *field, struct fm_why *why)
{
    if (time == NULL ||
        (time->seconds >= SECONDS_MIN && time->seconds < SECONDS_END &&
         time->nanos >= 0 && time->nanos <= 999999999))
        return FM_OK;
    return fm_fail_field(FM_EINVAL, why, field, "TIME",
                         "%s is no time of the years 1 to 9999", field);
}

static bool is_after(const Google__Protobuf__Timestamp *a,
                     const Google__Protobuf__Timestamp *b)
{
    return a->seconds > b->seconds ||
           (a->seconds == b->seconds && a->nanos > b->nanos);
}

static enum fm_error check_range(const Google__Protobuf__Timestamp *from,
                                 const Google__Protobuf__Timestamp *to,
                                 const char *from_field, const char *to_field,
                                 struct fm_why *why)
{
    enum fm_error error = check_time(from, from_field, why);

    if (error == FM_OK)
        error = check_time(to, to_field, why);
    if (error == FM_OK && from != NULL && to != NULL && is_after(from, to))
        return fm_fail_field(FM_EINVAL, why, from_field, "RANGE",
                             "%s is later than %s", from_field, to_field);
    return error;
}

static enum fm_error check_filter_texts(const Factmill__V1__FactFilter *filter,
                                        struct fm_why *why)
{
    const struct {
        const char *text;
        const char *field;
    } texts[] = {
        {filter->entity, "filter.entity"},
        {filter->subject, "filter.subject"},
        {filter->object, "filter.object"},
        {filter->predicate, "filter.predicate"},
        {filter->speaker, "filter.speaker"},
        {filter->place, "filter.place"},
        {filter->source, "filter.source"},
        {filter->article, "filter.article"},
        {filter->text, "filter.text"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum fm_error error =
            fm_check_text(texts[i].text, TEXT_MAX, texts[i].field, why);

        if (error != FM_OK)
            return error;
    }
    return FM_OK;
}

static enum fm_error check_filter_times(const Factmill__V1__FactFilter *filter,
                                        struct fm_why *why)
{
    const struct {
        const Google__Protobuf__Timestamp *from;
        const Google__Protobuf__Timestamp *to;
        const char *from_field;
        const char *to_field;
    } ranges[] = {
        {filter->time_from, filter->time_to, "filter.time_from",
         "filter.time_to"},
        {filter->published_from, filter->published_to, "filter.published_from",
         "filter.published_to"},
        {filter->recorded_from, filter->recorded_to, "filter.recorded_from",
         "filter.recorded_to"},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        enum fm_error error =
            check_range(ranges[i].from, ranges[i].to, ranges[i].from_field,
                        ranges[i].to_field, why);

        if (error != FM_OK)
            return error;
    }
    return check_time(filter->as_of, "filter.as_of", why);
}

enum fm_error fm_check_filter(const Factmill__V1__FactFilter *filter,
                              struct fm_why *why)
{
    enum fm_error error;

    if (filter == NULL)
        return FM_OK;
    error = check_enums(&factmill__v1__fact__kind__descriptor, filter->kinds,
                        filter->n_kinds, "filter.kinds", why);
    if (error == FM_OK)
        error = check_enums(&factmill__v1__fact__modality__descriptor,
                            filter->modality, filter->n_modality,
                            "filter.modality", why);
    if (error == FM_OK)
        error = check_enum(&factmill__v1__fact__polarity__descriptor,
                           (int)filter->polarity, "filter.polarity", why);
    if (error == FM_OK)
        error = check_filter_texts(filter, why);
    if (error == FM_OK)
        error = check_filter_times(filter, why);
    /* Written so that NaN fails. */
    if (error == FM_OK &&
        !(filter->min_confidence >= 0.0f && filter->min_confidence <= 1.0f))
        return fm_fail_field(FM_EINVAL, why, "filter.min_confidence", "RANGE",
                             "filter.min_confidence is not from 0 to 1");
    return error;
}

enum fm_error fm_check_watch(const Factmill__V1__WatchFactsRequest *request,
                             struct fm_why *why)
{
    bool since =
        request->from == FACTMILL__V1__WATCH_FACTS_REQUEST__FROM__SINCE;
    enum fm_error error = fm_check_filter(request->filter, why);

    if (error == FM_OK)
        error = check_enum(&factmill__v1__watch_facts_request__from__descriptor,
                           (int)request->from, "from", why);
    if (error == FM_OK)
        error = check_time(request->since, "since", why);
    if (error != FM_OK)
        return error;
    if (since != (request->since != NULL))
        return fm_fail_field(FM_EINVAL, why, "since", "SINCE",
                             "since and from = SINCE go together");
    if (request->filter != NULL && request->filter->as_of != NULL)
        return fm_fail_field(
            FM_EINVAL, why, "filter.as_of", "AS_OF",
            "what is still to come cannot be asked for as of a "
            "time that has passed");
    return FM_OK;
}

enum fm_error fm_check_order(Factmill__V1__FactOrder order, struct fm_why *why)
{
    return check_enum(&factmill__v1__fact_order__descriptor, (int)order,
                      "order_by", why);
}

enum fm_error
fm_check_list_articles(const Factmill__V1__ListArticlesRequest *request,
                       struct fm_why *why)
{
    enum fm_error error = check_enum(&factmill__v1__article_state__descriptor,
                                     (int)request->state, "state", why);

    if (error == FM_OK)
        error = check_range(request->published_from, request->published_to,
                            "published_from", "published_to", why);
    if (error == FM_OK)
        error = check_range(request->recorded_from, request->recorded_to,
                            "recorded_from", "recorded_to", why);
    if (error == FM_OK)
        error = fm_check_text(request->source, FM_LIMIT_SOURCE, "source", why);
    if (error == FM_OK)
        error = fm_check_text(request->title, TEXT_MAX, "title", why);
    return error;
}

enum fm_error
fm_check_list_entities(const Factmill__V1__ListEntitiesRequest *request,
                       struct fm_why *why)
{
    enum fm_error error =
        check_enums(&factmill__v1__entity__type__descriptor, request->types,
                    request->n_types, "types", why);

    if (error == FM_OK)
        error = fm_check_text(request->name, TEXT_MAX, "name", why);
    if (error == FM_OK)
        error = fm_check_text(request->prefix, TEXT_MAX, "prefix", why);
    if (error == FM_OK)
        error = fm_check_text(request->similar, TEXT_MAX, "similar", why);
    return error;
}
