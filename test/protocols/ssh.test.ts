// SFTP and SCP against OpenSSH's server: downloads, uploads, parts, listings, commands, keys, known hosts.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join as joinPath } from 'node:path'
import {
  CURLKHMATCH_MISMATCH,
  CURLKHMATCH_MISSING,
  CURLKHMATCH_OK,
  CURLKHSTAT_DEFER,
  CURLKHSTAT_FINE,
  CURLKHSTAT_FINE_ADD_TO_FILE,
  CURLKHSTAT_FINE_REPLACE,
  CURLKHSTAT_REJECT,
  CURLKHTYPE_ECDSA,
  CURLKHTYPE_ED25519,
  CURLKHTYPE_RSA,
  CURLSSH_AUTH_PASSWORD,
  CURLSSH_AUTH_PUBLICKEY,
  CURL_WRITEFUNC_PAUSE,
  CURLPAUSE_CONT,
  type EasyCallbacks,
} from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { connectProxy } from '../servers/connect-proxy.js'
import { freePort, listen } from '../servers/listening.js'
import { scratchFolders } from '../servers/scratch.js'
import { sshd, type KeyKind, type Sshd } from '../servers/sshd.js'
import type { Options, Transfer } from '../servers/transfer.js'
import { join, reach } from '../servers/tunnel.js'
import { get, newEasy, reader } from './client.js'

const content = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, i) => (i * 13) % 251))
const server = await sshd()
const others = { ecdsa: await sshd('ecdsa'), rsa: await sshd('rsa') }
const servers: Record<KeyKind, Sshd> = { ed25519: server, ...others }
afterAll(() => Promise.all(Object.values(servers).map((each) => each.close())))
const folders = scratchFolders()

const login = (on = server): Options => ({
  SSH_PRIVATE_KEYFILE: on.keys.ed25519,
  SSH_AUTH_TYPES: CURLSSH_AUTH_PUBLICKEY,
})
const at = (name: string): string => joinPath(server.folder, name)
const url = (path: string, scheme = 'sftp', on = server): string => `${scheme}://${on.authority}${path}`
const ssh = (name: string, options: Options = {}, scheme = 'sftp'): Promise<Transfer> =>
  get(url(at(name), scheme), { ...login(), ...options })
const upload = (bytes: Uint8Array | string): Options => ({
  UPLOAD: true,
  INFILESIZE_LARGE: bytes.length,
  READFUNCTION: reader(bytes),
})
const mode = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8)
const connections = (): number => server.log().match(/Accepted publickey/g)?.length ?? 0

writeFileSync(at('data.bin'), content)
writeFileSync(at('empty'), '')
writeFileSync(at('hello.txt'), 'hello, world')
mkdirSync(at('folder'))
writeFileSync(at('folder/one.txt'), 'first')
writeFileSync(at('folder/two.txt'), 'second')

