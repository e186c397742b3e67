/*
 * Multi handles (TypeScript side: ts/libcurl/multi.ts, and for the callbacks
 * ts/libcurl/multi-callbacks.ts).
 */
#include "drive.h"

LIBCURL(on_push) int ts_on_push(CURLM *multi, CURL *parent, CURL *pushed,
                                size_t count,
                                struct curl_pushheaders *headers);
LIBCURL(on_notify) void ts_on_notify(CURLM *multi, unsigned int notification,
                                     CURL *easy);

static int on_push(CURL *parent, CURL *pushed, size_t count,
                   struct curl_pushheaders *headers, void *multi)
{
  return ts_on_push(multi, parent, pushed, count, headers);
}

static void on_notify(CURLM *multi, unsigned int notification, CURL *easy,
                      void *userp)
{
  (void)userp;
  ts_on_notify(multi, notification, easy);
}

/* Makes a multi handle that reports its sockets and its timer to ts/. */
CURLM *EXPORT(multi_init)(void)
{
  CURLM *multi = curl_multi_init();
  if(multi)
    drive(multi);
  return multi;
}

int EXPORT(multi_socket_all)(CURLM *multi)
{
  int running = 0;
  CURLMcode result = curl_multi_socket_all(multi, &running);
  return counted(result, running);
}

/* Returns the milliseconds until libcurl wants a timeout action, -1 for
   none, or -(CURLMcode) - 2 on failure. */
long EXPORT(multi_timeout)(CURLM *multi)
{
  long ms = -1;
  CURLMcode result = curl_multi_timeout(multi, &ms);
  return result ? -(long)result - 2 : ms;
}

/* Takes one message. Returns its easy handle, and writes its result to
   'result'. NULL if there is none left. */
CURL *EXPORT(multi_info_read)(CURLM *multi, int *result)
{
  int left;
  CURLMsg *message = curl_multi_info_read(multi, &left);
  if(!message)
    return NULL;
  *result = message->data.result;
  return message->easy_handle;
}

int EXPORT(multi_setopt_long)(CURLM *multi, CURLMoption option, long value)
{
  return curl_multi_setopt(multi, option, value);
}

int EXPORT(multi_setopt_off_t)(CURLM *multi, CURLMoption option, double value)
{
  return curl_multi_setopt(multi, option, (curl_off_t)value);
}

int EXPORT(multi_setopt_pointer)(CURLM *multi, CURLMoption option,
                                 void *value)
{
  return curl_multi_setopt(multi, option, value);
}

int EXPORT(multi_setopt_push)(CURLM *multi, int enable)
{
  CURLMcode result = curl_multi_setopt(multi, CURLMOPT_PUSHDATA, multi);
  if(!result)
    result = curl_multi_setopt(multi, CURLMOPT_PUSHFUNCTION,
                               enable ? on_push : NULL);
  return result;
}

int EXPORT(multi_setopt_notify)(CURLM *multi, int enable)
{
  return curl_multi_setopt(multi, CURLMOPT_NOTIFYFUNCTION,
                           enable ? on_notify : NULL);
}

/* Returns the value as a double, or -(CURLMcode) - 1 on failure. */
double EXPORT(multi_get_offt)(CURLM *multi, CURLMinfo_offt info)
{
  curl_off_t value = 0;
  CURLMcode result = curl_multi_get_offt(multi, info, &value);
  return result ? -(double)result - 1 : (double)value;
}
