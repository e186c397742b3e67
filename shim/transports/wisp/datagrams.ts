// UDP through a Wisp relay: one stream for each host and port to which datagrams are sent. Such streams have no flow
// control, so what there is no room for is dropped, as networks do.
import type { SyntheticNames } from '../names.js'
import {
  TransportError,
  type Address,
  type DatagramEvents,
  type Datagrams,
  type InternetAddress,
} from '../transport.js'
import { type WispConnection, type Member } from './connection.js'
import * as wisp from './protocol.js'
import { CloseReason, errorOf } from '../relay.js'

/** When this many bytes wait for the handshake, or for the WebSocket, a datagram is dropped. */
const HIGH_WATER_MARK = 1024 * 1024

/** One UDP stream: the datagrams between us and one port of a host. */
class WispFlow implements Member {
  #id: number
  /** What was sent before the handshake, and its length in bytes. */
  #waiting: Uint8Array[] = []
  #length = 0
  #ready = false
  /** Nothing that is sent arrives any more. */
  over = false

  constructor(
    private connection: WispConnection,
    private readonly host: string,
    private readonly remote: InternetAddress,
    private readonly events: DatagramEvents,
  ) {
    this.#id = connection.join(this)
    if (this.#id === 0) throw new TransportError('EAGAIN')
  }

  get begun(): boolean {
    return this.#ready
  }

  ready(): void {
    if (!this.connection.relaysUdp) {
      this.over = true
      this.connection.leave(this.#id)
      return this.events.failed('ECONNREFUSED', 'the relay does not offer UDP')
    }
    this.#ready = true
    this.connection.send(wisp.encodeConnect(this.#id, wisp.UDP, this.host, this.remote.port))
    for (const bytes of this.#waiting.splice(0)) this.send(bytes)
  }

  send(bytes: Uint8Array): void {
    if (this.#ready) {
      if (this.connection.buffered < HIGH_WATER_MARK) this.connection.send(wisp.encodeData(this.#id, bytes))
    } else if (this.#length + bytes.length <= HIGH_WATER_MARK) {
      this.#waiting.push(bytes.slice())
      this.#length += bytes.length
    }
  }

  data(payload: Uint8Array): void {
    this.events.received(payload, this.remote)
  }

  credit(): void {}

  closed(reason: number): void {
    this.over = true
    this.connection.leave(this.#id)
    this.events.failed(errorOf(reason) ?? 'ECONNRESET')
  }

  moved(to: WispConnection, id: number): void {
    this.connection = to
    this.#id = id
  }

  lost(code: string, reason?: string): void {
    this.over = true
    this.events.failed(code, reason)
  }

  attend(waited: boolean): void {
    this.connection.attend(this, waited)
  }

  close(): void {
    this.connection.send(wisp.encodeClose(this.#id, CloseReason.VOLUNTARY))
    this.connection.leave(this.#id)
  }
}

export class WispDatagrams implements Datagrams {
  readonly local = null
  readonly #flows = new Map<string, WispFlow>()
  #attended = false

  constructor(
    private readonly connection: () => WispConnection,
    private readonly names: SyntheticNames,
    private readonly events: DatagramEvents,
  ) {}

  send(bytes: Uint8Array, to: Address): void {
    if (to.family === 'unix') return this.events.failed('EAFNOSUPPORT')
    const key = `${to.address} ${to.port}`
    let flow = this.#flows.get(key)
    if (!flow || flow.over) {
      flow = new WispFlow(this.connection(), this.names.hostOf(to.address), to, this.events)
      this.#flows.set(key, flow)
      flow.attend(this.#attended)
    }
    flow.send(bytes)
  }

  attend(waited: boolean): void {
    this.#attended = waited
    for (const flow of this.#flows.values()) if (!flow.over) flow.attend(waited)
  }

  close(): void {
    for (const flow of this.#flows.values()) if (!flow.over) flow.close()
    this.#flows.clear()
  }
}
