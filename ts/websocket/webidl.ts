// What WebIDL requires of interfaces and their arguments beyond JavaScript's classes. https://webidl.spec.whatwg.org/

/**
 * Makes a class an interface, and returns it: makes its members enumerable, tags its instances, and puts its constants
 * on the class and on its instances. https://webidl.spec.whatwg.org/#js-interfaces
 */
export function defineInterface<Class extends { readonly prototype: object }>(
  name: string,
  made: Class,
  constants: Readonly<Record<string, number>> = {},
): Class {
  const { prototype } = made
  for (const member of Object.getOwnPropertyNames(prototype))
    if (member !== 'constructor') Object.defineProperty(prototype, member, { enumerable: true })
  for (const [constant, value] of Object.entries(constants))
    for (const owner of [made, prototype]) Object.defineProperty(owner, constant, { value, enumerable: true })
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true })
  // a bundler may have renamed the class
  Object.defineProperty(made, 'name', { value: name, configurable: true })
  return made
}

/** An unsigned short with [Clamp]: rounded to the nearest integer, and halfway to the even one. */
export function clampedShort(value: unknown): number {
  const number = Math.min(Math.max(Number(value), 0), 65535)
  if (Number.isNaN(number)) return 0
  const below = Math.floor(number)
  if (number - below === 0.5) return below + (below % 2)
  return Math.round(number)
}

/** A DOMString. String() would accept symbols. @throws TypeError for a symbol */
export function domString(value: unknown): string {
  return `${value as string}`
}

/** A USVString: lone surrogates are replaced. */
export function usvString(value: unknown): string {
  return domString(value).replace(/\p{Surrogate}/gu, '\ufffd')
}

const { get: bufferLength } = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!

/** Whether it is an ArrayBuffer, also of another realm, such as another frame or a context of node:vm. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    bufferLength!.call(value)
    return true
  } catch {
    return false
  }
}

/** The bytes of an ArrayBuffer or a view, not copied; null for other values. */
export function bytesOf(value: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  return isArrayBuffer(value) ? new Uint8Array(value) : null
}