describe.each(['sftp', 'scp'])('%s', (scheme) => {
  it('downloads a file', async () => {
    const done = await ssh('data.bin', {}, scheme)
    expect(done.error).toBeUndefined()
    expect(done.body.equals(content)).toBe(true)
  })

  it('downloads an empty file, also on a connection that is used again', async () => {
    for (let i = 0; i < 2; i++) {
      const done = await ssh('empty', {}, scheme)
      expect([done.error, done.body.length]).toEqual([undefined, 0])
    }
  })

  it.each([0, 1, 700_000, 10_000_000])('uploads %i bytes, with a mode', async (length) => {
    const bytes = Buffer.alloc(length, content)
    const name = `${scheme}-${length}`
    const done = await ssh(name, { ...upload(bytes), NEW_FILE_PERMS: 0o640 }, scheme)
    expect(done.error).toBeUndefined()
    expect(readFileSync(at(name)).equals(bytes)).toBe(true)
    expect(mode(name)).toBe('640')
  })

  it('uses a connection again', async () => {
    await ssh('hello.txt', {}, scheme)
    const before = connections()
    expect((await ssh('folder/one.txt', {}, scheme)).body.toString()).toBe('first')
    expect((await ssh('again.txt', upload('again'), scheme)).error).toBeUndefined()
    expect((await ssh('again.txt', {}, scheme)).body.toString()).toBe('again')
    expect(connections()).toBe(before)
  })

  it('reports a file that is not there, and one that cannot be written', async () => {
    expect((await ssh('missing', {}, scheme)).error?.code).toBe('CURLE_REMOTE_FILE_NOT_FOUND')
    const refused = await ssh('no/such/folder', upload('x'), scheme)
    expect(refused.error?.code).toBe(scheme === 'sftp' ? 'CURLE_REMOTE_FILE_NOT_FOUND' : 'CURLE_UPLOAD_FAILED')
  })

  it('goes on after a pause', async () => {
    let paused = 0
    const easy = newEasy()
    const chunks: Buffer[] = []
    const WRITEFUNCTION: EasyCallbacks['WRITEFUNCTION'] = (chunk) => {
      if (paused === chunks.length && paused < 3) {
        paused++
        setTimeout(() => easy.pause(CURLPAUSE_CONT), 50)
        return CURL_WRITEFUNC_PAUSE
      }
      chunks.push(Buffer.from(chunk))
    }
    const done = await get(url(at('data.bin'), scheme), { ...login(), WRITEFUNCTION }, easy)
    expect(done.error).toBeUndefined()
    expect(paused).toBe(3)
    expect(Buffer.concat(chunks).equals(content)).toBe(true)
  })

  it('ends after a pause at the last byte', async () => {
    const easy = newEasy()
    const chunks: Buffer[] = []
    let paused = false
    const WRITEFUNCTION: EasyCallbacks['WRITEFUNCTION'] = (chunk) => {
      if (!paused) {
        paused = true
        setTimeout(() => easy.pause(CURLPAUSE_CONT), 200)
        return CURL_WRITEFUNC_PAUSE
      }
      chunks.push(Buffer.from(chunk))
    }
    const done = await get(url(at('hello.txt'), scheme), { ...login(), WRITEFUNCTION }, easy)
    expect(done.error).toBeUndefined()
    expect(Buffer.concat(chunks).toString()).toBe('hello, world')
  })

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('logs in with a key of the kind %s', async (kind) => {
    const done = await ssh('hello.txt', { FRESH_CONNECT: true, SSH_PRIVATE_KEYFILE: server.keys[kind] }, scheme)
    expect(done.error).toBeUndefined()
    expect(done.body.toString()).toBe('hello, world')
  })
})

it('compresses', async () => {
  let received = 0
  const counting = await listen(
    net.createServer((socket) =>
      reach('127.0.0.1', server.port, (target) => {
        target!.on('data', (chunk) => (received += chunk.length))
        join(socket, target!)
      }),
    ),
    'tcp',
  )
  const through = url(at('data.bin')).replace(`:${server.port}`, `:${counting.port}`)
  for (const [SSH_COMPRESSION, most] of [
    [false, 1_000_000],
    [true, 100_000],
  ] as const) {
    received = 0
    const done = await get(through, { ...login(), SSH_COMPRESSION, FRESH_CONNECT: true })
    expect(done.body.equals(content)).toBe(true)
    expect(received).toBeLessThan(most)
  }
  expect((await get(through, { ...login(), ...upload(content), SSH_COMPRESSION: true })).error).toBeUndefined()
  expect(readFileSync(at('data.bin')).equals(content)).toBe(true)
  await counting.close()
})

it('goes through a proxy', async () => {
  const proxy = await connectProxy()
  const done = await ssh('data.bin', { PROXY: proxy.url, HTTPPROXYTUNNEL: true })
  expect(done.body.equals(content)).toBe(true)
  expect(proxy.proxied.map(({ target }) => target)).toEqual([`127.0.0.1:${server.port}`])
  await proxy.close()
})

