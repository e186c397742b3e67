/*
 * Decides which connections are used again, and which requests are sent again.
 * The command line tool does without this, and behaves as curl does.
 */
#include <string.h>

#include "../glue.h"
#include "http2.h"
#include "reuse.h"
#include "tls.h"

struct curltime;

struct Curl_easy *Curl_get_admin(CURL *data);
void Curl_attach_connection(struct Curl_easy *data, struct connectdata *conn,
                            bool matched);
void Curl_detach_connection(struct Curl_easy *data);
bool Curl_conn_is_alive(struct Curl_easy *data, struct connectdata *conn,
                        bool *input_pending);
bool Curl_conn_is_multiplex(struct connectdata *conn, signed char sockindex);

static int is_http(CURL *easy)
{
  const char *url = NULL;
  return !curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url) && url &&
         curl_strnequal(url, "http", 4);
}

/* Over HTTP/1, a connection on which something has arrived meanwhile is not
   used again. It is the end, or an answer without a request, such as 408,
   which must not become the answer to the next request. The TLS library may
   hold it. */
bool is_reusable(struct Curl_easy *admin, struct connectdata *conn)
{
  bool pending = false;
  bool alive;
  Curl_attach_connection(admin, conn, false);
  alive = Curl_conn_is_alive(admin, conn, &pending);
  pending |= tls_has_pending(admin);
  Curl_detach_connection(admin);
  return alive && (!pending || Curl_conn_is_multiplex(conn, 0));
}

/* Looks at a kept connection each time that it would be used again. libcurl
   does so at most once a second. */
bool __real_Curl_cpool_conn_seems_healthy(struct connectdata *conn, CURL *easy,
                                          const struct curltime *now);
bool __wrap_Curl_cpool_conn_seems_healthy(struct connectdata *conn, CURL *easy,
                                          const struct curltime *now);
bool __wrap_Curl_cpool_conn_seems_healthy(struct connectdata *conn, CURL *easy,
                                          const struct curltime *now)
{
  if(!__real_Curl_cpool_conn_seems_healthy(conn, easy, now))
    return false;
  if(!is_http(easy))
    return true;
  return is_reusable(Curl_get_admin(easy), conn);
}

/* RFC 9110, 9.2.2. ts/http/methods.ts has the same list: before a request that
   is not sent again, fetch waits for the end of a connection to arrive. */
static int is_idempotent(const char *method)
{
  static const char * const methods[] = { "GET", "HEAD", "OPTIONS", "TRACE",
                                          "PUT", "DELETE" };
  size_t i;
  for(i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
    if(!strcmp(method, methods[i]))
      return 1;
  }
  return 0;
}

/* Whether the server may have acted on a request whose connection has ended
   without an answer, and may act again if it is sent again. */
static int may_act_twice(CURL *easy)
{
  const char *method = NULL;
  long sent = 0;
  return is_http(easy) && !http2_was_refused(easy) &&
         !curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_METHOD, &method) &&
         method && !is_idempotent(method) &&
         !curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent) && sent > 0;
}

/* Without this, libcurl sends any request again whose kept connection has
   ended. */
CURLcode __real_Curl_retry_request(CURL *easy, char **url);
CURLcode __wrap_Curl_retry_request(CURL *easy, char **url);
CURLcode __wrap_Curl_retry_request(CURL *easy, char **url)
{
  if(may_act_twice(easy)) {
    *url = NULL;
    return CURLE_OK;
  }
  return __real_Curl_retry_request(easy, url);
}
