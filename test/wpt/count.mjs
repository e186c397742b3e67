// Checks or writes (UPDATE_DOCS=1) the numbers of passed tests in the documentation, after a run of a whole suite.
import { readFileSync, writeFileSync } from 'node:fs'

/** For each suite, the document with its numbers, and what of Node's it is compared with. */
const PLACES = {
  fetch: { file: 'docs/fetch.md', theirs: "Node's own fetch" },
  websockets: { file: 'docs/websocket.md', theirs: "Node's own WebSocket" },
}
const thousands = new Intl.NumberFormat('en-US')

/** Adds to `problems` if the documentation has better numbers than this run. */
export function describe(suite, { passed, all, nodes }, update, problems) {
  const { file, theirs } = PLACES[suite]
  const place = new RegExp(`(<!-- wpt-${suite} -->)([^<]*)(<!-- /wpt-${suite} -->)`)
  const docs = new URL(`../../${file}`, import.meta.url)
  const text = readFileSync(docs, 'utf8')
  const found = place.exec(text)
  const claimed = /^([\d,]+) of ([\d,]+)/
    .exec(found?.[2] ?? '')
    ?.slice(1)
    .map((number) => Number(number.replace(',', '')))
  const [now, of, nodesNow] = [passed, all, nodes].map((number) => thousands.format(number))
  if (!found) problems.push(`${file} has no place for the count (<!-- wpt-${suite} -->)`)
  else if (update) writeFileSync(docs, text.replace(place, `$1${now} of ${of} (${theirs}: ${nodesNow})$3`))
  else if (!claimed || claimed[1] !== all || claimed[0] > passed)
    problems.push(`${file} says ${found[2]}, this run ${now} of ${of}: run it with UPDATE_DOCS=1`)
}
