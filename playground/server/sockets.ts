// The WebSockets of the sample origin: one that says everything back, and one that tells the time.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Row } from './index-page.js'

/** Bytes of one message. */
const MOST = 16 << 20
const TICK_MS = 1000
/** After so many the clock says goodbye. */
const TICKS = 5

function echo(ws: WebSocket): void {
  // whoever does not read what comes back is not read either
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
    socket.end() // the curl tool never says goodbye itself
  }
  const timer = setInterval(tick, TICK_MS)
  ws.on('close', () => clearInterval(timer))
  tick()
}

const PATHS: Readonly<Record<string, (ws: WebSocket, socket: Duplex) => void>> = { '/echo': echo, '/clock': clock }

export function socketRows(ws: string, wss: string): Row[] {
  return [
    { methods: 'WebSocket', url: `${ws}/echo`, about: 'says everything back' },
    { methods: 'WebSocket', url: `${wss}/clock`, about: `tells the time each second, ${TICKS} times` },
  ]
}

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: MOST,
  perMessageDeflate: false,
})

/** Takes an upgrade to a WebSocket at one of the paths. Returns false if it is none. */
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
