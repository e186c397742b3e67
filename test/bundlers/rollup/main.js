// with the module inside of the JavaScript, for assets are not copied
import * as curl from 'libcurl-wasm/inline'
import { load } from '../page.js'

await load(curl)
