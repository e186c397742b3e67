// The options of a connection, from those of a request and of its agent, which have Node's names. What cannot be done
// is refused, because to ignore it could be a hole in security.
import type { ConnectOptions, ConnectTls } from '../connect/connect.js'
import { CURL_IPRESOLVE_V4, CURL_IPRESOLVE_V6 } from '../libcurl/constants.gen.js'
import * as c from '../libcurl/constants.gen.js'
import { checkServerIdentity as nodeCheck } from 'node:tls'
import { describe } from '../common/describe.js'
import { pemBytes, type Pem } from '../common/pem.js'

/** Options of libcurl by name, except those that a connection sets itself. */
export type ConnectionCurlOptions = NonNullable<NonNullable<ConnectOptions['curl']>['options']>

/** What an agent has besides the options of Node's. */
export interface CurlAgentOptions {
  /** For example 'http://localhost:3128' or 'socks5h://localhost'. None by default, whatever the environment says. */
  proxy?: string | URL
  /** Options of libcurl by name, which take precedence: { INTERFACE: 'eth1' }. */
  curl?: { options?: ConnectionCurlOptions }
}

export type ServerCheck = (name: string, certificate: object) => Error | undefined

/** What http.Agent gives to createConnection(). */
export interface RequestOptions {
  host?: string | null
  port?: number | string | null
  servername?: string
  ca?: Pem | readonly Pem[]
  cert?: Pem | readonly Pem[]
  key?: Pem | readonly Pem[]
  passphrase?: string
  rejectUnauthorized?: boolean
  /** Returns an error if the certificate is not the one of the server. Else libcurl checks the name. */
  checkServerIdentity?(name: string, certificate: object): Error | undefined
  ALPNProtocols?: readonly string[]
  minVersion?: string
  maxVersion?: string
  ciphers?: string
  family?: number
  localAddress?: string
  localPort?: number
  socketPath?: string
  keepAlive?: boolean
  keepAliveInitialDelay?: number
  timeout?: number
}

/** Options of Node's that no option of libcurl stands for. */
const REFUSED = {
  both: ['lookup', 'fd', 'blockList'],
  tls: [
    ...['pfx', 'crl', 'secureContext', 'secureProtocol', 'secureOptions', 'session'],
    ...['pskCallback', 'sigalgs', 'ecdhCurve', 'dhparam', 'clientCertEngine', 'privateKeyEngine', 'minDHSize'],
  ],
}

const VERSIONS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  TLSv1: [c.CURL_SSLVERSION_TLSv1_0, c.CURL_SSLVERSION_MAX_TLSv1_0],
  'TLSv1.1': [c.CURL_SSLVERSION_TLSv1_1, c.CURL_SSLVERSION_MAX_TLSv1_1],
  'TLSv1.2': [c.CURL_SSLVERSION_TLSv1_2, c.CURL_SSLVERSION_MAX_TLSv1_2],
  'TLSv1.3': [c.CURL_SSLVERSION_TLSv1_3, c.CURL_SSLVERSION_MAX_TLSv1_3],
}

const IP_RESOLVE: Readonly<Record<number, number>> = { 4: CURL_IPRESOLVE_V4, 6: CURL_IPRESOLVE_V6 }

function refuse(name: string, expected: string, value: unknown): never {
  throw new TypeError(`the agent: ${name} takes ${expected}, not ${describe(value)}`)
}

/** @throws TypeError that names the option */
export function checkAgentOptions({ proxy, curl }: CurlAgentOptions): void {
  if (proxy !== undefined && typeof proxy !== 'string' && !(proxy instanceof URL)) refuse('proxy', 'a URL', proxy)
  if (curl !== undefined && (typeof curl !== 'object' || curl === null)) refuse('curl', 'an object', curl)
}

