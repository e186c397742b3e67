// How long a transfer took, and each of its phases.
import type { Easy } from './easy.js'
import {
  CURLINFO_APPCONNECT_TIME_T,
  CURLINFO_CONNECT_TIME_T,
  CURLINFO_NAMELOOKUP_TIME_T,
  CURLINFO_POSTTRANSFER_TIME_T,
  CURLINFO_QUEUE_TIME_T,
  CURLINFO_REQUEST_SIZE,
  CURLINFO_STARTTRANSFER_TIME_T,
  CURLINFO_TOTAL_TIME_T,
} from './numbers.gen.js'

/** Milliseconds that each phase took, 0 if it was not needed or has not begun. `total` is their sum. */
export interface Timings {
  /** All phases of the hops before the last one. */
  redirect: number
  /** Waiting for a connection. */
  queue: number
  /** Resolving the name. */
  dns: number
  /** Connecting, also to and through proxies. */
  tcp: number
  /** The TLS handshake. */
  tls: number
  /** Sending the request. */
  request: number
  /** From the request's last byte to the first one of the response. */
  firstByte: number
  /** From the response's first byte to its last one. */
  download: number
  total: number
}

type Phase = Exclude<keyof Timings, 'redirect' | 'total'>

/** When each phase ended, in microseconds from the start; 0 if it has not ended. @see curl_easy_getinfo(3), TIMES */
const CONNECTING: readonly (readonly [Phase, number])[] = [
  ['queue', CURLINFO_QUEUE_TIME_T],
  ['dns', CURLINFO_NAMELOOKUP_TIME_T],
  ['tcp', CURLINFO_CONNECT_TIME_T],
  ['tls', CURLINFO_APPCONNECT_TIME_T],
]
const TRANSFERRING: readonly (readonly [Phase, number])[] = [
  ['request', CURLINFO_POSTTRANSFER_TIME_T],
  ['firstByte', CURLINFO_STARTTRANSFER_TIME_T],
  ['download', CURLINFO_TOTAL_TIME_T],
]

export function noTimings(redirect: number): Timings {
  return { redirect, queue: 0, dns: 0, tcp: 0, tls: 0, request: 0, firstByte: 0, download: 0, total: redirect }
}

/** Reads the timings of a transfer, running or ended, after hops that took `redirect` milliseconds. */
export function readTimings(easy: Easy, redirect: number): Timings {
  const timings = noTimings(redirect)
  let before = 0
  const addUntil = (phase: Phase, end: number): void => {
    // a phase that was skipped ends at 0; a response can begin before the request has ended
    if (end <= before) return
    timings[phase] = (end - before) / 1000
    before = end
  }
  const at = (info: number): number => easy.getinfo(info) as number
  // without bytes of a request the phases after connecting do not count, because a failure sets their times too
  if (at(CURLINFO_REQUEST_SIZE) > 0) {
    for (const [phase, info] of CONNECTING) addUntil(phase, at(info))
    for (const [phase, info] of TRANSFERRING) addUntil(phase, at(info))
  } else {
    // the transfer is in the first phase that has not ended, or failed in it
    for (const [phase, info] of CONNECTING) {
      const end = at(info)
      addUntil(phase, end || at(CURLINFO_TOTAL_TIME_T))
      if (end === 0) break
    }
  }
  timings.total = redirect + before / 1000
  return timings
}
