/*
 * The trusted certificates of the host, read once. libcurl reads their file
 * again for each connection, and keeps them as long as it: 2 ms and 500 KB.
 * With OpenSSL it reads them once, too.
 */
#include <string.h>
#include <mbedtls/x509_crt.h>

#include "../../glue.h"
#include "../trust.h"

static mbedtls_x509_crt trusted;

void __real_mbedtls_x509_crt_free(mbedtls_x509_crt *chain);
int __real_mbedtls_x509_crt_parse_file(mbedtls_x509_crt *chain,
                                       const char *path);
int __wrap_mbedtls_x509_crt_parse_file(mbedtls_x509_crt *chain,
                                       const char *path);
int __wrap_mbedtls_x509_crt_parse_file(mbedtls_x509_crt *chain,
                                       const char *path)
{
  /* also called for certificates of clients */
  if(strcmp(path, HOSTS) || chain->raw.p)
    return __real_mbedtls_x509_crt_parse_file(chain, path);
  if(!trusted.raw.p) {
    int result;
    mbedtls_x509_crt_init(&trusted);
    result = __real_mbedtls_x509_crt_parse_file(&trusted, path);
    if(result < 0) {
      __real_mbedtls_x509_crt_free(&trusted);
      return result;
    }
  }
  *chain = trusted; /* the first certificate, which refers to the others */
  return 0;
}

static int is_shared(const mbedtls_x509_crt *chain)
{
  return chain && chain->raw.p && chain->raw.p == trusted.raw.p &&
         chain != &trusted;
}

/* Adds to the chain, so it needs one of its own. */
int __real_mbedtls_x509_crt_parse_path(mbedtls_x509_crt *chain,
                                       const char *path);
int __wrap_mbedtls_x509_crt_parse_path(mbedtls_x509_crt *chain,
                                       const char *path);
int __wrap_mbedtls_x509_crt_parse_path(mbedtls_x509_crt *chain,
                                       const char *path)
{
  if(is_shared(chain)) {
    int result;
    mbedtls_x509_crt_init(chain);
    result = __real_mbedtls_x509_crt_parse_file(chain, HOSTS);
    if(result < 0)
      return result;
  }
  return __real_mbedtls_x509_crt_parse_path(chain, path);
}

void __wrap_mbedtls_x509_crt_free(mbedtls_x509_crt *chain);
void __wrap_mbedtls_x509_crt_free(mbedtls_x509_crt *chain)
{
  if(is_shared(chain))
    mbedtls_x509_crt_init(chain);
  else
    __real_mbedtls_x509_crt_free(chain);
}
