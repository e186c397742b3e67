// A client's WebSocket. It counts what is written until the kernel has it, and stops the sources that read for the
// client when that is too much. Both protocols send only through this. It must never hold more than its mark and one
// chunk for each source.
import type { ClientSocket, Taken } from './client-socket.js'
import type { TokenBucket } from './limits.js'

/** When this many bytes wait for the kernel, nothing more is read for the client. A few event-loop turns at 1 GB/s. */
export const HIGH_WATER_MARK = 256 * 1024
/** Bytes that a message costs besides its own: the objects of the runtime. Otherwise tiny messages would be free. */
const MESSAGE_COST = 1024
/** How many bytes a source may bring in its turn, if there are others. */
const SHARE = 64 * 1024
/** How long a closing connection may make no progress, in milliseconds. */
const CLOSE_MS = 15_000

/** Something that reads for the client, and that can be stopped and resumed. */
export interface Source {
  resume(): void
}

/** How many bytes a source may still bring before the next one's turn, and for how many of them there is room now. */
interface Share {
  left: number
  now: number
}

/** Why nothing is read from the client. Several may hold at a time, so each is a bit. */
const HOLDS = { output: 1, rate: 2, input: 4 } as const
type Hold = keyof typeof HOLDS

export class ClientChannel {
  #socket: ClientSocket
  #rate: TokenBucket
  #maxPending: number
  #pending = 0
  /** Null until there is a source: most clients have none. */
  #shares: Map<Source, Share> | null = null
  #waiting: Source[] = []
  #holds = 0
  #turning = false
  #rateTimer: ReturnType<typeof setTimeout> | undefined
  #closeTimer: ReturnType<typeof setInterval> | undefined
  #closing = false

  /**
   * @param rate Pays for bytes in both directions. While it is in debt, nothing is read on either side.
   * @param maxPending When more bytes than this wait for a client that does not read, the relay does not read from it
   *   either: otherwise answers to its requests could pile up.
   */
  constructor(socket: ClientSocket, rate: TokenBucket, maxPending: number) {
    this.#socket = socket
    this.#rate = rate
    this.#maxPending = maxPending
  }

  /** Bytes that the kernel has not taken yet, with the cost of holding them. */
  get pending(): number {
    return this.#pending
  }

  get full(): boolean {
    return this.#pending >= HIGH_WATER_MARK || this.#rate.debtMs > 0
  }

  get open(): boolean {
    return !this.#closing && this.#socket.open
  }

  /**
   * Sends one message, which the channel owns until it calls `sent`. If the connection breaks, it does not call `sent`.
   */
  send(message: Uint8Array, sent?: () => void): void {
    if (!this.open) return
    this.#count(message.length, (done) => this.#socket.send(message, done), sent)
  }

