// What a proxy in a page asks of its transport: `node examples/proxy-transport.mjs [URL [RELAY]]`. In a page bare-mux
// loads the transport; see docs/interfaces.md. Without a relay, such as ws://localhost:9001/, Node's sockets are used.
import { ProxyTransport } from 'libcurl-wasm/proxy-transport'

const [url = 'https://example.org/', wisp] = process.argv.slice(2)
const transport = new ProxyTransport({ wisp })
await transport.init()
const { status, headers, body } = await transport.request(new URL(url), 'GET', null, [['Accept', '*/*']])
console.log(`${status}, ${headers.length} headers, ${(await new Response(body).text()).length} characters`)
process.exit() // a relay stays connected