/** @throws TypeError and RangeError that name the option */
export function connectOptions(
  request: RequestOptions,
  { proxy = '', curl }: CurlAgentOptions,
  secure: boolean,
  signal: AbortSignal,
): ConnectOptions {
  for (const name of [...REFUSED.both, ...(secure ? REFUSED.tls : [])]) {
    const value = (request as Record<string, unknown>)[name]
    if (value !== undefined && value !== null)
      throw new TypeError(`the agent: the option '${name}' cannot be used with libcurl`)
  }
  const host = request.host || 'localhost'
  const port = Number(request.port ?? (secure ? 443 : 80))
  const named = secure && request.servername ? request.servername : host
  const tls = secure ? tlsOptions(request) : false
  const options: Record<string, unknown> = { ...socketOptions(request), ...(secure && versionOptions(request)) }
  // of a resumed session there is no chain that could be checked
  if (secure && ownCheck(request)) Object.assign(options, { SSL_VERIFYHOST: 0, SSL_SESSIONID_CACHE: false })
  // TLS gets the name, and the connection the host
  if (named !== host) options['CONNECT_TO'] = [`::${host.includes(':') ? `[${host}]` : host}:${port}`]
  return {
    host: named,
    port,
    tls,
    allowHalfOpen: true,
    signal,
    proxy: String(proxy),
    curl: { options: { ...options, ...curl?.options } as ConnectionCurlOptions },
  }
}

/** The request's own check of the server's name, which takes the place of libcurl's. */
export function ownCheck({ checkServerIdentity, rejectUnauthorized }: RequestOptions): ServerCheck | null {
  if (checkServerIdentity === undefined || checkServerIdentity === null || rejectUnauthorized === false) return null
  if (typeof checkServerIdentity !== 'function') refuse('checkServerIdentity', 'a function', checkServerIdentity)
  // libcurl checks the same as Node's own function
  return checkServerIdentity === (nodeCheck as unknown) ? null : checkServerIdentity
}

function tlsOptions({ ca, cert, key, passphrase, rejectUnauthorized, ALPNProtocols }: RequestOptions): ConnectTls {
  return {
    ca: pemBytes('the agent: ca', ca),
    cert: pemBytes('the agent: cert', cert),
    key: pemBytes('the agent: key', key),
    passphrase: passphrase ?? undefined,
    verify: rejectUnauthorized !== false,
    alpn: ALPNProtocols ?? ['http/1.1'],
  }
}

function socketOptions(request: RequestOptions): object {
  const { family, localAddress, localPort, socketPath, keepAlive, keepAliveInitialDelay = 0 } = request
  if (family !== undefined && family !== null && family !== 0 && !IP_RESOLVE[family]) refuse('family', '4 or 6', family)
  return {
    ...(family && { IPRESOLVE: IP_RESOLVE[family] }),
    ...(localAddress && { INTERFACE: `host!${localAddress}` }),
    ...(localPort && { LOCALPORT: localPort }),
    ...(socketPath && { UNIX_SOCKET_PATH: socketPath }),
    ...(keepAlive && { TCP_KEEPALIVE: true, TCP_KEEPIDLE: Math.max(1, Math.round(keepAliveInitialDelay / 1000)) }),
  }
}

function versionOptions({ minVersion, maxVersion, ciphers }: RequestOptions): object {
  const [from] = versionOf('minVersion', minVersion) ?? [0]
  const [, to] = versionOf('maxVersion', maxVersion) ?? [0, 0]
  const suites = typeof ciphers === 'string' ? ciphers.split(':') : []
  const newer = suites.filter((suite) => suite.startsWith('TLS_'))
  const older = suites.filter((suite) => !suite.startsWith('TLS_'))
  return {
    ...((from || to) && { SSLVERSION: from | to }),
    ...(newer.length > 0 && { TLS13_CIPHERS: newer.join(':') }),
    ...(older.length > 0 && { SSL_CIPHER_LIST: older.join(':') }),
  }
}

function versionOf(name: string, value: string | undefined): readonly [number, number] | undefined {
  if (value === undefined || value === null) return undefined
  return VERSIONS[value] ?? refuse(name, Object.keys(VERSIONS).join(', '), value)
}
