// Converts payloads of WebSocket frames from and to text (RFC 6455, section 5.5).

/** Parses bytes that are typed as hex, with separators as people write them. Null if it is not hex. */
export function parseHex(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text.replace(/0x/gi, '').replace(/[\s:,\-]/g, '')
  if (digits.length % 2 !== 0 || !/^[\da-f]*$/i.test(digits)) return null
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/**
 * The payload of a close frame for '1000 bye', or for '', which has no code. Null for an invalid code (section 7.4).
 */
export function closePayload(text: string): Uint8Array<ArrayBuffer> | null {
  const trimmed = text.trim()
  if (trimmed === '') return new Uint8Array(0)
  const [, digits, reason = ''] = /^(\d+)\s*(.*)$/s.exec(trimmed) ?? []
  const code = Number(digits)
  const reserved = [1004, 1005, 1006, 1015].includes(code)
  if (!digits || code < 1000 || code > 4999 || reserved) return null
  const words = new TextEncoder().encode(reason)
  // a control frame has at most 125 bytes
  if (words.length > 123) return null
  return Uint8Array.of(code >> 8, code & 0xff, ...words)
}

const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unacceptable data',
  1007: 'not UTF-8',
  1008: 'policy',
  1009: 'too large',
  1010: 'extension wanted',
  1011: 'server error',
}

/** The code and the reason of a close frame, as text. */
export function readClose(payload: Uint8Array): string {
  if (payload.length < 2) return 'without a code'
  const code = (payload[0]! << 8) | payload[1]!
  const reason = new TextDecoder().decode(payload.subarray(2))
  const meaning = MEANINGS[code]
  return `${code}${meaning ? ` (${meaning})` : ''}${reason ? ` ${reason}` : ''}`
}

/** Parses names for Sec-WebSocket-Protocol. Null if one of them is not a token (RFC 9110, section 5.6.2). */
export function parseSubprotocols(text: string): string[] | null {
  const names = text.split(/[\s,]+/).filter(Boolean)
  return names.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)) ? names : null
}
