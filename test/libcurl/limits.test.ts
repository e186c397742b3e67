// Many names, many transfers and much data: nothing is mixed up, and memory stays limited.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import init, { CURLPAUSE_CONT, CURL_WRITEFUNC_PAUSE, Easy, Multi } from 'libcurl-wasm'
import { BETWEEN } from '../servers/buffers.js'
import { dnsServer } from '../servers/dns.js'
import { sourceServer } from '../servers/source.js'
import { transfer } from '../servers/transfer.js'

const MB = 1024 * 1024

beforeAll(() => init())

/** Resident memory after a garbage collection. */
function residentMemory(): number {
  global.gc!()
  return process.memoryUsage.rss()
}

describe('many', () => {
  it('300 host names in a row each reach their own server', async () => {
    const addressOf = (i: number): string => `127.9.${i >> 8}.${i & 255}`
    const servers: http.Server[] = []
    const first = http.createServer((_request, response) => response.end(addressOf(0))).listen(0, addressOf(0))
    await once(first, 'listening')
    const { port } = first.address() as AddressInfo
    servers.push(first)
    for (let i = 1; i < 300; i++) {
      const server = http.createServer((_request, response) => response.end(addressOf(i))).listen(port, addressOf(i))
      await once(server, 'listening')
      servers.push(server)
    }
    const dns = await dnsServer((name) => addressOf(Number(/^host(\d+)\.example$/.exec(name)?.[1])))
    const multi = new Multi()
    for (let i = 0; i < 300; i++) {
      const { easy, body, error } = await transfer(multi, `http://host${i}.example:${port}/`, {
        DNS_SERVERS: dns.address,
      })
      expect(error).toBeUndefined()
      expect(body.toString()).toBe(addressOf(i))
      expect(easy.getinfo('PRIMARY_IP')).toBe(addressOf(i))
      easy.close()
    }
    expect(new Set(dns.queries).size).toBe(300)
    multi.close()
    dns.close()
    for (const server of servers) server.close()
  })

  it('1,000 transfers at the same time complete', async () => {
    const waiting: (() => void)[] = []
    const server = http.createServer((request, response) => {
      waiting.push(() => response.end(request.url))
      if (waiting.length === 1000) for (const answer of waiting) answer()
    })
    server.listen(0, '127.0.0.1', 1000)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const multi = new Multi()
    const results = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const { easy, body, error } = await transfer(multi, `http://127.0.0.1:${port}/${i}`)
        easy.close()
        return { body: body.toString(), error }
      }),
    )
    expect(results.filter(({ error }) => error)).toEqual([])
    expect(results.map(({ body }) => body)).toEqual(results.map((_, i) => `/${i}`))
    multi.close()
    server.close()
  })
})

describe('backpressure', () => {
  it('a 2 GB download into a slow consumer takes less than 128 MB', async () => {
    const source = await sourceServer()
    const multi = new Multi()
    const easy = new Easy()
    const size = 2 * 1024 * MB
    let received = 0
    let nextPause = 0
    let pauses = 0
    easy.setopt('URL', `http://127.0.0.1:${source.port}/${size}`)
    easy.setopt('BUFFERSIZE', 512 * 1024)
    easy.setopt('WRITEFUNCTION', (chunk) => {
      if (received >= nextPause) {
        // the consumer is slow: it pauses after every 32 MB
        nextPause = received + 32 * MB
        pauses++
        setTimeout(() => easy.pause(CURLPAUSE_CONT), 5)
        return CURL_WRITEFUNC_PAUSE
      }
      received += chunk.length
      return chunk.length
    })
    const before = residentMemory()
    let most = before
    const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20)
    await multi.perform(easy)
    clearInterval(sampler)
    expect(received).toBe(size)
    expect(pauses).toBeGreaterThan(50)
    expect(most - before).toBeLessThan(128 * MB)
    easy.close()
    multi.close()
    await source.close()
  }, 120_000)

  it('pausing from the write callback stops the sender', async () => {
    const source = await sourceServer()
    const multi = new Multi()
    const easy = new Easy()
    const size = 200 * MB
    let received = 0
    let paused: (() => void) | undefined
    const isPaused = new Promise<void>((resolve) => (paused = resolve))
    easy.setopt('URL', `http://127.0.0.1:${source.port}/${size}`)
    easy.setopt('WRITEFUNCTION', (chunk) => {
      if (paused && received > MB) {
        paused()
        paused = undefined
        return CURL_WRITEFUNC_PAUSE
      }
      received += chunk.length
      return chunk.length
    })
    const performed = multi.perform(easy)
    await isPaused
    await new Promise((resolve) => setTimeout(resolve, 100))
    const sent = await source.sent()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await source.sent()).toBe(sent)
    // the rest is in the kernel's buffers on both sides and in our receive queue
    expect(sent).toBeLessThan(BETWEEN)
    easy.pause(CURLPAUSE_CONT)
    await performed
    expect(received).toBe(size)
    easy.close()
    multi.close()
    await source.close()
  })
})
