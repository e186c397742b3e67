// However an SFTP or SCP transfer ends, it leaves no memory, descriptor, timer or connection behind.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import init, { CURL_READFUNC_ABORT, Easy, Multi } from 'libcurl-wasm'
import { afterAll, expect, it } from 'vitest'
import { settledCounts } from '../servers/counts.js'
import { sshd } from '../servers/sshd.js'
import { setOptions, transfer, type Options } from '../servers/transfer.js'

const server = await sshd()
const at = (name: string): string => join(server.folder, name)
writeFileSync(at('data'), Buffer.alloc(2_000_000, 'data'))
mkdirSync(at('folder'))
afterAll(() => server.close())
await init()

const login = { SSH_PRIVATE_KEYFILE: server.keys.ed25519 }
const url = (name: string, scheme = 'sftp'): string => `${scheme}://${server.authority}${at(name)}`
const fail = (): never => {
  throw new Error('enough')
}

/** Makes a transfer in a Multi of its own. */
async function once(from: string, options: Options = {}): Promise<void> {
  const [multi, easy] = [new Multi(), new Easy()]
  await transfer(multi, from, { ...login, ...options }, easy)
  easy.close()
  multi.close()
}

/** Starts one, and closes everything after some milliseconds. */
async function cut(from: string, ms: number, options: Options = {}): Promise<void> {
  const [multi, easy] = [new Multi(), new Easy()]
  setOptions(easy, { URL: from, WRITEFUNCTION: () => {}, ...login, ...options })
  const running = multi.perform(easy).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, ms))
  easy.close()
  multi.close()
  await running
}

const slow = { MAX_RECV_SPEED_LARGE: 100_000 }
const ends: [string, () => Promise<void>][] = [
  ['a download', () => once(url('data'))],
  ['a download by SCP', () => once(url('data', 'scp'))],
  ['an upload', () => once(url('up'), { UPLOAD: true, READFUNCTION: () => null })],
  ['a listing', () => once(url('folder/'))],
  ['a command', () => once(url('data'), { QUOTE: ['pwd'], POSTQUOTE: ['pwd'] })],
  ['a missing file', () => once(url('missing'))],
  ['a missing file by SCP', () => once(url('missing', 'scp'))],
  ['a command that fails', () => once(url('data'), { POSTQUOTE: ['rm /no/such/file'] })],
  ['a wrong key', () => once(url('data'), { SSH_PRIVATE_KEYFILE: '/no/such/key' })],
  ['a refused server', () => once(url('data'), { SSH_HOSTKEYFUNCTION: () => 1 })],
  ['a callback that throws', () => once(url('data'), { WRITEFUNCTION: fail })],
  ['an upload that stops', () => once(url('up'), { UPLOAD: true, READFUNCTION: () => CURL_READFUNC_ABORT })],
  ...[0, 5, 20, 60, 120, 250].flatMap((ms): [string, () => Promise<void>][] => [
    [`a close after ${ms} ms`, () => cut(url('data'), ms, slow)],
    [`a close by SCP after ${ms} ms`, () => cut(url('data', 'scp'), ms, slow)],
  ]),
]

/**
 * Bytes. OpenSSL keeps its last sixteen errors with a text each, and the first attempt to read a key in OpenSSH's format
 * is one. What a connection needs is far more.
 */
const ERRORS = 1024

it.each(ends)('%s', async (_what, run) => {
  await run() // what is allocated once
  const before = await settledCounts()
  for (let i = 0; i < 3; i++) await run()
  const after = await settledCounts()
  expect(after).toEqual({ ...before, memory: after.memory })
  expect(after.memory).toBeLessThan(before.memory + ERRORS)
})