describe('parts', () => {
  it.each([
    ['7-9', 'wor'],
    ['7-', 'world'],
    ['-3', 'rld'],
  ])('RANGE %s', async (RANGE, part) => {
    expect((await ssh('hello.txt', { RANGE })).body.toString()).toBe(part)
  })

  it('RESUME_FROM_LARGE of a download', async () => {
    const done = await ssh('data.bin', { RESUME_FROM_LARGE: 699_000 })
    expect(done.body.equals(content.subarray(699_000))).toBe(true)
    expect((await ssh('hello.txt', { RESUME_FROM_LARGE: 100 })).error?.code).toBe('CURLE_RANGE_ERROR')
  })

  it('an upload that goes on where the file ends, and APPEND', async () => {
    writeFileSync(at('part'), 'one ')
    const rest = await ssh('part', { ...upload('one two'), RESUME_FROM_LARGE: -1, SEEKFUNCTION: () => 2 })
    expect(rest.error).toBeUndefined()
    expect(readFileSync(at('part'), 'utf8')).toBe('one two')
    expect((await ssh('part', { ...upload(' three'), APPEND: true })).error).toBeUndefined()
    expect(readFileSync(at('part'), 'utf8')).toBe('one two three')
  })
})

describe('folders', () => {
  it('are listed, long and by name', async () => {
    const long = await ssh('folder/')
    expect(long.body.toString()).toMatch(/^-rw.* 5 .* one\.txt$/m)
    expect(long.body.toString()).toMatch(/^-rw.* 6 .* two\.txt$/m)
    const names = await ssh('folder/', { DIRLISTONLY: true })
    expect(names.body.toString().split('\n').sort()).toEqual(['', '.', '..', 'one.txt', 'two.txt'])
  })

  it('are made, with a mode', async () => {
    const made = { ...upload('deep'), FTP_CREATE_MISSING_DIRS: 1 as const, NEW_DIRECTORY_PERMS: 0o750 }
    expect((await ssh('a/b/c.txt', made)).error).toBeUndefined()
    expect(readFileSync(at('a/b/c.txt'), 'utf8')).toBe('deep')
    expect([mode('a'), mode('a/b')]).toEqual(['750', '750'])
  })

  it('have a home', async () => {
    const done = await get(`sftp://${server.authority}/~/../..${at('hello.txt')}`, login())
    expect(done.error === undefined || done.error.code === 'CURLE_REMOTE_FILE_NOT_FOUND').toBe(true)
  })
})

describe('commands', () => {
  it('run before and after a transfer, once', async () => {
    const done = await ssh('cmd.txt', {
      ...upload('by command'),
      QUOTE: [`mkdir ${at('made')}`, `*mkdir ${at('made')}`, 'pwd'],
      POSTQUOTE: [
        `rename ${at('cmd.txt')} ${at('renamed.txt')}`,
        `chmod 600 ${at('renamed.txt')}`,
        `rmdir ${at('made')}`,
      ],
    })
    expect(done.error).toBeUndefined()
    expect(readFileSync(at('renamed.txt'), 'utf8')).toBe('by command')
    expect(mode('renamed.txt')).toBe('600')
    expect(existsSync(at('made'))).toBe(false)
  })

  it('that fail end the transfer', async () => {
    const before = await ssh('hello.txt', { QUOTE: [`rm ${at('missing')}`] })
    expect([before.error?.code, before.body.length]).toEqual(['CURLE_QUOTE_ERROR', 0])
    const after = await ssh('hello.txt', { POSTQUOTE: [`rm ${at('missing')}`] })
    expect([after.error?.code, after.body.toString()]).toEqual(['CURLE_QUOTE_ERROR', 'hello, world'])
    expect((await ssh('hello.txt')).body.toString()).toBe('hello, world')
  })

  it('run without a transfer', async () => {
    writeFileSync(at('old'), '')
    const done = await ssh('folder/', { NOBODY: true, POSTQUOTE: [`rm ${at('old')}`] })
    expect(done.error).toBeUndefined()
    expect(existsSync(at('old'))).toBe(false)
  })
})

it('size and time without the file', async () => {
  const done = await ssh('data.bin', { FILETIME: true, NOBODY: true })
  expect(done.error).toBeUndefined()
  expect(done.easy.getinfo('FILETIME_T')).toBe(Math.floor(statSync(at('data.bin')).mtimeMs / 1000))
  expect(done.body.length).toBe(0)
})

