// Limits for the phases of a transfer, which libcurl does not have: it limits connecting as a whole, and a transfer as a
// whole. One timer looks at what libcurl reports. There is none without limits, nor once no limit is left.
import { CURLE_OPERATION_TIMEDOUT } from '../libcurl/constants.gen.js'
import type { DebugKind } from '../libcurl/debug-kinds.js'
import { CurlError } from '../libcurl/errors.js'
import type { Summary } from '../libcurl/summary.js'

/** The most milliseconds for each phase of a transfer, in their order. */
export interface PhaseLimits {
  /** Resolving the name. Through a relay, that is a part of `connect`. */
  dns?: number
  /** Connecting, also to and through proxies. */
  connect?: number
  /** The TLS handshake; with an HTTPS proxy, from the one with that. With HTTP/3 it belongs to `connect`. */
  tls?: number
  /** From the request's last byte to the first one of the response. */
  firstByte?: number
  /**
   * Without a byte, while the body of the request or the response is on its way. It does not count while your stream
   * has nothing to send, or your reader does not read. Noticed after up to a quarter more.
   */
  idle?: number
}

export type Phase = keyof PhaseLimits

/** The error of a transfer that took too long, or of a call as a whole ('total'). */
export function limitError(phase: Phase | 'total', limit: number): CurlError {
  const error = new CurlError(CURLE_OPERATION_TIMEDOUT, `Timeout: '${phase}' took longer than ${limit} ms`)
  error.phase = phase
  return error
}

/** The error of a connection that took too long, in libcurl's words. */
function connectionError(limit: number): CurlError {
  return new CurlError(CURLE_OPERATION_TIMEDOUT, `Connection timed out after ${limit} milliseconds`)
}

/** What a watch looks at. */
export interface Watched {
  summary(): Summary
  /** Its connection is established, so that it can send its request. */
  readonly isConnected: boolean
  /** It waits for the application: for more to send, or until more is read. */
  readonly isPaused: boolean
  /** Bytes of both bodies so far. */
  readonly moved: number
  /** It takes too long. */
  expired(error: CurlError): void
}

/** What can come after each phase. */
const LATER: Readonly<Record<Phase | 'queue', readonly Phase[]>> = {
  queue: ['dns', 'connect', 'tls', 'firstByte', 'idle'],
  dns: ['connect', 'tls', 'firstByte', 'idle'],
  connect: ['tls', 'firstByte', 'idle'],
  tls: ['firstByte', 'idle'],
  firstByte: ['idle'],
  idle: ['firstByte', 'idle'],
}
/** How many times in its limit an idle transfer is looked at. */
const LOOKS = 4
/** How OpenSSL and Mbed TLS begin in libcurl's trace. */
const TLS_BEGINS = /^(ALPN: curl offers|mbedTLS: Connecting)/
/** How the request to a proxy begins that comes before TLS. */
const TUNNEL = 'CONNECT '

function beginning(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 20))
}

export class PhaseWatch {
  readonly #limits: PhaseLimits
  readonly #connectionMs: number
  readonly #watched: Watched
  /** By performance.now(), as the next two; the times of a Summary are since this one. */
  #started = 0
  /** The number of the connection of the handle's last transfer. */
  #before = -1
  #tlsBegan = 0
  #movedAt = 0
  #moved = -1
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param connectionMs The limit of `dns`, `connect` and `tls` together. */
  constructor(limits: PhaseLimits, connectionMs: number, watched: Watched) {
    this.#limits = limits
    this.#connectionMs = connectionMs
    this.#watched = watched
  }

  /** To be called when the transfer begins. */
  begin(): void {
    this.#before = this.#watched.summary().connection
    this.#started = performance.now()
  }

  /** Whether it needs trace(): libcurl reports the times of connecting and of TLS only when both are over. */
  get traces(): boolean {
    return this.#limits.connect !== undefined || this.#limits.tls !== undefined
  }

  /** Reads libcurl's trace. Returns false once that is not needed any more. */
  trace(kind: DebugKind, bytes: Uint8Array): boolean {
    const begins = kind === 'tls-data-out' || (kind === 'text' && TLS_BEGINS.test(beginning(bytes)))
    if (begins && this.#tlsBegan === 0) this.#tlsBegan = performance.now()
    return kind !== 'header-out' || beginning(bytes).startsWith(TUNNEL)
  }

  /** Looks at the transfer, again and again until stop(). */
  look(): void {
    const now = performance.now()
    const summary = this.#watched.summary()
    const [phase, since] = this.#phase(now, summary)
    const limit = phase === 'queue' ? undefined : this.#limits[phase]
    if (limit !== undefined && now - since >= limit) return this.#watched.expired(limitError(phase as Phase, limit))
    const connectingSince = this.#connectingSince(phase, now, summary)
    if (now - connectingSince >= this.#connectionMs) return this.#watched.expired(connectionError(this.#connectionMs))
    let next = Math.min(
      limit === undefined ? Infinity : since + limit - now,
      connectingSince + this.#connectionMs - now,
    )
    for (const later of LATER[phase]) next = Math.min(next, this.#period(later))
    if (next < Infinity) this.#timer = setTimeout(() => this.look(), Math.ceil(next))
  }

  /** Since when it connects; from now on while it waits for that, and never once it is connected. */
  #connectingSince(phase: Phase | 'queue', now: number, { queue }: Summary): number {
    if (phase === 'queue') return now
    return phase === 'firstByte' || phase === 'idle' ? Infinity : this.#at(queue)
  }

  /** After how long a phase that has just begun is to be looked at. */
  #period(phase: Phase): number {
    return (this.#limits[phase] ?? Infinity) / (phase === 'idle' ? LOOKS : 1)
  }

  /** The phase that the transfer is in, and since when. */
  #phase(now: number, summary: Summary): [Phase | 'queue', number] {
    if (!this.#watched.isConnected) {
      if (summary.queue === 0 && summary.connection === this.#before) return ['queue', now]
      if (summary.dns === 0) return ['dns', this.#at(summary.queue)]
      return this.#tlsBegan === 0 ? ['connect', this.#at(summary.dns)] : ['tls', this.#tlsBegan]
    }
    if (summary.request > 0 && summary.firstByte === 0) return ['firstByte', this.#at(summary.request)]
    const { moved, isPaused } = this.#watched
    if (moved !== this.#moved || isPaused) {
      this.#moved = moved
      this.#movedAt = now
    }
    return ['idle', this.#movedAt]
  }

  /** The performance.now() of a time of a Summary. */
  #at(microseconds: number): number {
    return this.#started + microseconds / 1000
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
