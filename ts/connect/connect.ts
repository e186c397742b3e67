// connect(): a TCP connection, with TLS or without, as two web streams. It resembles the Sockets API
// (https://sockets-api.proposal.wintertc.org/), which Cloudflare Workers have too.
import { Easy } from '../libcurl/easy.js'
import { toBytes, toText, wrongType, type Bytes } from '../libcurl/option-values.js'
import { RawConnection, type SocketInfo } from './raw-connection.js'
import { OURS, applyOptions, type ConnectionOptions, type TlsOptions } from './connection-options.js'
import { onAbort } from '../common/signals.js'
import type { Shared } from './shared.js'

const OURS_TOO = [...OURS, 'HTTPPROXYTUNNEL', 'SSL_ENABLE_ALPN'] as const

/** The argument of connect(). */
export interface ConnectOptions extends ConnectionOptions<(typeof OURS_TOO)[number]> {
  /** A name or an address; IPv6 without brackets. */
  host: string
  port: number
  /** true for TLS with default options; an object for others. */
  tls?: boolean | ConnectTls
  /** Whether this end may still send after the other end has ended. By default it ends too. */
  allowHalfOpen?: boolean
  /** Stops connecting, or breaks the connection: its promises and streams fail with the signal's reason. */
  signal?: AbortSignal
}

export interface ConnectTls extends TlsOptions {
  /** Protocols to offer, the best first, such as ['h2', 'http/1.1']. */
  alpn?: readonly string[]
}

/** Bytes that are read ahead of the reader, and accepted ahead of the network. */
const HIGH_WATER_MARK = 64 * 1024

