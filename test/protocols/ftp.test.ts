// FTP: downloads and uploads with data connections in both directions, listings, wildcards, and logins.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { ftpServer, type Ftp } from '../servers/ftp.js'
import { get, reader } from './client.js'

const content = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, i) => (i * 13) % 251))
const server = await ftpServer()
const six = await ftpServer({ host: '::1' })
const strict = await ftpServer({ login: { user: 'anna', password: 'secret' } })
const old = await ftpServer({ refused: ['EPSV', 'EPRT'] })
const servers = [server, six, strict, old]
for (const server of servers) {
  await server.put('/folder/data.bin', content)
  await server.put('/folder/one.txt', 'first')
  await server.put('/folder/two.txt', 'second')
}
afterAll(() => Promise.all(servers.map((one) => one.close())))
beforeEach(() => Promise.all(servers.map((one) => one.commands())))

/** The commands with these names since the last call. */
async function sent(server: Ftp, ...names: string[]): Promise<string[]> {
  return (await server.commands()).filter((line) => names.includes(line.split(' ')[0]!))
}

test('download, passive: EPSV', async () => {
  const done = await get(`${server.url}/folder/data.bin`)
  expect(done.error).toBeUndefined()
  expect(done.body.equals(content)).toBe(true)
  expect(await sent(server, 'EPSV', 'PASV')).toEqual(['EPSV'])
})

test('download, passive: PASV, by option and because the server has no EPSV', async () => {
  const chosen = await get(`${server.url}/folder/data.bin`, { FRESH_CONNECT: true, FTP_USE_EPSV: false })
  expect(chosen.body.equals(content)).toBe(true)
  expect(await sent(server, 'EPSV', 'PASV')).toEqual(['PASV'])
  const forced = await get(`${old.url}/folder/data.bin`)
  expect(forced.body.equals(content)).toBe(true)
  expect(await sent(old, 'EPSV', 'PASV')).toEqual(['EPSV', 'PASV'])
})

test.each(['-', '127.0.0.1'])('download, active: EPRT, FTPPORT %s', async (FTPPORT) => {
  const done = await get(`${server.url}/folder/data.bin`, { FTPPORT })
  expect(done.error).toBeUndefined()
  expect(done.body.equals(content)).toBe(true)
  expect(await sent(server, 'EPRT', 'PORT', 'EPSV', 'PASV')).toEqual([
    expect.stringMatching(/^EPRT \|1\|127\.0\.0\.1\|\d+\|$/),
  ])
})

test('download, active: PORT, by option and because the server has no EPRT', async () => {
  const chosen = await get(`${server.url}/folder/data.bin`, { FRESH_CONNECT: true, FTPPORT: '-', FTP_USE_EPRT: false })
  expect(chosen.body.equals(content)).toBe(true)
  expect(await sent(server, 'EPRT', 'PORT')).toEqual([expect.stringMatching(/^PORT 127,0,0,1,\d+,\d+$/)])
  const forced = await get(`${old.url}/folder/data.bin`, { FTPPORT: '-' })
  expect(forced.body.equals(content)).toBe(true)
  expect(await sent(old, 'EPRT', 'PORT')).toEqual([expect.stringMatching(/^EPRT/), expect.stringMatching(/^PORT/)])
})

test('IPv6, passive and active', async () => {
  const passive = await get(`${six.url}/folder/one.txt`)
  expect(passive.body.toString()).toBe('first')
  const active = await get(`${six.url}/folder/one.txt`, { FTPPORT: '-' })
  expect(active.body.toString()).toBe('first')
  expect(await sent(six, 'EPRT', 'EPSV')).toEqual(['EPSV', expect.stringMatching(/^EPRT \|2\|::1\|\d+\|$/)])
})

/** A time limit for a server that does not confirm, because libcurl blocks meanwhile. */
const SERVER_RESPONSE_TIMEOUT = 10

