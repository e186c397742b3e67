// An idle connection needs no timer and no CPU time, and does not keep the process alive.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runScript } from '../servers/script.js'

let server: http.Server
let url: string

beforeAll(async () => {
  server = http.createServer((_request, response) => response.end('x'))
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Runs a program after one transfer on a Multi, whose connection is still open. Returns what it prints. */
async function afterTransfer(program: string): Promise<unknown> {
  const script = `
    import init, { Easy, Multi } from 'libcurl-wasm'
    await init()
    const multi = new Multi()
    const easy = new Easy()
    easy.setopt('URL', '${url}')
    easy.setopt('WRITEFUNCTION', () => {})
    await multi.perform(easy)
    await new Promise((resolve) => setTimeout(resolve, 50))
    ${program}`
  const { stdout } = await runScript(script)
  return JSON.parse(stdout)
}

it('an idle keep-alive connection leaves no timer', async () => {
  const resources = await afterTransfer('console.log(JSON.stringify(process.getActiveResourcesInfo()))')
  expect(resources).not.toContain('Timeout')
  expect(resources).not.toContain('Immediate')
})

it('an idle keep-alive connection uses no CPU', async () => {
  const used = await afterTransfer(`
    const { performance } = await import('node:perf_hooks')
    const before = performance.eventLoopUtilization()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    console.log(JSON.stringify(performance.eventLoopUtilization(before).utilization))`)
  expect(used).toBeLessThan(0.02)
})

it('the connection is still open, and is reused', async () => {
  const connects = await afterTransfer(`
    const again = new Easy()
    again.setopt('URL', '${url}')
    again.setopt('WRITEFUNCTION', () => {})
    await multi.perform(again)
    console.log(JSON.stringify([easy.getinfo('NUM_CONNECTS'), again.getinfo('NUM_CONNECTS')]))`)
  expect(connects).toEqual([1, 0])
})

it('a process with nothing in flight ends by itself, while one with a transfer goes on', async () => {
  // afterTransfer() returns although the connection is open and nothing has been closed, which shows the first part
  expect(await afterTransfer('console.log(1)')).toBe(1)
  const slow = http
    .createServer((_request, response) => setTimeout(() => response.end('late'), 500))
    .listen(0, '127.0.0.1')
  await once(slow, 'listening')
  const script = `
    import init, { Easy, Multi } from 'libcurl-wasm'
    await init()
    const easy = new Easy()
    easy.setopt('URL', 'http://127.0.0.1:${(slow.address() as AddressInfo).port}/')
    new Multi().perform(easy)`
  const { stdout } = await runScript(script)
  expect(stdout).toBe('late')
  slow.closeAllConnections()
  slow.close()
})
