/*
 * WebSocket frames of an easy handle (TypeScript side: ts/libcurl/ws.ts).
 */
#include "../glue.h"

/* a double holds every size up to 2^53, as a number of JavaScript does */
int EXPORT(ws_send)(CURL *easy, const void *data, size_t length, size_t *sent,
                    double fragment_size, unsigned int flags)
{
  return curl_ws_send(easy, data, length, sent, (curl_off_t)fragment_size,
                      flags);
}
