// Mistakes of applications: calls inside callbacks, calls that come too late, callbacks that return the wrong type.
// Each must give an error that says so, and never a broken instance, a promise that does not settle, or a false
// success.
import { once } from 'node:events'
import dgram from 'node:dgram'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import init, { CURL_POLL_REMOVE, CURL_SOCKET_TIMEOUT, Easy, Multi, sockets } from 'libcurl-wasm'
import { counts } from '../servers/counts.js'
import { runScript } from '../servers/script.js'
import { transfer, type Options } from '../servers/transfer.js'

let server: http.Server
let base: string
let easy: Easy
let multi: Multi

beforeAll(async () => {
  await init()
  server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    const answer = (): unknown => response.end(JSON.stringify({ body, headers: request.headers }))
    request.on('end', () => (request.url === '/slow' ? setTimeout(answer, 60) : answer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
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

const get = (options: Options = {}, handle = easy): ReturnType<typeof transfer> =>
  transfer(multi, `${base}/`, options, handle)

describe('from inside a callback', () => {
  it('reset() and close() of the handle are refused, and its transfer goes on', async () => {
    const refused: unknown[] = []
    const { body, error } = await get({
      HTTPHEADER: ['X-Kept: yes'],
      HEADERFUNCTION: () => {
        for (const call of [() => easy.reset(), () => easy.close(), () => multi.close()]) {
          try {
            call()
          } catch (thrown) {
            refused.push(thrown)
          }
        }
      },
    })
    expect(error).toBeUndefined()
    expect(JSON.parse(body.toString())).toMatchObject({ headers: { 'x-kept': 'yes' } })
    expect(refused.length).toBeGreaterThanOrEqual(3)
  })

  it('close() of a handle that is being closed is refused', async () => {
    let thrown: unknown
    await get({
      HSTS_CTRL: 1,
      HSTSREADFUNCTION: (() => {
        let given = false
        return () => (given ? null : ((given = true), { host: 'a.example', includeSubDomains: false }))
      })(),
      HSTSWRITEFUNCTION: () => {
        try {
          easy.close()
        } catch (error) {
          thrown = error
        }
      },
    })
    easy.close()
    expect(thrown).toBeInstanceOf(TypeError)
  })

  it('an abort that comes too late does not touch the next transfer', async () => {
    const controller = new AbortController()
    const first = multi.perform(easy.setopt('URL', `${base}/slow`), { signal: controller.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 10))
    controller.abort()
    multi.remove(easy)
    const { error } = await get()
    expect(error).toBeUndefined()
    await first
  })
})

describe('a callback that returns the wrong type', () => {
  it.each([
    ['WRITEFUNCTION', () => 5n],
    ['WRITEFUNCTION', async () => 5],
    ['WRITEFUNCTION', () => Symbol('x')],
    ['PREREQFUNCTION', async () => 0],
    ['OPENSOCKETFUNCTION', () => undefined],
  ])('%s: the transfer fails, and the cause says why (%#)', async (option, callback) => {
    const { error } = await get({ [option]: callback })
    expect(error?.cause).toBeInstanceOf(TypeError)
    expect((error!.cause as Error).message).toContain(option)
    easy.reset()
    expect((await get()).error).toBeUndefined() // the instance still works
  })

  it('an asynchronous READFUNCTION fails, instead of uploading nothing with success', async () => {
    const { error } = await get({ UPLOAD: true, READFUNCTION: (async () => 'body') as never })
    expect((error?.cause as Error).message).toContain('READFUNCTION')
  })

  it('an address that the host refuses fails the transfer, not the instance', async () => {
    const { error } = await transfer(multi, 'tftp://127.0.0.1:0/x', { TIMEOUT_MS: 500 }, easy)
    expect(error?.code).toMatch(/^CURLE_/)
    expect((await get({ TIMEOUT_MS: 0 })).error).toBeUndefined()
  })
})

describe('an exception of a callback is never lost', () => {
  it('DEBUGFUNCTION: the transfer fails', async () => {
    const thrown = new Error('debug')
    easy
      .setopt('URL', `${base}/`)
      .setopt('WRITEFUNCTION', () => {})
      .setopt('VERBOSE', true)
    easy.setopt('DEBUGFUNCTION', () => {
      throw thrown
    })
    await expect(multi.perform(easy)).rejects.toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK', cause: thrown })
  })

  it.each(['SOCKETFUNCTION', 'TIMERFUNCTION'] as const)(
    '%s: every transfer is told, with the built-in drive',
    async (option) => {
      const thrown = new Error(option)
      let armed = false
      multi.setopt(option, (...args: unknown[]) => {
        if (armed) throw thrown
        if (option === 'TIMERFUNCTION' && (args[1] as number) >= 0) {
          armed = true
          setTimeout(() => {
            try {
              multi.socketAction(CURL_SOCKET_TIMEOUT, 0)
            } catch {
              // the promise tells
            }
          }, args[1] as number)
        }
      })
      if (option === 'SOCKETFUNCTION') armed = true
      await expect(multi.perform(easy.setopt('URL', `${base}/`))).rejects.toMatchObject({
        code: 'CURLE_ABORTED_BY_CALLBACK',
      })
    },
  )

  it('SOCKETFUNCTION, with an own loop: it is the cause in socketAction, and the transfer ends', async () => {
    const thrown = new Error('own loop')
    multi.setopt('TIMERFUNCTION', () => {})
    multi.setopt('SOCKETFUNCTION', () => {
      throw thrown
    })
    const performed = multi.perform(easy.setopt('URL', `${base}/`))
    const settled = performed.catch((error: unknown) => error)
    let caught: unknown
    for (let i = 0; i < 5 && !caught; i++) {
      try {
        multi.socketAction(CURL_SOCKET_TIMEOUT, 0)
      } catch (error) {
        caught = error
      }
    }
    expect(caught).toMatchObject({ code: 'CURLM_ABORTED_BY_CALLBACK', cause: thrown })
    expect(await settled).toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK', cause: thrown })
  })
})

describe('options that are set and reset', () => {
  it('RESOLVE is forgotten by reset()', async () => {
    easy.setopt('RESOLVE', ['a.example:80:127.0.0.1'])
    easy.reset()
    expect((await get({ HTTPHEADER: ['X: y'] })).error).toBeUndefined()
  })

  it('POSTFIELDS leaves no size behind', async () => {
    easy.setopt('POSTFIELDS', 'abc').setopt('POSTFIELDS', null)
    let left = ['longer body']
    const { body, error } = await get({ POST: true, READFUNCTION: () => left.shift() ?? null })
    expect(error).toBeUndefined()
    expect(JSON.parse(body.toString())).toMatchObject({ body: 'longer body' })
  })

  it('SOCKETFUNCTION: the built-in drive watches again', async () => {
    const loop = (s: number, what: number): void =>
      sockets.watch(s, what === CURL_POLL_REMOVE ? 0 : what, (fd, ready) => void multi.socketAction(fd, ready))
    for (let i = 0; i < 3; i++) {
      multi.setopt('SOCKETFUNCTION', i === 1 ? (_easy, s, what) => loop(s, what) : null)
      expect((await get({ FORBID_REUSE: true })).error).toBeUndefined()
    }
  })

  it('CLOSESOCKETFUNCTION closes the sockets that were opened with it, also after it was reset', async () => {
    const before = counts().descriptors
    const closed: unknown[] = []
    await get({
      CLOSESOCKETDATA: 'data',
      CLOSESOCKETFUNCTION: (data: unknown, s: number) => (sockets.close(s), void closed.push(data)),
    })
    easy.setopt('CLOSESOCKETFUNCTION', null)
    multi.close()
    expect(closed).toEqual(['data'])
    multi = new Multi()
    expect(counts().descriptors).toBe(before)
  })

  it('old names and numbers of options mean the new ones', async () => {
    const seen: unknown[] = []
    easy.setopt('URL', `${base}/`).setopt('WRITEFUNCTION', (_chunk, data) => void seen.push(data))
    for (const option of [10001, 'FILE', 'CURLOPT_WRITEDATA']) {
      easy.setopt(option as 'FILE', option)
      await multi.perform(easy)
    }
    expect(seen).toEqual([10001, 'FILE', 'CURLOPT_WRITEDATA'])
    easy.setopt('PROGRESSDATA', 1).setopt('INFILE', 2).setopt('WRITEHEADER', 3)
  })

  it('the message of an earlier failure is not reported again', async () => {
    await transfer(multi, 'http://127.0.0.1:1/', {}, easy)
    let message = ''
    try {
      easy.pause(0)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).not.toMatch(/connect/)
  })
})

it('resolving a name that is not needed any more does not keep the process alive', async () => {
  const silent = dgram.createSocket('udp4').bind(0, '127.0.0.1')
  await once(silent, 'listening')
  let queries = 0
  silent.on('message', () => queries++)
  const { stdout } = await runScript(`
    import init, { Easy, Multi } from 'libcurl-wasm'
    await init()
    const multi = new Multi()
    const easy = new Easy()
    easy.setopt('URL', 'http://name.example/').setopt('DNS_SERVERS', '127.0.0.1:${silent.address().port}')
    const performed = multi.perform(easy).catch((error) => console.log(error.code))
    setTimeout(() => multi.close(), 50)`)
  expect(stdout.trim()).toBe('CURLE_ABORTED_BY_CALLBACK')
  expect(queries).toBe(2) // A and AAAA: a resolver that goes on would have sent more meanwhile
  silent.close()
})
