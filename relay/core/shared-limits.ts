// The limits per address for relays that share them. One place counts, and the relays ask it: SharedVisitors is the end of
// a relay, and VisitorsOfAll that of the place. On Node the relays are workers and the place is their primary. On
// Cloudflare the place is a Durable Object for each address. Clients and attempts are asked for one by one, so their
// limits are exact. Bytes are counted in each relay, and the others learn of them soon, so that a debt that they make
// together is paid together.
import { limitKey } from './addresses.js'
import { LocalVisitors, TokenBucket, type Visitor, type VisitorLimits, type Visitors } from './limits.js'
import type { Refusal } from './refusal.js'

/** A relay asks for its clients. `key` is an address, as limits count it; see limitKey(). */
export type Ask =
  | readonly [is: 'enter', id: number, key: string]
  | readonly [is: 'leave', key: string]
  | readonly [is: 'attempt', id: number, key: string]
  | readonly [is: 'spent', key: string, bytes: number]

/** The place answers, and reports what clients of the same address have spent in other relays. */
export type Answer =
  /** `missing` is how many bytes the address has spent already, null if there are too many clients. */
  | readonly [is: 'entered', id: number, missing: number | null]
  | readonly [is: 'attempted', id: number, admitted: boolean]
  | readonly [is: 'spent', key: string, bytes: number]

// --- a relay ---

/** The bytes of an address in this relay, which the place learns. */
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

  /** Other relays have spent these. */
  learn(bytes: number): void {
    super.spend(bytes)
  }
}

/** An address with clients in this relay. */
export class SharedVisitor implements Visitor {
  clients = 0

  constructor(
    readonly key: string,
    readonly bytes: ReportedBucket,
    readonly attempt: () => boolean | Promise<boolean>,
  ) {}
}

interface Waiting<T> {
  resolve(value: T): void
  reject(refusal: Refusal): void
}

export class SharedVisitors implements Visitors {
  #visitors = new Map<string, SharedVisitor>()
  #limits: VisitorLimits
  #ask: (ask: Ask) => void
  #reportMs: number
  #lastId = 0
  #entering = new Map<number, Waiting<SharedVisitor | null> & { key: string }>()
  #attempting = new Map<number, Waiting<boolean>>()
  #spending = new Set<SharedVisitor>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param ask Asks the place, whose answers go to answer().
   * @param reportMs How long bytes are gathered before the others learn of them, in milliseconds.
   */
  constructor(limits: VisitorLimits, ask: (ask: Ask) => void, reportMs: number) {
    this.#limits = limits
    this.#ask = ask
    this.#reportMs = reportMs
  }

  enter(address: string): Promise<SharedVisitor | null> {
    const key = limitKey(address)
    return new Promise((resolve, reject) => {
      this.#entering.set(++this.#lastId, { key, resolve, reject })
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
        this.#attempting.get(answer[1])?.resolve(answer[2])
        return void this.#attempting.delete(answer[1])
      case 'spent':
        this.#visitors.get(answer[1])?.bytes.learn(answer[2])
    }
  }

  /** The place cannot be asked: refuses everything that waits for an answer. */
  unanswered(refusal: Refusal): void {
    for (const { reject } of [...this.#entering.values(), ...this.#attempting.values()]) reject(refusal)
    this.#entering.clear()
    this.#attempting.clear()
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
    // what is more than all relays together allow is refused here, so that a flood does not reach the place. One more
    // than that, because an attempt that the place refuses is paid for here only
    const plausible = new TokenBucket(connectsPerSecond === 0 ? 0 : connectsPerSecond + 1)
    const attempt = (): boolean | Promise<boolean> =>
      connectsPerSecond === 0 || (plausible.tryTake() && this.#attempt(key))
    const visitor = new SharedVisitor(key, bytes, attempt)
    return visitor
  }

  #attempt(key: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#attempting.set(++this.#lastId, { resolve, reject })
      this.#ask(['attempt', this.#lastId, key])
    })
  }

  #spends(visitor: SharedVisitor): void {
    this.#spending.add(visitor)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const one of this.#spending) this.#report(one)
    }, this.#reportMs)
  }

  #report(visitor: SharedVisitor): void {
    this.#spending.delete(visitor)
    const { bytes, key } = visitor
    if (bytes.unreported > 0) this.#ask(['spent', key, bytes.unreported])
    bytes.unreported = 0
  }
}

// --- the place that counts ---

type LocalVisitor = NonNullable<ReturnType<LocalVisitors['enter']>>

/** The addresses that have clients in a relay, and how many. */
interface Held {
  visitors: Map<string, { visitor: LocalVisitor; clients: number }>
  answer(answer: Answer): void
}

/** @typeParam Relay What identifies a relay. */
export class VisitorsOfAll<Relay> {
  #visitors: LocalVisitors
  #relays = new Map<Relay, Held>()

  constructor(limits: VisitorLimits) {
    this.#visitors = new LocalVisitors(limits)
  }

  join(relay: Relay, answer: (answer: Answer) => void): void {
    this.#relays.set(relay, { visitors: new Map(), answer })
  }

  /** A relay has ended, and with it its clients. */
  gone(relay: Relay): void {
    for (const { visitor, clients } of this.#relays.get(relay)?.visitors.values() ?? []) {
      for (let i = 0; i < clients; i++) this.#visitors.leave(visitor)
    }
    this.#relays.delete(relay)
  }

  ask(relay: Relay, ask: Ask): void {
    const held = this.#relays.get(relay)
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
    for (const other of this.#relays.values()) {
      if (other !== held && other.visitors.has(key)) other.answer(['spent', key, bytes])
    }
  }

  sweep(): void {
    this.#visitors.sweep()
  }
}
