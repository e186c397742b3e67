// Sockets for applications with an event loop of their own: here they watch what libcurl's SOCKETFUNCTION asks for.
import { Watchable } from '../../shim/reactor.js'
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
      if (host.descriptors.has(s)) host.reactor.unwatch(watchable(s))
      return
    }
    host.reactor.watch(watchable(s), what & CURL_POLL_INOUT, (ready) => listener(s, ready))
  },

  /** Opens a socket of the host for the address that OPENSOCKETFUNCTION gets. libcurl connects it. */
  open(address: Pick<SocketAddress, 'family' | 'socktype'>): number {
    const { host } = current()
    const Socket = address.socktype === SOCK_DGRAM ? DatagramSocket : StreamSocket
    return host.descriptors.add(new Socket(address.family, host.transport, host.reactor))
  },

  /** Closes a socket: CLOSESOCKETFUNCTION must call it. @throws SystemError (EBADF) for a number that is not open */
  close(s: number): void {
    current().host.descriptors.close(s)
  },
}
