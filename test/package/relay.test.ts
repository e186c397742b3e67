// The package of the relay as npm packs and installs it: its files, the results of package checkers, and that its
// command and its function work in an empty folder.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIMIT_MS, Packed, root, run } from './packed.js'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

const packed = new Packed('libcurl-wasm-relay')
const { folder } = packed

test('it has what it needs, and nothing else', async () => {
  const files = await packed.files()
  const whole = [
    'package.json',
    'README.md',
    'LICENSE',
    'bin.js',
    'dist/relay.js',
    'dist/main.js',
    'dist/shared.js',
    'dist/worker.js',
  ]
  const others = files.filter((file) => !file.startsWith('./dist/types/'))
  expect(others.sort()).toEqual(whole.map((file) => `./${file}`).sort())
  expect(files).toContain('./dist/types/relay/node/relay.d.ts')
  expect(files).toContain('./dist/types/relay/worker/relay.d.ts')
})

test('it has the version and the licence of the client', () => {
  const versionOf = (file: string) => (JSON.parse(read(file)) as { version: string }).version
  expect(versionOf('relay/package.json')).toBe(versionOf('package.json'))
  expect(read('relay/LICENSE')).toBe(read('LICENSE'))
})

test('nothing runs when it is installed', () => {
  const { packages } = packed.lock
  expect(Object.keys(packages)).toContain('node_modules/libcurl-wasm-relay')
  expect(Object.keys(packages)).not.toContain('node_modules/libcurl-wasm')
  expect(Object.values(packages).filter(({ hasInstallScript }) => hasInstallScript)).toEqual([])
})

test(
  'publint and attw have nothing to say',
  async () => {
    expect(await packed.publint()).toMatch(/All good/)
    expect((await packed.typeProblems()).problems).toEqual([])
  },
  LIMIT_MS,
)

const PROGRAM = `
import http from 'node:http'
import { createRelay, hashPassword, type Relay, type RelayOptions } from 'libcurl-wasm-relay'
import * as worker from 'libcurl-wasm-relay/worker'

const options: RelayOptions = { origins: ['https://app.example'], allowPorts: ['443'] }
const relay: Relay = createRelay(options)
http.createServer().on('upgrade', relay.handleUpgrade)
const hash: string = await hashPassword('secret')
// @ts-expect-error
createRelay({ origins: 42 })
const settings: worker.RelayOptions = { dohServer: 'https://dns.example/dns-query', log: ({ level, event }) => console.log(level, event) }
const limits = { idFromName: (name: string) => ({ name }), get: () => ({ fetch }) }
const inWorker: worker.Relay = worker.createRelay({ ...settings, limits })
const objects: new (state: object) => { fetch(request: Request): Response } = worker.RelayLimits
const response: Promise<Response> = inWorker.fetch(new Request('https://relay.example/'), { waitUntil() {} })
// @ts-expect-error
worker.createRelay({ udp: true })
export { hash, objects, response }
`

test(
  'it has types',
  async () => {
    writeFileSync(join(folder, 'program.mts'), PROGRAM)
    const typesOfNode = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext']
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, [...options, ...typesOfNode, 'program.mts'], { cwd: folder }).catch(
      (error) => error,
    )
    expect(stdout).toBe('')
  },
  LIMIT_MS,
)

test('in an empty folder its command and its function work', async () => {
  const command = await run(join(folder, 'node_modules/.bin/libcurl-wasm-relay'), ['--version'])
  expect(command.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  const program = `import { createRelay } from 'libcurl-wasm-relay'; console.log(createRelay().draining)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
  expect(stdout).toBe('false\n')
})
