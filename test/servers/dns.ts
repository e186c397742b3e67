// A DNS server over UDP that knows A and HTTPS records (RFC 1035, RFC 9460), for tests that need many names.
import dgram from 'node:dgram'
import { once } from 'node:events'

const TYPE_A = 1
const TYPE_HTTPS = 65
const NXDOMAIN = 3

export type Lookup = (name: string) => string | undefined

/** The data of the HTTPS record of a name: priority, target and parameters. */
export type HttpsLookup = (name: string) => Buffer | undefined

/** Parameters of an HTTPS record: its protocols. @see RFC 9460, 7.1 */
export function alpnParameter(...protocols: string[]): Buffer {
  const value = Buffer.concat(protocols.map((id) => Buffer.from([id.length, ...Buffer.from(id)])))
  return Buffer.concat([Buffer.of(0, 1, 0, value.length), value])
}

/** Parameters of an HTTPS record: the configuration for encrypted client hello. @see RFC 9848 */
export function echParameter(config: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0, 5, config.length >> 8, config.length & 255), config])
}

/** The data of an HTTPS record for the name itself, with these parameters. */
export function serviceRecord(...parameters: Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0, 1, 0), ...parameters])
}

/** The data of an HTTPS record that names protocols. */
export const httpsRecord = (...protocols: string[]): Buffer => serviceRecord(alpnParameter(...protocols))

/** The answer to a query as bytes, and the name in the query. */
export function answerTo(
  query: Buffer,
  lookup: Lookup,
  httpsOf: HttpsLookup = () => undefined,
): { name: string; answer: Buffer } {
  let at = 12
  const labels: string[] = []
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const question = query.subarray(12, at + 5)
  const name = labels.join('.')
  const type = query.readUInt16BE(at + 1)
  const address = lookup(name)
  const https = httpsOf(name)
  const data = type === TYPE_HTTPS ? https : type === TYPE_A && address && Buffer.from(address.split('.').map(Number))
  const records = data ? [Buffer.concat([Buffer.of(0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length), data])] : []
  const header = Buffer.alloc(12)
  header.writeUInt16BE(query.readUInt16BE(0), 0)
  header.writeUInt16BE(0x8180 | (address || https ? 0 : NXDOMAIN), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return { name, answer: Buffer.concat([header, question, ...records]) }
}

/** Starts a server. `lookup` returns the IPv4 address of a name, or undefined if there is none. */
export async function dnsServer(lookup: Lookup): Promise<{ address: string; queries: string[]; close(): void }> {
  const socket = dgram.createSocket('udp4')
  const queries: string[] = []
  socket.on('message', (query, from) => {
    const { name, answer } = answerTo(query, lookup)
    queries.push(name)
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, queries, close: () => void socket.close() }
}
