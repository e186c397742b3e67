// The transport of blocking calls: its sockets are in a Worker (worker.ts), so that they go on while this thread waits.
//
// Events reach the sockets here when somebody looks for them: a blocking call by look() and wait(), and otherwise the
// event loop, which gets a message of the Worker. So a connection works for both.
import type { Address, HttpsRecord, ResolvedAddress, Stream, StreamEvents, Transport } from '../transport.js'
import { TransportError } from '../transport.js'
import { join } from '../../bytes.js'
import { soon } from '../../clock.js'
import { Kind, decode, type PlainRecord, type Refusal, type Request } from './protocol.js'
import { GONE, RingReader, STARTING } from './ring.js'
import { BlockingDatagrams, BlockingListening, BlockingStream, type Channel, type Records } from './sockets.js'

/** The Worker, as its runtime makes it. */
export interface Peer {
  readonly memory: SharedArrayBuffer
  /** Whether the Worker can start while this thread is blocked. */
  readonly startsAlone: boolean
  post(request: Request, transfer?: ArrayBuffer[]): void
  /** Sets whether the Worker keeps the process alive. */
  attend(waited: boolean): void
  /** Ends it. */
  terminate(): void
}

/** Within this time a Worker starts, and answers, on a machine that is very busy. */
const PATIENCE_MS = 30_000
/** How long a wait may be before it makes sure that the Worker is alive. */
const LONG_WAIT_MS = 10_000

/** For settle(): turns of the Worker's event loop, and how long one may take. */
const TURNS = 4
const TURN_MS = 100

export class BlockingTransport implements Transport, Channel {
  readonly #peer: Peer
  readonly #ring: RingReader
  /** What gets the records of each number. */
  readonly #listeners = new Map<number, Records>()
  readonly #attended = new Set<object>()
  #lastId = 0
  #started = false
  #blocking = false
  /** Called when the Worker has started or ended. */
  #waiting: (() => void)[] = []
  /** Why nothing works any more. */
  #failed: Error | null = null

  readonly checkBind: Transport['checkBind']
  readonly interfaces: Transport['interfaces']
  readonly listen: Transport['listen']
  readonly datagrams: Transport['datagrams']
  readonly resolveHttps: Transport['resolveHttps']

  /** @param base The same transport in this thread, for what returns at once, and to know what it can. */
  constructor(peer: Peer, base: Transport) {
    this.#peer = peer
    this.#ring = new RingReader(peer.memory)
    this.checkBind = base.checkBind?.bind(base)
    this.interfaces = base.interfaces?.bind(base)
    if (base.listen) this.listen = (local, events) => new BlockingListening(this, local, events)
    if (base.datagrams) this.datagrams = (family, local, events) => new BlockingDatagrams(this, family, local, events)
    if (base.resolveHttps) this.resolveHttps = (name, servers, signal) => this.#resolveHttps(name, servers, signal)
  }

  // --- for libcurl ---

  connect(remote: Address, local: Address | null, events: StreamEvents): Stream {
    const id = this.number()
    this.post({ op: 'connect', id, remote, local })
    return new BlockingStream(this, id, false, events)
  }

  resolve(
    name: string,
    family: 'IPv4' | 'IPv6',
    servers: string[] | null,
    signal: AbortSignal,
  ): Promise<ResolvedAddress[]> {
    return this.#ask((id) => ({ op: 'resolve', id, name, family, servers }), signal, decode<ResolvedAddress[]>)
  }

