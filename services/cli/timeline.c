/* factmill timeline and factmill count: how often, over time and by a field. */
#include "base/clock.h"
#include "base/parse.h"
#include "cli/ask.h"
#include "cli/bars.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#define OUTPUT_MAX ((size_t)64 << 20)
/* Empty buckets that are shown as such; more of them are one line. */
#define GAP_MAX 3

static Factmill__V1__TimeBucket bucket_of(const char *name)
{
    static const char *const names[] = {"auto",  "hour",    "day",  "week",
                                        "month", "quarter", "year", "decade"};
    int bucket = 0;

    while (strcmp(names[bucket], name) != 0)
        bucket++;
    return (Factmill__V1__TimeBucket)bucket;
}

static Factmill__V1__TimeAxis axis_of(const char *name)
{
    if (strcmp(name, "event") == 0)
        return FACTMILL__V1__TIME_AXIS__AXIS_EVENT;
    return strcmp(name, "recorded") == 0
               ? FACTMILL__V1__TIME_AXIS__AXIS_RECORDED
               : FACTMILL__V1__TIME_AXIS__AXIS_PUBLISHED;
}

/* --- labels ---------------------------------------------------------------------- */

/* "2011-05-01T10:00:00Z" as short as the bucket allows. */
static struct fm_str label_of(const char *start,
                              Factmill__V1__TimeBucket bucket, char ret[24])
{
    size_t least = bucket == FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR ? 13 : 10;
    uint64_t month = 0;

    /* From another program: it may be anything. */
    if (strlen(start) < least)
        return fm_str(start);
    switch (bucket) {
    case FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR:
        (void)snprintf(ret, 24, "%.10s %.2sh", start, start + 11);
        break;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_MONTH:
        (void)snprintf(ret, 24, "%.7s", start);
        break;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_QUARTER:
        if (fm_parse_u64(fm_str_n(start + 5, 2), &month) != FM_OK)
            break;
        (void)snprintf(ret, 24, "%.4s Q%u", start,
                       (unsigned)(month + 2) / 3 % 5);
        break;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_YEAR:
        (void)snprintf(ret, 24, "%.4s", start);
        break;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_DECADE:
        (void)snprintf(ret, 24, "%.4ss", start);
        break;
    case FACTMILL__V1__TIME_BUCKET__BUCKET_DAY:
    case FACTMILL__V1__TIME_BUCKET__BUCKET_WEEK:
    case FACTMILL__V1__TIME_BUCKET__TIME_BUCKET_UNSPECIFIED:
    case _FACTMILL__V1__TIME_BUCKET_IS_INT_SIZE:
        (void)snprintf(ret, 24, "%.10s", start);
        break;
    }
    return fm_str(ret);
}

static int64_t seconds_of(const char *start)
{
    int64_t us = 0;

    return fm_time_parse(fm_str(start), &us) == FM_OK ? us / 1000000 : 0;
}

/* The begin of the bucket behind one: the calendar's lengths are the service's
 * business, so only what is one step away is stepped over. */
static bool is_next(const char *end, const char *start)
{
    return strcmp(end, start) == 0;
}

static void step(char at[FM_TIME_TEXT], Factmill__V1__TimeBucket bucket)
{
    static const int64_t days[] = {0, 0, 1, 7, 31, 92, 366, 3653};
    struct fm_civil c = fm_civil_from_seconds(seconds_of(at));
    int64_t day = fm_days_from_civil(c.year, c.month, c.day) + days[bucket];
    bool monthly = bucket >= FACTMILL__V1__TIME_BUCKET__BUCKET_MONTH;

    if (bucket == FACTMILL__V1__TIME_BUCKET__BUCKET_HOUR) {
        fm_time_format((seconds_of(at) + 3600) * 1000000, at);
        return;
    }
    fm_civil_from_days(day, &c.year, &c.month, &c.day);
    if (bucket == FACTMILL__V1__TIME_BUCKET__BUCKET_QUARTER)
        c.month = (c.month - 1) / 3 * 3 + 1;
    if (bucket >= FACTMILL__V1__TIME_BUCKET__BUCKET_YEAR)
        c.month = 1;
    if (bucket == FACTMILL__V1__TIME_BUCKET__BUCKET_DECADE)
        c.year -= c.year % 10;
    (void)snprintf(at, FM_TIME_TEXT, "%04d-%02d-%02d", (int)c.year,
                   (int)c.month, monthly ? 1 : (int)c.day);
}

