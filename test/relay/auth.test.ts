// Authentication at the relay: passwords, tokens and keys, each with the right one, a wrong one, and none.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { hashPassword } from 'libcurl-wasm-relay'
import { expect, test } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import {
  ED25519,
  ExtensionId,
  INFO,
  encodeConnect,
  encodeInfo,
  keyCredentials,
  passwordCredentials,
  readKeyOffer,
  readPasswordOffer,
  type Extension,
  type InfoPacket,
} from '../../shim/transports/wisp/protocol.js'
import { echo } from './origins.js'
import { connect, v1, v2, type Peer } from './peer.js'
import { testRelay } from './relays.js'
import { CloseReason, wsproxyReason } from '../../shim/transports/relay.js'

const echoing = await echo()
const passwords = { anna: await hashPassword('secret'), 'b:c': await hashPassword('') }
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const raw = Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url')
const keys = { keyed: raw.toString('base64') }
const byPassword = await testRelay({ passwords })
const byToken = await testRelay({ tokens: ['first-token', 'second-token'] })
const byKey = await testRelay({ keys })
const byAll = await testRelay({ passwords, tokens: ['t'], keys })

const basic = (login: string): ClientOptions => ({
  headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
})

async function works(peer: Peer): Promise<void> {
  peer.connect(1, echoing.port)
  peer.data(1, 'hello')
  expect((await peer.read(1, 5)).toString()).toBe('hello')
  peer.end()
}

async function answer(url: string, reply: (info: InfoPacket) => Extension[]): Promise<Peer> {
  const peer = await connect(url, 2)
  const info = await peer.next((one): one is InfoPacket => one.type === INFO)
  peer.send(encodeInfo(2, 0, reply(info)))
  return peer
}

/** Expects that the connection is refused with `reason`, and that a stream is not opened. */
async function refused(peer: Peer, reason: number): Promise<void> {
  const before = echoing.connections
  peer.send(encodeConnect(1, 1, '127.0.0.1', echoing.port))
  expect(await peer.closeReason(0)).toBe(reason)
  expect((await peer.closed).code).toBe(1008)
  expect(echoing.connections).toBe(before)
}

const signed = (info: InfoPacket, key = privateKey, hash = raw): Extension => {
  const offer = readKeyOffer(info.extensions.find(({ id }) => id === ExtensionId.KEY)!.payload)
  const keyHash = createHash('sha256').update(hash).digest()
  return keyCredentials({ algorithm: ED25519, keyHash, signature: sign(null, offer.challenge, key) })
}

test('a password in the handshake', async () => {
  const { peer, info } = await v2(`${byPassword.url}/`, [passwordCredentials({ user: 'anna', password: 'secret' })])
  expect(readPasswordOffer(info.extensions.find(({ id }) => id === 2)!.payload)).toEqual({ required: true })
  await works(peer)
})

test('a password in the form with its length', async () => {
  const payload = Buffer.from('\x04\x06\x00annasecret', 'latin1')
  await works((await v2(`${byPassword.url}/`, [{ id: ExtensionId.PASSWORD, payload }])).peer)
})

test.each([
  ['a wrong password', { user: 'anna', password: 'Secret' }],
  ['a longer one', { user: 'anna', password: 'secret1' }],
  ['none', { user: 'anna', password: '' }],
  ['an unknown user', { user: 'bert', password: 'secret' }],
  ['a name of every object', { user: '__proto__', password: 'secret' }],
  ["somebody else's password", { user: 'b:c', password: 'secret' }],
])('%s is refused', async (_what, credentials) => {
  const peer = await connect(`${byPassword.url}/`, 2)
  peer.send(encodeInfo(2, 0, [passwordCredentials(credentials)]))
  expect(await peer.closeReason(0)).toBe(CloseReason.BAD_PASSWORD)
  expect((await peer.closed).code).toBe(1008)
})

test('the relay asks for credentials', async () => {
  await refused(await connect(`${byPassword.url}/`, 1), CloseReason.CREDENTIALS_MISSING)
  await refused(await connect(`${byToken.url}/`, 1), CloseReason.CREDENTIALS_MISSING)
  await refused(await connect(`${byToken.url}/`, 2), CloseReason.CREDENTIALS_MISSING)
  for (const { url } of [byPassword, byKey, byAll]) {
    const peer = await answer(`${url}/`, () => [])
    expect(await peer.closeReason(0)).toBe(CloseReason.CREDENTIALS_MISSING)
    await peer.closed
  }
})

