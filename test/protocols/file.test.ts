// file:// URLs: reading and writing files of the host.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { get, reader } from './client.js'

const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256))
writeFileSync(join(folder, 'read me.bin'), content)

test('a file is read, whatever its content and name', async () => {
  const done = await get(urlOf('read me.bin'))
  expect(done.error).toBeUndefined()
  expect(done.body.equals(content)).toBe(true)
  expect(done.easy.getinfo('CONTENT_LENGTH_DOWNLOAD_T')).toBe(content.length)
})

test('a part of a file', async () => {
  const done = await get(urlOf('read me.bin'), { RANGE: '1000-1999' })
  expect(done.body.equals(content.subarray(1000, 2000))).toBe(true)
})

test('a file that is not there', async () => {
  const done = await get(urlOf('missing'))
  expect(done.error?.code).toBe('CURLE_FILE_COULDNT_READ_FILE')
  expect(done.error?.number).toBe(37)
  expect(done.error?.message).toContain('missing')
})

test('UPLOAD writes a file', async () => {
  const done = await get(urlOf('written'), { UPLOAD: true, READFUNCTION: reader(content) })
  expect(done.error).toBeUndefined()
  expect(readFileSync(join(folder, 'written')).equals(content)).toBe(true)
})

test('UPLOAD replaces a longer file', async () => {
  writeFileSync(join(folder, 'changed'), 'something longer than what follows')
  await get(urlOf('changed'), { UPLOAD: true, READFUNCTION: reader('short') })
  expect(readFileSync(join(folder, 'changed'), 'utf8')).toBe('short')
})

test('UPLOAD resumes where an earlier one has stopped', async () => {
  writeFileSync(join(folder, 'half'), content.subarray(0, 100_000))
  const done = await get(urlOf('half'), { UPLOAD: true, RESUME_FROM_LARGE: -1, READFUNCTION: reader(content) })
  expect(done.error).toBeUndefined()
  expect(readFileSync(join(folder, 'half')).equals(content)).toBe(true)
})

test('UPLOAD into a folder that is not there', async () => {
  const done = await get(urlOf('nowhere/file'), { UPLOAD: true, READFUNCTION: reader(content) })
  expect(done.error?.code).toBe('CURLE_WRITE_ERROR')
})

test('the time of a file', async () => {
  const done = await get(urlOf('read me.bin'), { FILETIME: true, NOBODY: true })
  const seconds = done.easy.getinfo('FILETIME_T')
  expect(Math.abs(seconds * 1000 - Date.now())).toBeLessThan(3_600_000)
})
