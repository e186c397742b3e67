// Limits for the size of what users download, compressed as by a server: a change that exceeds one must be worth it.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
// @ts-expect-error: a program of the build, without types
import { brotliSize, byLibrary } from '../../scripts/size.mjs'

const root = new URL('../..', import.meta.url).pathname
const KB = 1000
const TIMEOUT_MS = 180_000

it.each([
  ['curl-lite.wasm', 450 * KB],
  ['curl.wasm', 850 * KB],
  ['curl-full.wasm', 1035 * KB],
  ['curl-tool.wasm', 1100 * KB],
  ['manual.inline.js', 75 * KB],
  ['cacert.pem', 150 * KB],
])(
  '%s is at most %i bytes with brotli',
  (name, ceiling) => {
    expect(brotliSize(readFileSync(`${root}dist/${name}`))).toBeLessThanOrEqual(ceiling)
  },
  TIMEOUT_MS,
)

it('prints the size of each library', () => {
  const rows = byLibrary(readFileSync(`${root}build/map/curl.txt`, 'utf8')) as [string, number, number, number][]
  const names = rows.map(([name]) => name)
  for (const name of [
    'crypto',
    'ssl-without-ech',
    'curl',
    'nghttp2',
    'z',
    'brotlidec',
    'zstd',
    'psl',
    'c',
    'our C',
    'strings',
  ])
    expect(names).toContain(name)
  const linked = rows.reduce((sum, row) => sum + row[3], 0)
  const whole = readFileSync(`${root}dist/curl.wasm`).length
  // the map is of the module before wasm-opt, which makes the code smaller
  expect(linked).toBeGreaterThan(0.9 * whole)
  expect(linked).toBeLessThan(1.3 * whole)
})
