// The limits per address for all workers. The primary counts, and workers ask it: SharedVisitors is the end of a worker,
// and VisitorsOfAll that of the primary. Clients and attempts are asked for one by one, so their limits are exact. Bytes
// are counted in each worker, and the others learn of them soon, so that a debt that they make together is paid
// together.
import { limitKey } from '../../core/addresses.js'
import { LocalVisitors, TokenBucket, type Visitor, type VisitorLimits, type Visitors } from '../../core/limits.js'
import type { Answer, Ask } from './messages.js'

/** How long bytes are gathered before other workers learn of them, in milliseconds. */
const REPORT_MS = 20

// --- a worker ---

/** The bytes of an address in this worker, of which the primary learns. */
class ReportedBucket extends TokenBucket {
  unreported = 0

  constructor(
    perSecond: number,
    private readonly changed: () => void,
  ) {
    super(perSecond)
  }

  override spend(bytes: number): void {
    super.spend(bytes)
    if (bytes === 0 || this.perSecond === 0) return
    if (this.unreported === 0) this.changed()
    this.unreported += bytes
  }

  /** Other workers have spent these. */
  learn(bytes: number): void {
    super.spend(bytes)
  }
}

/** An address with clients in this worker. */
class SharedVisitor implements Visitor {
  clients = 0

  constructor(
    readonly key: string,
    readonly bytes: ReportedBucket,
    readonly attempt: () => boolean | Promise<boolean>,
  ) {}
}

export class SharedVisitors implements Visitors {
  #visitors = new Map<string, SharedVisitor>()
  #limits: VisitorLimits
  #ask: (ask: Ask) => void
  #lastId = 0
  #entering = new Map<number, { key: string; resolve: (visitor: SharedVisitor | null) => void }>()
  #attempting = new Map<number, (admitted: boolean) => void>()
  #spending = new Set<SharedVisitor>()
  #timer: NodeJS.Timeout | undefined

  /** @param ask Asks the primary, whose answers go to answer(). */
  constructor(limits: VisitorLimits, ask: (ask: Ask) => void) {
    this.#limits = limits
    this.#ask = ask
  }

  enter(address: string): Promise<SharedVisitor | null> {
    const key = limitKey(address)
    return new Promise((resolve) => {
      this.#entering.set(++this.#lastId, { key, resolve })
      this.#ask(['enter', this.#lastId, key])
    })
  }

  leave(visitor: SharedVisitor): void {
    if (--visitor.clients === 0) {
      this.#report(visitor)
      this.#visitors.delete(visitor.key)
    }
    this.#ask(['leave', visitor.key])
  }

  sweep(): void {}

  answer(answer: Answer): void {
    switch (answer[0]) {
      case 'entered':
        return this.#entered(answer[1], answer[2])
      case 'attempted':
        this.#attempting.get(answer[1])!(answer[2])
        return void this.#attempting.delete(answer[1])
      case 'spent':
        this.#visitors.get(answer[1])?.bytes.learn(answer[2])
    }
  }

  #entered(id: number, missing: number | null): void {
    const { key, resolve } = this.#entering.get(id)!
    this.#entering.delete(id)
    if (missing === null) return resolve(null)
    // here and not after the promise, because the next message may say what this address spends elsewhere
    let visitor = this.#visitors.get(key)
    if (!visitor) this.#visitors.set(key, (visitor = this.#visitorOf(key, missing)))
    visitor.clients++
    resolve(visitor)
  }

  #visitorOf(key: string, missing: number): SharedVisitor {
    const { connectsPerSecond, bytesPerSecond } = this.#limits
    const bytes = new ReportedBucket(bytesPerSecond, () => this.#spends(visitor))
    bytes.learn(missing)
    // what is more than all workers together allow is refused here, so that a flood does not reach the primary. One more
    // than that, because an attempt that the primary refuses is paid for here only
    const plausible = new TokenBucket(connectsPerSecond === 0 ? 0 : connectsPerSecond + 1)
    const attempt = (): boolean | Promise<boolean> =>
      connectsPerSecond === 0 || (plausible.tryTake() && this.#attempt(key))
    const visitor = new SharedVisitor(key, bytes, attempt)
    return visitor
  }

  #attempt(key: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#attempting.set(++this.#lastId, resolve)
      this.#ask(['attempt', this.#lastId, key])
    })
  }

  #spends(visitor: SharedVisitor): void {
    this.#spending.add(visitor)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const one of this.#spending) this.#report(one)
    }, REPORT_MS)
  }

  #report(visitor: SharedVisitor): void {
    this.#spending.delete(visitor)
    const { bytes, key } = visitor
    if (bytes.unreported > 0) this.#ask(['spent', key, bytes.unreported])
    bytes.unreported = 0
  }
}

// --- the primary ---

type LocalVisitor = NonNullable<ReturnType<LocalVisitors['enter']>>

/** The addresses that have clients in a worker, and how many. */
interface Held {
  visitors: Map<string, { visitor: LocalVisitor; clients: number }>
  answer(answer: Answer): void
}

export class VisitorsOfAll {
  #visitors: LocalVisitors
  #workers = new Map<number, Held>()

  constructor(limits: VisitorLimits) {
    this.#visitors = new LocalVisitors(limits)
  }

  /** A worker with this id begins. */
  join(worker: number, answer: (answer: Answer) => void): void {
    this.#workers.set(worker, { visitors: new Map(), answer })
  }

  /** A worker has ended, and with it its clients. */
  gone(worker: number): void {
    for (const { visitor, clients } of this.#workers.get(worker)?.visitors.values() ?? []) {
      for (let i = 0; i < clients; i++) this.#visitors.leave(visitor)
    }
    this.#workers.delete(worker)
  }

  ask(worker: number, ask: Ask): void {
    const held = this.#workers.get(worker)
    if (!held) return // it has ended meanwhile
    switch (ask[0]) {
      case 'enter':
        return this.#enter(held, ask[1], ask[2])
      case 'leave':
        return this.#leave(held, ask[1])
      case 'attempt':
        return held.answer(['attempted', ask[1], held.visitors.get(ask[2])?.visitor.attempt() ?? false])
      case 'spent':
        return this.#spent(held, ask[1], ask[2])
    }
  }

  #enter(held: Held, id: number, key: string): void {
    const visitor = this.#visitors.enter(key)
    if (!visitor) return held.answer(['entered', id, null])
    const known = held.visitors.get(key)
    if (known) known.clients++
    else held.visitors.set(key, { visitor, clients: 1 })
    held.answer(['entered', id, visitor.bytes.missing])
  }

  #leave(held: Held, key: string): void {
    const known = held.visitors.get(key)
    if (!known) return
    this.#visitors.leave(known.visitor)
    if (--known.clients === 0) held.visitors.delete(key)
  }

  #spent(held: Held, key: string, bytes: number): void {
    held.visitors.get(key)?.visitor.bytes.spend(bytes)
    for (const other of this.#workers.values()) {
      if (other !== held && other.visitors.has(key)) other.answer(['spent', key, bytes])
    }
  }

  sweep(): void {
    this.#visitors.sweep()
  }
}
