// One connection, as curl speaks and as the relay carries it, brought together: turns of one direction each, with the
// plain words on one side and the bytes of the wire on the other. And what the relay can tell from those bytes.
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

/** Of one direction. */
export interface Share {
  total: number
  /** Bytes outside of TLS, which anybody can read. */
  open: number
  /** Bytes that nobody can read without a key. */
  encrypted: number
  /** How much these two look like noise. The rest is the open part of a handshake. */
  noise: Entropy
}

export interface Seen {
  out: Share
  in: Share
  /** Whether there was any TLS, and anything said before or without it. */
  tls: boolean
  plain: boolean
  clientHello: ClientHello | null
  serverHello: ServerHello | null
  /** Whether the certificate has passed by in plain sight, as up to TLS 1.2. */
  certificate: boolean
}

/** Follows the wire of one connection; what has been read is not read again. */
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

  /** Reads what has come since. */
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

/** What curl says or hears in an event, for the plain side; null for what is neither. */
export function directionOf(event: TraceEvent): Direction | null {
  if (event.kind === HEADER_OUT || event.kind === DATA_OUT) return 'out'
  if (event.kind === HEADER_IN || event.kind === DATA_IN) return 'in'
  if (event.kind !== TEXT) return null
  const match = HANDSHAKE.exec(textOf(event.bytes.subarray(0, 100)))
  return match ? (match[1]!.toLowerCase() as Direction) : null
}

/**
 * What follows each other in one direction is one turn. Curl tells of what it sends a moment after that has left, and of
 * what it has received once that is decrypted: nearly always before the other side speaks again.
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
