/*
 * Random numbers for Mbed TLS: those of the host (shim/entropy.ts), in the
 * place of Mbed TLS' generator and its sources.
 */
#include <stddef.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <psa/crypto.h>

__attribute__((import_module("shim"), import_name("getentropy")))
int shim_getentropy(void *buffer, size_t length);

static int fill(unsigned char *out, size_t length)
{
  return shim_getentropy(out, length) ?
    MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED : 0;
}

psa_status_t mbedtls_psa_external_get_random(
  mbedtls_psa_external_random_context_t *context, uint8_t *out,
  size_t size, size_t *length)
{
  (void)context;
  *length = size;
  return fill(out, size) ? PSA_ERROR_INSUFFICIENT_ENTROPY : PSA_SUCCESS;
}

int mbedtls_ctr_drbg_random(void *context, unsigned char *out, size_t length)
{
  (void)context;
  return fill(out, length);
}

void mbedtls_ctr_drbg_init(mbedtls_ctr_drbg_context *context)
{
  (void)context;
}

int mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *context,
                          int (*source)(void *, unsigned char *, size_t),
                          void *of_source, const unsigned char *custom,
                          size_t length)
{
  (void)context, (void)source, (void)of_source, (void)custom, (void)length;
  return 0;
}

void mbedtls_ctr_drbg_set_prediction_resistance(
  mbedtls_ctr_drbg_context *context, int resistance)
{
  (void)context, (void)resistance;
}

void mbedtls_ctr_drbg_free(mbedtls_ctr_drbg_context *context)
{
  (void)context;
}

void mbedtls_entropy_init(mbedtls_entropy_context *context)
{
  (void)context;
}

int mbedtls_entropy_func(void *context, unsigned char *out, size_t length)
{
  (void)context;
  return fill(out, length);
}

void mbedtls_entropy_free(mbedtls_entropy_context *context)
{
  (void)context;
}
