// Completion with Tab. In the lines here, | is the cursor.
import { beforeAll, describe, expect, test } from 'vitest'
import { complete, helpFor, type Completion, type Sources } from '../../../playground/src/command/complete.js'
import { parse } from '../../../playground/src/command/shell.js'
import { random, some, TRICKY } from './random.js'
import { readTable } from './table.js'

const FILES = ['😀a', '😁b', 'body.json', 'body two.json', 'dir/', 'dir/a.txt', "it's", 'out\x1b[2J\u202e']

let sources: Sources

beforeAll(async () => {
  sources = {
    table: await readTable(),
    builtins: {
      help: { help: 'say what there is' },
      cat: { help: 'show a file', files: true },
      clear: { help: 'clear it' },
    },
    files: (prefix) => FILES.filter((file) => file.startsWith(prefix) && !/\/./.test(file.slice(prefix.length))),
    urls: ['https://example.org/', 'https://example.org/a b', 'http://localhost:8080/'],
  }
})

function at(line: string): Completion {
  return complete(line.replace('|', ''), line.indexOf('|'), sources)
}

function texts(line: string): string[] {
  return at(line).items.map(({ text }) => text)
}

/** The line with the common part of all items inserted. */
function common(line: string): string {
  const { from, to, common } = at(line)
  const text = line.replace('|', '')
  return `${text.slice(0, from)}${common}|${text.slice(to)}`
}

describe('complete', () => {
  test('commands at the start', () => {
    expect(texts('|')).toEqual(['curl', 'help', 'cat', 'clear'])
    expect(texts('c|')).toEqual(['curl', 'cat', 'clear'])
    expect(texts('A=1 cu|')).toEqual(['curl'])
    expect(texts('curl a && cl|')).toEqual(['clear'])
    expect(texts('curl a; |')).toContain('cat')
    expect(texts('wget |')).toEqual([])
    expect(at('cl|').items).toEqual([{ text: 'clear', label: 'clear', help: 'clear it', append: ' ' }])
    expect(common('cl|')).toBe('clear|')
  })

  test('options with their help', () => {
    expect(at('curl --comp|')).toEqual({
      from: 5,
      to: 11,
      items: [
        { text: '--compressed', label: '--compressed', help: 'Request compressed response', append: ' ' },
        { text: '--compressed-ssh', label: '--compressed-ssh', help: 'Enable SSH compression', append: ' ' },
      ],
      common: '--compressed',
    })
    expect(texts('curl --http|')).toEqual(expect.arrayContaining(['--http1.0', '--http1.1', '--http2', '--http3']))
    expect(texts('curl -|').length).toBe(sources.table.all.length)
    expect(at('curl -sSd|').items).toEqual([
      { text: '-sSd', label: '-d, --data <data>', help: expect.any(String), append: ' ' },
    ])
    expect(texts('curl --no-pro|')).toEqual([
      '--no-progress-meter',
      '--no-progress-bar',
      '--no-proxy-anyauth',
      ...texts('curl --no-pro|').slice(3),
    ])
    expect(texts('curl --no-http2|')).toEqual([])
    expect(texts('curl --expand-dat|')).toContain('--expand-data-binary')
    expect(texts('curl -- --comp|')).toEqual([])
    expect(common('curl --max-t|')).toBe('curl --max-time|')
    expect(common('curl --comp|ressed x')).toBe('curl --compressed|ressed x')
    expect(common('curl --xyz|')).toBe('curl --xyz|')
  })

  test('arguments of options', () => {
    expect(texts('curl -X P|')).toEqual(['POST', 'PUT', 'PATCH', 'PROPFIND'])
    expect(texts('curl -XDEL|')).toEqual(['-XDELETE'])
    expect(texts('curl --request=HE|')).toEqual(['--request=HEAD'])
    expect(texts('curl -sX OPT|')).toEqual(['OPTIONS'])
    expect(texts('curl --tls-max 1.|')).toEqual(['1.0', '1.1', '1.2', '1.3'])
    expect(texts('curl --proto =http|')).toEqual(['=http', '=https'].map((text) => `'${text}'`))
    expect(texts('curl --proto =https,ft|')).toEqual(["'=https,ftp'", "'=https,ftps'"])
    expect(texts("curl -w '%{http_code} %{time_t|")).toEqual(["'%{http_code} %{time_total}'"])
    expect(texts('curl -H content-t|')).toEqual([
      "'Content-Type: '",
      "'Content-Type: application/json'",
      "'Content-Type: application/x-www-form-urlencoded'",
      "'Content-Type: text/plain'",
    ])
    expect(at('curl -H content-t|').items.map(({ append }) => append)).toEqual(['', ' ', ' ', ' '])
    expect(texts('curl -u |')).toEqual([])
  })

  test('files, quoted where that is needed', () => {
    expect(texts('curl -T bo|')).toEqual(['body.json', "'body two.json'"])
    expect(common('curl -T b|')).toBe('curl -T body|')
    expect(texts('curl -d @bo|')).toEqual(['@body.json', "'@body two.json'"])
    expect(texts('curl -d@bo|')).toEqual(['-d@body.json', "'-d@body two.json'"])
    expect(texts('curl -F file=@bo|')).toEqual(['file=@body.json', "'file=@body two.json'"])
    // without quotes that is a redirection
    expect(texts('curl -F text=<di|')).toEqual(['dir/'])
    expect(texts("curl -F 'text=<di|")).toEqual(["'text=<dir/'"])
    expect(texts('curl --data-urlencode x@bo|')).toHaveLength(2)
    expect(texts('curl -d bo|')).toEqual([])
    expect(texts('curl -K "body t|')).toEqual(["'body two.json'"])
    expect(texts('curl a > di|')).toEqual(['dir/'])
    expect(at('curl a > di|').items[0]!.append).toBe('')
    expect(texts('cat dir/|')).toEqual(['dir/', 'dir/a.txt'])
    expect(texts('cat it|')).toEqual([`"it's"`])
    expect(texts('help bo|')).toEqual([])
    expect(texts('curl -o /de|')).toEqual(['/dev/null'])
  })

  test('characters are never halved', () => {
    expect(common('cat |')).toBe('cat |')
    expect(texts('cat 😀|')).toEqual(["'😀a'"])
  })

  test('a file name can only be a name', () => {
    const [item] = at('cat out|').items
    expect(item).toEqual({ text: "$'out\\x1b[2J\\u202e'", label: 'out\\u001b[2J\\u202e', help: '', append: ' ' })
    expect(parse(`cat ${item!.text}`, { builtins: ['cat'] }).commands[0]!.argv).toEqual([FILES.at(-1)])
  })

  test('URLs', () => {
    expect(texts('curl http|')).toEqual(['https://example.org/', "'https://example.org/a b'", 'http://localhost:8080/'])
    expect(texts('curl -s exa|')).toEqual(['https://example.org/', "'https://example.org/a b'"])
    expect(common('curl https|')).toBe('curl https://example.org/|')
    expect(common('curl exa|')).toBe('curl exa|')
    expect(texts('curl -X POST local|')).toEqual(['http://localhost:8080/'])
  })

  test('in any line, each item is one word that begins with what is typed', () => {
    const next = random(8)
    const pieces = [...TRICKY, 'curl ', ' -d ', ' -o', ' --data=', '; ', ' > ', 'bo', ' -', ' --', "'", '"']
    for (let i = 0; i < 3000; i++) {
      const line = `curl ${some(next, pieces, 8)}`
      const cursor = Math.floor(next() * (line.length + 1))
      const { from, to, items } = complete(line, cursor, sources)
      expect(from).toBeLessThanOrEqual(to)
      expect(to).toBe(cursor)
      for (const { text, label } of items) {
        expect(text + label, line).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
        expect(parse(`curl ${text}`, { dialect: 'posix' }).commands[0]!.argv, line).toHaveLength(1)
      }
      helpFor(line, cursor, sources)
    }
  })
})

