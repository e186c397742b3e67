// Uploads: PUT, streams that are too long to keep in memory, Expect: 100-continue, trailers, and forms.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CURL_READFUNC_ABORT } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { BETWEEN } from '../servers/buffers.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { get, reader, statusOf } from './client.js'

const MB = 1024 * 1024
let last: { request: IncomingMessage; body: Buffer } | undefined
const server = await httpServer(async (request, response) => {
  const body = await bodyOf(request)
  last = { request, body }
  response.end('got it')
})
const web = await nginx()
const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-upload-'))
afterAll(async () => {
  await Promise.all([server.close(), web.close()])
  rmSync(folder, { recursive: true })
})

test('PUT of a known size', async () => {
  const done = await get(server.url, { UPLOAD: true, INFILESIZE_LARGE: 5, READFUNCTION: reader('hello') })
  expect(done.body.toString()).toBe('got it')
  expect(last!.request.method).toBe('PUT')
  expect(last!.request.headers['content-length']).toBe('5')
  expect(last!.body.toString()).toBe('hello')
})

test('PUT of an unknown size is sent in chunks', async () => {
  await get(server.url, { UPLOAD: true, READFUNCTION: reader('hello') })
  expect(last!.request.headers['transfer-encoding']).toBe('chunked')
  expect(last!.body.toString()).toBe('hello')
})

test('nginx: PUT makes a file', async () => {
  const done = await get(`${web.http}/put/new.txt`, {
    UPLOAD: true,
    INFILESIZE_LARGE: 5,
    READFUNCTION: reader('hello'),
  })
  expect(statusOf(done)).toBe(201)
  expect(readFileSync(join(web.www, 'put/new.txt'), 'utf8')).toBe('hello')
})

test('100 MB from READFUNCTION arrive, with little memory', async () => {
  const SIZE = 100 * MB
  const [sent, received] = [createHash('sha256'), createHash('sha256')]
  let [produced, arrived, ahead, measured, memory] = [0, 0, 0, 0, 0]
  const inUse = (): number => (globalThis.gc!(), process.memoryUsage().arrayBuffers)
  const before = inUse()
  const block = Buffer.alloc(64 * 1024)
  const READFUNCTION = (size: number): Uint8Array => {
    const part = block.subarray(0, Math.min(size, block.length, SIZE - produced))
    if (part.length >= 8) part.writeDoubleLE(produced)
    sent.update(part)
    produced += part.length
    ahead = Math.max(ahead, produced - arrived)
    if (produced >= measured + 4 * MB) {
      measured = produced
      memory = Math.max(memory, inUse() - before)
    }
    return part
  }
  const slow = await httpServer(async (request, response) => {
    // does not read before the upload has stopped, which shows that it is held back
    for (let was = -1; was !== produced;) {
      was = produced
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    for await (const chunk of request) {
      arrived += (chunk as Buffer).length
      received.update(chunk as Buffer)
    }
    response.end(received.digest('hex'))
  })
  const done = await get(slow.url, { UPLOAD: true, INFILESIZE_LARGE: SIZE, READFUNCTION })
  await slow.close()
  expect(done.error).toBeUndefined()
  expect(arrived).toBe(SIZE)
  expect(done.body.toString()).toBe(sent.digest('hex'))
  expect(done.easy.getinfo('SIZE_UPLOAD_T')).toBe(SIZE)
  // the kernel's buffers on both sides, and Node's
  expect(ahead).toBeLessThan(BETWEEN)
  expect(memory).toBeLessThan(32 * MB)
})

test('an exception of READFUNCTION ends the upload and is the cause', async () => {
  const fault = new Error('out of data')
  const thrown = await get(server.url, {
    UPLOAD: true,
    READFUNCTION: () => {
      throw fault
    },
  })
  expect(thrown.error?.code).toBe('CURLE_ABORTED_BY_CALLBACK')
  expect(thrown.error?.cause).toBe(fault)
  const aborted = await get(server.url, { UPLOAD: true, READFUNCTION: () => CURL_READFUNC_ABORT })
  expect(aborted.error?.code).toBe('CURLE_ABORTED_BY_CALLBACK')
})

test('Expect: 100-continue: the body waits for the server', async () => {
  let reads = 0
  let readsBeforeContinue: number | undefined
  const careful = await httpServer(() => {})
  careful.server.on('checkContinue', async (request: IncomingMessage, response) => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    readsBeforeContinue = reads
    response.writeContinue()
    response.end((await bodyOf(request)).toString())
  })
  const read = reader('the body')
  const options = { UPLOAD: true, HTTPHEADER: ['Expect: 100-continue'], EXPECT_100_TIMEOUT_MS: 3_600_000 }
  const done = await get(careful.url, { ...options, READFUNCTION: (size: number) => (reads++, read(size)) })
  await careful.close()
  expect(done.headers[0]).toBe('HTTP/1.1 100 Continue')
  expect(done.body.toString()).toBe('the body')
  expect(readsBeforeContinue).toBe(0)
})

