/* A quote where it stands, and the attribution around it. Private to the files
 * of direct speech. */
#ifndef FM_EXTRACT_QUOTE_SITE_H
#define FM_EXTRACT_QUOTE_SITE_H

#include "extract/quote_saying.h"

/* A quote and its surroundings, in tokens. */
struct fm_site {
    uint32_t quote;
    uint32_t open;  /* first token of the quote, its mark included */
    uint32_t first; /* first token within the marks */
    uint32_t last;  /* behind the last one within */
    uint32_t after; /* first token behind the closing mark */
    uint32_t from;  /* first token of the paragraph */
    uint32_t to;    /* behind its last */
    bool comma;     /* the quote ends with a comma, ? or ! inside */
    bool stop;      /* it ends with a full stop inside */
    bool sentence;  /* it reads like a sentence: capital and three words */
};

struct fm_site fm_site_of(const struct fm_reading *r, uint32_t quote);
/* The first token that begins at byte or behind it. */
uint32_t fm_site_token(const struct fm_doc *doc, uint32_t byte);
/* Tokens [*from, *to) of the paragraph that holds byte at. */
void fm_site_paragraph(const struct fm_doc *doc, uint32_t at, uint32_t *from,
                       uint32_t *to);
/* These tokens belong to direct speech: no report is made of them. */
void fm_site_use(struct fm_reading *r, struct fm_tokens t);
/* The cue of a saying is this verb group. */
void fm_site_verb(struct fm_reading *r, struct fm_saying *s,
                  const struct fm_verb_group *g, const char *rule);
/* An attribution behind the quote: "…," X said; …” said X; “…” — X. *ret_next =
 * the token behind it. */
bool fm_site_behind(struct fm_reading *r, const struct fm_site *site,
                    struct fm_saying *s, uint32_t *ret_next);

#endif
