// Datagram sockets over a transport: each read is one datagram, with its sender.
import { ConnectionError, SystemError, systemCall } from '../abi.js'
import { AGAIN, FAILED, READABLE, WRITABLE } from '../descriptors.js'
import type { Address, DatagramEvents, Datagrams } from '../transports/transport.js'
import { Socket } from './socket.js'

/** When more than this many bytes would wait, a datagram is dropped, as a kernel does. */
const DATAGRAM_MARK = 1024 * 1024

const NOTHING_YET = { length: AGAIN, from: null }

export class DatagramSocket extends Socket implements DatagramEvents {
  #datagrams: Datagrams | null = null
  #received: { bytes: Uint8Array; from: Address }[] = []
  #length = 0

  readiness(): number {
    return (this.#received.length > 0 ? READABLE : 0) | WRITABLE | (this.failure ? FAILED : 0)
  }

  attend(waited: boolean): void {
    this.#datagrams?.attend(waited)
  }

  received(bytes: Uint8Array, from: Address): void {
    if (this.#length + bytes.length > DATAGRAM_MARK) return
    this.#received.push({ bytes, from })
    this.#length += bytes.length
    this.reactor.notify(this)
  }

  failed(code: string, reason?: string): void {
    this.failure = new ConnectionError(code, reason)
    this.reactor.notify(this)
  }

  #open(local: Address | null): Datagrams {
    if (!this.#datagrams) {
      if (this.family === 'unix') throw new SystemError('EOPNOTSUPP')
      if (!this.transport.datagrams) throw new ConnectionError('EOPNOTSUPP', 'this transport has no UDP')
      const { family } = this
      this.#datagrams = systemCall(() => this.transport.datagrams!(family, local, this))
      this.#datagrams.attend(this.listener !== null)
      this.local = this.#datagrams.local ?? local
    }
    return this.#datagrams
  }

  bind(local: Address): void {
    if (this.#datagrams) throw new SystemError('EINVAL')
    systemCall(() => this.transport.checkBind?.({ ...local, port: 0 } as Address))
    this.#open(local)
    this.throwPendingError()
  }

  connect(remote: Address): void {
    const datagrams = this.#open(null)
    systemCall(() => datagrams.connect?.(remote))
    this.remote = remote
    this.local = datagrams.local ?? this.local
  }

  receive(into: Uint8Array, peek: boolean): { length: number; from: Address | null } {
    this.throwPendingError()
    const datagram = this.#received[0]
    if (!datagram) return peek ? NOTHING_YET : this.#readNow(into)
    const part = datagram.bytes.subarray(0, into.length)
    into.set(part)
    if (!peek) {
      this.#received.shift()
      this.#length -= datagram.bytes.length
      this.reactor.moved(this)
    }
    return { length: part.length, from: datagram.from }
  }

  /** One that the transport has not announced yet: QUIC reads many at each event. */
  #readNow(into: Uint8Array): { length: number; from: Address | null } {
    const length = this.remote ? (this.#datagrams?.read?.(into) ?? -1) : -1
    if (length < 0) return NOTHING_YET
    this.reactor.moved(this)
    return { length, from: this.remote }
  }

  send(from: Uint8Array, to: Address | null): number {
    this.throwPendingError()
    const target = to ?? this.remote
    if (!target) throw new SystemError('EDESTADDRREQ')
    const datagrams = this.#open(null)
    systemCall(() => datagrams.send(from, target))
    this.reactor.moved(this)
    return from.length
  }

  get available(): number {
    return this.#received[0]?.bytes.length ?? 0
  }

  close(): void {
    this.reactor.unwatch(this)
    this.#datagrams?.close()
    this.#received.length = 0
  }
}
