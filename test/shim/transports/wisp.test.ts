// The client of Wisp, with packets that arrive directly one after the other.
import { expect, it } from 'vitest'
import { wispTransport, type StreamEvents, type WebSocketLike } from 'libcurl-wasm'
import {
  encodeClose,
  encodeContinue,
  encodeData,
  encodeInfo,
  flowControlExtension,
} from '../../../shim/transports/wisp/protocol.js'
import { CloseReason } from '../../../shim/transports/relay.js'

/** A WebSocket that can be paused, like Node's `ws`. */
class Wire implements WebSocketLike {
  static last: Wire
  binaryType = ''
  bufferedAmount = 0
  readyState = 1
  stopped = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  onerror: (() => void) | null = null

  constructor() {
    Wire.last = this
  }

  readonly sent: number[] = []
  /** Records the type of the packet, and the number of its stream. */
  send(packet: Uint8Array): void {
    this.sent.push(packet[0]!, packet[1]!)
  }
  close(): void {}
  pause(): void {
    this.stopped = true
  }
  resume(): void {
    this.stopped = false
  }
}

it('goes on reading for other streams when a paused one has ended', async () => {
  const transport = wispTransport({ url: 'ws://relay.test/', version: 1, WebSocket: Wire })
  transport.prepare!()
  const wire = Wire.last
  wire.onopen!()
  wire.onmessage!({ data: encodeContinue(0, 100) })
  const told: string[] = []
  const events: StreamEvents = {
    opened: () => told.push('opened'),
    data: () => told.push('data'),
    drained: () => told.push('drained'),
    ended: () => told.push('ended'),
    closed: () => told.push('closed'),
    failed: (code) => told.push(code),
  }
  const stream = transport.connect({ family: 'IPv4', address: '127.0.0.1', port: 80 }, null, events)
  await null
  wire.onmessage!({ data: encodeData(1, Buffer.from('more than its reader wants')) })
  stream.pause()
  expect(wire.stopped).toBe(true)
  // data that was in the same segment still arrives
  wire.onmessage!({ data: encodeClose(1, CloseReason.VOLUNTARY) })
  expect([told, wire.stopped]).toEqual([['opened', 'data', 'closed'], false])
  stream.close()
  expect(wire.stopped).toBe(false)
})

it('ends a stream that is not read when the relay sends more than the credit that it got', async () => {
  const transport = wispTransport({ url: 'ws://relay.test/', WebSocket: Wire })
  transport.prepare!()
  const wire = Wire.last
  wire.onopen!()
  wire.onmessage!({ data: encodeInfo(2, 0, [flowControlExtension()]) })
  await null
  wire.onmessage!({ data: encodeContinue(0, 100) })
  const told: string[] = []
  const nothing = (): void => {}
  const stream = transport.connect({ family: 'IPv4', address: '127.0.0.1', port: 80 }, null, {
    opened: nothing,
    data: nothing,
    drained: nothing,
    ended: nothing,
    closed: nothing,
    failed: (code, reason) => told.push(code, reason ?? ''),
  })
  await null
  stream.pause()
  const packet = encodeData(1, Buffer.alloc(1024 * 1024))
  for (let i = 0; i < 64; i++) wire.onmessage!({ data: packet })
  expect(told).toEqual([])
  for (let i = 0; i < 5; i++) wire.onmessage!({ data: packet })
  const why = '67108864 bytes from 127.0.0.1:80 are unread, and the relay has sent more than it may'
  expect(told).toEqual(['ENOBUFS', why])
})

it('opens a new stream for datagrams when the relay has closed the last one', async () => {
  const transport = wispTransport({ url: 'ws://relay.test/', version: 1, WebSocket: Wire })
  const failures: string[] = []
  const datagrams = transport.datagrams!('IPv4', null, { received() {}, failed: (code) => failures.push(code) })
  const to = { family: 'IPv4', address: '127.0.0.1', port: 53 } as const
  datagrams.send(Buffer.from('first'), to)
  const wire = Wire.last
  wire.onopen!()
  wire.onmessage!({ data: encodeContinue(0, 100) })
  wire.onmessage!({ data: encodeClose(1, CloseReason.TRANSFER_TIMEOUT) })
  datagrams.send(Buffer.from('second'), to)
  await null
  // CONNECT and DATA of one stream, then of another
  expect([failures, wire.sent]).toEqual([['ETIMEDOUT'], [1, 1, 2, 1, 1, 2, 2, 2]])
  datagrams.close()
})
