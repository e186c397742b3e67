/*
 * Drives a multi handle (TypeScript side: ts/libcurl/drive.ts): two callbacks
 * report what libcurl waits for, and the host reports readiness only by
 * socket_action. Every module has this.
 */
#include "drive.h"

LIBCURL(on_socket) int ts_on_socket(CURLM *multi, CURL *easy,
                                    curl_socket_t s, int what, void *socketp);
LIBCURL(on_timer) int ts_on_timer(CURLM *multi, long timeout_ms);

static int on_socket(CURL *easy, curl_socket_t s, int what, void *multi,
                     void *socketp)
{
  return ts_on_socket(multi, easy, s, what, socketp);
}

static int on_timer(CURLM *multi, long timeout_ms, void *userp)
{
  (void)userp;
  return ts_on_timer(multi, timeout_ms);
}

void drive(CURLM *multi)
{
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, multi);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
}

int counted(CURLMcode result, int running)
{
  return result ? -(int)result - 1 : running;
}

int EXPORT(socket_action)(CURLM *multi, curl_socket_t s, int ev_bitmask)
{
  int running = 0;
  CURLMcode result = curl_multi_socket_action(multi, s, ev_bitmask, &running);
  return counted(result, running);
}
