// Node's fetch as a contestant: a client process of run.mjs (see measure.mjs). It always reads the body to its end, in
// the way that is fastest for its size.
import { round, window } from './measure.mjs'

const CHUNK = new Uint8Array(64 * 1024)

async function get(url) {
  const response = await fetch(url)
  if (response.status !== 200) throw new Error(`${url}: status ${response.status}`)
  return response
}

async function small(url) {
  return (await (await get(url)).arrayBuffer()).byteLength
}

async function sequential({ url, requests }) {
  let bytes = 0
  for (let i = 0; i < requests; i++) bytes += await small(url)
  return bytes
}

function parallel({ url, requests, parallel }) {
  return window(parallel, requests, async (take, count) => {
    while (take()) count(await small(url))
  })
}

async function download({ url }) {
  const reader = (await get(url)).body.getReader()
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length
  return bytes
}

function zeros(size) {
  let left = size
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK)
      left -= Math.min(left, CHUNK.length)
      if (left === 0) controller.close()
    },
  })
}

async function upload({ url, bytes }) {
  const response = await fetch(url, { method: 'PUT', body: zeros(bytes), duplex: 'half' })
  return Number(await response.text())
}

/** Writes the body to standard output, where run.mjs measures when it arrives. */
async function cold({ url }) {
  const reader = (await get(url)).body.getReader()
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    process.stdout.write(part.value)
    bytes += part.value.length
  }
  return bytes
}

await round({ sequential, parallel, download, upload, cold })
