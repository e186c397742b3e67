// Unexpected exceptions of the host inside a system call. One ends the transfer and is the cause of its error, and
// libcurl can make the next transfer.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import init, { CurlError, fetch, streamTransport, type Stream, type Transport } from 'libcurl-wasm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { counts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'

const server = await httpServer((_request, response) => void response.end('whole'))
afterAll(() => server.close())

const exception = new Error('the host does not like that')
const fail = (): never => {
  throw exception
}

/** The methods that throw. */
let faults: Partial<Record<keyof Stream | keyof Transport, () => never>> = {}

const working = streamTransport(async (host, port) => {
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  return Duplex.toWeb(socket) as never
})
const transport: Transport = {
  ...working,
  connect: (...args) => {
    faults.connect?.()
    const stream = working.connect(...args)
    return new Proxy(stream, {
      get: (_target, name: keyof Stream) => {
        const value = faults[name] ?? stream[name]
        return typeof value === 'function' ? value.bind(stream) : value
      },
    })
  },
  resolve: (...args) => {
    faults.resolve?.()
    return working.resolve(...args)
  },
}

beforeAll(() => init({ transport }))
beforeEach(() => (faults = {}))

test.each(['connect', 'resolve', 'write', 'release'] as const)('%s', async (call) => {
  faults = { [call]: fail }
  const url = call === 'resolve' ? 'http://some.example/' : server.url
  const error = await fetch(url).then(
    (response) => response.text(),
    (reason: TypeError) => reason.cause,
  )
  expect(error).toBeInstanceOf(CurlError)
  expect(error).toMatchObject({ cause: exception, message: expect.stringContaining(exception.message) })
  faults = {}
  expect(await (await fetch(server.url)).text()).toBe('whole')
})

test.each(['setNoDelay', 'setKeepAlive', 'pause', 'close'] as const)(
  '%s, which libcurl can do without',
  async (call) => {
    faults = { [call]: fail }
    expect(await (await fetch(server.url, { curl: { options: { FORBID_REUSE: true } } })).text()).toBe('whole')
    faults = {}
    expect(await (await fetch(server.url)).text()).toBe('whole')
    expect(counts().easies).toBeLessThanOrEqual(2)
  },
)

test('too many open files: the error says so', async () => {
  const program = `
    import fs from 'node:fs'
    import { fetch } from 'libcurl-wasm'
    await (await fetch('${server.url}')).text()
    try { for (;;) fs.openSync('/dev/null') } catch {}
    const { cause } = await fetch('${server.url.replace('127.0.0.1', '127.0.0.2')}').catch((error) => error)
    console.log(JSON.stringify([cause.code, cause.message, cause.cause.code]))`
  const command = `ulimit -n 100; exec "$0" --input-type=module -e "$1"`
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, program])
  const [code, message, errno] = JSON.parse(stdout) as string[]
  expect(code).toBe('CURLE_COULDNT_CONNECT')
  expect(message).toMatch(/^Failed to connect to 127\.0\.0\.2.*: too many open files in this process \(EMFILE\)$/)
  expect(errno).toBe('EMFILE')
})
