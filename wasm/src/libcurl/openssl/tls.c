/*
 * TLS of connections, as far as libcurl has no call for it (TypeScript side:
 * ts/libcurl/tls.ts, ts/connect/raw-connection.ts): ends sending, offers
 * protocols by ALPN, and reports what was negotiated. ../mbedtls/tls.c does
 * the same for Mbed TLS.
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "../../glue.h"
#include "../tls.h"

/* The SSL of the handle's connection, NULL if there is no TLS. */
static SSL *ssl_of(CURL *easy)
{
  struct curl_tlssessioninfo *info = NULL;
  if(curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) || !info)
    return NULL;
  return info->internals;
}

const char *EXPORT(tls_version)(CURL *easy)
{
  SSL *ssl = ssl_of(easy);
  return ssl ? SSL_get_version(ssl) : NULL;
}

const char *EXPORT(tls_cipher)(CURL *easy)
{
  SSL *ssl = ssl_of(easy);
  return ssl ? SSL_get_cipher_name(ssl) : NULL;
}

/* Returns the length of the negotiated protocol's name, 0 for none. */
unsigned int EXPORT(tls_alpn)(CURL *easy, const unsigned char **name)
{
  SSL *ssl = ssl_of(easy);
  unsigned int length = 0;
  if(ssl)
    SSL_get0_alpn_selected(ssl, name, &length);
  return length;
}

bool tls_has_pending(CURL *easy)
{
  /* It reads ahead: after the last record it may hold the one of the end. */
  SSL *ssl = ssl_of(easy);
  return ssl && SSL_has_pending(ssl);
}

/* Names of protocols in TLS' format: each after a byte with its length. */
struct alpn {
  unsigned int length;
  unsigned char names[];
};

static CURLcode offer_alpn(CURL *easy, void *ssl_ctx, void *userp)
{
  const struct alpn *list = userp;
  (void)easy;
  /* unlike OpenSSL's other functions, this one returns 0 for success */
  return SSL_CTX_set_alpn_protos(ssl_ctx, list->names, list->length) ?
    CURLE_OUT_OF_MEMORY : CURLE_OK;
}

/* The list must live until the connection is established. */
int EXPORT(easy_offer_alpn)(CURL *easy, struct alpn *list)
{
  CURLcode result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, list);
  if(!result)
    result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, offer_alpn);
  return result;
}

/* The connection whose next SSL_write() becomes SSL_shutdown(). OpenSSL must
   be called from inside libcurl, whose filters transport what it sends, so
   this happens where libcurl calls SSL_write(). */
static SSL *ending;

int __real_SSL_write(SSL *ssl, const void *data, int length);
int __wrap_SSL_write(SSL *ssl, const void *data, int length);
int __wrap_SSL_write(SSL *ssl, const void *data, int length)
{
  int result;
  if(ssl != ending)
    return __real_SSL_write(ssl, data, length);
  result = SSL_shutdown(ssl);
  return result < 0 ? result : length;
}

/* Sends close_notify, after which nothing can be sent any more. On
   CURLE_AGAIN the socket takes nothing at the moment: call it again. */
int EXPORT(tls_end)(CURL *easy)
{
  size_t sent;
  CURLcode result;
  ending = ssl_of(easy);
  result = ending ? curl_easy_send(easy, "", 1, &sent) : CURLE_OK;
  ending = NULL;
  return result;
}

/* For the handshake of WebSockets: libcurl does not check what the server
   sends. 'digest' has room for 20 bytes. Returns 0 on failure. */
int EXPORT(sha1)(const void *data, size_t length, unsigned char *digest)
{
  return EVP_Digest(data, length, digest, NULL, EVP_sha1(), NULL);
}
