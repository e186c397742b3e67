// The transport of workerd: TCP by cloudflare:sockets, which connects by name, and tells of no address of its own. That a
// connection cannot be made it says in words only, so everything counts as refused.
import { connect } from 'cloudflare:sockets'
import { streamTransport } from './streams.js'

export const workerdTransport = streamTransport(async (host, port, signal) => {
  const hostname = host.includes(':') ? `[${host}]` : host
  const socket = connect({ hostname, port }, { allowHalfOpen: true })
  signal.addEventListener('abort', () => void socket.close().catch(() => {}), { once: true })
  await socket.opened
  return socket
})
