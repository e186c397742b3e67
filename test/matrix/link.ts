// A connection of the origin, and the ways to end it.
import net from 'node:net'
import tls from 'node:tls'
import { reset } from '../servers/tunnel.js'

/** A connection. Writing to a client that has left is no error. */
export class Link {
  readonly stream: net.Socket
  closed = false

  constructor(
    private readonly raw: net.Socket,
    context: tls.SecureContext | null,
    alpn: string,
  ) {
    this.stream = context
      ? new tls.TLSSocket(raw, { isServer: true, secureContext: context, ALPNProtocols: [alpn] })
      : raw
    for (const socket of [raw, this.stream]) socket.on('error', () => {}).on('close', () => (this.closed = true))
  }

  /** The address that the client connected to, which identifies the cell. */
  get address(): string {
    return this.raw.localAddress ?? ''
  }

  /** Resolves when the kernel has taken the bytes, or the client has left. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed || this.stream.destroyed || this.stream.writableEnded) return resolve()
      this.raw.once('close', resolve)
      this.stream.write(bytes, () => {
        this.raw.off('close', resolve)
        resolve()
      })
    })
  }

  /** Ends sending, over TLS with close_notify, and drops what arrives until the client ends too. */
  fin(): void {
    this.stream.removeAllListeners('data')
    this.stream.on('data', () => {}).on('end', () => this.raw.destroy())
    this.stream.end()
  }

  /** Ends without close_notify. */
  cut(): void {
    this.raw.destroy()
  }

  /** Resets the connection. If the client has left already it closes it, because Node would keep it otherwise. */
  rst(): void {
    if (this.stream.writableEnded) this.raw.destroy()
    else reset(this.raw)
  }

  /** Reads from a client again, to notice whether it has left. */
  look(): void {
    this.stream.resume()
  }

  /** Calls `then` when it is closed. */
  whenClosed(then: () => void): void {
    this.raw.once('close', then)
  }
}
