// Pasted calls of fetch become curl commands: those of the browsers, those of our own "Copy as", and odd ones. They are
// read as data, and whatever is not data is refused.
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { runTool } from 'libcurl-wasm/tool'
import { FetchError, isFetch, parseFetch } from '../../../playground/src/command/fetch-call.js'
import { writeCurl } from '../../../playground/src/command/write-curl.js'
import { httpServer, type Listening } from '../../servers/listening.js'

const lines = (text: string): string[][] =>
  parseFetch(text).map(({ request }) => writeCurl(request, (name) => name).argv)
const line = (text: string): string[] => lines(text)[0]!
const notes = (text: string): string[] => parseFetch(text).flatMap((call) => call.notes)

/** "Copy as fetch" of Chromium. */
const CHROMIUM = `fetch("https://api.example.com/v2/items?q=caf%C3%A9&list[]=1", {
  "headers": {
    "accept": "application/json, text/plain, */*",
    "accept-language": "en-US,en;q=0.9",
    "content-type": "application/json",
    "sec-ch-ua": "\\"Chromium\\";v=\\"140\\", \\"Not-A.Brand\\";v=\\"8\\""
  },
  "referrer": "https://www.example.com/shop?id=1#top",
  "referrerPolicy": "strict-origin-when-cross-origin",
  "body": "{\\"name\\":\\"O'Neill \\\\u0026 \\u00fc\\",\\"n\\":1}",
  "method": "POST",
  "mode": "cors",
  "credentials": "include"
});`

test('"Copy as fetch" of Chromium', () => {
  expect(line(CHROMIUM)).toEqual([
    'https://api.example.com/v2/items?q=caf%C3%A9&list[]=1',
    '-g',
    ...['-H', 'accept: application/json, text/plain, */*', '-H', 'accept-language: en-US,en;q=0.9'],
    ...['-H', 'content-type: application/json'],
    ...['-H', 'sec-ch-ua: "Chromium";v="140", "Not-A.Brand";v="8"'],
    ...['-H', 'Referer: https://www.example.com/', '-H', 'Origin: https://www.example.com'],
    ...['--data-raw', `{"name":"O'Neill \\u0026 ü","n":1}`, '-L', '--compressed'],
  ])
  expect(notes(CHROMIUM)).toEqual(["credentials: 'include': the browser's cookies are not in it"])
})

test('"Copy as fetch (Node.js)" of Chromium has the cookies', () => {
  const text = `fetch("https://example.com/", {
  "headers": { "cookie": "a=1; b=\\"x\\"", "Referer": "https://example.com/from" },
  "body": null,
  "method": "GET"
});`
  expect(line(text)).toEqual([
    ...['https://example.com/', '-b', 'a=1; b="x"', '-H', 'Referer: https://example.com/from', '-L', '--compressed'],
  ])
  expect(notes(text)).toEqual([])
})

