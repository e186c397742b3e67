// the entry with the module inside of the JavaScript, because the bundler does not copy assets
import init, { fetch, wispTransport } from 'libcurl-wasm/inline'
import { load } from '../page.js'

await load({ init, fetch, wispTransport })
