// Datagram sockets over a transport: each read is one datagram, with its sender.
import { ConnectionError, SystemError, iovec, systemCall } from '../abi.js'
import { AGAIN, FAILED, READABLE, WRITABLE } from '../descriptors.js'
import type { Memory } from '../memory.js'
import type { Address, DatagramEvents, Datagrams } from '../transports/transport.js'
import { Socket } from './socket.js'

/** When more than this many bytes would wait, a datagram is dropped, as a kernel does. */
const DATAGRAM_MARK = 1024 * 1024

/** Copies what fits into the `size` bytes at `at`. Returns how many bytes. */
function copy(into: Uint8Array, at: number, size: number, bytes: Uint8Array): number {
  const part = bytes.length > size ? bytes.subarray(0, size) : bytes
  into.set(part, at)
  return part.length
}

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
    if (peek)
      return datagram ? { length: copy(into, 0, into.length, datagram.bytes), from: datagram.from } : NOTHING_YET
    const from = datagram ? datagram.from : this.remote
    const length = this.#next(into, 0, into.length)
    if (length < 0) return NOTHING_YET
    this.reactor.moved(this)
    return { length, from }
  }

  /**
   * Receives datagrams of one sender. `places` is the address of an array of `count` struct iovec, in which the length
   * of a place becomes that of its datagram. Returns how many there were, or AGAIN. QUIC has many at each event.
   */
  receiveMany(memory: Memory, places: number, count: number): { length: number; from: Address | null } {
    this.throwPendingError()
    const waiting = this.#received[0]
    const from = waiting ? waiting.from : this.remote
    const { bytes, view } = memory
    let received = 0
    while (received < count && this.#received[0]?.from === waiting?.from) {
      const place = places + received * iovec.size
      const at = view.getUint32(place + iovec.iov_base, true)
      const length = this.#next(bytes, at, view.getUint32(place + iovec.iov_len, true))
      if (length < 0) break
      view.setUint32(place + iovec.iov_len, length, true)
      received++
    }
    if (received === 0) return NOTHING_YET
    this.reactor.moved(this)
    return { length: received, from }
  }

  /**
   * Moves the next datagram into the `size` bytes at `at`: the oldest that waits, or one that the transport has not
   * announced yet. Returns its length there, or -1.
   */
  #next(into: Uint8Array, at: number, size: number): number {
    const datagram = this.#received.shift()
    if (!datagram) return this.remote ? (this.#datagrams?.read?.(into, at, size) ?? -1) : -1
    this.#length -= datagram.bytes.length
    return copy(into, at, size, datagram.bytes)
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
