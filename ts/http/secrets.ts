// Headers whose values let others act as the user. What records requests leaves them out, unless it is asked for them.

const SECRET = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'authentication-info',
  'proxy-authentication-info',
  'x-api-key',
  'api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-amz-security-token',
])

/** What is written instead of a secret. */
export const REDACTED = '(redacted)'

export function isSecret(header: string): boolean {
  return SECRET.has(header.toLowerCase())
}

/** 'Name: value', and '[name: value]' as libcurl writes headers of HTTP/2 and HTTP/3. */
const HEADER = /^((?:.*?\[)?)([A-Za-z0-9-]+)(: ?)(.*?)(\]?)$/
/** libcurl's line about a cookie that it keeps. */
const COOKIE = /^((?:Added|Replaced) cookie [^=]*=).*?( for domain )/

/** Redacts a line of libcurl's trace, without its line end. */
export function redactLine(line: string): string {
  const [, before, name, colon, , after] = HEADER.exec(line) ?? []
  if (name !== undefined && isSecret(name)) return before! + name + colon! + REDACTED + (before === '' ? '' : after!)
  return line.replace(COOKIE, `$1${REDACTED}$2`)
}
