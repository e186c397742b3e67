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
/** How many datagrams wait until a socket is connected: the first ones of a connection of QUIC. */
const MAX_EARLY = 64

export class NodeDatagrams implements Datagrams {
  #socket: dgram.Socket
  #events: DatagramEvents
  #closed = false
  /** Bun connects later. Until then it has these datagrams to send; null where it need not wait for that. */
  #early: Uint8Array[] | null = null
  #connected = false
  /** The descriptor of a connected socket, -1 where there is none to see. */
  #fd = -1
  /** The kernel had none at the last read. Node reports the next one, and to be told so again costs an exception. */
  #dry = false
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
        this.#dry = false
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
    const socket = this.#socket.on('connect', () => this.#ready())
    socket.connect(remote.port, hostOf(remote))
    this.#connected = true
    try {
      socket.remoteAddress()
    } catch {
      this.#early = []
      return
    }
    this.#fd = datagramDescriptorOf(socket)
    // only here, because Deno makes a buffer of that size for each datagram
    if (this.#fd >= 0) socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  }

  /** It is connected: sends what waits for that. */
  #ready(): void {
    const early = this.#early ?? []
    this.#early = null
    this.#waiting += early.length
    for (const bytes of early) if (!this.#closed) this.#socket.send(bytes, this.#sent)
  }

  send(bytes: Uint8Array, to: Address): void {
    if (to.family === 'unix' || this.#closed) return
    if (this.#fd >= 0 && this.#waiting === 0 && this.#writeNow(bytes)) return
    const copy = Uint8Array.prototype.slice.call(bytes)
    if (this.#early) {
      if (this.#early.length < MAX_EARLY) this.#early.push(copy)
      return
    }
    this.#waiting++
    if (this.#connected) this.#socket.send(copy, this.#sent)
    else this.#socket.send(copy, to.port, hostOf(to), this.#sent)
  }

  #sent = (error: Error | null): void => {
    this.#waiting--
    if (error) this.#fail(error)
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

  read(into: Uint8Array, at: number, size: number): number {
    if (this.#fd < 0 || this.#dry || this.#closed) return -1
    try {
      return readSync(this.#fd, into, at, size, null)
    } catch (error) {
      this.#dry = true
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
