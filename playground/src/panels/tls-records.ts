// Parses TLS as someone on the wire sees it: records and their headers (RFC 8446, section 5.1), and the few messages
// that are not encrypted. Only the beginning of a long chunk may be present, so it skips the missing bytes and goes on
// after them.

/** A piece of one direction of a connection: of one record, or of bytes that are not TLS. */
export interface Piece {
  /** `lost` means bytes of TLS in which no record boundary is known, because bytes before them are missing. */
  kind: 'plain' | 'record' | 'lost'
  /** Whether it can be read without a key. */
  readable: boolean
  /** A name for it, such as 'ClientHello' or 'encrypted record'. */
  label: string
  /** Whether the record began in an earlier chunk. */
  continued: boolean
  /** How many bytes it has in this chunk, and the first of them. */
  size: number
  bytes: Uint8Array
  /** The size of the whole record, with its header of five bytes. For other pieces the same as `size`. */
  whole: number
}

const HEADER = 5
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const APPLICATION_DATA = 23
/** RFC 8446 allows 2^14 + 256; TLS 1.2 allows 2^14 + 2048. */
const LONGEST = (1 << 14) + 2048

const MESSAGES: Readonly<Record<number, string>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  22: 'CertificateStatus',
}

interface Header {
  type: number
  length: number
}

function headerAt(bytes: Uint8Array, at: number): Header | null {
  if (at + HEADER > bytes.length) return null
  const [type, major, minor] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!]
  const length = (bytes[at + 3]! << 8) | bytes[at + 4]!
  const valid = type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA && major === 3 && minor <= 4
  return valid && length > 0 && length <= LONGEST ? { type, length } : null
}

/** Cuts the chunks of one direction into records, one chunk after the other. */
export class RecordReader {
  /** Whether TLS has begun. Before that, all bytes are plain. */
  #tls = false
  /** Whether all following records are encrypted, also those of handshake type: in TLS 1.2 after ChangeCipherSpec. */
  #ciphered = false
  /** How many bytes are still to come of the record that began in an earlier chunk. */
  #left = 0
  #open: Pick<Piece, 'label' | 'readable' | 'whole'> | null = null
  /** The beginning of a header at the end of the last chunk. */
  #partial = new Uint8Array(0)

  /** Reads a chunk of `size` bytes, of which `bytes` has the beginning. */
  read(size: number, bytes: Uint8Array): Piece[] {
    const pieces: Piece[] = []
    let at = 0
    const take = (length: number, piece: Omit<Piece, 'size' | 'bytes'>): void => {
      const end = Math.min(at + length, size)
      pieces.push({ ...piece, size: end - at, bytes: bytes.subarray(at, Math.min(end, bytes.length)) })
      at = end
    }
    if (!this.#tls && !startsTls(bytes)) {
      take(size, { kind: 'plain', readable: true, label: 'readable bytes', continued: false, whole: size })
      return pieces
    }
    this.#tls = true
    if (this.#left > 0 && this.#open) {
      const length = this.#left
      this.#left = Math.max(0, length - size)
      take(length, { kind: 'record', continued: true, ...this.#open })
    }
    while (at < size) {
      const header = this.#header(bytes, at)
      if (header === 'partial') {
        const length = size - at
        this.#partial = bytes.slice(at)
        take(length, { kind: 'record', readable: false, label: 'start of a record', continued: false, whole: length })
      } else if (header === null) {
        const length = size - at
        take(length, { kind: 'lost', readable: false, label: 'encrypted bytes', continued: false, whole: length })
      } else {
        const before = this.#partial.length
        this.#partial = new Uint8Array(0)
        const open = this.#opened(header, bytes, at - before)
        const length = open.whole - before
        this.#open = open
        this.#left = Math.max(0, length - (size - at))
        take(length, { kind: 'record', continued: false, ...open })
      }
    }
    return pieces
  }

  #header(bytes: Uint8Array, at: number): Header | 'partial' | null {
    const before = this.#partial
    if (before.length > 0) {
      const joined = new Uint8Array(before.length + HEADER)
      joined.set(before)
      joined.set(bytes.subarray(0, HEADER), before.length)
      return headerAt(joined, 0)
    }
    if (at < bytes.length && at + HEADER > bytes.length && bytes[at]! >= 20 && bytes[at]! <= 23) return 'partial'
    return headerAt(bytes, at)
  }

  #opened({ type, length }: Header, bytes: Uint8Array, at: number): Pick<Piece, 'label' | 'readable' | 'whole'> {
    const whole = HEADER + length
    if (type === CHANGE_CIPHER_SPEC) {
      this.#ciphered = true
      return { label: 'ChangeCipherSpec', readable: true, whole }
    }
    if (type === HANDSHAKE && !this.#ciphered) {
      return { label: messagesIn(bytes, at + HEADER, length), readable: true, whole }
    }
    if (type === ALERT && !this.#ciphered && length === 2) return { label: 'alert', readable: true, whole }
    this.#ciphered = true
    return { label: type === ALERT ? 'encrypted alert' : 'encrypted record', readable: false, whole }
  }
}

/** Whether bytes are the start of TLS: both sides begin with a hello, or a server with an alert. */
function startsTls(bytes: Uint8Array): boolean {
  const header = headerAt(bytes, 0)
  if (header?.type === ALERT) return header.length === 2
  return header?.type === HANDSHAKE && (bytes[HEADER] === 1 || bytes[HEADER] === 2)
}

/** Names the handshake messages in a record. Servers with TLS 1.2 send several in one. */
function messagesIn(bytes: Uint8Array, at: number, length: number): string {
  const names: string[] = []
  for (const end = at + length; at + 4 <= Math.min(end, bytes.length);) {
    names.push(MESSAGES[bytes[at]!] ?? 'handshake')
    at += 4 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
  }
  return names.join(', ') || 'handshake'
}

// --- the hellos ---

export interface ClientHello {
  /** The host name that the client asks for, not encrypted. Null if there is none. */
  serverName: string | null
  alpn: string[]
  /** Newest first, as they were offered. */
  versions: string[]
  /** Whether the real name is hidden (Encrypted Client Hello). */
  encrypted: boolean
}

export interface ServerHello {
  version: string
  cipher: string
}

const SERVER_NAME = 0
const ALPN = 16
const SUPPORTED_VERSIONS = 43
const ENCRYPTED_CLIENT_HELLO = 0xfe0d

const VERSIONS: Readonly<Record<number, string>> = {
  0x0304: 'TLS 1.3',
  0x0303: 'TLS 1.2',
  0x0302: 'TLS 1.1',
  0x0301: 'TLS 1.0',
  0x0300: 'SSL 3.0',
}

/** The usual cipher suites, of RFC 8446, 5289 and 7905. */
const CIPHERS: Readonly<Record<number, string>> = {
  0x1301: 'TLS_AES_128_GCM_SHA256',
  0x1302: 'TLS_AES_256_GCM_SHA384',
  0x1303: 'TLS_CHACHA20_POLY1305_SHA256',
  0xc02b: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  0xc02c: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  0xc02f: 'ECDHE-RSA-AES128-GCM-SHA256',
  0xc030: 'ECDHE-RSA-AES256-GCM-SHA384',
  0xcca8: 'ECDHE-RSA-CHACHA20-POLY1305',
  0xcca9: 'ECDHE-ECDSA-CHACHA20-POLY1305',
}

/** Reads big-endian numbers and vectors. After the end of the bytes it reads zeros. */
class Cursor {
  at = 0
  constructor(readonly bytes: Uint8Array) {}
  get more(): boolean {
    return this.at < this.bytes.length
  }
  number(size: number): number {
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[this.at++] ?? 0)
    return value
  }
  take(size: number): Uint8Array {
    return this.bytes.subarray(this.at, (this.at += size))
  }
  /** A vector whose length is in the `size` bytes before it. */
  vector(size: number): Cursor {
    return new Cursor(this.take(this.number(size)))
  }
}

