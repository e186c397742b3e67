// The transport of Node: TCP, unix sockets, UDP and listening sockets, by node:net and node:dgram.
import dgram from 'node:dgram'
import dns from 'node:dns'
import { readSync, writeSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { fill } from '../../bytes.js'
import { descriptorOf, wasReset } from './reset.js'
import { TransportError, told } from '../transport.js'
import type {
  Address,
  DatagramEvents,
  Datagrams,
  Listening,
  ListenerEvents,
  ResolvedAddress,
  Stream,
  StreamEvents,
  Transport,
} from '../transport.js'

/** A quiet connection has a small buffer, a busy one a large one: so 1,000 idle connections take 16 MB, and not 64. */
const SMALL_CHUNK = 16 * 1024
const LARGE_CHUNK = 64 * 1024
/** Bytes to write are gathered up to this size: four sends of 64 KB with their framing, or sixteen records of TLS. */
const BLOCK = 272 * 1024
/** How many bytes of free buffers are kept, of each size. */
const KEPT_BYTES = 4 * 1024 * 1024
/** When this many bytes wait for the kernel, a stream is not writable. The last write may go beyond it. */
const WRITE_MARK = 64 * 1024

/** Streams that the module has closed, and that still have bytes for the kernel. */
const lingering = new Set<NodeStream>()

/** Resolves when the kernel has all bytes that were sent before their socket was closed. */
export async function flushed(): Promise<void> {
  while (lingering.size > 0) await Promise.all([...lingering].map((stream) => stream.gone()))
}

type Code = { code?: string; message?: string }

/**
 * Internals of Node's sockets: the descriptor, and how much libuv has still to write. Windows and Deno do not have all.
 */
interface Handle {
  fd?: number
  writeQueueSize?: number
}

/** Bytes for the kernel, and the function to call when it has them. */
interface Unsent {
  bytes: Uint8Array
  done: (() => void) | undefined
}

/** Buffers for reading and writing, used again and again: otherwise a transfer would make as much garbage as data. */
class ChunkPool {
  #free = new Map<number, Buffer[]>([
    [SMALL_CHUNK, []],
    [LARGE_CHUNK, []],
    [BLOCK, []],
  ])

  take(size: number): Buffer {
    return this.#free.get(size)!.pop() ?? Buffer.allocUnsafeSlow(size)
  }

  give(chunk: Uint8Array): void {
    const free = this.#free.get(chunk.buffer.byteLength)
    if (free && free.length * chunk.buffer.byteLength < KEPT_BYTES) free.push(Buffer.from(chunk.buffer as ArrayBuffer))
  }
}

const pool = new ChunkPool()

function addressOf(address: string | undefined, port: number | undefined): Address | null {
  if (address === undefined || port === undefined) return null
  // not net.isIPv6(), which takes 3 ms to compile its regular expression
  return { family: address.includes(':') ? 'IPv6' : 'IPv4', address, port }
}

/** A host as node:net needs it: with the scope of a link-local address. */
function hostOf(address: { address: string; scope?: number }): string {
  return address.scope ? `${address.address}%${address.scope}` : address.address
}

class NodeStream implements Stream {
  #socket: net.Socket
  #events: StreamEvents
  #open: boolean
  #room: boolean
  #closed = false
  #paused = false
  /** Gathered bytes for the kernel: the first #filled ones. */
  #block: Buffer | null = null
  #filled = 0
  /** What the kernel has not taken. Node's stream has the first entry, and waits for the kernel. */
  #unsent: Unsent[] = []
  /** Called after the last byte. */
  #finally: (() => void) | null = null
  /** Whether the code that runs now has closed it. */
  #justClosed = false
  /** Whether #overtake() sends what Node still holds. */
  #overtaken = false

