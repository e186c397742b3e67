// File names between C, where they are bytes, and JavaScript, where they are strings. A byte that is not UTF-8 becomes
// a lone surrogate, U+DC80 to U+DCFF, as in PEP 383. So a name of any bytes passes through a file system unchanged.

/** With `u` it does not match the second half of a surrogate pair. */
const ESCAPED = /[\udc80-\udcff]/u
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The string that stands for the bytes of a file name. */
export function decodePath(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return decodeByParts(bytes)
  }
}

function decodeByParts(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfCharacter(bytes, at)
    text += length === 0 ? String.fromCharCode(0xdc00 + bytes[at]!) : decoder.decode(bytes.subarray(at, at + length))
    at += length || 1
  }
  return text
}

/** How many bytes the UTF-8 character at `at` has, 0 if there is none. */
function lengthOfCharacter(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      decoder.decode(bytes.subarray(at, at + length))
      return length
    } catch {
      // a longer one may be valid
    }
  }
  return 0
}

/** Whether a file name is not valid UTF-8, so that a host needs its bytes. */
export function isBytePath(path: string): boolean {
  return ESCAPED.test(path)
}

/** The bytes of a file name. */
export function encodePath(path: string): Uint8Array<ArrayBuffer> {
  if (!isBytePath(path)) return encoder.encode(path)
  const bytes: number[] = []
  for (const character of path) {
    if (ESCAPED.test(character)) bytes.push(character.charCodeAt(0) - 0xdc00)
    else bytes.push(...encoder.encode(character))
  }
  return Uint8Array.from(bytes)
}
