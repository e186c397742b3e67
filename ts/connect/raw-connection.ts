// A connection that libcurl makes and then leaves to its caller, with CURLOPT_CONNECT_ONLY. curl_easy_send and
// curl_easy_recv transfer bytes, and the host's reactor reports readiness. (C side of the end of TLS and of ALPN:
// wasm/src/libcurl/tls.c)
//
// libcurl and OpenSSL buffer bytes that the socket does not know about. So a reader reads until there is nothing, and
// only then waits for the socket.
import { READABLE, WRITABLE, FAILED } from '../../shim/descriptors.js'
import { StreamSocket } from '../../shim/sockets/stream.js'
import { CURLE_AGAIN, CURLE_GOT_NOTHING, CURLE_OK, CURLE_SEND_ERROR } from '../libcurl/constants.gen.js'
import { handshakeOf } from '../libcurl/tls.js'
import type { Easy } from '../libcurl/easy.js'
import { CurlError } from '../libcurl/errors.js'
import type { Multi } from '../libcurl/multi.js'
import { certificate, endpoint, type Endpoint, type TlsInfo } from '../http/connections.js'
import { ROOM, type Shared } from './shared.js'

/** Facts about a connection. */
export interface SocketInfo {
  /** The address of the server, or of the proxy. null if it is not known, as behind some relays. */
  remoteAddress: Endpoint | null
  localAddress: Endpoint | null
  /** The protocol that TLS has negotiated, such as 'h2'. */
  alpn: string | null
  /** null without TLS. */
  tls: TlsInfo | null
}

/** The most bytes of one call of recv. They are read again at once, while the processor's cache has them. */
const RECEIVED = 128 * 1024
/** The most bytes that TLS gets in one call of send: it reports a piece only when all of it is sent. */
const TLS_PIECE = 64 * 1024

/** How long a closed connection waits for the other end, in milliseconds. */
const LINGER_MS = 2000

type Listener = () => void

export class RawConnection {
  readonly easy: Easy
  readonly shared: Shared
  readonly #multi: Multi
  /** It uses TLS up to the server itself. */
  readonly secure: boolean
  /** Resolves when the connection is established. Rejects with a CurlError. */
  readonly opened: Promise<void>
  #socket: StreamSocket | null = null
  #closed = false
  /** Sending has ended. */
  #ended = false
  #reading: Listener | null = null
  #writing: Listener | null = null
  /** What the socket must be ready for. TLS may have to write before it can read, and to read before it can write. */
  #readNeeds = READABLE
  #writeNeeds = WRITABLE
  #watched = 0
  /** It keeps the process alive while somebody waits for it. */
  #attended = true
  #broken: ((error: CurlError) => void) | null = null
  /** What else has memory of the module for this connection. */
  readonly #parts: { close(): void }[] = []
  readonly #trapped = (error: CurlError): void => this.#broken?.(error)

