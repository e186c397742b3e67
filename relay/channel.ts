// A client's WebSocket: what is written is counted until the kernel has it, and whoever reads for the client is stopped
// meanwhile. Both protocols send through this, and through nothing else. It must never hold more than its mark and one
// chunk for each source.
import type { WebSocket } from 'ws'
import type { TokenBucket } from './limits.js'

/** Above this many bytes on their way to the client, nothing more is read for it. A few event-loop turns at 1 GB/s. */
export const HIGH_WATER_MARK = 256 * 1024
/** What a message costs besides its bytes: the objects of ws and Node around it. Tiny messages would be free otherwise. */
const MESSAGE_COST = 1024
/** What a source may bring when it is its turn, where there are others. */
const SHARE = 64 * 1024
/** How long a closing connection may stand still, in milliseconds. ws itself has one time for all that is still to go. */
const CLOSE_MS = 15_000

/** Something that reads for the client, and stops when it is told. */
export interface Source {
  resume(): void
}

/** What a source may still bring before it is the next one's turn, and how much of that there is room for now. */
interface Share {
  left: number
  now: number
}

type Hold = 'output' | 'rate' | 'input'

export class Channel {
  #ws: WebSocket
  #rate: TokenBucket
  #maxPending: number
  #pending = 0
  #waiting: Source[] = []
  #shares = new Map<Source, Share>()
  #holds = new Set<Hold>()
  #turning = false
  #rateTimer: NodeJS.Timeout | undefined
  #closing = false

  /**
   * @param rate Pays for bytes in both directions; while it is in debt, nothing is read on either side.
   * @param maxPending Bytes to a client that does not read at which the relay does not read from it either: without
   *   that, its requests could pile up answers.
   */
  constructor(ws: WebSocket, rate: TokenBucket, maxPending: number) {
    this.#ws = ws
    this.#rate = rate
    this.#maxPending = maxPending
    ws.on('close', () => this.leave())
    ws.on('ping', (data) => {
      // ws would queue its answers without a limit, and each would hold all that was read together with the question
      const answer = Uint8Array.prototype.slice.call(data)
      this.#count(answer.length, (done) => ws.pong(answer, false, done))
    })
  }

  /** Bytes that the kernel has not taken yet, with what holding them costs. */
  get pending(): number {
    return this.#pending
  }

  get full(): boolean {
    return this.#pending >= HIGH_WATER_MARK || this.#rate.debtMs > 0
  }

  get open(): boolean {
    return !this.#closing && this.#ws.readyState === this.#ws.OPEN
  }

  /** Sends one message, which is the channel's until `sent` is called; it is not called if the connection breaks. */
  send(message: Uint8Array, sent?: () => void): void {
    if (!this.open) return
    this.#count(message.length, (done) => this.#ws.send(message, { binary: true }, done), sent)
  }

  ping(): void {
    if (this.open && this.#pending < HIGH_WATER_MARK) this.#count(0, (done) => this.#ws.ping(undefined, false, done))
  }

  #count(bytes: number, write: (done: (error?: Error | null) => void) => void, sent?: () => void): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
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

  /** Pays for bytes that have come or are to go. */
  spend(bytes: number): void {
    this.#rate.spend(bytes)
    const debt = this.#rate.debtMs
    if (debt === 0 || this.#rateTimer || this.#closing) return
    this.hold('rate')
    this.#rateTimer = setTimeout(() => {
      this.#rateTimer = undefined
      this.spend(0) // others with the same address may have made new debts
      if (this.#rateTimer) return
      this.release('rate')
      this.#turnSoon()
    }, debt)
  }

  /** Whether `source`, which has just brought `bytes`, may go on. If not, it is resumed when it is its turn. */
  mayGoOn(source: Source, bytes: number): boolean {
    const share = this.#shareOf(source)
    share.left -= bytes
    share.now -= bytes
    if (!this.full && (share.now > 0 || this.#shares.size === 1)) return true
    this.wait(source)
    return false
  }

  /** Has `source` resumed when it is its turn: before the others if its last one was cut short. */
  wait(source: Source): void {
    if (!this.#waiting.includes(source)) {
      if (this.#shareOf(source).left > 0) this.#waiting.unshift(source)
      else this.#waiting.push(source)
    }
    if (!this.full) this.#turnSoon()
  }

  forget(source: Source): void {
    this.#waiting = this.#waiting.filter((one) => one !== source)
    this.#shares.delete(source)
  }

  #shareOf(source: Source): Share {
    let share = this.#shares.get(source)
    if (!share) this.#shares.set(source, (share = { left: SHARE, now: SHARE }))
    return share
  }

  /**
   * First come, first served, and each the same share before it goes to the end of the queue: Node reads a socket that has
   * enough up to 32 times before it looks at the next one, so the first would fill the channel again and again. For the
   * same reason no more are resumed than there is room for, once in a turn of the event loop.
   */
  #turn(): void {
    for (let room = HIGH_WATER_MARK - this.#pending; room > 0 && !this.full;) {
      const source = this.#waiting.shift()
      if (!source) return
      const share = this.#shareOf(source)
      if (share.left <= 0) share.left = Math.max(share.left + SHARE, 1) // what was too much last time counts
      share.now = Math.min(share.left, room)
      room -= share.now
      source.resume()
    }
    // those who got their turn may have nothing to bring, and then no message would ever make the next turn
    if (this.#waiting.length > 0) this.#turnSoon()
  }

  #turnSoon(): void {
    if (this.#turning || this.full) return
    this.#turning = true
    setImmediate(() => {
      this.#turning = false
      this.#turn()
    })
  }

  /** Stops reading from the client until every hold is released. */
  hold(why: Hold): void {
    if (this.#closing) return
    this.#holds.add(why)
    this.#ws.pause()
  }

  release(why: Hold): void {
    if (!this.#holds.delete(why) || this.#holds.size > 0) return
    this.#ws.resume()
  }

  /** Ends the connection after what has been sent. @param text At most 123 bytes of UTF-8. */
  close(code: number, text: string): void {
    if (this.#closing) return
    this.leave()
    this.#ws.resume() // its answer is to be read
    this.#ws.close(code, text)
  }

  /** Sends nothing more, and resumes nobody: one of the sides closes. What has been sent still goes, if the client reads. */
  leave(): void {
    if (this.#closing) return
    this.#closing = true
    clearTimeout(this.#rateTimer)
    this.#holds.clear()
    this.#waiting = []
    this.#shares.clear()
    if (this.#ws.readyState === this.#ws.CLOSED) return
    let before = -1
    const timer = setInterval(() => {
      if (this.#pending === before) this.#ws.terminate()
      before = this.#pending
    }, CLOSE_MS)
    this.#ws.once('close', () => clearInterval(timer))
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.leave()
    this.#ws.terminate()
  }
}
