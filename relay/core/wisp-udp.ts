// A UDP stream of Wisp: one datagram in each packet, to and from one peer. When a queue is full, it drops datagrams,
// which UDP allows.
import { encodeData, type ConnectPacket } from '../../shim/transports/wisp/protocol.js'
import { streamRecord, type Client, type StreamRecord } from './client.js'
import type { DatagramSocket } from './datagrams.js'
import { Abort, permittedAddresses, within, type Admitting } from './dial.js'
import { OBJECT_COST } from './queue.js'
import { Refusal, refusalOf } from './refusal.js'
import type { WispStream, WispStreamEvents } from './wisp-tcp.js'
import { CloseReason } from '../../shim/transports/relay.js'

/** The longest payload of a datagram over IPv4 (RFC 768: 65,535 less the headers of UDP and IP). */
const MAX_DATAGRAM_BYTES = 65_507
/** What the datagrams that wait for the kernel or for the resolved name may cost, in bytes. */
const MAX_QUEUE_COST = 256 * 1024
/** Bytes that a datagram costs besides its own: the copy, the request to the kernel, and what the runtime keeps of both. */
const DATAGRAM_COST = 4 * OBJECT_COST

export class WispUdp implements WispStream {
  readonly record: StreamRecord
  active = performance.now()
  #id: number
  #client: Client
  #events: WispStreamEvents
  #socket: DatagramSocket | null = null
  #connected = false
  #abort = new Abort()
  #early: Uint8Array[] = []
  /** The cost of what waits. */
  #cost = 0
  #closed = false

  /** @param first Permission to resolve the name. */
  constructor(
    { streamId, host, port }: ConnectPacket,
    first: Admitting,
    confirm: () => void,
    client: Client,
    events: WispStreamEvents,
  ) {
    this.record = streamRecord('udp', host, port)
    this.#id = streamId
    this.#client = client
    this.#events = events
    const { connectTimeout } = client.settings
    const find = async (): Promise<string[]> => {
      if (first) await first
      return permittedAddresses(host, port, client.settings)
    }
    within(connectTimeout, this.#abort, find).then(
      ([address]) => this.#open(address!, port, confirm),
      (error) => this.#fail(error),
    )
  }

  #open(address: string, port: number, confirm: () => void): void {
    if (this.#closed) return
    this.record.address = address
    this.#socket = this.#client.settings.datagrams!(address, port, {
      connected: () => {
        if (this.#closed) return
        this.#connected = true
        confirm()
        for (const datagram of this.#early.splice(0)) this.#send(datagram, datagram.length + DATAGRAM_COST)
      },
      message: (bytes) => this.#received(bytes),
      failed: (error) => this.#fail(error),
    })
  }

  #received(bytes: Uint8Array): void {
    const { channel, metrics } = this.#client
    if (!this.#connected || this.#closed) return
    if (channel.full) return void metrics.dropped.down++
    this.active = performance.now()
    this.record.down += bytes.length
    metrics.down += bytes.length
    channel.spend(bytes.length)
    channel.send(encodeData(this.#id, bytes))
  }

  receive(payload: Uint8Array): void {
    this.active = performance.now()
    if (payload.length > MAX_DATAGRAM_BYTES) return void this.#client.metrics.dropped.up++
    const datagram = Uint8Array.prototype.slice.call(payload)
    // the kernel takes it at once, unless others wait already
    if (this.#connected && !this.#socket!.busy) return this.#send(datagram, 0)
    const cost = payload.length + DATAGRAM_COST
    if (this.#cost + cost > MAX_QUEUE_COST || !this.#client.waiting.tryTake(cost)) {
      this.#client.metrics.dropped.up++
      return
    }
    this.#cost += cost
    if (this.#connected) this.#send(datagram, cost)
    else this.#early.push(datagram)
  }

  #send(datagram: Uint8Array, cost: number): void {
    this.record.up += datagram.length
    this.#client.metrics.up += datagram.length
    this.#socket!.send(datagram, (error) => {
      this.#give(cost)
      if (error && (error as { code?: string }).code !== 'EMSGSIZE') this.#fail(error)
    })
  }

  #give(cost: number): void {
    if (this.#closed) return // everything was given back
    this.#cost -= cost
    this.#client.waiting.give(cost)
  }

  get held(): number {
    return this.#cost
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
    this.#give(this.#cost)
    this.#closed = true
    this.#early = []
    this.#abort.abort()
    this.#socket?.close()
    this.#client.socketGone()
  }
}

/** Why a client may not open a UDP stream. */
export function udpRefusal(enabled: boolean): Refusal {
  return enabled
    ? new Refusal(CloseReason.INVALID, 'the client did not offer the UDP extension')
    : new Refusal(CloseReason.BLOCKED, 'UDP is switched off')
}
