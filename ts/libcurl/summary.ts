// The results of a transfer that fetch reads at the end of each, in one call of the module (C side:
// wasm/src/libcurl/infos.c).
import type { Libcurl } from './libcurl.js'
import type { EasyPtr } from './wasm-exports.js'

/**
 * The times are microseconds from the start until the end of each phase, 0 for one that has not ended.
 * @see curl_easy_getinfo(3), TIMES
 */
export interface Summary {
  /** The number of the connection, -1 for none. */
  connection: number
  queue: number
  dns: number
  tcp: number
  tls: number
  request: number
  firstByte: number
  total: number
  /** Bytes of the request that were sent. */
  requestSize: number
}

const SIZE_OF_DOUBLE = 8

export function readSummary(libcurl: Libcurl, easy: EasyPtr): Summary {
  const at = libcurl.exports.easy_summary(easy)
  const { view } = libcurl.host.memory
  const value = (index: number): number => view.getFloat64(at + index * SIZE_OF_DOUBLE, true)
  return {
    connection: value(0),
    queue: value(1),
    dns: value(2),
    tcp: value(3),
    tls: value(4),
    request: value(5),
    firstByte: value(6),
    total: value(7),
    requestSize: value(8),
  }
}
