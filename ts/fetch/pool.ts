// What fetches share: a Multi with its connections, and easy handles that wait for their next transfer.
import type { Easy } from '../easy.js'
import type { CurlError } from '../errors.js'
import { Multi } from '../multi.js'
import { Connections } from './connections.js'
import type { CurlInit } from './curl-init.js'
import { Handle } from './handle.js'

/** Connections that are kept open. By default libcurl would keep two for one transfer after the other. */
const KEPT_CONNECTIONS = 256
const KEPT_HANDLES = 64

export interface PoolOptions {
  /** Sets the options that all transfers have, when a handle is made. */
  prepare?(easy: Easy): void
}

export class Pool {
  readonly multi = new Multi()
  readonly connections = new Connections()
  readonly #prepare: (easy: Easy) => void
  readonly #idle: Handle[] = []
  #closed = false

  constructor({ prepare = () => {} }: PoolOptions = {}) {
    this.#prepare = prepare
    this.multi.setopt('MAXCONNECTS', KEPT_CONNECTIONS)
  }

  /** A handle for one transfer. One with options of its own is used for nothing else. */
  take(init: CurlInit | undefined): Handle {
    if (init) return new Handle(this.connections, this.#prepare)
    return this.#idle.pop() ?? new Handle(this.connections, this.#prepare)
  }

  /** Starts what the handle is set up for. `ended` is called when it is over, unless stop() was called before. */
  start(handle: Handle, ended: (error: CurlError | undefined) => void): void {
    this.multi.start(handle.easy, ended)
  }

  /** Takes a handle back, and ends its transfer if that still goes on. Not to be called from inside libcurl. */
  give(handle: Handle, init: CurlInit | undefined): void {
    this.multi.cancel(handle.easy)
    handle.clear()
    if (init || this.#closed || this.#idle.length >= KEPT_HANDLES) handle.easy.close()
    else this.#idle.push(handle)
  }

  /** Ends all transfers and closes all connections. */
  close(): void {
    this.#closed = true
    this.multi.close()
    for (const handle of this.#idle.splice(0)) handle.easy.close()
  }
}
