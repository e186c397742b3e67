// A server that sends all kinds of valid and invalid frames, in the categories of the Autobahn test suite. The client
// echoes every message, and the test checks its frames and its events.
import { WebSocket } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { sleep } from '../fetch/outcome.js'
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closeFrame, frame, fuzzer, type Peer } from './peer.js'

interface Case {
  name: string
  /** The parts that the server sends one by one. A number is a pause in milliseconds. */
  send: (Buffer | number)[]
  /** Sends in pieces of this many bytes. */
  chop?: number
  /** The messages that the client must have received, and echoed. */
  messages?: (string | Buffer)[]
  pongs?: Buffer[]
  /** Whether the server sends no Close frame after all parts. */
  ends?: boolean
  /** The code of the client's Close frame, or null if it has none. By default that of the server, 1000. */
  closes?: number | null
  /** What the close event of the client reports. By default what the server has sent. */
  tells?: { code: number; reason?: string; clean: boolean }
}

const cases: Record<string, Case[]> = {}
const MB = 1024 * 1024
const ascii = (length: number): string => '*'.repeat(length)
const octets = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 0xfe) & 0xff))

/** A failed connection has no closing handshake, whichever Close frame the client sends. */
const failing = (closes: number) => ({ closes, tells: { code: 1006, clean: false }, ends: true })
const protocolError = failing(1002)
const badText = failing(1007)

// --- 1: framing ---

cases['1 framing'] = [0, 125, 126, 127, 128, 65535, 65536].flatMap((length) => [
  { name: `text of ${length} bytes`, send: [frame(TEXT, ascii(length))], messages: [ascii(length)] },
  { name: `binary of ${length} bytes`, send: [frame(BINARY, octets(length))], messages: [octets(length)] },
  {
    name: `text of ${length} bytes, chopped`,
    send: [frame(TEXT, ascii(length))],
    messages: [ascii(length)],
    chop: length < 1000 ? 1 : 997,
  },
  {
    name: `binary of ${length} bytes, chopped`,
    send: [frame(BINARY, octets(length))],
    messages: [octets(length)],
    chop: length < 1000 ? 1 : 997,
  },
])
cases['1 framing'].push(
  { name: 'a masked frame', send: [frame(TEXT, 'abc', { masked: true })], ...protocolError },
  { name: 'a masked frame without payload', send: [frame(TEXT, '', { masked: true })], ...protocolError },
  { name: 'a length of more than 63 bits', send: [frame(BINARY, '', { length: 2n ** 63n })], ...protocolError },
  { name: 'a length in more bytes than it needs', send: [Buffer.of(0x82, 126, 0, 1, 7)], ...protocolError },
  { name: 'a masked Close frame', send: [frame(CLOSE, Buffer.of(3, 232), { masked: true })], ...protocolError },
)

// --- 2: pings and pongs ---

const pingPayloads = {
  'no payload': Buffer.alloc(0),
  text: Buffer.from('Hello'),
  binary: Buffer.of(0, 255, 254, 253, 0),
  '125 bytes': octets(125),
}
cases['2 pings and pongs'] = [
  ...Object.entries(pingPayloads).flatMap(([name, payload]): Case[] => [
    { name: `ping: ${name}`, send: [frame(PING, payload)], pongs: [payload] },
    { name: `ping: ${name}, octet by octet`, send: [frame(PING, payload)], pongs: [payload], chop: 1 },
    {
      name: `unsolicited pong: ${name}`,
      send: [frame(PONG, payload), frame(PING, 'x')],
      pongs: [Buffer.from('x')],
    },
  ]),
  { name: 'ping of 126 bytes', send: [frame(PING, octets(126))], ...protocolError },
  { name: 'pong of 126 bytes', send: [frame(PONG, octets(126))], ...protocolError },
  ...[0, 1].map((chop): Case => ({
    name: `ten pings at once${chop ? ', octet by octet' : ''}`,
    send: [Buffer.concat(Array.from({ length: 10 }, (_, i) => frame(PING, `payload-${i}`)))],
    pongs: Array.from({ length: 10 }, (_, i) => Buffer.from(`payload-${i}`)),
    chop,
  })),
]

// --- 3: reserved bits ---

