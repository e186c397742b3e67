// The WebSocket of a client, by ws. It adds two things to that of ws. ws reports a close only when the connection has
// ended. The client decides when that is, and meanwhile the relay would read for it in vain. And ws does not report how
// much it holds of an unfinished message.
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { CloseCode, type ClientSocket, type ClientSocketEvents, type Taken } from '../core/client-socket.js'
import { OBJECT_COST } from '../core/queue.js'

/** Internals of ws: pieces from the network that are not parsed yet, and the fragments of a message. */
interface Receiver {
  _buffers?: readonly Uint8Array[]
  _bufferedBytes?: number
  _fragments?: readonly Uint8Array[]
}

const none: readonly Uint8Array[] = []
const BINARY = { binary: true }

/** The class that ws makes. Emits 'closing' once, with the close code, or with undefined if there is none. */
export class RelayWebSocket extends WebSocket {
  /** The relay calls this, and ws itself as soon as a Close or an invalid frame of the client has arrived. */
  override close(code?: number, reason?: string | Buffer): void {
    const first = this.readyState === WebSocket.OPEN
    super.close(code, reason)
    if (first) this.emit('closing', code)
  }

  /**
   * What it costs to hold an unfinished message, in bytes. A fragment, and the first unparsed piece, keep everything
   * that was read together with them.
   */
  get held(): number {
    const receiver = (this as unknown as { _receiver?: Receiver })._receiver
    const { _buffers: pieces = none, _bufferedBytes: bytes = 0, _fragments: fragments = none } = receiver ?? {}
    let cost = pieces.length * OBJECT_COST
    if (pieces.length > 0) cost += bytes + pieces[0]!.byteOffset
    let last: ArrayBufferLike | null = null
    for (const { buffer } of fragments) {
      cost += OBJECT_COST + (buffer === last ? 0 : buffer.byteLength)
      last = buffer
    }
    return cost
  }
}

export class NodeClientSocket implements ClientSocket {
  #ws: RelayWebSocket
  #tcp: Duplex

  /** @param tcp The connection under `ws`. */
  constructor(ws: RelayWebSocket, tcp: Duplex) {
    this.#ws = ws
    this.#tcp = tcp
  }

  get open(): boolean {
    return this.#ws.readyState === WebSocket.OPEN
  }

  get closed(): boolean {
    return this.#ws.readyState === WebSocket.CLOSED
  }

  listen(events: ClientSocketEvents): void {
    const ws = this.#ws
    ws.on('message', (data, isBinary) => events.message(data as Buffer, isBinary))
    // called for each piece, after ws has handled it
    this.#tcp.on('data', () => events.held(ws.held))
    ws.on('ping', (payload) => events.ping(payload))
    ws.on('pong', () => events.heard())
    // invalid frames and messages that are too long: ws closes the connection with the code of RFC 6455
    ws.on('error', (error) => events.invalid(error.message))
    ws.on('closing', (code?: number) => events.closing(code))
    this.#tcp.once('end', () => events.closing(CloseCode.ABNORMAL))
    ws.on('close', (code) => events.closed(code))
  }

  send(message: Uint8Array, taken: Taken): void {
    this.#ws.send(message, BINARY, taken)
  }

  ping(taken: Taken): void {
    this.#ws.ping(undefined, false, taken)
  }

  pong(payload: Uint8Array, taken: Taken): void {
    this.#ws.pong(payload, false, taken)
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#ws.resume()
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  later(work: () => void): void {
    setImmediate(work)
  }
}
