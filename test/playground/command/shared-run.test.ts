// The link of a run: it has the run, within a bound, and everything that is not valid is refused.
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { PermalinkError } from '../../../playground/src/command/packed.js'
import { MAX_HASH, runFromHash, runToHash, type SharedRun } from '../../../playground/src/command/shared-run.js'
import { random } from './random.js'

const RUN: SharedRun = {
  command: 'curl -s https://a.example/?b=1',
  status: 0,
  duration: 123.456,
  recordedAt: 1_790_000_000_000,
  omitted: [],
  transfers: [
    {
      url: 'https://a.example/?b=1',
      ...{ result: 0, status: 200, contentType: 'text/plain', wire: 5, received: 5, body: 'héllo', whole: true },
      messages: [
        { kind: 'request', direction: 'out', start: 'GET / HTTP/2', headers: [], at: 1, body: 0 },
        {
          ...{ kind: 'response', direction: 'in', start: 'HTTP/2 200', at: 2.5, body: 5 },
          headers: [{ name: '__proto__', value: '<img src=x onerror=alert(1)>' }],
        },
      ],
      texts: [{ at: 1, text: 'ALPN: server accepted h2' }],
      timing: {
        ...{ start: 0, end: 10, traced: false, connection: 'new' },
        phases: [
          { phase: 'connect', from: 0, to: 4 },
          { phase: 'download', from: 4, to: 10 },
        ],
      },
    },
  ],
}

test('a run is the same after encoding and decoding', async () => {
  const hash = await runToHash(RUN)
  expect(hash).toMatch(/^#r=[\w-]+$/)
  expect(await runFromHash(hash)).toEqual(RUN)
  const bare: SharedRun = { ...RUN, recordedAt: null, status: 7, transfers: [] }
  expect(await runFromHash(await runToHash(bare))).toEqual(bare)
  for (const other of ['', '#c=curl', '#z=abcd', '#x', 'r']) expect(await runFromHash(other)).toBeUndefined()
})

test('what does not fit is left out, the body first, and that is said', async () => {
  const next = random(5)
  const noise = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(33 + Math.floor(next() * 90))).join('')
  const [transfer] = RUN.transfers
  const of = (body: string, headers: number, value: number, transfers = 1): SharedRun => ({
    ...RUN,
    transfers: Array.from({ length: transfers }, () => ({
      ...transfer!,
      body,
      messages: [
        {
          ...transfer!.messages[1]!,
          headers: Array.from({ length: headers }, (_, i) => ({ name: `x-${i}`, value: noise(value) })),
        },
      ],
    })),
  })
  const cases: [SharedRun, omitted: RegExp, kept: (run: SharedRun) => boolean][] = [
    [of('x'.repeat(4000), 5, 20), /^$/, ({ transfers }) => transfers[0]!.body!.length === 4000],
    [
      of(noise(9000), 5, 20),
      /^most of the body$/,
      ({ transfers }) => transfers[0]!.body!.length === 1000 && !transfers[0]!.whole,
    ],
    [of(noise(4000), 60, 110), /^the body$/, ({ transfers }) => transfers[0]!.messages[0]!.headers.length === 60],
    [of(noise(4000), 20, 900), /^the body, long headers$/, ({ transfers }) => transfers[0]!.messages.length === 1],
    [
      of('', 30, 150, 5),
      /the body, long headers, all transfers but the first/,
      ({ transfers }) => transfers.length === 1,
    ],
    [of('', 100, 900, 2), /the headers/, ({ transfers }) => transfers[0]!.messages.length === 0],
  ]
  for (const [run, omitted, kept] of cases) {
    const hash = await runToHash(run)
    expect(hash.length).toBeLessThanOrEqual(MAX_HASH)
    const read = (await runFromHash(hash))!
    expect(read.omitted.join(', ')).toMatch(omitted)
    expect(kept(read)).toBe(true)
    expect(read.transfers[0]).toMatchObject({ status: 200, timing: transfer!.timing })
  }
  await expect(runToHash({ ...RUN, command: `curl ${noise(20_000)}` })).rejects.toThrow(/share only the command/)
})

