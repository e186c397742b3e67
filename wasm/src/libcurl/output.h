/*
 * Memory for what one call makes. All that use it share it, because the
 * TypeScript side takes the bytes as soon as the call returns.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdint.h>

#define OUTPUT_SIZE 65536

extern uint8_t output[OUTPUT_SIZE];

#endif
