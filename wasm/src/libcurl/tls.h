#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <curl/curl.h>

/* TLS of connections, as far as libcurl has no call for it. tls.c has what is
   the same with every TLS library; openssl/ and mbedtls/ have the rest, and
   the same exports: wasm/link compiles the one of libcurl's build. */

/* The handle's connection in the TLS library, an SSL * or a
   mbedtls_ssl_context *; NULL if there is no TLS. */
void *tls_of(CURL *easy);

/* The connection whose next write sends close_notify instead; NULL if there is
   none. The library must be called from inside libcurl, whose filters
   transport what it sends, so this happens where libcurl writes. */
extern void *tls_ending;

/* Names of protocols in TLS' format: each after a byte with its length. */
struct alpn {
  unsigned int length;
  unsigned char names[];
};

/* A CURLOPT_SSL_CTX_FUNCTION that offers the protocols of 'alpn'. */
CURLcode tls_offer_alpn(CURL *easy, void *context, void *alpn);

/* Whether the TLS of the handle's connection holds bytes of the server that
   libcurl has not read. The handle must have sent or received before. */
bool tls_has_pending(CURL *easy);

#endif
