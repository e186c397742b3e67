// The tap between the tool and the relay: it reports all bytes, and changes nothing.
import { describe, expect, it } from 'vitest'
import {
  TransportError,
  type Datagrams,
  type Stream,
  type StreamEvents,
  type Transport,
} from '../../../shim/transports/transport.js'
import { tapped } from '../../../playground/src/worker/wire.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const address = { family: 'IPv4', address: '240.0.0.1', port: 443 } as const

function setUp(transport: Partial<Transport> = {}) {
  const told: unknown[] = []
  const done: unknown[] = []
  let events!: StreamEvents
  const stream: Stream = {
    writable: true,
    write: (chunk) => void done.push(['write', new TextDecoder().decode(chunk)]),
    end: () => void done.push('end'),
    close: () => void done.push('close'),
    pause: () => void done.push('pause'),
    resume: () => void done.push('resume'),
    release: (chunk) => void done.push(['release', chunk.length]),
    attend: (waited) => void done.push(['attend', waited]),
    setNoDelay: () => {},
    setKeepAlive: () => {},
  }
  const inner: Transport = {
    connect: (_remote, _local, given) => ((events = given), stream),
    resolve: async () => [{ address: '240.0.0.1' }],
    ...transport,
  }
  const outer = tapped(inner, {
    connected: (...all) => void told.push(['connected', ...all]),
    bytes: (id, direction, data) => void told.push([id, direction, new TextDecoder().decode(data)]),
    disconnected: (...all) => void told.push(['disconnected', ...all]),
  })
  const heard: unknown[] = []
  const listener: StreamEvents = {
    opened: () => void heard.push('opened'),
    data: (chunk) => void heard.push(new TextDecoder().decode(chunk)),
    drained: () => void heard.push('drained'),
    ended: () => void heard.push('ended'),
    closed: () => void heard.push('closed'),
    failed: (code) => void heard.push(code),
  }
  return { outer, told, done, heard, listener, events: () => events }
}

describe('a tap', () => {
  it('reports the bytes in both directions, and passes everything on', async () => {
    const { outer, told, done, heard, listener, events } = setUp()
    await outer.resolve('example.org', 'IPv4', null, AbortSignal.timeout(1000))
    const stream = outer.connect(address, null, listener)
    events().opened(null, null)
    stream.write(bytes('hello'))
    events().data(bytes('world'))
    events().drained()
    stream.pause()
    stream.resume()
    stream.release(bytes('world'))
    stream.attend(true)
    stream.end()
    events().ended()
    stream.close()
    expect(told).toEqual([
      ['connected', 0, 'example.org', 443],
      [0, 'out', 'hello'],
      [0, 'in', 'world'],
      ['disconnected', 0, null],
    ])
    expect(heard).toEqual(['opened', 'world', 'drained', 'ended'])
    expect(done).toEqual([['write', 'hello'], 'pause', 'resume', ['release', 5], ['attend', true], 'end', 'close'])
    expect(stream.writable).toBe(true)
    expect('look' in stream).toBe(false)
  })

  it('reports once why a connection has failed, and numbers connections', () => {
    const { outer, told, heard, listener, events } = setUp()
    const first = outer.connect(address, null, listener)
    events().failed('ECONNREFUSED')
    first.close()
    outer.connect({ ...address, address: '10.0.0.1' }, null, listener)
    expect(heard).toEqual(['ECONNREFUSED'])
    expect(told).toEqual([
      ['connected', 0, '240.0.0.1', 443],
      ['disconnected', 0, 'ECONNREFUSED'],
      ['connected', 1, '10.0.0.1', 443],
    ])
  })

  it('reports connections that could not even be tried', () => {
    const { outer, told, listener } = setUp({
      connect() {
        throw new TransportError('ENETUNREACH')
      },
    })
    expect(() => outer.connect(address, null, listener)).toThrow(TransportError)
    expect(told.at(-1)).toEqual(['disconnected', 0, 'ENETUNREACH'])
  })

  it('has only what the transport has', () => {
    const { outer } = setUp()
    expect(Object.keys(outer).sort()).toEqual(['connect', 'resolve'])
    const datagrams = (): Datagrams => ({ local: null, send: () => {}, attend: () => {}, close: () => {} })
    expect(Object.keys(setUp({ datagrams }).outer).sort()).toEqual(['connect', 'datagrams', 'resolve'])
  })

  it('reports each peer of datagrams as a connection', () => {
    let received!: (data: Uint8Array, from: typeof address) => void
    const { outer, told } = setUp({
      datagrams(_family, _local, events) {
        received = (data, from) => events.received(data, from)
        return { local: null, send: () => {}, attend: () => {}, close: () => {} }
      },
    })
    const flow = outer.datagrams!('IPv4', null, { received: () => {}, failed: () => {} })
    flow.send(bytes('a'), address)
    received(bytes('b'), address)
    flow.send(bytes('c'), { ...address, port: 53 })
    flow.close()
    expect(told).toEqual([
      ['connected', 0, '240.0.0.1', 443],
      [0, 'out', 'a'],
      [0, 'in', 'b'],
      ['connected', 1, '240.0.0.1', 53],
      [1, 'out', 'c'],
      ['disconnected', 0, null],
      ['disconnected', 1, null],
    ])
  })
})
