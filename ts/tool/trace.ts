// What is heard of the transfers of a program (twin: wasm/src/tool/trace.c): the tool's own options, output and exit status
// are not touched by it.
import type { Memory } from '../../shim/memory.js'
import { findInfo, readInfo, type InfoExports } from '../libcurl/infos.js'

/** Hears the transfers of a run. Each has a number, from 0; a retry is one of its own. */
export interface Trace {
  /**
   * What libcurl tells of a transfer, whether or not `-v` is given: `type` is one of CURLINFO_TEXT (0), HEADER_IN,
   * HEADER_OUT, DATA_IN, DATA_OUT, SSL_DATA_IN and SSL_DATA_OUT (6); `data` is a copy. @see CURLOPT_DEBUGFUNCTION(3)
   */
  debug?(transfer: number, type: number, data: Uint8Array<ArrayBuffer>): void
  /** A piece of the body as it is written to a file or to standard output: decoded, and a copy. */
  body?(transfer: number, data: Uint8Array<ArrayBuffer>): void
  /**
   * A transfer has ended, with a CURLcode. `getinfo` works until this returns; with a trace, CERTINFO is always there.
   * @see curl_easy_getinfo(3)
   */
  done?(transfer: number, result: number, getinfo: (info: string | number) => unknown): void
}

export interface TraceExports extends InfoExports {
  malloc(size: number): number
  free(at: number): void
  easy_getinfo(easy: number, info: number, out: number): number
}

/** The imports by which the module tells of its transfers. What a listener throws goes to `failed`. */
export function traceImports(
  trace: Trace | undefined,
  failed: (error: unknown) => void,
  instance: () => { exports: TraceExports; memory: Memory },
): Record<string, (...args: number[]) => number | void> {
  /** The number of what a handle does at the moment; it can do several transfers, one after the other. */
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
