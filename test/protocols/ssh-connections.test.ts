// What connections of SSH go through: every cipher and MAC, new keys in the middle, and a server that ends one while it
// waits for the next transfer.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Easy, Multi, Share, CURL_LOCK_DATA_CONNECT } from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { ssh2Server } from '../servers/ssh2/server.js'
import { sshd, type Sshd } from '../servers/sshd.js'
import { transfer, type Options } from '../servers/transfer.js'
import { get, reader } from './client.js'

const content = Buffer.from(Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 13) % 251))
const KINDS = [
  ['chacha20-poly1305@openssh.com'],
  ['aes256-gcm@openssh.com'],
  ['aes128-gcm@openssh.com'],
  ['aes256-ctr', 'hmac-sha2-256'],
  ['aes256-ctr', 'hmac-sha2-512-etm@openssh.com'],
  ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com'],
]
const servers: Sshd[] = []
for (const [cipher, mac] of KINDS)
  servers.push(await sshd('ed25519', [`Ciphers ${cipher}`, ...(mac ? [`MACs ${mac}`] : [])]))
const rekeying = await sshd('ed25519', ['RekeyLimit 1M'])
const waiting = await ssh2Server()
afterAll(() => Promise.all([...servers, rekeying, waiting].map((each) => each.close())))

const url = (on: Sshd, name: string, scheme = 'sftp'): string => `${scheme}://${on.authority}${join(on.folder, name)}`
const login = (on: Sshd): Options => ({ SSH_PRIVATE_KEYFILE: on.keys.ed25519 })

async function bothWays(on: Sshd, scheme: string, bytes: Buffer): Promise<void> {
  const up = { ...login(on), UPLOAD: true, INFILESIZE_LARGE: bytes.length, READFUNCTION: reader(bytes) }
  expect((await get(url(on, 'file', scheme), up)).error).toBeUndefined()
  expect(readFileSync(join(on.folder, 'file')).equals(bytes)).toBe(true)
  const down = await get(url(on, 'file', scheme), login(on))
  expect([down.error, down.body.equals(bytes)]).toEqual([undefined, true])
}

it.each(KINDS.map((kind, i) => [kind.join(', '), i] as const))('%s', async (_kind, i) => {
  await bothWays(servers[i]!, 'sftp', content.subarray(0, 1_000_000))
})

describe.each(['sftp', 'scp'])('%s', (scheme) => {
  it('exchanges new keys in the middle', async () => {
    await bothWays(rekeying, scheme, content)
  })
})

it('a server that ends a connection that waits', async () => {
  waiting.files.set('/file', Buffer.from('here'))
  const password = { PASSWORD: 'secret' }
  for (let i = 0; i < 3; i++) {
    expect((await get(`sftp://${waiting.authority}/file`, password)).body.toString()).toBe('here')
    expect(waiting.connections).toBe(1)
    waiting.endAll()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})

it('a connection that a Share keeps', async () => {
  const on = rekeying
  writeFileSync(join(on.folder, 'small'), 'small')
  const share = new Share()
  share.setopt('SHARE', CURL_LOCK_DATA_CONNECT)
  const before = on.log().match(/Accepted publickey/g)?.length ?? 0
  for (let i = 0; i < 2; i++) {
    const [multi, easy] = [new Multi(), new Easy()]
    const done = await transfer(multi, url(on, 'small'), { ...login(on), SHARE: share }, easy)
    expect([done.error, done.body.toString()]).toEqual([undefined, 'small'])
    easy.close()
    multi.close()
  }
  share.close()
  expect(on.log().match(/Accepted publickey/g)!.length).toBe(before + 1)
})
