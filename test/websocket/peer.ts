// A WebSocket server that sends any bytes, valid or not, and reads the client's frames as strictly as RFC 6455
// requires.
import { createHash } from 'node:crypto'
import net from 'node:net'
import { listen, type Listening } from '../servers/listening.js'

export const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0x0, 0x1, 0x2, 0x8, 0x9, 0xa] as const
const FIN = 0x80
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface FrameOptions {
  fin?: boolean
  /** The three reserved bits, as a number. */
  rsv?: number
  masked?: boolean
  /** The length in the header of the frame. */
  length?: number | bigint
}

/** A frame of a server. */
export function frame(opcode: number, payload: Uint8Array | string = '', options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = false } = options
  const data = Buffer.from(payload as string)
  const length = BigInt(options.length ?? data.length)
  const first = (fin ? FIN : 0) | (rsv << 4) | opcode
  const mask = masked ? 0x80 : 0
  let head: Buffer
  if (length < 126n) head = Buffer.of(first, mask | Number(length))
  else if (length < 65536n) {
    head = Buffer.of(first, mask | 126, 0, 0)
    head.writeUInt16BE(Number(length), 2)
  } else {
    head = Buffer.concat([Buffer.of(first, mask | 127), Buffer.alloc(8)])
    head.writeBigUInt64BE(length, 2)
  }
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), data])
}

export function closeFrame(code: number, reason: Uint8Array | string = ''): Buffer {
  return frame(CLOSE, Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason as string)]))
}

/** A frame of the client, with its payload unmasked. */
export interface ClientFrame {
  opcode: number
  fin: boolean
  /** Whether it has RSV1, which is a fault unless the peer has mayCompress. */
  compressed: boolean
  payload: Buffer
}

/** One connection of a client, after the opening handshake. */
export class Peer {
  /** The headers of the request, by name in lower case, and its first line as ''. */
  readonly request: Map<string, string>
  readonly socket: net.Socket
  readonly received: ClientFrame[] = []
  /** Whether the client has ended its side of the connection. */
  ended = false
  /** Whether the client may set RSV1, in the first frame of a message. */
  mayCompress = false
  /** What was wrong with the client's frames. */
  fault: string | null = null
  #held: Buffer = Buffer.alloc(0)
  /** The received part of a frame that is not complete. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #needed = 0
  #wake: (() => void)[] = []

  constructor(socket: net.Socket, request: Map<string, string>) {
    this.socket = socket
    this.request = request
    socket.on('data', (chunk: Buffer) => {
      this.#waiting.push(chunk)
      this.#waitingBytes += chunk.length
      if (this.#held.length + this.#waitingBytes < this.#needed) return
      this.#held = Buffer.concat([this.#held, ...this.#waiting])
      this.#waiting = []
      this.#waitingBytes = 0
      try {
        for (let read = this.#parse(); read; read = this.#parse()) this.received.push(read)
      } catch (error) {
        this.fault ??= (error as Error).message
      }
      this.#changed()
    })
    const over = (): void => {
      this.ended = true
      this.#changed()
    }
    socket.on('end', over).on('close', over).on('error', over)
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #parse(): ClientFrame | null {
    const held = this.#held
    if (held.length < 2) return null
    const [first, second] = [held[0]!, held[1]!]
    const allowed = this.mayCompress && [TEXT, BINARY].includes((first & 0xf) as never) ? 0x40 : 0
    if (first & 0x70 & ~allowed) throw new Error(`reserved bits in ${first.toString(16)}`)
    if (!(second & 0x80)) throw new Error('a frame that is not masked')
    let length = second & 0x7f
    let at = 2
    if (length === 126) {
      if (held.length < 4) return null
      length = held.readUInt16BE(2)
      at = 4
      if (length < 126) throw new Error('a length in more bytes than it needs')
    } else if (length === 127) {
      if (held.length < 10) return null
      length = Number(held.readBigUInt64BE(2))
      at = 10
      if (length < 65536) throw new Error('a length in more bytes than it needs')
    }
    this.#needed = at + 4 + length
    if (held.length < this.#needed) return null
    this.#needed = 0
    const mask = held.subarray(at, at + 4)
    const payload = Buffer.from(held.subarray(at + 4, at + 4 + length))
    for (let i = 0; i < payload.length; i++) payload[i]! ^= mask[i % 4]!
    this.#held = held.subarray(at + 4 + length)
    const opcode = first & 0xf
    const fin = (first & FIN) !== 0
    if (opcode >= CLOSE && (!fin || length > 125)) throw new Error('a control frame that is too long or fragmented')
    return { opcode, fin, compressed: (first & 0x40) !== 0, payload }
  }

  /** Writes bytes. Resolves when the kernel has taken them, or never will. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => void this.socket.write(bytes, () => resolve()))
  }

  /** Waits until a condition is true, or the client has ended. */
  async until(what: () => boolean): Promise<void> {
    while (!what() && !this.ended) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  /** Waits for the client's next frame. Null at its end. */
  async next(): Promise<ClientFrame | null> {
    await this.until(() => this.received.length > 0)
    return this.received.shift() ?? null
  }

  end(): void {
    this.socket.end()
  }
}

export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64')
}

/** The response to a handshake: the correct headers, unless `change` modifies them. */
export function answerOf(
  request: Map<string, string>,
  change: (headers: Record<string, string | null>) => void = () => {},
  status = '101 Switching Protocols',
): string {
  const headers: Record<string, string | null> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': acceptOf(request.get('sec-websocket-key')!),
  }
  change(headers)
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : `${name}: ${value}\r\n`))
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`
}

export interface Fuzzer extends Listening {
  /** 'ws://127.0.0.1:port/' */
  ws: string
  /** Sets what to do with the next connection, after the handshake. */
  serve(peer: (peer: Peer) => void | Promise<void>): void
  /** Sets the response to the handshake of the next connection. */
  answer(make: (request: Map<string, string>) => string | Buffer): void
}

export async function fuzzer(): Promise<Fuzzer> {
  let serve: (peer: Peer) => void | Promise<void> = () => {}
  let answer: (request: Map<string, string>) => string | Buffer = (request) => answerOf(request)
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    let head = ''
    const read = (chunk: Buffer): void => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', read)
      const [first, ...lines] = head.split('\r\n')
      const request = new Map(
        lines.filter(Boolean).map((line) => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
        }),
      )
      request.set('', first!)
      socket.write(answer(request))
      answer = (next) => answerOf(next)
      void serve(new Peer(socket, request))
    }
    socket.on('data', read)
  })
  const listening = await listen(server, 'ws')
  return Object.assign(listening, {
    ws: `ws://127.0.0.1:${listening.port}/`,
    serve: (next: typeof serve) => void (serve = next),
    answer: (next: typeof answer) => void (answer = next),
  })
}
