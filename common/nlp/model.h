/* The model file: named sections, mapped read-only and shared by all
 * processes that read with it.
 *
 *     header, 64 bytes
 *       0  "FMMODEL\n"
 *       8  uint32 version, uint32 number of sections
 *      16  uint64 length of the file
 *      24  uint64 hash of the section table
 *      32  32 bytes of zero
 *     section table, 48 bytes each
 *       0  name, 24 bytes, filled up with zeros
 *      24  uint64 offset, uint64 length, uint64 hash of its bytes
 *     sections, each at a multiple of 64
 *
 * Numbers are little-endian; a machine of the other order refuses the file.
 * Hashes (fm_hash64) find damage, they do not stop an enemy: who can write the
 * model can write the program. */
#ifndef FM_NLP_MODEL_H
#define FM_NLP_MODEL_H

#include "base/error.h"
#include "base/str.h"

#define FM_MODEL_VERSION      2u
#define FM_MODEL_SECTIONS_MAX 128u
#define FM_MODEL_NAME_MAX     24u
/* What the shipped file may have; ten of them are still no threat. */
#define FM_MODEL_BYTES_MAX ((uint64_t)256 << 20)

struct fm_model;

/* Maps and checks all of it. FM_ENOTFOUND, FM_EIO, FM_ECORRUPT (what it is and
 * where), FM_EVERSION. */
enum fm_error fm_model_open(const char *path, struct fm_why *why,
                            struct fm_model **ret);
/* The same over bytes in memory, aligned to 64, which must outlive it. */
enum fm_error fm_model_view(struct fm_str bytes, struct fm_why *why,
                            struct fm_model **ret);
void fm_model_close(struct fm_model *model);
/* The bytes of a section, valid until close; FM_ECORRUPT when there is none of
 * that name. */
enum fm_error fm_model_section(const struct fm_model *model, const char *name,
                               struct fm_why *why, struct fm_str *ret);
/* Tells two models apart: the hash of the section table. */
uint64_t fm_model_hash(const struct fm_model *model);

#endif