  #resolveHttps(name: string, servers: string[] | null, signal: AbortSignal): Promise<HttpsRecord[]> {
    return this.#ask(
      (id) => ({ op: 'resolveHttps', id, name, servers }),
      signal,
      (bytes) => decode<PlainRecord[]>(bytes).map((record) => ({ ...record, params: Uint8Array.from(record.params) })),
    )
  }

  /** Asks for what takes time. */
  #ask<T>(request: (id: number) => Request, signal: AbortSignal, read: (bytes: Uint8Array) => T): Promise<T> {
    const id = this.number()
    const answer = new Answer<T>()
    this.listenTo(id, (kind, _number, bytes) => {
      this.forget(id)
      if (kind === Kind.ANSWER) answer.resolve(read(bytes))
      else if (kind === Kind.REFUSAL) answer.reject(errorOf(decode(bytes)))
      else answer.reject(new TransportError(...decode<[string, string?]>(bytes)))
    })
    signal.addEventListener(
      'abort',
      () => {
        if (this.forget(id)) this.post({ op: 'abort', id })
      },
      { once: true },
    )
    this.post(request(id))
    // the resolver only calls then(), and may need its answer while no promise can settle
    return answer as unknown as Promise<T>
  }

  askNow<T>(request: Request & { id: number }): T {
    const before = this.#listeners.get(request.id)
    let answer: { value: T } | { refusal: Refusal } | null = null
    this.listenTo(request.id, (kind, number, bytes) => {
      if (kind === Kind.ANSWER) answer = { value: decode(bytes) }
      else if (kind === Kind.REFUSAL) answer = { refusal: decode(bytes) }
      else before?.(kind, number, bytes)
    })
    this.post(request)
    while (!answer) if (!this.look()) this.wait(Infinity)
    if (before) this.listenTo(request.id, before)
    else this.forget(request.id)
    const { refusal, value } = answer as { refusal?: Refusal; value?: T }
    if (refusal) throw errorOf(refusal)
    return value!
  }

  /** The bytes of a Blob. Blocks. @throws what the platform throws for a Blob that cannot be posted or read */
  readBlob(blob: Blob): Uint8Array<ArrayBuffer> {
    const id = this.number()
    const pieces: Uint8Array<ArrayBuffer>[] = []
    this.listenTo(id, (_kind, _number, bytes) => void pieces.push(bytes))
    this.askNow({ op: 'read', id, blob })
    this.forget(id)
    return pieces.length === 1 ? pieces[0]!.slice() : join(pieces)
  }

  number(): number {
    return (this.#lastId += 2)
  }

  post(request: Request, transfer?: ArrayBuffer[]): void {
    this.#peer.post(request, transfer)
  }

  listenTo(id: number, listener: Records): void {
    this.#listeners.set(id, listener)
  }

  forget(id: number): boolean {
    return this.#listeners.delete(id)
  }

  release(chunk: Uint8Array): void {
    this.#ring.give(chunk)
  }

  attend(what: object, waited: boolean): void {
    const before = this.#attended.size > 0
    if (waited) this.#attended.add(what)
    else this.#attended.delete(what)
    const after = this.#attended.size > 0
    if (before !== after) this.#peer.attend(after)
  }

  // --- for what looks for events ---

  /** The Worker has sent a message, because nobody looked. */
  announced(): void {
    this.#ring.looking = false
    this.look()
    for (const waiting of this.#waiting.splice(0)) waiting()
  }

  /** The Worker has ended. All that it had is lost, and every blocking call fails. */
  end(error: Error): void {
    this.#failed ??= error
    for (const listener of [...this.#listeners.values()]) listener(Kind.FAILED, 0, FAILED)
    this.#listeners.clear()
    this.#attended.clear()
    for (const waiting of this.#waiting.splice(0)) waiting()
  }

  /** Resolves when the Worker runs, and rejects if it cannot. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#failed) reject(this.#failed)
        else if (this.#ring.state === STARTING) this.#waiting.push(look)
        else resolve()
      }
      look()
    })
  }

  /** Whether a new Worker is needed. */
  get over(): boolean {
    return this.#failed !== null || this.#ring.state === GONE
  }

  /** Hands out what has arrived. Returns whether anything had. */
  look(): boolean {
    const any = this.#ring.read(this.#hand)
    if (this.#ring.takeFull()) this.post({ op: 'room' })
    return any
  }

  #hand = (kind: number, id: number, number: number, bytes: Uint8Array<ArrayBuffer>): void => {
    const listener = this.#listeners.get(id)
    if (listener) listener(kind, number, bytes)
    else if (kind === Kind.DATA || kind === Kind.BYTES) this.release(bytes)
  }

  /** Runs a call that looks by itself. One can be inside of another. */
  blocking<T>(call: () => T): T {
    const isInside = this.#blocking
    this.#blocking = this.#ring.looking = true
    try {
      this.#start()
      return call()
    } finally {
      this.#blocking = isInside
      if (!isInside) this.#leave()
    }
  }

  #leave(): void {
    this.#ring.looking = false
    if (this.#ring.hasRecords) soon(() => this.look())
  }

  /** Waits until the Worker runs. */
  #start(): void {
    const ring = this.#ring
    if (ring.state === STARTING && !this.#peer.startsAlone)
      throw new TypeError('wait for startBlocking() first: here its Worker cannot start while this thread is blocked')
    const deadline = performance.now() + PATIENCE_MS
    while (!this.#started && ring.state === STARTING) {
      ring.wait(ring.signals, Math.max(0, deadline - performance.now()))
      if (ring.state === STARTING && performance.now() >= deadline)
        this.#fail(`the Worker for blocking calls has not started within ${PATIENCE_MS / 1000} s`)
    }
    this.#started = true
    this.#checkState()
  }

  /** Blocks until something arrives, for `ms` milliseconds at most. Returns false if nothing did. */
  wait(ms: number): boolean {
    const ring = this.#ring
    const deadline = performance.now() + ms
    let pinged = -Infinity
    for (;;) {
      const { signals } = ring
      if (ring.hasRecords) return true
      this.#checkState()
      const now = performance.now()
      if (now >= deadline) return false
      if (ring.wait(signals, Math.min(deadline - now, LONG_WAIT_MS))) pinged = -Infinity
      else if (pinged > -Infinity && performance.now() - pinged > PATIENCE_MS)
        this.#fail(`the Worker for blocking calls has not answered for ${PATIENCE_MS / 1000} s`)
      else if (performance.now() < deadline) {
        if (pinged === -Infinity) pinged = performance.now()
        this.post({ op: 'ping' })
      }
    }
  }

  /** Lets the event loop of the Worker turn some times, so that it sees what has arrived. */
  settle(): void {
    for (let turn = 0; turn < TURNS; turn++) {
      const { signals } = this.#ring
      this.post({ op: 'ping' })
      this.#ring.wait(signals, TURN_MS)
    }
    this.look()
  }

  #checkState(): void {
    if (this.#ring.state === GONE) this.#fail('the Worker for blocking calls has ended')
    if (this.#failed) throw this.#failed
  }

  #fail(message: string): never {
    this.end(new Error(message))
    this.#peer.terminate()
    throw this.#failed!
  }
}

const FAILED = new TextEncoder().encode('["ECONNABORTED","the Worker for blocking calls has ended"]')

/** An answer that calls back at once, without a turn of the event loop. */
class Answer<T> implements PromiseLike<T> {
  #settled: { value: T } | { error: unknown } | null = null
  #resolve: ((value: T) => unknown) | null | undefined
  #reject: ((error: unknown) => unknown) | null | undefined

  then<A = T, B = never>(
    resolve?: ((value: T) => A | PromiseLike<A>) | null,
    reject?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.#resolve = resolve
    this.#reject = reject
    if (this.#settled && 'value' in this.#settled) resolve?.(this.#settled.value)
    else if (this.#settled) reject?.(this.#settled.error)
    return this as unknown as PromiseLike<A | B>
  }

  resolve(value: T): void {
    this.#settled = { value }
    this.#resolve?.(value)
  }

  reject(error: unknown): void {
    this.#settled = { error }
    this.#reject?.(error)
  }
}

function errorOf({ code, reason, message }: Refusal): Error {
  return code === undefined ? new Error(message) : new TransportError(code, reason)
}
