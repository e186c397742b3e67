import * as curl from 'libcurl-wasm'
import { load } from '../page.js'

await load(curl)
