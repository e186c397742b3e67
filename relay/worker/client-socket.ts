// The WebSocket of a client, as Cloudflare's runtime has it. It differs from that of ws in four ways. It reports how
// much waits to be sent, but not when that changes, so this looks again and again while something waits. It cannot stop
// reading, so messages that come meanwhile are kept here, and their cost is reported. It answers pings by itself, and
// cannot send any. And it cannot be cut, only closed.
import { CloseCode, type ClientSocket, type ClientSocketEvents, type Taken } from '../core/client-socket.js'
import { OBJECT_COST } from '../core/queue.js'

/** The server's end of a WebSocketPair. */
export interface ServerWebSocket {
  readonly readyState: number
  /** Bytes that were given to send(), and that have not been sent. */
  readonly bufferedAmount: number
  binaryType: string
  accept(): void
  send(message: Uint8Array): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'message', listener: (event: { data: string | ArrayBuffer }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: 'error', listener: () => void): void
}

/** The longest time between two looks at what waits, in milliseconds. */
const MOST_MS = 32

export class WorkerClientSocket implements ClientSocket {
  #ws: ServerWebSocket
  #maxMessage: number
  #events: ClientSocketEvents | null = null
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Bytes that were given to the runtime so far, and for each message that waits, how many those are with it. */
  #given = 0
  #waiting: { end: number; taken: Taken }[] = []
  #looking = false
  #paused = false
  /** Messages that came while nothing was to be reported, and their cost. */
  #kept: { bytes: Uint8Array; isBinary: boolean; cost: number }[] = []
  #cost = 0
  /** The client's close code, if it came after messages that are not reported yet. */
  #code: number | null = null

  /** @param maxMessage The most bytes of a message. The runtime has a limit of its own, which is higher. */
  constructor(ws: ServerWebSocket, maxMessage: number) {
    this.#ws = ws
    this.#maxMessage = maxMessage
    ws.binaryType = 'arraybuffer'
    ws.accept()
    ws.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#arrived(new TextEncoder().encode(data), false)
      else this.#arrived(new Uint8Array(data), true)
    })
    ws.addEventListener('close', ({ code }) => {
      if (this.#kept.length > 0 && code !== CloseCode.ABNORMAL) this.#code = code
      else this.#gone(code)
    })
    ws.addEventListener('error', () => this.#gone(CloseCode.ABNORMAL))
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  get closed(): boolean {
    return this.#state === 'closed'
  }

  listen(events: ClientSocketEvents): void {
    this.#events = events
  }

  // --- from the client ---

  #arrived(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#state !== 'open') return
    if (bytes.length > this.#maxMessage) {
      this.#events!.invalid(`a message of ${bytes.length} bytes exceeds the payload limit of ${this.#maxMessage}`)
      return this.close(CloseCode.TOO_BIG, '')
    }
    if (!this.#paused && this.#kept.length === 0) return this.#events!.message(bytes, isBinary)
    const cost = bytes.length + OBJECT_COST
    this.#kept.push({ bytes, isBinary, cost })
    this.#cost += cost
    this.#events!.held(this.#cost)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (this.#kept.length > 0) this.later(() => this.#report())
  }

  /** Reports what was kept, until there is another pause. */
  #report(): void {
    while (!this.#paused && this.#state === 'open') {
      const message = this.#kept.shift()
      if (!message) break
      this.#cost -= message.cost
      this.#events!.message(message.bytes, message.isBinary)
      this.#events!.held(this.#cost)
    }
    if (this.#kept.length === 0 && this.#code !== null) this.#gone(this.#code)
  }

  // --- to the client ---

  send(message: Uint8Array, taken: Taken): void {
    try {
      this.#ws.send(message)
    } catch (error) {
      return taken(error as Error)
    }
    this.#given += message.length
    this.#waiting.push({ end: this.#given, taken })
    this.#look(0)
  }

  /** Looks after `ms` milliseconds, and then less and less often until something has been sent. */
  #look(ms: number): void {
    if (this.#looking) return
    this.#looking = true
    setTimeout(() => {
      this.#looking = false
      if (this.#state === 'closed') return
      const sent = this.#given - this.#ws.bufferedAmount
      const moved = (this.#waiting[0]?.end ?? Infinity) <= sent
      if (moved) this.#events?.heard()
      while ((this.#waiting[0]?.end ?? Infinity) <= sent) this.#waiting.shift()!.taken()
      if (this.#waiting.length > 0) this.#look(moved ? 0 : Math.min(ms * 2 + 1, MOST_MS))
    }, ms)
  }

  ping(taken: Taken): void {
    taken()
  }

  pong(_payload: Uint8Array, taken: Taken): void {
    taken()
  }

  // --- the end ---

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#drop()
    try {
      this.#ws.close(code, reason)
    } catch {
      // the client has closed in the same moment
    }
    this.#events?.closing(code)
  }

  /** The runtime ends the connection when the client answers, or when its network does. */
  terminate(): void {
    this.close(CloseCode.GOING_AWAY, '')
  }

  #gone(code: number): void {
    if (this.#state === 'closed') return
    this.#drop()
    if (this.#state === 'open') {
      this.#state = 'closing'
      this.#events?.closing(code)
      try {
        if (code === CloseCode.NO_STATUS) this.#ws.close()
        else this.#ws.close(code, '')
      } catch {
        // the runtime has answered already, or there is nobody to answer to
      }
    }
    this.#state = 'closed'
    this.#waiting = []
    this.#events?.closed(code)
  }

  #drop(): void {
    this.#kept = []
    this.#cost = 0
    this.#code = null
  }

  later(work: () => void): void {
    setTimeout(work, 0)
  }
}
