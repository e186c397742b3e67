// Logs in with the keys of OpenSSH's agent, which is found by SSH_AUTH_SOCK. libcurl reads that when it starts.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { scratch } from '../servers/scratch.js'
import { sshd } from '../servers/sshd.js'
import { transfer, type Options, type Transfer } from '../servers/transfer.js'

const socket = join(scratch(), 'agent')
process.env.SSH_AUTH_SOCK = socket
const { default: init, Multi, CURLSSH_AUTH_AGENT } = await import('libcurl-wasm')
await init()

const server = await sshd()
writeFileSync(join(server.folder, 'hello'), 'hello')
const multi = new Multi()
/** What listens on the socket. */
let stop: () => void = () => {}
afterAll(async () => {
  stop()
  multi.close()
  await server.close()
})
beforeEach(() => stop())

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Starts an agent with some keys. */
async function agent(...keys: string[]): Promise<void> {
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  stop = () => void child.kill()
  await until(() => existsSync(socket))
  for (const key of keys) execFileSync('ssh-add', ['-q', key])
}

/** Starts an agent that serves with a function. */
async function falseAgent(serve: (socket: net.Socket) => void): Promise<void> {
  const listening = net.createServer(serve).listen(socket)
  stop = () => void listening.close()
  await until(() => existsSync(socket))
}

const hello = async (options: Options = {}): Promise<Transfer> => {
  const url = `sftp://${server.authority}${server.folder}/hello`
  const done = await transfer(multi, url, { FRESH_CONNECT: true, SSH_AUTH_TYPES: CURLSSH_AUTH_AGENT, ...options })
  done.easy.close()
  return done
}

it.each(['ed25519', 'ecdsa', 'rsa'] as const)('a key of the kind %s', async (kind) => {
  await agent(server.keys[kind])
  const done = await hello()
  expect(done.error).toBeUndefined()
  expect(done.body.toString()).toBe('hello')
})

it('the second key, after one that the server does not take', async () => {
  const unknown = join(scratch(), 'unknown')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', unknown])
  await agent(unknown, server.keys.rsa)
  expect((await hello()).error).toBeUndefined()
})

it('several at the same time', async () => {
  await agent(server.keys.ed25519)
  const done = await Promise.all(Array.from({ length: 5 }, () => hello()))
  expect(done.map(({ error }) => error)).toEqual(done.map(() => undefined))
})

describe('without a key', () => {
  it('there is none in the agent, or no agent', async () => {
    await agent()
    expect((await hello()).error?.code).toBe('CURLE_LOGIN_DENIED')
    stop()
    await until(() => !existsSync(socket))
    expect((await hello()).error?.code).toBe('CURLE_LOGIN_DENIED')
  })

  it('the agent closes, or says what makes no sense', async () => {
    await falseAgent((socket) => void socket.destroy())
    expect((await hello()).error?.code).toBe('CURLE_LOGIN_DENIED')
    stop()
    await until(() => !existsSync(socket))
    await falseAgent((socket) => void socket.once('data', () => socket.write(Buffer.alloc(100, 255))))
    expect((await hello()).error?.code).toBe('CURLE_LOGIN_DENIED')
  })

  it('the agent does not answer, with a time limit, or until the handle is closed', async () => {
    let asked = 0
    await falseAgent((socket) => void socket.on('data', () => asked++))
    const started = performance.now()
    expect((await hello({ CONNECTTIMEOUT_MS: 300 })).error?.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(performance.now() - started).toBeLessThan(3000)
    expect(asked).toBe(1)
  })
})
