// What fetches share: a Multi with its connections, and idle easy handles.
import { soon } from '../../shim/clock.js'
import type { Easy } from '../libcurl/easy.js'
import type { CurlError } from '../libcurl/errors.js'
import { current } from '../libcurl/libcurl.js'
import { Bag } from '../common/bag.js'
import { Multi } from '../libcurl/multi.js'
import { KnownConnections } from '../http/connections.js'
import { Handle, type Preparation } from './handle.js'
import type { Observer } from './observe.js'
import { networkError } from './network-error.js'

/** Connections that are kept open. By default libcurl would keep two when transfers follow one another. */
const KEPT_CONNECTIONS = 256
const KEPT_HANDLES = 64
/** In milliseconds: within this time, the close that a server sends after a response has arrived, also under load. */
const TRAILING_MS = 1000
/** Turns of the event loop in which it usually arrives: a Node server writes, and closes one or two turns later. */
const TRAILING_TURNS = 4

export interface PoolOptions extends Partial<Preparation> {
  /** Whether credentials may go to every origin. @see CURLOPT_UNRESTRICTED_AUTH(3) */
  unrestricted?: boolean
  /** Whether a handle can be used for another transfer. By default every handle can. */
  isCurrent?(easy: Easy): boolean
  /** Closes a handle. */
  retire?(easy: Easy): void
  /** Called when no connection could be made: whether the next transfer would go elsewhere. By default it would not. */
  fallBack?(url: URL): boolean
  /**
   * The most milliseconds until a connection is established, where libcurl's own limit does not do, because it counts
   * the wait for a free connection. By default libcurl's does.
   */
  connectionMs?: number
  /** Options of libcurl that init.curl.options cannot have, and what to use instead. */
  refused?: Readonly<Record<string, string>>
  /** Observers of these transfers only. */
  observers?: readonly Observer[]
}

export class Pool {
  readonly multi: Multi
  readonly connections = new KnownConnections()
  readonly options: Required<PoolOptions>
  readonly #libcurl = current()
  readonly #idle: Handle[] = []
  readonly #busy = new Bag<Handle>()
  /** When the last transfer ended, by performance.now(). */
  #ended = -Infinity
  #closed: { cause: Error } | null = null

  constructor(options: PoolOptions = {}, multi = new Multi()) {
    this.multi = multi
    this.options = {
      prepare: () => {},
      isCurrent: () => true,
      retire: (easy) => easy.close(),
      fallBack: () => false,
      unrestricted: false,
      connectionMs: Infinity,
      refused: {},
      observers: [],
      stateful: false,
      mostHead: Infinity,
      ...options,
    }
    this.multi.setopt('MAXCONNECTS', KEPT_CONNECTIONS)
  }

  /** Set once the module has trapped. */
  get broken(): CurlError | null {
    return this.multi.broken
  }

  /**
   * Takes a handle for one transfer. `own`: the transfer has options of its own, so it gets a new handle, which no
   * other transfer uses. Every transfer that goes `elsewhere` is such a one.
   * @throws TypeError once closed
   */
  take(own: boolean, elsewhere: boolean): Handle {
    if (this.#closed) throw networkError(this.#closed.cause)
    const handle = own ? this.#make(elsewhere) : (this.#reuse() ?? this.#make(false))
    this.#busy.add(handle)
    return handle
  }

  #make(elsewhere: boolean): Handle {
    return new Handle(this.options, elsewhere)
  }

  #reuse(): Handle | undefined {
    for (let handle = this.#idle.pop(); handle; handle = this.#idle.pop()) {
      if (this.options.isCurrent(handle.easy)) return handle
      this.options.retire(handle.easy)
    }
  }

  /** Whether the last response has ended so recently that a close after it may be on its way. */
  get endedJustNow(): boolean {
    return performance.now() - this.#ended <= TRAILING_MS
  }

  /**
   * Waits until a close that followed the last response would have arrived; null if that response is long ago. A
   * request sent on a connection that the server is closing without notice would be lost.
   */
  settled(): Promise<void> | null {
    if (!this.endedJustNow) return null
    return new Promise((resolve) => {
      const wait = (turns: number): void => (turns === 0 ? resolve() : soon(() => wait(turns - 1)))
      wait(TRAILING_TURNS)
    })
  }

  /** Starts the handle's transfer. `ended` is called when it is over, unless give() is called before. */
  start(handle: Handle, ended: (error: CurlError | undefined) => void): void {
    this.multi.start(handle.easy, ended)
  }

  /** Takes a handle back, and ends its transfer if that is still running. */
  give(handle: Handle, own: boolean): void {
    // inside libcurl, or while its Multi is being closed, the handle cannot be removed yet
    if (this.#libcurl.callbackDepth > 0 || handle.easy.multi) queueMicrotask(() => this.#take(handle, own))
    else this.#take(handle, own)
  }

  #take(handle: Handle, own: boolean): void {
    this.#busy.delete(handle)
    this.#ended = performance.now()
    if (this.broken) return handle.easy.close()
    this.multi.cancel(handle.easy)
    handle.clear()
    const keep = !own && !this.#closed && this.#idle.length < KEPT_HANDLES && this.options.isCurrent(handle.easy)
    if (keep) this.#idle.push(handle)
    else this.options.retire(handle.easy)
  }

  /**
   * Ends all transfers with a network error that has this cause, and closes all connections. A handle whose transfer
   * was running is closed in a microtask. Must not be called from inside libcurl.
   */
  close(cause: Error): void {
    this.#closed = { cause }
    // an error of its own for each, because each caller gives it another stack
    for (const handle of this.#busy.all()) handle.transfer?.abort(networkError(cause))
    this.multi.close()
    for (const handle of this.#idle.splice(0)) this.options.retire(handle.easy)
  }
}
