// Makes JavaScript of the programs of the matrix, in build/matrix: Node 20 runs no TypeScript, and vitest's processes are
// its own. The folder is as deep as this one, so that paths to dist/ are the same.
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

export async function bundle() {
  const programs = ['run', 'soak', 'worker', 'origin']
  const made = await rolldown({
    input: Object.fromEntries(programs.map((name) => [name, path(`${name}.ts`)])),
    platform: 'node',
    external: (id) => (!/^[./]/.test(id) && id !== 'vitest') || /dist\/js\//.test(id),
    makeAbsoluteExternalsRelative: false,
    resolve: { alias: { vitest: path('afterwards.ts') } },
  })
  await made.write({ dir: path('../../build/matrix'), format: 'esm', cleanDir: true, entryFileNames: '[name].js' })
  await made.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle()
