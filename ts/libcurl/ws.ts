// WebSocket frames, as libcurl describes them (C side: wasm/src/libcurl/ws.c). Only this file knows the layout of
// struct curl_ws_frame, which test/shim/abi.test.ts checks.
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

/** Where the members are: age, flags, offset, bytesleft, len. */
const FLAGS = 4
const OFFSET = 8
const BYTESLEFT = 16

/** Reads a struct curl_ws_frame. */
export function readFrame(memory: Memory, at: Ptr): Frame {
  return { flags: frameFlags(memory, at), offset: offT(memory, at + OFFSET), bytesleft: frameBytesLeft(memory, at) }
}

/** `flags` of a struct curl_ws_frame. */
export function frameFlags(memory: Memory, at: Ptr): number {
  return memory.u32(at + FLAGS)
}

/** `bytesleft` of a struct curl_ws_frame. */
export function frameBytesLeft(memory: Memory, at: Ptr): number {
  return offT(memory, at + BYTESLEFT)
}

/** A curl_off_t that is not negative. */
function offT(memory: Memory, at: Ptr): number {
  return memory.u32(at) + memory.u32(at + 4) * 2 ** 32
}
