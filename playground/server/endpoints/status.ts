// Endpoints with interesting heads: statuses, redirects, cookies, caching, authentication.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http'
import { grouped, Refused, type Endpoint, type Exchange } from '../exchange.js'

// --- statuses and redirects ---

const TEAPOT = String.raw`
      ;,'
 _o_    ;:;'
(.\--.__,'   I'm a teapot
 \      /
  '-..-'
`

/** Headers that belong to a status. */
const STATUS_HEADERS: Readonly<Record<number, OutgoingHttpHeaders>> = {
  401: { 'www-authenticate': 'Basic realm="sample"' },
  405: { allow: 'POST' },
  407: { 'proxy-authenticate': 'Basic realm="sample"' },
  429: { 'retry-after': '1' },
  503: { 'retry-after': '1' },
}
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const BODILESS = new Set([204, 205, 304])

async function status(exchange: Exchange): Promise<void> {
  await exchange.body()
  const code = exchange.number('code', 200, 599)
  if (!Number.isInteger(code)) throw new Refused(400, 'code must be a whole number')
  const headers = REDIRECTS.has(code) ? { location: '/get' } : (STATUS_HEADERS[code] ?? {})
  if (BODILESS.has(code)) return exchange.empty(code, headers)
  exchange.text(code === 418 ? TEAPOT : `${code} ${STATUS_CODES[code] ?? ''}\n`, headers, code)
}

async function redirect(exchange: Exchange): Promise<void> {
  await exchange.body()
  const n = exchange.number('n', 0, 100)
  const location = n > 1 ? `/redirect/${n - 1}` : '/get'
  exchange.text(`${n} to go: ${location}\n`, { location }, 302)
}

async function redirectTo(exchange: Exchange): Promise<void> {
  await exchange.body()
  const location = exchange.url.searchParams.get('url') ?? '/get'
  const code = exchange.number('status', 300, 399, 302)
  exchange.text(`to ${location}\n`, { location }, code)
}

// --- cookies ---

const ATTRIBUTES = new Set(['path', 'domain', 'max-age', 'expires', 'samesite', 'secure', 'httponly'])

/** One cookie of each kind, also of the kinds that a client must refuse. */
const MANY: string[] = [
  'session=until-you-leave; Path=/',
  'hour=3600; Path=/; Max-Age=3600',
  'date=2037; Path=/; Expires=Thu, 31 Dec 2037 23:59:59 GMT',
  'expired=long-ago; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT',
  'hidden=from-scripts; Path=/; HttpOnly',
  'strict=same-site; Path=/; SameSite=Strict',
  'lax=same-site; Path=/; SameSite=Lax',
  'cross=site; Path=/; SameSite=None; Secure',
  '__Secure-only=https; Path=/; Secure',
  '__Host-only=https; Path=/; Secure',
  'deep=only-below; Path=/cookies/deep',
  'quoted="a value, with \\" and spaces"; Path=/',
  'encoded=%22caf%C3%A9%22; Path=/',
  'foreign=refused; Path=/; Domain=example.org',
  'empty=; Path=/',
]

function setCookies(exchange: Exchange): void {
  const params = [...exchange.url.searchParams]
  const isAttribute = ([name]: readonly [string, string]): boolean => ATTRIBUTES.has(name.toLowerCase())
  const attributes = [['path', '/'] as [string, string], ...params.filter(isAttribute)]
  const ending = attributes.map(([name, value]) => (value ? `; ${name}=${value}` : `; ${name}`)).join('')
  const lines = params.filter((param) => !isAttribute(param)).map(([name, value]) => `${name}=${value}${ending}`)
  exchange.json({ set: lines }, { 'set-cookie': lines })
}

function showCookies(exchange: Exchange): void {
  const header = exchange.request.headers.cookie ?? ''
  const pairs = header.split(/;\s*/).filter(Boolean)
  const split = (pair: string): [string, string] => {
    const [name = '', ...value] = pair.split('=')
    return [name, value.join('=')]
  }
  exchange.json({ cookies: grouped(pairs.map(split)) })
}

function deleteCookies(exchange: Exchange): void {
  const names = [...exchange.url.searchParams.keys()]
  exchange.json({ deleted: names }, { 'set-cookie': names.map((name) => `${name}=; Path=/; Max-Age=0`) })
}

// --- caching ---

/** Whether one of the tags of an If-None-Match or If-Match header is this one. */
function tagged(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
}

function etag(exchange: Exchange): void {
  const tag = `"${exchange.params.tag}"`
  const { 'if-none-match': unless, 'if-match': only } = exchange.request.headers
  if (only !== undefined && !tagged(only, tag)) return exchange.empty(412, { etag: tag })
  if (tagged(unless, tag)) return exchange.empty(304, { etag: tag })
  exchange.text(`This is version ${tag}.\n`, { etag: tag })
}

const MODIFIED = Date.UTC(2026, 1, 14, 9, 26, 53)

