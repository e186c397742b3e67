/*
 * The order in which OpenSSL offers its default cipher suites.
 *
 * Without AES instructions, ChaCha20-Poly1305 is more than twice as fast as
 * AES-256-GCM. So it is offered first, as TLS libraries do on phones, except
 * on a host that encrypts records with AES (wasm/lib/openssl/aes_gcm.c). The
 * packets of QUIC are too short for that. The set is OpenSSL's own. The
 * options CURLOPT_TLS13_CIPHERS and CURLOPT_SSL_CIPHER_LIST override it. Mbed
 * TLS, in the light module, has such an order by itself.
 */
#include "../glue.h"
#include "ciphers.h"

SHIM(has_aes_gcm) int shim_has_aes_gcm(void);

int ciphers_for_quic;

static int aes_is_fast(void)
{
  return !ciphers_for_quic && shim_has_aes_gcm();
}

const char *__real_OSSL_default_ciphersuites(void);
const char *__wrap_OSSL_default_ciphersuites(void);
const char *__wrap_OSSL_default_ciphersuites(void)
{
  return aes_is_fast() ? __real_OSSL_default_ciphersuites() :
    "TLS_CHACHA20_POLY1305_SHA256:"
    "TLS_AES_256_GCM_SHA384:"
    "TLS_AES_128_GCM_SHA256";
}

/* for TLS 1.2 and older */
const char *__real_OSSL_default_cipher_list(void);
const char *__wrap_OSSL_default_cipher_list(void);
const char *__wrap_OSSL_default_cipher_list(void)
{
  return aes_is_fast() ? __real_OSSL_default_cipher_list() :
    "ECDHE+CHACHA20:ALL:!COMPLEMENTOFDEFAULT:!eNULL";
}
