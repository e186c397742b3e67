// A transport of one's own: connections as pairs of web streams, made by a function. Whoever can open such a pair to a host
// (a Worker runtime's sockets, a message channel, a test) has a transport.
import { errno } from '../abi.js'
import { soon } from '../clock.js'
import { SyntheticNames } from './names.js'
import { TransportError, type Stream, type StreamEvents, type Transport } from './transport.js'

export interface StreamPair {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
}

/**
 * Opens a connection to a host, which is a name or an address. Rejects with an error whose `code` is one of errno's names,
 * such as 'ECONNREFUSED'; any other counts as that. The signal aborts when nobody wants the connection any more, also when
 * it stands: what has been written was taken by then.
 */
export type OpenStreams = (host: string, port: number, signal: AbortSignal) => Promise<StreamPair>

/** Bytes that wait for the writable, beyond what it wants itself. */
const WRITE_MARK = 64 * 1024
/** How long a closed connection may take what was written, in milliseconds. */
const LINGER_MS = 2000
/** How often it is looked whether a connection that has ended still takes what is written, in milliseconds. */
const WATCH_MS = 100

class PairStream implements Stream {
  readonly #abort = new AbortController()
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null
  #pending = 0
  /** Nothing more comes. */
  #ended = false
  #watching = false
  /** Called when nothing that was written waits any more, once it is closed. */
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
    // that it takes no more matters to who writes; what has come can still be read
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
    const known = typeof code === 'string' && Object.hasOwn(errno, code)
    this.events.failed(known ? code : otherwise, known ? undefined : message)
  }

  /** Ends both streams, whatever they still have. */
  #giveUp(): void {
    this.#abort.abort()
    // Node's adapter of its own streams must not be cancelled in the turn in which it was read from: what it gives until
    // its next one ends the process (ERR_INVALID_STATE)
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
        if (!(value instanceof Uint8Array)) throw new TypeError('a stream of a connection gives Uint8Arrays')
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
   * Looks at the writable while it has something. Node's adapter of a socket never answers a write that waits when the
   * other end has ended, and closes nothing: it only has no desired size any more.
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
 * TCP by a function that opens pairs of streams. Names are handed to it as they are.
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
