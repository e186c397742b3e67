// A Dispatcher of undici's over libcurl: what Node's own fetch, undici's request() and so on, its interceptors, cache
// and mocks run on. It needs no undici: it has the methods and events that these use. Docs: docs/interfaces.md
// @see https://undici.nodejs.org/#/docs/api/Dispatcher
import { EventEmitter } from 'node:events'
import { Bag } from '../common/bag.js'
import type { Connect } from '../connect/connect.js'
import { Pool } from '../fetch/pool.js'
import { current } from '../libcurl/libcurl.js'
import { whileWorking } from '../libcurl/while-working.js'
import { inBothForms } from './both-forms.js'
import { UndiciError, invalidArgument } from './errors.js'
import { Exchange } from './exchange.js'
import { listenerOf, type DispatchHandler } from './handler.js'
import { Settings, type CurlDispatcherOptions } from './options.js'
import type { Owner, Running } from './owner.js'
import { Origins, readRequest, type DispatchOptions, type Origin } from './request.js'
import { UpgradeExchange } from './upgrade.js'

export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean
export type Interceptor = (dispatch: Dispatch) => Dispatch
/** Called when a dispatcher is closed or destroyed. */
export type DispatcherCallback = (error: Error | null, data: null) => void

/** What CurlDispatcher and what it composes have in common. */
export abstract class Dispatcher extends EventEmitter {
  /** Sends a request. false if the origin is busy: 'drain' is emitted when it is not any more. */
  abstract dispatch(options: DispatchOptions, handler: DispatchHandler): boolean
  abstract close(): Promise<void>
  abstract close(callback: DispatcherCallback): void
  abstract destroy(error?: Error | null): Promise<void>
  abstract destroy(callback: DispatcherCallback): void
  abstract destroy(error: Error | null, callback: DispatcherCallback): void

  /** This dispatcher behind interceptors, of which the last is called first. @throws TypeError */
  compose(...given: (Interceptor | null | undefined)[] | [readonly (Interceptor | null | undefined)[]]): Dispatcher {
    const interceptors = (Array.isArray(given[0]) ? given[0] : given) as (Interceptor | null | undefined)[]
    let dispatch: Dispatch = (options, handler) => this.dispatch(options, handler)
    for (const interceptor of interceptors) {
      if (interceptor === null || interceptor === undefined) continue
      if (typeof interceptor !== 'function')
        throw new TypeError(`invalid interceptor, expected function received ${typeof interceptor}`)
      const intercepted = interceptor(dispatch)
      if (typeof intercepted !== 'function') throw new TypeError('invalid interceptor')
      dispatch = (options, handler) => intercepted(options, inBothForms(handler))
    }
    return new ComposedDispatcher(this, dispatch)
  }
}

class ComposedDispatcher extends Dispatcher {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly composed: Dispatch,
  ) {
    super()
  }

  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    return this.composed(options, handler)
  }

  close(...args: [callback?: DispatcherCallback]): Promise<void> & void {
    return this.dispatcher.close(...(args as [DispatcherCallback])) as Promise<void> & void
  }

  destroy(...args: unknown[]): Promise<void> & void {
    return this.dispatcher.destroy(...(args as [null, DispatcherCallback])) as Promise<void> & void
  }
}

/**
 * Its connections are its own, and end with it. Events: 'connect' (a request has made a connection), 'disconnect' (a
 * request has failed with its connection), 'connectionError', and 'drain'.
 */
export abstract class CurlDispatcherInstance extends Dispatcher {
  readonly #connect: Connect
  readonly #settings: Settings
  readonly #origins = new Origins()
  readonly #running = new Bag<Running>()
  readonly #owner: Owner
  readonly #open: () => Promise<Pool>
  #pool: Pool | null = null
  #count = 0
  #closed = false
  #destroyed = false
  /** Set while the last exchanges run. */
  #drained: (() => void) | null = null
  #closing: Promise<void> | null = null
  #destroying: Promise<void> | null = null

