/*
 * Entropy (TypeScript side: shim/entropy.ts). OpenSSL looks up getentropy()
 * at run time, by name in the loaded program. A module has no such names, so
 * this answers the look-up.
 */
#include <string.h>

#include "../glue.h"

SHIM(getentropy) int shim_getentropy(void *buffer, size_t length);

static int getentropy_of_host(void *buffer, size_t length)
{
  return shim_getentropy(buffer, length);
}

void *__wrap_DSO_global_lookup(const char *name);
void *__wrap_DSO_global_lookup(const char *name)
{
  return strcmp(name, "getentropy") ? NULL : (void *)getentropy_of_host;
}
