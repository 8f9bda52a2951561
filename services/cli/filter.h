/* The conditions on facts as flags; the same for facts, search and export. */
#ifndef FM_CLI_FILTER_H
#define FM_CLI_FILTER_H

#include "base/str.h"
#include "cli/flags.h"
#include "factmill/v1/query.pb-c.h"

struct fm_filter_flags {
    struct fm_cli_list kinds;
    const char *entity;
    const char *subject;
    const char *object;
    const char *predicate;
    const char *speaker;
    const char *place;
    const char *source;
    const char *article;
    const char *text;
    struct fm_cli_time from;
    struct fm_cli_time to;
    struct fm_cli_time published_from;
    struct fm_cli_time published_to;
    struct fm_cli_time recorded_from;
    struct fm_cli_time recorded_to;
    bool negative;
    bool positive;
    struct fm_cli_list modality;
    double min_confidence;
    bool retracted;
    struct fm_cli_time as_of;
};

extern const struct fm_cli_flag fm_filter_flag_table[];
extern const size_t fm_filter_flag_count;

#define FM_FILTER_TIMES 7

/* The message and what it points into; keep it where it is. */
struct fm_filter {
    Factmill__V1__FactFilter message;
    Factmill__V1__Fact__Kind kinds[FM_CLI_LIST_MAX];
    Factmill__V1__Fact__Modality modality[FM_CLI_LIST_MAX];
    Google__Protobuf__Timestamp times[FM_FILTER_TIMES];
};

/* FM_EINVAL: no such kind or modality, with those there are. */
enum fm_error fm_filter_init(struct fm_filter *filter,
                             const struct fm_filter_flags *flags,
                             struct fm_why *why);
/* The number of a name as people write it ("quote", "at-least"). */
enum fm_error fm_enum_parse(const ProtobufCEnumDescriptor *type,
                            struct fm_str name, const char *flag,
                            struct fm_why *why, int *ret_value);
/* A flag's time as a message; NULL when it was not given. */
Google__Protobuf__Timestamp *fm_filter_time(const struct fm_cli_time *time,
                                            Google__Protobuf__Timestamp *ret);

#endif
