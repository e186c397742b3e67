// TLS of the light module, where it differs from the default one: what Mbed TLS says, its kinds of certificates and
// key exchanges, many connections at once, and what curl says for what there is not.
import fs from 'node:fs'
import type { TLSSocket } from 'node:tls'
import { CURLE_NOT_BUILT_IN, CURL_SSLVERSION_TLSv1_3, Easy, Multi, versionInfo } from 'libcurl-wasm'
import { afterAll, expect, test, vi } from 'vitest'
import { get } from '../protocols/client.js'
import { certificates } from '../servers/certificates.js'
import { httpsServer } from '../servers/listening.js'

const made = certificates()
const CAINFO = made.ca.certFile
const greet = (request: { socket: unknown }, response: { end(text: string): unknown }): void =>
  void response.end((request.socket as TLSSocket).getCipher().standardName)

const server = await httpsServer(greet)
afterAll(() => server.close())

test('the version information says what is in', () => {
  const { protocols, ssl_version, feature_names } = versionInfo()
  expect(protocols).toEqual(['http', 'https', 'ws', 'wss'])
  expect(ssl_version).toBe('mbedTLS/3.6.7')
  expect(feature_names).toEqual(expect.arrayContaining(['brotli', 'zstd', 'libz', 'HTTP2', 'HSTS', 'alt-svc', 'PSL']))
})

test.each([
  ['wrongHost', 'mbedTLS: The certificate Common Name (CN) does not match with the expected CN'],
  ['expired', 'mbedTLS: The certificate validity has expired'],
  ['selfSigned', 'mbedTLS: The certificate is not correctly signed by the trusted CA'],
  ['unknownIssuer', 'mbedTLS: The certificate is not correctly signed by the trusted CA'],
] as const)('a certificate is refused, with the reason: %s', async (name, reason) => {
  const bad = await httpsServer(greet, made[name])
  const done = await get(bad.url, { CAINFO })
  expect(done.error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
  expect(done.error?.message.trim()).toBe(reason)
  expect(done.body).toHaveLength(0)
  await bad.close()
})

test('a server that is too old is refused', async () => {
  const old = await httpsServer(greet, { maxVersion: 'TLSv1.2' })
  const done = await get(old.url, { CAINFO, SSLVERSION: CURL_SSLVERSION_TLSv1_3 })
  expect(done.error?.code).toBe('CURLE_SSL_CONNECT_ERROR')
  await old.close()
})

test.each([
  ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
  ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-SHA384'],
] as const)('%s with %s', async (version, ciphers) => {
  const body = Buffer.alloc(100_001, 'x')
  const one = await httpsServer((_request, response) => void response.end(body), {
    ...{ minVersion: version, maxVersion: version, ciphers },
  })
  const done = await get(one.url, { CAINFO })
  expect(done.error).toBeUndefined()
  expect(done.body.equals(body)).toBe(true)
  await one.close()
})

test.each(['X25519', 'P-256', 'P-384'])('a key exchange with %s, in TLS 1.3 and 1.2', async (group) => {
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const only = await httpsServer(greet, { ...made.good, ecdhCurve: group, maxVersion })
    expect((await get(only.url, { CAINFO })).error).toBeUndefined()
    await only.close()
  }
})

test('the order of ciphers is the one of the default module', async () => {
  const choosing = await httpsServer(greet, { honorCipherOrder: false })
  expect((await get(choosing.url, { CAINFO })).body.toString()).toBe('TLS_CHACHA20_POLY1305_SHA256')
  await choosing.close()
})

test('100 handshakes at the same time', async () => {
  const multi = new Multi()
  const all = Array.from({ length: 100 }, () => get(server.url, { CAINFO, FRESH_CONNECT: true }, new Easy(), multi))
  const done = await Promise.all(all)
  expect(done.map(({ error }) => error).filter(Boolean)).toEqual([])
  for (const { easy } of done) easy.close()
  multi.close()
})

test("the host's certificates are read once, and are not mixed with others", async () => {
  const opened = vi.spyOn(fs, 'openSync')
  for (let i = 0; i < 3; i++) expect((await get(server.url)).error?.number).toBe(60)
  expect((await get(server.url, { CAINFO })).error).toBeUndefined()
  const CAPATH = made.ca.certFile.replace(/[^/]*$/, '')
  expect((await get(server.url, { CAPATH })).error).toBeUndefined()
  expect((await get(server.url, { FRESH_CONNECT: true })).error?.number).toBe(60)
  opened.mockRestore()
})

test.each([
  ['ftp://127.0.0.1/', 'CURLE_UNSUPPORTED_PROTOCOL'],
  ['imap://127.0.0.1/', 'CURLE_UNSUPPORTED_PROTOCOL'],
  ['file:///etc/hostname', 'CURLE_UNSUPPORTED_PROTOCOL'],
])('what there is not fails with words of curl: %s', async (url, code) => {
  const { error } = await get(url)
  expect(error?.code).toBe(code)
  expect(error?.message).toMatch(/not supported|disabled/)
})

test('an option that Mbed TLS lacks is refused', () => {
  const easy = new Easy()
  expect(() => easy.setopt('SSL_EC_CURVES', 'P-256')).toThrow(
    expect.objectContaining({ number: CURLE_NOT_BUILT_IN }) as Error,
  )
  easy.close()
})
