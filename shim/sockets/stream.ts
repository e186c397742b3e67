// Stream sockets over a transport: fresh, connecting, connected, over, broken, listening, closed.
//
// When its connection is gone, a socket behaves as a kernel's does: what has arrived is read first, then the end or the
// error. And it is writable, because write() fails with EPIPE: a caller that waits for room must not wait for ever.
import { ConnectionError, SystemError, systemCall } from '../abi.js'
import { fill } from '../bytes.js'
import { soon } from '../clock.js'
import { AGAIN, FAILED, READABLE, WRITABLE } from '../descriptors.js'
import type { Address, Listening, ListenerEvents, Stream, StreamEvents } from '../transports/transport.js'
import { Socket, anyAddress } from './socket.js'

/** Bytes. A longer receive queue pauses the stream, until it is down to half of this. */
const HIGH_WATER_MARK = 512 * 1024

/** Looks in a row that read nothing. More than it takes to read what TLS has read ahead. */
const MAX_VAIN_LOOKS = 16

/** What receive() returns before anything has arrived. */
const NOTHING_YET = { length: AGAIN, from: null }

const FRESH = 'fresh'
const CONNECTING = 'connecting'
const CONNECTED = 'connected'
/** The connection has ended in both directions: what has arrived can still be read, then the end. */
const OVER = 'over'
/** The connection has failed: what has arrived can still be read, then the error, then the end. */
const BROKEN = 'broken'
const LISTENING = 'listening'
const CLOSED = 'closed'
type State =
  typeof FRESH | typeof CONNECTING | typeof CONNECTED | typeof OVER | typeof BROKEN | typeof LISTENING | typeof CLOSED

/** Every connect() ends with it. It is made once, because to note where an error is made takes longer than the call. */
const IN_PROGRESS = new SystemError('EINPROGRESS')

export class StreamSocket extends Socket implements StreamEvents, ListenerEvents {
  #state: State = FRESH
  #stream: Stream | null = null
  /** What has arrived and has not been read: chunks, how far the first one has been read, and bytes in all. */
  #chunks: Uint8Array[] = []
  #offset = 0
  #length = 0
  #ended = false
  #shut = false
  #paused = false
  #noDelay = false
  #keepAlive = { on: false, idleMs: 0 }
  /** Called when something arrives, or the end, while the socket is not watched. */
  #whileIdle: ((over: boolean) => void) | null = null
  #looksSoon = false
  /** How many of its last calls in a row have read nothing. */
  #vainLooks = 0
  #listening: Listening | null = null
  /** Tells the reactor that it does not listen any more. */
  #unlisten: (() => void) | null = null
  #accepted: { remote: Address | null; local: Address | null; accept: (events: StreamEvents) => Stream }[] = []

  readiness(): number {
    switch (this.#state) {
      case CONNECTED: {
        const readable = this.#length > 0 || this.#ended
        const writable = this.#stream!.writable || this.#shut
        return (readable ? READABLE : 0) | (writable ? WRITABLE : 0)
      }
      case OVER:
        return READABLE | WRITABLE
      case BROKEN:
        return READABLE | WRITABLE | FAILED
      case LISTENING:
        return (this.#accepted.length > 0 ? READABLE : 0) | (this.failure ? FAILED : 0)
      default:
        return 0
    }
  }

  attend(waited: boolean): void {
    if (waited) this.#whileIdle = null
    this.#stream?.attend(waited)
    this.#listening?.attend(waited)
  }

  // --- events of the transport ---

  opened(local: Address | null, remote: Address | null): void {
    this.#state = CONNECTED
    this.local = local ?? this.local
    this.remote = remote ?? this.remote
    this.reactor.notify(this)
  }

  data(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length > HIGH_WATER_MARK && !this.#paused) {
      this.#paused = true
      this.#stream!.pause()
    }
    this.reactor.notify(this)
    this.#lookSoon()
  }

  drained(): void {
    this.reactor.notify(this)
  }