  /** @internal `init` starts the module, unless it has been started. */
  constructor(init: () => Promise<void>, connect: Connect, options: CurlDispatcherOptions) {
    super()
    this.#connect = connect
    const settings = (this.#settings = new Settings(options))
    this.#owner = {
      connectTimeout: settings.connectTimeout,
      maxHeaderSize: settings.maxHeaderSize,
      maxResponseSize: settings.maxResponseSize,
      connected: (exchange) => this.#connected(exchange),
      ended: (exchange, error) => this.#ended(exchange, error),
    }
    this.#open = whileWorking(async () => {
      await init()
      if (this.#destroyed) throw new UndiciError('UND_ERR_DESTROYED')
      const pool = new Pool({
        prepare: (easy) => settings.prepare(easy),
        mostHead: settings.maxHeaderSize,
      })
      settings.limit(pool.multi)
      return (this.#pool = pool)
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  get destroyed(): boolean {
    return this.#destroyed
  }

  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    if (typeof handler !== 'object' || handler === null) throw invalidArgument('handler must be an object')
    try {
      if (typeof options !== 'object' || options === null) throw invalidArgument('opts must be an object.')
      if (this.#destroyed) throw new UndiciError('UND_ERR_DESTROYED')
      if (this.#closed) throw new UndiciError('UND_ERR_CLOSED')
      return this.#dispatch(options, handler)
    } catch (error) {
      refused(handler, error as Error)
      return false
    }
  }

  #dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    const request = readRequest(options, this.#origins, this.#settings.defaults)
    const upgrades = request.upgrade !== null || request.method === 'CONNECT'
    const listener = listenerOf(handler, upgrades)
    const exchange = upgrades
      ? new UpgradeExchange(request, this.#owner, listener)
      : new Exchange(request, this.#owner, listener)
    this.#running.add(exchange)
    this.#count++
    request.origin.busy++
    if (!exchange.start()) return true
    if (exchange instanceof UpgradeExchange) exchange.begin(this.#connect, this.#settings)
    else if (this.#pool && !this.#pool.multi.broken) exchange.begin(this.#pool)
    else void this.#begin(exchange)
    return this.#accepts(request.origin)
  }

  async #begin(exchange: Exchange): Promise<void> {
    try {
      exchange.begin(await this.#open())
    } catch (error) {
      exchange.abort(error)
    }
  }

  /** Whether the origin can take more at once. */
  #accepts(origin: Origin): boolean {
    const { connections } = this.#settings
    if (connections === null || origin.busy < connections) return true
    origin.needsDrain = true
    return false
  }

  #ended(exchange: Running, error: unknown): void {
    const { origin } = exchange.request
    this.#running.delete(exchange)
    this.#count--
    origin.busy--
    if (error !== undefined) this.#failed(origin, error)
    if (origin.needsDrain && !this.#destroyed && origin.busy < this.#settings.connections!) {
      origin.needsDrain = false
      queueMicrotask(() => this.emit('drain', new URL(origin.base)))
    }
    if (this.#count === 0) this.#drained?.()
  }

  // --- events ---

  #connected(exchange: Running): void {
    if (this.listenerCount('connect') === 0 || !exchange.madeConnection) return
    this.#emitLater('connect', exchange.request.origin)
  }

  #failed(origin: Origin, error: unknown): void {
    const { code, syscall } = Object(error) as { code?: unknown; syscall?: unknown }
    const isConnecting = syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT'
    if (isConnecting) this.#emitLater('connectionError', origin, error)
    else if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') this.#emitLater('disconnect', origin, error)
  }

  /** Later, because listeners may throw and dispatch. */
  #emitLater(event: string, origin: Origin, ...more: unknown[]): void {
    if (this.listenerCount(event) === 0) return
    queueMicrotask(() => this.emit(event, new URL(origin.base), [this], ...more))
  }

  // --- the end ---

  /** Takes no more requests. Resolves once those that run have ended, and all connections are closed. */
  close(): Promise<void>
  close(callback: DispatcherCallback): void
  close(callback?: DispatcherCallback): Promise<void> | void {
    checkCallback(callback)
    if (this.#destroyed && !this.#closing) {
      const error = new UndiciError('UND_ERR_DESTROYED')
      return callback ? queueMicrotask(() => callback(error, null)) : Promise.reject(error)
    }
    this.#closed = true
    return settled((this.#closing ??= this.#close()), callback)
  }

  async #close(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#drained = resolve))
    await this.destroy()
  }

  /** Ends all requests with `error`, and closes all connections. */
  destroy(error?: Error | null): Promise<void>
  destroy(callback: DispatcherCallback): void
  destroy(error: Error | null, callback: DispatcherCallback): void
  destroy(given?: Error | DispatcherCallback | null, after?: DispatcherCallback): Promise<void> | void {
    const callback = typeof given === 'function' ? given : after
    const error = typeof given === 'function' ? null : given
    checkCallback(callback)
    this.#closed = this.#destroyed = true
    return settled((this.#destroying ??= this.#destroy(error ?? new UndiciError('UND_ERR_DESTROYED'))), callback)
  }

  async #destroy(error: Error): Promise<void> {
    for (const exchange of this.#running.all()) exchange.abort(error)
    const pool = this.#pool
    if (!pool || pool.multi.broken) return
    while (current().callbackDepth > 0) await null // libcurl cannot be entered from inside a callback
    pool.close(error)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy()
  }
}

function checkCallback(callback: unknown): void {
  if (callback !== undefined && typeof callback !== 'function') throw invalidArgument('invalid callback')
}

/** Returns the promise, or calls the callback when it has resolved. */
function settled(promise: Promise<void>, callback: DispatcherCallback | undefined): Promise<void> | void {
  if (!callback) return promise
  void promise.then(() => queueMicrotask(() => callback(null, null)))
}

/** Reports an error of a request that was not sent. */
function refused(handler: DispatchHandler, error: Error): void {
  if (typeof handler.onResponseError === 'function') return handler.onResponseError(undefined, error)
  if (typeof handler.onError !== 'function') throw invalidArgument('invalid onError method')
  handler.onError(error)
}

/** Makes the class of an entry. */
export function makeCurlDispatcher(
  init: () => Promise<void>,
  connect: Connect,
): new (options?: CurlDispatcherOptions) => CurlDispatcherInstance {
  return class CurlDispatcher extends CurlDispatcherInstance {
    /** @throws UndiciError (UND_ERR_INVALID_ARG) that names the option that is wrong */
    constructor(options: CurlDispatcherOptions = {}) {
      super(init, connect, options)
    }
  }
}
