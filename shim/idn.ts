// Internationalised host names (C side: wasm/src/shim/idn.c), by the host's URL parser, which has the Unicode tables.
import { punycodeToUnicode } from './punycode.js'

/** The ASCII form of a host name (UTS 46, non-transitional), or null for a name that is not allowed. */
export function idnToAscii(name: string): string | null {
  // The parser would take these as the end of the host, or as something other than a name.
  if (/[/?#@:\\[\]%\s]/.test(name)) return null
  try {
    const ascii = new URL(`http://${name}/`).hostname
    return ascii !== '' && isDnsLength(ascii) ? ascii : null
  } catch {
    return null
  }
}

/** UTS 46, VerifyDnsLength, which the URL standard leaves to others: labels of at most 63 bytes, 253 in all. */
function isDnsLength(ascii: string): boolean {
  return ascii.length <= 253 && ascii.split('.').every((label) => label.length <= 63)
}

/** The Unicode form of a host name in ASCII, or null for a name that is not valid Punycode (RFC 3492). */
export function idnToUnicode(name: string): string | null {
  const labels = name
    .toLowerCase()
    .split('.')
    .map((label) => (label.startsWith('xn--') ? punycodeToUnicode(label.slice(4)) : label))
  if (labels.includes(null)) return null
  const unicode = labels.join('.')
  return idnToAscii(unicode) === name.toLowerCase() ? unicode : null
}
