// The transport of workerd: TCP by cloudflare:sockets, which connects by name, and does not report its own address.
// When a connection cannot be made, it says why only in words, so every such error counts as ECONNREFUSED.
import { connect } from 'cloudflare:sockets'
import { streamTransport } from './streams.js'

export const workerdTransport = streamTransport(async (host, port, signal) => {
  const hostname = host.includes(':') ? `[${host}]` : host
  const socket = connect({ hostname, port }, { allowHalfOpen: true })
  signal.addEventListener('abort', () => void socket.close().catch(() => {}), { once: true })
  await socket.opened
  return socket
})
