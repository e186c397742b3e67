// WebSocket frames, as libcurl describes them (C side: wasm/src/libcurl/ws.c).
import type { Memory } from '../../shim/memory.js'
import type { Ptr } from './wasm-exports.js'

/** The frame that a piece of data belongs to. @see curl_ws_meta(3) */
export interface Frame {
  /** CURLWS_TEXT, CURLWS_BINARY, CURLWS_CONT, CURLWS_CLOSE, CURLWS_PING or CURLWS_PONG. */
  flags: number
  /** Where the piece begins in the frame's payload, in bytes. */
  offset: number
  /** Bytes of the payload that are still to come. */
  bytesleft: number
}

/** Reads a struct curl_ws_frame: age, flags, offset, bytesleft, len. */
export function readFrame(memory: Memory, at: Ptr): Frame {
  const { view } = memory
  return {
    flags: view.getInt32(at + 4, true),
    offset: Number(view.getBigInt64(at + 8, true)),
    bytesleft: Number(view.getBigInt64(at + 16, true)),
  }
}
