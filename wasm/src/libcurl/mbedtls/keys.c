/*
 * Private keys in memory, CURLOPT_SSLKEY_BLOB. libcurl ends them with a NUL,
 * but does not count it, so that Mbed TLS would not see that they are PEM.
 */
#include <string.h>
#include <mbedtls/pk.h>

#include "../../glue.h"

#define ARGUMENTS mbedtls_pk_context *pk, const unsigned char *key, \
  size_t length, const unsigned char *password, size_t password_length, \
  int (*random)(void *, unsigned char *, size_t), void *of_random

int __real_mbedtls_pk_parse_key(ARGUMENTS);
int __wrap_mbedtls_pk_parse_key(ARGUMENTS);
int __wrap_mbedtls_pk_parse_key(ARGUMENTS)
{
  if(strstr((const char *)key, "-----BEGIN "))
    length = strlen((const char *)key) + 1;
  return __real_mbedtls_pk_parse_key(pk, key, length, password,
                                     password_length, random, of_random);
}
