/*
 * Connections that wait in libcurl's pool for the next transfer (TypeScript
 * side: ts/libcurl/idle.ts). libcurl only looks at them when it starts a
 * transfer. Until then a connection that its server has ended would stay half
 * open. So this reports each one to ts/, which calls idle_look() when
 * something arrives.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <urldata.h>
#include <conncache.h>
#include <curl_share.h>
#include <llist.h>
#include <multiif.h>
#include <url.h>

#include "../glue.h"
#include "reuse.h"

/* 'share' owns the pool of the connection, NULL if a multi does. */
LIBCURL(on_idle) void ts_on_idle(CURL *admin, CURLSH *share, curl_socket_t s,
                                 double id);

/* Lets the next transfer find this connection at once. libcurl looks through
   all connections to a host, from the oldest on, until one is idle: with 2,000
   transfers at a time that took half of their time. Which connection is closed
   when there are too many depends on when they were used. */
static void find_first(struct connectdata *conn)
{
  struct Curl_llist_node *node = &conn->cpool_node;
  struct Curl_llist *list = Curl_node_llist(node);
  if(list) {
    Curl_node_remove(node);
    Curl_llist_insert_next(list, NULL, conn, node);
  }
}

bool __real_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn);
bool __wrap_Curl_cpool_conn_now_idle(struct Curl_easy *data,
                                     struct connectdata *conn)
{
  bool kept = __real_Curl_cpool_conn_now_idle(data, conn);
  if(kept)
    find_first(conn);
  /* the application closes what it has made with CONNECT_ONLY */
  if(kept && !conn->bits.connect_only && conn->sock[0] != CURL_SOCKET_BAD) {
    /* a shared pool lives longer than the multi */
    struct Curl_share *share =
      CURL_SHARE_KEEP_CONNECT(data->share) ? data->share : NULL;
    ts_on_idle(share ? share->admin : Curl_get_admin(data), share,
               conn->sock[0], (double)conn->connection_id);
  }
  return kept;
}

/* Something has arrived on a connection. Lets HTTP/2 answer what the server
   sends without a request. Closes a connection that cannot be used again:
   one that is 'over', with nothing left to read, or one that has sent an
   answer without a request. */
void EXPORT(idle_look)(struct Curl_easy *admin, struct Curl_share *share,
                       curl_socket_t s, double id, int over)
{
  struct connectdata *conn;
  /* otherwise a share's own handle does not find the pool */
  if(share)
    admin->share = share;
  conn = Curl_cpool_get_conn(admin, (curl_off_t)id);
  /* with HTTP/2, is_reusable() is true although the connection has ended */
  if(conn && conn->sock[0] == s && !CONN_INUSE(conn) &&
     (over || !is_reusable(admin, conn)))
    Curl_conn_close(admin, conn, FALSE);
  if(share)
    admin->share = NULL;
}