  ping(): void {
    if (this.open && this.#pending < HIGH_WATER_MARK) this.#count(0, (done) => this.#socket.ping(done))
  }

  /** Answers a ping. A pong counts, because a client could make any number of them wait. */
  pong(payload: Uint8Array): void {
    // its buffer may be all that was read together with the ping
    const answer = Uint8Array.prototype.slice.call(payload)
    this.#count(answer.length, (done) => this.#socket.pong(answer, done))
  }

  #count(bytes: number, write: (done: Taken) => void, sent?: () => void): void {
    if (!this.#socket.open) return
    const cost = bytes + MESSAGE_COST
    this.#pending += cost
    if (this.#pending > this.#maxPending) this.hold('output')
    write((error) => {
      this.#pending -= cost
      if (!error) sent?.()
      if (this.#pending < this.#maxPending / 2) this.release('output')
      if (this.#waiting.length > 0) this.#turnSoon()
    })
  }

  /** Pays for bytes that have arrived or will be sent. */
  spend(bytes: number): void {
    this.#rate.spend(bytes)
    const debt = this.#rate.debtMs
    if (debt === 0 || this.#rateTimer || this.#closing) return
    this.hold('rate')
    this.#rateTimer = setTimeout(() => {
      this.#rateTimer = undefined
      this.spend(0) // other clients of the same address may have made new debts
      if (this.#rateTimer) return
      this.release('rate')
      this.#turnSoon()
    }, debt)
  }

  /** Whether `source`, which has just brought `bytes`, may go on. If not, it is resumed in its turn. */
  mayGoOn(source: Source, bytes: number): boolean {
    const share = this.#shareOf(source)
    share.left -= bytes
    share.now -= bytes
    if (!this.full && (share.now > 0 || this.#shares!.size === 1)) return true
    this.wait(source)
    return false
  }

  /** Resumes `source` in its turn, which is before the others if its last turn was cut short. */
  wait(source: Source): void {
    if (!this.#waiting.includes(source)) {
      if (this.#shareOf(source).left > 0) this.#waiting.unshift(source)
      else this.#waiting.push(source)
    }
    this.#turnSoon()
  }

  forget(source: Source): void {
    this.#waiting = this.#waiting.filter((one) => one !== source)
    this.#shares?.delete(source)
  }

  #shareOf(source: Source): Share {
    this.#shares ??= new Map()
    let share = this.#shares.get(source)
    if (!share) this.#shares.set(source, (share = { left: SHARE, now: SHARE }))
    return share
  }

  /**
   * Resumes sources in the order of the queue. Each gets the same share before it goes to the end of the queue: Node
   * reads a socket with enough data up to 32 times before it looks at the next one, so the first source would fill the
   * channel again and again. For the same reason this runs once in a turn of the event loop, and resumes no more
   * sources than there is room for.
   */
  #turn(): void {
    for (let room = HIGH_WATER_MARK - this.#pending; room > 0 && !this.full;) {
      const source = this.#waiting.shift()
      if (!source) return
      const share = this.#shareOf(source)
      if (share.left <= 0) share.left = Math.max(share.left + SHARE, 1) // what it brought too much last time counts
      share.now = Math.min(share.left, room)
      room -= share.now
      source.resume()
    }
    // the resumed sources may have nothing to bring, and then no message would start the next turn
    if (this.#waiting.length > 0) this.#turnSoon()
  }

  #turnSoon(): void {
    if (this.#turning) return
    // other clients of the same address may have made debts: then time brings the turn, and not what has been sent
    if (this.full) return this.spend(0)
    this.#turning = true
    this.#socket.later(() => {
      this.#turning = false
      this.#turn()
    })
  }

  /** Stops reading from the client until every hold is released. */
  hold(why: Hold): void {
    if (this.#closing) return
    this.#holds |= HOLDS[why]
    this.#socket.pause()
  }

  release(why: Hold): void {
    if ((this.#holds & HOLDS[why]) === 0) return
    this.#holds &= ~HOLDS[why]
    if (this.#holds === 0) this.#socket.resume()
  }

  /** Ends the connection after what has been sent. @param text At most 123 bytes of UTF-8. */
  close(code: number, text: string): void {
    if (this.#closing) return
    this.leave()
    this.#socket.resume() // to read its answer
    this.#socket.close(code, text)
  }

  /**
   * Sends nothing more and resumes no source, because one side closes. What was sent still goes, if the client reads.
   */
  leave(): void {
    if (this.#closing) return
    this.#closing = true
    clearTimeout(this.#rateTimer)
    this.#holds = 0
    this.#waiting = []
    this.#shares = null
    if (this.#socket.closed) return
    let before = -1
    this.#closeTimer = setInterval(() => {
      if (this.#pending === before) this.#socket.terminate()
      before = this.#pending
    }, CLOSE_MS)
  }

  /** The connection has ended. */
  closed(): void {
    this.leave()
    clearInterval(this.#closeTimer)
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.leave()
    this.#socket.terminate()
  }
}
