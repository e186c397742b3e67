// Lists the code of others in the modules: the pinned sources, and what the compiler links in. For notices.mjs and
// sbom.mjs.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const here = (name) => new URL(name, import.meta.url)
const output = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim()

/**
 * The sources that are linked into the modules, which are those with licence files: name, version, SPDX licence,
 * licence files, and locations with hashes. The others in sources.json are only for tests.
 */
export const sources = JSON.parse(readFileSync(here('./sources.json'), 'utf8')).filter((source) => source.licenceFiles)

/** The parts of emscripten's C library and runtime. They have emscripten's version. */
export function compilerParts() {
  const [version] = output('emcc', '--version').match(/\d+\.\d+\.\d+/)
  const musl = join(output('em-config', 'EMSCRIPTEN_ROOT'), 'system/lib/libc/musl')
  const ours = (name) => [readFileSync(here(`./licences/${name}.txt`), 'utf8')]
  const source = 'https://github.com/emscripten-core/emscripten'
  return [
    { name: 'emscripten', version, licence: 'MIT', source, texts: ours('emscripten') },
    { name: 'musl', version, licence: 'MIT', source, texts: [readFileSync(join(musl, 'COPYRIGHT'), 'utf8')] },
    { name: 'dlmalloc', version, licence: 'CC0-1.0', source, texts: ours('dlmalloc') },
    { name: 'compiler-rt', version, licence: 'Apache-2.0 WITH LLVM-exception', source, texts: ours('compiler-rt') },
  ]
}
