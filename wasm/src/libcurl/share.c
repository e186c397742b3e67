/*
 * Share handles (twin: ts/libcurl/share.ts). There is one thread, so the lock
 * callbacks that libcurl offers have nothing to do.
 */
#include "../glue.h"

int EXPORT(share_setopt)(CURLSH *share, CURLSHoption option, long data)
{
  return curl_share_setopt(share, option, (int)data);
}
