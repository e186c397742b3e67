/*
 * Begins a WebSocket frame from inside a read callback (TypeScript side:
 * ts/libcurl/ws.ts). Only the full module has it: nothing else of this package
 * calls it, and the default module is as large as it may be.
 */
#include "../../glue.h"

/* a double holds every length up to 2^53, as a number of JavaScript does */
int EXPORT(ws_start_frame)(CURL *easy, unsigned int flags, double length)
{
  return curl_ws_start_frame(easy, flags, (curl_off_t)length);
}
