// The multi_socket interface as libcurl documents it, against real servers.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import init, * as c from 'libcurl-wasm'
import { CurlMultiError, Easy, Multi, sockets } from 'libcurl-wasm'
import { blackHole, refusingPort } from '../servers/faults.js'
import { OwnLoop } from '../servers/own-loop.js'

let server: http.Server
let port: number
let multi: Multi
const easies: Easy[] = []

beforeAll(async () => {
  await init()
  server = http.createServer((request, response) => {
    request.on('data', () => {})
    const delay = Number(new URL(request.url!, 'http://x').searchParams.get('delay') ?? 0)
    request.on('end', () => setTimeout(() => response.end(`hello from ${request.url}`), delay))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())
beforeEach(() => void (multi = new Multi()))
afterEach(() => {
  multi.close()
  for (const easy of easies.splice(0)) easy.close()
})

function request(path: string, host = `127.0.0.1:${port}`): Easy & { text?: string } {
  const easy: Easy & { text?: string } = new Easy()
  easies.push(easy)
  easy.text = ''
  easy.setopt('URL', `http://${host}${path}`)
  easy.setopt('WRITEFUNCTION', (chunk) => void (easy.text += Buffer.from(chunk).toString()))
  return easy
}

describe('socketAction', () => {
  it('returns how many transfers are still running', async () => {
    const loop = new OwnLoop(multi)
    const counts: number[] = []
    multi.add(request('/a'))
    multi.add(request('/b?delay=30'))
    const original = loop.step.bind(loop)
    loop.step = (action) => {
      original(action)
      counts.push(loop.running)
    }
    await loop.idle()
    expect(Math.max(...counts)).toBe(2)
    expect(counts).toContain(1)
    expect(counts.at(-1)).toBe(0)
  })

  it('throws CurlMultiError with the CURLMcode when it is called from inside a callback', async () => {
    let thrown: unknown
    const easy = request('/')
    easy.setopt('WRITEFUNCTION', () => {
      try {
        multi.socketAction(c.CURL_SOCKET_TIMEOUT, 0)
      } catch (error) {
        thrown = error
      }
    })
    await multi.perform(easy)
    expect(thrown).toBeInstanceOf(CurlMultiError)
    expect(thrown).toMatchObject({ code: 'CURLM_RECURSIVE_API_CALL', number: c.CURLM_RECURSIVE_API_CALL })
  })

  it('gets IN when bytes have arrived and OUT when a connection is established', async () => {
    const loop = new OwnLoop(multi)
    const easy = request('/')
    multi.add(easy)
    await loop.idle()
    const bits = loop.events.map((event) => event.ready)
    expect(bits[0]).toBe(c.CURL_CSELECT_OUT)
    expect(bits.at(-1)).toBe(c.CURL_CSELECT_IN)
    expect(bits.every((ready) => (ready & c.CURL_CSELECT_ERR) === 0)).toBe(true)
    expect(easy.text).toBe('hello from /')
  })

  it('gets ERR for a refused connection, which becomes CURLE_COULDNT_CONNECT', async () => {
    const loop = new OwnLoop(multi)
    multi.add(request('/', `127.0.0.1:${await refusingPort()}`))
    await loop.idle()
    expect(loop.events.map((event) => event.ready)).toEqual([c.CURL_CSELECT_OUT | c.CURL_CSELECT_ERR])
    expect(multi.infoRead()).toMatchObject({ result: c.CURLE_COULDNT_CONNECT })
  })

  it('with events 0 lets libcurl check the socket itself, without blocking', async () => {
    const loop = new OwnLoop(multi, (s) => multi.socketAction(s, 0))
    const easy = request('/?delay=20')
    multi.add(easy)
    await loop.idle()
    expect(easy.text).toBe('hello from /?delay=20')
    expect(multi.infoRead()).toMatchObject({ result: c.CURLE_OK })
  })

  it('with CURL_SOCKET_TIMEOUT starts transfers, and nothing happens before', async () => {
    multi.setopt('SOCKETFUNCTION', () => 0).setopt('TIMERFUNCTION', () => 0)
    let connections = 0
    const count = (): void => void connections++
    server.on('connection', count)
    const socketsSeen: number[] = []
    multi.setopt('SOCKETFUNCTION', (_easy, s) => void socketsSeen.push(s))
    multi.add(request('/'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(connections).toBe(0)
    expect(socketsSeen).toEqual([])
    expect(multi.socketAction(c.CURL_SOCKET_TIMEOUT, 0)).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(connections).toBe(1)
    expect(socketsSeen.length).toBe(1)
    server.off('connection', count)
  })
})

describe('SOCKETFUNCTION', () => {
  it('is only called for changes: no action is repeated for a socket', async () => {
    const loop = new OwnLoop(multi)
    for (const path of ['/a', '/b', '/c']) multi.add(request(path))
    await loop.idle()
    const last = new Map<number, number>()
    for (const { s, what } of loop.actions) {
      expect(last.get(s)).not.toBe(what)
      last.set(s, what)
    }
    expect(loop.actions.some(({ what }) => what === c.CURL_POLL_OUT)).toBe(true)
    expect(loop.actions.some(({ what }) => what === c.CURL_POLL_IN)).toBe(true)
    expect([...last.values()]).toEqual([c.CURL_POLL_REMOVE, c.CURL_POLL_REMOVE, c.CURL_POLL_REMOVE])
  })

  it('asks for INOUT while an upload may be answered early', async () => {
    const loop = new OwnLoop(multi)
    const easy = request('/upload')
    let left = 40
    easy.setopt('UPLOAD', true).setopt('READFUNCTION', (size) => (left-- > 0 ? new Uint8Array(size) : null))
    multi.add(easy)
    await loop.idle()
    expect(loop.actions.map(({ what }) => what)).toContain(c.CURL_POLL_INOUT)
    expect(multi.infoRead()).toMatchObject({ result: c.CURLE_OK })
  })

  it('fails the transfers as documented when it returns -1', async () => {
    multi.setopt('SOCKETFUNCTION', () => -1)
    await expect(multi.perform(request('/'))).rejects.toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK' })
  })

  it('makes socketAction fail with CURLM_ABORTED_BY_CALLBACK when it returns -1', () => {
    multi.setopt('SOCKETFUNCTION', () => -1).setopt('TIMERFUNCTION', () => 0)
    multi.add(request('/'))
    let thrown: unknown
    try {
      for (let i = 0; i < 5; i++) multi.socketAction(c.CURL_SOCKET_TIMEOUT, 0)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'CURLM_ABORTED_BY_CALLBACK' })
  })

  it('gets SOCKETDATA as userp, and as socketp what assign() attached, or undefined', async () => {
    const userp = { mine: true }
    const seen: { what: number; userp: unknown; socketp: unknown }[] = []
    const loop = new OwnLoop(multi)
    multi.setopt('SOCKETDATA', userp)
    multi.setopt('SOCKETFUNCTION', (_easy, s, what, given, socketp) => {
      seen.push({ what, userp: given, socketp })
      if (seen.length === 1) multi.assign(s, ['any', 'value'])
      sockets.watch(s, what === c.CURL_POLL_REMOVE ? 0 : what, (fd, ready) =>
        loop.step(() => multi.socketAction(fd, ready)),
      )
    })
    multi.add(request('/'))
    await loop.idle()
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.every((call) => call.userp === userp)).toBe(true)
    expect(seen[0]!.socketp).toBeUndefined()
    expect(seen.slice(1).map((call) => call.socketp)).toEqual(seen.slice(1).map(() => ['any', 'value']))
    expect(seen.at(-1)!.what).toBe(c.CURL_POLL_REMOVE)
  })

  it('assign() on a socket that libcurl does not use throws', () => {
    expect(() => multi.assign(4711, 'value')).toThrow(CurlMultiError)
  })

  it('is called for several sockets of one transfer: both are watched and both removed', async () => {
    const hole = await blackHole('127.0.0.1')
    const other = http.createServer((_request, response) => response.end('from the other address'))
    other.listen(hole.port, '127.0.0.2')
    await once(other, 'listening')
    const loop = new OwnLoop(multi)
    const easy = request('/', `happy.example:${hole.port}`)
    // two addresses, of which the first does not answer, so happy eyeballs (RFC 8305) tries the second too
    easy.setopt('RESOLVE', [`happy.example:${hole.port}:127.0.0.1,127.0.0.2`]).setopt('HAPPY_EYEBALLS_TIMEOUT_MS', 20)
    let most = 0
    const watched = new Set<number>()
    const previous = loop.actions.push.bind(loop.actions)
    loop.actions.push = (...actions) => {
      for (const { s, what } of actions) {
        if (what === c.CURL_POLL_REMOVE) watched.delete(s)
        else watched.add(s)
      }
      most = Math.max(most, watched.size)
      return previous(...actions)
    }
    multi.add(easy)
    await loop.idle()
    expect(easy.text).toBe('from the other address')
    expect(most).toBe(2)
    expect(watched.size).toBe(0)
    other.close()
    await hole.close()
  })
})

describe('TIMERFUNCTION and timeout()', () => {
  it('return 0 for at once, a number for later, and -1 for never', async () => {
    const loop = new OwnLoop(multi)
    expect(multi.timeout()).toBe(-1)
    const easy = request('/?delay=40')
    easy.setopt('TIMEOUT_MS', 10_000)
    multi.add(easy)
    expect(multi.timeout()).toBe(0)
    const later: number[] = []
    const original = loop.step.bind(loop)
    loop.step = (action) => {
      original(action)
      if (loop.running) later.push(multi.timeout())
    }
    await loop.idle()
    expect(loop.timeouts[0]).toBe(0)
    expect(loop.timeouts.some((ms) => ms > 0 && ms <= 10_000)).toBe(true)
    expect(later.some((ms) => ms > 0 && ms <= 10_000)).toBe(true)
    multi.remove(easy)
    expect(loop.timeouts.at(-1)).toBe(-1)
    expect(multi.timeout()).toBe(-1)
  })

  it('gets the handle and TIMERDATA', async () => {
    const data = Symbol('timer')
    const seen: unknown[][] = []
    multi.setopt('TIMERDATA', data).setopt('TIMERFUNCTION', (...args) => void seen.push(args))
    multi.add(request('/'))
    expect(seen[0]).toEqual([multi, 0, data])
  })
})

describe('infoRead', () => {
  it('returns the result of each handle, until there are no more', async () => {
    const loop = new OwnLoop(multi)
    const good = [request('/1'), request('/2'), request('/3')]
    const bad = request('/', `127.0.0.1:${await refusingPort()}`)
    for (const easy of [...good, bad]) multi.add(easy)
    await loop.idle()
    const results = new Map<Easy, number>()
    for (let message = multi.infoRead(); message; message = multi.infoRead()) results.set(message.easy, message.result)
    expect(results.size).toBe(4)
    expect(good.map((easy) => results.get(easy))).toEqual([0, 0, 0])
    expect(results.get(bad)).toBe(c.CURLE_COULDNT_CONNECT)
    expect(multi.infoRead()).toBeUndefined()
  })

  it('works with the built-in reactor, which notifies through NOTIFYFUNCTION', async () => {
    const easy = request('/')
    const told = new Promise<unknown[]>((resolve) => {
      multi.setopt('NOTIFYDATA', 'data')
      multi.setopt('NOTIFYFUNCTION', (...args) => resolve(args))
    })
    multi.notifyEnable(c.CURLMNOTIFY_EASY_DONE)
    multi.add(easy)
    expect(await told).toEqual([multi, c.CURLMNOTIFY_EASY_DONE, easy, 'data'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(multi.infoRead()).toMatchObject({ easy, result: 0, error: undefined })
  })

  it('does not return a handle that was removed', async () => {
    const loop = new OwnLoop(multi)
    const easy = request('/')
    multi.add(easy)
    await loop.idle()
    multi.remove(easy)
    expect(multi.infoRead()).toBeUndefined()
  })
})

describe('the deprecated calls', () => {
  it('socketAll() acts on every socket', async () => {
    const loop = new OwnLoop(multi, () => multi.socketAll())
    const all = [request('/1'), request('/2?delay=10')]
    for (const easy of all) multi.add(easy)
    await loop.idle()
    expect(all.map((easy) => easy.text)).toEqual(['hello from /1', 'hello from /2?delay=10'])
  })

  it('socket(s) equals events 0', async () => {
    const loop = new OwnLoop(multi, (s) => multi.socket(s))
    const easy = request('/')
    multi.add(easy)
    await loop.idle()
    expect(easy.text).toBe('hello from /')
  })

  it('CURLM_CALL_MULTI_PERFORM exists as a constant', () => {
    expect(c.CURLM_CALL_MULTI_PERFORM).toBe(-1)
    expect(c.CURLM_CALL_MULTI_SOCKET).toBe(-1)
  })
})

describe('the built-in reactor', () => {
  it('allows starting a transfer in a callback of another', async () => {
    const inner = request('/inner')
    let performed: Promise<void> | undefined
    const outer = request('/outer')
    outer.setopt('WRITEFUNCTION', () => void (performed ??= multi.perform(inner)))
    await multi.perform(outer)
    await performed
    expect(inner.text).toBe('hello from /inner')
  })

  it('rejects with what a callback threw as the cause', async () => {
    const easy = request('/')
    const thrown = new Error('from the application')
    easy.setopt('WRITEFUNCTION', () => {
      throw thrown
    })
    await expect(multi.perform(easy)).rejects.toMatchObject({ code: 'CURLE_WRITE_ERROR', cause: thrown })
  })

  it('does nothing when the application has its own callbacks', async () => {
    multi.setopt('SOCKETFUNCTION', () => 0).setopt('TIMERFUNCTION', () => 0)
    let finished = false
    const performed = multi.perform(request('/')).then(() => (finished = true))
    multi.socketAction(c.CURL_SOCKET_TIMEOUT, 0)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(finished).toBe(false) // bytes have arrived, but only the application may tell libcurl
    for (let i = 0; i < 50 && !finished; i++) {
      multi.socketAll()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await performed
    expect(finished).toBe(true)
  })

  it('performs transfers that are added with curl_multi_wakeup calls in between', async () => {
    const easy = request('/?delay=20')
    const performed = multi.perform(easy)
    multi.wakeup()
    await performed
    expect(easy.text).toBe('hello from /?delay=20')
  })

  it('counts transfers', async () => {
    const all = [request('/1?delay=20'), request('/2?delay=20')]
    const performed = Promise.all(all.map((easy) => multi.perform(easy)))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(multi.getOffT('XFERS_CURRENT')).toBe(2)
    expect(multi.handles()).toEqual(all)
    await performed
    expect(multi.getOffT('XFERS_CURRENT')).toBe(0)
    expect(multi.getOffT('XFERS_ADDED')).toBe(2)
  })
})
