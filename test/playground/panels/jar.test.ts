// The cookie jar as text and JSON, payloads of the WebSocket panel, certificates, and hostile text.
import { afterAll, describe, expect, it, test } from 'vitest'
import { certificatesOf, handshakeOf } from '../../../playground/src/panels/certificates.js'
import {
  formatJar,
  parseAny,
  parseJar,
  parseTime,
  problemOf,
  timeText,
  type Cookie,
} from '../../../playground/src/panels/cookie-jar.js'
import { duration, size } from '../../../playground/src/panels/format.js'
import { closePayload, parseHex, parseSubprotocols, readClose } from '../../../playground/src/panels/frames.js'
import { asciiOf, hexOf } from '../../../playground/src/panels/hex.js'
import { ticks } from '../../../playground/src/panels/phases.js'
import { pieces, textOf, visibleString } from '../../../playground/src/panels/text.js'
import { filtered, TraceReader } from '../../../playground/src/panels/trace-lines.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { record } from './record.js'

const origin = await startOrigin()
afterAll(() => origin.close())

const cookie: Cookie = {
  domain: 'a.example',
  path: '/',
  secure: false,
  httpOnly: false,
  expires: 0,
  name: 'n',
  value: 'v',
}

describe('the cookie jar', () => {
  const cookies: Cookie[] = [
    cookie,
    {
      ...cookie,
      domain: '.b.example',
      path: '/p',
      secure: true,
      httpOnly: true,
      expires: 1_800_000_000,
      name: 'x',
      value: 'a=b "c"',
    },
    { ...cookie, name: 'empty', value: '' },
  ]

  it('is the same after writing and parsing both formats', () => {
    expect(parseJar(formatJar(cookies))).toEqual({ cookies, errors: [] })
    expect(parseAny(JSON.stringify(cookies))).toEqual({ cookies, errors: [] })
  })

  it('has the format that curl reads and writes', async () => {
    const { MemoryFileSystem, runTool } = await import('libcurl-wasm/tool')
    const jar = formatJar([{ ...cookie, domain: 'localhost', name: 'kept', value: 'yes' }])
    const files = new MemoryFileSystem({ '/jar': jar })
    const stdout: Uint8Array[] = []
    const url = `${origin.http}/cookies/set?theme=dark&max-age=3600`
    const status = await runTool(['-sSv', '-b', '/jar', '-c', '/jar', url], {
      ...{ files, env: {}, stderr: new WritableStream({ write: (chunk) => void stdout.push(chunk) }) },
      ...{ stdout: new WritableStream(), stdin: new Blob([]).stream() },
    })
    expect(status).toBe(0)
    expect(Buffer.concat(stdout).toString()).toMatch(/Cookie: kept=yes/)
    const after = parseJar(Buffer.from(files.readFile('/jar')).toString())
    expect(after.errors).toEqual([])
    expect(after.cookies.map(({ name, value }) => `${name}=${value}`).sort()).toEqual(['kept=yes', 'theme=dark'])
  })

  it('reports lines that it cannot parse, and parses the others', () => {
    const jar = parseJar(`${formatJar([cookie])}broken\na\tb\n`)
    expect(jar.cookies).toEqual([cookie])
    expect(jar.errors.map(({ line }) => line)).toEqual([5, 6])
    expect(parseAny('[1, {}]').errors).toHaveLength(2)
    expect(parseAny('[oops').errors).toHaveLength(1)
  })

  test.each<[Partial<Cookie>, RegExp]>([
    [{ domain: 'not a domain' }, /domain/],
    [{ domain: '' }, /domain/],
    [{ path: 'x' }, /path/],
    [{ name: '', value: '' }, /name/],
    [{ name: 'a=b' }, /name/],
    [{ value: 'a;b' }, /value/],
    [{ value: 'a\tb' }, /control/],
    [{ value: 'a\r\nb' }, /control/],
    [{ expires: NaN }, /expiry/],
    [{ expires: -1 }, /expiry/],
    [{ name: '__Host-a' }, /secure/],
    [{ name: '__Host-a', secure: true, path: '/x' }, /__Host/],
  ])('does not take %j', (change, reason) => expect(problemOf({ ...cookie, ...change })).toMatch(reason))

  it('has expiries that can be typed', () => {
    expect(timeText(1_800_000_000)).toBe('2027-01-15 08:00:00Z')
    for (const seconds of [0, 1_800_000_000, 4_102_444_800]) expect(parseTime(timeText(seconds))).toBe(seconds)
    expect(parseTime('nonsense')).toBeNaN()
  })
})

describe('frames', () => {
  it('are typed as hex', () => {
    expect(parseHex('00 ff:7F,0x10')).toEqual(Uint8Array.of(0, 255, 127, 16))
    expect([parseHex('0'), parseHex('zz')]).toEqual([null, null])
  })

  it('close with a code that may be sent', () => {
    expect(readClose(closePayload('1000 good bye')!)).toBe('1000 (normal) good bye')
    expect(closePayload('')).toHaveLength(0)
    for (const text of ['999', '1005', '5000', 'bye', `1000 ${'x'.repeat(124)}`]) expect(closePayload(text)).toBeNull()
    expect(parseSubprotocols('chat, superchat')).toEqual(['chat', 'superchat'])
    expect(parseSubprotocols('a\r\nX-Evil: 1')).toBeNull()
  })
})

