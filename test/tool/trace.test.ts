// The trace of runTool: what a host can observe of the tool's transfers.
import { gzipSync } from 'node:zlib'
import type { Trace } from 'libcurl-wasm/tool'
import { afterAll, expect, it } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { curl } from './client.js'

const web = await httpServer((request, response) => {
  if (request.url === '/moved') return void response.writeHead(302, { location: '/there' }).end('gone')
  if (request.url === '/packed')
    return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain'))
  response.end(`body of ${request.url}`)
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
afterAll(() => Promise.all([web.close(), secure.close()]))

const KINDS = ['text', 'header in', 'header out', 'data in', 'data out', 'tls in', 'tls out']

/** A listener that collects one line for each event. */
function listener() {
  const events: { transfer: number; kind: string; text: string }[] = []
  const bodies: string[] = []
  const ends: Record<string, unknown>[] = []
  const trace: Trace = {
    debug: (transfer, type, data) =>
      void events.push({ transfer, kind: KINDS[type]!, text: Buffer.from(data).toString() }),
    body: (transfer, data) => void (bodies[transfer] = (bodies[transfer] ?? '') + Buffer.from(data).toString()),
    done: (transfer, result, getinfo) =>
      void ends.push({
        transfer,
        result,
        status: getinfo('RESPONSE_CODE'),
        time: getinfo('TOTAL_TIME_T'),
        url: getinfo('EFFECTIVE_URL'),
        certificates: getinfo('CERTINFO'),
        none: getinfo('CONTENT_TYPE'),
      }),
  }
  return { trace, events, bodies, ends, of: (kind: string) => events.filter((event) => event.kind === kind) }
}

it('gets every transfer, while the output of the tool stays the same', async () => {
  const heard = listener()
  const args = ['-sS', `${web.url}/a`, `${web.url}/b`]
  const traced = await curl(args, { trace: heard.trace })
  expect(traced).toEqual(await curl(args))
  expect(heard.bodies).toEqual(['body of /a', 'body of /b'])
  expect(heard.ends).toMatchObject([
    { transfer: 0, result: 0, status: 200, url: `${web.url}/a`, none: null },
    { transfer: 1, result: 0, status: 200, url: `${web.url}/b`, none: null },
  ])
  expect(heard.ends.every(({ time }) => (time as number) > 0)).toBe(true)
  expect(heard.of('header out').map(({ text }) => text.split('\r\n')[0])).toEqual([
    'GET /a HTTP/1.1',
    'GET /b HTTP/1.1',
  ])
  expect(heard.of('data in').map(({ text }) => text)).toEqual(['body of /a', 'body of /b'])
})

it('does not change -v', async () => {
  const heard = listener()
  const args = ['-sv', '-o', '/dev/null', `${web.url}/a`]
  const lines = (text: string) =>
    text
      .replace(/port \d+/g, 'port')
      .replace(/date: .*/gi, 'date')
      .split('\n')
  const traced = await curl(args, { trace: heard.trace })
  expect(lines(traced.stderr)).toEqual(lines((await curl(args)).stderr))
  const own = heard.of('text').map(({ text }) => `* ${text}`.trimEnd())
  expect(own.length).toBeGreaterThan(3)
  for (const line of own) expect(traced.stderr).toContain(line)
})

it('distinguishes parallel transfers', async () => {
  const heard = listener()
  await curl(['-sZ', `${web.url}/?[0-9]`], { trace: heard.trace })
  expect([...heard.bodies].sort()).toEqual(Array.from({ length: 10 }, (_, i) => `body of /?${i}`))
  expect(new Set(heard.ends.map(({ transfer }) => transfer))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
})

it('gets the decoded body, but not the headers of -i, and not the body of a redirect', async () => {
  const heard = listener()
  const { stdout } = await curl(['-sSiL', '--compressed', `${web.url}/moved`, `${web.url}/packed`], {
    trace: heard.trace,
  })
  expect(heard.bodies).toEqual(['body of /there', 'plain'])
  expect(stdout.toString()).toMatch(/^HTTP\/1.1 302/)
})

it('gets certificates and the bytes of TLS', async () => {
  const heard = listener()
  await curl(['-sS', '--cacert', certificates().ca.certFile, secure.url], { trace: heard.trace })
  expect(heard.ends[0]!['certificates']).toEqual([expect.arrayContaining([expect.stringMatching(/^Subject:/)])])
  expect(heard.of('tls out').length).toBeGreaterThan(0)
})

it('gets failures', async () => {
  const heard = listener()
  expect((await curl(['-s', `http://127.0.0.1:${await refusingPort()}/`], { trace: heard.trace })).status).toBe(7)
  expect(heard.ends).toMatchObject([{ result: 7, status: 0 }])
})

it('rejects with an exception of a listener', async () => {
  const error = new Error('from the listener')
  const done = (): void => {
    throw error
  }
  await expect(curl(['-s', web.url], { trace: { done } })).rejects.toBe(error)
})