const ascii = new TextDecoder('latin1')

/** The content of a handshake message of this type at the beginning of a record, or null. */
function message(record: Uint8Array, type: number): Cursor | null {
  if (record[0] !== HANDSHAKE || record[HEADER] !== type) return null
  const cursor = new Cursor(record)
  cursor.at = HEADER + 4
  return cursor
}

function extensionsOf(cursor: Cursor): Map<number, Cursor> {
  const found = new Map<number, Cursor>()
  const all = cursor.vector(2)
  while (all.more) found.set(all.number(2), all.vector(2))
  return found
}

/** The facts of a ClientHello, which everyone on the wire can read. Null if the record is another. */
export function readClientHello(record: Uint8Array): ClientHello | null {
  const cursor = message(record, 1)
  if (!cursor) return null
  cursor.take(2 + 32) // version, random
  cursor.vector(1) // session
  cursor.vector(2) // cipher suites
  cursor.vector(1) // compressions
  const extensions = extensionsOf(cursor)

  const names = extensions.get(SERVER_NAME)?.vector(2)
  const serverName = names && names.number(1) === 0 ? ascii.decode(names.vector(2).bytes) : null
  const protocols = extensions.get(ALPN)?.vector(2)
  const alpn: string[] = []
  while (protocols?.more) alpn.push(ascii.decode(protocols.vector(1).bytes))
  const offered = extensions.get(SUPPORTED_VERSIONS)?.vector(1)
  const versions: string[] = []
  while (offered?.more) versions.push(VERSIONS[offered.number(2)] ?? 'unknown')
  return { serverName, alpn, versions, encrypted: extensions.has(ENCRYPTED_CLIENT_HELLO) }
}

/** The facts of a ServerHello, which everyone on the wire can read. Null if the record is another. */
export function readServerHello(record: Uint8Array): ServerHello | null {
  const cursor = message(record, 2)
  if (!cursor) return null
  const legacy = cursor.number(2)
  cursor.take(32) // random
  cursor.vector(1) // session
  const suite = cursor.number(2)
  cursor.take(1) // compression
  const chosen = extensionsOf(cursor).get(SUPPORTED_VERSIONS)?.number(2)
  const cipher = CIPHERS[suite] ?? `cipher suite 0x${suite.toString(16).padStart(4, '0')}`
  return { version: VERSIONS[chosen ?? legacy] ?? 'TLS', cipher }
}
