// Parses certificates of CURLINFO_CERTINFO, which has a list of 'Name:value' for each, the leaf first. Also reads the
// facts of a handshake from libcurl's trace.

export interface Certificate {
  /** As OpenSSL writes it: 'O = Example, CN = example.org'. */
  subject: string
  issuer: string
  /** The common name of the subject, or else its last part. */
  name: string
  issuerName: string
  /** Milliseconds since 1970. NaN if the date cannot be parsed. */
  from: number
  until: number
  /** The names it is valid for, such as 'DNS:example.org'. */
  names: string[]
  serial: string
  signature: string
  key: string
  pem: string | null
  /** All other fields, in order. */
  fields: [name: string, value: string][]
  /** Whether it is self-signed. */
  root: boolean
}

export function certificatesOf(certinfo: unknown): Certificate[] {
  if (!Array.isArray(certinfo)) return []
  return certinfo.filter(Array.isArray).map((lines: unknown[]) => certificateOf(lines.map(String)))
}

const FIRST_CLASS = new Set([
  'Subject',
  'Issuer',
  'Start date',
  'Expire date',
  'X509v3 Subject Alternative Name',
  'Cert',
])

function certificateOf(lines: readonly string[]): Certificate {
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const of = (name: string): string => fields.find(([field]) => field === name)?.[1] ?? ''
  const [subject, issuer] = [of('Subject'), of('Issuer')]
  return {
    subject,
    issuer,
    name: commonName(subject),
    issuerName: commonName(issuer),
    from: Date.parse(of('Start date')),
    until: Date.parse(of('Expire date')),
    names: of('X509v3 Subject Alternative Name').split(/,\s*/).filter(Boolean),
    serial: of('Serial Number'),
    signature: of('Signature Algorithm'),
    key: keyOf(of),
    pem: of('Cert') || null,
    fields: fields.filter(([name]) => !FIRST_CLASS.has(name)),
    root: subject !== '' && subject === issuer,
  }
}

function keyOf(of: (name: string) => string): string {
  const algorithm = of('Public Key Algorithm').replace('id-ecPublicKey', 'EC').replace('rsaEncryption', 'RSA')
  const bits = /\((\d+) bits?\)/.exec(of('RSA Public Key'))?.[1] ?? (/^\d+$/.exec(of('RSA Public Key'))?.[0] || '')
  return bits ? `${algorithm} ${bits}` : algorithm
}

/** Returns 'example.org' for 'O = Example, CN = example.org'. */
function commonName(name: string): string {
  const parts = name.split(/,\s*(?=[A-Za-z.0-9]+\s*=)/)
  const value = (part: string): string => part.replace(/^[^=]*=\s*/, '')
  return value(parts.find((part) => /^\s*CN\s*=/.test(part)) ?? parts.at(-1) ?? '') || '(no name)'
}

// --- the handshake, from the trace ---

export interface Handshake {
  version: string | null
  cipher: string | null
  group: string | null
  signature: string | null
  /** The protocols of ALPN: those that curl has offered, and the one that the server has accepted. */
  offered: string[]
  accepted: string | null
  /** Whether the certificate was verified. Null while that is not known. */
  verified: boolean | null
  /** libcurl's text about the verification. */
  verdict: string | null
  match: string | null
  keys: string[]
}

const CONNECTED = /^SSL connection using (\S+) \/ (\S+)(?: \/ (\S+))?(?: \/ (\S+))?/

/** Reads the texts of a transfer, and returns its last handshake. */
export function handshakeOf(texts: readonly string[]): Handshake | null {
  let found: Handshake | null = null
  const fresh = (): Handshake => ({
    version: null,
    cipher: null,
    group: null,
    signature: null,
    offered: [],
    accepted: null,
    verified: null,
    verdict: null,
    match: null,
    keys: [],
  })
  let complete = false
  for (const text of texts.map((line) => line.trim())) {
    const offered = /^ALPN: curl offers (.+)/.exec(text)?.[1]
    const begins = offered !== undefined || /\(OUT\), TLS handshake, Client hello/.test(text)
    if (begins && (!found || complete)) [found, complete] = [fresh(), false]
    if (!found) continue
    if (offered !== undefined) found.offered = offered.split(',')
    const connected = CONNECTED.exec(text)
    if (connected) {
      found.version = connected[1]!.replace(/^TLSv/, 'TLS ')
      found.cipher = connected[2]!
      found.group = known(connected[3])
      found.signature = known(connected[4])
      complete = true
    }
    if (/^ALPN: server (accepted|did not)/.test(text)) found.accepted = /accepted (\S+)/.exec(text)?.[1] ?? ''
    if (/^subjectAltName: |^common name: /.test(text)) found.match = text
    if (/^Certificate level \d/.test(text)) found.keys.push(/Public key type ([^,]+)/.exec(text)?.[1] ?? '')
    if (/^SSL certificate verified/.test(text)) [found.verified, found.verdict] = [true, text]
    if (
      /^(SSL certificate (problem|verification failed|OpenSSL verify result)|SSL: no alternative|SSL: certificate subject)/.test(
        text,
      )
    )
      [found.verified, found.verdict] = [false, text]
    if (/^SSL certificate verify result: .*continuing anyway/.test(text))
      [found.verified, found.verdict] = [false, text]
  }
  return found
}

/** libcurl's last text before it closed the connection, which says why a transfer has failed. */
export function reasonOf(texts: readonly string[]): string | null {
  const said = texts
    .map((text) => text.trim())
    .filter((text) => text !== '' && !/^(?:closing|shutting down) /.test(text))
  return said.at(-1) ?? null
}

const known = (value: string | undefined): string | null =>
  value === undefined || value === '[blank]' || value === 'UNDEF' ? null : value
