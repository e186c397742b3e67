// Reports the transfers of a program (C side: wasm/src/tool/trace.c), without changing the tool's own options, output
// or exit status.
import type { Memory } from '../../shim/memory.js'
import { findInfo, readInfo, type InfoExports } from '../libcurl/infos.js'

/** A listener for the transfers of a run. Each has a number, from 0; a retry counts as a transfer. */
export interface Trace {
  /**
   * Gets libcurl's debug output for a transfer, with or without `-v`: `type` is one of CURLINFO_TEXT (0), HEADER_IN,
   * HEADER_OUT, DATA_IN, DATA_OUT, SSL_DATA_IN and SSL_DATA_OUT (6); `data` is a copy. @see CURLOPT_DEBUGFUNCTION(3)
   */
  debug?(transfer: number, type: number, data: Uint8Array<ArrayBuffer>): void
  /** Gets a copy of a piece of the body, decoded, as it is written to a file or to standard output. */
  body?(transfer: number, data: Uint8Array<ArrayBuffer>): void
  /**
   * A transfer has ended, with a CURLcode. `getinfo` works until this returns; CERTINFO is always available.
   * @see curl_easy_getinfo(3)
   */
  done?(transfer: number, result: number, getinfo: (info: string | number) => unknown): void
}

export interface TraceExports extends InfoExports {
  malloc(size: number): number
  free(at: number): void
  easy_getinfo(easy: number, info: number, out: number): number
}

/** The imports by which the module reports its transfers. `failed` gets the exceptions of a listener. */
export function traceImports(
  trace: Trace | undefined,
  failed: (error: unknown) => void,
  instance: () => { exports: TraceExports; memory: Memory },
): Record<string, (...args: number[]) => number | void> {
  /** The number of each handle's current transfer; a handle can perform several, one after another. */
  const numbers = new Map<number, number>()
  let next = 0
  const getinfo = (easy: number, info: string | number): unknown => {
    const { exports, memory } = instance()
    const id = findInfo(info)
    const out = exports.malloc(8)
    try {
      return exports.easy_getinfo(easy, id, out) === 0 ? readInfo(exports, memory, id, out) : undefined
    } finally {
      exports.free(out)
    }
  }
  const tell = (listener: () => void): void => {
    try {
      listener()
    } catch (error) {
      failed(error)
    }
  }
  const copy = (at: number, size: number): Uint8Array<ArrayBuffer> => instance().memory.copy(at, size)
  return {
    traced: () => (trace ? 1 : 0),
    begin: (easy) => void numbers.set(easy!, next++),
    debug: (easy, type, at, size) => tell(() => trace?.debug?.(numbers.get(easy!)!, type!, copy(at!, size!))),
    body: (easy, at, size) => tell(() => trace?.body?.(numbers.get(easy!)!, copy(at!, size!))),
    done: (easy, result) => tell(() => trace?.done?.(numbers.get(easy!)!, result!, (info) => getinfo(easy!, info))),
  }
}
