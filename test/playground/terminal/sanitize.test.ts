// The sanitizer: a hostile origin can only send text and colours to the terminal.
import { describe, expect, it } from 'vitest'
import { Sanitizer } from '../../../playground/src/terminal/sanitize.js'

const encoder = new TextEncoder()
const DIM = '\x1b[0;2m'
const END = '\x1b[0m'

/** The text that the terminal gets, when the bytes come in pieces of `size`. */
function sanitized(text: string | Uint8Array, { returns = false, size = Infinity } = {}): string {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  const sanitizer = new Sanitizer(returns)
  let out = ''
  for (let i = 0; i < bytes.length; i += Math.min(size, bytes.length))
    out += sanitizer.push(bytes.subarray(i, i + size))
  return out + sanitizer.end()
}

const seen = (text: string): string => text.replaceAll(DIM, '').replaceAll(END, '')

describe('a sanitizer lets through', () => {
  it('text, tabs and lines, which begin at the left', () => {
    expect(sanitized('a\tb\nc\r\nd é 日本 😀')).toBe('a\tb\r\nc\r\nd é 日本 😀')
  })

  it('weight and colours, and switches them off at the end', () => {
    expect(sanitized('\x1b[1mServer\x1b[22m: x')).toBe('\x1b[1mServer\x1b[22m: x\x1b[0m')
    for (const colour of ['31', '1;4;97', '38;5;200', '48;2;1;2;3', '', '0', '39;49'])
      expect(sanitized(`\x1b[${colour}mx`)).toContain(`\x1b[${colour}mx`)
  })

  it('a carriage return where a progress meter is, and only there', () => {
    expect(sanitized('10 %\r20 %', { returns: true })).toBe('10 %\r20 %')
    expect(seen(sanitized('evil\rgood'))).toBe('evil^Mgood')
  })

  it('the text of a link, without its target', () => {
    expect(sanitized('\x1b]8;;https://evil.example/\x1b\\bank\x1b]8;;\x1b\\.')).toBe('bank.')
    expect(sanitized('\x1b]8;id=1;https://evil.example/\x07bank\x1b]8;;\x07')).toBe('bank')
  })
})

describe('a sanitizer shows as text', () => {
  it.each([
    ['what asks the terminal', '\x1b[c', '^[[c'],
    ['where the cursor is', '\x1b[6n', '^[[6n'],
    ['an enquiry', '\x05', '^E'],
    ['the clipboard', '\x1b]52;c;ZXZpbA==\x07', '^[]52;c;ZXZpbA==^G'],
    ['the title', '\x1b]0;evil\x07', '^[]0;evil^G'],
    ['a query of colours', '\x1b]10;?\x1b\\', '^[]10;?^[\\'],
    ['moves of the cursor', '\x1b[2A\x1b[1;1H\x1b[2J', '^[[2A^[[1;1H^[[2J'],
    ['bracketed paste', '\x1b[?2004h\x1b[201~', '^[[?2004h^[[201~'],
    ['the other screen', '\x1b[?1049h', '^[[?1049h'],
    ['a reset', '\x1bc', '^[c'],
    ['strings of devices', '\x1bP$q"p\x1b\\', '^[P$q"p^[\\'],
    ['mouse reports', '\x1b[?1003h', '^[[?1003h'],
    ['hidden and blinking text', '\x1b[8mx\x1b[5m', '^[[8mx^[[5m'],
    ['colours with colons', '\x1b[38:2::1:2:3m', '^[[38:2::1:2:3m'],
    ['colours that are none', '\x1b[38;5;999m\x1b[38m', '^[[38;5;999m^[[38m'],
    ['sequences in a colour', '\x1b[1\x07m', '^[[1^Gm'],
    ['backspaces and bells', 'a\b\x07', 'a^H^G'],
    ['the other way to begin a sequence', '\x9b2J', '<U+009B>2J'],
    ['text that runs backwards', 'a\u202egnp.exe', 'a<U+202E>gnp.exe'],
    ['invisible text', 'a\u200b\u2060\ufeff\u{e0041}', 'a<U+200B><U+2060><U+FEFF><U+E0041>'],
    ['lines of Unicode', 'a\u2028b\u0085c', 'a<U+2028>b<U+0085>c'],
  ])('%s', (_, text, shown) => {
    for (const size of [Infinity, 1, 2, 3]) {
      const out = sanitized(text, { size })
      expect(seen(out)).toBe(shown)
      expect(out.replace(/\x1b\[0(?:;2)?m/g, '')).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/)
    }
  })

  it('as many marks on a character as scripts have', () => {
    expect(sanitized(`a${'\u0336'.repeat(1000)}b`)).toBe(`a${'\u0336'.repeat(6)}b`)
  })

  it('links that do not end, or are too long', () => {
    expect(seen(sanitized('\x1b]8;;http://a\nb'))).toBe('^[]8;;http://a\r\nb')
    expect(seen(sanitized(`\x1b]8;;${'a'.repeat(5000)}\x07b`, { size: 100 }))).toBe(`^[]8;;${'a'.repeat(5000)}^Gb`)
  })

  it('bytes that are not UTF-8', () => {
    expect(sanitized(Uint8Array.of(0x41, 0xff, 0xc3, 0x42))).toBe('A\ufffd\ufffdB')
  })
})

it('restores colours after text in its own style', () => {
  expect(sanitized('\x1b[31mred\x07red')).toBe(`\x1b[31mred${DIM}^G${END}\x1b[31mred\x1b[0m`)
})

it('ends a background at the end of a line, and continues it in the next', () => {
  expect(sanitized('\x1b[41ma\nb\x1b[0m\n')).toBe('\x1b[41ma\x1b[0m\r\n\x1b[41mb\x1b[0m\r\n')
})

it('gives the same result for pieces of any size', () => {
  const text = 'a\x1b[1mb\x1b]8;;http://x/\x1b\\c\x1b]8;;\x1b\\\r\n\x1b[2Jd é😀\x1b]0;t\x07\r'
  const whole = sanitized(text)
  for (let size = 1; size < 12; size++) expect(sanitized(text, { size })).toBe(whole)
})
