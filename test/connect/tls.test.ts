// The facts of a connection of connect(), and the certificates that it trusts.
import tls from 'node:tls'
import { describe, expect, test } from 'vitest'
import { ca, certs, echo, failure, open, readAll, secure, tcp } from './peers.js'

describe('facts of the connection', () => {
  test('addresses', async () => {
    const server = await tcp(echo)
    const socket = open(server, { host: '127.0.0.1' })
    const { remoteAddress, localAddress, tls, alpn } = await socket.opened
    expect(remoteAddress).toEqual({ address: '127.0.0.1', port: server })
    expect(localAddress).toEqual({ address: '127.0.0.1', port: expect.any(Number) })
    expect([tls, alpn]).toEqual([null, null])
    await socket.close()
  })

  test('the version, the cipher and the certificates of TLS', async () => {
    const socket = open(await secure(echo, { maxVersion: 'TLSv1.2' }), { tls: { ca } })
    const { tls, alpn } = await socket.opened
    expect(tls).toMatchObject({ version: 'TLSv1.2', cipher: expect.stringMatching(/^ECDHE-/) })
    expect(tls!.chain[0]!.subject).toContain('good')
    expect(alpn).toBeNull()
    await socket.close()
  })

  test('the protocol that was chosen by ALPN', async () => {
    const port = await secure(echo, { ALPNProtocols: ['second', 'third'] })
    const socket = open(port, { tls: { ca, alpn: ['first', 'second'] } })
    expect((await socket.opened).alpn).toBe('second')
    await socket.close()
    // by default no protocols are offered, also to a server that has some
    const plain = open(port, { tls: { ca } })
    expect((await plain.opened).alpn).toBeNull()
    await plain.close()
  })
})

describe('trust', () => {
  test.each(['expired', 'wrongHost', 'unknownIssuer', 'selfSigned'] as const)(
    'a certificate that is %s is refused',
    async (which) => {
      const { key, cert } = certs[which]
      const socket = open(await secure(echo, { key, cert }), { tls: { ca } })
      expect(await failure(socket.opened)).toBe('CURLE_PEER_FAILED_VERIFICATION')
      expect(await failure(socket.readable.getReader().read())).toBe('CURLE_PEER_FAILED_VERIFICATION')
    },
  )

  test('the default CA certificates are used if none are given', async () => {
    expect(await failure(open(await secure(echo), { tls: true }).opened)).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  test('verify: false accepts any server', async () => {
    const { key, cert } = certs.selfSigned
    const socket = open(await secure(echo, { key, cert }), { tls: { verify: false } })
    await socket.opened
    await socket.close()
  })

  test('a client sends its certificate', async () => {
    const port = await secure((peer) => peer.end((peer as tls.TLSSocket).getPeerCertificate().subject.CN as string), {
      requestCert: true,
      rejectUnauthorized: true,
      ca,
    })
    const { key, cert } = certs.client
    expect(String(await readAll(open(port, { tls: { ca, key, cert } })))).toBe('client')
    // in TLS 1.3 the server refuses it only after the client has finished the handshake
    const without = open(port, { tls: { ca } })
    expect(await failure(readAll(without))).toBe('CURLE_RECV_ERROR')
  })
})

test('data that arrives together with the handshake is not lost', async () => {
  const port = await secure((peer) => peer.end('at once'))
  const socket = open(port, { tls: { ca } })
  await socket.opened
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(String(await readAll(socket))).toBe('at once')
})
