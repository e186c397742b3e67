/*
 * Mbed TLS includes this as its context of AES-GCM: see gcm.c.
 */
#ifndef GCM_ALT_H
#define GCM_ALT_H

#include <stdint.h>
#include "openssl/aes.h"

/* OpenSSL's 128 bits: the first byte of the block is the highest of 'hi'. */
struct u128 {
  uint64_t hi;
  uint64_t lo;
};

typedef struct {
  AES_KEY key;
  struct u128 products[16]; /* of the hash key with each nibble */
} mbedtls_gcm_context;

#endif
