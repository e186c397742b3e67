// The cookie jar: parses and writes Netscape's format as curl does (lib/cookie.c), and JSON. Lines that cannot be
// parsed can be kept, so that editing one line does not lose another.

export interface Cookie {
  /** A leading dot means that the cookie is also for subdomains. */
  domain: string
  path: string
  secure: boolean
  httpOnly: boolean
  /** Seconds since 1970, or 0 for a session cookie. */
  expires: number
  name: string
  value: string
}

const HTTP_ONLY = '#HttpOnly_'
const HEAD = '# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n'

export interface Jar {
  cookies: Cookie[]
  /** What could not be parsed: the number of the line or entry, why, and the line, if it is Netscape's format. */
  errors: { line: number; reason: string; text?: string }[]
}

export function parseJar(text: string): Jar {
  const jar: Jar = { cookies: [], errors: [] }
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const httpOnly = raw.startsWith(HTTP_ONLY)
    const line = httpOnly ? raw.slice(HTTP_ONLY.length) : raw
    if (line.trim() === '' || (!httpOnly && line.startsWith('#'))) continue
    const cookie = parseLine(line, httpOnly)
    if (typeof cookie === 'string') jar.errors.push({ line: index + 1, reason: cookie, text: raw })
    else jar.cookies.push(cookie)
  }
  return jar
}

function parseLine(line: string, httpOnly: boolean): Cookie | string {
  const [domain, below, path, secure, expires, name, value = '', ...more] = line.split('\t')
  if (name === undefined) return 'a line needs seven fields with tabs between them'
  if (more.length > 0) return 'a value cannot hold a tab'
  const below_ = below!.toUpperCase() === 'TRUE'
  const cookie: Cookie = {
    domain: below_ && !domain!.startsWith('.') ? `.${domain}` : domain!,
    path: path!,
    secure: secure!.toUpperCase() === 'TRUE',
    httpOnly,
    expires: expires === '' ? 0 : Number(expires),
    name,
    value,
  }
  return problemOf(cookie) ?? cookie
}

/** Why a cookie cannot be in a jar, or null if it can. */
export function problemOf(cookie: Cookie): string | null {
  const texts = [cookie.domain, cookie.path, cookie.name, cookie.value]
  if (texts.some((text) => /[\0-\x08\x0a-\x1f\x7f\t]/.test(text))) return 'control characters cannot be in a cookie'
  if (!/^\.?[^\s.;/]+(\.[^\s.;/]+)*$/.test(cookie.domain)) return `'${cookie.domain}' is not a domain`
  if (!cookie.path.startsWith('/')) return 'a path begins with /'
  if (cookie.name === '' && cookie.value === '') return 'a cookie needs a name'
  if (/[;=]/.test(cookie.name)) return 'a name cannot hold ; or ='
  if (cookie.value.includes(';')) return 'a value cannot hold ;'
  if (!Number.isSafeInteger(cookie.expires) || cookie.expires < 0)
    return 'the expiry must be a time such as 2027-01-15 08:00:00Z, or empty for a session cookie'
  if (/^__Secure-|^__Host-/i.test(cookie.name) && !cookie.secure)
    return `a cookie with the prefix ${cookie.name.split('-')[0]}- must be secure`
  if (/^__Host-/i.test(cookie.name) && (cookie.path !== '/' || cookie.domain.startsWith('.')))
    return 'a cookie with the prefix __Host- must have the path / and be for one host'
  return null
}

/** Writes the jar in Netscape's format. `unread` are lines to keep as they are. */
export function formatJar(cookies: readonly Cookie[], unread: readonly string[] = []): string {
  const yes = (value: boolean): string => (value ? 'TRUE' : 'FALSE')
  const lines = cookies.map((cookie) =>
    [
      (cookie.httpOnly ? HTTP_ONLY : '') + cookie.domain,
      yes(cookie.domain.startsWith('.')),
      cookie.path,
      yes(cookie.secure),
      cookie.expires,
      cookie.name,
      cookie.value,
    ].join('\t'),
  )
  return `${HEAD}${[...lines, ...unread].map((line) => `${line}\n`).join('')}`
}

/** Parses an array of cookies, as the panel exports it, or as browser extensions do (`expirationDate`, `hostOnly`). */
export function parseJson(text: string): Jar {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    return { cookies: [], errors: [{ line: 1, reason: (error as Error).message }] }
  }
  if (!Array.isArray(list))
    return { cookies: [], errors: [{ line: 1, reason: 'the JSON must be an array of cookies' }] }
  const jar: Jar = { cookies: [], errors: [] }
  for (const [index, item] of list.entries()) {
    const cookie = cookieOf(item)
    const problem = cookie ? problemOf(cookie) : 'a cookie must be an object'
    if (problem) jar.errors.push({ line: index + 1, reason: problem })
    else jar.cookies.push(cookie!)
  }
  return jar
}

function cookieOf(item: unknown): Cookie | null {
  if (typeof item !== 'object' || item === null) return null
  const { domain, path, secure, httpOnly, expires, expirationDate, hostOnly, name, value } = item as Record<
    string,
    unknown
  >
  const host = String(domain ?? '')
  return {
    domain:
      hostOnly === false && !host.startsWith('.') ? `.${host}` : hostOnly === true ? host.replace(/^\./, '') : host,
    path: String(path ?? '/'),
    secure: secure === true,
    httpOnly: httpOnly === true,
    expires: Math.floor(Number(expires ?? expirationDate ?? 0)),
    name: String(name ?? ''),
    value: String(value ?? ''),
  }
}

/** An expiry as text: '2027-01-15 08:00:00Z', or '' for a session cookie. */
export function timeText(seconds: number): string {
  if (seconds === 0) return ''
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString().replace('T', ' ').replace('.000Z', 'Z')
}

/** Parses the text of timeText(), a number of seconds, or a date that JavaScript can parse. NaN for other text. */
export function parseTime(text: string): number {
  const typed = text.trim()
  if (typed === '' || /^session$/i.test(typed)) return 0
  return /^\d+$/.test(typed) && typed.length > 4 ? Number(typed) : Math.floor(Date.parse(typed) / 1000)
}

/** Parses either format. Text that begins with [ is JSON. */
export function parseAny(text: string): Jar {
  return /^\s*\[/.test(text) ? parseJson(text) : parseJar(text)
}
