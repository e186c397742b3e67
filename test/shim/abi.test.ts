// Compares the numbers of shim/abi.ts with the C headers, with a C program that emcc compiles.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as abi from '../../shim/abi.js'

const root = new URL('../..', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
const headers = new Map<string, number>()

beforeAll(() => {
  const out = join(dir, 'abi.wasm')
  execFileSync(
    'emcc',
    [
      '-w',
      '-I',
      'build/lib/curl/include',
      '-I',
      'wasm/facade',
      'test/abi/abi.c',
      '--no-entry',
      '-sWASM_BIGINT=1',
      '-o',
      out,
    ],
    {
      cwd: root,
      env: { ...process.env, NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' },
    },
  )
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(out)), {})
  const { memory, table, count } = exports as unknown as {
    memory: WebAssembly.Memory
    table(): number
    count(): number
  }
  const bytes = Buffer.from(memory.buffer)
  for (let i = 0; i < count(); i++) {
    const name = bytes.readUInt32LE(table() + i * 16)
    headers.set(bytes.toString('latin1', name, bytes.indexOf(0, name)), bytes.readDoubleLE(table() + i * 16 + 8))
  }
})
afterAll(() => rmSync(dir, { recursive: true }))

/** Every number of shim/abi.ts under its C name: constants, errno names, and members as 'struct.member'. */
function stated(): [string, number][] {
  return Object.entries(abi).flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[name, value]]
    if (typeof value !== 'object' || value instanceof Error) return []
    if (name === 'errno' || name === 'ares') return Object.entries(value)
    return Object.entries(value).map(([member, offset]) => [
      member === 'size' ? name : `${name}.${member}`,
      offset as number,
    ])
  })
}

it('every number of shim/abi.ts is what the headers say', () => {
  expect(stated().length).toBeGreaterThan(130)
  for (const [name, value] of stated()) expect([name, headers.get(name)]).toEqual([name, value])
})

it('the structures that ts/ reads have the expected layout', () => {
  const layout = Object.fromEntries(
    [...headers].filter(([name]) => /^curl_(header|slist|certinfo|version_info|ws_frame)/.test(name)),
  )
  expect(layout).toEqual({
    curl_header: 24,
    'curl_header.name': 0,
    'curl_header.value': 4,
    'curl_header.amount': 8,
    'curl_header.index': 12,
    'curl_header.origin': 16,
    'curl_ws_frame.flags': 4,
    'curl_ws_frame.offset': 8,
    'curl_ws_frame.bytesleft': 16,
    curl_slist: 8,
    'curl_slist.data': 0,
    'curl_slist.next': 4,
    'curl_certinfo.num_of_certs': 0,
    'curl_certinfo.certinfo': 4,
    'curl_version_info_data.version': 1 * 4,
    'curl_version_info_data.version_num': 2 * 4,
    'curl_version_info_data.host': 3 * 4,
    'curl_version_info_data.features': 4 * 4,
    'curl_version_info_data.ssl_version': 5 * 4,
    'curl_version_info_data.libz_version': 7 * 4,
    'curl_version_info_data.protocols': 8 * 4,
    'curl_version_info_data.ares': 9 * 4,
    'curl_version_info_data.libidn': 11 * 4,
    'curl_version_info_data.libssh_version': 13 * 4,
    'curl_version_info_data.brotli_version': 15 * 4,
    'curl_version_info_data.nghttp2_version': 17 * 4,
    'curl_version_info_data.quic_version': 18 * 4,
    'curl_version_info_data.cainfo': 19 * 4,
    'curl_version_info_data.capath': 20 * 4,
    'curl_version_info_data.zstd_version': 22 * 4,
    'curl_version_info_data.gsasl_version': 24 * 4,
    'curl_version_info_data.feature_names': 25 * 4,
    'curl_version_info_data.rtmp_version': 26 * 4,
  })
})

it.each([
  ['constants', 'ts/libcurl'],
  ['numbers', 'ts/libcurl'],
  ['codes', 'ts/node-libcurl'],
])('%s.gen.ts of %s is what libcurl’s headers say', (what, folder) => {
  const made = execFileSync(process.execPath, ['wasm/abi/constants.mjs', 'build/lib/curl/include', what], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(readFileSync(join(root, folder, `${what}.gen.ts`), 'utf8')).toBe(made)
})
