// The values of options, from JavaScript to C's types: each check throws an error that names the option.
import { describe } from '../common/describe.js'

/** A switch: true and false, or 1 and 0. */
export type OnOff = boolean | number

/** Bytes. A string is encoded as UTF-8. */
export type Bytes = string | ArrayBuffer | ArrayBufferView

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} takes ${expected}, not ${describe(value)}`)
}

/** Checks a `long`, which has 32 bits. Unsigned values are accepted too, because bit masks use all bits. */
export function toLong(name: string, value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'number') throw wrongType(name, 'a number or a boolean', value)
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) {
    throw new RangeError(`${name} takes an integer of 32 bits, not ${value}`)
  }
  return value | 0
}

export function toOffT(name: string, value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongType(name, 'a number', value)
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${name} takes an integer between -2^53 and 2^53, not ${value}`)
  return number
}

export function toText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value)
  if (value.includes('\0')) throw new RangeError(`${name} takes a string without NUL characters`)
  return value
}

export function toBytes(name: string, value: unknown): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value)
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  throw wrongType(name, 'bytes (Uint8Array) or a string', value)
}

/** Checks a list of texts. Texts that are not UTF-8 are passed as bytes. */
export function toTexts(name: string, value: unknown): (string | Uint8Array)[] {
  if (!Array.isArray(value)) throw wrongType(name, 'an array of strings', value)
  return value.map((text, i) => (text instanceof Uint8Array ? text : toText(`${name}[${i}]`, text)))
}
