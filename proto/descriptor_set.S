/* The serialized google.protobuf.FileDescriptorSet of all our messages. */
    .section .rodata
    .global fm_descriptor_set
    .global fm_descriptor_set_end
    .balign 8
fm_descriptor_set:
    .incbin DESCRIPTOR_SET
fm_descriptor_set_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
