// SFTP with a password, and with servers and callers that stop in the middle: npm's ssh2, and peers that are no SSH
// server.
import net from 'node:net'
import { CURL_READFUNC_ABORT, CURL_READFUNC_PAUSE, CURLSSH_AUTH_KEYBOARD, CURLSSH_AUTH_PASSWORD } from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { listen } from '../servers/listening.js'
import { ssh2Server } from '../servers/ssh2/server.js'
import { get, newEasy, reader } from './client.js'

const content = Buffer.from(Uint8Array.from({ length: 600_000 }, (_, i) => (i * 13) % 251))
const server = await ssh2Server()
const asking = await ssh2Server({ methods: ['keyboard-interactive'] })
const ending = await ssh2Server({ endsAt: 300_000 })
const keeping = await ssh2Server({ keepsOpen: true })
const all = [server, asking, ending, keeping]
for (const each of all) each.files.set('/data', content)
const silent = await listen(net.createServer(), 'tcp')
const other = await listen(
  net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  'tcp',
)
const closing = await listen(
  net.createServer((socket) => socket.destroy()),
  'tcp',
)
afterAll(async () => {
  for (const each of all) each.close()
  await Promise.all([silent, other, closing].map((each) => each.close()))
})

const password = { PASSWORD: 'secret', SSH_AUTH_TYPES: CURLSSH_AUTH_PASSWORD }
const url = (on = server, path = '/data'): string => `sftp://${on.authority}${path}`
const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; !condition() && i < 250; i++) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(condition()).toBe(true)
}
const fail = (): never => {
  throw new Error('enough')
}

it('downloads and uploads', async () => {
  expect((await get(url(), password)).body.equals(content)).toBe(true)
  const done = await get(url(server, '/up'), { ...password, UPLOAD: true, READFUNCTION: reader(content) })
  expect(done.error).toBeUndefined()
  expect(server.files.get('/up')!.equals(content)).toBe(true)
})

it('transfers twenty files at the same time', async () => {
  const done = await Promise.all(Array.from({ length: 20 }, () => get(url(), { ...password, FRESH_CONNECT: true })))
  for (const each of done) expect([each.error, each.body.equals(content)]).toEqual([undefined, true])
})

describe('a password', () => {
  it('that is wrong, or a user that is', async () => {
    const fresh = { ...password, FRESH_CONNECT: true }
    expect((await get(url(), { ...fresh, PASSWORD: 'wrong' })).error?.code).toBe('CURLE_LOGIN_DENIED')
    const { authority } = server
    const berta = `sftp://${authority.replace('anna', 'berta')}/data`
    expect((await get(berta, fresh)).error?.code).toBe('CURLE_LOGIN_DENIED')
  })

  it('that the server asks for', async () => {
    const right = await get(url(asking), { PASSWORD: 'secret' })
    expect(right.error).toBeUndefined()
    expect(asking.tried).toContain('keyboard-interactive')
    const only = { PASSWORD: 'secret', FRESH_CONNECT: true }
    expect((await get(url(asking), { ...only, SSH_AUTH_TYPES: CURLSSH_AUTH_KEYBOARD })).error).toBeUndefined()
    const none = await get(url(asking), { ...only, SSH_AUTH_TYPES: CURLSSH_AUTH_PASSWORD })
    expect(none.error?.code).toBe('CURLE_LOGIN_DENIED')
  })
})

describe('a server', () => {
  it('that ends the connection in the middle', async () => {
    const done = await get(url(ending), password)
    expect(done.error?.code).toBe('CURLE_SSH')
    expect(done.body.length).toBeGreaterThan(0)
    expect(done.body.equals(content.subarray(0, done.body.length))).toBe(true)
  })

  it('that says nothing, with a time limit', async () => {
    const started = performance.now()
    const done = await get(`sftp://127.0.0.1:${silent.port}/data`, { ...password, CONNECTTIMEOUT_MS: 300 })
    expect(done.error?.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('that is no SSH server, or closes at once', async () => {
    for (const { port } of [other, closing]) {
      const done = await get(`sftp://127.0.0.1:${port}/data`, password)
      expect([port, done.error?.code]).toEqual([port, 'CURLE_FAILED_INIT'])
    }
  })

  it('that does not confirm the end, with a time limit', async () => {
    const done = await get(url(keeping), { ...password, TIMEOUT_MS: 4000 })
    expect(done.error?.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(done.body.equals(content)).toBe(true)
    await until(() => keeping.connections === 0)
  })
})

describe('a caller', () => {
  it('whose callbacks throw or stop', async () => {
    const fresh = { ...password, FRESH_CONNECT: true }
    const before = server.connections
    const write = await get(url(), { ...fresh, WRITEFUNCTION: fail })
    expect([write.error?.code, String(write.error?.cause)]).toEqual(['CURLE_WRITE_ERROR', 'Error: enough'])
    const up = { ...fresh, UPLOAD: true }
    const read = await get(url(server, '/up'), { ...up, READFUNCTION: fail })
    expect([read.error?.code, String(read.error?.cause)]).toEqual(['CURLE_ABORTED_BY_CALLBACK', 'Error: enough'])
    const stopped = await get(url(server, '/up'), { ...up, READFUNCTION: () => CURL_READFUNC_ABORT })
    expect(stopped.error?.code).toBe('CURLE_ABORTED_BY_CALLBACK')
    const short = await get(url(server, '/up'), { ...up, INFILESIZE_LARGE: 100, READFUNCTION: reader('too short') })
    expect(short.error?.code).toBe('CURLE_READ_ERROR')
    await until(() => server.connections <= before)
  })

  it('that pauses an upload for ever, with a time limit', async () => {
    const READFUNCTION = (): number => CURL_READFUNC_PAUSE
    const done = await get(url(server, '/up'), { ...password, UPLOAD: true, READFUNCTION, TIMEOUT_MS: 500 })
    expect(done.error?.code).toBe('CURLE_OPERATION_TIMEDOUT')
  })

  it.each([0, 1, 20, 100])('that closes the handle after %i ms', async (ms) => {
    const easy = newEasy()
    const [before, started] = [server.connections, performance.now()]
    const running = get(url(), { ...password, FRESH_CONNECT: true, MAX_RECV_SPEED_LARGE: 50_000 }, easy)
    await new Promise((resolve) => setTimeout(resolve, ms))
    easy.close()
    expect((await running).error).toBeDefined()
    expect(performance.now() - started).toBeLessThan(1000)
    await until(() => server.connections <= before)
  })
})
