// Decides which pages may connect: checks the Origin header of a browser (RFC 6454) against a list.

/** Scheme, host and port as in the header, where the host may begin with '*.', or 'none', or 'null'. */
export type OriginPattern = string

/** @throws RangeError */
export function originPattern(text: string): OriginPattern {
  if (text === 'none' || text === 'null') return text
  const match = /^([a-z][a-z0-9+.-]*):\/\/(\*\.)?([^/*?#@\s]+)\/?$/i.exec(text)
  const plain = match && URL.canParse(`${match[1]}://${match[3]}`) ? new URL(`${match[1]}://${match[3]}`) : null
  if (!match || !plain) {
    throw new RangeError(`"${text}" is neither an origin such as https://example.org nor 'none'`)
  }
  return `${plain.protocol}//${match[2] ?? ''}${plain.host}`
}

export function originAllowed(header: string | undefined, patterns: readonly OriginPattern[] | null): boolean {
  if (patterns === null) return true
  const origin = header === undefined ? 'none' : header.toLowerCase()
  return patterns.some((pattern) => {
    const [scheme, host] = pattern.split('//*', 2)
    if (host === undefined) return origin === pattern && (pattern === 'none') === (header === undefined)
    return origin.startsWith(`${scheme}//`) && origin.endsWith(host) && origin.length > scheme!.length + 2 + host.length
  })
}