  ended(): void {
    this.#ended = true
    this.reactor.notify(this)
    this.#lookSoon()
  }

  closed(): void {
    this.#state = OVER
    this.reactor.notify(this)
    this.#lookSoon()
  }

  failed(code: string, reason?: string, neverMade?: boolean): void {
    if (this.#state !== LISTENING) this.#state = BROKEN
    this.failure = new ConnectionError(code, reason, neverMade)
    this.reactor.notify(this)
    this.#lookSoon()
  }

  /** Looks in a task of its own, because this may be called from inside libcurl, by look(). */
  #lookSoon(): void {
    this.#vainLooks = 0
    if (this.#whileIdle === null || this.#looksSoon) return
    this.#looksSoon = true
    soon(this.#look)
  }

  #look = (): void => {
    this.#looksSoon = false
    const listener = this.#whileIdle
    if (listener === null) return
    const unread = this.#length
    listener(unread === 0 && this.#isOver)
    // libcurl reads a part at a time, and TLS may have read some of it ahead
    if (this.#length < unread) this.#vainLooks = 0
    if (this.#whileIdle !== listener || unread === 0 || ++this.#vainLooks > MAX_VAIN_LOOKS) return
    this.#looksSoon = true
    soon(this.#look)
  }

  accepted(remote: Address | null, local: Address | null, accept: (events: StreamEvents) => Stream): void {
    this.#accepted.push({ remote, local, accept })
    this.reactor.notify(this)
  }

  // --- system calls ---

  bind(local: Address): void {
    if (this.#state !== FRESH || this.local) throw new SystemError('EINVAL')
    if (local.family !== this.family) throw new SystemError('EAFNOSUPPORT')
    systemCall(() => this.transport.checkBind?.(local))
    this.local = local
  }

  /**
   * Listens already, if the socket is bound to port 0 and has no port yet: active FTP asks for the port between bind()
   * and listen(). Otherwise bind() to port 0 leaves the choice of the port to connect() or listen().
   */
  override getsockname(): Address {
    const { local } = this
    if (this.#state === FRESH && local && local.family !== 'unix' && local.port === 0 && this.transport.listen) {
      this.#listening = systemCall(() => this.transport.listen!(local, this))
      this.#listening.attend(false)
      this.local = this.#listening.local
    }
    return super.getsockname()
  }

  listen(): void {
    if (!this.transport.listen) throw new SystemError('EOPNOTSUPP')
    if (this.#state !== FRESH) throw new SystemError('EINVAL')
    this.#listening ??= systemCall(() => this.transport.listen!(this.local ?? anyAddress(this.family), this))
    this.local = this.#listening.local
    this.#state = LISTENING
    this.#unlisten = this.reactor.listens()
    this.attend(this.listener !== null)
  }

  /** The next incoming connection, as a socket of its own. */
  accept(): StreamSocket {
    if (this.#state !== LISTENING) throw new SystemError('EINVAL')
    this.throwPendingError()
    const next = this.#accepted.shift()
    if (!next) throw new SystemError('EAGAIN')
    this.reactor.moved(this)
    const socket = new StreamSocket(this.family, this.transport, this.reactor)
    socket.#stream = next.accept(socket)
    socket.#stream.attend(false)
    socket.opened(next.local, next.remote)
    return socket
  }

  connect(remote: Address): void {
    if (this.#state === CONNECTING) throw new SystemError('EALREADY')
    if (this.#state === CONNECTED || this.#state === OVER) throw new SystemError('EISCONN')
    if (this.#state === BROKEN) this.throwPendingError()
    if (this.#state !== FRESH) throw new SystemError('EINVAL')
    if (remote.family !== this.family) throw new SystemError('EAFNOSUPPORT')
    // getsockname() may have taken the port, and the transport takes it again for the connection
    this.#listening?.close()
    this.#listening = null
    this.#state = CONNECTING
    this.remote = remote
    this.#stream = systemCall(() => this.transport.connect(remote, this.local, this))
    if (this.#noDelay) this.#stream.setNoDelay(true)
    if (this.#keepAlive.on) this.#stream.setKeepAlive(true, this.#keepAlive.idleMs)
    this.#stream.attend(this.listener !== null)
    throw IN_PROGRESS
  }

  receive(into: Uint8Array, peek: boolean): { length: number; from: null } {
    if (this.#length === 0) {
      this.throwPendingError()
      if (this.#state === CONNECTED && !this.#ended) return NOTHING_YET
      if (this.#state === CONNECTED || this.#state === OVER || this.#state === BROKEN) return { length: 0, from: null }
      if (this.#state === CONNECTING) return NOTHING_YET
      throw new SystemError('ENOTCONN')
    }
    let filled = 0
    let [index, offset] = [0, this.#offset]
    while (filled < into.length && index < this.#chunks.length) {
      const chunk = this.#chunks[index]!
      const part = fill(into, filled, chunk, offset)
      filled += part
      offset += part
      if (offset === chunk.length) {
        index++
        offset = 0
        if (!peek) this.#stream!.release(chunk)
      }
    }
    if (!peek) this.#consume(index, offset, filled)
    return { length: filled, from: null }
  }

  #consume(chunks: number, offset: number, bytes: number): void {
    if (chunks === this.#chunks.length) this.#chunks.length = 0
    else if (chunks === 1) this.#chunks.shift()
    else if (chunks > 1) this.#chunks.splice(0, chunks)
    this.#offset = offset
    this.#length -= bytes
    this.reactor.moved(this)
    if (this.#paused && this.#length <= HIGH_WATER_MARK / 2) {
      this.#paused = false
      if (this.#state === CONNECTED) this.#stream!.resume()
    }
  }

  send(from: Uint8Array): number {
    if (this.#state === CONNECTING) return AGAIN
    this.throwPendingError()
    if (this.#state === OVER || this.#state === BROKEN || this.#shut) throw new SystemError('EPIPE')
    if (this.#state !== CONNECTED) throw new SystemError('ENOTCONN')
    if (!this.#stream!.writable) return AGAIN
    this.#stream!.write(from)
    this.reactor.moved(this)
    return from.length
  }

  shutdown(sending: boolean): void {
    if (this.#state === OVER) return
    if (this.#state !== CONNECTED) throw new SystemError('ENOTCONN')
    if (!sending || this.#shut) return
    this.#shut = true
    this.#stream!.end()
  }

  /**
   * Calls `listener` when something has arrived, for as long as the socket is not watched, and with true when the
   * connection is over and everything has been read. This does not keep the process alive.
   */
  whileIdle(listener: (over: boolean) => void): void {
    this.#whileIdle = listener
    if (this.#length > 0 || this.#isOver) this.#lookSoon()
  }

  get #isOver(): boolean {
    return this.#ended || this.#state === OVER || this.#state === BROKEN
  }

  get available(): number {
    return this.#length
  }

  look(): void {
    if (this.#state !== CONNECTED || !this.#stream!.look) throw new SystemError('EDEADLK')
    systemCall(() => this.#stream!.look!())
  }

  setNoDelay(on: boolean): void {
    this.#noDelay = on
    this.#stream?.setNoDelay(on)
  }

  setKeepAlive(on: boolean, idleMs: number): void {
    this.#keepAlive = { on, idleMs }
    this.#stream?.setKeepAlive(on, idleMs)
  }

  get keepAlive(): { on: boolean; idleMs: number } {
    return this.#keepAlive
  }

  close(): void {
    this.reactor.unwatch(this)
    this.#whileIdle = null
    this.#state = CLOSED
    this.#stream?.close()
    this.#listening?.close()
    this.#unlisten?.()
    this.#unlisten = null
    for (const { accept } of this.#accepted) accept(this).close()
    for (const chunk of this.#chunks) this.#stream!.release(chunk)
    this.#chunks.length = 0
    this.#length = 0
  }
}
