#ifndef TLS_H
#define TLS_H

#include <openssl/ssl.h>
#include <curl/curl.h>

/* The SSL of the handle's connection, NULL if there is no TLS. The handle must
   have sent or received before. */
SSL *ssl_of(CURL *easy);

#endif