cases['3 reserved bits'] = [1, 2, 3, 4, 5, 6, 7].flatMap((rsv): Case[] => [
  {
    name: `${rsv} on text`,
    send: [frame(TEXT, 'first'), frame(TEXT, 'second', { rsv }), frame(PING)],
    messages: ['first'],
    ...protocolError,
  },
  { name: `${rsv} on text, octet by octet`, send: [frame(TEXT, 'second', { rsv })], chop: 1, ...protocolError },
  { name: `${rsv} on binary`, send: [frame(BINARY, octets(24), { rsv })], ...protocolError },
  { name: `${rsv} on ping`, send: [frame(PING, 'x', { rsv })], ...protocolError },
  { name: `${rsv} on Close`, send: [frame(CLOSE, '', { rsv })], ...protocolError },
])

// --- 4: opcodes ---

cases['4 reserved opcodes'] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode): Case[] => [
  { name: `${opcode}`, send: [frame(opcode)], ...protocolError },
  {
    name: `${opcode} with payload, after a message`,
    send: [frame(TEXT, 'first'), frame(opcode, 'payload'), frame(PING)],
    messages: ['first'],
    ...protocolError,
  },
  {
    name: `${opcode} in a message`,
    send: [frame(TEXT, 'first', { fin: false }), frame(opcode, 'payload')],
    ...protocolError,
  },
])

// --- 5: fragmentation ---

const start = (text: string): Buffer => frame(TEXT, text, { fin: false })
const middle = (text: string): Buffer => frame(CONTINUATION, text, { fin: false })
const last = (text: string): Buffer => frame(CONTINUATION, text)
const ping = frame(PING, 'between')
const between = { pongs: [Buffer.from('between')] }

cases['5 fragmentation'] = [
  { name: 'ping in fragments', send: [frame(PING, 'a', { fin: false }), last('b')], ...protocolError },
  { name: 'pong in fragments', send: [frame(PONG, 'a', { fin: false }), last('b')], ...protocolError },
  { name: 'Close in fragments', send: [frame(CLOSE, Buffer.of(3, 232), { fin: false })], ...protocolError },
  ...[0, 1].flatMap((chop): Case[] => {
    const how = chop ? ', octet by octet' : ''
    return [
      {
        name: `text in two${how}`,
        send: [start('fragment1'), last('fragment2')],
        messages: ['fragment1fragment2'],
        chop,
      },
      {
        name: `text in two with a ping between${how}`,
        send: [start('fragment1'), ping, last('fragment2')],
        messages: ['fragment1fragment2'],
        ...between,
        chop,
      },
      {
        name: `text in five with pings between${how}`,
        send: [start('1'), ping, middle('2'), middle('3'), ping, middle('4'), last('5')],
        messages: ['12345'],
        pongs: [...between.pongs, ...between.pongs],
        chop,
      },
      { name: `fragments without payload${how}`, send: [start(''), middle(''), last('')], messages: [''], chop },
      {
        name: `binary in three, the middle one empty${how}`,
        send: [frame(BINARY, octets(3), { fin: false }), middle(''), frame(CONTINUATION, octets(2))],
        messages: [Buffer.concat([octets(3), octets(2)])],
        chop,
      },
      { name: `the end of nothing${how}`, send: [last('x'), frame(TEXT, 'y')], chop, ...protocolError },
      { name: `the middle of nothing${how}`, send: [middle('x'), frame(TEXT, 'y')], chop, ...protocolError },
    ]
  }),
  {
    name: 'all in one write',
    send: [Buffer.concat([start('fragment1'), ping, last('fragment2')])],
    messages: ['fragment1fragment2'],
    ...between,
  },
  { name: 'a pong between', send: [start('a'), frame(PONG, 'p'), last('b')], messages: ['ab'] },
  { name: 'a message in a message', send: [start('a'), frame(TEXT, 'b')], ...protocolError },
  { name: 'the beginning of a message in a message', send: [start('a'), start('b')], ...protocolError },
  { name: 'a binary message in one of text', send: [start('a'), frame(BINARY, 'b')], ...protocolError },
  {
    name: 'a continuation after a complete message',
    send: [start('a'), last('b'), last('c')],
    messages: ['ab'],
    ...protocolError,
  },
  { name: 'Close in a message', send: [start('a'), closeFrame(1000)], ends: true },
]

// --- 3.2 to 3.4, 4.1.3 to 4.1.5, 4.2.3 to 4.2.5, 5.15: valid messages are answered before a bad frame ---

/** Valid messages and then a bad frame: in one segment, in a segment each, and byte by byte. */
function bad(name: string, messages: (string | Buffer)[], frames: Buffer[], how = protocolError): Case[] {
  return [
    { name: `${name}, in one segment`, send: [Buffer.concat(frames)], messages, ...how },
    { name, send: frames, messages, ...how },
    { name: `${name}, octet by octet`, send: [Buffer.concat(frames)], chop: 1, messages, ...how },
  ]
}
const hello = frame(TEXT, 'Hello')

