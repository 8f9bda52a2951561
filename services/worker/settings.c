#include "worker/settings.h"

#include "nlp/nlp.h"

#define KEY(n, t, d, lo, hi, member, m, h)                                 \
 {                                                                         \
  .name = (n), .type = (t), .fallback = (d), .min = (lo), .max = (hi),     \
  .offset = offsetof(struct fm_settings, member), .meta = (m), .help = (h) \
 }
#define CHOICE(n, d, c, member, h)                                            \
 {                                                                            \
  .name = (n), .type = FM_CONFIG_CHOICE, .fallback = (d), .choices = (c),     \
  .offset = offsetof(struct fm_settings, member), .meta = "WORD", .help = (h) \
 }

static const struct fm_config_key keys[] = {
    KEY("connect", FM_CONFIG_STRING, NULL, 0, 0, connect, "EP",
        "where factmill-ingest hands out work (ipc:// or tcp://)"),
    KEY("key", FM_CONFIG_STRING, NULL, 0, 0, key, "FILE",
        "secret key of this worker (factmill keygen), or credential:NAME"),
    KEY("server-key", FM_CONFIG_STRING, NULL, 0, 0, server_key, "KEY|FILE",
        "public key of factmill-ingest; with it tcp is encrypted (CURVE)"),
    KEY("allow-plaintext", FM_CONFIG_BOOL, "false", 0, 0, allow_plaintext,
        "yes|no",
        "go to other machines without keys: anybody on the way can "
        "read along"),
    KEY("name", FM_CONFIG_STRING, NULL, 0, 0, name, "NAME",
        "must be another one each time a worker starts; empty = made up"),
    KEY("model", FM_CONFIG_STRING, NULL, 0, 0, model, "FILE",
        "the model; empty = the usual places"),
    KEY("prefetch", FM_CONFIG_U64, "64", 1, 256, prefetch, "N",
        "articles to hold at most"),
    KEY("article-timeout", FM_CONFIG_DURATION, "20s", 0, 86400000,
        article_timeout_ms, "TIME",
        "end the worker when one article takes longer; 0 = never"),
    KEY("memory", FM_CONFIG_SIZE, "2G", 0, 1ull << 50, memory, "BYTES",
        "limit of the address space; 0 = none"),
    KEY("nice", FM_CONFIG_U64, "10", 0, 19, nice, "N",
        "how far to stand back for acknowledgements and answers on the same "
        "machine; 0 = not at all"),
    KEY("parent", FM_CONFIG_U64, "0", 0, INT32_MAX, parent, "PID",
        "end when this process, the parent, ends; 0 = run on"),
    CHOICE("log-level", "info", "debug|info|warn|error", log_level,
           "the least that is logged"),
    CHOICE("log-format", "logfmt", "logfmt|json", log_format,
           "how lines on stderr look"),
};

/* True when the program should go on. */
static bool act(const struct fm_config *config, enum fm_config_action action)
{
    switch (action) {
    case FM_CONFIG_RUN: return true;
    case FM_CONFIG_HELP: fm_config_help(config, stdout); break;
    case FM_CONFIG_VERSION: fm_config_version(config, stdout); break;
    case FM_CONFIG_PRINT: fm_config_print(config, stdout); break;
    case FM_CONFIG_CHECK:
        (void)fputs("factmill-worker: the configuration is fine\n", stdout);
        break;
    }
    return false;
}

bool fm_settings_load(int argc, char **argv, struct fm_config *config,
                      struct fm_settings *ret_settings, int *ret_exit)
{
    struct fm_why why = FM_WHY_INIT;
    enum fm_config_action action = FM_CONFIG_RUN;
    enum fm_error e;

    *config = (struct fm_config){
        .program = "factmill-worker",
        .synopsis = "--connect EP [OPTION...]",
        .about = "Takes articles from factmill-ingest, extracts their facts "
                 "and hands them back. Keeps nothing.",
        .keys = keys,
        .key_count = sizeof keys / sizeof *keys,
        .values = ret_settings,
    };
    e = fm_config_load(config, argc, argv, &why, &action);
    if (e == FM_OK && config->first_argument < argc)
        e = fm_fail(FM_ECONFIG, &why, NULL, "unexpected argument \"%s\"",
                    argv[config->first_argument]);
    if (e == FM_OK && ret_settings->connect[0] == '\0' &&
        (action == FM_CONFIG_RUN || action == FM_CONFIG_CHECK))
        e = fm_fail(FM_ECONFIG, &why, NULL,
                    "connect: say where factmill-ingest hands out work: "
                    "--connect EP");
    if (e == FM_OK && action == FM_CONFIG_CHECK) {
        const struct fm_nlp_options options = {.model = ret_settings->model};

        e = fm_nlp_check(&options, &why);
    }
    *ret_exit = fm_error_exit(e);
    if (e == FM_OK)
        return act(config, action);
    (void)fprintf(stderr, "factmill-worker: %s\n", fm_why_text(&why, e));
    return false;
}
