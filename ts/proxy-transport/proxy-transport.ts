// A ProxyTransport of @mercuryworkshop/proxy-transports (1.0.2): what proxies in pages send requests and WebSockets
// through. Here a Session performs them, over a relay. Docs: docs/interfaces.md
import type { BodyInit } from '../../shim/platform.js'
import type { Transport } from '../../shim/transports/transport.js'
import type { ModuleSource } from '../common/module.js'
import { pemBytes } from '../common/pem.js'
import type { FetchInit } from '../fetch/request.js'
import { isNetworkError } from '../fetch/network-error.js'
import { hasCurrent } from '../libcurl/libcurl.js'
import type { CurlSession } from '../session/session.js'
import type { SessionOptions } from '../session/session-options.js'
import type { WebSocketOptions } from '../websocket/dial.js'
import type { CurlWebSocket, WebSocketClass } from '../websocket/websocket.js'

/** Pairs; also a record, as bare-mux gives it. */
export type RawHeaders = [name: string, value: string][]
export type TransportHeaders = RawHeaders | Record<string, string | string[]>
/** Data of a WebSocket. */
export type SocketData = string | ArrayBuffer | Blob

/** A response. Its headers are those that came, in their order and case; its body is decoded. */
export interface TransferrableResponse {
  body: ReadableStream | ArrayBuffer
  headers: RawHeaders
  status: number
  statusText: string
}

export interface ProxyTransportOptions {
  /** The URL of a relay that speaks Wisp: 'wss://relay.example/'. */
  wisp?: string | URL
  /** Another transport, instead of `wisp`. */
  transport?: Transport
  /** The module, if it is not the file beside this one: a URL, its bytes, or compiled. */
  module?: ModuleSource
  /** Options of the Session. `proxy`, `ca`, `cert`, `key` and `passphrase` are those of WebSockets too. */
  session?: SessionOptions
}

/** The interface ProxyTransport. */
export interface CurlProxyTransport {
  /** init() has succeeded. */
  readonly ready: boolean
  /** Starts the module, unless it has been started. @throws TypeError */
  init(): Promise<void>
  /** Performs a request, without following redirects, and without cookies of its own. @throws TypeError */
  request(
    remote: URL | string,
    method: string,
    body: BodyInit | null | undefined,
    headers: TransportHeaders,
    signal?: AbortSignal | null,
  ): Promise<TransferrableResponse>
  /** Opens a WebSocket. Returns functions that send and that close. */
  connect(
    url: URL | string,
    protocols: string[],
    requestHeaders: TransportHeaders,
    onopen: (protocol: string, extensions: string) => void,
    onmessage: (data: SocketData) => void,
    onclose: (code: number, reason: string) => void,
    onerror: (error: string) => void,
  ): [send: (data: SocketData) => void, close: (code?: number, reason?: string) => void]
}

/** What the class needs of its runtime's entry. */
export interface Entry {
  init(input: { module_or_path?: ModuleSource; transport?: Transport }): Promise<void>
  wispTransport(options: { url: string | URL }): Transport
  Session: new (options: SessionOptions) => CurlSession
  WebSocket: WebSocketClass
}

const OPTIONS = ['wisp', 'transport', 'module', 'session']
/** The handshake makes these itself. */
const OF_HANDSHAKE = /^(upgrade|connection|sec-websocket-(key|version|accept|extensions|protocol))$/i

function checked(options: ProxyTransportOptions): ProxyTransportOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('ProxyTransport takes an object of options')
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name))
      throw new TypeError(`ProxyTransport has no option '${name}', only ${OPTIONS.join(', ')}`)
  const { wisp, transport } = options
  if (wisp !== undefined && transport !== undefined)
    throw new TypeError('ProxyTransport takes either wisp or transport, not both')
  if (wisp !== undefined && !(URL.canParse(String(wisp)) && /^wss?:$/.test(new URL(wisp).protocol)))
    throw new TypeError(`ProxyTransport: wisp takes a URL that begins with ws: or wss:, not '${String(wisp)}'`)
  if (transport !== undefined && typeof transport?.connect !== 'function')
    throw new TypeError('ProxyTransport: transport takes a Transport, such as wispTransport()')
  return options
}

function pairsOf(headers: TransportHeaders | null | undefined): RawHeaders {
  if (!headers) return []
  if (Array.isArray(headers)) return headers
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  )
}

