// The count in docs/fetch.md, which a run of the whole suite writes (UPDATE_DOCS=1) or checks.
import { readFileSync, writeFileSync } from 'node:fs'

const docs = new URL('../../docs/fetch.md', import.meta.url)
const PLACE = /(<!-- wpt-fetch -->)([^<]*)(<!-- \/wpt-fetch -->)/
const thousands = new Intl.NumberFormat('en-US')

/** Adds to `problems` if the documentation claims more than this run has shown. */
export function describe({ passed, all, nodes }, update, problems) {
  const text = readFileSync(docs, 'utf8')
  const found = PLACE.exec(text)
  const claimed = /^([\d,]+) of ([\d,]+)/
    .exec(found?.[2] ?? '')
    ?.slice(1)
    .map((number) => Number(number.replace(',', '')))
  const [now, of, theirs] = [passed, all, nodes].map((number) => thousands.format(number))
  if (!found) problems.push('docs/fetch.md has no place for the count (<!-- wpt-fetch -->)')
  else if (update) writeFileSync(docs, text.replace(PLACE, `$1${now} of ${of} (Node's own fetch: ${theirs})$3`))
  else if (!claimed || claimed[1] !== all || claimed[0] > passed)
    problems.push(`docs/fetch.md says ${found[2]}, this run ${now} of ${of}: run it with UPDATE_DOCS=1`)
}
