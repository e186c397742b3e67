// Prints which pinned sources have a newer release upstream: `node outdated.mjs [SOURCES.json]`, which is `make
// outdated`. Ends with status 1 if there is a newer release, and 2 if a source could not be checked.
//
// `releases` in sources.json says where the releases of a source are listed: in the tags of its git repository, or in
// lines of a page. It also has the pattern of a version ($1 is the first group of the pattern). Other releases do not
// count, so Mbed TLS stays on its long-term line.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const ANSWER_MS = 60_000

/** The names of all tags of a git repository. @throws Error with git's message. */
async function tags(repository) {
  const run = promisify(execFile)('git', ['ls-remote', '--tags', '--refs', repository], {
    timeout: ANSWER_MS,
    maxBuffer: 2 ** 26,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  })
  const { stdout } = await run.catch((error) => {
    throw new Error(error.killed ? `no answer within ${ANSWER_MS / 1000} s` : (error.stderr || error.message).trim())
  })
  return stdout.split('\n').map((line) => line.replace(/^.*\trefs\/tags\//, ''))
}

async function linesOf(page) {
  const response = await fetch(page, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((error) => {
    throw new Error(error.cause?.message || error.message)
  })
  if (!response.ok) throw new Error(`HTTP status ${response.status}`)
  return (await response.text()).split('\n')
}

/** Negative if version `a` is older than `b`. Compares their numbers one by one, and takes 0 for a missing one. */
function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The newest version upstream. @throws Error if that cannot be found out. */
async function newest({ repository, tag, page, line, version }) {
  const names = repository ? await tags(repository) : await linesOf(page)
  const pattern = new RegExp(tag ?? line)
  const versions = names.flatMap((name) => {
    const found = name.match(pattern)
    return found ? [version.replace(/\$(\d)/g, (_, group) => found[group])] : []
  })
  if (versions.length === 0) throw new Error(`no release matches ${pattern}`)
  return versions.sort(compare).at(-1)
}

async function report({ name, version, releases }) {
  try {
    const latest = await newest(releases)
    const newer = compare(latest, version) > 0
    return { text: `${name} ${version}: ${newer ? `${latest} is out` : 'newest'}`, status: newer ? 1 : 0 }
  } catch (error) {
    const where = releases.repository ?? releases.page
    return { text: `${name} ${version}: cannot ask ${where}: ${error.message}`, status: 2 }
  }
}

const file = process.argv[2] ?? new URL('./sources.json', import.meta.url)
// sources that only tests need have no `releases`
const sources = JSON.parse(readFileSync(file, 'utf8')).filter(({ releases }) => releases)
const reports = await Promise.all(sources.map(report))
for (const { text } of reports) console.log(text)
process.exitCode = Math.max(...reports.map(({ status }) => status))
