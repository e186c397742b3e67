// A request that switches to another protocol, or a CONNECT: the handler gets the connection itself. libcurl makes the
// connection, and Node's http speaks HTTP/1.1 on it until the response, because libcurl would not give it away.
import http from 'node:http'
import type { Duplex } from 'node:stream'
import type { Buffer } from 'node:buffer'
import { openSocket } from '../agent/agent.js'
import type { ConnectionCurlOptions } from '../agent/connect-options.js'
import { reportLater } from '../common/exceptions.js'
import type { Connect } from '../connect/connect.js'
import { CurlError } from '../libcurl/errors.js'
import type { RawHeader } from '../http/headers.js'
import { UndiciError, undiciError } from './errors.js'
import type { Listener } from './handler.js'
import type { Owner, Running } from './owner.js'
import type { Settings } from './options.js'
import type { Request } from './request.js'

export class UpgradeExchange implements Running {
  /** Where it is among those of its dispatcher. */
  place = -1
  rawHeaders: Buffer[] | null = null
  rawTrailers: Buffer[] | null = null
  readonly request: Request
  readonly #listener: Listener
  readonly #owner: Owner
  #outgoing: http.ClientRequest | null = null
  #response: http.IncomingMessage | null = null
  #paused = false
  #over = false
  #reason: Error | null = null

  constructor(request: Request, owner: Owner, listener: Listener) {
    this.request = request
    this.#owner = owner
    this.#listener = listener
  }

  readonly madeConnection = true

  // --- DispatchController ---

  get aborted(): boolean {
    return this.#reason !== null
  }

  get reason(): Error | null {
    return this.#reason
  }

  get paused(): boolean {
    return this.#paused
  }

  pause(): void {
    this.#paused = true
    this.#response?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#response?.resume()
  }

  abort(reason?: unknown): void {
    if (this.#over) return
    this.#reason = (reason ?? new UndiciError('UND_ERR_ABORTED')) as Error
    this.#fail(this.#reason)
  }

  // --- the exchange ---

  /** Lets the handler know. false if it has aborted. */
  start(): boolean {
    this.#guard(() => this.#listener.start(this))
    return !this.#over
  }

  begin(connect: Connect, settings: Settings): void {
    if (this.#over) return
    this.#guard(() => {
      const outgoing = (this.#outgoing = this.#open(connect, settings))
      outgoing
        .on('upgrade', (response, socket, head) => this.#upgraded(response, socket, head))
        .on('connect', (response, socket, head) => this.#upgraded(response, socket, head))
        .on('information', ({ statusCode, rawHeaders, statusMessage }) =>
          this.#guard(() => void this.#listener.head(this, statusCode, pairs(rawHeaders), statusMessage)),
        )
        .on('response', (response) => this.#respond(response))
        .on('error', (error) => this.#fail(this.#errorOf(error)))
      if (this.request.headersTimeout > 0)
        outgoing.setTimeout(this.request.headersTimeout, () => this.#fail(new UndiciError('UND_ERR_HEADERS_TIMEOUT')))
      outgoing.end(this.#bytes())
    })
  }

  #open(connect: Connect, { tls, proxy, options, connectTimeout }: Settings): http.ClientRequest {
    const { origin, path, method, upgrade, headers } = this.request
    const { hostname: host, port, secure, url } = origin
    const curl = {
      options: {
        ...(connectTimeout > 0 && { CONNECTTIMEOUT_MS: connectTimeout }),
        ...(options as ConnectionCurlOptions),
      },
    }
    const { timeout: _, ...node } = tls
    const hasHost = headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
    return http.request({
      host,
      port,
      path,
      method,
      setHost: false,
      headers: [
        ...(hasHost ? [] : ['host', url.host]),
        ...(upgrade ? ['connection', 'upgrade', 'upgrade', upgrade] : []),
        ...headers,
      ],
      createConnection: () => openSocket(connect, { host, port, ...node }, { proxy, curl }, secure) as never,
    })
  }

  #bytes(): Uint8Array | undefined {
    const source = this.request.body?.source
    if (source === undefined || source instanceof Uint8Array) return source
    throw new UndiciError(
      'UND_ERR_NOT_SUPPORTED',
      'a body that is not a string or bytes cannot be sent with an upgrade',
    )
  }

  #upgraded({ statusCode, rawHeaders }: http.IncomingMessage, socket: Duplex, head: Uint8Array): void {
    if (this.#over) return void socket.destroy()
    socket.setMaxListeners(0)
    ;(socket as Duplex & { setTimeout(ms: number): void }).setTimeout(0)
    if (head.length > 0) socket.unshift(head)
    this.#over = true
    this.#owner.connected(this)
    this.#owner.ended(this, undefined)
    try {
      this.#listener.upgraded(this, statusCode!, pairs(rawHeaders), socket)
    } catch (error) {
      socket.destroy()
      this.#report(error)
    }
  }

  /** The server answers instead of switching. */
  #respond(response: http.IncomingMessage): void {
    this.#response = response
    const { statusCode, statusMessage = '', rawHeaders } = response
    const paused = (value: boolean | void): void => void (value === false && this.pause())
    this.#guard(() => paused(this.#listener.head(this, statusCode!, pairs(rawHeaders), statusMessage)))
    response
      .on('data', (chunk: Buffer) => this.#guard(() => paused(this.#listener.data(this, chunk))))
      .on('error', (error) => this.#fail(this.#errorOf(error)))
      .on('end', () => {
        if (this.#over) return
        this.#over = true
        this.#owner.ended(this, undefined)
        try {
          this.#listener.end(this, pairs(response.rawTrailers))
        } catch (error) {
          this.#report(error)
        }
      })
  }

  /** Calls the handler, whose exceptions end the exchange. */
  #guard(call: () => void): void {
    if (this.#over) return
    try {
      call()
    } catch (error) {
      this.abort(error)
    }
  }

  #errorOf(error: Error): unknown {
    if (error instanceof CurlError) {
      const socket = {} as never
      return undiciError(error, {
        hostname: this.request.origin.hostname,
        connected: this.#outgoing?.socket?.connecting === false,
        socket,
        closing: false,
      })
    }
    if ((error as { code?: string }).code !== 'ECONNRESET' || error.message !== 'socket hang up') return error
    return new UndiciError('UND_ERR_SOCKET', 'other side closed', { cause: error })
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#outgoing?.on('error', () => {}).destroy()
    const source = this.request.body?.source
    if (source && 'next' in source) source.cancel(error)
    this.#owner.ended(this, error)
    this.#report(error)
  }

  #report(error: unknown): void {
    try {
      this.#listener.error(this, error as Error)
    } catch (thrown) {
      reportLater(thrown)
    }
  }
}

function pairs(flat: readonly string[]): RawHeader[] {
  const headers: RawHeader[] = []
  for (let at = 0; at < flat.length; at += 2) headers.push([flat[at]!, flat[at + 1]!])
  return headers
}
