// What fetches share: a Multi with its connections, and easy handles that wait for their next transfer.
import type { Easy } from '../easy.js'
import type { CurlError } from '../errors.js'
import { Multi } from '../multi.js'
import { Connections } from './connections.js'
import { Handle } from './handle.js'
import { networkError } from './transfer.js'

/** Connections that are kept open. By default libcurl would keep two for one transfer after the other. */
const KEPT_CONNECTIONS = 256
const KEPT_HANDLES = 64

export interface PoolOptions {
  /**
   * Sets the options that all transfers have, when a handle is made; `elsewhere` for one that a redirect leads to another
   * origin, which must not get the credentials.
   */
  prepare?(easy: Easy, elsewhere: boolean): void
  /** Whether credentials may go to every origin. @see CURLOPT_UNRESTRICTED_AUTH(3) */
  unrestricted?: boolean
  /** Whether a handle can be used for another transfer. By default each can. */
  isCurrent?(easy: Easy): boolean
  /** Closes a handle. */
  retire?(easy: Easy): void
  /** Options of libcurl that init.curl.options cannot have, and what to use instead. */
  refused?: Readonly<Record<string, string>>
  /** The handles have cookies and HSTS, which change what is sent. */
  stateful?: boolean
}

export class Pool {
  readonly multi = new Multi()
  readonly connections = new Connections()
  readonly options: Required<PoolOptions>
  readonly #idle: Handle[] = []
  readonly #busy = new Set<Handle>()
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
    return new Handle(this.connections, this.options, elsewhere)
  }

  #reuse(): Handle | undefined {
    for (let handle = this.#idle.pop(); handle; handle = this.#idle.pop()) {
      if (this.options.isCurrent(handle.easy)) return handle
      this.options.retire(handle.easy)
    }
  }

  /** Starts what the handle is set up for. `ended` is called when it is over, unless stop() was called before. */
  start(handle: Handle, ended: (error: CurlError | undefined) => void): void {
    this.multi.start(handle.easy, ended)
  }

  /** Takes a handle back, and ends its transfer if that still goes on. Not to be called from inside libcurl. */
  give(handle: Handle, own: boolean): void {
    this.#busy.delete(handle)
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
