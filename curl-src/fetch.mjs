// Downloads the pinned sources named in sources.json: `node fetch.mjs [name ...]` prints the path of each archive.
// Called by wasm/build-library.
//
// It tries the locations in order: upstream's own release first, then the Debian archive that this machine's apt uses.
// It only accepts an archive with the pinned SHA-256. Archives are kept in $XDG_CACHE_HOME/libcurl-wasm/sources. If one
// cannot be downloaded, put it there by hand.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const HEADERS_TIMEOUT_MS = 20_000
const APT_HELPER = '/usr/lib/apt/apt-helper'

const sources = JSON.parse(readFileSync(new URL('./sources.json', import.meta.url), 'utf8'))
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'libcurl-wasm', 'sources')

async function sha256(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Downloads `url` to `file`. @throws Error with the cause in one line. */
async function download(url, file) {
  const slow = new AbortController()
  const timer = setTimeout(
    () => slow.abort(new Error(`no answer within ${HEADERS_TIMEOUT_MS / 1000} s`)),
    HEADERS_TIMEOUT_MS,
  )
  try {
    const response = await fetch(url, { signal: slow.signal })
    clearTimeout(timer)
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file))
  } catch (error) {
    throw new Error(error.cause?.message ?? error.message)
  } finally {
    clearTimeout(timer)
  }
}

/** The roots of the Debian archives in apt's configuration, in its order, each once. */
function debianMirrors() {
  const targets = ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages']
  const result = spawnSync('apt-get', targets, { encoding: 'utf8' })
  if (result.status !== 0) return []
  const uris = result.stdout
    .split('\n')
    .filter((line) => line.startsWith('Debian '))
    .map((line) => line.slice('Debian '.length))
  return [...new Set(uris)].map((uri) => (uri.endsWith('/') ? uri : `${uri}/`))
}

/** Downloads a path of the Debian archive with apt's own downloader, which knows the machine's proxies. */
function downloadWithApt(url, file) {
  try {
    execFileSync(APT_HELPER, ['download-file', url, file], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    const lines = String(error.stderr ?? error.message).split('\n')
    throw new Error(lines.find((line) => line.startsWith('E: '))?.slice(3) ?? 'apt-helper failed')
  }
}

/** The downloads to try for one location: each is [address to show, function that downloads it to a file]. */
function attempts(location) {
  if (location.url) return [[location.url, (file) => download(location.url, file)]]
  if (!existsSync(APT_HELPER)) return []
  return debianMirrors().map((mirror) => [
    mirror + location.debian,
    (file) => downloadWithApt(mirror + location.debian, file),
  ])
}

async function obtain(source) {
  const failures = []
  for (const location of source.locations) {
    const file = join(cache, basename(location.url ?? location.debian))
    if (existsSync(file)) {
      const found = await sha256(file)
      if (found === location.sha256) return file
      failures.push(`${file}: its SHA-256 is ${found}, not ${location.sha256}`)
    }
  }
  for (const location of source.locations) {
    const file = join(cache, basename(location.url ?? location.debian))
    const partial = `${file}.${process.pid}.partial`
    for (const [address, fetchTo] of attempts(location)) {
      try {
        await fetchTo(partial)
        const found = await sha256(partial)
        if (found !== location.sha256) throw new Error(`its SHA-256 is ${found}, not ${location.sha256}`)
        renameSync(partial, file)
        return file
      } catch (error) {
        failures.push(`${address}: ${error.message}`)
      } finally {
        rmSync(partial, { force: true })
      }
    }
  }
  const byHand = source.locations.map(
    (l) => `  ${join(cache, basename(l.url ?? l.debian))}\n    with SHA-256 ${l.sha256}`,
  )
  throw new Error(
    `cannot get ${source.name} ${source.version}:\n${failures.map((f) => `  ${f}`).join('\n')}\n` +
      `To supply it by hand, put one of these files there and run again:\n${byHand.join('\n')}`,
  )
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !sources.some((source) => source.name === name))
if (unknown.length) {
  console.error(`fetch: no source named ${unknown.join(', ')} in sources.json`)
  process.exit(2)
}
mkdirSync(cache, { recursive: true })
for (const source of sources) {
  if (wanted.length && !wanted.includes(source.name)) continue
  try {
    console.log(await obtain(source))
  } catch (error) {
    console.error(`fetch: ${error.message}`)
    process.exit(1)
  }
}
