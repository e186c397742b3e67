// What all sockets have in common: a family, the addresses of both ends, a pending error. The methods are named after
// the system calls and throw SystemError.
//
// A socket keeps what has arrived until it is read, reports at any moment what it is ready for, and notifies the
// reactor when that changes.
import { SystemError, type ConnectionError } from '../abi.js'
import type { Descriptor } from '../descriptors.js'
import { Watchable, type Reactor } from '../reactor.js'
import type { Address, Transport } from '../transports/transport.js'

export type SocketFamily = 'IPv4' | 'IPv6' | 'unix'

export function anyAddress(family: SocketFamily): Address {
  if (family === 'unix') return { family, path: '' }
  return { family, address: family === 'IPv6' ? '::' : '0.0.0.0', port: 0 }
}

export abstract class Socket extends Watchable implements Descriptor {
  protected local: Address | null = null
  protected remote: Address | null = null
  /** The failure that no system call has reported yet (SO_ERROR). */
  protected failure: ConnectionError | null = null

  constructor(
    readonly family: SocketFamily,
    protected readonly transport: Transport,
    readonly reactor: Reactor,
  ) {
    super()
  }

  /** Takes the pending error, as getsockopt(SO_ERROR) does. */
  takeFailure(): ConnectionError | null {
    const { failure } = this
    this.failure = null
    return failure
  }

  getsockname(): Address {
    return this.local ?? anyAddress(this.family)
  }

  /** The other end, if it is known. */
  get peer(): Address | null {
    return this.remote
  }

  getpeername(): Address {
    if (!this.remote) throw new SystemError('ENOTCONN')
    return this.remote
  }

  protected throwPendingError(): void {
    const failure = this.takeFailure()
    if (failure) throw failure
  }

  read(into: Uint8Array): number {
    return this.receive(into, false).length
  }

  write(from: Uint8Array): number {
    return this.send(from, null)
  }

  abstract bind(local: Address): void
  abstract connect(remote: Address): void
  abstract receive(into: Uint8Array, peek: boolean): { length: number; from: Address | null }
  abstract send(from: Uint8Array, to: Address | null): number
  /** Bytes that could be read at once. */
  abstract get available(): number
  abstract close(): void
}
