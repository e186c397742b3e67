// Prints THIRD-PARTY-NOTICES: the licence texts of what the modules contain, as its authors ask for. Called by the
// Makefile: `node notices.mjs LIBRARIES`, the folder with the finished libraries, which carry the texts of their sources
// (wasm/build-library has put them there).
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compilerParts, sources } from './parts.mjs'

const RULE = '='.repeat(80)

/** Where a person gets the source: some licences want that said. */
const addresses = ({ locations }) => locations.map(({ url, debian }) => url ?? `the Debian archive: ${debian}`)

function section({ name, version, licence, texts, from }) {
  const title = `${name} ${version} (${licence})`
  return [RULE, title, ...from.map((address) => `Source: ${address}`), RULE, '', ...texts].join('\n')
}

/** The licence texts of a source, from the first library that was built from it. */
function textsOf({ name, licenceFiles }, libraries) {
  const folder = readdirSync(libraries)
    .sort()
    .map((library) => join(libraries, library, 'licences', name))
    .find((candidate) => readable(candidate))
  if (!folder) throw new Error(`notices: no library in ${libraries} has the licence of ${name}`)
  return licenceFiles.map((file) => readFileSync(join(folder, file.replaceAll('/', '_')), 'utf8').trim() + '\n')
}

function readable(folder) {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}

const libraries = process.argv[2]
const parts = [
  ...sources.map((source) => ({ ...source, texts: textsOf(source, libraries), from: addresses(source) })),
  ...compilerParts().map((part) => ({ ...part, from: [part.source] })),
]
console.log('curl.wasm and curl-tool.wasm contain the following works.\n')
console.log(parts.map(section).join('\n'))
