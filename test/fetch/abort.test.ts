// AbortSignal with fetch: aborted before the call, during the request, the headers and the body, and after it. The
// error is the reason of the signal, and the connection is freed at once.
import type { Socket } from 'node:net'
import { Easy, Multi } from 'libcurl-wasm'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { counts } from '../servers/counts.js'
import { blackHole } from '../servers/faults.js'
import { http2Server, httpServer } from '../servers/listening.js'
import { ours, sleep, until } from './outcome.js'

let closed = 0
let requests = 0
const server = await httpServer((request, response) => {
  requests++
  if (request.url === '/silent') return
  if (request.url === '/begin') return void response.write('the beginning')
  if (request.url === '/empty') return void response.end()
  if (request.url === '/moved') return void response.writeHead(302, { location: '/silent' }).end()
  if (request.url === '/moved-to-begin') return void response.writeHead(302, { location: '/begin' }).end()
  response.end('whole')
})
server.server.on('connection', (socket: Socket) => socket.on('close', () => closed++))
const hole = await blackHole()
afterAll(() => Promise.all([server.close(), hole.close()]))

let controller: AbortController
let signal: AbortSignal
beforeEach(() => {
  controller = new AbortController()
  signal = controller.signal
  closed = requests = 0
})
const reason = new Error('a reason')
const silent = `${server.url}/silent`