function cache(exchange: Exchange): void {
  const headers = { 'last-modified': new Date(MODIFIED).toUTCString(), 'cache-control': 'no-cache' }
  const since = Date.parse(exchange.request.headers['if-modified-since'] ?? '')
  if (since >= MODIFIED) return exchange.empty(304, headers)
  exchange.text('Ask again with If-Modified-Since (-z) to get a 304.\n', headers)
}

function cacheFor(exchange: Exchange): void {
  const seconds = Math.floor(exchange.number('seconds', 0, 31_536_000))
  exchange.text(`Good for ${seconds} s.\n`, { 'cache-control': `public, max-age=${seconds}` })
}

// --- authentication ---

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function basic(exchange: Exchange): void {
  const { user = '', password = '' } = exchange.params
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  if (same(exchange.request.headers.authorization ?? '', right)) return exchange.json({ authenticated: true, user })
  throw new Refused(401, 'this needs a user and a password: -u', { 'www-authenticate': 'Basic realm="sample"' })
}

function bearer(exchange: Exchange): void {
  const token = /^Bearer +(\S+)$/i.exec(exchange.request.headers.authorization ?? '')?.[1]
  if (token) return exchange.json({ authenticated: true, token })
  throw new Refused(401, 'this needs a token: --oauth2-bearer', { 'www-authenticate': 'Bearer realm="sample"' })
}

const NONCE_KEY = randomBytes(32)
const NONCE_MS = 60_000
const ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
])

/** A time and its signature, so that the server has to remember nothing. */
function nonce(at: number): string {
  return `${at.toString(36)}-${createHmac('sha256', NONCE_KEY).update(`${at}`).digest('hex').slice(0, 32)}`
}

/** RFC 7616 with qop=auth. A nonce is valid for a minute, any number of times. */
function digest(exchange: Exchange): void {
  const { method, params, request, url } = exchange
  const { user = '', password = '' } = params
  const algorithm = url.searchParams.get('algorithm') ?? 'MD5'
  const hash = ALGORITHMS.get(algorithm)
  if (!hash) throw new Refused(400, `algorithm must be one of ${[...ALGORITHMS.keys()].join(', ')}`)
  const h = (...parts: (string | undefined)[]): string => createHash(hash).update(parts.join(':')).digest('hex')

  const header = request.headers.authorization ?? ''
  const found = [...header.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)]
  const given = Object.fromEntries(found.map(([, name, quoted, plain]) => [name!, quoted ?? plain!]))
  const at = parseInt(given.nonce ?? '', 36)
  const fresh = same(given.nonce ?? '', nonce(at)) && Date.now() - at < NONCE_MS
  const secret = h(h(user, 'sample', password), given.nonce, given.nc, given.cnonce, 'auth', h(method, request.url))
  const right = /^Digest /i.test(header) && given.uri === request.url && same(given.response ?? '', secret)
  if (right && fresh) return exchange.json({ authenticated: true, user, algorithm })
  const stale = right ? ', stale=true' : ''
  const challenge = `Digest realm="sample", qop="auth", algorithm=${algorithm}, nonce="${nonce(Date.now())}"${stale}`
  throw new Refused(401, 'this needs a user and a password: --digest -u', { 'www-authenticate': challenge })
}

export const statuses: readonly Endpoint[] = [
  { path: '/status/:code', sample: '/status/418', about: 'an answer with that status', methods: 'any', answer: status },
  {
    path: '/redirect/:n',
    sample: '/redirect/3',
    about: 'n redirects, one after the other',
    methods: 'any',
    answer: redirect,
  },
  {
    path: '/redirect-to',
    sample: '/redirect-to?url=/get&status=307',
    about: 'a redirect to any URL',
    methods: 'any',
    answer: redirectTo,
  },
  { path: '/cookies', about: 'the cookies you have sent', answer: showCookies },
  {
    path: '/cookies/set',
    sample: '/cookies/set?theme=dark&lang=en&max-age=3600',
    about: 'sets cookies, with attributes',
    answer: setCookies,
  },
  {
    path: '/cookies/many',
    about: 'sets one cookie of every kind',
    answer: (exchange) => exchange.json({ set: MANY }, { 'set-cookie': MANY }),
  },
  { path: '/cookies/delete', sample: '/cookies/delete?theme', about: 'deletes cookies', answer: deleteCookies },
  { path: '/etag/:tag', sample: '/etag/v1', about: '304 for If-None-Match, 412 for If-Match', answer: etag },
  { path: '/cache', about: '304 for If-Modified-Since', answer: cache },
  { path: '/cache/:seconds', sample: '/cache/60', about: 'Cache-Control with that max-age', answer: cacheFor },
  {
    path: '/basic-auth/:user/:password',
    sample: '/basic-auth/ann/secret',
    about: 'asks for this user and password',
    answer: basic,
  },
  {
    path: '/digest-auth/:user/:password',
    sample: '/digest-auth/ann/secret',
    about: 'the same with Digest',
    answer: digest,
  },
  { path: '/bearer', about: 'asks for a token; any will do', answer: bearer },
]
