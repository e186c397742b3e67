/*
 * Connections that wait in libcurl's pool for a next transfer (twin: the
 * socket's whenOver() in shim/sockets/stream.ts). libcurl looks whether they
 * are alive when it starts a transfer; until then one that its server has
 * ended would stay half open. So ts/ is told of each, watches for its end,
 * and has it closed.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <urldata.h>
#include <conncache.h>
#include <url.h>
#include <cfilters.h>

#include "../glue.h"

LIBCURL(on_idle) void ts_on_idle(CURL *admin, curl_socket_t s, double id);

bool __real_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn)
{
  bool kept = __real_Curl_cpool_conn_now_idle(data, conn);
  /* what CONNECT_ONLY has made is the application's to close */
  if(kept && !conn->bits.connect_only && conn->sock[0] != CURL_SOCKET_BAD)
    ts_on_idle(Curl_get_admin(data), conn->sock[0],
               (double)conn->connection_id);
  return kept;
}

/* Closes a connection if it is still what it was, and no transfer's. */
void EXPORT(idle_close)(CURL *admin, curl_socket_t s, double id)
{
  struct connectdata *conn = Curl_cpool_get_conn(admin, (curl_off_t)id);
  if(conn && conn->sock[0] == s && !CONN_INUSE(conn))
    Curl_conn_close(admin, conn, FALSE);
}
