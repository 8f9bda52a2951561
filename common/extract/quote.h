/* Who said what: the family of QUOTE (direct speech) and REPORTED facts
 * (indirect and mixed speech).
 *
 * subject = the speaker as written, with what describes them; predicate = the
 * words that report ("declined to say"), argument CONTENT = what is said (from
 * its first to its last byte, its "that" included), quote[] = the bytes within
 * the marks, the last attribution = the speaker by name, role, cue, type and
 * venue; those before it say within whose words it is said, outermost first;
 * argument ADDRESSEE = whom it is said to. A denied cue ("did not say") makes
 * the fact NEGATIVE.
 *
 * Rules: quote.after ("…," X said), quote.inverted ("…," said X), quote.before
 * (X said, "…"), quote.colon (X …: "…"), quote.dash (“… – said X. – …”, or
 * dashes as marks), quote.according ("…", according to X), quote.signature
 * ("…" — X);
 * report.that, report.bare (X said it rains), report.question (asked whether),
 * report.infinitive (vowed to), report.object (condemned the attack),
 * report.inverted (It rains, X said), report.according, report.survey (in a
 * poll, half of them), report.opinion (in X's view), report.as (as X put it),
 * report.noun (the claim by X that, voiced concern about), report.adjective (is
 * critical of), report.passive (it was noted that, was accused of, was condemned
 * by), report.relative (the plan, which they say is dead).
 *
 * What A is said to think or want within B's words is no fact of its own: the
 * clause tells it, attributed to B. What A is said to say there is one.
 *
 * Quoted words that nobody is said to say (titles, scare quotes) give no fact,
 * but all quoted passages go to ctx->quoted. */
#ifndef FM_EXTRACT_QUOTE_H
#define FM_EXTRACT_QUOTE_H

#include "extract/context.h"

/* Facts of kind QUOTE and REPORTED, and ctx->quoted. */
void fm_extract_quotes(struct fm_context *ctx);

#endif