describe('help', () => {
  const help = (line: string): string | undefined => helpFor(line.replace('|', ''), line.indexOf('|'), sources)

  test('is about the option at the cursor', () => {
    expect(help('curl --comp|ressed a')).toBe('--compressed  Request compressed response')
    expect(help('curl --compressed| a')).toBe('--compressed  Request compressed response')
    expect(help('curl -s|SL a')).toMatch(/^-s, --silent /)
    expect(help('curl -sS|L a')).toMatch(/^-S, --show-error /)
    expect(help('curl -sSL| a')).toMatch(/^-L, --location /)
    expect(help('curl |-sSL a')).toMatch(/^-s, --silent /)
    expect(help('curl -o |')).toMatch(/^-o, --output <file> /)
    expect(help('curl -o fi|le a')).toMatch(/^-o, --output <file> /)
    expect(help("curl -H 'a: |b' a")).toMatch(/^-H, --header <header\/@file> /)
    expect(help('curl -ofi|le a')).toMatch(/^-o, --output <file> /)
    expect(help('ls; curl -v|')).toMatch(/^-v, --verbose /)
    expect(help('curl a > out -v|')).toMatch(/^-v, --verbose /)
  })

  test('or there is none', () => {
    for (const line of ['|', 'cu|rl -v', 'curl a|', 'curl a |', 'curl --xyz|', 'wget -v|'])
      expect(help(line)).toBeUndefined()
    expect(help('cat x|')).toBe('cat  show a file')
  })
})
