// A contestant of ../fetch.mjs: a client process that measures one round (see ../measure.mjs). Its argument is the
// task, with the contestant's name. It always reads bodies to their end, in the way that is fastest for their size.
import { round, window } from '../measure.mjs'

const CHUNK = new Uint8Array(64 * 1024)

/** A contestant with an API like fetch: this package, and Node. */
const fetching = (fetch) => ({
  async whole(url, options) {
    const response = await fetch(url, options)
    if (response.status !== 200) throw new Error(`${url}: status ${response.status}`)
    return response.arrayBuffer()
  },
  async chunks(url) {
    const response = await fetch(url)
    if (response.status !== 200) throw new Error(`${url}: status ${response.status}`)
    return response.body
  },
})

/** undici's request(), which is faster than its fetch, because it uses Node's streams and not web streams. */
const requesting = ({ request, Agent, setGlobalDispatcher }, { http2 }) => {
  const options = http2 ? { allowH2: true, connections: 1, pipelining: 100 } : {}
  setGlobalDispatcher(new Agent({ bodyTimeout: 0, headersTimeout: 0, ...options }))
  const answered = async (url, options) => {
    const { statusCode, body } = await request(url, options)
    if (statusCode !== 200) throw new Error(`${url}: status ${statusCode}`)
    return body
  }
  return {
    whole: async (url, options) => (await answered(url, options)).arrayBuffer(),
    chunks: (url) => answered(url),
  }
}

/** undici's request(), whose body is read through a Response of the platform. */
const withResponse = ({ whole }) => ({
  whole: async (url, options) => new Response(await whole(url, options), { headers: ANSWERED }).arrayBuffer(),
})
/** As many headers as the server sends. */
const ANSWERED = { server: 'nginx', date: 'now', 'content-type': 'text/plain', 'content-length': '1024', etag: '"1"' }

const contestants = {
  fetch: async () => fetching(fetch),
  undici: async (task) => requesting(await import('undici'), task),
  response: async (task) => withResponse(requesting(await import('undici'), task)),
  this: async () => fetching((await import('../../dist/js/node.js')).fetch),
}

const given = JSON.parse(process.argv[2])
const { contestant } = given
const { whole, chunks } = await contestants[contestant](given)

async function sequential({ url, requests }) {
  let bytes = 0
  for (let i = 0; i < requests; i++) bytes += (await whole(url)).byteLength
  return bytes
}

function parallel({ url, requests, parallel }) {
  return window(parallel, requests, async (take, count) => {
    while (take()) count((await whole(url)).byteLength)
  })
}

/** Posts a JSON object and parses the one in the answer, again and again. */
async function json({ url, requests }) {
  const decoder = new TextDecoder()
  const headers = { 'content-type': 'application/json' }
  let answered = 0
  for (let id = 0; id < requests; id++) {
    const body = JSON.stringify({ id, name: 'a name', tags: ['one', 'two', 'three'], nested: { price: 12.5 } })
    if (JSON.parse(decoder.decode(await whole(url, { method: 'POST', headers, body }))).ok === true) answered++
  }
  return answered
}

async function download({ url }) {
  let bytes = 0
  for await (const chunk of await chunks(url)) bytes += chunk.length
  return bytes
}

async function* zeros(size) {
  for (let left = size; left > 0; left -= CHUNK.length) yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK
}

/** Uploads a stream of unknown length. The server answers with how many bytes it received. */
async function upload({ url, size }) {
  const body = contestant === 'undici' ? zeros(size) : ReadableStream.from(zeros(size))
  return Number(new TextDecoder().decode(await whole(url, { method: 'PUT', body, duplex: 'half' })))
}

await round({ sequential, parallel, json, download, upload })
// some contestants leave timers behind
process.exit()
