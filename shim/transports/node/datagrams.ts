// A UDP socket of Node. Once it is connected, it reads and writes its own descriptor: an event or a request of Node for
// each datagram costs more than the kernel's work for it, and QUIC has a hundred thousand datagrams in a second.
import dgram from 'node:dgram'
import { readSync, writeSync } from 'node:fs'
import { failureOf } from '../transport.js'
import type { Address, DatagramEvents, Datagrams } from '../transport.js'
import { addressOf, hostOf } from './addresses.js'
import { datagramDescriptorOf } from './handle.js'

/** What the kernel keeps while this thread does something else. It may allow less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

export class NodeDatagrams implements Datagrams {
  #socket: dgram.Socket
  #events: DatagramEvents
  #closed = false
  /** Where everything goes, once it is connected. */
  #connected = false
  /** The descriptor of a connected socket, -1 where there is none to see. */
  #fd = -1
  /** How many datagrams Node has not given to the kernel yet. */
  #waiting = 0

  constructor(family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents) {
    const type = family === 'IPv6' ? 'udp6' : 'udp4'
    // hosts are addresses here, so a look-up that answers at once makes bind(2) and connect(2) synchronous
    const lookup: dgram.SocketOptions['lookup'] = (host, _options, done) => done(null, host, family === 'IPv6' ? 6 : 4)
    this.#events = events
    this.#socket = dgram.createSocket({ type, lookup })
    this.#socket
      .on('message', (bytes, from) => {
        if (!this.#closed) events.received(bytes, { family, address: from.address, port: from.port })
      })
      .on('error', (error) => this.#fail(error))
    if (local && local.family !== 'unix')
      this.#socket.bind({ port: local.port, address: hostOf(local), exclusive: true })
    else this.#socket.bind({ port: 0, address: family === 'IPv6' ? '::' : '0.0.0.0', exclusive: true })
  }

  get local(): Address | null {
    try {
      const { address, port } = this.#socket.address()
      return addressOf(address, port)
    } catch {
      return null
    }
  }

  connect(remote: Address): void {
    if (remote.family === 'unix') return this.#events.failed('EAFNOSUPPORT')
    this.#socket.connect(remote.port, hostOf(remote))
    this.#connected = true
    this.#fd = datagramDescriptorOf(this.#socket)
    try {
      this.#socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
    } catch {
      // then the kernel's default
    }
  }

  send(bytes: Uint8Array, to: Address): void {
    if (to.family === 'unix' || this.#closed) return
    if (this.#fd >= 0 && this.#waiting === 0 && this.#writeNow(bytes)) return
    this.#waiting++
    const done = (error: Error | null): void => {
      this.#waiting--
      if (error) this.#fail(error)
    }
    const copy = Uint8Array.prototype.slice.call(bytes)
    if (this.#connected) this.#socket.send(copy, done)
    else this.#socket.send(copy, to.port, hostOf(to), done)
  }

  /** write(2). Returns false if the kernel has no room, which Node waits for. */
  #writeNow(bytes: Uint8Array): boolean {
    try {
      writeSync(this.#fd, bytes)
    } catch (error) {
      if ((error as { code?: string }).code === 'EAGAIN') return false
      this.#fail(error)
    }
    return true
  }

  read(into: Uint8Array): number {
    if (this.#fd < 0 || this.#closed) return -1
    try {
      return readSync(this.#fd, into)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') this.#fail(error)
      return -1
    }
  }

  #fail(error: unknown): void {
    // too long for the path: lost, as in the network, where QUIC looks for the longest one that is not
    if (this.#closed || (error as { code?: string }).code === 'EMSGSIZE') return
    this.#events.failed(...failureOf(error))
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
