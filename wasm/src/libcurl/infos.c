/*
 * The one variadic call of libcurl that every module has, for ts/libcurl/infos.ts.
 */
#include "../glue.h"

/* 'out' has room for 8 bytes; what is written depends on the info's type */
int EXPORT(easy_getinfo)(CURL *easy, CURLINFO info, void *out)
{
  return curl_easy_getinfo(easy, info, out);
}
