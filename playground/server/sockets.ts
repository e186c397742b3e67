// The WebSocket endpoints of the sample origin: one sends every message back, and one sends the time.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Row } from './index-page.js'

/** The longest message, in bytes. */
const MOST = 16 << 20
const TICK_MS = 1000
/** After this many messages the clock closes. */
const TICKS = 5

function echo(ws: WebSocket): void {
  // does not read from a client that does not read its answers
  ws.on('message', (data, binary) => {
    ws.pause()
    ws.send(data, { binary }, () => ws.resume())
  })
}

function clock(ws: WebSocket, socket: Duplex): void {
  let ticks = 0
  const tick = (): void => {
    ws.send(`${new Date().toISOString()}\n`)
    if (++ticks < TICKS) return
    ws.close()
    socket.end() // the curl tool never closes a WebSocket itself
  }
  const timer = setInterval(tick, TICK_MS)
  ws.on('close', () => clearInterval(timer))
  tick()
}

const PATHS: Readonly<Record<string, (ws: WebSocket, socket: Duplex) => void>> = { '/echo': echo, '/clock': clock }

export function socketRows(ws: string, wss: string): Row[] {
  return [
    { methods: 'WebSocket', url: `${ws}/echo`, about: 'sends every message back' },
    { methods: 'WebSocket', url: `${wss}/clock`, about: `sends the time each second, ${TICKS} times` },
  ]
}

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: MOST,
  perMessageDeflate: false,
})

/** Answers an upgrade to a WebSocket on one of the paths. Returns false for any other request. */
export function handleSocket(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
  const [path = ''] = (request.url ?? '').split('?')
  const attend = PATHS[path]
  if (!attend || request.headers.upgrade?.toLowerCase() !== 'websocket') return false
  server.handleUpgrade(request, socket, head, (ws) => {
    ws.on('error', () => {})
    attend(ws, socket)
  })
  return true
}
