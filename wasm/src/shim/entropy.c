/*
 * Random numbers (TypeScript side: shim/entropy.ts): getentropy(), which
 * OpenSSL calls (wasm/lib/openssl/random.c) and libc lacks.
 */
#include <unistd.h>

#include "../glue.h"

SHIM(getentropy) int shim_getentropy(void *buffer, size_t length);

int getentropy(void *buffer, size_t length)
{
  return shim_getentropy(buffer, length);
}
