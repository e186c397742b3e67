// What the protocols of relays have in common: the numbers of Wisp for why a relay has closed something, and how much
// goes into one message. @see https://github.com/MercuryWorkshop/wisp-protocol

import type { TransportRecipe } from './transport.js'

/** At most this many bytes of a connection are sent in one message: some peers take no message above 64 KiB. */
export const MAX_DATA_BYTES = 32 * 1024

/** Why a stream, or with stream id 0 the connection, was closed. */
export const CloseReason = {
  UNKNOWN: 0x01,
  VOLUNTARY: 0x02,
  NETWORK_ERROR: 0x03,
  INCOMPATIBLE_EXTENSIONS: 0x04,
  INVALID: 0x41,
  UNREACHABLE: 0x42,
  TIMEOUT: 0x43,
  REFUSED: 0x44,
  TRANSFER_TIMEOUT: 0x47,
  BLOCKED: 0x48,
  THROTTLED: 0x49,
  CLIENT_ERROR: 0x81,
  BAD_PASSWORD: 0xc0,
  BAD_SIGNATURE: 0xc1,
  CREDENTIALS_MISSING: 0xc2,
} as const

const REASON_TEXTS: Readonly<Record<number, string>> = {
  [CloseReason.UNKNOWN]: 'closed without a reason',
  [CloseReason.VOLUNTARY]: 'closed in order',
  [CloseReason.NETWORK_ERROR]: 'network error',
  [CloseReason.INCOMPATIBLE_EXTENSIONS]: 'incompatible extensions',
  [CloseReason.INVALID]: 'invalid request',
  [CloseReason.UNREACHABLE]: 'host unreachable',
  [CloseReason.TIMEOUT]: 'connecting timed out',
  [CloseReason.REFUSED]: 'connection refused',
  [CloseReason.TRANSFER_TIMEOUT]: 'the transfer timed out',
  [CloseReason.BLOCKED]: 'destination not allowed',
  [CloseReason.THROTTLED]: 'limit exceeded',
  [CloseReason.CLIENT_ERROR]: 'unexpected error of the client',
  [CloseReason.BAD_PASSWORD]: 'wrong user or password',
  [CloseReason.BAD_SIGNATURE]: 'wrong key or signature',
  [CloseReason.CREDENTIALS_MISSING]: 'credentials are missing',
}

/** A reason in words, for messages and logs. */
export function closeReasonText(reason: number): string {
  return REASON_TEXTS[reason] ?? `reason 0x${reason.toString(16).padStart(2, '0')}`
}

/** Whether a reason says that a stream was never made, and not that one has ended. */
export function isRefusal(reason: number): boolean {
  return reason >= CloseReason.INVALID && reason < CloseReason.CLIENT_ERROR && reason !== CloseReason.TRANSFER_TIMEOUT
}

/**
 * wsproxy has no status channel, so our relay closes its WebSocket with 4000 plus a Wisp close reason (RFC 6455 section
 * 7.4.2 leaves 4000 to 4999 to applications), or with 1000 after an orderly end.
 */
export const WSPROXY_CODE_BASE = 4000

/** The WebSocket close code of wsproxy for a close reason. */
export function wsproxyCode(reason: number): number {
  return reason === CloseReason.VOLUNTARY ? 1000 : WSPROXY_CODE_BASE + reason
}

/** The close reason of a WebSocket close code of wsproxy, or null if the code has none. */
export function wsproxyReason(code: number): number | null {
  if (code === 1000) return CloseReason.VOLUNTARY
  return code > WSPROXY_CODE_BASE && code <= WSPROXY_CODE_BASE + 0xff ? code - WSPROXY_CODE_BASE : null
}

const ERRORS: Readonly<Record<number, string>> = {
  [CloseReason.INVALID]: 'EINVAL',
  [CloseReason.UNREACHABLE]: 'EHOSTUNREACH',
  [CloseReason.TIMEOUT]: 'ETIMEDOUT',
  [CloseReason.REFUSED]: 'ECONNREFUSED',
  [CloseReason.TRANSFER_TIMEOUT]: 'ETIMEDOUT',
  [CloseReason.BLOCKED]: 'EACCES',
  [CloseReason.THROTTLED]: 'EBUSY',
  [CloseReason.INCOMPATIBLE_EXTENSIONS]: 'EPROTONOSUPPORT',
  [CloseReason.BAD_PASSWORD]: 'EACCES',
  [CloseReason.BAD_SIGNATURE]: 'EACCES',
  [CloseReason.CREDENTIALS_MISSING]: 'EACCES',
}

/** The name of errno for a close reason of the relay, undefined if none fits. */
export function errorOf(reason: number): string | undefined {
  return ERRORS[reason]
}

/** A relay's close reason in words, with the host and port of the connection. */
export function relayReason(reason: number, host: string, port: number): string {
  return `the relay reports for ${host.includes(':') ? `[${host}]` : host}:${port}: ${closeReasonText(reason)}`
}

/** URLs as text, because they cannot be posted. */
function postable(value: unknown): unknown {
  return value instanceof URL ? value.href : Array.isArray(value) ? value.map(postable) : value
}

/**
 * The recipe of a transport through a relay, with those of its options that can be posted to a Worker. `dropped` are
 * told about one connection to the relay, and the Worker makes another one.
 * @throws TypeError for an option that it needs, and that cannot be posted
 */
export function relayRecipe(
  kind: 'wisp' | 'wsproxy',
  options: object,
  posted: readonly string[],
  dropped: readonly string[] = [],
): TransportRecipe {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && !dropped.includes(name))
  const unposted = given.find(([name]) => !posted.includes(name))
  if (unposted)
    throw new TypeError(`blocking calls make ${kind}Transport() again in a Worker, which cannot get its ${unposted[0]}`)
  return {
    kind,
    options: Object.fromEntries(given.map(([name, value]) => [name, postable(value)])),
  }
}

/** The URL of a relay, whose path ends with a slash. @throws TypeError for what is no URL, or no ws: or wss: URL */
export function relayUrl(given: string | URL): URL {
  const url = new URL(given)
  if (!/^wss?:$/.test(url.protocol))
    throw new TypeError(`a relay needs a ws: or wss: URL, not ${url.protocol}//${url.host}`)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
