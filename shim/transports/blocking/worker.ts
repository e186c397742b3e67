// The Worker of blocking calls: it has the sockets, because its event loop runs while the caller's thread is blocked. It
// does what the messages of that thread ask, with a transport such as Node's, and writes what the transport reports
// into the ring. When the ring is full, the streams pause, and datagrams are dropped.
import type {
  Address,
  DatagramEvents,
  Datagrams,
  Listening,
  ListenerEvents,
  Stream,
  StreamEvents,
  Transport,
} from '../transport.js'
import { failureOf } from '../transport.js'
import { Kind, LOOK, WINDOW, encode, type PlainRecord, type Refusal, type Request } from './protocol.js'
import { GONE, READY, RingWriter } from './ring.js'

const NOTHING = new Uint8Array(0)
/** Bytes of one record. */
const PIECE = 128 * 1024
/** The thread learns this often that what it wrote has left, if nothing holds it up. */
const ACKNOWLEDGED = WINDOW / 4
/** Datagrams that are read at one event, and the longest one. */
const DATAGRAMS = 64
const DATAGRAM_BYTES = 65536

/** Writes records, and keeps those that there is no room for. */
class Output {
  readonly #ring: RingWriter
  readonly #look: () => void
  #waiting: { kind: number; id: number; number: number; bytes: Uint8Array; done?: (() => void) | undefined }[] = []
  /** Streams that are paused because of this. */
  readonly #held = new Set<ServedStream>()

  /** @param look Tells the thread that there are records, while it does not look by itself. */
  constructor(ring: RingWriter, look: () => void) {
    this.#ring = ring
    this.#look = look
  }

  /** `done` is called when the bytes have been copied. */
  write(kind: number, id: number, number: number, bytes: Uint8Array, done?: () => void): void {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#put(kind, id, number, bytes)
      done?.()
      return
    }
    this.#waiting.push({ kind, id, number, bytes, done })
    this.#ring.wantRoom()
    this.flush() // there may be room since the look
  }

  json(kind: number, id: number, value: unknown, number = 0): void {
    this.write(kind, id, number, encode(value))
  }

  /** Whether records wait, so that nothing more should be read. */
  get full(): boolean {
    return this.#waiting.length > 0
  }

  /** Whether a datagram of this length is to be dropped. */
  drops(length: number): boolean {
    return this.full || length > this.#ring.room
  }

  #fits(bytes: Uint8Array): boolean {
    return bytes.length <= this.#ring.room
  }

  #put(kind: number, id: number, number: number, bytes: Uint8Array): void {
    if (this.#ring.write(kind, id, number, bytes)) this.#look()
  }

  /** There may be room. */
  flush(): void {
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.bytes)) {
      const { kind, id, number, bytes, done } = this.#waiting.shift()!
      this.#put(kind, id, number, bytes)
      done?.()
    }
    if (this.full) return this.#ring.wantRoom()
    for (const stream of this.#held) stream.release()
    this.#held.clear()
  }

  /** Lets a stream go on when there is room. */
  hold(stream: ServedStream): void {
    this.#held.add(stream)
  }

  /** Drops what waits for a stream that the thread has closed. */
  forget(id: number, stream: ServedStream): void {
    this.#held.delete(stream)
    const dropped = this.#waiting.filter((record) => record.id === id)
    this.#waiting = this.#waiting.filter((record) => record.id !== id)
    for (const { done } of dropped) done?.()
  }
}

/** What the thread names by a number. */
interface Served {
  close(): void
}

class ServedStream implements Served, StreamEvents {
  readonly #id: number
  readonly #output: Output
  #stream: Stream | null = null
  /** The thread has asked for a pause; the ring is full. */
  #paused = false
  #held = false
  /** Bytes that were written and not acknowledged. */
  #taken = 0

  constructor(id: number, output: Output) {
    this.#id = id
    this.#output = output
  }

  use(stream: Stream): void {
    this.#stream = stream
    stream.attend(true)
  }

  // --- what the transport reports ---

  opened(local: Address | null, remote: Address | null): void {
    this.#output.json(Kind.OPENED, this.#id, [local, remote])
  }

  data(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const last = at + PIECE >= chunk.length
      const done = last ? () => this.#stream?.release(chunk) : undefined
      this.#output.write(Kind.DATA, this.#id, 0, chunk.length > PIECE ? chunk.subarray(at, at + PIECE) : chunk, done)
    }
    if (!this.#output.full || this.#held) return
    this.#held = true
    this.#output.hold(this)
    this.#pause()
  }

  drained(): void {
    this.#acknowledge()
  }

  ended(): void {
    this.#output.write(Kind.ENDED, this.#id, 0, NOTHING)
  }

