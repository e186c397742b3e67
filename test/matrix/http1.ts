// The origin's HTTP/1.1 and WebSockets, written byte by byte.
import { createHash } from 'node:crypto'
import { Received, type Exchange, type Part } from './exchange.js'
import type { Link } from './link.js'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Extracts the body from the bytes of a connection. */
type Decoder = (bytes: Buffer, body: Received) => void

const plain: Decoder = (bytes, body) => body.take(bytes)

/** Decodes pieces with a header that has their length. `header` parses it, and returns null if it is incomplete. */
function framed(header: (bytes: Buffer) => { bytes: number; length: number; mask?: Buffer } | null): Decoder {
  let held: Buffer = Buffer.alloc(0)
  let left = 0
  let mask: Buffer | undefined
  let at = 0
  return (bytes, body) => {
    held = Buffer.concat([held, bytes])
    for (;;) {
      if (left > 0) {
        const part = Buffer.from(held.subarray(0, left))
        if (part.length === 0) return
        if (mask) for (let i = 0; i < part.length; i++) part[i]! ^= mask[(at + i) & 3]!
        body.take(part)
        at += part.length
        left -= part.length
        held = held.subarray(part.length)
      } else {
        const found = header(held)
        if (!found) return
        left = found.length
        mask = found.mask
        at = 0
        held = held.subarray(found.bytes)
      }
    }
  }
}

/** RFC 9112, section 7.1. The line end after a chunk is parsed as a part of the next header. */
const chunked = (): Decoder =>
  framed((bytes) => {
    const found = /^(?:\r\n)?([0-9a-f]+)\r\n/i.exec(bytes.toString('latin1', 0, 20))
    return found && { bytes: found[0].length, length: parseInt(found[1]!, 16) }
  })

/** RFC 6455, section 5.2: the frames of a client. Messages are the body, and other frames are ignored. */
const webSocketFrames = (): Decoder =>
  framed((bytes) => {
    const short = bytes[1]! & 0x7f
    const size = short === 126 ? 4 : short === 127 ? 10 : 2
    if (bytes.length < size + 4) return null
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
    const control = bytes[0]! & 8
    if (control && bytes.length < size + 4 + length) return null
    const mask = bytes.subarray(size, size + 4)
    return control ? { bytes: size + 4 + length, length: 0 } : { bytes: size + 4, length, mask }
  })

class Http1Exchange implements Exchange {
  readonly received = new Received()
  accepted = false
  constructor(
    readonly link: Link,
    /** Whether the connection ends with the response. */
    private readonly once: boolean,
    private readonly decode: Decoder,
  ) {}

  /** Takes bytes after the request's head. */
  take(bytes: Buffer): void {
    this.decode(bytes, this.received)
  }

  stop(): void {
    this.link.stream.pause()
  }

  accept(): void {}

  protected send(text: string, part: Part): void {
    void this.link.write(Buffer.from(part === 'all' ? text : text.slice(0, text.length / 2), 'latin1'))
  }

  head(part: Part, length: number | null): void {
    const end = length === null || this.once ? 'Connection: close\r\n' : ''
    const size = length === null ? '' : `Content-Length: ${length}\r\n`
    this.send(`HTTP/1.1 200 OK\r\n${size}${end}X-Padding: ${'x'.repeat(200)}\r\n\r\n`, part)
  }

  body(bytes: Uint8Array): Promise<void> {
    return this.link.write(bytes)
  }

  finish(): void {
    if (this.once) this.link.fin()
  }

  refuse(): void {
    this.send('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno\n', 'all')
    this.link.fin()
  }
}

/** Makes a WebSocket frame of up to 64 KiB, which is enough here. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const short = payload.length < 126
  const head = Buffer.alloc(short ? 2 : 4)
  head[0] = 0x80 | opcode
  head[1] = short ? payload.length : 126
  if (!short) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

const closeFrame = (code: number): Buffer => frame(8, Buffer.of(code >> 8, code & 0xff))
const MESSAGE = 32 * 1024

class WebSocketExchange extends Http1Exchange {
  constructor(
    link: Link,
    private readonly key: string,
  ) {
    super(link, false, webSocketFrames())
  }

  override accept(): void {
    this.accepted = true
    this.head('all')
  }

  override head(part: Part): void {
    const accept = createHash('sha1')
      .update(this.key + GUID)
      .digest('base64')
    const lines = ['HTTP/1.1 101 Go on', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
    this.send(`${lines.join('\r\n')}\r\n\r\n`, part)
  }

  /** Sends binary messages. The last one is incomplete if the body ends early. */
  override async body(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += MESSAGE) await this.link.write(frame(2, bytes.subarray(at, at + MESSAGE)))
  }

  override finish(): void {
    void this.link.write(closeFrame(1000))
    this.link.fin()
  }

  override refuse(): void {
    void this.link.write(closeFrame(1009))
    this.link.fin()
  }
}

/** Reads one request, and calls `serve` when its head has arrived. */
export function http1(link: Link, serve: (exchange: Exchange) => void): void {
  let head = ''
  let exchange: Http1Exchange | null = null
  link.stream.on('data', (chunk: Buffer) => {
    if (exchange) return exchange.take(chunk)
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const fields = head.slice(0, end + 2)
    const key = /^sec-websocket-key: *(.*)\r$/im.exec(fields)?.[1]
    const decode = /^transfer-encoding: *chunked\r$/im.test(fields) ? chunked() : plain
    exchange = key
      ? new WebSocketExchange(link, key)
      : new Http1Exchange(link, /^connection: *close\r$/im.test(fields), decode)
    serve(exchange)
    const rest = head.length - end - 4
    if (rest > 0) exchange.take(chunk.subarray(chunk.length - rest))
  })
  // the client has ended without a request, or after the response
  link.stream.on('end', () => link.stream.end())
}
