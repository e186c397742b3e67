// Says which pinned sources have a newer release upstream: `node outdated.mjs [SOURCES.json]`, which is `make outdated`.
//
// `releases` in sources.json tells where a source's releases are seen: in the tags of its git repository, or in a line of
// a page; and how a version is read there ($1 stands for the pattern's first group). Only what the pattern takes counts,
// so OpenSSL stays on its long-term line. Ends with status 1 if something is newer, 2 if something could not be asked.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const ANSWER_MS = 60_000

/** The names of all tags of a git repository. Throws with git's own words. */
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

/** Negative if version `a` is older than `b`: their numbers are compared one by one, a missing one is 0. */
function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The newest version that upstream has. Throws if it cannot be asked or names none. */
async function newest({ repository, tag, page, line, version }) {
  const names = repository ? await tags(repository) : await linesOf(page)
  const pattern = new RegExp(tag ?? line)
  const versions = names.flatMap((name) => {
    const found = name.match(pattern)
    return found ? [version.replace(/\$(\d)/g, (_, group) => found[group])] : []
  })
  if (versions.length === 0) throw new Error(`nothing there matches ${pattern}`)
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
// what only tests need has no `releases`
const sources = JSON.parse(readFileSync(file, 'utf8')).filter(({ releases }) => releases)
const reports = await Promise.all(sources.map(report))
for (const { text } of reports) console.log(text)
process.exitCode = Math.max(...reports.map(({ status }) => status))