  closed(): void {
    this.#output.write(Kind.CLOSED, this.#id, 0, NOTHING)
  }

  failed(...failure: [code: string, reason?: string, neverMade?: boolean]): void {
    this.#output.json(Kind.FAILED, this.#id, failure)
  }

  // --- what the thread asks ---

  write(bytes: Uint8Array): void {
    const stream = this.#stream
    if (!stream) return
    stream.write(bytes)
    this.#taken += bytes.length
    if (stream.writable && this.#taken >= ACKNOWLEDGED) this.#acknowledge()
  }

  #acknowledge(): void {
    const taken = this.#taken
    this.#taken = 0
    this.#output.write(Kind.TAKEN, this.#id, taken, NOTHING)
  }

  pause(): void {
    this.#paused = true
    this.#pause()
  }

  #pause(): void {
    this.#stream?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#resume()
  }

  /** There is room in the ring. */
  release(): void {
    this.#held = false
    this.#resume()
  }

  #resume(): void {
    if (!this.#paused && !this.#held) this.#stream?.resume()
  }

  end(): void {
    this.#stream?.end()
  }

  setNoDelay(on: boolean): void {
    this.#stream?.setNoDelay(on)
  }

  setKeepAlive(on: boolean, idleMs: number): void {
    this.#stream?.setKeepAlive(on, idleMs)
  }

  close(): void {
    this.#output.forget(this.#id, this)
    this.#stream?.close()
  }
}

class ServedDatagrams implements Served, DatagramEvents {
  readonly #id: number
  readonly #output: Output
  #datagrams: Datagrams | null = null
  #sender = ''
  /** Once connected: whom they are from. */
  #peer: Address | null = null
  #buffer: Uint8Array | null = null

  constructor(id: number, output: Output) {
    this.#id = id
    this.#output = output
  }

  open(datagrams: Datagrams): void {
    this.#datagrams = datagrams
    datagrams.attend(true)
  }

  get local(): Address | null {
    return this.#datagrams?.local ?? null
  }

  connect(remote: Address): void {
    this.#peer = remote
    this.#datagrams?.connect?.(remote)
  }

  send(bytes: Uint8Array, to: Address): void {
    this.#datagrams?.send(bytes, to)
  }

