// A UDP stream of Wisp: a datagram in each packet, to and from one peer. UDP may lose what it cannot carry, and where a
// queue is full this does.
import dgram from 'node:dgram'
import net from 'node:net'
import { CloseReason, encodeData, type ConnectPacket } from '../shim/transports/wisp-protocol.js'
import { streamRecord, type Client, type StreamRecord } from './client.js'
import { permittedAddresses, within } from './dial.js'
import { Refusal, refusalOf } from './refusal.js'
import type { WispStream, WispStreamEvents } from './wisp-tcp.js'

/** The longest payload of a datagram over IPv4 (RFC 768: 65,535 less the headers of UDP and IP). */
const MAX_DATAGRAM_BYTES = 65_507
/** Datagrams that wait for the kernel, and before it is clear where to, in bytes. */
const MAX_QUEUE_BYTES = 256 * 1024

export class WispUdp implements WispStream {
  readonly record: StreamRecord
  active = performance.now()
  #id: number
  #client: Client
  #events: WispStreamEvents
  #socket: dgram.Socket | null = null
  #connected = false
  #abort = new AbortController()
  #early: Uint8Array[] = []
  #earlyBytes = 0
  #closed = false

  constructor({ streamId, host, port }: ConnectPacket, confirm: () => void, client: Client, events: WispStreamEvents) {
    this.record = streamRecord('udp', host, port)
    this.#id = streamId
    this.#client = client
    this.#events = events
    const { connectTimeout } = client.settings
    within(connectTimeout, this.#abort.signal, () => permittedAddresses(host, port, client.settings)).then(
      ([address]) => this.#open(address!, port, confirm),
      (error) => this.#fail(error),
    )
  }

  /** A connected socket: the kernel drops what others send. */
  #open(address: string, port: number, confirm: () => void): void {
    if (this.#closed) return
    this.record.address = address
    const family = net.isIPv6(address) ? 6 : 4
    const socket = dgram.createSocket({
      type: `udp${family}`,
      lookup: (host, _options, done) => done(null, host, family),
    })
    this.#socket = socket
    socket
      .on('error', (error) => this.#fail(error))
      .on('message', (bytes) => this.#received(bytes))
      .connect(port, address, ((error?: Error) => {
        if (error) return this.#fail(error)
        if (this.#closed) return
        this.#connected = true
        confirm()
        for (const datagram of this.#early) this.#send(datagram)
        this.#early = []
      }) as () => void)
  }

  #received(bytes: Uint8Array): void {
    const { channel, metrics } = this.#client
    if (!this.#connected || this.#closed || channel.full) return
    this.active = performance.now()
    this.record.down += bytes.length
    metrics.down += bytes.length
    channel.spend(bytes.length)
    channel.send(encodeData(this.#id, bytes))
  }

  receive(payload: Uint8Array): void {
    this.active = performance.now()
    if (payload.length > MAX_DATAGRAM_BYTES) return
    if (this.#connected) return this.#send(payload)
    if (this.#earlyBytes + payload.length > MAX_QUEUE_BYTES || this.#early.length >= this.#client.settings.credit)
      return
    this.#earlyBytes += payload.length
    this.#early.push(Uint8Array.prototype.slice.call(payload))
  }

  #send(datagram: Uint8Array): void {
    const socket = this.#socket!
    if (socket.getSendQueueSize() > MAX_QUEUE_BYTES) return
    this.record.up += datagram.length
    this.#client.metrics.up += datagram.length
    socket.send(datagram, (error) => {
      if (error && (error as { code?: string }).code !== 'EMSGSIZE') this.#fail(error)
    })
  }

  /** Datagrams have no credit. */
  grant(): void {}

  #fail(error: unknown): void {
    if (this.#closed) return
    this.#release()
    this.#events.ended(this.#id, refusalOf(error))
  }

  close(): void {
    if (!this.#closed) this.#release()
  }

  #release(): void {
    this.#closed = true
    this.#early = []
    this.#abort.abort()
    this.#socket?.close()
    this.#client.socketGone()
  }
}

/** UDP is not for everybody. */
export function udpRefusal(enabled: boolean): Refusal {
  return enabled
    ? new Refusal(CloseReason.INVALID, 'the client has not named the UDP extension')
    : new Refusal(CloseReason.BLOCKED, 'UDP is switched off')
}
