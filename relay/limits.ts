// What is counted, and for whom: rates as token buckets, what is held as budgets, and the clients of each address.
import { limitKey } from './addresses.js'
import { Refusal } from './refusal.js'
import { CloseReason } from '../shim/transports/relay.js'

/** So many tokens a second, and as many saved up as one second brings. May go into debt, which the time pays back. */
export class TokenBucket {
  #tokens: number
  #at: number

  /** @param perSecond 0 for no limit. */
  constructor(
    readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
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

  /** Takes tokens, whether they are there or not. */
  spend(tokens: number): void {
    if (this.perSecond === 0) return
    this.#refill()
    this.#tokens -= tokens
  }

  /** Milliseconds until the debt is paid; 0 if there is none. */
  get debtMs(): number {
    if (this.perSecond === 0) return 0
    this.#refill()
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.perSecond) * 1000)
  }

  get full(): boolean {
    if (this.perSecond === 0) return true
    this.#refill()
    return this.#tokens >= this.perSecond
  }
}

/** Bytes that may be held at the same time. Whoever takes some gives the same number back. */
export class Budget {
  #used = 0

  constructor(readonly most: number) {}

  get used(): number {
    return this.#used
  }

  /** Whether more has been charged than there is. */
  get exceeded(): boolean {
    return this.#used > this.most
  }

  /** Takes bytes that are held already, whether they are left or not. */
  charge(bytes: number): void {
    this.#used += bytes
  }

  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.most) return false
    this.#used += bytes
    return true
  }

  /** @throws Refusal if there is not as much left. */
  take(bytes: number): void {
    if (!this.tryTake(bytes)) throw this.refusal()
  }

  /** For whoever is to give way when it is exceeded. */
  refusal(): Refusal {
    return new Refusal(CloseReason.THROTTLED, `more than ${this.most} bytes wait for origins`)
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}

/** An address that clients come from. Rates count here, or another connection would be another allowance. */
export interface Visitor {
  clients: number
  readonly connects: TokenBucket
  readonly bytes: TokenBucket
}

export interface VisitorLimits {
  clientsPerAddress: number
  connectsPerSecond: number
  bytesPerSecond: number
}

export class Visitors {
  #visitors = new Map<string, Visitor>()

  constructor(private readonly limits: VisitorLimits) {}

  get size(): number {
    return this.#visitors.size
  }

  /** Counts a client in, or returns null if there are enough of them from there. */
  enter(address: string): Visitor | null {
    const key = limitKey(address)
    let visitor = this.#visitors.get(key)
    if (!visitor) {
      const { connectsPerSecond, bytesPerSecond } = this.limits
      visitor = { clients: 0, connects: new TokenBucket(connectsPerSecond), bytes: new TokenBucket(bytesPerSecond) }
      this.#visitors.set(key, visitor)
    }
    if (visitor.clients >= this.limits.clientsPerAddress) return null
    visitor.clients++
    return visitor
  }

  leave(visitor: Visitor): void {
    visitor.clients--
  }

  /** Forgets who has left, once his rates are what a newcomer's are. */
  sweep(): void {
    for (const [key, { clients, connects, bytes }] of this.#visitors) {
      if (clients === 0 && connects.full && bytes.full) this.#visitors.delete(key)
    }
  }
}
