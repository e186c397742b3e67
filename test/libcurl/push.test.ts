// HTTP/2 server push: streams that the server starts, accepted or refused by PUSHFUNCTION.
import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import init, {
  CURLPIPE_MULTIPLEX,
  CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
  CURL_PUSH_DENY,
  CURL_PUSH_OK,
  Easy,
  Multi,
} from 'libcurl-wasm'
import { counts } from '../servers/counts.js'

let server: http2.Http2Server
let url: string
let pushed: string[]

beforeAll(async () => {
  await init()
  server = http2.createServer()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    stream.pushStream({ ':path': '/style.css' }, (error, push) => {
      if (error) return pushed.push(`error ${error.message}`)
      push.on('error', () => {}).on('close', () => pushed.push(`closed ${push.rstCode}`))
      push.respond({ ':status': 200 })
      setTimeout(() => push.end('pushed body'), 60)
    })
    stream.respond({ ':status': 200 })
    setTimeout(() => stream.end(`page ${headers[':path']}`), 20)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`
})
afterAll(() => void server.close())

function page(bodies: string[]): Easy {
  const easy = new Easy()
  easy.setopt('URL', url).setopt('HTTP_VERSION', CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
  easy.setopt('WRITEFUNCTION', (chunk) => void bodies.push(Buffer.from(chunk).toString()))
  return easy
}

it('a pushed stream is a handle of its own, with the parent’s options', async () => {
  pushed = []
  const multi = new Multi()
  const bodies: string[] = []
  const seen: { parent: Easy; path: string | undefined; userp: unknown }[] = []
  const easy = page(bodies)
  let child: Easy | undefined
  multi.setopt('PIPELINING', CURLPIPE_MULTIPLEX).setopt('PUSHDATA', 'userp')
  multi.setopt('PUSHFUNCTION', (parent, handle, headers, userp) => {
    child = handle
    seen.push({ parent, path: headers.find((line) => line.startsWith(':path:')), userp })
    return CURL_PUSH_OK
  })
  await multi.perform(easy)
  let message = multi.infoRead()
  for (let i = 0; i < 100 && !message; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    message = multi.infoRead()
  }
  expect(seen).toEqual([{ parent: easy, path: ':path:/style.css', userp: 'userp' }])
  expect(message).toMatchObject({ easy: child, result: 0 })
  expect(child!.getinfo('RESPONSE_CODE')).toBe(200)
  expect(bodies.sort()).toEqual(['page /page', 'pushed body'])
  multi.remove(child!)
  child!.close()
  easy.close()
  multi.close()
})

it('an exception of PUSHFUNCTION is the cause, and the callback cannot close the handle it gets', async () => {
  pushed = []
  const before = counts()
  const multi = new Multi()
  const easy = page([])
  const thrown = new Error('push')
  let refused: unknown
  multi.setopt('PUSHFUNCTION', (_parent, handle) => {
    try {
      handle.close()
    } catch (error) {
      refused = error
    }
    throw thrown
  })
  await expect(multi.perform(easy)).rejects.toMatchObject({ cause: thrown })
  expect(refused).toBeInstanceOf(TypeError)
  easy.close()
  multi.close()
  expect(counts().easies).toBe(before.easies)
})

it('a refused stream is cancelled, and leaves nothing behind', async () => {
  pushed = []
  const before = counts()
  const multi = new Multi()
  const bodies: string[] = []
  const easy = page(bodies)
  multi.setopt('PUSHFUNCTION', () => CURL_PUSH_DENY)
  await multi.perform(easy)
  expect(bodies).toEqual(['page /page'])
  expect(pushed[0]).toMatch(/^closed 8$/) // CANCEL
  easy.close()
  multi.close()
  const after = counts()
  expect([after.easies, after.multis, after.descriptors]).toEqual([before.easies, before.multis, before.descriptors])
})