/* Rows without facts between two buckets. */
static void add_gap(const struct fm_bars *bars, const char *end,
                    const char *start, Factmill__V1__TimeBucket bucket,
                    struct fm_buf *out)
{
    char at[FM_TIME_TEXT];
    char label[24];
    int n = 0;

    (void)snprintf(at, sizeof at, "%.31s", end);
    for (; n <= GAP_MAX && strcmp(at, start) < 0; n++)
        step(at, bucket);
    if (n > GAP_MAX) {
        fm_style_z(bars->term, FM_DIM, "⋮", out);
        fm_buf_char(out, '\n');
        return;
    }
    (void)snprintf(at, sizeof at, "%.31s", end);
    for (; n > 0; n--) {
        fm_bars_row(bars, label_of(at, bucket, label), NULL, out);
        step(at, bucket);
    }
}

/* --- the timeline ------------------------------------------------------------------- */

static void add_rest(const struct fm_term *term, const char *what,
                     const Factmill__V1__Count *count, struct fm_buf *out)
{
    if (count == NULL || (count->asserted == 0 && count->reported == 0 &&
                          count->possible == 0 && count->negated == 0))
        return;
    fm_style_z(term, FM_DIM, what, out);
    fm_bars_words(count, out);
    fm_buf_char(out, '\n');
}

static void print_timeline(const struct fm_term *term,
                           const Factmill__V1__TimelineResponse *timeline,
                           struct fm_buf *out)
{
    const struct fm_fact_print how = {.indent = 4};
    struct fm_bars bars;
    char label[24];

    fm_bars_init(&bars, term);
    for (size_t i = 0; i < timeline->n_buckets; i++)
        fm_bars_measure(
            &bars,
            label_of(timeline->buckets[i]->start, timeline->bucket, label),
            timeline->buckets[i]->count);
    if (timeline->n_buckets > 0)
        fm_bars_begin(&bars, out);
    for (size_t i = 0; i < timeline->n_buckets; i++) {
        const Factmill__V1__TimelineBucket *b = timeline->buckets[i];

        if (i > 0 && !is_next(timeline->buckets[i - 1]->end, b->start))
            add_gap(&bars, timeline->buckets[i - 1]->end, b->start,
                    timeline->bucket, out);
        fm_bars_row(&bars, label_of(b->start, timeline->bucket, label),
                    b->count, out);
        for (size_t k = 0; k < b->n_top; k++)
            fm_print_fact(term, b->top[k], &how, out);
    }
    add_rest(term, "of longer times: ", timeline->coarser, out);
    add_rest(term, "without a date: ", timeline->undated, out);
}

/* Prints a reply; nothing when no fact matched. */
typedef void print_reply(const struct fm_term *term,
                         const ProtobufCMessage *reply, struct fm_buf *out);

/* Calls, prints, and frees; the exit status. */
static int ask(struct fm_cli *cli, const char *method,
               const ProtobufCMessage *request, print_reply *print)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    ProtobufCMessage *reply = NULL;
    struct fm_remote remote;
    struct fm_buf out;
    enum fm_error error =
        fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);

    if (error == FM_OK)
        error = fm_remote_call(&remote, &factmill__v1__query__descriptor,
                               method, request, &why, &reply);
    fm_remote_close(&remote);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    if (cli->common.json) {
        fm_print_json(reply);
    } else {
        fm_buf_init(&out, OUTPUT_MAX);
        print(&cli->out, reply, &out);
        if (out.len == 0)
            fm_cli_note(cli, "no fact matches");
        fm_text_flush(&out);
        fm_buf_release(&out);
    }
    protobuf_c_message_free_unpacked(reply, NULL);
    return 0;
}