test('Expect: 100-continue: a refused body is never read', async () => {
  const strict = await httpServer(() => {})
  strict.server.on('checkContinue', (_request, response) => void response.writeHead(413).end('too much'))
  let reads = 0
  const options = { UPLOAD: true, HTTPHEADER: ['Expect: 100-continue'], EXPECT_100_TIMEOUT_MS: 3_600_000 }
  const done = await get(strict.url, { ...options, READFUNCTION: () => (reads++, null) })
  await strict.close()
  expect(statusOf(done)).toBe(413)
  expect(done.body.toString()).toBe('too much')
  expect(reads).toBe(0)
})

test('Expect: 100-continue: a silent server gets the body after a while', async () => {
  const silent = await httpServer(() => {})
  silent.server.on('checkContinue', async (request: IncomingMessage, response) => {
    response.end((await bodyOf(request)).toString())
  })
  const options = { UPLOAD: true, HTTPHEADER: ['Expect: 100-continue'], EXPECT_100_TIMEOUT_MS: 100 }
  const done = await get(silent.url, { ...options, READFUNCTION: reader('the body') })
  await silent.close()
  expect(done.body.toString()).toBe('the body')
})

test('trailers of a request come from TRAILERFUNCTION', async () => {
  await get(server.url, {
    UPLOAD: true,
    HTTPHEADER: ['Trailer: X-Checksum'],
    READFUNCTION: reader('the body'),
    TRAILERFUNCTION: () => ['X-Checksum: 42'],
  })
  expect(last!.body.toString()).toBe('the body')
  expect(last!.request.trailers).toEqual({ 'x-checksum': '42' })
})

test('a form with fields, files and nested parts', async () => {
  const file = join(folder, 'picture.png')
  writeFileSync(file, Buffer.of(0x89, 0x50, 0x4e, 0x47, 0))
  const done = await get(server.url, {
    MIMEPOST: [
      { name: 'field', data: 'grüße' },
      { name: 'upload', file, type: 'image/png' },
      {
        name: 'bytes',
        data: Uint8Array.of(0, 255, 1),
        filename: 'bytes.bin',
        encoder: 'base64',
        headers: ['X-Own: yes'],
      },
      { name: 'nested', parts: [{ data: 'inner' }] },
    ],
  })
  expect(done.error).toBeUndefined()
  const { headers, method } = last!.request
  expect(method).toBe('POST')
  const form = await new Response(new Uint8Array(last!.body), {
    headers: { 'content-type': headers['content-type']! },
  }).formData()
  expect(form.get('field')).toBe('grüße')
  const upload = form.get('upload') as File
  expect([upload.name, upload.type]).toEqual(['picture.png', 'image/png'])
  expect(Buffer.from(await upload.arrayBuffer())).toEqual(Buffer.of(0x89, 0x50, 0x4e, 0x47, 0))
  const text = last!.body.toString('latin1')
  expect(text).toMatch(/name="bytes"; filename="bytes\.bin"[^]*?X-Own: yes[^]*?\r\n\r\nAP8B\r\n/)
  expect(text).toMatch(/Content-Type: multipart\/mixed; boundary=[^]*inner/)
})
