// bin/curl with SFTP and SCP against OpenSSH's server, as a user does it: keys, known hosts, commands, parts, agents.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { scratch, scratchFolders } from '../servers/scratch.js'
import { sshd } from '../servers/sshd.js'
import { ssh2Server } from '../servers/ssh2/server.js'
import { until } from './client.js'

const BIN = fileURLToPath(new URL('../../bin/curl', import.meta.url))
const content = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, i) => (i * 13) % 251))
const server = await sshd()
const asking = await ssh2Server()
afterAll(() => Promise.all([server.close(), asking.close()]))
const home = scratch()
const folders = scratchFolders()
mkdirSync(join(home, '.ssh'))
const at = (name: string): string => join(server.folder, name)
writeFileSync(at('data.bin'), content)
writeFileSync(at('hello.txt'), 'hello, world')

interface Ran {
  status: number | null
  stdout: Buffer
  stderr: string
}

/** Runs bin/curl in the server's folder, with a home folder of its own. */
function curl(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, '-sS', ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [out, err]: Buffer[][] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out!.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err!.push(chunk))
  return new Promise((resolve) =>
    child.on('close', (status) =>
      resolve({ status, stdout: Buffer.concat(out!), stderr: Buffer.concat(err!).toString() }),
    ),
  )
}

const url = (name: string, scheme = 'sftp'): string => `${scheme}://${server.authority}${at(name)}`
const key = ['--key', server.keys.ed25519]
/** With our key, and without a look at the server's. */
const ssh = (...args: string[]): Promise<Ran> => curl(['-k', ...key, ...args])
const mode = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8)

describe.each(['sftp', 'scp'])('%s', (scheme) => {
  it('downloads and uploads', async () => {
    const down = await ssh(url('data.bin', scheme))
    expect([down.status, down.stdout.equals(content), down.stderr]).toEqual([0, true, ''])
    const done = await ssh('-T', at('data.bin'), '--create-file-mode', '0600', url(`up-${scheme}`, scheme))
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(at(`up-${scheme}`)).equals(content)).toBe(true)
    expect(mode(`up-${scheme}`)).toBe('600')
  })

  it('downloads many at the same time', async () => {
    const args = ['-Z', '--parallel-immediate', '-o', join(folders(), '#1'), url('{data.bin,hello.txt}', scheme)]
    expect(await ssh(...args)).toMatchObject({ status: 0, stderr: '' })
  })
})

it('lists folders, gets parts, and goes on', async () => {
  mkdirSync(at('folder'))
  writeFileSync(at('folder/one'), 'first')
  expect((await ssh('-l', url('folder/'))).stdout.toString().split('\n').sort()).toEqual(['', '.', '..', 'one'])
  expect((await ssh(url('folder/'))).stdout.toString()).toMatch(/ 5 .* one\n/)
  expect((await ssh('-r', '7-', url('hello.txt'))).stdout.toString()).toBe('world')
  const half = join(folders(), 'half')
  writeFileSync(half, content.subarray(0, 300_000))
  expect((await ssh('-C', '-', '-o', half, url('data.bin'))).status).toBe(0)
  expect(readFileSync(half).equals(content)).toBe(true)
  writeFileSync(at('half'), content.subarray(0, 300_000))
  expect((await ssh('-C', '-', '-T', half, url('half'))).status).toBe(0)
  expect(readFileSync(at('half')).equals(content)).toBe(true)
})

it('makes folders, and runs commands', async () => {
  expect((await ssh('--ftp-create-dirs', '-T', at('hello.txt'), url('x/y/z'))).status).toBe(0)
  expect(readFileSync(at('x/y/z'), 'utf8')).toBe('hello, world')
  const commands = [
    '-Q',
    `mkdir ${at('made')}`,
    '-Q',
    `-rename ${at('x/y/z')} ${at('made/z')}`,
    '-Q',
    `-rmdir ${at('x/y')}`,
  ]
  expect((await ssh(...commands, url('hello.txt'))).stdout.toString()).toBe('hello, world')
  expect([readFileSync(at('made/z'), 'utf8'), existsSync(at('x/y'))]).toEqual(['hello, world', false])
  const failed = await ssh('-Q', `rm ${at('missing')}`, url('hello.txt'))
  expect(failed).toMatchObject({
    status: 21,
    stderr: expect.stringMatching(/^curl: \(21\) rm .* failed: No such file/),
  })
})

