/*
 * Waits with a time limit where libcurl waits for a connection inside a call,
 * as it does for the TLS of FTP. Without a limit of its own, libcurl passes
 * the time that is left, 0, to poll(2), again and again. Natively that takes
 * a whole CPU. Here the host would never get its turn, and nothing would
 * arrive.
 */
#include <curl/curl.h>
#include <limits.h>
#include <poll.h>

#include "connect.h"

/* the longest that libcurl intends to wait */
#define WAIT_MS 1000
#define WAIT_FOR_NOTHING_MS 10

struct Curl_easy;
/* libcurl's own */
typedef long long timediff_t;

static int waiting;

CURLcode __real_Curl_conn_connect(struct Curl_easy *data, signed char sockindex,
                                  _Bool blocking, _Bool *done);
CURLcode __wrap_Curl_conn_connect(struct Curl_easy *data, signed char sockindex,
                                  _Bool blocking, _Bool *done);
CURLcode __wrap_Curl_conn_connect(struct Curl_easy *data, signed char sockindex,
                                  _Bool blocking, _Bool *done)
{
  CURLcode result;
  waiting += blocking;
  result = __real_Curl_conn_connect(data, sockindex, blocking, done);
  waiting -= blocking;
  return result;
}

int __real_Curl_poll(struct pollfd *fds, unsigned int count,
                     timediff_t timeout_ms);

/* The default. The curl tool has one that suspends. */
__attribute__((weak)) int connect_poll(struct pollfd *fds, unsigned int count,
                                       int timeout_ms)
{
  return __real_Curl_poll(fds, count, timeout_ms);
}

int __wrap_Curl_poll(struct pollfd *fds, unsigned int count,
                     timediff_t timeout_ms);
int __wrap_Curl_poll(struct pollfd *fds, unsigned int count,
                     timediff_t timeout_ms)
{
  if(!waiting)
    return __real_Curl_poll(fds, count, timeout_ms);
  if(!timeout_ms)
    timeout_ms = count ? WAIT_MS : WAIT_FOR_NOTHING_MS;
  return connect_poll(fds, count,
                      timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms);
}
