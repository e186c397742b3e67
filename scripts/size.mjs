// Prints the size of what a user downloads: `node scripts/size.mjs`, which is `make size`. It has the bytes of each
// artefact, raw and compressed as a server sends them, and how much of curl.wasm each library is, from the linker's
// map.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = new URL('..', import.meta.url)

/** The size with brotli's best quality, 11, as for files that are compressed once. */
export function brotliSize(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length
}

function sizesOf(name) {
  const bytes = readFileSync(new URL(`dist/${name}`, root))
  return [name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotliSize(bytes)]
}

/**
 * The bytes of code and data of each archive in wasm-ld's map, before wasm-opt. A line for a function or a piece of
 * data is `address offset size ARCHIVE(object):(symbol)`, with all numbers in hexadecimal. Strings are merged, and so
 * belong to no archive.
 */
export function byLibrary(map) {
  const libraries = new Map()
  let section = ''
  for (const line of map.split('\n')) {
    const found = line.match(/^ *\S+ +[0-9a-f]+ +([0-9a-f]+) (\S.*| {8}\S.*)$/)
    if (!found) continue
    const [, size, what] = found
    if (!what.startsWith(' ')) section = what
    const input = what.match(/^ {8}(.*):\(/)
    if (!input) continue
    const archive = basename(input[1]).match(/^lib(.*)\.a\(/)
    const name = archive?.[1] ?? (input[1] === '<internal>' ? 'strings' : 'our C')
    const sizes = libraries.get(name) ?? { code: 0, data: 0 }
    sizes[section === 'CODE' ? 'code' : 'data'] += parseInt(size, 16)
    libraries.set(name, sizes)
  }
  return [...libraries].map(([name, { code, data }]) => [name, code, data, code + data]).sort((a, b) => b[3] - a[3])
}

function print(head, rows) {
  const lines = [head, ...rows].map(([label, ...cells]) => [label, ...cells.map((cell) => cell.toLocaleString('en'))])
  for (const [label, ...cells] of lines) console.log(label.padEnd(24) + cells.map((cell) => cell.padStart(12)).join(''))
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  print(
    ['bytes', 'raw', 'gzip -9', 'brotli -11'],
    ['curl-lite.wasm', 'curl.wasm', 'curl-full.wasm', 'curl-tool.wasm', 'manual.inline.js', 'cacert.pem'].map(sizesOf),
  )
  console.log()
  print(
    ['curl.wasm, linked', 'code', 'data', 'both'],
    byLibrary(readFileSync(new URL('build/map/curl.txt', root), 'utf8')),
  )
}
