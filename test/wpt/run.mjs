// Runs a suite of web-platform-tests with this package and with Node's own client, against wptserve: `run.mjs
// [--client=NAME] [--verbose] [fetch | websockets] [PART...]`. Parts of file names choose files; by default all.
//
// The results of the package must be the expected ones (see expectations.mjs). Those of Node are counted, to compare.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { describe } from './count.mjs'
import { readExpectations } from './expectations.mjs'
import { findFiles, readMeta } from './files.mjs'
import { WHOLE, run } from './process.mjs'
import { startServer } from './server.mjs'
import { prepare } from './source.mjs'

/** Three times the timeout of the tests, because machines are busy. */
const PATIENCE_MS = 30_000
const LONG_PATIENCE_MS = 180_000
/** Several at the same time, because files mostly wait. */
const AT_ONCE = 3 * availableParallelism()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { client: { type: 'string', default: 'libcurl' }, verbose: { type: 'boolean', default: false } },
})
const [suite = 'fetch', ...parts] = positionals
const expectations = readExpectations(suite)

/** The runs of a file: one for each of its variants. */
async function read(file, server) {
  const { scripts, title, isLong, variants } = readMeta(file)
  const paths = ['/resources/testharness.js', ...scripts, `/${file}`]
  const loaded = await Promise.all(paths.map(async (path) => ({ path, source: await server.load(path) })))
  const patienceMs = isLong ? LONG_PATIENCE_MS : PATIENCE_MS
  const tests = variants.map((variant) => ({
    name: file + variant,
    page: server.pageOf(file, variant),
    scripts: loaded,
    title,
    patienceMs,
  }))
  return tests.filter(({ name }) => expectations.includes(name))
}

/** Runs files. Resolves with maps from the name of each subtest to null or its failure. */
async function runAll(files, server) {
  const [ours, nodes] = [new Map(), new Map()]
  const queue = [...files]
  const options = { server, output: values.verbose ? 'inherit' : 'ignore' }
  const runNext = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      for (const test of await read(file, server)) {
        for (const [name, failure] of await run(values.client, test, options))
          ours.set(`${test.name}: ${name}`, failure)
        for (const [name, failure] of await run('node', test, options)) nodes.set(`${test.name}: ${name}`, failure)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runNext))
  return { ours, nodes }
}

prepare()
const server = await startServer()
try {
  const isPart = (file) => parts.length === 0 || parts.some((part) => file.includes(part))
  const { ours, nodes } = await runAll(findFiles(suite).filter(expectations.includes).filter(isPart), server)
  const problems = expectations.problems(ours, parts.length === 0)
  const subtests = [...ours.keys()].filter((id) => !id.endsWith(WHOLE))
  const passed = (results) => subtests.filter((id) => results.get(id) === null).length
  const count = { passed: passed(ours), all: subtests.length, nodes: passed(nodes) }
  if (parts.length === 0) describe(suite, count, process.env.UPDATE_DOCS === '1', problems)
  for (const problem of problems) console.log(problem)
  console.log(`${suite}: ${count.passed} of ${count.all} subtests pass (Node's: ${count.nodes})`)
  process.exitCode = problems.length > 0 ? 1 : 0
} finally {
  await server.stop()
}
