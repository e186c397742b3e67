// Checks or writes (UPDATE_README=1) the number of curl's own tests in README.md, after a run of all of them. A machine
// may lack what a test needs (IPv6, a locale), so fewer may run than README.md says, but no more may fail.
import { readFileSync, writeFileSync } from 'node:fs'

const readme = new URL('../../README.md', import.meta.url)
const PLACE = /(<!-- test-curl -->)([^<]*)(<!-- \/test-curl -->)/

/** Adds to `problems` if README.md has better numbers than this run. */
export function describe({ passed, failed }, update, problems) {
  const text = readFileSync(readme, 'utf8')
  const found = PLACE.exec(text)
  const [, claimedPassed, claimedTotal] = /^(\d+) of (\d+)$/.exec(found?.[2] ?? '')?.map(Number) ?? []
  if (!found) problems.push('README.md has no place for the count (<!-- test-curl -->)')
  else if (update) writeFileSync(readme, text.replace(PLACE, `$1${passed} of ${passed + failed}$3`))
  else if (claimedTotal - claimedPassed !== failed || passed > claimedPassed)
    problems.push(`README.md says ${found[2]}, this run ${passed} of ${passed + failed}: run it with UPDATE_README=1`)
  else if (passed < claimedPassed)
    console.log(`${claimedPassed - passed} fewer than README.md says ran here; the skipped ones are listed above`)
}
