// What fetches share: a Multi with its connections, and easy handles that wait for their next transfer.
import { soon } from '../../shim/clock.js'
import type { Easy } from '../libcurl/easy.js'
import type { CurlError } from '../libcurl/errors.js'
import { Multi } from '../libcurl/multi.js'
import { Connections } from '../http/connections.js'
import { Handle, type Preparation } from './handle.js'
import { networkError } from './network-error.js'

/** Connections that are kept open. By default libcurl would keep two for one transfer after the other. */
const KEPT_CONNECTIONS = 256
const KEPT_HANDLES = 64
/** In milliseconds: by then the end that a server sends behind an answer has been seen, also on a busy machine. */
const TRAILING_MS = 1000
/** Turns of the host's events in which it is seen otherwise: a server of Node's writes, and ends one or two turns later. */
const TRAILING_TURNS = 4

export interface PoolOptions extends Partial<Preparation> {
  /** Whether credentials may go to every origin. @see CURLOPT_UNRESTRICTED_AUTH(3) */
  unrestricted?: boolean
  /** Whether a handle can be used for another transfer. By default each can. */
  isCurrent?(easy: Easy): boolean
  /** Closes a handle. */
  retire?(easy: Easy): void
  /** Options of libcurl that init.curl.options cannot have, and what to use instead. */
  refused?: Readonly<Record<string, string>>
}

export class Pool {
  readonly multi = new Multi()
  readonly connections = new Connections()
  readonly options: Required<PoolOptions>
  readonly #idle: Handle[] = []
  readonly #busy = new Set<Handle>()
  /** When the last transfer has ended. */
  #ended = -Infinity
  #closed: { reason: unknown } | null = null

  constructor(options: PoolOptions = {}) {
    this.options = {
      prepare: () => {},
      isCurrent: () => true,
      retire: (easy) => easy.close(),
      unrestricted: false,
      refused: {},
      stateful: false,
      ...options,
    }
    this.multi.setopt('MAXCONNECTS', KEPT_CONNECTIONS)
  }

  /**
   * A handle for one transfer. One with options of its own is used for nothing else, as each that goes `elsewhere` is.
   * @throws TypeError once closed
   */
  take(own: boolean, elsewhere: boolean): Handle {
    if (this.#closed) throw this.#closed.reason
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

  /**
   * Resolves when what came right behind the last answer has been seen; null if that is long ago. A server that ends its
   * connections without a word takes a request with it that is sent before.
   */
  settled(): Promise<void> | null {
    if (performance.now() - this.#ended > TRAILING_MS) return null
    return new Promise((resolve) => {
      const wait = (turns: number): void => (turns === 0 ? resolve() : soon(() => wait(turns - 1)))
      wait(TRAILING_TURNS)
    })
  }

  /** Starts what the handle is set up for. `ended` is called when it is over, unless stop() was called before. */
  start(handle: Handle, ended: (error: CurlError | undefined) => void): void {
    this.multi.start(handle.easy, ended)
  }

  /** Takes a handle back, and ends its transfer if that still goes on. Not to be called from inside libcurl. */
  give(handle: Handle, own: boolean): void {
    this.#busy.delete(handle)
    this.#ended = performance.now()
    if (this.multi.broken) return handle.easy.close()
    this.multi.cancel(handle.easy)
    handle.clear()
    const keep = !own && !this.#closed && this.#idle.length < KEPT_HANDLES && this.options.isCurrent(handle.easy)
    if (keep) this.#idle.push(handle)
    else this.options.retire(handle.easy)
  }

  /**
   * Ends all transfers with a network error that has this cause, and closes all connections. A handle whose transfer went
   * on is closed in a microtask. Not to be called from inside libcurl.
   */
  close(cause: Error): void {
    this.#closed = { reason: networkError(cause) }
    for (const handle of this.#busy) handle.transfer?.abort(this.#closed.reason)
    this.multi.close()
    for (const handle of this.#idle.splice(0)) this.options.retire(handle.easy)
  }
}
