// This package as a contestant: a client process of run.mjs (see measure.mjs). It has one Multi for everything.
// Sequential requests use the same Easy again, and parallel ones have an Easy for each place in the window.
// The import is by path, because bench/ has a package.json of its own, and so cannot find this package by its name.
import init, {
  CURL_HTTP_VERSION_1_1,
  CURL_HTTP_VERSION_2_0,
  CURL_HTTP_VERSION_2TLS,
  CURL_HTTP_VERSION_3,
  CURL_HTTP_VERSION_3ONLY,
  Easy,
  Multi,
  readInto,
  withoutCopy,
} from '../dist/js/node.js'
import { round, window } from './measure.mjs'

const ZEROS = new Uint8Array(64 * 1024)

await init()
const multi = new Multi()
const { connections } = JSON.parse(process.argv[2])
if (connections) multi.setopt('MAXCONNECTS', connections)

/** What to ask for, and which version it must be then. */
function versionOf({ http2, http3 }) {
  if (http3) return { asked: CURL_HTTP_VERSION_3ONLY, wanted: CURL_HTTP_VERSION_3 }
  if (http2) return { asked: CURL_HTTP_VERSION_2TLS, wanted: CURL_HTTP_VERSION_2_0 }
  return { asked: CURL_HTTP_VERSION_1_1, wanted: CURL_HTTP_VERSION_1_1 }
}

/** Makes a handle for the URL of a task. It passes received bytes to `write`. */
function handle(task, write) {
  const { url, ca, resolve, oneConnection } = task
  const easy = new Easy()
  easy.setopt('URL', url)
  easy.setopt('HTTP_VERSION', versionOf(task).asked)
  easy.setopt('FAILONERROR', true)
  easy.setopt('WRITEFUNCTION', write)
  if (ca) easy.setopt('CAINFO', ca)
  if (oneConnection) easy.setopt('PIPEWAIT', true)
  if (resolve) easy.setopt('RESOLVE', resolve)
  return easy
}

function checkVersion(easy, task) {
  const version = easy.getinfo('HTTP_VERSION')
  if (version !== versionOf(task).wanted) throw new Error(`unexpected HTTP version ${version}`)
}

/** Performs transfers with one handle while `next` returns true. Returns how many bytes were received. */
async function performWhile(next, task) {
  let bytes = 0
  const easy = handle(
    task,
    withoutCopy((chunk) => void (bytes += chunk.length)),
  )
  while (next()) await multi.perform(easy)
  if (bytes > 0) checkVersion(easy, task)
  easy.close()
  return bytes
}

function sequential(task) {
  let left = task.requests
  return performWhile(() => left-- > 0, task)
}

function parallel(task) {
  return window(task.parallel, task.requests, async (take, count) => count(await performWhile(take, task)))
}

const download = (task) => sequential({ ...task, requests: 1 })

async function upload(task) {
  let answer = ''
  let left = task.bytes
  const easy = handle(task, (chunk) => void (answer += Buffer.from(chunk).toString('latin1')))
  easy.setopt('UPLOAD', true)
  easy.setopt('INFILESIZE_LARGE', task.bytes)
  easy.setopt(
    'READFUNCTION',
    readInto((buffer) => {
      const part = ZEROS.subarray(0, Math.min(buffer.length, left))
      buffer.set(part)
      left -= part.length
      return part.length
    }),
  )
  await multi.perform(easy)
  easy.close()
  return Number(answer)
}

/** Writes the body to standard output, where run.mjs measures when it arrives. */
async function cold(task) {
  let bytes = 0
  const easy = handle(task, (chunk) => {
    process.stdout.write(chunk)
    bytes += chunk.length
  })
  await multi.perform(easy)
  easy.close()
  return bytes
}

await round({ sequential, parallel, download, upload, cold })
multi.close()
