// A transport of one's own: connections as pairs of web streams, made by a function. Whoever can open such a pair to a host
// (a Worker runtime's sockets, a message channel, a test) has a transport.
import { SyntheticNames } from './names.js'
import { TransportError, type Stream, type StreamEvents, type Transport } from './transport.js'

export interface StreamPair {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
}

/**
 * Opens a connection to a host, which is a name or an address. Rejects with an error whose `code` is one of errno's names,
 * such as 'ECONNREFUSED'; any other counts as that. The signal aborts when nobody wants the connection any more.
 */
export type OpenStreams = (host: string, port: number, signal: AbortSignal) => Promise<StreamPair>

/** Bytes that wait for the writable, beyond what it wants itself. */
const WRITE_MARK = 64 * 1024

class PairStream implements Stream {
  readonly #abort = new AbortController()
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null
  #pending = 0
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
    if (this.#closed) return void (await Promise.allSettled([readable.cancel(), writable.abort()]))
    this.#reader = readable.getReader()
    this.#writer = writable.getWriter()
    // that it takes no more matters to who writes; what has come can still be read
    this.#writer.closed.catch(() => {})
    opened()
    void this.#read()
  }

  #fail(error: unknown, otherwise: string): void {
    if (this.#closed) return
    this.#closed = true
    const { code, message } = Object(error) as { code?: string; message?: string }
    this.events.failed(code ?? otherwise, code === undefined ? message : undefined)
  }

  async #read(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      while (!this.#paused && !this.#closed) {
        const { done, value } = await this.#reader!.read()
        if (this.#closed) return
        if (done) return this.events.ended()
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
        if (!this.#closed && (full || this.#pending === 0)) this.events.drained()
      },
      (error: unknown) => this.#fail(error, 'ECONNRESET'),
    )
  }

  end(): void {
    this.#writer?.close().catch(() => {})
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#abort.abort()
    // what has been written is sent before the end; the rest of what comes is of no use
    this.#writer?.close().catch(() => {})
    this.#reader?.cancel().catch(() => {})
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
 * const transport = streamTransport(async (host, port) => {
 *   const socket = net.connect(port, host)
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
