// The parts of the response panel: messages, kinds of bodies, JSON, names of files; and the phases of a transfer.
import { afterAll, describe, expect, it, test } from 'vitest'
import { bodyKind } from '../../../playground/src/panels/body-kind.js'
import { finalResponse, header, messagesOf } from '../../../playground/src/panels/exchanges.js'
import { dispositionName, downloadName, harmless } from '../../../playground/src/panels/file-names.js'
import { jsonLines, tokensOf, unfolded } from '../../../playground/src/panels/json-lines.js'
import { phasesFor } from './phases.js'
import { textRows } from '../../../playground/src/panels/text-rows.js'
import { refusingPort } from '../../servers/faults.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { record } from './record.js'

const origin = await startOrigin()
afterAll(() => origin.close())

describe('messages', () => {
  it('has every request and response of a chain of redirects, in order', async () => {
    const { transfers } = await record(['-L', `${origin.https}/redirect/2`], origin.ca)
    const messages = messagesOf(transfers[0]!.trace)
    expect(messages.map(({ start }) => start.trim())).toEqual([
      ...['GET /redirect/2 HTTP/2', 'HTTP/2 302', 'GET /redirect/1 HTTP/2', 'HTTP/2 302'],
      ...['GET /get HTTP/2', 'HTTP/2 200'],
    ])
    expect(header(finalResponse(messages), 'content-type')).toMatch(/^application\/json/)
    expect(finalResponse(messages)!.body).toBe(transfers[0]!.received)
  })

  it('keeps duplicates in order, and does not take an interim response for the final one', async () => {
    const cookies = messagesOf((await record([`${origin.http}/cookies/many`], origin.ca)).transfers[0]!.trace)
    expect(cookies[1]!.headers.filter(({ name }) => name.toLowerCase() === 'set-cookie').length).toBeGreaterThan(3)
    const hints = messagesOf((await record([`${origin.http}/early-hints`], origin.ca)).transfers[0]!.trace)
    expect(hints.map(({ start }) => start)).toEqual([
      expect.stringMatching(/^GET/),
      expect.stringContaining(' 103 '),
      expect.stringContaining(' 200 '),
    ])
    expect(finalResponse(hints)!.start).toContain(' 200 ')
  })

  it('has posted bodies, and the replies of FTP', async () => {
    const posted = messagesOf((await record(['-d', 'a=1', `${origin.http}/post`], origin.ca)).transfers[0]!.trace)
    expect(posted[0]).toMatchObject({ kind: 'request', body: 3 })
    const said = messagesOf((await record([`${origin.ftp}/welcome.txt`], origin.ca)).transfers[0]!.trace)
    expect(said.every(({ kind }) => kind === 'said')).toBe(true)
    expect(said.map(({ start }) => start)).toContain('RETR welcome.txt')
  })
})

describe('times', () => {
  it('has phases that follow each other and end with the transfer', async () => {
    const run = await record([`${origin.https}/delay/0.1`, `${origin.https}/get`], origin.ca)
    const [first, second] = run.transfers.map(phasesFor)
    expect(first!.names).toEqual(expect.arrayContaining(['connect', 'tls', 'wait']))
    expect(first!.of('wait')).toBeGreaterThan(90)
    expect(first!.whole).toBe(true)
    expect([first!.timing.connection, second!.timing.connection]).toEqual(['new', 'reused'])
    expect(second!.names).not.toContain('tls')
  })

  it('has no connection and no request if none was made', async () => {
    const { port } = new URL(origin.https)
    for (const [argv, connection, last] of [
      [[`http://127.0.0.1:${await refusingPort()}/`], 'none', 'connect'],
      [['-x', `http://127.0.0.1:${await refusingPort()}/`, origin.https], 'none', 'connect'],
      [['http://no-such.invalid/'], 'none', 'dns'],
      [['--resolve', `other.test:${port}:127.0.0.1`, `https://other.test:${port}/`], 'new', 'tls'],
      [['file:///ca.pem'], 'none', undefined],
    ] as const) {
      const run = await record(argv, origin.ca)
      const { names, timing } = phasesFor(run.transfers[0]!)
      expect([argv, timing.connection]).toEqual([argv, connection])
      if (last) expect([argv, names.at(-1)]).toEqual([argv, last])
    }
  })

  it('distinguishes a reused connection from a second one of a redirect or FTP', async () => {
    const how = async (...argv: string[]): Promise<string[]> =>
      (await record(argv, origin.ca)).transfers.map((transfer) => phasesFor(transfer).timing.connection)
    expect(await how('-L', `${origin.http}/redirect/1`)).toEqual(['new'])
    expect(await how(`${origin.ftp}/welcome.txt`, `${origin.ftp}/welcome.txt`)).toEqual(['new', 'reused'])
  })

  it('puts redirects first, and the last request after them', async () => {
    const run = await record(['-L', `${origin.http}/redirect/2`], origin.ca)
    const { names, whole, timing } = phasesFor(run.transfers[0]!)
    expect(names[0]).toBe('redirect')
    expect([whole, timing.traced]).toEqual([true, true])
  })
})