/** Checks host and port, and returns them as in a URL. @throws TypeError and RangeError that name what is wrong */
function authorityOf({ host, port }: ConnectOptions): string {
  if (!/^[^\s/?#@[\]\\]+$/.test(toText('host', host)))
    throw new TypeError(`host takes a name or an address, not ${JSON.stringify(host)}`)
  if (typeof port !== 'number') throw wrongType('port', 'a number', port)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new RangeError(`port takes a number from 1 to 65535, not ${port}`)
  return `${host.includes(':') ? `[${host.replace('%', '%25')}]` : host}:${port}`
}

/** Encodes the names of protocols for TLS. @throws TypeError and RangeError */
function alpnList(names: readonly string[]): Uint8Array {
  if (!Array.isArray(names)) throw wrongType('tls.alpn', 'an array of strings', names)
  const parts = names.map((name) => {
    const bytes = new TextEncoder().encode(toText('tls.alpn', name))
    if (bytes.length < 1 || bytes.length > 255)
      throw new RangeError(`tls.alpn: the name of a protocol has 1 to 255 bytes, not ${bytes.length}`)
    return [bytes.length, ...bytes]
  })
  return Uint8Array.from(parts.flat())
}

/** Starts to connect. @throws TypeError, RangeError and CurlError for invalid options */
function dial(shared: Shared, options: ConnectOptions, authority: string): RawConnection {
  const { libcurl } = shared
  const tls = options.tls === true ? {} : options.tls || null
  const easy = new Easy()
  try {
    easy.setopt('URL', `${tls ? 'https' : 'http'}://${authority}/`)
    easy.setopt('CONNECT_ONLY', 1)
    // through an HTTP proxy, connect with CONNECT, because there is no request
    easy.setopt('HTTPPROXYTUNNEL', true)
    // libcurl would offer HTTP
    easy.setopt('SSL_ENABLE_ALPN', false)
    applyOptions(easy, tls ?? {}, options, OURS_TOO)
    if (!tls?.alpn) return new RawConnection(shared, easy, tls !== null)
    const names = alpnList(tls.alpn)
    const list = libcurl.allocate(4 + names.length)
    libcurl.host.memory.setU32(list, names.length)
    libcurl.host.memory.bytes.set(names, list + 4)
    const free = (): void => libcurl.exports.free(list)
    libcurl.exports.easy_offer_alpn(easy.pointer, list)
    const connection = new RawConnection(shared, easy, true)
    connection.opened.then(free, free)
    return connection
  } catch (error) {
    easy.close()
    throw error
  }
}

/** What connect() returns. */
export class CurlSocket {
  /**
   * What the other end sends: a byte stream, which allows readers of mode 'byob'. It ends when the other end has ended.
   */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>
  /** What this end sends. To close it ends sending, while reading goes on; to abort it breaks the connection. */
  readonly writable: WritableStream<Bytes>
  /** Resolves when the connection is established, with TLS when it is verified. Rejects with a CurlError. */
  readonly opened: Promise<SocketInfo>
  /** Resolves when both ends have ended, or after close(). Rejects when the connection breaks. */
  readonly closed: Promise<void>
  readonly #allowHalfOpen: boolean
  #stopListening: () => void = () => {}
  #connection: RawConnection | null = null
  #input!: ReadableByteStreamController
  #output!: WritableStreamDefaultController
  #resolveClosed!: () => void
  #rejectClosed!: (error: unknown) => void
  #rejectOpened!: (error: unknown) => void
  /** Wake up the reader and the writer that wait for the socket. */
  #wakeReader: (() => void) | null = null
  #wakeWriter: (() => void) | null = null
  #connected = false
  #readEnded = false
  #writeEnded = false
  /** Both ends have ended, or the connection is broken or closed. */
  #over = false
  #attended = true

  /** @internal */
  constructor(dialing: Promise<RawConnection>, { allowHalfOpen = false, signal }: ConnectOptions) {
    this.#allowHalfOpen = allowHalfOpen
    this.closed = new Promise((resolve, reject) => {
      this.#resolveClosed = resolve
      this.#rejectClosed = reject
    })
    this.opened = new Promise((resolve, reject) => {
      this.#rejectOpened = reject
      this.#open(dialing).then(resolve, (error: unknown) => this.#fail(error))
    })
    // not unhandled rejections, because the streams report the errors too
    this.opened.catch(() => {})
    this.closed.catch(() => {})
    const opened = this.opened.then(() => {})
    const source: UnderlyingByteSource = {
      type: 'bytes',
      start: (controller) => ((this.#input = controller), opened),
      pull: () => this.#pull(),
      cancel: () => this.#endReading(),
    }
    this.readable = new ReadableStream(source, { highWaterMark: HIGH_WATER_MARK })
    this.writable = new WritableStream<Bytes>(
      {
        start: (controller) => {
          this.#output = controller
          // otherwise an aborted stream would wait for its pending write
          controller.signal.addEventListener('abort', () => this.#failButWritable(controller.signal.reason))
          return opened
        },
        write: (chunk) => this.#write(chunk),
        close: () => this.#end(),
      },
      { highWaterMark: HIGH_WATER_MARK, size: (chunk) => (chunk as Uint8Array)?.byteLength ?? 1 },
    )
    const aborted = (): void => this.#fail(signal!.reason)
    if (signal?.aborted) aborted()
    else if (signal) this.#stopListening = onAbort(signal, aborted)
  }

  async #open(dialing: Promise<RawConnection>): Promise<SocketInfo> {
    const connection = await dialing
    this.#connection = connection
    connection.attend(this.#attended)
    connection.onBroken((error) => this.#fail(error))
    // closed while the module was starting
    if (this.#over) connection.close()
    await connection.opened
    this.#connected = true
    return connection.info()
  }

  // --- reading ---

  async #pull(): Promise<void> {
    try {
      const bytes = await this.#receive()
      // the stream may have been cancelled, or the connection closed, since they were received
      if (bytes === null || this.#readEnded || this.#over) return
      if (bytes.length === 0) return this.#inputEnds()
      this.#input.enqueue(bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Some bytes, as soon as there are any; an empty array at the end; null once reading has ended. */
  async #receive(): Promise<Uint8Array<ArrayBuffer> | null> {
    // workerd's streams of bytes do not wait for start()
    if (!this.#connected) await this.opened
    const connection = this.#connection!
    while (!this.#readEnded && !this.#over) {
      const bytes = connection.receive()
      if (bytes !== null) return bytes
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve
        connection.watchReadable(() => {
          // the socket stays ready, so it would report that again and again until the promise is handled
          connection.watchReadable(null)
          resolve()
        })
      })
      connection.watchReadable(null)
    }
    return null
  }

  /** The other end has ended. */
  async #inputEnds(): Promise<void> {
    this.#closeInput()
    this.#endReading()
    if (this.#allowHalfOpen) return
    try {
      await this.#endSending()
    } catch {
      // no error: the other end has ended in order, and need not receive our end
      this.#endWriting()
    }
  }

  #closeInput(): void {
    this.#input.close()
    // a reader of mode 'byob' still waits with its buffer
    this.#input.byobRequest?.respond(0)
  }

  #endReading(): void {
    this.#readEnded = true
    this.#wakeReader?.()
    if (this.#writeEnded) this.#finish()
  }

  // --- writing ---

  async #write(chunk: Bytes): Promise<void> {
    try {
      let rest = toBytes('a chunk for the socket', chunk)
      while (rest.length > 0) {
        if (this.#writeEnded || this.#over) throw new TypeError('the connection has ended')
        const sent = this.#connection!.send(rest)
        rest = rest.subarray(sent)
        if (sent === 0) await this.#room()
      }
    } catch (error) {
      if (!this.#writeEnded) this.#fail(error)
      throw error
    }
  }

  /** Resolves when the socket accepts more bytes, or the connection is over. */
  async #room(): Promise<void> {
    const connection = this.#connection!
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve
      connection.watchWritable(() => {
        connection.watchWritable(null)
        resolve()
      })
    })
    connection.watchWritable(null)
  }

  /** Ends sending. Does nothing if it has ended already. */
  async #end(): Promise<void> {
    try {
      await this.#endSending()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  async #endSending(): Promise<void> {
    while (!this.#writeEnded && !this.#over) {
      if (this.#connection!.end()) return this.#endWriting()
      await this.#room()
    }
  }

  #endWriting(): void {
    this.#writeEnded = true
    this.#wakeWriter?.()
    if (this.#readEnded) this.#finish()
  }

  /**
   * Lets the process end, although somebody waits for this socket, once it is established. As net.Socket's. Without
   * effect in a page.
   */
  unref(): this {
    return this.#attend(false)
  }

  /** Takes unref() back. */
  ref(): this {
    return this.#attend(true)
  }

  #attend(attended: boolean): this {
    this.#attended = attended
    this.#connection?.attend(attended)
    return this
  }

  // --- the end ---

  /**
   * Closes both ends at once. Writes whose promises have resolved are still sent; queued ones are not, and their
   * promises reject. Resolves as `closed` does: when the other end has closed too, or after two seconds.
   */
  close(): Promise<void> {
    if (this.#over) return this.closed
    const error = new DOMException('the socket was closed', 'AbortError')
    this.#rejectOpened(error)
    if (!this.#readEnded) this.#closeInput()
    this.#output.error(error)
    this.#release()
    if (!this.#connection) this.#resolveClosed()
    else void this.#connection.linger(true).then(this.#resolveClosed)
    return this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#failButWritable(error)
    this.#output.error(error)
  }

  /** Fails everything except the writable, which must not be errored while it is being aborted. */
  #failButWritable(error: unknown): void {
    if (this.#over) return
    this.#rejectOpened(error)
    this.#rejectClosed(error)
    this.#input.error(error)
    this.#finish()
  }

  #finish(): void {
    this.#release()
    this.#connection?.close()
    this.#resolveClosed()
  }

  /** Marks the socket as over, and wakes up what waits for it. */
  #release(): void {
    this.#over = true
    this.#stopListening()
    this.#wakeReader?.()
    this.#wakeWriter?.()
  }
}

/** The type of connect(), after that of the Sockets API. */
export type Connect = (options: ConnectOptions) => CurlSocket

export function makeConnect(share: () => Promise<Shared>): Connect {
  return (options) => {
    const authority = authorityOf(options)
    return new CurlSocket(
      share().then((shared) => dial(shared, options, authority)),
      options,
    )
  }
}
