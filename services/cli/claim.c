/* factmill claims, factmill claim: what is said, by how many, and what clashes
 * with it. */
#include "cli/ask.h"
#include "cli/print_fact.h"
#include "cli/remote.h"

#define OUTPUT_MAX ((size_t)16 << 20)
#define INDENT     4u

static void plural(struct fm_buf *out, uint64_t n, const char *one,
                   const char *many)
{
    fm_text_number(n, out);
    fm_buf_char(out, ' ');
    fm_buf_z(out, n == 1 ? one : many);
}

/* "3 origins · 12 articles of 4 sources · 4 May 2024 – 8 May 2024" */
static void print_head(const struct fm_cli *cli,
                       const Factmill__V1__Claim *claim, struct fm_buf *out)
{
    struct fm_buf first;
    struct fm_buf last;

    fm_buf_init(&first, 64);
    fm_buf_init(&last, 64);
    fm_print_timestamp(claim->first_seen, &first);
    fm_print_timestamp(claim->last_seen, &last);
    fm_style_on(&cli->out, FM_BOLD, out);
    plural(out, claim->origins, "origin", "origins");
    fm_style_off(&cli->out, out);
    fm_buf_z(out, " · ");
    plural(out, claim->articles, "article", "articles");
    fm_buf_z(out, " of ");
    plural(out, claim->sources, "source", "sources");
    fm_buf_z(out, " · ");
    fm_buf_str(out, fm_buf_view(&first));
    if (!fm_str_eq(fm_buf_view(&first), fm_buf_view(&last))) {
        fm_buf_z(out, " – ");
        fm_buf_str(out, fm_buf_view(&last));
    }
    if (claim->contradictions > 0) {
        fm_buf_z(out, " · ");
        fm_style_on(&cli->out, FM_RED, out);
        plural(out, claim->contradictions, "contradiction", "contradictions");
        fm_style_off(&cli->out, out);
    }
    fm_buf_z(out, "  ");
    fm_style_z(&cli->out, FM_DIM, claim->id, out);
    fm_buf_char(out, '\n');
    fm_buf_release(&first);
    fm_buf_release(&last);
}

static void print_fact(const struct fm_cli *cli, const Factmill__V1__Fact *fact,
                       struct fm_buf *out)
{
    const struct fm_fact_print how = {
        .indent = INDENT, .evidence = true, .origin = true};

    if (fact != NULL)
        fm_print_fact(&cli->out, fact, &how, out);
}

/* --- claims --------------------------------------------------------------------------- */

