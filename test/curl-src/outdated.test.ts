// Tests `make outdated` with repositories and a page on a local server: its output for a source that is outdated, for
// one that is not, and for one that cannot be checked.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-outdated-'))

/** Serves the files of `dir`, which is all that git needs to read a repository. */
const server = http.createServer((request, response) => {
  try {
    response.end(readFileSync(join(dir, new URL(request.url!, 'http://localhost').pathname)))
  } catch {
    response.writeHead(404).end()
  }
})
let address = ''

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  execFileSync('git', [...identity, ...args], { cwd: dir, stdio: 'pipe' })
}

/** A repository with these tags. */
function repository(name: string, tags: string[]): void {
  git('init', '--quiet', '--bare', name)
  const tree = execFileSync('git', ['--git-dir', name, 'mktree'], { cwd: dir, input: '', encoding: 'utf8' }).trim()
  git('--git-dir', name, 'tag', 'some', tree)
  for (const tag of tags) git('--git-dir', name, 'tag', tag, tree)
  git('--git-dir', name, 'update-server-info')
}

beforeAll(async () => {
  repository('curl.git', ['curl-8_9_1', 'curl-8_22_0', 'curl-8_100_0', 'curl-9_0_0-rc1'])
  repository('openssl.git', ['openssl-3.5.7', 'openssl-4.0.1', 'openssl-4.0.2', 'openssl-4.1.0-alpha1'])
  repository('mbedtls.git', ['mbedtls-3.6.6', 'mbedtls-3.6.7', 'mbedtls-4.0.0'])
  writeFileSync(join(dir, 'list'), '// a list\n// VERSION: 2025-04-01_09-15-00_UTC\nexample\n')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  rmSync(dir, { recursive: true })
})

interface Source {
  name: string
  version: string
  releases: Record<string, string>
}

/** The committed entries of these sources, but with locations on the local server, and with `changes`. */
function sources(where: Record<string, string>, changes: Partial<Source> = {}): Source[] {
  const all = JSON.parse(readFileSync(join(root, 'curl-src/sources.json'), 'utf8')) as Source[]
  return all
    .filter(({ name }) => name in where)
    .map((source) => {
      const key = source.releases['repository'] ? 'repository' : 'page'
      return { ...source, ...changes, releases: { ...source.releases, [key]: `${address}/${where[source.name]}` } }
    })
}

async function outdated(entries: Source[]): Promise<{ lines: string[]; status: number }> {
  const file = join(dir, 'sources.json')
  writeFileSync(file, JSON.stringify(entries))
  const child = spawn('node', ['curl-src/outdated.mjs', file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const status = await new Promise<number>((resolve) => child.on('close', resolve))
  return { lines: text.trim().split('\n'), status }
}

it('names the newest release, by numbers and not by letters, and no pre-release', async () => {
  expect(await outdated(sources({ curl: 'curl.git' }, { version: '8.22.0' }))).toEqual({
    lines: ['curl 8.22.0: 8.100.0 is out'],
    status: 1,
  })
})

it('accepts the newest release', async () => {
  expect(await outdated(sources({ curl: 'curl.git' }, { version: '8.100.0' }))).toEqual({
    lines: ['curl 8.100.0: newest'],
    status: 0,
  })
})

it('stays on the long-term line of Mbed TLS', async () => {
  const { lines } = await outdated(sources({ mbedtls: 'mbedtls.git' }, { version: '3.6.6' }))
  expect(lines).toEqual(['mbedtls 3.6.6: 3.6.7 is out'])
})

it('reads the version of the public suffix list in its page', async () => {
  const { lines, status } = await outdated(sources({ publicsuffix: 'list' }, { version: '20250328.1952' }))
  expect(lines).toEqual(['publicsuffix 20250328.1952: 20250401.0915 is out'])
  expect(status).toBe(1)
})

it('reports a source that cannot be checked, and goes on with the others', async () => {
  const { lines, status } = await outdated(
    sources({ curl: 'nothing.git', openssl: 'openssl.git' }, { version: '4.0.2' }),
  )
  expect(lines[0]).toContain(`cannot ask ${address}/nothing.git: `)
  expect(lines[1]).toBe('openssl 4.0.2: newest')
  expect(status).toBe(2)
})

it('does not treat a response without a version as up to date', async () => {
  const { lines, status } = await outdated(sources({ openssl: 'curl.git' }))
  expect(lines[0]).toContain('no release matches')
  expect(status).toBe(2)
})
