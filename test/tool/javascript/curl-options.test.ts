// Compares the table of options with the tool: each name, whether it takes an argument, and how a command line is
// parsed.
import { beforeAll, expect, test } from 'vitest'
import { findLong, parseHelp, splitOptions, usage, type OptionTable } from '../../../ts/tool/javascript/curl-options.js'
import { readTable, run } from '../../playground/command/table.js'

let table: OptionTable

beforeAll(async () => {
  table = await readTable()
})

test('every line of the help is an option', async () => {
  const { stdout } = await run('--help', 'all')
  expect(table.all).toHaveLength(stdout.trim().split('\n').length)
  expect(table.all.map(usage).every((text, index) => stdout.split('\n')[index]!.trim().startsWith(text))).toBe(true)
  expect(table.long.get('data')).toEqual({
    short: 'd',
    long: 'data',
    argument: '<data>',
    help: expect.stringMatching(/post data/i),
  })
  expect(table.short.get(':')!.long).toBe('next')
  expect(table.long.get('rate')!.argument).toBe('<max request rate>')
  expect(table.long.get('silent')).toEqual({ short: 's', long: 'silent', help: 'Silent mode' })
})

test('the help of other versions can be parsed too', () => {
  const { all } = parseHelp(
    'Usage: curl [options...] <url>\n     --ciphers <list of ciphers> SSL ciphers to use\n -q, --disable            Disable .curlrc\n\n',
  )
  expect(all).toEqual([
    { long: 'ciphers', argument: '<list of ciphers>', help: 'SSL ciphers to use' },
    { short: 'q', long: 'disable', help: 'Disable .curlrc' },
  ])
})

test('an option takes an argument exactly if the tool needs one', { timeout: 120_000 }, async () => {
  for (const option of table.all) {
    if (/^(?:help|version|manual|dump-ca-embed)$/.test(option.long)) continue
    const { stderr } = await run(`--${option.long}`)
    expect([option.long, /requires parameter/.test(stderr)]).toEqual([option.long, option.argument !== undefined])
    if (!option.short) continue
    const short = await run(`-${option.short}`)
    expect([option.short, /requires parameter/.test(short.stderr)]).toEqual([
      option.short,
      option.argument !== undefined,
    ])
  }
})

test('names are those of the tool: whole, negated or expanded', async () => {
  const names =
    'silent no-silent no-no-silent buffer no-buffer include no-include eprt ftp-ssl krb4 silen dat Data no-data expand-data'
  for (const name of [
    ...names.split(' '),
    'no-progress-meter',
    'progress-meter',
    'no-',
    'expand-',
    '',
    'toString',
    'constructor',
  ]) {
    const { stderr } = await run(`--${name}`, 'x', '-:', '--', '-')
    const known =
      name !== '' &&
      !/is unknown|cannot be reversed|expand/.test(stderr.split('\n').find((line) => line.includes(`--${name}:`)) ?? '')
    if (name !== '') expect([name, findLong(table, name) !== undefined]).toEqual([name, known])
  }
  expect(findLong(table, 'buffer')).toMatchObject({ option: { long: 'no-buffer' }, off: true })
  expect(findLong(table, 'no-buffer')).toMatchObject({ option: { long: 'no-buffer' }, off: false })
  expect(findLong(table, 'no-silent')).toMatchObject({ option: { long: 'silent' }, off: true })
  expect(findLong(table, 'expand-silent')).toBeUndefined()
})

/** A command line as `name value@argument.offset`. */
function split(...argv: string[]): string[] {
  return splitOptions(argv, table).map(({ kind, option, off, value, index, offset, valueIndex, valueOffset }) => {
    const name = kind === 'option' ? `${off ? '!' : ''}${option!.long}` : kind
    return `${name} ${index}.${offset}${value === undefined ? '' : ` ${value} ${valueIndex}.${valueOffset}`}`
  })
}

test('a command line is parsed as by curl', () => {
  expect(split('-sSLo', 'file', 'https://example.org/')).toEqual([
    ...['silent 0.1', 'show-error 0.2', 'location 0.3', 'output 0.4 file 1.0'],
    'url 2.0 https://example.org/ 2.0',
  ])
  expect(split('-XPOST', '-ofile', '-d', '-', '-vd@x')).toEqual([
    ...['request 0.1 POST 0.2', 'output 1.1 file 1.2', 'data 2.1 - 3.0', 'verbose 4.1', 'data 4.2 @x 4.3'],
  ])
  expect(split('--data=a=b', '--data', '--next', '--data=')).toEqual([
    'data 0.0 a=b 0.7',
    'data 1.0 --next 2.0',
    'data 3.0  3.7',
  ])
  expect(split('a', '-:', 'b', '--next', 'c')).toEqual([
    'url 0.0 a 0.0',
    'next 1.1',
    'url 2.0 b 2.0',
    'next 3.0',
    'url 4.0 c 4.0',
  ])
  expect(split('--no-silent', '--no-buffer', '--buffer', '--include')).toEqual([
    ...['!silent 0.0', 'no-buffer 1.0', '!no-buffer 2.0', 'show-headers 3.0'],
  ])
  expect(split('--', '-x', '--data')).toEqual(['url 1.0 -x 1.0', 'url 2.0 --data 2.0'])
  expect(split('-', '--dat', 'x', '-s€', '--expand-data', 'x')).toEqual([
    ...['unknown 0.1', 'unknown 1.0', 'url 2.0 x 2.0', 'silent 3.1', 'unknown 3.2', 'data 4.0 x 5.0'],
  ])
  expect(split('-d')).toEqual(['data 0.1'])
  expect(split('')).toEqual(['url 0.0  0.0'])
})
