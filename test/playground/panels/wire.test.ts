// The wire panel: it must show correctly what the relay can see, and what it cannot.
import { afterAll, expect, it } from 'vitest'
import { HEADER_OUT, type Connection, type Run } from '../../../playground/src/model.js'
import { eventsByConnection } from '../../../playground/src/panels/connections.js'
import { textOf } from '../../../playground/src/panels/text.js'
import { RecordReader, type Piece } from '../../../playground/src/panels/tls-records.js'
import { rowsOf } from '../../../playground/src/panels/wire-rows.js'
import { turnsOf, WireReader } from '../../../playground/src/panels/wire-turns.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { record } from './record.js'

const origin = await startOrigin()
afterAll(() => origin.close())

const layout = { beside: true, columns: 80 }
const used = (run: Run): Connection[] => run.connections.filter(({ events }) => events.length > 0)
const read = (connection: Connection): WireReader => new WireReader().read(connection)

function sides(run: Run, connection: Connection): { left: string; right: string } {
  const trace = eventsByConnection(run).get(connection.id) ?? []
  const rows = rowsOf(turnsOf(read(connection).chunks, trace), layout, new Set())
  const text = (side: 'left' | 'right'): string =>
    rows.map((row) => `${row[side]?.text ?? ''} ${row[side]?.ascii ?? ''}`).join('\n')
  return { left: text('left'), right: text('right') }
}

const requests = (run: Run, connection: Connection): string[] =>
  (eventsByConnection(run).get(connection.id) ?? [])
    .filter(({ kind }) => kind === HEADER_OUT)
    .map(({ bytes }) => textOf(bytes).split('\r\n')[0]!)

it('shows plain text on one side only with TLS, and what TLS does not hide', async () => {
  const run = await record([`${origin.https}/get?word=sesame`], origin.ca)
  const [connection] = used(run)
  const { seen } = read(connection!)
  expect(seen).toMatchObject({ tls: true, plain: false, certificate: false })
  expect(seen.clientHello).toMatchObject({ serverName: 'localhost', alpn: ['h2', 'http/1.1'], encrypted: false })
  expect(seen.clientHello!.versions).toContain('TLS 1.3')
  expect(seen.serverHello).toEqual({ version: 'TLS 1.3', cipher: expect.stringMatching(/^TLS_/) })
  for (const share of [seen.out, seen.in]) {
    expect(share.open).toBe(0)
    expect(share.encrypted).toBeGreaterThan(100)
    expect(share.encrypted).toBeLessThan(share.total)
  }
  const { left, right } = sides(run, connection!)
  expect(left).toContain('GET /get?word=sesame')
  expect(left).toContain('"word": "sesame"')
  expect(right).toContain('ClientHello')
  expect(right).toContain('encrypted record')
  expect(right).not.toMatch(/GET|sesame|HTTP/)
})

it('says that plain HTTP can be read', async () => {
  const run = await record([`${origin.http}/get?word=sesame`], origin.ca)
  const [connection] = used(run)
  const { seen } = read(connection!)
  expect(seen).toMatchObject({ tls: false, plain: true, clientHello: null, serverHello: null })
  expect([seen.out.open, seen.in.open]).toEqual([connection!.sent, connection!.received])
  expect(sides(run, connection!).right).toContain('GET /get?word=se')
})

it('says that certificates before TLS 1.3 are not encrypted', async () => {
  const run = await record(['--tls-max', '1.2', `${origin.https}/get`], origin.ca)
  const { seen } = read(used(run)[0]!)
  expect(seen).toMatchObject({ certificate: true, serverHello: { version: 'TLS 1.2' } })
  expect(seen.in.encrypted).toBeGreaterThan(100)
})

