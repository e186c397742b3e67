// A link holds a command, and everything else is refused.
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fromHash, MAX_BYTES, PermalinkError, toHash } from '../../../playground/src/command/permalink.js'
import { quote } from '../../../playground/src/command/quote.js'
import { random, some, TRICKY } from './random.js'

const packed = (bytes: Uint8Array | string): string => `#z=${deflateRawSync(bytes).toString('base64url')}`

test('a command is the same after encoding and decoding', async () => {
  const next = random(7)
  const texts = [
    '',
    'curl',
    'curl https://example.org/?a=1&b=2#c',
    `curl -d '${'{"a": "b"}, '.repeat(2000)}' x`,
    'curl é 中 😀\n\tcurl',
  ]
  for (let i = 0; i < 200; i++) texts.push(quote([some(next, TRICKY, 20), some(next, TRICKY, 20)]))
  for (const text of texts) {
    const hash = await toHash(text)
    // no characters at which a chat or a mail program would end the link
    expect(hash).toMatch(/^#[cz]=[\w.%-]*$/)
    expect(await fromHash(hash)).toBe(text)
    expect(await fromHash(hash.slice(1))).toBe(text)
  }
})

test('it is readable if that is shorter, and compressed otherwise', async () => {
  expect(await toHash('curl https://example.org/')).toBe('#c=curl%20https%3A%2F%2Fexample.org%2F')
  const long = await toHash(`curl ${'https://example.org/ '.repeat(500)}`)
  expect(long).toMatch(/^#z=/)
  expect(long.length).toBeLessThan(200)
  expect(await fromHash('#c=curl+-v%20x')).toBe('curl -v x')
})

test('another hash has no command', async () => {
  for (const hash of ['', '#', '#top', '#x=curl', '#cc=curl', 'c']) expect(await fromHash(hash)).toBeUndefined()
})

test('a broken link is refused', async () => {
  const cases: [string, RegExp][] = [
    ['#c=%', /invalid percent-escape/],
    ['#c=%ff', /invalid percent-escape/],
    ['#c=%ed%a0%80', /invalid percent-escape/],
    ['#c=curl%00', /invisible character: \\u0000/],
    ['#c=curl%1b%5b2J', /invisible character: \\u001b/],
    ['#c=curl\r', /invisible character: \\u000d/],
    ['#c=curl%E2%80%AE', /invisible character: \\u202e/],
    ['#z=', /base64/],
    ['#z=a*b', /base64/],
    ['#z=a', /base64/],
    ['#z=____', /incomplete/],
    [packed('curl '.repeat(100)).slice(0, -4), /incomplete/],
    [packed(Uint8Array.of(0x63, 0xff)), /not UTF-8/],
    [packed('curl \x1b[2J'), /invisible character/],
    [packed('a'.repeat(MAX_BYTES + 1)), /too long/],
    [packed('a'.repeat(50 * 2 ** 20)), /too long/],
    [`#c=${'a'.repeat(4 * MAX_BYTES)}`, /too long/],
  ]
  for (const [hash, message] of cases) {
    const promise = fromHash(hash)
    await expect(promise, hash.slice(0, 50)).rejects.toThrow(message)
    await expect(promise).rejects.toBeInstanceOf(PermalinkError)
  }
  expect(await fromHash(packed('a'.repeat(MAX_BYTES)))).toHaveLength(MAX_BYTES)
})

test('a command that no link can hold is refused', async () => {
  await expect(toHash('a'.repeat(MAX_BYTES + 1))).rejects.toThrow(/longer than 65536 bytes/)
  await expect(toHash('curl \x1b')).rejects.toThrow(/invisible character/)
  await expect(toHash('curl \ud800')).rejects.toThrow(/invisible character/)
})
