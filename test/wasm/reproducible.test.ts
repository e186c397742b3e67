// The same commit gives the same bytes wherever and whenever it is built: tested with libraries and our C in two
// folders. `make reproducible` checks whole modules, which takes as long as a first build, so CI runs it.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-reproducible-'))
const TIMEOUT_MS = 600_000

afterAll(() => rmSync(dir, { recursive: true }))

/** A copy of the build's inputs, with an empty cache of libraries, but with the archives of the sources. */
function checkout(name: string): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = join(dir, name)
  for (const part of ['wasm', 'curl-src']) cpSync(join(root, part), join(cwd, part), { recursive: true })
  const cache = join(cwd, 'cache')
  mkdirSync(join(cache, 'libcurl-wasm'), { recursive: true })
  const archives = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'libcurl-wasm/sources')
  symlinkSync(archives, join(cache, 'libcurl-wasm/sources'))
  const flags = readFileSync(join(root, 'build/flags'), 'utf8')
  expect(flags).toContain('-O3 -Os')
  return { cwd, env: { ...process.env, XDG_CACHE_HOME: cache, OPT: '-O3', OPT_COLD: '-Os' } }
}

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Relative path -> hash, of all files below `folder`. */
function hashes(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), hash(path)]),
  )
}

// two that build fast: zlib is plain C, and libpsl is generated from a file with a name and a date
it.each(['zlib', 'libpsl'])(
  'builds the same %s in another folder',
  (library) => {
    const [one, other] = ['here', 'a/longer/way/off'].map((name) => {
      const { cwd, env } = checkout(`${library}/${name}`)
      execFileSync('wasm/build-library', [library], { cwd, env, stdio: 'pipe' })
      return hashes(join(cwd, `build/lib/${library}/`))
    })
    expect(Object.keys(one!)).toContain(`lib/lib${{ zlib: 'z', libpsl: 'psl' }[library] ?? library}.a`)
    expect(other).toEqual(one)
  },
  TIMEOUT_MS,
)

it(
  'links the same module in another folder',
  () => {
    const { cwd, env } = checkout('link/a/longer/way/off')
    mkdirSync(join(cwd, 'build'))
    symlinkSync(join(root, 'build/lib'), join(cwd, 'build/lib'))
    execFileSync('wasm/link', ['dist/curl.wasm', 'curl', 'wasm/src/libcurl'], { cwd, env, stdio: 'pipe' })
    expect(hash(join(cwd, 'dist/curl.wasm'))).toBe(hash(join(root, 'dist/curl.wasm')))
  },
  TIMEOUT_MS,
)

it.each(['curl.wasm', 'curl-full.wasm', 'curl-tool.wasm'])('has no path of this machine and no date in %s', (name) => {
  const text = readFileSync(join(root, 'dist', name), 'latin1')
  expect(text).not.toContain(root)
  expect(text).not.toContain(homedir() + '/')
  expect(text).not.toContain('build/work')
  expect(text).toContain('built on: Thu Jan  1 00:00:00 1970 UTC') // the text of OpenSSL
})
