// Properties of headers: those that are sent arrive unchanged, according to Node's parser of requests, and received
// ones are read as by Node's parser of responses and Node's fetch.
//
// Known differences, kept out of the generators:
// - names that change how the message is read (Content-Length, Transfer-Encoding, Connection, Content-Encoding,
//   Upgrade, Location, TE, Trailer, Keep-Alive, Proxy-Connection, Expect, Host).
// - control characters other than tab: Node's parsers refuse them, libcurl passes them on.
// - tabs at the end of a value: Node's two parsers keep them, RFC 9110 removes them.
// - in the strings of an Easy, values are UTF-8: values that are not are passed as bytes.
import net from 'node:net'
import http from 'node:http'
import init, { Easy, Multi, fetch } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { httpServer, listen } from '../servers/listening.js'
import { transfer } from '../servers/transfer.js'
import fc from './settings.js'

await init()
const multi = new Multi()
const easy = new Easy()
afterAll(() => (easy.close(), multi.close()))

const TOKEN = [..."!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]
const RESERVED =
  /^(?:content-length|transfer-encoding|connection|content-encoding|upgrade|location|te|trailer|keep-alive|proxy-connection|expect|host)$/i
const name = fc
  .string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 })
  .filter((name) => !RESERVED.test(name))
/** Characters that are one byte: visible ones, space, tab, and those beyond ASCII. */
const byte = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.constant(9) },
  { weight: 2, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
)
const value = fc.array(byte, { maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes))
const trimmed = value.map((text) => text.replace(/^[\t ]+|[\t ]+$/g, ''))
const headers = fc.array(fc.tuple(name, trimmed), { maxLength: 8 })

/** The headers of the last request, as the server received them. */
let last: string[] = []
const server = await httpServer((request, response) => {
  last = request.rawHeaders
  response.end()
})
afterAll(() => server.close())

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** Removes whitespace at the end of values. */
const ended = (pairs: Iterable<[string, string]>, end = /[\t ]+$/): [string, string][] =>
  Array.from(pairs, ([name, value]) => [name, value.replace(end, '')])
/** Removes it also at the end of each combined value, where Node's parser keeps tabs. */
const endedEach = (pairs: Iterable<[string, string]>): [string, string][] => ended(pairs, /[\t ]+(?=,|$)/g)

test('of a request, by an Easy: every line, in its order and case', async () => {
  await fc.assert(
    fc.asyncProperty(headers, async (list) => {
      // without the semicolon, libcurl would remove a header with an empty value
      const lines = list.map(([name, value]) => latin1(value === '' ? `${name};` : `${name}: ${value}`))
      const { error } = await transfer(multi, server.url, { HTTPHEADER: lines }, easy)
      expect(error).toBeUndefined()
      const names = new Set(list.map(([name]) => name.toLowerCase()))
      const own = new Set(['host', 'accept'].filter((name) => !names.has(name)))
      expect(pairs(last).filter(([name]) => !own.has(name.toLowerCase()))).toEqual(list)
    }),
  )
})

test('of a request, by fetch: as the Headers of Node combine them', async () => {
  await fc.assert(
    fc.asyncProperty(headers, async (list) => {
      await (await fetch(server.url, { headers: list })).text()
      const sent = new Headers(pairs(last))
      const given = new Headers(list)
      for (const name of [
        'host',
        'accept',
        'accept-encoding',
        'accept-language',
        'user-agent',
        'cache-control',
        'pragma',
      ])
        if (!given.has(name)) sent.delete(name)
      // ['', ''] are combined to ', ', but HTTP has no space at the end
      expect([...sent]).toEqual(ended(given))
      // a name is as it was written first
      for (const [name] of pairs(last))
        if (given.has(name)) expect(list.find((pair) => pair[0].toLowerCase() === name.toLowerCase())![0]).toBe(name)
    }),
  )
})

/** The bytes of the next response. */
let answer = ''
const raw = await listen(
  net.createServer((socket) => {
    let head = ''
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1')
      if (head.endsWith('\r\n\r\n')) socket.end(answer, 'latin1')
    })
  }),
  'http',
)
afterAll(() => raw.close())

function ofNode(): Promise<string[]> {
  return new Promise((resolve, reject) => {
    http
      .get(raw.url, { agent: false }, (response) => {
        response.resume()
        resolve(response.rawHeaders)
      })
      .on('error', reject)
  })
}

test('of a response: as Node’s parser and Node’s fetch read them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 8 }), async (list) => {
      const lines = list.map(([name, value]) => `${name}:${value}\r\n`)
      answer = `HTTP/1.1 200 OK\r\n${lines.join('')}Connection: close\r\nContent-Length: 0\r\n\r\n`
      const own = (pairs: [string, string][]): [string, string][] => pairs.slice(0, list.length)
      const expected = ended(own(pairs(await ofNode())))

      const response = await fetch(raw.url)
      await response.text()
      expect(own([...response.curl.rawHeaders])).toEqual(expected)
      expect(endedEach(response.headers)).toEqual(endedEach((await globalThis.fetch(raw.url)).headers))

      await transfer(multi, raw.url, { HTTPHEADER: [] }, easy)
      // an Easy decodes values that are valid UTF-8
      const bytes = own(easy.headers().map(({ name, value }): [string, string] => [name, value]))
      expect(bytes).toEqual(expected.map(([name, value]) => [name, utf8OrLatin1(value)]))
    }),
  )
})

function utf8OrLatin1(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(latin1(value))
  } catch {
    return value
  }
}
