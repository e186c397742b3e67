// The sample origin's FTP server, with the curl tool as a process (libcurl blocks at the end of an FTP transfer, and
// the server is in this one), and with commands written by hand.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startOrigin, type Origin } from '../../dist/playground/server/origin.js'
import { scratch } from '../servers/scratch.js'

const CURL = fileURLToPath(new URL('../../bin/curl', import.meta.url))
const folder = scratch()
const path = (name: string): string => join(folder, name)

let origin: Origin
beforeEach(async () => {
  await origin?.close()
  origin = await startOrigin()
})
afterAll(() => origin.close())

function curl(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CURL, '-q', '-sS', ...args], { encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

/** A control connection: writes, and reads up to a line of an answer. */
async function control(): Promise<{ socket: net.Socket; say: (text: string, answer: RegExp) => Promise<string> }> {
  const socket = net.connect(Number(new URL(origin.ftp).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk)).on('error', () => {})
  const say = async (text: string, answer: RegExp): Promise<string> => {
    if (text) socket.write(text)
    while (!answer.test(heard)) await Promise.race([once(socket, 'data'), once(socket, 'close')])
    const found = heard
    heard = ''
    return found
  }
  await say('', /^220 /)
  return { socket, say }
}

test('lists and downloads, also in parts, in both passive modes', async () => {
  expect((await curl(`${origin.ftp}/`)).stdout).toMatch(
    /^drwxr-xr-x +2 ftp +ftp +0 \w{3} +\d+ \d\d:\d\d pub\r?\n[\s\S]*-rw-r--r-- +1 ftp +ftp +50 .* welcome\.txt\r?\n$/,
  )
  expect((await curl('-l', `${origin.ftp}/pub/`)).stdout).toMatch(/^numbers\.csv\r?\nwaves\.png\r?\n$/)
  expect((await curl('-r', '9-14', `${origin.ftp}/pub/numbers.csv`)).stdout).toBe('0,0\n1,')
  expect((await curl('-I', `${origin.ftp}/pub/numbers.csv`)).stdout).toMatch(
    /Last-Modified: [\s\S]*Content-Length: 125/,
  )
  const passive = await curl('-4', '-v', '--disable-epsv', `${origin.ftp}/welcome.txt`)
  expect([passive.stdout, passive.stderr]).toEqual([expect.stringMatching(/^Files/), expect.stringContaining('> PASV')])
  expect((await curl(`${origin.ftp}/nothing`)).status).toBe(78)
})

test('accepts uploads, resumes them, appends to them, and deletes them', async () => {
  const content = Buffer.alloc(3_000_000, 'an upload by FTP ')
  writeFileSync(path('whole'), content)
  writeFileSync(path('part'), content.subarray(0, 1_000_000))
  const url = `${origin.ftp}/incoming/file`
  expect((await curl('-T', path('part'), url)).status).toBe(0)
  expect((await curl('-C', '-', '-T', path('whole'), url)).status).toBe(0)
  expect((await curl('-o', path('back'), url)).status).toBe(0)
  expect(readFileSync(path('back')).equals(content)).toBe(true)
  expect((await curl('-a', '-T', path('part'), url)).status).toBe(0)
  expect((await curl('-I', url)).stdout).toContain('Content-Length: 4000000')
  writeFileSync(path('back'), content.subarray(0, 10))
  expect((await curl('-C', '-', '-o', path('back'), '-m', '20', url)).status).toBe(0)
  expect(readFileSync(path('back')).length).toBe(4_000_000)
  expect((await curl('-Q', 'DELE /incoming/file', '-o', path('list'), `${origin.ftp}/`)).status).toBe(0)
  expect((await curl(url)).status).toBe(78)
})

test('has folders, and nothing above the root', async () => {
  writeFileSync(path('note'), 'a note')
  expect((await curl('-T', path('note'), `${origin.ftp}/incoming/a/b/note`)).status).toBe(9)
  expect((await curl('--ftp-create-dirs', '-T', path('note'), `${origin.ftp}/incoming/a/b/note`)).status).toBe(0)
  expect((await curl(`${origin.ftp}/incoming/a/b/note`)).stdout).toBe('a note')
  const { say } = await control()
  expect(await say('CWD incoming/a\r\nCWD ../../../..\r\nPWD\r\n', /257/)).toContain('257 "/"')
  expect(await say('SIZE ../../incoming/./a//b/note\r\n', /^\d+ .*\r\n/)).toBe('213 6\r\n')
  expect(await say('RMD /incoming/a\r\n', /^\d/)).toMatch(/^550/)
  expect(await say('DELE /incoming/a/b/note\r\nRMD /incoming/a/b\r\nRMD incoming/a\r\nRMD /\r\n', /550/)).toMatch(
    /^(250 .*\r\n){3}550/,
  )
})

test('has a limit for its files', async () => {
  writeFileSync(path('big'), Buffer.alloc(33 << 20))
  expect((await curl('-T', path('big'), `${origin.ftp}/incoming/big`)).status).not.toBe(0)
  writeFileSync(path('big'), Buffer.alloc(31 << 20))
  expect((await curl('-T', path('big'), `${origin.ftp}/incoming/1`)).status).toBe(0)
  expect((await curl('-T', path('big'), `${origin.ftp}/incoming/2`)).status).toBe(0)
  expect((await curl('-T', path('big'), `${origin.ftp}/incoming/3`)).status).not.toBe(0)
  expect((await curl('-l', `${origin.ftp}/incoming/`)).stdout.trim().split(/\r?\n/)).toEqual(['1', '2'])
})

test('survives invalid commands', async () => {
  const { socket, say } = await control()
  expect(await say('constructor\r\n\r\nRETR welcome.txt\r\n', /425/)).toMatch(/^502 .*\r\n502 .*\r\n425 /)
  // commands that come at once are answered in order
  expect(await say('TYPE I\r\nMODE B\r\nSTRU F\r\nFEAT\r\n', /211 End/)).toMatch(/^200 .*\r\n504 .*\r\n200 .*\r\n211-/)
  // a data connection from another address
  const [, port] = /\|\|\|(\d+)\|/.exec(await say('EPSV\r\n', /229/))!
  const other = net.connect({ port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.2' }).on('error', () => {})
  await once(other, 'connect')
  expect(await say('RETR welcome.txt\r\n', /425/)).toMatch(/425 /)
  other.destroy()
  socket.write('x'.repeat(10_000))
  await once(socket, 'close')
  expect((await curl(`${origin.ftp}/welcome.txt`)).status).toBe(0)
})

test('confirms a download before the data connection ends', async () => {
  const { say } = await control()
  const [, port] = /\|\|\|(\d+)\|/.exec(await say('EPSV\r\n', /229/))!
  const data = net.connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
  data.resume()
  const ended = once(data, 'end').then(() => 'end')
  const confirmed = say('RETR pub/waves.png\r\n', /226/).then(() => 'confirmed')
  expect(await Promise.race([ended, confirmed])).toBe('confirmed')
  await ended
  data.end()
})
