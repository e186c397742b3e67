// Counts for limits: rates in token buckets, held bytes in budgets, and the clients of each address.
import { limitKey } from './addresses.js'
import { Refusal } from './refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

const monotonic = (): number => performance.now()

/** Gains `perSecond` tokens a second, and holds at most that many. May go into debt, which time pays back. */
export class TokenBucket {
  #tokens: number
  #at: number

  /** @param perSecond 0 means no limit. */
  constructor(
    readonly perSecond: number,
    private readonly now = monotonic,
  ) {
    this.#tokens = perSecond
    this.#at = now()
  }

  #refill(): void {
    const at = this.now()
    this.#tokens = Math.min(this.perSecond, this.#tokens + ((at - this.#at) / 1000) * this.perSecond)
    this.#at = at
  }

  /** Takes one token if there is one. */
  tryTake(): boolean {
    if (this.perSecond === 0) return true
    this.#refill()
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** Takes tokens, and goes into debt if there are not enough. */
  spend(tokens: number): void {
    if (this.perSecond === 0) return
    this.#refill()
    this.#tokens -= tokens
  }

  /** Milliseconds until the debt is paid, 0 if there is none. */
  get debtMs(): number {
    if (this.perSecond === 0) return 0
    this.#refill()
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.perSecond) * 1000)
  }

  /** How many tokens are missing until it is full. */
  get missing(): number {
    if (this.perSecond === 0) return 0
    this.#refill()
    return this.perSecond - this.#tokens
  }

  get full(): boolean {
    return this.missing <= 0
  }
}

/** Limits how many bytes are held at the same time. A caller that takes some must give the same number back. */
export class Budget {
  #used = 0

  constructor(readonly most: number) {}

  get used(): number {
    return this.#used
  }

  /** Whether more is held than allowed. */
  get exceeded(): boolean {
    return this.#used > this.most
  }

  /** Takes bytes that are held already, even if that exceeds the budget. */
  charge(bytes: number): void {
    this.#used += bytes
  }

  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.most) return false
    this.#used += bytes
    return true
  }

  /** @throws Refusal if not enough is left. */
  take(bytes: number): void {
    if (!this.tryTake(bytes)) throw this.refusal()
  }

  /** The reason for a stream or a client that has to end because the budget is exceeded. */
  refusal(): Refusal {
    return new Refusal(CloseReason.THROTTLED, `more than ${this.most} bytes wait for origins`)
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}

/** An address that clients come from. Rates count for the address: otherwise each connection would have its own. */
export interface Visitor {
  readonly bytes: TokenBucket
  /** Takes one attempt to connect or to log in, if there is one. A promise, if another process counts them. */
  attempt(): boolean | Promise<boolean>
}

/** The addresses that clients come from. */
export interface Visitors {
  /** Counts a client. Null if there are too many from its address. A promise, if another process counts them. */
  enter(address: string): Visitor | null | Promise<Visitor | null>
  leave(visitor: Visitor): void
  /** Forgets what need not be known any more. */
  sweep(): void
}

export interface VisitorLimits {
  clientsPerAddress: number
  connectsPerSecond: number
  bytesPerSecond: number
}

class LocalVisitor implements Visitor {
  clients = 0
  readonly connects: TokenBucket
  readonly bytes: TokenBucket

  constructor({ connectsPerSecond, bytesPerSecond }: VisitorLimits) {
    this.connects = new TokenBucket(connectsPerSecond)
    this.bytes = new TokenBucket(bytesPerSecond)
  }

  attempt(): boolean {
    return this.connects.tryTake()
  }
}

/** Counts in this process. */
export class LocalVisitors implements Visitors {
  #visitors = new Map<string, LocalVisitor>()

  constructor(private readonly limits: VisitorLimits) {}

  enter(address: string): LocalVisitor | null {
    const key = limitKey(address)
    let visitor = this.#visitors.get(key)
    if (!visitor) this.#visitors.set(key, (visitor = new LocalVisitor(this.limits)))
    if (visitor.clients >= this.limits.clientsPerAddress) return null
    visitor.clients++
    return visitor
  }

  leave(visitor: LocalVisitor): void {
    visitor.clients--
  }

  /** Forgets addresses without clients, once their rates are those of a new address. */
  sweep(): void {
    for (const [key, { clients, connects, bytes }] of this.#visitors) {
      if (clients === 0 && connects.full && bytes.full) this.#visitors.delete(key)
    }
  }
}
