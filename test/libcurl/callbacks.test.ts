// The callbacks of an easy handle that other tests do not cover, with the arguments that the man pages describe.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import init, * as c from 'libcurl-wasm'
import { Easy, Multi, sockets, type HstsEntry } from 'libcurl-wasm'
import { counts } from '../servers/counts.js'
import { transfer, type Options } from '../servers/transfer.js'

let server: http.Server
let port: number
let easy: Easy
let multi: Multi

beforeAll(async () => {
  await init()
  server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      if (request.url === '/307') return response.writeHead(307, { location: '/' }).end()
      response.end(body || 'hello')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())
beforeEach(() => {
  easy = new Easy()
  multi = new Multi()
})
afterEach(() => {
  multi.close()
  easy.close()
})

const get = (options: Options, path = '/'): ReturnType<typeof transfer> =>
  transfer(multi, `http://127.0.0.1:${port}${path}`, options, easy)

it('WRITEFUNCTION and HEADERFUNCTION get bytes that may be kept, and their user data', async () => {
  const kept: Uint8Array[] = []
  const data: unknown[] = []
  await get({
    WRITEDATA: 'w',
    HEADERDATA: 'h',
    WRITEFUNCTION: (chunk: Uint8Array, userdata: unknown) => void (kept.push(chunk), data.push(userdata)),
    HEADERFUNCTION: (_line: Uint8Array, userdata: unknown) => void data.push(userdata),
  })
  await get({})
  expect(Buffer.concat(kept).toString()).toBe('hello')
  expect(new Set(data)).toEqual(new Set(['w', 'h']))
})

it('DEBUGFUNCTION gets text, headers and data in both directions', async () => {
  const types = new Set<number>()
  const handles = new Set<Easy>()
  await get({
    POSTFIELDS: 'sent',
    DEBUGFUNCTION: (handle: Easy, type: number, data: Uint8Array) => {
      types.add(type)
      handles.add(handle)
      if (type === c.CURLINFO_DATA_OUT) expect(Buffer.from(data).toString()).toBe('sent')
    },
  })
  expect(types).toEqual(
    new Set([c.CURLINFO_TEXT, c.CURLINFO_HEADER_IN, c.CURLINFO_HEADER_OUT, c.CURLINFO_DATA_IN, c.CURLINFO_DATA_OUT]),
  )
  expect([...handles]).toEqual([easy])
})

it('XFERINFOFUNCTION and PROGRESSFUNCTION get totals in bytes', async () => {
  for (const option of ['XFERINFOFUNCTION', 'PROGRESSFUNCTION'] as const) {
    const last: unknown[] = []
    await get({
      NOPROGRESS: false,
      XFERINFODATA: option,
      [option]: (...args: unknown[]) => void last.splice(0, 9, ...args),
    })
    expect(last).toEqual([option, 5, 5, 0, 0])
    easy.setopt(option, null)
  }
})

it('SEEKFUNCTION rewinds a body that has to be sent again', async () => {
  const body = 'x'.repeat(1000)
  let at = 0
  const seeks: unknown[][] = []
  const { body: answer } = await get(
    {
      UPLOAD: true,
      INFILESIZE_LARGE: body.length,
      FOLLOWLOCATION: true,
      SEEKDATA: 'userdata',
      READFUNCTION: (size: number) => {
        const part = body.slice(at, at + size)
        at += part.length
        return part
      },
      SEEKFUNCTION: (...args: unknown[]) => {
        seeks.push(args)
        at = args[1] as number
      },
    },
    '/307',
  )
  expect(seeks).toEqual([['userdata', 0, 0]])
  expect(answer.toString()).toBe(body)
})

it('IOCTLFUNCTION does the same for old programs', async () => {
  let at = 0
  const commands: unknown[] = []
  const { body } = await get(
    {
      UPLOAD: true,
      INFILESIZE_LARGE: 4,
      FOLLOWLOCATION: true,
      READFUNCTION: () => (at++ === 0 ? 'body' : null),
      IOCTLFUNCTION: (_easy: Easy, command: number) => {
        commands.push(command)
        at = 0
      },
    },
    '/307',
  )
  expect(commands).toEqual([c.CURLIOCMD_RESTARTREAD])
  expect(body.toString()).toBe('body')
})

it('READFUNCTION can pause an upload, and pause() continues it', async () => {
  let paused = false
  let rest = ['first ', 'second']
  const { body } = await get({
    UPLOAD: true,
    READFUNCTION: () => {
      if (rest.length === 1 && !paused) {
        paused = true
        setTimeout(() => easy.pause(c.CURLPAUSE_CONT), 20)
        return c.CURL_READFUNC_PAUSE
      }
      return rest.shift() ?? null
    },
  })
  expect(paused).toBe(true)
  expect(body.toString()).toBe('first second')
})

it('OPENSOCKETFUNCTION opens the socket, SOCKOPTFUNCTION gets it, and CLOSESOCKETFUNCTION closes it', async () => {
  const before = counts().descriptors
  const seen: unknown[] = []
  await get({
    OPENSOCKETDATA: 'o',
    OPENSOCKETFUNCTION: (userdata: unknown, purpose: number, address: c.SocketAddress) => {
      seen.push([userdata, purpose, address.family, 'port' in address && address.port])
      return sockets.open(address)
    },
    SOCKOPTFUNCTION: (_userdata: unknown, s: number) => void seen.push(s),
    CLOSESOCKETDATA: 'c',
    CLOSESOCKETFUNCTION: (userdata: unknown, s: number) => {
      seen.push([userdata, s])
      sockets.close(s)
    },
  })
  const s = seen[1]
  expect(seen).toEqual([['o', c.CURLSOCKTYPE_IPCXN, 'IPv4', port], s])
  expect(s).toBeGreaterThan(2)
  easy.close() // the connection stays in the multi handle, with the function that closes it
  multi.close()
  expect(seen.at(-1)).toEqual(['c', s])
  multi = new Multi()
  expect(counts().descriptors).toBe(before)
  easy = new Easy()
})

it('PREREQFUNCTION gets both ends of the connection', async () => {
  let ends: unknown[] = []
  await get({ PREREQDATA: 'p', PREREQFUNCTION: (...args: unknown[]) => void (ends = args) })
  expect(ends).toEqual(['p', '127.0.0.1', '127.0.0.1', port, easy.getinfo('LOCAL_PORT')])
})

it('RESOLVER_START_FUNCTION is called before a name is resolved', async () => {
  const calls: unknown[] = []
  const { error } = await transfer(
    multi,
    'http://no-such-host.invalid/',
    { RESOLVER_START_FUNCTION: (data: unknown) => void calls.push(data), RESOLVER_START_DATA: 'r' },
    easy,
  )
  expect(calls).toEqual(['r'])
  expect(error?.code).toBe('CURLE_COULDNT_RESOLVE_HOST')
})

it('HSTSREADFUNCTION fills the cache and HSTSWRITEFUNCTION gets it', async () => {
  const entries: HstsEntry[] = [
    { host: 'secure.example', includeSubDomains: true, expire: '20371231 23:59:59' },
    { host: 'other.example', includeSubDomains: false },
  ]
  const written: HstsEntry[] = []
  const { error } = await transfer(
    multi,
    `http://sub.secure.example:${port}/`,
    {
      HSTS_CTRL: c.CURLHSTS_ENABLE,
      HSTSREADFUNCTION: () => entries.shift() ?? null,
      HSTSWRITEFUNCTION: (_easy: Easy, entry: HstsEntry) => void written.push(entry),
      RESOLVE: [`sub.secure.example:${port}:127.0.0.1`],
    },
    easy,
  )
  expect(easy.getinfo('EFFECTIVE_URL')).toMatch(/^https:/)
  expect(error?.code).toBe('CURLE_SSL_CONNECT_ERROR') // the server speaks no TLS: the scheme was changed before connecting
  easy.close() // libcurl writes the cache when the handle ends
  expect(written.map(({ host }) => host).sort()).toEqual(['other.example', 'secure.example'])
  expect(written.find(({ host }) => host === 'secure.example')).toMatchObject({
    includeSubDomains: true,
    expire: '20371231 23:59:59',
  })
  easy = new Easy()
})
