// Compares the POSIX lexer with bash: both must split a line into the same words.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quoteWord } from '../../../playground/src/command/quote.js'
import { parse, ShellError } from '../../../playground/src/command/shell.js'
import { pick, quickest, random, some, TRICKY } from './random.js'

/** The words that bash makes of each line. */
function bash(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `words ${line}\nprintf 'end of line\\0'\n`).join('')
  const words = `set -f\nwords() { for word; do printf '%s\\0' "$word"; done; }\n`
  const { stdout, stderr, status } = spawnSync('/bin/bash', ['--norc', '-s'], {
    input: words + script,
    env: { LC_ALL: 'C.UTF-8', PATH: '/nowhere' },
    maxBuffer: 2 ** 26,
  })
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
  const all = stdout.toString().split('\0')
  const result: string[][] = [[]]
  for (const word of all.slice(0, -1)) {
    if (word === 'end of line') result.push([])
    else result.at(-1)!.push(word)
  }
  return result.slice(0, -1)
}

function words(line: string): string[] {
  const { commands } = parse(`curl ${line}`, { dialect: 'posix' })
  expect(commands).toHaveLength(1)
  return commands[0]!.argv
}

test('words are those of bash, whatever the quotes', () => {
  const next = random(1)
  const letters = [...'abz09_-=+:./?%@^,]', 'é', '中', '😀', '\u2028', '\ufeff', '\x1b', '\x7f']
  const single = [...letters, ...' "$`\\!#&|;<>(){}*~\t\n', '\\n', '$x']
  const double = [...letters, ...[" ' ! # & | ; < > ( ) { } * ~ \t \n".replaceAll(' ', ''), ' ', "'", '$ ', '$%', '$.']]
  const escapes = ['\\$', '\\`', '\\"', '\\\\', '\\\n', '\\a', '\\n', '\\!', "\\'"]
  const ansi = [
    ...letters,
    ...' "$`#&|;<>(){}*~\t\n',
    ...['\\a', '\\b', '\\e', '\\E', '\\f', '\\n', '\\r', '\\t', '\\v', '\\\\', "\\'", '\\"', '\\?'],
    ...[
      '\\101',
      '\\060',
      '\\7z',
      '\\1012',
      '\\x41',
      '\\x7',
      '\\x4g',
      '\\xg',
      '\\xc3\\xa9',
      '\\303\\251',
      '\\xe4\\270\\xad',
    ],
    ...[
      '\\u41',
      '\\u00e9',
      '\\u4e2d',
      '\\ug',
      '\\U1F600z',
      '\\U0001f6001',
      '\\cA',
      '\\cz',
      '\\c?',
      '\\c[',
      '\\q',
      '\\8',
      '\\\n',
      '\\x{41}',
    ],
  ]
  const bare = [
    ...letters,
    '\\ ',
    '\\"',
    "\\'",
    '\\$',
    '\\\\',
    '\\&',
    '\\#',
    '\\\n',
    '\\a',
    '\\é',
    '[a]',
    '*',
    '{',
    '}',
    '{x}',
    '$.',
    '!',
  ]
  const piece = (): string =>
    pick(next, [
      () => some(next, bare, 4),
      () => `'${some(next, single, 6)}'`,
      () => `"${some(next, [...double, ...escapes], 6)}"`,
      () => `$'${some(next, ansi, 6)}'`,
      () => `$"${some(next, letters, 3)}"`,
    ])()
  const lines = Array.from({ length: 5000 }, () => {
    const all = Array.from({ length: 3 }, () => {
      const word = Array.from({ length: 1 + Math.floor(next() * 3) }, piece).join('')
      // without braces that expand, which are refused and tested below, and without unquoted line ends
      return /^[#~=]|^\d$/.test(word) ? `x${word}` : word
    })
    return all.join(pick(next, [' ', '  ', ' \\\n ', '\t']))
  }).filter((line) => !/\{[^]*(,|\.\.)[^]*\}|\\[ \t]+\n/.test(line))
  const expected = bash(lines)
  expect(lines.length).toBeGreaterThan(3000)
  for (const [index, line] of lines.entries()) expect(words(line), JSON.stringify(line)).toEqual(expected[index])
})

test('braces that bash would expand are never taken literally', () => {
  const next = random(4)
  const pieces = [
    '{',
    '}',
    '{',
    '}',
    ',',
    ',',
    '..',
    'a',
    'b',
    '1',
    "'x'",
    '"y"',
    '\\,',
    '\\{',
    '""',
    '{}',
    '{a}',
    '{,}',
  ]
  const lines = Array.from({ length: 3000 }, () => `x${some(next, pieces, 10)}`)
  const expected = bash(lines)
  let refused = 0
  for (const [index, line] of lines.entries()) {
    try {
      expect(words(line), line).toEqual(expected[index])
    } catch (error) {
      if (!(error instanceof ShellError)) throw error
      expect(error.message).toContain('braces')
      refused++
    }
  }
  expect(refused).toBeGreaterThan(300)
  expect(refused).toBeLessThan(1500)
})

test('bash reads quoted arguments as the same', () => {
  const next = random(2)
  const argv = Array.from({ length: 3000 }, () => some(next, TRICKY, 12))
  expect(bash(argv.map(quoteWord))).toEqual(argv.map((argument) => [argument]))
})

test('a here-document is the same as in bash', () => {
  const bodies = [
    `<<EOF\n{"a": "b\\\\c"}\n\\$x \\\`y "z" 'z' \\q\nEOF\n`,
    `<<'EOF'\n$x \`y\` \\\\ \\\nEOF\n`,
    `<<-"END x"\n\t\ta\n\tb\tc\n\tEND x\n`,
    `<<EOF\none \\\ntwo\n EOF\nEOF\n`,
    `<<< "a b"'c'\n`,
    `<<EOF\nEOF\n`,
  ]
  for (const body of bodies) {
    const { stdout } = spawnSync('bash', ['-c', `while IFS= read -r -N 1 c; do printf %s "$c"; done ${body}`])
    const { redirects } = parse(`curl -d @- ${body}`).commands[0]!
    expect(redirects, body).toEqual([{ fd: 0, text: stdout.toString() }])
  }
})

test('for any text the parser quickly returns or throws a ShellError', () => {
  const next = random(3)
  const texts = Array.from(
    { length: 2000 },
    () => `${pick(next, ['curl ', '', 'curl.exe ', '$ curl '])}${some(next, TRICKY, 30)}`,
  )
  const long = [
    'a',
    '$',
    '\\',
    '"',
    "'",
    '{',
    '{a,',
    '^',
    '"^\n',
    '%a',
    '`',
    '<<a\n',
    '\n',
    ' ',
    ';',
    '\\xg',
    '""',
    '”',
    '=',
  ]
  for (const text of [
    ...texts,
    ...long.map((piece) => `curl ${piece.repeat(8_000)}`),
    ...long.map((piece) => `curl "${piece.repeat(8_000)}`),
  ]) {
    for (const dialect of [undefined, 'posix', 'cmd', 'powershell'] as const) {
      const attempt = (): void => {
        try {
          parse(text, { dialect })
        } catch (error) {
          if (!(error instanceof ShellError)) throw error
          expect(error.at).toBeGreaterThanOrEqual(0)
          expect(error.at).toBeLessThanOrEqual(text.length)
          expect(error.near + error.message).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/)
        }
      }
      expect(quickest(attempt, 1000), JSON.stringify(text.slice(0, 40))).toBeLessThan(1000)
    }
  }
})
