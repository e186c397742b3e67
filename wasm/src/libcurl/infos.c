/*
 * The one variadic call of libcurl that every module has (TypeScript side:
 * ts/libcurl/infos.ts).
 */
#include "../glue.h"

/* 'out' has room for 8 bytes. How many are written depends on the type. */
int EXPORT(easy_getinfo)(CURL *easy, CURLINFO info, void *out)
{
  return curl_easy_getinfo(easy, info, out);
}
