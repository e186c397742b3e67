// A relay, and a client that reaches the world through it, as a page would: `node examples/relay.mjs [URL]`. TLS runs
// from the client to the server; the relay sees its bytes and cannot read them. A checkout has the package
// libcurl-wasm-relay; elsewhere install it beside libcurl-wasm.
import http from 'node:http'
import init, { fetch, wispTransport } from 'libcurl-wasm'
import { createRelay } from 'libcurl-wasm-relay'

const url = process.argv[2] ?? 'https://example.org/'
// addresses of this machine are closed by default
const relay = createRelay({ allowRanges: ['127.0.0.0/8', '::1'] })
const server = http.createServer().on('upgrade', relay.handleUpgrade)
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const transport = wispTransport({ url: `ws://127.0.0.1:${server.address().port}/` })
await init({ transport })
const response = await fetch(url)
console.log(`${response.status} through the relay: ${(await response.text()).length} characters`)

transport.close()
await relay.close()
server.close()
