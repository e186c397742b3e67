// TLS sessions that are exported and used by other sessions, also in other processes: the server reports whether it has
// resumed them.
import type { TLSSocket } from 'node:tls'
import { Easy, Session, Share, CURL_LOCK_DATA_SSL_SESSION, type SavedTlsSession } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { httpsServer } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { runScript } from '../servers/script.js'
import { sessionsWith } from './sessions.js'

const { ca, client } = certificates()
const web = await nginx()
const answer = (request: { socket: unknown }): string =>
  `${(request.socket as TLSSocket).getProtocol()} ${(request.socket as TLSSocket).isSessionReused() ? 'resumed' : 'new'}`
const node12 = await httpsServer((request, response) => void response.end(answer(request)), { maxVersion: 'TLSv1.2' })
// libcurl does not use tickets of TLS 1.2, so the server must store its sessions
const remembered = new Map<string, Buffer>()
node12.server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
  remembered.set(id.toString('hex'), data)
  done()
})
node12.server.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) =>
  done(null, remembered.get(id.toString('hex')) ?? null),
)
const node13 = await httpsServer((request, response) => void response.end(answer(request)), { minVersion: 'TLSv1.3' })
const mutual = await httpsServer((request, response) => void response.end(answer(request)), {
  ...{ requestCert: true, ca: ca.cert },
})
afterAll(() => Promise.all([web, node12, node13, mutual].map((each) => each.close())))

const session = sessionsWith({ ca: ca.cert })
const ask = async (at: Session, url: string): Promise<string> => (await at.fetch(url)).text()
const persisted = async (at: Session): Promise<SavedTlsSession[]> =>
  JSON.parse(JSON.stringify(await at.tlsSessions.export()))

describe.each([
  ['TLSv1.2', node12],
  ['TLSv1.3', node13],
])('%s of Node', (version, server) => {
  test('another session resumes it', async () => {
    const first = session()
    expect(await ask(first, server.url)).toBe(`${version} new`)
    const saved = await persisted(first)
    expect(saved.length).toBeGreaterThan(0)
    expect(saved[0]).toEqual({
      shmac: expect.stringMatching(/^[\w+/]+=*$/),
      data: expect.stringMatching(/^[\w+/]+=*$/),
      validUntil: expect.any(Number),
      version,
      alpn: version === 'TLSv1.3' ? 'http/1.1' : null,
    })
    expect(saved[0]!.validUntil).toBeGreaterThan(Date.now() / 1000)
    const second = session()
    await second.tlsSessions.import(saved)
    const third = session()
    // imported ones that were never used are exported again, although only the hash of their key is known
    await third.tlsSessions.import(await persisted(second))
    expect(await ask(second, server.url)).toBe(`${version} resumed`)
    expect(await ask(third, server.url)).toBe(`${version} resumed`)
    // and those that came with a resumed one too
    const fourth = session()
    await fourth.tlsSessions.import(await persisted(third))
    expect(await ask(fourth, server.url)).toBe(`${version} resumed`)
  })

  test('another process resumes it', async () => {
    const first = session()
    await ask(first, server.url)
    const saved = JSON.stringify(await first.tlsSessions.export())
    const script = `
      import { readFileSync } from 'node:fs'
      import { Session } from 'libcurl-wasm'
      const session = new Session({ ca: readFileSync(process.env.CA, 'utf8') })
      await session.tlsSessions.import(JSON.parse(process.env.SAVED))
      console.log(await (await session.fetch(process.env.URL)).text())`
    const env = { CA: ca.certFile, SAVED: saved, URL: server.url }
    expect((await runScript(script, { env })).stdout.trim()).toBe(`${version} resumed`)
  })

  test('it is not resumed without the import, nor with other trusted certificates', async () => {
    const first = session()
    await ask(first, server.url)
    expect(await ask(session(), server.url)).toBe(`${version} new`)
    const other = session({ ca: [ca.cert, certificates().selfSigned.cert] })
    await other.tlsSessions.import(await first.tlsSessions.export())
    expect(await ask(other, server.url)).toBe(`${version} new`)
  })
})

describe.each(['tls12', 'tls13', 'http2'] as const)('%s of nginx', (name) => {
  test('another session resumes it', async () => {
    const first = session()
    await ask(first, web[name])
    const second = session()
    await second.tlsSessions.import(await persisted(first))
    await ask(second, `${web[name]}/second-${name}`)
    // nginx writes its log after it has answered
    await expect
      .poll(() => web.requests().slice(-2))
      .toMatchObject([{ resumed: false }, { resumed: true, request: expect.stringContaining(`/second-${name}`) }])
  })
})

test('one with a client certificate is not exported', async () => {
  const { cert, key } = client
  const at = session({ cert, key })
  expect(await ask(at, mutual.url)).toBe('TLSv1.3 new')
  expect(await at.tlsSessions.export()).toEqual([])
})

test('the export does not reveal the host', async () => {
  const at = session()
  await ask(at, node13.url)
  const [{ shmac }] = (await at.tlsSessions.export()) as [SavedTlsSession]
  expect(atob(shmac)).not.toContain('127.0.0.1')
  expect(atob(shmac)).toHaveLength(64)
})

test('an error names the entry that was not exported', async () => {
  const at = session()
  await ask(at, node13.url)
  const good = (await at.tlsSessions.export())[0]!
  const importing = (sessions: unknown): Promise<void> => at.tlsSessions.import(sessions as never)
  await expect(importing({})).rejects.toThrow(/an array/)
  await expect(importing([good, { ...good, data: '%' }])).rejects.toThrow(/\[1\]\.data/)
  await expect(importing([null])).rejects.toThrow(/\[0\]\.shmac/)
  await expect(importing([good, { ...good, data: btoa('nonsense') }])).rejects.toThrow(/\[1\]/)
  await expect(importing([{ ...good, shmac: btoa('short') }])).rejects.toThrow(/\[0\]/)
})

test('an Easy has both calls, also by the key in plain text', async () => {
  const at = session()
  await ask(at, node13.url)
  const saved = (await at.tlsSessions.export())[0]!
  const share = new Share().setopt('SHARE', CURL_LOCK_DATA_SSL_SESSION)
  const easy = new Easy().setopt('SHARE', share)
  const data = Uint8Array.from(Buffer.from(saved.data, 'base64'))
  easy.sslsImport({ shmac: Uint8Array.from(Buffer.from(saved.shmac, 'base64')), data })
  easy.sslsImport({ sessionKey: 'localhost:443:IMPL-x:G', data })
  const exported = easy.sslsExport()
  expect(exported.map(({ sessionKey }) => sessionKey)).toEqual([null, 'localhost:443:IMPL-x:G'])
  expect(exported[1]).toMatchObject({ ietfTlsId: 0x0304, alpn: 'http/1.1', earlyDataMax: 0, data })
  expect(() => easy.sslsImport({ data })).toThrow(/shmac/)
  easy.close()
  share.close()
  const alone = new Easy()
  expect(() => alone.sslsImport({ sessionKey: 'x', data })).toThrow(/bad argument|bad function/i)
  expect(alone.sslsExport()).toEqual([])
  alone.close()
})
