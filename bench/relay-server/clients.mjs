// The clients of bench/relay-server.mjs, many in one process: `node clients.mjs`, which does what its parent calls by
// messages. They speak WebSocket and Wisp over sockets of Node themselves, and look at no payload, because a library would
// be slower than what it measures. Everything they send is masked before the measurement begins.
import net from 'node:net'
import { ANSWER, REQUEST } from './sizes.mjs'

const [CONNECT, DATA, CONTINUE, CLOSE, INFO] = [1, 2, 3, 4, 5]
const [BINARY, BINARY_CODE, CLOSE_CODE, PING_CODE] = [0x82, 2, 8, 9]
const MASK = Buffer.from([0x5a, 0xc3, 0x96, 0x3c])
const UPLOAD = 32 * 1024
/** As much of a packet as is looked at: its header and the number of a CONTINUE. */
const LOOKED_AT = 9
/** How many connections are made at a time, unless a call says otherwise. */
const AT_A_TIME = 64

/** All sockets read into this: what is read is looked at before the next one reads. */
const buffer = Buffer.allocUnsafe(512 * 1024)

/** One WebSocket frame with a packet of Wisp. */
function frame(type, streamId, payload = Buffer.alloc(0)) {
  const length = 5 + payload.length
  const long = length > 65535 ? 8 : length > 125 ? 2 : 0
  const bytes = Buffer.alloc(2 + long + 4 + length)
  bytes[0] = BINARY
  bytes[1] = 0x80 | (long === 8 ? 127 : long === 2 ? 126 : length)
  if (long === 2) bytes.writeUInt16BE(length, 2)
  if (long === 8) bytes.writeBigUInt64BE(BigInt(length), 2)
  MASK.copy(bytes, 2 + long)
  const start = 6 + long
  bytes[start] = type
  bytes.writeUInt32LE(streamId, start + 1)
  payload.copy(bytes, start + 5)
  for (let i = start; i < bytes.length; i++) bytes[i] ^= MASK[(i - start) & 3]
  return bytes
}

function u32(number) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(number)
  return bytes
}

class Client {
  /** What each stream calls for a packet: (type, payload length, number of a CONTINUE). */
  streams = new Map()
  credit = 0
  #head = []
  #state = 'http'
  /** Bytes of the frame's payload that are left, how long it is, and what was looked at of it. */
  #left = 0
  #length = 0
  #code = 0
  #packet = Buffer.alloc(LOOKED_AT)
  #seen = 0

  constructor({ port, path = '/', wisp }, opened, failed) {
    this.opened = opened
    this.failed = failed
    this.wisp = wisp
    const onread = { buffer, callback: (length) => this.#read(length) }
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread }).setMaxListeners(0)
    this.socket.on('error', (error) => this.#fail(error))
    this.socket.on('close', () => this.#fail(new Error('the server has closed the connection')))
    if (wisp === undefined) return void this.socket.once('connect', () => this.#open())
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        `${wisp === 2 ? 'Sec-WebSocket-Protocol: wisp-v2\r\n' : ''}\r\n`,
    )
  }

  #open() {
    this.opened?.()
    this.opened = null
  }

