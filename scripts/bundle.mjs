// Bundles the JavaScript of both packages into few files: `node scripts/bundle.mjs` makes dist/js and relay/dist from
// the output of tsc. A page has to load a file before it knows which one to load next: a hundred files took 150 ms from
// the same machine, and half of that in Node. What the entries of all runtimes need is one file. What only some need is
// in others.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const path = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url))

/** The files that package.json names, under all conditions. */
function targetsOf(exports) {
  if (exports === null) return []
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(targetsOf)
}

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
/** The entries of one subpath, by the names of their files in dist/js. */
const entriesOf = (subpath) =>
  [...new Set(targetsOf(exports[subpath]))].flatMap((target) => /js\/(.+)\.js$/.exec(target)?.[1] ?? [])

/** 'node' is ts/runtimes/node/main.ts, and 'tool-node' is ts/runtimes/node/tool.ts. */
function sourceOf(name) {
  const [, kind = 'main', runtime] = /^(?:([\w-]+)-)?(\w+)$/.exec(name)
  return path(`ts/runtimes/${runtime}/${kind}.js`)
}

/** Entries by name. */
const named = (names) => Object.fromEntries([...names].map((name) => [name, sourceOf(name)]))

/** Makes paths of modules and of texts relative to dist/js. They are in dist/, and tsc's files are deeper. */
const places = {
  name: 'places',
  transform: (code) =>
    code.replace(
      /(['"])(?:\.\.\/)+((?:curl|curl-lite|curl-full|curl-tool|cacert|manual)\.(?:wasm|inline\.js))\1/g,
      '$1../$2$1',
    ),
}

async function bundle(input, output, dir = path('js')) {
  const made = await rolldown({
    input,
    platform: 'neutral',
    plugins: [places],
    external: (id) => !/^[./]/.test(id) || /\.(inline\.js|wasm)$/.test(id),
    makeAbsoluteExternalsRelative: false,
    treeshake: { moduleSideEffects: false },
  })
  await made.write({ dir, format: 'esm', entryFileNames: '[name].js', ...output })
  await made.close()
}

rmSync(path('js'), { recursive: true, force: true })
const runtimes = new Set(['.', './lite', './full', './inline', './sync'].flatMap(entriesOf))
const interfaces = ['./undici', './agent', './proxy-transport'].flatMap(entriesOf)
await bundle(named([...runtimes, ...entriesOf('./tool'), ...interfaces]), {
  chunkFileNames: 'shared-[name].js',
  // what the modules of a runtime share among themselves stays out of the files of other runtimes
  codeSplitting: { groups: [{ name: 'core', test: (id) => !/\/node[./]/.test(id), minShareCount: runtimes.size }] },
})
// the entries that most applications load are one file each, and pages have to load and parse theirs before they start
const minify = { compress: true, mangle: { keepNames: true } }
for (const entry of ['browser', 'lite-browser', 'proxy-transport-browser'])
  await bundle(named([entry]), { codeSplitting: false, minify })
// those that use the instance of the main entry share one file with it
await bundle(named(['node', ...interfaces.filter((name) => name.endsWith('-node'))]), {
  chunkFileNames: 'node-[name].js',
})
await bundle({ 'node-libcurl': path('ts/runtimes/node/node-libcurl.js') }, { codeSplitting: false })
// the Workers of blocking calls
for (const runtime of ['node', 'browser'])
  await bundle(
    { [`blocking-${runtime}`]: path(`ts/runtimes/${runtime}/blocking-${runtime}.js`) },
    { codeSplitting: false },
  )
// What bin/curl loads, made to start fast: without what only the API has, and as CommonJS.
const command = { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false, minify }
await bundle(named(['command-node']), command)
// for the tests, with types
writeFileSync(
  path('js/internals.js'),
  "import { _internals } from './node.js'\nexport const { Drive, current, nodeTransport } = _internals\n",
)
writeFileSync(path('js/internals.d.ts'), "export * from '../ts/runtimes/internals.js'\n")

// --- the package of the relay ---

const relay = fileURLToPath(new URL('../relay/dist/', import.meta.url))

/** Copies a file of declarations from dist, and those that it imports. */
const copied = new Set()
function copyTypes(file) {
  if (copied.has(file)) return
  copied.add(file)
  cpSync(path(file), join(relay, 'types', file))
  for (const [, name] of readFileSync(path(file), 'utf8').matchAll(/from '(\.[^']+)\.js'/g)) {
    copyTypes(join(dirname(file), `${name}.d.ts`))
  }
}

rmSync(relay, { recursive: true, force: true })
await bundle(
  { relay: path('relay/node/relay.js'), main: path('relay/node/main.js') },
  { chunkFileNames: 'shared.js' },
  relay,
)
await bundle({ worker: path('relay/worker/relay.js') }, { codeSplitting: false }, relay)
for (const file of ['relay/node/relay.d.ts', 'relay/worker/relay.d.ts']) copyTypes(file)
