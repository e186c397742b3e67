// The built-in drive of a multi handle: watches of the host's reactor, and one timer, for what libcurl waits for. Both
// call `act`, which calls socket_action.
import type { Host } from '../../shim/host.js'
import { makeNext } from '../../shim/clock.js'
import { Watchable, type Reactor } from '../../shim/reactor.js'
import { Socket } from '../../shim/sockets/socket.js'
import { Timer } from '../../shim/timer.js'
import { CURL_POLL_REMOVE, CURL_SOCKET_TIMEOUT } from './constants.gen.js'

export class Drive {
  /** By descriptor. */
  readonly #watched: (Watchable | undefined)[] = []
  /** For a caller that blocks. */
  readonly timer: Timer

  /** @param blocking The reactor of blocking calls, if this is their drive: nothing else can be waited for. */
  constructor(
    private readonly host: Host,
    private readonly act: (s: number, events: number) => void,
    private readonly blocking: Reactor | null = null,
  ) {
    this.timer = new Timer(() => act(CURL_SOCKET_TIMEOUT, 0), makeNext())
  }

  /** What CURLMOPT_SOCKETFUNCTION reports. `what` is CURL_POLL_*; its bits, like CURL_CSELECT_*, are the reactor's. */
  watch(s: number, what: number): void {
    const { descriptors } = this.host
    if (what === CURL_POLL_REMOVE) {
      const watched = this.#watched[s]
      this.#watched[s] = undefined
      if (watched) this.#reactorOf(watched).unwatch(watched)
      return
    }
    const descriptor = descriptors.get(s)
    if (!(descriptor instanceof Watchable)) throw new TypeError(`descriptor ${s} cannot be waited for`)
    this.#watched[s] = descriptor
    this.#reactorOf(descriptor).watch(descriptor, what, (ready) => this.act(s, ready))
  }

  /** A socket is in the hands of the reactor that it was opened with, which it can also have from a Share. */
  #reactorOf(watched: Watchable): Reactor {
    const reactor = watched instanceof Socket ? watched.reactor : (this.blocking ?? this.host.reactor)
    if (this.blocking && reactor !== this.blocking)
      throw new Error('a blocking call cannot use a connection of a Share that an asynchronous transfer has made')
    return reactor
  }

  /** What CURLMOPT_TIMERFUNCTION reports. */
  setTimer(ms: number): void {
    this.timer.set(ms)
  }

  stop(): void {
    this.timer.set(-1)
    this.stopWatching()
  }

  /** Stops watching sockets, because the application does from now on. */
  stopWatching(): void {
    for (const watched of this.#watched) if (watched) this.#reactorOf(watched).unwatch(watched)
    this.#watched.length = 0
  }
}
