// A DNS server over UDP that knows A and AAAA records (RFC 1035, RFC 3596), for tests that need many names.
import dgram from 'node:dgram'
import { once } from 'node:events'

const TYPE_A = 1
const NXDOMAIN = 3

export type Lookup = (name: string) => string | undefined

/** The answer to a query as bytes, and the name in the query. */
export function answerTo(query: Buffer, lookup: Lookup): { name: string; answer: Buffer } {
  let at = 12
  const labels: string[] = []
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const question = query.subarray(12, at + 5)
  const name = labels.join('.')
  const address = lookup(name)
  const answers = address && query.readUInt16BE(at + 1) === TYPE_A ? [address] : []
  const header = Buffer.alloc(12)
  header.writeUInt16BE(query.readUInt16BE(0), 0)
  header.writeUInt16BE(0x8180 | (address ? 0 : NXDOMAIN), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(answers.length, 6)
  const records = answers.map((text) =>
    Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...text.split('.').map(Number)]),
  )
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
