// "Copy as cURL" of the browsers is parsed into the same request: the URL, the headers and the body, byte for byte.
import { expect, test } from 'vitest'
import { parse } from '../../../playground/src/command/shell.js'
import { BROWSERS, type Request } from './browsers.js'
import { random, some, TRICKY } from './random.js'

/** The request that a command makes. */
function requestOf(argv: readonly string[]): Request {
  const request: Request = { url: '', headers: {} }
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!
    if (argument === '-H') {
      const [, name, value] = /^([^:]*): ([^]*)$/.exec(argv[++i]!)!
      request.headers![name!] = value!
    } else if (argument === '-b') request.headers!.cookie = argv[++i]!
    else if (argument === '-X') request.method = argv[++i]!
    else if (/^--data-(?:raw|binary)$/.test(argument)) request.body = argv[++i]!
    else if (!/^--(?:compressed|globoff|insecure)$/.test(argument)) request.url = argument.replace(/\\(?=[[\]{}])/g, '')
  }
  return request
}

const REQUESTS: Record<string, Request> = {
  'an API call': {
    url: 'https://api.example.com/v2/search?q=caf%C3%A9%20%26%20bar&page=1&filter[]=a&sort={name}',
    method: 'PUT',
    headers: {
      accept: 'application/json, text/plain, */*',
      'accept-language': 'en-US,en;q=0.9,de;q=0.8',
      authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc-_',
      'content-type': 'application/json',
      cookie: 'session="a b=="; theme=dark; pct=100%25',
      'sec-ch-ua': '"Chromium";v="126", "Google Chrome";v="126", "Not-A.Brand";v="8"',
      'sec-ch-ua-platform': '"Windows"',
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0',
    },
    body: '{"name":"O\'Neill & sons","price":"$5 <100%>","note":"#1 ^ `tick` | pipe!","list":[1,2]}',
  },
  'a form': {
    url: 'http://localhost:8080/login?next=%2F',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'upgrade-insecure-requests': '1' },
    body: 'user=me%40example.com&password=p%25%3D%26w&PATH=%PATH%',
  },
  'a form in several parts': {
    url: 'https://example.com/upload',
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW' },
    body: [
      ...['------WebKitFormBoundary7MA4YWxkTrZu0gW', 'Content-Disposition: form-data; name="a"', '', 'one "two"'],
      ...['------WebKitFormBoundary7MA4YWxkTrZu0gW--', ''],
    ].join('\n'),
  },
  'a plain page': { url: 'https://example.com/' },
}

const entries = Object.entries(BROWSERS)

for (const [browser, write] of entries)
  for (let [name, request] of Object.entries(REQUESTS))
    test(`${browser}: ${name}`, () => {
      // for an empty line Chrome of 2019 and Firefox write the same
      if (browser.includes('2019'))
        request = { ...request, ...(request.body && { body: request.body.replace(/\n+/g, '\n') }) }
      const line = write(request)
      for (const text of [line, `  ${line}\n`, line.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')]) {
        const { commands, dialect } = parse(text)
        if (text.includes('^"')) expect(dialect).toBe('cmd')
        expect(commands).toHaveLength(1)
        // without a method Safari writes GET
        const { method, ...sent } = requestOf(commands[0]!.argv)
        expect({ ...sent, method: method === 'GET' ? undefined : method }).toEqual({
          headers: {},
          method: undefined,
          ...request,
        })
      }
    })

test('a body with any characters is unchanged', () => {
  const next = random(5)
  const unescapable = (browser: string, text: string): string => {
    const seen = text.replaceAll('\0', '')
    if (/POSIX|bash|Safari/.test(browser)) return seen
    // Windows has no way to write a carriage return, and Firefox forgets that \ means something before a quote
    const lines = seen.replace(/\r\n?/g, '\n')
    return /Firefox/.test(browser) ? lines.replaceAll('\\', '/') : lines
  }
  for (const [browser, write] of entries.filter(([name]) => !/20\d\d/.test(name)))
    for (let i = 0; i < 1000; i++) {
      const body = unescapable(browser, some(next, TRICKY, 12))
      const line = write({ url: 'https://example.com/', method: 'POST', headers: { 'x-a': 'b' }, body })
      const { commands } = parse(line)
      expect(commands, line).toHaveLength(1)
      expect(requestOf(commands[0]!.argv).body, line).toBe(body)
    }
})

test('all requests of a page are commands one after the other', () => {
  const { 'Chrome (bash)': bash, 'Chrome (cmd)': cmd } = BROWSERS
  const requests = Object.values(REQUESTS)
  for (const [line, dialect] of [
    [requests.map(bash).join(' ;\n'), 'posix'],
    [requests.map(cmd).join(' &\r\n'), 'cmd'],
  ] as const) {
    const parsed = parse(line)
    expect(parsed.dialect).toBe(dialect)
    expect(parsed.commands.map(({ argv }) => requestOf(argv).url)).toEqual(requests.map(({ url }) => url))
    expect(parsed.commands.every(({ when }) => when === 'always')).toBe(true)
  }
})

test('a byte of Firefox and Safari is read as the character that they mean', () => {
  expect(
    parse(`curl https://example.com --data-raw $'Ren\\xe9 \\xc3\\xa9 \\ud83d\\ude00 \\041'`).commands[0]!.argv[2],
  ).toBe('René é 😀 !')
})

test('commands for PowerShell and JavaScript are refused with advice', () => {
  const powershell = `$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0"
Invoke-WebRequest -UseBasicParsing -Uri "https://example.com/" \`
-WebSession $session`
  expect(() => parse(powershell)).toThrow(/PowerShell.*Copy as cURL/)
  expect(() => parse('Invoke-WebRequest -UseBasicParsing -Uri "https://example.com/"')).toThrow(/Copy as cURL/)
  expect(() => parse('fetch("https://example.com/", {\n  "method": "GET"\n});')).toThrow(/JavaScript.*Copy as cURL/)
})
