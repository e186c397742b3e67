#ifndef TLS_H
#define TLS_H

#include <openssl/ssl.h>
#include <curl/curl.h>

/* That of the handle's connection, NULL where there is no TLS. The handle must
   have sent or received. */
SSL *ssl_of(CURL *easy);

#endif
