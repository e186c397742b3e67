/*
 * Initialises QUIC with its first connection. libcurl does it with
 * everything else, and it took a tenth of the start of every program:
 * ngtcp2 fetches algorithms, for which OpenSSL makes a table of all their
 * names.
 */
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_ossl.h>

static int initialised;

int __real_Curl_vquic_init(void);
int __wrap_Curl_vquic_init(void);
int __wrap_Curl_vquic_init(void)
{
  initialised = 0;
  return 1;
}

/* the first function of ngtcp2's that needs the algorithms */
int __real_ngtcp2_crypto_ossl_ctx_new(ngtcp2_crypto_ossl_ctx **ctx, SSL *ssl);
int __wrap_ngtcp2_crypto_ossl_ctx_new(ngtcp2_crypto_ossl_ctx **ctx, SSL *ssl);
int __wrap_ngtcp2_crypto_ossl_ctx_new(ngtcp2_crypto_ossl_ctx **ctx, SSL *ssl)
{
  if(!initialised && !__real_Curl_vquic_init())
    return NGTCP2_CRYPTO_ERR_INTERNAL;
  initialised = 1;
  return __real_ngtcp2_crypto_ossl_ctx_new(ctx, ssl);
}
