// The faults: for each name, what the origin does with a request.
import { bodySize, readerOf } from './place.js'
import { uploadSize, uploadedBefore, type Fault } from './axes.js'
import { pieces } from './content.js'
import type { Exchange } from './exchange.js'

/** Faults of the relay of a cell: of its WebSockets, and of the process. */
export interface RelayFaults {
  cut(address: string): void
  kill(address: string): void
}

/** How long to wait until sent data is read, in milliseconds, because a reset overtakes data in the kernel. */
const ON_ITS_WAY = 30

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY))

async function send(exchange: Exchange, bytes: number): Promise<void> {
  for (const piece of pieces(bytes)) {
    if (exchange.link.closed) return
    await exchange.body(piece)
  }
}

/** Sends half of the body, or as much as a client that has stopped reading accepts. */
async function half(exchange: Exchange, length: 'known' | 'unknown' = 'known'): Promise<void> {
  const size = bodySize(readerOf(exchange.link.address))
  exchange.head('all', length === 'known' ? size : null)
  await Promise.race([send(exchange, size / 2), new Promise((resolve) => setTimeout(resolve, 300))])
  await soon()
}

async function whole(exchange: Exchange, length: 'known' | 'unknown' = 'known'): Promise<void> {
  const size = bodySize(readerOf(exchange.link.address))
  exchange.head('all', length === 'known' ? size : null)
  await send(exchange, size)
}

/** Sends half of the head. For a WebSocket that is the handshake. */
async function halfHead(exchange: Exchange): Promise<void> {
  exchange.head('half', 300_000)
  await soon()
}

async function upload(exchange: Exchange, fault: Fault): Promise<void> {
  exchange.accept()
  await exchange.received.reach(uploadedBefore(fault), exchange.link)
}

type Play = (exchange: Exchange, relay: RelayFaults, fault: Fault) => void | Promise<void>

/** What the origin does for each fault. Faults that are missing here happen without a request. */
export const PLAYS: { [F in Fault]?: Play } = {
  none: async (exchange) => {
    await whole(exchange)
    exchange.finish()
  },
  // answers only if the whole body has arrived unchanged
  upload: async (exchange) => {
    const size = uploadSize('upload')
    exchange.accept()
    await exchange.received.reach(size, exchange.link)
    if (exchange.received.wrong || exchange.received.length !== size) return exchange.link.rst()
    await (exchange.accepted ? send(exchange, bodySize('fast')) : whole(exchange))
    exchange.finish()
  },
  'fin-before-answer': ({ link }) => link.fin(),
  'rst-before-answer': ({ link }) => link.rst(),
  'cut-before-answer': ({ link }) => link.cut(),
  'stall-before-answer': () => {},
  'fin-in-head': async (exchange) => {
    await halfHead(exchange)
    exchange.link.fin()
  },
  'rst-in-head': async (exchange) => {
    await halfHead(exchange)
    exchange.link.rst()
  },
  'stall-in-head': halfHead,
  'fin-in-body': async (exchange) => {
    await half(exchange)
    exchange.link.fin()
  },
  'rst-in-body': async (exchange) => {
    await half(exchange)
    exchange.link.rst()
  },
  'cut-in-body': async (exchange) => {
    await half(exchange)
    exchange.link.cut()
  },
  'stall-in-body': (exchange) => half(exchange),
  // this side has ended, and goes on reading
  'half-close': async (exchange) => {
    await whole(exchange, 'unknown')
    exchange.link.fin()
  },
  'cut-at-end': async (exchange) => {
    await whole(exchange, 'unknown')
    await soon()
    exchange.link.cut()
  },
  'ws-cut': async (exchange, relay) => {
    await half(exchange)
    relay.cut(exchange.link.address)
  },
  'relay-killed': async (exchange, relay) => {
    await half(exchange)
    relay.kill(exchange.link.address)
  },
  'cut-in-upload-100k': async (exchange, _relay, fault) => {
    await upload(exchange, fault)
    exchange.link.cut()
  },
  'stall-in-upload': async (exchange, _relay, fault) => {
    await upload(exchange, fault)
    exchange.stop()
  },
  'early-answer': async (exchange, _relay, fault) => {
    await upload(exchange, fault)
    exchange.refuse()
  },
}
for (const size of ['50', '100k', '10M'] as const) {
  PLAYS[`fin-in-upload-${size}`] = async (exchange, _relay, fault) => {
    await upload(exchange, fault)
    exchange.link.fin()
  }
  PLAYS[`rst-in-upload-${size}`] = async (exchange, _relay, fault) => {
    await upload(exchange, fault)
    exchange.link.rst()
  }
}
