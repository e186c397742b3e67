/*
 * Dates (twin: ts/libcurl/getdate.ts).
 */
#include "../glue.h"

/* A double, for time_t has 32 or 64 bits, as the compiler likes. -1 for what
   is no date. */
double EXPORT(parse_date)(const char *text)
{
  return (double)curl_getdate(text, NULL);
}
