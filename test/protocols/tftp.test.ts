// TFTP over UDP: downloads and uploads, with options negotiated and ignored, and errors.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { tftpServer } from '../servers/tftp.js'
import { get, reader } from './client.js'

const content = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, i) => (i * 17) % 253))
const modern = await tftpServer()
const old = await tftpServer({ options: false })
const six = await tftpServer({ host: '::1' })
const servers = [modern, old, six]
afterAll(() => Promise.all(servers.map((one) => one.close())))
beforeEach(() => {
  for (const { files, requests } of servers) {
    files.clear()
    files.set('data.bin', content)
    requests.length = 0
  }
})

test.each([
  ['negotiates options', modern],
  ['ignores options', old],
  ['is reached by IPv6', six],
])('download from a server that %s', async (_kind, server) => {
  const done = await get(`${server.url}/data.bin`)
  expect(done.error).toBeUndefined()
  expect(done.body.equals(content)).toBe(true)
  expect(server.requests).toMatchObject([{ write: false, name: 'data.bin', mode: 'octet' }])
})

test('TFTP_BLKSIZE chooses the size of blocks', async () => {
  const done = await get(`${modern.url}/data.bin`, { TFTP_BLKSIZE: 1400 })
  expect(done.body.equals(content)).toBe(true)
  expect(modern.requests[0]!.options['blksize']).toBe('1400')
})

test('TFTP_NO_OPTIONS sends none', async () => {
  const done = await get(`${modern.url}/data.bin`, { TFTP_NO_OPTIONS: true })
  expect(done.body.equals(content)).toBe(true)
  expect(modern.requests[0]!.options).toEqual({})
})

test('a file that fills its last block, and an empty one', async () => {
  modern.files.set('full', content.subarray(0, 1024))
  old.files.set('empty', Buffer.alloc(0))
  const full = await get(`${modern.url}/full`)
  expect(full.body.equals(content.subarray(0, 1024))).toBe(true)
  const empty = await get(`${old.url}/empty`) // libcurl takes no tsize of 0
  expect(empty.error).toBeUndefined()
  expect(empty.body).toHaveLength(0)
})

test.each([
  ['negotiates options', modern],
  ['ignores options', old],
])('upload to a server that %s', async (_kind, server) => {
  const options = { UPLOAD: true, INFILESIZE_LARGE: content.length, READFUNCTION: reader(content) }
  const done = await get(`${server.url}/new.bin`, options)
  expect(done.error).toBeUndefined()
  expect(server.files.get('new.bin')!.equals(content)).toBe(true)
  expect(server.requests).toMatchObject([{ write: true, name: 'new.bin' }])
})

test('a file that is not there', async () => {
  const done = await get(`${modern.url}/missing`)
  expect(done.error?.code).toBe('CURLE_TFTP_NOTFOUND')
})