describe('TLS', () => {
  it('is read from the trace and the infos', async () => {
    const run = await record([`${origin.https}/get`], origin.ca)
    const [{ trace, infos }] = run.transfers as [(typeof run.transfers)[0]]
    const handshake = handshakeOf(trace.filter(({ kind }) => kind === 0).map(({ bytes }) => textOf(bytes)))
    expect(handshake).toMatchObject({ version: 'TLS 1.3', accepted: 'h2', offered: ['h2', 'http/1.1'], verified: true })
    expect(handshake!.cipher).toMatch(/^TLS_/)
    expect(handshake!.group).toBeTruthy()
    const [leaf, issuer] = certificatesOf(infos!['CERTINFO'])
    expect(leaf).toMatchObject({ name: 'localhost', issuerName: 'Sample Intermediate', root: false })
    expect(leaf!.names).toContain('DNS:localhost')
    expect(leaf!.until - Date.now()).toBeGreaterThan(86_400_000)
    expect(leaf!.pem).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(issuer).toMatchObject({ name: 'Sample Intermediate', issuerName: 'Sample Root' })
  })

  it('is not shown as verified with -k', async () => {
    const run = await record([`${origin.https}/get`], 'no certificate')
    expect(run.status).not.toBe(0)
    const insecure = await record(['-k', `${origin.https}/get`], origin.ca.replace(/[^]*/, ''))
    const texts = insecure.transfers[0]!.trace.filter(({ kind }) => kind === 0).map(({ bytes }) => textOf(bytes))
    expect([insecure.status, handshakeOf(texts)!.verified]).toEqual([0, false])
  })

  it('has no handshake for plain HTTP', () =>
    expect([handshakeOf(['  Trying 1.2.3.4:80...']), certificatesOf(null)]).toEqual([null, []]))
})

describe('hostile text', () => {
  it('is split at unsafe characters', () => {
    expect(pieces('a\x1b[2Jb')).toEqual([
      { text: 'a', unsafe: false },
      { text: '\x1b', unsafe: true },
      { text: '[2Jb', unsafe: false },
    ])
    expect(visibleString('harmless\u202egnp.exe')).toBe('harmless[U+202E]gnp.exe')
    expect(visibleString('\0\x07\x7f\x9b\u200b\ufeff\u{e0070}\ud800')).toBe(
      '[NUL][BEL][DEL][U+009B][U+200B][U+FEFF][U+E0070][U+D800]',
    )
    expect(visibleString('caf\u00e9 \u4f60\u597d \u{1f600}\ttab')).toBe('caf\u00e9 \u4f60\u597d \u{1f600}\ttab')
  })

  it('has no unsafe characters left, whatever an origin sends', async () => {
    const { body } = (await record([`${origin.http}/hostile`], origin.ca)).transfers[0]!
    const safe = pieces(await body!.text()).filter(({ unsafe, text }) => !unsafe && text !== '\n')
    for (const { text } of safe)
      expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/)
  })
})

it('lists the trace in order of time, line by line, and filters it', async () => {
  const run = await record(['-Z', `${origin.http}/get?[1-3]`], origin.ca)
  const reader = new TraceReader()
  const { lines } = reader.read(run)
  const length = lines.length
  expect(reader.read(run).lines).toHaveLength(length)
  expect(lines.every(({ event }, i) => i === 0 || event.at >= lines[i - 1]!.event.at)).toBe(true)
  const requests = filtered(lines, new Set(['headers']), 'get /GET?')
  expect(requests.map(({ sign, text }) => `${sign} ${text}`).sort()).toEqual(
    [1, 2, 3].map((n) => `> GET /get?${n} HTTP/1.1`),
  )
  expect(filtered(lines, new Set(), '')).toEqual([])
})

it('formats numbers for people', () => {
  expect([0, 999, 1000, 12_345, 999_600, 50_000_000].map(size)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '12.3 kB',
    '1 MB',
    '50 MB',
  ])
  expect([0.4, 12.34, 345.6, 1234, 125_000].map(duration)).toEqual([
    '0.40 ms',
    '12.3 ms',
    '346 ms',
    '1.23 s',
    '2:05 min',
  ])
  expect(ticks(275, 5)).toEqual([0, 100, 200])
  expect(ticks(0, 5)).toEqual([0])
  expect(hexOf(Uint8Array.of(1, 255), 4)).toBe('01 ff      ')
  expect(asciiOf(Buffer.from('a\x1b~'))).toBe('a.~')
})

test('lines that cannot be parsed are kept', () => {
  const text = formatJar([]) + 'this is no cookie\n'
  const { cookies, errors } = parseJar(text)
  expect(
    formatJar(
      cookies,
      errors.map(({ text }) => text!),
    ),
  ).toBe(text)
})
