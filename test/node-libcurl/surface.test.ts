// That a program written for node-libcurl finds what it names: exports, members, enums, options and their types; and
// what an import does.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { scratch } from '../servers/scratch.js'
import { ended, lib, ours, servers } from './library.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = scratch()
const { plain } = await servers()

/** The lists of names.txt, by their head. */
const names = new Map(
  readFileSync(new URL('names.txt', import.meta.url), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replaceAll('\n  ', ' ')
    .trim()
    .split('\n')
    .map((line) => {
      const [head, list] = line.split(': ')
      return [head!, list!.split(' ')]
    }),
)
const list = (head: string): string[] => names.get(head)!

/** The enums of node-libcurl whose values are not libcurl's: here they are. */
const WRONG_THERE: Record<string, readonly string[]> = {
  CurlAuth: ['Any', 'AnySafe'], // all bits but one: libcurl has one more since
  CurlMultiNetworkChanged: ['ClearConns', 'ClearDns'],
  CurlSshKeyType: ['Rsa', 'Dss', 'Ecdsa', 'Ed25519'],
  CurlWs: ['Pong', 'Offset'],
}

const enums = [...names.keys()].flatMap((head) => (head.startsWith('enum ') ? [head.slice('enum '.length)] : []))

test.each(enums)('%s has the members, and libcurl’s values', (name) => {
  const ours = (lib as any)[name]
  const differing: string[] = []
  for (const entry of list(`enum ${name}`)) {
    const [member, value] = entry.split('=') as [string, string]
    if (member.endsWith('_LAST')) continue
    expect(ours, member).toHaveProperty(member)
    if (ours[member] !== Number(value)) differing.push(member)
  }
  expect(differing).toEqual(WRONG_THERE[name] ?? [])
})

test.each(['Curl', 'Easy', 'Multi', 'Share', 'CurlMime', 'CurlMimePart'])('%s has the members', (name) => {
  const type = (lib as any)[name]
  const curl = new lib.Curl()
  const instance = { Curl: curl, Easy: curl.handle }[name] ?? {}
  for (const member of list(`members ${name}`))
    expect(member in type || member in type.prototype || member in instance, member).toBe(true)
  curl.close()
})

test('options and infos have libcurl’s numbers', () => {
  const { info, option } = lib.Curl as any
  expect(list('options').filter((name) => typeof option[name] !== 'number')).toEqual([])
  expect(list('infos').filter((name) => typeof info[name] !== 'number')).toEqual([])
  expect([option.URL, info.RESPONSE_CODE]).toEqual([10002, 0x200002])
})

ours('all options can be set by curly in camel case', async () => {
  for (const name of list('camelCase')) {
    const refusal = await (async () => lib.curly(plain, { [name]: Symbol('wrong') }))().catch(String)
    expect(refusal, name).toMatch(/TypeError|RangeError/) // and not that there is no such option
  }
})

ours('the types have all names', async () => {
  const types = join(root, 'dist/ts/runtimes/node/node-libcurl.js')
  const quoted = (head: string) => JSON.stringify(list(head))
  writeFileSync(
    join(folder, 'names.mts'),
    `import type { ${list('exports').join(', ')} } from '${types}'
     export const options: CurlOptionName[] = ${quoted('options')}
     export const keys: (keyof CurlyOptions)[] = ${quoted('camelCase')}
     export const infos: CurlInfoName[] = ${quoted('infos')}
     export const multiOptions: MultiOptionName[] = ${quoted('multiOptions')}
     export type All = [${list('exports')
       .map((name) =>
         name === 'CurlyResult' || name === 'GetInfoReturn'
           ? `${name}<string>`
           : name === 'curly'
             ? 'typeof curly'
             : name,
       )
       .join(', ')}]`,
  )
  const args = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    'node',
  ]
  const typeRoots = ['--typeRoots', join(root, 'node_modules/@types')]
  const tsc = join(root, 'node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, [...args, ...typeRoots, 'names.mts'], { cwd: folder }).catch(
    (error) => error,
  )
  expect(stdout).toBe('')
})

describe('an import', () => {
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: root })

  ours.each([
    [
      'import',
      `import { curly } from 'libcurl-wasm/node-libcurl'; console.log((await curly.get('${plain}/json')).data.test)`,
    ],
    [
      'require',
      `require('libcurl-wasm/node-libcurl').curly.get('${plain}/json').then(({ data }) => console.log(data.test))`,
    ],
  ])('by %s is ready at once, and does not keep the process', async (kind, program) => {
    const type = kind === 'import' ? '--input-type=module' : '--input-type=commonjs'
    expect(await run(type, '-e', program)).toEqual({ stdout: 'true\n', stderr: '' })
  })

  ours('starts nothing before it is used', async () => {
    const program = `const before = WebAssembly.Instance
      WebAssembly.Instance = class { constructor() { throw new Error('started') } }
      const { Easy } = require('libcurl-wasm/node-libcurl')
      try { new Easy() } catch (error) { console.log(error.message) }`
    expect((await run('--input-type=commonjs', '-e', program)).stdout).toBe('started\n')
  })
})

ours('handles that are forgotten are closed when they are collected', async () => {
  let freed = 0
  // made here, so that they do not hold the Curl
  const callbacks = { read: () => null, free: () => void freed++ }
  for (let i = 0; i < 200; i++) {
    const curl = new lib.Curl()
    const mime = new lib.CurlMime(curl)
    mime.addPart().setDataCallback(0, callbacks)
    curl
      .setOpt('URL', plain)
      .setOpt('DEBUGFUNCTION', () => (void curl, 0))
      .setOpt('MIMEPOST', mime)
    if (i % 50 === 0) await ended(curl)
  }
  for (let i = 0; i < 50 && freed < 190; i++) {
    await after(10)
    ;(globalThis as { gc?: () => void }).gc!()
  }
  expect(freed).toBeGreaterThanOrEqual(190)
})
