/* The serialized google.protobuf.FileDescriptorSet of all messages and
 * services of this build, imports first; made by protoc, embedded in fm_proto.
 * For the reflection service and for tools that speak JSON. */
#ifndef FM_DESCRIPTOR_SET_H
#define FM_DESCRIPTOR_SET_H

extern const unsigned char fm_descriptor_set[];
/* One past the last byte. */
extern const unsigned char fm_descriptor_set_end[];

#endif
