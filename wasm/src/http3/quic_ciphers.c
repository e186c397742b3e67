/*
 * Marks the connections of QUIC for ../tuning/ciphers.c, because libcurl
 * makes the TLS context of all connections in the same way.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <curl_setup.h>
#include <vquic/vquic-tls.h>

#include "../tuning/ciphers.h"

CURLcode __real_Curl_vquic_tls_init(
  struct curl_tls_ctx *ctx, struct Curl_cfilter *cf, struct Curl_easy *data,
  struct ssl_peer *peer, const struct alpn_spec *alpns,
  Curl_vquic_tls_ctx_setup *setup, void *setup_data, void *ssl_data,
  Curl_vquic_session_reuse_cb *reuse);
CURLcode __wrap_Curl_vquic_tls_init(
  struct curl_tls_ctx *ctx, struct Curl_cfilter *cf, struct Curl_easy *data,
  struct ssl_peer *peer, const struct alpn_spec *alpns,
  Curl_vquic_tls_ctx_setup *setup, void *setup_data, void *ssl_data,
  Curl_vquic_session_reuse_cb *reuse);
CURLcode __wrap_Curl_vquic_tls_init(
  struct curl_tls_ctx *ctx, struct Curl_cfilter *cf, struct Curl_easy *data,
  struct ssl_peer *peer, const struct alpn_spec *alpns,
  Curl_vquic_tls_ctx_setup *setup, void *setup_data, void *ssl_data,
  Curl_vquic_session_reuse_cb *reuse)
{
  CURLcode result;
  ciphers_for_quic = 1;
  result = __real_Curl_vquic_tls_init(ctx, cf, data, peer, alpns, setup,
                                      setup_data, ssl_data, reuse);
  ciphers_for_quic = 0;
  return result;
}
