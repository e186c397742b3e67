// Finds the test files, and parses the metadata in their first lines.
// @see https://web-platform-tests.org/writing-tests/testharness.html#specifying-extra-resources
import { readFileSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { tests } from './source.mjs'

/** All files of a suite that are scripts and can run without a document. */
export function findFiles(suite) {
  return readdirSync(`${tests}/${suite}`, { recursive: true })
    .filter((name) => /\.(any|window)\.js$/.test(name))
    .map((name) => `${suite}/${name}`)
    .sort()
}

/** The metadata of a file: scripts to run before it, its timeout, and the variants of its URL. */
export function readMeta(file) {
  const source = readFileSync(`${tests}/${file}`, 'utf8')
  const meta = [...source.matchAll(/^\/\/ META: (\w+)=(.*)$/gm)]
  const valuesOf = (key) => meta.filter(([, name]) => name === key).map(([, , value]) => value.trim())
  const variants = valuesOf('variant')
  return {
    scripts: valuesOf('script').map((script) => posix.resolve('/', posix.dirname(file), script)),
    title: valuesOf('title')[0] ?? file,
    isLong: valuesOf('timeout').includes('long'),
    variants: variants.length > 0 ? variants : [''],
  }
}
