// WebSocket frames, as curl_ws_send(3), curl_ws_recv(3) and curl_ws_start_frame(3) have them (C side:
// wasm/src/libcurl/ws.c and wasm/src/libcurl/full/ws_start_frame.c). An Easy has these calls. Only this file knows the
// layout of struct curl_ws_frame, which test/shim/abi.test.ts checks.
import type { Memory } from '../../shim/memory.js'
import { CURLE_NOT_BUILT_IN } from './constants.gen.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import type { Libcurl } from './libcurl.js'
import type { Ptr } from './wasm-exports.js'

/** The frame that a piece of data belongs to. @see curl_ws_meta(3) */
export interface Frame {
  /** CURLWS_TEXT, CURLWS_BINARY, CURLWS_CONT, CURLWS_CLOSE, CURLWS_PING or CURLWS_PONG. */
  flags: number
  /** Where the piece begins in the frame's payload, in bytes. */
  offset: number
  /** Bytes of the payload that are still to come. */
  bytesleft: number
  /** How many bytes the piece has. */
  len: number
}

/** Where the members are: age, flags, offset, bytesleft, len. */
const FLAGS = 4
const OFFSET = 8
const BYTESLEFT = 16
const LEN = 24

/** Reads a struct curl_ws_frame. */
export function readFrame(memory: Memory, at: Ptr): Frame {
  return {
    flags: memory.u32(at + FLAGS),
    offset: offT(memory, at + OFFSET),
    bytesleft: offT(memory, at + BYTESLEFT),
    len: memory.u32(at + LEN),
  }
}

/** A curl_off_t that is not negative. */
function offT(memory: Memory, at: Ptr): number {
  return memory.u32(at) + memory.u32(at + 4) * 2 ** 32
}

/** What Easy.wsSend() does. */
export function sendFrame(libcurl: Libcurl, easy: Easy, bytes: Uint8Array, flags: number, size: number): number {
  const { exports, host } = libcurl
  return libcurl.withSpace(4, (sent) => {
    const result = libcurl.withBytes(bytes, (at) => exports.ws_send(easy.pointer, at, bytes.length, sent, size, flags))
    if (result !== 0) throw easy.error(result)
    return host.memory.u32(sent)
  })
}

/** What Easy.wsRecv() does. */
export function receiveFrame(
  libcurl: Libcurl,
  easy: Easy,
  size: number,
): { data: Uint8Array<ArrayBuffer>; frame: Frame } {
  const { exports, host } = libcurl
  return libcurl.withSpace(8 + size, (at) => {
    const result = exports.curl_ws_recv(easy.pointer, at + 8, size, at, at + 4)
    if (result !== 0) throw easy.error(result)
    const frame = readFrame(host.memory, host.memory.u32(at + 4))
    return { data: host.memory.copy(at + 8, host.memory.u32(at)), frame }
  })
}

/** What Easy.wsStartFrame() does. */
export function startFrame(libcurl: Libcurl, easy: Easy, flags: number, length: number): void {
  const { ws_start_frame: start } = libcurl.exports
  if (!start) throw new CurlError(CURLE_NOT_BUILT_IN, 'wsStartFrame(): only the full module has it')
  const result = start(easy.pointer, flags, length)
  if (result !== 0) throw easy.error(result)
}
