// SFTP and SCP through a relay, with the files of the caller in memory, as in a page.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import init, { CURLKHSTAT_FINE_ADD_TO_FILE, MemoryFileSystem, Multi, wispTransport } from 'libcurl-wasm'
import { afterAll, expect, it } from 'vitest'
import { testRelay } from '../relay/relays.js'
import { sshd } from '../servers/sshd.js'
import { transfer, type Options, type Transfer } from '../servers/transfer.js'
import { reader } from './reader.js'

const content = Buffer.from(Uint8Array.from({ length: 20_000_000 }, (_, i) => (i * 13) % 251))
const server = await sshd()
writeFileSync(join(server.folder, 'data'), content)
// with little credit, the socket often has no room
const relay = await testRelay({ credit: 4 })
const files = new MemoryFileSystem({
  '/keys/mine': readFileSync(server.keys.ed25519),
  '/keys/known_hosts': server.host.line,
  '/keys/empty': '',
})
await init({ transport: wispTransport({ url: `${relay.url}/` }), files })
const multi = new Multi()
afterAll(async () => {
  multi.close()
  await server.close()
})

const ssh = async (scheme: string, name: string, options: Options = {}): Promise<Transfer> => {
  const url = `${scheme}://${server.authority}${server.folder}/${name}`
  const login = { SSH_PRIVATE_KEYFILE: '/keys/mine', SSH_KNOWNHOSTS: '/keys/known_hosts' }
  const done = await transfer(multi, url, { ...login, ...options })
  done.easy.close()
  return done
}

it.each(['sftp', 'scp'])('%s, both ways', async (scheme) => {
  const down = await ssh(scheme, 'data')
  expect(down.error).toBeUndefined()
  expect(down.body.equals(content)).toBe(true)
  const up = { UPLOAD: true, INFILESIZE_LARGE: content.length, READFUNCTION: reader(content) }
  expect((await ssh(scheme, `up-${scheme}`, up)).error).toBeUndefined()
  expect(readFileSync(join(server.folder, `up-${scheme}`)).equals(content)).toBe(true)
})

it('commands after a transfer', async () => {
  const at = (name: string): string => join(server.folder, name)
  const done = await ssh('sftp', 'data', { RANGE: '0-9', POSTQUOTE: [`rename ${at('data')} ${at('moved')}`] })
  expect([done.error, done.body.equals(content.subarray(0, 10))]).toEqual([undefined, true])
  expect((await ssh('sftp', 'moved', { NOBODY: true })).error).toBeUndefined()
  expect((await ssh('sftp', 'data')).error?.code).toBe('CURLE_REMOTE_FILE_NOT_FOUND')
  expect((await ssh('scp', 'data')).error?.code).toBe('CURLE_REMOTE_FILE_NOT_FOUND')
})

it('known hosts in memory', async () => {
  const fresh = { FRESH_CONNECT: true, SSH_KNOWNHOSTS: '/keys/empty', NOBODY: true }
  expect((await ssh('sftp', 'moved', fresh)).error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  const added = await ssh('sftp', 'moved', { ...fresh, SSH_KEYFUNCTION: () => CURLKHSTAT_FINE_ADD_TO_FILE })
  expect(added.error).toBeUndefined()
  const [host, kind, key] = server.host.line.split(' ')
  expect(Buffer.from(files.readFile('/keys/empty')).toString().trim()).toBe([host, kind, key].join(' '))
  expect((await ssh('sftp', 'moved', fresh)).error).toBeUndefined()
})

it('without the agent, which is on this machine, it fails at once', async () => {
  const started = performance.now()
  const done = await ssh('sftp', 'moved', { FRESH_CONNECT: true, SSH_PRIVATE_KEYFILE: '/keys/none' })
  expect(done.error?.code).toBe('CURLE_LOGIN_DENIED')
  expect(performance.now() - started).toBeLessThan(3000)
})
