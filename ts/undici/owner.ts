// What an exchange and its dispatcher know of each other.
import type { Placed } from '../common/bag.js'
import type { DispatchController } from './handler.js'
import type { Request } from './request.js'

/** A request and its response, while they are under way. */
export interface Running extends Placed, DispatchController {
  readonly request: Request
  /** Whether it had to make a connection. To be called while it runs. */
  readonly madeConnection: boolean
  abort(reason?: unknown): void
}

/** What an exchange asks of its dispatcher. */
export interface Owner {
  /** In milliseconds, 0 for no limit. */
  readonly connectTimeout: number
  readonly maxHeaderSize: number
  readonly maxResponseSize: number
  /** Its response has begun. */
  connected(exchange: Running): void
  /** It is over. `error` is what the handler gets, if it has failed. */
  ended(exchange: Running, error: unknown): void
}
