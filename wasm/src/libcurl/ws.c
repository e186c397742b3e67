/*
 * WebSocket frames: those of an easy handle (TypeScript side:
 * ts/libcurl/ws.ts), and the mask of those that ts/websocket/outgoing.ts makes.
 */
#include <stdint.h>
#include <wasm_simd128.h>

#include "../glue.h"

/* a double holds every size up to 2^53, as a number of JavaScript does */
int EXPORT(ws_send)(CURL *easy, const void *data, size_t length, size_t *sent,
                    double fragment_size, unsigned int flags)
{
  return curl_ws_send(easy, data, length, sent, (curl_off_t)fragment_size,
                      flags);
}

/* Masks a part of a payload, which begins at its byte 'offset', with a key
   whose first byte is the lowest (RFC 6455, 5.3). */
__attribute__((target("simd128"))) void EXPORT(ws_mask)(uint8_t *at,
                                                        size_t length,
                                                        uint32_t key,
                                                        double offset)
{
  unsigned int turn = (unsigned int)((uint64_t)offset % 4) * 8;
  uint32_t turned = turn ? key >> turn | key << (32 - turn) : key;
  v128_t mask = wasm_i32x4_splat((int32_t)turned);
  for(; length >= 16; at += 16, length -= 16)
    wasm_v128_store(at, wasm_v128_xor(wasm_v128_load(at), mask));
  for(; length; at++, length--) {
    *at ^= (uint8_t)turned;
    turned = turned >> 8 | turned << 24;
  }
}
