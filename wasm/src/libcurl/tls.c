/*
 * TLS of connections (twins: ts/libcurl/tls.ts, ts/connect/connection.ts): what
 * libcurl has no call for. Over TLS that is the end of sending, which
 * protocols to offer, and what was agreed on.
 */
#include <openssl/ssl.h>

#include "../glue.h"
#include "tls.h"

SSL *ssl_of(CURL *easy)
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

/* Returns the length of the protocol's name, 0 for none. */
unsigned int EXPORT(tls_alpn)(CURL *easy, const unsigned char **name)
{
  SSL *ssl = ssl_of(easy);
  unsigned int length = 0;
  if(ssl)
    SSL_get0_alpn_selected(ssl, name, &length);
  return length;
}

/* Names of protocols as TLS has them: each after a byte with its length. */
struct alpn {
  unsigned int length;
  unsigned char names[];
};

static CURLcode offer_alpn(CURL *easy, void *ssl_ctx, void *userp)
{
  const struct alpn *list = userp;
  (void)easy;
  /* alone among OpenSSL's functions it returns 0 for success */
  return SSL_CTX_set_alpn_protos(ssl_ctx, list->names, list->length) ?
    CURLE_OUT_OF_MEMORY : CURLE_OK;
}

/* The list has to live until the connection stands. */
int EXPORT(easy_offer_alpn)(CURL *easy, struct alpn *list)
{
  CURLcode result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, list);
  if(!result)
    result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, offer_alpn);
  return result;
}

/* The connection whose next write is to be its end. OpenSSL must be called
   from inside of libcurl, whose filters carry what it sends; that is where
   libcurl calls SSL_write(). */
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

/* Sends close_notify, after which nothing can be sent any more. CURLE_AGAIN
   where the socket takes nothing at the moment: to be called again. */
int EXPORT(tls_end)(CURL *easy)
{
  size_t sent;
  CURLcode result;
  ending = ssl_of(easy);
  result = ending ? curl_easy_send(easy, "", 1, &sent) : CURLE_OK;
  ending = NULL;
  return result;
}
