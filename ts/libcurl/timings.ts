// How long a transfer took, and each of its phases.
import type { Summary } from './summary.js'

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

const CONNECTING = ['queue', 'dns', 'tcp', 'tls'] as const

/** Where the time of a transfer went, running or ended, after hops that took `redirect` milliseconds. */
export function timingsOf(summary: Summary, redirect: number): Timings {
  const timings = noTimings(redirect)
  let before = 0
  const addUntil = (phase: Exclude<keyof Timings, 'redirect' | 'total'>, end: number): void => {
    // a phase that was skipped ends at 0; a response can begin before the request has ended
    if (end <= before) return
    timings[phase] = (end - before) / 1000
    before = end
  }
  // without bytes of a request the phases after connecting do not count, because a failure sets their times too
  const isSent = summary.requestSize > 0
  for (const phase of CONNECTING) {
    // the transfer is in the first phase that has not ended, or failed in it
    const isLast = !isSent && summary[phase] === 0
    addUntil(phase, isLast ? summary.total : summary[phase])
    if (isLast) break
  }
  if (isSent) {
    addUntil('request', summary.request)
    addUntil('firstByte', summary.firstByte)
    addUntil('download', summary.total)
  }
  timings.total = redirect + before / 1000
  return timings
}

export function noTimings(redirect: number): Timings {
  return { redirect, queue: 0, dns: 0, tcp: 0, tls: 0, request: 0, firstByte: 0, download: 0, total: redirect }
}
