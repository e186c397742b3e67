// Limits of the Worker that Durable Objects count: they hold for two isolates together, places come back however a client
// leaves, and nobody is served while they cannot be asked, except streams that are open.
import http from 'node:http'
import { expect, test, vi } from 'vitest'
import { CONFIRM_MS, LEASE_MS, RelayLimits, placeUrl } from '../../../relay/worker/limits-object.js'
import { CloseReason } from '../../../shim/transports/relay.js'
import { CLOSE, CONTINUE } from '../../../shim/transports/wisp/protocol.js'
import { echo } from '../origins.js'
import { connect, type Peer } from '../peer.js'
import { until } from '../relays.js'
import { startWorker } from '../workerd.js'

const echoing = await echo()

interface Isolates {
  port: number
  /** A client of one isolate or the other. */
  client(isolate: 0 | 1, address?: string): Promise<Peer>
  /**
   * Asks the object of an address how many clients it has, how many of them have sent a ping, and how many objects there
   * were, and tells it what to do.
   */
  object(order?: string, address?: string): Promise<{ clients: number; pinged: number; made: number }>
  events(event: string): string[]
  close(): void
}

async function isolates(options: object): Promise<Isolates> {
  const variables = { options: { allowRanges: ['127.0.0.0/8'], ...options }, addressHeader: 'x-client-address' }
  const { port, otherPort, log, close } = await startWorker(variables, undefined, 'worker-isolates.capnp')
  return {
    port,
    client: (isolate, address = '192.0.2.1') =>
      connect(`ws://127.0.0.1:${[port, otherPort][isolate]}/`, 1, { headers: { 'x-client-address': address } }),
    async object(order = '', address = '192.0.2.1') {
      const response = await fetch(`http://127.0.0.1:${port}/object?key=${address}&${order}`)
      if (!response.ok) return { clients: -1, pinged: -1, made: -1 }
      return (await response.json()) as { clients: number; pinged: number; made: number }
    },
    events: (event) => log.filter((line) => line.event === event).map(({ msg }) => msg ?? ''),
    close,
  }
}

/** Whether a client is accepted. */
async function accepted(peer: Peer): Promise<boolean> {
  const { type } = await peer.next(({ type }) => type === CONTINUE || type === CLOSE)
  return type === CONTINUE
}

/** Opens a stream, and returns the reason if it is refused. */
async function refusal(peer: Peer, id: number): Promise<number | null> {
  peer.connect(id, echoing.port)
  peer.data(id, 'x')
  const packet = await peer.next((one) => one.streamId === id && one.type !== CONTINUE)
  return packet.type === CLOSE ? packet.reason : null
}

class FakeSocket {
  closed = false
  pinged: Date | null = null
  #attachment: unknown
  serializeAttachment(value: unknown): void {
    this.#attachment = structuredClone(value)
  }
  deserializeAttachment(): unknown {
    return this.#attachment
  }
  close(): void {
    this.closed = true
  }
}

class FakePair {
  0 = {}
  1 = new FakeSocket()
}

class FakeResponse {
  readonly status: number
  constructor(_body: null, { status }: { status: number }) {
    this.status = status
  }
}

// it takes a while until it hibernates, and the tests go on meanwhile
const sleeping = await isolates({ clientsPerAddress: 2 })
const sleepers = [await sleeping.client(0), await sleeping.client(1)]
const asleep = new Promise((resolve) => setTimeout(resolve, 13_000))

test('clients of an address count together, and those who leave make room', async () => {
  const { client, object, close } = await isolates({ clientsPerAddress: 2 })
  const [one, two] = [await client(0), await client(1)]
  expect([await accepted(one), await accepted(two)]).toEqual([true, true])
  await until(async () => (await object()).pinged === 2)
  for (const isolate of [0, 1] as const) {
    const refused = await client(isolate)
    expect(await refused.closeReason(0)).toBe(CloseReason.THROTTLED)
    expect((await refused.closed).code).toBe(1008)
  }
  expect(await accepted(await client(1, '192.0.2.2'))).toBe(true)
  one.ws.close()
  await until(async () => (await object()).clients === 1)
  const three = await client(1)
  expect(await accepted(three)).toBe(true)
  two.end()
  three.end()
  await until(async () => (await object()).clients === 0)
  close()
})

test('clients of a user count together, from whatever address, if clientAddress() returns the user', async () => {
  const { client, object, close } = await isolates({ clientsPerAddress: 1 })
  const one = await client(0, 'user:alice')
  expect(await accepted(one)).toBe(true)
  for (const isolate of [0, 1] as const) expect(await accepted(await client(isolate, 'user:alice'))).toBe(false)
  expect(await accepted(await client(1, 'user:bob'))).toBe(true)
  expect(await accepted(await client(1, '192.0.2.1'))).toBe(true)
  expect((await object('', 'user:alice')).clients).toBe(1)
  one.end()
  await until(async () => (await object('', 'user:alice')).clients === 0)
  expect(await accepted(await client(1, 'user:alice'))).toBe(true)
  close()
})

test('attempts of an address count together', async () => {
  const { client, close } = await isolates({ connectsPerSecond: 5 })
  const peers = [await client(0), await client(1)]
  const since = performance.now()
  const all = await Promise.all(
    peers.flatMap((peer) => Array.from({ length: 20 }, (_, index) => refusal(peer, index + 1))),
  )
  const seconds = (performance.now() - since) / 1000
  const connected = all.filter((reason) => reason === null).length
  expect(connected).toBeGreaterThanOrEqual(5)
  expect(connected).toBeLessThanOrEqual(5 + 5 * seconds)
  expect([...new Set(all)]).toEqual(expect.arrayContaining([null, CloseReason.THROTTLED]))
  close()
})

