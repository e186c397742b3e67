// Runs before each test file of the project "lite" (vitest.config.ts): gives it the light module, and skips the tests
// that this cannot pass.
import { init } from 'libcurl-wasm'
import { afterAll, beforeEach, expect, type RunnerTestCase, type RunnerTask } from 'vitest'
import { differences } from './differences.js'

await init(new URL('../../dist/curl-lite.wasm', import.meta.url))

const all = new Set<string>()
let expected: Record<string, string> = {}

function namesOf(task: RunnerTask): string[] {
  return 'tasks' in task ? task.tasks.flatMap(namesOf) : [nameOf(task)]
}

/** The name of a test after those of the groups that it is in. */
function nameOf(test: RunnerTestCase): string {
  const group = test.suite && test.suite !== test.file ? test.suite : undefined
  return group ? `${group.name} > ${test.name}` : test.name
}

beforeEach(({ task, skip }) => {
  const file = task.file.name.replace(/^test\//, '')
  expected = differences[file] ?? {}
  for (const name of task.file.tasks.flatMap(namesOf)) all.add(name)
  const reason = expected[nameOf(task as RunnerTestCase)]
  if (reason) skip(reason)
})

afterAll(() => {
  const gone = Object.keys(expected).filter((name) => !all.has(name))
  expect(gone, 'names in differences.ts that no test has').toEqual([])
})
