/*
 * The blocking calls of curl's library tests. By default they ask libcurl for
 * its descriptors, wait for those, and let it check every transfer, as a
 * native build does. With LIBTESTS_DRIVE=events in the environment, each
 * curl_easy_perform() is driven by SOCKETFUNCTION, TIMERFUNCTION and
 * curl_multi_socket_action instead, as the curl tool is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../wasm/src/shim/select.h"
#include "driven.h"

/* How deeply nested we are in curl_easy_perform(), and in calls of libcurl
   with callbacks: libcurl is on the stack there, and cannot be suspended. */
static int performing;
static int inside;

/* How often curl_multi_perform() was called since the test last waited. */
static int performed;

static int by_events(void)
{
  static int known = -1;
  if(known < 0) {
    const char *drive_name = getenv("LIBTESTS_DRIVE");
    known = drive_name && !strcmp(drive_name, "events");
  }
  return known && performing;
}

CURLcode __real_curl_easy_perform(CURL *easy);
CURLcode __wrap_curl_easy_perform(CURL *easy);
CURLcode __wrap_curl_easy_perform(CURL *easy)
{
  CURLcode result;
  performing++;
  inside++;
  result = __real_curl_easy_perform(easy);
  inside--;
  performing--;
  return result;
}

/* A wake-up is a byte in a pipe, which curl_multi_waitfds() does not report:
   this remembers which handle has one. */
static CURLM *woken;

CURLMcode __real_curl_multi_wakeup(CURLM *multi);
CURLMcode __wrap_curl_multi_wakeup(CURLM *multi);
CURLMcode __wrap_curl_multi_wakeup(CURLM *multi)
{
  woken = multi;
  return __real_curl_multi_wakeup(multi);
}

static short poll_events(short wait_events)
{
  return (short)((wait_events & CURL_WAIT_POLLIN ? POLLIN : 0) |
                 (wait_events & CURL_WAIT_POLLPRI ? POLLPRI : 0) |
                 (wait_events & CURL_WAIT_POLLOUT ? POLLOUT : 0));
}

/* Waits until one of the handle's descriptors or of 'extra' is ready. */
static CURLMcode wait_for_fds(CURLM *multi, const struct curl_waitfd *extra,
                              unsigned int extra_nfds, int timeout_ms,
                              int wait_for_nothing)
{
  CURLMcode result;
  struct curl_waitfd *waited;
  struct pollfd *fds;
  unsigned int count = 0;
  unsigned int i;
  long due;

  result = curl_multi_waitfds(multi, NULL, 0, &count);
  if(result)
    return result;
  if(!count && !extra_nfds && !wait_for_nothing)
    return CURLM_OK;
  waited = calloc(count + 1, sizeof(*waited));
  fds = calloc(count + extra_nfds + 1, sizeof(*fds));
  if(!waited || !fds)
    result = CURLM_OUT_OF_MEMORY;
  if(!result)
    result = curl_multi_waitfds(multi, waited, count, &count);
  if(!result)
    result = curl_multi_timeout(multi, &due);
  if(!result) {
    for(i = 0; i < count; i++) {
      fds[i].fd = waited[i].fd;
      fds[i].events = poll_events(waited[i].events);
    }
    for(i = 0; i < extra_nfds; i++) {
      fds[count + i].fd = extra[i].fd;
      fds[count + i].events = poll_events(extra[i].events);
    }
    if(due >= 0 && due < timeout_ms)
      timeout_ms = (int)due;
    ts_poll(fds, count + extra_nfds, timeout_ms);
  }
  free(waited);
  free(fds);
  return result;
}

typedef CURLMcode poll_function(CURLM *multi, struct curl_waitfd *extra_fds,
                                unsigned int extra_nfds, int timeout_ms,
                                int *ret);

poll_function __real_curl_multi_poll, __real_curl_multi_wait;
poll_function __wrap_curl_multi_poll, __wrap_curl_multi_wait;

CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra_fds,
                                 unsigned int extra_nfds, int timeout_ms,
                                 int *ret)
{
  CURLMcode result;
  int ready = 0;
  int awake = woken == multi;
  performed = 0;
  if(by_events())
    return driven_poll(multi, timeout_ms, ret);
  /* libcurl itself says what is ready, and what is wrong with the call */
  result = __real_curl_multi_poll(multi, extra_fds, extra_nfds,
                                  timeout_ms < 0 ? timeout_ms : 0, &ready);
  if(!result && !ready && !awake) {
    result = wait_for_fds(multi, extra_fds, extra_nfds, timeout_ms, 1);
    if(!result)
      result = __real_curl_multi_poll(multi, extra_fds, extra_nfds, 0,
                                      &ready);
  }
  if(awake)
    woken = NULL;
  if(ret)
    *ret = ready;
  return result;
}

CURLMcode __wrap_curl_multi_wait(CURLM *multi, struct curl_waitfd *extra_fds,
                                 unsigned int extra_nfds, int timeout_ms,
                                 int *ret)
{
  int ready = 0;
  CURLMcode result =
    __real_curl_multi_wait(multi, extra_fds, extra_nfds,
                           timeout_ms < 0 ? timeout_ms : 0, &ready);
  performed = 0;
  if(!result && !ready) {
    result = wait_for_fds(multi, extra_fds, extra_nfds, timeout_ms, 0);
    if(!result)
      result = __real_curl_multi_wait(multi, extra_fds, extra_nfds, 0,
                                      &ready);
  }
  if(ret)
    *ret = ready;
  return result;
}

CURLMcode __real_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running)
{
  CURLMcode result;
  inside++;
  result = by_events() ? driven_perform(multi, running) :
    __real_curl_multi_perform(multi, running);
  inside--;
  /* some tests do this in a loop without waiting for anything: the
     host has to have its turn */
  if(!result && running && *running && !inside && ++performed > 1)
    ts_poll(NULL, 0, 0);
  return result;
}

/* The same goes for these. */
static CURLcode after_try(CURLcode result)
{
  if(result == CURLE_AGAIN)
    ts_poll(NULL, 0, 1);
  return result;
}

typedef CURLcode recv_function(CURL *easy, void *buffer, size_t size,
                               size_t *n);
typedef CURLcode send_function(CURL *easy, const void *buffer, size_t size,
                               size_t *n);
recv_function __real_curl_easy_recv, __wrap_curl_easy_recv;
send_function __real_curl_easy_send, __wrap_curl_easy_send;

CURLcode __wrap_curl_easy_recv(CURL *easy, void *buffer, size_t size,
                               size_t *n)
{
  return after_try(__real_curl_easy_recv(easy, buffer, size, n));
}

CURLcode __wrap_curl_easy_send(CURL *easy, const void *buffer, size_t size,
                               size_t *n)
{
  return after_try(__real_curl_easy_send(easy, buffer, size, n));
}

/* --- the functions that the tests call, see wasm/lib/curl-tests.sh --- */

int program_wait_ms(long long ms);
int program_wait_ms(long long ms)
{
  performed = 0;
  if(!inside)
    return tool_wait_ms(ms);
  return poll(NULL, 0, (int)ms);
}

int program_connect(int fd, const struct sockaddr *address, socklen_t length);
int program_connect(int fd, const struct sockaddr *address, socklen_t length)
{
  struct pollfd connected;
  int error = 0;
  socklen_t size = sizeof(error);
  int result = connect(fd, address, length);
  if(!result || errno != EINPROGRESS)
    return result;
  connected.fd = fd;
  connected.events = POLLOUT;
  ts_poll(&connected, 1, -1);
  if(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) || !error)
    return 0;
  errno = error;
  return -1;
}

int program_select(int nfds, fd_set *readable, fd_set *writable,
                   fd_set *exceptional, struct timeval *timeout);
int program_select(int nfds, fd_set *readable, fd_set *writable,
                   fd_set *exceptional, struct timeval *timeout)
{
  struct pollfd fds[FD_SETSIZE];
  int count = select_to_poll(nfds, readable, writable, exceptional, fds);
  int ready;
  performed = 0;
  if(count < 0)
    return -1;
  ready = ts_poll(fds, (unsigned int)count, select_timeout_ms(timeout));
  if(ready < 0) {
    errno = -ready;
    return -1;
  }
  return poll_to_select(fds, count, readable, writable, exceptional);
}
