// A TCP connection through a Wisp relay, with backpressure both ways.
//
// Towards the relay Wisp has credit: a stream sends as many DATA packets as it has been granted, and waits. Towards the
// client Wisp has none, so there are three ways to stop when the application does not read:
// - If the relay offers our extension (FLOW_CONTROL in protocol.ts), the client grants credit, too. Each stream then
//   stops by itself. One whose relay sends on without credit ends as below.
// - Otherwise, if the platform can stop reading (Node's `ws`), the WebSocket stops as a whole. The other streams wait,
//   but nothing is lost.
// - Otherwise (in a page), a stream with more than UNREAD_LIMIT unread bytes ends with ENOBUFS. An error that says so
//   is better than a page that runs out of memory, and better than missing bytes.
import { TransportError, type InternetAddress, type Stream, type StreamEvents } from '../transport.js'
import { UNREAD_LIMIT, unreadReason } from '../relay-websocket.js'
import { CREDIT, type WispConnection, type Member } from './connection.js'
import * as wisp from './protocol.js'
import { CloseReason, errorOf, isRefusal, MAX_DATA_BYTES, relayReason } from '../relay.js'

export class WispStream implements Stream, Member {
  #id: number
  #credit = 0
  #open = false
  #closed = false
  #closing = false
  #paused = false
  /** DATA packets that have no credit yet. */
  #waiting: Uint8Array[] = []
  /** How many DATA packets have arrived since we last granted credit. */
  #taken = 0
  /** Bytes that have arrived. */
  #received = 0
  /** Bytes that the socket has got and not yet given back. */
  #unread = 0

  constructor(
    private connection: WispConnection,
    private readonly host: string,
    private readonly remote: InternetAddress,
    private readonly events: StreamEvents,
  ) {
    this.#id = connection.join(this)
    if (this.#id === 0) throw new TransportError('EAGAIN')
  }

  // --- events of the connection ---

  get begun(): boolean {
    return this.#open
  }

  ready(credit: number): void {
    if (this.#closed) return
    this.#credit = credit
    this.connection.send(wisp.encodeConnect(this.#id, wisp.TCP, this.host, this.remote.port))
    if (!this.connection.confirms) this.#stands()
  }

  #stands(): void {
    this.#open = true
    this.events.opened(null, this.remote)
  }

  data(payload: Uint8Array): void {
    this.#taken++
    this.#received += payload.length
    if (this.#closing) return
    this.#unread += payload.length
    if (this.#paused && this.#unread > UNREAD_LIMIT) {
      this.close()
      return this.events.failed('ENOBUFS', unreadReason(this.host, this.remote.port, this.connection.granting))
    }
    this.events.data(payload)
    this.#grant()
  }

  credit(packets: number): void {
    this.#credit = packets
    if (!this.#open) return this.#stands()
    this.#flush()
    if (this.writable && !this.#closing) this.events.drained()
  }

  closed(reason: number): void {
    // nothing more arrives here, so the other streams must not wait for this one to be read
    if (!this.connection.granting) this.resume()
    this.connection.leave(this.#id)
    this.#closed = true
    if (this.#closing) return
    if (reason === CloseReason.VOLUNTARY && this.#open) this.events.closed()
    else {
      const code = errorOf(reason) ?? (this.#open ? 'ECONNRESET' : 'ECONNREFUSED')
      // without open confirmation the stream counted as connected
      const neverMade = this.#open && this.#received === 0 && isRefusal(reason)
      this.events.failed(code, relayReason(reason, this.host, this.remote.port), neverMade)
    }
  }

  moved(to: WispConnection, id: number): void {
    this.connection = to
    this.#id = id
  }

  lost(code: string, reason?: string): void {
    const told = this.#closed || this.#closing
    this.#closed = true
    this.#paused = false
    if (!told) this.events.failed(code, reason)
  }

  // --- Stream ---

  get writable(): boolean {
    return this.#open && !this.#closed && this.#credit > 0 && this.#waiting.length === 0
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_DATA_BYTES)
      this.#waiting.push(wisp.encodeData(this.#id, bytes.subarray(at, at + MAX_DATA_BYTES)))
    this.#flush()
  }

  #flush(): void {
    while (this.#credit > 0 && this.#waiting.length > 0) {
      this.#credit--
      this.connection.send(this.#waiting.shift()!)
    }
    if (this.#closing && this.#waiting.length === 0) this.#leave()
  }

  /** Wisp cannot end one direction alone: close() sends the end. */
  end(): void {}

  close(): void {
    if (this.#closed || this.#closing) return
    this.#closing = true
    if (this.#paused) this.resume()
    if (!this.#open) this.#waiting.length = 0
    // the rest waits for credit
    this.#flush()
  }

  #leave(): void {
    this.#closed = true
    this.connection.send(wisp.encodeClose(this.#id, CloseReason.VOLUNTARY))
    this.connection.leave(this.#id)
  }

  pause(): void {
    if (this.#closed) return
    this.#paused = true
    if (!this.connection.granting && this.connection.pausable) this.connection.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (!this.connection.granting && this.connection.pausable) this.connection.resume()
    this.#grant()
  }

  /** Renews the relay's credit before it has run out. */
  #grant(): void {
    if (!this.connection.granting || this.#paused || this.#taken < CREDIT / 2) return
    this.#taken = 0
    this.connection.send(wisp.encodeContinue(this.#id, CREDIT))
  }

  release(chunk: Uint8Array): void {
    this.#unread -= chunk.length
  }

  attend(waited: boolean): void {
    if (!this.#closed) this.connection.attend(this, waited)
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
}