const pack = (content: unknown): string =>
  `#r=${deflateRawSync(typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)).toString('base64url')}`

test('a crafted link is refused', async () => {
  const good = { v: 1, c: 'curl x', s: 0, d: 1, w: null, o: [], t: [] }
  const transfer = { u: '', r: 0, s: 0, y: null, w: 0, n: 0, b: null, m: [], x: [], p: null }
  expect(await runFromHash(pack({ ...good, t: [transfer] }))).toMatchObject({ command: 'curl x' })
  const message = [0, 0, '', 0, 0, []]
  const cases: [unknown, RegExp][] = [
    ['{', /not JSON/],
    [Uint8Array.of(0x22, 0xff, 0x22), /not JSON/],
    ['['.repeat(60_000), /not JSON/],
    [null, /not valid/],
    [[], /not valid/],
    [{ ...good, v: 2 }, /version/],
    [{ ...good, c: 5 }, /not valid/],
    [{ ...good, c: 'curl \x1b[2J' }, /invisible character: \\u001b/],
    [{ ...good, c: 'curl \u202e' }, /invisible character/],
    [{ ...good, s: 1.5 }, /not valid/],
    [{ ...good, s: -1 }, /not valid/],
    [{ ...good, d: '1' }, /not valid/],
    [{ ...good, w: 1e300 }, /not valid/],
    [{ ...good, o: Array(11).fill('the body') }, /not valid/],
    [{ ...good, o: ['nothing: this run was verified'] }, /not valid/],
    [{ ...good, t: Array(11).fill(transfer) }, /not valid/],
    [{ ...good, t: {} }, /not valid/],
    ...Object.entries({
      ...{ u: {}, r: 'x', s: NaN, y: 1, w: -1, n: 0.5, b: {}, m: [[0, 0, '', 0]], x: [['0', 'x']] },
      ...{ p: [0, -1, true, 0, []] },
    }).map(([key, value]): [unknown, RegExp] => [{ ...good, t: [{ ...transfer, [key]: value }] }, /not valid/]),
    ...[
      [7, 0, '', 0, 0, []],
      [0, 2, '', 0, 0, []],
      [0, 0, '', 0, 0, Array(301).fill(['a', 'b'])],
      [0, 0, '', 0, 0, [['a', { toString: 'x' }]]],
    ].map((m): [unknown, RegExp] => [{ ...good, t: [{ ...transfer, m: [m] }] }, /not valid/]),
    [{ ...good, t: [{ ...transfer, m: Array(61).fill(message) }] }, /not valid/],
    // phases that overlap, or go beyond the end
    [{ ...good, t: [{ ...transfer, p: [0, 9, true, 0, [[0, 0, 5], [1, 4, 9]]] }] }, /not valid/], // prettier-ignore
    [{ ...good, t: [{ ...transfer, p: [0, 9, true, 0, [[0, 0, 99]]] }] }, /not valid/],
    [{ ...good, t: [{ ...transfer, p: [0, 9, true, 0, [[99, 0, 9]]] }] }, /not valid/],
    // decompression bombs
    ['a'.repeat(70_000), /too long/],
    [' '.repeat(8 * 2 ** 20), /too long/],
  ]
  for (const [content, message] of cases) {
    const promise = runFromHash(pack(content))
    await expect(promise, JSON.stringify(content)?.slice(0, 90)).rejects.toThrow(message)
    await expect(promise).rejects.toBeInstanceOf(PermalinkError)
  }
  for (const [hash, message] of [
    ['#r=', /base64/],
    ['#r=a*b', /base64/],
    ['#r=____', /incomplete/],
    [(await runToHash(RUN)).slice(0, -8), /incomplete/],
    [`#r=${'A'.repeat(3 * MAX_HASH)}`, /too long/],
  ] as const)
    await expect(runFromHash(hash), hash.slice(0, 40)).rejects.toThrow(message)
})
