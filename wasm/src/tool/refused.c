/*
 * Corrects the result of a transfer whose connection was never made. Some
 * relays do not confirm connections. libcurl takes such a connection to be
 * established, and reports that it broke. The host knows that it was never
 * made (shim/failures.ts).
 */
#include "blocking.h"
#include "refused.h"

/* Whether a connection that was never made has failed with this errno. 1 only
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
