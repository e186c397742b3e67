// A Wisp transport with several relays: which one is used, what follows when one fails, and what is reported. The relays
// are fakes that say what the test wants, and time is simulated.
import { wispTransport, type StreamEvents, type WebSocketLike, type WispOptions } from 'libcurl-wasm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CloseReason } from '../../../shim/transports/relay.js'
import * as wisp from '../../../shim/transports/wisp/protocol.js'

/** The WebSockets that were made, in order. */
let made: Wire[] = []

/** A WebSocket whose relay does what its methods are named after. */
class Wire implements WebSocketLike {
  binaryType = ''
  bufferedAmount = 0
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  onerror: ((event: { message?: unknown }) => void) | null = null
  /** The packets that the client has sent. */
  readonly sent: wisp.Packet[] = []
  readonly protocols: string[]

  constructor(
    readonly url: string,
    protocols: string | string[] = [],
  ) {
    this.protocols = [protocols].flat()
    made.push(this)
  }

  get host(): string {
    return new URL(this.url).host
  }
  send(packet: Uint8Array): void {
    this.sent.push(wisp.decode(packet))
  }
  close(): void {
    this.readyState = 3
  }
  receive(packet: Uint8Array): void {
    this.onmessage!({ data: packet })
  }

  opens(): void {
    this.readyState = 1
    this.onopen!()
  }
  greets(): void {
    this.opens()
    this.receive(wisp.encodeContinue(0, 100))
  }
  ends(code = 1006, message?: string): void {
    this.readyState = 3
    if (message !== undefined) this.onerror!({ message })
    this.onclose!({ code, reason: '', wasClean: false })
  }
}

const last = (): Wire => made.at(-1)!
const hosts = (): string[] => made.map(({ host }) => host)

/** Version 1 unless `options` say otherwise, because its handshake is one packet. */
function transportOf(urls: string[], options: Partial<WispOptions> = {}) {
  return wispTransport({ version: 1, WebSocket: Wire, ...options, url: undefined, urls })
}

interface Stream {
  told: string[]
  reason?: string | undefined
  close(): void
  pause(): void
}

function connect(transport: ReturnType<typeof wispTransport>): Stream {
  const told: string[] = []
  const stream: Stream = { told, close: () => opened.close(), pause: () => opened.pause() }
  const events: StreamEvents = {
    opened: () => told.push('opened'),
    data: () => told.push('data'),
    drained: () => told.push('drained'),
    ended: () => told.push('ended'),
    closed: () => told.push('closed'),
    failed: (code, reason) => {
      told.push(code)
      stream.reason = reason
    },
  }
  const opened = transport.connect({ family: 'IPv4', address: '127.0.0.1', port: 80 }, null, events)
  return stream
}

