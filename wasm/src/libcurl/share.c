/*
 * Share handles (TypeScript side: ts/libcurl/share.ts). libcurl's lock
 * callbacks are not set, because there is only one thread.
 */
#include "../glue.h"

int EXPORT(share_setopt)(CURLSH *share, CURLSHoption option, long data)
{
  return curl_share_setopt(share, option, (int)data);
}
