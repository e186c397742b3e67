// UDP sockets, by Node's dgram.
import dgram from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { OpenDatagrams } from '../core/datagrams.js'

export const openDatagrams: OpenDatagrams = (address, port, events) => {
  const family = isIPv6(address) ? 6 : 4
  const socket = dgram.createSocket({
    type: `udp${family}`,
    lookup: (host, _options, done) => done(null, host, family),
  })
  socket
    .on('error', (error) => events.failed(error))
    .on('message', (bytes) => events.message(bytes))
    .connect(port, address, ((error?: Error) => (error ? events.failed(error) : events.connected())) as () => void)
  return {
    get busy() {
      return socket.getSendQueueCount() > 0
    },
    send: (datagram, sent) => socket.send(datagram, sent),
    close: () => void socket.close(),
  }
}