test.each([
  ['passive', {}],
  ['active', { FTPPORT: '-' }],
])('upload, %s', async (_mode, options) => {
  const done = await get(`${server.url}/up.bin`, {
    ...options,
    UPLOAD: true,
    READFUNCTION: reader(content),
    SERVER_RESPONSE_TIMEOUT,
  })
  expect(done.error).toBeUndefined()
  expect((await server.get('/up.bin'))!.equals(content)).toBe(true)
})

test('upload of more than the kernel takes at once, to a server that is slow', async () => {
  const slow = await ftpServer({ slow: true })
  const long = Buffer.alloc(10_000_000, 'long ')
  const upload = { UPLOAD: true, INFILESIZE_LARGE: long.length, READFUNCTION: reader(long) }
  const done = await get(`${slow.url}/long.bin`, { ...upload, SERVER_RESPONSE_TIMEOUT })
  expect(done.error).toBeUndefined()
  expect((await slow.get('/long.bin'))!.equals(long)).toBe(true)
  await slow.close()
})

test('APPEND adds to a file', async () => {
  await server.put('/log', 'one ')
  const READFUNCTION = reader('two')
  const done = await get(`${server.url}/log`, { UPLOAD: true, APPEND: true, READFUNCTION, SERVER_RESPONSE_TIMEOUT })
  expect(done.error).toBeUndefined()
  expect((await server.get('/log'))!.toString()).toBe('one two')
})

test('a listing, long and of names only', async () => {
  const long = await get(`${server.url}/folder/`)
  expect(long.body.toString()).toMatch(/^-rw-r--r--.* 700000 .* data\.bin\n.* one\.txt\n.* two\.txt\n$/)
  const names = await get(`${server.url}/folder/`, { DIRLISTONLY: true })
  expect(names.body.toString()).toBe('data.bin\none.txt\ntwo.txt\n')
})

test('a part of a file', async () => {
  const rest = await get(`${server.url}/folder/data.bin`, { RESUME_FROM_LARGE: 600_000 })
  expect(rest.body.equals(content.subarray(600_000))).toBe(true)
  expect(await sent(server, 'REST')).toEqual(['REST 600000'])
})

test('size and time without the file', async () => {
  const done = await get(`${server.url}/folder/data.bin`, { NOBODY: true, FILETIME: true })
  expect(done.easy.getinfo('CONTENT_LENGTH_DOWNLOAD_T')).toBe(content.length)
  expect(done.easy.getinfo('FILETIME_T')).toBe(Date.UTC(2024, 1, 29, 12, 34, 56) / 1000)
  expect(await sent(server, 'RETR')).toEqual([])
})

test('a wildcard downloads the matching files, with a callback for each', async () => {
  const begun: unknown[] = []
  let ended = 0
  const done = await get(`${server.url}/folder/*.txt`, {
    WILDCARDMATCH: true,
    CHUNK_BGN_FUNCTION: (info: { filename: string; size: number }, _userdata: unknown, remains: number) => {
      begun.push([info.filename, info.size, remains])
    },
    CHUNK_END_FUNCTION: () => void ended++,
  })
  expect(done.error).toBeUndefined()
  expect(begun).toEqual([
    ['one.txt', 5, 2],
    ['two.txt', 6, 1],
  ])
  expect(ended).toBe(2)
  expect(done.body.toString()).toBe('firstsecond')
})

test('the right login is accepted, a wrong one is not', async () => {
  const right = await get(`${strict.url}/folder/one.txt`, { USERPWD: 'anna:secret' })
  expect(right.body.toString()).toBe('first')
  const wrong = await get(`${strict.url}/folder/one.txt`, { USERPWD: 'anna:wrong' })
  expect(wrong.error?.code).toBe('CURLE_LOGIN_DENIED')
})

test('a file that is not there', async () => {
  const done = await get(`${server.url}/folder/missing`)
  expect(done.error?.code).toBe('CURLE_REMOTE_FILE_NOT_FOUND')
})

test('a second transfer reuses the control connection', async () => {
  const first = await get(`${server.url}/folder/one.txt`)
  const before = await server.connections()
  const second = await get(`${server.url}/folder/two.txt`, {}, first.easy)
  expect(second.body.toString()).toBe('second')
  expect(await server.connections()).toBe(before)
})
