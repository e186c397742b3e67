// A transfer takes the connection that became idle last. libcurl finds it at once then, however many there are.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import init, { Easy, Multi } from 'libcurl-wasm'

let server: http.Server
let url: string
/** The responses that wait for the test, by the path of the request. */
const waiting = new Map<string, http.ServerResponse>()

beforeAll(async () => {
  server = http.createServer((request, response) => void waiting.set(request.url!, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await init()
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const port = (path: string) => waiting.get(path)!.socket!.remotePort

async function arrived(...paths: string[]): Promise<void> {
  while (!paths.every((path) => waiting.has(path))) await once(server, 'request')
}

it.each([
  ['first', 'second'],
  ['second', 'first'],
])('when %s ends before %s, the next transfer takes the connection of the latter', async (earlier, later) => {
  waiting.clear()
  using multi = new Multi()
  const perform = async (path: string) => {
    using easy = new Easy()
    easy.setopt('URL', url + path)
    easy.setopt('WRITEFUNCTION', () => {})
    await multi.perform(easy)
  }
  const transfers = { first: perform('/first'), second: perform('/second') }
  await arrived('/first', '/second')
  const ports = { first: port('/first'), second: port('/second') }
  expect(ports.first).not.toBe(ports.second)
  for (const name of [earlier, later] as ('first' | 'second')[]) {
    waiting.get(`/${name}`)!.end('x')
    await transfers[name]
  }

  const third = perform('/third')
  await arrived('/third')
  expect(port('/third')).toBe(ports[later as 'first' | 'second'])
  waiting.get('/third')!.end('x')
  await third
})
