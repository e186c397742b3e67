// Quoted commands can be read by people, and by the parser.
import { expect, test } from 'vitest'
import { quote, quoteCommand, quoteWord } from '../../../playground/src/command/quote.js'
import { parse } from '../../../playground/src/command/shell.js'
import { random, some, TRICKY } from './random.js'

test('there are as few quotes as possible', () => {
  const words: [string, string][] = [
    ['https://example.org/a-b_c.d', 'https://example.org/a-b_c.d'],
    ['a=b@c,d:e+f%20', 'a=b@c,d:e+f%20'],
    ['', "''"],
    ['https://example.org/?a=1&b=2', "'https://example.org/?a=1&b=2'"],
    ['{"a": 1}', `'{"a": 1}'`],
    ["it's", `"it's"`],
    ['it\'s "it"', `$'it\\'s "it"'`],
    ["it's $5!", "$'it\\'s $5\\x21'"],
    ['{\n  "a": 1\n}', '\'{\n  "a": 1\n}\''],
    ['a\tb\r\n', "$'a\\tb\\r\\n'"],
    ['~/x', "'~/x'"],
    ['=x', "'=x'"],
    ['café 中 😀', "'café 中 😀'"],
    ['a\u202eb\u00a0c\u{e0041}\ud800', "$'a\\u202eb\\u00a0c\\U000e0041\\ud800'"],
    ['\x1b[2J', "$'\\x1b[2J'"],
  ]
  for (const [argument, word] of words) expect(quoteWord(argument)).toBe(word)
})

test('a long line has an option on each', () => {
  const argv = [
    '-sS',
    '-X',
    'PUT',
    'https://example.org/items/1',
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"name": "a b"}',
    '-v',
  ]
  expect(quote(argv, { width: 200 })).toBe(
    `curl -sS -X PUT https://example.org/items/1 -H 'Content-Type: application/json' -d '{"name": "a b"}' -v`,
  )
  expect(quote(argv)).toBe(`curl -sS \\
  -X PUT \\
  https://example.org/items/1 \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "a b"}' \\
  -v`)
  expect(quote(argv, { dialect: 'cmd' })).toBe(`curl.exe -sS ^
  -X PUT ^
  https://example.org/items/1 ^
  -H "Content-Type: application/json" ^
  -d ^"^{^\\^"name^\\^": ^\\^"a b^\\^"^}^" ^
  -v`)
  expect(quote([])).toBe('curl')
})

test('a quoted command is parsed as the same arguments', () => {
  const next = random(6)
  for (let i = 0; i < 800; i++) {
    const argv = Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
      some(next, [...TRICKY, 'a', 'b', '\ud800'], 8),
    )
    for (const width of [0, 80, 1000]) {
      const text = quote(argv, { width })
      const { commands } = parse(text, { dialect: 'posix' })
      expect(commands, text).toMatchObject([{ name: 'curl', argv }])
      // it has no characters that affect a terminal
      expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    }
    // without carriage returns and lone surrogates, which cmd.exe cannot have
    const simple = argv.map((argument) => argument.replace(/\r|\ud800/g, ''))
    const text = quote(simple, { dialect: 'cmd' })
    expect(parse(text, { dialect: 'cmd' }).commands, text).toMatchObject([{ name: 'curl', argv: simple }])
  }
})

test('the parser detects the shell', () => {
  const argv = ['-d', '{"a": "100% \\"b\\" & c\\\\d"}', 'https://example.org/?x=%20y&z={a}']
  for (const dialect of ['posix', 'cmd'] as const)
    expect(parse(quote(argv, { dialect }))).toMatchObject({ dialect, commands: [{ argv }] })
})

test('a whole command keeps its environment and its redirections', () => {
  const text = `A='b c' E= curl -d @- x 2>>'e r' >&2 <<'END'\n{"a": "$5"}\nEND\n`
  const [command] = parse(text).commands
  const written = quoteCommand(command!)
  expect(written).toBe(`A='b c' E= curl -d @- x 2>> 'e r' >&2 <<< '{"a": "$5"}'`)
  const { at, end, ...rest } = parse(written).commands[0]!
  expect(command).toMatchObject(rest)
  expect([at, end]).toEqual([0, expect.any(Number)])
})
