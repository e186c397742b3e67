// Matches what curl sends and receives on a connection with the bytes that the relay carries: as turns, each in one
// direction, with trace events and chunks. It also collects what the relay can learn from those bytes.
import {
  DATA_IN,
  DATA_OUT,
  HEADER_IN,
  HEADER_OUT,
  TEXT,
  type Connection,
  type TraceEvent,
  type WireEvent,
} from '../model.js'
import { Entropy } from './entropy.js'
import { textOf } from './text.js'
import {
  readClientHello,
  readServerHello,
  RecordReader,
  type ClientHello,
  type Piece,
  type ServerHello,
} from './tls-records.js'

export type Direction = 'out' | 'in'

export interface Chunk {
  event: WireEvent
  pieces: Piece[]
}

export interface Turn {
  direction: Direction
  at: number
  plain: TraceEvent[]
  wire: Chunk[]
}

/** The bytes of one direction. */
export interface Share {
  total: number
  /** Bytes outside of TLS, which everyone can read. */
  open: number
  /** Bytes that cannot be read without a key. */
  encrypted: number
  /** How much both look like noise. The rest is the part of handshakes that is not encrypted. */
  noise: Entropy
}

export interface Seen {
  out: Share
  in: Share
  /** Whether there was TLS, and whether there were bytes outside of it. */
  tls: boolean
  plain: boolean
  clientHello: ClientHello | null
  serverHello: ServerHello | null
  /** Whether the certificate was sent without encryption, as up to TLS 1.2. */
  certificate: boolean
}

/** Reads the bytes of one connection. Each read() only reads the new ones. */
export class WireReader {
  readonly chunks: Chunk[] = []
  readonly seen: Seen = {
    out: { total: 0, open: 0, encrypted: 0, noise: new Entropy() },
    in: { total: 0, open: 0, encrypted: 0, noise: new Entropy() },
    tls: false,
    plain: false,
    clientHello: null,
    serverHello: null,
    certificate: false,
  }
  readonly #readers = { out: new RecordReader(), in: new RecordReader() }

  /** Reads the new events of the connection. */
  read(connection: Connection): this {
    for (const event of connection.events.slice(this.chunks.length)) {
      const pieces = this.#readers[event.direction].read(event.size, event.bytes)
      this.chunks.push({ event, pieces })
      const share = this.seen[event.direction]
      share.total += event.size
      for (const piece of pieces) this.#note(piece, share)
    }
    return this
  }

  #note(piece: Piece, share: Share): void {
    const { seen } = this
    if (piece.kind === 'plain') {
      seen.plain = true
      share.open += piece.size
    } else {
      seen.tls = true
      if (!piece.readable) share.encrypted += piece.size
    }
    if (piece.kind === 'plain' || !piece.readable) share.noise.add(piece.bytes)
    if (piece.continued || !piece.readable) return
    seen.clientHello ??= readClientHello(piece.bytes)
    seen.serverHello ??= readServerHello(piece.bytes)
    if (/(^|, )Certificate(,|$)/.test(piece.label)) seen.certificate = true
  }
}

const HANDSHAKE = /\((OUT|IN)\), (TLS .*)/

/** The direction of a trace event. Null if it is neither sent nor received. */
export function directionOf(event: TraceEvent): Direction | null {
  if (event.kind === HEADER_OUT || event.kind === DATA_OUT) return 'out'
  if (event.kind === HEADER_IN || event.kind === DATA_IN) return 'in'
  if (event.kind !== TEXT) return null
  const match = HANDSHAKE.exec(textOf(event.bytes.subarray(0, 100)))
  return match ? (match[1]!.toLowerCase() as Direction) : null
}

/**
 * Makes turns: events that follow each other in one direction are one turn. curl traces bytes a moment after it has
 * sent them, or once it has decrypted them, which is nearly always before the other side sends again.
 */
export function turnsOf(chunks: readonly Chunk[], trace: readonly TraceEvent[]): Turn[] {
  const turns: Turn[] = []
  const turn = (direction: Direction, at: number): Turn => {
    const last = turns.at(-1)
    if (last?.direction === direction) return last
    const begun: Turn = { direction, at, plain: [], wire: [] }
    turns.push(begun)
    return begun
  }
  let next = 0
  const speak = (before: number): void => {
    for (; next < trace.length && trace[next]!.at < before; next++) {
      const event = trace[next]!
      const direction = directionOf(event)
      if (direction && event.size > 0) turn(direction, event.at).plain.push(event)
    }
  }
  for (const chunk of chunks) {
    speak(chunk.event.at)
    turn(chunk.event.direction, chunk.event.at).wire.push(chunk)
  }
  speak(Infinity)
  return turns
}
