/* factmill article: one article, where it stands, and its facts by sentence. */
#include "base/limits.h"
#include "cli/article_versions.h"
#include "cli/ask.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#define OUTPUT_MAX ((size_t)256 << 20)

static void line(const struct fm_term *term, const char *label,
                 const char *value, struct fm_buf *out)
{
    if (value[0] == '\0')
        return;
    fm_style_z(term, FM_DIM, label, out);
    fm_text_pad(11 - strlen(label), out);
    fm_style_z(term, FM_PLAIN, value, out);
    fm_buf_char(out, '\n');
}

static void time_line(const struct fm_term *term, const char *label,
                      const Google__Protobuf__Timestamp *time,
                      struct fm_buf *out)
{
    struct fm_buf text;

    if (time == NULL)
        return;
    fm_buf_init(&text, 64);
    fm_print_timestamp(time, &text);
    line(term, label, text.data != NULL ? text.data : "", out);
    fm_buf_release(&text);
}

static void print_head(const struct fm_term *term,
                       const Factmill__V1__ArticleInfo *info,
                       struct fm_buf *out)
{
    const Factmill__V1__Article *article = info->article;
    char text[160];

    fm_style_z(term, FM_BOLD,
               article->title[0] != '\0' ? article->title : article->id, out);
    fm_buf_char(out, '\n');
    line(term, "id", article->id, out);
    line(term, "source", article->source, out);
    line(term, "url", article->url, out);
    line(term, "by", article->byline, out);
    time_line(term, "published", article->published, out);
    time_line(term, "stored", info->recorded, out);
    (void)snprintf(text, sizeof text, "%u of %u", info->version,
                   info->versions);
    line(term, "version", text, out);
    (void)snprintf(text, sizeof text, "%s%s%.100s",
                   fm_enum_name(&factmill__v1__article_state__descriptor,
                                (int)info->state),
                   info->reason[0] != '\0' ? ": " : "", info->reason);
    line(term, "state", text, out);
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)info->facts);
    line(term, "facts", text, out);
    fm_buf_char(out, '\n');
}

/* Prints a text as it is, but for control characters. */
static void print_text(struct fm_str text, struct fm_buf *out)
{
    struct fm_str part;

    while (fm_str_next(&text, '\n', &part)) {
        fm_text_clean(part, out);
        fm_buf_char(out, '\n');
    }
}

/* Its facts, page by page; a sentence's facts come together. */
static enum fm_error print_facts(struct fm_cli *cli, struct fm_remote *remote,
                                 const Factmill__V1__Article *article,
                                 struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__ListFactsResponse *page = NULL;
    Factmill__V1__ListFactsRequest request;
    Factmill__V1__FactFilter filter;
    Google__Protobuf__Timestamp as_of;
    struct fm_buf out;
    bool more = true;
    enum fm_error error = FM_OK;

    factmill__v1__fact_filter__init(&filter);
    factmill__v1__list_facts_request__init(&request);
    filter.article = article->id;
    filter.source = article->source;
    filter.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    request.filter = &filter;
    request.order_by = FACTMILL__V1__FACT_ORDER__ARTICLE_ASC;
    request.page_size = (int32_t)FM_PAGE_MAX;
    fm_buf_init(&out, OUTPUT_MAX);
    while (error == FM_OK && more) {
        Factmill__V1__ListFactsResponse *next = NULL;

        if (page != NULL)
            request.page_token = page->next_page_token;
        error = FM_QUERY(remote, ListFacts, &request, why, &next);
        factmill__v1__list_facts_response__free_unpacked(page, NULL);
        page = next;
        if (page != NULL)
            fm_print_facts_of(&cli->out, article, page->facts, page->n_facts,
                              &out);
        fm_text_flush(&out);
        more = page != NULL && page->next_page_token[0] != '\0';
    }
    factmill__v1__list_facts_response__free_unpacked(page, NULL);
    fm_buf_release(&out);
    return error;
}

static enum fm_error show(struct fm_cli *cli, struct fm_remote *remote,
                          const Factmill__V1__GetArticleResponse *response,
                          struct fm_why *why)
{
    const struct fm_ask_flags *flags = cli->options;
    const Factmill__V1__ArticleInfo *info = response->info;
    struct fm_buf out;

    if (cli->common.json) {
        fm_print_json(&response->base);
        return FM_OK;
    }
    if (info == NULL || info->article == NULL)
        return FM_EINTERNAL;
    fm_buf_init(&out, OUTPUT_MAX);
    print_head(&cli->out, info, &out);
    if (flags->with_text)
        print_text(fm_str(info->article->text), &out);
    fm_text_flush(&out);
    fm_buf_release(&out);
    if (flags->versions)
        fm_print_versions(cli, response);
    if (flags->diff != 0)
        fm_print_difference(cli, response, (uint32_t)flags->diff);
    if (flags->with_text || flags->versions || flags->diff != 0 ||
        (info->version != info->versions && !flags->filter.as_of.set))
        return FM_OK;
    return print_facts(cli, remote, info->article, why);
}

int fm_cli_article(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__GetArticleResponse *response = NULL;
    Factmill__V1__GetArticleRequest request;
    Google__Protobuf__Timestamp as_of;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error;

    factmill__v1__get_article_request__init(&request);
    request.id = cli->args[0];
    if (flags->source != NULL)
        memcpy(&request.source, &flags->source, sizeof request.source);
    request.version = (uint32_t)flags->version;
    request.with_versions = flags->versions;
    request.compare_with = (uint32_t)flags->diff;
    request.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = FM_QUERY(&remote, GetArticle, &request, &why, &response);
    if (error == FM_OK)
        error = show(cli, &remote, response, &why);
    factmill__v1__get_article_response__free_unpacked(response, NULL);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}