cases['3 to 5 a message before what is wrong'] = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) =>
    bad(`reserved bits ${rsv}`, ['Hello'], [hello, frame(TEXT, 'Hello', { rsv }), frame(PING)]),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
    ...bad(`opcode ${opcode}`, ['Hello'], [hello, frame(opcode), frame(PING)]),
    ...bad(`opcode ${opcode} with a payload`, ['Hello'], [hello, frame(opcode, 'payload'), frame(PING)]),
  ]),
  ...bad(
    'the middle of nothing after a message in two',
    ['fragment1fragment2'],
    [start('fragment1'), last('fragment2'), middle('fragment3'), frame(TEXT, 'fragment4')],
  ),
  ...bad('a masked frame', ['Hello'], [hello, frame(TEXT, 'abc', { masked: true })]),
  ...bad('text that is not UTF-8', ['Hello'], [hello, frame(TEXT, Buffer.of(0xff))], badText),
  ...bad('a Close frame of one byte', ['Hello'], [hello, frame(CLOSE, Buffer.of(3))]),
  ...bad(
    'many messages',
    Array.from({ length: 200 }, (_, i) => octets(i)),
    [...Array.from({ length: 200 }, (_, i) => frame(BINARY, octets(i))), frame(3)],
  ).slice(0, 2),
  ...bad('a large message', [octets(4 * MB)], [frame(BINARY, octets(4 * MB)), frame(3)]).slice(0, 2),
]

// --- 6: UTF-8 ---

const TEXTS = {
  'two bytes': 'Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!',
  'three and four bytes': '\u03ba\u1f79\u03c3\u03bc\u03b5 \u20ac \ud83d\ude00 \ud834\udd1e',
  'the ends of each length': '\0\x7f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  'around the surrogates': '\ud7ff\ue000\ufffd',
  'what are no characters': '\ufffe\uffff\u{1fffe}\u{10ffff}',
  'a byte order mark': '\ufeffx',
}
const INVALID = {
  'a continuation byte': [0x80],
  'two continuation bytes': [0x80, 0xbf],
  'a lead byte alone': [0xc3],
  'three of four bytes': [0xf0, 0x9f, 0x98],
  'a lead byte and a space': [0xe2, 0x20],
  'overlong, two bytes': [0xc0, 0xaf],
  'overlong, three bytes': [0xe0, 0x80, 0xaf],
  'overlong, four bytes': [0xf0, 0x80, 0x80, 0xaf],
  'overlong NUL': [0xc0, 0x80],
  'a high surrogate': [0xed, 0xa0, 0x80],
  'a low surrogate': [0xed, 0xbf, 0xbf],
  'a pair of surrogates': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
  'five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'six bytes': [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
  fe: [0xfe],
  ff: [0xff],
}
const good = '\u03ba\u1f79\u03c3\u03bc\u03b5'

cases['6 UTF-8'] = [
  ...Object.entries(TEXTS).flatMap(([name, text]): Case[] => {
    const bytes = Buffer.from(text)
    const single = Array.from(bytes, (_, i) =>
      frame(i ? CONTINUATION : TEXT, bytes.subarray(i, i + 1), { fin: i === bytes.length - 1 }),
    )
    return [
      { name, send: [frame(TEXT, text)], messages: [text] },
      { name: `${name}, octet by octet`, send: [frame(TEXT, text)], messages: [text], chop: 1 },
      { name: `${name}, each octet a fragment`, send: single, messages: [text] },
      {
        name: `${name}, each octet a fragment, with pings`,
        send: single.flatMap((each, i) => (i % 4 === 1 ? [ping, each] : [each])),
        messages: [text],
        pongs: single.flatMap((_, i) => (i % 4 === 1 ? between.pongs : [])),
      },
    ]
  }),
  ...Object.entries(INVALID).flatMap(([name, bytes]): Case[] => {
    const whole = Buffer.concat([Buffer.from(good), Buffer.from(bytes)])
    return [
      { name: `not: ${name}`, send: [frame(TEXT, whole)], ...badText },
      { name: `not: ${name}, octet by octet`, send: [frame(TEXT, whole)], chop: 1, ...badText },
      {
        name: `not: ${name}, in fragments`,
        send: [frame(TEXT, whole.subarray(0, 5), { fin: false }), frame(CONTINUATION, whole.subarray(5))],
        ...badText,
      },
      {
        name: `not: ${name}, in a message after a good one`,
        send: [frame(TEXT, good), frame(TEXT, whole)],
        messages: [good],
        ...badText,
      },
    ]
  }),
  // the client must not wait for the rest of an invalid message, which is never sent
  {
    name: 'fails at once, before the next fragment',
    send: [frame(TEXT, good, { fin: false }), frame(CONTINUATION, Buffer.of(0xf4, 0x90), { fin: false })],
    ...badText,
  },
  {
    name: 'fails at once, within a frame',
    send: [frame(TEXT, Buffer.concat([Buffer.from(good), Buffer.of(0xf4, 0x90)]), { length: 1000 })],
    ...badText,
  },
  {
    name: 'fails at once, within a frame, octet by octet',
    send: [frame(TEXT, Buffer.of(0xed, 0xa0), { length: 1000 })],
    chop: 1,
    ...badText,
  },
  {
    name: 'a code point may end in the next fragment',
    send: [frame(TEXT, Buffer.of(0xf0, 0x9f), { fin: false }), 50, frame(CONTINUATION, Buffer.of(0x98, 0x80))],
    messages: ['\ud83d\ude00'],
  },
  { name: 'binary is not text', send: [frame(BINARY, Buffer.of(0xff, 0xc0))], messages: [Buffer.of(0xff, 0xc0)] },
]

