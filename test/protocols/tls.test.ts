// TLS: invalid certificates are refused with a reason, custom CA certificates work, both versions work, sessions are
// resumed, and the file of CA certificates is read only once.
import fs, { readFileSync } from 'node:fs'
import type { TLSSocket } from 'node:tls'
import { CURL_SSLVERSION_TLSv1_3, Multi } from 'libcurl-wasm'
import { afterAll, expect, test, vi } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { httpsServer } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import type { Options } from '../servers/transfer.js'
import { get, newEasy } from './client.js'

const made = certificates()
const CAINFO = made.ca.certFile
const greet = (_request: unknown, response: { end(text: string): unknown }): void => void response.end('hello')

const server = await httpsServer(greet)
const bad = {
  wrongHost: await httpsServer(greet, made.wrongHost),
  expired: await httpsServer(greet, made.expired),
  selfSigned: await httpsServer(greet, made.selfSigned),
  unknownIssuer: await httpsServer(greet, made.unknownIssuer),
}
const web = await nginx()
afterAll(() => Promise.all([server, web, ...Object.values(bad)].map((one) => one.close())))

test.each([
  ['wrongHost', "SSL: no alternative certificate subject name matches target IPv4 address '127.0.0.1'"],
  ['expired', 'SSL certificate OpenSSL verify result: certificate has expired (10)'],
  ['selfSigned', 'SSL certificate OpenSSL verify result: self-signed certificate (18)'],
  ['unknownIssuer', 'SSL certificate OpenSSL verify result: unable to get local issuer certificate (20)'],
] as const)('a certificate is refused: %s', async (name, reason) => {
  const done = await get(bad[name].url, { CAINFO })
  expect(done.error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  expect(done.error?.number).toBe(60)
  expect(done.error?.message).toBe(reason)
  expect(done.body).toHaveLength(0)
})

test('a certificate for another name is only valid for that name', async () => {
  const { port } = bad.wrongHost
  const RESOLVE = [`wrong.host:${port}:127.0.0.1`, `right.host:${port}:127.0.0.1`]
  const wrong = await get(`https://right.host:${port}/`, { CAINFO, RESOLVE })
  expect(wrong.error?.number).toBe(60)
  expect(wrong.error?.message).toContain("'right.host'")
  const right = await get(`https://wrong.host:${port}/`, { CAINFO, RESOLVE })
  expect(right.body.toString()).toBe('hello')
})

test('a CA that Node does not know is refused by default', async () => {
  const done = await get(server.url)
  expect(done.error?.number).toBe(60)
  expect(done.error?.message).toContain('unable to get local issuer certificate')
})

test('a custom CA certificate: as a file and as bytes', async () => {
  const file = await get(server.url, { CAINFO, FORBID_REUSE: true })
  expect(file.body.toString()).toBe('hello')
  expect(file.easy.getinfo('SSL_VERIFYRESULT')).toBe(0)
  const blob = await get(server.url, { CAINFO_BLOB: readFileSync(CAINFO), FORBID_REUSE: true })
  expect(blob.body.toString()).toBe('hello')
})

test('SSL_VERIFYPEER false accepts any issuer, SSL_VERIFYHOST 0 any name', async () => {
  const unchecked = await get(bad.selfSigned.url, { SSL_VERIFYPEER: false })
  expect(unchecked.body.toString()).toBe('hello')
  const stillNamed = await get(bad.wrongHost.url, { SSL_VERIFYPEER: false })
  expect(stillNamed.error?.number).toBe(60)
  const unnamed = await get(bad.wrongHost.url, { CAINFO, SSL_VERIFYHOST: 0 })
  expect(unnamed.body.toString()).toBe('hello')
})

test.each([
  ['1.2', 'tls12'],
  ['1.3', 'tls13'],
] as const)('nginx: TLS %s', async (version, address) => {
  const done = await get(web[address], { CAINFO })
  expect(done.error).toBeUndefined()
  expect(done.trace).toContain(`SSL connection using TLSv${version} /`)
})

test('a server that is too old is refused', async () => {
  const done = await get(web.tls12, { CAINFO, SSLVERSION: CURL_SSLVERSION_TLSv1_3 })
  expect(done.error?.code).toBe('CURLE_SSL_CONNECT_ERROR')
  expect(done.error?.message).toMatch(/alert protocol version/)
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a session is resumed on the next connection: %s', async (version) => {
  const resumed: boolean[] = []
  const own = await httpsServer(greet, { minVersion: version, maxVersion: version })
  own.server.on('secureConnection', (socket: TLSSocket) => void resumed.push(socket.isSessionReused()))
  // libcurl does not use tickets of TLS 1.2, so the server must store these sessions
  const sessions = new Map<string, Buffer>()
  own.server.on(
    'newSession',
    (id: Buffer, data: Buffer, done: () => void) => (sessions.set(id.toString('hex'), data), done()),
  )
  own.server.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
    done(null, sessions.get(id.toString('hex')) ?? null)
  })
  const multi = new Multi()
  const options = { CAINFO, FRESH_CONNECT: true, FORBID_REUSE: true }
  const first = await get(own.url, options, newEasy(), multi)
  const second = await get(own.url, options, newEasy(), multi)
  const without = await get(own.url, { ...options, SSL_SESSIONID_CACHE: false }, newEasy(), multi)
  expect([first, second, without].map(({ body }) => body.toString())).toEqual(['hello', 'hello', 'hello'])
  expect(first.trace).not.toContain('SSL reusing session')
  expect(second.trace).toContain('SSL reusing session')
  expect(resumed).toEqual([false, true, false])
  multi.close()
  await own.close()
})

