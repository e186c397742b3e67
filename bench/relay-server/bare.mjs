// What no relay on ws and Node can do without, for bench/relay-server.mjs: `node bare.mjs net PORT` accepts connections, and
// `node bare.mjs ws PORT` is a relay of Wisp v2 without a name server, a limit, a log or an error.
import http from 'node:http'
import net from 'node:net'
import { createRequire } from 'node:module'

/** Above this, nothing more is read for a client, in bytes: otherwise the row of deaf clients would fill the memory. */
const FULL = 256 * 1024
const [CONNECT, DATA, CONTINUE, CLOSE, INFO] = [1, 2, 3, 4, 5]
const VERSION = Buffer.from([2, 0])
const CREDIT = 64

const ignore = () => {}

function packet(type, streamId, payload) {
  const bytes = Buffer.allocUnsafe(5 + payload.length)
  bytes[0] = type
  bytes.writeUInt32LE(streamId, 1)
  bytes.set(payload, 5)
  return bytes
}

const credit = Buffer.from([CREDIT, 0, 0, 0])

function serve(ws) {
  const streams = new Map()
  ws.on('error', ignore)
  ws.on('close', () => streams.forEach((stream) => stream.destroy()))
  ws.on('message', (message) => {
    const streamId = message.readUInt32LE(1)
    if (message[0] === CONNECT) streams.set(streamId, connect(ws, streamId, message))
    else if (message[0] === DATA) send(ws, streamId, streams.get(streamId), message.subarray(5))
    else if (message[0] === INFO) ws.send(packet(CONTINUE, 0, credit))
    else if (message[0] === CLOSE) streams.get(streamId).destroy()
  })
  ws.send(packet(INFO, 0, VERSION))
}

function connect(ws, streamId, message) {
  const stream = net.connect({ port: message.readUInt16LE(6), host: message.toString('latin1', 8), noDelay: true })
  stream.on('error', ignore)
  stream.packets = 0
  stream.on('data', (data) => {
    ws.send(packet(DATA, streamId, data), () => {
      if (stream.isPaused() && ws.bufferedAmount < FULL) stream.resume()
    })
    if (ws.bufferedAmount >= FULL) stream.pause()
  })
  return stream
}

function send(ws, streamId, stream, data) {
  stream.write(data, () => {
    if (++stream.packets % (CREDIT / 2) === 0) ws.send(packet(CONTINUE, streamId, credit))
  })
}

async function wsServer() {
  const { WebSocketServer } = createRequire(import.meta.url)('ws')
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false })
  return http
    .createServer()
    .on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, serve))
}

const server = process.argv[2] === 'net' ? net.createServer((socket) => socket.on('error', ignore)) : await wsServer()
server.listen({ port: process.argv[3], host: '127.0.0.1', backlog: 20_000 })
