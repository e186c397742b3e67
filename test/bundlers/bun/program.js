// one executable file, with the module in it
import * as curl from 'libcurl-wasm/inline'
import { load } from '../program.js'

await load(curl, process.argv.slice(2))
