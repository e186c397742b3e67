// A transport made of a function that opens a connection as a pair of web streams: the sockets of a Worker runtime, a
// message channel, a test.
import { isErrno } from '../abi.js'
import { soon } from '../clock.js'
import { SyntheticNames } from './names.js'
import { TransportError, type Stream, type StreamEvents, type Transport } from './transport.js'

export interface StreamPair {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
}

/**
 * Opens a connection to a host, which is a name or an address. Rejects with an error whose `code` is one of errno's
 * names, such as 'ECONNREFUSED'. Any other error counts as ECONNREFUSED. The signal aborts when the connection is no
 * longer needed, also after it was established. By then what was written was taken, or has waited for two seconds.
 */
export type OpenStreams = (host: string, port: number, signal: AbortSignal) => Promise<StreamPair>

/** The stream is writable while fewer bytes than this wait for the writable. */
const WRITE_MARK = 64 * 1024
/** How long the writable of a closed connection has to take what was written, in milliseconds. */
const LINGER_MS = 2000
/** How often #watch() looks, in milliseconds. */
const WATCH_MS = 100

class PairStream implements Stream {
  readonly #abort = new AbortController()
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null
  #pending = 0
  /** The other end has finished sending. */
  #ended = false
  #watching = false
  /** Set by close(), and called when everything that was written has been taken. */
  #taken: (() => void) | null = null
  #closed = false
  #reading = false
  #paused = false

  constructor(
    opening: (signal: AbortSignal) => Promise<StreamPair>,
    private readonly events: StreamEvents,
    opened: () => void,
  ) {
    this.#open(opening, opened).catch((error: unknown) => this.#fail(error, 'ECONNREFUSED'))
  }

  async #open(opening: (signal: AbortSignal) => Promise<StreamPair>, opened: () => void): Promise<void> {
    const { readable, writable } = await opening(this.#abort.signal)
    this.#reader = readable.getReader()
    this.#writer = writable.getWriter()
    // write() notices when it takes no more. What has arrived can still be read
    this.#writer.closed.catch(() => {})
    if (this.#closed) return this.#giveUp()
    opened()
    void this.#read()
  }

  #fail(error: unknown, otherwise: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#giveUp()
    const { code, message } = Object(error) as { code?: unknown; message?: string }
    const known = isErrno(code)
    this.events.failed(known ? code : otherwise, known ? undefined : message)
  }

  /** Ends both streams, with whatever they still hold. */
  #giveUp(): void {
    this.#abort.abort()
    // Node's adapter of its own streams must not be cancelled in the turn of the event loop in which it was read from:
    // data that it gives before the next turn would end the process (ERR_INVALID_STATE)
    soon(() => {
      this.#writer?.abort().catch(() => {})
      this.#reader?.cancel().catch(() => {})
    })
  }

  async #read(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      while (!this.#paused && !this.#closed) {
        const { done, value } = await this.#reader!.read()
        if (this.#closed) return
        if (done) {
          this.#ended = true
          this.#watch()
          return this.events.ended()
        }
        if (!(value instanceof Uint8Array))
          throw new TypeError(`the stream of a connection gave a value of type ${typeof value}, not a Uint8Array`)
        if (value.length > 0) this.events.data(value)
      }
    } catch (error) {
      this.#fail(error, 'ECONNRESET')
    } finally {
      this.#reading = false
    }
  }

  get writable(): boolean {
    return this.#writer !== null && !this.#closed && this.#pending < WRITE_MARK
  }

  write(bytes: Uint8Array): void {
    const full = this.#pending + bytes.length >= WRITE_MARK
    this.#pending += bytes.length
    this.#writer!.write(bytes.slice()).then(
      () => {
        this.#pending -= bytes.length
        if (this.#pending === 0) this.#taken?.()
        if (!this.#closed && (full || this.#pending === 0)) this.events.drained()
      },
      (error: unknown) => {
        this.#taken?.()
        this.#fail(error, 'ECONNRESET')
      },
    )
    if (this.#ended) this.#watch()
  }

  /**
   * Looks at the writable while writes wait for it. When the other end has ended, Node's adapter of a socket never
   * settles a write that waits, and closes nothing: only its desired size becomes null.
   */
  #watch(): void {
    if (this.#watching || this.#closed || this.#pending === 0) return
    if (this.#writer!.desiredSize === null) return this.#fail(null, 'EPIPE')
    this.#watching = true
    setTimeout(() => {
      this.#watching = false
      this.#watch()
    }, WATCH_MS)
  }

  end(): void {
    this.#writer?.close().catch(() => {})
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (!this.#writer) return this.#abort.abort()
    this.#writer.close().catch(() => {})
    if (this.#pending === 0) return this.#giveUp()
    const timeout = setTimeout(() => this.#taken?.(), LINGER_MS)
    this.#taken = () => {
      this.#taken = null
      clearTimeout(timeout)
      this.#giveUp()
    }
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    if (this.#reader) void this.#read()
  }

  release(): void {}
  attend(): void {}
  setNoDelay(): void {}
  setKeepAlive(): void {}
}

/**
 * TCP by a function that opens pairs of streams. The function gets names unresolved.
 * @example
 * // Node's own sockets, as web streams
 * const transport = streamTransport(async (host, port, signal) => {
 *   const socket = net.connect({ host, port, signal })
 *   await once(socket, 'connect')
 *   return Duplex.toWeb(socket)
 * })
 */
export function streamTransport(open: OpenStreams): Transport {
  const names = new SyntheticNames()
  return {
    connect(remote, local, events) {
      if (remote.family === 'unix' || local) throw new TransportError('EOPNOTSUPP')
      const host = names.hostOf(remote.address)
      return new PairStream(
        (signal) => open(host, remote.port, signal),
        events,
        () => events.opened(null, remote),
      )
    },
    resolve: async (name, family) => names.resolve(name, family),
  }
}
