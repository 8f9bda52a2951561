/* Whom "he" and "she" stand for: the family that runs before those that ask.
 *
 * A pronoun stands for a person named before it in the article, at most a few
 * sentences back, whose gender does not contradict it. Among those the one wins
 * that is the subject of the verb above the pronoun ("Ann said she"), was a
 * subject last, and was named last (Lappin and Leass 1994 weigh the same
 * things). When two are nearly as likely nobody is given. Gender is known from
 * titles, from the commonest given names, and from earlier pronouns. Within
 * direct quotes nothing is resolved: whose "he" it is depends on who speaks. */
#ifndef FM_EXTRACT_PRONOUN_H
#define FM_EXTRACT_PRONOUN_H

#include "extract/context.h"

/* Fills ctx->pronouns, ascending; none without syntax. */
void fm_extract_pronouns(struct fm_context *ctx);
/* The name that the pronoun at this token stands for; NULL = not known. */
const struct fm_pronoun *fm_pronoun_at(const struct fm_context *ctx,
                                       uint32_t token);

#endif
