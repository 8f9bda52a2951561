#include "store/normal.h"
#include "store/settle_priv.h"

enum fm_standing fm_standing_of(const Factmill__V1__Fact *fact)
{
    if (fact->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE)
        return FM_STANDING_NEGATED;
    if (fact->n_attribution > 0 ||
        fact->kind == FACTMILL__V1__FACT__KIND__QUOTE ||
        fact->kind == FACTMILL__V1__FACT__KIND__REPORTED)
        return FM_STANDING_REPORTED;
    if (fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED)
        return FM_STANDING_POSSIBLE;
    return FM_STANDING_ASSERTED;
}

uint32_t fm_role_of(Factmill__V1__Argument__Role role)
{
    switch (role) {
    case FACTMILL__V1__ARGUMENT__ROLE__SUBJECT: return FM_ROLE_SUBJECT;
    case FACTMILL__V1__ARGUMENT__ROLE__OBJECT:
    case FACTMILL__V1__ARGUMENT__ROLE__INDIRECT_OBJECT:
    case FACTMILL__V1__ARGUMENT__ROLE__COMPLEMENT: return FM_ROLE_OBJECT;
    case FACTMILL__V1__ARGUMENT__ROLE__PLACE: return FM_ROLE_PLACE;
    case FACTMILL__V1__ARGUMENT__ROLE__ROLE_UNSPECIFIED:
    case FACTMILL__V1__ARGUMENT__ROLE__OBLIQUE:
    case FACTMILL__V1__ARGUMENT__ROLE__TIME:
    case FACTMILL__V1__ARGUMENT__ROLE__AGENT:
    case FACTMILL__V1__ARGUMENT__ROLE__PURPOSE:
    case FACTMILL__V1__ARGUMENT__ROLE__CAUSE:
    case FACTMILL__V1__ARGUMENT__ROLE__CONDITION:
    case FACTMILL__V1__ARGUMENT__ROLE__CONTENT:
    case FACTMILL__V1__ARGUMENT__ROLE__ORGANIZATION_OF:
    case FACTMILL__V1__ARGUMENT__ROLE__ADDRESSEE:
    case FACTMILL__V1__ARGUMENT__ROLE__MANNER:
    case _FACTMILL__V1__ARGUMENT__ROLE_IS_INT_SIZE: break;
    }
    return FM_ROLE_OTHER;
}

struct list {
    struct fm_participant *items;
    size_t n;
};

/* Once each, with all its roles. */
static void add(struct list *l, const Factmill__V1__Argument *argument,
                uint32_t roles)
{
    int64_t who = argument != NULL ? (int64_t)argument->entity : 0;

    if (who <= 0)
        return;
    for (size_t i = 0; i < l->n; i++) {
        if (l->items[i].who == who) {
            l->items[i].roles |= roles;
            return;
        }
    }
    l->items[l->n].who = who;
    l->items[l->n].roles = roles;
    l->n++;
}

uint32_t fm_subject_roles(Factmill__V1__Fact__Kind kind)
{
    return kind == FACTMILL__V1__FACT__KIND__QUOTE ||
                   kind == FACTMILL__V1__FACT__KIND__REPORTED
               ? FM_ROLE_SUBJECT | FM_ROLE_SPEAKER
               : FM_ROLE_SUBJECT;
}

enum fm_error fm_participants_of(const Factmill__V1__Fact *fact,
                                 struct fm_arena *arena, struct fm_why *why,
                                 struct fm_participant **ret, size_t *ret_n)
{
    size_t most = 2 + fact->n_arguments + 2 * fact->n_attribution;
    struct list l = {.items = fm_arena_array(arena, most, sizeof *l.items)};

    if (l.items == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for arguments");
    add(&l, fact->subject, fm_subject_roles(fact->kind));
    for (size_t i = 0; i < fact->n_arguments; i++)
        add(&l, fact->arguments[i], fm_role_of(fact->arguments[i]->role));
    add(&l, fact->place, FM_ROLE_PLACE);
    for (size_t i = 0; i < fact->n_attribution; i++) {
        add(&l, fact->attribution[i]->source, FM_ROLE_SPEAKER);
        add(&l, fact->attribution[i]->venue, FM_ROLE_OTHER);
    }
    *ret = l.items;
    *ret_n = l.n;
    return FM_OK;
}
