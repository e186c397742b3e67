// The client of Wisp, with packets that arrive directly one after the other.
import { expect, it } from 'vitest'
import { wispTransport, type StreamEvents, type WebSocketLike } from 'libcurl-wasm'
import { encodeClose, encodeContinue, encodeData } from '../../../shim/transports/wisp/protocol.js'
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
