// Heads of responses: in any pieces, of any status, and what is refused in them.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { rawServer } from '../servers/faults.js'
import { answering, at } from './answers.js'
import { deferred, expectSame, nodes, ours, outcomeOf } from './outcome.js'

describe('a head', () => {
  test('has the status text of the server', async () => {
    const response = await ours(at('/headers/latin'))
    expect(response.statusText).toBe('Fin\xe9')
    expect(response.headers.get('x-latin')).toBe('caf\xe9')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.curl.rawHeaders.slice(0, 6)).toEqual([
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Twice', 'one'],
      ['X-Twice', 'two'],
      ['X-Latin', 'caf\xe9'],
      ['X-Empty', ''],
    ])
  })

  test('cannot be changed', async () => {
    const { headers } = await ours(at('/headers'))
    for (const change of [() => headers.set('a', 'b'), () => headers.append('a', 'b'), () => headers.delete('x-empty')])
      expect(change).toThrow(TypeError)
    expect(new Headers(headers).get('x-twice')).toBe('one, two')
  })

  test('may have any status', async () => {
    const odd = await answering('HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nno')
    const response = await ours(`http://127.0.0.1:${odd.port}/`)
    expect([response.status, response.ok, response.statusText, await response.text()]).toEqual([
      999,
      false,
      'Odd',
      'no',
    ])
    await odd.close()
  })

  test('that is not HTTP is an error', async () => {
    for (const text of ['nonsense\r\n\r\n', 'HTTP/1.1 abc\r\n\r\n', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n']) {
      const peer = await answering(text)
      expect(await outcomeOf(ours(`http://127.0.0.1:${peer.port}/`))).toEqual({ rejects: 'TypeError TypeError' })
      await peer.close()
    }
  })

  const TRUNCATED: Record<string, string> = {
    'in the status line': 'HTTP/1.1 200 OK',
    'after the status line': 'HTTP/1.1 200 OK\r\n',
    'in a header': 'HTTP/1.1 200 OK\r\nX-Good: y\r\nX-Bad',
    'before its empty line': 'HTTP/1.1 200 OK\r\nX-Good: y\r\n',
    'after an informational response': 'HTTP/1.1 103 Early Hints\r\n\r\n',
  }
  test.each(Object.entries(TRUNCATED))('whose head ends %s is an error', async (_name, text) => {
    const peer = await answering(text)
    expect(await outcomeOf(ours(`http://127.0.0.1:${peer.port}/`))).toEqual({ rejects: 'TypeError TypeError' })
    await peer.close()
  })

  test.each([1, 2, 7, 1000])('is the same in pieces of %s bytes', async (size) => {
    const headers = Array.from({ length: size < 1000 ? 5 : 800 }, (_, i) => `X-${i}: ${i}`)
    const head = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\n${headers.join('\r\n')}\r\n\n`
    const peer = await rawServer(async (socket) => {
      socket.setNoDelay(true)
      for (let at = 0; at < head.length; at += size) {
        socket.write(head.slice(at, at + size))
        await new Promise((resolve) => setImmediate(resolve))
      }
      socket.end('body')
    })
    const response = await ours(`http://127.0.0.1:${peer.port}/`)
    expect(response.statusText).toBe('Fine')
    expect(response.curl.rawHeaders).toEqual(headers.map((line) => line.split(': ')))
    expect(response.curl.informational.map(({ status }) => status)).toEqual([103])
    expect(await response.text()).toBe('body')
    await peer.close()
  })

  test('has nothing of one that broke off, and whose handle is used again', async () => {
    const half = await answering('HTTP/1.1 200 OK\r\nX-Half: y\r\n')
    const whole = await answering('HTTP/1.1 204 None\r\nX-Whole: y\r\n\r\n')
    for (let i = 0; i < 3; i++) {
      await expect(ours(`http://127.0.0.1:${half.port}/`)).rejects.toThrow(TypeError)
      const { status, curl } = await ours(`http://127.0.0.1:${whole.port}/`)
      expect([status, curl.rawHeaders]).toEqual([204, [['X-Whole', 'y']]])
    }
    await Promise.all([half.close(), whole.close()])
  })

  test('with a carriage return before a header is an error', async () => {
    const peer = await answering('HTTP/1.1 200 OK\r\n\rX-Smuggled: y\r\n\r\nbody')
    expect(await outcomeOf(ours(`http://127.0.0.1:${peer.port}/`))).toEqual({ rejects: 'TypeError TypeError' })
    await peer.close()
  })

  test('with different Content-Lengths is an error, but not with the same one twice', async () => {
    const same = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok')
    expect(await (await ours(`http://127.0.0.1:${same.port}/`)).text()).toBe('ok')
    const different = await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok')
    await expect(ours(`http://127.0.0.1:${different.port}/`)).rejects.toThrow(TypeError)
    await Promise.all([same.close(), different.close()])
  })

  test('that hides where its body ends is an error', async () => {
    for (const line of [
      'Content-Length: 99999999999999999999999',
      'Content-Length : 2',
      'Transfer-Encoding\t: chunked',
    ]) {
      const peer = await answering(`HTTP/1.1 200 OK\r\n${line}\r\n\r\nno`)
      await expectSame((fetching) => fetching(`http://127.0.0.1:${peer.port}/`))
      await expect(ours(`http://127.0.0.1:${peer.port}/`)).rejects.toMatchObject({
        cause: { cause: { message: expect.stringContaining(line.includes('9') ? '99999999999999999999999' : line) } },
      })
      await peer.close()
    }
  })

  test.each([401, 417])('with status %i is returned before its body', async (status) => {
    const body = deferred<Socket>()
    const peer = await answering(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\n`, body.resolve)
    for (const fetching of [ours, nodes]) {
      const response = await fetching(`http://127.0.0.1:${peer.port}/`)
      expect(response.status).toBe(status)
    }
    await peer.close()
  })

  test('a folded header is one header', async () => {
    const folded = await answering('HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\nContent-Length: 0\r\n\r\n')
    expect((await ours(`http://127.0.0.1:${folded.port}/`)).headers.get('x-folded')).toBe('a b')
    await folded.close()
  })

  test('a line that is no header is ignored', async () => {
    const bad = await answering('HTTP/1.1 200 OK\r\nBad Name: x\r\nX-Good: y\r\nContent-Length: 0\r\n\r\n')
    const response = await ours(`http://127.0.0.1:${bad.port}/`)
    expect([...response.headers]).toEqual([
      ['content-length', '0'],
      ['x-good', 'y'],
    ])
    expect(response.curl.rawHeaders[0]).toEqual(['Bad Name', 'x'])
    await bad.close()
  })

  test('informational responses and trailers', async () => {
    const early = await ours(at('/early'))
    expect(early.curl.informational.map(({ status }) => status)).toEqual([103, 102])
    expect(early.curl.informational[0]!.headers).toEqual([['Link', '</style.css>; rel=preload']])
    const response = await ours(at('/trailers'))
    expect(await response.text()).toBe('body')
    expect(await response.curl.trailers).toEqual([
      ['X-Sum', '42'],
      ['X-Latin', 'caf\xe9'],
    ])
  })
})