static void print_page(const struct fm_cli *cli,
                       const Factmill__V1__ListClaimsResponse *reply)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < reply->n_claims; i++) {
        print_head(cli, reply->claims[i], &out);
        print_fact(cli, reply->claims[i]->fact, &out);
        fm_buf_char(&out, '\n');
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

static Factmill__V1__ClaimOrder order_of(const char *name)
{
    static const struct {
        const char *name;
        Factmill__V1__ClaimOrder order;
    } orders[] = {
        {"origins", FACTMILL__V1__CLAIM_ORDER__ORIGINS_DESC},
        {"articles", FACTMILL__V1__CLAIM_ORDER__ARTICLES_DESC},
        {"last", FACTMILL__V1__CLAIM_ORDER__LAST_SEEN_DESC},
        {"first", FACTMILL__V1__CLAIM_ORDER__FIRST_SEEN_DESC},
    };

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (strcmp(orders[i].name, name) == 0)
            return orders[i].order;
    return FACTMILL__V1__CLAIM_ORDER__CLAIM_ORDER_UNSPECIFIED;
}

static enum fm_error list_pages(struct fm_cli *cli, struct fm_remote *remote,
                                Factmill__V1__ListClaimsRequest *request,
                                uint64_t limit, struct fm_why *why)
{
    char *token = NULL;
    uint64_t left = limit > 0 ? limit : UINT64_MAX;
    bool more = true;
    enum fm_error error = FM_OK;

    while (error == FM_OK && more && left > 0) {
        Factmill__V1__ListClaimsResponse *reply = NULL;

        request->page_size = left < 100 ? (int32_t)left : 100;
        if (token != NULL)
            request->page_token = token;
        error = FM_QUERY(remote, ListClaims, request, why, &reply);
        if (error != FM_OK)
            break;
        for (size_t i = 0; cli->common.json && i < reply->n_claims; i++)
            fm_print_json(&reply->claims[i]->base);
        if (!cli->common.json)
            print_page(cli, reply);
        if (limit == left && reply->n_claims == 0)
            fm_cli_note(cli, "nothing is said so often");
        left -= reply->n_claims < left ? reply->n_claims : left;
        more = reply->next_page_token[0] != '\0';
        free(token);
        token = strdup(reply->next_page_token);
        if (token == NULL)
            error = fm_fail(FM_ENOMEM, why, NULL, "no memory for a page");
        factmill__v1__list_claims_response__free_unpacked(reply, NULL);
    }
    free(token);
    return error;
}

int fm_cli_claims(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__ListClaimsRequest request;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    struct fm_filter filter;
    enum fm_error error = fm_filter_init(&filter, &flags->filter, &why);

    if (error != FM_OK)
        return fm_cli_usage(cli, "%s", why.text);
    factmill__v1__list_claims_request__init(&request);
    request.order_by = order_of(flags->order);
    request.filter = &filter.message;
    request.contradicted = flags->clash;
    request.min_articles = flags->min_articles < UINT32_MAX
                               ? (uint32_t)flags->min_articles
                               : UINT32_MAX;
    request.min_origins = flags->min_origins < UINT32_MAX
                              ? (uint32_t)flags->min_origins
                              : UINT32_MAX;
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = list_pages(cli, &remote, &request, flags->limit, &why);
    fm_remote_close(&remote);
    return error == FM_OK ? 0 : fm_cli_fail(cli, error, &why);
}

/* --- claim ------------------------------------------------------------------------------ */

static void print_title(const struct fm_cli *cli, const char *title,
                        struct fm_buf *out)
{
    fm_buf_char(out, '\n');
    fm_style_z(&cli->out, FM_BOLD, title, out);
    fm_buf_char(out, '\n');
}

/* "  police (said by) · 3 articles · first 4 May 2024 · a.example, b.example" */
static void print_origin(const struct fm_cli *cli,
                         const Factmill__V1__ClaimOrigin *o, struct fm_buf *out)
{
    bool voice = o->how == FACTMILL__V1__CLAIM_ORIGIN__HOW__VOICE;
    struct fm_para para;

    fm_text_pad(INDENT, out);
    fm_para_begin(&para, &cli->out, INDENT, (size_t)INDENT * 2, out);
    if (voice)
        fm_para_z(&para, FM_PLAIN, "said by ");
    fm_para_z(&para, FM_CYAN, o->name);
    fm_para_z(&para, FM_PLAIN, " · ");
    {
        struct fm_buf text;

        fm_buf_init(&text, 4096);
        plural(&text, o->articles, "article", "articles");
        fm_buf_z(&text, " · first on ");
        fm_print_timestamp(o->first_seen, &text);
        fm_para_add(&para, FM_PLAIN, fm_buf_view(&text));
        fm_buf_release(&text);
    }
    fm_para_z(&para, FM_PLAIN, " · ");
    for (size_t i = 0; i < o->n_sources; i++) {
        if (i > 0)
            fm_para_z(&para, FM_DIM, ", ");
        fm_para_z(&para, FM_DIM, o->sources[i]);
    }
    fm_para_end(&para);
}

static const char *words_of(const Factmill__V1__ClaimLink *link)
{
    switch (link->type) {
    case FACTMILL__V1__CLAIM_LINK__TYPE__CONTRADICTS:
        switch (link->reason) {
        case FACTMILL__V1__CLAIM_LINK__REASON__VALUE:
            return "contradicted: another number";
        case FACTMILL__V1__CLAIM_LINK__REASON__POLARITY:
            return "contradicted: denied";
        case FACTMILL__V1__CLAIM_LINK__REASON__TIME:
            return "contradicted: another day";
        case FACTMILL__V1__CLAIM_LINK__REASON__HOLDER:
            return "contradicted: another holder";
        case FACTMILL__V1__CLAIM_LINK__REASON__REASON_UNSPECIFIED:
        case _FACTMILL__V1__CLAIM_LINK__REASON_IS_INT_SIZE: break;
        }
        return "contradicted";
    case FACTMILL__V1__CLAIM_LINK__TYPE__UPDATES: return "before it was said";
    case FACTMILL__V1__CLAIM_LINK__TYPE__UPDATED_BY: return "later it was said";
    case FACTMILL__V1__CLAIM_LINK__TYPE__AGREES: return "agrees with it";
    case FACTMILL__V1__CLAIM_LINK__TYPE__TYPE_UNSPECIFIED:
    case _FACTMILL__V1__CLAIM_LINK__TYPE_IS_INT_SIZE: break;
    }
    return "beside it";
}

/* The other side; this side's evidence is shown above, unless the days clash. */
static void print_link(const struct fm_cli *cli,
                       const Factmill__V1__ClaimLink *link, struct fm_buf *out)
{
    bool bad = link->type == FACTMILL__V1__CLAIM_LINK__TYPE__CONTRADICTS;

    fm_buf_char(out, '\n');
    fm_style_z(&cli->out, bad ? FM_RED : FM_BOLD, words_of(link), out);
    fm_buf_z(out, "  ");
    fm_style_z(&cli->out, FM_DIM, link->claim, out);
    fm_buf_char(out, '\n');
    print_fact(cli, link->other, out);
    if (link->reason == FACTMILL__V1__CLAIM_LINK__REASON__TIME)
        print_fact(cli, link->fact, out);
}

static void print_claim(const struct fm_cli *cli,
                        const Factmill__V1__GetClaimResponse *reply)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    print_head(cli, reply->claim, &out);
    print_fact(cli, reply->claim->fact, &out);
    print_title(cli, "where it comes from", &out);
    for (size_t i = 0; i < reply->n_origins; i++)
        print_origin(cli, reply->origins[i], &out);
    for (size_t i = 0; i < reply->n_links; i++)
        print_link(cli, reply->links[i], &out);
    if (reply->n_statements > 0) {
        print_title(cli, "who prints it", &out);
        for (size_t i = 0; i < reply->n_statements; i++)
            print_fact(cli, reply->statements[i], &out);
    }
    if (reply->claim->statements > reply->n_statements)
        fm_buf_printf(&out, "    … and %llu more\n",
                      (unsigned long long)(reply->claim->statements -
                                           reply->n_statements));
    fm_text_flush(&out);
    fm_buf_release(&out);
}

int fm_cli_claim(struct fm_cli *cli)
{
    const struct fm_ask_flags *flags = cli->options;
    Factmill__V1__GetClaimResponse *reply = NULL;
    Factmill__V1__GetClaimRequest request;
    Google__Protobuf__Timestamp as_of;
    struct fm_why why = FM_WHY_INIT;
    struct fm_remote remote;
    enum fm_error error;

    factmill__v1__get_claim_request__init(&request);
    request.id = cli->args[0];
    request.statements =
        flags->limit > 0 && flags->limit < 1000 ? (int32_t)flags->limit : 1000;
    request.as_of = fm_filter_time(&flags->filter.as_of, &as_of);
    error = fm_remote_open(&remote, &flags->remote, FM_REMOTE_QUERY, &why);
    if (error == FM_OK)
        error = FM_QUERY(&remote, GetClaim, &request, &why, &reply);
    fm_remote_close(&remote);
    if (error != FM_OK)
        return fm_cli_fail(cli, error, &why);
    if (cli->common.json)
        fm_print_json(&reply->base);
    else
        print_claim(cli, reply);
    factmill__v1__get_claim_response__free_unpacked(reply, NULL);
    return 0;
}
