// Bundles the programs of the matrix as JavaScript in build/matrix, because Node 20 cannot run TypeScript, and vitest
// does not run these processes. The folder is as deep as this one, so that paths to dist/ are the same.
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
