#include "ingest/queue.h"

void fm_batch_clear(struct fm_batch *batch)
{
    memset(batch, 0, sizeof *batch);
    batch->end = &batch->first;
}

void fm_batch_add(struct fm_batch *batch, struct fm_command *command)
{
    command->next = NULL;
    *batch->end = command;
    batch->end = &command->next;
    batch->commands++;
    batch->articles += command->articles;
    batch->results += command->results;
    batch->bytes += command->bytes;
}

struct fm_command *fm_batch_take(struct fm_batch *batch)
{
    struct fm_command *command = batch->first;

    if (command == NULL)
        return NULL;
    batch->first = command->next;
    if (batch->first == NULL)
        batch->end = &batch->first;
    batch->commands--;
    batch->articles -= command->articles;
    batch->results -= command->results;
    batch->bytes -= command->bytes;
    command->next = NULL;
    return command;
}

void fm_queue_init(struct fm_queue *queue, uint64_t gather_results,
                   uint64_t gather_ms)
{
    fm_batch_clear(&queue->prompt);
    fm_batch_clear(&queue->patient);
    queue->patient_since_us = 0;
    queue->gather_results = gather_results;
    queue->gather_us = gather_ms * 1000;
}

void fm_queue_add(struct fm_queue *queue, struct fm_command *command,
                  uint64_t now_us)
{
    if (!command->patient) {
        fm_batch_add(&queue->prompt, command);
        return;
    }
    if (queue->patient.first == NULL)
        queue->patient_since_us = now_us;
    queue->hurry = queue->hurry || command->hurry;
    fm_batch_add(&queue->patient, command);
}

struct fm_command *fm_queue_take_patient(struct fm_queue *queue)
{
    struct fm_command *command = fm_batch_take(&queue->patient);

    if (queue->patient.first == NULL)
        queue->hurry = false;
    return command;
}

bool fm_queue_empty(const struct fm_queue *queue)
{
    return queue->prompt.first == NULL && queue->patient.first == NULL;
}

uint32_t fm_queue_commands(const struct fm_queue *queue)
{
    return queue->prompt.commands + queue->patient.commands;
}

uint64_t fm_queue_bytes(const struct fm_queue *queue)
{
    return queue->prompt.bytes + queue->patient.bytes;
}

bool fm_queue_due(const struct fm_queue *queue, uint64_t owed, uint64_t now_us)
{
    const struct fm_batch *patient = &queue->patient;

    return patient->first != NULL &&
           (queue->hurry || patient->results >= queue->gather_results ||
            patient->results * 2 >= owed ||
            now_us - queue->patient_since_us >= queue->gather_us);
}

uint64_t fm_queue_due_in_us(const struct fm_queue *queue, uint64_t now_us)
{
    uint64_t waited = now_us - queue->patient_since_us;

    if (queue->patient.first == NULL)
        return UINT64_MAX;
    return waited < queue->gather_us ? queue->gather_us - waited : 0;
}
