#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <curl/curl.h>

/* What the rest of our C needs of the TLS library. openssl/ and mbedtls/ have
   it, and the same exports: wasm/link compiles the one of libcurl's build. */

/* Whether the TLS of the handle's connection holds bytes of the server that
   libcurl has not read. The handle must have sent or received before. */
bool tls_has_pending(CURL *easy);

#endif
