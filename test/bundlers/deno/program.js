// one file of JavaScript, with the module in it: it needs no permission but --allow-net
import * as curl from 'libcurl-wasm/inline'
import { load } from '../program.js'

await load(curl, Deno.args)
