// The package of the relay as npm packs and installs it: its files, the results of package checkers, and that its
// command and its function work in an empty folder.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { scratch } from '../servers/scratch.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const tarball = join(root, 'build/pack/libcurl-wasm-relay.tgz')
const modules = join(root, 'test/runtimes/node_modules')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const LIMIT_MS = 120_000

const folder = scratch()
beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{}')
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: folder })
}, LIMIT_MS)

test('it has what it needs, and nothing else', async () => {
  const { stdout } = await run('tar', ['tzf', tarball])
  const files = stdout
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''))
  const whole = ['package.json', 'README.md', 'LICENSE', 'bin.js', 'dist/relay.js', 'dist/main.js', 'dist/shared.js']
  expect(files.filter((file) => !file.startsWith('dist/types/')).sort()).toEqual(whole.sort())
  expect(files).toContain('dist/types/relay/relay.d.ts')
})

test('it has the version and the licence of the client', () => {
  const versionOf = (file: string) => (JSON.parse(read(file)) as { version: string }).version
  expect(versionOf('relay/package.json')).toBe(versionOf('package.json'))
  expect(read('relay/LICENSE')).toBe(read('LICENSE'))
})

test('nothing runs when it is installed', () => {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  expect(Object.keys(lock.packages)).toContain('node_modules/libcurl-wasm-relay')
  expect(Object.keys(lock.packages)).not.toContain('node_modules/libcurl-wasm')
  expect(Object.values(lock.packages).filter(({ hasInstallScript }) => hasInstallScript)).toEqual([])
})

test(
  'publint and attw have nothing to say',
  async () => {
    const publint = await run(join(modules, '.bin/publint'), ['--strict', tarball])
    expect(publint.stdout).toMatch(/All good/)
    const attw = await run(join(modules, '.bin/attw'), ['--profile', 'esm-only', '--format', 'json', tarball])
    const { analysis } = JSON.parse(attw.stdout) as { analysis: { problems: { kind: string }[] } }
    // the remaining problems are about require() with older resolvers
    const ofRequire = ['NoResolution', 'CJSResolvesToESM']
    expect(analysis.problems.filter(({ kind }) => !ofRequire.includes(kind))).toEqual([])
  },
  LIMIT_MS,
)

const PROGRAM = `
import http from 'node:http'
import { createRelay, hashPassword, type Relay, type RelayOptions } from 'libcurl-wasm-relay'

const options: RelayOptions = { origins: ['https://app.example'], allowPorts: ['443'] }
const relay: Relay = createRelay(options)
http.createServer().on('upgrade', relay.handleUpgrade)
const hash: string = await hashPassword('secret')
// @ts-expect-error
createRelay({ origins: 42 })
export { hash }
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
