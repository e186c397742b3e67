// A listening TCP socket of Node. It listens on every address, and rejects connections to any other than its own:
// node:net resolves a given host asynchronously, even an address, and bind(2) must return at once.
import net from 'node:net'
import { TransportError, failureOf } from '../transport.js'
import type { Address, Listening, ListenerEvents } from '../transport.js'
import { addressOf, isWildcard } from './addresses.js'
import { NodeStream } from './stream.js'

export class NodeListener implements Listening {
  readonly local: Address
  #server: net.Server
  #closed = false

  constructor(local: Address, events: ListenerEvents) {
    if (local.family === 'unix') throw new TransportError('EOPNOTSUPP')
    this.#server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true })
    this.#server.on('error', (error) => {
      if (!this.#closed) events.failed(...failureOf(error))
    })
    this.#server.on('connection', (socket) => {
      const to = socket.localAddress?.replace(/^::ffff:/, '')
      if (this.#closed || !(isWildcard(local.address) || to === local.address)) return void socket.destroy()
      const from = socket.remoteAddress?.replace(/^::ffff:/, '')
      events.accepted(addressOf(from, socket.remotePort), addressOf(to, socket.localPort), (taken) =>
        NodeStream.accepted(socket, taken),
      )
    })
    // exclusive: otherwise a worker of a cluster asks the primary process, which is asynchronous
    this.#server.listen({ port: local.port, exclusive: true })
    const bound = this.#server.address()
    if (!this.#server.listening || bound === null || typeof bound === 'string') {
      this.#closed = true // the server will report its error, too
      throw new TransportError('EADDRINUSE')
    }
    this.local = { ...local, port: bound.port }
  }

  attend(waited: boolean): void {
    if (waited) this.#server.ref()
    else this.#server.unref()
  }

  close(): void {
    this.#closed = true
    this.#server.close()
  }
}
