// Records of TLS by AES-GCM of the host: which records it gets, what happens when a record is wrong or the host fails,
// and which cipher is offered first.
import crypto, { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Multi, type EasyOptions } from 'libcurl-wasm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { current } from '../../dist/js/internals.js'
import { certificates } from '../servers/certificates.js'
import { freePort, httpsServer, listen } from '../servers/listening.js'
import { get, newEasy } from './client.js'

/** HOST_FROM of wasm/lib/openssl/aes_gcm.c. */
const HOST_FROM = 2048
/** The most that a record may have (RFC 8446, section 5.1). */
const MOST = 16_384

const made = certificates()
const CAINFO = made.ca.certFile
const own = { CAINFO, FRESH_CONNECT: true, FORBID_REUSE: true }

// --- node:crypto, with an account of what it is asked, and faults ---

/** The lengths of the texts that the host was given. */
const asked = { encrypted: [] as number[], decrypted: [] as number[] }
let failing = false

const { createCipheriv, createDecipheriv } = crypto

function watched<Make extends typeof createCipheriv | typeof createDecipheriv>(make: Make, lengths: number[]): Make {
  const watching = (...args: Parameters<Make>) => {
    if (failing) throw new Error('no such cipher')
    const cipher = (make as (...args: unknown[]) => crypto.CipherGCM | crypto.DecipherGCM)(...args)
    const update = cipher.update.bind(cipher) as (text: Uint8Array) => Buffer
    return Object.assign(cipher, { update: (text: Uint8Array) => (lengths.push(text.length), update(text)) })
  }
  return watching as Make
}

beforeEach(() => {
  crypto.createCipheriv = watched(createCipheriv, asked.encrypted)
  crypto.createDecipheriv = watched(createDecipheriv, asked.decrypted)
  syncBuiltinESMExports()
})
afterEach(() => {
  Object.assign(crypto, { createCipheriv, createDecipheriv })
  syncBuiltinESMExports()
  failing = false
  asked.encrypted.length = asked.decrypted.length = 0
})

// --- servers ---

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const
const CIPHERS = {
  'TLSv1.2': ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  'TLSv1.3': ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'],
}
type Version = (typeof VERSIONS)[number]

const good = made.good
const serving = (version: Version, ciphers?: string): tls.TlsOptions => ({
  key: good.key,
  cert: good.cert,
  minVersion: version,
  maxVersion: version,
  ...(ciphers && { ciphers }),
})

/** Answers each request with `body`, which is one write, and so as few records as it can be. */
async function records(options: tls.TlsOptions, body: Buffer) {
  const server = tls.createServer(options, (socket: TLSSocket) => {
    socket.on('error', () => {})
    socket.on('data', async (chunk: Buffer) => {
      if (!chunk.includes('\r\n\r\n')) return
      const written = (bytes: string | Buffer) => new Promise((resolve) => socket.write(bytes, resolve))
      await written(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
      await written(body)
    })
  })
  return listen(server, 'https')
}

/** Passes everything on to `port`, and damages the server's long record with this number, from 1 on. */
async function damaging(port: number, number: number) {
  const server = net.createServer((client) => {
    const origin = net.connect(port, '127.0.0.1')
    let waiting = Buffer.alloc(0)
    let count = 0
    for (const socket of [client, origin]) socket.on('error', () => {})
    client.pipe(origin)
    origin.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 5 && waiting.length >= 5 + waiting.readUInt16BE(3)) {
        const record = Buffer.from(waiting.subarray(0, 5 + waiting.readUInt16BE(3)))
        waiting = waiting.subarray(record.length)
        if (record[0] === 23 && record.length > HOST_FROM && ++count === number) record[record.length - 1]! ^= 1
        client.write(record)
      }
    })
    origin.on('close', () => client.destroy())
    client.on('close', () => origin.destroy())
  })
  return listen(server, 'https')
}

// --- tests ---

