/*
 * The curl tool waits for nothing but transfers, and all of them are driven by
 * events. curl_easy_perform() comes here as well, with a multi handle of its
 * own.
 */
#include "driven.h"

/* Whether somebody has asked for standard input that has not come yet. */
TOOL(starved) int ts_starved(void);

/* what the tool's sources are compiled to call for curl_easy_pause() */
CURLcode tool_easy_pause(CURL *easy, int action);
CURLcode tool_easy_pause(CURL *easy, int action)
{
  /* The tool pauses a transfer that finds no input, and tries again at every
     turn. driven_poll() knows when that is worth it. */
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
  return driven_poll(multi, timeout_ms, ret);
}

CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running)
{
  return driven_perform(multi, running);
}
