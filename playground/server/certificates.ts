// Makes a chain of certificates at the start: root, intermediate and the leaf of localhost. Node has keys and
// signatures but cannot write certificates, so this writes their DER (X.690), with the fields of RFC 5280. The root is
// only valid for names of this machine, and the keys of root and intermediate are dropped once they have signed: so it
// is safe to trust the root.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** All in PEM. */
export interface Chain {
  /** The certificate that a client has to trust. */
  root: string
  /** The certificates that the server sends: leaf and intermediate. */
  cert: string
  /** The private key of the leaf. */
  key: string
}

const DAY_MS = 86_400_000
const VALID_DAYS = 30

// --- DER ---

function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : null
  return Buffer.concat([Buffer.from([tag, ...(length ?? [0x82, body.length >> 8, body.length & 0xff])]), body])
}

const sequence = (...items: Uint8Array[]): Buffer => der(0x30, ...items)
const octets = (content: Uint8Array): Buffer => der(0x04, content)
const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.of(unused), content)
const integer = (...bytes: number[]): Buffer => der(0x02, Buffer.from(bytes))
const YES = der(0x01, Buffer.of(0xff))
/** Context-specific tags, `[tag]` in ASN.1: constructed, and primitive. */
const tagged = (tag: number, ...items: Uint8Array[]): Buffer => der(0xa0 | tag, ...items)
const implicit = (tag: number, content: Uint8Array): Buffer => der(0x80 | tag, content)

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number)
  const bytes = rest.flatMap((arc) => {
    const septets = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80)
    return septets
  })
  return der(0x06, Buffer.from([first! * 40 + second!, ...bytes]))
}

/** UTCTime, YYMMDDHHMMSSZ. RFC 5280 wants it for years before 2050. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

// --- RFC 5280 ---

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

interface Party {
  name: Buffer
  key: KeyObject
  spki: Buffer
  /** The identifier of the key: its SHA-256, cut to the usual 160 bits. */
  id: Buffer
}

function party(commonName: string): Party & { privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const attribute = (type: string, value: string): Buffer =>
    der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))))
  const name = sequence(attribute('2.5.4.10', 'libcurl-wasm playground'), attribute('2.5.4.3', commonName))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const id = createHash('sha256').update(spki).digest().subarray(0, 20)
  return { name, key: privateKey, spki, id, privateKey }
}

function extension(type: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(type), ...(critical ? [YES] : []), octets(value))
}

function certificate(subject: Party, issuer: Party, extensions: Buffer[]): string {
  const now = Date.now()
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40 // positive, and without a leading zero
  const tbs = sequence(
    tagged(0, integer(2)),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    issuer.name,
    // valid since yesterday, because some clocks are slow
    sequence(time(now - DAY_MS), time(now + VALID_DAYS * DAY_MS)),
    subject.name,
    subject.spki,
    tagged(
      3,
      sequence(
        ...extensions,
        extension('2.5.29.14', false, octets(subject.id)),
        extension('2.5.29.35', false, sequence(implicit(0, issuer.id))),
      ),
    ),
  )
  const whole = sequence(tbs, ECDSA_WITH_SHA256, bits(sign('sha256', tbs, issuer.key)))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const V4 = [127, 0, 0, 1]
const V6 = [...Array<number>(15).fill(0), 1]
const DNS = 2
const IP = 7

/** The names of the leaf: localhost and all names below it, 127.0.0.1 and ::1. */
const NAMES = sequence(
  implicit(DNS, Buffer.from('localhost')),
  implicit(DNS, Buffer.from('*.localhost')),
  implicit(IP, Buffer.from(V4)),
  implicit(IP, Buffer.from(V6)),
)
/** The same as name constraints, where an address has a mask, and a name includes all names below it. */
const ONLY_HERE = sequence(
  tagged(
    0,
    sequence(implicit(DNS, Buffer.from('localhost'))),
    sequence(implicit(IP, Buffer.from([...V4, ...Array<number>(4).fill(255)]))),
    sequence(implicit(IP, Buffer.from([...V6, ...Array<number>(16).fill(255)]))),
  ),
)

/**
 * The extensions of an authority: how many authorities may follow, and the usage of its key, to sign certificates and
 * CRLs.
 */
function authority(...pathLength: number[]): Buffer[] {
  return [
    extension('2.5.29.19', true, sequence(YES, ...pathLength.map((length) => integer(length)))),
    extension('2.5.29.15', true, bits(Buffer.of(0b0000_0110), 1)),
  ]
}

export function makeChain(): Chain {
  const [root, intermediate, leaf] = [party('Sample Root'), party('Sample Intermediate'), party('localhost')]
  const rootCert = certificate(root, root, [...authority(), extension('2.5.29.30', true, ONLY_HERE)])
  const intermediateCert = certificate(intermediate, root, authority(0))
  const leafCert = certificate(leaf, intermediate, [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Buffer.of(0b1000_0000), 7)), // digital signature
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))), // TLS server
    extension('2.5.29.17', false, NAMES),
  ])
  const key = leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { root: rootCert, cert: leafCert + intermediateCert, key }
}
