/*
 * WebSocket frames of an easy handle (TypeScript side: ts/libcurl/ws.ts), and
 * the proof that a server speaks the protocol.
 */
#include <openssl/evp.h>

#include "../glue.h"

/* a double holds every size up to 2^53, as a number of JavaScript does */
int EXPORT(ws_send)(CURL *easy, const void *data, size_t length, size_t *sent,
                    double fragment_size, unsigned int flags)
{
  return curl_ws_send(easy, data, length, sent, (curl_off_t)fragment_size,
                      flags);
}

/* Writes the Sec-WebSocket-Accept for a text, which is a key and the GUID of
   RFC 6455: 28 characters and a NUL. Returns 28, or 0 on failure. libcurl does
   not check what the server sends. */
int EXPORT(ws_accept)(const void *text, size_t length, unsigned char *out)
{
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if(!EVP_Digest(text, length, digest, &size, EVP_sha1(), NULL))
    return 0;
  return EVP_EncodeBlock(out, digest, (int)size);
}
