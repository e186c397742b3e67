/*
 * Reports the transfers of a program to the host (TypeScript side:
 * ts/tool/trace.ts): what CURLOPT_DEBUGFUNCTION gets, whether the program sets
 * it or not, the bodies that the program gets, and how each transfer has
 * ended. If the host does not listen, nothing of this is set up.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "../glue.h"
#include "blocking.h"
#include "record.h"
#include "refused.h"

TOOL(traced) int ts_traced(void);
TOOL(begin) void ts_begin(CURL *easy);
TOOL(debug) void ts_debug(CURL *easy, int type, char *data, size_t size);
TOOL(body) void ts_body(CURL *easy, char *data, size_t size);
TOOL(done) void ts_done(CURL *easy, int result);

/* A handle that the program has made, and the callbacks that it has set. Not a
   handle that libcurl makes itself, for DNS over HTTPS. */
struct traced {
  CURL *easy;
  curl_debug_callback debug;
  curl_write_callback write;
  void *write_data;
  struct traced *next;
};
static struct traced *all;

static struct traced *find(CURL *easy)
{
  struct traced *t = all;
  while(t && t->easy != easy)
    t = t->next;
  return t;
}

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t size,
                    void *userp)
{
  struct traced *t = find(easy);
  if(t)
    ts_debug(easy, type, data, size);
  else
    t = all; /* a handle of libcurl's reports like the program's */
  return t && t->debug ? t->debug(easy, type, data, size, userp) : 0;
}

static size_t on_write(char *data, size_t size, size_t n, void *userp)
{
  struct traced *t = userp;
  size_t taken = t->write(data, size, n, t->write_data);
  if(taken == size * n)
    ts_body(t->easy, data, taken);
  return taken;
}

CURL *__real_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void)
{
  CURL *easy = __real_curl_easy_init();
  struct traced *t = easy && ts_traced() ? calloc(1, sizeof(*t)) : NULL;
  if(ts_recording())
    ts_created(easy);
  if(t) {
    t->easy = easy;
    t->next = all;
    all = t;
  }
  return easy;
}

void __real_curl_easy_cleanup(CURL *easy);
void __wrap_curl_easy_cleanup(CURL *easy);
void __wrap_curl_easy_cleanup(CURL *easy)
{
  struct traced **at = &all;
  if(ts_recording())
    ts_closed(easy);
  __real_curl_easy_cleanup(easy);
  while(*at && (*at)->easy != easy)
    at = &(*at)->next;
  if(*at) {
    struct traced *t = *at;
    *at = t->next;
    free(t);
  }
}

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
  CURLcode result;
  va_list arguments;
  va_start(arguments, option);
  if(option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
    curl_off_t value = va_arg(arguments, curl_off_t);
    result = __real_curl_easy_setopt(easy, option, value);
    record_option(easy, option, (double)value, NULL, result);
  }
  else {
    /* a long is as wide as a pointer here */
    void *value = va_arg(arguments, void *);
    struct traced *t = find(easy);
    if(t && option == CURLOPT_DEBUGFUNCTION)
      t->debug = (curl_debug_callback)value;
    else if(t && option == CURLOPT_WRITEFUNCTION)
      t->write = (curl_write_callback)value;
    else if(t && option == CURLOPT_WRITEDATA)
      t->write_data = value;
    result = record_withholds(option) ? CURLE_OK :
      __real_curl_easy_setopt(easy, option, value);
    record_option(easy, option, (double)(long)value, value, result);
  }
  va_end(arguments);
  return result;
}

/* A transfer begins. */
static void begin(CURL *easy)
{
  struct traced *t = find(easy);
  if(!t)
    return;
  ts_begin(easy);
  __real_curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
  __real_curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
  __real_curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
  if(t->write) {
    __real_curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    __real_curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
  }
}

/* curl -Z */
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy)
{
  if(ts_recording()) {
    ts_perform(easy);
    return CURLM_OK;
  }
  begin(easy);
  return __real_curl_multi_add_handle(multi, easy);
}

/* curl otherwise */
CURLcode __real_curl_easy_perform(CURL *easy);
CURLcode __wrap_curl_easy_perform(CURL *easy);
CURLcode __wrap_curl_easy_perform(CURL *easy)
{
  if(ts_recording()) {
    ts_perform(easy);
    return CURLE_OK;
  }
  begin(easy);
  return __real_curl_easy_perform(easy);
}

CURLMsg *__real_curl_multi_info_read(CURLM *multi, int *left);
CURLMsg *__wrap_curl_multi_info_read(CURLM *multi, int *left);
CURLMsg *__wrap_curl_multi_info_read(CURLM *multi, int *left)
{
  CURLMsg *message = __real_curl_multi_info_read(multi, left);
  if(message && message->msg == CURLMSG_DONE) {
    CURL *easy = message->easy_handle;
    message->data.result = result_if_refused(easy, message->data.result);
    if(find(easy))
      ts_done(easy, message->data.result);
  }
  return message;
}