test('a debt of bytes that an address has made in one isolate holds in the other', async () => {
  const { client, close } = await isolates({ bytesPerSecond: 10_000 })
  const [here, before] = [await client(0), await client(1)]
  expect(await refusal(before, 1)).toBe(null)
  here.connect(1, echoing.port)
  here.data(1, Buffer.alloc(500_000)) // almost a minute
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const after = await client(1)
  let answered = false
  for (const peer of [before, after]) void refusal(peer, 2).then(() => (answered = true), () => {}) // prettier-ignore
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(answered).toBe(false)
  close()
})

test('an object that fails or hangs refuses new clients and new streams, and open streams go on', async () => {
  const { client, object, events, close } = await isolates({ connectTimeout: 1000 })
  const peer = await client(1)
  expect(await refusal(peer, 1)).toBe(null)
  for (const mode of ['fail', 'hang']) {
    await object(`mode=${mode}`)
    await expect(client(0)).rejects.toThrow('HTTP 503')
    await expect(client(1)).rejects.toThrow('HTTP 503')
  }
  await object('mode=fail&restart')
  await until(() => events('limits lost').length === 1)
  expect(await refusal(peer, 2)).toBe(CloseReason.THROTTLED)
  await until(() => events('stream refused').includes('the limits cannot be asked: the object fails'))
  expect(events('client refused')).toContain('the limits cannot be asked: not connected within 1000 ms')
  peer.data(1, 'y')
  expect(String(await peer.read(1, 1))).toBe('y')
  await object('mode=work')
  expect(await refusal(peer, 3)).toBe(null)
  close()
})

test('an object that begins again counts the clients that are there', async () => {
  const { client, object, close } = await isolates({ clientsPerAddress: 2, idleTimeout: 60_000 })
  const peers = [await client(0), await client(1)]
  for (const peer of peers) expect(await refusal(peer, 1)).toBe(null)
  const { made } = await object()
  await object('restart')
  await until(async () => (await object()).clients === 2)
  expect((await object()).made).toBe(made + 1)
  expect(await accepted(await client(0))).toBe(false)
  for (const peer of peers) expect(await refusal(peer, 2)).toBe(null)
  close()
})

test('clients that disappear while the object is asked leave nothing', async () => {
  const { port, object, events, close } = await isolates({})
  await object('mode=slow')
  const fields = { 'x-client-address': '192.0.2.1', upgrade: 'websocket', connection: 'Upgrade' }
  const handshake = { 'sec-websocket-version': '13', 'sec-websocket-key': Buffer.alloc(16).toString('base64') }
  const requests = Array.from({ length: 20 }, () =>
    http
      .get({ host: '127.0.0.1', port, headers: { ...fields, ...handshake } })
      .on('error', () => {})
      .on('upgrade', () => expect.unreachable()),
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  for (const request of requests) request.destroy()
  await object('mode=work')
  await until(() => events('client').length === 20)
  await until(async () => (await object()).clients === 0)
  close()
})

test('a client that is refused for its credentials gives its place back', async () => {
  const { client, object, close } = await isolates({ tokens: ['secret'] })
  const peer = await client(0)
  expect(await peer.closeReason(0)).toBe(CloseReason.CREDENTIALS_MISSING)
  await peer.closed
  await until(async () => (await object()).clients === 0)
  close()
})

// a fake of the runtime, because a minute and a half is too long for a test
test('the place of a client whose end was lost is given to others when its pings are missing', () => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocketPair', FakePair)
  vi.stubGlobal('WebSocketRequestResponsePair', class {})
  vi.stubGlobal('Response', FakeResponse)
  try {
    const open: FakeSocket[] = []
    const object = new RelayLimits({
      acceptWebSocket: (ws: FakeSocket) => void open.push(ws),
      getWebSockets: () => open.filter(({ closed }) => !closed),
      setWebSocketAutoResponse: () => {},
      getWebSocketAutoResponseTimestamp: ({ pinged }: FakeSocket) => pinged,
    })
    const url = placeUrl('192.0.2.1', { clientsPerAddress: 2, connectsPerSecond: 0, bytesPerSecond: 0 })
    const enter = (): number => object.fetch(new Request(url)).status
    expect([enter(), enter(), enter()]).toEqual([101, 101, 429])
    // the relay of the first place has stopped waiting before it got it
    open[1]!.pinged = new Date()
    vi.advanceTimersByTime(CONFIRM_MS + 1)
    expect([enter(), enter()]).toEqual([101, 429])
    open[2]!.pinged = new Date()
    vi.advanceTimersByTime(LEASE_MS - CONFIRM_MS)
    expect([enter(), enter()]).toEqual([101, 429])
    expect(open.map(({ closed }) => closed)).toEqual([true, true, false, false])
  } finally {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  }
})

test('an object that has hibernated knows its clients', async () => {
  await asleep
  const { clients, made } = await sleeping.object()
  expect([clients, made]).toEqual([2, 2])
  expect(await accepted(await sleeping.client(0))).toBe(false)
  for (const peer of sleepers) expect(await refusal(peer, 1)).toBe(null)
  sleepers[0]!.end()
  await until(async () => (await sleeping.object()).clients === 1)
  expect(await accepted(await sleeping.client(1))).toBe(true)
  sleeping.close()
})
