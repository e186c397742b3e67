/*
 * Connections that wait in libcurl's pool for a next transfer (twin: the
 * socket's whileIdle() in shim/sockets/stream.ts). libcurl looks at them when
 * it starts a transfer; until then one that its server has ended would stay
 * half open. So ts/ learns of each, and has it looked at when something comes.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <urldata.h>
#include <conncache.h>
#include <curl_share.h>
#include <multiif.h>
#include <url.h>

#include "../glue.h"
#include "reuse.h"

/* 'share' is whose pool it is in, NULL for that of a multi. */
LIBCURL(on_idle) void ts_on_idle(CURL *admin, CURLSH *share, curl_socket_t s,
                                 double id);

bool __real_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn)
{
  bool kept = __real_Curl_cpool_conn_now_idle(data, conn);
  /* what CONNECT_ONLY has made is the application's to close */
  if(kept && !conn->bits.connect_only && conn->sock[0] != CURL_SOCKET_BAD) {
    /* a pool that is shared lives longer than the multi */
    struct Curl_share *share =
      CURL_SHARE_KEEP_CONNECT(data->share) ? data->share : NULL;
    ts_on_idle(share ? share->admin : Curl_get_admin(data), share,
               conn->sock[0], (double)conn->connection_id);
  }
  return kept;
}

/* Something has come on a connection. Lets HTTP/2 answer what the server sends
   without a request, and closes what is of no use any more: what is 'over',
   with nothing left to read, and what has sent an answer to nothing. */
void EXPORT(idle_look)(struct Curl_easy *admin, struct Curl_share *share,
                       curl_socket_t s, double id, int over)
{
  struct connectdata *conn;
  /* a share's own handle does not find its pool otherwise */
  if(share)
    admin->share = share;
  conn = Curl_cpool_get_conn(admin, (curl_off_t)id);
  /* over HTTP/2 it is alive although it has ended */
  if(conn && conn->sock[0] == s && !CONN_INUSE(conn) &&
     (over || !is_reusable(admin, conn)))
    Curl_conn_close(admin, conn, FALSE);
  if(share)
    admin->share = NULL;
}