test('streams before the login are not opened', async () => {
  const before = echoing.connections
  const peer = await connect(`${byPassword.url}/`, 2)
  peer.send(encodeInfo(2, 0, [passwordCredentials({ user: 'anna', password: 'secret' })]))
  peer.connect(1, echoing.port)
  expect(await peer.closeReason(0)).toBe(CloseReason.INVALID)
  await peer.closed
  const first = await connect(`${byPassword.url}/`, 2)
  first.connect(1, echoing.port)
  expect(await first.closeReason(0)).toBe(CloseReason.INCOMPATIBLE_EXTENSIONS)
  await first.closed
  expect(echoing.connections).toBe(before)
})

test('Basic, for version 1 and wsproxy', async () => {
  await works((await v1(`${byPassword.url}/`, basic('anna:secret'))).peer)
  await refused(await connect(`${byPassword.url}/`, 1, basic('anna:wrong')), CloseReason.BAD_PASSWORD)
  const ws = new WebSocket(`${byPassword.url}/127.0.0.1:${echoing.port}`, basic('anna:secret'))
  await once(ws, 'open')
  ws.send(Buffer.from('hi'))
  expect(String((await once(ws, 'message'))[0])).toBe('hi')
  ws.terminate()
})

test('tokens, in a header or in the URL', async () => {
  await works((await v1(`${byToken.url}/`, { headers: { authorization: 'Bearer second-token' } })).peer)
  await works((await v1(`${byToken.url}/?token=first-token`)).peer)
  await works((await v2(`${byToken.url}/?token=first-token`)).peer)
  for (const token of ['', 'first-toke', 'first-token1', 'FIRST-TOKEN'])
    await refused(await connect(`${byToken.url}/?token=${token}`), CloseReason.BAD_PASSWORD)
})

test('wsproxy reports in the close code what is missing', async () => {
  const cases = [
    ['', CloseReason.CREDENTIALS_MISSING],
    ['?token=wrong', CloseReason.BAD_PASSWORD],
  ] as const
  const before = echoing.connections
  for (const [query, reason] of cases) {
    const ws = new WebSocket(`${byToken.url}/127.0.0.1:${echoing.port}${query}`)
    const [code] = (await once(ws, 'close')) as [number]
    expect(wsproxyReason(code)).toBe(reason)
  }
  expect(echoing.connections).toBe(before)
})

test('a key signs the challenge', async () => {
  const peer = await answer(`${byKey.url}/`, (info) => [signed(info)])
  await peer.credit(0)
  await works(peer)
})

test.each([
  ['another key', (info: InfoPacket) => signed(info, generateKeyPairSync('ed25519').privateKey)],
  ['an unknown key', (info: InfoPacket) => signed(info, privateKey, Buffer.alloc(32))],
  ['another challenge', () => signed({ extensions: [{ id: 3, payload: Buffer.alloc(66) }] } as unknown as InfoPacket)],
  ['a short signature', () => keyCredentials({ algorithm: 1, keyHash: createHash('sha256').update(raw).digest(), signature: Buffer.alloc(3) })], // prettier-ignore
])('%s is refused', async (_what, reply) => {
  const peer = await answer(`${byKey.url}/`, (info) => [reply(info)])
  expect(await peer.closeReason(0)).toBe(CloseReason.BAD_SIGNATURE)
  await peer.closed
})

test('if several ways are allowed, each of them works', async () => {
  await works((await v1(`${byAll.url}/?token=t`)).peer)
  await works((await v2(`${byAll.url}/`, [passwordCredentials({ user: 'anna', password: 'secret' })])).peer)
  const peer = await answer(`${byAll.url}/`, (info) => {
    expect(readKeyOffer(info.extensions.find(({ id }) => id === ExtensionId.KEY)!.payload).required).toBe(false)
    return [signed(info)]
  })
  await peer.credit(0)
  await works(peer)
})

test('attempts are limited, so that guessing takes long', async () => {
  const relay = await testRelay({ passwords, connectsPerSecond: 2 })
  const attempt = async (guess: number): Promise<number> => {
    const peer = await connect(`${relay.url}/`, 1, basic(`anna:${guess}`))
    const reason = await peer.closeReason(0)
    peer.end()
    return reason
  }
  // at once: checking a password takes its time
  expect(await Promise.all([0, 1, 2, 3, 4, 5].map(attempt))).toContain(CloseReason.THROTTLED)
})

test('no secret is in the log', () => {
  const text = JSON.stringify([byPassword, byToken, byKey, byAll].map(({ log }) => log))
  expect(text).toContain('"login"')
  expect(text).toContain('wrong token')
  for (const secret of ['secret', 'first-toke', 'second-token', '?token', passwords.anna])
    expect(text).not.toContain(secret)
})
