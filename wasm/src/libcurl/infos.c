/*
 * What libcurl reports of a transfer (TypeScript side: ts/libcurl/infos.ts and
 * ts/libcurl/summary.ts).
 */
#include "../glue.h"

/* 'out' has room for 8 bytes. How many are written depends on the type. */
int EXPORT(easy_getinfo)(CURL *easy, CURLINFO info, void *out)
{
  return curl_easy_getinfo(easy, info, out);
}

static const CURLINFO summarized[] = {
  CURLINFO_CONN_ID,
  CURLINFO_QUEUE_TIME_T,
  CURLINFO_NAMELOOKUP_TIME_T,
  CURLINFO_CONNECT_TIME_T,
  CURLINFO_APPCONNECT_TIME_T,
  CURLINFO_POSTTRANSFER_TIME_T,
  CURLINFO_STARTTRANSFER_TIME_T,
  CURLINFO_TOTAL_TIME_T
};
#define SUMMARIZED (sizeof(summarized) / sizeof(summarized[0]))

/* The infos above, and last the size of the request, in one call, because
 * fetch asks for them after each transfer. They are valid until the next
 * call. */
double *EXPORT(easy_summary)(CURL *easy)
{
  static double summary[SUMMARIZED + 1];
  curl_off_t value;
  long size = 0;
  size_t i;
  for(i = 0; i < SUMMARIZED; i++) {
    value = 0;
    curl_easy_getinfo(easy, summarized[i], &value);
    summary[i] = (double)value;
  }
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &size);
  summary[SUMMARIZED] = (double)size;
  return summary;
}