describe('the key of the server', () => {
  const hello = (...args: string[]): Promise<Ran> => curl([...key, ...args, url('hello.txt')])
  const unknown = { status: 60, stdout: Buffer.alloc(0) }

  it('has to be in ~/.ssh/known_hosts', async () => {
    const file = join(home, '.ssh/known_hosts')
    expect(await hello()).toMatchObject({ status: 2, stderr: expect.stringMatching(/could not find a known_hosts/i) })
    writeFileSync(file, '')
    expect(await hello()).toMatchObject(unknown)
    writeFileSync(file, server.host.line)
    expect(await hello()).toMatchObject({ status: 0, stderr: '' })
  })

  it('may be in another file, or not be looked at', async () => {
    const [file, none] = [join(folders(), 'hosts'), join(folders(), 'none')]
    writeFileSync(file, server.host.line)
    writeFileSync(none, '')
    expect(await hello('--knownhosts', file)).toMatchObject({ status: 0, stderr: '' })
    expect(await hello('--knownhosts', none)).toMatchObject(unknown)
    expect(await hello('--insecure', '--knownhosts', none)).toMatchObject({ status: 0, stderr: '' })
  })

  it('may have a fingerprint', async () => {
    const { sha256, md5 } = server.host
    expect((await hello('--hostpubsha256', sha256)).status).toBe(0)
    expect((await hello('--hostpubmd5', md5)).status).toBe(0)
    expect(await hello('--hostpubsha256', sha256.toLowerCase())).toMatchObject(unknown)
    expect(await hello('--hostpubmd5', '0'.repeat(32))).toMatchObject(unknown)
  })
})

describe('logs in', () => {
  const hello = (...args: string[]): Promise<Ran> => curl(['-k', ...args, url('hello.txt')])

  it('with a public key, and a passphrase', async () => {
    expect((await hello('--key', server.keys.rsa, '--pubkey', `${server.keys.rsa}.pub`)).status).toBe(0)
    const { file, passphrase } = server.locked
    expect((await hello('--key', file, '--pass', passphrase)).status).toBe(0)
    expect(await hello('--key', file, '--pass', 'wrong')).toMatchObject({ status: 67 })
  })

  it('with the key in ~/.ssh', async () => {
    const folder = folders()
    mkdirSync(join(folder, '.ssh'))
    writeFileSync(join(folder, '.ssh/id_rsa'), readFileSync(server.keys.rsa), { mode: 0o600 })
    expect((await curl(['-k', url('hello.txt')], { HOME: folder })).status).toBe(0)
    expect((await curl(['-k', url('hello.txt')])).status).toBe(67)
  })

  it('with a password', async () => {
    asking.files.set('/file', content)
    const file = `sftp://${asking.authority}/file`
    const right = await curl(['-k', '-u', 'anna:secret', file])
    expect([right.status, right.stdout.equals(content), right.stderr]).toEqual([0, true, ''])
    expect((await curl(['-k', '-u', 'anna:wrong', file])).status).toBe(67)
  })

  it('with an agent', async () => {
    const socket = join(folders(), 'agent')
    const env = { SSH_AUTH_SOCK: socket }
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    onTestFinished(() => void agent.kill())
    await until(() => existsSync(socket))
    expect((await curl(['-k', url('hello.txt')], env)).status).toBe(67)
    execFileSync('ssh-add', ['-q', server.keys.ed25519], { env: { ...process.env, ...env } })
    expect(await curl(['-k', url('hello.txt')], env)).toMatchObject({ status: 0, stderr: '' })
  })
})