describe('before the response', () => {
  test('a signal that is aborted already: nothing is sent', async () => {
    controller.abort(reason)
    await expect(ours(server.url, { signal })).rejects.toBe(reason)
    await expect(ours(new Request(server.url, { signal }))).rejects.toBe(reason)
    expect(requests).toBe(0)
  })

  test('without a reason it is an AbortError', async () => {
    const calling = ours(silent, { signal })
    controller.abort()
    await expect(calling).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('a timeout is a TimeoutError', async () => {
    await expect(ours(silent, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('invalid arguments are reported before the abort', async () => {
    controller.abort(reason)
    await expect(ours('http://:bad', { signal })).rejects.toThrow(TypeError)
  })

  test('the body of a Request counts as used', async () => {
    controller.abort(reason)
    const request = new Request(server.url, { method: 'POST', body: 'x', signal })
    await expect(ours(request)).rejects.toBe(reason)
    expect(request.bodyUsed).toBe(true)
  })

  test('while it connects', async () => {
    const calling = ours(`http://127.0.0.1:${hole.port}/`, { signal })
    await sleep(50)
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
  })

  test('at once after the call', async () => {
    const calling = ours(silent, { signal })
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
  })

  test('while waiting for the response: the connection is closed', async () => {
    const calling = ours(silent, { signal })
    await until(() => requests === 1)
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
    await until(() => closed === 1)
  })

  test('after a redirect', async () => {
    const calling = ours(`${server.url}/moved`, { signal })
    await until(() => requests === 2)
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
  })

  test('at any time around a redirect and the head: either nothing, or a body that fails', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const each = new AbortController()
      const calling = ours(`${server.url}/moved-to-begin`, { signal: each.signal })
      const outcome = calling.then((response) => response.text()).catch((error: unknown) => error)
      for (let i = 0; i < turns; i++) await new Promise(setImmediate)
      each.abort(reason)
      expect(await outcome).toBe(reason)
    }
    await until(() => closed >= 1)
  })

  test('the signal of a Request, and that of init instead of it', async () => {
    const calling = ours(new Request(silent, { signal }))
    const other = ours(new Request(`${server.url}/`, { signal }), { signal: new AbortController().signal })
    expect(await (await other).text()).toBe('whole')
    globalThis.gc!() // Node's Request keeps its signal working only as long as it lives
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
  })

  test('while the body is sent: its stream is cancelled with the reason', async () => {
    let cancelled: unknown
    const body = new ReadableStream({
      pull: (each) => sleep(5).then(() => each.enqueue(new Uint8Array(10))),
      cancel: (why) => void (cancelled = why),
    })
    const calling = ours(silent, { method: 'POST', body, duplex: 'half', signal })
    await until(() => requests === 1)
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
    expect(cancelled).toBe(reason)
    await until(() => closed === 1)
  })

  test('with a stream that was not read yet', async () => {
    controller.abort(reason)
    let cancelled: unknown
    const body = new ReadableStream({ cancel: (why) => void (cancelled = why) })
    await expect(ours(silent, { method: 'POST', body, duplex: 'half', signal })).rejects.toBe(reason)
    expect(cancelled).toBe(reason)
  })
})

describe('after the head', () => {
  test('the body fails, and the connection is closed', async () => {
    const response = await ours(`${server.url}/begin`, { signal })
    const reader = response.body!.getReader()
    await reader.read()
    const reading = reader.read()
    const { finished } = response.curl
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await expect(reader.closed).rejects.toBe(reason)
    await expect(finished).rejects.toBe(reason)
    await until(() => closed === 1)
  })

  test('received data that was not read is dropped', async () => {
    const response = await ours(`${server.url}/`, { signal })
    await response.curl.finished
    controller.abort(reason)
    await expect(response.text()).rejects.toBe(reason)
  })

  test('a call of text() that waits', async () => {
    const response = await ours(`${server.url}/begin`, { signal })
    const reading = response.text()
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })

  test('both bodies of a clone fail', async () => {
    const response = await ours(`${server.url}/begin`, { signal })
    const copy = response.clone()
    controller.abort(reason)
    await expect(response.text()).rejects.toBe(reason)
    await expect(copy.text()).rejects.toBe(reason)
  })

  test('an empty body has ended already', async () => {
    const response = await ours(`${server.url}/empty`, { signal })
    await response.curl.finished
    controller.abort(reason)
    expect(await response.body!.getReader().read()).toEqual({ done: true, value: undefined })
  })

  test('a body that was read stays', async () => {
    const response = await ours(`${server.url}/`, { signal })
    const text = await response.text()
    controller.abort(reason)
    expect(text).toBe('whole')
    expect(closed).toBe(0)
  })

  test('a stream of HTTP/2 is reset, its connection stays', async () => {
    const codes: number[] = []
    const http2 = await http2Server((stream, headers) => {
      stream.on('error', () => {}).on('close', () => codes.push(stream.rstCode))
      stream.respond({ ':status': 200 })
      if (headers[':path'] === '/begin') stream.write('the beginning')
      else stream.end('whole')
    })
    const curl = { options: { CAINFO: certificates().ca.certFile } }
    const response = await ours(`${http2.url}/begin`, { signal, curl })
    controller.abort(reason)
    await expect(response.text()).rejects.toBe(reason)
    await until(() => codes.length === 1)
    expect(await (await ours(http2.url, { curl })).text()).toBe('whole')
    expect(http2.connections).toBe(1)
    await http2.close()
  })
})

test('a silent server does not delay other calls', async () => {
  const calling = ours(silent, { signal })
  expect(await (await ours(server.url)).text()).toBe('whole')
  controller.abort(reason)
  await expect(calling).rejects.toBe(reason)
})

test('one signal for many calls, and no listener is left', async () => {
  await (await ours(server.url)).text()
  const before = counts()
  let listeners = 0
  const counting = new Proxy(signal, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown
      if (name === 'addEventListener') listeners++
      if (name === 'removeEventListener') listeners--
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  for (let i = 0; i < 20; i++) await (await ours(server.url, { signal: counting })).text()
  await (await ours(server.url, { method: 'HEAD', signal: counting })).text()
  await (await ours(`${server.url}/begin`, { signal: counting })).body!.cancel()
  await ours('http://127.0.0.1:2/', { signal: counting }).catch(() => {})
  expect(listeners).toBe(0)
  const calls = Array.from({ length: 20 }, () => ours(silent, { signal }))
  await until(() => requests === 43)
  controller.abort(reason)
  for (const each of await Promise.allSettled(calls)) expect(each).toEqual({ status: 'rejected', reason })
  await sleep(20)
  const after = counts()
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors)
  expect(after.timers).toBeLessThanOrEqual(before.timers)
})

test('fetch and abort from inside a callback of libcurl', async () => {
  const easy = new Easy()
  const multi = new Multi()
  const calls: Promise<unknown>[] = []
  easy.setopt('URL', server.url)
  easy.setopt('WRITEFUNCTION', () => {
    calls.push(ours(server.url).then((response) => response.text()))
    const aborted = new AbortController()
    calls.push(ours(silent, { signal: aborted.signal }).catch((error: unknown) => error))
    aborted.abort(reason)
  })
  await multi.perform(easy)
  expect(await Promise.all(calls)).toEqual(['whole', reason])
  easy.close()
  multi.close()
})

test('a listener that cancels the body as well', async () => {
  const response = await ours(`${server.url}/begin`, { signal })
  let cancelling: Promise<unknown> | undefined
  // it returns nothing, because Node reports the rejection of a listener's promise as uncaught
  signal.addEventListener('abort', () => void (cancelling = response.body!.cancel()))
  controller.abort(reason)
  await expect(cancelling).rejects.toBe(reason)
  await until(() => closed === 1)
})
