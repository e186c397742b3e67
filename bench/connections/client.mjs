// Measures small exchanges beside big downloads, for bench/connections.mjs: `node client.mjs HOST PORT ORIGIN
// CONNECTIONS DOWNLOADS`. Prints as JSON how long each exchange took, in milliseconds, and the bytes a second of all
// downloads together.
import { wispTransport } from '../../dist/js/node.js'

const [host, port, origin, connections, downloads] = process.argv.slice(2)
const WARM_MS = 2000
const EXCHANGES = 10

const transport = wispTransport({ url: `ws://${host}:${port}/`, connections: Number(connections) })
transport.prepare()
while (transport.relays[0].state !== 'open') await sleep(10)
await sleep(200) // for the other connections

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Opens a connection to the origin, sends a word, and calls `data` for what comes. */
function connect(word, data) {
  const remote = { family: 'IPv4', address: '127.0.0.1', port: Number(origin) }
  const stream = transport.connect(remote, null, {
    opened: () => stream.write(Buffer.from(word)),
    data(chunk) {
      data(chunk)
      stream.release(chunk)
    },
    drained() {},
    ended() {},
    closed() {},
    failed: (code, reason) => {
      throw new Error(reason ?? code)
    },
  })
  stream.attend(true)
  return stream
}

function exchange() {
  const begun = performance.now()
  return new Promise((resolve) => {
    const stream = connect('s', () => {
      stream.close()
      resolve(performance.now() - begun)
    })
  })
}

let received = 0
const streams = Array.from({ length: Number(downloads) }, () => connect('b', ({ length }) => (received += length)))
await sleep(WARM_MS)
const [before, begun] = [received, performance.now()]
const exchanges = []
for (let i = 0; i < EXCHANGES; i++) exchanges.push(await exchange())
const rate = (received - before) / ((performance.now() - begun) / 1000)
for (const stream of streams) stream.close()
console.log(JSON.stringify({ exchanges, rate }))
process.exit()
