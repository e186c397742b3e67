/*
 * Drives a program's multi handles by events where it would poll (TypeScript
 * side: ts/tool/program.ts). While it waits, socket_action does the work.
 */
#include "driven.h"

/* Returns 0 after the next socket_action of the handle, 2 when standard input
   has arrived for a read that found none or when output takes more after it
   took none, and 1 after 'timeout_ms' without any of that. For a new handle it
   returns 1 at once. */
#define WAIT_EVENT 0
#define WAIT_STANDARD 2
TOOL(wait) int ts_wait(CURLM *multi, int timeout_ms);
TOOL(forget) void ts_forget(CURLM *multi);

/* Whether nothing has happened on a socket. Then driven_perform() looks at
   every transfer, because of their progress meters. */
static int quiet = 1;

/* Unpauses all transfers: a read callback may have found no input, or a write
   callback no room. */
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

/* Makes the host forget the handle, because another one may get the same
   address. */
CURLMcode __real_curl_multi_cleanup(CURLM *multi);
CURLMcode __wrap_curl_multi_cleanup(CURLM *multi);
CURLMcode __wrap_curl_multi_cleanup(CURLM *multi)
{
  CURLMcode result = __real_curl_multi_cleanup(multi);
  if(!result)
    ts_forget(multi);
  return result;
}