// --- 7: the closing handshake ---

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]

cases['7 the closing handshake'] = [
  { name: 'without a code', send: [frame(CLOSE)], ends: true, closes: null, tells: { code: 1005, clean: true } },
  { name: 'a code of one byte', send: [frame(CLOSE, Buffer.of(3))], ...protocolError },
  { name: 'a Close frame of 126 bytes', send: [closeFrame(1000, ascii(124))], ...protocolError },
  ...VALID_CODES.map((code): Case => ({
    name: `${code}`,
    send: [closeFrame(code)],
    ends: true,
    closes: code,
    tells: { code, clean: true },
  })),
  ...INVALID_CODES.map((code): Case => ({ name: `not ${code}`, send: [closeFrame(code)], ...protocolError })),
  ...[1, 5, 123].map((length): Case => ({
    name: `a reason of ${length} bytes`,
    send: [closeFrame(1000, ascii(length))],
    ends: true,
    tells: { code: 1000, reason: ascii(length), clean: true },
  })),
  {
    name: 'a reason in UTF-8',
    send: [closeFrame(1000, good)],
    ends: true,
    tells: { code: 1000, reason: good, clean: true },
  },
  {
    name: 'a reason that is no UTF-8',
    send: [closeFrame(1000, Buffer.from(INVALID['a pair of surrogates']))],
    ...badText,
  },
  { name: 'after a message', send: [frame(TEXT, 'x'), closeFrame(1000)], messages: ['x'], ends: true },
  {
    name: 'after a message, in one segment',
    send: [Buffer.concat([frame(TEXT, 'x'), closeFrame(1000)])],
    messages: ['x'],
    ends: true,
  },
  {
    name: 'octet by octet',
    send: [closeFrame(1000, 'reason')],
    chop: 1,
    ends: true,
    tells: { code: 1000, reason: 'reason', clean: true },
  },
  {
    name: 'nothing after it is heard',
    send: [Buffer.concat([closeFrame(1000), frame(TEXT, 'late'), frame(PING, 'late')])],
    ends: true,
  },
  {
    name: 'nothing after it can be wrong',
    send: [Buffer.concat([closeFrame(1000), frame(3), frame(TEXT, Buffer.of(0xff))])],
    ends: true,
  },
  { name: 'a second one changes nothing', send: [Buffer.concat([closeFrame(1000), closeFrame(3000)])], ends: true },
]

// --- 9: large messages ---

const sizes = [64 * 1024, 256 * 1024, MB, 4 * MB, 16 * MB]
cases['9 large messages'] = [
  ...sizes.flatMap((size): Case[] => [
    { name: `text of ${size} bytes`, send: [frame(TEXT, ascii(size))], messages: [ascii(size)] },
    {
      name: `binary of ${size} bytes`,
      send: [frame(BINARY, Buffer.alloc(size, 0xfe))],
      messages: [Buffer.alloc(size, 0xfe)],
    },
  ]),
  ...[64, 1024, 65536].map((size): Case => {
    const whole = ascii(MB)
    const count = MB / size
    const fragments = Array.from({ length: count }, (_, i) =>
      frame(i ? CONTINUATION : TEXT, ascii(size), { fin: i === count - 1 }),
    )
    return { name: `1 MB in fragments of ${size} bytes`, send: [Buffer.concat(fragments)], messages: [whole] }
  }),
  ...[64, 1024, 65536].map((chop): Case => ({
    name: `1 MB in writes of ${chop} bytes`,
    send: [frame(BINARY, octets(MB))],
    messages: [octets(MB)],
    chop,
  })),
]

