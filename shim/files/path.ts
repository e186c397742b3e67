// File names between C, where they are bytes, and JavaScript, where they are strings. A byte that is not UTF-8 is a lone
// surrogate, U+DC80 to U+DCFF, as PEP 383 has it: so a name of any bytes comes through a file system as what it is.

/** With `u` it finds no half of a pair. */
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

/** How many bytes the character of UTF-8 has that begins there; 0 if there is none. */
function lengthOfCharacter(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      decoder.decode(bytes.subarray(at, at + length))
      return length
    } catch {
      // a longer one may be
    }
  }
  return 0
}

/** Whether a file name is none of UTF-8: then it has to be given to a host as bytes. */
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
