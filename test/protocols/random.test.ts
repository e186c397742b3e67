// The random numbers of TLS: they are the host's, each time other ones.
import crypto from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { fetch } from 'libcurl-wasm'
import { afterAll, expect, test, vi } from 'vitest'
import { listen } from '../servers/listening.js'

/** The first bytes of each connection: a record with a client hello (RFC 8446, 4.1.2). */
const hellos: Buffer[] = []
const server = await listen(
  net.createServer((socket) => {
    void once(socket, 'data').then(([data]) => {
      hellos.push(data as Buffer)
      socket.destroy()
    })
  }),
  'https',
)
afterAll(() => server.close())

const HEADERS = 5 + 4 + 2 // of the record and the message, and legacy_version
const randomOf = (hello: Buffer): string => hello.subarray(HEADERS, HEADERS + 32).toString('hex')

test('the random bytes of a client hello are those that the host has given', async () => {
  const given: string[] = []
  const { randomFillSync } = crypto
  const spy = vi.spyOn(crypto, 'randomFillSync').mockImplementation(((bytes: Uint8Array) => {
    randomFillSync(bytes)
    given.push(Buffer.from(bytes).toString('hex'))
    return bytes
  }) as typeof randomFillSync)
  for (let i = 0; i < 2; i++) await expect(fetch(server.url)).rejects.toThrow()
  spy.mockRestore()
  const [first, second] = hellos.map(randomOf)
  expect(given).toContain(first)
  expect(given).toContain(second)
  expect(first).not.toBe(second)
})

test('without random numbers of the host there is no client hello', async () => {
  const before = hellos.length
  const spy = vi.spyOn(crypto, 'randomFillSync').mockImplementation(() => {
    throw new Error('no random numbers')
  })
  await expect(fetch(server.url)).rejects.toThrow()
  spy.mockRestore()
  expect(hellos).toHaveLength(before)
})
