/*
 * Mbed TLS includes this as its context of ChaCha20-Poly1305: see
 * chachapoly.c.
 */
#ifndef CHACHAPOLY_ALT_H
#define CHACHAPOLY_ALT_H

typedef struct {
  unsigned int key[8];
} mbedtls_chachapoly_context;

#endif
