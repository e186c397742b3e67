// A TCP stream of Wisp: moves packets to an Origin and back, and keeps the client's credit.
import {
  DATA,
  HEADER_BYTES,
  encodeContinue,
  writeHeader,
  type ConnectPacket,
} from '../../shim/transports/wisp/protocol.js'
import type { Source } from './client-channel.js'
import { streamRecord, type Client, type StreamRecord } from './client.js'
import type { Admitting } from './dial.js'
import { Origin, type OriginEvents } from './origin.js'
import { Refusal } from './refusal.js'
import { CloseReason, MAX_DATA_BYTES } from '../../shim/transports/relay.js'

/** A stream as its session sees it. */
export interface WispStream {
  readonly record: StreamRecord
  /** performance.now() when it last did something. */
  readonly active: number
  /** About how many bytes of the client's budget it takes. */
  readonly held: number
  /** Takes DATA of the client. @throws Refusal, which has to end the stream. */
  receive(payload: Uint8Array): void
  /** Takes CONTINUE of the client, if flow control was agreed on. */
  grant(credit: number): void
  /** Ends the stream: in order, so that the origin gets what the client has sent, or by breaking the connection. */
  close(inOrder: boolean): void
}

/** What the handshake has agreed on for every stream. */
export interface Agreed {
  /** Whether the client is told when a stream is connected. */
  confirm: boolean
  /** How many DATA packets the client takes at first, null if it has no limit. */
  credit: number | null
}

/** What a stream reports to its session. */
export interface WispStreamEvents {
  /** The stream has ended by itself, and the client has to be told. */
  ended(id: number, refusal: Refusal): void
}

/**
 * A client begins with N packets of credit. Whenever N / 2 packets have arrived and the origin takes them, CONTINUE
 * sets its credit to N / 2. CONTINUE replaces the credit, so packets that are under way when the client gets it come on
 * top. With N / 2 each time, at most N packets are under way, even from a client that adds the new credit to the old.
 * With N each time, every CONTINUE could double what is under way.
 *
 * With open confirmation, whose CONTINUE crosses packets that were sent before it, up to 2 N may be under way. A stream
 * ends if its client sends more than that, or more than 32 KiB for each of them: it had no credit.
 */
export class WispTcp implements WispStream, Source, OriginEvents {
  readonly record: StreamRecord
  #id: number
  #client: Client
  #events: WispStreamEvents
  #confirm: boolean
  #origin: Origin
  #closed = false
  /** How many DATA packets the client takes, null without the flow control extension. */
  #granted: number | null
  /** Packets since the last CONTINUE. */
  #spent = 0
  /** Packets and bytes that wait for the origin. */
  #waiting = 0
  #waitingBytes = 0

  /** @param first Permission for the first attempt to connect. */
  constructor(
    packet: ConnectPacket,
    first: Admitting,
    { confirm, credit }: Agreed,
    client: Client,
    events: WispStreamEvents,
  ) {
    const { streamId, host, port } = packet
    this.record = streamRecord('tcp', host, port)
    this.#id = streamId
    this.#client = client
    this.#events = events
    this.#confirm = confirm
    this.#granted = credit
    this.#origin = new Origin(host, port, first, client, this)
    if (credit === 0) this.#origin.pause()
  }

  get active(): number {
    return this.#origin.active
  }

  get held(): number {
    return this.#waitingBytes
  }

  // --- from the client ---

  receive(payload: Uint8Array): void {
    const { credit } = this.#client.settings
    this.#spent++
    if (payload.length > 0) {
      const waitingBytes = this.#waitingBytes + payload.length
      if (this.#waiting >= 2 * credit || waitingBytes > 2 * credit * MAX_DATA_BYTES) {
        throw new Refusal(CloseReason.THROTTLED, 'the client sent more than the credit of the stream')
      }
      this.#waiting++
      this.#waitingBytes = waitingBytes
      this.#origin.write(payload)
      this.record.up += payload.length
      this.#client.metrics.up += payload.length
    }
    this.#renew()
  }

  #renew(): void {
    const half = Math.ceil(this.#client.settings.credit / 2)
    if (this.#closed || this.#spent < half || this.#waiting > half / 2) return
    this.#spent = 0
    this.#client.channel.send(encodeContinue(this.#id, half))
  }

  close(inOrder: boolean): void {
    this.#closed = true
    this.#client.channel.forget(this)
    if (inOrder) this.#origin.end()
    else this.#origin.reset()
  }

  // --- from the origin ---

  opened(address: string): void {
    this.record.address = address
    if (this.#client.channel.full) {
      this.#origin.pause()
      this.#client.channel.wait(this)
    }
    if (!this.#confirm) return
    const left = Math.max(this.#client.settings.credit - this.#spent, 0)
    this.#client.channel.send(encodeContinue(this.#id, left))
  }

  data(frame: Uint8Array, done: () => void): boolean {
    const { channel, metrics } = this.#client
    const bytes = frame.length - HEADER_BYTES
    this.record.down += bytes
    metrics.down += bytes
    writeHeader(frame, DATA, this.#id)
    channel.spend(bytes)
    channel.send(frame, done)
    if (this.#granted !== null && --this.#granted === 0) return false
    return channel.mayGoOn(this, bytes)
  }

  /** Takes CONTINUE of the client: with our extension it decides how much the relay sends. */
  grant(credit: number): void {
    this.#granted = credit
    if (credit === 0) this.#origin.pause()
    else if (this.#client.channel.full) this.#client.channel.wait(this)
    else this.#origin.resume()
  }

  resume(): void {
    if (this.#granted !== 0) this.#origin.resume()
  }

  ended(): void {
    this.#tell(new Refusal(CloseReason.VOLUNTARY, 'the origin has closed the connection'))
  }

  failed(refusal: Refusal): void {
    this.#tell(refusal)
  }

  #tell(refusal: Refusal): void {
    if (this.#closed) return
    this.#closed = true
    this.#client.channel.forget(this)
    this.#events.ended(this.#id, refusal)
  }

  written(bytes: number, messages: number): void {
    this.#waiting -= messages
    this.#waitingBytes -= bytes
    this.#renew()
  }

  gone(): void {
    this.#client.socketGone()
  }
}
