/* VerifyFact and ExplainFact: a fact, its article, and the article read again. */
#include "base/clock.h"
#include "base/limits.h"
#include "query/query.h"
#include "query/recheck.h"
#include "query/rerun.h"

#define EXPLANATION_MAX ((size_t)1 << 20)

/* What both methods begin with. */
struct looked {
    Factmill__V1__Fact *fact;
    const Factmill__V1__Article *article;
    struct fm_rerun_result *again; /* NULL: it could not be read again */
    enum fm_error error;           /* why not */
    struct fm_why why;
};

static void looked_release(struct looked *l)
{
    if (l->fact != NULL)
        factmill__v1__fact__free_unpacked(l->fact, NULL);
    fm_rerun_result_free(l->again);
}

static enum fm_error read_fact(struct fm_query_thread *thread, const char *id,
                               struct fm_why *why, struct looked *l)
{
    struct fm_id parsed;
    struct fm_buf bytes;
    enum fm_error error;

    if (!fm_id_parse(fm_str(id), &parsed))
        return fm_fail_field(FM_EINVAL, why, "id", "FACT_ID",
                             "id is not the 32 hex digits of a fact");
    fm_buf_init(&bytes, FM_LIMIT_BODY_HARD);
    error = thread->reader->ops->get_fact(thread->reader, &parsed, &bytes, why);
    if (error == FM_OK) {
        l->fact = factmill__v1__fact__unpack(NULL, bytes.len,
                                             (const uint8_t *)bytes.data);
        if (l->fact == NULL)
            error = fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                            "the fact cannot be read");
    }
    fm_buf_release(&bytes);
    return error;
}

static enum fm_error read_article(struct fm_query_thread *thread,
                                  struct fm_why *why, struct looked *l)
{
    Factmill__V1__GetArticleRequest get;
    Factmill__V1__ArticleInfo *info = NULL;
    enum fm_error error;

    factmill__v1__get_article_request__init(&get);
    get.source = l->fact->source;
    get.id = l->fact->article;
    get.version = l->fact->version;
    error = thread->reader->ops->get_article(thread->reader, &get,
                                             &thread->arena, why, &info);
    if (error == FM_OK)
        l->article = info->article;
    return error;
}

static enum fm_error look(struct fm_query_thread *thread, const char *id,
                          struct fm_why *why, struct looked *ret)
{
    uint64_t now = fm_now_ms();
    uint64_t left;
    enum fm_error error = read_fact(thread, id, why, ret);

    if (error == FM_OK)
        error = read_article(thread, why, ret);
    if (error != FM_OK)
        return error;
    left = thread->deadline_ms > now ? thread->deadline_ms - now : 1;
    if (left > thread->query->max_reread_ms)
        left = thread->query->max_reread_ms;
    ret->error =
        fm_rerun_look(thread->query->rerun, ret->article, ret->fact->version,
                      ret->fact, left, &ret->why, &ret->again);
    /* Only who comes too early is to come again. */
    if (ret->error == FM_EBUSY && why != NULL)
        *why = ret->why;
    return ret->error == FM_EBUSY ? FM_EBUSY : FM_OK;
}

/* --- VerifyFact ----------------------------------------------------------------- */

static bool is_same_extractor(const struct looked *l)
{
    return strcmp(l->fact->extractor, l->again->extractor) == 0;
}

static void tell_extractor(const struct looked *l, struct fm_buf *out)
{
    if (is_same_extractor(l))
        fm_buf_printf(out, "Read again by the same extractor, %s. ",
                      l->again->extractor);
    else
        fm_buf_printf(out,
                      "The fact was made by extractor %s, which is not here; "
                      "read again by %s, whose rules and model may see the "
                      "sentence in another way. ",
                      l->fact->extractor, l->again->extractor);
}