/** Makes the class of an entry. */
export function makeProxyTransport(entry: Entry): new (options?: ProxyTransportOptions) => CurlProxyTransport {
  /** The relay that the module was started with, null if none was given here. */
  let relay: string | Transport | null = null

  return class ProxyTransport implements CurlProxyTransport {
    ready = false
    readonly #options: ProxyTransportOptions
    readonly #session: CurlSession
    readonly #sockets: WebSocketOptions
    #starting: Promise<void> | null = null

    /** @throws TypeError that names the option that is wrong */
    constructor(options: ProxyTransportOptions = {}) {
      this.#options = checked(options)
      const { proxy, ca, cert, key, passphrase } = options.session ?? {}
      this.#session = new entry.Session(options.session ?? {})
      this.#sockets = {
        ...(proxy !== undefined && { proxy: String(proxy) }),
        tls: { ca: pemBytes('ca', ca), cert: pemBytes('cert', cert), key: pemBytes('key', key), passphrase },
      }
    }

    init(): Promise<void> {
      return (this.#starting ??= this.#start().catch((error: unknown) => {
        this.#starting = null // so that a second attempt can succeed
        throw error
      }))
    }

    async #start(): Promise<void> {
      const { wisp, transport, module } = this.#options
      const wanted = transport ?? (wisp === undefined ? null : String(wisp))
      // one module has one transport
      if (wanted !== null && wanted !== relay && (relay !== null || hasCurrent()))
        throw new TypeError(
          'ProxyTransport: the module of this page or Worker uses another relay already. ' +
            'Import this file by another URL (such as ?2) for a module of its own',
        )
      if (wanted !== null) relay = wanted
      try {
        await entry.init({
          ...(module !== undefined && { module_or_path: module }),
          ...(wanted !== null && { transport: transport ?? entry.wispTransport({ url: wisp! }) }),
        })
      } catch (error) {
        if (!hasCurrent()) relay = null
        throw error
      }
      this.ready = true
    }

    async request(
      remote: URL | string,
      method: string,
      body: BodyInit | null | undefined,
      headers: TransportHeaders,
      signal?: AbortSignal | null,
    ): Promise<TransferrableResponse> {
      const init: FetchInit = {
        method,
        headers: pairsOf(headers),
        redirect: 'manual',
        credentials: 'omit', // the page's own cookies are among the headers
        duplex: 'half',
        ...(body !== null && body !== undefined && { body }),
        ...(signal && { signal }),
      }
      try {
        const { body: received, curl, status, statusText } = await this.#session.fetch(remote, init)
        return { body: received ?? new ArrayBuffer(0), headers: [...curl.rawHeaders], status, statusText }
      } catch (error) {
        throw isNetworkError(error) ? explained(error) : error
      }
    }

    connect(
      url: URL | string,
      protocols: string[],
      requestHeaders: TransportHeaders,
      onopen: (protocol: string, extensions: string) => void,
      onmessage: (data: SocketData) => void,
      onclose: (code: number, reason: string) => void,
      onerror: (error: string) => void,
    ): [send: (data: SocketData) => void, close: (code?: number, reason?: string) => void] {
      const headers = pairsOf(requestHeaders).filter(([name]) => !OF_HANDSHAKE.test(name))
      const socket = new entry.WebSocket(url, protocols, { ...this.#sockets, headers })
      socket.binaryType = 'arraybuffer'
      const early: SocketData[] = []
      socket.onopen = () => {
        onopen(socket.protocol, socket.extensions)
        for (const data of early.splice(0)) socket.send(data)
      }
      socket.onmessage = ({ data }) => onmessage(data as SocketData)
      socket.onerror = ({ message }) => onerror(message)
      socket.onclose = ({ code, reason }) => onclose(code, reason)
      const send = (data: SocketData): void => {
        if (socket.readyState === socket.CONNECTING) early.push(data)
        else socket.send(data)
      }
      return [send, (code, reason) => close(socket, code, reason)]
    }
  }
}

/** Closes it. A code that a page may not send is left out, and the reason with it. */
function close(socket: CurlWebSocket, code: number | undefined, reason: string | undefined): void {
  if (code === 1000 || (code !== undefined && code >= 3000 && code <= 4999)) socket.close(code, reason ?? '')
  else socket.close()
}

/** The same error with the words of its cause: it may be cloned on its way to a page, which shows only the message. */
function explained(error: TypeError): TypeError {
  const { cause } = error
  return cause instanceof Error ? new TypeError(`${error.message}: ${cause.message}`, { cause }) : error
}
