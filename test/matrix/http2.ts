// The origin's HTTP/2, written frame by frame: only what the faults need, with one request on a connection.
// @see RFC 9113
import { Received, type Exchange, type Part } from './exchange.js'
import type { Link } from './link.js'
import { frame, u32 } from '../servers/http2-frames.js'

const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE] = [0, 1, 3, 4, 6, 7, 8] as const
const END_STREAM = 1
const ACK = 1
const END_HEADERS = 4
const PREFACE = 24
const INITIAL_WINDOW_SIZE = 4
const FRAME = 16 * 1024

/** A header field that is not indexed, with a name of its own (RFC 7541, section 6.2.2). */
const field = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)])

const status = (code: number): Buffer => (code === 200 ? Buffer.of(0x88) : field(':status', String(code)))

class Http2Exchange implements Exchange {
  readonly received = new Received()
  readonly accepted = false
  #stopped = false
  #window: number
  #wake: (() => void) | null = null

  constructor(
    readonly link: Link,
    readonly id: number,
    private readonly connection: { window: number; initial: number },
  ) {
    this.#window = connection.initial
  }

  /** Takes a part of the request's body. */
  take(bytes: Uint8Array): void {
    this.received.take(bytes)
    if (this.#stopped || bytes.length === 0) return
    void this.link.write(frame(WINDOW_UPDATE, 0, 0, u32(bytes.length)))
    void this.link.write(frame(WINDOW_UPDATE, 0, this.id, u32(bytes.length)))
  }

  /** The client allows more bytes. */
  credit(bytes: number): void {
    this.#window += bytes
    this.wake()
  }

  wake(): void {
    this.#wake?.()
  }

  stop(): void {
    this.#stopped = true
    this.link.stream.pause()
  }

  accept(): void {}

  head(part: Part, length: number | null): void {
    const size = length === null ? [] : [field('content-length', String(length))]
    const bytes = frame(HEADERS, END_HEADERS, this.id, Buffer.concat([status(200), ...size]))
    void this.link.write(part === 'all' ? bytes : bytes.subarray(0, bytes.length - 2))
  }

  async body(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const room = Math.min(FRAME, bytes.length - at, this.#window, this.connection.window)
      if (this.link.closed) return
      if (room > 0) {
        this.#window -= room
        this.connection.window -= room
        await this.link.write(frame(DATA, 0, this.id, bytes.subarray(at, at + room)))
        at += room
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
          this.link.stream.once('close', resolve)
        })
      }
    }
  }

  finish(): void {
    void this.link.write(frame(DATA, END_STREAM, this.id))
  }

  refuse(): void {
    void this.link.write(frame(HEADERS, END_HEADERS, this.id, status(413)))
    void this.link.write(frame(DATA, END_STREAM, this.id, Buffer.from('no\n')))
    void this.link.write(frame(RST_STREAM, 0, this.id, u32(0)))
    void this.link.write(frame(GOAWAY, 0, 0, Buffer.concat([u32(this.id), u32(0)])))
    this.link.fin()
  }
}

/** Reads requests, and calls `serve` when the head of one has arrived. */
export function http2(link: Link, serve: (exchange: Exchange) => void): void {
  const connection = { window: 65_535, initial: 65_535 }
  const exchanges = new Map<number, Http2Exchange>()
  let held: Buffer = Buffer.alloc(0)
  let greeted = false

  const take = (type: number, flags: number, id: number, payload: Buffer): void => {
    if (type === SETTINGS && !(flags & ACK)) {
      for (let at = 0; at + 6 <= payload.length; at += 6)
        if (payload.readUInt16BE(at) === INITIAL_WINDOW_SIZE) connection.initial = payload.readUInt32BE(at + 2)
      void link.write(frame(SETTINGS, ACK, 0))
    } else if (type === PING && !(flags & ACK)) {
      void link.write(frame(PING, ACK, 0, payload))
    } else if (type === HEADERS) {
      const exchange = new Http2Exchange(link, id, connection)
      exchanges.set(id, exchange)
      serve(exchange)
    } else if (type === DATA) {
      exchanges.get(id)?.take(payload)
    } else if (type === WINDOW_UPDATE) {
      if (id !== 0) return exchanges.get(id)?.credit(payload.readUInt32BE(0))
      connection.window += payload.readUInt32BE(0)
      for (const exchange of exchanges.values()) exchange.wake()
    }
  }

  link.stream.on('data', (chunk: Buffer) => {
    held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    if (!greeted) {
      if (held.length < PREFACE) return
      held = held.subarray(PREFACE)
      greeted = true
      void link.write(frame(SETTINGS, 0, 0))
    }
    while (held.length >= 9) {
      const length = held.readUIntBE(0, 3)
      if (held.length < 9 + length) return
      const [type, flags, id] = [held[3]!, held[4]!, held.readUInt32BE(5) & 0x7fffffff]
      const payload = held.subarray(9, 9 + length)
      held = held.subarray(9 + length)
      take(type, flags, id, payload)
    }
  })
  link.stream.on('end', () => link.stream.end())
}
