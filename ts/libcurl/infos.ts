// What curl_easy_getinfo() reports of a transfer, from libcurl's types to JavaScript values (C side:
// wasm/src/libcurl/infos.c).
import * as c from './constants.gen.js'
import { CurlError } from './errors.js'
import type { Ptr, SlistPtr } from './wasm-exports.js'
import {
  CURLINFO_CERTINFO,
  CURLINFO_DOUBLE,
  CURLINFO_LONG,
  CURLINFO_OFF_T,
  CURLINFO_SLIST,
  CURLINFO_SOCKET,
  CURLINFO_STRING,
  CURLINFO_TLS_SESSION,
  CURLINFO_TLS_SSL_PTR,
  CURLINFO_TYPEMASK,
} from './numbers.gen.js'
import type { Memory } from '../../shim/memory.js'

/** Finds an info by name, by full name ('CURLINFO_RESPONSE_CODE'), or by number. Throws a CurlError that names it. */
export function findInfo(info: string | number): number {
  const name = typeof info === 'string' ? info.replace(/^CURLINFO_/, '') : ''
  const id = typeof info === 'number' ? info : Object.hasOwn(c.infos, name) ? c.infos[name]! : undefined
  if (id === undefined) throw new CurlError(c.CURLE_BAD_FUNCTION_ARGUMENT, `libcurl has no info '${info}'`)
  if (id === CURLINFO_TLS_SSL_PTR || id === CURLINFO_TLS_SESSION) {
    throw new CurlError(
      c.CURLE_BAD_FUNCTION_ARGUMENT,
      `getinfo(${info}): a pointer into the module means nothing outside of it`,
    )
  }
  return id
}

/** The exports that this needs of a module. */
export interface InfoExports {
  curl_slist_free_all(list: SlistPtr): void
}

/** Reads what curl_easy_getinfo has written to `out`. */
export function readInfo(exports: InfoExports, memory: Memory, id: number, out: Ptr): unknown {
  const { view } = memory
  switch (id & CURLINFO_TYPEMASK) {
    case CURLINFO_STRING: {
      const at = view.getUint32(out, true)
      return at === 0 ? null : memory.string(at)
    }
    case CURLINFO_LONG:
    case CURLINFO_SOCKET:
      return view.getInt32(out, true)
    case CURLINFO_DOUBLE:
      return view.getFloat64(out, true)
    case CURLINFO_OFF_T:
      return Number(view.getBigInt64(out, true))
    case CURLINFO_SLIST: {
      const at = view.getUint32(out, true)
      if (id === CURLINFO_CERTINFO) return readCertificates(memory, at)
      const texts = readSlist(memory, at)
      exports.curl_slist_free_all(at as SlistPtr)
      return texts
    }
    default:
      throw new CurlError(c.CURLE_BAD_FUNCTION_ARGUMENT, `libcurl has no type for info ${id}`)
  }
}

/** struct curl_certinfo: a count, and a pointer to as many lists. */
function readCertificates(memory: Memory, at: Ptr): string[][] {
  const lists = memory.u32(at + 4)
  return Array.from({ length: memory.u32(at) }, (_, i) => readSlist(memory, memory.u32(lists + i * 4)))
}

/** The strings of a curl_slist (a `data` pointer and a `next` pointer each). */
function readSlist(memory: Memory, list: Ptr): string[] {
  const texts = []
  for (let at = list; at !== 0; at = memory.u32(at + 4)) texts.push(memory.string(memory.u32(at)))
  return texts
}

/** The strings of the list that `out` points to, as bytes. The list is freed. */
export function takeSlist(exports: InfoExports, memory: Memory, out: Ptr): Uint8Array<ArrayBuffer>[] {
  const list = memory.u32(out)
  const texts = []
  for (let at = list; at !== 0; at = memory.u32(at + 4)) texts.push(memory.stringBytes(memory.u32(at)))
  exports.curl_slist_free_all(list as SlistPtr)
  return texts
}
