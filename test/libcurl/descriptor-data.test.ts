// READDATA and WRITEDATA as descriptors of the host, without callbacks of the application.
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import init, { Easy, Multi } from 'libcurl-wasm'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'

await init()
const bodies: string[] = []
const server = await httpServer(async (request, response) => {
  bodies.push(String(await bodyOf(request)))
  if (request.url === '/moved') response.writeHead(307, { Location: '/' })
  response.end('response')
})
const multi = new Multi()
afterAll(async () => {
  multi.close()
  await server.close()
})
const folder = scratch()
const file = join(folder, 'file')
let easy: Easy
let fds: number[]
beforeEach(() => {
  writeFileSync(file, 'content')
  fds = [openSync(file, 'r'), openSync(join(folder, 'written'), 'w')]
  bodies.length = 0
  easy = new Easy().setopt('URL', server.url).setopt('READDATA', fds[0]).setopt('WRITEDATA', fds[1])
})
afterEach(() => {
  easy.close()
  fds.forEach(closeSync)
})
const written = () => readFileSync(join(folder, 'written'), 'utf8')

test('a body comes from one, and another gets the response, which are not closed', async () => {
  await multi.perform(easy.setopt('UPLOAD', true).setopt('INFILESIZE', 7))
  expect([bodies, written()]).toEqual([['content'], 'response'])
})

test('libcurl seeks in it to send again', async () => {
  easy.setopt('URL', `${server.url}/moved`).setopt('FOLLOWLOCATION', true).setopt('UPLOAD', true)
  await multi.perform(easy)
  expect(bodies).toEqual(['content', 'content'])
})

test('a callback of the application comes first, and gets the number', async () => {
  const seen: unknown[] = []
  easy.setopt('WRITEFUNCTION', (bytes, userdata) => void seen.push(Buffer.from(bytes).toString(), userdata))
  await multi.perform(easy)
  expect([seen, written()]).toEqual([['response', fds[1]], ''])
  await multi.perform(easy.setopt('WRITEFUNCTION', null))
  expect(written()).toBe('response')
  await multi.perform(easy.setopt('WRITEDATA', 'something else').setopt('WRITEFUNCTION', () => {}))
  expect(written()).toBe('response')
})

test('copies have them, and reset() takes them away', async () => {
  const copy = easy.duphandle()
  easy.reset()
  await multi.perform(copy)
  expect(written()).toBe('response')
  copy.close()
})

test('a number that is not open ends the transfer, with the reason', async () => {
  await expect(multi.perform(easy.setopt('UPLOAD', true).setopt('READDATA', 12345))).rejects.toMatchObject({
    code: 'CURLE_ABORTED_BY_CALLBACK',
    cause: { code: 'EBADF' },
  })
})
