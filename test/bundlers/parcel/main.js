import init, { fetch, wispTransport } from 'libcurl-wasm'
import { load } from '../page.js'

await load({ init, fetch, wispTransport })
