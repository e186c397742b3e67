// Bytes on the connection of CONNECT_ONLY, as curl_easy_send(3) and curl_easy_recv(3) have them.
import type { Easy } from './easy.js'
import type { Libcurl } from './libcurl.js'

/** What Easy.send() does. */
export function sendRaw(libcurl: Libcurl, easy: Easy, bytes: Uint8Array): number {
  const { exports, host } = libcurl
  return libcurl.withSpace(4, (sent) => {
    const result = libcurl.withBytes(bytes, (at) => exports.curl_easy_send(easy.pointer, at, bytes.length, sent))
    if (result !== 0) throw easy.error(result)
    return host.memory.u32(sent)
  })
}

/** What Easy.recv() does. */
export function receiveRaw(libcurl: Libcurl, easy: Easy, size: number): Uint8Array<ArrayBuffer> {
  const { exports, host } = libcurl
  return libcurl.withSpace(4 + size, (at) => {
    const result = exports.curl_easy_recv(easy.pointer, at + 4, size, at)
    if (result !== 0) throw easy.error(result)
    return host.memory.copy(at + 4, host.memory.u32(at))
  })
}
