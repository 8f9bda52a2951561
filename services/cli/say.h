/* A fact as a sentence that a person would say, out of its own words where they
 * do, else out of its values. */
#ifndef FM_CLI_SAY_H
#define FM_CLI_SAY_H

#include "cli/term.h"
#include "factmill/v1/fact.pb-c.h"

/* "The firm cut its workforce from 460 to 170", "NATO stands for …". */
void fm_say_fact(const Factmill__V1__Fact *fact, struct fm_para *para);
/* The numbers of an amount, written out: "down from 460 to 170", "about 22,000
 * people". */
void fm_say_amount(const Factmill__V1__Quantity *quantity,
                   struct fm_para *para);
/* Does that tell more than the words of the fact, "nearly a third", do? */
bool fm_say_amount_helps(const Factmill__V1__Quantity *quantity);
/* "2011", "the 1990s" for 199. */
void fm_say_time(const Factmill__V1__Time *time, struct fm_para *para);

#endif
