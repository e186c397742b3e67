/*
 * The curl tool only waits for transfers, and events drive all of them. This
 * includes curl_easy_perform(), which has a multi handle of its own.
 */
#include <limits.h>

#include "driven.h"
#include "output.h"
#include "../shim/connect.h"

/* libcurl's own */
typedef long long timediff_t;

/* Whether a read of standard input has found nothing, and nothing has arrived
   since. */
TOOL(starved) int ts_starved(void);

/* The tool's sources are compiled to call this for curl_easy_pause(). */
CURLcode tool_easy_pause(CURL *easy, int action);
CURLcode tool_easy_pause(CURL *easy, int action)
{
  /* The tool pauses a transfer that finds no input, and tries again in every
     turn of its loop. driven_poll() goes on with it when there is input. */
  return ts_starved() ? CURLE_OK : curl_easy_pause(easy, action);
}

CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra_fds,
                                 unsigned int extra_nfds, int timeout_ms,
                                 int *ret);
CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra_fds,
                                 unsigned int extra_nfds, int timeout_ms,
                                 int *ret)
{
  (void)extra_fds;
  if(extra_nfds || timeout_ms < 0)
    return CURLM_BAD_FUNCTION_ARGUMENT;
  output_flush();
  return driven_poll(multi, timeout_ms, ret);
}

CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running)
{
  return driven_perform(multi, running);
}

/* libcurl itself blocks for the last answer of an FTP transfer, and for the
   TLS of FTP, inside curl_multi_socket_action(). The file 'suspends' names the
   functions between that and this, because they call each other by
   pointers. */

/* poll(2) inside libcurl, which suspends. */
TOOL(block) int ts_block(struct pollfd *fds, unsigned int count,
                         int timeout_ms);

int connect_poll(struct pollfd *fds, unsigned int count, int timeout_ms)
{
  return ts_block(fds, count, timeout_ms);
}

struct Curl_easy;
struct pingpong;

/* Not 0 inside Curl_pp_statemach(). There libcurl waits for an answer, too,
   but the functions that call it are not named in 'suspends'. */
static int in_statemach;

CURLcode __real_Curl_pp_statemach(struct Curl_easy *data, struct pingpong *pp,
                                  _Bool block, _Bool disconnecting);
CURLcode __wrap_Curl_pp_statemach(struct Curl_easy *data, struct pingpong *pp,
                                  _Bool block, _Bool disconnecting);
CURLcode __wrap_Curl_pp_statemach(struct Curl_easy *data, struct pingpong *pp,
                                  _Bool block, _Bool disconnecting)
{
  CURLcode result;
  in_statemach++;
  result = __real_Curl_pp_statemach(data, pp, block, disconnecting);
  in_statemach--;
  return result;
}

int __real_Curl_socket_check(curl_socket_t readfd0, curl_socket_t readfd1,
                             curl_socket_t writefd, timediff_t timeout_ms);
int __wrap_Curl_socket_check(curl_socket_t readfd0, curl_socket_t readfd1,
                             curl_socket_t writefd, timediff_t timeout_ms);
int __wrap_Curl_socket_check(curl_socket_t readfd0, curl_socket_t readfd1,
                             curl_socket_t writefd, timediff_t timeout_ms)
{
  if(timeout_ms > 0 && readfd0 != CURL_SOCKET_BAD && !in_statemach) {
    struct pollfd fds[2];
    fds[0].fd = readfd0;
    fds[0].events = POLLIN;
    fds[1].fd = writefd; /* a negative one is ignored */
    fds[1].events = POLLOUT;
    ts_block(fds, 2, timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms);
    timeout_ms = 0;
  }
  return __real_Curl_socket_check(readfd0, readfd1, writefd, timeout_ms);
}
