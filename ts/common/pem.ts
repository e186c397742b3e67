// PEM in the forms that Node takes: text, bytes, or an array of them.
import { describe } from './describe.js'

/** PEM, as text or as bytes. */
export type Pem = string | Uint8Array

/** Joins them into one. A line end goes between, because the last line of a file may have none. @throws TypeError */
export function pemBytes(name: string, pem: unknown): Uint8Array | undefined {
  if (pem === undefined || pem === null) return undefined
  const parts = (Array.isArray(pem) ? (pem as unknown[]) : [pem]).map((part) => encoded(name, part))
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length + 1, 0)).fill(0x0a)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length + 1
  }
  return bytes
}

function encoded(name: string, part: unknown): Uint8Array {
  if (typeof part === 'string') return new TextEncoder().encode(part)
  if (part instanceof Uint8Array) return part
  throw new TypeError(`${name} takes PEM as strings or bytes, not ${describe(part)}`)
}