describe('keys of the user', () => {
  const fresh = { FRESH_CONNECT: true }

  it('with a passphrase', async () => {
    const locked = { ...fresh, SSH_PRIVATE_KEYFILE: server.locked.file }
    expect((await ssh('hello.txt', { ...locked, KEYPASSWD: server.locked.passphrase })).error).toBeUndefined()
    expect((await ssh('hello.txt', { ...locked, KEYPASSWD: 'wrong' })).error?.code).toBe('CURLE_LOGIN_DENIED')
  })

  it('with a file for the public one', async () => {
    const both = { ...fresh, SSH_PUBLIC_KEYFILE: `${server.keys.rsa}.pub`, SSH_PRIVATE_KEYFILE: server.keys.rsa }
    expect((await ssh('hello.txt', both)).error).toBeUndefined()
  })

  it('that are not there, not known, or not to be used', async () => {
    const missing = await ssh('hello.txt', { ...fresh, SSH_PRIVATE_KEYFILE: '/no/such/key' })
    expect(missing.error?.code).toBe('CURLE_LOGIN_DENIED')
    const unknown = await ssh('hello.txt', { ...fresh, SSH_PRIVATE_KEYFILE: others.rsa.keys.ed25519 })
    expect(unknown.error?.code).toBe('CURLE_LOGIN_DENIED')
    const unused = await ssh('hello.txt', { ...fresh, SSH_AUTH_TYPES: CURLSSH_AUTH_PASSWORD })
    expect(unused.error?.code).toBe('CURLE_LOGIN_DENIED')
  })
})

