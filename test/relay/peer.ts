// Clients of a relay for tests: a Wisp client and a wsproxy client that send exactly what a test says, and keep what
// they receive.
import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'
import {
  CLOSE,
  CONTINUE,
  DATA,
  INFO,
  SUBPROTOCOL,
  TCP,
  decode,
  encodeConnect,
  encodeData,
  encodeInfo,
  type Extension,
  type InfoPacket,
  type Packet,
} from '../../shim/transports/wisp/protocol.js'

export interface Closed {
  code: number
  reason: string
}

export class Peer {
  readonly packets: Packet[] = []
  readonly closed: Promise<Closed>
  #arrived: (() => void)[] = []
  #over = false

  constructor(readonly ws: WebSocket) {
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        this.#over = true
        resolve({ code, reason: reason.toString() })
        this.#wake()
      })
    })
    ws.on('error', () => {})
    ws.on('message', (data) => {
      this.packets.push(decode(data as Buffer))
      this.#wake()
    })
  }

  #wake(): void {
    for (const wake of this.#arrived.splice(0)) wake()
  }

  send(packet: Uint8Array): void {
    this.ws.send(packet)
  }

  /** The next packet that `matches`, removed from `packets`. Rejects if the connection ends before. */
  async next<P extends Packet>(matches: (packet: Packet) => packet is P): Promise<P>
  async next(matches: (packet: Packet) => boolean): Promise<Packet>
  async next(matches: (packet: Packet) => boolean): Promise<Packet> {
    for (;;) {
      const index = this.packets.findIndex(matches)
      if (index >= 0) return this.packets.splice(index, 1)[0]!
      if (this.#over) throw new Error('the connection has ended')
      await new Promise<void>((resolve) => this.#arrived.push(resolve))
    }
  }

  async closeReason(streamId: number): Promise<number> {
    const packet = await this.next((one) => one.type === CLOSE && one.streamId === streamId)
    return (packet as { reason: number }).reason
  }

  async credit(streamId: number): Promise<number> {
    const packet = await this.next((one) => one.type === CONTINUE && one.streamId === streamId)
    return (packet as { credit: number }).credit
  }

  /** The next `length` bytes of a stream, joined. */
  async read(streamId: number, length: number): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    for (let got = 0; got < length; got += chunks.at(-1)!.length) {
      const packet = await this.next((one) => one.type === DATA && one.streamId === streamId)
      chunks.push((packet as { payload: Uint8Array }).payload)
    }
    return Buffer.concat(chunks)
  }

  connect(streamId: number, port: number, host = '127.0.0.1', streamType: number = TCP): void {
    this.send(encodeConnect(streamId, streamType, host, port))
  }

  data(streamId: number, payload: string | Uint8Array): void {
    this.send(encodeData(streamId, Buffer.from(payload as string)))
  }

  end(): void {
    this.ws.terminate()
  }
}

/** Connects, without sending any Wisp packet. */
export async function connect(url: string, version: 1 | 2 = 1, options: ClientOptions = {}): Promise<Peer> {
  const ws = version === 2 ? new WebSocket(url, SUBPROTOCOL, options) : new WebSocket(url, options)
  const peer = new Peer(ws) // before the first packet can come
  await Promise.race([
    once(ws, 'open'),
    new Promise((_resolve, reject) => ws.on('unexpected-response', (_request, { statusCode }) => reject(new Error(`HTTP ${statusCode}`)))), // prettier-ignore
  ])
  return peer
}

/** A connection of version 1 that may open streams, and the initial credit of streams. */
export async function v1(url: string, options?: ClientOptions): Promise<{ peer: Peer; credit: number }> {
  const peer = await connect(url, 1, options)
  return { peer, credit: await peer.credit(0) }
}

/** The same for version 2, with the relay's INFO. */
export async function v2(
  url: string,
  extensions: Extension[] = [],
  options?: ClientOptions,
): Promise<{ peer: Peer; credit: number; info: InfoPacket }> {
  const peer = await connect(url, 2, options)
  const info = await peer.next((one): one is InfoPacket => one.type === INFO)
  peer.send(encodeInfo(2, 0, extensions))
  return { peer, info, credit: await peer.credit(0) }
}
