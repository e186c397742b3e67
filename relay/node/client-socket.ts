// The WebSocket of a client, by ws, without a listener for each event and client. It adds two things to that of ws. ws
// reports a close only when the connection has ended. The client decides when that is, and meanwhile the relay would read
// for it in vain. And ws does not report how much it holds of an unfinished message.
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
/** How many bytes of messages become one write. */
const MOST_GATHERED = 128 * 1024

/** The class that ws makes. */
export class RelayWebSocket extends WebSocket {
  /** Who is told what happens, instead of listeners, which would take a kilobyte of each client. */
  events: ClientSocketEvents | null = null

  override emit(name: string | symbol, first?: unknown, second?: unknown): boolean {
    const { events } = this
    if (!events) return super.emit(name as string, first, second)
    switch (name) {
      case 'message':
        events.message(first as Buffer, second as boolean)
        return true
      case 'ping':
        events.ping(first as Buffer)
        return true
      case 'pong':
        events.heard()
        return true
      case 'error': // invalid frames and messages that are too long: ws closes with the code of RFC 6455
        events.invalid((first as Error).message)
        return true
      case 'close':
        events.closed(first as number)
        return true
      default:
        return false
    }
  }

  /** The relay calls this, and ws itself as soon as a Close or an invalid frame of the client has arrived. */
  override close(code?: number, reason?: string | Buffer): void {
    const first = this.readyState === WebSocket.OPEN
    super.close(code, reason)
    if (first) this.events?.closing(code)
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

const websocket = Symbol('websocket')
type Connected = Duplex & { [websocket]: RelayWebSocket }

// these two are functions without a closure, because each client would have one of its own

/** Called for each piece from the network, after ws has handled it. */
function onData(this: Connected): void {
  const { events, held } = this[websocket]
  events!.held(held)
}

function onEnd(this: Connected): void {
  this[websocket].events!.closing(CloseCode.ABNORMAL)
}

/** Clients that have sent in this turn of the event loop: the first message at once, and the others in one write. */
let gathering: NodeClientSocket[] = []

function flushAll(): void {
  const all = gathering
  gathering = []
  for (const one of all) one.flush()
}

export class NodeClientSocket implements ClientSocket {
  #ws: RelayWebSocket
  #tcp: Duplex
  /** Whether a message was sent in this turn of the event loop, and how many bytes wait for its end. */
  #sent = false
  #corked = false
  #gathered = 0

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
    this.#ws.events = events
    const tcp = this.#tcp as Connected
    tcp[websocket] = this.#ws
    tcp.on('data', onData).on('end', onEnd)
  }

  send(message: Uint8Array, taken: Taken): void {
    this.#gather(message.length)
    this.#ws.send(message, BINARY, taken)
  }

  /** Lets the kernel get all but the first message of this turn in its end, or when there are many. */
  #gather(bytes: number): void {
    if (!this.#sent) {
      this.#sent = true
      if (gathering.push(this) === 1) setImmediate(flushAll)
      return
    }
    if (this.#corked && this.#gathered + bytes > MOST_GATHERED) this.#uncork()
    if (!this.#corked) this.#tcp.cork()
    this.#corked = true
    this.#gathered += bytes
  }

  /** Gives the kernel what was gathered. */
  flush(): void {
    this.#sent = false
    if (this.#corked) this.#uncork()
  }

  #uncork(): void {
    this.#corked = false
    this.#gathered = 0
    this.#tcp.uncork()
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
