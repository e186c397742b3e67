// Compares results with the expectations for a suite in SUITE.json:
//
// - `excluded`: what is not run, in groups with a reason: files, folders (with a slash at the end), and variants (with
//   a question mark before them).
// - `deviations`: subtests that fail, in groups with a reason. They must fail, except if the group has `node`, the
//   major version of Node whose Request, Response and so on are the cause, and another version runs; or if it has
//   `races`, because the outcome depends on timing.
// - `fewest`: if a run of the whole suite has fewer subtests, some were not run.
import { readFileSync } from 'node:fs'

const NODE = Number(process.versions.node.split('.', 1)[0])

function covers(excluded, name) {
  if (excluded.startsWith('?')) return name.endsWith(excluded)
  return name === excluded || (excluded.endsWith('/') && name.startsWith(excluded))
}

export function readExpectations(suite) {
  const { fewest, excluded, deviations } = JSON.parse(readFileSync(new URL(`${suite}.json`, import.meta.url), 'utf8'))
  const left = excluded.flatMap(({ files }) => files)
  const listed = new Map()
  for (const { tests, node, races } of deviations)
    for (const [file, subtests] of Object.entries(tests))
      for (const subtest of subtests) listed.set(`${file}: ${subtest}`, { mayPass: races || (node && node !== NODE) })

  return {
    fewest,
    /** Whether a file, or a variant of it, is run. */
    includes: (name) => !left.some((each) => covers(each, name)),
    /** Compares the results, a Map<name of the subtest, failure or null>. Returns what is wrong, as texts. */
    problems(results, isWhole) {
      const problems = []
      for (const [id, failure] of results) {
        const expected = listed.get(id)
        if (failure !== null && !expected) problems.push(`fails: ${id}\n    ${failure}`)
        if (failure === null && expected && !expected.mayPass) problems.push(`passes, though it is listed: ${id}`)
      }
      if (!isWhole) return problems
      for (const [id, { mayPass }] of listed)
        if (!results.has(id) && !mayPass) problems.push(`listed, but there is no such subtest: ${id}`)
      if (results.size < fewest) problems.push(`only ${results.size} subtests ran, not ${fewest}`)
      return problems
    },
  }
}
