#include "cli/export_jsonld.h"

#include "base/clock.h"
#include "cli/print_fact.h"
#include "rpc/json.h"

static const char context[] =
    "{\"np\":\"http://www.nanopub.org/nschema#\","
    "\"prov\":\"http://www.w3.org/ns/prov#\","
    "\"oa\":\"http://www.w3.org/ns/oa#\","
    "\"rdf\":\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\","
    "\"rdfs\":\"http://www.w3.org/2000/01/rdf-schema#\","
    "\"dcterms\":\"http://purl.org/dc/terms/\","
    "\"xsd\":\"http://www.w3.org/2001/XMLSchema#\","
    "\"fm\":\"urn:factmill:term:\"}";

/* --- small things ------------------------------------------------------------------ */

static void key(const char *name, struct fm_buf *out)
{
    char last = out->len > 0 ? out->data[out->len - 1] : '{';

    if (last != '{' && last != '[')
        fm_buf_char(out, ',');
    fm_json_quote(fm_str(name), out);
    fm_buf_char(out, ':');
}

/* Nothing when the text is empty. */
static void text(const char *name, const char *value, struct fm_buf *out)
{
    if (value[0] == '\0')
        return;
    key(name, out);
    fm_json_quote(fm_str(value), out);
}

static void number(const char *name, uint64_t value, struct fm_buf *out)
{
    key(name, out);
    fm_buf_printf(out, "%llu", (unsigned long long)value);
}

static void typed(const char *name, const char *value, const char *type,
                  struct fm_buf *out)
{
    if (value[0] == '\0')
        return;
    key(name, out);
    fm_buf_z(out, "{\"@value\":");
    fm_json_quote(fm_str(value), out);
    fm_buf_z(out, ",\"@type\":");
    fm_json_quote(fm_str(type), out);
    fm_buf_char(out, '}');
}

static void moment(const char *name, const Google__Protobuf__Timestamp *t,
                   struct fm_buf *out)
{
    char value[FM_TIME_TEXT];

    /* What no timestamp can be was refused by the store. */
    if (t == NULL || t->seconds < INT64_C(-62135596800) ||
        t->seconds > INT64_C(253402300799))
        return;
    fm_time_format(t->seconds * 1000000 + t->nanos / 1000, value);
    typed(name, value, "xsd:dateTime", out);
}

static void escape(const char *s, struct fm_buf *out)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if (fm_is_alpha((char)c) || fm_is_digit((char)c) ||
            strchr("-._~", (int)c) != NULL)
            fm_buf_char(out, (char)c);
        else
            fm_buf_printf(out, "%%%02X", (unsigned)c);
    }
}

/* "urn:factmill:fact:ID#part" as a string; part NULL = the fact itself. */
static void name_of(const Factmill__V1__Fact *fact, const char *part,
                    struct fm_buf *out)
{
    fm_buf_z(out, "\"urn:factmill:fact:");
    escape(fact->id, out);
    if (part != NULL) {
        fm_buf_char(out, '#');
        fm_buf_z(out, part);
    }
    fm_buf_char(out, '"');
}

static void refer(const char *name, const Factmill__V1__Fact *fact,
                  const char *part, struct fm_buf *out)
{
    key(name, out);
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, part, out);
    fm_buf_char(out, '}');
}

static void article_of(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    fm_buf_z(out, "\"urn:factmill:article:");
    escape(fact->source, out);
    fm_buf_char(out, ':');
    escape(fact->article, out);
    fm_buf_printf(out, ":%u\"", (unsigned)fact->version);
}

static void begin_graph(const Factmill__V1__Fact *fact, const char *part,
                        struct fm_buf *out)
{
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, part, out);
    fm_buf_z(out, ",\"@graph\":[");
}

/* --- what is said -------------------------------------------------------------------- */

static void argument(const Factmill__V1__Argument *a, struct fm_buf *out)
{
    fm_buf_char(out, '{');
    if (a->entity != 0) {
        key("@id", out);
        fm_buf_printf(out, "\"urn:factmill:entity:%llu\"",
                      (unsigned long long)a->entity);
    }
    text("rdfs:label", a->text, out);
    text("fm:role",
         fm_enum_name(&factmill__v1__argument__role__descriptor, (int)a->role),
         out);
    text("fm:preposition", a->preposition, out);
    fm_buf_char(out, '}');
}

static void quantity(const Factmill__V1__Quantity *q, struct fm_buf *out)
{
    key("fm:quantity", out);
    fm_buf_char(out, '{');
    typed("rdf:value", q->value, "xsd:decimal", out);
    typed("fm:low", q->low, "xsd:decimal", out);
    typed("fm:high", q->high, "xsd:decimal", out);
    text("fm:unit", q->unit, out);
    text("fm:about", q->about, out);
    text("fm:qualifier",
         fm_enum_name(&factmill__v1__quantity__qualifier__descriptor,
                      (int)q->qualifier),
         out);
    if (q->change != NULL) {
        typed("fm:from", q->change->from, "xsd:decimal", out);
        typed("fm:to", q->change->to, "xsd:decimal", out);
        typed("fm:by", q->change->by, "xsd:decimal", out);
        typed("fm:factor", q->change->factor, "xsd:decimal", out);
    }
    text("rdfs:label", q->text, out);
    fm_buf_char(out, '}');
}

static void when(const Factmill__V1__Time *t, struct fm_buf *out)
{
    key("fm:time", out);
    fm_buf_char(out, '{');
    text("fm:timex", t->value, out);
    text("prov:startedAtTime", t->start, out);
    text("prov:endedAtTime", t->end, out);
    text("fm:precision",
         fm_enum_name(&factmill__v1__time__precision__descriptor,
                      (int)t->precision),
         out);
    text("rdfs:label", t->text, out);
    fm_buf_char(out, '}');
}

