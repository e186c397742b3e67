// A server of `ws` that compresses and echoes messages, and clients that send some.
import type { Socket } from 'node:net'
import { WebSocket } from 'libcurl-wasm'
import { WebSocketServer, type PerMessageDeflateOptions, type WebSocket as Peer } from 'ws'
import { httpServer } from '../servers/listening.js'

/** Starts a server of `ws` that echoes messages, and returns its URL and its end of the last connection. */
export async function echoing(perMessageDeflate: PerMessageDeflateOptions | boolean) {
  const web = await httpServer((_request, response) => void response.end())
  const wss = new WebSocketServer({ server: web.server, perMessageDeflate, maxPayload: 0 })
  const errors: unknown[] = []
  let last!: Peer
  const peers = new Map<string, Peer>()
  wss.on('connection', (peer, { url }) => {
    last = peer
    peers.set(url!, peer)
    peer.on('error', (error) => errors.push(error))
    peer.on('message', (data, binary) => peer.send(data, { binary }))
  })
  const close = async (): Promise<void> => {
    for (const client of wss.clients) client.terminate()
    wss.close()
    await web.close()
  }
  /** The bytes that the last connection has received. */
  const received = (): number => (last as unknown as { _socket: Socket })._socket.bytesRead
  /** The bytes that it has sent. */
  const sent = (): number => (last as unknown as { _socket: Socket })._socket.bytesWritten
  return { url: web.url.replace('http', 'ws'), errors, close, received, sent, peers }
}

export async function openedAt(url: string, options = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, [], options)
  socket.binaryType = 'arraybuffer'
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = ({ error }) => reject(error)
  })
  return socket
}

/** Sends messages, and returns what comes back for them. */
export async function echoes(socket: WebSocket, messages: (string | Uint8Array)[]): Promise<unknown[]> {
  const back: unknown[] = []
  const all = new Promise<void>((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      back.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
      if (back.length === messages.length) resolve()
    }
    socket.onclose = ({ code }) => reject(new Error(`closed: ${code}`))
  })
  for (const message of messages) socket.send(message as string)
  await all
  socket.onclose = null
  return back
}