it('assigns events to the right connection after a redirect to another one', async () => {
  const target = encodeURIComponent(`${origin.https}/get`)
  const run = await record(['-L', `${origin.http}/redirect-to?url=${target}`], origin.ca)
  const [first, second] = used(run)
  expect(requests(run, first!)).toEqual([expect.stringContaining('GET /redirect-to')])
  expect(requests(run, second!)).toEqual(['GET /get HTTP/2'])
})

it('assigns events to the right one of many parallel connections', async () => {
  const run = await record(
    ['-Z', '--http1.1', `${origin.http}/get?plain=[1-4]`, `${origin.https}/get?tls=[1-4]`],
    origin.ca,
  )
  const found = used(run).flatMap((connection) => requests(run, connection).map((line) => [connection, line] as const))
  expect(found).toHaveLength(8)
  for (const [connection, line] of found) {
    const bytes = Buffer.concat(connection.events.map(({ bytes }) => bytes)).toString('latin1')
    // the bytes of the connection include the plain request that is assigned to it
    if (line.includes('plain')) expect(bytes).toContain(line)
    else expect(bytes.slice(0, 2)).toBe('\x16\x03')
  }
})

it('knows a reused connection', async () => {
  const run = await record([`${origin.https}/get?[1-3]`], origin.ca)
  expect(used(run)).toHaveLength(1)
  expect(requests(run, used(run)[0]!)).toEqual([1, 2, 3].map((n) => `GET /get?${n} HTTP/2`))
})

it('keeps the data connection of FTP apart', async () => {
  const run = await record([`${origin.ftp}/welcome.txt`], origin.ca)
  const [commands, data] = used(run)
  expect(sides(run, commands!).left).toMatch(/USER anonymous[^]*RETR welcome.txt/)
  expect(sides(run, data!).left).toContain('Files are in /pub')
  expect(sides(run, commands!).left).not.toContain('Files are in /pub')
})

it('finds the same records however the stream is cut', async () => {
  const run = await record([`${origin.https}/bytes/50000`], origin.ca)
  const bytes = Buffer.concat(used(run)[0]!.events.flatMap((event) => (event.direction === 'in' ? [event.bytes] : [])))
  const records = (pieces: readonly Piece[]): [string, number][] =>
    pieces
      .filter(({ label, continued }) => !continued && label !== 'start of a record')
      .map(({ label, whole }) => [label, whole])
  const whole = records(new RecordReader().read(bytes.length, bytes))
  expect(whole.length).toBeGreaterThan(5)
  expect(whole.reduce((sum, [, size]) => sum + size, 0)).toBe(bytes.length)
  for (const step of [7, 100, 1460, 4096]) {
    const reader = new RecordReader()
    const pieces: Piece[] = []
    let covered = 0
    for (let at = 0; at < bytes.length; at += step) {
      const chunk = bytes.subarray(at, at + step)
      pieces.push(...reader.read(chunk.length, chunk))
    }
    covered = pieces.reduce((sum, { size }) => sum + size, 0)
    expect(covered).toBe(bytes.length)
    // handshake messages can only be named if their beginning is in the chunk
    if (step > 100) expect(records(pieces)).toEqual(whole)
    else expect(records(pieces).map(([, size]) => size)).toEqual(whole.map(([, size]) => size))
  }
})

it('continues correctly after bytes that were not kept', () => {
  const reader = new RecordReader()
  const record = (size: number): Uint8Array => Uint8Array.of(0x17, 3, 3, size >> 8, size & 255, ...new Uint8Array(size))
  reader.read(47, Uint8Array.of(0x16, 3, 3, 0, 42, 1, 0, 0, 38, ...new Uint8Array(38)))
  expect(reader.read(100_000, record(2000))).toMatchObject([
    { label: 'encrypted record' },
    { kind: 'lost', readable: false },
  ])
  expect(reader.read(3, Uint8Array.of(1, 2, 3))).toMatchObject([{ kind: 'lost' }])
  expect(reader.read(105, record(100))).toMatchObject([{ kind: 'record', label: 'encrypted record', whole: 105 }])
})