  /** Starts to connect a configured handle, and owns it from then on. */
  constructor(shared: Shared, easy: Easy, secure: boolean) {
    this.shared = shared
    this.easy = easy
    this.secure = secure
    this.#multi = shared.enter(this)
    this.opened = new Promise((resolve, reject) => {
      const ended = (error: unknown): void => {
        if (error) return reject(error)
        const s = easy.getinfo('ACTIVESOCKET')
        // a server's 'Connection: close' makes libcurl close the connection
        if (s < 0) return reject(new CurlError(CURLE_GOT_NOTHING, 'the connection was closed at once'))
        this.#socket = shared.libcurl.host.descriptors.get(s) as StreamSocket
        resolve()
      }
      this.#multi.start(easy, ended, true)
    })
    shared.libcurl.onTrap.add(this.#trapped)
    this.opened.catch(() => {}) // not an unhandled rejection, because callers await it later
  }

  /** Calls `listener` when the module has trapped. */
  onBroken(listener: (error: CurlError) => void): void {
    this.#broken = listener
  }

  /** Takes something that is closed with the connection, if not before. */
  own(part: { close(): void }): void {
    this.#parts.push(part)
  }

  get closed(): boolean {
    return this.#closed
  }

  // --- waiting ---

  /** Calls `listener` whenever there may be something to read, until it is given null. */
  watchReadable(listener: Listener | null): void {
    this.#reading = listener
    this.#watch()
  }

  /** Calls `listener` whenever send() may take more, until it is given null. */
  watchWritable(listener: Listener | null): void {
    this.#writing = listener
    this.#watch()
  }

  #watch(): void {
    if (!this.#socket) return
    const interest = (this.#reading ? this.#readNeeds : 0) | (this.#writing ? this.#writeNeeds : 0)
    if (this.#closed || interest === this.#watched) return
    this.#watched = interest
    const { reactor } = this.shared.libcurl.host
    // without a listener the socket is not watched, because one that has failed is always ready
    if (interest === 0) reactor.unwatch(this.#socket!)
    else {
      reactor.watch(this.#socket!, interest, this.#ready)
      if (!this.#attended) this.#socket!.attend(false)
    }
  }

  /** Sets whether it keeps the process alive while somebody waits for it. By default it does. */
  attend(attended: boolean): void {
    this.#attended = attended
    if (this.#watched !== 0) this.#socket!.attend(attended)
  }

  #ready = (ready: number): void => {
    const failed = (ready & FAILED) !== 0
    if (failed || ready & this.#readNeeds) this.#reading?.()
    if (failed || ready & this.#writeNeeds) this.#writing?.()
  }

  /** To be called when libcurl could not read: then the socket had no bytes, or TLS must write first. */
  blockedReading(): void {
    this.#readNeeds = this.#socket!.readiness() & READABLE ? WRITABLE : READABLE
    this.#watch()
  }

  /** To be called when libcurl could not write: then the socket had no room, or TLS must read first. */
  blockedWriting(): void {
    this.#writeNeeds = this.#socket!.readiness() & WRITABLE ? READABLE : WRITABLE
    this.#watch()
  }

  // --- bytes ---

  /** Some bytes; an empty array at the end, null if nothing has come yet. @throws CurlError */
  receive(): Uint8Array<ArrayBuffer> | null {
    const length = this.receiveRoom()
    return length < 0 ? null : this.shared.take(length)
  }

  /** As receive(), into the shared buffer. Returns how many bytes have come, or -1 if nothing has come yet. */
  receiveRoom(): number {
    const { shared, easy } = this
    const { exports, host } = shared.libcurl
    const result = exports.curl_easy_recv(easy.pointer, shared.room, RECEIVED, shared.results)
    if (result === CURLE_OK) return host.memory.u32(shared.results)
    if (result !== CURLE_AGAIN) throw easy.error(result)
    this.blockedReading()
    return -1
  }

  /** The most bytes of one call of send. */
  get piece(): number {
    return this.secure ? TLS_PIECE : ROOM
  }

  /**
   * Sends the start of `bytes`, and returns how many bytes were sent. 0 means that the socket has no room: then send
   * the same bytes again later. @throws CurlError
   */
  send(bytes: Uint8Array): number {
    const piece = bytes.length > this.piece ? bytes.subarray(0, this.piece) : bytes
    this.shared.fill(piece)
    return this.sendRoom(piece.length)
  }

  /** As send(), for the first `length` bytes of the shared buffer. */
  sendRoom(length: number): number {
    const { shared, easy } = this
    const { exports, host } = shared.libcurl
    const result = exports.curl_easy_send(easy.pointer, shared.room, length, shared.results)
    if (result === CURLE_OK) return host.memory.u32(shared.results)
    if (result !== CURLE_AGAIN) throw easy.error(result)
    this.blockedWriting()
    return 0
  }

  /** Ends sending, with TLS by close_notify. false if the socket has no room: then call it again. @throws CurlError */
  end(): boolean {
    if (this.#ended) return true
    const { easy, shared } = this
    const result = this.secure ? shared.libcurl.exports.tls_end(easy.pointer) : this.#shutdown()
    if (result !== CURLE_OK && result !== CURLE_AGAIN) throw easy.error(result)
    if (result === CURLE_AGAIN) this.blockedWriting()
    else this.#ended = true
    return this.#ended
  }

  #shutdown(): number {
    try {
      this.#socket!.shutdown(true)
      return CURLE_OK
    } catch {
      return CURLE_SEND_ERROR // it is broken
    }
  }

  /** Closes the connection, or stops connecting: `opened` then rejects. Bytes that were sent still go out. */
  close(): void {
    if (this.#closed) return
    this.watchReadable(null)
    this.watchWritable(null)
    this.#closed = true
    this.shared.libcurl.onTrap.delete(this.#trapped)
    const close = (): void => {
      this.#multi.cancel(this.easy)
      this.easy.close()
      for (const part of this.#parts) part.close()
      this.shared.leave(this, this.#multi)
    }
    // libcurl cannot be entered from inside one of its callbacks
    if (this.shared.libcurl.callbackDepth > 0) queueMicrotask(close)
    else close()
  }

  /**
   * Closes it when the other end has ended too, or after LINGER_MS; bytes that still come are dropped. If a socket were
   * closed at once, it would answer late bytes with a reset, and the other end would lose what it has not read yet.
   * With `end`, this end ends sending first; without, the other end knows already that it must close. Resolves when it
   * is closed.
   */
  async linger(end: boolean): Promise<void> {
    // libcurl cannot be entered from inside one of its callbacks
    if (this.shared.libcurl.callbackDepth > 0) await null
    if (!this.#socket || this.#closed) return this.close()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LINGER_MS)
      const attempt = (step: () => void) => (): void => {
        try {
          step()
        } catch {
          clearTimeout(timer)
          resolve() // it is broken
        }
      }
      const finish = attempt(() => {
        if (!this.end()) return
        this.#shutdown() // with TLS, also the TCP connection beneath it
        this.watchWritable(null)
      })
      const drop = attempt(() => {
        let bytes: Uint8Array | null
        do bytes = this.receive()
        while (bytes?.length)
        if (bytes === null) return
        clearTimeout(timer)
        resolve()
      })
      this.watchReadable(drop)
      if (end) this.watchWritable(finish)
      if (end) finish()
      drop()
    })
    this.close()
  }

  // --- what is known of it ---

  /** To be called once the connection is established. */
  info(): SocketInfo {
    const { easy, shared } = this
    const { exports, host } = shared.libcurl
    const ends = {
      remoteAddress: endpoint(easy, 'PRIMARY_IP', 'PRIMARY_PORT'),
      localAddress: endpoint(easy, 'LOCAL_IP', 'LOCAL_PORT'),
    }
    if (!this.secure) return { ...ends, alpn: null, tls: null }
    // attaches the connection to its handle, as libcurl does in the first call; over TLS, 0 bytes send nothing
    exports.curl_easy_send(easy.pointer, shared.room, 0, shared.results)
    const length = exports.tls_alpn(easy.pointer, shared.results)
    const tls = {
      ...handshakeOf(easy)!,
      chain: (easy.getinfo('CERTINFO') as string[][]).map(certificate),
    }
    return { ...ends, alpn: length > 0 ? host.memory.text(host.memory.u32(shared.results), length) : null, tls }
  }
}
