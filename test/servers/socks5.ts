// A SOCKS5 proxy (RFC 1928, RFC 1929): only CONNECT, to IPv4, IPv6 and names, which it resolves with its own list. It
// records the requests.
import net from 'node:net'
import { listen, type Listening } from './listening.js'
import { join, reach } from './tunnel.js'

export interface Asked {
  type: 'IPv4' | 'IPv6' | 'name'
  host: string
  port: number
  user: string | null
}

export interface Socks5Options {
  /** The required user and password. */
  login?: { user: string; password: string }
  /** The addresses of names. Other names are unknown. */
  names?: Record<string, string>
  /** Whether a connection to the host is allowed. By default all are. */
  allows?: (host: string) => boolean
}

export type Socks5 = Listening & { asked: Asked[] }

const VERSION = 5
const NO_LOGIN = 0
const LOGIN = 2
const NONE_ACCEPTABLE = 0xff
const CONNECT = 1
const [IPV4, NAME, IPV6] = [1, 3, 4]
const [SUCCEEDED, NOT_ALLOWED, HOST_UNREACHABLE, NOT_SUPPORTED] = [0, 2, 4, 7]

/** Reads a given number of bytes from a socket. */
class Bytes {
  #held = Buffer.alloc(0)
  constructor(private readonly socket: net.Socket) {}

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const chunk = this.socket.read() as Buffer | null
      if (chunk) this.#held = Buffer.concat([this.#held, chunk])
      else await this.#more()
    }
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async byte(): Promise<number> {
    return (await this.take(1))[0]!
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.socket.readableEnded || this.socket.destroyed) return reject(new Error('ended'))
      this.socket.once('readable', resolve)
      this.socket.once('end', () => reject(new Error('ended')))
      this.socket.once('close', () => reject(new Error('closed')))
    })
  }
}

async function logIn(socket: net.Socket, bytes: Bytes, login: Socks5Options['login']): Promise<string | null | false> {
  await bytes.byte()
  const methods = await bytes.take(await bytes.byte())
  const wanted = login ? LOGIN : NO_LOGIN
  if (!methods.includes(wanted)) {
    socket.end(Buffer.of(VERSION, NONE_ACCEPTABLE))
    return false
  }
  socket.write(Buffer.of(VERSION, wanted))
  if (!login) return null
  await bytes.byte()
  const user = (await bytes.take(await bytes.byte())).toString()
  const password = (await bytes.take(await bytes.byte())).toString()
  const right = user === login.user && password === login.password
  socket.write(Buffer.of(1, right ? 0 : 1))
  if (!right) socket.end()
  return right && user
}

async function readTarget(bytes: Bytes): Promise<Omit<Asked, 'user'>> {
  const type = await bytes.byte()
  let target: Pick<Asked, 'type' | 'host'>
  if (type === IPV4) {
    target = { type: 'IPv4', host: [...(await bytes.take(4))].join('.') }
  } else if (type === IPV6) {
    const groups = (await bytes.take(16)).toString('hex').match(/.{4}/g)!
    target = { type: 'IPv6', host: new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1) }
  } else if (type === NAME) {
    target = { type: 'name', host: (await bytes.take(await bytes.byte())).toString() }
  } else {
    throw new Error(`address type ${type}`)
  }
  return { ...target, port: (await bytes.take(2)).readUInt16BE() }
}

const answer = (code: number): Buffer => Buffer.of(VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0)

async function serve(socket: net.Socket, options: Socks5Options, asked: Asked[]): Promise<void> {
  const bytes = new Bytes(socket)
  const user = await logIn(socket, bytes, options.login)
  if (user === false) return
  const [, command] = await bytes.take(3)
  const target = await readTarget(bytes)
  asked.push({ ...target, user })
  if (command !== CONNECT) return void socket.end(answer(NOT_SUPPORTED))
  const host = target.type === 'name' ? options.names?.[target.host] : target.host
  if (host === undefined) return void socket.end(answer(HOST_UNREACHABLE))
  if (options.allows && !options.allows(host)) return void socket.end(answer(NOT_ALLOWED))
  reach(host, target.port, (to) => {
    if (!to) return socket.end(answer(HOST_UNREACHABLE))
    socket.write(answer(SUCCEEDED))
    join(socket, to)
  })
}

export async function socks5(options: Socks5Options = {}): Promise<Socks5> {
  const asked: Asked[] = []
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    serve(socket, options, asked).catch(() => socket.destroy())
  })
  return Object.assign(await listen(server, 'socks5h'), { asked })
}
