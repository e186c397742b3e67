// Codes and reasons of the closing handshake. RFC 6455 section 7.4,
// https://websockets.spec.whatwg.org/#close-the-websocket

export const NORMAL = 1000
export const PROTOCOL_ERROR = 1002
/** The Close frame had no code. Never sent. */
export const NO_STATUS = 1005
/** There was no closing handshake. Never sent. */
export const ABNORMAL = 1006
export const BAD_DATA = 1007
export const TOO_BIG = 1009

const REASON_BYTES = 123
const encoder = new TextEncoder()

/**
 * Checks the code and the reason that an application closes with. Returns the payload of the frame.
 * @throws DOMException (InvalidAccessError, SyntaxError)
 */
export function closePayload(code: number | null, reason: string): Uint8Array {
  if (code !== null && code !== NORMAL && !(code >= 3000 && code <= 4999))
    throw new DOMException(`a code to close with is 1000 or from 3000 to 4999, not ${code}`, 'InvalidAccessError')
  const text = encoder.encode(reason)
  if (text.length > REASON_BYTES)
    throw new DOMException(`a reason has at most ${REASON_BYTES} bytes of UTF-8, not ${text.length}`, 'SyntaxError')
  return code === null ? new Uint8Array(0) : framePayload(code, text)
}

/** The payload of a Close frame. The code is not checked. */
export function framePayload(code: number, reason: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff, ...reason)
}

/** Whether a code may be received: a registered one, or one for libraries and applications. */
function isReceivable(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999)
}

/** Reads the payload of a Close frame. If it is invalid, returns the code to fail with. */
export function readClose(payload: Uint8Array): { code: number; reason: string } | number {
  if (payload.length === 0) return { code: NO_STATUS, reason: '' }
  const code = (payload[0]! << 8) | payload[1]!
  if (payload.length === 1 || !isReceivable(code)) return PROTOCOL_ERROR
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return { code, reason: decoder.decode(payload.subarray(2)) }
  } catch {
    return BAD_DATA
  }
}
