/*
 * OpenSSL's schedule of an AES key. ../../openssl/aes_ctr.c is written for
 * it, and ../gcm.c makes one.
 */
#ifndef AES_H
#define AES_H

typedef struct {
  unsigned int rd_key[4 * (14 + 1)];
  int rounds;
} AES_KEY;

#endif
