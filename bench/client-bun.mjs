// Bun's fetch over HTTP/3, as a client process of http3.mjs, in Bun (see measure.mjs): a native client to compare with.
import { round, window } from './measure.mjs'

/** Over HTTP/3, Bun takes no authorities of its caller, so it verifies nothing. */
async function get({ url }) {
  const response = await fetch(url, { protocol: 'http3', tls: { rejectUnauthorized: false } })
  if (!response.ok) throw new Error(`status ${response.status}`)
  let bytes = 0
  for await (const chunk of response.body) bytes += chunk.length
  return bytes
}

function parallel(task) {
  return window(task.parallel, task.requests, async (take, count) => {
    while (take()) count(await get(task))
  })
}

await round({ parallel, download: get })
