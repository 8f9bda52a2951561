/* factmill article --versions and --diff. */
#include "cli/article_versions.h"

#include "cli/print_fact.h"

#define OUTPUT_MAX   ((size_t)16 << 20)
#define CHANGE(name) FACTMILL__V1__FACT_CHANGE__TYPE__##name

void fm_print_versions(const struct fm_cli *cli,
                       const Factmill__V1__GetArticleResponse *response)
{
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < response->n_versions; i++) {
        const Factmill__V1__ArticleInfo *info = response->versions[i];

        fm_style_on(&cli->out, FM_BOLD, &out);
        fm_buf_printf(&out, "version %u", (unsigned)info->version);
        fm_style_off(&cli->out, &out);
        fm_buf_z(&out, " · stored ");
        fm_print_timestamp(info->recorded, &out);
        if (info->facts > 0)
            fm_buf_printf(&out, " · %llu facts in force",
                          (unsigned long long)info->facts);
        fm_buf_z(&out, " · ");
        fm_text_clean(fm_str(info->article->title), &out);
        fm_buf_char(&out, '\n');
    }
    fm_text_flush(&out);
    fm_buf_release(&out);
}

/* With "+" or "-" before it. */
static void print_side(const struct fm_cli *cli, char sign,
                       const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    const struct fm_fact_print how = {.indent = 2, .evidence = true};
    size_t at = out->len;

    fm_print_fact(&cli->out, fact, &how, out);
    /* The sign stands where the indent begins. */
    if (out->len > at && out->data[at] == ' ')
        out->data[at] = sign;
}

static void print_change(const struct fm_cli *cli,
                         const Factmill__V1__FactChange *change,
                         struct fm_buf *out)
{
    switch (change->type) {
    case CHANGE(ADDED): print_side(cli, '+', change->after, out); break;
    case CHANGE(REMOVED): print_side(cli, '-', change->before, out); break;
    case CHANGE(CHANGED):
    case CHANGE(REWORDED):
        fm_style_on(&cli->out, FM_DIM, out);
        fm_buf_z(out, change->type == CHANGE(CHANGED) ? "changed: "
                                                      : "the same, reworded");
        for (size_t i = 0; i < change->n_fields; i++) {
            fm_buf_z(out, i > 0 ? ", " : "");
            fm_text_clean(fm_str(change->fields[i]), out);
        }
        fm_style_off(&cli->out, out);
        fm_buf_char(out, '\n');
        print_side(cli, '-', change->before, out);
        print_side(cli, '+', change->after, out);
        break;
    case CHANGE(TYPE_UNSPECIFIED):
    case _FACTMILL__V1__FACT_CHANGE__TYPE_IS_INT_SIZE: break;
    }
    fm_buf_char(out, '\n');
}

void fm_print_difference(const struct fm_cli *cli,
                         const Factmill__V1__GetArticleResponse *response,
                         uint32_t with)
{
    size_t counts[CHANGE(REWORDED) + 1] = {0};
    struct fm_buf out;

    fm_buf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < response->n_changes; i++) {
        const Factmill__V1__FactChange *change = response->changes[i];

        if (change->type >= 0 && change->type <= CHANGE(REWORDED))
            counts[change->type]++;
        print_change(cli, change, &out);
    }
    fm_style_on(&cli->out, FM_BOLD, &out);
    fm_buf_printf(&out,
                  "version %u against %u: %zu added, %zu removed, %zu changed, "
                  "%zu reworded, %llu as they were\n",
                  (unsigned)response->info->version, (unsigned)with,
                  counts[CHANGE(ADDED)], counts[CHANGE(REMOVED)],
                  counts[CHANGE(CHANGED)], counts[CHANGE(REWORDED)],
                  (unsigned long long)response->unchanged);
    fm_style_off(&cli->out, &out);
    fm_text_flush(&out);
    fm_buf_release(&out);
}
