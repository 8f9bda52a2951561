/* Facts for a person to read; shared by every command that shows them.
 *
 *     0.93  QUOTE  Nikolai Bordyuzha (Secretary General) → say → “We will …”
 *                  2011-05 · in Moscow · possible
 *                  “We will …”, Nikolai Bordyuzha said in Moscow.
 *                  example.org/17 · 23 Nov 2026 · quote.inverted · 3f2a… */
#ifndef FM_CLI_PRINT_FACT_H
#define FM_CLI_PRINT_FACT_H

#include "cli/term.h"
#include "factmill/v1/article.pb-c.h"
#include "factmill/v1/fact.pb-c.h"

struct fm_fact_print {
    size_t indent; /* columns before everything */
    bool evidence; /* the sentence, with the fact's words marked */
    bool origin;   /* article, date, rule, id */
};

/* Appends one fact, ended by a line feed. */
void fm_print_fact(const struct fm_term *term, const Factmill__V1__Fact *fact,
                   const struct fm_fact_print *how, struct fm_buf *out);
/* Appends the facts of one article in the order given: each sentence once, with
 * the words of all its facts marked, then those facts. */
void fm_print_facts_of(const struct fm_term *term,
                       const Factmill__V1__Article *article,
                       Factmill__V1__Fact *const *facts, size_t n,
                       struct fm_buf *out);
/* Appends a message's time as "23 Nov 2026"; nothing when it is absent. */
void fm_print_timestamp(const Google__Protobuf__Timestamp *time,
                        struct fm_buf *out);
/* Name of an enum's value ("QUOTE"), "?" when it has none. */
const char *fm_enum_name(const ProtobufCEnumDescriptor *type, int value);

#endif
