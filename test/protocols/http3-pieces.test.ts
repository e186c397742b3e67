// The pieces in which a body of HTTP/3 reaches WRITEFUNCTION (wasm/src/http3/pieces.c), with Caddy.
import http from 'node:http'
import { CURL_HTTP_VERSION_3ONLY, CURL_POLL_REMOVE, CURL_WRITEFUNC_PAUSE, Multi } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { lossyForwarder } from '../servers/lossy.js'
import { get, multi, newEasy, statusOf } from './client.js'

const CAINFO = certificates().ca.certFile
const PIECE = 16 * 1024
const LONG = Buffer.alloc(3_000_001, 'a line of text, and another\n')
for (let i = 0; i + 4 < LONG.length; i += 1000) LONG.writeUInt32BE(i, i)

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { pathname } = new URL(request.url!, 'http://localhost')
  if (pathname === '/half') {
    response.setHeader('Content-Length', LONG.length)
    response.write(LONG.subarray(0, LONG.length / 2), () => setTimeout(() => response.destroy(), 100))
    return
  }
  if (pathname === '/slow') {
    response.write('first')
    setTimeout(() => response.end('last'), 200)
    return
  }
  response.end(LONG)
}

const web = await caddy(answer)
afterAll(() => web.close())
const options = { CAINFO, HTTP_VERSION: CURL_HTTP_VERSION_3ONLY as typeof CURL_HTTP_VERSION_3ONLY }

/** A WRITEFUNCTION that keeps what it gets, and does `also` with each piece. */
function collector(also: (count: number) => number | void = () => {}) {
  const pieces: Uint8Array[] = []
  return {
    pieces,
    body: () => Buffer.concat(pieces),
    write(piece: Uint8Array): number | void {
      const result = also(pieces.length)
      if (result === CURL_WRITEFUNC_PAUSE) return result
      pieces.push(piece)
      return result
    },
  }
}

test('have up to 16 KiB, and not what each datagram has', async () => {
  const { pieces, body, write } = collector()
  const done = await get(`${web.url}/long`, { ...options, WRITEFUNCTION: write })
  expect(done.error).toBeUndefined()
  expect(body().equals(LONG)).toBe(true)
  expect(Math.max(...pieces.map(({ length }) => length))).toBe(PIECE)
})

test('do not wait for more than what has arrived', async () => {
  const { pieces, write } = collector()
  await get(`${web.url}/slow`, { ...options, WRITEFUNCTION: write })
  expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['first', 'last'])
})

test('come again after each pause', async () => {
  const easy = newEasy()
  let pauses = 0
  let paused = false
  const { body, write } = collector((count) => {
    if (paused || count % 3 !== pauses % 3) return
    paused = true
    pauses++
    setImmediate(() => {
      paused = false
      easy.pause(0)
    })
    return CURL_WRITEFUNC_PAUSE
  })
  const done = await get(`${web.url}/long`, { ...options, WRITEFUNCTION: write }, easy)
  expect(done.error).toBeUndefined()
  expect(pauses).toBeGreaterThan(5)
  expect(body().equals(LONG)).toBe(true)
})

test('end with the one whose callback throws, and the connection goes on', async () => {
  const thrown = new Error('enough')
  const { pieces, write } = collector((count) => {
    if (count === 2) throw thrown
  })
  const done = await get(`${web.url}/long`, { ...options, WRITEFUNCTION: write })
  expect(done.error).toMatchObject({ code: 'CURLE_WRITE_ERROR', cause: thrown })
  expect(pieces.length).toBe(2)
  const next = await get(`${web.url}/next`, options)
  expect(next.body.equals(LONG)).toBe(true)
  expect(next.easy.getinfo('NUM_CONNECTS')).toBe(0)
})

test('have everything that came before the stream ended early', async () => {
  const { body, write } = collector()
  const done = await get(`${web.url}/half`, { ...options, WRITEFUNCTION: write })
  expect(done.error).toBeDefined()
  expect(body().equals(LONG.subarray(0, LONG.length / 2))).toBe(true)
})

test('are those of each of ten streams, over a network that loses datagrams', async () => {
  const lossy = await lossyForwarder(web.port, 0.02)
  const many = new Multi()
  const bodies = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const { body, write } = collector()
      const done = await get(
        `https://localhost:${lossy.port}/long`,
        { ...options, WRITEFUNCTION: write },
        newEasy(),
        many,
      )
      expect(statusOf(done)).toBe(200)
      return body()
    }),
  )
  expect(bodies.every((body) => body.equals(LONG))).toBe(true)
  many.close()
  await lossy.close()
})

// with the kernels of ChaCha20-Poly1305 (wasm/src/http3/packets.c), and through OpenSSL's EVP
test.each(['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'])(
  'have nothing of datagrams that were changed on the way, with %s',
  async (cipher) => {
    const spoiling = await lossyForwarder(web.port, 0.05, 1, true)
    const { body, write } = collector()
    const own = new Multi()
    const done = await get(
      `https://localhost:${spoiling.port}/long`,
      { ...options, TLS13_CIPHERS: cipher, WRITEFUNCTION: write },
      newEasy(),
      own,
    )
    expect(done.error).toBeUndefined()
    expect(spoiling.lost).toBeGreaterThan(50)
    expect(body().equals(LONG)).toBe(true)
    expect(done.trace).toContain(cipher)
    own.close()
    await spoiling.close()
  },
)

test('are whole when their callback drives a transfer of another Multi', async () => {
  const other = new Multi()
  const sockets = new Set<number>()
  other.setopt('SOCKETFUNCTION', (_easy, s, what) => {
    if (what === CURL_POLL_REMOVE) sockets.delete(s)
    else sockets.add(s)
  })
  const inner = collector()
  const outer = collector(() => {
    for (const s of sockets) other.socketAction(s, 1)
  })
  const [first, second] = await Promise.all([
    get(`${web.url}/long`, { ...options, WRITEFUNCTION: inner.write }, newEasy(), other),
    get(`${web.url}/long`, { ...options, WRITEFUNCTION: outer.write }, newEasy(), multi),
  ])
  expect([first.error, second.error]).toEqual([undefined, undefined])
  expect(inner.body().equals(LONG)).toBe(true)
  expect(outer.body().equals(LONG)).toBe(true)
  other.close()
})
