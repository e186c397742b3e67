// What is expected of a suite, as SUITE.json has it:
//
// - `excluded`: what is not run, in groups with the reason: files, folders (with a slash at the end), and variants (with a
//   question mark before them).
// - `deviations`: subtests that fail, in groups with the reason. They have to fail, except where the group has `node`, the
//   major version of Node whose Request, Response and so on are the cause, and another version runs; or `races`, because
//   the outcome depends on who is faster.
// - `fewest`: a run of all that has fewer subtests has not run what it should.
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
    /** What is wrong with the results, Map<name of the subtest, failure or null>, in sentences. */
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
