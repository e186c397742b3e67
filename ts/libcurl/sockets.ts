// Sockets for applications with an event loop of their own: here they watch what libcurl's SOCKETFUNCTION asks for.
import { Watchable, type Reactor } from '../../shim/reactor.js'
import { Socket } from '../../shim/sockets/socket.js'
import { DatagramSocket } from '../../shim/sockets/datagram.js'
import { StreamSocket } from '../../shim/sockets/stream.js'
import { SOCK_DGRAM } from '../../shim/abi.js'
import type { SocketAddress } from './callback-types.js'
import { CURL_POLL_INOUT, CURL_POLL_NONE, CURL_POLL_REMOVE } from './constants.gen.js'
import { current } from './libcurl.js'

function watchable(s: number): Watchable {
  const descriptor = current().host.descriptors.get(s)
  if (!(descriptor instanceof Watchable)) throw new TypeError(`descriptor ${s} is not a socket`)
  return descriptor
}

/** A socket of a blocking call has another reactor. */
function reactorOf(watched: Watchable): Reactor {
  return watched instanceof Socket ? watched.reactor : current().host.reactor
}

export const sockets = {
  /**
   * Watches a socket: `what` is CURL_POLL_IN, OUT or INOUT. The listener gets CURL_CSELECT_IN | OUT | ERR, repeatedly
   * while the socket is ready. CURL_POLL_REMOVE and CURL_POLL_NONE end the watch. A socket has one watch, which ends
   * when it is closed.
   * @throws SystemError (EBADF) for a number that is not open
   */
  watch(s: number, what: number, listener: (s: number, ready: number) => void): void {
    const { host } = current()
    if (what === CURL_POLL_REMOVE || what === CURL_POLL_NONE) {
      if (host.descriptors.has(s)) reactorOf(watchable(s)).unwatch(watchable(s))
      return
    }
    reactorOf(watchable(s)).watch(watchable(s), what & CURL_POLL_INOUT, (ready) => listener(s, ready))
  },

  /** Opens a socket of the host for the address that OPENSOCKETFUNCTION gets. libcurl connects it. */
  open(address: Pick<SocketAddress, 'family' | 'socktype'>): number {
    const { host } = current()
    const Kind = address.socktype === SOCK_DGRAM ? DatagramSocket : StreamSocket
    const { transport, reactor } = host.network
    return host.descriptors.add(new Kind(address.family, transport, reactor))
  },

  /** Closes a socket: CLOSESOCKETFUNCTION must call it. @throws SystemError (EBADF) for a number that is not open */
  close(s: number): void {
    current().host.descriptors.close(s)
  },
}
