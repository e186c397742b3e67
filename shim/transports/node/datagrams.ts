// A UDP socket of Node.
import dgram from 'node:dgram'
import { failureOf } from '../transport.js'
import type { Address, DatagramEvents, Datagrams } from '../transport.js'
import { addressOf, hostOf } from './addresses.js'

export class NodeDatagrams implements Datagrams {
  #socket: dgram.Socket
  #closed = false

  constructor(family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents) {
    const type = family === 'IPv6' ? 'udp6' : 'udp4'
    // hosts are addresses here, so a look-up that answers at once makes bind(2) synchronous
    const lookup: dgram.SocketOptions['lookup'] = (host, _options, done) => done(null, host, family === 'IPv6' ? 6 : 4)
    this.#socket = dgram.createSocket({ type, lookup })
    this.#socket
      .on('message', (bytes, from) => {
        if (!this.#closed) events.received(bytes, { family, address: from.address, port: from.port })
      })
      .on('error', (error) => {
        if (!this.#closed) events.failed(...failureOf(error))
      })
    this.#fail = (error) => {
      if (error && !this.#closed) events.failed(...failureOf(error))
    }
    if (local && local.family !== 'unix')
      this.#socket.bind({ port: local.port, address: hostOf(local), exclusive: true })
    else this.#socket.bind({ port: 0, address: family === 'IPv6' ? '::' : '0.0.0.0', exclusive: true })
  }

  #fail: (error: Error | null) => void

  get local(): Address | null {
    try {
      const { address, port } = this.#socket.address()
      return addressOf(address, port)
    } catch {
      return null
    }
  }

  send(bytes: Uint8Array, to: Address): void {
    if (to.family !== 'unix') this.#socket.send(bytes, to.port, hostOf(to), this.#fail)
  }

  attend(waited: boolean): void {
    if (waited) this.#socket.ref()
    else this.#socket.unref()
  }

  close(): void {
    this.#closed = true
    this.#socket.close()
  }
}
