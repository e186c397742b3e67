/*
 * Exports TLS sessions from libcurl's cache (TypeScript side:
 * ts/libcurl/ssls.ts). The call to import them is exported as it is: see
 * wasm/src/libcurl/exports.
 */
#include "../glue.h"

LIBCURL(on_ssls_export) int ts_on_ssls_export(CURL *easy,
                                              const char *session_key,
                                              const unsigned char *shmac,
                                              size_t shmac_len,
                                              const unsigned char *sdata,
                                              size_t sdata_len,
                                              double valid_until,
                                              int ietf_tls_id,
                                              const char *alpn,
                                              size_t earlydata_max);

static CURLcode on_ssls_export(CURL *handle, void *easy,
                               const char *session_key,
                               const unsigned char *shmac, size_t shmac_len,
                               const unsigned char *sdata, size_t sdata_len,
                               curl_off_t valid_until, int ietf_tls_id,
                               const char *alpn, size_t earlydata_max)
{
  (void)handle;
  return (CURLcode)ts_on_ssls_export(easy, session_key, shmac, shmac_len,
                                     sdata, sdata_len, (double)valid_until,
                                     ietf_tls_id, alpn, earlydata_max);
}

int EXPORT(easy_ssls_export)(CURL *easy)
{
  return curl_easy_ssls_export(easy, on_ssls_export, easy);
}
