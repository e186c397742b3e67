// HTTPS and FTP transfers with an event loop of the application, while the built-in drive does nothing.
import { afterAll, beforeAll, expect, it } from 'vitest'
import init, { CURL_POLL_REMOVE, Easy, Multi } from 'libcurl-wasm'
import { Drive } from '../../dist/js/internals.js'
import { certificates } from '../servers/certificates.js'
import { ftpServer } from '../servers/ftp.js'
import { httpsServer } from '../servers/listening.js'
import { OwnLoop } from '../servers/own-loop.js'
import { setOptions, type Options } from '../servers/transfer.js'

/** Calls of the built-in drive in this file. */
const driven: string[] = []
const { watch, setTimer } = Drive.prototype

beforeAll(async () => {
  await init()
  Drive.prototype.watch = function (...args) {
    driven.push('watch')
    return watch.apply(this, args)
  }
  Drive.prototype.setTimer = function (ms) {
    if (ms >= 0) driven.push('timer')
    return setTimer.call(this, ms)
  }
})
afterAll(() => Object.assign(Drive.prototype, { watch, setTimer }))

/** Performs one transfer with an own loop. Returns its body, its result, and the most sockets at the same time. */
async function drive(url: string, options: Options = {}) {
  const multi = new Multi()
  const loop = new OwnLoop(multi)
  const easy = new Easy()
  const chunks: Uint8Array[] = []
  easy.setopt('URL', url).setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk))
  setOptions(easy, options)
  multi.add(easy)
  await loop.idle()
  const result = multi.infoRead()?.result
  multi.remove(easy)
  easy.close()
  multi.close()
  const watched = new Set<number>()
  let most = 0
  for (const { s, what } of loop.actions) {
    if (what === CURL_POLL_REMOVE) watched.delete(s)
    else watched.add(s)
    most = Math.max(most, watched.size)
  }
  return { body: Buffer.concat(chunks), result, most, left: watched.size }
}

it('drives an HTTPS transfer, without the built-in drive', async () => {
  const content = Buffer.alloc(3_000_000, 'abc')
  const server = await httpsServer((_request, response) => void response.end(content))
  driven.length = 0
  const { body, result, left } = await drive(server.url, { CAINFO_BLOB: certificates().ca.cert })
  expect(result).toBe(0)
  expect(body.equals(content)).toBe(true)
  expect(left).toBe(0)
  expect(driven).toEqual([])
  await server.close()
})

it('drives an FTP transfer: control and data connection are both watched, and both removed', async () => {
  const server = await ftpServer()
  await server.put('/file.bin', Buffer.alloc(500_000, 'x'))
  driven.length = 0
  const { body, result, most, left } = await drive(`${server.url}/file.bin`)
  expect(result).toBe(0)
  expect(body.length).toBe(500_000)
  expect(most).toBe(2)
  expect(left).toBe(0)
  expect(driven).toEqual([])
  await server.close()
})

it('without an own loop the built-in drive drives transfers', async () => {
  const server = await httpsServer((_request, response) => void response.end('x'))
  driven.length = 0
  const multi = new Multi()
  const easy = new Easy()
  easy
    .setopt('URL', server.url)
    .setopt('CAINFO_BLOB', certificates().ca.cert)
    .setopt('WRITEFUNCTION', () => {})
  await multi.perform(easy)
  expect(driven).toContain('watch')
  expect(driven).toContain('timer')
  easy.close()
  multi.close()
  await server.close()
})