describe.each(VERSIONS)('%s', (version) => {
  it.each(CIPHERS[version])('%s: records of every length, in both directions', async (cipher) => {
    const echo = await httpsServer(
      async (request, response) => {
        const parts: Buffer[] = []
        for await (const part of request) parts.push(part as Buffer)
        response.end(Buffer.concat(parts))
      },
      serving(version, cipher),
    )
    const multi = new Multi()
    for (const length of [
      1,
      HOST_FROM - 2,
      HOST_FROM - 1,
      HOST_FROM,
      HOST_FROM + 1,
      MOST - 1,
      MOST,
      MOST + 1,
      200_000,
    ]) {
      const body = randomBytes(length)
      const options = { CAINFO, COPYPOSTFIELDS: body, HTTPHEADER: ['Expect:'] } as unknown as Partial<EasyOptions>
      const sent = await get(echo.url, options, newEasy(), multi)
      expect(sent.error, `${length} bytes`).toBeUndefined()
      expect(sent.body.equals(body), `${length} bytes`).toBe(true)
    }
    multi.close()
    await echo.close()
    for (const lengths of Object.values(asked)) {
      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(HOST_FROM)
      expect(Math.max(...lengths)).toBeGreaterThanOrEqual(MOST)
    }
  })

  it('the host gets a record from its shortest length on', async () => {
    // in TLS 1.3 the type of the record is a byte of the text
    const shortest = version === 'TLSv1.3' ? HOST_FROM - 1 : HOST_FROM
    for (const length of [shortest - 1, shortest]) {
      const body = randomBytes(length)
      const server = await records(serving(version, CIPHERS[version][1]), body)
      const done = await get(server.url, own)
      expect(done.body.equals(body)).toBe(true)
      await server.close()
    }
    expect(asked.decrypted.filter((length) => length === HOST_FROM)).toHaveLength(1)
    expect(asked.decrypted.every((length) => length >= HOST_FROM)).toBe(true)
  })

  it('a record that was changed on the way ends the transfer, and is not delivered', async () => {
    const body = randomBytes(20 * MOST)
    const server = await records(serving(version, CIPHERS[version][1]), body)
    const proxy = await damaging(server.port, 5)
    const done = await get(proxy.url, own)
    expect(done.error?.code).toBe('CURLE_RECV_ERROR')
    expect(done.error?.message).toMatch(version === 'TLSv1.3' ? /bad record mac/ : /cipher operation failed/)
    expect(done.body.equals(body.subarray(0, 4 * MOST))).toBe(true)
    expect(asked.decrypted.filter((length) => length >= MOST)).toHaveLength(5)
    // the host is not blamed for it
    asked.decrypted.length = 0
    expect((await get(server.url, own)).body.equals(body)).toBe(true)
    expect(asked.decrypted.length).toBeGreaterThanOrEqual(20)
    await Promise.all([proxy.close(), server.close()])
  })

  it('many connections at once', async () => {
    const body = randomBytes(1_000_000)
    const server = await records(serving(version, CIPHERS[version][0]), body)
    const multi = new Multi()
    const all = await Promise.all(Array.from({ length: 60 }, () => get(server.url, own, newEasy(), multi)))
    expect(all.every((one) => one.error === undefined && one.body.equals(body))).toBe(true)
    multi.close()
    await server.close()
  })

  it('the memory of the module grows in the middle', async () => {
    const body = randomBytes(2_000_000)
    const server = await records(serving(version, CIPHERS[version][1]), body)
    const { exports, host } = current()
    const size = host.memory.bytes.length
    const parts: Uint8Array[] = []
    const done = await get(server.url, {
      ...own,
      WRITEFUNCTION: (part) => {
        if (parts.push(part) === 3) exports.free(exports.malloc(size))
      },
    })
    expect(done.error).toBeUndefined()
    expect(host.memory.bytes.length).toBeGreaterThan(size)
    expect(Buffer.concat(parts).equals(body)).toBe(true)
    await server.close()
  })

  it('a transfer that ends in the middle leaves the others alone', async () => {
    const body = randomBytes(5_000_000)
    const server = await records(serving(version, CIPHERS[version][1]), body)
    let left = 1_000_000
    const ending = get(server.url, {
      ...own,
      WRITEFUNCTION: (chunk) => ((left -= chunk.length) > 0 ? chunk.length : 0),
    })
    const [ended, whole] = await Promise.all([ending, get(server.url, own)])
    expect(ended.error?.code).toBe('CURLE_WRITE_ERROR')
    expect(whole.body.equals(body)).toBe(true)
    await server.close()
  })
})

it('the keys change in the middle', async () => {
  const port = await freePort()
  const options = ['-tls1_3', '-msg', '-accept', `127.0.0.1:${port}`, '-cert', good.certFile, '-key', good.keyFile]
  const server = spawn('openssl', ['s_server', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  server.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')))
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) await once(server.stdout, 'data')
  }
  await said('ACCEPT')
  const transferring = get(`https://127.0.0.1:${port}/`, own)
  await said('GET /')
  const half = 'x'.repeat(5 * MOST)
  server.stdin.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * half.length}\r\n\r\n`)
  server.stdin.write(half)
  // a command has to be the beginning of what s_server reads
  await sleep(500)
  server.stdin.write('K\n')
  await said('KeyUpdate')
  server.stdin.write(half)
  const done = await transferring
  expect(done.error).toBeUndefined()
  expect(done.body.toString() === half + half).toBe(true)
  expect(asked.decrypted.length).toBeGreaterThanOrEqual(8)
  server.kill()
  await once(server, 'exit')
})

it('AES is offered first', async () => {
  const offered: string[][] = []
  for (const ciphers of [
    'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384',
  ]) {
    const version = ciphers.startsWith('TLS') ? 'TLSv1.3' : 'TLSv1.2'
    const server = await httpsServer(
      (request, response) => {
        offered.push([version, (request.socket as TLSSocket).getCipher().name])
        response.end()
      },
      { ...serving(version, ciphers), honorCipherOrder: false },
    )
    await get(server.url, own)
    await server.close()
  }
  expect(offered).toEqual([
    ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
    ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ])
})

// the last test, because the module does not ask again
it('a host that fails is asked no more, and the module does it', async () => {
  const body = randomBytes(10 * MOST)
  const server = await records(serving('TLSv1.3', CIPHERS['TLSv1.3'][1]), body)
  failing = true
  expect((await get(server.url, own)).body.equals(body)).toBe(true)
  failing = false
  expect((await get(server.url, own)).body.equals(body)).toBe(true)
  expect(asked.decrypted).toEqual([])
  await server.close()
})
