// Prints THIRD-PARTY-NOTICES: the licence texts of the code in the modules, which its licences require. The Makefile
// calls `node notices.mjs LIBRARIES`. LIBRARIES is the folder with the built libraries, in which wasm/build-library has
// put the licence texts of their sources.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compilerParts, sources } from './parts.mjs'

const RULE = '='.repeat(80)

/** Where to get the source, which some licences require to be said. */
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
