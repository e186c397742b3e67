// A connection of connect() as a socket of Node's: a Duplex with what http, https and their users expect of net.Socket
// and tls.TLSSocket.
import { X509Certificate } from 'node:crypto'
import { Duplex } from 'node:stream'
import { clearTimeout, setTimeout } from 'node:timers'
import { Buffer } from 'node:buffer'
import type { CurlSocket } from '../connect/connect.js'
import type { SocketInfo } from '../connect/raw-connection.js'
import { CurlError } from '../libcurl/errors.js'
import type { ServerCheck } from './connect-options.js'
import { nodeError } from './errors.js'

/** What is known before the connection is established. */
export interface SocketAbout {
  hostname: string
  /** null without TLS. */
  tls: { verified: boolean; servername: string; check: ServerCheck | null } | null
  /** Breaks the connection. */
  abort: AbortController
}

export class AgentSocket extends Duplex {
  connecting = true
  bytesRead = 0
  bytesWritten = 0
  /** In milliseconds: that of setTimeout(). */
  timeout = 0
  /** true with TLS, as a TLSSocket; else there is none. */
  declare readonly encrypted?: true
  /** Whether the server was verified; only with TLS. */
  declare authorized?: boolean
  declare authorizationError?: string | null
  declare readonly servername?: string
  /** The protocol that TLS has negotiated, or false. */
  declare alpnProtocol?: string | false
  readonly #socket: CurlSocket
  readonly #about: SocketAbout
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>
  readonly #writer: WritableStreamDefaultWriter<Uint8Array | string>
  #info: SocketInfo | null = null
  #timer: NodeJS.Timeout | null = null
  /** Resolves when bytes may be sent. Never rejects, because destroy() ends what waits. */
  readonly #ready: Promise<void>

  constructor(socket: CurlSocket, about: SocketAbout) {
    super({ allowHalfOpen: false, decodeStrings: true })
    this.#socket = socket
    this.#about = about
    this.#reader = socket.readable.getReader()
    this.#writer = socket.writable.getWriter()
    // 'error' reports them
    this.#reader.closed.catch(() => {})
    this.#writer.closed.catch(() => {})
    this.#writer.ready.catch(() => {})
    if (about.tls) {
      const { servername } = about.tls
      Object.assign(this, { encrypted: true, authorized: false, authorizationError: null, alpnProtocol: false })
      Object.assign(this, { servername })
    }
    this.#ready = socket.opened.then(
      (info) => this.#opened(info),
      (error: unknown) => this.#fail(error),
    )
  }

  #opened(info: SocketInfo): void {
    if (this.destroyed) return
    this.#info = info
    const { tls } = this.#about
    if (tls) {
      const wrong = tls.check?.(tls.servername, this.getPeerCertificate(true))
      if (wrong) return void this.destroy(wrong)
      this.authorized = tls.verified
      this.authorizationError = tls.verified ? null : 'the server was not verified'
      this.alpnProtocol = info.alpn ?? false
    }
    this.connecting = false
    this.#active()
    this.emit('connect')
    if (tls) this.emit('secureConnect')
    this.emit('ready')
  }

  #fail(error: unknown): void {
    const { hostname } = this.#about
    this.destroy(error instanceof CurlError ? nodeError(error, hostname) : (error as Error))
  }

  // --- bytes ---

  override _read(): void {
    this.#reader.read().then(
      ({ done, value }) => {
        if (done) return void this.push(null)
        this.bytesRead += value.length
        this.#active()
        this.push(Buffer.from(value.buffer, value.byteOffset, value.length))
      },
      (error: unknown) => this.#fail(error),
    )
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.connecting) return void this.#ready.then(() => this.#send(chunk, callback))
    this.#send(chunk, callback)
  }

  #send(chunk: Buffer, callback: (error?: Error | null) => void): void {
    if (this.destroyed) return
    this.#writer.write(chunk).then(
      () => {
        this.bytesWritten += chunk.length
        this.#active()
        callback()
      },
      (error: unknown) => {
        this.#fail(error)
        callback(error as Error)
      },
    )
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer' as BufferEncoding, callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#writer.close().then(
      () => callback(),
      (error: unknown) => callback(error as Error),
    )
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.connecting = false
    this.setTimeout(0)
    this.#about.abort.abort(error ?? new DOMException('the socket was destroyed', 'AbortError'))
    callback(error)
  }

  /** Destroys it once all that was written is sent. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  // --- as net.Socket ---

  /** Emits 'timeout' after this time without a byte. 0 ends that. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    this.timeout = milliseconds
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = milliseconds > 0 ? setTimeout(() => this.emit('timeout'), milliseconds).unref() : null
    if (listener && milliseconds > 0) this.once('timeout', listener)
    else if (listener) this.removeListener('timeout', listener)
    return this
  }

  #active(): void {
    this.#timer?.refresh()
  }

  /** Without effect: libcurl sets it when it connects, from the agent's keepAlive. */
  setKeepAlive(): this {
    return this
  }

  /** Without effect: libcurl does not delay. */
  setNoDelay(): this {
    return this
  }

  ref(): this {
    this.#socket.ref()
    return this
  }

  unref(): this {
    this.#socket.unref()
    return this
  }

  get pending(): boolean {
    return this.connecting
  }

  get readyState(): string {
    if (this.connecting) return 'opening'
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  get remoteAddress(): string | undefined {
    return this.#info?.remoteAddress?.address
  }

  get remotePort(): number | undefined {
    return this.#info?.remoteAddress?.port
  }

  get remoteFamily(): string | undefined {
    return familyOf(this.remoteAddress)
  }

  get localAddress(): string | undefined {
    return this.#info?.localAddress?.address
  }

  get localPort(): number | undefined {
    return this.#info?.localAddress?.port
  }

  get localFamily(): string | undefined {
    return familyOf(this.localAddress)
  }

  address(): { address?: string; family?: string; port?: number } {
    const { localAddress, localFamily, localPort } = this
    return localAddress === undefined ? {} : { address: localAddress, family: localFamily, port: localPort }
  }

  // --- as tls.TLSSocket ---

  /** The version of TLS; null without. */
  getProtocol(): string | null {
    return this.#info?.tls?.version ?? null
  }

  getCipher(): { name: string; standardName: string; version: string } | undefined {
    const tls = this.#info?.tls
    return tls ? { name: tls.cipher, standardName: tls.cipher, version: tls.version } : undefined
  }

  /** The server's certificate, as TLSSocket's. With `detailed`, each has the one that signed it. */
  getPeerCertificate(detailed = false): object {
    const chain = this.#certificates().map((certificate) => certificate.toLegacyObject())
    if (chain.length === 0) return {}
    if (detailed) chain.forEach((each, at) => Object.assign(each, { issuerCertificate: chain[at + 1] ?? each }))
    return chain[0]!
  }

  getPeerX509Certificate(): X509Certificate | undefined {
    return this.#certificates()[0]
  }

  #certificates(): X509Certificate[] {
    return (this.#info?.tls?.chain ?? []).map(({ pem }) => new X509Certificate(pem))
  }
}

function familyOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
