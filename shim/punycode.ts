// Punycode, only the direction that is needed: from ASCII to Unicode. @see RFC 3492

/** Parameters of section 5. */
const [BASE, TMIN, TMAX, SKEW, DAMP, INITIAL_BIAS, INITIAL_N] = [36, 1, 26, 38, 700, 72, 128]
const LARGEST_CODE_POINT = 0x10ffff

/** The value of a digit, BASE if it is none (section 5). */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 22
  if (code >= 65 && code <= 90) return code - 65
  return code >= 97 && code <= 122 ? code - 97 : BASE
}

/** Section 6.1. */
function adapt(delta: number, count: number, first: boolean): number {
  let left = Math.floor(delta / (first ? DAMP : 2))
  left += Math.floor(left / count)
  let k = 0
  for (; left > ((BASE - TMIN) * TMAX) / 2; k += BASE) left = Math.floor(left / (BASE - TMIN))
  return k + Math.floor(((BASE - TMIN + 1) * left) / (left + SKEW))
}

/** Decodes a label without its 'xn--'. Returns null if it is no Punycode (section 6.2). */
export function punycodeToUnicode(encoded: string): string | null {
  const delimiter = encoded.lastIndexOf('-')
  const output = Array.from(encoded.slice(0, Math.max(0, delimiter)), (character) => character.charCodeAt(0))
  if (output.some((code) => code >= INITIAL_N)) return null
  let [n, i, bias] = [INITIAL_N, 0, INITIAL_BIAS]
  // a hyphen at the start is no delimiter
  for (let at = delimiter > 0 ? delimiter + 1 : 0; at < encoded.length;) {
    const before = i
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(encoded.charCodeAt(at++)) // NaN, beyond the end, is no digit either
      if (digit >= BASE) return null
      i += digit * weight
      const threshold = Math.min(TMAX, Math.max(TMIN, k - bias))
      if (digit < threshold) break
      weight *= BASE - threshold
      if (i > Number.MAX_SAFE_INTEGER || weight > Number.MAX_SAFE_INTEGER) return null
    }
    const count = output.length + 1
    bias = adapt(i - before, count, before === 0)
    n += Math.floor(i / count)
    i %= count
    if (n > LARGEST_CODE_POINT) return null
    output.splice(i++, 0, n)
  }
  return String.fromCodePoint(...output)
}