describe('bodies', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
  test.each([
    ['application/json', '{"a":1}', 'json', null],
    ['application/problem+json; charset=utf-8', '{}', 'json', null],
    ['text/plain', ' [1, 2]', 'json', null],
    ['text/plain', 'plain', 'text', null],
    ['text/html; charset=utf-8', '<p>', 'markup', 'text/html'],
    ['', '<!doctype html><p>', 'markup', 'text/html'],
    ['application/xml', '<a/>', 'markup', null],
    ['image/svg+xml', '<svg/>', 'markup', 'image/svg+xml'],
    ['', '\x89PNG\r\n\x1a\n\0', 'binary', 'image/png'],
    ['text/html', '\x89PNG\r\n\x1a\n\0', 'binary', 'image/png'],
    ['text/plain', 'a\0b', 'binary', null],
    ['application/octet-stream', '\xfd\xfc\xfb\xfa\xf9\xf8', 'binary', null],
    ['text/plain; charset=iso-8859-1', 'caf\xe9', 'text', null],
  ])('%s %j is %s', (type, body, kind, preview) => {
    expect(bodyKind(type, bytes(body))).toMatchObject({ kind, preview })
  })

  it('takes the charset from the type, and a byte order mark before it', () => {
    expect(bodyKind('text/plain; charset="Shift_JIS"', bytes('a')).charset).toBe('shift_jis')
    expect(bodyKind('text/plain; charset=nonsense', bytes('a')).charset).toBe('utf-8')
    expect(bodyKind('text/plain; charset=latin1', bytes('\xef\xbb\xbfa')).charset).toBe('utf-8')
  })
})

describe('JSON', () => {
  const shown = (text: string): string =>
    jsonLines(text)
      .map(
        (line) =>
          '  '.repeat(line.depth) +
          tokensOf(text, line, 1e6)
            .map(({ text }) => text)
            .join(''),
      )
      .join('\n')

  it('is the same as from JSON.stringify, except for the space after a colon', () => {
    const values = [
      null,
      1,
      'a',
      [],
      {},
      [[]],
      [{}],
      { a: [], b: {} },
      { a: [1, { b: ['x', 'y"\\'] }], c: { d: null } },
      [1, [2, [3]]],
    ]
    for (const value of values) {
      const expected = JSON.stringify(value, null, 2).replace(/": /g, '":')
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 3)]) expect(shown(text)).toBe(expected)
    }
  })

  it('keeps every token as it was sent', () => {
    const text = '{"big":123456789012345678901234567890,"twice":1,"twice":2,"__proto__":{"a":-0},"e":"\\ud800"}'
    expect(shown(text).replace(/\s+/g, '')).toBe(text)
  })

  it('accepts any depth, several documents, incomplete text, and other text', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    expect(jsonLines(deep)).toHaveLength(99_999)
    expect(shown('{"a":1}\n{"a":2}\n')).toBe('{\n  "a":1\n}\n{\n  "a":2\n}')
    expect(shown('1 2\n"x"')).toBe('1\n2\n"x"')
    expect(shown('{"a":[1,2')).toBe('{\n  "a":[\n    1,\n    2')
    for (const text of ['', ']]]', '}{', '"open', '{"a"', ',,', 'not json at all', '\\'])
      expect(() => shown(text)).not.toThrow()
  })

  it('folds what a bracket encloses', () => {
    const lines = jsonLines('{"a":[1,2],"b":3}')
    expect(lines[1]).toMatchObject({ close: 4, items: 2 })
    expect(unfolded(lines, new Set([1]))).toEqual([0, 1, 5, 6])
    expect(unfolded(lines, new Set([0, 1]))).toEqual([0])
  })
})

it('cuts lines of any length into rows, but never within a character', () => {
  const text = `short\r\n${'x'.repeat(95)}\n\n${'\u{1f600}'.repeat(45)}\nend`
  const rows = textRows(text, 30)
  const all = Array.from({ length: rows.count }, (_, row) => [rows.line(row), rows.text(row)] as const)
  expect(all.map(([number]) => number)).toEqual([1, 2, null, null, null, 3, 4, null, null, 5])
  expect(all.map(([, line]) => line).join('|')).not.toMatch(/\r|\n|[\ud800-\udbff](?![\udc00-\udfff])/)
  expect(all.map(([, line]) => line).join('')).toBe(text.replace(/[\r\n]/g, ''))
})

describe('names of files', () => {
  test.each([
    ['../../../../pwned', 'pwned'],
    ['/etc/pwned', 'pwned'],
    ['..\\..\\pwned.exe', 'pwned.exe'],
    ['.curlrc', 'curlrc'],
    ['harmless\u202egnp.exe', 'harmless_gnp.exe'],
    ['<img src=x>.txt', '_img src=x_.txt'],
    ['name\x1b]0;pwned\x07.txt', 'name_]0;pwned_.txt'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['..', 'download'],
    ['', 'download'],
    [`${'a'.repeat(300)}.json`, `${'a'.repeat(115)}.json`],
  ])('%j is saved as %j', (name, saved) => expect(harmless(name)).toBe(saved))

  it('are those of -o, then of the header, then of the URL', () => {
    const said = {
      argv: ['-s'],
      transfer: 0,
      disposition: undefined,
      url: 'https://a.example/b/c%20d?e',
      type: 'text/plain',
    }
    expect(downloadName(said)).toBe('c d.txt')
    expect(downloadName({ ...said, disposition: 'attachment; filename="x y.bin"' })).toBe('x y.bin')
    expect(downloadName({ ...said, argv: ['-so', 'mine.txt'] })).toBe('mine.txt')
    expect(downloadName({ ...said, argv: ['-o', '/dev/null'] })).toBe('c d.txt')
    expect(downloadName({ ...said, url: 'https://a.example/', type: 'application/json' })).toBe('response.json')
    expect(dispositionName('attachment; filename="plain"; filename*=UTF-8\'\'caf%C3%A9.txt')).toBe('café.txt')
  })
})