// --- 10, 11: many messages ---

cases['10 many messages'] = [0, 16, 64, 256, 1024, 4096].flatMap((size): Case[] => [
  {
    name: `1000 texts of ${size} bytes`,
    send: [Buffer.concat(Array.from({ length: 1000 }, () => frame(TEXT, ascii(size))))],
    messages: Array.from({ length: 1000 }, () => ascii(size)),
  },
  {
    name: `1000 binaries of ${size} bytes`,
    send: [Buffer.concat(Array.from({ length: 1000 }, () => frame(BINARY, octets(size))))],
    messages: Array.from({ length: 1000 }, () => octets(size)),
  },
])

// --- running the cases ---

interface Report {
  messages: (string | Buffer)[]
  errors: number
  close: { code: number; reason: string; clean: boolean }
}

/** A client that echoes. */
function echoClient(url: string): Promise<Report> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    const messages: (string | Buffer)[] = []
    let errors = 0
    socket.onmessage = ({ data }) => {
      messages.push(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer))
      socket.send(data as string)
    }
    socket.onerror = () => errors++
    socket.onclose = ({ code, reason, wasClean }) =>
      resolve({ messages, errors, close: { code, reason, clean: wasClean } })
  })
}

async function sendAll(peer: Peer, { send, chop }: Case): Promise<void> {
  for (const part of send) {
    if (typeof part === 'number') await sleep(part)
    else if (!chop) await peer.write(part)
    else
      for (let at = 0; at < part.length && !peer.ended; at += chop) {
        await peer.write(part.subarray(at, at + chop))
        // because the kernel joins what is written in one task
        if (part.length < 1000) await new Promise((resolve) => setImmediate(resolve))
      }
  }
}

const server = await fuzzer()
afterAll(() => server.close())

/** Plays the server of one case, and returns the frames of the client. */
async function play(peer: Peer, one: Case) {
  await sendAll(peer, one)
  const count = (opcode: (code: number) => boolean): number =>
    peer.received.filter((each) => opcode(each.opcode)).length
  if (!one.ends) {
    const expected = one.messages?.length ?? 0
    await peer.until(
      () =>
        peer.fault !== null ||
        (count((code) => code <= BINARY) >= expected && count((code) => code === PONG) >= (one.pongs?.length ?? 0)),
    )
    await peer.write(closeFrame(1000))
  }
  await peer.until(() => count((code) => code === CLOSE) > 0)
  peer.end()
  await peer.until(() => false)
  return peer.received
}

const same = (a: string | Buffer, b: string | Buffer): boolean =>
  Buffer.from(a as string).equals(Buffer.from(b as string))

describe.each(Object.entries(cases))('%s', (_category, list) => {
  test.each(list.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    let faults: string | null = null
    const played = new Promise<Awaited<ReturnType<typeof play>>>((resolve) =>
      server.serve(async (peer) => {
        const received = await play(peer, one)
        faults = peer.fault
        resolve(received)
      }),
    )
    const report = await echoClient(server.ws)
    const received = await played
    expect(faults).toBeNull()
    const messages = one.messages ?? []
    const tells = one.tells ?? { code: 1000, clean: true }
    expect(report.close).toEqual({ reason: '', ...tells })
    expect(report.errors).toBe(tells.clean ? 0 : 1)
    const seen = report.messages.filter((each, i) => typeof each === typeof messages[i] && same(each, messages[i]!))
    expect([seen.length, report.messages.length]).toEqual([messages.length, messages.length])
    const sent = received.filter(({ opcode }) => opcode <= BINARY)
    expect(sent.length).toBe(messages.length)
    sent.forEach(({ opcode, fin, payload }, i) => {
      expect([opcode, fin]).toEqual([typeof messages[i] === 'string' ? TEXT : BINARY, true])
      expect(same(payload, messages[i]!)).toBe(true)
    })
    expect(received.filter(({ opcode }) => opcode === PONG).map(({ payload }) => payload.toString('hex'))).toEqual(
      (one.pongs ?? []).map((payload) => payload.toString('hex')),
    )
    const closes = received.filter(({ opcode }) => opcode === CLOSE).map(({ payload }) => payload.toString('hex'))
    const code = one.closes === undefined ? 1000 : one.closes
    expect(closes).toEqual([code === null ? '' : code.toString(16).padStart(4, '0')])
    expect(received.at(-1)!.opcode).toBe(CLOSE)
  })
})
