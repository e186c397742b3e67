/*
 * Tells the host of each connection that may use TLS before libcurl makes it,
 * so that a page loads the list of authorities only then (TypeScript side:
 * shim/syscalls.ts, and ts/runtimes/trust.ts).
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <urldata.h>

#include "../glue.h"

/* Never fails: a transfer that needs the list reports that it is missing. */
SHIM(secure) void shim_secure(void);

/* The other protocols use TLS, or can begin to use it later. */
static bool is_plain(const struct connectdata *conn)
{
  return (conn->scheme->protocol & (CURLPROTO_HTTP | CURLPROTO_WS)) &&
         !CURL_PROXY_IS_HTTPS(conn->http_proxy.proxytype);
}

CURLcode __real_Curl_conn_setup(struct Curl_easy *data,
                                struct connectdata *conn, int8_t sockindex,
                                int ssl_mode);
CURLcode __wrap_Curl_conn_setup(struct Curl_easy *data,
                                struct connectdata *conn, int8_t sockindex,
                                int ssl_mode);
CURLcode __wrap_Curl_conn_setup(struct Curl_easy *data,
                                struct connectdata *conn, int8_t sockindex,
                                int ssl_mode)
{
  if(!is_plain(conn))
    shim_secure();
  return __real_Curl_conn_setup(data, conn, sockindex, ssl_mode);
}
