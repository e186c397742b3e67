// Prints THIRD-PARTY-NOTICES: the licence texts of what is in the modules and in cacert.pem. The Makefile calls
// `node notices.mjs LIBRARIES`. LIBRARIES is the folder with the built libraries, in which wasm/build-library has put
// the licence texts of their sources.
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

/** dist/cacert.pem, which the Makefile takes from Node. Its licence is the one of the public suffix list, too. */
function authorities() {
  const texts = textsOf({ name: 'publicsuffix', licenceFiles: ['LICENSE'] }, libraries)
  const from = ['https://github.com/mozilla-firefox/firefox: security/nss/lib/ckfw/builtins/certdata.txt']
  return {
    name: "Mozilla's list of certificate authorities, from Node",
    version: process.version,
    licence: 'MPL-2.0',
    texts,
    from,
  }
}

const libraries = process.argv[2]
const parts = [
  ...sources.map((source) => ({ ...source, texts: textsOf(source, libraries), from: addresses(source) })),
  ...compilerParts().map((part) => ({ ...part, from: [part.source] })),
  authorities(),
]
console.log('The modules and cacert.pem contain the following works.\n')
console.log(parts.map(section).join('\n'))
