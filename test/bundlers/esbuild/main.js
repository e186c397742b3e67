// the entry with the module inside of the JavaScript, because the bundler does not copy assets
import * as curl from 'libcurl-wasm/inline'
import { load } from '../page.js'

await load(curl)
