/*
 * Some relays confirm no connection. libcurl takes it to be made, and learns
 * that it was not when it uses it: so the result is that of a connection that
 * broke. The host knows better (shim/failures.ts).
 */
#include "blocking.h"
#include "refused.h"

/* Whether a connection that was never made has failed with this errno; 1 only
   once for each. */
TOOL(never_made) int ts_never_made(int os_errno);

CURLcode result_if_refused(CURL *easy, CURLcode result)
{
  long os_errno = 0;
  switch(result) {
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_HTTP2:
  case CURLE_PROXY:
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_errno);
    return os_errno && ts_never_made((int)os_errno) ? CURLE_COULDNT_CONNECT :
      result;
  default:
    return result;
  }
}
