// Writes a request as "Copy as cURL" of the browsers does. Each function applies the escaping rules of one browser, in
// its order.

export interface Request {
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

const hex = (text: string, digits: number): string => text.charCodeAt(0).toString(16).padStart(digits, '0')

/** Chrome and Edge, "(bash)". */
function chromeBash(text: string): string {
  if (!/[\0-\x1f\x7f-\x9f!']/.test(text)) return `'${text}'`
  const escaped = text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')
  return `$'${escaped.replace(/[\0-\x1f\x7f-\x9f!]/g, (one) => `\\u${hex(one, 4)}`)}'`
}

/** Chrome and Edge, "(cmd)", from 2024 on. */
function chromeCmd(text: string): string {
  const forLibrary = text.replace(/[\\"]/g, (one) => (one === '"' ? '\\"' : '\\\\'))
  const forShell = forLibrary.replace(/[^\w\s:=+~'/.',?;*-]/g, '^$&').replace(/%(?=\w)/g, '%^')
  return `^"${forShell.replace(/\r?\n|\r/g, '^\n\n')}^"`
}

/** The same, of 2021 to 2024: carets inside, although the quotes have none. */
function chromeCmd2022(text: string): string {
  const quote = /[\r\n]/.test(text) ? '^"' : '"'
  const forLibrary = text.replace(/[\\"]/g, (one) => (one === '"' ? '\\"' : '\\\\'))
  const forShell = forLibrary.replace(/[^\w\s:=+~'/.',?;()*`&-]/g, '^$&').replace(/%(?=\w)/g, '%^')
  return quote + forShell.replace(/\r?\n/g, '^\n\n') + quote
}

/** The same, of early 2021: also before &. */
function chromeCmd2021(text: string): string {
  return chromeCmd2022(text).replaceAll('&', '^&')
}

/** The same, until 2020. */
function chromeCmd2019(text: string): string {
  return `"${text
    .replaceAll('"', '""')
    .replaceAll('%', '"%"')
    .replaceAll('\\', '\\\\')
    .replace(/[\r\n]+/g, '"^$&"')}"`
}

/** Firefox, "(POSIX)", and Safari. */
function firefoxPosix(text: string): string {
  if (!/[^\x20-\x7e]|[!']/.test(text)) return `'${text}'`
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('!', '\\041')
  return `$'${escaped.replace(/[^\x20-\x7e]/g, (one) => (one < '\u0100' ? `\\x${hex(one, 2)}` : `\\u${hex(one, 4)}`))}'`
}

/** Firefox, "(Windows)". */
function firefoxWindows(text: string): string {
  const forShell = text
    .replaceAll('"', '\\"')
    .replace(/[^\w\s:=+~/.',?;()*`-]/g, '^$&')
    .replace(/%(?=\w)/g, '%^')
  return `^"${forShell.replace(/\r\n?/g, '\n').replaceAll('\n', '"^\r\n\r\n"')}^"`
}

const bracketed = (url: string): string => url.replace(/[[\]{}]/g, '\\$&')

/** How each browser puts a command together. */
export const BROWSERS = {
  'Chrome (bash)': (request: Request) => chrome(request, chromeBash, ' \\\n  '),
  'Chrome (cmd)': (request: Request) => chrome(request, chromeCmd, ' ^\n  '),
  'Chrome (cmd) of 2022': (request: Request) => chrome(request, chromeCmd2022, ' ^\n  '),
  'Chrome (cmd) of 2021': (request: Request) => chrome(request, chromeCmd2021, ' ^\n  '),
  'Chrome (cmd) of 2019': (request: Request) => chrome(request, chromeCmd2019, ' '),
  'Firefox (POSIX)': (request: Request) => firefox(request, firefoxPosix, 'curl', ' \\\n  '),
  'Firefox (Windows)': (request: Request) => firefox(request, firefoxWindows, 'curl.exe', ' ^\n  '),
  Safari: ({ url, method = 'GET', headers = {}, body }: Request) =>
    [
      `curl ${bracketed(firefoxPosix(url))}`,
      `-X ${firefoxPosix(method)}`,
      ...Object.entries(headers).map(([name, value]) => `-H ${firefoxPosix(`${name}: ${value}`)}`),
      ...(body === undefined ? [] : [`--data-binary ${firefoxPosix(body)}`]),
    ].join(' \\\n'),
}

function chrome(
  { url, method, headers = {}, body }: Request,
  quote: (text: string) => string,
  separator: string,
): string {
  const parts = [bracketed(quote(url))]
  if (method) parts.push(`-X ${quote(method)}`)
  for (const [name, value] of Object.entries(headers))
    parts.push(name === 'cookie' ? `-b ${quote(value)}` : `-H ${quote(`${name}: ${value}`)}`)
  if (body !== undefined) parts.push(`--data-raw ${quote(body)}`)
  parts.push('--compressed')
  return `curl ${parts.join(parts.length >= 3 ? separator : ' ')}`
}

function firefox(
  { url, method, headers = {}, body }: Request,
  quote: (text: string) => string,
  name: string,
  separator: string,
): string {
  const short = (text: string): string => (/^[a-zA-Z-]+$/.test(text) ? text : quote(text))
  const parts = [quote(url)]
  if (/[[\]]/.test(url)) parts.push('--globoff')
  parts.push('--compressed')
  if (method) parts.push(`-X ${short(method)}`)
  for (const [header, value] of Object.entries(headers)) parts.push(`-H ${short(`${header}: ${value}`)}`)
  if (body !== undefined) parts.push(`--data-raw ${short(body)}`)
  return `${name} ${parts.join(parts.length >= 3 ? separator : ' ')}`
}