describe('the key of the server', () => {
  const kinds = { ed25519: CURLKHTYPE_ED25519, ecdsa: CURLKHTYPE_ECDSA, rsa: CURLKHTYPE_RSA }
  const hello = (options: Options, on = server): Promise<Transfer> =>
    get(url(at('hello.txt'), 'sftp', on), { ...login(on), FRESH_CONNECT: true, ...options })

  /** Makes a file of known hosts. */
  function known(lines: string): string {
    const file = joinPath(folders(), 'known_hosts')
    writeFileSync(file, lines)
    return file
  }
  /** The server's line in a file of known hosts, with another key. */
  const wrong = server.host.line.replace(server.host.key.toString('base64'), others.rsa.host.key.toString('base64'))
  const changed = (): string => {
    const key = Buffer.from(server.host.key)
    key[key.length - 1]! ^= 1
    return server.host.line.replace(server.host.key.toString('base64'), key.toString('base64'))
  }

  it('has to have the fingerprint', async () => {
    const { sha256, md5 } = server.host
    expect((await hello({ SSH_HOST_PUBLIC_KEY_SHA256: sha256 })).error).toBeUndefined()
    expect((await hello({ SSH_HOST_PUBLIC_KEY_MD5: md5 })).error).toBeUndefined()
    const refused = 'CURLE_PEER_FAILED_VERIFICATION'
    expect((await hello({ SSH_HOST_PUBLIC_KEY_SHA256: others.rsa.host.sha256 })).error?.code).toBe(refused)
    expect((await hello({ SSH_HOST_PUBLIC_KEY_MD5: others.rsa.host.md5 })).error?.code).toBe(refused)
  })

  it('has to be in the file of known hosts', async () => {
    expect((await hello({ SSH_KNOWNHOSTS: known(server.host.line) })).error).toBeUndefined()
    for (const lines of ['', changed(), wrong, 'garbage\n']) {
      const refused = await hello({ SSH_KNOWNHOSTS: known(lines) })
      expect([lines, refused.error?.code]).toEqual([lines, 'CURLE_PEER_FAILED_VERIFICATION'])
    }
    const missing = await hello({ SSH_KNOWNHOSTS: '/no/such/file' })
    expect(missing.error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('of the kind %s is passed to callbacks', async (kind) => {
    const on = servers[kind]
    const calls: unknown[] = []
    const SSH_KEYFUNCTION: EasyCallbacks['SSH_KEYFUNCTION'] = (_easy, known, found, match, userdata) => {
      calls.push([
        known?.keytype,
        known && Buffer.from(known.key),
        found.keytype,
        Buffer.from(found.key),
        match,
        userdata,
      ])
      return CURLKHSTAT_FINE
    }
    const ours = { SSH_KEYFUNCTION, SSH_KEYDATA: 'mine' }
    expect((await hello({ ...ours, SSH_KNOWNHOSTS: known(on.host.line) }, on)).error).toBeUndefined()
    expect((await hello({ ...ours, SSH_KNOWNHOSTS: known('') }, on)).error).toBeUndefined()
    expect(calls).toEqual([
      [kinds[kind], on.host.key, kinds[kind], on.host.key, CURLKHMATCH_OK, 'mine'],
      [undefined, null, kinds[kind], on.host.key, CURLKHMATCH_MISSING, 'mine'],
    ])
    const raw: unknown[] = []
    const SSH_HOSTKEYFUNCTION: EasyCallbacks['SSH_HOSTKEYFUNCTION'] = (userdata, keytype, key) => {
      raw.push([userdata, keytype, Buffer.from(key)])
      return 0
    }
    expect((await hello({ SSH_HOSTKEYFUNCTION, SSH_HOSTKEYDATA: 7 }, on)).error).toBeUndefined()
    expect(raw).toEqual([[7, kinds[kind], on.host.key]])
  })

  it('is written to the file, or replaced there', async () => {
    const file = known('')
    const add = (stat: typeof CURLKHSTAT_FINE_ADD_TO_FILE | typeof CURLKHSTAT_FINE_REPLACE): Options => ({
      SSH_KNOWNHOSTS: file,
      SSH_KEYFUNCTION: () => stat,
    })
    expect((await hello(add(CURLKHSTAT_FINE_ADD_TO_FILE))).error).toBeUndefined()
    expect((await hello({ SSH_KNOWNHOSTS: file })).error).toBeUndefined()
    writeFileSync(file, changed())
    let match: unknown
    const replace: Options = {
      SSH_KNOWNHOSTS: file,
      SSH_KEYFUNCTION: (_easy, _known, _found, matching) => {
        match = matching
        return CURLKHSTAT_FINE_REPLACE
      },
    }
    expect((await hello(replace)).error).toBeUndefined()
    expect(match).toBe(CURLKHMATCH_MISMATCH)
    expect((await hello({ SSH_KNOWNHOSTS: file })).error).toBeUndefined()
  })

  it.each([CURLKHSTAT_REJECT, CURLKHSTAT_DEFER] as const)('is refused by the status %i', async (status) => {
    const refused = await hello({ SSH_KNOWNHOSTS: known(server.host.line), SSH_KEYFUNCTION: () => status })
    expect(refused.error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  it('is refused by a callback that throws, returns nothing or another number', async () => {
    const reason = new Error('not this one')
    const file = known(server.host.line)
    const fail = (): never => {
      throw reason
    }
    for (const options of [{ SSH_KNOWNHOSTS: file, SSH_KEYFUNCTION: fail }, { SSH_HOSTKEYFUNCTION: fail }]) {
      const { error } = await hello(options)
      expect([error?.code, error?.cause]).toEqual(['CURLE_PEER_FAILED_VERIFICATION', reason])
    }
    const nothing = (() => undefined) as never
    for (const options of [{ SSH_KNOWNHOSTS: file, SSH_KEYFUNCTION: nothing }, { SSH_HOSTKEYFUNCTION: nothing }]) {
      const { error } = await hello(options)
      expect([error?.code, String(error?.cause)]).toEqual([
        'CURLE_PEER_FAILED_VERIFICATION',
        expect.stringMatching(/returned undefined, and has to return a number/),
      ])
    }
    expect((await hello({ SSH_HOSTKEYFUNCTION: () => 1 })).error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })
})

it('a name that is not known, and a port without a server', async () => {
  expect((await get('sftp://name.invalid/x', login())).error?.code).toBe('CURLE_COULDNT_RESOLVE_HOST')
  expect((await get(`sftp://127.0.0.1:${await freePort()}/x`, login())).error?.code).toBe('CURLE_COULDNT_CONNECT')
})

it('a file that the user may not read', async () => {
  writeFileSync(at('secret'), 'x')
  chmodSync(at('secret'), 0)
  const done = await ssh('secret')
  if (process.getuid!() === 0) expect(done.error).toBeUndefined()
  else expect(done.error?.code).toBe('CURLE_REMOTE_ACCESS_DENIED')
})
