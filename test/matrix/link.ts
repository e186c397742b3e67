// A connection of the origin, and the ways to end it.
import net from 'node:net'
import tls from 'node:tls'
import { reset } from '../servers/tunnel.js'

/** Everything that is written is taken, at some time; who has left meanwhile is no error. */
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

  /** The address that the client has chosen, which says which cell it is. */
  get address(): string {
    return this.raw.localAddress ?? ''
  }

  /** Resolves when the kernel has it, or nobody wants it any more. */
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

  /** Ends sending: over TLS with close_notify. What comes is dropped until the other end has ended too. */
  fin(): void {
    this.stream.removeAllListeners('data')
    this.stream.on('data', () => {}).on('end', () => this.raw.destroy())
    this.stream.end()
  }

  /** Ends without close_notify. */
  cut(): void {
    this.raw.destroy()
  }

  /** One that is about to end, because the client has left, is closed: Node would keep what it cannot reset. */
  rst(): void {
    if (this.stream.writableEnded) this.raw.destroy()
    else reset(this.raw)
  }

  /** Looks again at a client that was not read from, and may have left. */
  look(): void {
    this.stream.resume()
  }

  /** Calls back when it is closed. */
  whenClosed(then: () => void): void {
    this.raw.once('close', then)
  }
}