/* Sets reproduced; what came of it now is unpacked into *ret_now. */
static void compare(const struct looked *l, struct fm_buf *out,
                    Factmill__V1__VerifyFactResponse *response,
                    Factmill__V1__Fact **ret_now)
{
    Factmill__V1__Fact *now = NULL;
    size_t before;

    if (l->again->fact.len > 0)
        now = factmill__v1__fact__unpack(NULL, l->again->fact.len,
                                         (const uint8_t *)l->again->fact.data);
    tell_extractor(l, out);
    if (now == NULL) {
        fm_buf_z(out, "The sentence gives no fact now.");
        return;
    }
    before = out->len;
    fm_recheck_differences(l->fact, now, out);
    if (l->again->found && out->len == before) {
        fm_buf_z(out, "It gives the same fact, in every field.");
        response->reproduced = true;
        factmill__v1__fact__free_unpacked(now, NULL);
        return;
    }
    fm_buf_z(out, l->again->found
                      ? " differ now, of the same words."
                      : " differ in the fact that is most like it now.");
    *ret_now = now;
}

enum fm_error fm_query_verify_fact(struct fm_query_thread *thread,
                                   const char *method,
                                   const ProtobufCMessage *request,
                                   struct fm_buf *body, struct fm_why *why)
{
    Factmill__V1__VerifyFactResponse response;
    Factmill__V1__Fact *now = NULL;
    struct looked l = {.error = FM_OK};
    struct fm_buf told;
    enum fm_error error =
        look(thread, ((const Factmill__V1__VerifyFactRequest *)request)->id,
             why, &l);

    (void)method;
    fm_buf_init(&told, EXPLANATION_MAX);
    if (error == FM_OK) {
        factmill__v1__verify_fact_response__init(&response);
        response.extractor = l.fact->extractor;
        response.evidence_matches =
            fm_recheck_evidence(l.article, l.fact, &told);
        if (response.evidence_matches)
            fm_buf_z(&told, "The stored text shows the evidence byte by "
                            "byte. ");
        if (l.again != NULL) {
            response.present_extractor = l.again->extractor;
            compare(&l, &told, &response, &now);
        } else {
            fm_buf_printf(&told, "It could not be read again: %s.",
                          fm_why_text(&l.why, l.error));
        }
        response.now = now;
        response.explanation =
            told.data != NULL ? told.data : response.explanation;
        error = fm_query_pack(&response.base, body);
    }
    if (now != NULL)
        factmill__v1__fact__free_unpacked(now, NULL);
    fm_buf_release(&told);
    looked_release(&l);
    return error;
}

/* --- ExplainFact ---------------------------------------------------------------- */

static void explain(const struct looked *l, struct fm_buf *out)
{
    if (l->again == NULL) {
        fm_buf_printf(out, "Rule %s.\n", l->fact->rule);
        fm_buf_printf(out, "The sentence could not be read again: %s.\n",
                      fm_why_text(&l->why, l->error));
        return;
    }
    fm_buf_str(out, fm_buf_view(&l->again->parts));
    if (!is_same_extractor(l))
        fm_buf_printf(out,
                      "The fact was made by extractor %s; the parse is that of "
                      "%s.\n",
                      l->fact->extractor, l->again->extractor);
    if (!l->again->found)
        fm_buf_z(out, "Reading the article now does not give this fact; "
                      "VerifyFact says what differs.\n");
}

enum fm_error fm_query_explain_fact(struct fm_query_thread *thread,
                                    const char *method,
                                    const ProtobufCMessage *request,
                                    struct fm_buf *body, struct fm_why *why)
{
    Factmill__V1__ExplainFactResponse response;
    struct looked l = {.error = FM_OK};
    struct fm_buf told;
    enum fm_error error =
        look(thread, ((const Factmill__V1__ExplainFactRequest *)request)->id,
             why, &l);

    (void)method;
    fm_buf_init(&told, EXPLANATION_MAX);
    if (error == FM_OK) {
        factmill__v1__explain_fact_response__init(&response);
        response.fact = l.fact;
        response.rule = l.fact->rule;
        explain(&l, &told);
        error = fm_buf_error(&told);
        response.explanation = told.data;
        if (l.again != NULL)
            response.extractor = l.again->extractor;
        if (l.again != NULL && l.again->parse.len > 0)
            response.parse = l.again->parse.data;
        if (error == FM_OK)
            error = fm_query_pack(&response.base, body);
    }
    fm_buf_release(&told);
    looked_release(&l);
    return error;
}
