// THIRD-PARTY-NOTICES and the bill of materials: they must include everything that is linked into the modules.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const read = (path: string) => readFileSync(root + path, 'utf8')

interface Source {
  name: string
  version: string
  licence: string
  licenceFiles?: string[]
  locations: { sha256: string }[]
}
/** The sources that are linked in. The others are for tests. */
const sources = (JSON.parse(read('curl-src/sources.json')) as Source[]).filter(({ licenceFiles }) => licenceFiles)

interface Component {
  name: string
  version: string
  licenses: [{ license: { id: string } }]
  hashes?: { alg: string; content: string }[]
  externalReferences: { type: string; hashes: { content: string }[] }[]
  'bom-ref': string
}
const sbom = (): { components: Component[]; dependencies: { ref: string; dependsOn?: string[] }[] } =>
  JSON.parse(
    execFileSync('node', ['curl-src/sbom.mjs', 'dist/curl.wasm', 'dist/curl-tool.wasm'], {
      cwd: root,
      encoding: 'utf8',
    }),
  )

it('has the licence texts of what is linked in', () => {
  const notices = read('dist/THIRD-PARTY-NOTICES')
  for (const { name, version, licence } of sources) expect(notices).toContain(`\n${name} ${version} (${licence})\n`)
  for (const words of [
    'Daniel Stenberg', // curl
    'Apache License', // OpenSSL
    'Tatsuhiro Tsujikawa', // nghttp2
    'Jean-loup Gailly', // zlib
    'Brotli Authors', // brotli
    'Meta Platforms', // zstd
    'Tim Rühsen', // libpsl
    'The Chromium Authors', // its table
    'Mozilla Public License Version 2.0', // the public suffix list
    "Mozilla's list of certificate authorities", // dist/cacert.pem
    'Rich Felker', // musl
    'Emscripten authors',
  ])
    expect(notices).toContain(words)
})

it('lists every source with version, licence and the hashes of its archives', () => {
  const { components } = sbom()
  for (const { name, version, licence, locations } of sources) {
    const component = components.find((candidate) => candidate.name === name)
    expect(component).toMatchObject({ version, licenses: [{ license: { id: licence } }] })
    const hashes = component!.externalReferences
      .filter(({ type }) => type === 'distribution')
      .map((reference) => reference.hashes[0]!.content)
    expect(hashes).toEqual(locations.map(({ sha256 }) => sha256))
  }
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['musl', 'emscripten', 'compiler-rt']))
})

it('names the modules it describes', () => {
  const { components, dependencies } = sbom()
  for (const file of ['dist/curl.wasm', 'dist/curl-tool.wasm']) {
    const module = components.find(({ name }) => name === file)!
    const hash = createHash('sha256')
      .update(readFileSync(root + file))
      .digest('hex')
    expect(module.hashes).toEqual([{ alg: 'SHA-256', content: hash }])
    const uses = dependencies.find(({ ref }) => ref === module['bom-ref'])!.dependsOn!
    expect(uses.length).toBeGreaterThan(sources.length)
  }
})

it('is the same each time', () => {
  expect(sbom()).toEqual(sbom())
})