beforeEach(() => {
  made = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const ONE = 'wss://one.test/?token=s3cret'
const TWO = 'wss://anna:s3cret@two.test/path'

describe('which relay', () => {
  it('is the first in the order given, and the next if it fails; then that one is kept', async () => {
    const transport = transportOf([ONE, TWO])
    const stream = connect(transport)
    expect(hosts()).toEqual(['one.test'])
    last().ends(1006, 'connect ECONNREFUSED')
    expect([hosts(), stream.told]).toEqual([['one.test', 'two.test'], []])
    last().greets()
    expect(stream.told).toEqual(['opened'])
    vi.advanceTimersByTime(60_000)
    const other = connect(transport)
    await null
    expect([hosts().length, other.told]).toEqual([2, ['opened']])
  })

  it('is never the same twice in a list with duplicates', () => {
    const transport = transportOf(['ws://one.test', 'ws://one.test/', 'WS://ONE.test:80/'])
    const { told } = connect(transport)
    last().ends()
    expect([hosts(), told, transport.relays.length]).toEqual([['one.test'], ['ECONNREFUSED'], 1])
  })

  it('is the next if one has let us in and says nothing for ten seconds', () => {
    const stream = connect(transportOf([ONE, TWO]))
    last().opens()
    vi.advanceTimersByTime(9999)
    expect(hosts()).toEqual(['one.test'])
    vi.advanceTimersByTime(1)
    expect([hosts(), stream.told, made[0]!.readyState]).toEqual([['one.test', 'two.test'], [], 3])
    // and it is not listened to any more
    made[0]!.receive(wisp.encodeContinue(0, 100))
    expect(stream.told).toEqual([])
    last().greets()
    expect(stream.told).toEqual(['opened'])
  })

  it.each([
    ['refuses the credentials', (wire: Wire) => wire.receive(wisp.encodeClose(0, CloseReason.BAD_PASSWORD))],
    ['speaks another protocol', (wire: Wire) => wire.receive(Buffer.from('HTTP/1.1 200 OK'))],
    ['closes instead of a greeting', (wire: Wire) => wire.ends(1000)],
  ])('is the next if one %s', (_what, does) => {
    const stream = connect(transportOf([ONE, TWO]))
    last().opens()
    does(made[0]!)
    last().greets()
    expect([hosts(), stream.told]).toEqual([['one.test', 'two.test'], ['opened']])
  })

  it('is the next if the platform throws, as browsers do for ws: in a page with https:', async () => {
    class Strict extends Wire {
      constructor(url: string) {
        if (url.includes('one')) throw new DOMException('mixed content', 'SecurityError')
        super(url)
      }
    }
    const stream = connect(transportOf([ONE, TWO], { WebSocket: Strict }))
    await null
    last().greets()
    expect([hosts(), stream.told]).toEqual([['two.test'], ['opened']])
    const alone = connect(transportOf([ONE], { WebSocket: Strict }))
    await null
    expect([alone.told, alone.reason]).toEqual([
      ['ECONNREFUSED'],
      'the relay at one.test cannot be reached: mixed content',
    ])
  })

  it('is asked only once if a signature comes too late', async () => {
    let sign: ((signature: Uint8Array) => void) | undefined
    const key = { publicKey: new Uint8Array(32), sign: () => new Promise<Uint8Array>((resolve) => (sign = resolve)) }
    const stream = connect(transportOf([ONE, TWO], { version: 2, key }))
    last().opens()
    const offer = { id: wisp.ExtensionId.KEY, payload: Uint8Array.of(1, wisp.ED25519, ...new Uint8Array(32)) }
    last().receive(wisp.encodeInfo(2, 0, [offer]))
    vi.useRealTimers()
    await vi.waitFor(() => expect(sign).toBeDefined())
    made[0]!.ends()
    expect(hosts()).toEqual(['one.test', 'two.test'])
    last().opens()
    sign!(new Uint8Array(64))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([last().sent, stream.told]).toEqual([[], []])
  })
})

describe('a relay that fails', () => {
  it('with 100 open streams: each fails with a true error, and the next stream uses the other relay', () => {
    const transport = transportOf([ONE, TWO])
    const streams = Array.from({ length: 100 }, () => connect(transport))
    last().greets()
    expect(transport.relays.map(({ streams: count }) => count)).toEqual([100, 0])
    last().ends(1006)
    expect(streams.map(({ told }) => told)).toEqual(streams.map(() => ['opened', 'ECONNRESET']))
    expect(streams[99]!.reason).toBe('the connection to the relay at one.test has ended: code 1006')
    const next = connect(transport)
    last().greets()
    expect([hosts(), next.told]).toEqual([['one.test', 'two.test'], ['opened']])
  })

  it('before it has confirmed a stream: that one goes on with the next, and it has each relay once', async () => {
    const transport = transportOf([ONE, TWO], { version: 2 })
    const greet = async () => {
      last().opens()
      last().receive(wisp.encodeInfo(2, 0, [wisp.openConfirmationExtension]))
      await null
      last().receive(wisp.encodeContinue(0, 100))
    }
    const open = connect(transport)
    await greet()
    last().receive(wisp.encodeContinue(1, 100))
    const streams = [connect(transport), connect(transport)]
    await null
    last().ends()
    expect([open.told, streams[0]!.told, transport.state]).toEqual([['opened', 'ECONNRESET'], [], 'connecting'])
    await greet()
    expect(last().sent.filter(({ type }) => type === wisp.CONNECT).length).toBe(2)
    last().receive(wisp.encodeContinue(2, 100))
    last().ends()
    expect(streams.map(({ told }) => told)).toEqual([['opened', 'ECONNRESET'], ['ECONNRESET']])
    expect(streams[1]!.reason).toBe('the connection to the relay at two.test has ended: code 1006')
    expect(hosts()).toEqual(['one.test', 'two.test'])
  })

  it('is tried again after its rest, with jitter; streams wait meanwhile', () => {
    const rests = [0, 1].map((random) => {
      made = []
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const transport = transportOf([ONE])
      connect(transport)
      last().greets()
      last().ends()
      const next = connect(transport)
      const begun = performance.now()
      while (made.length < 2) vi.advanceTimersByTime(1)
      last().greets()
      expect(next.told).toEqual(['opened'])
      return Math.round(performance.now() - begun)
    })
    expect(rests).toEqual([250, 500])
  })

  it('rests longer each time, and ten seconds at most', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const transport = transportOf([ONE])
    const rests = Array.from({ length: 8 }, (_, i) => {
      const { told } = connect(transport)
      const begun = performance.now()
      while (made.length <= i) vi.advanceTimersByTime(10)
      last().ends()
      expect(told).toEqual(['ECONNREFUSED'])
      return performance.now() - begun
    })
    expect(rests).toEqual([0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    // nothing is tried by itself
    vi.advanceTimersByTime(600_000)
    expect([made.length, vi.getTimerCount()]).toEqual([8, 0])
  })

  it('is one failure, however many connections to it end', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const transport = transportOf([ONE], { connections: 3 })
    transport.prepare!()
    for (const wire of made) wire.greets()
    for (let i = 0; i < 3; i++) connect(transport)
    for (const wire of [...made]) wire.ends()
    connect(transport)
    vi.advanceTimersByTime(499)
    expect(made.length).toBe(3)
    vi.advanceTimersByTime(1)
    expect(made.length).toBe(6)
  })

  it('with no stream in it has not failed: the next connection is made at once', () => {
    const transport = transportOf([ONE, TWO])
    connect(transport).close()
    last().greets()
    last().ends(1001)
    expect(transport.relays[0]).toMatchObject({ state: 'idle', lastError: expect.stringContaining('code 1001') })
    connect(transport)
    expect(hosts()).toEqual(['one.test', 'one.test'])
  })

  it('all of them: each is tried once, and the error says why for each, without its secrets', () => {
    const transport = transportOf([ONE, TWO])
    const streams = [connect(transport), connect(transport)]
    made[0]!.ends(1006, `cannot connect to ${ONE}`)
    made[1]!.opens()
    made[1]!.receive(wisp.encodeClose(0, CloseReason.THROTTLED))
    const reason =
      'the relay at one.test cannot be reached: cannot connect to one.test; ' +
      'the relay at two.test has closed the connection: limit exceeded'
    for (const stream of streams) expect(stream).toMatchObject({ told: ['EBUSY'], reason })
    expect([made.length, transport.state]).toEqual([2, 'failed'])
    expect(JSON.stringify(transport.relays)).not.toContain('s3cret')

    // one is back
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const next = connect(transport)
    expect([made.length, transport.state]).toEqual([2, 'connecting'])
    vi.advanceTimersByTime(500)
    made[2]!.ends()
    made[3]!.greets()
    expect([hosts().slice(2).sort(), next.told]).toEqual([['one.test', 'two.test'], ['opened']])
    expect(transport.state).toBe('open')
  })

  it('is not asked for version 1 if it has spoken version 2', () => {
    const transport = transportOf([ONE], { version: 2 })
    connect(transport)
    last().ends()
    expect(made.map(({ protocols }) => protocols)).toEqual([[wisp.SUBPROTOCOL], []])
    made[1]!.ends()
    vi.advanceTimersByTime(500)
    connect(transport)
    last().greets() // in version 2
    last().ends()
    connect(transport)
    vi.advanceTimersByTime(500)
    last().ends()
    expect(made.map(({ protocols }) => protocols.length)).toEqual([1, 0, 1, 1])
  })
})

describe('close()', () => {
  it.each([
    ['while it connects', () => {}],
    ['while the relay is about to greet', () => last().opens()],
    ['while all relays rest', () => [0, 1].map((i) => made[i]!.ends())],
  ])('%s fails the streams, and leaves nothing', (_when, before) => {
    const transport = transportOf([ONE, TWO])
    const early = connect(transport)
    before()
    const { told } = early.told.length ? connect(transport) : early
    const count = made.length
    transport.close()
    expect([told, vi.getTimerCount()]).toEqual([['ECANCELED'], 0])
    vi.advanceTimersByTime(60_000)
    expect(made.length).toBe(count)
    expect(made.every(({ readyState }) => readyState === 3)).toBe(true)
  })

  it('in onclose ends the search for a relay', () => {
    const transport = transportOf([ONE, TWO], { onclose: () => transport.close() })
    const { told } = connect(transport)
    last().ends()
    expect([hosts(), told]).toEqual([['one.test'], ['ECANCELED']])
  })

  it('does not matter to streams and datagrams that are closed afterwards', () => {
    const transport = transportOf([ONE])
    const stream = connect(transport)
    const datagrams = transport.datagrams!('IPv4', null, { received() {}, failed() {} })
    datagrams.send(Buffer.from('x'), { family: 'IPv4', address: '127.0.0.1', port: 53 })
    last().greets()
    transport.close()
    stream.close()
    datagrams.close()
    expect([stream.told, transport.state]).toEqual([['opened', 'ECANCELED'], 'idle'])
  })

  it('of a stream that waits sends nothing', () => {
    const stream = connect(transportOf([ONE]))
    last().opens()
    stream.close()
    expect(last().sent).toEqual([])
    last().greets()
    expect(last().sent).toEqual([])
  })
})

it('an onclose that throws keeps nobody from going on', () => {
  const transport = transportOf([ONE, TWO], {
    onclose() {
      throw new Error('of the application')
    },
  })
  const { told } = connect(transport)
  expect(() => made[0]!.ends()).toThrow('of the application')
  expect(() => made[1]!.ends()).toThrow('of the application')
  expect([hosts(), told]).toEqual([['one.test', 'two.test'], ['ECONNREFUSED']])
})

it('a stream that begins in onclose goes on with the next relay, too', async () => {
  let late: Stream | undefined
  const transport = transportOf([ONE, TWO], { onclose: () => (late ??= connect(transport)) })
  const early = connect(transport)
  last().greets()
  const joining = connect(transport) // its turn comes in a microtask
  last().ends()
  await null
  expect(joining.told).toEqual([])
  last().greets()
  expect([early, joining, late!].map(({ told }) => told)).toEqual([['opened', 'ECONNRESET'], ['opened'], ['opened']])
  expect(hosts()).toEqual(['one.test', 'two.test'])
})

it('datagrams go on with the next relay, too', () => {
  const failures: unknown[] = []
  const transport = transportOf([ONE, TWO])
  const datagrams = transport.datagrams!('IPv4', null, { received() {}, failed: (...why) => failures.push(why) })
  const to = { family: 'IPv4', address: '127.0.0.1', port: 53 } as const
  datagrams.send(Buffer.from('first'), to)
  made[0]!.ends()
  made[1]!.greets()
  expect(made[1]!.sent.map(({ type }) => type)).toEqual([wisp.CONNECT, wisp.DATA])
  made[1]!.ends()
  expect(failures).toEqual([['ECONNRESET', 'the connection to the relay at two.test has ended: code 1006']])
  vi.advanceTimersByTime(250)
  datagrams.send(Buffer.from('second'), to)
  vi.advanceTimersByTime(250)
  last().greets()
  expect(last().sent.length).toBe(2)
  datagrams.close()
})

describe('state', () => {
  it('is reported when it changes, for the transport and each relay', async () => {
    const seen: unknown[] = []
    const transport = transportOf([ONE, TWO], {
      onstatechange: (state) => seen.push([state, ...transport.relays.map((relay) => relay.state)]),
    })
    expect([transport.state, transport.relays]).toEqual([
      'idle',
      ['wss://one.test', 'wss://two.test'].map((origin) => ({
        origin,
        state: 'idle',
        roundTrip: null,
        streams: 0,
        lastError: null,
      })),
    ])
    transport.prepare!()
    await null
    last().ends()
    await null
    last().greets()
    await null
    connect(transport)
    last().ends()
    await null
    transport.prepare!()
    await null
    transport.close()
    await null
    expect(seen).toEqual([
      ['connecting', 'connecting', 'idle'],
      ['connecting', 'failed', 'connecting'],
      ['open', 'failed', 'open'],
      ['failed', 'failed', 'failed'],
      ['connecting', 'failed', 'failed'],
      ['failed', 'failed', 'failed'],
    ])
  })

  it('has the round trip from INFO to CONTINUE, and none in version 1', async () => {
    const transport = transportOf([ONE], { version: 2 })
    connect(transport)
    vi.advanceTimersByTime(1000)
    last().opens()
    last().receive(wisp.encodeInfo(2, 0, []))
    await null
    vi.advanceTimersByTime(40)
    last().receive(wisp.encodeContinue(0, 100))
    expect(transport.relays[0]!.roundTrip).toBe(40)
    const old = transportOf([TWO])
    connect(old)
    last().greets()
    expect(old.relays[0]).toMatchObject({ state: 'open', roundTrip: null })
  })
})

describe('connections', () => {
  const counts = (): number[] => made.map(({ sent }) => sent.filter(({ type }) => type === wisp.CONNECT).length)

  it('is how many WebSockets the streams are spread over', async () => {
    const transport = transportOf([ONE], { connections: 3 })
    transport.prepare!()
    for (const wire of made) wire.greets()
    const streams = Array.from({ length: 7 }, () => connect(transport))
    await null
    expect(counts().sort()).toEqual([2, 2, 3])
    expect(transport.relays[0]!.streams).toBe(7)
    made[0]!.ends()
    const failed = streams.filter(({ told }) => told.includes('ECONNRESET')).length
    expect(failed).toBe(counts()[0])
    expect(transport.state).toBe('open')
  })

  it('no stream waits for another WebSocket while one is open', async () => {
    const transport = transportOf([ONE], { connections: 2 })
    transport.prepare!()
    made[1]!.greets()
    const streams = [connect(transport), connect(transport)]
    await null
    expect(streams.map(({ told }) => told)).toEqual([['opened'], ['opened']])
    expect(made.length).toBe(2)
  })

  it('a reader that stops holds back only those in the same WebSocket, if the relay has no flow control', async () => {
    const paused = new Set<Wire>()
    class Pausable extends Wire {
      pause(): void {
        paused.add(this)
      }
      resume(): void {
        paused.delete(this)
      }
    }
    const transport = transportOf([ONE], { connections: 2, WebSocket: Pausable })
    transport.prepare!()
    for (const wire of made) wire.greets()
    const [slow] = [connect(transport), connect(transport)]
    await null
    slow.pause()
    expect([counts(), paused]).toEqual([[1, 1], new Set([made[0]])])
  })

  it('if a relay takes fewer, it is not asked again for each stream', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const transport = transportOf([ONE], { connections: 2 })
    transport.prepare!()
    made[0]!.greets()
    made[1]!.ends()
    for (let i = 0; i < 10; i++) connect(transport)
    expect(made.length).toBe(2)
    vi.advanceTimersByTime(500)
    for (let i = 0; i < 10; i++) connect(transport)
    expect(made.length).toBe(3)
    await null
    expect(counts()).toEqual([20, 0, 0])
  })
})

describe('streams that wait go on in another WebSocket', () => {
  it.each([
    [
      'before it is open, if the relay takes fewer',
      (wire: Wire) => wire.receive(wisp.encodeClose(0, CloseReason.THROTTLED)),
    ],
    ['if the connection ends', (wire: Wire) => wire.ends()],
  ])('%s', async (_, refuse) => {
    const transport = transportOf([ONE], { connections: 4 })
    const streams = Array.from({ length: 8 }, () => connect(transport))
    for (const wire of made) wire.opens()
    for (const wire of made.slice(2)) refuse(wire)
    expect(streams.map(({ told }) => told)).toEqual(Array(8).fill([]))
    for (const wire of made.slice(0, 2)) wire.greets()
    await null
    expect(streams.map(({ told }) => told)).toEqual(Array(8).fill(['opened']))
    expect(made.map(({ sent }) => sent.length)).toEqual([4, 4, 0, 0])
    made[0]!.receive(wisp.encodeData(1, Buffer.from('x')))
    streams.forEach((stream) => stream.close())
    expect(transport.relays[0]!.streams).toBe(0)
  })

  it('or in one that is open', async () => {
    const transport = transportOf([ONE], { connections: 2 })
    const [one, two] = [connect(transport), connect(transport)]
    made[0]!.greets()
    made[1]!.ends()
    await null
    expect([one.told, two.told]).toEqual([['opened'], ['opened']])
  })

  it('datagrams, too', async () => {
    const transport = transportOf([ONE], { connections: 2 })
    const told: string[] = []
    const datagrams = transport.datagrams!('IPv4', null, { received() {}, failed: (code) => told.push(code) })
    connect(transport)
    datagrams.send(Buffer.from('x'), { family: 'IPv4', address: '127.0.0.1', port: 53 })
    made[0]!.greets()
    made[1]!.ends()
    await null
    expect(told).toEqual([])
    expect(made[0]!.sent.map(({ type }) => type)).toEqual([wisp.CONNECT, wisp.CONNECT, wisp.DATA])
  })

  it('and fail if all of them do', async () => {
    const transport = transportOf([ONE, TWO], { connections: 3 })
    const streams = Array.from({ length: 3 }, () => connect(transport))
    for (let i = 0; i < 6; i++) made[i]!.ends(1006, `no ${i}`)
    await null
    expect(made.length).toBe(6)
    expect(streams.map(({ told }) => told)).toEqual(Array(3).fill(['ECONNREFUSED']))
    for (const { reason } of streams) expect(reason).toMatch(/one\.test.*; .*two\.test/)
    expect(transport.state).toBe('failed')
  })

  it('but not if the transport is closed', async () => {
    const transport = transportOf([ONE], { connections: 2 })
    const streams = [connect(transport), connect(transport)]
    transport.close()
    expect(streams.map(({ told }) => told)).toEqual([['ECANCELED'], ['ECANCELED']])
  })
})

describe('options', () => {
  const make = (options: object) => () => wispTransport(options as WispOptions)
  it.each([
    [{}, /needs url, .* or urls/],
    [{ urls: [] }, /a list of at least one/],
    [{ urls: ONE }, /a list of at least one/],
    [{ url: ONE, urls: [TWO] }, 'give url or urls, not both'],
    [
      { urls: [TWO, 'https://anna:s3cret@one.test/?s3cret'] },
      /^a relay needs a ws: or wss: URL, not https:\/\/one.test$/,
    ],
    [{ urls: [TWO, 'nonsense'] }, 'Invalid URL'],
  ])('%j is a TypeError', (options, message) => {
    expect(make(options)).toThrow(TypeError)
    expect(make(options)).toThrow(message)
  })
  it.each([0, 1.5, -1, NaN, '2'])('connections: %j is a RangeError', (connections) => {
    expect(make({ url: ONE, connections })).toThrow(RangeError)
  })
  it('are posted to the Worker of blocking calls as text', () => {
    const options = { urls: [new URL(ONE), 'ws://two.test'], connections: 2, onstatechange() {} }
    const recipe = structuredClone(wispTransport(options).recipe!())
    expect(recipe).toMatchObject({ kind: 'wisp', options: { urls: [ONE, 'ws://two.test'], connections: 2 } })
  })
  it('urls may be URLs', () => expect(make({ urls: [new URL(ONE)] })().relays[0]!.origin).toBe('wss://one.test'))
})

it('a transport that is closed is garbage', async () => {
  vi.useRealTimers()
  const gone = Array.from({ length: 20 }, () => {
    const transport = transportOf([ONE, TWO])
    connect(transport)
    last().ends()
    last().greets()
    transport.close()
    return new WeakRef(transport)
  })
  made = []
  await vi.waitFor(() => {
    gc!()
    expect(gone.filter((each) => each.deref()).length).toBeLessThan(2)
  })
})
