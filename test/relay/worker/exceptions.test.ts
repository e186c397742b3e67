// The list of tests that do not apply to the Worker names only tests that there are, and every file has its place.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FILES, TESTS } from '../worker-setup.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const config = readFileSync(fileURLToPath(new URL('../../../vitest.config.ts', import.meta.url)), 'utf8')
const run = /test\/relay\/\{([\w,-]+)\}\.test\.ts/
  .exec(config)![1]!
  .split(',')
  .map((name) => `${name}.test.ts`)

test('each file of tests is run with the Worker, or there is a reason not to', () => {
  const all = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  expect([...run, ...Object.keys(FILES)].sort()).toEqual(all.sort())
})

test.each(Object.keys(TESTS))('"%s" is the name of a test', (name) => {
  const texts = run.map((file) => readFileSync(folder + file, 'utf8'))
  // those that are made of a pattern and a row
  const [, row] = /: after (.*)$/.exec(name) ?? /^(.*) is a broken connection/.exec(name) ?? []
  expect(texts.some((text) => text.includes(row === undefined ? name : `['${row}'`))).toBe(true)
})
