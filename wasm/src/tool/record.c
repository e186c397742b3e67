/*
 * Records for the host what a program asks libcurl for (TypeScript side:
 * ts/tool/record.ts): the options of its transfers, and the parts of its
 * forms. No transfer is performed then: each one succeeds at once, without a
 * response.
 */
#include <string.h>

#include "../glue.h"
#include "record.h"

TOOL(option) void ts_option(CURL *easy, const char *name, int type,
                            double number, void *pointer, int result);
/* 'what' is one of these. 'object' is a mime or a part. */
enum { PART, DATA, FILE_NAME, CALLBACK, NAME, FILENAME, TYPE, ENCODER, HEADERS,
       SUBPARTS };
TOOL(mime) void ts_mime(int what, const void *object, const void *value,
                        size_t size);

static void mime(int what, const void *object, const void *value, size_t size)
{
  if(ts_recording())
    ts_mime(what, object, value, size);
}

void record_option(CURL *easy, CURLoption option, double number, void *pointer,
                   CURLcode result)
{
  const struct curl_easyoption *o;
  if(!ts_recording())
    return;
  o = curl_easy_option_by_id(option);
  if(o)
    ts_option(easy, o->name, o->type, number, pointer, result);
}

int record_withholds(CURLoption option)
{
  return (option == CURLOPT_COOKIEJAR || option == CURLOPT_HSTS ||
          option == CURLOPT_ALTSVC) && ts_recording();
}

curl_mimepart *__real_curl_mime_addpart(curl_mime *m);
curl_mimepart *__wrap_curl_mime_addpart(curl_mime *m);
curl_mimepart *__wrap_curl_mime_addpart(curl_mime *m)
{
  curl_mimepart *part = __real_curl_mime_addpart(m);
  mime(PART, m, part, 0);
  return part;
}

CURLcode __real_curl_mime_data(curl_mimepart *part, const char *data,
                               size_t size);
CURLcode __wrap_curl_mime_data(curl_mimepart *part, const char *data,
                               size_t size);
CURLcode __wrap_curl_mime_data(curl_mimepart *part, const char *data,
                               size_t size)
{
  if(data)
    mime(DATA, part, data, size == CURL_ZERO_TERMINATED ? strlen(data) : size);
  return __real_curl_mime_data(part, data, size);
}

CURLcode __real_curl_mime_data_cb(curl_mimepart *part, curl_off_t size,
                                  curl_read_callback read,
                                  curl_seek_callback seek,
                                  curl_free_callback free, void *arg);
CURLcode __wrap_curl_mime_data_cb(curl_mimepart *part, curl_off_t size,
                                  curl_read_callback read,
                                  curl_seek_callback seek,
                                  curl_free_callback free, void *arg);
CURLcode __wrap_curl_mime_data_cb(curl_mimepart *part, curl_off_t size,
                                  curl_read_callback read,
                                  curl_seek_callback seek,
                                  curl_free_callback free, void *arg)
{
  mime(CALLBACK, part, NULL, 0);
  return __real_curl_mime_data_cb(part, size, read, seek, free, arg);
}

/* the functions that take a text */
#define TEXT(function, what) \
  CURLcode __real_##function(curl_mimepart *part, const char *text); \
  CURLcode __wrap_##function(curl_mimepart *part, const char *text); \
  CURLcode __wrap_##function(curl_mimepart *part, const char *text) \
  { \
    mime(what, part, text, text ? strlen(text) : 0); \
    return __real_##function(part, text); \
  }

/* wasm/link looks for the names: __wrap_curl_mime_filedata
   __wrap_curl_mime_name __wrap_curl_mime_filename __wrap_curl_mime_type
   __wrap_curl_mime_encoder */
TEXT(curl_mime_filedata, FILE_NAME)
TEXT(curl_mime_name, NAME)
TEXT(curl_mime_filename, FILENAME)
TEXT(curl_mime_type, TYPE)
TEXT(curl_mime_encoder, ENCODER)

CURLcode __real_curl_mime_headers(curl_mimepart *part,
                                  struct curl_slist *headers, int own);
CURLcode __wrap_curl_mime_headers(curl_mimepart *part,
                                  struct curl_slist *headers, int own);
CURLcode __wrap_curl_mime_headers(curl_mimepart *part,
                                  struct curl_slist *headers, int own)
{
  mime(HEADERS, part, headers, 0);
  return __real_curl_mime_headers(part, headers, own);
}

CURLcode __real_curl_mime_subparts(curl_mimepart *part, curl_mime *m);
CURLcode __wrap_curl_mime_subparts(curl_mimepart *part, curl_mime *m);
CURLcode __wrap_curl_mime_subparts(curl_mimepart *part, curl_mime *m)
{
  mime(SUBPARTS, part, m, 0);
  return __real_curl_mime_subparts(part, m);
}
