/*
 * Dates (TypeScript side: ts/libcurl/getdate.ts).
 */
#include "../glue.h"

/* Seconds since the epoch, or -1 for what is no date. A double, because the
   compiler decides whether time_t has 32 or 64 bits. */
double EXPORT(parse_date)(const char *text)
{
  return (double)curl_getdate(text, NULL);
}
