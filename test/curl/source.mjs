// Unpacks the source of curl once, which includes its tests. Called by run.mjs and http.mjs.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const folder = `${root}/build/curl-tests`

/** Unpacks the pinned source if it is not there, and returns its folder. */
export function unpackCurl() {
  const archive = execFileSync('node', [`${root}/curl-src/fetch.mjs`, 'curl'], { encoding: 'utf8' }).trim()
  const source = `${folder}/source`
  const stamp = `${source}.from`
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== archive) {
    rmSync(source, { recursive: true, force: true })
    mkdirSync(source, { recursive: true })
    execFileSync('tar', ['-xf', archive, '-C', source, '--strip-components=1'])
    writeFileSync(stamp, archive)
  }
  return source
}
