/*
 * Random numbers for OpenSSL: those of the host (shim/entropy.ts), in the
 * place of OpenSSL's generators, which only stretch what the host gives, and
 * which the first connection would have to set up. ../openssl.sh compiles this
 * instead of rand_lib.c. ../mbedtls/random.c does the same for Mbed TLS.
 */
#include <unistd.h>

#include <openssl/rand.h>

#include "crypto/context.h"
#include "crypto/rand.h"

int RAND_bytes_ex(OSSL_LIB_CTX *ctx, unsigned char *out, size_t length,
                  unsigned int strength)
{
  (void)ctx, (void)strength;
  return getentropy(out, length) == 0;
}

int RAND_priv_bytes_ex(OSSL_LIB_CTX *ctx, unsigned char *out, size_t length,
                       unsigned int strength)
{
  return RAND_bytes_ex(ctx, out, length, strength);
}

int RAND_bytes(unsigned char *out, int length)
{
  return length >= 0 && RAND_bytes_ex(NULL, out, (size_t)length, 0);
}

int RAND_priv_bytes(unsigned char *out, int length)
{
  return RAND_bytes(out, length);
}

int RAND_status(void)
{
  return 1;
}

int RAND_poll(void)
{
  return 1;
}

void RAND_add(const void *seed, int length, double randomness)
{
  (void)seed, (void)length, (void)randomness;
}

void RAND_seed(const void *seed, int length)
{
  (void)seed, (void)length;
}

/* There is none. Only the generation of RSA keys asks for it, which a client
   does not do, and which then fails. */
EVP_RAND_CTX *RAND_get0_private(OSSL_LIB_CTX *ctx)
{
  (void)ctx;
  return NULL;
}

/* What a library context keeps for generators: nothing, but NULL would mean
   that it failed. */
void *ossl_rand_ctx_new(OSSL_LIB_CTX *ctx)
{
  static char nothing;
  (void)ctx;
  return &nothing;
}

void ossl_rand_ctx_free(void *nothing)
{
  (void)nothing;
}

void ossl_rand_cleanup_int(void)
{
}

void ossl_random_add_conf_module(void)
{
}

/* No provider has replaced the generators. */
int ossl_rand_check_random_provider_on_load(OSSL_LIB_CTX *ctx,
                                            OSSL_PROVIDER *provider)
{
  (void)ctx, (void)provider;
  return 1;
}

int ossl_rand_check_random_provider_on_unload(OSSL_LIB_CTX *ctx,
                                              OSSL_PROVIDER *provider)
{
  (void)ctx, (void)provider;
  return 1;
}