/** Makes ten connections, in a Multi of their own. */
async function tenConnections(options: Options) {
  const multi = new Multi()
  const before = server.connections
  const all = Array.from({ length: 10 }, () =>
    get(server.url, { FRESH_CONNECT: true, FORBID_REUSE: true, ...options }, newEasy(), multi),
  )
  const done = await Promise.all(all)
  multi.close()
  expect(server.connections - before).toBe(10)
  return done
}

test('many connections: the file of CA certificates is read once', async () => {
  const opened = vi.spyOn(fs, 'openSync')
  const reads = (): number => opened.mock.calls.filter(([path]) => path === CAINFO).length
  const done = await tenConnections({ CAINFO })
  expect(done.every(({ body }) => body.toString() === 'hello')).toBe(true)
  expect(reads()).toBe(1)
  opened.mockClear()
  await tenConnections({ CAINFO, CA_CACHE_TIMEOUT: 0 })
  expect(reads()).toBe(10)
  opened.mockRestore()
})

test("many connections: Node's CA certificates are parsed once", async () => {
  // libcurl traces when it loads trust anchors, which the cache avoids
  const loads = (done: { trace: string }[]): number =>
    done.filter(({ trace }) => trace.includes('CAfile: /libcurl-wasm/cacert.pem')).length
  expect(loads(await tenConnections({}))).toBe(1)
  expect(loads(await tenConnections({ CA_CACHE_TIMEOUT: 0 }))).toBe(10)
})

test('CERTINFO has the certificates', async () => {
  const { port } = server
  const done = await get(`https://localhost:${port}/`, { CAINFO, CERTINFO: true, FRESH_CONNECT: true })
  const chain = done.easy.getinfo('CERTINFO')
  expect(chain).toHaveLength(1)
  expect(chain[0]).toContain('Subject:CN = good')
  expect(chain[0]).toContain('Issuer:CN = libcurl-wasm test authority')
  expect(chain[0]!.find((line) => line.startsWith('Cert:'))).toContain('-----BEGIN CERTIFICATE-----')
})

test('CERTINFO is empty without the option', async () => {
  const done = await get(server.url, { CAINFO })
  expect(done.easy.getinfo('CERTINFO')).toEqual([])
})

test('a client certificate, from bytes and from files', async () => {
  const strict = await httpsServer(
    (request, response) => void response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN),
    { requestCert: true, rejectUnauthorized: true, ca: made.ca.cert },
  )
  const { cert, key, certFile, keyFile } = made.client
  const ed25519 = made.clientEd25519
  const fresh = { CAINFO, FRESH_CONNECT: true }
  const bytes = await get(strict.url, { ...fresh, SSLCERT_BLOB: cert, SSLKEY_BLOB: key })
  expect(bytes.body.toString()).toBe('client')
  const files = await get(strict.url, { ...fresh, SSLCERT: certFile, SSLKEY: keyFile })
  expect(files.body.toString()).toBe('client')
  const signed = await get(strict.url, { ...fresh, SSLCERT_BLOB: ed25519.cert, SSLKEY_BLOB: ed25519.key })
  expect(signed.body.toString()).toBe('client-ed25519')
  const without = await get(strict.url, fresh)
  expect(without.error).toBeDefined()
  expect(without.body).toHaveLength(0)
  await strict.close()
})

test.each(['X25519', 'P-256', 'P-384', 'P-521', 'X448'])('a key exchange with %s', async (group) => {
  const only = await httpsServer(greet, { ...made.good, ecdhCurve: group })
  const done = await get(only.url, { CAINFO, FRESH_CONNECT: true, SSL_EC_CURVES: group })
  expect(done.body.toString()).toBe('hello')
  await only.close()
})

test('PINNEDPUBLICKEY refuses another key', async () => {
  const PINNEDPUBLICKEY = `sha256//${Buffer.alloc(32).toString('base64')}`
  const done = await get(server.url, { CAINFO, PINNEDPUBLICKEY, FRESH_CONNECT: true })
  expect(done.error?.code).toBe('CURLE_SSL_PINNEDPUBKEYNOTMATCH')
})
