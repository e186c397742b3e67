// Encoding and decoding of Wisp: every packet in both directions, and an error for everything else.
import { describe, expect, it } from 'vitest'
import * as wisp from '../../shim/transports/wisp/protocol.js'
import { CloseReason, closeReasonText, wsproxyCode, wsproxyReason } from '../../shim/transports/relay.js'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const packets: [string, wisp.Packet][] = [
  [
    '01 01000000 01 bb01 612e6f7267',
    { type: wisp.CONNECT, streamId: 1, streamType: wisp.TCP, port: 443, host: 'a.org' },
  ],
  ['01 ffffffff 02 3500 c3bc', { type: wisp.CONNECT, streamId: 0xffffffff, streamType: wisp.UDP, port: 53, host: 'ü' }],
  ['02 00010000 68690a', { type: wisp.DATA, streamId: 256, payload: hex('68690a') }],
  ['02 02000000', { type: wisp.DATA, streamId: 2, payload: hex('') }],
  ['03 00000000 80000000', { type: wisp.CONTINUE, streamId: 0, credit: 128 }],
  ['03 07000000 ffffffff', { type: wisp.CONTINUE, streamId: 7, credit: 0xffffffff }],
  ['04 09000000 44', { type: wisp.CLOSE, streamId: 9, reason: CloseReason.REFUSED }],
  ['05 00000000 02 00', { type: wisp.INFO, streamId: 0, major: 2, minor: 0, extensions: [] }],
  [
    '05 00000000 02 01 01 00000000 04 02000000 6869',
    {
      type: wisp.INFO,
      streamId: 0,
      major: 2,
      minor: 1,
      extensions: [wisp.udpExtension, { id: 4, payload: hex('6869') }],
    },
  ],
]

describe('packets', () => {
  it.each(packets)('%s', (bytes, packet) => {
    expect(wisp.encode(packet)).toEqual(hex(bytes))
    expect(wisp.decode(hex(bytes))).toEqual(packet)
  })

  it('takes the payload of DATA from the message without copying', () => {
    const message = Buffer.concat([Buffer.alloc(3), wisp.encodeData(1, hex('0102'))]).subarray(3)
    const packet = wisp.decode(message) as wisp.DataPacket
    expect(packet.payload.buffer).toBe(message.buffer)
    expect(packet.payload.byteOffset).toBe(message.byteOffset + wisp.HEADER_BYTES)
  })
})

it.each([
  ['', /0 bytes is shorter/],
  ['02 0000', /3 bytes is shorter/],
  ['06 01000000', /0x06 is unknown/],
  ['00 01000000', /0x00 is unknown/],
  ['01 00000000 01 5000 61', /CONNECT on stream 0/],
  ['01 01000000 01 5000', /without a host/],
  ['01 01000000 01 5000 ff', /the host of CONNECT is not UTF-8/],
  ['02 00000000 61', /DATA on stream 0/],
  ['03 01000000 800000', /CONTINUE has 3 bytes instead of 4/],
  ['03 01000000 8000000000', /CONTINUE has 5 bytes/],
  ['04 01000000', /CLOSE has 0 bytes/],
  ['05 01000000 02 00', /INFO on stream 1/],
  ['05 00000000 02', /without a version/],
  ['05 00000000 02 00 01 000000', /ends within the head/],
  ['05 00000000 02 00 04 03000000 6869', /0x04 of INFO is longer/],
  ['05 00000000 02 00 04 ffffffff', /longer/],
  ['05 00000000 02 00 01 00000000 01 00000000', /appears twice/],
])('%s is not Wisp', (bytes, message) => {
  expect(() => wisp.decode(hex(bytes))).toThrow(wisp.WispProtocolError)
  expect(() => wisp.decode(hex(bytes))).toThrow(message)
})

describe('extensions', () => {
  it('password, in both forms of clients', () => {
    const anna = { user: 'anna', password: 'secrét:' }
    const { payload } = wisp.passwordCredentials(anna)
    expect(wisp.readPasswordCredentials(payload)).toEqual(anna)
    expect(wisp.readPasswordCredentials(hex('01 0200 61 6263'))).toEqual({ user: 'a', password: 'bc' })
    expect(wisp.readPasswordCredentials(hex('01 61'))).toEqual({ user: 'a', password: '' })
    expect(wisp.readPasswordOffer(wisp.passwordOffer(true).payload)).toEqual({ required: true })
    expect(wisp.readPasswordOffer(wisp.passwordOffer(false).payload)).toEqual({ required: false })
    expect(() => wisp.readPasswordCredentials(hex('05 61'))).toThrow(/longer than the packet/)
    expect(() => wisp.readPasswordCredentials(hex(''))).toThrow(wisp.WispProtocolError)
    expect(() => wisp.readPasswordCredentials(hex('01 ff 61'))).toThrow(/the user name is not UTF-8/)
    expect(() => wisp.passwordCredentials({ user: 'x'.repeat(256), password: '' })).toThrow(RangeError)
  })

  it('key', () => {
    const offer = { required: true, algorithms: wisp.ED25519, challenge: hex('010203') }
    expect(wisp.readKeyOffer(wisp.keyOffer(offer).payload)).toEqual(offer)
    const credentials = { algorithm: wisp.ED25519, keyHash: new Uint8Array(32).fill(7), signature: hex('0a0b') }
    expect(wisp.readKeyCredentials(wisp.keyCredentials(credentials).payload)).toEqual(credentials)
    expect(() => wisp.readKeyOffer(hex('0101'))).toThrow(/challenge/)
    expect(() => wisp.readKeyCredentials(new Uint8Array(33))).toThrow(/signature/)
  })

  it('message of the day and flow control', () => {
    expect(wisp.readMotd(wisp.motdExtension('grüß').payload)).toBe('grüß')
    expect(wisp.readFlowControl(wisp.flowControlExtension(64).payload)).toBe(64)
    expect(() => wisp.readFlowControl(wisp.flowControlExtension().payload)).toThrow(wisp.WispProtocolError)
  })
})

it('close reasons convert to codes of wsproxy and back, and have texts', () => {
  for (const reason of Object.values(CloseReason)) {
    expect(wsproxyReason(wsproxyCode(reason))).toBe(reason)
    expect(closeReasonText(reason)).not.toMatch(/0x/)
  }
  expect(wsproxyCode(CloseReason.VOLUNTARY)).toBe(1000)
  expect([1006, 3999, 4000, 4256].map(wsproxyReason)).toEqual([null, null, null, null])
  expect(closeReasonText(0x77)).toBe('reason 0x77')
})

it('whatever the bytes, decoding gives a packet that encodes to them, or a WispProtocolError', () => {
  let seed = 1
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below
  let [good, bad] = [0, 0]
  for (let round = 0; round < 40_000; round++) {
    const bytes = Uint8Array.from({ length: random(24) }, () => random(256))
    if (bytes.length > 0 && random(4) > 0) bytes[0] = random(7)
    if (bytes.length > 4 && random(2)) bytes.fill(0, 1, 5)
    if (bytes.length > 11 && random(2)) bytes.set([random(8), 0, 0, 0], 8)
    try {
      const packet = wisp.decode(bytes)
      expect(wisp.encode(packet)).toEqual(bytes)
      good++
    } catch (error) {
      if (!(error instanceof wisp.WispProtocolError)) throw error
      bad++
    }
  }
  expect(Math.min(good, bad)).toBeGreaterThan(2_000)
})
