/*
 * Easy handles (TypeScript side: ts/libcurl/easy.ts): the variadic calls of
 * libcurl, one export for each width of argument. Calls that are not variadic
 * are exported as they are: see wasm/src/libcurl/exports.
 */
#include "../glue.h"

int EXPORT(easy_setopt_long)(CURL *easy, CURLoption option, long value)
{
  return curl_easy_setopt(easy, option, value);
}

/* a double holds every integer up to 2^53, as a number of JavaScript does */
int EXPORT(easy_setopt_off_t)(CURL *easy, CURLoption option, double value)
{
  return curl_easy_setopt(easy, option, (curl_off_t)value);
}

int EXPORT(easy_setopt_pointer)(CURL *easy, CURLoption option, void *value)
{
  return curl_easy_setopt(easy, option, value);
}

/* libcurl copies the bytes */
int EXPORT(easy_setopt_blob)(CURL *easy, CURLoption option, void *data,
                             size_t length)
{
  struct curl_blob blob;
  blob.data = data;
  blob.len = length;
  blob.flags = CURL_BLOB_COPY;
  return curl_easy_setopt(easy, option, &blob);
}