static void print_timeline_reply(const struct fm_term *term,
                                 const ProtobufCMessage *reply,
                                 struct fm_buf *out)
{
    print_timeline(term, (const Factmill__V1__TimelineResponse *)reply, out);
}

int fm_cli_timeline(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    Factmill__V1__TimelineRequest request;
    struct fm_filter filter;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    factmill__v1__timeline_request__init(&request);
    request.filter = &filter.message;
    request.bucket = bucket_of(flags->bucket);
    request.axis = axis_of(flags->axis);
    request.top = flags->top < 1000 ? (uint32_t)flags->top : 1000;
    return ask(cli, "Timeline", &request.base, print_timeline_reply);
}

/* --- totals --------------------------------------------------------------------------- */

static struct fm_str name_of(const Factmill__V1__Count *count,
                             struct fm_buf *scratch)
{
    fm_buf_reset(scratch);
    fm_buf_z(scratch, count->key);
    if (count->entity != 0)
        fm_buf_printf(scratch, " #%llu", (unsigned long long)count->entity);
    return fm_buf_view(scratch);
}

static void print_totals(const struct fm_term *term,
                         const Factmill__V1__AggregateResponse *totals,
                         struct fm_buf *out)
{
    struct fm_buf scratch;
    struct fm_bars bars;

    fm_buf_init(&scratch, 4096);
    fm_bars_init(&bars, term);
    for (size_t i = 0; i < totals->n_counts; i++)
        fm_bars_measure(&bars, name_of(totals->counts[i], &scratch),
                        totals->counts[i]);
    if (totals->n_counts > 0)
        fm_bars_begin(&bars, out);
    for (size_t i = 0; i < totals->n_counts; i++)
        fm_bars_row(&bars, name_of(totals->counts[i], &scratch),
                    totals->counts[i], out);
    if (totals->total > totals->n_counts) {
        fm_style_z(term, FM_DIM, "and ", out);
        fm_text_number(totals->total - totals->n_counts, out);
        fm_buf_z(out, " more\n");
    }
    add_rest(term, "all facts: ", totals->facts, out);
    fm_buf_release(&scratch);
}

enum fm_error fm_aggregate_by(struct fm_str text, struct fm_why *why,
                              int *ret_by)
{
    /* By number of AggregateBy. */
    static const char *const names[] = {
        "",      "kind",   "predicate", "speaker",  "source",
        "place", "entity", "day",       "polarity", "modality"};

    for (int i = 1; i < (int)(sizeof names / sizeof names[0]); i++) {
        if (fm_str_eqz(text, names[i])) {
            *ret_by = i;
            return FM_OK;
        }
    }
    return fm_fail(FM_EINVAL, why, NULL,
                   "facts are counted by kind, predicate, speaker, source, "
                   "place, entity, day, polarity or modality, not by \"%.*s\"",
                   FM_STR_ARG(text));
}

static void print_totals_reply(const struct fm_term *term,
                               const ProtobufCMessage *reply,
                               struct fm_buf *out)
{
    print_totals(term, (const Factmill__V1__AggregateResponse *)reply, out);
}

int fm_cli_count(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    struct fm_why why = FM_WHY_INIT;
    Factmill__V1__AggregateRequest request;
    struct fm_filter filter;
    int by = 0;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error == FM_OK)
        error = fm_aggregate_by(fm_str(cli->args[0]), &why, &by);
    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    factmill__v1__aggregate_request__init(&request);
    request.filter = &filter.message;
    request.by = (Factmill__V1__AggregateBy)by;
    request.axis = axis_of(flags->axis);
    request.limit = flags->limit < 1000 ? (int32_t)flags->limit : 1000;
    return ask(cli, "Aggregate", &request.base, print_totals_reply);
}
