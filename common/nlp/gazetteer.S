/* The file that data/build.py makes; gazetteer.c reads it. */
    .section .rodata
    .global fm_gazetteer_file
    .balign 8
fm_gazetteer_file:
    .incbin GAZETTEER
    .byte 0
    .section .note.GNU-stack,"",%progbits
