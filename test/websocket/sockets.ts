// The servers for the tests of WebSocket, and functions that wait for the events and the end of one.
import { readFileSync } from 'node:fs'
import { WebSocket, type CloseEvent, type WebSocketOptions } from 'libcurl-wasm'
import { afterAll } from 'vitest'
import { WebSocketServer, type WebSocket as Peer } from 'ws'
import { certificates } from '../servers/certificates.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { fuzzer } from './peer.js'

export const MB = 1024 * 1024
export const ca = readFileSync(certificates().ca.certFile)
/** Servers that echo messages, without and with TLS. They choose the subprotocol 'second' if it is offered. */
export const web = await httpServer((_request, response) => void response.writeHead(404).end('not here'))
export const secure = await httpsServer(() => {})
/** A server that sends what a test tells it to. */
export const raw = await fuzzer()
export const url = web.url.replace('http', 'ws')
/** The connections that the echoing servers have accepted. */
export const accepted: { peer: Peer; headers: Record<string, unknown>; path: string }[] = []

const servers = [web, secure].map(({ server }) => {
  const wss = new WebSocketServer({ server, handleProtocols: (asked) => (asked.has('second') ? 'second' : false) })
  wss.on('connection', (peer, request) => {
    accepted.push({ peer, headers: request.headers, path: request.url! })
    peer.on('error', () => {})
    peer.on('message', (data, binary) => peer.send(data, { binary }))
  })
  return wss
})
afterAll(async () => {
  for (const server of servers) server.close()
  for (const { peer } of accepted) peer.terminate()
  await Promise.all([web.close(), secure.close(), raw.close()])
})

export async function opened(at = url, protocols?: string | string[], more?: WebSocketOptions): Promise<WebSocket> {
  const socket = new WebSocket(at, protocols, more)
  socket.binaryType = 'arraybuffer'
  await event(socket, 'open')
  return socket
}

/** The next event of a type. */
export function event<E extends Event>(socket: WebSocket, type: string): Promise<E> {
  return new Promise((resolve) =>
    socket.addEventListener(type, (happened: Event) => resolve(happened as E), { once: true }),
  )
}

/** The end of a connection that fails: the events, code, reason, wasClean, readyState and message. */
export async function failure(socket: WebSocket): Promise<unknown[]> {
  const events: string[] = []
  let message = ''
  socket.onopen = () => events.push('open')
  socket.onerror = (error) => {
    events.push('error')
    message = error.message
  }
  const { code, wasClean, reason } = await event<CloseEvent>(socket, 'close')
  return [events, code, reason, wasClean, socket.readyState, message]
}

/** What failure() returns for a connection that was never open. */
export const fails = (message: unknown): unknown[] => [['error'], 1006, '', false, 3, message]

/** The name of the error that a call throws. */
export const nameOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    return (error as Error).name
  }
  return 'it does not throw'
}