  constructor(socket: net.Socket, events: StreamEvents) {
    this.#socket = socket
    this.#events = events
    this.#open = !socket.connecting
    this.#room = this.#open
    socket
      .on('connect', () => this.#opened())
      .on('end', () => {
        if (!this.#closed) this.#ended()
      })
      .on('error', (error: Code) => {
        if (!this.#closed) events.failed(...told(error))
      })
  }

  /** Connects, reading into pooled buffers. */
  static connect(remote: Address, local: Address | null, events: StreamEvents): NodeStream {
    let stream: NodeStream
    let size = SMALL_CHUNK
    const onread = {
      buffer: (() => pool.take(size)) as unknown as Buffer,
      callback(length: number, buffer: Uint8Array): boolean {
        size = length === buffer.length ? LARGE_CHUNK : SMALL_CHUNK
        return stream.#read(buffer.subarray(0, length))
      },
    }
    const target =
      remote.family === 'unix'
        ? { path: remote.path }
        : {
            host: hostOf(remote),
            port: remote.port,
            ...(local && local.family !== 'unix'
              ? { localAddress: hostOf(local), localPort: local.port || undefined }
              : {}),
          }
    const options = { ...target, allowHalfOpen: true, onread }
    const socket = net.connect(options as net.NetConnectOpts)
    stream = new NodeStream(socket, events)
    return stream
  }

  /** Takes over a connection that a server has accepted. */
  static accepted(socket: net.Socket, events: StreamEvents): NodeStream {
    const stream = new NodeStream(socket, events)
    socket.on('data', (chunk: Buffer) => stream.#read(chunk)).resume()
    return stream
  }

  #opened(): void {
    this.#open = true
    this.#room = true
    if (this.#closed) return
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket
    this.#events.opened(addressOf(localAddress, localPort), addressOf(remoteAddress, remotePort))
  }

  #ended(): void {
    if (wasReset(this.#descriptor)) this.#events.failed('ECONNRESET')
    else this.#events.ended()
  }

  /** Returns whether to go on reading. */
  #read(chunk: Uint8Array): boolean {
    if (!this.#closed) this.#events.data(chunk)
    return !this.#paused
  }

  get writable(): boolean {
    return this.#room
  }

  write(bytes: Uint8Array): void {
    if (this.#block === null && bytes.length < SMALL_CHUNK) this.#hand(bytes)
    else this.#gather(bytes)
  }

  /**
   * Copies into a block, until that is full or the code that runs now has returned. One large write costs half as much.
   */
  #gather(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#block === null) {
        this.#block = pool.take(BLOCK)
        queueMicrotask(this.#flush)
      }
      const length = fill(this.#block, this.#filled, bytes, offset)
      this.#filled += length
      offset += length
      if (this.#filled === BLOCK) this.#flush()
    }
  }

  #flush = (): void => {
    const block = this.#block
    if (block === null) return
    const gathered = block.subarray(0, this.#filled)
    this.#block = null
    this.#filled = 0
    this.#hand(gathered, () => pool.give(block))
  }

  /**
   * Writes `bytes`, which must stay as they are until `done` is called. Without `done`, copies what the kernel left.
   */
  #hand(bytes: Uint8Array, done?: () => void): void {
    const taken = this.#unsent.length > 0 ? 0 : this.#writeNow(bytes)
    if (taken === bytes.length) return done?.()
    const rest = bytes.subarray(taken)
    this.#unsent.push({ bytes: done ? rest : Buffer.from(rest), done })
    if (this.#unsent.reduce((sum, { bytes }) => sum + bytes.length, 0) >= WRITE_MARK) this.#room = false
    if (this.#unsent.length === 1) this.#give()
  }

  /** Gives Node the first entry, and no other until the kernel has that. So we know what Node still has to write. */
  #give(): void {
    this.#socket.write(this.#unsent[0]!.bytes, this.#given)
  }

  #given = (error?: Error | null): void => {
    if (error || this.#overtaken) return
    this.#sent()
    this.#push()
    if (this.#unsent.length > 0) return this.#give()
    if (this.#finally) return this.#finally()
    if (this.#room) return
    this.#room = true
    if (!this.#closed) this.#events.drained()
  }

  /** The kernel has the first entry. */
  #sent(): void {
    this.#unsent.shift()!.done?.()
  }

  /** Writes until the kernel takes no more. */
  #push(): void {
    while (this.#unsent.length > 0) {
      const first = this.#unsent[0]!
      first.bytes = first.bytes.subarray(this.#writeNow(first.bytes))
      if (first.bytes.length > 0) return
      this.#sent()
    }
  }

  /**
   * Writes with write(2) on the socket's descriptor, because Node's streams take longer for a write than the kernel.
   * Returns how many bytes the kernel has taken. An error is ignored: Node gets it again and reports it.
   */
  #writeNow(bytes: Uint8Array): number {
    const fd = this.#descriptor
    if (fd < 0) return 0
    try {
      return writeSync(fd, bytes)
    } catch {
      return 0
    }
  }

  get #handle(): Handle | null {
    return (this.#socket as { _handle?: Handle })._handle ?? null
  }

  get #descriptor(): number {
    return descriptorOf(this.#socket)
  }

  /** Calls `last` once the kernel has everything. */
  #afterwards(last: () => void): void {
    if (this.#unsent.length === 0) last()
    else this.#finally = last
  }

  end(): void {
    this.#flush()
    this.#afterwards(() => this.#socket.end())
  }

  close(): void {
    this.#closed = true
    this.#flush()
    // The kernel still sends what it has taken after the descriptor is closed. That must not wait for the event loop,
    // because libcurl may be about to block for the answer.
    const socket = this.#socket
    if (this.#open && this.#unsent.length > 0 && !socket.destroyed) this.#linger()
    else socket.destroy()
    socket.unref()
  }

  #linger(): void {
    lingering.add(this)
    this.#socket.once('close', () => lingering.delete(this))
    this.#afterwards(() => this.#socket.destroy())
    this.#justClosed = true
    queueMicrotask(() => {
      this.#justClosed = false
      // before Node can send bytes again that were sent: libcurl, which blocked, has its answer or has given up
      if (this.#overtaken) this.#socket.destroy()
    })
  }

  /** Resolves when the socket of a lingering stream is closed. */
  gone(): Promise<void> {
    return new Promise((resolve) => void this.#socket.once('close', () => resolve()))
  }

  /**
   * Writes the rest without Node, which would wait for the event loop: libcurl blocks for the answer to what it sent
   * before it closed this.
   */
  #overtake(): void {
    const left = this.#handle?.writeQueueSize
    if (!this.#justClosed || left === undefined) return
    if (!this.#overtaken) {
      this.#overtaken = true
      const first = this.#unsent[0]!
      first.bytes = first.bytes.subarray(first.bytes.length - left)
    }
    this.#push()
    if (this.#unsent.length === 0) this.#socket.destroy()
  }

  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    this.#socket.resume()
  }

  release(chunk: Uint8Array): void {
    pool.give(chunk)
  }

  look(): void {
    this.#flush()
    for (const stream of lingering) stream.#overtake()
    const fd = this.#descriptor
    if (fd < 0) throw new TransportError('EDEADLK')
    const chunk = pool.take(LARGE_CHUNK)
    try {
      const length = readSync(fd, chunk)
      if (length > 0) return this.#events.data(chunk.subarray(0, length))
      this.#events.ended()
    } catch (error) {
      const { code } = error as Code
      if (code !== 'EAGAIN') this.#events.failed(...told(error as Code))
    }
    pool.give(chunk)
  }

  attend(waited: boolean): void {
    if (waited) this.#socket.ref()
    else this.#socket.unref()
  }

  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on)
  }

  setKeepAlive(on: boolean, idleMs: number): void {
    this.#socket.setKeepAlive(on, idleMs)
  }
}

/**
 * A listening TCP socket. It listens on every address, and rejects connections to any other than `local`: node:net
 * resolves a given host asynchronously, even an address, and bind(2) must return at once.
 */
class NodeListener implements Listening {
  readonly local: Address
  #server: net.Server
  #closed = false

  constructor(local: Address, events: ListenerEvents) {
    if (local.family === 'unix') throw new TransportError('EOPNOTSUPP')
    this.#server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true })
    this.#server.on('error', (error: Code) => {
      if (!this.#closed) events.failed(...told(error))
    })
    this.#server.on('connection', (socket) => {
      const to = socket.localAddress?.replace(/^::ffff:/, '')
      if (this.#closed || !(isWildcard(local.address) || to === local.address)) return void socket.destroy()
      const from = socket.remoteAddress?.replace(/^::ffff:/, '')
      events.accepted(addressOf(from, socket.remotePort), addressOf(to, socket.localPort), (taken) =>
        NodeStream.accepted(socket, taken),
      )
    })
    // exclusive: otherwise a worker of a cluster asks the primary process, which is asynchronous
    this.#server.listen({ port: local.port, exclusive: true })
    const bound = this.#server.address()
    if (!this.#server.listening || bound === null || typeof bound === 'string') {
      this.#closed = true // the server will report its error, too
      throw new TransportError('EADDRINUSE')
    }
    this.local = { ...local, port: bound.port }
  }

  attend(waited: boolean): void {
    if (waited) this.#server.ref()
    else this.#server.unref()
  }

  close(): void {
    this.#closed = true
    this.#server.close()
  }
}

class NodeDatagrams implements Datagrams {
  #socket: dgram.Socket
  #closed = false

  constructor(family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents) {
    const type = family === 'IPv6' ? 'udp6' : 'udp4'
    // hosts are addresses here, so a look-up that answers at once makes bind(2) synchronous
    const lookup: dgram.SocketOptions['lookup'] = (host, _options, done) => done(null, host, family === 'IPv6' ? 6 : 4)
    this.#socket = dgram.createSocket({ type, lookup })
    this.#socket
      .on('message', (bytes, from) => {
        if (!this.#closed) events.received(bytes, { family, address: from.address, port: from.port })
      })
      .on('error', (error: Code) => {
        if (!this.#closed) events.failed(...told(error))
      })
    this.#fail = (error) => {
      if (error && !this.#closed) events.failed(...told(error as Code))
    }
    if (local && local.family !== 'unix')
      this.#socket.bind({ port: local.port, address: hostOf(local), exclusive: true })
    else this.#socket.bind({ port: 0, address: family === 'IPv6' ? '::' : '0.0.0.0', exclusive: true })
  }

  #fail: (error: Error | null) => void

  get local(): Address | null {
    try {
      const { address, port } = this.#socket.address()
      return addressOf(address, port)
    } catch {
      return null
    }
  }

  send(bytes: Uint8Array, to: Address): void {
    if (to.family !== 'unix') this.#socket.send(bytes, to.port, hostOf(to), this.#fail)
  }

  attend(waited: boolean): void {
    if (waited) this.#socket.ref()
    else this.#socket.unref()
  }

  close(): void {
    this.#closed = true
    this.#socket.close()
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isLocal(address: string): boolean {
  if (isWildcard(address) || /^127\./.test(address)) return true
  return Object.values(os.networkInterfaces()).some((list) => list?.some((entry) => entry.address === address))
}

export const nodeTransport: Transport = {
  connect: (remote, local, events) => NodeStream.connect(remote, local, events),

  checkBind(local) {
    if (local.family === 'unix') throw new TransportError('EOPNOTSUPP')
    if (!isLocal(local.address)) throw new TransportError('EADDRNOTAVAIL')
    if (local.port === 0) return
    // Listening there for a moment asks the kernel. NodeListener says why on every address.
    const trial = net.createServer()
    trial.on('error', () => {})
    trial.listen({ port: local.port, exclusive: true })
    const free = trial.listening
    trial.close()
    if (!free) throw new TransportError('EADDRINUSE')
  },

  listen(local, events) {
    if (local.family !== 'unix' && !isLocal(local.address)) throw new TransportError('EADDRNOTAVAIL')
    return new NodeListener(local, events)
  },

  datagrams: (family, local, events) => new NodeDatagrams(family, local, events),

  interfaces: () =>
    Object.entries(os.networkInterfaces()).flatMap(([name, list]) =>
      (list ?? []).map(({ family, address, scopeid }) => ({
        name,
        family: family as 'IPv4' | 'IPv6',
        address,
        scope: scopeid,
      })),
    ),

  async resolve(name, family, servers, signal): Promise<ResolvedAddress[]> {
    const number = family === 'IPv6' ? 6 : 4
    try {
      if (servers) {
        const resolver = new dns.promises.Resolver()
        resolver.setServers(servers)
        signal.addEventListener('abort', () => resolver.cancel(), { once: true })
        const found = await (number === 6 ? resolver.resolve6(name) : resolver.resolve4(name))
        return found.map((address) => ({ address }))
      }
      const found = await dns.promises.lookup(name, { family: number, all: true })
      return found.map(({ address }) => ({ address }))
    } catch (error) {
      throw new TransportError(...told(error as Code))
    }
  },
}