static void assertion(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    begin_graph(fact, "assertion", out);
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, "statement", out);
    key("@type", out);
    fm_buf_z(out, "[\"rdf:Statement\",\"fm:");
    fm_buf_z(out, fm_enum_name(&factmill__v1__fact__kind__descriptor,
                               (int)fact->kind));
    fm_buf_z(out, "\"]");
    if (fact->subject != NULL) {
        key("rdf:subject", out);
        argument(fact->subject, out);
    }
    if (fact->predicate != NULL)
        text("rdf:predicate", fact->predicate->lemma, out);
    if (fact->n_arguments > 0) {
        key("rdf:object", out);
        fm_buf_char(out, '[');
        for (size_t i = 0; i < fact->n_arguments; i++) {
            if (i > 0)
                fm_buf_char(out, ',');
            argument(fact->arguments[i], out);
        }
        fm_buf_char(out, ']');
    }
    if (fact->quantity != NULL)
        quantity(fact->quantity, out);
    if (fact->time != NULL)
        when(fact->time, out);
    if (fact->place != NULL) {
        key("prov:atLocation", out);
        argument(fact->place, out);
    }
    text("fm:polarity",
         fm_enum_name(&factmill__v1__fact__polarity__descriptor,
                      (int)fact->polarity),
         out);
    text("fm:modality",
         fm_enum_name(&factmill__v1__fact__modality__descriptor,
                      (int)fact->modality),
         out);
    fm_buf_z(out, "}]}");
}

/* --- from where ------------------------------------------------------------------------ */

static void evidence(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    const Factmill__V1__Evidence *e = fact->evidence;

    if (e == NULL)
        return;
    fm_buf_z(out, ",{\"@id\":");
    name_of(fact, "evidence", out);
    fm_buf_z(out, ",\"@type\":[\"oa:SpecificResource\",\"prov:Entity\"],"
                  "\"oa:hasSource\":{\"@id\":");
    article_of(fact, out);
    fm_buf_z(out, "},\"oa:hasSelector\":[{\"@type\":\"oa:TextQuoteSelector\"");
    text("oa:exact", e->text, out);
    fm_buf_char(out, '}');
    if (e->span != NULL) {
        fm_buf_z(out, ",{\"@type\":\"oa:DataPositionSelector\"");
        number("oa:start", e->span->start, out);
        number("oa:end", e->span->end, out);
        text("fm:field",
             fm_enum_name(&factmill__v1__span__field__descriptor,
                          (int)e->span->field),
             out);
        fm_buf_char(out, '}');
    }
    fm_buf_z(out, "]}");
}

/* Outermost first, as in the fact. */
static void attribution(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    bool first = true;

    if (fact->n_attribution == 0)
        return;
    key("prov:wasAttributedTo", out);
    fm_buf_z(out, "{\"@list\":[");
    for (size_t i = 0; i < fact->n_attribution; i++) {
        if (fact->attribution[i]->source == NULL)
            continue;
        if (!first)
            fm_buf_char(out, ',');
        first = false;
        argument(fact->attribution[i]->source, out);
    }
    fm_buf_z(out, "]}");
}

static void provenance(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    begin_graph(fact, "provenance", out);
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, "assertion", out);
    refer("prov:wasDerivedFrom", fact, "evidence", out);
    refer("prov:wasGeneratedBy", fact, "extraction", out);
    attribution(fact, out);
    fm_buf_char(out, '}');
    evidence(fact, out);
    fm_buf_z(out, ",{\"@id\":");
    article_of(fact, out);
    fm_buf_z(out, ",\"@type\":\"prov:Entity\"");
    text("dcterms:identifier", fact->article, out);
    text("dcterms:publisher", fact->source, out);
    number("dcterms:hasVersion", fact->version, out);
    moment("dcterms:issued", fact->published, out);
    fm_buf_z(out, "},{\"@id\":");
    name_of(fact, "extraction", out);
    fm_buf_z(out, ",\"@type\":\"prov:Activity\"");
    text("fm:rule", fact->rule, out);
    fm_buf_z(out,
             ",\"prov:wasAssociatedWith\":{\"@type\":\"prov:SoftwareAgent\"");
    text("rdfs:label", fact->extractor, out);
    fm_buf_z(out, "}}]}");
}

static void publication(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    begin_graph(fact, "pubinfo", out);
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, NULL, out);
    moment("dcterms:created", fact->recorded, out);
    number("fm:sequence", fact->sequence, out);
    key("fm:confidence", out);
    fm_buf_printf(out, "%.3f", (double)fact->confidence);
    key("fm:retracted", out);
    fm_buf_z(out, fact->retracted ? "true" : "false");
    fm_buf_z(out, "}]}");
}

void fm_jsonld_fact(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    fm_buf_z(out, "{\"@context\":");
    fm_buf_z(out, context);
    key("@id", out);
    name_of(fact, NULL, out);
    fm_buf_z(out, ",\"@graph\":[");
    begin_graph(fact, "head", out);
    fm_buf_z(out, "{\"@id\":");
    name_of(fact, NULL, out);
    fm_buf_z(out, ",\"@type\":\"np:Nanopublication\"");
    refer("np:hasAssertion", fact, "assertion", out);
    refer("np:hasProvenance", fact, "provenance", out);
    refer("np:hasPublicationInfo", fact, "pubinfo", out);
    fm_buf_z(out, "}]},");
    assertion(fact, out);
    fm_buf_char(out, ',');
    provenance(fact, out);
    fm_buf_char(out, ',');
    publication(fact, out);
    fm_buf_z(out, "]}");
}