  #fail(error) {
    if (this.socket.leaving) return
    this.socket.leaving = true
    this.failed(error)
  }

  leave() {
    this.socket.leaving = true
    this.socket.resetAndDestroy()
  }

  send(bytes) {
    return this.socket.write(bytes)
  }

  #read(length) {
    let at = 0
    if (this.#state === 'http') {
      this.#head.push(buffer.toString('latin1', 0, length))
      const head = this.#head.join('')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return true
      if (!head.startsWith('HTTP/1.1 101 ')) this.#fail(new Error(`the server answers ${head.split('\r\n', 1)}`))
      at = length - (head.length - end - 4)
      this.#head = []
      this.#state = 'frame'
    }
    while (at < length) at = this.#state === 'payload' ? this.#payload(at, length) : this.#header(at, length)
    return true
  }

  /** Most headers arrive in one piece; the others are gathered in #head. */
  #header(at, length) {
    const head = this.#head
    while (at < length) {
      head.push(buffer[at++])
      if (head.length < 2) continue
      const long = head[1] === 127 ? 8 : head[1] === 126 ? 2 : 0
      if (head.length < 2 + long) continue
      let size = long === 0 ? head[1] : 0
      for (let i = 2; i < 2 + long; i++) size = size * 256 + head[i]
      this.#code = head[0] & 15
      this.#left = this.#length = size
      this.#seen = 0
      this.#head.length = 0
      this.#state = 'payload'
      if (size === 0) this.#complete()
      return at
    }
    return at
  }

  #payload(at, length) {
    const part = Math.min(this.#left, length - at)
    const look = Math.min(part, LOOKED_AT - this.#seen)
    if (look > 0) buffer.copy(this.#packet, this.#seen, at, at + look)
    this.#seen += Math.max(look, 0)
    this.#left -= part
    if (this.#left === 0) this.#complete()
    return at + part
  }

  #complete() {
    this.#state = 'frame'
    if (this.#code === CLOSE_CODE) return this.#fail(new Error('the server sends a Close frame'))
    if (this.#code === PING_CODE) return void this.send(pong)
    if (this.#code !== BINARY_CODE) return
    const packet = this.#packet
    const [type, streamId] = [packet[0], packet.readUInt32LE(1)]
    if (streamId > 0) return this.streams.get(streamId)?.(type, this.#length - 5, packet.readUInt32LE(5))
    if (type === INFO) return void this.send(frame(INFO, 0, Buffer.from([2, 0])))
    if (type === CLOSE) return this.#fail(new Error(`the server closes stream 0 with reason ${packet[5]}`))
    if (type !== CONTINUE) return
    this.credit = packet.readUInt32LE(5)
    this.#open()
  }

  /** Opens a stream whose first bytes are `first`. `on` gets its packets. */
  stream(streamId, origin, first, on) {
    this.streams.set(streamId, (type, length, number) => {
      if (type === CLOSE) this.#fail(new Error(`the server closes a stream with reason ${number & 255}`))
      else on(type, length, number)
    })
    const target = Buffer.concat([Buffer.from([1, origin & 255, origin >> 8]), Buffer.from('127.0.0.1')])
    this.send(Buffer.concat([frame(CONNECT, streamId, target), frame(DATA, streamId, first)]))
  }
}

const pong = Buffer.concat([Buffer.from([0x8a, 0x80]), MASK])
const request = Buffer.alloc(REQUEST, 'e')
const clients = []
let broken = null
const fail = (error) => (broken ??= error)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function check() {
  if (broken) throw broken
}

/** Runs `work` for each of `count` numbers, `parallel` at a time. */
async function each(count, parallel, work) {
  let next = 0
  const worker = async () => {
    for (let i = next++; i < count; i = next++) {
      await work(i)
      check()
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker))
}

function connectOne(to) {
  return new Promise((resolve, reject) => {
    const client = new Client(to, () => resolve(client), (error) => (fail(error), reject(error))) // prettier-ignore
  })
}

/** Sends one request on a stream that is open, and resolves with the answer. */
class Exchanger {
  #missing = 0
  #answered = null

  constructor(client, streamId, origin) {
    this.client = client
    this.bytes = frame(DATA, streamId, request)
    this.first = new Promise((resolve) => (this.#answered = resolve))
    this.#missing = ANSWER
    client.stream(streamId, origin, request, (type, length) => {
      if (type !== DATA) return
      this.#missing -= length
      if (this.#missing === 0) this.#answered()
    })
  }

  again() {
    return new Promise((resolve) => {
      this.#missing = ANSWER
      this.#answered = resolve
      this.client.send(this.bytes)
    })
  }
}

const exchangers = []
let received = 0
let sent = 0

const calls = {
  /** Makes `count` clients that stay. */
  connect: ({ to, count, parallel = AT_A_TIME }) =>
    each(count, parallel, async () => void clients.push(await connectOne(to))),

  /** Makes clients that leave at once, for `ms` milliseconds. Returns how many there were, and how long it took. */
  async churn({ to, ms, parallel = AT_A_TIME }) {
    const since = performance.now()
    const past = () => performance.now() - since
    let count = 0
    const worker = async () => {
      for (; past() < ms; count++) (await connectOne(to)).leave()
    }
    await Promise.all(Array.from({ length: parallel }, worker))
    return { count, ms: past() }
  },

  /** Opens `count` streams on each client, and makes one exchange on each. */
  exchangers: ({ origin, count, parallel = AT_A_TIME }) =>
    each(clients.length * count, parallel, async (i) => {
      const client = clients[i % clients.length]
      const exchanger = new Exchanger(client, 1 + exchangers.length, origin)
      exchangers.push(exchanger)
      await exchanger.first
    }),

  /**
   * Makes exchanges, `parallel` at a time: `count` of them, or as many as fit into `ms` milliseconds. Returns how long
   * each took, in milliseconds.
   */
  async exchange({ count = Infinity, ms = Infinity, parallel = 1 }) {
    const times = []
    const end = performance.now() + ms
    let next = 0
    const worker = async () => {
      for (let i = next++; i < count && performance.now() < end; i = next++) {
        const since = performance.now()
        await exchangers[i % exchangers.length].again()
        times.push(performance.now() - since)
        check()
      }
    }
    await Promise.all(Array.from({ length: parallel }, worker))
    return times
  },

  /** Opens `count` downloads without an end, on the clients in turn. */
  downloads({ origin, count }) {
    for (let i = 0; i < count; i++) {
      clients[i % clients.length].stream(1000 + i, origin, Buffer.from('b'), (type, length) => {
        if (type === DATA) received += length
      })
    }
  },

  /** Opens `count` uploads without an end, which obey the credit. */
  uploads({ origin, count }) {
    for (let i = 0; i < count; i++) {
      const client = clients[i % clients.length]
      const streamId = 1000 + i
      const bytes = frame(DATA, streamId, Buffer.alloc(UPLOAD, 'u'))
      let credit = client.credit
      const write = () => {
        while (credit > 0 && client.socket.writableLength < 4 * UPLOAD) {
          credit--
          sent += UPLOAD
          client.send(bytes)
        }
      }
      client.stream(streamId, origin, Buffer.from('u'), (type, _, number) => {
        if (type !== CONTINUE) return
        credit = number
        write()
      })
      client.socket.on('drain', write)
      write()
    }
  },

  /** Returns how many bytes were received and sent in `ms` milliseconds, and how long that was. */
  async count({ ms }) {
    const [before, since] = [received + sent, performance.now()]
    await sleep(ms)
    return { bytes: received + sent - before, ms: performance.now() - since }
  },

  /** Stops reading. */
  deaf() {
    for (const { socket } of clients) socket.pause()
  },
}

process.on('message', async ({ id, name, task }) => {
  try {
    const result = await calls[name](task)
    check()
    process.send({ id, result })
  } catch (error) {
    process.send({ id, error: error.message })
  }
})
process.once('disconnect', () => process.exit())
