// What the modules contain that is not ours: the pinned sources, and what the compiler links in. For notices.mjs and
// sbom.mjs.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const here = (name) => new URL(name, import.meta.url)
const output = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim()

/**
 * Of sources.json what is linked in, which has the files of its licence: name, version, SPDX licence, those files, and where
 * it comes from, with hashes. What is there without them is for tests only.
 */
export const sources = JSON.parse(readFileSync(here('./sources.json'), 'utf8')).filter((source) => source.licenceFiles)

/** What emscripten's C library and runtime are made of; they have emscripten's version. */
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
