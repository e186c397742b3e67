// The package's JavaScript in few files: `node bundle.mjs` makes dist/js of what tsc has made. A page loads a file, and
// learns by it which to load next: a hundred of them took 150 ms from this very machine, and Node half as long. What the
// entries of all runtimes need is one file; what only some need are others.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const path = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url))

/** The files that package.json names, whatever the conditions. */
function targetsOf(exports) {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(targetsOf)
}

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
/** The entries of one subpath, as their files in dist/js are called. */
const entriesOf = (subpath) =>
  [...new Set(targetsOf(exports[subpath]))].flatMap((target) => /js\/(.+)\.js$/.exec(target)?.[1] ?? [])

/** 'node' is ts/runtimes/node/main.ts, and 'tool-node' ts/runtimes/node/tool.ts. */
function sourceOf(name) {
  const [, kind = 'main', runtime] = /^(?:(\w+)-)?(\w+)$/.exec(name)
  return path(`ts/runtimes/${runtime}/${kind}.js`)
}

/** Entries by name. */
const named = (names) => Object.fromEntries([...names].map((name) => [name, sourceOf(name)]))

/** The modules and the certificates lie in dist/, seen from dist/js as well as from where tsc has put a file. */
const places = {
  name: 'places',
  transform: (code) =>
    code.replace(/(['"])(?:\.\.\/)+((?:curl|curl-tool|cacert)\.(?:wasm|inline\.js))\1/g, '$1../$2$1'),
}

async function bundle(input, output) {
  const made = await rolldown({
    input,
    platform: 'neutral',
    plugins: [places],
    external: (id) => !/^[./]/.test(id) || /\.(inline\.js|wasm)$/.test(id),
    makeAbsoluteExternalsRelative: false,
    treeshake: { moduleSideEffects: false },
  })
  await made.write({ dir: path('js'), format: 'esm', entryFileNames: '[name].js', ...output })
  await made.close()
}

rmSync(path('js'), { recursive: true, force: true })
const runtimes = [...entriesOf('.'), ...entriesOf('./inline')]
await bundle(named([...runtimes, ...entriesOf('./tool')]), {
  chunkFileNames: 'shared-[name].js',
  codeSplitting: { groups: [{ name: 'core', minShareCount: new Set(runtimes).size }] },
})
// what most applications load has nothing that it would have to load after it
for (const entry of ['browser', 'node']) await bundle(named([entry]), { codeSplitting: false })
// for the tests, which tsc checks
writeFileSync(
  path('js/internals.js'),
  "import { _internals } from './node.js'\nexport const { Drive, current, nodeTransport } = _internals\n",
)
writeFileSync(path('js/internals.d.ts'), "export * from '../ts/runtimes/internals.js'\n")
// a server has no use for the client
await bundle(
  { relay: path('relay/relay.js'), 'relay-main': path('relay/main.js') },
  { chunkFileNames: 'relay-[name].js' },
)
