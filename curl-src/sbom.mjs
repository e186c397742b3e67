// Prints a CycloneDX bill of materials of the modules: `node sbom.mjs FILE.wasm...`, which is `make sbom`. It has no
// date and no random number, so the same build always has the same one. @see https://cyclonedx.org/docs/1.6/json/
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { compilerParts, sources } from './parts.mjs'

const { name, version, license } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const self = `pkg:npm/${name}@${version}`

const sha256 = (content) => [{ alg: 'SHA-256', content }]
/** Licences in CycloneDX, which keeps SPDX expressions apart from identifiers of a single licence. */
const licences = (licence) => [licence.includes(' ') ? { expression: licence } : { license: { id: licence } }]
const purl = (part, more = '') => `pkg:generic/${part.name}@${part.version}${more}`

/** A pinned source. Each location has a hash of its own, because the archives differ. */
function fromSource(source) {
  const { locations, releases } = source
  return {
    type: 'library',
    'bom-ref': purl(source),
    name: source.name,
    version: source.version,
    licenses: licences(source.licence),
    purl: purl(source, locations[0].url ? `?download_url=${encodeURIComponent(locations[0].url)}` : ''),
    externalReferences: [
      ...(releases.repository ? [{ type: 'vcs', url: releases.repository }] : []),
      ...locations.map(({ url, debian, sha256: hash }) => ({
        type: 'distribution',
        url: url ?? debian,
        ...(debian ? { comment: 'a path in the Debian archive' } : {}),
        hashes: sha256(hash),
      })),
    ],
  }
}

function fromCompiler(part) {
  return {
    type: 'library',
    'bom-ref': purl(part),
    name: part.name,
    version: part.version,
    licenses: licences(part.licence),
    purl: purl(part),
    externalReferences: [{ type: 'vcs', url: part.source }],
  }
}

/** A module, whose own hash says which one is meant. */
function fromModule(path) {
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
  const file = basename(path)
  return { type: 'file', 'bom-ref': `${self}#dist/${file}`, name: `dist/${file}`, hashes: sha256(hash) }
}

const modules = process.argv.slice(2).map(fromModule)
const libraries = [...sources.map(fromSource), ...compilerParts().map(fromCompiler)]
const refs = (components) => components.map((component) => component['bom-ref'])

const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'library',
      'bom-ref': self,
      name,
      version,
      licenses: licences(license),
      purl: self,
    },
  },
  components: [...modules, ...libraries],
  dependencies: [
    { ref: self, dependsOn: refs(modules) },
    ...modules.map((module) => ({ ref: module['bom-ref'], dependsOn: refs(libraries) })),
    ...refs(libraries).map((ref) => ({ ref })),
  ],
}
console.log(JSON.stringify(bom, null, 2))
