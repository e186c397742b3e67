// A contestant of ../handshakes.mjs: a client process that measures one round (see ../measure.mjs).
import https from 'node:https'
import { round } from '../measure.mjs'

function node(url, group) {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { agent: false, ecdhCurve: group }, (response) => {
      let bytes = 0
      response.on('data', (chunk) => (bytes += chunk.length))
      response.on('end', () => resolve(bytes))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

/** Every call has a Session of its own, which knows no connection and no TLS session. */
function ours({ Session }) {
  return async (url, group) => {
    const session = new Session()
    const response = await session.fetch(url, { curl: { options: { SSL_EC_CURVES: group } } })
    const { byteLength } = await response.arrayBuffer()
    await session.close()
    return byteLength
  }
}

const { contestant } = JSON.parse(process.argv[2])
const get = contestant === 'node' ? node : ours(await import('../../dist/js/node.js'))

async function sequential({ url, group, requests }) {
  let bytes = 0
  for (let i = 0; i < requests; i++) bytes += await get(url, group)
  return bytes
}

await round({ sequential })
process.exit()