test('"Copy as Fetch" of Firefox', () => {
  const text = `await fetch("https://example.com/form", {
    "credentials": "omit",
    "headers": {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Content-Type": "application/x-www-form-urlencoded",
        "Priority": "u=0, i"
    },
    "referrer": "https://example.com/",
    "body": "a=1&b=%20",
    "method": "POST",
    "mode": "cors"
});`
  expect(line(text)).toEqual([
    'https://example.com/form',
    ...['-H', 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ...['-H', 'Priority: u=0, i', '-H', 'Referer: https://example.com/', '-H', 'Origin: https://example.com'],
    ...['--data-raw', 'a=1&b=%20', '-L', '--compressed'],
  ])
})

test('several in a row, as "Copy all as fetch" writes them', () => {
  const text =
    'fetch("https://a.example/", {"method": "HEAD"}) ;\nfetch("https://b.example/") ;\nfetch("https://c.example/");'
  expect(lines(text).map(([url]) => url)).toEqual(['https://a.example/', 'https://b.example/', 'https://c.example/'])
  expect(line(text)).toContain('-I')
})

test('a call that was written by hand', () => {
  const text = `// what we need
const response = await fetch(\`https://example.com/a\`, {
  method: 'patch', /* small letters stay */
  headers: [['X-One', 'it\\'s'], ["X-Two", 2]],
  body: JSON.stringify({ a: [1, -2.5e3, true, null, undefined], 'b': { c: \`line
two\` }, }),
  signal: AbortSignal.timeout(5_000),
  redirect: 'manual',
  cache: 'no-store',
  integrity: 'sha256-x',
})`
  expect(isFetch(text)).toBe(true)
  expect(line(text)).toEqual([
    ...['https://example.com/a', '-X', 'patch', '-H', "X-One: it's", '-H', 'X-Two: 2'],
    ...['-H', 'Content-Type: text/plain;charset=UTF-8', '-H', 'Pragma: no-cache', '-H', 'Cache-Control: no-cache'],
    ...['--data-raw', '{"a":[1,-2500,true,null,null],"b":{"c":"line\\ntwo"}}', '--compressed', '-m', '5'],
  ])
  expect(notes(text)).toEqual(['left out: integrity'])
})

describe('what is not data', () => {
  const refused: Record<string, RegExp> = {
    'fetch(url)': /not data/,
    'fetch("https://h.example/" + location.search)': /not data/,
    'fetch("https://h.example/", { body: new FormData(form) })': /not data/,
    'fetch("https://h.example/", { headers: { ...others } })': /name of a field/,
    'fetch(`https://h.example/${(() => { globalThis.pwned = 1 })()}`)': /nothing is run/,
    'fetch("https://h.example/", { get method() { return "POST" } })': /: after get/,
    'fetch("https://h.example/", { ["method"]: "POST" })': /name of a field/,
    'fetch("https://h.example/").then((response) => response.json())': /what is done with its result/,
    'fetch("https://h.example/"); alert(1)': /only calls of fetch/,
    'fetch("https://h.example/", {}, {})': /more than two/,
    'fetch("https://h.example/", "POST")': /not an object/,
    'fetch("https://h.example/", { body: { a: 1 } })': /\[object Object\]/,
    'fetch("https://h.example/", { headers: { a: {} } })': /a name and a text/,
    'fetch("/path", {})': /not a whole URL/,
    'fetch()': /not a URL/,
  }
  it.each(Object.entries(refused))('%s', (text, problem) => {
    expect(() => parseFetch(text)).toThrow(FetchError)
    expect(() => parseFetch(text)).toThrow(problem)
    expect((globalThis as { pwned?: unknown }).pwned).toBeUndefined()
  })

  it('is a text that is cut off, wherever it is', () => {
    for (let end = 'fetch('.length; end < CHROMIUM.length - 2; end++)
      expect(() => parseFetch(CHROMIUM.slice(0, end)), CHROMIUM.slice(0, end)).toThrow(
        /too early|in the middle of a string/,
      )
  })

  it('is nested deeply, or long, and takes no time', () => {
    expect(() => parseFetch(`fetch(${'['.repeat(100_000)}`)).toThrow(/too deeply/)
    const body = 'x'.repeat(5_000_000)
    expect(parseFetch(`fetch("https://h.example/", {"body": "${body}"})`)[0]!.request.body).toEqual({ text: body })
  })
})

test('only URLs that curl knows', () => {
  for (const url of ['data:text/plain,x', 'blob:https://h.example/1', 'chrome-extension://abc/x', 'file:///etc/passwd'])
    expect(() => line(`fetch(${JSON.stringify(url)})`)).toThrow(/curl cannot request a URL with/)
})

test('a value never becomes an option, a file, or another header', () => {
  const argv = line(
    `fetch("https://h.example/", { method: "POST", headers: { "X-A": "1\\r\\nX-B: 2", "@file": "x", "cookie": "name", ":method": "GET", "X-C": "" }, body: "@/etc/passwd" })`,
  )
  expect(argv).toEqual([
    ...['https://h.example/', '-H', 'X-A: 1', '-H', 'X-A: X-B: 2', '-H', 'cookie: name', '-H', 'X-C;'],
    ...['-H', 'Content-Type: text/plain;charset=UTF-8', '--data-raw', '@/etc/passwd', '-L', '--compressed'],
  ])
  expect(() => line('fetch("https://h.example/", { method: "-o x" })')).toThrow(/method/)
})

test('headers of the connection are not copied', () => {
  const own = { host: 'h.example', connection: 'close', 'content-length': '9', 'transfer-encoding': 'chunked', te: 'x' }
  expect(line(`fetch("https://h.example/", { headers: ${JSON.stringify(own)} })`)).toEqual([
    ...['https://h.example/', '-L', '--compressed'],
  ])
  // of another host, it is a part of the request
  expect(line(`fetch("https://h.example/", { headers: { Host: "other" } })`)).toContain('Host: other')
})

test.each([
  ['', 'https://a.example/p?q', 'https://b.example/', undefined],
  ['no-referrer', undefined, undefined, undefined],
  ['origin', 'https://a.example/', 'https://b.example/', 'https://b.example/'],
  ['same-origin', 'https://a.example/p?q', undefined, undefined],
  ['unsafe-url', 'https://a.example/p?q', 'https://b.example/p?q', 'https://b.example/p?q'],
])('the referrer policy %j', (policy, same, other, downgraded) => {
  const sent = (to: string, from: string): string | undefined =>
    line(`fetch("${to}", {"referrer": "${from}", "referrerPolicy": "${policy}"})`)
      .find((each) => each.startsWith('Referer: '))
      ?.slice('Referer: '.length)
  expect(sent('https://a.example/', 'https://me:pw@a.example/p?q#f')).toBe(same)
  expect(sent('https://a.example/', 'https://b.example/p?q#f')).toBe(other)
  expect(sent('http://a.example/', 'https://b.example/p?q#f')).toBe(downgraded)
})

test('a body with NUL, or a long one, goes into a file', () => {
  for (const body of ['a\\0b', 'x'.repeat(20_000)]) {
    const { argv, files, notes } = writeCurl(
      parseFetch(
        `fetch("https://h.example/", {"headers": {"content-type": "application/json"}, "method": "POST", "body": "${body}"})`,
      )[0]!.request,
      (name) => `free-${name}`,
    )
    expect(argv).toContain('@free-body.json')
    expect(files).toEqual([{ name: 'free-body.json', content: body.replace('\\0', '\0') }])
    expect(notes).toEqual(['the body is in the file free-body.json'])
  }
})

describe('a server gets the same from curl as from fetch', () => {
  const seen: { method: string; headers: [string, string][]; body: string }[] = []
  let server: Listening
  beforeAll(async () => {
    const read = async (request: IncomingMessage): Promise<void> => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const own = /^(?:accept-encoding|accept-language|connection|host|sec-fetch-mode|user-agent|transfer-encoding)$/
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
      seen.push({
        ...{ method: `${request.method} ${request.url}`, body: Buffer.concat(chunks).toString('latin1') },
        headers: headers.filter(([name]) => !own.test(name)).sort(),
      })
    }
    server = await httpServer(async (request, response) => {
      await read(request)
      response.end('ok')
    })
  })
  afterAll(() => server?.close())

  it.each([
    `("URL")`,
    `("URL?a=%20&b=[1]#f", {"method": "DELETE"})`,
    `("URL", {"method": "POST", "body": null})`,
    `("URL", {"method": "PUT", "body": ""})`,
    `("URL", {"method": "post", "body": "ü\\u2028\\ud83d\\ude00\\x41\\
 \\t\\"'", "headers": {"x-empty": "", "x-umlaut": "plain"}})`,
    `("URL", {"method": "POST", "body": new URLSearchParams({ "a b": "1&2", c: "ü" })})`,
    `("URL", {"method": "POST", "headers": {"authorization": "Basic " + btoa("a:b")}, "body": JSON.stringify([1, {"a": null}])})`,
    `("URL", {"method": "REPORT", "headers": new Headers({Depth: "1"}), "body": "x"})`,
    `("URL", {"method": "HEAD"})`,
  ])('%s', async (args) => {
    const call = args.replace('URL', `${server.url}/path`)
    seen.length = 0
    await (new Function('fetch', `return fetch${call}`)(fetch) as Promise<Response>).then((response) => response.text())
    const nowhere = (): WritableStream => new WritableStream()
    await runTool(['-q', '-sS', ...line(`fetch${call}`)], {
      ...{ stdin: new Blob([]).stream(), stdout: nowhere(), stderr: nowhere(), env: {} },
    })
    expect(seen).toHaveLength(2)
    expect(seen[1]).toEqual(seen[0])
  })
})
