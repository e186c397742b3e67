/*
 * OpenSSL's part of tls.h: reports what was negotiated (TypeScript side:
 * ts/libcurl/tls.ts), offers protocols, and sends close_notify.
 * ../mbedtls/mbedtls.c does the same for Mbed TLS.
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "../../glue.h"
#include "../tls.h"

const char *EXPORT(tls_version)(CURL *easy)
{
  SSL *ssl = tls_of(easy);
  return ssl ? SSL_get_version(ssl) : NULL;
}

const char *EXPORT(tls_cipher)(CURL *easy)
{
  SSL *ssl = tls_of(easy);
  return ssl ? SSL_get_cipher_name(ssl) : NULL;
}

/* Returns the length of the negotiated protocol's name, 0 for none. */
unsigned int EXPORT(tls_alpn)(CURL *easy, const unsigned char **name)
{
  SSL *ssl = tls_of(easy);
  unsigned int length = 0;
  if(ssl)
    SSL_get0_alpn_selected(ssl, name, &length);
  return length;
}

bool tls_has_pending(CURL *easy)
{
  /* It reads ahead: after the last record it may hold the one of the end. */
  SSL *ssl = tls_of(easy);
  return ssl && SSL_has_pending(ssl);
}

CURLcode tls_offer_alpn(CURL *easy, void *ssl_ctx, void *userp)
{
  const struct alpn *list = userp;
  (void)easy;
  /* unlike OpenSSL's other functions, this one returns 0 for success */
  return SSL_CTX_set_alpn_protos(ssl_ctx, list->names, list->length) ?
    CURLE_OUT_OF_MEMORY : CURLE_OK;
}

/* Sends close_notify where libcurl, inside tls_end(), would write a byte. */
int __real_SSL_write(SSL *ssl, const void *data, int length);
int __wrap_SSL_write(SSL *ssl, const void *data, int length);
int __wrap_SSL_write(SSL *ssl, const void *data, int length)
{
  int result;
  if(ssl != tls_ending)
    return __real_SSL_write(ssl, data, length);
  result = SSL_shutdown(ssl);
  return result < 0 ? result : length;
}

/* For the handshake of WebSockets: libcurl does not check what the server
   sends. 'digest' has room for 20 bytes. Returns 0 on failure. */
int EXPORT(sha1)(const void *data, size_t length, unsigned char *digest)
{
  return EVP_Digest(data, length, digest, NULL, EVP_sha1(), NULL);
}
