/*
 * A program's multi handles, driven by events where it would poll (twin:
 * ts/tool/program.ts). While it waits, socket_action does the work.
 */
#include "driven.h"

/* Returns 0 after the next socket_action of the handle, 2 when standard
   input that a read has asked for has come or standard output takes more
   after it took none, and 1 after 'timeout_ms' without any of that; at once,
   with 1, if the handle is new. */
#define WAIT_EVENT 0
#define WAIT_STANDARD 2
TOOL(wait) int ts_wait(CURLM *multi, int timeout_ms);
TOOL(forget) void ts_forget(CURLM *multi);

/* Nothing has happened on a socket, and yet every transfer wants to be looked
   at: it has a progress meter. */
static int quiet = 1;

/* A transfer has paused whose read callback has found no input, or whose
   write callback no room. */
static void go_on(CURLM *multi)
{
  CURL **easies = curl_multi_get_handles(multi);
  int i;
  for(i = 0; easies && easies[i]; i++)
    curl_easy_pause(easies[i], CURLPAUSE_CONT);
  curl_free(easies);
}

CURLMcode driven_poll(CURLM *multi, int timeout_ms, int *ret)
{
  int what;
  drive(multi);
  what = ts_wait(multi, timeout_ms);
  if(what == WAIT_STANDARD)
    go_on(multi);
  quiet = what != WAIT_EVENT;
  if(ret)
    *ret = !quiet;
  return CURLM_OK;
}

CURLMcode driven_perform(CURLM *multi, int *running)
{
  return quiet ? curl_multi_socket_all(multi, running) :
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, running);
}

/* Another handle may get the same address. */
CURLMcode __real_curl_multi_cleanup(CURLM *multi);
CURLMcode __wrap_curl_multi_cleanup(CURLM *multi);
CURLMcode __wrap_curl_multi_cleanup(CURLM *multi)
{
  CURLMcode result = __real_curl_multi_cleanup(multi);
  if(!result)
    ts_forget(multi);
  return result;
}