  received(bytes: Uint8Array, from: Address): void {
    this.#put(bytes, from)
    // the transport need not report those that can be read now
    const { read } = this.#datagrams!
    if (!read || !this.#peer) return
    const buffer = (this.#buffer ??= new Uint8Array(DATAGRAM_BYTES))
    for (let i = 0; i < DATAGRAMS; i++) {
      const length = read.call(this.#datagrams, buffer, 0, buffer.length)
      if (length < 0) return
      this.#put(buffer.subarray(0, length), this.#peer)
    }
  }

  #put(bytes: Uint8Array, from: Address): void {
    if (this.#output.drops(bytes.length)) return
    const sender = JSON.stringify(from)
    if (sender !== this.#sender) {
      this.#sender = sender
      this.#output.json(Kind.SENDER, this.#id, from)
    }
    this.#output.write(Kind.DATAGRAM, this.#id, 0, bytes)
  }

  failed(...failure: [code: string, reason?: string]): void {
    this.#output.json(Kind.FAILED, this.#id, failure)
  }

  close(): void {
    this.#datagrams?.close()
  }
}

/** An error, so that the thread can make the same one. */
function refusalOf(error: unknown): Refusal {
  const { code, reason, message } = Object(error) as { code?: string; reason?: string; message?: string }
  return {
    message: message ?? String(error),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
  }
}

/**
 * Serves one thread. `post` sends it a message. Returns what handles its messages.
 */
export function serve(transport: Transport, memory: SharedArrayBuffer, post: (message: string) => void) {
  const ring = new RingWriter(memory)
  const output = new Output(ring, () => post(LOOK))
  const served = new Map<number, Served>()
  const offers = new Map<number, { listener: number; accept: (events: StreamEvents) => Stream }>()
  let lastId = 1

  /** Answers a question at once. */
  const answerNow = (id: number, value: () => unknown): void => {
    try {
      output.json(Kind.ANSWER, id, value())
    } catch (error) {
      output.json(Kind.REFUSAL, id, refusalOf(error))
    }
  }

  const answer = (id: number, promise: Promise<unknown>): void => {
    const abort = served.get(id)
    promise.then(
      (value) => {
        if (served.get(id) === abort) output.json(Kind.ANSWER, id, value)
        served.delete(id)
      },
      (error: unknown) => {
        if (served.get(id) === abort) output.json(Kind.REFUSAL, id, refusalOf(error))
        served.delete(id)
      },
    )
  }
  const question = (id: number): AbortSignal => {
    const controller = new AbortController()
    served.set(id, { close: () => controller.abort() })
    return controller.signal
  }

  const connect = ({ id, remote, local }: Extract<Request, { op: 'connect' }>): void => {
    const stream = new ServedStream(id, output)
    served.set(id, stream)
    try {
      stream.use(transport.connect(remote, local, stream))
    } catch (error) {
      stream.failed(...failureOf(error))
    }
  }

  const listen = ({ id, local }: Extract<Request, { op: 'listen' }>): void => {
    const events: ListenerEvents = {
      accepted(remote, from, accept) {
        const connection = (lastId += 2)
        offers.set(connection, { listener: id, accept })
        output.json(Kind.ACCEPTED, id, [remote, from], connection)
      },
      failed: (...failure) => output.json(Kind.FAILED, id, failure),
    }
    answerNow(id, () => {
      if (!transport.listen) throw Object.assign(new Error('this transport cannot listen'), { code: 'EOPNOTSUPP' })
      const listening: Listening = transport.listen(local, events)
      listening.attend(true)
      served.set(id, {
        close() {
          listening.close()
          for (const [connection, offer] of offers) if (offer.listener === id) refuse(connection)
        },
      })
      return listening.local
    })
  }

  /** Closes a connection that nobody has accepted. */
  const refuse = (id: number): void => {
    const offer = offers.get(id)
    offers.delete(id)
    offer?.accept(new ServedStream(id, output)).close()
  }

  const accept = (id: number): void => {
    const offer = offers.get(id)
    if (!offer) return
    offers.delete(id)
    const stream = new ServedStream(id, output)
    served.set(id, stream)
    stream.use(offer.accept(stream))
  }

  const open = ({ id, family, local }: Extract<Request, { op: 'datagrams' }>): void => {
    const datagrams = new ServedDatagrams(id, output)
    answerNow(id, () => {
      datagrams.open(transport.datagrams!(family, local, datagrams))
      served.set(id, datagrams)
      return datagrams.local
    })
  }

  const connectDatagrams = ({ id, remote }: Extract<Request, { op: 'peer' }>): void => {
    const datagrams = served.get(id) as ServedDatagrams
    answerNow(id, () => {
      datagrams.connect(remote)
      return datagrams.local
    })
  }

  const read = async (id: number, blob: Blob): Promise<void> => {
    try {
      const bytes = new Uint8Array(await blob.arrayBuffer())
      for (let at = 0; at < bytes.length; at += PIECE) output.write(Kind.BYTES, id, 0, bytes.subarray(at, at + PIECE))
      output.json(Kind.ANSWER, id, bytes.length)
    } catch (error) {
      output.json(Kind.REFUSAL, id, refusalOf(error))
    }
  }

  const close = (id: number): void => {
    if (offers.has(id)) return refuse(id)
    served.get(id)?.close()
    served.delete(id)
  }

  const stream = (id: number): ServedStream | undefined => served.get(id) as ServedStream | undefined

  ring.report(READY)
  post(LOOK)
  return {
    handle(request: Request): void {
      switch (request.op) {
        case 'write':
          return stream(request.id)?.write(request.bytes)
        case 'connect':
          return connect(request)
        case 'close':
        case 'abort':
          return close(request.id)
        case 'pause':
          return stream(request.id)?.pause()
        case 'resume':
          return stream(request.id)?.resume()
        case 'end':
          return stream(request.id)?.end()
        case 'noDelay':
          return stream(request.id)?.setNoDelay(request.on)
        case 'keepAlive':
          return stream(request.id)?.setKeepAlive(request.on, request.idleMs)
        case 'room':
          return output.flush()
        case 'resolve': {
          const { id, name, family, servers } = request
          const signal = question(id)
          return answer(id, (async () => transport.resolve(name, family, servers, signal))())
        }
        case 'resolveHttps': {
          const { id, name, servers } = request
          const signal = question(id)
          const found = async (): Promise<PlainRecord[]> =>
            (await transport.resolveHttps!(name, servers, signal)).map((record) => ({
              ...record,
              params: [...record.params],
            }))
          return answer(id, found())
        }
        case 'listen':
          return listen(request)
        case 'accept':
          return accept(request.id)
        case 'datagrams':
          return open(request)
        case 'peer':
          return connectDatagrams(request)
        case 'send':
          return (served.get(request.id) as ServedDatagrams | undefined)?.send(request.bytes, request.to)
        case 'read':
          return void read(request.id, request.blob)
        case 'ping':
          return ring.signal()
      }
    },

    /** The Worker is about to end. */
    gone(): void {
      ring.report(GONE)
    },
  }
}
