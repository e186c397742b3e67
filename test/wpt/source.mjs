// Unpacks the web-platform-tests, which are not committed here. They are part of the source of Firefox, 700 MB, and the
// needed folders stay in build/wpt/tests.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
export const work = `${root}/build/wpt`
export const tests = `${work}/tests`

/** The folders that the tests or the server need. */
const FOLDERS = [
  ...['fetch', 'websockets', 'common', 'images', 'interfaces', 'resources', 'xhr/resources'],
  ...['service-workers/service-worker/resources', 'streams/resources', 'tools'],
]
/** Most of tools. */
const LEFT_OUT = 'tools/third_party/hpack/test'

/** Unpacks the tests, unless that is done. It takes a minute. */
export function prepare() {
  const fetchSource = [`${root}/curl-src/fetch.mjs`, 'firefox-esr']
  const archive = execFileSync('node', fetchSource, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const stamp = `${work}/tests.from`
  const content = [archive, ...FOLDERS].join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === content) return
  console.log('unpacking the web-platform-tests')
  rmSync(tests, { recursive: true, force: true })
  mkdirSync(tests, { recursive: true })
  const inside = 'firefox-*/testing/web-platform/tests'
  const members = FOLDERS.map((folder) => `${inside}/${folder}`)
  const where = ['-C', tests, '--strip-components=4', '--wildcards', `--exclude=${inside}/${LEFT_OUT}`]
  execFileSync('tar', ['-xf', archive, ...where, ...members])
  writeFileSync(stamp, content)
}
