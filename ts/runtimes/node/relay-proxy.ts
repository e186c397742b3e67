// The WebSocket to a relay through an HTTP proxy: which proxy that is, and the tunnel (CONNECT, RFC 9110 section 9.3.6).
import { Buffer } from 'node:buffer'
import net from 'node:net'
import type { ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import type { WebSocketConstructor } from '../../../shim/transports/relay-websocket.js'
import { http, https, tls } from './builtin.js'

type Environment = Record<string, string | undefined>

/**
 * The proxy for a relay: the option `proxy`, where '' is none, or what the environment says, by the rules of curl.
 * @throws TypeError for what is no HTTP proxy.
 */
export function proxyFor(relay: URL, given: string | URL | undefined, environment: Environment): URL | null {
  const text = String(given ?? fromEnvironment(relay, environment) ?? '')
  if (text === '') return null
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`
  try {
    const url = new URL(whole)
    loginOf(url) // throws, too
    if (/^https?:$/.test(url.protocol)) return url
  } catch {} // as for other schemes
  // a password may be in it
  const named = whole.replace(/\/\/[^/]*@/, '//...@')
  throw new TypeError(`the proxy of a relay is an http: or https: URL, not ${JSON.stringify(named)}`)
}

/** @see https://curl.se/docs/manpage.html#ENVIRONMENT */
function fromEnvironment({ protocol, hostname }: URL, environment: Environment): string | undefined {
  const names =
    protocol === 'wss:'
      ? ['wss_proxy', 'WSS_PROXY', 'https_proxy', 'HTTPS_PROXY']
      : // not HTTP_PROXY, which a request sets where it runs a CGI program
        ['ws_proxy', 'WS_PROXY', 'http_proxy']
  const name = [...names, 'all_proxy', 'ALL_PROXY'].find((one) => environment[one])
  const except = environment['no_proxy'] ?? environment['NO_PROXY'] ?? ''
  return name === undefined || isExcepted(hostname, except) ? undefined : environment[name]
}

/** Whether `no_proxy` names a host: '*', its name, a domain that it is in, its address, or a range of addresses. */
function isExcepted(hostname: string, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const family = net.isIP(host)
  return list.split(/[\s,]+/).some((one) => {
    if (one === '*') return true
    const name = one.toLowerCase().replace(/^\.|\.$|[[\]]/g, '')
    if (name === '') return false
    if (family === 0) return host === name || host.endsWith(`.${name}`)
    const [address = '', bits = family === 4 ? '32' : '128'] = name.split('/')
    if (net.isIP(address) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
      return false
    const range = new net.BlockList()
    range.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
    return range.check(host, family === 4 ? 'ipv4' : 'ipv6')
  })
}

/** 'user:password', or '' if there are none. @throws URIError */
function loginOf({ username, password }: URL): string {
  return username || password ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : ''
}

/** The part of the class of `ws` that is used here. */
type Ws = new (
  url: string,
  protocols: string | string[],
  options: object,
) => InstanceType<WebSocketConstructor> & { once(event: 'close', listener: () => void): void }

/** What `ws` hands on to http.request(). */
interface Wanted {
  host: string
  port: number | string
  servername?: string
  path?: unknown
}
type Created = (error: Error | null, socket?: Duplex) => void

/** `ws`, with connections through `proxy`. */
export function throughProxy(Ws: Ws, proxy: URL): WebSocketConstructor {
  return class extends Ws {
    constructor(url: string, protocols: string | string[] = []) {
      const tunnel = new Tunnel(proxy, url.startsWith('wss:'))
      // the `ws` of Bun is Bun's own, which makes the tunnel itself
      const inBun = 'bun' in process.versions
      super(url, protocols, inBun ? { proxy: proxy.href } : { createConnection: tunnel.open })
      this.once('close', () => tunnel.abandon())
    }
  }
}

class Tunnel {
  #request: ClientRequest | undefined

  constructor(
    private readonly proxy: URL,
    private readonly secure: boolean,
  ) {}

  /** createConnection of http.request(). */
  readonly open = (wanted: Wanted, created: Created): void => {
    const { proxy } = this
    const { host, port } = wanted
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const login = loginOf(proxy)
    const { request } = proxy.protocol === 'https:' ? https() : http()
    this.#request = request({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      headers: {
        Host: authority,
        ...(login && { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
      },
      agent: false,
    })
    const failed = (why: string): void =>
      created(Object.assign(new Error(`the proxy ${proxy.host} ${why}`), { code: 'ERR_PROXY_TUNNEL' }))
    this.#request.on('error', ({ message }) => failed(`cannot be used: ${message}`))
    this.#request.on('connect', ({ statusCode = 0, headers }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        const asks = headers['proxy-authenticate']
        return failed(`answers with status ${statusCode}${asks ? `, and asks for ${asks}` : ''}`)
      }
      if (head.length > 0) socket.unshift(head)
      created(null, this.secure ? secured(socket, wanted) : socket)
    })
    this.#request.end()
  }

  /** Ends an attempt that is still under way. */
  abandon(): void {
    this.#request?.destroy()
  }
}

function secured(socket: Duplex, wanted: Wanted): Duplex {
  const servername = wanted.servername ?? (net.isIP(wanted.host) ? '' : wanted.host)
  return tls().connect({ ...wanted, path: undefined, socket, servername } as ConnectionOptions)
}
