// Transfers that block their thread: Easy.performSync(). Like curl_easy_perform(3), but with one multi handle for all
// easy handles, which keeps their connections.
//
// libcurl runs here, where its callbacks, files and shares are. Only the sockets are in a Worker, because nothing of the
// event loop runs meanwhile. So the loop here does what the event loop does otherwise: it hands readiness to the
// reactor of these sockets, and calls libcurl when its timer is due. It touches no other transfer.
import { FAILED } from '../../shim/descriptors.js'
import { Reactor } from '../../shim/reactor.js'
import { Socket } from '../../shim/sockets/socket.js'
import type { BlockingTransport } from '../../shim/transports/blocking/transport.js'
import { CURLE_FAILED_INIT, CURLE_RECURSIVE_API_CALL } from './constants.gen.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import type { Libcurl } from './libcurl.js'
import { Multi } from './multi.js'

/** libcurl's own loop also looks once a second, so that XFERINFOFUNCTION can end a transfer in which nothing happens. */
const LOOK_MS = 1000

/** By default libcurl would keep two when transfers follow one another. */
const KEPT_CONNECTIONS = 256

/** What performSync() asks the options of a handle. */
interface Options {
  readonly connectsOnly: boolean
  readBlobs(read: (blob: Blob) => Uint8Array<ArrayBuffer>): void
}

const instances = new WeakMap<Libcurl, Blocking>()

/** What blocking calls of one instance share. */
export function blockingOf(libcurl: Libcurl): Blocking {
  let blocking = instances.get(libcurl)
  if (!blocking) instances.set(libcurl, (blocking = new Blocking(libcurl)))
  return blocking
}

export class Blocking {
  readonly #libcurl: Libcurl
  readonly #reactor = new Reactor()
  #multi: Multi | null = null

  constructor(libcurl: Libcurl) {
    this.#libcurl = libcurl
  }

  /** The multi handle of blocking transfers. */
  get multi(): Multi {
    if (!this.#multi) {
      this.#multi = new Multi({ libcurl: this.#libcurl, reactor: this.#reactor })
      this.#multi.setopt('MAXCONNECTS', KEPT_CONNECTIONS)
    }
    return this.#multi
  }

  /**
   * Performs a transfer, and returns when it has ended. With CONNECT_ONLY the handle remains in the multi handle after a
   * success, with the connection.
   * @throws CurlError, what host.blocking() throws, and TypeError for a stream in MIMEPOST
   */
  perform(easy: Easy, options: Options): void {
    const { multi } = this
    this.#refuseInCallback()
    if (easy.multi === multi) multi.cancel(easy)
    if (easy.multi) throw new CurlError(CURLE_FAILED_INIT, 'easy handle already used in multi handle')
    options.readBlobs((blob) => this.readBlob(blob))
    let ended: { error: CurlError | undefined } | null = null
    try {
      this.run((until) => {
        multi.start(easy, (error) => void (ended = { error }), options.connectsOnly)
        until(() => ended !== null)
      })
    } catch (error) {
      multi.cancel(easy)
      throw error
    }
    const { error } = ended! as { error: CurlError | undefined }
    if (error) throw error
  }

  /**
   * Waits until the connection of a handle that performSync() has connected can be read or written, for `ms`
   * milliseconds at most. Returns which of `what` it is ready for, 0 if the time is over. An error counts as both.
   */
  wait(easy: Easy, what: number, ms: number): number {
    const s = easy.getinfo('ACTIVESOCKET')
    const { descriptors } = this.#libcurl.host
    const socket = s >= 0 && descriptors.has(s) ? descriptors.get(s) : null
    if (!(socket instanceof Socket) || socket.reactor !== this.#reactor)
      throw new TypeError('waitSync() needs a handle that performSync() has connected with CONNECT_ONLY')
    const deadline = performance.now() + ms
    const ready = (): number => {
      const found = socket.readiness()
      return found & FAILED ? what : found & what
    }
    this.#block((transport) => {
      while (ready() === 0) {
        const left = deadline - performance.now()
        if (!transport.look() && (left <= 0 || !transport.wait(left))) return
      }
    })
    return ready()
  }

  /**
   * Runs a call that drives transfers of the multi handle: the function that it gets blocks until a condition is true.
   * @throws CurlError inside a callback, and what host.blocking() throws
   */
  run<T>(call: (until: (over: () => boolean) => void) => T): T {
    this.#refuseInCallback()
    return this.#block((transport) => call((over) => this.#until(transport, over)))
  }

  #refuseInCallback(): void {
    if (this.#libcurl.callbackDepth > 0)
      throw new CurlError(CURLE_RECURSIVE_API_CALL, 'a blocking call cannot be made inside a callback of libcurl')
  }

  /** Starts the Worker, and waits for it without blocking. @throws what host.blocking() throws */
  ready(): Promise<void> {
    return this.#libcurl.host.blocking().ready()
  }

  /** Lets the Worker see what has arrived just now, such as a server's close after its response. */
  settle(): void {
    this.#block((transport) => transport.settle())
  }

  /** The bytes of a Blob, which the Worker reads. @throws what the platform throws if it cannot be posted or read */
  readBlob(blob: Blob): Uint8Array<ArrayBuffer> {
    return this.#block((transport) => transport.readBlob(blob))
  }

  /** Runs a call, whose sockets are those of the Worker, and which nothing else of this multi handle interrupts. */
  #block<T>(call: (transport: BlockingTransport) => T): T {
    const { host } = this.#libcurl
    const transport = host.blocking()
    const reactor = this.#reactor
    reactor.hold()
    try {
      return transport.blocking(() =>
        host.using({ transport, reactor }, () => {
          // what has come since the last call, such as the end of a connection
          transport.look()
          reactor.deliver()
          return call(transport)
        }),
      )
    } finally {
      reactor.release()
    }
  }

  /** Drives the multi handle until `over` returns true. */
  #until(transport: BlockingTransport, over: () => boolean): void {
    const multi = this.multi
    const { timer } = multi.drive
    let lookAt = performance.now() + LOOK_MS
    while (!over()) {
      if (multi.broken) throw multi.broken
      // a timer that is always due must not keep the sockets from their turn
      const any = transport.look()
      const delivered = this.#reactor.deliver()
      const now = performance.now()
      if (timer.due === 0) timer.runDue()
      else if (any || delivered) continue
      else if (now >= lookAt) {
        lookAt = now + LOOK_MS
        multi.socketAll()
      } else transport.wait(Math.min(timer.due, lookAt - now))
    }
  }
}
