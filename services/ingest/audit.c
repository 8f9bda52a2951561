#include "ingest/audit.h"

#include "base/log.h"

struct note {
    struct fm_command command;
    struct fm_store_audit entry; /* points behind this */
    char texts[];
};

static enum fm_error note_apply(struct fm_command *command,
                                struct fm_store_writer *writer,
                                struct fm_why *why)
{
    const struct note *note = (const struct note *)command;

    return writer->ops->audit(writer, &note->entry, why);
}

static void note_finish(struct fm_command *command, enum fm_error error,
                        const struct fm_why *why)
{
    const struct note *note = (const struct note *)command;

    if (error != FM_OK)
        fm_log_failure(FM_LOG_WARN, "what an operator did is not written down",
                       error, why);
    fm_log(FM_LOG_INFO, "operator",
           FM_LOG_STR("principal", note->entry.principal),
           FM_LOG_STR("action", note->entry.action),
           FM_LOG_STR("subject", note->entry.subject),
           FM_LOG_STR("detail", note->entry.detail), FM_LOG_END);
    free(command);
}

static const struct fm_command_ops note_ops = {note_apply, note_finish};

static struct fm_str copy(char **at, const char *text)
{
    size_t len = strlen(text);
    struct fm_str s = fm_str_n(*at, len);

    memcpy(*at, text, len);
    *at += len;
    return s;
}

void fm_audit_note(struct fm_committer *committer, const char *principal,
                   const char *action, const char *subject, const char *detail)
{
    size_t size =
        strlen(principal) + strlen(action) + strlen(subject) + strlen(detail);
    struct note *note = calloc(1, sizeof *note + size + 1);
    struct fm_why why = FM_WHY_INIT;
    enum fm_error e = FM_ENOMEM;
    char *at;

    if (note != NULL) {
        at = note->texts;
        note->command.ops = &note_ops;
        note->command.bytes = sizeof *note + size;
        note->entry.principal = copy(&at, principal);
        note->entry.action = copy(&at, action);
        note->entry.subject = copy(&at, subject);
        note->entry.detail = copy(&at, detail);
        e = fm_committer_submit(committer, &note->command, &why);
    }
    if (e != FM_OK) {
        fm_log_failure(FM_LOG_WARN, "what an operator did is not written down",
                       e, &why);
        free(note);
    }
}
